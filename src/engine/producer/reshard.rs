//! Shards that come and go under the producer: writes follow the open shards (S18, S19).

use super::agenda::{Records, Segment};
use super::intake::ShardIntake;
use super::tape::StreamTape;
use super::world::World;
use super::{Producer, Ranks};
use crate::engine::fact::Fact;
use crate::engine::resharding::Step;
use crate::engine::shard_map::{Birth, Place, ShardMap};
use crate::engine::time::SimTime;
use std::rc::Rc;

impl Producer {
    /// The control plane moves: a change of the shards is refused, starts, or takes effect (S17–S19).
    pub(super) fn change_shards(&mut self, world: &World, at: SimTime, tape: &mut dyn StreamTape) {
        let step = self.control.step(&world.config, at);
        self.tell(world, step, at, tape);
    }

    /// The shards may follow what was stored in the minute that ends (S13, S20).
    pub(super) fn scale(&mut self, world: &World, at: SimTime, tape: &mut dyn StreamTape) {
        let loads: Vec<_> = self.shards.iter().map(ShardIntake::load).collect();
        let map = Rc::clone(&self.map);
        let evenness = |shard| map.shard(shard).evenness(&world.deck);
        let step = self.control.minute(&world.config, at, &loads, &evenness);
        self.tell(world, step, at, tape);
    }

    fn tell(&mut self, world: &World, step: Step, at: SimTime, tape: &mut dyn StreamTape) {
        match step {
            Step::Nothing => {}
            Step::Refused(change, refusal) => {
                self.state(tape, at, Fact::ReshardRefused { change, refusal });
            }
            Step::Started(change, until) => {
                self.state(tape, at, Fact::ReshardStarted { change, until });
            }
            Step::Done(births) => self.open_shards(world, births, at, tape),
        }
    }

    /// Parents take no more writes, their children do (S18).
    fn open_shards(
        &mut self,
        world: &World,
        births: Vec<Birth>,
        at: SimTime,
        tape: &mut dyn StreamTape,
    ) {
        let map = Rc::new(self.map.after(&world.deck, births, at));
        let old = std::mem::replace(&mut self.map, Rc::clone(&map));
        for &shard in old.open.iter().filter(|&&shard| !map.is_open(shard)) {
            tape.close(shard, at);
            self.state(tape, at, Fact::ShardClosed { shard });
        }
        for deck in &map.shards[old.shards.len()..] {
            self.shards.push(ShardIntake::new(&world.config, at));
            tape.open(deck);
            let (shard, first_parent) = (deck.shard, deck.parents[0]);
            let parents = deck.parents.len() as u16;
            let fact = Fact::ShardOpened {
                shard,
                first_parent,
                parents,
            };
            self.state(tape, at, fact);
        }
        self.ranks = Ranks::at_zero(map.open.len());
    }

    /// A request's records, by open shard.
    pub(super) fn segments(&self, world: &World, records: &Records) -> Vec<Segment> {
        match records {
            Records::Again(segments) => segments.clone(),
            Records::Fresh(from, to) => {
                let open = self.map.open.len();
                let Ranks {
                    mut low, mut high, ..
                } = Ranks::at_zero(open);
                self.map.place_before(&world.deck, *from, &mut low);
                self.map.place_before(&world.deck, *to, &mut high);
                let of = |index| self.map.between(&low, &high, index);
                (0..open).filter_map(of).collect()
            }
        }
    }

    /// Entries sent again, on the shards that are open now: a reshard gives them another shard and another rank.
    pub(super) fn on_open_shards(&self, world: &World, segments: &[Segment]) -> Vec<Segment> {
        let mut all: Vec<Segment> = Vec::with_capacity(segments.len());
        for segment in segments {
            if self.map.is_open(segment.shard) {
                all.push(*segment);
                continue;
            }
            let closed = self.map.shard(segment.shard);
            for ordinal in (segment.from..segment.to).map(|rank| closed.ordinal(rank)) {
                let shard = self.map.shard_of(&world.deck, ordinal);
                let from = self.map.shard(shard).rank_before(ordinal);
                match all.last_mut() {
                    Some(last)
                        if last.shard == shard
                            && last.to == from
                            && last.stored == segment.stored =>
                    {
                        last.to += 1;
                    }
                    _ => all.push(Segment {
                        shard,
                        stored: segment.stored,
                        from,
                        to: from + 1,
                    }),
                }
            }
        }
        all
    }
}

impl ShardMap {
    /// The records of an open shard, by its index, between two places.
    pub(super) fn between(&self, low: &Place, high: &Place, index: usize) -> Option<Segment> {
        let (shard, per_cycle) = (*self.open.get(index)?, self.per_cycle[index]);
        let rank = |place: &Place| place.cycle * per_cycle + u64::from(place.counts[index]);
        let (from, to) = (rank(low), rank(high));
        let stored = false;
        (from < to).then_some(Segment {
            shard,
            stored,
            from,
            to,
        })
    }
}

impl Ranks {
    pub(super) fn at_zero(shards: usize) -> Self {
        Self {
            ordinal: 0,
            low: Place::at_zero(shards),
            high: Place::at_zero(shards),
        }
    }
}
