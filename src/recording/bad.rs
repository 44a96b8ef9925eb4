//! Where the records that fail lie: a pill overrides the nature of a record that the producer made anyway.

use crate::engine::config::{Config, Fails, Traffic};
use crate::engine::deck::Deck;
use crate::engine::lane_view::BadRecord;
use crate::engine::log::ShardLog;
use crate::engine::time::SimTime;
use std::ops::Range;

/// The records of one shard that fail, by rank, and as far as they are stored by position.
#[derive(Clone, Debug, Default)]
pub(super) struct BadRecords {
    /// Ascending by rank.
    by_rank: Vec<(u64, Fails)>,
    stored: Vec<BadRecord>,
    looked: u64,
}

impl BadRecords {
    /// The failing records of a written-down case.
    pub(super) fn written_down(config: &Config, deck: &Deck) -> Vec<Self> {
        let shards = usize::from(config.shard_count);
        let mut all = vec![Self::default(); shards];
        if let Traffic::Explicit(records) = &config.traffic {
            let mut next_rank = vec![0_u64; shards];
            for (ordinal, record) in records.iter().enumerate() {
                let shard = usize::from(deck.key(ordinal as u64).shard);
                if record.fails != Fails::Never {
                    all[shard].by_rank.push((next_rank[shard], record.fails));
                }
                next_rank[shard] += 1;
            }
        }
        all
    }

    /// Makes the first record of rank `rank` or later that is not one yet a pill.
    pub(super) fn poison(&mut self, mut rank: u64) {
        let mut index = index(&self.by_rank, rank);
        while self.by_rank.get(index) == Some(&(rank, Fails::Always)) {
            rank += 1;
            index += 1;
        }
        match self.by_rank.get_mut(index) {
            Some((taken, fails)) if *taken == rank => *fails = Fails::Always,
            _ => self.by_rank.insert(index, (rank, Fails::Always)),
        }
        self.forget_places();
    }

    /// Looks for their places anew.
    pub(super) fn forget_places(&mut self) {
        self.stored.clear();
        self.looked = 0;
    }

    /// Looks through what was appended to the log.
    pub(super) fn look(&mut self, log: &ShardLog) {
        if !self.by_rank.is_empty() {
            let mut index = log.piece(self.looked);
            while let Some(piece) = log.pieces().get(index) {
                let (from, to) = (piece.position.max(self.looked), log.piece_end(index));
                let ranks = piece.rank + from - piece.position..piece.rank + to - piece.position;
                for &(rank, fails) in range(&self.by_rank, ranks) {
                    self.stored.push(BadRecord {
                        position: piece.position + rank - piece.rank,
                        fails,
                    });
                }
                index += 1;
            }
        }
        self.looked = log.stored();
    }

    /// Those that are stored, by position.
    pub(super) fn stored(&self) -> &[BadRecord] {
        &self.stored
    }

    /// Pills among ranks below `rank`.
    pub(super) fn pills_below_rank(&self, rank: u64) -> u64 {
        self.pills_between(0, rank)
    }

    /// Pills among positions below `position`.
    pub(super) fn pills_below(&self, position: u64) -> u64 {
        let stored = self.stored.iter().take_while(|bad| bad.position < position);
        stored.filter(|bad| bad.fails == Fails::Always).count() as u64
    }

    /// Whether a position holds a pill.
    pub(super) fn is_pill(&self, position: u64) -> bool {
        let found = self
            .stored
            .binary_search_by_key(&position, |bad| bad.position);
        found.is_ok_and(|index| self.stored[index].fails == Fails::Always)
    }

    /// Pills among the ranks `from..to`.
    pub(super) fn pills_between(&self, from: u64, to: u64) -> u64 {
        let failing = range(&self.by_rank, from..to).iter();
        failing.filter(|bad| bad.1 == Fails::Always).count() as u64
    }

    /// When each stored pill was stored.
    pub(super) fn pill_times<'a>(
        &'a self,
        log: &'a ShardLog,
    ) -> impl Iterator<Item = SimTime> + 'a {
        let pills = self.stored.iter().filter(|bad| bad.fails == Fails::Always);
        pills.filter_map(|bad| log.stored_at(bad.position))
    }
}

/// Where the first rank from `rank` on stands.
fn index(by_rank: &[(u64, Fails)], rank: u64) -> usize {
    by_rank.partition_point(|&(other, _)| other < rank)
}

fn range(by_rank: &[(u64, Fails)], ranks: Range<u64>) -> &[(u64, Fails)] {
    let to = index(by_rank, ranks.end);
    &by_rank[index(by_rank, ranks.start).min(to)..to]
}
