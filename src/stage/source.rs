//! What the stage asks a recording: which records were stored when. A trait, so that a picture can be made
//! of any moment, also without a run.

use crate::engine::config::Destination;
use crate::engine::mark::MarkKind;
use crate::engine::minute::Minute;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::recorder::Recorder;

/// Answers about single records of a shard.
pub trait StageSource {
    /// How many records of the shard were stored at or before `t`.
    fn stored_by(&self, shard: u16, t: SimTime) -> u64;
    /// When the record at a position of the shard was stored.
    fn stored_at(&self, shard: u16, position: u64) -> SimTime;
    /// Positions of the pills stored in the shard at or before `t`, in order.
    fn pills_by(&self, shard: u16, t: SimTime) -> Vec<u64>;
    /// The last whole minute of the shard before `t`.
    fn minute_before(&self, shard: u16, t: SimTime) -> Option<Minute>;
    /// Whether what is given up at `t` is reported to an on-failure destination.
    fn has_destination(&self, t: SimTime) -> bool;
}

impl StageSource for Recorder {
    fn stored_by(&self, shard: u16, t: SimTime) -> u64 {
        Self::stored_by(self, shard, t)
    }

    fn stored_at(&self, shard: u16, position: u64) -> SimTime {
        Self::stored_at(self, shard, position)
    }

    fn pills_by(&self, shard: u16, t: SimTime) -> Vec<u64> {
        let mut found: Vec<u64> = Vec::new();
        for mark in self.marks() {
            if mark.at > t {
                break;
            }
            if mark.kind != MarkKind::PillLanded || mark.shard != Some(shard) {
                continue;
            }
            // A mark has no position, but a pill was stored at the mark's time.
            let from = self.stored_by(shard, mark.at.before(SimDuration(1)));
            let to = self.stored_by(shard, mark.at);
            found.extend((from..to).filter(|&position| self.is_pill(shard, position)));
        }
        found.dedup();
        found
    }

    fn minute_before(&self, shard: u16, t: SimTime) -> Option<Minute> {
        let whole = (t.0 / 60_000_000) as usize;
        self.minutes(shard).get(whole.checked_sub(1)?).copied()
    }

    fn has_destination(&self, t: SimTime) -> bool {
        self.config().consuming_at(t).mapping.destination != Destination::None
    }
}
