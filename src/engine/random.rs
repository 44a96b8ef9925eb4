//! Addressed randomness: a draw is a function of (seed, purpose, entity, n), never of what was drawn before.
//!
//! So a change in one place leaves every other draw alone, and an edited run equals the same scenario from scratch.

/// What a draw is for. The numbers are part of the engine edition: never reuse one.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// Records per producer tick.
    Arrivals = 1,
    /// Order of the deck's cards.
    Deck = 2,
    /// Round trip of a request.
    RoundTrip = 3,
    /// Whether a request is answered 5xx.
    ServerError = 4,
    /// Jitter of the producer's back-off.
    Backoff = 5,
    /// When within the poll interval a shard is polled.
    PollPhase = 6,
    /// Order of the kinds of data over the deck's cards.
    Kinds = 24,
    /// Time of a message in the contention lab.
    ContentionMessage = 60,
    /// Jitter of a client's back-off there.
    ContentionPause = 61,
    /// Whether an invocation crashes, and at which record.
    Crash = 20,
    /// How long a cold start takes.
    ColdStart = 21,
    /// Whether nothing answers a request.
    BlackHole = 30,
    /// Names of things that AWS would number at random.
    Name = 22,
    /// Whether the reply to a request is lost.
    LostReply = 31,
}

/// A family of draws: `n` picks one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of `SplitMix64`: a bijection that spreads every input bit over the output.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

impl Draws {
    /// The draws of one entity for one purpose.
    pub const fn new(seed: u64, purpose: Purpose, entity: u64) -> Self {
        let tagged = mix(seed.wrapping_add(GOLDEN)) ^ (purpose as u64).wrapping_mul(GOLDEN);
        Self(mix(mix(tagged).wrapping_add(entity.wrapping_mul(GOLDEN))))
    }

    /// The `n`-th draw, uniform over all 64-bit numbers.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub const fn at(self, n: u64) -> u64 {
        mix(self.0.wrapping_add(n.wrapping_add(1).wrapping_mul(GOLDEN)))
    }

    /// The `n`-th draw, uniform in `0..bound`; 0 if `bound` is 0. Biased by less than `bound`/2⁶⁴.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub const fn below(self, n: u64, bound: u64) -> u64 {
        let draw = self.at(n);
        if bound >> 32 == 0 {
            // In halves, because WebAssembly has no product of 128 bits.
            let (high, low) = (draw >> 32, draw & 0xFFFF_FFFF);
            return (high * bound + ((low * bound) >> 32)) >> 32;
        }
        ((draw as u128 * bound as u128) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_draw_is_the_high_word_of_the_product() {
        let draws = Draws::new(3, Purpose::RoundTrip, 1);
        for bound in [0, 1, 7, 1_000, 40_001, (1 << 32) - 1, 1 << 32, u64::MAX] {
            for n in 0..1_000 {
                let product = u128::from(draws.at(n)) * u128::from(bound);
                assert_eq!(
                    draws.below(n, bound),
                    (product >> 64) as u64,
                    "{n} of {bound}"
                );
            }
        }
    }

    #[test]
    fn draws_are_addressed_and_uniform() {
        let draws = Draws::new(7, Purpose::RoundTrip, 3);
        assert_eq!(
            draws.at(5),
            draws.at(5),
            "the same address is the same draw"
        );
        for other in [
            Draws::new(8, Purpose::RoundTrip, 3),
            Draws::new(7, Purpose::Backoff, 3),
            Draws::new(7, Purpose::RoundTrip, 4),
        ] {
            assert_ne!(draws.at(5), other.at(5));
        }
        let mut tenths = [0_u32; 10];
        for n in 0..100_000 {
            tenths[draws.below(n, 10) as usize] += 1;
        }
        // Standard deviation of each is 95.
        assert!(
            tenths.iter().all(|&count| count.abs_diff(10_000) < 500),
            "{tenths:?}"
        );
    }
}
