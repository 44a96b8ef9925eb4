//! Numbers and times in words.

use crate::engine::time::{SimDuration, SimTime};
use crate::scenario::spelling::thousands;
use crate::session::words::{START_OF_DAY, clock_of_day};

const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A number with a comma between thousands.
pub fn count(value: u64) -> String {
    thousands(value)
}

/// A label of the time axis: the clock, or the day where one begins.
pub fn tick(at: SimTime) -> String {
    let of_day = at.0 + START_OF_DAY.0;
    if of_day.is_multiple_of(DAY) {
        ["day ", &(of_day / DAY + 1).to_string()].concat()
    } else {
        clock_of_day(at)
    }
}

/// A span in its two largest units: `2 h 46 min`, `1.4 s`, `250 ms`.
pub fn span(span: SimDuration) -> String {
    let us = span.0;
    let (large, unit, small, small_unit) = if us >= 2 * DAY {
        (us / DAY, " d", us % DAY / HOUR, " h")
    } else if us >= HOUR {
        (us / HOUR, " h", us % HOUR / MINUTE, " min")
    } else if us >= MINUTE {
        (us / MINUTE, " min", us % MINUTE / SECOND, " s")
    } else if us >= SECOND {
        return [&tenths(us / (SECOND / 10)), " s"].concat();
    } else {
        return [&(us / 1_000).to_string(), " ms"].concat();
    };
    let mut text = [&large.to_string(), unit].concat();
    if small > 0 {
        text.push(' ');
        text.push_str(&small.to_string());
        text.push_str(small_unit);
    }
    text
}

/// A number of tenths, with its decimal only where it has one.
pub fn tenths(tenths: u64) -> String {
    let mut text = count(tenths / 10);
    if !tenths.is_multiple_of(10) {
        text.push('.');
        text.push_str(&(tenths % 10).to_string());
    }
    text
}

/// What a speed means: `1 s here = 2 h 46 min there (10,000×)`.
pub fn warp(speed: u32) -> String {
    if speed <= 1 {
        return "as fast as life (1×)".to_owned();
    }
    [
        "1 s here = ",
        &span(SimDuration::from_secs(u64::from(speed))),
        " there (",
        &count(u64::from(speed)),
        "×)",
    ]
    .concat()
}

/// Eight hexadecimal digits of a digest, for people to compare.
pub fn digest(digest: u64) -> String {
    let mut text = String::with_capacity(8);
    for place in (0..8).rev() {
        let nibble = (digest >> (32 + place * 4)) & 15;
        text.push(char::from_digit(nibble as u32, 16).unwrap_or('0'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &str, expected: &str) {
        assert_eq!(given, expected);
    }

    #[test]
    fn numbers_have_commas() {
        check(&count(0), "0");
        check(&count(999), "999");
        check(&count(1_000), "1,000");
        check(&count(7_431_000), "7,431,000");
    }

    #[test]
    fn ticks_name_the_day_where_it_begins() {
        check(&tick(SimTime::from_hours(15)), "day 2");
        check(&tick(SimTime::from_hours(16)), "01:00");
    }

    #[test]
    fn spans_name_two_units() {
        check(&span(SimDuration::from_secs(10_000)), "2 h 46 min");
        check(&span(SimDuration::from_hours(24)), "24 h");
        check(&span(SimDuration::from_hours(49)), "2 d 1 h");
        check(&span(SimDuration::from_secs(90)), "1 min 30 s");
        check(&span(SimDuration::from_millis(1_400)), "1.4 s");
        check(&span(SimDuration::from_millis(250)), "250 ms");
    }

    #[test]
    fn the_warp_is_said_honestly() {
        check(&warp(10_000), "1 s here = 2 h 46 min there (10,000×)");
        check(&warp(1), "as fast as life (1×)");
    }

    #[test]
    fn a_digest_shows_its_upper_half() {
        check(&digest(0x0123_abcd_9999_9999), "0123abcd");
    }
}
