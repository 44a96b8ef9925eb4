//! Numbers with units, as people type them: `1,000`, `1.5 h`, `1h30m`, `50 %`. Exact, in integers; it
//! knows nothing of knobs.

/// A number and the unit typed behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quantity {
    /// The number, in billionths, so that `1.5` stays exact.
    pub(super) billionths: i128,
    /// The unit in lower case; empty if there is none.
    pub(super) unit: String,
}

/// No whole part needs to be larger: everything above is out of every knob's range.
const WHOLE_MAX: i128 = 1_000_000_000_000_000;
/// No sensible text has more numbers, and sums stay far from overflow.
const COUNT_MAX: usize = 8;
/// No sensible text is longer.
const LENGTH_MAX: usize = 200;
const BILLION: i128 = 1_000_000_000;

/// The quantities in `text`, one after the other, or `None` if it is anything else.
pub(super) fn quantities(text: &str) -> Option<Vec<Quantity>> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    let chars: Vec<char> = text
        .trim()
        .to_ascii_lowercase()
        .chars()
        .map(plain)
        .collect();
    let (sign, mut rest) = match chars.split_first()? {
        ('-', rest) => (-1, rest),
        ('+', rest) => (1, rest),
        _ => (1, chars.as_slice()),
    };
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (number, after) = number(rest)?;
        let length = after
            .iter()
            .take_while(|c| !c.is_ascii_digit() && **c != '.')
            .count();
        let unit: String = after[..length].iter().collect();
        all.push(Quantity {
            billionths: sign * number,
            unit: unit.trim().to_owned(),
        });
        rest = &after[length..];
    }
    (!all.is_empty() && all.len() <= COUNT_MAX).then_some(all)
}

/// The typographic variants that keyboards and documents produce.
fn plain(c: char) -> char {
    match c {
        '−' | '–' => '-',
        'µ' | 'μ' | 'Μ' => 'u',
        '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
        '’' => '\'',
        _ => c,
    }
}

/// A number at the start, in billionths, and what follows it.
fn number(chars: &[char]) -> Option<(i128, &[char])> {
    let mut whole: i128 = 0;
    let mut rest = chars;
    let mut digits = 0;
    loop {
        match rest {
            [c, after @ ..] if c.is_ascii_digit() => {
                whole = (whole * 10 + digit(*c)).min(WHOLE_MAX);
                digits += 1;
                rest = after;
            }
            [',' | '_' | '\'' | ' ', after @ ..] if digits > 0 && starts_with_group(after) => {
                rest = after;
            }
            _ => break,
        }
    }
    let mut fraction = 0;
    if let ['.', after @ ..] = rest {
        let mut scale = BILLION / 10;
        rest = after;
        while let [c, after @ ..] = rest
            && c.is_ascii_digit()
        {
            fraction += digit(*c) * scale;
            scale /= 10;
            digits += 1;
            rest = after;
        }
    }
    (digits > 0).then_some((whole * BILLION + fraction, rest))
}

fn digit(c: char) -> i128 {
    i128::from(u32::from(c) - u32::from('0'))
}

/// Exactly three digits: the only place for a separator.
fn starts_with_group(chars: &[char]) -> bool {
    chars.iter().take_while(|c| c.is_ascii_digit()).count() == 3
}

/// Microseconds in a unit of time.
pub(super) fn time_unit(unit: &str) -> Option<i128> {
    Some(match unit {
        "us" | "microsecond" | "microseconds" => 1,
        "ms" | "millisecond" | "milliseconds" => 1_000,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000_000,
        "m" | "min" | "mins" | "minute" | "minutes" => 60_000_000,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000_000,
        "d" | "day" | "days" => 86_400_000_000,
        "w" | "week" | "weeks" => 604_800_000_000,
        "y" | "year" | "years" => 31_536_000_000_000,
        _ => return None,
    })
}
