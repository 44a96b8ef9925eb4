//! Records a run in slices: the producer ahead, the readers of all shards behind it, each with its keyframes.

mod answers;
mod plan;
mod replay;
mod revise;
pub mod room;
mod second;
mod series;
pub mod telling;

use super::alarms::Watched;
use super::bad::BadRecords;
use super::family::{self, Moving};
use super::reader_track::{NeighbourTrack, ReaderTrack};
use super::stream_track::{StreamRecord, StreamTrack};
use crate::engine::config::Config;
use crate::engine::lane_view::{LaneCounts, Source};
use crate::engine::mark::Mark;
use crate::engine::minute::Minute;
use crate::engine::producer::world::World;
use crate::engine::reader::{Reader, ReaderTape, Surroundings};
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::{SimDuration, SimTime};
use replay::Live;
use second::SecondTrack;

/// A run being recorded, or recorded whole.
pub struct Recorder {
    world: World,
    stream: StreamTrack,
    readers: Vec<ReaderTrack>,
    /// The stream's other mapping.
    second: Option<SecondTrack>,
    /// For each shard, how its log falls to the lanes of each split that is not the whole.
    counts: Vec<Vec<LaneCounts>>,
    bad: BadRecords,
    /// How many of the configuration's pills have found their record.
    pills_placed: usize,
    /// Whether lanes can want more concurrency or reads than there are, so that readers cannot run one by one.
    coupled: bool,
    /// The other function of the account; kept only while coupled.
    neighbour: NeighbourTrack,
    /// How far to go between two looks at the time.
    stream_step: SimDuration,
    /// Into how many steps one of them is cut.
    stream_pace: u64,
    reader_step: SimDuration,
    marks: Vec<Mark>,
    minutes: Vec<Vec<Minute>>,
    /// The minutes of all shards together, for alarms.
    watched: Vec<Watched>,
    live: Option<Live>,
    /// What the recording may take, in bytes; the next keyframe to look at it, and whether it was too much.
    room: u64,
    weighed: usize,
    out_of_room: bool,
}

impl Recorder {
    /// A run not computed yet.
    pub fn new(config: Config) -> Self {
        let world = World::new(config);
        let config = &world.config;
        let spacing = plan::keyframe_spacing(config);
        let mut recorder = Self {
            stream: StreamTrack::new(&world, spacing),
            readers: Vec::new(),
            second: SecondTrack::new(&world),
            counts: Vec::new(),
            bad: BadRecords::written_down(config),
            pills_placed: 0,
            coupled: plan::is_coupled(&world),
            neighbour: NeighbourTrack::alone(config, SimTime::ZERO, spacing),
            stream_step: plan::stream_step(config),
            stream_pace: 1,
            reader_step: plan::reader_step(&world),
            marks: Vec::new(),
            minutes: Vec::new(),
            watched: Vec::new(),
            live: None,
            room: room::ROOM,
            weighed: 1,
            out_of_room: false,
            world,
        };
        recorder.adopt_shards();
        recorder
    }

    /// Looks after the shards that the stream has opened.
    fn adopt_shards(&mut self) {
        let recorded = &self.stream.recorded;
        for (deck, log) in recorded
            .shards
            .iter()
            .zip(&recorded.logs)
            .skip(self.readers.len())
        {
            self.counts.push(plan::lane_counts(&self.world, deck, log));
            self.bad.adopt(&self.world.deck, deck);
            self.readers
                .push(newborn(&self.world.config, deck, self.stream.spacing));
            if let Some(second) = &mut self.second {
                let born = newborn(&second.config, deck, self.stream.spacing);
                second.readers.push(born);
            }
            self.minutes.push(Vec::new());
        }
    }

    /// Forgets the shards that the stream, gone back in time, has not opened yet.
    fn forget_shards(&mut self) {
        let shards = self.stream.recorded.shards.len();
        self.readers.truncate(shards);
        if let Some(second) = &mut self.second {
            second.readers.truncate(shards);
        }
        self.counts.truncate(shards);
        self.bad.truncate(shards);
        self.minutes.truncate(shards);
    }

    /// The configuration being run.
    pub fn config(&self) -> &Config {
        &self.world.config
    }

    /// Computes on while `more` says so; returns whether the whole run is computed. `more` is asked every fraction of a
    /// millisecond of work.
    pub fn advance(&mut self, more: &mut dyn FnMut() -> bool) -> bool {
        let mut moved = false;
        while !self.is_whole() && more() {
            self.work();
            moved = true;
        }
        if moved {
            self.gather();
        }
        self.is_whole()
    }

    /// Computes the whole run.
    pub fn finish(&mut self) {
        self.advance(&mut || true);
    }

    /// Whether the whole run is computed.
    pub fn is_whole(&self) -> bool {
        self.computed_until() == self.world.config.horizon
    }

    /// Everything before this is computed; equals the horizon when the run is whole.
    pub fn computed_until(&self) -> SimTime {
        self.tracks()
            .map(|track| track.computed)
            .fold(self.stream.computed, SimTime::min)
    }

    /// The readers of all shards, those of the second mapping behind those of the first.
    fn tracks(&self) -> impl Iterator<Item = &ReaderTrack> {
        let second = self.second.iter().flat_map(|second| &second.readers);
        self.readers.iter().chain(second)
    }

    /// One piece of work: the producer goes first, then the reader that is furthest behind.
    fn work(&mut self) {
        let (index, behind) = self
            .tracks()
            .enumerate()
            .map(|(index, track)| (index, track.computed))
            .min_by_key(|&(index, computed)| (computed, index))
            .expect("a stream has a shard");
        self.keep_within_room(behind.min(self.stream.computed));
        if self.is_whole() {
            return;
        }
        if self.stream.computed <= behind && self.stream.computed < self.world.config.horizon {
            self.advance_stream();
            self.adopt_shards();
            self.place_pills();
            self.keep_stream_within_room();
            return;
        }
        // The children of a shard have higher numbers, so that it goes ahead of them.
        let tracks = match (&self.second, index < self.readers.len()) {
            (Some(second), false) => &second.readers,
            _ => &self.readers,
        };
        let shard = index % self.readers.len();
        let parents = self.stream.recorded.shards[shard].parents.iter();
        let until = parents
            .map(|&parent| tracks[usize::from(parent)].computed)
            .fold(behind + self.reader_step, SimTime::min)
            .min(self.stream.computed)
            .min(tracks[shard].next_keyframe());
        if self.coupled {
            self.move_together(until);
        } else {
            self.move_alone(index, until);
        }
    }

    /// The producer's next step: shorter where the one before took long, as in a storm of repeats.
    fn advance_stream(&mut self) {
        let config = &self.world.config;
        let now = self.stream.computed;
        let epoch = config.producing.partition_point(|epoch| epoch.from <= now);
        let next = config.producing.get(epoch);
        if config.producing[epoch.max(1) - 1].from == now {
            self.stream_pace = plan::worst_pace(config, now);
        }
        let step = SimDuration((self.stream_step.0 / self.stream_pace).max(1_000));
        let end = next.map_or(config.horizon, |next| next.from.min(config.horizon));
        let before = self.stream.producer.effort();
        self.stream
            .advance(&self.world, (now + step).min(end), &mut self.counts);
        let effort = self.stream.producer.effort() - before;
        if effort > 2 * plan::EFFORT {
            self.stream_pace = self.stream_pace * effort / plan::EFFORT;
        } else if effort < plan::EFFORT / 2 {
            self.stream_pace = (self.stream_pace / 2).max(1);
        }
    }

    fn move_alone(&mut self, index: usize, until: SimTime) {
        let Self {
            world,
            stream,
            counts,
            bad,
            readers,
            second,
            ..
        } = self;
        let shard = index % readers.len();
        let mut here = around(world, &stream.recorded, counts, bad, shard);
        let readers = match second {
            Some(second) if index >= readers.len() => {
                here.config = &second.config;
                &mut second.readers
            }
            _ => readers,
        };
        let (before, from) = readers.split_at_mut(shard);
        let parent = |shard: usize| &before[shard].reader;
        let track = &mut from[0];
        let moving: Moving<'_> = (&mut track.reader, &mut track.recorded);
        family::alone(&stream.recorded, &here, &parent, shard, moving, until);
        track.moved(until);
    }

    /// Moves all readers in the order of time, because they share the account's concurrency (L1, L5).
    fn move_together(&mut self, until: SimTime) {
        let Self {
            world,
            stream,
            counts,
            bad,
            readers,
            second,
            neighbour,
            ..
        } = self;
        let shards = stream.recorded.shards.iter();
        let opened = shards.filter(|deck| deck.opened_at <= until).count();
        let (others, config, shares_reads) = match second {
            Some(second) => (
                &mut second.readers[..opened],
                Some(&second.config),
                second.shares_reads,
            ),
            None => (&mut [][..], None, false),
        };
        let around = |index: usize| {
            let mut here = around(world, &stream.recorded, counts, bad, index % opened);
            here.shares_reads = shares_reads;
            here.config = config.filter(|_| index >= opened).unwrap_or(here.config);
            here
        };
        let mut moving: Vec<Moving<'_>> = readers[..opened]
            .iter_mut()
            .chain(others.iter_mut())
            .map(|track| {
                (
                    &mut track.reader,
                    &mut track.recorded as &mut dyn ReaderTape,
                )
            })
            .collect();
        family::together(
            &stream.recorded,
            &around,
            (&mut moving, opened),
            &mut neighbour.neighbour,
            until,
        );
        neighbour.moved(until);
        for track in readers[..opened].iter_mut().chain(others) {
            track.moved(until);
        }
    }

    /// Finds the records that pills override, as far as the producer is computed.
    fn place_pills(&mut self) {
        while let Some(&pill) = self.world.config.pills.get(self.pills_placed) {
            if pill.at > self.stream.computed {
                break;
            }
            let ordinal = if pill.at == SimTime::ZERO {
                0
            } else {
                self.generated_by(pill.at.before(SimDuration(1)))
            };
            let recorded = &self.stream.recorded;
            let shard = recorded.open_shard(pill.shard, pill.at);
            let rank = shard.rank_before(ordinal);
            self.bad.poison(
                &self.world.deck,
                &recorded.shards,
                (shard, rank),
                pill.fails,
            );
            self.pills_placed += 1;
        }
        self.bad.look(&self.stream.recorded);
    }

    fn generated_by(&self, t: SimTime) -> u64 {
        let mut producer = self.stream.before(&self.world, t);
        producer.advance(&self.world, t, &mut ());
        producer.generated_by(&self.world, t)
    }
}

/// The track of a shard's reader from its opening on.
fn newborn(config: &Config, deck: &ShardDeck, spacing: SimDuration) -> ReaderTrack {
    let reader = if deck.parents.is_empty() {
        Reader::new(config, deck.shard)
    } else {
        Reader::waiting(config, deck.shard, deck.opened_at)
    };
    ReaderTrack::new(reader, deck.opened_at, spacing)
}

fn around<'a>(
    world: &'a World,
    stream: &'a StreamRecord,
    counts: &'a [Vec<LaneCounts>],
    bad: &'a BadRecords,
    shard: usize,
) -> Surroundings<'a> {
    let source = Source {
        log: &stream.logs[shard],
        lanes: &counts[shard],
        bad: bad.shard(shard).stored(),
        copies: &stream.copies[shard],
    };
    Surroundings {
        config: &world.config,
        deck: &world.deck,
        shard: &stream.shards[shard],
        source,
        shares_reads: false,
        closed_at: stream.closed_at[shard],
    }
}
