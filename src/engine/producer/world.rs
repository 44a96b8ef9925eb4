//! What the producer needs besides its own state; never changes during a run.

use super::intake::Capacity;
use crate::engine::config::{Config, Traffic};
use crate::engine::curve::Tables;
use crate::engine::deck::Deck;
use crate::engine::random::{Draws, Purpose};
use crate::engine::shard_map::ShardMap;
use crate::engine::time::SimTime;
use std::rc::Rc;

/// What a request carries at most, partition keys included, in bytes (P2).
pub const REQUEST_BYTES: u64 = 10 << 20;

/// What the producer needs besides its own state; never changes during a run.
#[derive(Clone, Debug)]
pub struct World {
    /// The whole configuration.
    pub config: Config,
    /// What each record is.
    pub deck: Deck,
    /// The shards at the start.
    pub shards: Rc<ShardMap>,
    /// Curve and Poisson tables.
    pub tables: Tables,
    /// Whether some record may be larger than the stream takes (P3).
    pub(super) has_oversized: bool,
    /// Whether a request may be full before it has as many records as it may (P2).
    pub(super) cuts_requests: bool,
    pub(super) capacity: Capacity,
    pub(super) round_trips: Draws,
    pub(super) server_errors: Draws,
    pub(super) pauses: Draws,
    pub(super) black_holes: Draws,
    pub(super) lost_replies: Draws,
}

impl World {
    /// Builds the deck and the tables of a configuration.
    pub fn new(config: Config) -> Self {
        let deck = Deck::new(&config);
        let draws = |purpose| Draws::new(config.seed, purpose, 0);
        Self {
            cuts_requests: most_records(&config) * deck.largest_size() > REQUEST_BYTES,
            has_oversized: deck.largest_size() > config.max_record_bytes,
            shards: Rc::new(ShardMap::first(&deck, config.shard_count)),
            deck,
            tables: Tables::new(),
            capacity: Capacity::new(&config),
            round_trips: draws(Purpose::RoundTrip),
            server_errors: draws(Purpose::ServerError),
            pauses: draws(Purpose::Backoff),
            black_holes: draws(Purpose::BlackHole),
            lost_replies: draws(Purpose::LostReply),
            config,
        }
    }

    /// Where a request ends that begins with the record `from` and goes to `to` at most: it carries 10 MiB, or a single
    /// record that will be refused (P2).
    pub(super) fn request_end(&self, from: u64, to: u64) -> u64 {
        let mut bytes = 0;
        for ordinal in from..to {
            bytes += self.deck.size(ordinal);
            if bytes > REQUEST_BYTES {
                return ordinal.max(from + 1);
            }
        }
        to
    }

    /// Records per second the application makes at `t`, times 1,000.
    pub fn rate_milli(&self, t: SimTime) -> u64 {
        let Traffic::Generated(traffic) = &self.config.traffic else {
            return 0;
        };
        let factor =
            self.tables
                .factor_q20(Tables::step(t.0), traffic.peak_at.0, traffic.swing_permille);
        let rate = (self.config.producing_at(t).mean_per_1000s * factor) >> 20;
        traffic.shape.rate_at(rate, t)
    }
}

/// The most records of a request (P1).
fn most_records(config: &Config) -> u64 {
    let epochs = config.producing.iter();
    epochs
        .map(|epoch| u64::from(epoch.put_batch))
        .max()
        .unwrap_or(1)
}
