//! The SDK's retry quota: a bucket of tokens per process, which a long outage empties (P23).

use super::sdk::Failure;
use crate::engine::config::RetryQuota;

/// What a request that needed no retry adds.
const UNTROUBLED: u32 = 1;

/// The tokens taken, so that a full bucket is the same whatever it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Quota {
    taken: u32,
}

impl Quota {
    /// Takes the tokens for a retry; says how many, or `None` if there are too few: then there is no retry.
    pub(super) fn take(&mut self, quota: &RetryQuota, failure: Failure) -> Option<u32> {
        if quota.tokens == 0 {
            return Some(0);
        }
        let cost = match failure {
            Failure::ServerError => quota.cost,
            Failure::Throttled => quota.throttling_cost,
            Failure::TimedOut => quota.timeout_cost,
        };
        if self.taken.saturating_add(cost) > quota.tokens {
            return None;
        }
        self.taken += cost;
        Some(cost)
    }

    /// A request succeeded: what its last retry took comes back, or one token if it needed none.
    #[inline]
    pub(super) fn give_back(&mut self, paid: u32) {
        if self.taken > 0 {
            self.taken = self.taken.saturating_sub(paid.max(UNTROUBLED));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retry_is_paid_for_and_a_success_pays_back() {
        let quota = RetryQuota {
            tokens: 20,
            cost: 5,
            throttling_cost: 7,
            timeout_cost: 10,
        };
        let mut bucket = Quota::default();
        for (failure, paid, taken) in [
            (Failure::TimedOut, Some(10), 10),
            (Failure::Throttled, Some(7), 17),
            (Failure::ServerError, None, 17),
        ] {
            assert_eq!((bucket.take(&quota, failure), bucket.taken), (paid, taken));
        }
        for (paid, taken) in [(7, 10), (0, 9), (10, 0), (5, 0)] {
            bucket.give_back(paid);
            assert_eq!(bucket.taken, taken);
        }
        let none = RetryQuota { tokens: 0, ..quota };
        assert_eq!(bucket.take(&none, Failure::TimedOut), Some(0));
    }
}
