//! Letters without their case.

/// A letter as its capital, in the alphabets where the two stand side by side; anything else as it is. The standard
/// library's tables for all the world's alphabets would be one of the largest parts of the page.
fn capital(c: char) -> char {
    let code = u32::from(c);
    let capital = match code {
        0x61..=0x7a | 0xe0..=0xf6 | 0xf8..=0xfe | 0x3b1..=0x3c1 | 0x3c3..=0x3cb | 0x430..=0x44f => {
            code - 0x20
        }
        0xff => 0x178,
        0x3ac => 0x386,
        0x3ad..=0x3af => code - 0x25,
        0x3cc => 0x38c,
        0x3cd | 0x3ce => code - 0x3f,
        0x450..=0x45f => code - 0x50,
        // Pairs of a capital and its small letter.
        0x100..=0x130 | 0x132..=0x137 | 0x14a..=0x177 | 0x460..=0x481 | 0x48a..=0x4bf
            if code != 0x130 =>
        {
            code & !1
        }
        0x139..=0x148 | 0x179..=0x17e if code % 2 == 0 => code - 1,
        _ => code,
    };
    char::from_u32(capital).unwrap_or(c)
}

/// Whether a text begins with another, or ends with it when both are given backwards.
pub(super) fn begins(text: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> bool {
    let mut text = text.map(capital);
    other.map(capital).all(|c| text.next() == Some(c))
}

/// Whether two texts are the same but for the case of letters.
pub(super) fn same(one: &str, other: &str) -> bool {
    one.chars().map(capital).eq(other.chars().map(capital))
}
