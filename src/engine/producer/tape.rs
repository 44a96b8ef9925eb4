//! Who listens to the producer, and what it is told of a minute.

use crate::engine::fact::Fact;
use crate::engine::log::ShardLog;
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::{SimDuration, SimTime};
use std::rc::Rc;

/// Who listens to the producer.
pub trait StreamTape {
    /// Records were stored: the log's own entry.
    fn store(&mut self, shard: u16, at: SimTime, rank: u64, count: u64) {
        let _ = (shard, at, rank, count);
    }
    /// Where it keeps what is stored, if that is in logs: entries may go there at once, instead of through
    /// [`StreamTape::store`].
    fn logs(&mut self) -> Option<&mut [ShardLog]> {
        None
    }
    /// A fact.
    fn hear(&mut self, at: SimTime, fact: Fact) {
        let _ = (at, fact);
    }
    /// A request was answered at `at`; from sending it to hearing the reply takes so long (P30).
    fn answered(&mut self, at: SimTime, round_trip: SimDuration) {
        let _ = (at, round_trip);
    }
    /// Whether it wants to hear of every request and every stored record, not only of what goes wrong.
    fn hears_all(&self) -> bool {
        true
    }
    /// A shard's minute ended.
    fn minute(&mut self, shard: u16, minute: StoredMinute) {
        let _ = (shard, minute);
    }
    /// A shard was opened during the run.
    fn open(&mut self, shard: &Rc<ShardDeck>) {
        let _ = shard;
    }
    /// A shard was closed: nothing more will be stored in it (S18).
    fn close(&mut self, shard: u16, at: SimTime) {
        let _ = (shard, at);
    }
}

/// Nobody listens.
impl StreamTape for () {
    fn hears_all(&self) -> bool {
        false
    }
}

/// What a shard was sent in one minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredMinute {
    /// Records accepted.
    pub stored: u32,
    /// The largest second of `stored`.
    pub peak: u32,
    /// Entries refused.
    pub throttled: u32,
}
