//! The digest of a run: its facts, folded into one number.

use super::{Condition, Fact, LaneId, Outcome, Span};
use crate::engine::config::Reshard;
use crate::engine::time::SimTime;

/// A 64-bit fold of facts: equal for equal runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactDigest(pub u64);

impl Default for FactDigest {
    fn default() -> Self {
        Self(0x6F76_6572_666C_6F77)
    }
}

impl FactDigest {
    /// Folds one word in.
    #[allow(clippy::inline_always)] // Once per fact: a call would cost more than the fold.
    #[inline(always)]
    pub fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word)
            .wrapping_mul(0x9FB2_1C65_1E98_DF25)
            .rotate_left(29);
    }

    /// Folds one fact in. The three words are spread apart first, so that only one multiplication waits for the last.
    #[allow(clippy::inline_always)] // So that the kind of fact is known where it is folded.
    #[inline(always)]
    pub fn fact(&mut self, at: SimTime, fact: &Fact) {
        let (kind, a, b) = fact.words();
        let a = a.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let b = b.wrapping_mul(0xC2B2_AE3D_27D4_EB4F).rotate_left(32);
        self.word((at.0 ^ (kind << 58)).wrapping_add(a) ^ b);
    }
}

impl Fact {
    /// Its kind and two words that hold its ids and numbers.
    #[allow(clippy::inline_always, clippy::too_many_lines)] // As above; one arm per kind.
    #[inline(always)]
    fn words(&self) -> (u64, u64, u64) {
        let at = |lane: LaneId, span: Span| {
            (span.first << 8) ^ u64::from(lane.lane) ^ (u64::from(span.count) << 48)
        };
        match *self {
            Self::RequestAnswered {
                request,
                send,
                records,
                throttled,
            } => (
                1,
                request,
                u64::from(send) << 32 ^ u64::from(records) << 16 ^ u64::from(throttled),
            ),
            Self::RequestFailed {
                request,
                attempt,
                records,
                throttled,
            } => (
                2,
                request,
                u64::from(throttled) << 63 ^ u64::from(attempt) << 32 ^ u64::from(records),
            ),
            Self::RequestUnanswered {
                request,
                attempt,
                records,
                reached,
                for_ever,
            } => (
                15,
                request,
                u64::from(for_ever) << 63
                    ^ u64::from(reached) << 62
                    ^ u64::from(attempt) << 32
                    ^ u64::from(records),
            ),
            Self::RecordsWrittenAgain {
                shard,
                position,
                rank,
                count,
            } => (
                17,
                position << 16 ^ u64::from(shard),
                rank << 16 ^ u64::from(count),
            ),
            Self::OrderBroken { shard, rank, count } => {
                (23, rank << 16 ^ u64::from(shard), u64::from(count))
            }
            Self::StoredGivenUp { shard, rank, count } => {
                (18, rank << 16 ^ u64::from(shard), u64::from(count))
            }
            Self::ProcessDied { generated, lost } => (19, generated, lost),
            Self::RetryQuotaSpent { request, attempt } => (16, request, u64::from(attempt)),
            Self::RecordsStored {
                shard,
                position,
                rank,
                count,
            } => (
                3,
                position << 16 ^ u64::from(shard),
                rank << 16 ^ u64::from(count),
            ),
            Self::EntriesThrottled { shard, rank, count } => {
                (4, rank << 16 ^ u64::from(shard), u64::from(count))
            }
            Self::RecordsNeverStored {
                shard,
                rank,
                count,
                given_up,
            } => (
                5,
                rank << 16 ^ u64::from(shard),
                u64::from(count) << 1 ^ u64::from(given_up),
            ),
            Self::InvocationStarted {
                lane,
                batch,
                request,
                attempt,
            } => (
                6,
                at(lane, batch),
                u64::from(request) << 32 ^ u64::from(attempt),
            ),
            Self::InvocationThrottled { lane, batch } => (7, at(lane, batch), 0),
            Self::InvocationEnded {
                lane,
                batch,
                outcome,
                handled_again,
                ..
            } => (
                8,
                at(lane, batch),
                outcome.word() << 32 ^ u64::from(handled_again),
            ),
            Self::CopiesHandled { lane, batch, count } => (26, at(lane, batch), u64::from(count)),
            Self::RecordsProcessed {
                lane,
                records,
                poison,
            } => (9, at(lane, records), u64::from(poison)),
            Self::BatchBisected { lane, left, right } => {
                (10, at(lane, left), u64::from(right.count))
            }
            Self::RetryScheduled {
                lane,
                batch,
                failures,
                until,
            } => (11, at(lane, batch), until.0 ^ u64::from(failures) << 50),
            Self::BatchDiscarded {
                lane,
                records,
                poison,
                condition,
                invoke_count,
                reported,
                ..
            } => {
                let why =
                    u64::from(condition == Condition::RecordAgeExceeded) << 1 ^ u64::from(reported);
                (
                    12,
                    at(lane, records),
                    u64::from(invoke_count) << 32 ^ u64::from(poison) << 2 ^ why,
                )
            }
            Self::RecordsExpired {
                lane,
                records,
                poison,
                delivered,
            } => (
                13,
                at(lane, records),
                u64::from(poison) << 1 ^ u64::from(delivered),
            ),
            Self::RecordsFiltered {
                shard,
                from,
                count,
                poison,
                ..
            } => (
                25,
                from << 16 ^ u64::from(shard),
                u64::from(count) << 32 ^ u64::from(poison),
            ),
            Self::LanesChanged { shard, lanes } => (14, u64::from(shard), u64::from(lanes)),
            Self::RecordTooLarge {
                lane,
                batch,
                request,
                attempt,
            } => (
                21,
                at(lane, batch),
                u64::from(request) << 32 ^ u64::from(attempt),
            ),
            Self::DeliveryDenied { lane, records } => (22, at(lane, records), 0),
            Self::RecordsSkipped {
                shard,
                start,
                good,
                poison,
            } => (23, start << 16 ^ u64::from(shard), good ^ poison << 48),
            Self::RecordsReplayed { lane, records } => (24, at(lane, records), 0),
            Self::RecordsNotHandled {
                lane,
                records,
                good,
                poison,
                parked,
            } => (
                20,
                at(lane, records),
                u64::from(good) << 32 ^ u64::from(poison) << 1 ^ u64::from(parked),
            ),
            Self::ReshardRefused { change, refusal } => (22, change.word(), refusal as u64),
            Self::ReshardStarted { change, until } => (23, change.word(), until.0),
            Self::ShardClosed { shard } => (17, u64::from(shard), 0),
            Self::ShardOpened {
                shard,
                first_parent,
                parents,
            } => (
                18,
                u64::from(shard),
                u64::from(first_parent) << 16 ^ u64::from(parents),
            ),
            Self::ReadingStarted { shard } => (19, u64::from(shard), 0),
            Self::RequestRejected { request, records } => (21, request, u64::from(records)),
        }
    }
}

impl Reshard {
    fn word(self) -> u64 {
        match self {
            Self::Count(target) => 1 << 16 ^ u64::from(target),
            Self::Split(shard) => 2 << 16 ^ u64::from(shard),
            Self::Merge(shard) => 3 << 16 ^ u64::from(shard),
            Self::OnDemand(on) => 4 << 16 ^ u64::from(on),
            Self::Grow(target) => 5 << 16 ^ u64::from(target),
        }
    }
}

impl Outcome {
    fn word(self) -> u64 {
        match self {
            Self::Success => 0,
            Self::Partial { first } => 1 << 24 ^ u64::from(first),
            Self::Malformed => 2 << 24,
            Self::Error => 3 << 24,
            Self::TimedOut => 4 << 24,
            Self::OutOfMemory => 5 << 24,
        }
    }
}
