//! The shards' write limits: what a request asks for, and what it gets.

use super::Producer;
use super::agenda::{Fresh, Segment};
use super::order::Order;
use super::tape::{StoredMinute, StreamTape};
use super::world::World;
use crate::engine::config::Config;
use crate::engine::fact::Fact;
use crate::engine::log::ShardLog;
use crate::engine::scaling::Load;
use crate::engine::time::SimTime;

/// Records a shard accepts per second (S1).
pub const SHARD_RECORDS_PER_SECOND: u64 = 1_000;
/// Bytes a shard accepts per second (S1).
pub const SHARD_BYTES_PER_SECOND: u64 = 1 << 20;

/// What a shard's record bucket holds at least, in milliseconds' worth: without it, requests that reach the shard out of
/// step would waste capacity, and a shard sent twice its limit would not take all of the limit (S6).
pub const LEAST_BURST_MS: u64 = 10;

/// Counts within a second, and the largest so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondMeter {
    second: u64,
    count: u32,
    /// The largest second since the last [`SecondMeter::take_peak`].
    pub peak: u32,
}

/// One shard's write side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShardIntake {
    /// Tokens, in millionths of a record and of a byte (S4).
    pub(super) records: u64,
    pub(super) bytes: u64,
    pub(super) refilled_at: SimTime,
    pub(super) stored: u64,
    /// Bytes stored since the minute began.
    minute_bytes: u64,
    pub(super) minute: StoredMinute,
    /// What was stored when the minute and the second began.
    minute_from: u64,
    second_from: u64,
    pub(super) order: Order,
}

/// What a shard's buckets hold at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capacity {
    /// In millionths of a record and of a byte.
    pub(super) records: u64,
    pub(super) bytes: u64,
    /// After so many µs the bucket of bytes is full.
    full_after: u64,
}

impl SecondMeter {
    /// Adds `n` at a time.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn add(&mut self, at: SimTime, n: u32) {
        let second = at.0 / 1_000_000;
        self.count = if second == self.second {
            self.count + n
        } else {
            n
        };
        self.second = second;
        self.peak = self.peak.max(self.count);
    }

    /// The largest second, which starts anew.
    pub fn take_peak(&mut self) -> u32 {
        std::mem::take(&mut self.peak)
    }
}

impl Producer {
    /// A request has arrived, perhaps the first of its second.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn begin_second(&mut self, at: SimTime) {
        if self.second_end <= at {
            self.second_end = SimTime((at.0 / 1_000_000 + 1) * 1_000_000);
            self.shards.iter_mut().for_each(ShardIntake::end_second);
        }
    }

    /// Entries ask their shard's buckets in order; one that fails does not stop later ones (P9).
    pub(super) fn accept(
        &mut self,
        world: &World,
        at: SimTime,
        segment: Segment,
        failed: &mut Vec<Segment>,
        tape: &mut dyn StreamTape,
    ) {
        let Segment {
            shard, from, to, ..
        } = segment;
        let part = |from, to| Segment {
            from,
            to,
            ..segment
        };
        let intake = &mut self.shards[usize::from(shard)];
        intake.refill(at, &world.capacity);
        // A run of entries with the same verdict at a time.
        let mut start = from;
        while start < to {
            let (fits, bytes) = self.fitting(segment.shard, start, to);
            let rank = start + fits;
            if start < rank {
                self.store(world, at, part(start, rank), bytes, tape);
            }
            if rank == to {
                return;
            }
            let intake = &mut self.shards[usize::from(shard)];
            // With nothing left for any of them, everything after fails too.
            let to = match intake.left() {
                (0, _) => to,
                (_, bytes) => {
                    let deck = self.map.shard(shard);
                    deck.first_charged_at_most(bytes, rank + 1, to)
                }
            };
            intake.minute.throttled += (to - rank) as u32;
            self.entries_throttled += to - rank;
            match failed.last_mut() {
                Some(last)
                    if last.shard == shard && last.to == rank && last.stored == segment.stored =>
                {
                    last.to = to;
                }
                _ => failed.push(part(rank, to)),
            }
            self.state(
                tape,
                at,
                Fact::EntriesThrottled {
                    shard,
                    rank,
                    count: (to - rank) as u32,
                },
            );
            start = to;
        }
    }

    /// How many of a shard's ranks from `from` on its buckets take before one fails, and their bytes.
    fn fitting(&self, shard: u16, from: u64, to: u64) -> (u64, u64) {
        let deck = self.map.shard(shard);
        let (records, limit) = self.shards[usize::from(shard)].left();
        let mut too_many = (to - from).min(records);
        if too_many == 0 {
            return (0, 0);
        }
        let mut too_large = deck.charged(from, from + too_many);
        // As a rule all that the one bucket takes, or nothing.
        if too_large <= limit {
            return (too_many, too_large);
        }
        let (mut fits, mut bytes) = (0, 0);
        while too_many - fits > 1 {
            let share = (limit - bytes) * (too_many - fits) / (too_large - bytes);
            let next = fits + share.max(1);
            let charged = deck.charged(from, from + next);
            if charged <= limit {
                (fits, bytes) = (next, charged);
            } else {
                (too_many, too_large) = (next, charged);
            }
        }
        (fits, bytes)
    }

    /// The records of a request never sent before ask their shards' buckets.
    pub(super) fn accept_fresh(
        &mut self,
        world: &World,
        fresh: Fresh,
        failed: &mut Vec<Segment>,
        tape: &mut dyn StreamTape,
    ) {
        self.look_up_ranks(world, fresh.from, fresh.to);
        let mut next = 0;
        while next < self.ranks.low.counts.len() {
            if !self.told_all {
                next = self.accept_whole(world, fresh.at, next, tape.logs());
            }
            if let Some(segment) = self.map.between(&self.ranks.low, &self.ranks.high, next) {
                self.accept(world, fresh.at, segment, failed, tape);
            }
            next += 1;
        }
    }

    /// The healthy road: one open shard after another takes all of its part of a request, and nobody hears of it. From
    /// the shard at `first` on; returns the first that does not, or how many there are.
    fn accept_whole(
        &mut self,
        world: &World,
        at: SimTime,
        first: usize,
        mut logs: Option<&mut [ShardLog]>,
    ) -> usize {
        let capacity = &world.capacity;
        let (map, low, high) = (&*self.map, &self.ranks.low, &self.ranks.high);
        let mut digest = self.digest;
        let counts = low.counts.iter().zip(&high.counts).zip(&map.per_cycle);
        let open = counts.zip(&map.open).enumerate().skip(first);
        for (index, (((&start, &end), &per_cycle), &shard)) in open {
            let from = low.cycle * per_cycle + u64::from(start);
            let deck = map.shard(shard);
            let (count, bytes) = if low.cycle == high.cycle {
                (u64::from(end - start), deck.charged_in_cycle(start, end))
            } else {
                let to = high.cycle * per_cycle + u64::from(end);
                (to - from, deck.charged(from, to))
            };
            if count == 0 {
                continue;
            }
            let intake = &mut self.shards[usize::from(shard)];
            intake.refill(at, capacity);
            if !intake.takes(count, bytes) || !intake.order.goes_on(from, count) {
                self.digest = digest;
                return index;
            }
            let position = intake.stored;
            intake.take(count, bytes);
            if let Some(logs) = &mut logs {
                logs[usize::from(shard)].append(at, from, count);
            }
            let fact = Fact::RecordsStored {
                shard,
                position,
                rank: from,
                count: count as u32,
            };
            digest.fact(at, &fact);
        }
        self.digest = digest;
        map.open.len()
    }

    /// Records stored behind younger ones: of their key, if the order is broken (P10).
    fn store_late(
        &mut self,
        world: &World,
        at: SimTime,
        segment: Segment,
        tape: &mut dyn StreamTape,
    ) {
        let Segment {
            shard, from, to, ..
        } = segment;
        let order = &mut self.shards[usize::from(shard)].order;
        let broken = order.store_late(&world.deck, self.map.shard(shard), from, to);
        if broken > 0 {
            self.order_broken += broken;
            let fact = Fact::OrderBroken {
                shard,
                rank: from,
                count: broken as u32,
            };
            // It follows from what is stored where, which the digest holds already.
            tape.hear(at, fact);
        }
    }

    /// These will not be stored any more.
    pub(super) fn forget(&mut self, segments: &[Segment]) {
        for segment in segments {
            let order = &mut self.shards[usize::from(segment.shard)].order;
            order.forget(segment.from, segment.to);
        }
    }

    fn store(
        &mut self,
        world: &World,
        at: SimTime,
        segment: Segment,
        bytes: u64,
        tape: &mut dyn StreamTape,
    ) {
        let Segment {
            shard, from, to, ..
        } = segment;
        let count = to - from;
        let intake = &mut self.shards[usize::from(shard)];
        let position = intake.stored;
        intake.take(count, bytes);
        let in_order = segment.stored || intake.order.store(from, to);
        tape.store(shard, at, from, count);
        self.state(
            tape,
            at,
            Fact::RecordsStored {
                shard,
                position,
                rank: from,
                count: count as u32,
            },
        );
        if !in_order {
            self.store_late(world, at, segment, tape);
        }
        if segment.stored {
            self.written_again += count;
            let fact = Fact::RecordsWrittenAgain {
                shard,
                position,
                rank: from,
                count: count as u32,
            };
            self.state(tape, at, fact);
        }
    }
}

impl ShardIntake {
    /// A shard that starts with full buckets.
    pub(super) fn new(config: &Config, at: SimTime) -> Self {
        let Capacity { records, bytes, .. } = Capacity::new(config);
        Self {
            records,
            bytes,
            refilled_at: at,
            stored: 0,
            minute_bytes: 0,
            minute: StoredMinute::default(),
            minute_from: 0,
            second_from: 0,
            order: Order::default(),
        }
    }

    /// A second has ended.
    pub(super) fn end_second(&mut self) {
        let stored = (self.stored - self.second_from) as u32;
        self.minute.peak = self.minute.peak.max(stored);
        self.second_from = self.stored;
    }

    /// A minute, and so a second, has ended.
    pub(super) fn end_minute(&mut self) -> StoredMinute {
        self.end_second();
        let minute = StoredMinute {
            stored: (self.stored - self.minute_from) as u32,
            ..std::mem::take(&mut self.minute)
        };
        self.minute_from = self.stored;
        self.minute_bytes = 0;
        minute
    }

    /// What was stored since the minute began.
    pub(super) fn load(&self) -> Load {
        Load {
            records: self.stored - self.minute_from,
            bytes: self.minute_bytes,
        }
    }

    /// Tokens for the time since the last refill, up to the burst capacity (S4).
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn refill(&mut self, at: SimTime, capacity: &Capacity) {
        let span = at.since(self.refilled_at).0.min(capacity.full_after);
        self.refilled_at = at;
        self.records = (self.records + span * SHARD_RECORDS_PER_SECOND).min(capacity.records);
        self.bytes = (self.bytes + span * SHARD_BYTES_PER_SECOND).min(capacity.bytes);
    }

    /// Stores records that the buckets take.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    fn take(&mut self, count: u64, bytes: u64) {
        self.records -= count * 1_000_000;
        self.bytes -= rounded(bytes) * 1_000_000;
        self.minute_bytes += bytes;
        self.stored += count;
    }

    /// How many records the buckets take, and how many bytes.
    fn left(&self) -> (u64, u64) {
        (self.records / 1_000_000, (self.bytes / 1_000_000) & !1_023)
    }

    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn takes(&self, records: u64, bytes: u64) -> bool {
        records * 1_000_000 <= self.records && rounded(bytes) * 1_000_000 <= self.bytes
    }
}

impl Capacity {
    /// Even without a burst the largest record fits: large records come in bursts that average out to the limit (S4).
    pub(super) fn new(config: &Config) -> Self {
        let bytes = config.burst_ms * SHARD_BYTES_PER_SECOND * 1_000;
        let bytes = bytes.max(config.max_record_bytes * 1_000_000);
        Self {
            records: config.burst_ms.max(LEAST_BURST_MS) * SHARD_RECORDS_PER_SECOND * 1_000,
            bytes,
            full_after: bytes / SHARD_BYTES_PER_SECOND + 1,
        }
    }
}

/// `PutRecords` rounds the cumulative size of a request up to 1 KiB (P5); here, of its part for one shard.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
fn rounded(bytes: u64) -> u64 {
    (bytes + 1_023) & !1_023
}
