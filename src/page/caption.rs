//! Captions of the transport and the ledger.

use crate::engine::time::SimDuration;
use crate::words::{number, span};

/// What a speed means: `1 s here = 2 h 47 min there (10,000×)`.
pub fn warp(speed: u32) -> String {
    if speed <= 1 {
        return "as fast as life (1×)".to_owned();
    }
    let there = span(SimDuration::from_secs(u64::from(speed)));
    format!("1 s here = {there} there ({}×)", number(u64::from(speed)))
}

/// Eight hexadecimal digits of a digest, for people to compare.
pub fn digest(digest: u64) -> String {
    format!("{:08x}", digest >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_warp_is_said_honestly() {
        let check = |speed: u32, expected: &str| assert_eq!(warp(speed), expected);
        check(1, "as fast as life (1×)");
        check(200, "1 s here = 3 min 20 s there (200×)");
        // 10,000 s are 2 h and 46 min 40 s.
        check(10_000, "1 s here = 2 h 47 min there (10,000×)");
    }

    #[test]
    fn a_digest_shows_its_upper_half() {
        assert_eq!(digest(0x0123_abcd_9999_9999), "0123abcd");
        assert_eq!(digest(0x0000_000f_9999_9999), "0000000f");
    }
}
