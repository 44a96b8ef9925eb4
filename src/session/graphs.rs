//! The periods of the metrics that a panel shows, kept from one look to the next: only those that nobody has looked at
//! yet are told anew, the youngest first, as far as time allows.

use super::world::World;
use crate::engine::config::Role;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::metrics::Period;
use crate::recording::recorder::Recorder;
use crate::recording::recorder::telling::Telling;

/// How many periods a graph has.
pub const PERIODS: usize = 60;
/// The most that are told at once. Together they cost less than one by one; a large run takes milliseconds for each.
const TOGETHER: usize = 32;

/// The last periods before the playhead.
#[derive(Default)]
pub struct Graphs {
    /// Of which run, of what length and of which mapping.
    of: (u64, SimDuration, Role),
    /// The number of the first, counted from the start of the run.
    first: usize,
    /// `None` where nobody has looked yet.
    periods: Vec<Option<Period>>,
    /// What is being told, and the number of its first period.
    telling: Option<(usize, Telling)>,
    /// How many to begin with at once.
    together: usize,
}

impl Graphs {
    /// They are a mapping's of `world`'s moment, which must be computed: periods of `length` that have ended. Looks while
    /// there is `more` time, and at a small piece at least; returns whether all are there.
    pub fn follow(
        &mut self,
        world: &mut World,
        (role, length): (Role, SimDuration),
        more: &mut dyn FnMut() -> bool,
    ) -> bool {
        self.shift(world, (role, length));
        let recorder = world.recorder();
        let mut began = false;
        while let Some((from, mut telling)) = self.telling.take().or_else(|| {
            began = true;
            self.begin(recorder)
        }) {
            if !recorder.tell_on(&mut telling, more) {
                self.telling = Some((from, telling));
                return false;
            }
            let together = self.together.clamp(1, TOGETHER);
            for (number, told) in (from..).zip(recorder.told(telling)) {
                let index = number.checked_sub(self.first);
                if let Some(period) = index.and_then(|index| self.periods.get_mut(index)) {
                    *period = Some(told);
                }
            }
            // Those that take longer than a look are told one by one, so that the youngest is there soon.
            let in_time = more();
            self.together = if began && in_time { 2 * together } else { 1 };
            if !in_time {
                break;
            }
        }
        self.periods.iter().all(Option::is_some)
    }

    /// Begins to tell the youngest that nobody has looked at, and some before it.
    fn begin(&self, recorder: &Recorder) -> Option<(usize, Telling)> {
        let (_, length, role) = self.of;
        let last = self.periods.iter().rposition(Option::is_none)?;
        let known = self.periods[..last].iter().rposition(Option::is_some);
        let together = self.together.clamp(1, TOGETHER);
        let from = known
            .map_or(0, |known| known + 1)
            .max((last + 1).saturating_sub(together));
        let at = SimTime((self.first + from) as u64 * length.0);
        let telling = recorder.tell(role, at, length, last + 1 - from);
        Some((self.first + from, telling))
    }

    /// Moves on to the world's moment, and keeps what it can.
    fn shift(&mut self, world: &World, (role, length): (Role, SimDuration)) {
        let of = (world.revision(), length, role);
        if self.of != of {
            self.periods.clear();
            self.telling = None;
        }
        let end = (world.at().0 / length.0) as usize;
        let first = end.saturating_sub(PERIODS);
        let kept = |number: usize| *self.periods.get(number.checked_sub(self.first)?)?;
        self.periods = (first..end).map(kept).collect();
        (self.of, self.first) = (of, first);
    }

    /// The periods, oldest first; one that nobody has looked at yet has no data.
    pub fn periods(&self) -> impl Iterator<Item = Period> {
        self.periods.iter().map(|period| period.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::link::from_link;
    use crate::session::Command;

    /// What is pieced together, however little time there is, is what the recording tells at once.
    #[test]
    fn periods_pieced_together_are_those_told_at_once() {
        check("#v=1&at=1h:pill:1&secondMapping=true&horizon=30h");
        // One period takes many pieces; shards are opened and closed in it, and requests are made again and again.
        check(
            "#v=1&secondMapping=true&recordsPerSecond=200&ParallelizationFactor=3&keyCount=1000&serverErrors=2&at=10m:split:0\
             &at=1h10m:merge:1&at=1h6m:pill:1&at=1h5m:ParallelizationFactor:5&horizon=26h",
        );
    }

    fn check(link: &str) {
        let (shared, notices) = from_link(link);
        assert!(notices.is_empty(), "{notices:?}");
        let mut world = World::new(shared.scenario);
        world.recorder().finish();
        let mut graphs = Graphs::default();
        // Seconds and the length of a period, one after another; how many periods there are then.
        for (at, length, role, count) in [
            (0, 60, Role::First, 0),
            (59, 60, Role::First, 0),
            (90, 60, Role::First, 1),
            (4_000, 60, Role::First, 60),
            (4_021, 60, Role::First, 60),
            (4_200, 60, Role::First, 60),
            (3_000, 60, Role::First, 50),
            (3_000, 60, Role::Second, 50),
            (3_000, 1, Role::Second, 60),
            (3_000, 1, Role::First, 60),
            (3_007, 1, Role::First, 60),
            (3_007, 300, Role::First, 10),
            (90_000, 300, Role::First, 60),
            (90_301, 300, Role::First, 60),
        ] {
            world.follow(SimTime::from_secs(at));
            let length = SimDuration::from_secs(length);
            let mut looks = 1;
            while !graphs.follow(&mut world, (role, length), &mut || false) {
                looks += 1;
            }
            let periods: Vec<Period> = graphs.periods().collect();
            let end = at * 1_000_000 / length.0;
            let from = SimTime((end - count as u64) * length.0);
            let told = world.recorder().metrics_of(role, from, length, count);
            assert!(periods == told, "{at} s by {length:?}");
            assert!(
                looks <= 200 * (1 + count),
                "{looks} looks at {count} periods"
            );
        }
    }

    #[test]
    fn another_run_is_looked_at_anew() {
        let (shared, _) = from_link("#v=1&horizon=2h");
        let mut world = World::new(shared.scenario);
        world.recorder().finish();
        world.follow(SimTime::from_secs(3_600));
        let mut graphs = Graphs::default();
        let minute = (Role::First, SimDuration::from_secs(60));
        assert!(graphs.follow(&mut world, minute, &mut || true));
        let before: Vec<Period> = graphs.periods().collect();
        world.apply(Command::Set(crate::scenario::knobs::Knob::Seed, 2));
        world.recorder().finish();
        assert!(graphs.follow(&mut world, minute, &mut || true));
        assert!(!graphs.periods().eq(before));
    }
}
