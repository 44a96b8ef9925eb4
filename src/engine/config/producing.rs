//! How records are sent: the application's requests and re-sends, and the SDK's retries.

use super::Limit;
use crate::engine::time::{SimDuration, SimTime};

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

impl Producing {
    /// Whether a reply may be lost, or come when the SDK has stopped waiting: then records are stored twice (P24).
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn may_write_again(&self) -> bool {
        let hasty = match self.sdk.request_timeout {
            Limit::AtMost(span) => self.may_be_hasty(span),
            Limit::Infinite => false,
        };
        hasty || self.lost_reply_permille > 0
    }

    /// Whether a trip may be longer than this: they are longer than the mean by a fifth at most.
    #[allow(clippy::inline_always)] // As above.
    #[inline(always)]
    pub(crate) fn may_be_hasty(&self, timeout: SimDuration) -> bool {
        timeout.0 * 5 < self.round_trip.0 * 6
    }
}
