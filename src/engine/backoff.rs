//! How long a client waits before it sends again: the five policies of "Exponential Backoff And Jitter" (P26).

use super::config::BackoffPolicy;
use super::time::SimDuration;

/// The pause before retry `n` (from 0). `previous` is the pause before, for decorrelated jitter; `draw` a uniform 64-bit number.
pub fn pause(
    policy: BackoffPolicy,
    base: SimDuration,
    cap: SimDuration,
    n: u32,
    previous: SimDuration,
    draw: u64,
) -> SimDuration {
    let exponential = doubled(base, cap, n).0;
    let below = |bound: u64| ((u128::from(draw) * u128::from(bound)) >> 64) as u64;
    SimDuration(match policy {
        BackoffPolicy::None => 0,
        BackoffPolicy::Exponential => exponential,
        BackoffPolicy::EqualJitter => exponential / 2 + below(exponential - exponential / 2),
        BackoffPolicy::FullJitter => below(exponential),
        BackoffPolicy::Decorrelated => {
            let ceiling = previous.0.max(base.0).saturating_mul(3);
            cap.0.min(base.0 + below(ceiling - base.0))
        }
    })
}

/// `min(cap, base · 2^n)`: also the mapping's own pause between retries of an unchanged batch (E25, E26).
#[inline]
pub fn doubled(base: SimDuration, cap: SimDuration, n: u32) -> SimDuration {
    let factor = 1_u64.checked_shl(n).unwrap_or(u64::MAX);
    SimDuration(base.0.saturating_mul(factor).min(cap.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000;

    #[test]
    fn g2_js_v2_waits_up_to_100_200_400_ms() {
        for (draw, total) in [(u64::MAX, 700), (0, 0)] {
            let waits = (0..3).map(|n| {
                let (base, cap) = (SimDuration(100 * MS), SimDuration(20_000 * MS));
                pause(
                    BackoffPolicy::FullJitter,
                    base,
                    cap,
                    n,
                    SimDuration::ZERO,
                    draw,
                )
                .0
            });
            let sum: u64 = waits.sum();
            assert_eq!(sum.div_ceil(MS), total);
        }
    }

    #[test]
    fn g6_the_mapping_retries_after_these_times() {
        let mut at = 0;
        let times: Vec<u64> = (0..8)
            .map(|n| {
                at += doubled(SimDuration(200 * MS), SimDuration(60_000 * MS), n).0 / MS;
                at
            })
            .collect();
        assert_eq!(
            times,
            [200, 600, 1_400, 3_000, 6_200, 12_600, 25_400, 51_000]
        );
    }

    /// P26.
    #[test]
    fn every_policy_stays_between_its_bounds() {
        let (base, cap) = (SimDuration(5), SimDuration(2_000));
        for (policy, draw, waits) in [
            (BackoffPolicy::None, u64::MAX, [0, 0, 0]),
            (BackoffPolicy::Exponential, 0, [5, 40, 2_000]),
            (BackoffPolicy::EqualJitter, 0, [2, 20, 1_000]),
            (BackoffPolicy::EqualJitter, u64::MAX, [4, 39, 1_999]),
            (BackoffPolicy::FullJitter, 0, [0, 0, 0]),
            (BackoffPolicy::FullJitter, u64::MAX, [4, 39, 1_999]),
            (BackoffPolicy::Decorrelated, 0, [5, 5, 5]),
            (BackoffPolicy::Decorrelated, u64::MAX, [14, 299, 2_000]),
        ] {
            let got: Vec<u64> = [(0, 0), (3, 100), (40, 1_900)]
                .into_iter()
                .map(|(n, previous)| pause(policy, base, cap, n, SimDuration(previous), draw).0)
                .collect();
            assert_eq!(got, waits, "{policy:?} {draw}");
        }
    }
}
