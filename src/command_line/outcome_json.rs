//! A run's outcome as one JSON object.

use super::message::shard_id;
use super::outcome::Outcome;
use crate::engine::config::Role;
use crate::engine::ledger::{Ledger, Tally};
use crate::engine::mark::{Mark, MarkKind};
use crate::recording::bill::usage;
use crate::recording::moment::{SecondMoment, SecondShard, ShardMoment};
use crate::session::bill::{PRICES, Row, rows as rows_of_bill};
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// Index of the row of stored records: the rows before it are the producer's.
pub(super) const STORED: usize = 6;

/// The ledger's rows: name in JSON, name for people, the row; in the order of a record's way.
pub(super) fn rows(ledger: &Ledger) -> [(&'static str, &'static str, Tally); 19] {
    [
        ("generated", "generated", ledger.generated),
        ("written_again", "written again", ledger.written_again),
        (
            "with_producer",
            "still with the producer",
            ledger.with_producer,
        ),
        ("given_up", "given up by the producer", ledger.given_up),
        (
            "lost_silently",
            "lost by the producer without a look",
            ledger.lost_silently,
        ),
        (
            "lost_with_process",
            "lost with the producer's process",
            ledger.lost_with_process,
        ),
        ("stored", "stored", ledger.stored),
        ("processed", "processed", ledger.processed),
        ("parked", "  of which parked by the handler", ledger.parked),
        (
            "swallowed",
            "  of which swallowed by the handler",
            ledger.swallowed,
        ),
        ("filtered", "filtered out", ledger.filtered),
        (
            "skipped",
            "skipped by the starting position",
            ledger.skipped,
        ),
        (
            "to_destination",
            "sent to the destination",
            ledger.to_destination,
        ),
        ("reread", "  of which read again in time", ledger.reread),
        ("too_late", "  of which too late", ledger.too_late),
        ("discarded", "discarded without a trace", ledger.discarded),
        (
            "expired_undelivered",
            "expired, never delivered",
            ledger.expired_undelivered,
        ),
        (
            "expired_after_failures",
            "expired after failed deliveries",
            ledger.expired_after_failures,
        ),
        ("unread", "unread or in flight", ledger.unread),
    ]
}

/// Counts beside the ledger: name in JSON, name for people, the count.
pub(super) fn metrics(ledger: &Ledger) -> [(&'static str, &'static str, u64); 15] {
    [
        ("invocations", "invocations", ledger.invocations),
        ("errors", "errors", ledger.errors),
        ("throttles", "throttles", ledger.throttles),
        ("messages", "messages to the destination", ledger.messages),
        (
            "delivery_failures",
            "messages the destination refused",
            ledger.delivery_failures,
        ),
        ("too_large", "tries of records too large", ledger.too_large),
        ("requests", "requests of the producer", ledger.requests),
        ("sends", "records sent, repeats included", ledger.sends),
        (
            "order_broken",
            "stored behind younger of their key",
            ledger.order_broken,
        ),
        (
            "stored_given_up",
            "given up though stored",
            ledger.stored_given_up,
        ),
        (
            "entries_throttled",
            "entries throttled",
            ledger.entries_throttled,
        ),
        (
            "handled_again",
            "good records handled again",
            ledger.handled_again,
        ),
        (
            "copies_handled",
            "good copies handled",
            ledger.copies_handled,
        ),
        (
            "charged_twice",
            "customers charged twice",
            ledger.charged_twice,
        ),
        ("caught", "caught by their key", ledger.caught),
    ]
}

/// Writes the object and a line break.
pub(super) fn write(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    let ledger = rows(&outcome.end.ledger).map(|(name, _, row)| (name.to_owned(), tally(row)));
    let metrics =
        metrics(&outcome.end.ledger).map(|(name, _, count)| (name.to_owned(), json!(count)));
    let recorder = &outcome.recorder;
    let problems = outcome.problems.iter().map(|problem| {
        let settings = problem.knobs.iter().map(|knob| knob.spec().key);
        json!({ "settings": settings.collect::<Vec<_>>(), "text": problem.text })
    });
    let value = json!({
        "link": outcome.link,
        "digest": format!("{:016x}", recorder.digest()),
        "horizon_us": recorder.config().horizon.0,
        "ledger": ledger.into_iter().collect::<Map<_, _>>(),
        "metrics": metrics.into_iter().collect::<Map<_, _>>(),
        "cloudwatch": super::metrics::whole_run(outcome, Role::First),
        "cost": cost(outcome),
        "mapping": {
            "state": format!("{:?}", outcome.end.state),
            "last_processing_result": outcome.end.last_result.words(),
        },
        "neighbour": {
            "invocations": outcome.end.neighbour.invocations,
            "throttles": outcome.end.neighbour.throttles,
        },
        "second_mapping": outcome.end.second.as_ref().map(|second| second_mapping(outcome, second)),
        "shards": shards(outcome),
        "marks": recorder.every_mark().iter().map(|mark| mark_value(outcome, mark)).collect::<Vec<_>>(),
        "notices": outcome.notices,
        "problems": problems.collect::<Vec<_>>(),
    });
    writeln!(out, "{value:#}")
}

/// The stream's other mapping: the same records, with fates of its own (E14).
fn second_mapping(outcome: &Outcome, second: &SecondMoment) -> Value {
    let fates = &rows(&second.ledger)[STORED..];
    let fates = fates
        .iter()
        .map(|&(name, _, row)| (name.to_owned(), tally(row)));
    let shard = |shard: &SecondShard| {
        json!({
            "shard": shard.shard,
            "shard_id": shard_id(shard.shard),
            "blocked": shard.blocked,
            "waits_for_parent": shard.waits,
            "iterator_age_us": shard.iterator_age.0,
        })
    };
    json!({
        "ledger": fates.collect::<Map<_, _>>(),
        "invocations": second.ledger.invocations,
        "errors": second.ledger.errors,
        "throttles": second.ledger.throttles,
        "messages": second.ledger.messages,
        "too_large": second.ledger.too_large,
        "handled_again": second.ledger.handled_again,
        "cloudwatch": super::metrics::whole_run(outcome, Role::Second),
        "shards": second.shards.iter().map(shard).collect::<Vec<_>>(),
    })
}

/// The bill in billionths of a dollar: for the run, and the same for an hour, a day and a month.
fn cost(outcome: &Outcome) -> Value {
    let recorder = &outcome.recorder;
    let usage = usage(recorder, &outcome.end);
    let row = |row: &Row| {
        let [hour, day, month] = row.per;
        let sums = json!({ "run": row.whole, "hour": hour, "day": day, "month": month });
        (row.id.to_owned(), sums)
    };
    let mut all: Map<String, Value> = rows_of_bill(&usage).iter().map(row).collect();
    all.insert("unit".to_owned(), json!("nano-USD"));
    all.insert("prices".to_owned(), json!(PRICES));
    Value::Object(all)
}

fn tally(tally: Tally) -> Value {
    json!({ "good": tally.good, "poison": tally.poison })
}

fn shards(outcome: &Outcome) -> Vec<Value> {
    let recorder = &outcome.recorder;
    let each = |shard: &ShardMoment| {
        let minutes = recorder.minutes(shard.shard).iter();
        let oldest = minutes.map(|minute| u64::from(minute.iterator_age_ms) * 1_000);
        let fates = &rows(&shard.ledger)[STORED..];
        let fates = fates
            .iter()
            .map(|&(name, _, row)| (name.to_owned(), tally(row)));
        json!({
            "shard": shard.shard,
            "shard_id": shard_id(shard.shard),
            "digest": format!("{:016x}", recorder.shard_digest(shard.shard)),
            "ledger": fates.collect::<Map<_, _>>(),
            "invocations": shard.ledger.invocations,
            "errors": shard.ledger.errors,
            "throttles": shard.ledger.throttles,
            "handled_again": shard.ledger.handled_again,
            "blocked": shard.blocked,
            "iterator_age_us": shard.iterator_age.0,
            "headroom_us": shard.headroom.0,
            "largest_iterator_age_us": oldest.max().unwrap_or(0).max(shard.iterator_age.0),
        })
    };
    outcome.end.shards.iter().map(each).collect()
}

fn mark_value(outcome: &Outcome, mark: &Mark) -> Value {
    let mut value = json!({ "at_us": mark.at.0, "kind": kind(mark.kind), "shard": mark.shard });
    if matches!(mark.kind, MarkKind::SettingChanged(_)) {
        value["changes"] = json!(outcome.changes(mark.at));
    }
    if mark.role == Role::Second {
        value["mapping"] = json!(2);
    }
    if let MarkKind::Paged(alarm) | MarkKind::BackToOk(alarm) = mark.kind {
        value["alarm"] = json!(format!("{alarm:?}"));
    }
    value
}

fn kind(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::PillLanded => "pill_landed",
        MarkKind::PillLost => "pill_lost",
        MarkKind::FirstFailure => "first_failure",
        MarkKind::LaneBlocked => "lane_blocked",
        MarkKind::Bisected => "bisected",
        MarkKind::Ticket => "ticket",
        MarkKind::Discarded => "discarded",
        MarkKind::Released => "released",
        MarkKind::FirstExpiry => "first_expiry",
        MarkKind::WorstHour => "worst_hour",
        MarkKind::LastExpiry => "last_expiry",
        MarkKind::CaughtUp => "caught_up",
        MarkKind::Throttled => "throttled",
        MarkKind::NeighbourThrottled => "neighbour_throttled",
        MarkKind::OrderBroken => "order_broken",
        MarkKind::WriteThrottled => "write_throttled",
        MarkKind::Resharded => "resharded",
        MarkKind::ReshardRefused => "reshard_refused",
        MarkKind::Drained => "drained",
        MarkKind::SettingChanged(_) => "setting_changed",
        MarkKind::Paged(_) => "paged",
        MarkKind::BackToOk(_) => "back_to_ok",
        MarkKind::End => "end",
    }
}
