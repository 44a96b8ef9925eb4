//! A moment of a run, exactly: what the stage and the panels read.

use crate::engine::config::MappingState;
use crate::engine::ledger::Ledger;
use crate::engine::shard_map::HashRange;
use crate::engine::time::{SimDuration, SimTime};

/// The whole state of interest at one time. Plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time.
    pub at: SimTime,
    /// Retention in force.
    pub retention: SimDuration,
    /// `MaximumRecordAgeInSeconds` in force: what is older is discarded before an invocation (E42). `None`: no limit.
    pub max_record_age: Option<SimDuration>,
    /// Where every record is.
    pub ledger: Ledger,
    /// Records per second the application makes now, times 1,000.
    pub rate_milli: u64,
    /// One per shard.
    pub shards: Vec<ShardMoment>,
    /// Concurrent executions now, and allowed.
    pub running: (u32, u32),
    /// The other function of the account.
    pub neighbour: NeighbourMoment,
    /// The mapping's `State` (E13).
    pub state: MappingState,
    /// The mapping's `LastProcessingResult` (E13).
    pub last_result: LastResult,
    /// The stream's other mapping, if there is one (E14).
    pub second: Option<SecondMoment>,
}

/// Another mapping that reads the same stream, from a position of its own (E14, S11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondMoment {
    /// What it made of the stored records; the producer's rows are zero.
    pub ledger: Ledger,
    /// Executions of its function now.
    pub running: u32,
    /// One per shard.
    pub shards: Vec<SecondShard>,
}

/// One shard as the other mapping sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondShard {
    /// Index of the shard.
    pub shard: u16,
    /// Position of the oldest record without a fate; where the log ends when caught up.
    pub head: u64,
    /// Age of the record at `head`; zero when caught up.
    pub iterator_age: SimDuration,
    /// Whether a lane is stuck: the same batch has failed at least three times.
    pub blocked: bool,
    /// Whether it is not read yet, because a parent is not drained (E15).
    pub waits: bool,
}

impl SecondMoment {
    /// The oldest iterator age of all shards.
    pub fn iterator_age(&self) -> SimDuration {
        let ages = self.shards.iter().map(|shard| shard.iterator_age);
        ages.max().unwrap_or(SimDuration::ZERO)
    }
}

impl Moment {
    /// The shards that take writes, by number (S18).
    pub fn open_shards(&self) -> impl Iterator<Item = u16> + '_ {
        let open = self.shards.iter().filter(|shard| shard.closed_at.is_none());
        open.map(|shard| shard.shard)
    }
}

/// `LastProcessingResult`, as AWS tells it (E13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastResult {
    /// "No records processed".
    #[default]
    Nothing,
    /// "OK"; a partial failure counts as that, too.
    Ok,
    /// "PROBLEM: Function call failed".
    Problem,
}

impl LastResult {
    /// AWS's words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Nothing => "No records processed",
            Self::Ok => "OK",
            Self::Problem => "PROBLEM: Function call failed",
        }
    }
}

/// A function that shares the account and has nothing to do with the stream (L3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NeighbourMoment {
    /// Its executions now.
    pub running: u32,
    /// Its calls so far that ran.
    pub invocations: u64,
    /// Its calls so far that were refused for want of concurrency.
    pub throttles: u64,
    /// When the last one was refused.
    pub last_throttle: Option<SimTime>,
}

/// One shard and its reader at a moment. A *position* counts the shard's stored records from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardMoment {
    /// Index of the shard.
    pub shard: u16,
    /// Its hash keys (P4).
    pub range: HashRange,
    /// The shards it followed in a reshard; none at the start of the run.
    pub parents: Vec<u16>,
    /// Since when it takes no more writes, if it was closed (S18).
    pub closed_at: Option<SimTime>,
    /// Whether it is not read yet, because a parent is not drained (E15).
    pub waits: bool,
    /// The shard's own part of the ledger's stored fates (producer rows are zero).
    pub ledger: Ledger,
    /// Position after the youngest stored record.
    pub stored: u64,
    /// Position of the oldest record within retention (the trim horizon, S10).
    pub trim: u64,
    /// Position of the oldest record without a fate; equals `stored` when caught up.
    pub head: u64,
    /// Age of the record at `head`; zero when caught up.
    pub iterator_age: SimDuration,
    /// Time until the record at `head` expires; the whole retention when caught up.
    pub headroom: SimDuration,
    /// Whether a lane is stuck: the same batch has failed at least three times.
    pub blocked: bool,
    /// Records per second sent to this shard now, times 1,000, by the traffic's curve and its keys.
    pub offered_milli: u64,
    /// Records per second of their mean size that the shard takes, times 1,000 (S1).
    pub takes_milli: u64,
    /// Records per second the lanes can handle with full batches, times 1,000.
    pub capacity_milli: u64,
    /// Good records expired in the last minute.
    pub expired_last_minute: u32,
    /// Records refused by the shard's write limit in the last minute, each time counted.
    pub throttled_last_minute: u32,
    /// One per lane.
    pub lanes: Vec<LaneMoment>,
}

impl ShardMoment {
    /// Records per second that flow in now, times 1,000: no more than the shard takes.
    pub fn arriving_milli(&self) -> u64 {
        self.offered_milli.min(self.takes_milli)
    }

    /// Whether it was closed and the reader is past everything in it, so that nothing happens to it any more (E15).
    pub fn is_drained(&self) -> bool {
        self.closed_at.is_some() && self.ledger.unread.total() == 0 && self.head == self.stored
    }
}

/// One lane (shard × parallel slot) at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneMoment {
    /// Index within the shard.
    pub lane: u16,
    /// What it is doing.
    pub phase: Phase,
    /// The batch in hand, if any.
    pub batch: Option<BatchMoment>,
    /// Halves waiting for their turn after a bisect: how many batches, how many records.
    pub waiting_halves: (u32, u32),
    /// Records of this lane stored and not yet in a batch.
    pub queued: u64,
}

/// The batch in a lane's hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchMoment {
    /// Position in the shard of its first record.
    pub first: u64,
    /// Position in the shard of its last record.
    pub last: u64,
    /// How many records it has; fewer than `last − first + 1` when the shard has several lanes.
    pub count: u32,
    /// Failed attempts so far.
    pub failures: u32,
    /// Position in the shard of the first pill in it.
    pub pill: Option<u64>,
    /// Numbers the invocations' request ids: a retry of the same batch keeps it (E27).
    pub request: u64,
    /// When its oldest record arrived.
    pub oldest: SimTime,
    /// Whether it is one record too large for any event (E50).
    pub too_large: bool,
}

/// What a lane is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing to do until the next poll at this time, or later.
    Idle {
        /// The next time it looks.
        until: SimTime,
    },
    /// Between invocations, or gathering a batch within the batching window.
    Gathering {
        /// The next invocation.
        until: SimTime,
    },
    /// The function runs.
    Invoking {
        /// Since when.
        since: SimTime,
        /// Until when.
        until: SimTime,
    },
    /// Waiting to try the same batch again (E25).
    BackingOff {
        /// Since when.
        since: SimTime,
        /// Until when.
        until: SimTime,
    },
    /// Refused for want of concurrency; waiting to try again, uncounted (E24).
    Throttled {
        /// Since when.
        since: SimTime,
        /// Until when.
        until: SimTime,
    },
}
