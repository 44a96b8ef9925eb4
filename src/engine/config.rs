//! What the engine is told: validated parameters, rich types instead of magic numbers.
//!
//! A `Config` is always valid: `scenario` clamps what a learner typed before it gets here. Settings
//! that can change during a run are lists of epochs; each epoch holds from its `from` on.

use super::scaling::Scaling;
use super::second::Second;
use super::shape::Shape;
use super::time::{SimDuration, SimTime};

/// Whose settings these are, where two mappings read the stream (E14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// Where the records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// Poisson arrivals about a daily curve, keys dealt from a deck.
    Generated(Generated),
    /// A small case written down record by record, in order of time; exact to the record.
    Explicit(Vec<ExplicitRecord>),
}

/// Poisson arrivals about `mean · (1 + swing · cos 2π (t − peak) / 24 h) · shape`; the mean is in [`Producing`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Depth of the daily curve in permille of the mean, 0 (steady) to 1,000.
    pub swing_permille: u32,
    /// When the daily curve peaks, after the start.
    pub peak_at: SimTime,
    /// What else the mean is multiplied with over the run.
    pub shape: Shape,
    /// How the partition keys `device-0` … are spread.
    pub keys: Keys,
    /// Data of one record before base64, in bytes.
    pub record_bytes: u32,
}

/// How partition keys are spread over the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// `n` keys, equally likely.
    Uniform(u32),
    /// `n` keys by Zipf's law: key `k` (from 1) weighs 1/k.
    Zipf(u32),
    /// `n` keys, of which the first takes `permille` of all records.
    Hot {
        /// All keys, the hot one included.
        n: u32,
        /// Share of the hot key, 0 to 1,000.
        permille: u32,
    },
}

/// One record of a written-down case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplicitRecord {
    /// When the application hands it to the producer.
    pub at: SimTime,
    /// Partition key, 1–256 characters (P4).
    pub key: String,
    /// Data before base64, in bytes.
    pub bytes: u32,
    /// Whether handling it fails.
    pub fails: Fails,
    /// Its kind of data.
    pub kind: u8,
}

/// How often handling a record fails, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fails {
    /// An ordinary record.
    Never,
    /// It fails the first `n` times it is handled.
    First(u32),
    /// A poison pill: valid JSON with a value that nobody can work with.
    Always,
    /// A poison pill: its data is not JSON (E52).
    NotJson,
    /// A poison pill: handling it does not end, so that the invocation runs into its `Timeout` (L7).
    TooSlow,
    /// A poison pill: handling it takes more memory than there is, and the process dies (E20).
    OutOfMemory,
}

impl Fails {
    /// Whether it is a poison pill.
    pub fn is_pill(self) -> bool {
        !matches!(self, Self::Never | Self::First(_))
    }

    /// Whether it ends the invocation whatever the handler does with records it cannot handle.
    pub fn is_fatal(self) -> bool {
        matches!(self, Self::TooSlow | Self::OutOfMemory)
    }
}

/// A pill to send: it overrides the nature of the first record generated at or after `at` whose key routes to `shard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pill {
    /// Not before.
    pub at: SimTime,
    /// On this shard.
    pub shard: u16,
    /// What is wrong with it.
    pub fails: Fails,
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

/// The producer's settings from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producing {
    /// From this moment on.
    pub from: SimTime,
    /// Mean records per 1,000 seconds of generated traffic.
    pub mean_per_1000s: u64,
    /// Which call sends the records (P1). Fixed for the whole run.
    pub call: PutCall,
    /// Records per request: 1–500 of `PutRecords`, 1 of `PutRecord` (P1).
    pub put_batch: u32,
    /// The producer sends what it has gathered every `linger` (P30), or sooner when a request is full. Fixed for the whole run.
    pub linger: SimDuration,
    /// Round trip of a request (P31); each draws ± 20 %.
    pub round_trip: SimDuration,
    /// What the application does with a partly failed reply (P8, P25).
    pub handling: Handling,
    /// How often the application sends a record at most, the first time included (P25).
    pub max_sends: u32,
    /// Back-off of the application's re-sends (P26).
    pub backoff: BackoffPolicy,
    /// Base delay of the back-off (P14).
    pub backoff_base: SimDuration,
    /// Longest delay of the back-off.
    pub backoff_cap: SimDuration,
    /// What the SDK does by itself.
    pub sdk: Sdk,
    /// Share of requests answered 5xx, in permille (P13).
    pub server_error_permille: u32,
    /// Share of requests that nothing answers, in permille (P16).
    pub black_hole_permille: u32,
    /// Share of requests whose reply is lost, in permille (P24).
    pub lost_reply_permille: u32,
    /// How many requests are worked on at a time, each until it is done; 0 is no limit (P31). Fixed for the whole run.
    pub max_in_flight: u32,
    /// Records that may wait for that; 0 is no limit (P33). Fixed for the whole run.
    pub buffer_limit: u64,
    /// Numbers the lives of the process: it dies where an epoch has another (P33).
    pub life: u32,
}

/// Which call sends the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutCall {
    /// Up to 500 records; entries fail one by one, behind a 200 (P8).
    PutRecords,
    /// One record; a refusal is an exception, which the SDK retries (P12).
    PutRecord,
}

/// How the SDK retries a whole request, and how long it waits for an answer (P13–P23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sdk {
    /// Retries after the first attempt (P14, P18, P21).
    pub retries: u32,
    /// How they are spread.
    pub backoff: BackoffPolicy,
    /// Base delay after a 5xx or a timeout.
    pub base: SimDuration,
    /// Base delay after a throttling exception (P18, P19).
    pub throttling_base: SimDuration,
    /// Longest delay.
    pub cap: SimDuration,
    /// How long it waits for a connection (P15).
    pub connect_timeout: Limit<SimDuration>,
    /// How long it waits for a reply, from sending on (P15, P20).
    pub request_timeout: Limit<SimDuration>,
    /// What bounds the retries of the whole process (P23).
    pub quota: RetryQuota,
}

/// A bucket of tokens that retries are paid from (P23).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryQuota {
    /// What it holds; 0 is no quota.
    pub tokens: u32,
    /// What a retry costs after a 5xx.
    pub cost: u32,
    /// What it costs after a throttling exception.
    pub throttling_cost: u32,
    /// What it costs after a timeout.
    pub timeout_cost: u32,
}

/// What the application does with the entries of a reply that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// Looks at the exception only: failed entries are gone (P8).
    Naive,
    /// Sends the failed entries again, bounded, backing off (P25).
    Correct,
}

/// The five families of "Exponential Backoff And Jitter" (P26).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackoffPolicy {
    /// At once.
    None,
    /// `min(cap, base · 2^n)`.
    Exponential,
    /// Half of it, and a uniform half.
    EqualJitter,
    /// Uniform below it (P14).
    FullJitter,
    /// `min(cap, U(base, 3 · previous))`.
    Decorrelated,
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

/// A function that has nothing to do with the stream: evenly spaced calls that all take the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeighbourLoad {
    /// From one call to the next; zero if there is none.
    pub interval: SimDuration,
    /// How long a call runs.
    pub duration: SimDuration,
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
            // What is slow or large to handle looks like any other.
            Fails::Never | Fails::First(_) | Fails::TooSlow | Fails::OutOfMemory => u64::MAX,
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

/// A limit, or none: AWS writes −1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit<T> {
    /// −1: for ever.
    Infinite,
    /// At most this.
    AtMost(T),
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

/// The function (L).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// `Timeout` (L7).
    pub timeout: SimDuration,
    /// Time every invocation takes.
    pub per_batch: SimDuration,
    /// Time each handled record adds.
    pub per_record: SimDuration,
    /// What the handler does with a record it cannot handle.
    pub handler: Handler,
    /// By what it knows what it has handled before (E17).
    pub idempotency: IdempotencyKey,
    /// Whether pills are bad to this code: false once a fix is deployed (E54).
    pub chokes: bool,
    /// What the handler calls for every record, and whether that answers (L11).
    pub outage: Outage,
    /// Share of invocations that crash at some record, whatever it is, in permille (E20).
    pub crash_permille: u32,
    /// The longest cold start; each takes between a tenth of it and all of it (L10, assumption).
    pub cold_start: SimDuration,
}

/// By what a handler knows an order that it has handled before, and does not charge for it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdempotencyKey {
    /// By nothing: it charges whenever it handles (E17).
    None,
    /// By `eventID`, the shard and the sequence number: it catches what the mapping delivers again. A copy that the
    /// producer wrote has a sequence number of its own (P24).
    EventId,
    /// By the order's own id, which is in the data: it catches copies, too (P24).
    OrderId,
}

/// Whether what the function depends on is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// It is.
    None,
    /// Every call fails at once: no record can be handled.
    Errors,
    /// No call is answered: every invocation runs into its `Timeout`.
    Hangs,
}

/// What the handler does when it meets a record it cannot handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Throws at the bad record: later ones are not touched (E20).
    Throws,
    /// Works the whole batch and reports every failed item (E30).
    ReportsFailed,
    /// Stops at the first bad record and reports it (E33).
    StopsAtFirst,
    /// Works the whole batch and always answers the same (E34).
    Replies(Reply),
    /// Works the whole batch, puts what it cannot handle into a place of its own, and reports success.
    Parks,
    /// Works the whole batch, catches what goes wrong, and reports success.
    Swallows,
}

/// A given reply, as the mapping reads it (E34).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing failed: `{"batchItemFailures":[]}`, `{}`, `null`, `""`, `[]`.
    Success,
    /// Cannot be read as item failures: the whole batch failed.
    Malformed,
    /// These records of the batch failed, by index in the batch; one beyond its end is not in the batch.
    Items(Vec<u32>),
}

impl Config {
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
}
