//! What happened per minute of a run, per shard.

/// One minute of one shard. Counts are sums over the minute; `peak_…` is the largest second of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    /// Records accepted by the shard.
    pub stored: u32,
    /// Largest second of `stored`.
    pub peak_stored: u32,
    /// Records refused by the shard's write limit, each time counted.
    pub write_throttled: u32,
    /// Records processed.
    pub processed: u32,
    /// Largest second of `processed`.
    pub peak_processed: u32,
    /// Good records expired.
    pub expired: u32,
    /// Largest second of `expired`.
    pub peak_expired: u32,
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
    /// Age of the oldest record without a fate at the end of the minute, in milliseconds; 0 when there is none.
    pub iterator_age_ms: u32,
}
