//! Facts: what happened, in the past tense, as ids and numbers. Everyone else folds them; the digest is one such fold.

pub mod digest;

use super::config::{Fails, Reshard};
use super::resharding::Refusal;
use super::time::SimTime;

/// Something that happened. A *position* counts a lane's (in `RecordsStored`: the shard's) stored records from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A `PutRecords` request reached the service and was answered 200 (P6, P8).
    RequestAnswered {
        /// Numbers the application's requests; retries keep it.
        request: u64,
        /// How often the application has sent these records.
        send: u32,
        /// Records in it.
        records: u32,
        /// Of which refused by a shard's limit.
        throttled: u32,
    },
    /// A request was answered with an error; nothing of it is written.
    RequestFailed {
        /// Numbers the application's requests; retries keep it.
        request: u64,
        /// How often the SDK has tried this send.
        attempt: u32,
        /// Records in it.
        records: u32,
        /// Whether it was a throttled `PutRecord` (400, P12), or a 5xx (P13).
        throttled: bool,
    },
    /// The SDK stopped waiting for an answer, or will wait for ever (P15, P20).
    RequestUnanswered {
        /// Numbers the application's requests; retries keep it.
        request: u64,
        /// How often the SDK has tried this send.
        attempt: u32,
        /// Records in it.
        records: u32,
        /// Whether it had reached the service, so that its records may be stored (P24).
        reached: bool,
        /// Whether no timeout ends the wait.
        for_ever: bool,
    },
    /// The SDK would have retried but for its empty quota: it fails at once (P23).
    RetryQuotaSpent {
        /// Numbers the application's requests.
        request: u64,
        /// How often the SDK has tried this send.
        attempt: u32,
    },
    /// A request with a record above the stream's limit was refused whole, 400 `ValidationException` (P3, P11).
    RequestRejected {
        /// Numbers the application's requests; retries keep it.
        request: u64,
        /// Records in it.
        records: u32,
    },
    /// Records were accepted by a shard (S8).
    RecordsStored {
        /// The shard.
        shard: u16,
        /// Position in the shard of the first.
        position: u64,
        /// Rank of the first: how many records of the shard were generated before it.
        rank: u64,
        /// How many.
        count: u32,
    },
    /// Of records just stored a copy was stored before, and the producer did not know (P24).
    RecordsWrittenAgain {
        /// The shard.
        shard: u16,
        /// Position in the shard of the first.
        position: u64,
        /// Rank of the first.
        rank: u64,
        /// How many.
        count: u32,
    },
    /// The producer gave up records that are stored (P24).
    StoredGivenUp {
        /// The shard.
        shard: u16,
        /// Rank of the first.
        rank: u64,
        /// How many.
        count: u32,
    },
    /// Of records just stored so many landed behind a younger one of their key (P10).
    OrderBroken {
        /// The shard.
        shard: u16,
        /// Rank of the first of the records stored.
        rank: u64,
        /// How many.
        count: u32,
    },
    /// The producer's process died; what it held in memory is lost (P33).
    ProcessDied {
        /// Records the application had made by then.
        generated: u64,
        /// Records that were nowhere else.
        lost: u64,
    },
    /// Entries of a request were refused by their shard's write limit (P7, P9).
    EntriesThrottled {
        /// The shard.
        shard: u16,
        /// Rank of the first.
        rank: u64,
        /// How many.
        count: u32,
    },
    /// The producer will not send these records again.
    RecordsNeverStored {
        /// The shard they would have gone to.
        shard: u16,
        /// Rank of the first.
        rank: u64,
        /// How many.
        count: u32,
        /// Given up knowingly (P25), or lost without a look (P8).
        given_up: bool,
    },
    /// A change of the shards was refused (S17).
    ReshardRefused {
        /// What was asked for.
        change: Reshard,
        /// Why.
        refusal: Refusal,
    },
    /// A change of the shards was accepted: the stream is `UPDATING` (S17).
    ReshardStarted {
        /// What was asked for.
        change: Reshard,
        /// When it takes effect.
        until: SimTime,
    },
    /// A shard takes no more writes; it can still be read (S18).
    ShardClosed {
        /// The shard.
        shard: u16,
    },
    /// A shard takes over hash keys of its parents (S19).
    ShardOpened {
        /// The shard.
        shard: u16,
        /// Its first parent by hash key.
        first_parent: u16,
        /// How many parents it has.
        parents: u16,
    },
    /// Every parent of a shard is drained, so that the mapping begins to read it (E15).
    ReadingStarted {
        /// The shard.
        shard: u16,
    },
    /// An invocation started.
    InvocationStarted {
        /// The lane.
        lane: LaneId,
        /// The batch.
        batch: Span,
        /// Numbers the request ids of the lane: a retry of the same batch keeps it (E27).
        request: u32,
        /// From 1; a retry has attempt 2 or more.
        attempt: u32,
    },
    /// An invocation was refused for want of concurrency; not an attempt (E24, L2).
    InvocationThrottled {
        /// The lane.
        lane: LaneId,
        /// The batch.
        batch: Span,
    },
    /// A record whose event alone exceeds the payload limit: Lambda refuses the request and the function never sees it,
    /// but the try counts (E50).
    RecordTooLarge {
        /// The lane.
        lane: LaneId,
        /// The batch of one.
        batch: Span,
        /// Numbers the request ids of the lane.
        request: u32,
        /// From 1; a retry has attempt 2 or more.
        attempt: u32,
    },
    /// The on-failure destination refused the message about records just discarded; it is not sent again (E49).
    DeliveryDenied {
        /// The lane.
        lane: LaneId,
        /// Which.
        records: Span,
    },
    /// A new mapping began behind these records, which nobody had handled: they are never delivered (E11, E12).
    RecordsSkipped {
        /// The shard.
        shard: u16,
        /// The position in the shard where it began.
        start: u64,
        /// Good ones.
        good: u64,
        /// Pills.
        poison: u64,
    },
    /// The checkpoint of a new mapping passed records that had a fate before it (E12).
    RecordsReplayed {
        /// The lane.
        lane: LaneId,
        /// Which.
        records: Span,
    },
    /// An invocation ended.
    InvocationEnded {
        /// The lane.
        lane: LaneId,
        /// The batch.
        batch: Span,
        /// How.
        outcome: Outcome,
        /// Good records handled for at least the second time (E17).
        handled_again: u32,
        /// What was thrown.
        cause: Cause,
    },
    /// The invocation that just ended handled copies of records that were stored before (P24).
    CopiesHandled {
        /// The lane.
        lane: LaneId,
        /// The batch.
        batch: Span,
        /// How many good ones, each handled for the first time.
        count: u32,
    },
    /// The checkpoint passed records after a success (E31).
    RecordsProcessed {
        /// The lane.
        lane: LaneId,
        /// Which.
        records: Span,
        /// Pills among them.
        poison: u32,
    },
    /// Among the records just processed were some that the handler could not handle.
    RecordsNotHandled {
        /// The lane.
        lane: LaneId,
        /// All that were processed.
        records: Span,
        /// Good ones among them not handled.
        good: u32,
        /// Pills among them not handled.
        poison: u32,
        /// Whether the handler set them aside in a place of its own; otherwise nobody knows.
        parked: bool,
    },
    /// A failed batch was split (E37).
    BatchBisected {
        /// The lane.
        lane: LaneId,
        /// The left half, tried next.
        left: Span,
        /// The rest.
        right: Span,
    },
    /// A failed batch waits to be tried again (E25).
    RetryScheduled {
        /// The lane.
        lane: LaneId,
        /// The batch.
        batch: Span,
        /// Failed attempts so far.
        failures: u32,
        /// When it is tried again.
        until: SimTime,
    },
    /// The mapping gave records up (E29, E42).
    BatchDiscarded {
        /// The lane.
        lane: LaneId,
        /// Which.
        records: Span,
        /// Pills among them.
        poison: u32,
        /// Why.
        condition: Condition,
        /// `approximateInvokeCount` of the message (E22, E42).
        invoke_count: u32,
        /// Whether it was reported to an on-failure destination.
        reported: bool,
        /// The last outcome, for the message's `functionError` (E35).
        last: Option<Outcome>,
        /// Numbers the request ids of the lane.
        request: u32,
        /// When the oldest of them arrived, if somebody reads messages and so has to know (E47).
        oldest: Option<SimTime>,
    },
    /// Records passed retention (E43, E44).
    RecordsExpired {
        /// The lane.
        lane: LaneId,
        /// Which.
        records: Span,
        /// Pills among them.
        poison: u32,
        /// Whether they had reached the function before, in vain.
        delivered: bool,
    },
    /// The mapping read past records that its filter does not want (E51).
    RecordsFiltered {
        /// The shard.
        shard: u16,
        /// They lie at positions of the shard from here on,
        from: u64,
        /// and below this; what lies between them is wanted.
        to: u64,
        /// How many.
        count: u32,
        /// Pills among them.
        poison: u32,
    },
    /// `ParallelizationFactor` or `FilterCriteria` took effect on a shard: its lanes start anew at the lowest checkpoint
    /// (E54).
    LanesChanged {
        /// The shard.
        shard: u16,
        /// Lanes from now on.
        lanes: u16,
    },
}

/// A lane: shard × parallel slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LaneId {
    /// The shard.
    pub shard: u16,
    /// The slot within it.
    pub lane: u16,
}

/// Records of a lane, one after another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The lane position of the first.
    pub first: u64,
    /// How many.
    pub count: u32,
}

/// How an invocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It returned and the mapping reads the reply as success (E34).
    Success,
    /// It returned and named failed items; `first` is the lowest, by index in the batch (E31).
    Partial {
        /// Index in the batch.
        first: u32,
    },
    /// It returned something that names no valid item (E34, E35).
    Malformed,
    /// It threw (E20).
    Error,
    /// It ran into its `Timeout` (L7).
    TimedOut,
    /// It took more memory than it has, and its process was killed (E20).
    OutOfMemory,
}

/// Why the mapping gave records up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `MaximumRetryAttempts` was spent (E29).
    RetryAttemptsExhausted,
    /// `MaximumRecordAgeInSeconds` was passed (E42).
    RecordAgeExceeded,
}

impl Span {
    /// The position after the last.
    #[inline]
    pub fn end(self) -> u64 {
        self.first + u64::from(self.count)
    }
}

impl Outcome {
    /// Whether M7 counts it as an error: it threw, timed out or was killed. A malformed reply fails the batch but not the function.
    pub fn is_error(self) -> bool {
        matches!(self, Self::Error | Self::TimedOut | Self::OutOfMemory)
    }
}

/// Why an invocation threw an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It did not.
    Nothing,
    /// What it calls does not answer (L11).
    Outage,
    /// It crashed at random.
    Crash,
    /// A record that it cannot handle.
    Record(Fails),
}

impl Fact {
    /// The lane it is about and its records there; only a bisect has two spans, of the others the second is empty.
    pub fn lane_records(&self) -> Option<(LaneId, [Span; 2])> {
        let none = Span::default();
        match *self {
            Self::InvocationStarted { lane, batch, .. }
            | Self::InvocationThrottled { lane, batch }
            | Self::RecordTooLarge { lane, batch, .. }
            | Self::InvocationEnded { lane, batch, .. }
            | Self::CopiesHandled { lane, batch, .. }
            | Self::RetryScheduled { lane, batch, .. } => Some((lane, [batch, none])),
            Self::RecordsProcessed { lane, records, .. }
            | Self::RecordsNotHandled { lane, records, .. }
            | Self::DeliveryDenied { lane, records }
            | Self::RecordsReplayed { lane, records }
            | Self::BatchDiscarded { lane, records, .. }
            | Self::RecordsExpired { lane, records, .. } => Some((lane, [records, none])),
            Self::BatchBisected { lane, left, right } => Some((lane, [left, right])),
            Self::RequestAnswered { .. }
            | Self::RequestFailed { .. }
            | Self::RequestUnanswered { .. }
            | Self::RetryQuotaSpent { .. }
            | Self::RequestRejected { .. }
            | Self::RecordsStored { .. }
            | Self::RecordsWrittenAgain { .. }
            | Self::StoredGivenUp { .. }
            | Self::OrderBroken { .. }
            | Self::ProcessDied { .. }
            | Self::EntriesThrottled { .. }
            | Self::RecordsNeverStored { .. }
            | Self::ReshardRefused { .. }
            | Self::ReshardStarted { .. }
            | Self::ShardClosed { .. }
            | Self::ShardOpened { .. }
            | Self::ReadingStarted { .. }
            | Self::RecordsSkipped { .. }
            | Self::RecordsFiltered { .. }
            | Self::LanesChanged { .. } => None,
        }
    }
}
