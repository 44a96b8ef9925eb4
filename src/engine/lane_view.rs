//! A lane's own view of its shard's log: which records are the lane's, in arithmetic instead of lists.
//!
//! A *lane position* counts the lane's records from 0. With one lane it is the shard's position.

use super::config::{Fails, Filter, Split};
use super::deck::LaneDeck;
use super::log::ShardLog;
use std::rc::Rc;

/// What a reader may read of its shard.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The records.
    pub log: &'a ShardLog,
    /// How they fall to lanes, for each split of the run that is not the whole.
    pub lanes: &'a [LaneCounts],
    /// The records that fail, by position in the shard.
    pub bad: &'a [BadRecord],
    /// Positions of the shard that hold copies of records stored before, from and to, ascending (P24).
    pub copies: &'a [(u64, u64)],
}

/// A record that the function cannot handle, where it lies in its shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Position in the shard.
    pub position: u64,
    /// How often it fails.
    pub fails: Fails,
}

/// How a shard's log falls to the lanes of one split.
#[derive(Clone, Debug)]
pub struct LaneCounts {
    split: Split,
    deck: Rc<LaneDeck>,
    /// For each piece of the log, each lane's records before it.
    before_piece: Vec<Vec<u64>>,
}

/// The records of one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneView {
    split: Split,
    lane: u16,
    /// From this position of the shard on, every wanted record with the lane's keys is the lane's.
    base: u64,
    /// Wanted records with the lane's keys before `base`.
    base_count: u64,
    /// Before `base`, these positions of the shard are the lane's: what was left undone when the lanes changed (E54).
    left_over: Rc<[u64]>,
}

impl LaneCounts {
    /// Counts for an empty log.
    pub fn new(split: Split, deck: Rc<LaneDeck>) -> Self {
        Self {
            split,
            deck,
            before_piece: Vec::new(),
        }
    }

    /// Takes in what was appended to the log.
    pub fn extend(&mut self, log: &ShardLog) {
        let pieces = log.pieces();
        for index in self.before_piece.len()..pieces.len() {
            let before = match index.checked_sub(1) {
                None => vec![0; usize::from(self.split.factor)],
                Some(last) => {
                    let (from, length) = (
                        pieces[last].rank,
                        pieces[index].position - pieces[last].position,
                    );
                    (0..self.split.factor)
                        .map(|lane| {
                            self.before_piece[last][usize::from(lane)]
                                + self.within(lane, from, length)
                        })
                        .collect()
                }
            };
            self.before_piece.push(before);
        }
    }

    /// Forgets pieces that a rewound log no longer has.
    pub fn rewind(&mut self, log: &ShardLog) {
        self.before_piece.truncate(log.pieces().len());
    }

    fn within(&self, lane: u16, rank: u64, length: u64) -> u64 {
        self.deck.before(lane, rank + length) - self.deck.before(lane, rank)
    }

    /// Records of the lane at positions below `position`.
    #[inline]
    fn before(&self, log: &ShardLog, lane: u16, position: u64) -> u64 {
        if log.pieces().is_empty() {
            return 0;
        }
        let index = log.piece(position);
        let piece = log.pieces()[index];
        self.before_piece[index][usize::from(lane)]
            + self.within(lane, piece.rank, position - piece.position)
    }

    /// The position of the lane's `k`-th record, if it is stored.
    fn position(&self, log: &ShardLog, lane: u16, k: u64) -> Option<u64> {
        let index = match self.before_piece.as_slice() {
            [_] => 0,
            pieces => pieces
                .partition_point(|before| before[usize::from(lane)] <= k)
                .checked_sub(1)?,
        };
        let piece = log.pieces()[index];
        let wanted =
            self.deck.before(lane, piece.rank) + k - self.before_piece[index][usize::from(lane)];
        let position = piece.position + self.deck.rank(lane, wanted)? - piece.rank;
        (position < log.piece_end(index)).then_some(position)
    }
}

impl<'a> Source<'a> {
    /// Whether a position of the shard holds a pill.
    pub fn is_pill(&self, position: u64) -> bool {
        self.pills(position..position + 1) > 0
    }

    /// Pills among positions of the shard.
    pub fn pills(&self, positions: std::ops::Range<u64>) -> u64 {
        let from = self
            .bad
            .partition_point(|bad| bad.position < positions.start);
        let bad = self.bad[from..].iter();
        let bad = bad.take_while(|bad| bad.position < positions.end);
        bad.filter(|bad| bad.fails.is_pill()).count() as u64
    }

    /// The copies among positions of the shard, one by one.
    pub fn copies_in(&self, positions: std::ops::Range<u64>) -> impl Iterator<Item = u64> + 'a {
        let from = self
            .copies
            .partition_point(|&(_, to)| to <= positions.start);
        let all = self.copies[from..].iter();
        all.take_while(move |&&(from, _)| from < positions.end)
            .flat_map(move |&(from, to)| from.max(positions.start)..to.min(positions.end))
    }

    fn counts(&self, split: Split) -> &'a LaneCounts {
        self.lanes
            .iter()
            .find(|counts| counts.split == split)
            .expect("every split of the run is counted")
    }

    /// The lane of a record under a split; none if the filter does not want it.
    pub fn lane_of(&self, split: Split, position: u64) -> Option<u16> {
        if split.is_whole() {
            return Some(0);
        }
        let lane = self.counts(split).deck.lane(self.log.rank(position));
        let bad = self.bad.binary_search_by_key(&position, |bad| bad.position);
        lane.filter(|_| bad.is_err() || !self.is_held_back(split, &self.bad[bad.unwrap_or(0)]))
    }

    fn is_held_back(&self, split: Split, bad: &BadRecord) -> bool {
        let deck = &self.counts(split).deck;
        let kind = deck.kind(self.log.rank(bad.position));
        split.filter.holds_back(kind, bad.fails)
    }

    /// Records of a lane below a position that the filter holds back for what is wrong with them; there are few.
    #[inline]
    fn held_back(&self, split: Split, lane: u16, position: u64) -> u64 {
        if split.filter == Filter::NONE {
            return 0;
        }
        self.held_back_by(split, lane, position)
    }

    fn held_back_by(&self, split: Split, lane: u16, position: u64) -> u64 {
        let below = self.bad.partition_point(|bad| bad.position < position);
        let deck = &self.counts(split).deck;
        let is_ours = |bad: &&BadRecord| deck.lane(self.log.rank(bad.position)) == Some(lane);
        let ours = self.bad[..below].iter().filter(is_ours);
        ours.filter(|bad| self.is_held_back(split, bad)).count() as u64
    }

    /// Wanted records of a lane at positions below `position`.
    #[inline]
    fn before(&self, split: Split, lane: u16, position: u64) -> u64 {
        if split.is_whole() {
            return position;
        }
        let all = self.counts(split).before(self.log, lane, position);
        all - self.held_back(split, lane, position)
    }

    /// The position of a lane's `k`-th wanted record, if it is stored.
    #[inline]
    fn position(&self, split: Split, lane: u16, k: u64) -> Option<u64> {
        if split.is_whole() {
            return (k < self.log.stored()).then_some(k);
        }
        let counts = self.counts(split);
        let mut held_back = 0;
        loop {
            let position = counts.position(self.log, lane, k + held_back)?;
            let now = self.held_back(split, lane, position + 1);
            if now == held_back {
                return Some(position);
            }
            held_back = now;
        }
    }
}

impl LaneView {
    /// All wanted records of the shard with the lane's keys.
    pub fn new(split: Split, lane: u16) -> Self {
        Self {
            split,
            lane,
            base: 0,
            base_count: 0,
            left_over: Rc::new([]),
        }
    }

    /// The lane's records from `base` on, and those left over before it.
    pub fn after_change(
        source: &Source<'_>,
        split: Split,
        lane: u16,
        base: u64,
        left_over: Rc<[u64]>,
    ) -> Self {
        Self {
            split,
            lane,
            base,
            base_count: source.before(split, lane, base),
            left_over,
        }
    }

    /// Whether the lane has had its keys from the start.
    pub fn is_first(&self) -> bool {
        self.base == 0
    }

    /// Whether the lane has every record of the shard, so that positions are the same.
    pub fn is_whole(&self) -> bool {
        self.split.is_whole() && self.base == 0
    }

    /// How many of the lane's records lie at positions of the shard below `position`.
    #[inline]
    pub fn before(&self, source: &Source<'_>, position: u64) -> u64 {
        if position < self.base {
            return self.left_over.partition_point(|&left| left < position) as u64;
        }
        let all = source.before(self.split, self.lane, position);
        self.left_over.len() as u64 + all - self.base_count
    }

    /// The position in the shard of a lane position; `None` if it is not stored yet.
    #[inline]
    pub fn position(&self, source: &Source<'_>, lane_position: u64) -> Option<u64> {
        let left = self.left_over.len() as u64;
        if lane_position < left {
            return Some(self.left_over[lane_position as usize]);
        }
        let k = lane_position - left + self.base_count;
        source.position(self.split, self.lane, k)
    }

    /// The lane positions in `from..to` of records that fail, with how they do.
    pub fn bad<'s>(
        &'s self,
        source: &'s Source<'_>,
        from: u64,
        to: u64,
    ) -> impl Iterator<Item = (u64, Fails)> + 's {
        let none = source.bad.is_empty() || from >= to;
        let low = if none {
            0
        } else {
            self.position(source, from).unwrap_or(source.log.stored())
        };
        let start = if none {
            0
        } else {
            source.bad.partition_point(|bad| bad.position < low)
        };
        let all = if none { &[][..] } else { &source.bad[start..] };
        all.iter()
            .map_while(move |bad| {
                let lane_position = self.before(source, bad.position);
                (lane_position < to).then_some((bad, lane_position))
            })
            .filter(|(bad, lane_position)| {
                self.position(source, *lane_position) == Some(bad.position)
            })
            .map(|(bad, lane_position)| (lane_position, bad.fails))
    }

    /// Pills among the lane positions `from..to`.
    #[inline]
    pub fn poison(&self, source: &Source<'_>, from: u64, to: u64) -> u32 {
        if source.bad.is_empty() {
            return 0;
        }
        self.bad(source, from, to)
            .filter(|(_, fails)| fails.is_pill())
            .count() as u32
    }
}
