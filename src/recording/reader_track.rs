//! One reader's part of a recording: minutes, marks, keyframes.

use super::tickets::Ticket;
use crate::engine::account::{Account, Neighbour};
use crate::engine::config::{Config, Role};
use crate::engine::fact::Fact;
use crate::engine::lane::LaneState;
use crate::engine::ledger::Tally;
use crate::engine::mark::MarkKind;
use crate::engine::minute::Minute;
use crate::engine::reader::{Reader, ReaderTape};
use crate::engine::time::{SimDuration, SimTime};

/// A reader recorded up to `computed`.
#[derive(Clone, Debug)]
pub(super) struct ReaderTrack {
    pub(super) reader: Reader,
    pub(super) computed: SimTime,
    pub(super) recorded: ReaderRecord,
    /// The reader, and how many minutes, marks and tickets there were.
    keyframes: Vec<(Reader, [usize; 3])>,
    /// When the shard was opened; the first keyframe is of then.
    opened_at: SimTime,
    spacing: SimDuration,
    /// So many minutes are as they were when they were last brought together with the others'.
    pub(super) gathered: usize,
}

/// What a keyframe takes, each of its lanes, and a minute together with the stream's part and all brought together.
const READER_BYTES: u64 = 1_500;
const LANE_BYTES: u64 = 400;
const MINUTE_BYTES: u64 = 200;

/// What is written while a reader runs.
#[derive(Clone, Debug, Default)]
pub(super) struct ReaderRecord {
    pub(super) minutes: Vec<Minute>,
    pub(super) marks: Vec<(SimTime, MarkKind)>,
    pub(super) tickets: Vec<Ticket>,
}

impl ReaderTape for ReaderRecord {
    fn hears_all(&self) -> bool {
        false
    }

    fn hear(&mut self, at: SimTime, fact: Fact) {
        if let Fact::BatchDiscarded {
            records,
            poison,
            oldest: Some(oldest),
            ..
        } = fact
        {
            let records = Tally {
                good: u64::from(records.count - poison),
                poison: u64::from(poison),
            };
            self.tickets.push(Ticket {
                at,
                oldest,
                records,
            });
        }
    }

    fn minute(&mut self, minute: Minute) {
        self.minutes.push(minute);
    }

    fn mark(&mut self, at: SimTime, kind: MarkKind) {
        self.marks.push((at, kind));
    }
}

impl ReaderTrack {
    pub(super) fn new(reader: Reader, opened_at: SimTime, spacing: SimDuration) -> Self {
        // Its minutes begin with the run's, so that a minute has the same index on every shard.
        let minutes = (opened_at.0 / 60_000_000) as usize;
        let keyframes = vec![(reader.clone(), [minutes, 0, 0])];
        Self {
            reader,
            computed: opened_at,
            recorded: ReaderRecord {
                minutes: vec![Minute::default(); minutes],
                ..ReaderRecord::default()
            },
            keyframes,
            opened_at,
            spacing,
            gathered: 0,
        }
    }

    /// What was recorded by a keyframe of the run takes, in bytes of a 64-bit machine.
    pub(super) fn taken(&self, keyframe: usize) -> u64 {
        let Some(index) = keyframe.checked_sub(self.missing()) else {
            return 0;
        };
        let Some((reader, lengths)) = self.keyframes.get(index) else {
            return 0;
        };
        let [minutes, marks, tickets] = lengths.map(|length| length as u64);
        let each = READER_BYTES + LANE_BYTES * reader.lanes.len() as u64;
        minutes * MINUTE_BYTES + 2 * (marks * 32 + tickets * 48) + each * (index as u64 + 1)
    }

    /// How many keyframes of the run are before the first of the shard.
    fn missing(&self) -> usize {
        (self.opened_at.0 / self.spacing.0) as usize
    }

    /// The last keyframe at or before `t`; the first if there is none.
    fn index(&self, t: SimTime) -> usize {
        let index = ((t.0 / self.spacing.0) as usize).saturating_sub(self.missing());
        index.min(self.keyframes.len() - 1)
    }

    /// When the next keyframe is due.
    pub(super) fn next_keyframe(&self) -> SimTime {
        SimTime(self.spacing.0 * (self.missing() + self.keyframes.len()) as u64)
    }

    /// Notes that the reader has been moved to `until`.
    pub(super) fn moved(&mut self, until: SimTime) {
        self.computed = until;
        if until == self.next_keyframe() {
            self.keyframes.push((
                self.reader.clone(),
                [
                    self.recorded.minutes.len(),
                    self.recorded.marks.len(),
                    self.recorded.tickets.len(),
                ],
            ));
        }
    }

    /// Goes back to the last keyframe at or before `t`.
    pub(super) fn rewind(&mut self, t: SimTime) {
        let index = self.index(t);
        self.keyframes.truncate(index + 1);
        let (reader, [minutes, marks, tickets]) = self.keyframes[index].clone();
        self.reader = reader;
        self.recorded.minutes.truncate(minutes);
        self.gathered = self.gathered.min(minutes);
        self.recorded.marks.truncate(marks);
        self.recorded.tickets.truncate(tickets);
        self.computed = if index == 0 {
            self.opened_at
        } else {
            SimTime(self.spacing.0 * (self.missing() + index) as u64)
        };
    }

    /// The reader as it was at the last keyframe at or before `t`.
    pub(super) fn before(&self, t: SimTime) -> Reader {
        self.keyframes[self.index(t)].0.clone()
    }
}

/// Executions of a reader's lanes that run now.
pub(super) fn running(reader: &Reader) -> u32 {
    reader
        .lanes
        .iter()
        .filter(|lane| matches!(lane.state, LaneState::Invoking { .. }))
        .count() as u32
}

/// The account as these readers leave it.
pub(super) fn account<'a>(readers: impl Iterator<Item = (&'a Reader, Role, bool)>) -> Account {
    let mut account = Account::default();
    for (reader, role, shares_reads) in readers {
        *account.running.of(role) += running(reader);
        if shares_reads {
            let (shard, until) = reader.reads();
            account.spend_reads(shard, until);
        }
    }
    account
}

/// The neighbour's part of a recording in which it and the function can be in each other's way.
#[derive(Clone, Debug)]
pub(super) struct NeighbourTrack {
    pub(super) neighbour: Neighbour,
    computed: SimTime,
    keyframes: Vec<Neighbour>,
    spacing: SimDuration,
}

impl NeighbourTrack {
    /// As it is at `t`, if until then nothing has been in its way.
    pub(super) fn alone(config: &Config, t: SimTime, spacing: SimDuration) -> Self {
        let keyframes = (0..=t.0 / spacing.0).map(|index| {
            let at = SimTime(spacing.0 * index);
            Neighbour::alone(config, at)
        });
        let keyframes: Vec<Neighbour> = keyframes.collect();
        Self {
            neighbour: Neighbour::alone(config, t),
            computed: t,
            keyframes,
            spacing,
        }
    }

    /// Notes that it has been moved to `until`.
    pub(super) fn moved(&mut self, until: SimTime) {
        self.computed = until;
        if until.0 == self.spacing.0 * self.keyframes.len() as u64 {
            self.keyframes.push(self.neighbour.clone());
        }
    }

    /// Goes back to the keyframe at `t`, unless it is there already.
    pub(super) fn rewind(&mut self, t: SimTime) {
        if t < self.computed {
            self.neighbour = self.before(t);
            self.keyframes.truncate((t.0 / self.spacing.0) as usize + 1);
            self.computed = t;
        }
    }

    /// The neighbour as it was at the last keyframe at or before `t`.
    pub(super) fn before(&self, t: SimTime) -> Neighbour {
        let index = ((t.0 / self.spacing.0) as usize).min(self.keyframes.len() - 1);
        self.keyframes[index].clone()
    }
}
