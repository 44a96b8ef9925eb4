//! A shard's log: which records were stored when, at most 8 bytes per request.
//!
//! An entry says "at this time the shard had stored so many records". A *position* counts the shard's stored records
//! from 0; a *run* says which ranks of the deck some positions hold. A log without refusals has one run; where nearly
//! every entry begins another, the entries are packed once there are enough of them.

mod packed;

use super::time::SimTime;
use packed::{Packed, Whole};
use std::ops::Range;

/// Entries of a full chunk.
const CHUNK: usize = 4_096;
/// What a chunk takes besides them, in bytes of a 64-bit machine.
const CHUNK_BYTES: u64 = 96;
/// What is looked for is nearly always within so many entries.
const NEAR: usize = 32;
/// A full chunk is packed if more than one of so many entries begins elsewhere in the deck.
const PACKED_FROM: usize = 8;

/// The records of one shard, in the order they were stored (S8).
#[derive(Clone, Debug)]
pub struct ShardLog {
    /// All but the last are closed and never change.
    chunks: Vec<Chunk>,
    stored: u64,
    /// Ranks follow one another up to this position; no end without a jump.
    straight_to: u64,
    /// The rank that goes on with the last run; none does without one.
    next_rank: u64,
    /// What the closed chunks take, in bytes.
    weight: u64,
}

impl Default for ShardLog {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            stored: 0,
            straight_to: u64::MAX,
            next_rank: u64::MAX,
            weight: 0,
        }
    }
}

/// A run of entries close in time.
#[derive(Clone, Debug)]
struct Chunk {
    base_us: u64,
    base_count: u64,
    /// The rank of its first record.
    rank: u64,
    /// Time after `base_us` and records after `base_count`, at the end of each request. Empty once packed.
    entries: Vec<(u32, u32)>,
    /// The entries after the first at which ranks do not go on, and the ranks that they begin with. Empty once packed.
    jumps: Vec<(u32, u64)>,
    packed: Option<Box<Packed>>,
}

/// Positions whose ranks follow one another. Neighbouring runs may be one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The first position.
    pub position: u64,
    /// Its rank.
    pub rank: u64,
    /// The position after the last.
    pub end: u64,
}

/// The runs of a log, one after another.
#[derive(Clone, Debug)]
pub struct Runs<'a> {
    log: &'a ShardLog,
    chunk: usize,
    /// In a packed chunk the entry, otherwise how many jumps there were.
    index: usize,
    position: u64,
}

/// A place in a log: an entry, or the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    chunk: u32,
    index: u32,
}

/// The length of a log at a moment, to cut it back to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogMark {
    chunks: usize,
    entries: usize,
    stored: u64,
}

/// What stands at a cursor: records up to position `count` were stored at `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: SimTime,
    /// The position after its last record.
    pub count: u64,
}

impl LogMark {
    /// Records stored by then.
    pub fn stored(&self) -> u64 {
        self.stored
    }
}

impl ShardLog {
    /// Appends `count` records of ranks from `rank` on, stored at `at`; times never go back.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn append(&mut self, at: SimTime, rank: u64, count: u64) {
        let goes_on = rank == self.next_rank;
        self.next_rank = rank + count;
        self.stored += count;
        match self.chunks.last_mut() {
            Some(chunk)
                if chunk.entries.len() < chunk.entries.capacity()
                    && at.0 - chunk.base_us < u64::from(u32::MAX) =>
            {
                if !goes_on {
                    chunk.jumps.push((chunk.entries.len() as u32, rank));
                    self.straight_to = self.straight_to.min(self.stored - count);
                }
                chunk.entries.push((
                    (at.0 - chunk.base_us) as u32,
                    (self.stored - chunk.base_count) as u32,
                ));
            }
            _ => self.open_chunk(at, rank, count, goes_on),
        }
    }

    fn open_chunk(&mut self, at: SimTime, rank: u64, count: u64, goes_on: bool) {
        let base_count = self.stored - count;
        if let Some(full) = self.chunks.last_mut() {
            full.close();
            self.weight += full.weight();
            if !goes_on {
                self.straight_to = self.straight_to.min(base_count);
            }
        }
        let mut entries = Vec::with_capacity(CHUNK);
        entries.push((0, count as u32));
        self.chunks.push(Chunk {
            base_us: at.0,
            base_count,
            rank,
            entries,
            jumps: Vec::new(),
            packed: None,
        });
    }

    /// Records stored so far.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// The entry at a cursor, which it moves out of a chunk's end first; `None` at the end of the log.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn entry(&self, cursor: &mut Cursor) -> Option<Entry> {
        let chunk = self.chunks.get(cursor.chunk as usize)?;
        match chunk.entries.get(cursor.index as usize) {
            Some(&entry) => Some(chunk.whole(entry)),
            None => self.entry_elsewhere(cursor),
        }
    }

    /// The same where the cursor is at its chunk's end, or the chunk is packed.
    fn entry_elsewhere(&self, cursor: &mut Cursor) -> Option<Entry> {
        let mut chunk = &self.chunks[cursor.chunk as usize];
        if cursor.index as usize == chunk.len() {
            let next = self.chunks.get(cursor.chunk as usize + 1)?;
            *cursor = Cursor {
                chunk: cursor.chunk + 1,
                index: 0,
            };
            chunk = next;
        }
        Some(chunk.whole(chunk.entry(cursor.index as usize)))
    }

    /// Moves a cursor past the entries by `t` that end below position `end`; returns how many records lie before it then.
    pub fn skip(&self, cursor: &mut Cursor, t: SimTime, end: u64) -> u64 {
        while let Some(chunk) = self.chunks.get(cursor.chunk as usize) {
            let (time, count) = (
                t.0.checked_sub(chunk.base_us),
                end.saturating_sub(chunk.base_count),
            );
            let is_passed = |&(after, before): &(u32, u32)| {
                time.is_some_and(|time| u64::from(after) <= time) && u64::from(before) < count
            };
            cursor.index = chunk.partition_near(cursor.index as usize, is_passed) as u32;
            if (cursor.index as usize) < chunk.len()
                || cursor.chunk as usize + 1 == self.chunks.len()
            {
                break;
            }
            cursor.chunk += 1;
            cursor.index = 0;
        }
        self.before(*cursor)
    }

    /// Records before the entry at a cursor.
    pub fn before(&self, cursor: Cursor) -> u64 {
        let Some(chunk) = self.chunks.get(cursor.chunk as usize) else {
            return self.stored;
        };
        chunk.base_count + chunk.before(cursor.index as usize)
    }

    /// The entry that holds a position, or the end of the log.
    pub fn find(&self, position: u64) -> Cursor {
        let chunk = self.chunk_of(position);
        let index = self.chunks.get(chunk).map_or(0, |c| {
            c.partition(0, |&(_, count)| c.base_count + u64::from(count) <= position)
        });
        Cursor {
            chunk: chunk as u32,
            index: index as u32,
        }
    }

    /// The chunk that holds a position.
    fn chunk_of(&self, position: u64) -> usize {
        self.chunks
            .partition_point(|chunk| chunk.base_count <= position)
            .saturating_sub(1)
    }

    /// When the record at a position was stored; `None` if it was not.
    pub fn stored_at(&self, position: u64) -> Option<SimTime> {
        (position < self.stored).then(|| {
            self.entry(&mut self.find(position))
                .expect("the position is stored")
                .at
        })
    }

    /// How many records were stored by `t`, those at `t` included.
    pub fn stored_by(&self, t: SimTime) -> u64 {
        let chunk = self.chunks.partition_point(|chunk| chunk.base_us <= t.0);
        let Some(chunk) = chunk.checked_sub(1).map(|i| &self.chunks[i]) else {
            return 0;
        };
        let entries = chunk.partition(0, |&(after, _)| chunk.base_us + u64::from(after) <= t.0);
        chunk.base_count + chunk.before(entries)
    }

    /// The rank of the record at a position.
    #[inline]
    pub fn rank(&self, position: u64) -> u64 {
        let run = self.run(position);
        run.rank + position - run.position
    }

    /// The same, given a run that may hold the position; it is replaced by one that does.
    #[inline]
    pub fn rank_near(&self, position: u64, run: &mut Run) -> u64 {
        if position < run.position || position >= run.end {
            *run = self.run(position);
        }
        run.rank + position - run.position
    }

    /// A run that holds a stored position.
    #[inline]
    pub fn run(&self, position: u64) -> Run {
        if position < self.straight_to {
            return Run {
                position: 0,
                rank: self.chunks[0].rank,
                end: self.stored.min(self.straight_to),
            };
        }
        let run = self.runs(position).next();
        run.expect("the position is stored")
    }

    /// The runs from the one on that holds a position.
    pub fn runs(&self, position: u64) -> Runs<'_> {
        let chunk = self.chunk_of(position);
        let (mut index, mut begins) = (0, 0);
        if let Some(here) = self.chunks.get(chunk) {
            let after = position - here.base_count;
            index = match &here.packed {
                Some(packed) => packed.partition(0, |&(_, count)| u64::from(count) <= after),
                None => here
                    .jumps
                    .partition_point(|&(entry, _)| here.before(entry as usize) <= after),
            };
            begins = here.base_count + here.run_begins(index);
        }
        Runs {
            log: self,
            chunk,
            index,
            position: begins,
        }
    }

    /// The last of some positions that holds a rank.
    pub fn last_of_rank(&self, rank: u64, positions: Range<u64>) -> Option<u64> {
        let runs = self.runs(positions.start);
        let here = runs.take_while(|run| run.position < positions.end);
        let holds = |run: Run| {
            let position = run.position + rank.checked_sub(run.rank)?;
            (position < run.end && positions.contains(&position)).then_some(position)
        };
        here.filter_map(holds).last()
    }

    /// Its length now.
    pub fn mark(&self) -> LogMark {
        LogMark {
            chunks: self.chunks.len(),
            entries: self.chunks.last().map_or(0, Chunk::len),
            stored: self.stored,
        }
    }

    /// Cuts it back to an earlier length.
    pub fn rewind(&mut self, mark: LogMark) {
        self.chunks.truncate(mark.chunks);
        if let Some(last) = self.chunks.last_mut() {
            last.cut(mark.entries);
        }
        let closed = self
            .chunks
            .split_last()
            .map_or(&[][..], |(_, closed)| closed);
        self.weight = closed.iter().map(Chunk::weight).sum();
        self.stored = mark.stored;
        if self.straight_to >= self.stored {
            self.straight_to = u64::MAX;
        }
        let last = self.stored.checked_sub(1);
        self.next_rank = last.map_or(u64::MAX, |last| self.rank(last) + 1);
    }

    /// About the same on every machine, in bytes.
    pub fn weight(&self) -> u64 {
        self.weight + self.chunks.last().map_or(0, Chunk::weight)
    }

    /// The memory it takes, in bytes.
    pub fn memory(&self) -> usize {
        let chunks = self.chunks.iter().map(Chunk::memory);
        chunks.sum::<usize>() + self.chunks.capacity() * size_of::<Chunk>()
    }
}

impl Chunk {
    #[allow(clippy::inline_always)] // As above.
    #[inline(always)]
    fn len(&self) -> usize {
        match &self.packed {
            None => self.entries.len(),
            Some(packed) => packed.len(),
        }
    }

    /// An entry with the times and counts of the run.
    #[allow(clippy::inline_always)] // As above.
    #[inline(always)]
    fn whole(&self, (after, count): (u32, u32)) -> Entry {
        Entry {
            at: SimTime(self.base_us + u64::from(after)),
            count: self.base_count + u64::from(count),
        }
    }

    /// Time and count of an entry.
    #[allow(clippy::inline_always)] // As above.
    #[inline(always)]
    fn entry(&self, index: usize) -> (u32, u32) {
        match &self.packed {
            None => self.entries[index],
            Some(packed) => packed.entry(index),
        }
    }

    /// Records of the chunk before an entry.
    fn before(&self, index: usize) -> u64 {
        let last = index.checked_sub(1);
        last.map_or(0, |last| u64::from(self.entry(last).1))
    }

    /// The first entry from `from` on that a condition does not hold for; it holds for all before.
    fn partition(&self, from: usize, holds: impl Fn(&(u32, u32)) -> bool) -> usize {
        match &self.packed {
            None => from + self.entries[from..].partition_point(holds),
            Some(packed) => packed.partition(from, holds),
        }
    }

    /// The same where the entry is likely to be near.
    fn partition_near(&self, from: usize, holds: impl Fn(&(u32, u32)) -> bool) -> usize {
        if self.packed.is_some() {
            return self.partition(from, holds);
        }
        let rest = &self.entries[from..];
        let near = rest[..rest.len().min(NEAR)].partition_point(&holds);
        if near == NEAR {
            return self.partition(from, holds);
        }
        from + near
    }

    /// Records of the chunk before a run, by its index as in [`Runs`].
    fn run_begins(&self, index: usize) -> u64 {
        let entry = match (&self.packed, index.checked_sub(1)) {
            (None, Some(jump)) => self.jumps[jump].0 as usize,
            _ => index,
        };
        self.before(entry)
    }

    /// Nothing more will be appended.
    fn close(&mut self) {
        if self.jumps.len() * PACKED_FROM <= self.entries.len() {
            // Where requests are rare, time closes a chunk long before it is full.
            self.entries.shrink_to_fit();
            return self.jumps.shrink_to_fit();
        }
        self.pack();
    }

    fn pack(&mut self) {
        let mut jumps = std::mem::take(&mut self.jumps).into_iter().peekable();
        let (mut rank, mut before) = (self.rank, 0);
        let whole = |(index, &(after, count)): (usize, &(u32, u32))| {
            if let Some((_, jumped)) = jumps.next_if(|&(entry, _)| entry as usize == index) {
                rank = jumped;
            }
            let first = rank;
            rank += u64::from(count - before);
            before = count;
            Whole {
                after,
                count,
                rank: first,
            }
        };
        let all: Vec<Whole> = self.entries.iter().enumerate().map(whole).collect();
        self.entries = Vec::new();
        self.packed = Some(Box::new(Packed::new(&all)));
    }

    /// Keeps so many entries, to go on behind them.
    fn cut(&mut self, entries: usize) {
        if let Some(packed) = self.packed.take() {
            self.entries = Vec::with_capacity(CHUNK);
            let (mut next_rank, mut before) = (self.rank, 0);
            for index in 0..entries {
                let Whole { after, count, rank } = packed.whole(index);
                if rank != next_rank {
                    self.jumps.push((index as u32, rank));
                }
                next_rank = rank + u64::from(count - before);
                before = count;
                self.entries.push((after, count));
            }
        }
        self.entries.truncate(entries);
        self.jumps.truncate(
            self.jumps
                .partition_point(|&(entry, _)| (entry as usize) < entries),
        );
    }

    fn weight(&self) -> u64 {
        let packed = self.packed.as_ref().map_or(0, |packed| packed.weight());
        CHUNK_BYTES + packed + self.entries.len() as u64 * 8 + self.jumps.len() as u64 * 16
    }

    fn memory(&self) -> usize {
        let packed = self.packed.as_ref().map_or(0, |packed| packed.memory());
        self.entries.capacity() * 8 + self.jumps.capacity() * 16 + packed
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let chunk = self.log.chunks.get(self.chunk)?;
        let (rank, end, is_last) = if let Some(packed) = &chunk.packed {
            let whole = packed.whole(self.index);
            let is_last = self.index + 1 == packed.len();
            (whole.rank, u64::from(whole.count), is_last)
        } else {
            let jump = self.index.checked_sub(1).map(|jump| chunk.jumps[jump].1);
            let next = chunk.jumps.get(self.index);
            let end = next.map_or(chunk.entries.len(), |&(entry, _)| entry as usize);
            let rank = jump.unwrap_or(chunk.rank);
            (rank, chunk.before(end), next.is_none())
        };
        let run = Run {
            position: self.position,
            rank,
            end: chunk.base_count + end,
        };
        self.position = run.end;
        (self.chunk, self.index) = if is_last {
            (self.chunk + 1, 0)
        } else {
            (self.chunk, self.index + 1)
        };
        Some(run)
    }
}

impl Cursor {
    /// The next entry; at the end of a chunk [`ShardLog::entry`] moves it on.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn advance(&mut self) {
        self.index += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_answers_by_time_and_by_position() {
        let mut log = ShardLog::default();
        // 10,000 requests a second apart, 3 records each; a refusal of rank 15,000 splits it in two pieces.
        let mut rank = 0;
        for second in 0..10_000 {
            rank += u64::from(second == 5_000);
            log.append(SimTime::from_secs(second), rank, 3);
            rank += 3;
        }
        assert_eq!(log.stored(), 30_000);
        // The second chunk, of 4,096 requests, is where the jump lies.
        let runs: Vec<_> = log
            .runs(14_999)
            .map(|r| [r.position, r.rank, r.end])
            .collect();
        let rest = [[15_000, 15_001, 24_576], [24_576, 24_577, 30_000]];
        assert_eq!(runs, [&[[12_288, 12_288, 15_000]], &rest[..]].concat());
        for (position, second, rank) in [
            (0, 0, 0),
            (2, 0, 2),
            (3, 1, 3),
            (12_288, 4_096, 12_288),
            (15_000, 5_000, 15_001),
            (29_999, 9_999, 30_000),
        ] {
            assert_eq!(
                log.stored_at(position),
                Some(SimTime::from_secs(second)),
                "{position}"
            );
            assert_eq!(log.rank(position), rank, "{position}");
            assert_eq!(log.stored_by(SimTime::from_secs(second)), (second + 1) * 3);
        }
        assert_eq!(log.stored_at(30_000), None);
        assert_eq!(log.stored_by(SimTime(999_999)), 3);

        let mut cursor = Cursor::default();
        let mut times = 0;
        while let Some(entry) = log.entry(&mut cursor) {
            assert_eq!(
                entry,
                Entry {
                    at: SimTime::from_secs(times),
                    count: (times + 1) * 3
                }
            );
            times += 1;
            cursor.advance();
        }
        assert_eq!(times, 10_000);
    }

    #[test]
    fn a_cursor_skips_what_is_early_and_not_enough() {
        let mut log = ShardLog::default();
        for second in 0..10_000 {
            log.append(SimTime::from_secs(second), second * 3, 3);
        }
        // From an entry on, by a second and below a position: how many records lie before the entry that stops it.
        for (from, second, end, before) in [
            (0, 0, 30_000, 3),
            (0, 9, 30, 27),
            (0, 9, 31, 30),
            (10, 5, 30_000, 30),
            (10, 100, 200, 198),
            (4_000, 9_000, 30_000, 27_003),
            (4_000, 9_000, 15_000, 14_997),
            (9_990, 20_000, 60_000, 30_000),
        ] {
            let mut cursor = log.find(from * 3);
            let got = log.skip(&mut cursor, SimTime::from_secs(second), end);
            assert_eq!(got, before, "from {from} by {second} below {end}");
            let stops = log
                .entry(&mut cursor)
                .map_or(30_000, |entry| entry.count - 3);
            assert_eq!(stops, before, "from {from} by {second} below {end}");
        }
        let mut cursor = Cursor::default();
        assert_eq!(ShardLog::default().skip(&mut cursor, SimTime::NEVER, 1), 0);
    }

    #[test]
    fn a_log_is_cut_back_to_a_mark() {
        let mut log = ShardLog::default();
        for second in 0..5_000 {
            log.append(SimTime::from_secs(second), second * 2, 2);
        }
        let (mark, before) = (log.mark(), log.clone());
        for second in 5_000..9_000 {
            log.append(SimTime::from_secs(second), second * 3, 2);
        }
        log.rewind(mark);
        assert_eq!(log.mark(), before.mark());
        assert_eq!(log.stored_at(9_999), before.stored_at(9_999));
        assert!(log.runs(0).eq(before.runs(0)));
    }

    /// A shard that takes 1 to 7 records of each request, as told by `draw`, from anywhere in the last 20,000 ranks.
    fn hot(requests: u64) -> (ShardLog, Vec<(SimTime, u64)>) {
        let (mut log, mut records) = (ShardLog::default(), Vec::new());
        let draw = |i: u64, n: u64| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) % n;
        for i in 0..requests {
            let (at, rank) = (SimTime(i * 6_000 + draw(i, 6_000)), i * 4 + draw(i, 20_000));
            let count = 1 + draw(i, 7);
            log.append(at, rank, count);
            records.extend((0..count).map(|more| (at, rank + more)));
        }
        (log, records)
    }

    #[test]
    fn a_packed_log_answers_as_records_do() {
        let (mut log, records) = hot(20_000);
        assert!(log.chunks[0].packed.is_some() && log.memory() < 20_000 * 10);
        assert_eq!(log.stored(), records.len() as u64);
        for (position, &(at, rank)) in (0..).zip(&records).step_by(37) {
            assert_eq!(log.stored_at(position), Some(at), "{position}");
            assert_eq!(log.rank(position), rank, "{position}");
            let by = records.partition_point(|&(stored, _)| stored <= at) as u64;
            assert_eq!(log.stored_by(at), by, "{position}");
            let mut cursor = log.find(position);
            let far = SimTime(at.0 + position % 1_000 * 6_000);
            let passed = log.skip(&mut cursor, far, u64::MAX);
            assert_eq!(passed, log.stored_by(far), "{position}");
        }
        let mut position = 4_567;
        for run in log.runs(position) {
            assert!(run.position <= position && position < run.end);
            for position in position..run.end {
                let rank = run.rank + position - run.position;
                assert_eq!(records[position as usize].1, rank, "{position}");
            }
            position = run.end;
        }
        assert_eq!(position, log.stored());

        // Cut back into a packed chunk, it goes on as if nothing had been behind it.
        let mark = hot(5_000).0.mark();
        log.rewind(mark);
        for i in 0..10_000 {
            log.append(SimTime(31_000_000 + i), 7 * i, 2);
        }
        let mut other = hot(5_000).0;
        for i in 0..10_000 {
            other.append(SimTime(31_000_000 + i), 7 * i, 2);
        }
        assert!(log.runs(0).eq(other.runs(0)));
        assert_eq!(log.stored_at(20_500), other.stored_at(20_500));
    }
}
