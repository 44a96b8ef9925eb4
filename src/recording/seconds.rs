//! What happened per second of a window: the truth behind a minute, computed anew from the keyframe before it.

use crate::engine::fact::Fact;
use crate::engine::producer::tape::StreamTape;
use crate::engine::reader::ReaderTape;
use crate::engine::time::SimTime;

/// One second of one shard. The fields mean what they mean in a [`crate::engine::minute::Minute`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Records accepted by the shard.
    pub stored: u32,
    /// Records refused by the shard's write limit, each time counted.
    pub write_throttled: u32,
    /// Records processed.
    pub processed: u32,
    /// Good records expired.
    pub expired: u32,
    /// Records discarded or sent to the destination.
    pub discarded: u32,
    /// Invocations started.
    pub invocations: u32,
    /// Invocations failed.
    pub errors: u32,
    /// Invocations refused for want of concurrency.
    pub throttles: u32,
    /// Good records handled again.
    pub handled_again: u32,
}

/// Counts facts into the seconds of a window, shard by shard.
#[derive(Clone, Debug)]
pub(super) struct Window {
    first: u64,
    pub(super) shards: Vec<Vec<Second>>,
}

impl Window {
    /// An empty window of `seconds` from the second of `from` on.
    pub(super) fn new(from: SimTime, seconds: usize, shards: usize) -> Self {
        Self {
            first: from.0 / 1_000_000,
            shards: vec![vec![Second::default(); seconds]; shards],
        }
    }

    fn second(&mut self, at: SimTime, shard: u16) -> Option<&mut Second> {
        let index = (at.0 / 1_000_000).checked_sub(self.first)?;
        self.shards[usize::from(shard)].get_mut(index as usize)
    }

    /// Adds what another window of the same length counted.
    pub(super) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self
            .shards
            .iter_mut()
            .flatten()
            .zip(other.shards.iter().flatten())
        {
            mine.stored += theirs.stored;
            mine.write_throttled += theirs.write_throttled;
            mine.processed += theirs.processed;
            mine.expired += theirs.expired;
            mine.discarded += theirs.discarded;
            mine.invocations += theirs.invocations;
            mine.errors += theirs.errors;
            mine.throttles += theirs.throttles;
            mine.handled_again += theirs.handled_again;
        }
    }
}

impl StreamTape for Window {
    fn hear(&mut self, at: SimTime, fact: Fact) {
        let (Fact::RecordsStored { shard, count, .. }
        | Fact::EntriesThrottled { shard, count, .. }) = fact
        else {
            return;
        };
        let Some(second) = self.second(at, shard) else {
            return;
        };
        match fact {
            Fact::RecordsStored { .. } => second.stored += count,
            _ => second.write_throttled += count,
        }
    }
}

impl ReaderTape for Window {
    fn hear(&mut self, at: SimTime, fact: Fact) {
        let Some((lane, _)) = fact.lane_records() else {
            return;
        };
        let Some(second) = self.second(at, lane.shard) else {
            return;
        };
        match fact {
            Fact::InvocationStarted { .. } => second.invocations += 1,
            Fact::InvocationThrottled { .. } => second.throttles += 1,
            Fact::InvocationEnded {
                outcome,
                handled_again,
                ..
            } => {
                second.errors += u32::from(outcome.is_error());
                second.handled_again += handled_again;
            }
            Fact::RecordsProcessed { records, .. } => second.processed += records.count,
            Fact::BatchDiscarded { records, .. } => second.discarded += records.count,
            Fact::RecordsExpired {
                records, poison, ..
            } => second.expired += records.count - poison,
            _ => {}
        }
    }
}
