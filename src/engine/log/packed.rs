//! Entries in few bits: of a shard that refuses records, where nearly every entry begins elsewhere in the deck.

/// Entries of a block.
const BLOCK: usize = 64;

/// Entries that never change any more.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    len: u32,
    blocks: Box<[Block]>,
    /// Time, count and rank of each entry, in as many bits as its block needs, from the lowest on; and a word more.
    bits: Box<[u64]>,
}

/// An entry of a chunk, and the rank of its first record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) after: u32,
    pub(super) count: u32,
    pub(super) rank: u64,
}

/// What the entries of a block are told from, and in how many bits.
#[derive(Clone, Copy, Debug)]
struct Block {
    least: Whole,
    from: u32,
    widths: [u8; 3],
}

impl Packed {
    pub(super) fn new(entries: &[Whole]) -> Self {
        let mut blocks = Vec::with_capacity(entries.len().div_ceil(BLOCK));
        let (mut bits, mut end) = (Vec::with_capacity(entries.len()), 0);
        for entries in entries.chunks(BLOCK) {
            let (first, last) = (entries[0], entries[entries.len() - 1]);
            let (mut low, mut high) = (first.rank, first.rank);
            for entry in entries {
                (low, high) = (low.min(entry.rank), high.max(entry.rank));
            }
            let least = Whole { rank: low, ..first };
            let widths = [
                width(u64::from(last.after - first.after)),
                width(u64::from(last.count - first.count)),
                width(high - low),
            ];
            blocks.push(Block {
                least,
                from: end as u32,
                widths,
            });
            let [after, count, rank] = widths.map(usize::from);
            bits.resize((end + entries.len() * (after + count + rank)) / 64 + 2, 0);
            for entry in entries {
                let time = u64::from(entry.after - first.after);
                let both = u64::from(entry.count - first.count) << after | time;
                put(&mut bits, end, both);
                put(&mut bits, end + after + count, entry.rank - low);
                end += after + count + rank;
            }
        }
        Self {
            len: entries.len() as u32,
            blocks: blocks.into(),
            bits: bits.into(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    /// The time and the count of an entry.
    #[inline]
    pub(super) fn entry(&self, index: usize) -> (u32, u32) {
        let block = &self.blocks[index / BLOCK];
        let [after, count, _] = block.widths;
        let both = self.get(block.begins(index), after + count);
        (
            block.least.after + (both & !(!0 << after)) as u32,
            block.least.count + (both >> after) as u32,
        )
    }

    /// An entry with its rank.
    #[inline]
    pub(super) fn whole(&self, index: usize) -> Whole {
        let block = &self.blocks[index / BLOCK];
        let [after, count, rank] = block.widths;
        let at = block.begins(index) + usize::from(after) + usize::from(count);
        let rank = block.least.rank + self.get(at, rank);
        let (after, count) = self.entry(index);
        Whole { after, count, rank }
    }

    /// The index of the first entry from `from` on that a condition does not hold for; it holds for all before.
    pub(super) fn partition(&self, from: usize, holds: impl Fn(&(u32, u32)) -> bool) -> usize {
        let (mut low, mut high) = (from, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if holds(&self.entry(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// About the same on every machine, in bytes.
    pub(super) fn weight(&self) -> u64 {
        self.blocks.len() as u64 * 32 + self.bits.len() as u64 * 8
    }

    /// The memory it takes, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.blocks.len() * size_of::<Block>() + self.bits.len() * 8
    }

    #[inline]
    fn get(&self, at: usize, width: u8) -> u64 {
        let (low, high) = (self.bits[at / 64], self.bits[at / 64 + 1]);
        let both = low >> (at % 64) | high << 1 << (63 - at % 64);
        both & !(!0_u64).checked_shl(u32::from(width)).unwrap_or(0)
    }
}

impl Block {
    /// The bit with which an entry of the chunk begins.
    #[inline]
    fn begins(&self, index: usize) -> usize {
        let each: usize = self.widths.iter().map(|&width| usize::from(width)).sum();
        self.from as usize + index % BLOCK * each
    }
}

fn width(most: u64) -> u8 {
    (64 - most.leading_zeros()) as u8
}

/// Writes a number behind the first `end` bits.
fn put(bits: &mut [u64], end: usize, part: u64) {
    bits[end / 64] |= part << (end % 64);
    bits[end / 64 + 1] |= part >> 1 >> (63 - end % 64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_read_as_it_was() {
        let spread = [0, 1, 5_000, u64::MAX >> 1];
        for (step, ranks) in [(0, 1), (1, 100), (6_250, 20_000), (1_000_000, 1 << 40)] {
            for far in spread {
                let entry = |i: u64| Whole {
                    after: (i * step) as u32,
                    count: (i * 4 + i % 3) as u32,
                    rank: far + (i * 7_919) % ranks,
                };
                let all: Vec<Whole> = (0..1_000).map(entry).collect();
                let packed = Packed::new(&all);
                let read: Vec<Whole> = (0..packed.len()).map(|i| packed.whole(i)).collect();
                assert_eq!(read, all, "{step} {ranks} {far}");
            }
        }
        let ends = [0, u64::MAX, 0, u64::MAX, 7];
        let entry = |&rank: &u64| Whole {
            after: u32::MAX,
            count: 1,
            rank,
        };
        let all: Vec<Whole> = ends.iter().map(entry).collect();
        let packed = Packed::new(&all);
        let read: Vec<Whole> = (0..packed.len()).map(|i| packed.whole(i)).collect();
        assert_eq!(read, all);
    }

    /// A shard that refuses a fifth of 1,250 records/s: an entry each 6 ms, of 6 records, somewhere in the last 20 s.
    #[test]
    fn an_entry_takes_less_than_six_bytes() {
        let entry = |i: u64| Whole {
            after: (i * 6_250) as u32,
            count: (i * 6) as u32,
            rank: i * 6 + (i * 7_919) % 16_384,
        };
        let all: Vec<Whole> = (0..4_096).map(entry).collect();
        let memory = Packed::new(&all).memory();
        assert!(memory < all.len() * 6, "{memory}");
    }
}
