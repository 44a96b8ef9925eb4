//! The healthy road: one batch after another succeeds and nothing else is due. Nearly all of a run is like this.
//!
//! It does what [`Reader::step`] would do, without the detours; a test compares the two fact by fact.

use super::batch::{poll_after, poll_before};
use super::{PAYLOAD_LIMIT, Reader, ReaderTape, Surroundings};
use crate::engine::config::{Consuming, Handler, Limit, Outage};
use crate::engine::fact::{Cause, Fact, Outcome, Span};
use crate::engine::lane::LaneState;
use crate::engine::log::Run;
use crate::engine::random::{Draws, Purpose};
use crate::engine::time::{SimDuration, SimTime};

/// Most batches end within so many entries of the log; what ends later is searched for.
const STROLL: u32 = 4;

impl Reader {
    /// Moves a lone idle lane over whole batches, as long as each begins and ends before anything else can happen.
    #[allow(clippy::too_many_lines)] // One loop over locals; its parts share all of them.
    pub(super) fn cruise(
        &mut self,
        around: &Surroundings<'_>,
        until: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let settings = self.settings(around);
        let (mapping, function) = (&settings.mapping, &settings.function);
        let [lane] = self.lanes.as_slice() else {
            return;
        };
        let limit = self.nothing_else_by(around).min(until);
        if lane.next_at > limit || !self.is_plain(around, settings) {
            return;
        }
        let (log, bad) = (around.source.log, around.source.bad);
        let next_bad = bad
            .get(bad.partition_point(|bad| bad.position < lane.head))
            .map_or(u64::MAX, |bad| bad.position);
        let copies = around.source.copies_in(lane.head..u64::MAX).next();
        let next_bad = copies.unwrap_or(u64::MAX).min(next_bad);
        let crashes = Draws::new(
            around.config.seed,
            Purpose::Crash,
            u64::from(around.shard.shard),
        );
        let longest = match mapping.max_record_age {
            Limit::AtMost(age) => age,
            Limit::Infinite => SimDuration(u64::MAX),
        };
        let (interval, wanted) = (around.config.poll_interval.0, u64::from(mapping.batch_size));
        let (window, reads) = (mapping.batching_window, self.read_can_bind(around));
        let (id, behind) = (lane.id, lane.behind);
        let (mut head, mut cursor, mut poll) = (lane.head, lane.cursor, lane.poll);
        let (mut at, mut head_at, mut request) = (lane.next_at, lane.head_at, lane.requests);
        let (mut free_at, mut oldest_at) = (lane.free_at, lane.oldest_at);
        let (mut digest, all) = (self.digest, tape.hears_all());
        let (mut done, mut busy_ms, start) = (0, 0, head);
        let mut run = Run::default();
        while at <= limit {
            // Form: what was polled, at most a batch.
            let polled = poll_before(poll, interval, at);
            let mut ahead = cursor;
            let (mut end, mut walked) = (head, 0);
            while let Some(entry) = log.entry(&mut ahead)
                && entry.at <= polled
            {
                end = entry.count;
                if end >= head + wanted {
                    break;
                }
                ahead.advance();
                walked += 1;
                if walked == STROLL {
                    end = log.skip(&mut ahead, polled, head + wanted);
                }
            }
            let count = (end - head).min(wanted) as u32;
            let batch = Span { first: head, count };
            let duration = function.time(count);
            let done_at = at + duration;
            let n = head << 24 ^ u64::from(count) << 10;
            if count == 0
                || batch.end() > next_bad
                || done_at > limit
                || duration > function.timeout
                || at.since(head_at) > longest
                || behind && end < head + wanted
                || function.crashes(crashes, n)
            {
                break;
            }
            if reads {
                let ranks = (
                    log.rank_near(head, &mut run),
                    log.rank_near(batch.end() - 1, &mut run),
                );
                self.read(around, ranks, count, at);
                tape.spent(at, self.readable_at(around));
            }
            // Invoke, succeed, checkpoint.
            request += 1;
            let started = Fact::InvocationStarted {
                lane: id,
                batch,
                request,
                attempt: 1,
            };
            let ended = Fact::InvocationEnded {
                lane: id,
                batch,
                outcome: Outcome::Success,
                handled_again: 0,
                cause: Cause::Nothing,
            };
            let processed = Fact::RecordsProcessed {
                lane: id,
                records: batch,
                poison: 0,
            };
            digest.fact(at, &started);
            digest.fact(done_at, &ended);
            digest.fact(done_at, &processed);
            if all {
                tape.hear(at, started);
                tape.hear(done_at, ended);
                tape.hear(done_at, processed);
            }
            done += 1;
            busy_ms += duration.0.div_ceil(1_000);
            self.processed_meter.add(done_at, count);
            // The next one.
            (oldest_at, head, cursor, poll) = (head_at, batch.end(), ahead, polled);
            free_at = done_at + mapping.overhead;
            at = SimTime::NEVER;
            while let Some(entry) = log.entry(&mut cursor) {
                if head < entry.count {
                    head_at = entry.at;
                    at = free_at.max(poll_after(poll, interval, head_at));
                    break;
                }
                cursor.advance();
            }
            if window > SimDuration::ZERO && at < SimTime::NEVER {
                let (closes, mut ahead) = (at + window, cursor);
                log.skip(&mut ahead, closes, head + wanted);
                let full = log.entry(&mut ahead).map_or(SimTime::NEVER, |full| full.at);
                at = poll_after(poll, interval, full.min(closes)).clamp(at, closes);
            }
            if reads {
                at = at.max(self.readable_at(around));
            }
            self.settled_at = done_at;
        }
        self.digest = digest;
        self.fates.invocations += u64::from(done);
        self.fates.busy_ms += busy_ms;
        self.fates.processed.good += head - start;
        self.minute.invocations += done;
        self.minute.processed += (head - start) as u32;
        if done > 0 {
            self.passed = self.settled_at;
            self.last_result = Some((self.settled_at, true));
        }
        let remembers = around.config.may_have_written_again(self.passed);
        let lane = &mut self.lanes[0];
        if done > 0 {
            lane.note_handled(start, head, remembers);
        }
        lane.batch.request = request;
        (lane.head, lane.cursor, lane.poll, lane.next_at) = (head, cursor, poll, at);
        (lane.head_at, lane.oldest_at, lane.free_at, lane.requests) =
            (head_at, oldest_at, free_at, request);
        lane.head_position = head;
        lane.delivered = lane.delivered.max(head);
    }

    /// Up to when no minute ends, nothing expires and no setting changes.
    fn nothing_else_by(&self, around: &Surroundings<'_>) -> SimTime {
        let epoch = around
            .config
            .consuming
            .get(self.epoch + 1)
            .map_or(SimTime::NEVER, |next| next.from);
        let first = self.minute_end.min(self.next_expiry).min(epoch);
        first.before(SimDuration(1))
    }

    /// Whether its lone lane is idle, no setting asks for more than a batch at a time, and nothing ahead was handled
    /// before.
    fn is_plain(&self, around: &Surroundings<'_>, settings: &Consuming) -> bool {
        let (mapping, function) = (&settings.mapping, &settings.function);
        let lane = &self.lanes[0];
        let largest = u64::from(mapping.batch_size) * around.deck.largest_payload();
        matches!(lane.state, LaneState::Idle)
            && lane.view.is_whole()
            && function.outage == Outage::None
            && !matches!(function.handler, Handler::Replies(_))
            && (lane.warm || function.cold_start == SimDuration::ZERO)
            && self.new_split.is_none()
            && self.replay.is_none()
            && self.polls(around)
            && lane.handled <= lane.head
            && largest <= PAYLOAD_LIMIT
            && (mapping.batching_window == SimDuration::ZERO
                || !around.config.has_pills_too_large())
    }
}
