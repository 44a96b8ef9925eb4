//! Times of a run. People name one by the clock, which shows 09:00 on day 1 at the start; beside it stands, where it
//! helps, what has passed since the start, as links write it.

use crate::engine::time::{SimDuration, SimTime};

const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const DAY: u64 = 24 * 60 * MINUTE;

/// The clock shows this at the start of a run: 09:00.
pub const START_OF_DAY: SimDuration = SimDuration::from_hours(9);

/// A time by the clock, to the second: `day 2, 13:28:05`.
pub fn clock(at: SimTime) -> String {
    let us = since_midnight(at);
    let seconds = us / SECOND % 60;
    format!("day {}, {}:{seconds:02}", us / DAY + 1, clock_of_day(at))
}

/// Hours and minutes of the clock, for what is so every day: `13:28`.
pub fn clock_of_day(at: SimTime) -> String {
    minute_of_day(since_midnight(at) / MINUTE)
}

/// The clock so many minutes after a midnight: `13:28`.
pub fn minute_of_day(minutes: u64) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}

/// What has passed since the start of the run: `28:28:05`.
pub fn elapsed(at: SimTime) -> String {
    let seconds = at.0 / SECOND;
    format!(
        "{}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Both, for where a person has to find a time in a link again: `day 2, 13:28:05 (28:28:05 after the start)`.
pub fn clock_and_elapsed(at: SimTime) -> String {
    format!("{} ({} after the start)", clock(at), elapsed(at))
}

/// A label of the time axis: the clock, or the day where one begins.
pub fn tick(at: SimTime) -> String {
    let us = since_midnight(at);
    if us.is_multiple_of(DAY) {
        format!("day {}", us / DAY + 1)
    } else {
        clock_of_day(at)
    }
}

/// Microseconds since the midnight before the start.
fn since_midnight(at: SimTime) -> u64 {
    at.0.saturating_add(START_OF_DAY.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_starts_at_nine() {
        let check = |seconds: u64, by_clock: &str, of_day: &str, since_start: &str| {
            let at = SimTime::from_secs(seconds);
            assert_eq!(clock(at), by_clock);
            assert_eq!(clock_of_day(at), of_day);
            assert_eq!(elapsed(at), since_start);
        };
        check(0, "day 1, 09:00:00", "09:00", "0:00:00");
        check(63 * 60, "day 1, 10:03:00", "10:03", "1:03:00");
        check(15 * 3_600 - 1, "day 1, 23:59:59", "23:59", "14:59:59");
        check(15 * 3_600, "day 2, 00:00:00", "00:00", "15:00:00");
        check(102_485, "day 2, 13:28:05", "13:28", "28:28:05");
        check(400 * 86_400, "day 401, 09:00:00", "09:00", "9600:00:00");
    }

    #[test]
    fn parts_of_a_second_are_left_out() {
        assert_eq!(clock(SimTime(999_999)), "day 1, 09:00:00");
        assert_eq!(elapsed(SimTime(59_999_999)), "0:00:59");
    }

    #[test]
    fn both_forms_stand_side_by_side() {
        let at = SimTime::from_secs(102_485);
        let both = "day 2, 13:28:05 (28:28:05 after the start)";
        assert_eq!(clock_and_elapsed(at), both);
    }

    #[test]
    fn a_tick_names_the_day_where_it_begins() {
        let check =
            |hours: u64, expected: &str| assert_eq!(tick(SimTime::from_hours(hours)), expected);
        check(0, "09:00");
        check(15, "day 2");
        check(16, "01:00");
        check(39, "day 3");
    }
}
