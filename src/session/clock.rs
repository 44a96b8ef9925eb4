//! The playhead and its speed: one clock for every world on the page. Knows wall time only as spans it is told.

use super::auto_speed::{FASTEST, Plan};
use crate::engine::time::{SimDuration, SimTime};

/// A hidden tab wakes up with a long frame; no frame moves the run by more than this much wall time.
const LONGEST_FRAME: SimDuration = SimDuration::from_millis(100);
/// What a step moves, at every speed.
pub const STEP: SimDuration = SimDuration::from_secs(1);

/// The playhead and its speed.
#[derive(Clone, Debug)]
pub struct Clock {
    at: SimTime,
    playing: bool,
    auto: bool,
    /// The fixed speed, simulated seconds per second.
    fixed: u32,
    /// The speed of the last frame, simulated milliseconds per second; `None` after a touch, so that it may jump.
    eased_milli: Option<u64>,
    /// Thousandths of a microsecond not played yet.
    carry: u64,
}

impl Clock {
    /// Plays from `at`, at automatic speed.
    pub fn new(at: SimTime) -> Self {
        Self {
            at,
            playing: true,
            auto: true,
            fixed: 1,
            eased_milli: Some(1_000),
            carry: 0,
        }
    }

    /// The playhead.
    pub fn at(&self) -> SimTime {
        self.at
    }

    /// Whether the run plays.
    pub fn playing(&self) -> bool {
        self.playing
    }

    /// Whether the speed follows the story.
    pub fn auto(&self) -> bool {
        self.auto
    }

    /// Simulated seconds per second now.
    pub fn speed(&self, plan: &Plan) -> u32 {
        if self.auto {
            let milli = self
                .eased_milli
                .unwrap_or_else(|| plan.speed_milli(self.at));
            ((milli + 500) / 1_000) as u32
        } else {
            self.fixed
        }
    }

    /// Plays on or pauses.
    pub fn set_playing(&mut self, playing: bool) {
        self.playing = playing;
        self.eased_milli = None;
    }

    /// Takes the speed over.
    pub fn set_speed(&mut self, speed: u32) {
        self.fixed = speed.clamp(1, FASTEST);
        self.auto = false;
    }

    /// Follows the story, or keeps the speed of this moment.
    pub fn set_auto(&mut self, auto: bool, plan: &Plan) {
        if !auto && self.auto {
            self.fixed = self.speed(plan).clamp(1, FASTEST);
        }
        self.auto = auto;
        self.eased_milli = None;
    }

    /// A touch: the speed need not change gently in the next frame.
    pub fn touched(&mut self) {
        self.eased_milli = None;
    }

    /// Moves the playhead.
    pub fn seek(&mut self, t: SimTime) {
        self.at = t;
        self.carry = 0;
        self.eased_milli = None;
    }

    /// Plays for `elapsed` wall time, not past `computed`; stops at the end of the run.
    pub fn play(&mut self, elapsed: SimDuration, plan: &Plan, computed: SimTime, end: SimTime) {
        if !self.playing {
            return;
        }
        let elapsed = elapsed.min(LONGEST_FRAME);
        let milli = if self.auto {
            self.eased(plan.speed_milli(self.at), elapsed)
        } else {
            u64::from(self.fixed) * 1_000
        };
        let limit = computed.min(end);
        if self.at < limit {
            let thousandths = elapsed.0 * milli + self.carry;
            self.carry = thousandths % 1_000;
            self.at = (self.at + SimDuration(thousandths / 1_000)).min(limit);
        }
        if self.at >= end {
            self.at = end;
            self.playing = false;
        }
    }

    /// The speed nearest to `wanted` that changes gently: at most by 17 % in a frame of 16.7 ms.
    fn eased(&mut self, wanted: u64, elapsed: SimDuration) -> u64 {
        let milli = match self.eased_milli {
            None => wanted,
            Some(last) => {
                let step = last * elapsed.0 / LONGEST_FRAME.0;
                let least = last * LONGEST_FRAME.0 / (LONGEST_FRAME.0 + elapsed.0);
                wanted.clamp(least, last + step.max(1))
            }
        };
        self.eased_milli = Some(milli);
        milli
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::mark::{Mark, MarkKind};

    const END: SimTime = SimTime::from_hours(48);

    fn at_speed(speed: u32) -> Clock {
        let mut clock = Clock::new(SimTime::ZERO);
        clock.set_speed(speed);
        clock
    }

    #[test]
    fn wall_time_becomes_simulated_time() {
        let rows: &[(&str, u32, &[u64], u64)] = &[
            ("1×", 1, &[16_667, 16_667], 33_334),
            ("60×", 60, &[16_667], 1_000_020),
            ("the fastest", 10_000, &[16_700], 167_000_000),
            ("beyond it", 99_999, &[16_700], 167_000_000),
            ("not standing still", 0, &[1_000], 1_000),
            ("a hidden tab", 10, &[3_600_000_000], 1_000_000),
            ("nothing", 100, &[0, 0], 0),
        ];
        for (name, speed, frames, expected) in rows {
            let mut clock = at_speed(*speed);
            for &frame in *frames {
                clock.play(SimDuration(frame), &Plan::default(), END, END);
            }
            assert_eq!(clock.at(), SimTime(*expected), "{name}");
        }
    }

    #[test]
    fn fractions_of_a_microsecond_are_carried() {
        let pill = SimTime::ZERO;
        let plan = Plan::new(&[pill], &[]);
        let mut clock = Clock::new(SimTime::from_secs(4));
        let milli = plan.speed_milli(clock.at());
        assert_ne!(milli % 1_000, 0, "the row needs a broken speed");
        let (frames, micros) = (1_000, 1);
        let mut expected = 0;
        for _ in 0..frames {
            expected += plan.speed_milli(clock.at());
            clock.touched();
            clock.play(SimDuration(micros), &plan, END, END);
        }
        let moved = clock.at().since(SimTime::from_secs(4)).0;
        assert_eq!(moved, expected / 1_000);
    }

    #[test]
    fn it_waits_for_what_is_not_computed() {
        let mut clock = at_speed(10_000);
        let computed = SimTime::from_secs(5);
        for _ in 0..3 {
            clock.play(SimDuration(16_700), &Plan::default(), computed, END);
        }
        assert_eq!((clock.at(), clock.playing()), (computed, true));
        clock.seek(SimTime::from_hours(30));
        clock.play(SimDuration(16_700), &Plan::default(), computed, END);
        assert_eq!(
            clock.at(),
            SimTime::from_hours(30),
            "an edit does not move the playhead"
        );
    }

    #[test]
    fn it_stops_at_the_end() {
        let mut clock = at_speed(10_000);
        clock.seek(END.before(SimDuration::from_secs(1)));
        clock.play(SimDuration(16_700), &Plan::default(), END, END);
        assert_eq!((clock.at(), clock.playing()), (END, false));
    }

    #[test]
    fn paused_it_does_not_move() {
        let mut clock = at_speed(10);
        clock.set_playing(false);
        clock.play(SimDuration(16_700), &Plan::default(), END, END);
        assert_eq!(clock.at(), SimTime::ZERO);
    }

    #[test]
    fn touching_the_speed_takes_over() {
        let plan = Plan::default();
        let mut clock = Clock::new(SimTime::ZERO);
        assert!(clock.auto());
        clock.set_speed(500);
        assert_eq!((clock.auto(), clock.speed(&plan)), (false, 500));
        clock.set_auto(true, &plan);
        assert_eq!((clock.auto(), clock.speed(&plan)), (true, 1));
        clock.set_auto(false, &plan);
        assert_eq!((clock.auto(), clock.speed(&plan)), (false, 1));
    }

    #[test]
    fn a_mark_that_appears_ahead_does_not_jolt() {
        let pill = SimTime::from_hours(1);
        let before = Plan::new(&[pill], &[]);
        let mut clock = Clock::new(SimTime::from_hours(10));
        clock.play(SimDuration(16_700), &before, END, END);
        let released = Mark {
            at: clock.at() + SimDuration::from_secs(60),
            shard: Some(0),
            kind: MarkKind::Released,
            role: crate::engine::config::Role::First,
        };
        let after = Plan::new(&[pill], &[released]);
        let mut last = clock.speed(&before);
        for _ in 0..120 {
            clock.play(SimDuration(16_700), &after, END, END);
            let speed = clock.speed(&after);
            assert!(
                speed * 5 >= last * 2 && speed * 2 <= last * 5,
                "{last}× to {speed}×"
            );
            last = speed;
        }
    }
}
