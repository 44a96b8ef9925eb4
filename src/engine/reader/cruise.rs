//! The healthy road: one batch after another succeeds and nothing else is due. Nearly all of a run is like this.
//!
//! It does what [`Reader::step`] would do, without the detours; a test compares the two fact by fact.

use super::batch::{PAYLOAD_LIMIT, poll_after, poll_before};
use super::{Reader, ReaderTape, Surroundings};
use crate::engine::config::{Limit, Mapping};
use crate::engine::fact::{Fact, Outcome, Span};
use crate::engine::function;
use crate::engine::lane::LaneState;
use crate::engine::time::{SimDuration, SimTime};

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
        if !matches!(lane.state, LaneState::Idle)
            || !lane.view.is_whole()
            || !self.is_plain(around, mapping)
            || !function.is_steady()
            || (!lane.warm && function.cold_start > SimDuration::ZERO)
        {
            return;
        }
        let epoch = around
            .config
            .consuming
            .get(self.epoch + 1)
            .map_or(SimTime::NEVER, |next| next.from);
        let limit = self
            .minute_end
            .min(self.next_expiry)
            .min(epoch)
            .before(SimDuration(1))
            .min(until);
        let log = around.source.log;
        let bad = around.source.bad;
        let next_bad = bad
            .get(bad.partition_point(|bad| bad.position < lane.head))
            .map_or(u64::MAX, |bad| bad.position);
        let (interval, wanted) = (around.config.poll_interval.0, u64::from(mapping.batch_size));
        let (id, mut head, mut cursor, mut poll) = (lane.id, lane.head, lane.cursor, lane.poll);
        let (mut at, mut head_at, mut request) = (lane.next_at, lane.head_at, lane.requests);
        let (mut free_at, mut oldest_at) = (lane.free_at, lane.oldest_at);
        let all = tape.hears_all();
        while at <= limit {
            // Form: what was polled, at most a batch.
            let polled = poll_before(poll, interval, at);
            let mut ahead = cursor;
            let mut end = head;
            while let Some(entry) = log.entry(&mut ahead)
                && entry.at <= polled
            {
                end = entry.count;
                if end >= head + wanted {
                    break;
                }
                ahead.advance();
            }
            let batch = Span {
                first: head,
                count: (end - head).min(wanted) as u32,
            };
            let run = function::invoke(function, batch.count, None);
            let done_at = at + run.duration;
            if batch.count == 0
                || batch.end() > next_bad
                || run.outcome != Outcome::Success
                || done_at > limit
            {
                break;
            }
            // Invoke, succeed, checkpoint.
            request += 1;
            self.tell(
                all,
                tape,
                at,
                Fact::InvocationStarted {
                    lane: id,
                    batch,
                    request,
                    attempt: 1,
                },
            );
            let outcome = Outcome::Success;
            self.tell(
                all,
                tape,
                done_at,
                Fact::InvocationEnded {
                    lane: id,
                    batch,
                    outcome,
                    handled_again: 0,
                },
            );
            self.tell(
                all,
                tape,
                done_at,
                Fact::RecordsProcessed {
                    lane: id,
                    records: batch,
                    poison: 0,
                },
            );
            self.fates.invocations += 1;
            self.fates.busy_ms += run.duration.0.div_ceil(1_000);
            self.fates.processed.good += u64::from(batch.count);
            self.minute.invocations += 1;
            self.minute.processed += batch.count;
            self.processed_meter.add(done_at, batch.count);
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
            self.passed = done_at;
            self.settled_at = done_at;
            self.last_result = Some((done_at, true));
        }
        let lane = &mut self.lanes[0];
        lane.batch.request = request;
        (lane.head, lane.cursor, lane.poll, lane.next_at) = (head, cursor, poll, at);
        (lane.head_at, lane.oldest_at, lane.free_at, lane.requests) =
            (head_at, oldest_at, free_at, request);
        lane.delivered = lane.delivered.max(head);
        lane.handled = lane.handled.max(head);
    }

    #[allow(clippy::inline_always)] // So that the kind of fact is known where it is folded.
    #[inline(always)]
    fn tell(&mut self, all: bool, tape: &mut dyn ReaderTape, at: SimTime, fact: Fact) {
        self.digest.fact(at, &fact);
        if all {
            tape.hear(at, fact);
        }
    }

    /// Whether no setting asks for more than a batch at a time, and nothing ahead was handled before.
    fn is_plain(&self, around: &Surroundings<'_>, mapping: &Mapping) -> bool {
        let lane = &self.lanes[0];
        let largest = u64::from(mapping.batch_size) * around.deck.largest_payload();
        self.new_split.is_none()
            && self.replay.is_none()
            && self.polls(around)
            && !lane.behind
            && lane.handled <= lane.head
            && mapping.batching_window == SimDuration::ZERO
            && mapping.max_record_age == Limit::Infinite
            && largest <= PAYLOAD_LIMIT
            && !self.read_can_bind(around)
    }
}
