//! Another event source mapping on the stream, with a function of its own (facts E14, S11).
//!
//! It is a reader like the first: its own position, its own blocked shards, the same rules. It runs on a configuration
//! derived from the first one's, so that a reader knows nothing of the other; they meet in the account's concurrency
//! (L1) and in what a shard gives to all readers together (S2).

use super::config::StartingPosition;
use super::config::{Config, Consuming, Function, Limit, Mapping, MappingState, Reading, Role};
use super::deck::Deck;
use super::reader::READ_BYTES_PER_SECOND;

/// Tells the second mapping's draws from the first's.
const APART: u64 = 0x5ec0_4d00_0000_0000;

/// The second mapping and its function, from a moment on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Second {
    /// The event source mapping.
    pub mapping: Mapping,
    /// The function.
    pub function: Function,
    /// Its `ReservedConcurrentExecutions` (L4).
    pub reserved: Limit<u32>,
}

/// The configuration as the second mapping sees it; `None` if there is none. Its epochs are the first one's.
pub fn config_of(config: &Config) -> Option<Config> {
    let derived = |epoch: &Consuming| {
        let second = epoch.second.as_deref()?;
        Some(Consuming {
            mapping: second.mapping.clone(),
            function: second.function.clone(),
            reserved: second.reserved,
            reserved_elsewhere: epoch.reserved,
            // It is there all the time.
            reading: Reading {
                state: MappingState::Enabled,
                mapping: 0,
                start: StartingPosition::TrimHorizon,
            },
            ..epoch.clone()
        })
    };
    let consuming: Option<Vec<Consuming>> = config.consuming.iter().map(derived).collect();
    Some(Config {
        seed: config.seed ^ APART,
        consuming: consuming?,
        role: Role::Second,
        // What the others read, and what is refused, is counted once, with the first mapping.
        other_readers: 0,
        reads_refused_per_1000s: 0,
        ..config.clone()
    })
}

/// Whether the two mappings could together ask for more bytes than a shard gives in a second (S2).
pub fn reads_can_bind(config: &Config, second: &Config, deck: &Deck) -> bool {
    let payload = u128::from(deck.largest_payload()) * 1_000_000;
    let demand = |config: &Config, epoch: &Consuming| {
        let (batch, lanes) = (
            epoch.mapping.batch_size,
            epoch.mapping.parallelization_factor,
        );
        let readers = u128::from(1 + config.other_readers);
        let bytes = u128::from(batch) * u128::from(lanes) * readers * payload;
        let fastest = epoch.mapping.overhead + epoch.function.per_batch;
        bytes / u128::from(fastest.0.max(1))
    };
    let mut both = config.consuming.iter().zip(&second.consuming);
    both.any(|(first, other)| {
        demand(config, first) + demand(second, other) >= u128::from(READ_BYTES_PER_SECOND)
    })
}
