//! The time axis that all charts share.

use crate::engine::time::{SimDuration, SimTime};
use crate::words::START_OF_DAY;

const MINUTE: u64 = 60_000_000;
const HOUR: u64 = 60 * MINUTE;

/// Distances between ticks that people count in.
const STEPS: [u64; 19] = [
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
    48 * HOUR,
    96 * HOUR,
    168 * HOUR,
    336 * HOUR,
    720 * HOUR,
    1_440 * HOUR,
    2_880 * HOUR,
];

/// Maps the run onto a width in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The end of the run.
    pub horizon: SimTime,
    /// Its place, in pixels.
    pub width: f64,
}

impl Axis {
    /// Where a time stands, in pixels; what lies outside the run stands at its ends.
    pub fn x(&self, at: SimTime) -> f64 {
        self.share(at) * self.width
    }

    /// Where a time stands, from 0 to 1.
    pub fn share(&self, at: SimTime) -> f64 {
        (at.0 as f64 / self.horizon.0.max(1) as f64).clamp(0.0, 1.0)
    }

    /// The time at a pixel, clamped to the run.
    pub fn time(&self, x: f64) -> SimTime {
        let share = (x / self.width.max(1.0)).clamp(0.0, 1.0);
        SimTime((share * self.horizon.0 as f64) as u64)
    }

    /// Times to write at the axis: round on the clock, at least `gap` pixels apart.
    pub fn ticks(&self, gap: f64) -> Vec<SimTime> {
        let wanted = self.horizon.0 as f64 * gap / self.width.max(1.0);
        let step = STEPS
            .into_iter()
            .find(|&step| step as f64 >= wanted)
            .unwrap_or(STEPS[STEPS.len() - 1]);
        let first = START_OF_DAY.0.next_multiple_of(step);
        let clocks = std::iter::successors(Some(first), |clock| Some(clock + step));
        clocks
            .take_while(|&clock| clock <= START_OF_DAY.0.saturating_add(self.horizon.0))
            .map(|clock| SimTime(clock - START_OF_DAY.0))
            .collect()
    }

    /// The span a pixel covers.
    pub fn pixel(&self) -> SimDuration {
        SimDuration((self.horizon.0 as f64 / self.width.max(1.0)) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(hours: u64, width: f64) -> Axis {
        Axis {
            horizon: SimTime::from_hours(hours),
            width,
        }
    }

    #[test]
    fn a_place_and_its_time_agree() {
        let axis = axis(48, 960.0);
        for hours in [0, 1, 25, 48] {
            let at = SimTime::from_hours(hours);
            assert_eq!(axis.time(axis.x(at)), at, "{hours} h");
        }
        assert_eq!(axis.time(-5.0), SimTime::ZERO);
        assert_eq!(axis.time(1e9), SimTime::from_hours(48));
    }

    #[test]
    fn ticks_are_round_on_the_clock_and_apart() {
        for (hours, width) in [(1, 300.0), (48, 960.0), (48, 320.0), (9_600, 800.0)] {
            let axis = axis(hours, width);
            let ticks = axis.ticks(60.0);
            assert!(!ticks.is_empty(), "{hours} h in {width} px");
            for pair in ticks.windows(2) {
                assert!(60.0 <= axis.x(pair[1]) - axis.x(pair[0]) + 0.01);
            }
        }
        // Two days from 09:00: every three hours from 09:00 on.
        assert_eq!(axis(48, 1_000.0).ticks(60.0)[1], SimTime::from_hours(3));
    }
}
