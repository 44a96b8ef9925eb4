//! Shares, rates and sizes.

use super::number::{decimal, fraction, number};

/// A share given in permille, in percent: `50 %`, `12.5 %`.
pub fn share(permille: u64) -> String {
    format!("{} %", fraction(permille, 1))
}

/// How much of a whole a part is, in full percent, rounded down so that 100 % is all of it: `12 %`.
pub fn whole_percent(part: u64, whole: u64) -> String {
    let percent = u128::from(part) * 100 / u128::from(whole.max(1));
    format!("{percent} %")
}

/// A rate given per second: `47/s`, `3.7/s`, `0.02/s`.
pub fn rate(per_second: f64) -> String {
    format!("{}/s", decimal(per_second))
}

/// A rate given in thousandths per second.
pub fn rate_milli(milli: u64) -> String {
    rate(milli as f64 / 1e3)
}

/// A size in bytes, in the largest binary unit that it fills: `200 B`, `1.5 KiB`, `256 MiB`, `1.5 GiB`. What AWS limits is
/// written as AWS writes it.
pub fn size(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;
    let (name, unit) = match bytes {
        0..KIB => return format!("{} B", number(bytes)),
        KIB..MIB => ("KiB", KIB),
        MIB..GIB => ("MiB", MIB),
        _ => ("GiB", GIB),
    };
    if bytes / unit >= 100 {
        return format!("{} {name}", number((bytes + unit / 2) / unit));
    }
    let tenths = (u128::from(bytes) * 10 + u128::from(unit / 2)) / u128::from(unit);
    format!("{} {name}", fraction(tenths as u64, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_in_percent() {
        let check = |permille: u64, expected: &str| assert_eq!(share(permille), expected);
        check(0, "0 %");
        check(5, "0.5 %");
        check(125, "12.5 %");
        check(500, "50 %");
        check(10_000, "1,000 %");
    }

    #[test]
    fn only_all_of_it_is_a_hundred_percent() {
        let check = |part: u64, whole: u64, expected: &str| {
            assert_eq!(whole_percent(part, whole), expected);
        };
        check(0, 0, "0 %");
        check(1, 3, "33 %");
        check(999, 1_000, "99 %");
        check(1_000, 1_000, "100 %");
        check(u64::MAX, u64::MAX, "100 %");
    }

    #[test]
    fn rates_are_per_second() {
        let check = |milli: u64, expected: &str| assert_eq!(rate_milli(milli), expected);
        check(0, "0/s");
        check(7, "0.007/s");
        check(20, "0.02/s");
        check(500, "0.5/s");
        check(1_000, "1/s");
        check(3_650, "3.7/s");
        check(46_948, "47/s");
        check(999_600, "1,000/s");
    }

    #[test]
    fn sizes_have_binary_units() {
        let check = |bytes: u64, expected: &str| assert_eq!(size(bytes), expected);
        check(0, "0 B");
        check(1_023, "1,023 B");
        check(1_024, "1 KiB");
        check(1_536, "1.5 KiB");
        check(256 << 10, "256 KiB");
        check(1 << 20, "1 MiB");
        check(6 << 20, "6 MiB");
        check(3 << 29, "1.5 GiB");
        check(1_023 << 20, "1,023 MiB");
        check(4 << 30, "4 GiB");
        check(25 << 29, "12.5 GiB");
    }
}
