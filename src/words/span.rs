//! Spans of time.

use super::number::{fraction, number};
use crate::engine::time::SimDuration;

const MILLISECOND: u64 = 1_000;
const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// From here on a span is in days. Two of them are rather 48 hours, as retention is told.
const DAYS: u64 = 3 * DAY;

/// A span as one takes it in: three digits of one unit, or two units. `250 ms`, `1.43 s`, `2 min 42 s`, `24 h`,
/// `3 days 12 h`.
pub fn span(span: SimDuration) -> String {
    let us = span.0;
    // Each limit is where the next unit would be reached by rounding.
    match us {
        0 => "0 s".to_owned(),
        1..MILLISECOND => format!("{us} µs"),
        MILLISECOND..999_500 => three_digits(us, 3, "ms"),
        999_500..59_950_000 => three_digits(us, 6, "s"),
        59_950_000..3_599_500_000 => two_units(us, (MINUTE, "min"), (SECOND, "s")),
        3_599_500_000..259_170_000_000 => two_units(us, (HOUR, "h"), (MINUTE, "min")),
        _ => two_units(us, (DAY, "days"), (HOUR, "h")),
    }
}

/// A span to the microsecond, in as many units as that takes: `1.5005 s`, `1 min 30 s`, `1 h 5 min 0.25 s`. What fits into
/// three digits or two units reads as [`span`] says it.
pub fn exact_span(span: SimDuration) -> String {
    let us = span.0;
    match us {
        0 => return "0 s".to_owned(),
        1..MILLISECOND => return format!("{us} µs"),
        MILLISECOND..SECOND => return format!("{} ms", fraction(us, 3)),
        _ => {}
    }
    let mut parts = Vec::new();
    let mut rest = us;
    for (unit, name) in [(DAY, "days"), (HOUR, "h"), (MINUTE, "min")] {
        if rest >= unit && (unit < DAY || us >= DAYS) {
            parts.push(format!("{} {name}", number(rest / unit)));
            rest %= unit;
        }
    }
    if rest > 0 {
        parts.push(format!("{} s", fraction(rest, 6)));
    }
    parts.join(" ")
}

/// Microseconds in a unit of 10^`places` of them, rounded to three digits.
fn three_digits(us: u64, places: u32, name: &str) -> String {
    let unit = 10_u64.pow(places);
    // At 9.995 of a unit three digits are 10.0 already.
    let decimals = match us * 1_000 / unit {
        0..9_995 => 2,
        9_995..99_950 => 1,
        _ => 0,
    };
    let step = unit / 10_u64.pow(decimals);
    format!("{} {name}", fraction((us + step / 2) / step, decimals))
}

fn two_units(
    us: u64,
    (large, large_name): (u64, &str),
    (small, small_name): (u64, &str),
) -> String {
    let rounded = us.saturating_add(small / 2) / small;
    let per_large = large / small;
    let whole = number(rounded / per_large);
    match rounded % per_large {
        0 => format!("{whole} {large_name}"),
        rest => format!("{whole} {large_name} {rest} {small_name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_three_digits_or_two_units() {
        let check = |us: u64, expected: &str| assert_eq!(span(SimDuration(us)), expected, "{us}");
        check(0, "0 s");
        check(1, "1 µs");
        check(999, "999 µs");
        check(1_000, "1 ms");
        check(1_500, "1.5 ms");
        check(9_994, "9.99 ms");
        check(9_996, "10 ms");
        check(170_400, "170 ms");
        check(999_499, "999 ms");
        check(999_500, "1 s");
        check(1_400_000, "1.4 s");
        check(3_020_000, "3.02 s");
        check(9_996_000, "10 s");
        check(45_510_000, "45.5 s");
        check(59_949_999, "59.9 s");
        check(59_950_000, "1 min");
        check(90 * SECOND, "1 min 30 s");
        check(162_200_000, "2 min 42 s");
        check(42 * MINUTE, "42 min");
        check(HOUR - 600_000, "59 min 59 s");
        check(HOUR - 500_000, "1 h");
        check(90 * MINUTE, "1 h 30 min");
        check(24 * HOUR, "24 h");
        check(48 * HOUR, "48 h");
        check(72 * HOUR - 31 * SECOND, "71 h 59 min");
        check(72 * HOUR - 29 * MINUTE, "71 h 31 min");
        check(72 * HOUR - 30 * SECOND, "3 days");
        check(84 * HOUR, "3 days 12 h");
        check(167 * HOUR, "6 days 23 h");
        check(168 * HOUR, "7 days");
        check(365 * DAY, "365 days");
    }

    #[test]
    fn an_exact_span_leaves_nothing_out() {
        let check = |us: u64, expected: &str| {
            assert_eq!(exact_span(SimDuration(us)), expected, "{us}");
        };
        check(0, "0 s");
        check(999, "999 µs");
        check(1_001, "1.001 ms");
        check(250_000, "250 ms");
        check(1_500_500, "1.5005 s");
        check(59_999_999, "59.999999 s");
        check(MINUTE, "1 min");
        check(90_250_000, "1 min 30.25 s");
        check(HOUR + 250_000, "1 h 0.25 s");
        check(26 * HOUR + 30 * MINUTE, "26 h 30 min");
        check(48 * HOUR, "48 h");
        check(73 * HOUR + 5 * MINUTE + 7 * SECOND, "3 days 1 h 5 min 7 s");
        check(168 * HOUR, "7 days");
    }

    /// A setting and what comes of it are told alike.
    #[test]
    fn both_say_a_short_span_alike() {
        let units = [
            (1, 999),
            (10, 99),
            (MILLISECOND, 999),
            (10 * MILLISECOND, 999),
            (SECOND, 3_599),
            (MINUTE, 4_319),
            (HOUR, 9_600),
        ];
        for (unit, most) in units {
            for times in 1..=most {
                let given = SimDuration(unit * times);
                assert_eq!(span(given), exact_span(given), "{given:?}");
            }
        }
    }
}
