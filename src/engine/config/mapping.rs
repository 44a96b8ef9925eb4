//! The event source mapping: its settings, its states, and which records it wants.

use super::{Fails, Limit};
use crate::engine::time::{SimDuration, SimTime};

/// Whether the mapping reads, and where a new one begins (E11–E13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The mapping's state.
    pub state: MappingState,
    /// Numbers the mappings: one created anew has no checkpoint (E12).
    pub mapping: u32,
    /// Where a new one begins.
    pub start: StartingPosition,
}

/// The states of a mapping (E13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappingState {
    /// There is none.
    None,
    /// Created, and not active yet (E11).
    Creating,
    /// Switched on, and not active yet.
    Enabling,
    /// It reads.
    Enabled,
    /// Changed; it still reads with its old settings (E54).
    Updating,
    /// Switched off; it still reads (E12).
    Disabling,
    /// Switched off; the checkpoint is kept (E12).
    Disabled,
    /// To be deleted; it still reads.
    Deleting,
}

impl MappingState {
    /// Whether the mapping reads in this state.
    pub fn polls(self) -> bool {
        !matches!(
            self,
            Self::None | Self::Creating | Self::Enabling | Self::Disabled
        )
    }
}

/// `StartingPosition` (E11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartingPosition {
    /// At the oldest record within retention.
    TrimHorizon,
    /// Behind the youngest record at the moment it becomes active.
    Latest,
    /// At the first record stored at or after this time.
    AtTimestamp(SimTime),
}

/// The event source mapping's settings (E).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// `FilterCriteria` (E51).
    pub filter: Filter,
    /// `BatchSize`, 1–10,000 (E3).
    pub batch_size: u32,
    /// `MaximumBatchingWindowInSeconds`, 0–300 s (E3, E4).
    pub batching_window: SimDuration,
    /// `ParallelizationFactor`, 1–10 (E7).
    pub parallelization_factor: u16,
    /// `MaximumRetryAttempts`: retries after the first try (E22).
    pub max_retries: Limit<u32>,
    /// `MaximumRecordAgeInSeconds` (E23, E42).
    pub max_record_age: Limit<SimDuration>,
    /// `BisectBatchOnFunctionError` (E37).
    pub bisect: bool,
    /// `FunctionResponseTypes: [ReportBatchItemFailures]` (E30).
    pub report_batch_item_failures: bool,
    /// On-failure destination (E46).
    pub destination: Destination,
    /// Whether the destination refuses every message (E49).
    pub destination_denied: bool,
    /// First back-off of an unchanged batch, doubled each time (E25).
    pub backoff_base: SimDuration,
    /// Its cap (E26, assumption).
    pub backoff_cap: SimDuration,
    /// Pause between one invocation's end and the next (E6, E38).
    pub overhead: SimDuration,
}

/// What a filter lets pass (E51), judged once for each kind of data; bit `n` of each is the n-th of [`Config::kinds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Ordinary records.
    pub ordinary: u64,
    /// Records with a bad value, as far as ordinary ones of their kind pass.
    pub bad_value: u64,
    /// Records that are not JSON, likewise (E52).
    pub not_json: u64,
}

/// How a mapping divides a shard: which records it wants, and on how many lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// `ParallelizationFactor`.
    pub factor: u16,
    /// `FilterCriteria`.
    pub filter: Filter,
}

impl Filter {
    /// Everything passes.
    pub const NONE: Self = Self {
        ordinary: u64::MAX,
        bad_value: u64::MAX,
        not_json: u64::MAX,
    };

    /// Whether ordinary records of a kind pass.
    pub fn wants(self, kind: u8) -> bool {
        self.ordinary >> kind & 1 == 1
    }

    /// Whether a record is held back for what is wrong with it, though ordinary ones of its kind pass.
    pub fn holds_back(self, kind: u8, fails: Fails) -> bool {
        let passes = match fails {
            // What is slow or large to handle, or large, looks like any other.
            Fails::Never
            | Fails::First(_)
            | Fails::TooSlow
            | Fails::OutOfMemory
            | Fails::TooLarge => u64::MAX,
            Fails::Always => self.bad_value,
            Fails::NotJson => self.not_json,
        };
        self.wants(kind) && passes >> kind & 1 == 0
    }
}

impl Split {
    /// One lane that gets everything.
    pub fn is_whole(self) -> bool {
        self.factor == 1 && self.filter == Filter::NONE
    }
}

impl Mapping {
    /// How it divides a shard.
    pub fn split(&self) -> Split {
        Split {
            factor: self.parallelization_factor,
            filter: self.filter,
        }
    }
}

/// Where a discarded batch is reported (E46).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Nowhere: discarded without a trace.
    None,
    /// A standard queue: metadata only (E47).
    Sqs,
    /// A standard topic: metadata only (E47).
    Sns,
    /// A bucket: metadata and the records (E48).
    S3,
}
