//! A shard's log: which records were stored when, at most 8 bytes per request.
//!
//! An entry says "at this time the shard had stored so many records". A *position* counts the shard's stored records
//! from 0; a *piece* says which ranks of the deck the positions hold, so a log without refusals has one piece.

use super::time::SimTime;

/// Entries of a full chunk.
const CHUNK: usize = 4_096;
/// What is looked for is nearly always within so many entries.
const NEAR: usize = 32;

/// The records of one shard, in the order they were stored (S8).
#[derive(Clone, Debug)]
pub struct ShardLog {
    /// All but the last are closed and never change.
    chunks: Vec<Chunk>,
    pieces: Vec<Piece>,
    stored: u64,
    /// The rank that goes on with the last piece; none does without one.
    next_rank: u64,
}

impl Default for ShardLog {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            pieces: Vec::new(),
            stored: 0,
            next_rank: u64::MAX,
        }
    }
}

/// A run of entries close in time.
#[derive(Clone, Debug)]
struct Chunk {
    base_us: u64,
    base_count: u64,
    /// Time after `base_us` and records after `base_count`, at the end of each request.
    entries: Vec<(u32, u32)>,
}

/// From this position on, ranks follow one another from `rank`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The first position.
    pub position: u64,
    /// Its rank.
    pub rank: u64,
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
    pieces: usize,
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

impl ShardLog {
    /// Appends `count` records of ranks from `rank` on, stored at `at`; times never go back.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn append(&mut self, at: SimTime, rank: u64, count: u64) {
        if rank != self.next_rank {
            self.pieces.push(Piece {
                position: self.stored,
                rank,
            });
        }
        self.next_rank = rank + count;
        self.stored += count;
        match self.chunks.last_mut() {
            Some(chunk)
                if chunk.entries.len() < chunk.entries.capacity()
                    && at.0 - chunk.base_us < u64::from(u32::MAX) =>
            {
                chunk.entries.push((
                    (at.0 - chunk.base_us) as u32,
                    (self.stored - chunk.base_count) as u32,
                ));
            }
            _ => self.open_chunk(at, count),
        }
    }

    fn open_chunk(&mut self, at: SimTime, count: u64) {
        let mut entries = Vec::with_capacity(CHUNK);
        entries.push((0, count as u32));
        self.chunks.push(Chunk {
            base_us: at.0,
            base_count: self.stored - count,
            entries,
        });
    }

    /// Records stored so far.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// The pieces, by position.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The entry at a cursor, which it moves out of a chunk's end first; `None` at the end of the log.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn entry(&self, cursor: &mut Cursor) -> Option<Entry> {
        let mut chunk = self.chunks.get(cursor.chunk as usize)?;
        if cursor.index as usize == chunk.entries.len() {
            let next = self.chunks.get(cursor.chunk as usize + 1)?;
            *cursor = Cursor {
                chunk: cursor.chunk + 1,
                index: 0,
            };
            chunk = next;
        }
        let (after, count) = chunk.entries[cursor.index as usize];
        Some(Entry {
            at: SimTime(chunk.base_us + u64::from(after)),
            count: chunk.base_count + u64::from(count),
        })
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
            let rest = &chunk.entries[cursor.index as usize..];
            let near = &rest[..rest.len().min(NEAR)];
            let mut passed = near.partition_point(is_passed);
            if passed == NEAR {
                passed = rest.partition_point(is_passed);
            }
            cursor.index += passed as u32;
            if passed < rest.len() || cursor.chunk as usize + 1 == self.chunks.len() {
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
        let last = (cursor.index as usize).checked_sub(1);
        chunk.base_count + last.map_or(0, |last| u64::from(chunk.entries[last].1))
    }

    /// The entry that holds a position, or the end of the log.
    pub fn find(&self, position: u64) -> Cursor {
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.base_count <= position)
            .saturating_sub(1);
        let index = self.chunks.get(chunk).map_or(0, |c| {
            c.entries
                .partition_point(|&(_, count)| c.base_count + u64::from(count) <= position)
        });
        Cursor {
            chunk: chunk as u32,
            index: index as u32,
        }
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
        let entries = chunk
            .entries
            .partition_point(|&(after, _)| chunk.base_us + u64::from(after) <= t.0);
        chunk.base_count
            + entries
                .checked_sub(1)
                .map_or(0, |last| u64::from(chunk.entries[last].1))
    }

    /// The rank of the record at a position.
    pub fn rank(&self, position: u64) -> u64 {
        let piece = &self.pieces[self.piece(position)];
        piece.rank + position - piece.position
    }

    /// The index of the piece that holds a position.
    #[inline]
    pub fn piece(&self, position: u64) -> usize {
        if self.pieces.len() == 1 {
            return 0;
        }
        self.pieces
            .partition_point(|piece| piece.position <= position)
            .saturating_sub(1)
    }

    /// The position after a piece's last record.
    pub fn piece_end(&self, index: usize) -> u64 {
        self.pieces
            .get(index + 1)
            .map_or(self.stored, |next| next.position)
    }

    /// Its length now.
    pub fn mark(&self) -> LogMark {
        LogMark {
            chunks: self.chunks.len(),
            entries: self.chunks.last().map_or(0, |chunk| chunk.entries.len()),
            pieces: self.pieces.len(),
            stored: self.stored,
        }
    }

    /// Cuts it back to an earlier length.
    pub fn rewind(&mut self, mark: LogMark) {
        self.chunks.truncate(mark.chunks);
        if let Some(last) = self.chunks.last_mut() {
            last.entries.truncate(mark.entries);
        }
        self.pieces.truncate(mark.pieces);
        self.stored = mark.stored;
        let last = self.pieces.last();
        self.next_rank = last.map_or(u64::MAX, |piece| piece.rank + self.stored - piece.position);
    }

    /// The memory it takes, in bytes.
    pub fn memory(&self) -> usize {
        self.chunks
            .iter()
            .map(|chunk| chunk.entries.capacity() * 8)
            .sum::<usize>()
            + self.pieces.capacity() * 16
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
        assert_eq!(
            log.pieces(),
            [
                Piece {
                    position: 0,
                    rank: 0
                },
                Piece {
                    position: 15_000,
                    rank: 15_001
                }
            ]
        );
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
        assert_eq!(log.pieces(), before.pieces());
    }
}
