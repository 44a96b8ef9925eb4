//! Which shards have a place on the stage, in which order, and which of them open. Only what changes slowly counts,
//! so that shards do not change places while somebody looks.

use super::layout::Need;
use super::source::StageSource;
use crate::engine::time::SimDuration;
use crate::recording::moment::{Moment, ShardMoment};

/// The shards worth a place, by index: by hash key, and right above a shard the closed ones it waits for (E15). A shard
/// whose records have all reached the rim is gone (S18).
pub(super) fn order(moment: &Moment) -> Vec<usize> {
    let shards = &moment.shards;
    let mut open: Vec<usize> = (0..shards.len())
        .filter(|&i| shards[i].closed_at.is_none())
        .collect();
    open.sort_by_key(|&i| shards[i].range.first);
    let mut order = Vec::with_capacity(shards.len());
    for shard in open {
        push_after_parents(shards, shard, &mut order);
    }
    let is_gone = |shard: &ShardMoment| {
        let closed = shard.closed_at.filter(|_| shard.is_drained());
        closed.is_some_and(|at| moment.at.since(at) >= moment.retention)
    };
    order.retain(|&i| !is_gone(&shards[i]));
    order
}

fn push_after_parents(shards: &[ShardMoment], index: usize, order: &mut Vec<usize>) {
    if order.contains(&index) {
        return;
    }
    for &parent in &shards[index].parents {
        push_after_parents(shards, usize::from(parent), order);
    }
    order.push(index);
}

/// What a shard asks of the layout.
pub(super) fn need(source: &dyn StageSource, moment: &Moment, shard: &ShardMoment) -> Need {
    Need {
        shard: shard.shard,
        lanes: shard.lanes.len(),
        // A shard that is closed and drained matters least.
        trouble: if shard.is_drained() {
            0
        } else {
            1 + marked(shard) + late(source, moment, shard)
        },
    }
}

/// A shard that once had a pill or a loss stays marked: it opens as soon as the pill lands, and does not close between
/// two tries.
fn marked(shard: &ShardMoment) -> u64 {
    let ledger = &shard.ledger;
    if ledger.stored.poison > 0 || ledger.expired().total() > 0 {
        2
    } else {
        0
    }
}

/// How late its reader was at the end of the last whole minute, in few steps.
fn late(source: &dyn StageSource, moment: &Moment, shard: &ShardMoment) -> u64 {
    let minute = source.minute_before(shard.shard, moment.at);
    let age = minute.map_or(shard.iterator_age, |minute| {
        SimDuration::from_millis(u64::from(minute.iterator_age_ms))
    });
    let retention = moment.retention.0;
    let steps = [
        60_000_000,
        retention / 24,
        retention / 4,
        retention / 50 * 49,
    ];
    steps.iter().filter(|&&step| age.0 >= step).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::sample::sample;
    use std::cmp::Reverse;

    /// The shards of a sample from the most trouble to the least.
    fn ranked(moment: &Moment, source: &dyn StageSource) -> Vec<u16> {
        let shards = moment.shards.iter();
        let mut needs: Vec<Need> = shards.map(|shard| need(source, moment, shard)).collect();
        needs.sort_by_key(|need| (Reverse(need.trouble), need.shard));
        needs.iter().map(|need| need.shard).collect()
    }

    #[test]
    fn a_pill_that_has_just_landed_ranks_first() {
        let (source, mut moment, _) = sample("healthy");
        assert_eq!(ranked(&moment, &source), [0, 1]);
        moment.shards[1].ledger.stored.poison = 1;
        assert_eq!(ranked(&moment, &source), [1, 0]);
        // Between two tries nothing is in hand.
        moment.shards[1].lanes[0].batch = None;
        assert_eq!(ranked(&moment, &source), [1, 0]);
    }

    #[test]
    fn a_shard_that_loses_orders_ranks_before_one_that_is_late() {
        let (source, mut moment, _) = sample("spilling");
        moment.shards[0].iterator_age = SimDuration::from_hours(2);
        assert_eq!(ranked(&moment, &source), [1, 0]);
    }

    #[test]
    fn a_closed_and_drained_shard_ranks_last() {
        let (source, mut moment, _) = sample("healthy");
        let shard = &mut moment.shards[0];
        shard.closed_at = Some(moment.at);
        shard.ledger.unread = crate::engine::ledger::Tally::default();
        shard.head = shard.stored;
        shard.ledger.stored.poison = 1;
        assert_eq!(ranked(&moment, &source), [1, 0]);
    }
}
