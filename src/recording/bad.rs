//! Where the records that fail lie: a pill overrides the nature of a record that the producer made anyway.

use crate::engine::config::{Config, Fails, Traffic};
use crate::engine::deck::Deck;
use crate::engine::lane_view::BadRecord;
use crate::engine::log::ShardLog;
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::SimTime;
use crate::recording::stream_track::StreamRecord;
use std::ops::Range;
use std::rc::Rc;

/// The records that fail. A record's nature is its own; which shard it reaches depends on when it is sent, so that every
/// shard that ever had its hash key looks for it.
#[derive(Clone, Debug, Default)]
pub(super) struct BadRecords {
    /// Ascending by ordinal.
    by_ordinal: Vec<(u64, Fails)>,
    shards: Vec<BadInShard>,
    /// The pills that the producer gave up or lost, in order of time, of so many of its losses.
    lost: Vec<LostPill>,
    looked_lost: usize,
}

/// A pill that was never stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct LostPill {
    pub(super) at: SimTime,
    pub(super) shard: u16,
    pub(super) rank: u64,
    /// Knowingly.
    pub(super) given_up: bool,
}

/// The records with one shard's hash keys that fail, by rank, and as far as they are stored by position.
#[derive(Clone, Debug, Default)]
pub(super) struct BadInShard {
    /// Ascending by rank.
    by_rank: Vec<(u64, Fails)>,
    stored: Vec<BadRecord>,
    looked: u64,
}

impl BadRecords {
    /// The failing records of a written-down case.
    pub(super) fn written_down(config: &Config) -> Self {
        let mut bad = Self::default();
        if let Traffic::Explicit(records) = &config.traffic {
            let all = records.iter().enumerate();
            let failing = all.filter(|(_, record)| record.fails != Fails::Never);
            bad.by_ordinal = failing
                .map(|(ordinal, record)| (ordinal as u64, record.fails))
                .collect();
        }
        bad
    }

    /// Looks after one more shard.
    pub(super) fn adopt(&mut self, deck: &Deck, shard: &ShardDeck) {
        let own = |&&(ordinal, _): &&(u64, Fails)| shard.has(deck.key(ordinal));
        let by_rank = self.by_ordinal.iter().filter(own);
        self.shards.push(BadInShard {
            by_rank: by_rank
                .map(|&(ordinal, fails)| (shard.rank_before(ordinal), fails))
                .collect(),
            ..BadInShard::default()
        });
    }

    /// Forgets all but the first shards.
    pub(super) fn truncate(&mut self, shards: usize) {
        self.shards.truncate(shards);
    }

    /// Makes the shard's first record of rank `rank` or later that is not one yet a pill; none if it has no keys.
    pub(super) fn poison(
        &mut self,
        deck: &Deck,
        shards: &[Rc<ShardDeck>],
        (shard, rank): (&ShardDeck, u64),
        pill: Fails,
    ) {
        let mut ordinals = (rank..).map(|rank| shard.ordinal(rank));
        let is_pill = |ordinal: &u64| {
            let index = index(&self.by_ordinal, *ordinal);
            let bad = self.by_ordinal.get(index);
            bad.is_some_and(|bad| bad.0 == *ordinal && bad.1.is_pill())
        };
        let free = if shard.per_cycle() == 0 {
            None
        } else {
            ordinals.find(|ordinal| !is_pill(ordinal))
        };
        let Some(ordinal) = free else { return };
        self.lost.clear();
        self.looked_lost = 0;
        put(&mut self.by_ordinal, ordinal, pill);
        for (bad, shard) in self.shards.iter_mut().zip(shards) {
            if shard.has(deck.key(ordinal)) {
                put(&mut bad.by_rank, shard.rank_before(ordinal), pill);
                bad.forget_places();
            }
        }
    }

    /// Looks through what was appended to the logs, and what was lost since.
    pub(super) fn look(&mut self, stream: &StreamRecord) {
        for (bad, log) in self.shards.iter_mut().zip(&stream.logs) {
            bad.look(log);
        }
        if !self.by_ordinal.is_empty() {
            for lost in stream.never_stored.from(self.looked_lost) {
                let (at, shard, given_up) = (lost.at, lost.shard, lost.given_up);
                let by_rank = &self.shards[usize::from(shard)].by_rank;
                let pills = range(by_rank, lost.ranks()).iter();
                let pills = pills.filter(|bad| bad.1.is_pill());
                self.lost.extend(pills.map(|&(rank, _)| LostPill {
                    at,
                    shard,
                    rank,
                    given_up,
                }));
            }
        }
        self.looked_lost = stream.never_stored.len();
    }

    /// The pills that the producer gave up or lost, in order of time.
    pub(super) fn lost(&self) -> &[LostPill] {
        &self.lost
    }

    /// Those with a shard's hash keys.
    pub(super) fn shard(&self, shard: usize) -> &BadInShard {
        &self.shards[shard]
    }

    /// The ordinals of the pills below one.
    pub(super) fn pills_before(&self, ordinal: u64) -> impl Iterator<Item = u64> + '_ {
        let failing = range(&self.by_ordinal, 0..ordinal).iter();
        failing.filter(|bad| bad.1.is_pill()).map(|bad| bad.0)
    }

    /// Pills among the records below an ordinal.
    pub(super) fn pills_below_ordinal(&self, ordinal: u64) -> u64 {
        pills(range(&self.by_ordinal, 0..ordinal))
    }
}

impl BadInShard {
    /// Looks for their places anew.
    fn forget_places(&mut self) {
        self.stored.clear();
        self.looked = 0;
    }

    /// Looks through what was appended to the log.
    fn look(&mut self, log: &ShardLog) {
        if !self.by_rank.is_empty() {
            for run in log.runs(self.looked) {
                let from = run.position.max(self.looked);
                let ranks = run.rank + from - run.position..run.rank + run.end - run.position;
                for &(rank, fails) in range(&self.by_rank, ranks) {
                    self.stored.push(BadRecord {
                        position: run.position + rank - run.rank,
                        fails,
                    });
                }
            }
        }
        self.looked = log.stored();
    }

    /// Those that are stored, by position.
    pub(super) fn stored(&self) -> &[BadRecord] {
        &self.stored
    }

    /// Pills among positions below `position`.
    pub(super) fn pills_below(&self, position: u64) -> u64 {
        let stored = self.stored.iter().take_while(|bad| bad.position < position);
        stored.filter(|bad| bad.fails.is_pill()).count() as u64
    }

    /// How often the record at a position fails, and why.
    pub(super) fn fails(&self, position: u64) -> Fails {
        let found = self
            .stored
            .binary_search_by_key(&position, |bad| bad.position);
        found.map_or(Fails::Never, |index| self.stored[index].fails)
    }

    /// When each stored pill was stored.
    pub(super) fn pill_times<'a>(
        &'a self,
        log: &'a ShardLog,
    ) -> impl Iterator<Item = SimTime> + 'a {
        let pills = self.stored.iter().filter(|bad| bad.fails.is_pill());
        pills.filter_map(|bad| log.stored_at(bad.position))
    }
}

/// Where the first record from `from` on stands.
fn index(bad: &[(u64, Fails)], from: u64) -> usize {
    bad.partition_point(|&(other, _)| other < from)
}

fn range(bad: &[(u64, Fails)], wanted: Range<u64>) -> &[(u64, Fails)] {
    let to = index(bad, wanted.end);
    &bad[index(bad, wanted.start).min(to)..to]
}

fn pills(bad: &[(u64, Fails)]) -> u64 {
    bad.iter().filter(|bad| bad.1.is_pill()).count() as u64
}

/// Makes a record a pill.
fn put(bad: &mut Vec<(u64, Fails)>, record: u64, pill: Fails) {
    let index = index(bad, record);
    match bad.get_mut(index) {
        Some((taken, fails)) if *taken == record => *fails = pill,
        _ => bad.insert(index, (record, pill)),
    }
}
