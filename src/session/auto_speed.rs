//! Automatic speed: how fast time runs at each moment, from the marks alone.
//!
//! Time runs at 1× where a pill is sent, runs away to the next interesting moment, slows down for it and runs on.
//! The speed rises and falls in proportion to the distance from such a moment, so that it is smooth at any
//! frame rate and needs no memory. Knows no clock.

use crate::engine::mark::{Mark, MarkKind};
use crate::engine::time::{SimDuration, SimTime};

/// The fastest a run is played.
pub const FASTEST: u32 = 10_000;
/// How fast a run goes on in which nothing more is going to happen.
const QUIET: u32 = 60;
/// The longest it should take, in wall time, from the last pill to the first good order that spills.
const BUDGET_MS: u64 = 18_500;
/// Marks this close after a pill are part of seeing it land.
const LANDING: SimDuration = SimDuration::from_secs(8);

/// How fast time runs, for one recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    stops: Vec<Stop>,
    /// Nothing happens before the first, or at all if there is none.
    pills: Vec<SimTime>,
    /// From then on only the end of the run is ahead.
    quiet_from: Option<SimTime>,
    /// Wall time in which the speed changes e-fold near a stop, ms.
    ease: u64,
}

/// A stretch of the run that is played slowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stop {
    from: SimTime,
    to: SimTime,
    /// Simulated seconds per second.
    speed: u32,
}

/// How generous a plan is, in wall time, ms.
#[derive(Clone, Copy)]
struct Pace {
    /// At 1× after a pill.
    pill: u64,
    /// At the slow speed when the stuck batch is gone; 0 does not slow down.
    release: u64,
    /// In which the speed changes e-fold near a stop.
    ease: u64,
}

/// From the most pleasant to the quickest.
const PACES: [Pace; 4] = [
    Pace {
        pill: 3_500,
        release: 2_000,
        ease: 350,
    },
    Pace {
        pill: 3_200,
        release: 1_000,
        ease: 330,
    },
    Pace {
        pill: 3_000,
        release: 0,
        ease: 330,
    },
    Pace {
        pill: 2_500,
        release: 0,
        ease: 200,
    },
];

impl Plan {
    /// A plan for a run with these pills (by time) and marks (by time).
    pub fn new(pills: &[SimTime], marks: &[Mark]) -> Self {
        let mut plan = Self::default();
        for pace in PACES {
            plan = Self::at_pace(pace, pills, marks);
            if plan.pill_to_spill(marks) <= BUDGET_MS {
                break;
            }
        }
        plan
    }

    fn at_pace(pace: Pace, pills: &[SimTime], marks: &[Mark]) -> Self {
        let mut stops: Vec<Stop> = Vec::new();
        for &pill in pills {
            stops.push(stop(pill, 1, landing(pace, pill, marks)));
        }
        let mut seen: Vec<MarkKind> = Vec::new();
        let mut pills_before = 0;
        for mark in marks {
            let before = pills.partition_point(|&pill| pill <= mark.at);
            if before != pills_before {
                pills_before = before;
                seen.clear();
            }
            if seen.contains(&mark.kind) {
                continue;
            }
            seen.push(mark.kind);
            if let Some((speed, wall_ms)) = slowness(mark.kind, pace) {
                stops.push(stop(mark.at, speed, wall_ms));
            }
        }
        Self {
            stops,
            pills: pills.to_vec(),
            quiet_from: quiet_from(pills, marks),
            ease: pace.ease,
        }
    }

    /// A plan for two runs played side by side: slow where either is, quiet when both are.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.quiet_from = match (self.pills.is_empty(), other.pills.is_empty()) {
            (false, true) => self.quiet_from,
            (true, _) => other.quiet_from,
            (false, false) => self.quiet_from.zip(other.quiet_from).map(|(a, b)| a.max(b)),
        };
        self.stops.extend(&other.stops);
        self.pills.extend(&other.pills);
        self.pills.sort_unstable();
        self.ease = self.ease.max(other.ease);
        self
    }

    /// Simulated milliseconds per second at a moment.
    pub fn speed_milli(&self, at: SimTime) -> u64 {
        if self.pills.is_empty() {
            return 1_000;
        }
        let quiet = self.quiet_from.is_some_and(|from| from <= at);
        let most = if quiet { QUIET } else { FASTEST };
        self.stops
            .iter()
            .map(|stop| stop.speed_milli(at, self.ease))
            .fold(u64::from(most) * 1_000, u64::min)
    }

    /// Simulated seconds per second at a moment.
    pub fn speed(&self, at: SimTime) -> u32 {
        ((self.speed_milli(at) + 500) / 1_000) as u32
    }

    /// From when on nothing but the end is ahead, and nothing was lost.
    pub fn quiet_from(&self) -> Option<SimTime> {
        self.quiet_from
    }

    /// Wall time from the last pill before the first good order that expires to that order; 0 if none does.
    fn pill_to_spill(&self, marks: &[Mark]) -> u64 {
        let first = marks.iter().find(|mark| {
            mark.kind == MarkKind::FirstExpiry && self.pills.first().is_some_and(|&p| p <= mark.at)
        });
        let Some(spill) = first.map(|mark| mark.at) else {
            return 0;
        };
        let before = self.pills.partition_point(|&pill| pill <= spill);
        let mut at = self.pills[before - 1];
        let mut wall_ms = 0;
        // Steps of a frame's length; past twice the budget the answer is known.
        while at < spill && wall_ms < 2 * BUDGET_MS {
            at = at + SimDuration(self.speed_milli(at) * 16);
            wall_ms += 16;
        }
        wall_ms
    }
}

impl Stop {
    fn speed_milli(self, at: SimTime, ease: u64) -> u64 {
        let distance = self.from.since(at).0.max(at.since(self.to).0);
        u64::from(self.speed) * 1_000 + distance / ease
    }
}

fn stop(at: SimTime, speed: u32, wall_ms: u64) -> Stop {
    Stop {
        from: at,
        to: at + SimDuration::from_millis(wall_ms * u64::from(speed)),
        speed,
    }
}

/// How long a pill is watched: until it has failed, or has been given up.
fn landing(pace: Pace, pill: SimTime, marks: &[Mark]) -> u64 {
    let near = marks
        .iter()
        .filter(|mark| mark.at >= pill && mark.at.since(pill) <= LANDING);
    let seen = near.filter_map(|mark| match mark.kind {
        MarkKind::FirstFailure => Some((mark.at, 500)),
        MarkKind::Ticket | MarkKind::Discarded | MarkKind::PillLost => Some((mark.at, 1_500)),
        _ => None,
    });
    seen.map(|(at, more)| at.since(pill).0 / 1_000 + more)
        .fold(pace.pill, u64::max)
}

/// How slowly a kind of mark is played, and for how long, in wall time.
fn slowness(kind: MarkKind, pace: Pace) -> Option<(u32, u64)> {
    match kind {
        MarkKind::Released => (pace.release > 0).then_some((40, pace.release)),
        MarkKind::FirstExpiry => Some((40, 2_500)),
        MarkKind::WorstHour => Some((1_000, 1_000)),
        MarkKind::LastExpiry | MarkKind::CaughtUp => Some((300, 1_000)),
        MarkKind::Ticket | MarkKind::Discarded => Some((2, 1_500)),
        MarkKind::SettingChanged(_)
        | MarkKind::Resharded
        | MarkKind::ReshardRefused
        | MarkKind::Drained => Some((60, 1_000)),
        MarkKind::Throttled | MarkKind::NeighbourThrottled | MarkKind::WriteThrottled => {
            Some((100, 1_000))
        }
        MarkKind::PillLanded
        | MarkKind::PillLost
        | MarkKind::FirstFailure
        | MarkKind::LaneBlocked
        | MarkKind::Bisected
        | MarkKind::Paged(_)
        | MarkKind::BackToOk(_)
        | MarkKind::OrderBroken
        | MarkKind::End => None,
    }
}

/// From when on nothing but the end is ahead, if that is worth watching: the last pill was dealt with and no good
/// order expired after it.
fn quiet_from(pills: &[SimTime], marks: &[Mark]) -> Option<SimTime> {
    let pill = *pills.last()?;
    let after = || marks.iter().filter(|mark| mark.at >= pill);
    let spilt = after().any(|mark| mark.kind == MarkKind::FirstExpiry);
    let dealt_with = after().any(|mark| {
        matches!(
            mark.kind,
            MarkKind::Ticket
                | MarkKind::Discarded
                | MarkKind::Released
                | MarkKind::CaughtUp
                | MarkKind::PillLost
        )
    });
    if spilt || !dealt_with {
        return None;
    }
    after()
        .filter(|mark| {
            // An alarm that switches itself off tells nothing of the stream.
            !matches!(
                mark.kind,
                MarkKind::Paged(_) | MarkKind::BackToOk(_) | MarkKind::End
            )
        })
        .map(|mark| mark.at)
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::RangeInclusive;

    const FRAME: SimDuration = SimDuration(16_700);

    fn mark(at: SimTime, kind: MarkKind) -> Mark {
        Mark {
            at,
            shard: Some(1),
            kind,
            role: crate::engine::config::Role::First,
        }
    }

    /// The story of a pill that is retried until it expires; good orders begin to expire `gap` seconds after (or before) its release.
    fn overflow(pill: SimTime, gap: i64) -> Vec<Mark> {
        let hours = |h| pill + SimDuration::from_hours(h);
        let secs = |s| pill + SimDuration::from_secs(s);
        let release = 86_430;
        let mut marks = vec![
            mark(secs(1), MarkKind::PillLanded),
            mark(secs(2), MarkKind::FirstFailure),
            mark(secs(4), MarkKind::LaneBlocked),
            mark(secs(release), MarkKind::Released),
            mark(secs((release as i64 + gap) as u64), MarkKind::FirstExpiry),
            mark(hours(28), MarkKind::WorstHour),
            mark(hours(31), MarkKind::LastExpiry),
            mark(hours(38), MarkKind::CaughtUp),
            mark(hours(48), MarkKind::End),
        ];
        marks.sort();
        marks
    }

    fn cured(pill: SimTime) -> Vec<Mark> {
        let secs = |s| pill + SimDuration::from_secs(s);
        vec![
            mark(secs(1), MarkKind::PillLanded),
            mark(secs(2), MarkKind::FirstFailure),
            mark(secs(3), MarkKind::Bisected),
            mark(secs(4), MarkKind::Ticket),
            mark(secs(7), MarkKind::CaughtUp),
            mark(pill + SimDuration::from_hours(48), MarkKind::End),
        ]
    }

    /// Plays frame by frame; returns the wall time to `to` and the largest change of speed between two frames.
    fn play(plan: &Plan, from: SimTime, to: SimTime) -> (f64, f64) {
        let (mut at, mut wall, mut jolt) = (from, 0.0, 1.0_f64);
        let mut speed = plan.speed_milli(at) as f64;
        while at < to {
            at += SimDuration(FRAME.0 * plan.speed_milli(at) / 1_000);
            wall += FRAME.as_secs_f64();
            let next = plan.speed_milli(at) as f64;
            jolt = jolt.max(next / speed).max(speed / next);
            speed = next;
        }
        (wall, jolt)
    }

    #[test]
    fn a_pill_reaches_the_spill_in_twenty_seconds() {
        for quarter in 0..=48 {
            for gap in [-50, 0, 1, 59, 300, 1_800, 2 * 3_600, 6 * 3_600] {
                let pill = SimTime::from_secs(quarter * 900);
                let marks = overflow(pill, gap);
                let spill = marks.iter().find(|m| m.kind == MarkKind::FirstExpiry);
                let plan = Plan::new(&[pill], &marks);
                let (wall, jolt) = play(&plan, pill, spill.expect("a spill").at);
                assert!((8.0..=20.0).contains(&wall), "{pill} + {gap} s: {wall} s");
                assert!(jolt <= 2.5, "{pill} + {gap} s: speed changes {jolt}-fold");
            }
        }
    }

    #[test]
    fn the_whole_story_is_smooth_and_ends() {
        let pill = SimTime::from_hours(1);
        let marks = overflow(pill, 30);
        let plan = Plan::new(&[pill], &marks);
        let (wall, jolt) = play(&plan, pill, pill + SimDuration::from_hours(48));
        assert!(wall <= 60.0, "{wall} s");
        assert!(jolt <= 2.5, "speed changes {jolt}-fold");
    }

    /// Name, pills, marks, when, and how fast.
    type Row<'a> = (
        &'a str,
        Vec<SimTime>,
        Vec<Mark>,
        SimTime,
        RangeInclusive<u32>,
    );

    #[test]
    fn speed_follows_the_story() {
        let pill = SimTime::from_hours(1);
        let story = overflow(pill, 30);
        let at = |secs: u64| pill + SimDuration::from_secs(secs);
        let rows: &[Row] = &[
            ("no pill", vec![], vec![], at(0), 1..=1),
            (
                "no pill, whatever happens",
                vec![],
                story.clone(),
                at(50_000),
                1..=1,
            ),
            ("the pill is sent", vec![pill], story.clone(), at(0), 1..=1),
            (
                "it is seen to fail",
                vec![pill],
                story.clone(),
                at(3),
                1..=1,
            ),
            ("time runs away", vec![pill], story.clone(), at(10), 2..=100),
            (
                "the day goes by",
                vec![pill],
                story.clone(),
                at(40_000),
                FASTEST..=FASTEST,
            ),
            (
                "the release",
                vec![pill],
                story.clone(),
                at(86_430),
                30..=60,
            ),
            ("the spill", vec![pill], story.clone(), at(86_460), 30..=60),
            (
                "on to the worst",
                vec![pill],
                story.clone(),
                at(93_000),
                5_000..=FASTEST,
            ),
            (
                "on to the end",
                vec![pill],
                story.clone(),
                at(160_000),
                FASTEST..=FASTEST,
            ),
            (
                "towards a pill",
                vec![pill],
                story.clone(),
                SimTime::ZERO,
                5_000..=FASTEST,
            ),
            (
                "not computed yet",
                vec![pill],
                vec![],
                at(40_000),
                FASTEST..=FASTEST,
            ),
            (
                "blocked beyond the end",
                vec![pill],
                story[..3].to_vec(),
                at(40_000),
                FASTEST..=FASTEST,
            ),
            ("the ticket", vec![pill], cured(pill), at(4), 1..=1),
            ("caught up", vec![pill], cured(pill), at(7), 1..=8),
            ("cured", vec![pill], cured(pill), at(3_600), 60..=60),
        ];
        for (name, pills, marks, at, expected) in rows {
            let speed = Plan::new(pills, marks).speed(*at);
            assert!(expected.contains(&speed), "{name}: {speed}×");
        }
    }

    #[test]
    fn a_mark_that_comes_every_hour_slows_once() {
        let pill = SimTime::from_hours(1);
        let hourly = (2..40).map(|h| mark(SimTime::from_hours(h), MarkKind::Discarded));
        let plan = Plan::new(&[pill], &hourly.collect::<Vec<_>>());
        assert_eq!(plan.stops.len(), 2);
    }

    #[test]
    fn sixty_four_pills_are_played_to_the_end() {
        let pills: Vec<_> = (0..64).map(|i| SimTime::from_secs(3_600 + i)).collect();
        let plan = Plan::new(&pills, &overflow(pills[63], 30));
        let (wall, jolt) = play(&plan, pills[63], pills[63] + SimDuration::from_hours(24));
        assert!(wall <= 20.0 && jolt <= 2.5, "{wall} s, {jolt}-fold");
    }
}
