//! Letters without their case.

/// The letters of a text, small where there is a small one.
fn small(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    text.flat_map(char::to_lowercase)
}

/// Whether a text begins with another, or ends with it when both are given backwards.
pub(super) fn begins(text: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> bool {
    let mut text = small(text);
    small(other).all(|c| text.next() == Some(c))
}

/// Whether two texts are the same but for the case of letters.
pub(super) fn same(one: &str, other: &str) -> bool {
    small(one.chars()).eq(small(other.chars()))
}
