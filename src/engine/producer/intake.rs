//! The shards' write limits: what a request asks for, and what it gets.

use super::Producer;
use super::agenda::Segment;
use super::order::Order;
use super::tape::{StoredMinute, StreamTape};
use super::world::World;
use crate::engine::config::Config;
use crate::engine::fact::Fact;
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
    pub(super) minute_bytes: u64,
    pub(super) minute: StoredMinute,
    pub(super) meter: SecondMeter,
    pub(super) order: Order,
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
        intake.refill(at, &world.config);
        let bytes = self.map.shard(shard).charged(from, to);
        if intake.takes(to - from, bytes) {
            return self.store(world, at, segment, bytes, tape);
        }
        // A run of entries with the same verdict at a time.
        let (mut start, mut run_bytes) = (from, 0);
        for rank in from..to {
            let size = self.map.shard(shard).charged(rank, rank + 1);
            let intake = &self.shards[usize::from(shard)];
            if intake.takes(rank - start + 1, run_bytes + size) {
                run_bytes += size;
                continue;
            }
            if start < rank {
                self.store(world, at, part(start, rank), run_bytes, tape);
                run_bytes = 0;
            }
            let intake = &mut self.shards[usize::from(shard)];
            // With not one record left, everything after fails too.
            let to = if intake.takes(1, 0) { rank + 1 } else { to };
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
            if start > rank + 1 {
                return;
            }
        }
        if start < to {
            self.store(world, at, part(start, to), run_bytes, tape);
        }
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
        let broken = order.broken(&world.deck, self.map.shard(shard), from, to);
        order.settle(from, to);
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
            order.settle(segment.from, segment.to);
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
        intake.records -= count * 1_000_000;
        intake.bytes -= rounded(bytes) * 1_000_000;
        intake.minute.stored += count as u32;
        intake.minute_bytes += bytes;
        intake.meter.add(at, count as u32);
        let position = intake.stored;
        intake.stored += count;
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
        let (records, bytes) = capacity(config);
        Self {
            records,
            bytes,
            refilled_at: at,
            stored: 0,
            minute_bytes: 0,
            minute: StoredMinute::default(),
            meter: SecondMeter::default(),
            order: Order::default(),
        }
    }

    /// Tokens for the time since the last refill, up to the burst capacity (S4).
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn refill(&mut self, at: SimTime, config: &Config) {
        let (records, bytes) = capacity(config);
        let span = at
            .since(self.refilled_at)
            .0
            .min(bytes / SHARD_BYTES_PER_SECOND + 1);
        self.refilled_at = at;
        self.records = (self.records + span * SHARD_RECORDS_PER_SECOND).min(records);
        self.bytes = (self.bytes + span * SHARD_BYTES_PER_SECOND).min(bytes);
    }

    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn takes(&self, records: u64, bytes: u64) -> bool {
        records * 1_000_000 <= self.records && rounded(bytes) * 1_000_000 <= self.bytes
    }
}

/// The buckets' capacities, in millionths of a record and of a byte. Even without a burst the largest record fits: large
/// records come in bursts that average out to the limit (S4).
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub(super) fn capacity(config: &Config) -> (u64, u64) {
    let records = config.burst_ms.max(LEAST_BURST_MS) * SHARD_RECORDS_PER_SECOND * 1_000;
    let bytes =
        (config.burst_ms * SHARD_BYTES_PER_SECOND * 1_000).max(config.max_record_bytes * 1_000_000);
    (records, bytes)
}

/// `PutRecords` rounds the cumulative size of a request up to 1 KiB (P5); here, of its part for one shard.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
fn rounded(bytes: u64) -> u64 {
    bytes.next_multiple_of(1_024)
}
