//! The producer's part of a recording: logs, minutes, marks, keyframes. Kept while only the consumer changes.

use crate::engine::fact::Fact;
use crate::engine::lane_view::LaneCounts;
use crate::engine::log::{LogMark, ShardLog};
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::producer::Producer;
use crate::engine::producer::tape::{StoredMinute, StreamTape};
use crate::engine::producer::world::World;
use crate::engine::time::{SimDuration, SimTime};

/// Records that were never stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct NeverStored {
    pub(super) at: SimTime,
    pub(super) shard: u16,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) given_up: bool,
}

/// The producer recorded up to `computed`.
#[derive(Clone, Debug)]
pub(super) struct StreamTrack {
    pub(super) producer: Producer,
    pub(super) computed: SimTime,
    pub(super) recorded: StreamRecord,
    pub(super) spacing: SimDuration,
    keyframes: Vec<StreamKeyframe>,
}

/// What is written while the producer runs.
#[derive(Clone, Debug)]
pub(super) struct StreamRecord {
    pub(super) logs: Vec<ShardLog>,
    pub(super) minutes: Vec<Vec<StoredMinute>>,
    pub(super) never_stored: Vec<NeverStored>,
    pub(super) marks: Vec<Mark>,
    last_throttle: Vec<Option<SimTime>>,
}

#[derive(Clone, Debug)]
struct StreamKeyframe {
    producer: Producer,
    logs: Vec<LogMark>,
    minutes: usize,
    never_stored: usize,
    marks: usize,
    last_throttle: Vec<Option<SimTime>>,
}

impl StreamTape for StreamRecord {
    fn hears_all(&self) -> bool {
        false
    }

    fn store(&mut self, shard: u16, at: SimTime, rank: u64, count: u64) {
        self.logs[usize::from(shard)].append(at, rank, count);
    }

    fn hear(&mut self, at: SimTime, fact: Fact) {
        match fact {
            Fact::RecordsNeverStored {
                shard,
                rank,
                count,
                given_up,
            } => {
                let to = rank + u64::from(count);
                self.never_stored.push(NeverStored {
                    at,
                    shard,
                    from: rank,
                    to,
                    given_up,
                });
            }
            Fact::EntriesThrottled { shard, .. } => {
                let last = self.last_throttle[usize::from(shard)].replace(at);
                if last.is_none_or(|last| at.since(last) >= SimDuration::from_hours(1)) {
                    self.marks.push(Mark {
                        at,
                        shard: Some(shard),
                        kind: MarkKind::WriteThrottled,
                    });
                }
            }
            _ => {}
        }
    }

    fn minute(&mut self, shard: u16, minute: StoredMinute) {
        self.minutes[usize::from(shard)].push(minute);
    }
}

impl StreamTrack {
    pub(super) fn new(world: &World, spacing: SimDuration) -> Self {
        let shards = usize::from(world.config.shard_count);
        let mut track = Self {
            producer: Producer::new(world),
            computed: SimTime::ZERO,
            recorded: StreamRecord {
                logs: vec![ShardLog::default(); shards],
                minutes: vec![Vec::new(); shards],
                never_stored: Vec::new(),
                marks: Vec::new(),
                last_throttle: vec![None; shards],
            },
            keyframes: Vec::new(),
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

    /// Goes back to the last keyframe at or before `t`.
    pub(super) fn rewind(&mut self, t: SimTime, counts: &mut [Vec<LaneCounts>]) {
        let index = ((t.0 / self.spacing.0) as usize).min(self.keyframes.len() - 1);
        let keyframe = self.keyframes[index].clone();
        self.keyframes.truncate(index + 1);
        self.computed = SimTime(self.spacing.0 * index as u64);
        self.producer = keyframe.producer;
        for (log, mark) in self.recorded.logs.iter_mut().zip(keyframe.logs) {
            log.rewind(mark);
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
        self.recorded.marks.truncate(keyframe.marks);
        self.recorded.last_throttle = keyframe.last_throttle;
    }

    /// The producer as it was at the last keyframe at or before `t`.
    pub(super) fn before(&self, t: SimTime) -> Producer {
        let index = ((t.0 / self.spacing.0) as usize).min(self.keyframes.len() - 1);
        self.keyframes[index].producer.clone()
    }

    fn keep(&mut self) {
        self.keyframes.push(StreamKeyframe {
            producer: self.producer.clone(),
            logs: self.recorded.logs.iter().map(ShardLog::mark).collect(),
            minutes: self.recorded.minutes[0].len(),
            never_stored: self.recorded.never_stored.len(),
            marks: self.recorded.marks.len(),
            last_throttle: self.recorded.last_throttle.clone(),
        });
    }
}
