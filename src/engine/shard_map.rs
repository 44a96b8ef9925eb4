//! Shards and their hash key ranges: which part of the deck is whose, and which shards are open (P4, S17–S19).
//!
//! A shard has a rank for every record whose key lies in its range, whether or not it was open when the record was
//! made: ranks are arithmetic on the deck, and a record sent again after a reshard finds its rank in the new shard.

use super::deck::{Deck, PartitionKey, payload_of};
use super::producer::intake::{SHARD_BYTES_PER_SECOND, SHARD_RECORDS_PER_SECOND};
use super::time::SimTime;
use std::cell::OnceCell;
use std::rc::Rc;

/// Counts of the first map are thinned to this many.
const FIRST_COUNTS: usize = 1 << 21;
/// Counts of each later map.
const LATER_COUNTS: usize = 1 << 18;

/// A range of hash keys, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashRange {
    /// `StartingHashKey`.
    pub first: u128,
    /// `EndingHashKey`.
    pub last: u128,
}

/// A shard to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Birth {
    /// Its hash keys.
    pub range: HashRange,
    /// The shards that close for it, in the order of their ranges; none for the first shards of a stream.
    pub parents: Vec<u16>,
}

/// A shard: its place among the others, and its part of the deck.
#[derive(Clone, Debug)]
pub struct ShardDeck {
    /// Its number.
    pub shard: u16,
    /// Its hash keys.
    pub range: HashRange,
    /// The shards it follows; none at the start of the run.
    pub parents: Vec<u16>,
    /// When it was opened.
    pub opened_at: SimTime,
    /// Its cards, in order.
    cards: Vec<u32>,
    /// Cards of the whole deck.
    all_cards: u64,
    /// Bytes charged for its first `i` cards: data and partition key (P5).
    charged: Vec<u64>,
    /// The least of a card.
    least_charged: u64,
    /// Bytes of an invocation's payload for its first `i` cards (E4).
    payload: Vec<u64>,
    /// Made when it is asked for.
    same_key: OnceCell<KeyGaps>,
}

/// How far apart a shard's records of one key are.
#[derive(Clone, Debug)]
pub struct KeyGaps {
    /// For each card of the shard, how many ranks on the next record of its key is; of a written-down case that may be
    /// past the last.
    pub next: Vec<u32>,
    /// Among so many ranks in a row is every key of the shard.
    pub largest: u32,
}

/// Every shard so far, and how records are routed to the open ones.
#[derive(Clone, Debug)]
pub struct ShardMap {
    /// Every shard of the run so far, by number; closed ones stay.
    pub shards: Vec<Rc<ShardDeck>>,
    /// The open ones, by hash key range.
    pub open: Vec<u16>,
    /// Cards of each open shard.
    pub per_cycle: Vec<u64>,
    /// For each key of the deck, the index of its shard in `open`.
    place: Vec<u16>,
    /// `rows[(card / stride) · open + i]`: records of the i-th open shard among the first `card` cards.
    rows: Vec<u32>,
    stride: usize,
}

/// Where the shards stand before a record.
#[derive(Clone, Debug)]
pub struct Place {
    /// How often the whole deck was dealt.
    pub cycle: u64,
    /// Records of each open shard since, in the order of [`ShardMap::open`].
    pub counts: Vec<u32>,
}

impl Place {
    /// Before the first record.
    pub fn at_zero(shards: usize) -> Self {
        Self {
            cycle: 0,
            counts: vec![0; shards],
        }
    }
}

impl HashRange {
    /// All hash keys.
    pub const ALL: Self = Self {
        first: 0,
        last: u128::MAX,
    };

    /// One of `of` equal ranges.
    pub fn equal(index: u16, of: u16) -> Self {
        // ceil(i · 2¹²⁸ / n), without 2¹²⁸.
        let n = u128::from(of);
        let (mut whole, mut rest) = (u128::MAX / n, u128::MAX % n + 1);
        if rest == n {
            (whole, rest) = (whole.wrapping_add(1), 0);
        }
        let border = |i: u128| whole.wrapping_mul(i).wrapping_add((rest * i).div_ceil(n));
        let i = u128::from(index);
        Self {
            first: border(i),
            last: border(i + 1).wrapping_sub(1),
        }
    }

    /// Whether the range holds a hash.
    pub fn holds(self, hash: u128) -> bool {
        self.first <= hash && hash <= self.last
    }

    /// Whether the ranges have a hash key in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Its two halves (S19); `None` if it is a single hash key.
    pub fn halves(self) -> Option<(Self, Self)> {
        let middle = self.first + (self.last - self.first) / 2;
        (self.first < self.last).then_some((
            Self {
                first: self.first,
                last: middle,
            },
            Self {
                first: middle + 1,
                last: self.last,
            },
        ))
    }

    /// How far into the range a hash lies, scaled by 2³² (E8).
    pub fn within(self, hash: u128) -> u32 {
        let step = ((self.last - self.first) >> 32) + 1;
        ((hash - self.first) / step) as u32
    }
}

impl ShardDeck {
    fn new(deck: &Deck, birth: Birth, shard: u16, opened_at: SimTime, cards: Vec<u32>) -> Self {
        let charged = sums(&cards, |card| deck.size(card));
        let sizes = charged.windows(2).map(|sums| sums[1] - sums[0]);
        Self {
            shard,
            range: birth.range,
            parents: birth.parents,
            opened_at,
            all_cards: deck.cards(),
            least_charged: sizes.min().unwrap_or(0),
            charged,
            payload: sums(&cards, |card| payload_of(deck.bytes(card))),
            cards,
            same_key: OnceCell::new(),
        }
    }

    /// How far it is to the next card of the same key.
    pub fn key_gaps(&self, deck: &Deck) -> &KeyGaps {
        self.same_key.get_or_init(|| {
            let n = self.cards.len();
            let mut next = vec![0; deck.keys().len()];
            let mut gaps = vec![0; n];
            // Once around for where each key comes first in the next cycle, and once for the gaps.
            for index in (0..2 * n).rev() {
                let key = deck.key_index(u64::from(self.cards[index % n]));
                if index < n {
                    gaps[index] = next[key] - index as u32;
                }
                next[key] = index as u32;
            }
            KeyGaps {
                largest: gaps.iter().copied().max().unwrap_or(0),
                next: gaps,
            }
        })
    }

    /// Its cards, in order.
    pub fn cards(&self) -> &[u32] {
        &self.cards
    }

    /// The ordinal of the record with this rank.
    pub fn ordinal(&self, rank: u64) -> u64 {
        let n = self.cards.len() as u64;
        rank / n * self.all_cards + u64::from(self.cards[(rank % n) as usize])
    }

    /// The sums of its first cards, none, one, two and so on.
    pub fn card_sums(&self) -> Vec<u64> {
        sums(&self.cards, u64::from)
    }

    /// The ordinals of ranks `from..to`, all together, given [`Self::card_sums`].
    pub fn ordinals(&self, card_sums: &[u64], from: u64, to: u64) -> u64 {
        let n = self.cards.len() as u64;
        let before = |rank: u64| {
            let (cycles, rest) = (rank / n, rank % n);
            let whole = u128::from(cycles) * u128::from(card_sums[n as usize]);
            // Every card of the c-th cycle is c decks further on.
            let shifts = u128::from(cycles * cycles.saturating_sub(1) / 2 * n + cycles * rest);
            whole + u128::from(card_sums[rest as usize]) + shifts * u128::from(self.all_cards)
        };
        (before(to) - before(from)) as u64
    }

    /// Records of the shard made before `ordinal`.
    pub fn rank_before(&self, ordinal: u64) -> u64 {
        if self.all_cards == 0 {
            return 0;
        }
        let card = ordinal % self.all_cards;
        let before = self.cards.partition_point(|&own| u64::from(own) < card);
        ordinal / self.all_cards * self.cards.len() as u64 + before as u64
    }

    /// Records of the shard per cycle of the deck.
    pub fn per_cycle(&self) -> u64 {
        self.cards.len() as u64
    }

    /// Records of their mean size, partition key included, that the shard takes in a second, times 1,000 (S1).
    pub fn takes_milli(&self) -> u64 {
        let bytes = self.charged.last().copied().unwrap_or(0).max(1);
        let by_bytes = SHARD_BYTES_PER_SECOND * 1_000 * self.per_cycle() / bytes;
        match self.per_cycle() {
            0 => SHARD_RECORDS_PER_SECOND * 1_000,
            _ => by_bytes.min(SHARD_RECORDS_PER_SECOND * 1_000),
        }
    }

    /// Whether records with a key are the shard's while it is open.
    pub fn has(&self, key: &PartitionKey) -> bool {
        self.range.holds(key.hash)
    }

    /// How many of the shard's records, in permille, the emptier half of its hash keys has (S14).
    pub fn evenness(&self, deck: &Deck) -> u64 {
        let Some((low, _)) = self.range.halves() else {
            return 0;
        };
        let in_low = |&&card: &&u32| low.holds(deck.key(u64::from(card)).hash);
        let (all, lows) = (
            self.per_cycle(),
            self.cards.iter().filter(in_low).count() as u64,
        );
        lows.min(all - lows) * 1_000 / all.max(1)
    }

    /// How far into the shard's hash key range a key lies, scaled by 2³² (E8).
    pub fn within(&self, key: &PartitionKey) -> u32 {
        if self.parents.is_empty() {
            key.within
        } else {
            self.range.within(key.hash)
        }
    }

    /// Bytes charged against the shard for the records of ranks `from..to` (P5).
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn charged(&self, from: u64, to: u64) -> u64 {
        between(&self.charged, from, to)
    }

    /// The first of the ranks `from..to` that is charged `bytes` at most; `to` without one.
    pub fn first_charged_at_most(&self, bytes: u64, from: u64, to: u64) -> u64 {
        if bytes < self.least_charged {
            return to;
        }
        let fits = |&rank: &u64| self.charged(rank, rank + 1) <= bytes;
        (from..to).find(fits).unwrap_or(to)
    }

    /// Bytes charged for the shard's cards `from..to` of one cycle.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn charged_in_cycle(&self, from: u32, to: u32) -> u64 {
        self.charged[to as usize] - self.charged[from as usize]
    }

    /// Bytes of an invocation's payload for the records of ranks `from..to` (E4).
    #[inline]
    pub fn payload(&self, from: u64, to: u64) -> u64 {
        between(&self.payload, from, to)
    }
}

impl ShardMap {
    /// The equal shards at the start of a run.
    pub fn first(deck: &Deck, shards: u16) -> Self {
        let births = (0..shards).map(|shard| Birth {
            range: HashRange::equal(shard, shards),
            parents: Vec::new(),
        });
        let place = deck.keys().iter().map(|key| key.shard).collect();
        let open = (0..shards).collect();
        Self::deal(
            deck,
            Vec::new(),
            births.collect(),
            open,
            place,
            SimTime::ZERO,
        )
    }

    /// The map after a reshard: the parents close, their children open (S18, S19).
    #[must_use]
    pub fn after(&self, deck: &Deck, births: Vec<Birth>, at: SimTime) -> Self {
        let closed = |shard: &u16| births.iter().any(|birth| birth.parents.contains(shard));
        let first_new = self.shards.len() as u16;
        let mut open: Vec<(u128, u16)> = self
            .open
            .iter()
            .filter(|shard| !closed(shard))
            .map(|&shard| (self.shards[usize::from(shard)].range.first, shard))
            .collect();
        for (birth, shard) in births.iter().zip(first_new..) {
            let index = open.partition_point(|&(first, _)| first < birth.range.first);
            open.insert(index, (birth.range.first, shard));
        }
        let place =
            |key: &PartitionKey| (open.partition_point(|&(first, _)| first <= key.hash) - 1) as u16;
        let place = deck.keys().iter().map(place).collect();
        let open = open.into_iter().map(|(_, shard)| shard).collect();
        Self::deal(deck, self.shards.clone(), births, open, place, at)
    }

    /// Deals the cards to the open shards, of which those in `births` are new.
    fn deal(
        deck: &Deck,
        mut shards: Vec<Rc<ShardDeck>>,
        births: Vec<Birth>,
        open: Vec<u16>,
        place: Vec<u16>,
        at: SimTime,
    ) -> Self {
        let (cards, n, old) = (deck.cards() as usize, open.len(), shards.len());
        let most = if old == 0 { FIRST_COUNTS } else { LATER_COUNTS };
        let stride = (cards * n / most + 1).next_power_of_two();
        let mut rows = Vec::with_capacity(cards / stride * n + n);
        let mut dealt: Vec<Vec<u32>> = vec![Vec::with_capacity(cards / n + 1); n];
        for card in 0..=cards {
            if card % stride == 0 {
                rows.extend(dealt.iter().map(|dealt| dealt.len() as u32));
            }
            if card < cards {
                let place = place[deck.key_index(card as u64)];
                dealt[usize::from(place)].push(card as u32);
            }
        }
        let per_cycle = dealt.iter().map(|dealt| dealt.len() as u64).collect();
        for (birth, shard) in births.into_iter().zip(old as u16..) {
            let place = open.iter().position(|&open| open == shard);
            let cards = std::mem::take(&mut dealt[place.expect("a new shard is open")]);
            shards.push(Rc::new(ShardDeck::new(deck, birth, shard, at, cards)));
        }
        Self {
            shards,
            open,
            per_cycle,
            place,
            rows,
            stride,
        }
    }

    /// A shard by its number.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn shard(&self, shard: u16) -> &ShardDeck {
        &self.shards[usize::from(shard)]
    }

    /// Whether a shard takes records.
    pub fn is_open(&self, shard: u16) -> bool {
        self.shards.len() == self.open.len() || self.open.contains(&shard)
    }

    /// The open shard of a record.
    pub fn shard_of(&self, deck: &Deck, ordinal: u64) -> u16 {
        self.open[usize::from(self.place[deck.key_index(ordinal)])]
    }

    /// Where the open shards stand before `ordinal`.
    #[inline]
    pub fn place_before(&self, deck: &Deck, ordinal: u64, place: &mut Place) {
        let Some((cycle, card)) = deck.cycle(ordinal) else {
            place.counts.fill(0);
            return;
        };
        place.cycle = cycle;
        let row = card as usize >> self.stride.trailing_zeros();
        let n = self.open.len();
        place.counts.copy_from_slice(&self.rows[row * n..][..n]);
        for later in row * self.stride..card as usize {
            place.counts[usize::from(self.place[deck.key_index(later as u64)])] += 1;
        }
    }
}

/// Prefix sums over cards.
fn sums(cards: &[u32], size: impl Fn(u64) -> u64) -> Vec<u64> {
    let mut sums = Vec::with_capacity(cards.len() + 1);
    let mut sum = 0;
    sums.push(0);
    for &card in cards {
        sum += size(u64::from(card));
        sums.push(sum);
    }
    sums
}

/// The sum of the cards of ranks `from..to`, given prefix sums over one cycle.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
fn between(sums: &[u64], from: u64, to: u64) -> u64 {
    let n = sums.len() as u64 - 1;
    if n == 0 {
        return 0;
    }
    let cycle = from / n * n;
    if to - cycle <= n {
        return sums[(to - cycle) as usize] - sums[(from - cycle) as usize];
    }
    to / n * sums[n as usize] + sums[(to % n) as usize]
        - (cycle / n * sums[n as usize] + sums[(from - cycle) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::deck::{hash_key, route};

    /// S19, P4: equal ranges are those MD5 routing uses, halves nest in them, and neighbours meet.
    #[test]
    fn equal_ranges_are_the_routing() {
        for n in [1, 2, 3, 4, 7, 10, 200] {
            let ranges: Vec<HashRange> = (0..n).map(|i| HashRange::equal(i, n)).collect();
            assert_eq!(
                (ranges[0].first, ranges[usize::from(n) - 1].last),
                (0, u128::MAX)
            );
            for pair in ranges.windows(2) {
                assert_eq!(pair[0].last + 1, pair[1].first, "of {n}");
            }
            for i in 0..500 {
                let hash = hash_key(&format!("key-{i}"));
                let (shard, _) = route(hash, n);
                assert!(ranges[usize::from(shard)].holds(hash), "key-{i} of {n}");
            }
            for (i, range) in (0..n).zip(&ranges) {
                let halves = (
                    HashRange::equal(2 * i, 2 * n),
                    HashRange::equal(2 * i + 1, 2 * n),
                );
                // Where the number of hash keys is odd, AWS and the split differ by one hash key at most.
                let (low, high) = range.halves().expect("a shard has many hash keys");
                assert!(low.last.abs_diff(halves.0.last) <= 1, "half of {i} of {n}");
                assert_eq!((low.first, high.last), (halves.0.first, halves.1.last));
            }
        }
    }
}
