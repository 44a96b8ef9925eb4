//! What is sent: generated traffic or written-down records, their keys, and what is wrong with them.

use crate::engine::shape::Shape;
use crate::engine::time::SimTime;

/// Where the records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// Poisson arrivals about a daily curve, keys dealt from a deck.
    Generated(Generated),
    /// A small case written down record by record, in order of time; exact to the record.
    Explicit(Vec<ExplicitRecord>),
}

/// Poisson arrivals about `mean · (1 + swing · cos 2π (t − peak) / 24 h) · shape`; the mean is in [`Producing`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Depth of the daily curve in permille of the mean, 0 (steady) to 1,000.
    pub swing_permille: u32,
    /// When the daily curve peaks, after the start.
    pub peak_at: SimTime,
    /// What else the mean is multiplied with over the run.
    pub shape: Shape,
    /// How the partition keys `device-0` … are spread.
    pub keys: Keys,
    /// Data of one record before base64, in bytes.
    pub record_bytes: u32,
}

/// How partition keys are spread over the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// `n` keys, equally likely.
    Uniform(u32),
    /// `n` keys by Zipf's law: key `k` (from 1) weighs 1/k.
    Zipf(u32),
    /// `n` keys, of which the first takes `permille` of all records.
    Hot {
        /// All keys, the hot one included.
        n: u32,
        /// Share of the hot key, 0 to 1,000.
        permille: u32,
    },
    /// `n` keys in turn, each with an `ExplicitHashKey` instead of MD5: equally far apart, so that shards get equal
    /// parts (P4).
    Even(u32),
}

/// One record of a written-down case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplicitRecord {
    /// When the application hands it to the producer.
    pub at: SimTime,
    /// Partition key, 1–256 characters (P4).
    pub key: String,
    /// Data before base64, in bytes.
    pub bytes: u32,
    /// Whether handling it fails.
    pub fails: Fails,
    /// Its kind of data.
    pub kind: u8,
}

/// Data of a pill that is too large, in bytes: more than an event of 6 MB holds in base64 (E4, E50).
pub const TOO_LARGE_BYTES: u32 = 5_000_000;

/// How often handling a record fails, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fails {
    /// An ordinary record.
    Never,
    /// It fails the first `n` times it is handled.
    First(u32),
    /// A poison pill: valid JSON with a value that nobody can work with.
    Always,
    /// A poison pill: its data is not JSON (E52).
    NotJson,
    /// A poison pill: handling it does not end, so that the invocation runs into its `Timeout` (L7).
    TooSlow,
    /// A poison pill: handling it takes more memory than there is, and the process dies (E20).
    OutOfMemory,
    /// A poison pill: its event alone exceeds what an invocation carries, so that no function ever sees it (E50).
    TooLarge,
}

impl Fails {
    /// Whether it is a poison pill.
    pub fn is_pill(self) -> bool {
        !matches!(self, Self::Never | Self::First(_))
    }

    /// Whether it ends the invocation whatever the handler does with records it cannot handle.
    pub fn is_fatal(self) -> bool {
        matches!(self, Self::TooSlow | Self::OutOfMemory)
    }
}

/// A pill to send: it overrides the nature of the first record generated at or after `at` whose key routes to `shard`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pill {
    /// Not before.
    pub at: SimTime,
    /// On this shard.
    pub shard: u16,
    /// What is wrong with it.
    pub fails: Fails,
}
