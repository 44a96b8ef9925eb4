//! Any moment and any stretch of a run, told again from the keyframe before it.

use super::Recorder;
use crate::engine::account::Neighbour;
use crate::engine::config::Role;
use crate::engine::fact::Fact;
use crate::engine::ledger::Ledger;
use crate::engine::producer::Producer;
use crate::engine::producer::tape::StreamTape;
use crate::engine::reader::{Reader, ReaderTape, Surroundings};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::facts::{BareFacts, ReaderFacts, StreamFacts, Told};
use crate::recording::family::{self, Moving};
use crate::recording::moment::Moment;
use crate::recording::seconds::{Second, Window};
use crate::recording::snapshot;

/// The state at a moment somebody looks at.
pub(super) struct Live {
    pub(super) at: SimTime,
    pub(super) producer: Producer,
    pub(super) readers: Vec<Reader>,
    /// Those of the other mapping.
    pub(super) second: Vec<Reader>,
    neighbour: Neighbour,
}

impl Recorder {
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

    /// The youngest moment that costs nothing to tell.
    pub fn last_keyframe(&self) -> SimTime {
        self.stream.keyframe_before(self.computed_until())
    }

    /// The state at the last keyframe at or before `t`, with the readers of the shards opened by `until`.
    pub(super) fn before(&self, t: SimTime, until: SimTime) -> Live {
        let opened = &self.readers[..self.shards_opened(until)];
        Live {
            at: self.stream.keyframe_before(t),
            producer: self.stream.before(&self.world, t),
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
    pub(super) fn replay<R: ReaderTape>(
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
        all.sort_by_key(|told| told.at);
        all
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
        let mut all: Vec<Told> = second.into_iter().flat_map(|tape| tape.told).collect();
        all.sort_by_key(|told| told.at);
        all
    }

    /// What logs are made of, of `from..=to`, in the order of time, and of which mapping each is.
    pub fn bare_facts(&self, from: SimTime, to: SimTime) -> Vec<(SimTime, Role, Fact)> {
        let to = to.min(self.computed_until());
        let start = from.before(SimDuration(1));
        let mut live = self.before(start, to);
        let mut all = BareFacts {
            from,
            told: Vec::new(),
        };
        let mut first = vec![all.clone(); live.readers.len()];
        let mut second = vec![all.clone(); live.second.len()];
        self.replay(&mut live, to, &mut all, &mut first, &mut second);
        let of = |role, tape: BareFacts| {
            let told = tape.told.into_iter();
            told.map(move |(at, fact)| (at, role, fact))
        };
        let first = first.into_iter().flat_map(|tape| of(Role::First, tape));
        let second = second.into_iter().flat_map(|tape| of(Role::Second, tape));
        let mut told: Vec<_> = of(Role::First, all).chain(first).chain(second).collect();
        told.sort_by_key(|&(at, ..)| at);
        told
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
}
