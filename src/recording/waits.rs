//! How long records wait from being made to being stored: for the linger, the request and its retries (P30).

use super::fold::Window;
use super::metrics::Metric;
use crate::engine::fact::Fact;
use crate::engine::producer::Producer;
use crate::engine::producer::births::Births;
use crate::engine::producer::world::World;
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::SimTime;
use std::rc::Rc;

/// Folds what was stored into [`Metric::RecordLatency`].
pub(super) struct Waits {
    births: Births,
    /// Of each shard, once something is stored in it.
    card_sums: Vec<Vec<u64>>,
    /// What was stored last: it may be a copy of what was stored before (P24).
    last: Option<Stored>,
}

/// Records stored at once: where, and how long they had waited, in milliseconds.
struct Stored {
    at: SimTime,
    shard: u16,
    position: u64,
    count: u64,
    sum: u64,
    longest: u64,
}

impl Waits {
    /// From a producer as it is.
    pub(super) fn new(world: &World, producer: &Producer) -> Self {
        Self {
            births: producer.births(world),
            card_sums: Vec::new(),
            last: None,
        }
    }

    /// Takes in a fact of the producer.
    pub(super) fn hear(
        &mut self,
        at: SimTime,
        fact: &Fact,
        (world, shards): (&World, &[Rc<ShardDeck>]),
        window: &mut Window,
    ) {
        match *fact {
            Fact::RecordsStored {
                shard,
                position,
                rank,
                count,
            } => {
                self.count(window);
                if window.period(at).is_none() {
                    return;
                }
                let deck = &shards[usize::from(shard)];
                let index = usize::from(shard);
                if self.card_sums.len() <= index {
                    self.card_sums.resize(index + 1, Vec::new());
                }
                if self.card_sums[index].is_empty() {
                    self.card_sums[index] = deck.card_sums();
                }
                let count = u64::from(count);
                let card_sums = &self.card_sums[index];
                let (made, first) =
                    self.births
                        .made(world, (deck, card_sums), (rank, rank + count));
                self.last = Some(Stored {
                    at,
                    shard,
                    position,
                    count,
                    sum: (count * at.0).saturating_sub(made) / 1_000,
                    longest: at.since(first).0 / 1_000,
                });
            }
            Fact::RecordsWrittenAgain {
                shard, position, ..
            } => {
                let is_last = |last: &Stored| (last.shard, last.position) == (shard, position);
                if self.last.as_ref().is_some_and(is_last) {
                    self.last = None;
                }
            }
            _ => {}
        }
    }

    /// Counts what was stored last.
    pub(super) fn count(&mut self, window: &mut Window) {
        if let Some(stored) = self.last.take()
            && let Some(period) = window.period(stored.at)
        {
            let set = period.of_mut(Metric::RecordLatency);
            set.samples(stored.count, stored.sum, stored.longest);
        }
    }
}
