//! Trying a batch: the reference algorithm E-f, from the invocation to what it has settled.

use super::batch::PAYLOAD_LIMIT;
use super::handled::{first_bad, first_fatal};
use super::{HOUR, Reader, ReaderTape, Surroundings, mark_first, tally};
use crate::engine::account::Account;
use crate::engine::backoff::doubled;
use crate::engine::config::Fails;
use crate::engine::fact::{Fact, Outcome, Span};
use crate::engine::function::{self, Failing, Invocation};
use crate::engine::lane::{Batch, Lane, LaneState};
use crate::engine::mark::MarkKind;
use crate::engine::random::{Draws, Purpose};
use crate::engine::time::{SimDuration, SimTime};

impl Reader {
    /// Tries the batch in hand (E-f), after what is too old has left it.
    pub(super) fn attempt(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        account: &mut Account,
        tape: &mut dyn ReaderTape,
    ) {
        let settings = self.settings(around);
        if self.lanes[index].batch.span.count > 0 {
            self.discard_aged(around, index, at, tape);
            if self.lanes[index].batch.span.count == 0 {
                return self.done(around, index, at, settings.mapping.overhead, tape);
            }
        } else {
            return self.done(around, index, at, SimDuration::ZERO, tape);
        }
        if self.is_too_large(around, index) {
            return self.refuse_too_large(around, index, at, tape);
        }
        if !account.start(around.config, settings, at) {
            return self.throttled(around, index, at, tape);
        }
        let lane = &mut self.lanes[index];
        let (id, span) = (lane.id, lane.batch.span);
        lane.batch.throttles = 0;
        let (run, failing, init) = self.run(around, index);
        let lane = &mut self.lanes[index];
        lane.state = LaneState::Invoking {
            since: at,
            outcome: run.outcome,
            touched: run.touched,
            failing,
        };
        lane.next_at = at + init + run.duration;
        lane.delivered = lane.delivered.max(span.end());
        self.fates.invocations += 1;
        self.minute.invocations += 1;
        let (request, attempt) = (lane.batch.request, lane.batch.failures + 1);
        self.state(
            tape,
            at,
            Fact::InvocationStarted {
                lane: id,
                batch: span,
                request,
                attempt,
            },
        );
    }

    /// There is no execution left for the batch in hand: it waits, and no retry is spent (E24, L5).
    fn throttled(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let mapping = &self.settings(around).mapping;
        let lane = &mut self.lanes[index];
        let throttles = lane.batch.throttles;
        lane.batch.throttles += 1;
        lane.state = LaneState::Throttled { since: at };
        lane.next_at = at + doubled(mapping.backoff_base, mapping.backoff_cap, throttles);
        let fact = Fact::InvocationThrottled {
            lane: lane.id,
            batch: lane.batch.span,
        };
        self.fates.throttles += 1;
        self.minute.throttles += 1;
        mark_first(
            &mut self.quiet.throttle,
            at,
            HOUR,
            MarkKind::Throttled,
            tape,
        );
        self.state(tape, at, fact);
    }

    /// Whether the batch in hand is one record whose event alone exceeds the payload limit (E50).
    fn is_too_large(&self, around: &Surroundings<'_>, index: usize) -> bool {
        let lane = &self.lanes[index];
        let may_be =
            around.deck.largest_payload() > PAYLOAD_LIMIT || around.config.has_pills_too_large();
        if lane.batch.span.count != 1 || !may_be {
            return false;
        }
        let first = lane.view.position(&around.source, lane.batch.span.first);
        let first = first.expect("a batch is stored");
        let rank = around.source.log.rank(first);
        around.source.fails(first) == Fails::TooLarge
            || around.shard.payload(rank, rank + 1) > PAYLOAD_LIMIT
    }

    /// Lambda refuses the request before the function runs; the try counts all the same (E50).
    fn refuse_too_large(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        self.fates.too_large += 1;
        let lane = &mut self.lanes[index];
        lane.state = LaneState::Ready;
        let fact = Fact::RecordTooLarge {
            lane: lane.id,
            batch: lane.batch.span,
            request: lane.batch.request,
            attempt: lane.batch.failures + 1,
        };
        self.state(tape, at, fact);
        self.fail(around, index, at, tape);
    }

    /// What an invocation of the batch in hand will do, and the cold start before it (L10), which `Timeout` does not count.
    fn run(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
    ) -> (Invocation, Failing, SimDuration) {
        let function = &self.settings(around).function;
        let lane = &mut self.lanes[index];
        let span = lane.batch.span;
        let first_bad = first_bad(&lane.view, &around.source, span, &self.failed_times);
        let fatal = first_fatal(&lane.view, &around.source, span).filter(|_| function.chokes);
        let warm = std::mem::replace(&mut lane.warm, true);
        if function.is_steady() && (warm || function.cold_start == SimDuration::ZERO) {
            let failing = match first_bad {
                Some(_) if function.chokes => Failing::Bad,
                _ => Failing::None,
            };
            let run = function::invoke(function, span.count, first_bad);
            return (run.unless(function, fatal), failing, SimDuration::ZERO);
        }
        self.run_unsteady(around, index, (first_bad, fatal), warm)
    }

    /// The same where more than a record can make it fail or slow.
    fn run_unsteady(
        &self,
        around: &Surroundings<'_>,
        index: usize,
        (first_bad, fatal): (Option<u32>, Option<(u32, Fails)>),
        warm: bool,
    ) -> (Invocation, Failing, SimDuration) {
        let function = &self.settings(around).function;
        let lane = &self.lanes[index];
        let span = lane.batch.span;
        // Addressed by the first record, the number of them and the attempt: a half is not its whole batch again.
        let first = lane.view.position(&around.source, span.first);
        let n = first.unwrap_or(0) << 24
            ^ u64::from(span.count) << 10
            ^ u64::from(lane.batch.failures & 0x3FF);
        let draws = |purpose| Draws::new(around.config.seed, purpose, u64::from(self.shard));
        let crash = (draws(Purpose::Crash), n);
        let (run, failing) = function::invoke_anyhow(function, span.count, first_bad, crash);
        let longest = function.cold_start.0;
        let init = if warm {
            0
        } else {
            longest / 10 + draws(Purpose::ColdStart).below(n, longest - longest / 10 + 1)
        };
        (run.unless(function, fatal), failing, SimDuration(init))
    }

    /// An invocation has ended.
    pub(super) fn finish(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        (raw, touched, failing): (Outcome, u32, Failing),
        tape: &mut dyn ReaderTape,
    ) {
        let mapping = &self.settings(around).mapping;
        // Without the response type, what the handler answers does not matter (E30).
        let outcome = match raw {
            Outcome::Partial { .. } | Outcome::Malformed if !mapping.report_batch_item_failures => {
                Outcome::Success
            }
            _ => raw,
        };
        let done = match outcome {
            Outcome::Success => self.lanes[index].batch.span.count,
            Outcome::Partial { first } => first,
            _ => 0,
        };
        let held = &self.lanes[index].batch.span;
        let done_records = Span {
            first: held.first,
            count: done,
        };
        let aside = self.not_handled(around, index, failing, done_records);
        self.last_result = Some((
            at,
            matches!(outcome, Outcome::Success | Outcome::Partial { .. }),
        ));
        // With nothing to charge with, nobody is charged.
        let worked = if failing == Failing::All { 0 } else { touched };
        let cause = self.cause(around, index, (outcome, touched, failing));
        self.count_failures(around, index, touched);
        let (handled_again, copies) = self.count_handled(around, index, worked, at);
        let lane = &mut self.lanes[index];
        let (id, span) = (lane.id, lane.batch.span);
        let billed_ms = lane.invoked_for(at).0.div_ceil(1_000);
        self.fates.busy_ms += billed_ms;
        lane.batch.last = Some(outcome);
        // A time-out takes the environment with it (L10), and so does a process that is killed.
        lane.warm &= !matches!(outcome, Outcome::TimedOut | Outcome::OutOfMemory);
        lane.state = LaneState::Ready;
        if outcome.is_error() {
            self.fates.errors += 1;
            self.fates.failed_ms += billed_ms;
            self.minute.errors += 1;
        }
        self.state(
            tape,
            at,
            Fact::InvocationEnded {
                lane: id,
                batch: span,
                outcome,
                handled_again,
                cause,
            },
        );
        if copies > 0 {
            let fact = Fact::CopiesHandled {
                lane: id,
                batch: span,
                count: copies,
            };
            self.state(tape, at, fact);
        }
        if done > 0 {
            self.process(around, index, done, at, tape);
            self.set_aside(around, (id, span.first, done), aside, at, tape);
        }
        match outcome {
            Outcome::Success => {
                self.done(around, index, at, mapping.overhead, tape);
            }
            // Progress: a fresh budget for what is left, at once (E31, E32).
            Outcome::Partial { first } if first > 0 => {
                let lane = &mut self.lanes[index];
                let rest = lane.batch.span;
                take_up(lane, rest);
                lane.next_at = at + mapping.overhead;
            }
            _ => self.fail(around, index, at, tape),
        }
    }

    /// Nothing is left of the batch in hand: the next half, or idle.
    pub(super) fn done(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        pause: SimDuration,
        tape: &mut dyn ReaderTape,
    ) {
        let lane = &mut self.lanes[index];
        if lane.stuck.ends() {
            tape.mark(at, MarkKind::Released);
        }
        if let Some(half) = lane.halves.pop() {
            take_up(lane, half);
            lane.next_at = at + pause;
            return;
        }
        lane.batch = Batch {
            request: lane.batch.request,
            ..Batch::default()
        };
        lane.state = LaneState::Idle;
        lane.free_at = at + pause;
        self.settled_at = at;
        self.plan(around, index);
    }

    /// The checkpoint passes the first `count` records of the batch in hand.
    pub(super) fn process(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        count: u32,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let lane = &mut self.lanes[index];
        let span = lane.batch.span;
        let records = Span {
            first: span.first,
            count,
        };
        lane.batch.span = Span {
            first: records.end(),
            count: span.count - count,
        };
        if self.replay.is_none() {
            return self.process_part(around, index, records, at, tape);
        }
        for (part, fated) in self.parts(around, index, records) {
            if fated {
                self.pass_again(index, part, at, tape);
            } else {
                self.process_part(around, index, part, at, tape);
            }
        }
    }

    fn process_part(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        records: Span,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let lane = &self.lanes[index];
        let poison = lane
            .view
            .poison(&around.source, records.first, records.end());
        self.fates.processed += tally(records.count, poison);
        self.minute.processed += records.count;
        self.processed_meter.add(at, records.count);
        let lane = lane.id;
        self.state(
            tape,
            at,
            Fact::RecordsProcessed {
                lane,
                records,
                poison,
            },
        );
    }
}

/// Gives the lane a new batch in hand: a new request id and a fresh budget (E27).
pub(super) fn take_up(lane: &mut Lane, span: Span) {
    lane.requests += 1;
    lane.batch = Batch {
        span,
        request: lane.requests,
        ..Batch::default()
    };
    lane.state = LaneState::Ready;
}
