//! When records are made: how many in each tick, and so the time of each (P30). The ticks' draws are addressed, so that
//! those of long ago are worked out anew when somebody asks.

use super::world::World;
use crate::engine::config::Generated;
use crate::engine::curve::{Rate, Tables};
use crate::engine::random::{Draws, Purpose};
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::{SimDuration, SimTime};
use std::collections::VecDeque;

/// The largest rate there is, scaled by 2²⁰; nothing a scenario may ask for comes near it but by multiplying extremes.
const MOST_PER_TICK_Q20: u128 = 1 << 40;
/// How many ticks are remembered at most; earlier ones are worked out anew.
const TICKS_KEPT: usize = 4_096;

/// How many records generated traffic makes in each tick.
#[derive(Clone, Debug)]
pub(super) struct Ticks {
    pub(super) length: SimDuration,
    rate_of: (u64, u64, u128),
    rate: Rate,
    arrivals: Draws,
}

/// When each record was made.
#[derive(Clone, Debug)]
pub struct Births {
    /// Nothing where the records are written down.
    ticks: Option<Ticks>,
    /// The number of the first tick known.
    first_tick: u64,
    /// The first ordinal of each tick known, and behind the last.
    firsts: VecDeque<u64>,
}

impl Ticks {
    pub(super) fn new(seed: u64, length: SimDuration) -> Self {
        Self {
            length,
            rate_of: (u64::MAX, 0, 0),
            rate: Rate::default(),
            arrivals: Draws::new(seed, Purpose::Arrivals, 0),
        }
    }

    /// Records of the tick with this number.
    pub(super) fn count(&mut self, world: &World, traffic: &Generated, tick: u64) -> u64 {
        let start = SimTime(tick * self.length.0);
        let step = Tables::step(start.0);
        let mean = world.config.producing_at(start).mean_per_1000s;
        let weight = traffic.shape.weight(start, self.length);
        if self.rate_of != (step, mean, weight) {
            let factor = world
                .tables
                .factor_q20(step, traffic.peak_at.0, traffic.swing_permille);
            let per_us = u128::from(mean) * u128::from(factor);
            let per_tick = traffic.shape.apply(per_us, weight) / 1_000_000_000;
            self.rate = Rate::new(per_tick.min(MOST_PER_TICK_Q20) as u64);
            self.rate_of = (step, mean, weight);
        }
        world.tables.poisson(self.rate, self.arrivals.at(tick))
    }
}

impl Births {
    /// Of a producer that has opened `tick` ticks, of which the last begins with the ordinal `first`.
    pub(super) fn new(ticks: Option<Ticks>, tick: u64, first: u64) -> Self {
        Self {
            ticks,
            first_tick: tick.saturating_sub(1),
            firsts: VecDeque::from([first]),
        }
    }

    /// The times at which the records of ranks `from..to` of a shard were made: all together, in µs, and of the first.
    /// Exact to less than a microsecond a record. `card_sums` are the shard's [`ShardDeck::card_sums`].
    pub fn made(
        &mut self,
        world: &World,
        (shard, card_sums): (&ShardDeck, &[u64]),
        (from, to): (u64, u64),
    ) -> (u64, SimTime) {
        if let crate::engine::config::Traffic::Explicit(records) = &world.config.traffic {
            let times = (from..to).map(|rank| records[shard.ordinal(rank) as usize].at.0);
            let first = records[shard.ordinal(from) as usize].at;
            return (times.sum(), first);
        }
        let first = shard.ordinal(from);
        self.reach(world, first, shard.ordinal(to - 1));
        let mut tick = self.firsts.partition_point(|&begins| begins <= first) - 1;
        let (mut sum, mut rank) = (0, from);
        let length = self.ticks.as_ref().map_or(0, |ticks| ticks.length.0);
        let made_first = {
            let (begins, ends) = (self.firsts[tick], self.firsts[tick + 1]);
            let into = (length * (2 * (first - begins) + 1)).div_ceil(2 * (ends - begins));
            SimTime((self.first_tick + tick as u64) * length + into)
        };
        while rank < to {
            let (begins, ends) = (self.firsts[tick], self.firsts[tick + 1]);
            let end = shard.rank_before(ends).min(to);
            if rank < end {
                // The i-th of n comes at (2i + 1)/2n of the tick.
                let count = end - rank;
                let ordinals = shard.ordinals(card_sums, rank, end);
                let halves = 2 * (ordinals - count * begins) + count;
                let into = u128::from(length) * u128::from(halves);
                let into = into.div_ceil(u128::from(2 * (ends - begins)));
                sum += count * (self.first_tick + tick as u64) * length + into as u64;
                rank = end;
            }
            tick += 1;
        }
        (sum, made_first)
    }

    /// Works out the ticks of the ordinals `first..=last`.
    fn reach(&mut self, world: &World, first: u64, last: u64) {
        let (Some(ticks), crate::engine::config::Traffic::Generated(traffic)) =
            (&mut self.ticks, &world.config.traffic)
        else {
            return;
        };
        while self.firsts[0] > first {
            self.first_tick -= 1;
            let count = ticks.count(world, traffic, self.first_tick);
            self.firsts.push_front(self.firsts[0] - count);
        }
        while *self.firsts.back().expect("one at least") <= last {
            let tick = self.first_tick + self.firsts.len() as u64 - 1;
            let begins = *self.firsts.back().expect("one at least");
            self.firsts
                .push_back(begins + ticks.count(world, traffic, tick));
        }
        while self.firsts.len() > TICKS_KEPT && self.firsts[1] <= first {
            self.firsts.pop_front();
            self.first_tick += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::producer::Producer;
    use crate::engine::producer::world::World;
    use crate::engine::time::SimTime;
    use crate::scenario::configure::configure;
    use crate::scenario::link::from_link;

    /// P30: `o` records are made by `t` exactly if the one before `o` was made by then and `o` was not; and sums are
    /// those of single records, to less than a microsecond each.
    #[test]
    fn records_are_made_when_the_producer_says() {
        for link in [
            "#ShardCount=1&recordsPerSecond=3",
            "#ShardCount=1&recordsPerSecond=900&linger=3s&keyCount=1",
            "#ShardCount=1&recordsPerSecond=40&linger=70ms&trafficShape=spikes&spikeEvery=10s&spikeFor=1s",
            "#ShardCount=1&recordsPerSecond=5&at=20s:recordsPerSecond:50",
            "#ShardCount=4&recordsPerSecond=100",
        ] {
            let world = World::new(configure(&from_link(link).0.scenario).0);
            let mut producer = Producer::new(&world);
            producer.advance(&world, SimTime::from_secs(60), &mut ());
            let (shard, mut late) = (producer.map.shard(0).clone(), producer.births(&world));
            let sums = shard.card_sums();
            let whole = (&shard, sums.as_slice());
            let mut producer = Producer::new(&world);
            let mut early = producer.births(&world);
            for step in 1..300 {
                let t = SimTime(step * 199_999);
                producer.advance(&world, t, &mut ());
                let made = producer.generated_by(&world, t);
                let rank = shard.rank_before(made);
                for births in [&mut late, &mut early] {
                    let (_, next) = births.made(&world, whole, (rank, rank + 1));
                    assert!(t < next, "{link}: {rank} was made at {next}, not after {t}");
                    if rank > 0 {
                        let (sum, first) = births.made(&world, whole, (rank - 1, rank));
                        assert!(first <= t && sum == first.0, "{link}: {rank} at {t}");
                    }
                }
            }
            let ranks = shard.rank_before(producer.generated_by(&world, SimTime::from_secs(59)));
            let one_by_one = (0..ranks).map(|rank| late.made(&world, whole, (rank, rank + 1)).0);
            let one_by_one = one_by_one.sum::<u64>();
            let together = early.made(&world, whole, (0, ranks)).0;
            assert!(
                together.abs_diff(one_by_one) <= ranks,
                "{link}: {together} {one_by_one}"
            );
        }
    }
}
