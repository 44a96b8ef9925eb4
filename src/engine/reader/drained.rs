//! Parents before children: a closed shard is drained once its reader is past everything in it (facts E15, S18).
//!
//! Each mapping drains it for itself: one that is created anew may read a parent again, and its children wait again.
//! While the mapping is off nobody drains, even if everything expires. Records at the end that the filter does not want
//! are passed at the first poll with nothing else left.

use super::batch::poll_after;
use super::{MINUTE, Reader, ReaderTape, Surroundings};
use crate::engine::config::{Config, Filter};
use crate::engine::fact::Fact;
use crate::engine::lane::Lane;
use crate::engine::time::SimTime;

impl Reader {
    /// The reader of a shard opened at `at`, which waits until its parents are drained (E15). A mapping that has polled
    /// by then reads it from its beginning; a later one from its own starting position.
    pub fn waiting(config: &Config, shard: u16, at: SimTime) -> Self {
        let epochs = config.consuming.partition_point(|e| e.from <= at).max(1);
        let mut born = Self::new_in(config, shard, epochs - 1);
        let mut before = config.consuming[..epochs].iter().rev();
        let last = before.find(|epoch| epoch.reading.state.polls());
        born.mapping = last.unwrap_or(&config.consuming[0]).reading.mapping;
        born.starts_at = SimTime::NEVER;
        born.minute_end = SimTime(at.0 / MINUTE.0 * MINUTE.0) + MINUTE;
        born.passed = at;
        born.settled_at = at;
        born
    }

    /// Whether its parents are not known to be drained.
    pub fn is_waiting(&self) -> bool {
        self.starts_at == SimTime::NEVER
    }

    /// The number of the mapping that reads, or read last.
    pub fn mapping(&self) -> u32 {
        self.mapping
    }

    /// When it can begin if its parents are drained by then.
    pub fn ready_at(&self) -> SimTime {
        self.settled_at
    }

    /// The parents are drained: from now on it reads (E15).
    pub fn start(&mut self, around: &Surroundings<'_>, at: SimTime, tape: &mut dyn ReaderTape) {
        self.pass(around, at, tape);
        self.starts_at = at;
        let shard = self.shard;
        self.state(tape, at, Fact::ReadingStarted { shard });
        self.refresh(around);
    }

    /// When a mapping drained the closed shard, if it has: its children may be read from then on (E15).
    pub fn drained_at(&self, mapping: u32) -> Option<SimTime> {
        let mut drained = self.drained.iter();
        drained.find(|(by, _)| *by == mapping).map(|&(_, at)| at)
    }

    /// Every time it was drained, by one mapping after another.
    pub fn drains(&self) -> impl Iterator<Item = SimTime> {
        self.drained.iter().map(|&(_, at)| at)
    }

    /// When something happens next, what drains the shard included: records may pass retention, or be passed by.
    pub fn next_settling(&self, around: &Surroundings<'_>) -> SimTime {
        let settles = self.next_expiry.min(self.drains_at(around));
        self.next_at(around).min(settles.max(self.passed))
    }

    /// When the shard is drained if nothing else happens; [`SimTime::NEVER`] if something must, or if it is drained.
    fn drains_at(&self, around: &Surroundings<'_>) -> SimTime {
        if around.closed_at == SimTime::NEVER {
            return SimTime::NEVER;
        }
        let source = &around.source;
        let stored = source.log.stored();
        let is_done = !self.is_waiting()
            && self.polls(around)
            && self.drained_at(self.mapping).is_none()
            && self.lanes.iter().all(Lane::is_idle)
            && self.head(source, stored) == stored;
        if !is_done {
            return SimTime::NEVER;
        }
        let done_at = self.settled_at.max(self.starts_at).max(around.closed_at);
        if self.split.filter == Filter::NONE || self.sifted >= stored {
            return done_at;
        }
        poll_after(self.first_poll, around.config.poll_interval.0, done_at)
    }

    /// Passes what the filter does not want at the end of a closed shard, and notes when it was drained.
    pub(super) fn drain(
        &mut self,
        around: &Surroundings<'_>,
        until: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let at = self.drains_at(around);
        if at <= until {
            self.sift_to(around, around.source.log.stored(), at, tape);
            self.drained.push((self.mapping, at));
        }
    }
}
