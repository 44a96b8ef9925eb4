//! The shape of generated traffic over the run: a factor on the mean, beside the daily curve. It knows times and
//! factors, and nothing of records.
//!
//! What a tick expects is the integral of the factor over it, so that the counts of any span follow the shape however
//! the ticks lie in it. All in integers.

use super::time::{SimDuration, SimTime};
use std::sync::Arc;

/// The longest tick, in µs.
const TICK_MAX: u64 = 1_000_000;

/// What the mean is multiplied with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// By one, always.
    #[default]
    Even,
    /// By straight lines from turn to turn: one before the first, and the last one's level behind it. In order of time.
    Course(Vec<Turn>),
    /// By much for moments, and little between them (S6).
    Spikes(Spikes),
    /// By what somebody has measured, over and over again.
    Measured(Measured),
}

/// Where the factor of a course has a certain level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// When.
    pub at: SimTime,
    /// The level, in permille.
    pub permille: u32,
}

/// Moments that take a share of all records, one at the beginning of every period; the mean stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spikes {
    /// The period, above zero.
    pub every: SimDuration,
    /// How long each one lasts, above zero and at most the period.
    pub length: SimDuration,
    /// What share of the records comes in them, 0 to 1,000.
    pub share_permille: u32,
}

/// Records counted per interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The interval, in seconds, above zero.
    pub interval_s: u32,
    /// The records before each interval, and at last all of them: a zero, and one more for each interval.
    pub before: Arc<[u64]>,
    /// The mean per second, rounded, above zero: with this mean the traffic comes as it was counted.
    pub mean: u64,
}

impl Shape {
    /// The factor's integral from the start of the run, in µs times [`Self::unit`].
    fn integral(&self, t: SimTime) -> u128 {
        let us = u128::from(t.0);
        match self {
            Self::Even => us,
            Self::Course(turns) => course(turns, t),
            Self::Spikes(spikes) => {
                let (every, length) = (u128::from(spikes.every.0), u128::from(spikes.length.0));
                let share = u128::from(spikes.share_permille);
                let spike = us / every * length + (us % every).min(length);
                let quiet = (1_000 - share) * every * (us - spike) / (every - length).max(1);
                if length < every {
                    share * every * spike / length + quiet
                } else {
                    1_000 * us
                }
            }
            Self::Measured(measured) => measured.integral(us),
        }
    }

    /// What a factor of one counts in the integral.
    fn unit(&self) -> u128 {
        match self {
            Self::Even => 1,
            Self::Course(_) => 2_000,
            Self::Spikes(_) => 1_000,
            Self::Measured(measured) => u128::from(measured.interval_s) * u128::from(measured.mean),
        }
    }

    /// The factor's integral over a tick, in some unit: equal weights, equal rates.
    #[inline]
    pub(super) fn weight(&self, from: SimTime, length: SimDuration) -> u128 {
        match self {
            Self::Even => u128::from(length.0),
            _ => self.integral(from + length) - self.integral(from),
        }
    }

    /// What a mean per µs comes to over a tick of this weight.
    pub(super) fn apply(&self, per_us: u128, weight: u128) -> u128 {
        per_us * weight / self.unit()
    }

    /// The mean factor of the tenth of a second in which a time lies, applied to a rate.
    pub fn rate_at(&self, rate: u64, t: SimTime) -> u64 {
        const TENTH: SimDuration = SimDuration(100_000);
        let from = SimTime(t.0 / TENTH.0 * TENTH.0);
        let all = self.apply(u128::from(rate), self.weight(from, TENTH));
        (all / u128::from(TENTH.0)) as u64
    }

    /// The largest rate that lasts, with this rate at the peak of the day: spikes average out.
    pub fn peak(&self, rate: u64) -> u64 {
        match self {
            Self::Even | Self::Spikes(_) => rate,
            Self::Course(turns) => {
                let most = turns.iter().map(|turn| u64::from(turn.permille)).max();
                rate * most.unwrap_or(0).max(1_000) / 1_000
            }
            Self::Measured(measured) => {
                let counts = measured.before.windows(2).map(|pair| pair[1] - pair[0]);
                let most = u128::from(rate) * u128::from(counts.max().unwrap_or(0));
                (most / self.unit().max(1)) as u64
            }
        }
    }

    /// How long a tick may be for the counts to follow the shape.
    pub(super) fn tick_max(&self) -> SimDuration {
        let wanted = match self {
            Self::Spikes(spikes) => spikes.length.0,
            Self::Even | Self::Course(_) | Self::Measured(_) => TICK_MAX,
        };
        SimDuration(wanted.min(TICK_MAX))
    }
}

impl Measured {
    fn integral(&self, us: u128) -> u128 {
        let Some((all, _)) = self.before.split_last() else {
            return 0;
        };
        let interval = u128::from(self.interval_s) * 1_000_000;
        let round = interval * (self.before.len() as u128 - 1);
        let (rounds, us) = (us / round, us % round);
        let index = (us / interval) as usize;
        let (before, after) = (self.before[index], self.before[index + 1]);
        rounds * interval * u128::from(*all)
            + interval * u128::from(before)
            + u128::from(after - before) * (us % interval)
    }
}

/// Twice the area under the lines, in permille · µs.
fn course(turns: &[Turn], t: SimTime) -> u128 {
    let (mut area, mut at, mut level) = (0_i128, 0_i128, 1_000_i128);
    let t = i128::from(t.0);
    for turn in turns {
        let (next, to) = (i128::from(turn.at.0), i128::from(turn.permille));
        if t < next {
            let into = t - at;
            area += 2 * level * into + (to - level) * into * into / (next - at);
            return area as u128;
        }
        area += (level + to) * (next - at);
        (at, level) = (next, to);
    }
    (area + 2 * level * (t - at)) as u128
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    fn turn(second: u64, permille: u32) -> Turn {
        let at = SimTime::from_secs(second);
        Turn { at, permille }
    }

    fn spikes(every: u64, length: u64, share_permille: u32) -> Shape {
        Shape::Spikes(Spikes {
            every: SimDuration(every),
            length: SimDuration(length),
            share_permille,
        })
    }

    /// What 1,000,000 records per second come to between two times in ms, by ticks of `step` ms.
    #[track_caller]
    fn check(shape: &Shape, [from, to, step]: [u64; 3], expected: u128) {
        let mut sum = 0;
        for tick in from / step..to / step {
            let length = SimDuration(step * 1_000);
            let weight = shape.weight(SimTime(tick * length.0), length);
            sum += shape.apply(1_000, weight) / 1_000;
        }
        assert!(sum.abs_diff(expected) <= u128::from(to / step), "{sum}");
    }

    #[test]
    fn a_span_gets_what_the_shape_gives_it() {
        let million = u128::from(SECOND);
        check(&Shape::Even, [0, 10_000, 1_000], 10 * million);
        // From 1 to 3 between second 10 and 20, then 3: 10 + 20 + 15.
        let ramp = Shape::Course(vec![turn(10, 1_000), turn(20, 3_000)]);
        for step in [1_000, 500, 100] {
            check(&ramp, [0, 10_000, step], 10 * million);
            check(&ramp, [10_000, 20_000, step], 20 * million);
            check(&ramp, [10_000, 15_000, step], 15 * million / 2);
            check(&ramp, [20_000, 25_000, step], 15 * million);
        }
        // Down to nothing at once.
        let stop = Shape::Course(vec![turn(10, 1_000), turn(10, 0)]);
        check(&stop, [0, 20_000, 1_000], 10 * million);
        check(&stop, [10_000, 20_000, 1_000], 0);
        // Of the 60 of a minute, 54 in its first 3 seconds; any minute has its 60.
        let minute = spikes(60 * SECOND, 3 * SECOND, 900);
        check(&minute, [60_000, 63_000, 1_000], 54 * million);
        check(&minute, [63_000, 120_000, 1_000], 6 * million);
        check(&minute, [0, 600_000, 100], 600 * million);
        let short = spikes(SECOND, SECOND / 10, 1_000);
        check(&short, [3_000, 3_100, 100], million);
        check(&short, [3_100, 4_000, 100], 0);
        let measured = Shape::Measured(Measured {
            interval_s: 10,
            before: Arc::from([0, 20, 20, 50]),
            mean: 2,
        });
        // Counts of 20, 0 and 30 in 10 s are 1, 0 and 1.5 times 2 a second; then again.
        for (second, expected) in [
            (0, 10),
            (10, 0),
            (20, 15),
            (30, 10),
            (3_010, 0),
            (3_050, 15),
        ] {
            for step in [1_000, 250] {
                let from = second * 1_000;
                check(&measured, [from, from + 10_000, step], expected * million);
            }
        }
        check(&measured, [5_000, 15_000, 1_000], 5 * million);
    }

    #[test]
    fn the_rate_of_a_moment_is_that_of_its_tenth_of_a_second() {
        let rate = |shape: &Shape, ms: u64| shape.rate_at(1_000, SimTime(ms * 1_000));
        let short = spikes(SECOND, SECOND / 10, 500);
        assert_eq!([rate(&short, 5_050), rate(&short, 5_150)], [5_000, 555]);
        let ramp = Shape::Course(vec![turn(0, 1_000), turn(10, 2_000)]);
        assert_eq!([rate(&ramp, 5_000), rate(&ramp, 60_000)], [1_505, 2_000]);
        assert_eq!(rate(&Shape::Even, 77), 1_000);
    }
}
