//! Numbers and times as AWS, spreadsheets and people write them, without floats.

/// A decimal number such as `4321.0`, `1.5e3` or `0.25`, in millionths, rounded towards zero; `None` for anything
/// else and for numbers above 9 trillion.
pub(super) fn millionths(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || whole.len() > 19 || !(-30..=30).contains(&exponent) {
        return None;
    }
    // The places behind the point that still count.
    let mut places = exponent + 6;
    let mut value: u64 = 0;
    for digit in whole.bytes() {
        value = value * 10 + u64::from(digit_of(digit)?);
    }
    for digit in fraction.bytes() {
        let digit = digit_of(digit)?;
        if places > 0 {
            value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
            places -= 1;
        }
    }
    while places > 0 {
        value = value.checked_mul(10)?;
        places -= 1;
    }
    while places < 0 {
        value /= 10;
        places += 1;
    }
    i64::try_from(value).ok().map(|value| sign * value)
}

fn digit_of(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

/// A time in seconds, from whatever start: `2026-11-21T10:00:00+00:00`, `2026/11/21 10:00`, `10:00:30`, or a number of
/// seconds, milliseconds or microseconds since 1970; a smaller number is seconds. Parts of a second are left out.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Some(number) = millionths(text) {
        let number = number / 1_000_000;
        return Some(match number.abs() {
            0..100_000_000_000 => number,
            100_000_000_000..100_000_000_000_000 => number / 1_000,
            _ => number / 1_000_000,
        });
    }
    let (date, clock) = match text.find(['T', ' ']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None if text.contains(':') => ("", text),
        None => (text, ""),
    };
    let day = if date.is_empty() { 0 } else { day(date)? };
    let (clock, offset) = zone(clock.trim())?;
    let clock = if clock.is_empty() { 0 } else { time(clock)? };
    Some(day * 86_400 + clock - offset)
}

/// Days since 1970 of `2026-11-21` or `2026/11/21`.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.split(['-', '/']);
    let mut part = || short(parts.next()?);
    let (year, month, day) = (part()?, part()?, part()?);
    let is_day =
        (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_day || parts.next().is_some() {
        return None;
    }
    // Years from March on, so that a leap day is the last one.
    let year = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468)
}

/// Seconds of `10:00` or `10:00:30.250`.
fn time(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hours, minutes) = (short(parts.next()?)?, short(parts.next()?)?);
    let seconds = match parts.next() {
        Some(seconds) => millionths(seconds)? / 1_000_000,
        None => 0,
    };
    let is_time = hours < 24 && minutes < 60 && (0..=60).contains(&seconds);
    (is_time && parts.next().is_none()).then_some(hours * 3_600 + minutes * 60 + seconds)
}

/// What stands before the time zone, and the zone in seconds east of Greenwich.
fn zone(text: &str) -> Option<(&str, i64)> {
    let bare = text.strip_suffix('Z').or_else(|| text.strip_suffix("UTC"));
    if let Some(bare) = bare {
        return Some((bare.trim(), 0));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, 0));
    };
    let (clock, zone) = (text.get(..at)?, text.get(at + 1..)?);
    let (hours, minutes) = zone.split_once(':').or_else(|| zone.split_at_checked(2))?;
    let minutes = if minutes.is_empty() {
        0
    } else {
        short(minutes)?
    };
    let east = short(hours)? * 3_600 + minutes * 60;
    let is_east = text.as_bytes().get(at) == Some(&b'+');
    Some((clock.trim(), if is_east { east } else { -east }))
}

/// A number of at most four digits.
fn short(text: &str) -> Option<i64> {
    let is_short = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_short.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_they_are_written() {
        for (text, expected) in [
            ("0", Some(0)),
            ("72", Some(72_000_000)),
            ("4321.0", Some(4_321_000_000)),
            ("+0.25", Some(250_000)),
            ("-1.5", Some(-1_500_000)),
            ("123.4567891234567", Some(123_456_789)),
            ("1.5e3", Some(1_500_000_000)),
            ("1E+2", Some(100_000_000)),
            ("25e-1", Some(2_500_000)),
            ("1e-9", Some(0)),
            ("1.", Some(1_000_000)),
            ("9000000000000", Some(9_000_000_000_000_000_000)),
            ("99999999999999", None),
            ("1e30", None),
            ("1e99", None),
            ("99999999999999999999999", None),
            ("", None),
            ("-", None),
            (".5", None),
            ("NaN", None),
            ("1,000", None),
            ("1 2", None),
            ("0x10", None),
        ] {
            assert_eq!(millionths(text), expected, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        // 1,795,255,200 s since 1970, by `date -u -d 2026-11-21T10:00 +%s`.
        let ten = 1_795_255_200;
        for (text, expected) in [
            ("2026-11-21T10:00:00+00:00", Some(ten)),
            ("2026-11-21T10:00:00Z", Some(ten)),
            ("2026-11-21T10:00:00.123456Z", Some(ten)),
            ("2026-11-21T12:00:00+02:00", Some(ten)),
            ("2026-11-21T04:30:00-0530", Some(ten)),
            ("2026-11-21 10:00", Some(ten)),
            ("2026/11/21 10:00:07", Some(ten + 7)),
            ("2026-11-21 10:00:00 UTC", Some(ten)),
            ("2026-11-21", Some(ten - 36_000)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2024-02-29", Some(1_709_164_800)),
            ("1795255200", Some(ten)),
            ("1795255200.5", Some(ten)),
            ("1795255200000", Some(ten)),
            ("60", Some(60)),
            ("10:00", Some(36_000)),
            ("00:00:59", Some(59)),
            ("24:00", None),
            ("2026-13-01", None),
            ("2026-11-21T10", None),
            ("2026-11-21T10:00:00Europe", None),
            ("21.11.2026", None),
            ("yesterday", None),
            ("", None),
            ("é:é", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
