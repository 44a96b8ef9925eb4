//! Orders, shards, settings and marks in plain words. Knows no state.

use crate::engine::config::Role;
use crate::engine::mark::{Alarm, MarkKind};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::recorder::room::ROOM;
use crate::scenario::knobs::{Kind, Knob, KnobSpec};
use crate::scenario::spelling::spell;
pub use crate::words::{clock, clock_of_day, count, number, rate_milli as rate, span};
use crate::words::{exact_span, share, signed_number, size};

/// A number of orders.
pub fn orders(value: u64) -> String {
    count(value, "order", "orders")
}

/// A number of good orders.
pub fn good_orders(value: u64) -> String {
    count(value, "good order", "good orders")
}

/// That a run has ended early because it took all memory there is for it.
pub fn out_of_room(end: SimTime) -> String {
    format!(
        "The run ends after {}: it has taken {} of memory by then, all there is for it. Fewer records, repeats or shards let it go on for longer.",
        span(end.since(SimTime::ZERO)),
        size(ROOM)
    )
}

/// That a run is computed no further, because the machine has no more memory for it.
pub fn machine_is_full(computed: SimTime) -> String {
    format!(
        "There is no more memory on this machine: the run is computed as far as {}, and what is computed can be played. Fewer records, repeats or shards, or a shorter run, need less.",
        span(computed.since(SimTime::ZERO))
    )
}

/// That a run is large, before it is computed.
pub fn is_large(bytes: u64) -> String {
    format!(
        "This run needs about {} MB of memory. A machine that has less computes it as far as it can.",
        number(bytes >> 20)
    )
}

/// The name of a shard.
pub fn shard_name(shard: u16) -> String {
    format!("shard-{shard}")
}

/// A knob with a value, as a change is named: `MaximumRetryAttempts 2`, `BisectBatchOnFunctionError on`.
pub fn setting(knob: Knob, value: i64) -> String {
    let spec = knob.spec();
    let value = match spec.kind {
        _ if knob.leaves_to_preset(value) => "preset".to_owned(),
        Kind::Limit { open, .. } if value < 0 && !spec.aws_default => open.to_owned(),
        Kind::Count { unit, .. } | Kind::Limit { unit, .. } if is_measured(spec, unit) => {
            spell(knob, value)
        }
        Kind::Count { .. } | Kind::Limit { .. } => signed_number(value),
        Kind::Span { .. } => exact_span(SimDuration(value.unsigned_abs())),
        Kind::Permille { .. } => share(value.unsigned_abs()),
        Kind::Toggle => if value == 0 { "off" } else { "on" }.to_owned(),
        Kind::Choice(names) => names
            .get(value as usize)
            .map_or("?", |name| name)
            .to_owned(),
        Kind::Text { .. } => String::new(),
    };
    format!("{} {value}", spec.label).trim_end().to_owned()
}

/// Whether a number means nothing without its unit, and the setting's name has none in it.
fn is_measured(spec: &KnobSpec, unit: &str) -> bool {
    matches!(unit, "s" | "min" | "minutes" | "MB" | "B" | "%" | "/s")
        && !["InSeconds", "per second"]
            .iter()
            .any(|named| spec.label.contains(named))
}

/// A mark in a few plain words, for example "good orders begin to expire".
pub fn mark_words(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::PillLanded => "the pill is in the stream",
        MarkKind::PillLost => "the pill was lost before it was stored",
        MarkKind::FirstFailure => "an invocation fails",
        MarkKind::LaneBlocked => "the shard is blocked",
        MarkKind::Bisected => "the batch is split in two",
        MarkKind::Ticket => "a message goes to the on-failure destination",
        MarkKind::Discarded => "a batch is discarded without a trace",
        MarkKind::Released => "the stuck batch is gone and the reader moves",
        MarkKind::FirstExpiry => "good orders begin to expire",
        MarkKind::WorstHour => "the worst hour begins: most good orders expire",
        MarkKind::LastExpiry => "the last good order expires",
        MarkKind::CaughtUp => "the reader is caught up again",
        MarkKind::Throttled => "Lambda refuses an invocation",
        MarkKind::NeighbourThrottled => "another function is refused: ours has its place",
        MarkKind::OrderBroken => "a record lands behind a younger one of its key",
        MarkKind::WriteThrottled => "the shard refuses records",
        MarkKind::Resharded => "the stream's shards change",
        MarkKind::ReshardRefused => "a change of the shards is refused",
        MarkKind::Drained => "the closed shard is drained, and its children can be read",
        MarkKind::SettingChanged(_) => "a setting changes",
        MarkKind::Paged(Alarm::IteratorAge) => "you are paged: IteratorAge",
        MarkKind::Paged(Alarm::Errors) => "you are paged: Errors",
        MarkKind::Paged(Alarm::FailedEntries) => "you are paged: FailedEntries",
        MarkKind::BackToOk(Alarm::IteratorAge) => "the IteratorAge alarm turns itself OK",
        MarkKind::BackToOk(Alarm::Errors) => "the Errors alarm turns itself OK",
        MarkKind::BackToOk(Alarm::FailedEntries) => "the FailedEntries alarm turns itself OK",
        MarkKind::End => "the end of the run",
    }
}

/// What goes before a mark's words to say which mapping it is of: nothing, if it is the first or nobody's.
pub fn mapping_words(role: Role) -> &'static str {
    match role {
        Role::First => "",
        Role::Second => "mapping 2: ",
    }
}

/// Said when a link's run has not come out as it was.
pub const CORRECTED: &str = "This run has not come out as the run that the link was made from: \
     the model was corrected since, or the link was edited. What you see is what this page computes now.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_counted() {
        assert_eq!(orders(1), "1 order");
        assert_eq!(good_orders(2_000), "2,000 good orders");
    }

    #[test]
    fn settings_are_named_as_aws_names_them() {
        let rows = [
            (Knob::MaximumRetryAttempts, -1, "MaximumRetryAttempts -1"),
            (Knob::MaximumRetryAttempts, 2, "MaximumRetryAttempts 2"),
            (
                Knob::BisectBatchOnFunctionError,
                1,
                "BisectBatchOnFunctionError on",
            ),
            (Knob::Timeout, 90, "Timeout 90 s"),
            (
                Knob::MaximumRecordAgeInSeconds,
                3_600,
                "MaximumRecordAgeInSeconds 3,600",
            ),
            (Knob::RecordsPerSecond, 1_500, "Orders per second 1,500"),
            (Knob::RereadAfter, -1, "Tickets are read after never"),
            (Knob::RereadAfter, 60, "Tickets are read after 60 s"),
            (Knob::OnFailure, 1, "On-failure destination SQS"),
            (Knob::OnFailure, 99, "On-failure destination ?"),
            (Knob::PerRecord, 20_000, "Time per record 20 ms"),
            (
                Knob::RequestTimeout,
                90_000_000,
                "Request timeout 1 min 30 s",
            ),
            (Knob::DailySwing, 500, "Daily swing 50 %"),
            (Knob::DailySwing, 125, "Daily swing 12.5 %"),
            (Knob::Reply, 0, "The given reply"),
        ];
        for (knob, value, words) in rows {
            assert_eq!(setting(knob, value), words);
        }
    }
}
