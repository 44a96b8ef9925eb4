//! Numbers: with a comma between thousands, and short ones for where there is little room.

/// A number with a comma between thousands: `1,048,576`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number that may be below zero: `-1,000`.
pub fn signed_number(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", number(value.unsigned_abs()))
}

/// A number of things: `1 order`, `12,000 orders`.
pub fn count(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// A number in at most six characters: `4,370`, `43.7 k`, `4.37 M`.
pub fn short_number(value: u64) -> String {
    let (unit, size) = match value {
        0..10_000 => return number(value),
        10_000..1_000_000 => ("k", 1_000),
        1_000_000..1_000_000_000 => ("M", 1_000_000),
        _ => ("G", 1_000_000_000),
    };
    // Rounded down: a count must not look bigger than it is.
    let (whole, thousandths) = (value / size, value % size / (size / 1_000));
    match whole {
        0..10 => format!("{whole}.{:02} {unit}", thousandths / 10),
        10..100 => format!("{whole}.{} {unit}", thousandths / 100),
        _ => format!("{whole} {unit}"),
    }
}

/// A number that need not be whole, with as many decimals as one takes in: `0.07`, `4.5`, `47`, `1,500`. What is below 0
/// is 0.
pub fn decimal(value: f64) -> String {
    let thousandths = (value.max(0.0) * 1_000.0).round() as u64;
    match thousandths {
        0..10 => fraction(thousandths, 3),
        10..1_000 => fraction((thousandths + 5) / 10, 2),
        1_000..10_000 => fraction((thousandths + 50) / 100, 1),
        _ => number((thousandths + 500) / 1_000),
    }
}

/// So many tenths (`places` 1), hundredths (2) and so on as a decimal, without zeros at its end: `1.5`, `20`.
pub(super) fn fraction(parts: u64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let (whole, rest) = (number(parts / unit), parts % unit);
    if rest == 0 {
        return whole;
    }
    let digits = format!("{rest:0places$}", places = places as usize);
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_have_commas() {
        let check = |value: u64, long: &str, short: &str| {
            assert_eq!(number(value), long);
            assert_eq!(short_number(value), short);
        };
        check(0, "0", "0");
        check(999, "999", "999");
        check(1_000, "1,000", "1,000");
        check(9_999, "9,999", "9,999");
        check(46_714, "46,714", "46.7 k");
        check(118_400, "118,400", "118 k");
        check(4_379_900, "4,379,900", "4.37 M");
        check(43_799_000, "43,799,000", "43.7 M");
        check(864_000_000, "864,000,000", "864 M");
        check(1_500_000_000, "1,500,000,000", "1.50 G");
        assert_eq!(number(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        let check = |value: u64, expected: &str| {
            assert_eq!(count(value, "order", "orders"), expected);
        };
        check(0, "0 orders");
        check(1, "1 order");
        check(2_000, "2,000 orders");
    }

    #[test]
    fn what_is_below_zero_has_a_sign() {
        let check = |value: i64, expected: &str| assert_eq!(signed_number(value), expected);
        check(0, "0");
        check(-1, "-1");
        check(-1_500, "-1,500");
        check(1_500, "1,500");
        check(i64::MIN, "-9,223,372,036,854,775,808");
    }

    #[test]
    fn decimals_are_as_many_as_one_takes_in() {
        let check = |value: f64, expected: &str| assert_eq!(decimal(value), expected, "{value}");
        check(-1.0, "0");
        check(0.0, "0");
        check(0.0004, "0");
        check(0.007, "0.007");
        check(0.0694, "0.07");
        check(0.44, "0.44");
        check(0.5, "0.5");
        check(0.997, "1");
        check(3.65, "3.7");
        check(4.0, "4");
        check(9.96, "10");
        check(36.4, "36");
        check(999.6, "1,000");
        check(1_500.2, "1,500");
    }
}
