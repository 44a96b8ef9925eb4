//! From the engine's state at a time to the plain data of a [`Moment`].

use super::moment::{
    BatchMoment, LaneMoment, LastResult, Moment, NeighbourMoment, Phase, SecondMoment, SecondShard,
    ShardMoment,
};
use super::pills::astray;
use super::reader_track::running;
use super::recorder::Recorder;
use crate::engine::account::Neighbour;
use crate::engine::config::{Consuming, Limit, Role, Traffic};
use crate::engine::lane::{Lane, LaneState};
use crate::engine::ledger::{Ledger, Tally};
use crate::engine::minute::Minute;
use crate::engine::producer::Producer;
use crate::engine::reader::{PAYLOAD_LIMIT, READ_BYTES_PER_SECOND, Reader};
use crate::engine::time::{SimDuration, SimTime};

/// The moment `t`, given producer and readers moved to it.
pub(super) fn moment(
    recorder: &Recorder,
    producer: &Producer,
    readers: &[Reader],
    neighbour: &Neighbour,
    t: SimTime,
) -> Moment {
    let config = recorder.config();
    let settings = config.consuming_at(t);
    // Those of closed shards come to an end.
    let open = readers
        .iter()
        .filter(|reader| t < recorder.closed_at(reader.lanes[0].id.shard));
    let all_lanes = open.map(|reader| u64::from(reader.factor())).sum();
    let shards: Vec<ShardMoment> = readers
        .iter()
        .map(|reader| shard_moment(recorder, producer, reader, (settings, all_lanes), t))
        .collect();
    Moment {
        at: t,
        retention: settings.retention,
        max_record_age: match settings.mapping.max_record_age {
            Limit::Infinite => None,
            Limit::AtMost(age) => Some(age),
        },
        ledger: ledger(recorder, producer, &shards, t),
        rate_milli: rate_milli(recorder, t),
        running: (readers.iter().map(running).sum(), settings.allowed()),
        neighbour: NeighbourMoment {
            running: neighbour.running(),
            invocations: neighbour.invocations,
            throttles: neighbour.throttles,
            last_throttle: neighbour.last_throttle,
        },
        state: settings.reading.state,
        last_result: last_result(readers),
        second: None,
        shards,
    }
}

/// The other mapping at the same moment.
pub(super) fn second(recorder: &Recorder, readers: &[Reader], moment: &Moment) -> SecondMoment {
    let mut ledger = Ledger::default();
    let each = |(reader, shard): (&Reader, &ShardMoment)| {
        let tickets = recorder.tickets(Role::Second, shard.shard, moment.at);
        let mut own = Ledger {
            stored: shard.ledger.stored,
            reread: tickets.in_time,
            too_late: tickets.too_late,
            ..reader.fates
        };
        own.unread = own.stored - own.fated();
        add_fates(&mut ledger, &own);
        let source = recorder.around(usize::from(shard.shard)).source;
        let head = reader.head(&source, shard.stored);
        let oldest = (head < shard.stored).then(|| recorder.stored_at(shard.shard, head));
        SecondShard {
            shard: shard.shard,
            head,
            iterator_age: oldest.map_or(SimDuration::ZERO, |at| moment.at.since(at)),
            blocked: reader.lanes.iter().any(|lane| lane.stuck.is_now()),
            waits: reader.is_waiting(),
        }
    };
    let shards = readers.iter().zip(&moment.shards).map(each).collect();
    SecondMoment {
        ledger,
        running: readers.iter().map(running).sum(),
        shards,
    }
}

fn last_result(readers: &[Reader]) -> LastResult {
    let last = readers.iter().filter_map(|reader| reader.last_result);
    match last.max_by_key(|&(at, _)| at) {
        None => LastResult::Nothing,
        Some((_, true)) => LastResult::Ok,
        Some((_, false)) => LastResult::Problem,
    }
}

fn ledger(recorder: &Recorder, producer: &Producer, shards: &[ShardMoment], t: SimTime) -> Ledger {
    let world = recorder.world();
    let mut ledger = Ledger {
        requests: producer.requests,
        sends: producer.sends,
        order_broken: producer.order_broken,
        stored_given_up: producer.stored_given_up,
        entries_throttled: producer.entries_throttled,
        ..Ledger::default()
    };
    for shard in shards {
        add_fates(&mut ledger, &shard.ledger);
    }
    let generated = producer.generated_by(world, t);
    let pills = recorder.bad_records().pills_below_ordinal(generated);
    let astray = astray(recorder, t);
    ledger.generated = tally(generated, pills);
    ledger.given_up = tally(producer.given_up, astray.given_up);
    ledger.lost_silently = tally(producer.lost_silently, astray.lost_silently);
    ledger.lost_with_process = tally(producer.lost_with_process, astray.lost_with_process);
    ledger.written_again = tally(producer.written_again, astray.written_again);
    let made = ledger.generated + ledger.written_again;
    let gone = ledger.never_stored() + ledger.stored;
    ledger.with_producer = Tally {
        good: made.good.saturating_sub(gone.good),
        poison: made.poison.saturating_sub(gone.poison),
    };
    ledger
}

fn add_fates(sum: &mut Ledger, shard: &Ledger) {
    sum.stored += shard.stored;
    sum.processed += shard.processed;
    sum.parked += shard.parked;
    sum.swallowed += shard.swallowed;
    sum.skipped += shard.skipped;
    sum.filtered += shard.filtered;
    sum.to_destination += shard.to_destination;
    sum.discarded += shard.discarded;
    sum.expired_undelivered += shard.expired_undelivered;
    sum.expired_after_failures += shard.expired_after_failures;
    sum.unread += shard.unread;
    sum.reread += shard.reread;
    sum.too_late += shard.too_late;
    sum.handled_again += shard.handled_again;
    sum.copies_handled += shard.copies_handled;
    sum.charged_twice += shard.charged_twice;
    sum.caught += shard.caught;
    sum.invocations += shard.invocations;
    sum.errors += shard.errors;
    sum.throttles += shard.throttles;
    sum.busy_ms += shard.busy_ms;
    sum.failed_ms += shard.failed_ms;
    sum.messages += shard.messages;
    sum.delivery_failures += shard.delivery_failures;
    sum.too_large += shard.too_large;
}

fn shard_moment(
    recorder: &Recorder,
    producer: &Producer,
    reader: &Reader,
    (settings, all_lanes): (&Consuming, u64),
    t: SimTime,
) -> ShardMoment {
    let shard = reader.lanes[0].id.shard;
    let around = recorder.around(usize::from(shard));
    let stored = producer.stored(shard);
    let pills = recorder.bad(usize::from(shard)).pills_below(stored);
    let mut ledger = Ledger {
        stored: tally(stored, pills),
        ..reader.fates
    };
    let fated = ledger.fated();
    ledger.unread = Tally {
        good: ledger.stored.good - fated.good,
        poison: ledger.stored.poison - fated.poison,
    };
    let tickets = recorder.tickets(Role::First, shard, t);
    (ledger.reread, ledger.too_late) = (tickets.in_time, tickets.too_late);
    let head = reader.head(&around.source, stored);
    let oldest = (head < stored).then(|| recorder.stored_at(shard, head));
    let iterator_age = oldest.map_or(SimDuration::ZERO, |at| t.since(at));
    ShardMoment {
        shard,
        range: recorder.shards()[usize::from(shard)].range,
        parents: recorder.shards()[usize::from(shard)].parents.clone(),
        closed_at: Some(recorder.closed_at(shard)).filter(|&at| at <= t),
        waits: reader.is_waiting(),
        ledger,
        stored,
        trim: reader.trim_position(&around, t),
        head,
        iterator_age,
        headroom: settings.retention - iterator_age,
        blocked: reader.lanes.iter().any(|lane| lane.stuck.is_now()),
        offered_milli: offered_milli(recorder, shard, t),
        takes_milli: recorder.shards()[usize::from(shard)].takes_milli(),
        capacity_milli: capacity_milli(recorder, shard, settings, (reader.factor(), all_lanes)),
        expired_last_minute: in_last_minute(
            recorder,
            shard,
            t,
            |minute| minute.expired,
            reader.expired_this_minute(),
        ),
        throttled_last_minute: in_last_minute(
            recorder,
            shard,
            t,
            |minute| minute.write_throttled,
            producer.throttled_this_minute(shard),
        ),
        lanes: reader
            .lanes
            .iter()
            .map(|lane| lane_moment(recorder, lane, stored))
            .collect(),
    }
}

fn lane_moment(recorder: &Recorder, lane: &Lane, stored: u64) -> LaneMoment {
    let shard = lane.id.shard;
    let around = recorder.around(usize::from(shard));
    let place = |position| {
        lane.view
            .position(&around.source, position)
            .unwrap_or(stored)
    };
    let span = lane.batch.span;
    let batch = (span.count > 0).then(|| {
        let first = place(span.first);
        let pill = lane.view.bad(&around.source, span.first, span.end()).next();
        BatchMoment {
            first,
            last: place(span.end() - 1),
            count: span.count,
            failures: lane.batch.failures,
            pill: pill.map(|(position, _)| place(position)),
            request: u64::from(lane.batch.request),
            oldest: recorder.stored_at(shard, first),
            too_large: recorder.is_too_large(shard, first) && span.count == 1,
        }
    });
    let until = lane.next_at;
    let phase = match lane.state {
        LaneState::Idle => Phase::Idle { until },
        LaneState::Ready => Phase::Gathering { until },
        LaneState::Invoking { since, .. } => Phase::Invoking { since, until },
        LaneState::BackingOff { since } => Phase::BackingOff { since, until },
        LaneState::Throttled { since } => Phase::Throttled { since, until },
    };
    let waiting: u32 = lane.halves.iter().map(|half| half.count).sum();
    LaneMoment {
        lane: lane.id.lane,
        phase,
        batch,
        waiting_halves: (lane.halves.len() as u32, waiting),
        queued: lane
            .view
            .before(&around.source, stored)
            .saturating_sub(lane.head),
    }
}

/// Records per second the application makes at `t`, times 1,000; of a written-down case, those of the last minute.
fn rate_milli(recorder: &Recorder, t: SimTime) -> u64 {
    match &recorder.config().traffic {
        Traffic::Generated(_) => recorder.world().rate_milli(t),
        Traffic::Explicit(records) => {
            let minute = t.before(SimDuration::from_secs(60));
            let by = |t| records.partition_point(|record| record.at <= t) as u64;
            (by(t) - by(minute)) * 1_000 / 60
        }
    }
}

fn offered_milli(recorder: &Recorder, shard: u16, t: SimTime) -> u64 {
    if recorder.closed_at(shard) <= t {
        return 0;
    }
    let (all, own) = (
        &recorder.world().deck,
        &recorder.shards()[usize::from(shard)],
    );
    rate_milli(recorder, t) * own.per_cycle() / all.cards().max(1)
}

/// What the lanes of a shard can handle with full batches (E6), in thousandths of a record per second: no more than a
/// payload holds (E4), the account lets run (E24) and a shard lets be read (S2); nothing if they time out (L7).
fn capacity_milli(
    recorder: &Recorder,
    shard: u16,
    settings: &Consuming,
    (lanes, all_lanes): (u16, u64),
) -> u64 {
    let (mapping, function) = (&settings.mapping, &settings.function);
    let own = &recorder.shards()[usize::from(shard)];
    let per_cycle = own.per_cycle();
    let fits = PAYLOAD_LIMIT * per_cycle / own.payload(0, per_cycle).max(1);
    let batch = u64::from(mapping.batch_size).min(fits).max(1);
    let duration = function.per_batch.0 + function.per_record.0 * batch;
    if function.timeout.0 < duration {
        return 0;
    }
    let running = u64::from(settings.allowed()).min(all_lanes);
    let each = batch * 1_000_000_000 / (duration + mapping.overhead.0).max(1);
    let handled = each * u64::from(lanes) * running / all_lanes.max(1);
    let config = recorder.config();
    let readers = 1 + u64::from(config.other_readers) + u64::from(settings.second.is_some());
    let bytes = own.charged(0, per_cycle).max(1) * readers;
    handled.min(READ_BYTES_PER_SECOND * 1_000 * per_cycle.max(1) / bytes)
}

/// What a minute counts, over the last 60 seconds: of the minute before as much as still belongs to them.
fn in_last_minute(
    recorder: &Recorder,
    shard: u16,
    t: SimTime,
    count: fn(&Minute) -> u32,
    so_far: u32,
) -> u32 {
    let ended = (t.0 / 60_000_000) as usize;
    let last = ended
        .checked_sub(1)
        .and_then(|index| recorder.minutes(shard).get(index));
    let into = t.0 % 60_000_000;
    let rest = last.map_or(0, |minute| {
        u64::from(count(minute)) * (60_000_000 - into) / 60_000_000
    });
    so_far + rest as u32
}

fn tally(all: u64, poison: u64) -> Tally {
    Tally {
        good: all - poison,
        poison,
    }
}
