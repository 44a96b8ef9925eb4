//! Numbers and spans in words short enough for a label, and how wide they will be.

use crate::engine::time::SimDuration;
use crate::scenario::spelling::thousands;

/// `4370900` → `4,370,900`.
pub fn count(n: u64) -> String {
    thousands(n)
}

/// `4370900` → `4.37 M`: at most six characters.
pub fn short_count(n: u64) -> String {
    let (unit, size) = match n {
        0..10_000 => return count(n),
        10_000..1_000_000 => ("k", 1_000),
        1_000_000..1_000_000_000 => ("M", 1_000_000),
        _ => ("G", 1_000_000_000),
    };
    // Rounded down: a count must not look bigger than it is.
    let (whole, thousandths) = (n / size, n % size / (size / 1_000));
    match whole {
        0..10 => format!("{whole}.{:02} {unit}", thousandths / 10),
        10..100 => format!("{whole}.{} {unit}", thousandths / 100),
        _ => format!("{whole} {unit}"),
    }
}

/// Records per second, `0.4`, `36`, `1,200`.
pub fn rate(per_second: f64) -> String {
    let per_second = per_second.max(0.0);
    if per_second < 0.05 {
        "0".into()
    } else if per_second < 9.95 {
        let tenths = (per_second * 10.0).round() as u64;
        format!("{}.{}", tenths / 10, tenths % 10)
    } else {
        count(per_second.round() as u64)
    }
}

/// A span as one looks at it: `0 s`, `1.1 s`, `42 min`, `3 h 20 min`, `6 d 23 h`.
pub fn span(span: SimDuration) -> String {
    let s = span.0 / 1_000_000;
    match s {
        0..10 => {
            let tenths = span.0 / 100_000;
            if tenths == 0 {
                "0 s".into()
            } else {
                format!("{}.{} s", tenths / 10, tenths % 10)
            }
        }
        10..60 => format!("{s} s"),
        60..600 => two(s / 60, "min", s % 60, "s"),
        600..3_600 => format!("{} min", s / 60),
        3_600..172_800 => two(s / 3_600, "h", s % 3_600 / 60, "min"),
        _ => two(s / 86_400, "d", s % 86_400 / 3_600, "h"),
    }
}

fn two(big: u64, unit: &str, small: u64, part: &str) -> String {
    if small == 0 {
        format!("{big} {unit}")
    } else {
        format!("{big} {unit} {small} {part}")
    }
}

/// A span as a clock, for headroom: `23:59:58`; whole days and hours above 48 h.
pub fn clock(time: SimDuration) -> String {
    let s = time.0 / 1_000_000;
    if s >= 172_800 {
        return span(time);
    }
    format!("{:02}:{:02}:{:02}", s / 3_600, s / 60 % 60, s % 60)
}

/// About how wide a text is in a common sans-serif face, in pixels; generous rather than tight.
pub fn width(text: &str, size: f32, bold: bool) -> f32 {
    let em: f32 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '|' | ' ' | '·' | 'I' => 0.29,
            'f' | 'r' | 't' | '(' | ')' | '-' => 0.39,
            'm' | 'w' | 'M' | 'W' | '→' | '—' => 0.9,
            '0'..='9' => 0.63,
            'A'..='Z' => 0.7,
            _ => 0.585,
        })
        .sum();
    em * size * if bold { 1.05 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (n, long, short) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_000, "1,000", "1,000"),
            (46_714, "46,714", "46.7 k"),
            (118_400, "118,400", "118 k"),
            (4_379_900, "4,379,900", "4.37 M"),
            (43_799_000, "43,799,000", "43.7 M"),
            (864_000_000, "864,000,000", "864 M"),
            (1_500_000_000, "1,500,000,000", "1.50 G"),
        ] {
            assert_eq!(count(n), long);
            assert_eq!(short_count(n), short);
        }
        for (r, text) in [(0.0, "0"), (0.44, "0.4"), (36.4, "36"), (1_200.0, "1,200")] {
            assert_eq!(rate(r), text);
        }
    }

    #[test]
    fn spans_read_as_people_say_them() {
        for (ms, text) in [
            (0, "0 s"),
            (40, "0 s"),
            (1_190, "1.1 s"),
            (59_900, "59 s"),
            (60_000, "1 min"),
            (90_000, "1 min 30 s"),
            (2_520_000, "42 min"),
            (12_000_000, "3 h 20 min"),
            (86_400_000, "24 h"),
            (601_200_000, "6 d 23 h"),
        ] {
            assert_eq!(span(SimDuration::from_millis(ms)), text);
        }
        for (s, text) in [(0, "00:00:00"), (86_398, "23:59:58"), (601_200, "6 d 23 h")] {
            assert_eq!(clock(SimDuration::from_secs(s)), text);
        }
    }
}
