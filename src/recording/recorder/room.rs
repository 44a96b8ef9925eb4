//! How much memory a run may take. An estimate shortens a run before it begins; what the estimate did not foresee ends it
//! where so much is taken.

use super::{Recorder, plan};
use crate::engine::config::Config;
use crate::engine::time::SimTime;
use std::hint::black_box;

/// What a recording may take, in bytes of a 64-bit machine, so that a run ends at the same moment everywhere. A page has
/// 4 GB.
pub const ROOM: u64 = 1 << 31;

/// About what the keyframes of a run take, in bytes: they come to what [`Cost`](crate::scenario::cost::Cost) knows of it.
pub fn keyframes_take(config: &Config) -> u64 {
    plan::keyframes_take(config)
}

/// What the rest of the program needs beside the recordings, in bytes: while there is not even that, nothing is recorded.
pub const SPARE: usize = 32 << 20;

/// Whether the machine would give so many more bytes at once. Memory that a page has once taken stays the page's and is
/// used again, so do not ask for more than is needed.
pub fn would_fit(bytes: usize) -> bool {
    let mut asked: Vec<u8> = Vec::new();
    let fits = asked.try_reserve_exact(bytes).is_ok();
    // Or the question would be left out.
    black_box(&mut asked);
    fits
}

impl Recorder {
    /// Where the run was ended because there was no more room, if it was; the horizon then.
    pub fn out_of_room(&self) -> Option<SimTime> {
        self.out_of_room.then_some(self.world.config.horizon)
    }

    /// Ends the run at the last keyframe that everything has passed, if too much was recorded by then.
    pub(super) fn keep_within_room(&mut self, behind: SimTime) {
        let keyframe = SimTime(self.stream.spacing.0 * self.weighed as u64);
        if behind < keyframe || self.world.config.horizon <= keyframe {
            return;
        }
        if self.taken(self.weighed) <= self.room {
            self.weighed += 1;
        } else {
            self.end_at_keyframe(keyframe);
        }
    }

    fn end_at_keyframe(&mut self, keyframe: SimTime) {
        self.end_at(keyframe);
        self.go_back_to_horizon();
    }

    /// Ends the run where the stream is computed to, if that alone takes too much before there is a keyframe.
    pub(super) fn keep_stream_within_room(&mut self) {
        let end = self.stream.computed;
        if end < self.world.config.horizon && self.room + self.room / 4 < self.stream.taken_so_far()
        {
            self.end_at(end);
        }
    }

    /// Whether another recording of the kind would not fit beside it.
    pub fn is_large(&self) -> bool {
        ROOM / 2 < self.stream.taken_so_far()
    }

    fn end_at(&mut self, end: SimTime) {
        self.out_of_room = true;
        self.world.config.horizon = end;
        if let Some(second) = &mut self.second {
            second.config.horizon = end;
        }
    }

    /// What was recorded by a keyframe takes.
    fn taken(&self, keyframe: usize) -> u64 {
        let (stream, stored) = self.stream.taken(keyframe);
        let readers = self.tracks().map(|track| track.taken(keyframe));
        let counts = self.counts.iter().zip(stored);
        let counts = counts
            .flat_map(|(counts, stored)| counts.iter().map(move |count| count.weight(stored)));
        stream + readers.sum::<u64>() + counts.sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::configure::configure;
    use crate::scenario::link::from_link;

    /// It ends at the same moment however it came about, and is a whole run that adds up.
    #[test]
    fn a_run_ends_where_there_is_no_more_room() {
        let link =
            "#horizon=2h&repliesLost=300&recordsPerSecond=100&ParallelizationFactor=2&at=1h:pill:0";
        let config = |link| configure(&from_link(link).0.scenario).0;
        let run = |room, slices: u32| {
            let mut recorder = Recorder::new(config(link));
            recorder.room = room;
            let mut left = slices;
            while !recorder.advance(&mut || {
                left = left.checked_sub(1).unwrap_or(slices);
                left > 0
            }) {}
            recorder
        };
        let whole = run(ROOM, 1_000_000);
        assert_eq!(whole.out_of_room(), None);
        let mut ended = run(600_000, 1_000_000);
        let end = ended.out_of_room().expect("it takes more");
        assert!(SimTime::ZERO < end && end < SimTime::from_hours(2), "{end}");
        assert_eq!((ended.config().horizon, ended.is_whole()), (end, true));
        assert!(ended.final_ledger().adds_up());
        let digest = ended.digest();
        let mut shorter = config(link);
        shorter.horizon = end;
        let mut asked = Recorder::new(shorter);
        asked.finish();
        assert_eq!(digest, asked.digest(), "as if it had been asked for");
        let sliced = run(600_000, 3);
        assert_eq!((sliced.out_of_room(), sliced.digest()), (Some(end), digest));
        // Edited and edited back.
        ended.revise(config(
            "#horizon=2h&repliesLost=300&recordsPerSecond=100&ParallelizationFactor=2",
        ));
        ended.finish();
        ended.revise(config(link));
        ended.finish();
        assert_eq!((ended.out_of_room(), ended.digest()), (Some(end), digest));
    }
}
