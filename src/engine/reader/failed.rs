//! A batch that failed without progress (E36): it is split, given up, or tried again later.

use super::attempt::take_up;
use super::{HOUR, Reader, ReaderTape, Surroundings, mark_first, tally};
use crate::engine::backoff::doubled;
use crate::engine::config::{Destination, Limit};
use crate::engine::fact::{Condition, Fact, Span};
use crate::engine::lane::LaneState;
use crate::engine::mark::MarkKind;
use crate::engine::time::{SimDuration, SimTime};

/// Failed attempts after which a lane is called blocked.
const BLOCKED_AFTER: u32 = 3;

impl Reader {
    /// The batch in hand failed without progress (E36): split, give up, or wait and try again.
    pub(super) fn fail(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        mark_first(
            &mut self.quiet.failure,
            at,
            HOUR,
            MarkKind::FirstFailure,
            tape,
        );
        let mapping = &self.settings(around).mapping;
        // Records whose retention passed during the invocation expire with its failure (E44).
        self.expire_lane(around, index, self.trim_position(around, at), at, tape);
        let lane = &mut self.lanes[index];
        let (id, span) = (lane.id, lane.batch.span);
        if span.count == 0 {
            return self.done(around, index, at, mapping.overhead, tape);
        }
        lane.batch.failures += 1;
        let failures = lane.batch.failures;
        if mapping.bisect && span.count > 1 {
            return self.bisect(index, at + mapping.overhead, at, tape);
        }
        if let Limit::AtMost(retries) = mapping.max_retries
            && failures > retries
        {
            lane.batch.span = Span {
                first: span.end(),
                count: 0,
            };
            self.discard(
                around,
                index,
                span,
                (Condition::RetryAttemptsExhausted, failures),
                at,
                tape,
            );
            return self.done(around, index, at, mapping.overhead, tape);
        }
        let until = at + doubled(mapping.backoff_base, mapping.backoff_cap, failures - 1);
        lane.state = LaneState::BackingOff { since: at };
        lane.next_at = until;
        if failures >= BLOCKED_AFTER && lane.stuck.seen(at) {
            lane.behind = true;
            tape.mark(at, MarkKind::LaneBlocked);
        }
        self.state(
            tape,
            at,
            Fact::RetryScheduled {
                lane: id,
                batch: span,
                failures,
                until,
            },
        );
    }

    /// Splits the batch in hand in two; the left half is tried first, at `next_at` (E37).
    fn bisect(&mut self, index: usize, next_at: SimTime, at: SimTime, tape: &mut dyn ReaderTape) {
        let lane = &mut self.lanes[index];
        let (id, span) = (lane.id, lane.batch.span);
        let left = Span {
            first: span.first,
            count: span.count / 2,
        };
        let right = Span {
            first: left.end(),
            count: span.count - left.count,
        };
        lane.halves.push(right);
        take_up(lane, left);
        lane.next_at = next_at;
        mark_first(&mut self.quiet.bisect, at, HOUR, MarkKind::Bisected, tape);
        let fact = Fact::BatchBisected {
            lane: id,
            left,
            right,
        };
        self.state(tape, at, fact);
    }

    /// Records older than the limit leave the front of the batch for the destination (E42).
    pub(super) fn discard_aged(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        if let Limit::AtMost(limit) = self.settings(around).mapping.max_record_age {
            self.discard_older(around, index, limit, at, tape);
        }
    }

    fn discard_older(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        limit: SimDuration,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let Some(threshold) = at.0.checked_sub(limit.0 + 1) else {
            return;
        };
        let lane = &mut self.lanes[index];
        let first = lane
            .view
            .position(&around.source, lane.batch.span.first)
            .expect("a batch is stored");
        let old = around.source.log.stored_by(SimTime(threshold));
        if old <= first {
            return;
        }
        let span = lane.batch.span;
        let count =
            (lane.view.before(&around.source, old) - span.first).min(u64::from(span.count)) as u32;
        let aged = Span {
            first: span.first,
            count,
        };
        lane.batch.span = Span {
            first: span.first + u64::from(count),
            count: span.count - count,
        };
        let invoke_count = lane.batch.failures + 1;
        self.discard(
            around,
            index,
            aged,
            (Condition::RecordAgeExceeded, invoke_count),
            at,
            tape,
        );
    }

    /// The mapping gives records up; of those that have a fate already nothing more is told.
    pub(super) fn discard(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        records: Span,
        why: (Condition, u32),
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        for (part, fated) in self.parts(around, index, records) {
            if fated {
                self.pass_again(index, part, at, tape);
            } else {
                self.discard_part(around, index, part, why, at, tape);
            }
        }
    }

    fn discard_part(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        records: Span,
        (condition, invoke_count): (Condition, u32),
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let lane = &self.lanes[index];
        let poison = lane
            .view
            .poison(&around.source, records.first, records.end());
        let mapping = &self.settings(around).mapping;
        let wanted = mapping.destination != Destination::None;
        let reported = wanted && !mapping.destination_denied;
        let oldest = (reported && around.config.rereads())
            .then(|| lane.view.position(&around.source, records.first))
            .flatten()
            .and_then(|position| around.source.log.stored_at(position));
        let discarded = tally(records.count, poison);
        self.minute.discarded += records.count;
        let lane_id = lane.id;
        let fact = Fact::BatchDiscarded {
            lane: lane_id,
            records,
            poison,
            condition,
            invoke_count,
            reported,
            last: lane.batch.last,
            request: lane.batch.request,
            oldest,
        };
        if reported {
            self.fates.to_destination += discarded;
            self.fates.messages += 1;
            mark_first(&mut self.quiet.ticket, at, HOUR, MarkKind::Ticket, tape);
        } else {
            self.fates.discarded += discarded;
            mark_first(&mut self.quiet.discard, at, HOUR, MarkKind::Discarded, tape);
        }
        self.state(tape, at, fact);
        if wanted && !reported {
            self.fates.delivery_failures += 1;
            let denied = Fact::DeliveryDenied {
                lane: lane_id,
                records,
            };
            self.state(tape, at, denied);
        }
    }
}
