//! A lane's own view of its shard's log: which records are the lane's, in arithmetic instead of lists.
//!
//! A *lane position* counts the lane's records from 0. With one lane it is the shard's position.

use super::config::{Fails, Filter, Split};
use super::deck::LaneDeck;
use super::log::{Run, ShardLog};
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
    rows: Vec<Row>,
    /// For each row, each lane's records before it.
    before: Vec<u64>,
    /// What of the log is counted, and where the last of its runs began.
    counted: u64,
    run: Run,
    /// Each lane's records before that run.
    sums: Vec<u64>,
    /// The runs since the last row.
    runs: u32,
}

/// A place in a log from which on is counted.
#[derive(Clone, Copy, Debug)]
struct Row {
    position: u64,
    rank: u64,
    /// Up to here ranks follow one another.
    straight_to: u64,
}

/// A row is made after so many runs, or after one of so many records.
const RUNS_PER_ROW: u32 = 32;
const LONG_RUN: u64 = 1_024;

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
            deck,
            rows: Vec::new(),
            before: Vec::new(),
            counted: 0,
            run: Run::default(),
            sums: vec![0; usize::from(split.factor)],
            runs: 0,
            split,
        }
    }

    /// Takes in what was appended to the log.
    pub fn extend(&mut self, log: &ShardLog) {
        if self.counted == log.stored() {
            return;
        }
        for run in log.runs(self.counted) {
            let from = self.counted;
            let rank = run.rank + from - run.position;
            let length = from - self.run.position;
            self.counted = run.end;
            if self.rows.is_empty() || rank != self.run.rank + length {
                self.begin(from, rank, length);
            }
            if self.runs == 0 {
                let row = self.rows.last_mut().expect("there is a row");
                row.straight_to = run.end;
            }
        }
    }

    /// A run begins, behind one of so many records.
    fn begin(&mut self, position: u64, rank: u64, length: u64) {
        let last = self.run.rank;
        for lane in 0..self.split.factor {
            self.sums[usize::from(lane)] += self.within(lane, last, length);
        }
        self.run = Run {
            position,
            rank,
            end: position,
        };
        self.runs += 1;
        if self.rows.is_empty() || self.runs >= RUNS_PER_ROW || length >= LONG_RUN {
            self.runs = 0;
            self.before.extend_from_slice(&self.sums);
            self.rows.push(Row {
                position,
                rank,
                straight_to: position,
            });
        }
    }

    /// The memory of what is counted of the first `stored` records, in bytes of a 64-bit machine.
    pub fn weight(&self, stored: u64) -> u64 {
        let rows = self.rows.partition_point(|row| row.position < stored);
        rows as u64 * (24 + 8 * u64::from(self.split.factor))
    }

    /// Forgets what a rewound log no longer has.
    pub fn rewind(&mut self, log: &ShardLog) {
        let rows = self.rows.partition_point(|row| row.position < log.stored());
        let factor = usize::from(self.split.factor);
        if self.counted <= log.stored() {
            return;
        }
        // The last row that is left begins anew.
        self.before.truncate(rows * factor);
        self.rows.truncate(rows);
        self.runs = 0;
        let Some(row) = self.rows.last_mut() else {
            *self = Self::new(self.split, Rc::clone(&self.deck));
            return;
        };
        row.straight_to = row.position;
        self.counted = row.position;
        self.run = Run {
            position: row.position,
            rank: row.rank,
            end: row.position,
        };
        let before = &self.before[(rows - 1) * factor..];
        self.sums.copy_from_slice(before);
        self.extend(log);
    }

    fn within(&self, lane: u16, rank: u64, length: u64) -> u64 {
        self.deck.before(lane, rank + length) - self.deck.before(lane, rank)
    }

    /// A row, and a lane's records before it.
    fn row(&self, index: usize, lane: u16) -> (Row, u64) {
        let before = index * usize::from(self.split.factor) + usize::from(lane);
        (self.rows[index], self.before[before])
    }

    /// Records of the lane at positions below `position`.
    #[inline]
    fn before(&self, log: &ShardLog, lane: u16, position: u64) -> u64 {
        let rows = match self.rows.len() {
            1 => 1,
            _ => self.rows.partition_point(|row| row.position <= position),
        };
        let Some(index) = rows.checked_sub(1) else {
            return 0;
        };
        let (row, mut sum) = self.row(index, lane);
        let straight_to = if row.straight_to == self.counted {
            position
        } else {
            row.straight_to.min(position)
        };
        sum += self.within(lane, row.rank, straight_to - row.position);
        let mut from = straight_to;
        if from < position {
            for run in log.runs(from) {
                let rank = run.rank + from - run.position;
                let end = run.end.min(position);
                sum += self.within(lane, rank, end - from);
                from = end;
                if from == position {
                    break;
                }
            }
        }
        sum
    }

    /// The position of the lane's `k`-th record, if it is stored.
    fn position(&self, log: &ShardLog, lane: u16, k: u64) -> Option<u64> {
        let index = match self.rows.len() {
            1 => 0,
            rows => first_above(rows, |index| self.row(index, lane).1 <= k).checked_sub(1)?,
        };
        let (row, mut before) = self.row(index, lane);
        let within = |position, rank, before| {
            let wanted = self.deck.before(lane, rank) + k - before;
            Some(position + self.deck.rank(lane, wanted)? - rank)
        };
        let found = within(row.position, row.rank, before)?;
        if found < row.straight_to {
            return Some(found);
        }
        before += self.within(lane, row.rank, row.straight_to - row.position);
        if row.straight_to == log.stored() {
            return None;
        }
        let mut from = row.straight_to;
        for run in log.runs(from) {
            let rank = run.rank + from - run.position;
            let count = self.within(lane, rank, run.end - from);
            if k < before + count {
                return within(from, rank, before);
            }
            before += count;
            from = run.end;
        }
        None
    }
}

/// The first of so many indices that a condition does not hold for; it holds for all before.
fn first_above(count: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

impl<'a> Source<'a> {
    /// Whether a position of the shard holds a pill.
    pub fn is_pill(&self, position: u64) -> bool {
        self.pills(position..position + 1) > 0
    }

    /// How often the record at a position of the shard fails, and why.
    pub fn fails(&self, position: u64) -> Fails {
        let bad = self.bad.binary_search_by_key(&position, |bad| bad.position);
        bad.map_or(Fails::Never, |index| self.bad[index].fails)
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

    #[inline]
    fn counts(&self, split: Split) -> &'a LaneCounts {
        if let [only] = self.lanes {
            return only;
        }
        let mut all = self.lanes.iter();
        all.find(|counts| counts.split == split)
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
