//! Forming a batch: polling, the batching window, the payload limit, the read limit (facts E3–E6, S2).
//!
//! What is stored can be read at once; that a mapping gets it later is its polling (S22).

use super::attempt::take_up;
use super::{Reader, ReaderTape, Surroundings};
use crate::engine::account::Account;
use crate::engine::config::{Consuming, Fails};
use crate::engine::fact::Span;
use crate::engine::mark::MarkKind;
use crate::engine::time::{SimDuration, SimTime};

/// Largest payload of an invocation, in bytes (E4).
pub const PAYLOAD_LIMIT: u64 = 6 << 20;
/// Bytes per second that all lanes of a shard can read together (S2).
pub const READ_BYTES_PER_SECOND: u64 = 2 << 20;

impl Reader {
    /// When an idle lane forms its next batch (E3, E4, E5); the log decides, so it is worked out, not waited for.
    #[inline]
    pub(super) fn next_formation(
        &mut self,
        around: &Surroundings<'_>,
        settings: &Consuming,
        index: usize,
    ) -> SimTime {
        let lane = &mut self.lanes[index];
        let source = &around.source;
        let Some(position) = lane.view.position(source, lane.head) else {
            return SimTime::NEVER;
        };
        let arrived = loop {
            let entry = source
                .log
                .entry(&mut lane.cursor)
                .expect("the head is stored");
            if position < entry.count {
                break entry.at;
            }
            lane.cursor.advance();
        };
        (lane.head_at, lane.head_position) = (arrived, position);
        let interval = around.config.poll_interval.0;
        let open = lane.free_at.max(poll_after(lane.poll, interval, arrived));
        let window = settings.mapping.batching_window;
        if window == SimDuration::ZERO {
            return open;
        }
        // The window opens when the lane is free and has a record, and closes early when the batch is full.
        let wanted = settings.mapping.batch_size;
        let lane = &self.lanes[index];
        let mut last = lane.head + u64::from(wanted) - 1;
        if u64::from(wanted) * around.deck.largest_payload() > PAYLOAD_LIMIT {
            let filling = self.filling(around, index, wanted);
            last = filling.map_or(last, |(n, _)| lane.head + u64::from(n));
        }
        if let Some(n) = self.next_too_large(around, index, wanted) {
            last = last.min(lane.head + u64::from(n));
        }
        let full = lane
            .view
            .position(source, last)
            .and_then(|last| source.log.stored_at(last));
        let full_at = full.map_or(SimTime::NEVER, |at| {
            poll_after(lane.poll, interval, at).max(open)
        });
        full_at.min(open + window)
    }

    /// Takes a batch from what has been polled.
    pub(super) fn form(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        account: &mut Account,
        tape: &mut dyn ReaderTape,
    ) {
        if around.shares_reads {
            self.read_until = self.read_until.max(account.read_until(self.shard));
        }
        if at < self.readable_at(around) {
            // Another lane, or another mapping, has read meanwhile.
            tape.spent(at, self.readable_at(around));
            return self.plan(around, index);
        }
        let settings = self.settings(around);
        let lane = &mut self.lanes[index];
        let polled = poll_before(lane.poll, around.config.poll_interval.0, at);
        lane.poll = polled;
        let wanted = u64::from(settings.mapping.batch_size);
        let source = &around.source;
        let full = lane.head + wanted;
        let mut cursor = lane.cursor;
        // A lane has a part of what the shard has, so that it is full no sooner.
        let mut full_from = source.log.before(cursor) + wanted;
        let end = loop {
            let seen = source.log.skip(&mut cursor, polled, full_from);
            let entry = source.log.entry(&mut cursor);
            let Some(entry) = entry.filter(|entry| entry.at <= polled) else {
                break lane.view.before(source, seen);
            };
            let end = lane.view.before(source, entry.count);
            if full <= end {
                break end;
            }
            full_from = entry.count + full - end;
        };
        if end <= lane.head {
            // Its records expired meanwhile.
            return self.plan(around, index);
        }
        let polled_count = (end - lane.head).min(wanted) as u32;
        let mut count = polled_count;
        if wanted * around.deck.largest_payload() > PAYLOAD_LIMIT {
            count = self.shrink(around, index, polled_count);
        }
        if let Some(n) = self.next_too_large(around, index, count) {
            count = n.max(1);
        }
        if self.read_can_bind(around) {
            let (lane, log) = (&self.lanes[index], around.source.log);
            let last = lane.head + u64::from(count) - 1;
            let last = lane.view.position(&around.source, last);
            let last = last.expect("it was polled");
            let ranks = (log.rank(lane.head_position), log.rank(last));
            self.read(around, ranks, count, at);
            tape.spent(at, self.readable_at(around));
            if around.shares_reads {
                account.spend_reads(self.shard, self.read_until);
            }
        }
        let lane = &mut self.lanes[index];
        // A batch cut short by its payload ends before the entries that were looked at.
        if count == polled_count {
            lane.cursor = cursor;
        }
        let span = Span {
            first: lane.head,
            count,
        };
        lane.oldest_at = lane.head_at;
        lane.head += u64::from(count);
        if lane.behind && lane.head == end && count < wanted as u32 {
            lane.behind = false;
            tape.mark(at, MarkKind::CaughtUp);
        }
        take_up(lane, span);
        self.sift(around, polled, at, tape);
        self.attempt(around, index, at, account, tape);
    }

    /// How many of `count` records fit into one payload; at least one (E4).
    fn shrink(&self, around: &Surroundings<'_>, index: usize, count: u32) -> u32 {
        match self.filling(around, index, count) {
            Some((n, true)) => n + 1,
            Some((n, false)) => n.max(1),
            None => count,
        }
    }

    /// Which of the lane's next `count` records the payload's limit is reached with, if they do, and whether that record
    /// still fits (E4).
    fn filling(&self, around: &Surroundings<'_>, index: usize, count: u32) -> Option<(u32, bool)> {
        let lane = &self.lanes[index];
        let mut payload = 0;
        for n in 0..count {
            let place = lane.head + u64::from(n);
            let position = lane.view.position(&around.source, place)?;
            let rank = around.source.log.rank(position);
            payload += around.shard.payload(rank, rank + 1);
            if payload >= PAYLOAD_LIMIT {
                return Some((n, payload == PAYLOAD_LIMIT));
            }
        }
        None
    }

    /// Which of the lane's next `count` records is a pill too large for any event, which no other shares (E50).
    fn next_too_large(&self, around: &Surroundings<'_>, index: usize, count: u32) -> Option<u32> {
        if !around.config.has_pills_too_large() {
            return None;
        }
        let lane = &self.lanes[index];
        let ahead = lane.head + u64::from(count);
        let mut bad = lane.view.bad(&around.source, lane.head, ahead);
        bad.find(|&(_, fails)| fails == Fails::TooLarge)
            .map(|(place, _)| (place - lane.head) as u32)
    }

    /// From when on the shard's read limit (S2, E6) lets the next batch be formed; a second's worth may be read at once.
    pub fn readable_at(&self, around: &Surroundings<'_>) -> SimTime {
        if self.read_can_bind(around) {
            SimTime(self.read_until.saturating_sub(1_000_000))
        } else {
            SimTime::ZERO
        }
    }

    /// Spends the shard's read limit on a batch of `count` records between two ranks of the shard.
    pub(super) fn read(
        &mut self,
        around: &Surroundings<'_>,
        (first, last): (u64, u64),
        count: u32,
        at: SimTime,
    ) {
        let span = around.shard.charged(first.min(last), first.max(last) + 1);
        let bytes = span * u64::from(count) / (first.abs_diff(last) + 1);
        // Every reader of the stream reads the same, and they share the limit.
        let bytes = bytes * (1 + u64::from(around.config.other_readers));
        self.read_until = self.read_until.max(at.0) + bytes * 1_000_000 / READ_BYTES_PER_SECOND;
    }

    /// Whether full batches, one after another on every lane, could ask for more than the read limit.
    pub(super) fn read_can_bind(&self, around: &Surroundings<'_>) -> bool {
        if around.shares_reads {
            return true;
        }
        let settings = self.settings(around);
        let readers = 1 + u64::from(around.config.other_readers);
        let batches =
            u64::from(settings.mapping.batch_size) * u64::from(self.split.factor) * readers;
        let fastest = settings.mapping.overhead + settings.function.per_batch;
        batches * around.deck.largest_payload() * 1_000_000 > READ_BYTES_PER_SECOND * fastest.0
    }
}

/// The first poll at or after a time, given some poll; that one if it is later.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub(super) fn poll_after(known: SimTime, interval: u64, at: SimTime) -> SimTime {
    let mut poll = known;
    if at.since(known).0 > 4 * interval {
        poll.0 += at.since(known).0 / interval * interval;
    }
    while poll < at {
        poll.0 += interval;
    }
    poll
}

/// The last poll at or before a time, given an earlier one.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub(super) fn poll_before(known: SimTime, interval: u64, at: SimTime) -> SimTime {
    let mut poll = known;
    if at.since(known).0 > 4 * interval {
        poll.0 += at.since(known).0 / interval * interval;
    }
    while poll.0 + interval <= at.0 {
        poll.0 += interval;
    }
    poll
}
