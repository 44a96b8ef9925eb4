//! The producer's part of a recording: logs, minutes, marks, keyframes. Kept while only the consumer changes.

use super::pages::Pages;
use crate::engine::config::{Reshard, Role};
use crate::engine::fact::Fact;
use crate::engine::lane_view::LaneCounts;
use crate::engine::log::{LogMark, ShardLog};
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::producer::Producer;
use crate::engine::producer::tape::{StoredMinute, StreamTape};
use crate::engine::producer::world::World;
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::{SimDuration, SimTime};
use std::ops::Range;
use std::rc::Rc;

/// Records that were never stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct NeverStored {
    pub(super) at: SimTime,
    from: u64,
    count: u32,
    pub(super) shard: u16,
    pub(super) given_up: bool,
}

impl NeverStored {
    /// Which of the shard's.
    pub(super) fn ranks(&self) -> Range<u64> {
        self.from..self.from + u64::from(self.count)
    }
}

/// A death of the producer's process (P33).
#[derive(Clone, Copy, Debug)]
pub(super) struct Death {
    pub(super) at: SimTime,
    /// Records made by then.
    pub(super) generated: u64,
}

/// The producer recorded up to `computed`.
#[derive(Clone, Debug)]
pub(super) struct StreamTrack {
    pub(super) producer: Producer,
    pub(super) computed: SimTime,
    pub(super) recorded: StreamRecord,
    pub(super) spacing: SimDuration,
    keyframes: Vec<StreamKeyframe>,
    /// The keyframes whose number is a multiple of this have a producer.
    kept: usize,
    /// What the requests on their way take in all keyframes together, in bytes.
    weight: u64,
    /// As [`ON_THEIR_WAY_MAX`].
    most: u64,
}

/// What is written while the producer runs.
#[derive(Clone, Debug)]
pub(super) struct StreamRecord {
    /// Every shard so far, by number.
    pub(super) shards: Vec<Rc<ShardDeck>>,
    /// When each was closed; the end of time while it is open.
    pub(super) closed_at: Vec<SimTime>,
    pub(super) logs: Vec<ShardLog>,
    /// The positions of each shard that hold copies of records stored before, from and to (P24).
    pub(super) copies: Vec<Vec<(u64, u64)>>,
    pub(super) minutes: Vec<Vec<StoredMinute>>,
    pub(super) never_stored: Pages<NeverStored>,
    pub(super) deaths: Vec<Death>,
    /// From when on the stream is in on-demand mode, or is not (S12); the first at the start.
    pub(super) modes: Vec<(SimTime, bool)>,
    pub(super) marks: Vec<Mark>,
    last_throttle: Vec<Option<SimTime>>,
    last_disorder: Vec<Option<SimTime>>,
}

/// What the requests on their way may take in all keyframes together, in bytes: beyond that fewer keep them.
const ON_THEIR_WAY_MAX: u64 = 256 << 20;

#[derive(Clone, Debug)]
struct StreamKeyframe {
    /// Nothing where an earlier keyframe's has to be moved on.
    producer: Option<Producer>,
    /// What its requests on their way take, in bytes.
    weight: u64,
    /// What everything recorded by then takes, in bytes of a 64-bit machine.
    taken: u64,
    logs: Vec<LogMark>,
    minutes: usize,
    never_stored: usize,
    deaths: usize,
    modes: usize,
    marks: usize,
    last_throttle: Vec<Option<SimTime>>,
    last_disorder: Vec<Option<SimTime>>,
}

impl StreamTape for StreamRecord {
    fn hears_all(&self) -> bool {
        false
    }

    fn store(&mut self, shard: u16, at: SimTime, rank: u64, count: u64) {
        self.logs[usize::from(shard)].append(at, rank, count);
    }

    fn logs(&mut self) -> Option<&mut [ShardLog]> {
        Some(&mut self.logs)
    }

    fn hear(&mut self, at: SimTime, fact: Fact) {
        match fact {
            Fact::RecordsNeverStored {
                shard,
                rank,
                count,
                given_up,
            } => {
                self.never_stored.push(NeverStored {
                    at,
                    from: rank,
                    count,
                    shard,
                    given_up,
                });
            }
            Fact::RecordsWrittenAgain {
                shard,
                position,
                count,
                ..
            } => {
                let to = position + u64::from(count);
                let copies = &mut self.copies[usize::from(shard)];
                match copies.last_mut() {
                    Some(last) if last.1 == position => last.1 = to,
                    _ => copies.push((position, to)),
                }
            }
            Fact::ReshardStarted {
                change: Reshard::OnDemand(on),
                ..
            } => self.modes.push((at, on)),
            Fact::ProcessDied { generated, .. } => self.deaths.push(Death { at, generated }),
            Fact::EntriesThrottled { shard, .. } => {
                let last = self.last_throttle[usize::from(shard)].replace(at);
                self.mark_after_quiet(at, shard, last, MarkKind::WriteThrottled);
            }
            Fact::OrderBroken { shard, .. } => {
                let last = self.last_disorder[usize::from(shard)].replace(at);
                self.mark_after_quiet(at, shard, last, MarkKind::OrderBroken);
            }
            Fact::ReshardRefused { .. } => self.whole_run(at, MarkKind::ReshardRefused),
            Fact::ShardOpened { .. } => self.whole_run(at, MarkKind::Resharded),
            _ => {}
        }
    }

    fn open(&mut self, shard: &Rc<ShardDeck>) {
        self.shards.push(Rc::clone(shard));
        self.closed_at.push(SimTime::NEVER);
        self.logs.push(ShardLog::default());
        self.copies.push(Vec::new());
        // Its minutes begin with the run's, so that a minute has the same index on every shard.
        self.minutes
            .push(vec![StoredMinute::default(); self.minutes[0].len()]);
        self.last_throttle.push(None);
        self.last_disorder.push(None);
    }

    fn close(&mut self, shard: u16, at: SimTime) {
        self.closed_at[usize::from(shard)] = at;
    }

    fn minute(&mut self, shard: u16, minute: StoredMinute) {
        self.minutes[usize::from(shard)].push(minute);
    }
}

impl StreamRecord {
    /// Marks what has not happened for an hour.
    fn mark_after_quiet(&mut self, at: SimTime, shard: u16, last: Option<SimTime>, kind: MarkKind) {
        if last.is_none_or(|last| at.since(last) >= SimDuration::from_hours(1)) {
            let shard = Some(shard);
            let role = Role::First;
            self.marks.push(Mark {
                at,
                shard,
                kind,
                role,
            });
        }
    }

    /// Goes back to the first shards, and to what was closed by `t`; before the run nothing was.
    fn keep_shards(&mut self, shards: usize, t: Option<SimTime>) {
        self.shards.truncate(shards);
        self.closed_at.truncate(shards);
        self.logs.truncate(shards);
        self.copies.truncate(shards);
        self.minutes.truncate(shards);
        for closed_at in &mut self.closed_at {
            if t.is_none_or(|t| t < *closed_at) {
                *closed_at = SimTime::NEVER;
            }
        }
    }

    /// The memory it takes, in bytes of a 64-bit machine; minutes are the readers'.
    fn weight(&self) -> u64 {
        let logs = self.logs.iter().map(ShardLog::weight).sum::<u64>();
        let copies = self.copies.iter().map(|copies| copies.len() as u64);
        // Lists grow by doubling.
        logs + copies.sum::<u64>() * 2 * 16 + self.never_stored.len() as u64 * 24
    }

    /// A mark of the whole run, once per moment.
    fn whole_run(&mut self, at: SimTime, kind: MarkKind) {
        let shard = None;
        let role = Role::First;
        let mark = Mark {
            at,
            shard,
            kind,
            role,
        };
        if self.marks.last() != Some(&mark) {
            self.marks.push(mark);
        }
    }

    /// Whether a shard takes records at `t`.
    pub(super) fn is_open(&self, shard: usize, t: SimTime) -> bool {
        self.shards[shard].opened_at <= t && t < self.closed_at[shard]
    }

    /// The open shard that a number means at `t`: the shard itself, of a closed one its first descendant, and of one
    /// that does not exist the last.
    pub(super) fn open_shard(&self, shard: u16, t: SimTime) -> &ShardDeck {
        let wanted = self.shards.get(usize::from(shard));
        let first = wanted
            .filter(|wanted| wanted.opened_at <= t)
            .map(|wanted| wanted.range.first);
        let is_open = |index: &usize| self.is_open(*index, t);
        let mut open = (0..self.shards.len()).rev().filter(is_open);
        let last = open.next().expect("a stream has an open shard");
        let index = match first {
            Some(first) if !self.shards[last].range.holds(first) => {
                open.find(|&index| self.shards[index].range.holds(first))
            }
            _ => None,
        };
        &self.shards[index.unwrap_or(last)]
    }
}

impl StreamTrack {
    pub(super) fn new(world: &World, spacing: SimDuration) -> Self {
        let shards = usize::from(world.config.shard_count);
        let mut track = Self {
            producer: Producer::new(world),
            computed: SimTime::ZERO,
            recorded: StreamRecord {
                shards: world.shards.shards.clone(),
                closed_at: vec![SimTime::NEVER; shards],
                logs: vec![ShardLog::default(); shards],
                copies: vec![Vec::new(); shards],
                minutes: vec![Vec::new(); shards],
                never_stored: Pages::default(),
                deaths: Vec::new(),
                modes: vec![(SimTime::ZERO, world.config.scaling.on_demand)],
                marks: Vec::new(),
                last_throttle: vec![None; shards],
                last_disorder: vec![None; shards],
            },
            keyframes: Vec::new(),
            kept: 1,
            weight: 0,
            most: ON_THEIR_WAY_MAX,
            spacing,
        };
        track.keep();
        track
    }

    /// Records on, at most to the next keyframe.
    pub(super) fn advance(
        &mut self,
        world: &World,
        until: SimTime,
        counts: &mut [Vec<LaneCounts>],
    ) {
        let next_keyframe = SimTime(self.spacing.0 * self.keyframes.len() as u64);
        let until = until.min(next_keyframe);
        self.producer.advance(world, until, &mut self.recorded);
        self.computed = until;
        for (counts, log) in counts.iter_mut().zip(&self.recorded.logs) {
            for count in counts {
                count.extend(log);
            }
        }
        if until == next_keyframe {
            self.keep();
        }
    }

    /// What is recorded takes, in bytes of a 64-bit machine; the readers' part is theirs.
    pub(super) fn taken_so_far(&self) -> u64 {
        self.weight + self.producer.weight() + self.recorded.weight()
    }

    /// What was recorded by a keyframe takes, and how many records each shard had stored.
    pub(super) fn taken(&self, keyframe: usize) -> (u64, impl Iterator<Item = u64> + '_) {
        let keyframe = &self.keyframes[keyframe];
        let stored = keyframe.logs.iter().map(LogMark::stored);
        (keyframe.taken, stored)
    }

    /// Goes back to the last keyframe at or before `t`.
    pub(super) fn rewind(&mut self, world: &World, t: SimTime, counts: &mut [Vec<LaneCounts>]) {
        let index = self.index(t);
        self.producer = self.producer_at(world, index);
        self.keyframes.truncate(index + 1);
        self.weigh();
        let keyframe = self.keyframes[index].clone();
        self.computed = SimTime(self.spacing.0 * index as u64);
        let closed_by = (index > 0).then_some(self.computed);
        self.recorded.keep_shards(keyframe.logs.len(), closed_by);
        for (log, mark) in self.recorded.logs.iter_mut().zip(keyframe.logs) {
            log.rewind(mark);
        }
        for (copies, log) in self.recorded.copies.iter_mut().zip(&self.recorded.logs) {
            copies.truncate(copies.partition_point(|&(from, _)| from < log.stored()));
            if let Some((_, to)) = copies.last_mut() {
                *to = log.stored().min(*to);
            }
        }
        for (counts, log) in counts.iter_mut().zip(&self.recorded.logs) {
            for count in counts {
                count.rewind(log);
            }
        }
        for minutes in &mut self.recorded.minutes {
            minutes.truncate(keyframe.minutes);
        }
        self.recorded.never_stored.truncate(keyframe.never_stored);
        self.recorded.deaths.truncate(keyframe.deaths);
        self.recorded.modes.truncate(keyframe.modes);
        self.recorded.marks.truncate(keyframe.marks);
        self.recorded.last_throttle = keyframe.last_throttle;
        self.recorded.last_disorder = keyframe.last_disorder;
    }

    /// The number of the last keyframe at or before `t`.
    fn index(&self, t: SimTime) -> usize {
        ((t.0 / self.spacing.0) as usize).min(self.keyframes.len() - 1)
    }

    /// The last keyframe at or before `t`.
    pub(super) fn keyframe_before(&self, t: SimTime) -> SimTime {
        SimTime(self.spacing.0 * self.index(t) as u64)
    }

    /// The producer as it was at the last keyframe at or before `t`.
    pub(super) fn before(&self, world: &World, t: SimTime) -> Producer {
        self.producer_at(world, self.index(t))
    }

    /// The producer as it was at a keyframe.
    fn producer_at(&self, world: &World, index: usize) -> Producer {
        let kept = self.keyframes[..=index].iter().enumerate().rev();
        let mut kept = kept.filter_map(|(at, keyframe)| Some((at, keyframe.producer.clone()?)));
        let (found, mut producer) = kept.next().expect("the first keyframe has one");
        // The first is of before the run, so that what happens at its very start is still to be told.
        if found < index {
            producer.advance(world, SimTime(self.spacing.0 * index as u64), &mut ());
        }
        producer
    }

    fn keep(&mut self) {
        let is_kept = self.keyframes.len().is_multiple_of(self.kept);
        let weight = if is_kept { self.producer.weight() } else { 0 };
        self.weight += weight;
        self.keyframes.push(StreamKeyframe {
            taken: self.taken_so_far(),
            producer: is_kept.then(|| self.producer.clone()),
            weight,
            logs: self.recorded.logs.iter().map(ShardLog::mark).collect(),
            minutes: self.recorded.minutes[0].len(),
            never_stored: self.recorded.never_stored.len(),
            deaths: self.recorded.deaths.len(),
            modes: self.recorded.modes.len(),
            marks: self.recorded.marks.len(),
            last_throttle: self.recorded.last_throttle.clone(),
            last_disorder: self.recorded.last_disorder.clone(),
        });
        if self.weight > self.most {
            self.kept *= 2;
            for (index, keyframe) in self.keyframes.iter_mut().enumerate() {
                if !index.is_multiple_of(self.kept) {
                    (keyframe.producer, keyframe.weight) = (None, 0);
                }
            }
            self.weigh();
        }
    }

    fn weigh(&mut self) {
        self.weight = self.keyframes.iter().map(|keyframe| keyframe.weight).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::configure::configure;
    use crate::scenario::link::from_link;

    /// A keyframe without a producer of its own gives the same one as if it had it.
    #[test]
    fn keyframes_may_share_a_producer() {
        let link = "#ShardCount=2&recordsPerSecond=4000&horizon=2m&repliesLost=50";
        let world = World::new(configure(&from_link(link).0.scenario).0);
        let spacing = SimDuration::from_secs(2);
        let recorded = |most: u64| {
            let mut track = StreamTrack::new(&world, spacing);
            track.most = most;
            while track.computed < world.config.horizon {
                track.advance(&world, world.config.horizon, &mut []);
            }
            track
        };
        let (all, mut few) = (recorded(u64::MAX), recorded(100_000));
        assert!(all.kept == 1 && few.kept > 4, "{}", few.kept);
        let of = |producer: Producer| {
            let sent = (producer.requests, producer.sends, producer.order_broken);
            (producer.digest, sent, producer.stored_total())
        };
        for second in [0, 1, 7, 40, 41, 63, 119, 120] {
            let t = SimTime::from_secs(second);
            let (one, other) = (all.before(&world, t), few.before(&world, t));
            assert_eq!(of(one), of(other), "{second} s");
        }
        let end = of(all.producer.clone());
        few.rewind(&world, SimTime::from_secs(63), &mut []);
        assert_eq!(few.computed, SimTime::from_secs(62));
        while few.computed < world.config.horizon {
            few.advance(&world, world.config.horizon, &mut []);
        }
        assert_eq!(of(few.producer), end);
        assert!(
            few.recorded.logs[0]
                .runs(0)
                .eq(all.recorded.logs[0].runs(0))
        );
    }
}
