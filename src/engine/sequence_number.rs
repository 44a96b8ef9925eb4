//! Sequence numbers: what Kinesis calls a stored record (S8). Here, its shard and its position there, spelt as AWS does.

use std::fmt;

/// Digits of a sequence number.
pub const DIGITS: usize = 56;

/// The sequence number of a stored record; within a shard it rises with every record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SequenceNumber {
    /// The shard.
    pub shard: u16,
    /// Position in the shard, from 0.
    pub position: u64,
}

impl fmt::Display for SequenceNumber {
    /// [`DIGITS`] decimal digits, so that the order of the texts is the order of the numbers. Real ones begin with 49 too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "49{:06}{:048}", self.shard, self.position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_have_56_digits_and_rise_as_texts() {
        let places = [
            (0, 0),
            (0, 1),
            (0, 9),
            (0, 10),
            (0, u64::MAX),
            (1, 0),
            (u16::MAX, u64::MAX),
        ];
        let texts = places.map(|(shard, position)| SequenceNumber { shard, position }.to_string());
        assert!(texts.is_sorted());
        for text in &texts {
            assert_eq!(text.len(), DIGITS);
            assert!(text.bytes().all(|byte| byte.is_ascii_digit()), "{text}");
        }
        assert_eq!(
            texts[3],
            "49000000000000000000000000000000000000000000000000000010"
        );
    }
}
