//! The producer: the application that makes records, its `PutRecords` requests, and the shards' write limits.
//!
//! Nothing the consumer does reaches back here, so this part of a run is kept while only consumer settings change.
//! Pills are unknown here too: a pill overrides the nature of a record, not its way into the stream.

pub mod tape;
pub mod world;

pub mod intake;

pub mod births;

mod agenda;
mod buffer;
mod death;
mod gather;
mod order;
mod quota;
mod reply;
mod reshard;
mod sdk;

use super::config::Traffic;
use super::fact::Fact;
use super::fact::digest::FactDigest;
use super::resharding::ControlPlane;
use super::shape::Shape;
use super::shard_map::{Place, ShardMap};
use super::time::{SimDuration, SimTime};
use agenda::{Agenda, Stage};
use births::{Births, Ticks};
use buffer::Buffer;
use intake::ShardIntake;
use quota::Quota;
use std::rc::Rc;
use tape::StreamTape;
use world::World;

const MINUTE: u64 = 60_000_000;

/// The producer's state between two of its timers.
#[derive(Clone, Debug)]
pub struct Producer {
    /// Index and start of the next tick.
    tick: u64,
    tick_at: SimTime,
    tick_length: SimDuration,
    ticks_per_linger: u64,
    /// The first ordinal of the open tick, and how many records it makes.
    open_first: u64,
    open_count: u64,
    /// Ordinals gathered and not yet sent start here.
    gathered_from: u64,
    ticks: Ticks,
    agenda: Agenda,
    next_request: u64,
    quota: Quota,
    buffer: Buffer,
    died_at: SimTime,
    /// Where records go now.
    pub map: Rc<ShardMap>,
    control: ControlPlane,
    /// The write side of every shard so far; nothing asks a closed one.
    shards: Vec<ShardIntake>,
    /// Entries refused by a shard, each time counted.
    pub entries_throttled: u64,
    /// Records given up knowingly.
    pub given_up: u64,
    /// Records lost without a look.
    pub lost_silently: u64,
    /// Copies stored of records that were stored before (P24).
    pub written_again: u64,
    /// Stored records that the producer gave up (P24).
    pub stored_given_up: u64,
    /// Records that were sent again and stored behind a younger one of their key (P10).
    pub order_broken: u64,
    /// Records lost with the process (P33).
    pub lost_with_process: u64,
    /// Requests sent, retries included (P28).
    pub requests: u64,
    /// Records in them, each time counted (P28).
    pub sends: u64,
    /// Records in requests that wait for ever (P20).
    stuck: u64,
    next_minute: SimTime,
    /// The second of the last arrival ends here.
    second_end: SimTime,
    ranks: Ranks,
    /// Whether somebody wants to hear of every request.
    told_all: bool,
    /// Facts stated one by one: where nothing goes wrong, there are hardly any.
    facts: u64,
    /// The fold of its facts.
    pub digest: FactDigest,
}

/// Each open shard's ranks at the ends of the last fresh request; most begin where the one before ended.
#[derive(Clone, Debug)]
struct Ranks {
    /// Where `high` was looked up.
    ordinal: u64,
    low: Place,
    high: Place,
}

impl Producer {
    /// The producer at the start of a run.
    pub fn new(world: &World) -> Self {
        let config = &world.config;
        let linger = config.producing[0].linger;
        let tick_max = match &config.traffic {
            Traffic::Generated(traffic) => traffic.shape.tick_max(),
            Traffic::Explicit(_) => Shape::Even.tick_max(),
        };
        let ticks_per_linger = linger.0.div_ceil(tick_max.0).max(1);
        let tick_length = SimDuration((linger.0 / ticks_per_linger).max(1));
        let intake = ShardIntake::new(config, SimTime::ZERO);
        let shards = usize::from(config.shard_count);
        Self {
            tick: 0,
            tick_at: SimTime::ZERO,
            tick_length,
            ticks_per_linger,
            open_first: 0,
            open_count: 0,
            gathered_from: 0,
            ticks: Ticks::new(config.seed, tick_length),
            agenda: Agenda::default(),
            next_request: 0,
            quota: Quota::default(),
            buffer: Buffer::default(),
            died_at: SimTime::ZERO,
            map: Rc::clone(&world.shards),
            control: ControlPlane::new(config),
            shards: vec![intake; shards],
            entries_throttled: 0,
            given_up: 0,
            lost_silently: 0,
            written_again: 0,
            stored_given_up: 0,
            order_broken: 0,
            lost_with_process: 0,
            requests: 0,
            sends: 0,
            stuck: 0,
            next_minute: SimTime(MINUTE),
            second_end: SimTime::ZERO,
            ranks: Ranks::at_zero(shards),
            told_all: false,
            facts: 0,
            digest: FactDigest::default(),
        }
    }

    /// Runs every timer due by `until`.
    pub fn advance(&mut self, world: &World, until: SimTime, tape: &mut dyn StreamTape) {
        self.told_all = tape.hears_all();
        while let Some(death) = self.next_death(world).filter(|&death| death <= until) {
            self.run(world, death, tape);
            self.die(world, death, tape);
        }
        self.run(world, until, tape);
    }

    fn run(&mut self, world: &World, until: SimTime, tape: &mut dyn StreamTape) {
        loop {
            let control = self.control.next_at(&world.config);
            self.run_before(world, control.min(self.next_minute), until, tape);
            let arrives = self.agenda.next_at().min(self.buffer.next_at());
            let next = arrives.min(self.tick_at).min(control);
            self.end_minutes(world, next.min(until), tape);
            if self.control.next_at(&world.config) < next {
                // The shards follow the minute that has just ended.
                continue;
            }
            if next > until {
                return;
            }
            if control == next {
                self.change_shards(world, control, tape);
            } else if arrives <= self.tick_at {
                self.move_on(world, arrives, tape);
            } else {
                self.open_tick(world);
            }
        }
    }

    /// Runs the timers due by `until` and before `end`, when something else happens.
    fn run_before(
        &mut self,
        world: &World,
        end: SimTime,
        until: SimTime,
        tape: &mut dyn StreamTape,
    ) {
        loop {
            let arrives = self.agenda.next_at().min(self.buffer.next_at());
            let next = arrives.min(self.tick_at);
            if next >= end || next > until {
                return;
            }
            if arrives <= self.tick_at {
                self.move_on(world, arrives, tape);
            } else {
                self.open_tick(world);
            }
        }
    }

    /// What is due at `at` of the requests on their way and the records in the buffer.
    fn move_on(&mut self, world: &World, at: SimTime, tape: &mut dyn StreamTape) {
        if self.agenda.next_at() > at {
            return self.fall_due(world, at, tape);
        }
        if let Some(fresh) = self.agenda.pop_fresh() {
            return self.arrive_fresh(world, fresh, tape);
        }
        let request = self.agenda.pop().expect("a request is due");
        match request.trouble.as_ref().map(|trouble| trouble.stage) {
            None | Some(Stage::Arrives) => self.arrive(world, request, tape),
            Some(Stage::TimesOut { reached } | Stage::Stuck { reached }) => {
                self.stop_waiting(world, request, reached, tape);
            }
            Some(Stage::Done) => self.next_please(world, at),
        }
    }

    /// Records made by `t`, which must not be before the last timer run.
    pub fn generated_by(&self, world: &World, t: SimTime) -> u64 {
        let made = match &world.config.traffic {
            Traffic::Generated(_) if self.tick > 0 => {
                let into = t
                    .since(self.tick_at.before(self.tick_length))
                    .0
                    .min(self.tick_length.0);
                // The i-th of n comes at (2i + 1)/2n of the tick.
                let halves = 2 * self.open_count * into / self.tick_length.0;
                halves.div_ceil(2).min(self.open_count)
            }
            Traffic::Generated(_) => 0,
            Traffic::Explicit(records) => {
                let open = &records[self.open_first as usize..][..self.open_count as usize];
                open.partition_point(|record| record.at <= t) as u64
            }
        };
        self.open_first + made
    }

    /// When the records around the open tick were made, and all others.
    pub fn births(&self, world: &World) -> Births {
        let generated = matches!(world.config.traffic, Traffic::Generated(_));
        Births::new(
            generated.then(|| self.ticks.clone()),
            self.tick,
            self.open_first,
        )
    }

    /// Records stored in a shard.
    pub fn stored(&self, shard: u16) -> u64 {
        self.shards[usize::from(shard)].stored
    }

    /// Records that the shard has refused since the minute began, each time counted.
    pub fn throttled_this_minute(&self, shard: u16) -> u32 {
        self.shards[usize::from(shard)].minute.throttled
    }

    /// Records stored in all shards.
    pub fn stored_total(&self) -> u64 {
        self.shards.iter().map(|shard| shard.stored).sum()
    }

    /// Records gathered, on the wire or waiting to be sent again, counted one by one; the open tick's count as gathered.
    pub fn held(&self, world: &World) -> u64 {
        let gathered = self.drawn() - self.unsent_from(world);
        gathered + self.stuck + self.agenda.unstored()
    }

    /// The memory taken by its requests on their way and what it knows of their order, in bytes of a 64-bit machine.
    pub fn weight(&self) -> u64 {
        let orders = self.shards.iter().map(|shard| shard.order.weight());
        self.agenda.weight() + orders.sum::<u64>()
    }

    /// A measure of the time it has taken: requests, and what was said about them.
    pub fn effort(&self) -> u64 {
        self.requests + self.facts
    }

    /// Records made by the end of the open tick.
    pub fn drawn(&self) -> u64 {
        self.open_first + self.open_count
    }

    fn end_minutes(&mut self, world: &World, until: SimTime, tape: &mut dyn StreamTape) {
        while self.next_minute <= until {
            if self.control.follows(&world.config) {
                self.scale(world, self.next_minute, tape);
            }
            for (index, shard) in self.shards.iter_mut().enumerate() {
                tape.minute(index as u16, shard.end_minute());
            }
            self.next_minute.0 += MINUTE;
        }
    }

    #[inline]
    fn state(&mut self, tape: &mut dyn StreamTape, at: SimTime, fact: Fact) {
        self.digest.fact(at, &fact);
        self.facts += 1;
        let routine = matches!(
            fact,
            Fact::RequestAnswered { .. } | Fact::RecordsStored { .. }
        );
        if self.told_all || !routine {
            tape.hear(at, fact);
        }
    }
}
