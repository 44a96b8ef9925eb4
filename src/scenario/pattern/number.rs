//! Numbers of JSON, compared by value without floats.

use std::cmp::Ordering;

/// A number that a double holds exactly: the double nearest to it is printed as it, in as few digits as possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    is_negative: bool,
    /// Neither begins nor ends with 0; none for zero.
    digits: String,
    /// The value is 0.digits times 10 to this power.
    point: i32,
}

/// Every decimal of so many digits survives being a double.
const DIGITS_SAFE: usize = 15;
/// Doubles are printed in so many digits at most.
const DIGITS_MAX: usize = 17;
/// The largest double, without its point, and the powers of the largest and the smallest.
const LARGEST: &str = "17976931348623157";
const POINT_MAX: i32 = 309;
const POINT_MIN: i32 = -323;

impl Number {
    /// A number as JSON writes it; none if no double holds it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (is_negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(mantissa) => (true, mantissa),
            None => (false, mantissa),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{part}");
        let short = digits.trim_start_matches('0');
        let zeros = digits.len() - short.len();
        let short = short.trim_end_matches('0');
        if short.is_empty() {
            return Some(Self {
                is_negative: false,
                digits: String::new(),
                point: 0,
            });
        }
        let power: i32 = power.parse().ok()?;
        let point = power.checked_add(whole.len() as i32 - zeros as i32)?;
        let number = Self {
            is_negative,
            digits: short.to_owned(),
            point,
        };
        number.is_double().then_some(number)
    }

    /// Whether a double holds it. Of 16 and 17 digits, parts of one are taken at their word: they come from a double.
    fn is_double(&self) -> bool {
        let length = self.digits.len();
        (POINT_MIN..=POINT_MAX).contains(&self.point)
            && (self.point < POINT_MAX || self.digits.as_str() <= LARGEST)
            && (length <= DIGITS_SAFE
                || length <= DIGITS_MAX
                    && (self.point != length as i32
                        || self.digits.parse().is_ok_and(is_printed_as_is)))
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        (!self.digits.is_empty(), self.point, &self.digits).cmp(&(
            !other.digits.is_empty(),
            other.point,
            &other.digits,
        ))
    }
}

/// Whether the double nearest to a whole number is printed as this number: it is the number, and none that ends with 0
/// is as near.
fn is_printed_as_is(number: u64) -> bool {
    let spacing = 1 << (64 - number.leading_zeros()).saturating_sub(53);
    if !number.is_multiple_of(spacing) {
        return false;
    }
    // Halfway to the next double belongs to the even one of the two.
    let is_even = (number / spacing).is_multiple_of(2);
    let reach = spacing / 2 - u64::from(!is_even && spacing > 1);
    (1..=reach)
        .all(|step| !(number + step).is_multiple_of(10) && !(number - step).is_multiple_of(10))
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
