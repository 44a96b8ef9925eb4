//! Records a run in slices, keeps keyframes, and answers for any moment of it.

use super::alarms::{self, Watched};
use super::bad::{BadInShard, BadRecords};
use super::facts::{BareFacts, ReaderFacts, StreamFacts, Told};
use super::family::{self, Moving};
use super::fold::{self, ReaderFold, StreamFold};
use super::metrics::Period;
use super::moment::Moment;
use super::pills;
use super::reader_track::{NeighbourTrack, ReaderTrack, running};
use super::seconds::{Second, Window};
use super::snapshot;
use super::stream_track::{StreamRecord, StreamTrack};
use super::tickets;
use crate::engine::account::{Neighbour, Running};
use crate::engine::config::{Config, Consuming, Split, Traffic};
use crate::engine::fact::{Fact, FactDigest};
use crate::engine::lane_view::{LaneCounts, Source};
use crate::engine::ledger::Ledger;
use crate::engine::log::ShardLog;
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::minute::Minute;
use crate::engine::order::{sorted, sorted_by_key};
use crate::engine::producer::Producer;
use crate::engine::producer::tape::StreamTape;
use crate::engine::producer::world::World;
use crate::engine::reader::{PAYLOAD_LIMIT, Reader, ReaderTape, Surroundings};
use crate::engine::resharding::{scales, shards_at_most};
use crate::engine::second;
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::{SimDuration, SimTime};
use std::rc::Rc;

/// Keyframes of a run: at most, and at least.
const KEYFRAMES: (u64, u64) = (512, 32);

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
    reader_step: SimDuration,
    marks: Vec<Mark>,
    minutes: Vec<Vec<Minute>>,
    /// The minutes of all shards together, for alarms.
    watched: Vec<Watched>,
    live: Option<Live>,
}

/// The stream's other mapping (E14): its settings, and its readers of all shards.
struct SecondTrack {
    config: Config,
    /// Whether it and the first can be in each other's way when they read (S2).
    shares_reads: bool,
    readers: Vec<ReaderTrack>,
}

/// The state at a moment somebody looks at.
struct Live {
    at: SimTime,
    producer: Producer,
    readers: Vec<Reader>,
    /// Those of the other mapping.
    second: Vec<Reader>,
    neighbour: Neighbour,
}

impl Recorder {
    /// A run not computed yet.
    pub fn new(config: Config) -> Self {
        let world = World::new(config);
        let config = &world.config;
        let lanes = u64::from(config.shard_count) * u64::from(largest_factor(config));
        let keyframes = (32_768 / lanes).clamp(KEYFRAMES.1, KEYFRAMES.0);
        let spacing = SimDuration((config.horizon.0 / keyframes).max(1_000_000));
        let mut recorder = Self {
            stream: StreamTrack::new(&world, spacing),
            readers: Vec::new(),
            second: second(&world),
            counts: Vec::new(),
            bad: BadRecords::written_down(config),
            pills_placed: 0,
            coupled: is_coupled(&world),
            neighbour: NeighbourTrack::alone(config, SimTime::ZERO, spacing),
            stream_step: stream_step(config),
            reader_step: reader_step(&world),
            marks: Vec::new(),
            minutes: Vec::new(),
            watched: Vec::new(),
            live: None,
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
            let mut counts = lane_counts(&self.world, deck);
            for count in &mut counts {
                count.extend(log);
            }
            self.counts.push(counts);
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

    /// Changes the configuration, keeping everything the change cannot have touched.
    pub fn revise(&mut self, config: Config) {
        let old = &self.world.config;
        if config == *old {
            return;
        }
        if changes_everything(old, &config) {
            *self = Self::new(config);
            return;
        }
        let produced = first_difference(&old.producing, &config.producing, |epoch| epoch.from);
        let consumed = first_difference(&old.consuming, &config.consuming, |epoch| epoch.from);
        let was_coupled = self.coupled;
        let resharded = first_difference(&old.reshards, &config.reshards, |request| request.at);
        let produced = produced.min(resharded);
        let any_pill = first_difference(&old.pills, &config.pills, |pill| pill.at);
        let reshards = scales(&config) || !(old.reshards.is_empty() && config.reshards.is_empty());
        let mut reader_from: Vec<SimTime> = (0..self.readers.len() as u16)
            .map(|shard| {
                if reshards {
                    // A pill may reach another shard than it was meant for, and children depend on their parents.
                    return produced.min(consumed).min(any_pill);
                }
                let on = |pills: &[_]| pills_on(pills, shard);
                let poisoned =
                    first_difference(&on(&old.pills), &on(&config.pills), |pill| pill.at);
                produced.min(consumed).min(poisoned)
            })
            .collect();
        let rereads = old.rereads() != config.rereads();
        // A split the old run did not have needs its own counts.
        let recount = splits(old) != splits(&config);
        self.world.config = config;
        self.revise_second();
        let coupled = was_coupled || is_coupled(&self.world);
        if coupled {
            let first = reader_from.iter().copied().min().unwrap_or(SimTime::ZERO);
            reader_from.fill(if was_coupled {
                first
            } else {
                // From now on they move together.
                let behind = self.tracks().map(|track| track.computed).min();
                first.min(behind.unwrap_or(SimTime::ZERO))
            });
        }
        if coupled && !was_coupled && scaling_can_bind(&self.world.config) {
            // What the function has scaled to so far was not kept.
            reader_from.fill(SimTime::ZERO);
        }
        if rereads {
            // Tickets are kept only where somebody reads them.
            reader_from.fill(SimTime::ZERO);
        }
        self.coupled = coupled;
        if produced < self.stream.computed {
            self.stream
                .rewind(produced.before(SimDuration(1)), &mut self.counts);
            self.forget_shards();
        }
        let shards = &self.stream.recorded.shards;
        let second = self.second.as_mut();
        let second = second.map(|second| (&mut second.readers, &second.config));
        for (tracks, config) in [(&mut self.readers, &self.world.config)]
            .into_iter()
            .chain(second)
        {
            for ((deck, track), &from) in shards.iter().zip(tracks).zip(&reader_from) {
                if from <= deck.opened_at {
                    *track = newborn(config, deck, self.stream.spacing);
                } else if from <= track.computed {
                    track.rewind(from.before(SimDuration(1)));
                }
            }
        }
        // Past the new end everything is kept only up to it.
        self.cut_to_horizon();
        self.place_neighbour(was_coupled);
        if recount {
            let shards = self.stream.recorded.shards.iter();
            self.counts = shards.map(|deck| lane_counts(&self.world, deck)).collect();
            for (counts, log) in self.counts.iter_mut().zip(&self.stream.recorded.logs) {
                for count in counts {
                    count.extend(log);
                }
            }
        }
        self.place_pills_anew();
        self.coupled = is_coupled(&self.world);
        self.reader_step = reader_step(&self.world);
        self.stream_step = stream_step(&self.world.config);
        self.live = None;
        self.gather();
    }

    /// Puts the neighbour where the readers are.
    fn place_neighbour(&mut self, was_coupled: bool) {
        let config = &self.world.config;
        let at = self.readers[0].computed;
        if is_coupled(&self.world) && was_coupled {
            self.neighbour.rewind(at);
        } else {
            let at = if is_coupled(&self.world) {
                at
            } else {
                SimTime::ZERO
            };
            self.neighbour = NeighbourTrack::alone(config, at, self.stream.spacing);
        }
    }

    fn cut_to_horizon(&mut self) {
        let horizon = self.world.config.horizon;
        if self.stream.computed > horizon {
            self.stream.rewind(horizon, &mut self.counts);
            self.forget_shards();
        }
        let second = self.second.iter_mut();
        let second = second.flat_map(|second| &mut second.readers);
        for track in self.readers.iter_mut().chain(second) {
            if track.computed > horizon {
                track.rewind(horizon);
            }
        }
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

    /// The second mapping's settings follow the run's.
    fn revise_second(&mut self) {
        if let (Some(old), Some(new)) = (&mut self.second, second(&self.world)) {
            (old.config, old.shares_reads) = (new.config, new.shares_reads);
        }
    }

    /// One piece of work: the producer goes first, then the reader that is furthest behind.
    fn work(&mut self) {
        let horizon = self.world.config.horizon;
        let (index, behind) = self
            .tracks()
            .enumerate()
            .map(|(index, track)| (index, track.computed))
            .min_by_key(|&(index, computed)| (computed, index))
            .expect("a stream has a shard");
        if self.stream.computed <= behind && self.stream.computed < horizon {
            let until = (self.stream.computed + self.stream_step).min(horizon);
            self.stream.advance(&self.world, until, &mut self.counts);
            self.adopt_shards();
            self.place_pills();
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
        self.bad.look(&self.stream.recorded.logs);
    }

    fn place_pills_anew(&mut self) {
        self.bad = BadRecords::written_down(&self.world.config);
        for deck in &self.stream.recorded.shards {
            self.bad.adopt(&self.world.deck, deck);
        }
        self.pills_placed = 0;
        self.place_pills();
    }

    fn generated_by(&self, t: SimTime) -> u64 {
        let mut producer = self.stream.before(t);
        producer.advance(&self.world, t, &mut ());
        producer.generated_by(&self.world, t)
    }

    /// Brings marks and minutes together after work.
    fn gather(&mut self) {
        let shards = self.readers.iter().enumerate();
        let mut same = usize::MAX;
        for (shard, track) in shards {
            let merged = &mut self.minutes[shard];
            let ready = track
                .recorded
                .minutes
                .len()
                .min(self.stream.recorded.minutes[shard].len());
            let keep = merged
                .len()
                .min(ready)
                .min(unchanged(merged, &track.recorded.minutes));
            merged.truncate(keep);
            same = same.min(keep);
            for index in keep..ready {
                let stored = self.stream.recorded.minutes[shard][index];
                merged.push(Minute {
                    stored: stored.stored,
                    peak_stored: stored.peak,
                    write_throttled: stored.throttled,
                    ..track.recorded.minutes[index]
                });
            }
        }
        self.watch(same);
        self.marks = self.all_marks();
    }

    /// Adds up the minutes of all shards, from the first that is not the same as before.
    fn watch(&mut self, same: usize) {
        let known = self.minutes.iter().map(Vec::len).min().unwrap_or(0);
        self.watched.truncate(same);
        for index in self.watched.len()..known {
            let mut watched = Watched::default();
            for minutes in &self.minutes {
                watched.add(&minutes[index]);
            }
            self.watched.push(watched);
        }
    }

    /// The minutes of all shards together, from the start to what is computed.
    pub fn watched(&self) -> &[Watched] {
        &self.watched
    }

    fn all_marks(&self) -> Vec<Mark> {
        let mut marks = self.stream.recorded.marks.clone();
        let config = &self.world.config;
        for (shard, track) in self.readers.iter().enumerate() {
            let mark = |at, kind| Mark {
                at,
                shard: Some(shard as u16),
                kind,
            };
            let log = &self.stream.recorded.logs[shard];
            let bad = self.bad.shard(shard);
            marks.extend(
                track
                    .recorded
                    .marks
                    .iter()
                    .map(|&(at, kind)| mark(at, kind)),
            );
            marks.extend(bad.pill_times(log).map(|at| mark(at, MarkKind::PillLanded)));
            let lost = self
                .stream
                .recorded
                .never_stored
                .iter()
                .filter(|lost| usize::from(lost.shard) == shard);
            let pills = lost.filter(|lost| bad.pills_between(lost.from, lost.to) > 0);
            marks.extend(pills.map(|lost| mark(lost.at, MarkKind::PillLost)));
            let drained = track.reader.drains();
            marks.extend(drained.map(|at| mark(at, MarkKind::Drained)));
            if track.computed == config.horizon {
                let worst = track.reader.unfinished_worst_hour();
                marks.extend(worst.map(|at| mark(at, MarkKind::WorstHour)));
            }
        }
        let died_with = pills::lost_with_process(self, SimTime::NEVER).into_iter();
        marks.extend(died_with.map(|(at, shard)| Mark {
            at,
            shard: Some(shard),
            kind: MarkKind::PillLost,
        }));
        let mut changes: Vec<SimTime> = config
            .consuming
            .iter()
            .skip(1)
            .map(|epoch| epoch.from)
            .collect();
        changes.extend(config.producing.iter().skip(1).map(|epoch| epoch.from));
        changes.extend(config.reshards.iter().map(|request| request.at));
        changes = sorted(changes);
        changes.dedup();
        let change = |(index, &at)| Mark {
            at,
            shard: None,
            kind: MarkKind::SettingChanged(index as u16),
        };
        marks.extend(changes.iter().enumerate().map(change));
        marks.extend(alarms::marks(&self.watched, config));
        if self.coupled {
            let refused = self.neighbour.neighbour.first_throttles.iter();
            marks.extend(refused.map(|&at| Mark {
                at,
                shard: None,
                kind: MarkKind::NeighbourThrottled,
            }));
        }
        marks.push(Mark {
            at: config.horizon,
            shard: None,
            kind: MarkKind::End,
        });
        sorted(marks)
    }

    /// The digest of the run: equal for equal runs on every machine. Of what is computed so far.
    pub fn digest(&self) -> u64 {
        let mut digest = FactDigest::default();
        digest.word(self.stream.producer.digest.0);
        for track in self.tracks() {
            digest.word(track.reader.digest.0);
        }
        // Nobody else's calls, no difference.
        let neighbour = self.neighbour_at_the_end();
        if neighbour.invocations + neighbour.throttles > 0 {
            digest.word(neighbour.invocations);
            digest.word(neighbour.throttles);
        }
        digest.0
    }

    /// The other function of the account at the end of what is computed.
    fn neighbour_at_the_end(&self) -> Neighbour {
        if self.coupled {
            self.neighbour.neighbour.clone()
        } else {
            Neighbour::alone(&self.world.config, self.computed_until())
        }
    }

    /// The digest of one shard's consumer facts.
    pub fn shard_digest(&self, shard: u16) -> u64 {
        self.readers[usize::from(shard)].reader.digest.0
    }

    /// The digest of one shard's facts of the second mapping.
    pub fn second_digest(&self, shard: u16) -> Option<u64> {
        let second = self.second.as_ref()?;
        Some(second.readers.get(usize::from(shard))?.reader.digest.0)
    }

    /// Minutes of the second mapping on one shard, its own columns only; empty if there is none.
    pub fn second_minutes(&self, shard: u16) -> &[Minute] {
        let second = self.second.as_ref();
        let track = second.and_then(|second| second.readers.get(usize::from(shard)));
        track.map_or(&[], |track| &track.recorded.minutes)
    }

    /// The ledger at the end of what is computed.
    pub fn final_ledger(&mut self) -> Ledger {
        self.moment(self.computed_until()).ledger
    }

    /// The exact state at `t` (clamped to what is computed). Cheap when called with slowly rising times, otherwise a
    /// replay from the keyframe before.
    pub fn moment(&mut self, t: SimTime) -> Moment {
        let t = t.min(self.computed_until());
        let mut live = self
            .live
            .take()
            .filter(|live| live.at <= t && t.since(live.at) < self.stream.spacing)
            .unwrap_or_else(|| self.before(t, t));
        let (known, opened) = (live.readers.len(), self.shards_opened(t));
        for track in &self.readers[known..opened] {
            live.readers.push(track.before(live.at));
        }
        if let Some(second) = &self.second {
            let born = second.readers[known..opened].iter();
            live.second.extend(born.map(|track| track.before(live.at)));
        }
        self.replay(&mut live, t, &mut (), &mut vec![(); opened], &mut []);
        let mut moment = snapshot::moment(self, &live.producer, &live.readers, &live.neighbour, t);
        if self.second.is_some() {
            moment.second = Some(snapshot::second(self, &live.second, &moment));
        }
        self.live = Some(live);
        moment
    }

    /// The state at the last keyframe at or before `t`, with the readers of the shards opened by `until`.
    fn before(&self, t: SimTime, until: SimTime) -> Live {
        let opened = &self.readers[..self.shards_opened(until)];
        Live {
            at: SimTime::ZERO,
            producer: self.stream.before(t),
            readers: opened.iter().map(|track| track.before(t)).collect(),
            second: match &self.second {
                Some(second) => {
                    let opened = second.readers[..opened.len()].iter();
                    opened.map(|track| track.before(t)).collect()
                }
                None => Vec::new(),
            },
            neighbour: self.neighbour.before(t),
        }
    }

    /// Moves a state on to `t`, telling the tapes; nobody may listen to the second mapping.
    fn replay<R: ReaderTape>(
        &self,
        live: &mut Live,
        t: SimTime,
        stream_tape: &mut dyn StreamTape,
        tapes: &mut [R],
        second: &mut [R],
    ) {
        live.at = t;
        live.producer.advance(&self.world, t, stream_tape);
        let shards = live.readers.len();
        let around = |index: usize| {
            let here = self.around(index % shards);
            match &self.second {
                Some(second) if index >= shards => Surroundings {
                    config: &second.config,
                    ..here
                },
                _ => here,
            }
        };
        let mut deaf = vec![(); live.second.len()];
        let listening = second
            .iter_mut()
            .map(|tape| tape as &mut dyn ReaderTape)
            .chain(deaf.iter_mut().map(|tape| tape as &mut dyn ReaderTape));
        let tapes = tapes.iter_mut().map(|tape| tape as &mut dyn ReaderTape);
        let first = live.readers.iter_mut().zip(tapes);
        let mut moving: Vec<Moving<'_>> =
            first.chain(live.second.iter_mut().zip(listening)).collect();
        let recorded = &self.stream.recorded;
        if self.coupled {
            let moving = (&mut moving[..], shards);
            return family::together(recorded, &around, moving, &mut live.neighbour, t);
        }
        live.neighbour = Neighbour::alone(&self.world.config, t);
        for index in 0..moving.len() {
            let (before, from) = moving.split_at_mut(index);
            let shard = index % shards;
            let parent = |parent: usize| &*before[index - shard + parent].0;
            let (reader, tape) = &mut from[0];
            family::alone(recorded, &around(index), &parent, shard, (reader, *tape), t);
        }
    }

    /// Tells every fact of `from..=to`, in the order of time; facts of one time by producer first, then shard.
    pub fn facts(&self, from: SimTime, to: SimTime) -> Vec<Told> {
        let to = to.min(self.computed_until());
        // A keyframe at `from` itself has those facts behind it.
        let start = from.before(SimDuration(1));
        let mut live = self.before(start, to);
        let mut stream_tape = StreamFacts {
            from,
            told: Vec::new(),
        };
        let mut tapes: Vec<ReaderFacts<'_>> = live
            .readers
            .iter()
            .enumerate()
            .map(|(shard, reader)| ReaderFacts::new(from, self.around(shard).source, reader))
            .collect();
        self.replay(&mut live, to, &mut stream_tape, &mut tapes, &mut []);
        let mut all = stream_tape.told;
        all.extend(tapes.into_iter().flat_map(|tape| tape.told));
        sorted_by_key(all, |told| told.at)
    }

    /// Tells every fact of the second mapping of `from..=to`, in the order of time.
    pub fn facts_of_second(&self, from: SimTime, to: SimTime) -> Vec<Told> {
        let to = to.min(self.computed_until());
        let mut live = self.before(from.before(SimDuration(1)), to);
        let tape = |(shard, reader): (usize, &Reader)| {
            ReaderFacts::new(from, self.around(shard).source, reader)
        };
        let mut first: Vec<ReaderFacts<'_>> = live.readers.iter().enumerate().map(tape).collect();
        let mut second: Vec<ReaderFacts<'_>> = live.second.iter().enumerate().map(tape).collect();
        self.replay(&mut live, to, &mut (), &mut first, &mut second);
        let all = second.into_iter().flat_map(|tape| tape.told);
        sorted_by_key(all.collect(), |told| told.at)
    }

    /// What logs are made of, of `from..=to`, in the order of time.
    pub fn bare_facts(&self, from: SimTime, to: SimTime) -> Vec<(SimTime, Fact)> {
        let to = to.min(self.computed_until());
        let start = from.before(SimDuration(1));
        let mut live = self.before(start, to);
        let mut all = BareFacts {
            from,
            told: Vec::new(),
        };
        let mut tapes = vec![all.clone(); live.readers.len()];
        self.replay(&mut live, to, &mut all, &mut tapes, &mut []);
        all.told
            .extend(tapes.into_iter().flat_map(|tape| tape.told));
        sorted_by_key(all.told, |&(at, _)| at)
    }

    /// What happened in each of `seconds` from `from` on, shard by shard: the truth behind the minutes. Computed anew,
    /// so ask for the window that somebody looks at.
    pub fn seconds(&self, from: SimTime, seconds: usize) -> Vec<Vec<Second>> {
        let start = from.before(SimDuration(1));
        let end = SimTime(from.0 / 1_000_000 * 1_000_000) + SimDuration::from_secs(seconds as u64);
        let end = end.min(self.computed_until());
        let mut live = self.before(start, end);
        let mut window = Window::new(from, seconds, self.readers.len());
        let mut windows = vec![window.clone(); live.readers.len()];
        self.replay(&mut live, end, &mut window, &mut windows, &mut []);
        for each in &windows {
            window.add(each);
        }
        window.shards
    }

    /// CloudWatch's view of `count` periods from the one that holds `from` on: all metrics, of all shards together.
    /// Computed anew, so ask for the window that somebody looks at.
    pub fn metrics(&self, from: SimTime, period: SimDuration, count: usize) -> Vec<Period> {
        let window = fold::Window::new(from, period, count);
        let (from, end) = window.span();
        let start = from.before(SimDuration(1));
        let until = end.before(SimDuration(1)).min(self.computed_until());
        let mut live = self.before(start, until);
        let executions = live.readers.iter();
        let executions = executions.map(|reader| u64::from(running(reader))).sum();
        let mut stream =
            StreamFold::new(window.clone(), &self.world, &live.producer, self.shards());
        let mut folds: Vec<ReaderFold<'_>> = live
            .readers
            .iter()
            .enumerate()
            .map(|(shard, reader)| {
                let source = self.around(shard).source;
                ReaderFold::new(window.clone(), source, &reader.lanes, start, self.config())
            })
            .collect();
        self.replay(&mut live, until, &mut stream, &mut folds, &mut []);
        let after = until + SimDuration(1);
        let folds = folds.into_iter().map(|fold| fold.finish(after)).collect();
        fold::together(stream, folds, executions, after)
    }

    /// What a shard's reader lives in.
    pub fn around(&self, shard: usize) -> Surroundings<'_> {
        let here = around(
            &self.world,
            &self.stream.recorded,
            &self.counts,
            &self.bad,
            shard,
        );
        let second = self.second.as_ref();
        Surroundings {
            shares_reads: second.is_some_and(|second| second.shares_reads),
            ..here
        }
    }

    /// What a shard's reader of the second mapping lives in, if there is one.
    pub fn around_second(&self, shard: usize) -> Option<Surroundings<'_>> {
        let second = self.second.as_ref()?;
        Some(Surroundings {
            config: &second.config,
            ..self.around(shard)
        })
    }

    /// Every shard of what is computed, by number; closed ones stay.
    pub fn shards(&self) -> &[Rc<ShardDeck>] {
        &self.stream.recorded.shards
    }

    /// How many shards there were by `t`, closed ones included.
    pub fn shards_opened(&self, t: SimTime) -> usize {
        self.shards().partition_point(|deck| deck.opened_at <= t)
    }

    /// When a shard was closed; the end of time if it is open.
    pub fn closed_at(&self, shard: u16) -> SimTime {
        let closed_at = self.stream.recorded.closed_at.get(usize::from(shard));
        closed_at.copied().unwrap_or(SimTime::NEVER)
    }

    /// From when on the stream is in on-demand mode, or is not (S12); never empty, the first at the start.
    pub fn modes(&self) -> &[(SimTime, bool)] {
        &self.stream.recorded.modes
    }

    /// What never changes during the run.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// A shard's log, as far as it is computed.
    pub fn log(&self, shard: u16) -> &ShardLog {
        &self.stream.recorded.logs[usize::from(shard)]
    }

    pub(super) fn stream(&self) -> &StreamRecord {
        &self.stream.recorded
    }

    pub(super) fn bad(&self, shard: usize) -> &BadInShard {
        self.bad.shard(shard)
    }

    /// The records that fail, whatever shard they reach.
    pub(super) fn bad_records(&self) -> &BadRecords {
        &self.bad
    }

    /// Minutes of one shard, from the start to what is computed.
    pub fn minutes(&self, shard: u16) -> &[Minute] {
        self.minutes
            .get(usize::from(shard))
            .map_or(&[], Vec::as_slice)
    }

    /// All marks so far, by time.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// How many records of the shard had arrived by `t` (stored at or before it).
    pub fn stored_by(&self, shard: u16, t: SimTime) -> u64 {
        self.stream
            .recorded
            .logs
            .get(usize::from(shard))
            .map_or(0, |log| log.stored_by(t))
    }

    /// When the record at a position of the shard was stored; the end of time if it was not.
    pub fn stored_at(&self, shard: u16, position: u64) -> SimTime {
        let log = self.stream.recorded.logs.get(usize::from(shard));
        log.and_then(|log| log.stored_at(position))
            .unwrap_or(SimTime::NEVER)
    }

    /// Whether the record at a position of the shard is a pill.
    pub fn is_pill(&self, shard: u16, position: u64) -> bool {
        usize::from(shard) < self.readers.len()
            && self.bad.shard(usize::from(shard)).is_pill(position)
    }

    /// What has become of a shard's tickets by `t`.
    pub(super) fn tickets(&self, shard: u16, t: SimTime) -> tickets::Outcome {
        let track = &self.readers[usize::from(shard)];
        tickets::outcome(self.config(), &track.recorded.tickets, t)
    }

    /// Whether the event of the record at a position of the shard exceeds the payload limit by itself (E50).
    pub(super) fn is_too_large(&self, shard: u16, position: u64) -> bool {
        if self.world.deck.largest_payload() <= PAYLOAD_LIMIT {
            return false;
        }
        let rank = self.log(shard).rank(position);
        self.shards()[usize::from(shard)].payload(rank, rank + 1) > PAYLOAD_LIMIT
    }

    /// The memory the logs take, in bytes.
    pub fn log_memory(&self) -> usize {
        self.stream.recorded.logs.iter().map(ShardLog::memory).sum()
    }
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

/// Whether nothing of an old run can be kept.
fn changes_everything(old: &Config, new: &Config) -> bool {
    old.seed != new.seed
        || old.shard_count != new.shard_count
        || old.reshard_delay != new.reshard_delay
        || old.scaling != new.scaling
        || old.burst_ms != new.burst_ms
        || old.max_record_bytes != new.max_record_bytes
        || old.other_readers != new.other_readers
        || old.reads_refused_per_1000s != new.reads_refused_per_1000s
        || old.traffic != new.traffic
        || old.kinds != new.kinds
        || old.consuming[0].second.is_some() != new.consuming[0].second.is_some()
        || old.poll_interval != new.poll_interval
        || old.producing[0].linger != new.producing[0].linger
}

/// The earliest time at which two lists of timed things differ.
fn first_difference<T: PartialEq>(old: &[T], new: &[T], at: impl Fn(&T) -> SimTime) -> SimTime {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old[same..].first().into_iter().chain(new[same..].first());
    rest.map(at).min().unwrap_or(SimTime::NEVER)
}

fn pills_on(pills: &[crate::engine::config::Pill], shard: u16) -> Vec<crate::engine::config::Pill> {
    pills
        .iter()
        .copied()
        .filter(|pill| pill.shard == shard)
        .collect()
}

fn largest_factor(config: &Config) -> u16 {
    let factors = config.consuming.iter().map(|epoch| {
        let second = epoch.second.as_ref();
        let second = second.map_or(0, |second| second.mapping.parallelization_factor);
        epoch.mapping.parallelization_factor + second
    });
    factors.max().unwrap_or(1)
}

/// The second mapping of a run that has one.
fn second(world: &World) -> Option<SecondTrack> {
    world.config.consuming[0].second.as_ref()?;
    let config = second::config_of(&world.config)?;
    Some(SecondTrack {
        shares_reads: second::reads_can_bind(&world.config, &config, &world.deck),
        config,
        readers: Vec::new(),
    })
}

/// The splits of a run that are not the whole, in the order of their first use.
fn splits(config: &Config) -> Vec<Split> {
    let mut splits: Vec<Split> = Vec::new();
    let mappings = config.consuming.iter().flat_map(|epoch| {
        let second = epoch.second.iter().map(|second| &second.mapping);
        [&epoch.mapping].into_iter().chain(second)
    });
    for mapping in mappings {
        let split = mapping.split();
        if !split.is_whole() && !splits.contains(&split) {
            splits.push(split);
        }
    }
    splits
}

fn lane_counts(world: &World, shard: &ShardDeck) -> Vec<LaneCounts> {
    let count = |split| LaneCounts::new(split, world.deck.lanes(shard, split));
    splits(&world.config).into_iter().map(count).collect()
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

/// Whether the readers of all shards of the run could together ask for more than there is.
fn is_coupled(world: &World) -> bool {
    let config = &world.config;
    let shards = u32::from(shards_at_most(config));
    let most = |factor: fn(&Consuming) -> u16| {
        let factors = config.consuming.iter().map(factor);
        shards * u32::from(factors.max().unwrap_or(0))
    };
    let lanes = Running {
        first: most(|epoch| epoch.mapping.parallelization_factor),
        second: most(|epoch| {
            let second = epoch.second.as_ref();
            second.map_or(0, |second| second.mapping.parallelization_factor)
        }),
    };
    let mut epochs = config.consuming.iter();
    epochs.any(|epoch| epoch.concurrency_can_bind(lanes))
        || second(world).is_some_and(|second| second.shares_reads)
}

/// Whether the function of the run could scale faster than it may (L6).
fn scaling_can_bind(config: &Config) -> bool {
    let lanes = u32::from(shards_at_most(config)) * u32::from(largest_factor(config));
    let mut epochs = config.consuming.iter();
    epochs.any(|epoch| epoch.scaling_can_bind(lanes))
}

/// How much simulated time takes the producer a fraction of a millisecond, by a rough estimate.
fn stream_step(config: &Config) -> SimDuration {
    let linger = config.producing[0].linger.0.clamp(10_000, 1_000_000);
    let fastest = config
        .producing
        .iter()
        .map(|epoch| epoch.mean_per_1000s / 500 / u64::from(epoch.put_batch))
        .max();
    let requests = 1_000_000 / linger + fastest.unwrap_or(0);
    let ns_per_second = requests * (100 + 25 * u64::from(config.shard_count));
    let explicit = matches!(config.traffic, Traffic::Explicit(_));
    SimDuration(if explicit {
        600_000_000
    } else {
        (300_000_000_000 / ns_per_second).max(100_000)
    })
}

/// The same for one reader, or for all of them when they are coupled.
fn reader_step(world: &World) -> SimDuration {
    let config = &world.config;
    let readers = if is_coupled(world) {
        u64::from(config.shard_count)
    } else {
        1
    };
    SimDuration((120_000_000 / (readers * u64::from(largest_factor(config)))).max(100_000))
}

/// How many minutes from the front are the same but for what the producer adds.
fn unchanged(merged: &[Minute], recorded: &[Minute]) -> usize {
    let same = |(a, b): &(&Minute, &Minute)| {
        Minute {
            stored: b.stored,
            peak_stored: b.peak_stored,
            write_throttled: b.write_throttled,
            ..**a
        } == **b
    };
    merged.iter().zip(recorded).take_while(same).count()
}
