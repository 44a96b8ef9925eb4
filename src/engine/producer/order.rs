//! Whether records of one key are stored in the order they were made: one sent again lands behind younger ones (P10).

use crate::engine::deck::Deck;
use crate::engine::shard_map::ShardDeck;

/// What one shard has of its ranks, as far as it matters for the order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Order {
    /// Ranks from here on are not stored.
    next: u64,
    /// Ranks below that are not stored and may still be, from and to, rising. Empty where nothing is sent again.
    missing: Vec<(u64, u64)>,
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
            self.missing.push((self.next, from));
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

    /// Ranks are no longer missing: they are stored, or never will be.
    pub(super) fn settle(&mut self, from: u64, to: u64) {
        let first = self.missing.partition_point(|&(_, end)| end <= from);
        let last = self.missing.partition_point(|&(start, _)| start < to);
        if first >= last {
            return;
        }
        let (start, end) = (self.missing[first].0, self.missing[last - 1].1);
        match (start < from, to < end) {
            (true, true) if first + 1 == last => {
                self.missing[first].1 = from;
                self.missing.insert(last, (to, end));
            }
            (left, right) => {
                if left {
                    self.missing[first].1 = from;
                }
                if right {
                    self.missing[last - 1].0 = to;
                }
                let gone = first + usize::from(left)..last - usize::from(right);
                self.missing.drain(gone);
            }
        }
    }

    fn has(&self, rank: u64) -> bool {
        let index = self.missing.partition_point(|&(_, end)| end <= rank);
        rank < self.next && self.missing.get(index).is_none_or(|&(from, _)| rank < from)
    }

    /// How many of the ranks about to be stored come behind a younger record of their key.
    pub(super) fn broken(&self, deck: &Deck, shard: &ShardDeck, from: u64, to: u64) -> u64 {
        // As a rule few are stored late at a time.
        let (mut few, mut many) = ([false; 32], Vec::new());
        let is_broken = if to - from <= few.len() as u64 {
            &mut few[..(to - from) as usize]
        } else {
            many.resize((to - from) as usize, false);
            &mut many[..]
        };
        for rank in (from..to).rev() {
            let mut younger = shard.next_of_key(deck, rank);
            // One in the same hand is stored together with it, and fares alike.
            is_broken[(rank - from) as usize] = if younger < to {
                is_broken[(younger - from) as usize]
            } else {
                while younger < self.next && !self.has(younger) {
                    younger = shard.next_of_key(deck, younger);
                }
                younger < self.next
            };
        }
        is_broken.iter().filter(|&&is_broken| is_broken).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_known() {
        let mut order = Order::default();
        assert!(order.store(0, 10) && order.store(20, 30) && order.store(35, 40));
        assert_eq!(order.missing, [(10, 20), (30, 35)]);
        assert!(!order.store(12, 14));
        order.settle(12, 14);
        assert_eq!(order.missing, [(10, 12), (14, 20), (30, 35)]);
        for (rank, has) in [
            (9, true),
            (10, false),
            (12, true),
            (14, false),
            (34, false),
            (39, true),
            (40, false),
        ] {
            assert_eq!(order.has(rank), has, "{rank}");
        }
        order.settle(11, 33);
        assert_eq!(order.missing, [(10, 11), (33, 35)]);
        order.settle(0, 40);
        assert_eq!(order.missing, []);
    }
}
