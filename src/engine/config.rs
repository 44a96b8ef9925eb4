//! What the engine is told: validated parameters, rich types instead of magic numbers.
//!
//! A `Config` is always valid: `scenario` clamps what a learner typed before it gets here. Settings
//! that can change during a run are lists of epochs; each epoch holds from its `from` on.

mod function;
mod mapping;
mod producing;
mod traffic;

pub use function::{Function, Handler, IdempotencyKey, Outage, Reply};
pub use mapping::{Destination, Filter, Mapping, MappingState, Reading, Split, StartingPosition};
pub use producing::{BackoffPolicy, Handling, Producing, PutCall, RetryQuota, Sdk};
pub use traffic::{ExplicitRecord, Fails, Generated, Keys, Pill, TOO_LARGE_BYTES, Traffic};

use super::scaling::Scaling;
use super::second::Second;
use super::time::{SimDuration, SimTime};

/// Whose settings these are, where two mappings read the stream (E14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The mapping that the run is about.
    #[default]
    First,
    /// Another one.
    Second,
}

/// A whole run, as data: the same value gives the same run, to the bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Addresses every random draw of the run.
    pub seed: u64,
    /// Whose settings `consuming` holds.
    pub role: Role,
    /// Where the run ends.
    pub horizon: SimTime,
    /// Open shards with equal hash key ranges at the start (P4), at least 1.
    pub shard_count: u16,
    /// Changes of the shards to ask for, by time (S17).
    pub reshards: Vec<ReshardRequest>,
    /// How long the stream is `UPDATING` before a change takes effect (S17, assumption).
    pub reshard_delay: SimDuration,
    /// How the shards follow the traffic unasked (S13, S20).
    pub scaling: Scaling,
    /// Capacity of each shard's write buckets, in milliseconds' worth of the limit (S4, assumption).
    pub burst_ms: u64,
    /// `MaxRecordSizeInKiB`, in bytes: a request with a larger record, partition key included, is refused whole (P3, P11).
    pub max_record_bytes: u64,
    /// Consumers beside the mapping that read the whole stream and share its read limit (S2, M10).
    pub other_readers: u32,
    /// `GetRecords` calls that each shard refuses in 1,000 s, because all readers together ask more than five times a
    /// second (S2, M10).
    pub reads_refused_per_1000s: u64,
    /// Where the records come from.
    pub traffic: Traffic,
    /// How often each kind of data occurs among generated records, at most 64 kinds, as weights.
    pub kinds: Vec<u32>,
    /// How they are sent, from each moment on; never empty, the first at zero.
    pub producing: Vec<Producing>,
    /// How they are stored and handled, from each moment on; never empty, the first at zero.
    pub consuming: Vec<Consuming>,
    /// Poison pills to send, by time.
    pub pills: Vec<Pill>,
    /// How often an idle shard is polled (E5), with five `GetRecords` calls per second for all readers together (S2).
    pub poll_interval: SimDuration,
    /// `MemorySize`: what a second of the function costs; it changes nothing else (L8, C7).
    pub memory_mb: u32,
    /// When somebody is paged; nothing of the run depends on it.
    pub alarms: Alarms,
}

/// When somebody is paged. AWS sets no alarm by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarms {
    /// `IteratorAge` over this share of retention, in permille (M5); 0: never.
    pub iterator_age_permille: u32,
    /// `Errors` above zero in so many minutes (M7); 0: never.
    pub error_minutes: u32,
    /// Whether the application counts failed entries in a metric of its own, with an alarm (M11).
    pub failed_entries: bool,
}

/// A change of the shards to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReshardRequest {
    /// When.
    pub at: SimTime,
    /// What.
    pub change: Reshard,
}

/// A change of the shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reshard {
    /// `UpdateShardCount` to so many equal shards.
    Count(u16),
    /// `SplitShard`: a shard into two halves (S19).
    Split(u16),
    /// `MergeShards`: a shard with its next neighbour by hash key (S19).
    Merge(u16),
    /// `UpdateStreamMode`: to on-demand, or back to provisioned (S12).
    OnDemand(bool),
    /// On-demand mode's own splits, to so many shards (S13).
    Grow(u16),
}

/// Stream, mapping, function and account from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consuming {
    /// From this moment on.
    pub from: SimTime,
    /// `RetentionPeriodHours` (S9).
    pub retention: SimDuration,
    /// The event source mapping.
    pub mapping: Mapping,
    /// The function.
    pub function: Function,
    /// How long after a message at the destination somebody reads its records again; `Infinite` is never (E47).
    pub reread_after: Limit<SimDuration>,
    /// Whether the mapping reads, and where a new one begins.
    pub reading: Reading,
    /// Concurrent executions of the account (L1).
    pub concurrency: u32,
    /// `ReservedConcurrentExecutions`: how many of them are the function's alone, and all it gets (L4).
    pub reserved: Limit<u32>,
    /// The same of the stream's other function, if there is one (E14).
    pub reserved_elsewhere: Limit<u32>,
    /// What another function of the account asks for (L3).
    pub neighbour: NeighbourLoad,
    /// Another mapping of the stream; there all the time or not at all (E14).
    pub second: Option<Box<Second>>,
}

/// A function that has nothing to do with the stream: evenly spaced calls that all take the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeighbourLoad {
    /// From one call to the next; zero if there is none.
    pub interval: SimDuration,
    /// How long a call runs.
    pub duration: SimDuration,
}

/// A limit, or none: AWS writes −1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit<T> {
    /// −1: for ever.
    Infinite,
    /// At most this.
    AtMost(T),
}

impl Config {
    /// Whether a pill is too large for any event (E50).
    pub fn has_pills_too_large(&self) -> bool {
        self.pills.iter().any(|pill| pill.fails == Fails::TooLarge)
    }

    /// Whether somebody ever reads the messages at the destination.
    pub fn rereads(&self) -> bool {
        let mut epochs = self.consuming.iter();
        epochs.any(|epoch| epoch.reread_after != Limit::Infinite)
    }

    /// The consumer settings in force at `t`.
    pub fn consuming_at(&self, t: SimTime) -> &Consuming {
        let next = self.consuming.partition_point(|epoch| epoch.from <= t);
        &self.consuming[next.max(1) - 1]
    }

    /// The producer settings in force at `t`.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn producing_at(&self, t: SimTime) -> &Producing {
        // Nearly every run has one epoch, and every request asks.
        if let [only] = self.producing.as_slice() {
            return only;
        }
        let next = self.producing.partition_point(|epoch| epoch.from <= t);
        &self.producing[next.max(1) - 1]
    }

    /// Whether records may have been stored twice by `t` (P24).
    pub fn may_have_written_again(&self, t: SimTime) -> bool {
        let begun = self.producing.iter().take_while(|epoch| epoch.from <= t);
        begun.into_iter().any(Producing::may_write_again)
    }
}
