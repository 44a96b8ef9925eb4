//! Facts as lines of JSON.

use super::message::{
    Discarded, condition_name, function_arn, function_error, request_id, shard_id,
};
use crate::engine::config::{Reshard, Role};
use crate::engine::fact::{Fact, LaneId, Outcome};
use crate::engine::resharding::Refusal;
use crate::engine::sequence_number::SequenceNumber;
use crate::engine::time::SimTime;
use crate::recording::facts::{Positions, Told};
use crate::recording::recorder::Recorder;
use serde_json::{Map, Value, json};

/// Writes a recorder's facts.
pub(super) struct EventWriter<'a> {
    recorder: &'a Recorder,
    role: Role,
}

/// The fields of a line.
struct Line(Map<String, Value>);

impl Line {
    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn with_lane(self, lane: LaneId) -> Self {
        self.with("shard", lane.shard)
            .with("shard_id", shard_id(lane.shard))
            .with("lane", lane.lane)
    }
}

impl<'a> EventWriter<'a> {
    /// For the facts of one mapping; each has requests of its own (E27).
    pub(super) fn new(recorder: &'a Recorder, role: Role) -> Self {
        Self { recorder, role }
    }

    fn request_id(&self, lane: LaneId, request: u32) -> String {
        request_id(self.role, lane, request)
    }

    /// The line of a fact; `None` if it is of another shard than the one asked for, or of none.
    pub(super) fn line(&self, told: &Told, only: Option<u16>) -> Option<Value> {
        if only.is_some() && only != shard_of(&told.fact) {
            return None;
        }
        let line = Line(Map::new())
            .with("at_us", told.at.0)
            .with("kind", kind(&told.fact));
        let line = if told.records[0].first().is_some() {
            self.consumer(line, told)
        } else {
            self.producer(line, &told.fact)
        };
        Some(Value::Object(line.0))
    }

    fn producer(&self, line: Line, fact: &Fact) -> Line {
        match *fact {
            Fact::RequestAnswered {
                request,
                send,
                records,
                throttled,
            } => line
                .with("request", request)
                .with("send", send)
                .with("status_code", 200)
                .with("record_count", records)
                .with("throttled_count", throttled),
            Fact::RequestFailed {
                request,
                attempt,
                records,
                throttled,
            } => line
                .with("request", request)
                .with("attempt", attempt)
                .with("status_code", if throttled { 400 } else { 500 })
                .with("record_count", records),
            Fact::RequestUnanswered {
                request,
                attempt,
                records,
                reached,
                for_ever,
            } => line
                .with("request", request)
                .with("attempt", attempt)
                .with("record_count", records)
                .with("reached", reached)
                .with("for_ever", for_ever),
            Fact::RetryQuotaSpent { request, attempt } => {
                line.with("request", request).with("attempt", attempt)
            }
            Fact::RequestRejected { request, records } => line
                .with("request", request)
                .with("status_code", 400)
                .with("error_code", "ValidationException")
                .with("record_count", records),
            Fact::ProcessDied { generated, lost } => {
                line.with("generated", generated).with("record_count", lost)
            }
            Fact::RecordsStored {
                shard,
                position,
                rank,
                count,
            }
            | Fact::RecordsWrittenAgain {
                shard,
                position,
                rank,
                count,
            } => {
                let line = self.ranks(line, shard, rank, count);
                let last = position + u64::from(count) - 1;
                sequence_numbers(line, shard, position, last)
            }
            Fact::StoredGivenUp { shard, rank, count } => self.ranks(line, shard, rank, count),
            Fact::OrderBroken { shard, count, .. } => in_shard(line, shard, count),
            Fact::EntriesThrottled { shard, rank, count } => self
                .ranks(line, shard, rank, count)
                .with("error_code", "ProvisionedThroughputExceededException"),
            Fact::RecordsNeverStored {
                shard,
                rank,
                count,
                given_up,
            } => self
                .ranks(line, shard, rank, count)
                .with("given_up", given_up),
            Fact::LanesChanged { shard, lanes } => with_shard(line, shard).with("lanes", lanes),
            Fact::ReshardRefused { change, refusal } => {
                with_change(line, change).with("reason", refusal_name(refusal))
            }
            Fact::ReshardStarted { change, until } => {
                with_change(line, change).with("until_us", until.0)
            }
            Fact::ShardClosed { shard } | Fact::ReadingStarted { shard } => with_shard(line, shard),
            Fact::ShardOpened { shard, .. } => {
                let deck = &self.recorder.shards()[usize::from(shard)];
                with_shard(line, shard)
                    .with("parents", deck.parents.clone())
                    .with("starting_hash_key", deck.range.first.to_string())
                    .with("ending_hash_key", deck.range.last.to_string())
            }
            Fact::RecordsSkipped {
                shard,
                good,
                poison,
                ..
            } => with_shard(line, shard)
                .with("good", good)
                .with("poison", poison),
            _ => line,
        }
    }

    fn consumer(&self, line: Line, told: &Told) -> Line {
        let [records, right] = &told.records;
        match told.fact {
            Fact::InvocationStarted {
                lane,
                request,
                attempt,
                ..
            } => self
                .records(line.with_lane(lane), lane, records)
                .with("request_id", self.request_id(lane, request))
                .with("attempt", attempt),
            Fact::RecordTooLarge {
                lane,
                request,
                attempt,
                ..
            } => self
                .records(line.with_lane(lane), lane, records)
                .with("request_id", self.request_id(lane, request))
                .with("attempt", attempt)
                .with("status_code", 413),
            Fact::DeliveryDenied { lane, .. } | Fact::RecordsReplayed { lane, .. } => {
                self.records(line.with_lane(lane), lane, records)
            }
            Fact::InvocationThrottled { lane, .. } => self
                .records(line.with_lane(lane), lane, records)
                .with("status_code", 429),
            Fact::InvocationEnded {
                lane,
                outcome,
                handled_again,
                ..
            } => {
                let line = self.records(line.with_lane(lane), lane, records);
                self.outcome(line, lane, records, outcome)
                    .with("handled_again", handled_again)
            }
            Fact::CopiesHandled { lane, count, .. } => self
                .records(line.with_lane(lane), lane, records)
                .with("copies", count),
            Fact::RecordsProcessed { lane, poison, .. } => self
                .records(line.with_lane(lane), lane, records)
                .with("poison", poison),
            Fact::RecordsNotHandled {
                lane,
                good,
                poison,
                parked,
                ..
            } => self
                .records(line.with_lane(lane), lane, records)
                .with("good", good)
                .with("poison", poison)
                .with("parked", parked),
            Fact::BatchBisected { lane, .. } => line
                .with_lane(lane)
                .with("left", self.ordinals(lane.shard, records))
                .with("right", self.ordinals(lane.shard, right)),
            Fact::RetryScheduled {
                lane,
                failures,
                until,
                ..
            } => self
                .records(line.with_lane(lane), lane, records)
                .with("failures", failures)
                .with("until_us", until.0),
            Fact::BatchDiscarded { .. } => self.discarded(line, told),
            Fact::RecordsFiltered { shard, poison, .. } => {
                let lane = LaneId { shard, lane: 0 };
                let line = line.with("shard", shard).with("shard_id", shard_id(shard));
                self.records(line, lane, &told.records[0])
                    .with("poison", poison)
            }
            Fact::RecordsExpired {
                lane,
                poison,
                delivered,
                ..
            } => self
                .records(line.with_lane(lane), lane, records)
                .with("poison", poison)
                .with("delivered", delivered),
            _ => line,
        }
    }

    fn discarded(&self, line: Line, told: &Told) -> Line {
        let Fact::BatchDiscarded {
            lane,
            poison,
            condition,
            invoke_count,
            reported,
            ..
        } = told.fact
        else {
            return line;
        };
        self.records(line.with_lane(lane), lane, &told.records[0])
            .with("poison", poison)
            .with("condition", condition_name(condition))
            .with("approximate_invoke_count", invoke_count)
            .with("message", self.message(told).filter(|_| reported))
    }

    /// The message about a discarded batch (E47).
    pub(super) fn message(&self, told: &Told) -> Option<Value> {
        let Fact::BatchDiscarded {
            lane,
            records,
            condition,
            invoke_count,
            last,
            request,
            ..
        } = told.fact
        else {
            return None;
        };
        let positions = &told.records[0];
        let end = |position: Option<u64>| {
            let (shard, position) = (lane.shard, position.unwrap_or(0));
            let arrived = self.recorder.log(shard).stored_at(position);
            let number = SequenceNumber { shard, position }.to_string();
            (number, arrived.unwrap_or(SimTime::ZERO))
        };
        let discarded = Discarded {
            at: told.at,
            function: function_arn(self.role),
            shard: lane.shard,
            request: self.request_id(lane, request),
            condition,
            invoke_count,
            last,
            batch_size: records.count,
            ends: [end(positions.first()), end(positions.last())],
        };
        Some(discarded.message())
    }

    fn outcome(&self, line: Line, lane: LaneId, records: &Positions, outcome: Outcome) -> Line {
        let name = match outcome {
            Outcome::Success => "success",
            Outcome::Partial { .. } => "partial_failure",
            Outcome::Malformed => "malformed_reply",
            Outcome::Error => "error",
            Outcome::TimedOut => "timed_out",
            Outcome::OutOfMemory => "out_of_memory",
        };
        let line = line
            .with("outcome", name)
            .with("function_error", function_error(outcome));
        let Outcome::Partial { first } = outcome else {
            return line;
        };
        let Some(position) = records.iter().nth(first as usize) else {
            return line;
        };
        let shard = lane.shard;
        line.with("first_failed", self.ordinal(shard, position))
            .with(
                "first_failed_sequence_number",
                SequenceNumber { shard, position }.to_string(),
            )
    }

    /// The records of a fact: ordinals as ranges, and the sequence numbers of the first and the last.
    fn records(&self, line: Line, lane: LaneId, records: &Positions) -> Line {
        let count: u64 = records.0.iter().map(|(first, last)| last - first + 1).sum();
        let line = line
            .with("record_count", count)
            .with("records", self.ordinals(lane.shard, records));
        match (records.first(), records.last()) {
            (Some(first), Some(last)) => sequence_numbers(line, lane.shard, first, last),
            _ => line,
        }
    }

    fn ranks(&self, line: Line, shard: u16, rank: u64, count: u32) -> Line {
        let deck = &self.recorder.shards()[usize::from(shard)];
        let ordinals = (rank..rank + u64::from(count)).map(|rank| deck.ordinal(rank));
        line.with("shard", shard)
            .with("shard_id", shard_id(shard))
            .with("record_count", count)
            .with("records", ranges(ordinals))
    }

    fn ordinals(&self, shard: u16, records: &Positions) -> Value {
        ranges(records.iter().map(|position| self.ordinal(shard, position)))
    }

    fn ordinal(&self, shard: u16, position: u64) -> u64 {
        let rank = self.recorder.log(shard).rank(position);
        self.recorder.shards()[usize::from(shard)].ordinal(rank)
    }
}

fn with_shard(line: Line, shard: u16) -> Line {
    line.with("shard", shard).with("shard_id", shard_id(shard))
}

fn with_change(line: Line, change: Reshard) -> Line {
    match change {
        Reshard::Count(target) => line
            .with("change", "UpdateShardCount")
            .with("target_shard_count", target),
        Reshard::Split(shard) => with_shard(line.with("change", "SplitShard"), shard),
        Reshard::Merge(shard) => with_shard(line.with("change", "MergeShards"), shard),
        Reshard::OnDemand(on) => line
            .with("change", "UpdateStreamMode")
            .with("stream_mode", if on { "ON_DEMAND" } else { "PROVISIONED" }),
        Reshard::Grow(target) => line
            .with("change", "on-demand scaling")
            .with("target_shard_count", target),
    }
}

fn refusal_name(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::MoreThanDouble => "more_than_double",
        Refusal::LessThanHalf => "less_than_half",
        Refusal::TooManyUpdates => "too_many_updates",
        Refusal::Updating => "updating",
        Refusal::NotOpen => "not_open",
        Refusal::NoNeighbour => "no_neighbour",
        Refusal::TooLarge => "too_large",
        Refusal::OnDemand => "on_demand",
        Refusal::TooManySwitches => "too_many_switches",
    }
}

fn in_shard(line: Line, shard: u16, count: u32) -> Line {
    line.with("shard", shard)
        .with("shard_id", shard_id(shard))
        .with("record_count", count)
}

fn sequence_numbers(line: Line, shard: u16, first: u64, last: u64) -> Line {
    let number = |position| SequenceNumber { shard, position }.to_string();
    line.with("start_sequence_number", number(first))
        .with("end_sequence_number", number(last))
}

/// `[[first, last], …]`.
fn ranges(ordinals: impl Iterator<Item = u64>) -> Value {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for ordinal in ordinals {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == ordinal => *last = ordinal,
            _ => ranges.push((ordinal, ordinal)),
        }
    }
    json!(ranges)
}

fn kind(fact: &Fact) -> &'static str {
    match fact {
        Fact::RequestAnswered { .. } => "request_answered",
        Fact::RequestFailed { .. } => "request_failed",
        Fact::RequestUnanswered { .. } => "request_unanswered",
        Fact::RetryQuotaSpent { .. } => "retry_quota_spent",
        Fact::RequestRejected { .. } => "request_rejected",
        Fact::RecordsStored { .. } => "records_stored",
        Fact::RecordsWrittenAgain { .. } => "records_written_again",
        Fact::StoredGivenUp { .. } => "stored_records_given_up",
        Fact::OrderBroken { .. } => "order_broken",
        Fact::ProcessDied { .. } => "process_died",
        Fact::EntriesThrottled { .. } => "entries_throttled",
        Fact::RecordsNeverStored { .. } => "records_never_stored",
        Fact::InvocationStarted { .. } => "invocation_started",
        Fact::InvocationThrottled { .. } => "invocation_throttled",
        Fact::RecordTooLarge { .. } => "record_too_large",
        Fact::DeliveryDenied { .. } => "delivery_denied",
        Fact::RecordsSkipped { .. } => "records_skipped",
        Fact::RecordsReplayed { .. } => "records_replayed",
        Fact::InvocationEnded { .. } => "invocation_ended",
        Fact::CopiesHandled { .. } => "copies_handled",
        Fact::RecordsProcessed { .. } => "records_processed",
        Fact::RecordsNotHandled { .. } => "records_not_handled",
        Fact::BatchBisected { .. } => "batch_bisected",
        Fact::RetryScheduled { .. } => "retry_scheduled",
        Fact::BatchDiscarded { .. } => "batch_discarded",
        Fact::RecordsExpired { .. } => "records_expired",
        Fact::RecordsFiltered { .. } => "records_filtered",
        Fact::LanesChanged { .. } => "lanes_changed",
        Fact::ReshardRefused { .. } => "reshard_refused",
        Fact::ReshardStarted { .. } => "reshard_started",
        Fact::ShardClosed { .. } => "shard_closed",
        Fact::ShardOpened { .. } => "shard_opened",
        Fact::ReadingStarted { .. } => "reading_started",
    }
}

fn shard_of(fact: &Fact) -> Option<u16> {
    match *fact {
        Fact::RecordsStored { shard, .. }
        | Fact::RecordsWrittenAgain { shard, .. }
        | Fact::StoredGivenUp { shard, .. }
        | Fact::OrderBroken { shard, .. }
        | Fact::EntriesThrottled { shard, .. }
        | Fact::RecordsNeverStored { shard, .. }
        | Fact::ShardClosed { shard }
        | Fact::ShardOpened { shard, .. }
        | Fact::ReadingStarted { shard }
        | Fact::RecordsSkipped { shard, .. }
        | Fact::RecordsFiltered { shard, .. }
        | Fact::LanesChanged { shard, .. } => Some(shard),
        _ => fact.lane_records().map(|(lane, _)| lane.shard),
    }
}
