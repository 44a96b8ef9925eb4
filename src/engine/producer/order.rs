//! Whether records of one key are stored in the order they were made: one sent again lands behind younger ones (P10).

use crate::engine::deck::Deck;
use crate::engine::shard_map::ShardDeck;
use std::collections::VecDeque;
use std::rc::Rc;

/// Words of a block, a bit for each rank.
const WORDS: u64 = 64;
/// Further behind than so many blocks nobody keeps count: a record that late, of a million, comes behind a younger one of
/// its key.
const BLOCKS: u64 = 256;
/// What one takes.
const BLOCK_BYTES: u64 = 8 * WORDS + 32;
/// As a rule so few are stored late at a time.
const FEW: usize = 64;

/// What one shard has of its ranks, as far as it matters for the order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// Ranks from here on are not stored.
    next: u64,
    /// Ranks from here to `next` are.
    run_from: u64,
    /// The number of the block at the front.
    first_block: u64,
    /// Which ranks below `next` are not stored; none where there is no block. Empty where nothing is sent again, and
    /// shared with the keyframes of a run.
    blocks: VecDeque<Option<Rc<Block>>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    missing: [u64; WORDS as usize],
    /// How many of them may still be stored; of the block at the front at least one.
    awaited: u32,
}

impl Order {
    /// Notes stored ranks; whether they came before all younger ones.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn store(&mut self, from: u64, to: u64) -> bool {
        if from < self.next {
            return false;
        }
        if from > self.next {
            self.miss(self.next, from, true);
            self.run_from = from;
        }
        self.next = to;
        true
    }

    /// Notes stored ranks if they follow those before at once; whether they do.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn goes_on(&mut self, from: u64, count: u64) -> bool {
        let goes_on = from == self.next;
        if goes_on {
            self.next = from + count;
        }
        goes_on
    }

    /// Notes ranks stored behind younger ones; how many come behind one of their key.
    pub(super) fn store_late(&mut self, deck: &Deck, shard: &ShardDeck, from: u64, to: u64) -> u64 {
        let broken = self.broken(deck, shard, from, to);
        self.settle(from, to, true);
        broken
    }

    /// Notes ranks that will not be stored any more.
    pub(super) fn forget(&mut self, from: u64, to: u64) {
        self.settle(from, to, false);
        let from = from.max(self.next);
        if from < to {
            self.miss(self.next, from, true);
            self.miss(from, to, false);
            (self.next, self.run_from) = (to, to);
        }
    }

    /// The memory it takes, in bytes of a 64-bit machine.
    pub(super) fn weight(&self) -> u64 {
        self.blocks.len() as u64 * BLOCK_BYTES
    }

    /// Ranks are not stored, nor any behind them.
    fn miss(&mut self, from: u64, to: u64, awaited: bool) {
        if from == to || self.blocks.is_empty() && !awaited {
            return;
        }
        let (mut first, end) = (from / WORDS / 64, (to - 1) / WORDS / 64 + 1);
        if self.blocks.is_empty() {
            self.first_block = first;
        }
        let kept_from = end.saturating_sub(BLOCKS).max(self.first_block);
        let gone = (kept_from - self.first_block).min(self.blocks.len() as u64);
        self.blocks.drain(..gone as usize);
        self.first_block = kept_from;
        first = first.max(kept_from);
        let len = (end - kept_from) as usize;
        self.blocks.resize(len.max(self.blocks.len()), None);
        for (word, mask) in words(from.max(first * WORDS * 64), to) {
            let block = &mut self.blocks[(word / WORDS - kept_from) as usize];
            let block = Rc::make_mut(block.get_or_insert_default());
            block.missing[(word % WORDS) as usize] |= mask;
            block.awaited += if awaited { mask.count_ones() } else { 0 };
        }
    }

    /// Ranks are no longer awaited: they are stored, or never will be.
    fn settle(&mut self, from: u64, to: u64, stored: bool) {
        for (word, mask) in words(from, to) {
            let Some(Some(block)) = self.block(word).map(|index| &mut self.blocks[index]) else {
                continue;
            };
            let word = (word % WORDS) as usize;
            let missed = block.missing[word] & mask;
            if missed != 0 {
                let block = Rc::make_mut(block);
                block.missing[word] ^= if stored { missed } else { 0 };
                block.awaited = block.awaited.saturating_sub(missed.count_ones());
            }
        }
        // Those behind the last that is awaited are of interest to nobody.
        let is_over = |block: &Option<Rc<Block>>| block.as_ref().is_none_or(|b| b.awaited == 0);
        while self.blocks.front().is_some_and(is_over) {
            self.blocks.pop_front();
            self.first_block += 1;
        }
    }

    /// The index of a word's block.
    #[inline]
    fn block(&self, word: u64) -> Option<usize> {
        let index = (word / WORDS).checked_sub(self.first_block)? as usize;
        (index < self.blocks.len()).then_some(index)
    }

    /// Whether a rank below `next` is stored.
    #[inline]
    fn has(&self, rank: u64) -> bool {
        let Some(Some(block)) = self.block(rank / 64).map(|index| &self.blocks[index]) else {
            return true;
        };
        block.missing[(rank / 64 % WORDS) as usize] >> (rank % 64) & 1 == 0
    }

    /// How many of the ranks about to be stored come behind a younger record of their key.
    fn broken(&self, deck: &Deck, shard: &ShardDeck, from: u64, to: u64) -> u64 {
        let gaps = shard.key_gaps(deck);
        let run_from = self.run_from.max(to);
        if self.next >= run_from + u64::from(gaps.largest) {
            // The youngest records of all keys are stored.
            return to - from;
        }
        let count = (to - from) as usize;
        let (mut few, mut many) = ([false; FEW], Vec::new());
        let is_broken = if count <= FEW {
            &mut few[..count]
        } else {
            many.resize(count, false);
            &mut many[..]
        };
        let (cards, mut sum) = (gaps.next.len() as u64, 0);
        let mut card = to % cards;
        for index in (0..count).rev() {
            card = if card == 0 { cards } else { card } - 1;
            let gap = u64::from(gaps.next[card as usize]);
            if from + index as u64 + gap >= self.next {
                continue;
            }
            // One in the same hand is stored together with it, and fares alike.
            let in_hand = is_broken.get(index + gap as usize);
            let verdict = in_hand.copied().unwrap_or_else(|| {
                let (mut younger, mut card) = (from + index as u64 + gap, card + gap);
                while younger < self.next && !self.has(younger) {
                    card -= if card < cards { 0 } else { cards };
                    let gap = u64::from(gaps.next[card as usize]);
                    (younger, card) = (younger + gap, card + gap);
                }
                younger < self.next
            });
            is_broken[index] = verdict;
            sum += u64::from(verdict);
        }
        sum
    }
}

impl Default for Block {
    fn default() -> Self {
        Self {
            missing: [0; WORDS as usize],
            awaited: 0,
        }
    }
}

/// The numbers of the words that hold some ranks, and which of their bits.
#[inline]
fn words(from: u64, to: u64) -> impl Iterator<Item = (u64, u64)> {
    (from / 64..to.div_ceil(64)).map(move |word| {
        let (low, high) = (from.max(word * 64), to.min(word * 64 + 64));
        (word, u64::MAX >> (64 - (high - low)) << (low - word * 64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::producer::world::World;
    use crate::engine::random::{Draws, Purpose};
    use crate::scenario::configure::configure;
    use crate::scenario::link::from_link;
    use std::collections::BTreeSet;

    /// Ranks that are not stored, of those below a hundred thousand.
    fn missing(order: &Order) -> Vec<(u64, u64)> {
        let mut all: Vec<(u64, u64)> = Vec::new();
        for rank in (0..order.next.min(100_000)).filter(|&rank| !order.has(rank)) {
            match all.last_mut() {
                Some(last) if last.1 == rank => last.1 += 1,
                _ => all.push((rank, rank + 1)),
            }
        }
        all
    }

    #[test]
    fn what_is_missing_is_known() {
        let mut order = Order::default();
        assert!(order.store(0, 10) && order.store(20, 30) && order.store(35, 9_000));
        assert_eq!(missing(&order), [(10, 20), (30, 35)]);
        assert!(!order.store(12, 14));
        order.settle(12, 14, true);
        assert_eq!(missing(&order), [(10, 12), (14, 20), (30, 35)]);
        assert!(order.store(20_000, 20_001));
        order.settle(5, 33, true);
        assert_eq!(missing(&order), [(33, 35), (9_000, 20_000)]);
        order.settle(9_500, 19_500, true);
        let rest = [(33, 35), (9_000, 9_500), (19_500, 20_000)];
        assert_eq!(missing(&order), rest);
        // Given up: not stored, but with nobody to wait for the older ones are forgotten.
        order.forget(19_500, 20_000);
        assert_eq!(missing(&order), rest);
        order.settle(0, 9_500, true);
        assert_eq!((missing(&order), order.blocks.len()), (vec![], 0));
    }

    /// What is given up before anything younger is stored is not stored either.
    #[test]
    fn what_is_given_up_at_once_leaves_nothing_behind() {
        let mut order = Order::default();
        for request in 0..1_000 {
            assert!(order.store(request * 100, request * 100 + 8));
            order.forget(request * 100 + 8, request * 100 + 100);
        }
        assert_eq!((order.next, order.blocks.len()), (100_000, 0));
        order.forget(100_050, 100_100);
        assert!(!order.store(100_000, 100_010));
        order.settle(100_000, 100_010, true);
        assert!(order.has(100_005) && !order.has(100_020) && !order.has(100_070));
    }

    #[test]
    fn a_gap_of_any_length_takes_little() {
        let mut order = Order::default();
        assert!(order.store(1 << 40, (1 << 40) + 1));
        assert_eq!(order.blocks.len() as u64, BLOCKS);
        assert!(!order.has((1 << 40) - 1) && order.has(5));
        assert!(order.store(1 << 41, (1 << 41) + 1));
        assert_eq!(order.blocks.len() as u64, BLOCKS);
        order.settle(0, 1 << 20, true);
        assert!(order.has(1 << 41) && !order.has((1 << 41) - 1));
    }

    /// P10: counted one by one, records behind a younger one of their key are those that are counted by the block.
    #[test]
    fn a_record_behind_a_younger_one_of_its_key_breaks_the_order() {
        for link in [
            "#keyCount=1",
            "#keyCount=3",
            "#keyCount=2000",
            "#keys=hot&keyCount=500",
            "#keys=skewed",
        ] {
            let world = World::new(configure(&from_link(link).0.scenario).0);
            let (deck, shard) = (&world.deck, world.shards.shard(0));
            let key = |rank| deck.key_index(shard.ordinal(rank));
            let (mut order, mut next, mut broken) = (Order::default(), 0, 0);
            let (mut stored, mut waiting) = (Vec::new(), Vec::new());
            let draws = Draws::new(7, Purpose::Deck, 0);
            for step in 0..3_000 {
                let draw = |n: u64, below| draws.below(step * 8 + n, below);
                let (from, to) = if waiting.is_empty() || draw(0, 3) == 0 {
                    let from = next;
                    next += 1 + draw(1, 300);
                    (from, next)
                } else {
                    waiting.swap_remove(draw(2, waiting.len() as u64) as usize)
                };
                // Some are stored, the others sent again or given up.
                let middle = (from + draw(3, 80)).min(to);
                if from < middle && !order.store(from, middle) {
                    let younger = stored.iter().filter(|&&rank| rank >= middle);
                    let keys: BTreeSet<usize> = younger.map(|&rank| key(rank)).collect();
                    let wanted = (from..middle).filter(|&rank| keys.contains(&key(rank)));
                    let wanted = wanted.count() as u64;
                    let got = order.store_late(deck, shard, from, middle);
                    assert_eq!(got, wanted, "{link}: {from}..{middle} of {next}");
                    broken += got;
                }
                stored.extend(from..middle);
                match draw(4, 4) {
                    _ if middle == to => {}
                    0 => order.forget(middle, to),
                    _ => waiting.push((middle, to)),
                }
            }
            assert!(broken > 0, "{link}");
        }
    }
}
