//! The deck: what each record is (its partition key, its size), dealt from a fixed cycle of cards.
//!
//! Record `ordinal` has card `ordinal mod cards`. Prefix counts answer "how many of the records `a..b` go to shard
//! `s`, and how many bytes" in constant time, so that nothing is ever done per record. Within a shard a record is
//! known by its *rank*: how many records of that shard were generated before it. The shards' parts are in `shard_map`.

use super::config::{Config, Filter, Generated, Keys, Split, Traffic};
use super::random::{Draws, Purpose};
use super::shard_map::{HashRange, ShardDeck};
use md5::{Digest, Md5};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::rc::Rc;

/// Cards of a generated deck.
const CARDS: usize = 1 << 16;
/// 2⁶⁴ divided by the golden ratio.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
/// JSON around each record of an invocation's payload, in bytes (E4).
const ENVELOPE_BYTES: u64 = 540;

/// A partition key with what is derived from it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionKey {
    /// The key itself.
    pub text: String,
    /// Its `ExplicitHashKey`, or MD5 of it, as a 128-bit unsigned integer (P4).
    pub hash: u128,
    /// The shard whose hash key range holds it at the start of the run.
    pub shard: u16,
    /// How far into that shard's hash key range it lies, scaled by 2³² (E8).
    pub within: u32,
}

/// The cards.
#[derive(Clone, Debug)]
pub struct Deck {
    keys: Vec<PartitionKey>,
    /// Key of each card.
    card_key: Vec<u32>,
    /// Data of each card's record before base64, if the cards differ in it.
    card_bytes: Option<Vec<u32>>,
    record_bytes: u32,
    /// What deals the kinds of data, and the kind of each card once somebody asks.
    kinds: (KindDeal, OnceCell<Vec<u8>>),
    largest_payload: u64,
}

/// Where the kinds of data come from.
#[derive(Clone, Debug)]
enum KindDeal {
    /// Weights, and the seed of the shuffle.
    Weights(Vec<u64>, u64),
    /// The kind of each card.
    Written(Vec<u8>),
}

/// MD5 of a partition key as a 128-bit unsigned integer (P4).
pub fn hash_key(key: &str) -> u128 {
    u128::from_be_bytes(Md5::digest(key.as_bytes()).into())
}

/// The hash key of the `index`-th of `n` keys that are spread evenly: the middle of its part (P4).
fn explicit_hash_key(index: u32, n: u32) -> u128 {
    let HashRange { first, last } = HashRange::equal(index as u16, n as u16);
    first + (last - first) / 2
}

/// Which of `shards` equal hash key ranges holds a hash, and how far into it (scaled by 2³²).
pub fn route(hash: u128, shards: u16) -> (u16, u32) {
    // floor(hash · shards / 2¹²⁸), in two halves so that nothing overflows.
    let n = u128::from(shards);
    let (high, low) = (hash >> 64, hash & u128::from(u64::MAX));
    let scaled = high * n + ((low * n) >> 64);
    ((scaled >> 64) as u16, (scaled as u64 >> 32) as u32)
}

impl Deck {
    /// Builds the deck of a run.
    pub fn new(config: &Config) -> Self {
        match &config.traffic {
            Traffic::Generated(traffic) => {
                let (n, card_key) = match traffic.keys {
                    Keys::Even(n) => (n as usize, in_turn(n)),
                    keys => {
                        let weights = weights(keys);
                        let mut card_key = deal(&weights);
                        let seed = Draws::new(config.seed, Purpose::Deck, 0).at(0);
                        card_key.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
                        (weights.len(), card_key)
                    }
                };
                let texts = (0..n).map(|i| format!("device-{i}"));
                let kinds = config.kinds.iter().map(|&weight| u64::from(weight));
                let seed = Draws::new(config.seed, Purpose::Kinds, 0).at(0);
                let kinds = KindDeal::Weights(kinds.collect(), seed);
                Self::of(config.shard_count, texts, card_key, None, traffic, kinds)
            }
            Traffic::Explicit(records) => {
                let mut texts: Vec<String> = records.iter().map(|r| r.key.clone()).collect();
                texts.sort();
                texts.dedup();
                let key =
                    |text| texts.binary_search(text).expect("every key is in the list") as u32;
                let card_key = records.iter().map(|r| key(&r.key)).collect();
                let bytes = records.iter().map(|r| r.bytes).collect();
                let nothing = Generated {
                    swing_permille: 0,
                    peak_at: super::time::SimTime::ZERO,
                    shape: super::shape::Shape::Even,
                    keys: Keys::Uniform(1),
                    record_bytes: 0,
                };
                Self::of(
                    config.shard_count,
                    texts.clone().into_iter(),
                    card_key,
                    Some(bytes),
                    &nothing,
                    KindDeal::Written(records.iter().map(|record| record.kind).collect()),
                )
            }
        }
    }

    fn of(
        shard_count: u16,
        texts: impl Iterator<Item = String>,
        card_key: Vec<u32>,
        card_bytes: Option<Vec<u32>>,
        traffic: &Generated,
        kinds: KindDeal,
    ) -> Self {
        let keys: Vec<PartitionKey> = texts
            .zip(0..)
            .map(|(text, index)| {
                let hash = match traffic.keys {
                    Keys::Even(n) => explicit_hash_key(index, n),
                    _ => hash_key(&text),
                };
                let (shard, within) = route(hash, shard_count);
                PartitionKey {
                    text,
                    hash,
                    shard,
                    within,
                }
            })
            .collect();
        let largest = match &card_bytes {
            Some(bytes) => bytes.iter().copied().max(),
            None => Some(traffic.record_bytes),
        };
        Self {
            largest_payload: largest.map_or(0, |bytes| payload_of(u64::from(bytes))),
            keys,
            card_key,
            card_bytes,
            record_bytes: traffic.record_bytes,
            kinds: (kinds, OnceCell::new()),
        }
    }

    /// How many cards there are.
    pub fn cards(&self) -> u64 {
        self.card_key.len() as u64
    }

    /// The partition key of a record.
    pub fn key(&self, ordinal: u64) -> &PartitionKey {
        &self.keys[self.card_key[(ordinal % self.cards()) as usize] as usize]
    }

    /// Data of a record before base64, in bytes.
    pub fn bytes(&self, ordinal: u64) -> u64 {
        let card = ordinal % self.cards();
        u64::from(
            self.card_bytes
                .as_ref()
                .map_or(self.record_bytes, |bytes| bytes[card as usize]),
        )
    }

    /// The kind of a record's data.
    pub fn kind(&self, ordinal: u64) -> u8 {
        self.card_kinds()[(ordinal % self.cards()) as usize]
    }

    /// The kind of each card; dealt when first asked for, because only a filter and the objects of S3 ask.
    fn card_kinds(&self) -> &[u8] {
        self.kinds.1.get_or_init(|| match &self.kinds.0 {
            KindDeal::Written(kinds) => kinds.clone(),
            KindDeal::Weights(weights, seed) => {
                let mut kinds: Vec<u8> = deal(weights).iter().map(|&kind| kind as u8).collect();
                kinds.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(*seed));
                kinds
            }
        })
    }

    /// Data of a record and its partition key, in bytes: what limits count (P3, P5).
    pub fn size(&self, ordinal: u64) -> u64 {
        self.bytes(ordinal) + self.key(ordinal).text.len() as u64
    }

    /// No record is larger than this, partition key included.
    pub fn largest_size(&self) -> u64 {
        let longest = self.keys.iter().map(|key| key.text.len()).max();
        let largest = match &self.card_bytes {
            Some(bytes) => bytes.iter().copied().max().unwrap_or(0),
            None => self.record_bytes,
        };
        u64::from(largest) + longest.unwrap_or(0) as u64
    }

    /// Every partition key.
    pub fn keys(&self) -> &[PartitionKey] {
        &self.keys
    }

    /// The index in [`Deck::keys`] of a record's partition key.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn key_index(&self, ordinal: u64) -> usize {
        self.card_key[(ordinal % self.cards()) as usize] as usize
    }

    /// How often the whole deck was dealt before a record, and its card; `None` of an empty deck.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn cycle(&self, ordinal: u64) -> Option<(u64, u64)> {
        match self.cards() {
            0 => None,
            cards if cards == CARDS as u64 => Some((ordinal >> 16, ordinal & 0xFFFF)),
            cards => Some((ordinal / cards, ordinal % cards)),
        }
    }

    /// The largest payload of a single record, in bytes.
    pub fn largest_payload(&self) -> u64 {
        self.largest_payload
    }

    /// Deals the records of a shard that a filter wants to its lanes.
    pub fn lanes(&self, shard: &ShardDeck, split: Split) -> Rc<LaneDeck> {
        let cards = shard.cards();
        let factor = split.factor;
        let mut deck = LaneDeck {
            before: vec![vec![0]; usize::from(factor)],
            indices: vec![Vec::new(); usize::from(factor)],
            lane: Vec::with_capacity(cards.len()),
            kinds: Vec::new(),
        };
        if split.filter != Filter::NONE {
            let kinds = self.card_kinds();
            deck.kinds = cards.iter().map(|&card| kinds[card as usize]).collect();
        }
        for (index, &card) in cards.iter().enumerate() {
            let is_wanted = deck
                .kinds
                .get(index)
                .is_none_or(|&kind| split.filter.wants(kind));
            if is_wanted {
                let lane = lane_of(shard.within(self.key(u64::from(card))), factor);
                deck.indices[usize::from(lane)].push(index as u32);
                deck.lane.push(lane);
            } else {
                deck.lane.push(NO_LANE);
            }
            for (before, indices) in deck.before.iter_mut().zip(&deck.indices) {
                before.push(indices.len() as u32);
            }
        }
        Rc::new(deck)
    }
}

/// The payload a record of so many bytes adds to an invocation: base64 and the JSON around it (E4).
pub fn payload_of(bytes: u64) -> u64 {
    bytes.div_ceil(3) * 4 + ENVELOPE_BYTES
}

/// The lane of a key that lies so far into its shard's hash key range: sub-ranges of it (E8).
fn lane_of(within: u32, factor: u16) -> u16 {
    ((u64::from(within) * u64::from(factor)) >> 32) as u16
}

/// Instead of a lane: the filter does not want the record.
const NO_LANE: u16 = u16::MAX;

/// How a shard's ranks fall to the lanes of one split.
#[derive(Clone, Debug)]
pub struct LaneDeck {
    /// `before[lane][i]`: records of the lane among the first `i` ranks of a cycle.
    before: Vec<Vec<u32>>,
    /// `indices[lane][k]`: the rank within a cycle of the lane's k-th record.
    indices: Vec<Vec<u32>>,
    lane: Vec<u16>,
    /// The kind of data of each rank within a cycle; none without a filter.
    kinds: Vec<u8>,
}

impl LaneDeck {
    /// Records of the lane among the ranks below `rank`.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn before(&self, lane: u16, rank: u64) -> u64 {
        let n = self.lane.len() as u64;
        if n == 0 || rank == 0 {
            return 0;
        }
        let counts = &self.before[usize::from(lane)];
        rank / n * u64::from(counts[n as usize]) + u64::from(counts[(rank % n) as usize])
    }

    /// The rank of the lane's `k`-th record, counted from rank 0; `None` if the lane has no keys.
    #[allow(clippy::inline_always)] // As above.
    #[inline(always)]
    pub fn rank(&self, lane: u16, k: u64) -> Option<u64> {
        let indices = &self.indices[usize::from(lane)];
        let n = indices.len() as u64;
        (n > 0).then(|| k / n * self.lane.len() as u64 + u64::from(indices[(k % n) as usize]))
    }

    /// The lane of a rank, if its kind of data is wanted.
    pub fn lane(&self, rank: u64) -> Option<u16> {
        let lane = self.lane[(rank % self.lane.len() as u64) as usize];
        (lane != NO_LANE).then_some(lane)
    }

    /// The kind of data of a rank; 0 without a filter.
    pub fn kind(&self, rank: u64) -> u8 {
        if self.kinds.is_empty() {
            return 0;
        }
        self.kinds[(rank % self.kinds.len() as u64) as usize]
    }
}

/// Deals the cards to `n` keys in turn, as many to each. From one card to the next it is the golden part of all hash
/// keys, so that any few in a row are spread over all shards.
fn in_turn(n: u32) -> Vec<u32> {
    let mut steps: Vec<u32> = (0..n).collect();
    steps.sort_by_key(|&step| u64::from(step).wrapping_mul(GOLDEN));
    let mut turn = vec![0; n as usize];
    for (key, step) in (0..n).zip(steps) {
        turn[step as usize] = key;
    }
    turn.repeat(CARDS / n as usize)
}

/// The weight of each key.
fn weights(keys: Keys) -> Vec<u64> {
    match keys {
        Keys::Uniform(n) | Keys::Even(n) => vec![1; n as usize],
        // 2⁴⁰/k keeps the ratios to a part in 10⁷ for 20,000 keys.
        Keys::Zipf(n) => (1..=u64::from(n)).map(|k| (1 << 40) / k).collect(),
        Keys::Hot { n: 1, .. } => vec![1],
        Keys::Hot { n, permille } => {
            let others = u64::from(n) - 1;
            let cold = 1_000 - u64::from(permille);
            std::iter::once(u64::from(permille) * others)
                .chain((0..others).map(|_| cold))
                .collect()
        }
    }
}

/// Deals the cards to the keys in proportion to their weights, by largest remainder; earlier keys win ties.
fn deal(weights: &[u64]) -> Vec<u32> {
    let total: u128 = weights.iter().map(|&w| u128::from(w)).sum();
    let shares = weights.iter().map(|&w| u128::from(w) * CARDS as u128);
    // Divided once each, and not whenever two are compared.
    let (mut counts, rests): (Vec<usize>, Vec<u128>) = shares
        .map(|share| ((share / total) as usize, share % total))
        .unzip();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&key| Reverse(rests[key]));
    let missing = CARDS - counts.iter().sum::<usize>();
    for &i in order.iter().take(missing) {
        counts[i] += 1;
    }
    counts
        .iter()
        .enumerate()
        .flat_map(|(key, &n)| std::iter::repeat_n(key as u32, n))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// G1, P4: shards of seven keys among 4, 2 and 10 equal shards.
    #[test]
    fn g1_keys_route_by_md5() {
        let keys = [
            "a",
            "b",
            "user-1",
            "user-2",
            "device-42",
            "order-1001",
            "tenant-a",
        ];
        for (shards, expected) in [
            (4, [0, 2, 3, 0, 2, 2, 3]),
            (2, [0, 1, 1, 0, 1, 1, 1]),
            (10, [0, 5, 8, 2, 6, 5, 8]),
        ] {
            assert_eq!(
                keys.map(|key| route(hash_key(key), shards).0),
                expected,
                "{shards} shards"
            );
        }
        assert_eq!(route(u128::MAX, 7), (6, u32::MAX));
        assert_eq!(route(0, 7), (0, 0));
    }

    /// P4: with an `ExplicitHashKey` each, keys in turn fill every shard alike, and so do any 500 records in a row.
    #[test]
    fn p4_even_keys_fill_the_shards_alike() {
        for (n, shards) in [
            (1_000_u32, 10_u16),
            (1_000, 8),
            (1_000, 4),
            (20_000, 200),
            (12, 3),
            (1, 1),
        ] {
            let cards = in_turn(n);
            let shard = |&key: &u32| route(explicit_hash_key(key, n), shards).0;
            let count = |cards: &[u32]| {
                let mut counts = vec![0_i64; usize::from(shards)];
                for key in cards {
                    counts[usize::from(shard(key))] += 1;
                }
                counts
            };
            let all = count(&cards);
            assert!(
                all.iter().all(|&of| of == all[0]),
                "{n} keys, {shards} shards: {all:?}"
            );
            for window in cards.chunks_exact(500) {
                let share = 500 / i64::from(shards);
                let is_alike = |&of: &i64| (of - share).abs() <= 3;
                let few = count(window);
                assert!(
                    few.iter().all(is_alike),
                    "{n} keys, {shards} shards: {few:?}"
                );
            }
        }
    }

    #[test]
    fn cards_follow_the_weights() {
        for (keys, of_first, of_last) in [
            (Keys::Uniform(1_000), 66, 65),
            (
                Keys::Hot {
                    n: 5,
                    permille: 600,
                },
                39_322,
                6_553,
            ),
            (Keys::Zipf(2), 43_691, 21_845),
            (Keys::Uniform(1), 65_536, 65_536),
        ] {
            let cards = deal(&weights(keys));
            let last = *cards.last().expect("a deck has cards");
            let count = |key| cards.iter().filter(|&&k| k == key).count();
            assert_eq!(
                (cards.len(), count(0), count(last)),
                (CARDS, of_first, of_last),
                "{keys:?}"
            );
        }
    }
}
