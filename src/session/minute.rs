//! What one minute of a run was like, for whoever points at it.

use super::world::World;
use crate::engine::time::{SimDuration, SimTime};

const MINUTE_US: u64 = 60_000_000;

/// One minute over all shards. Counts are sums over the minute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The iterator age of each shard that has something to say; a closed shard that is drained has not.
    pub ages: Vec<(u16, SimDuration)>,
    /// Records stored.
    pub stored: u64,
    /// Records processed.
    pub processed: u64,
    /// Good records expired.
    pub expired: u64,
    /// Invocations.
    pub invocations: u64,
    /// Those that failed.
    pub errors: u64,
    /// Those that were refused.
    pub throttles: u64,
}

impl World {
    /// The minute around a time; `None` where it is not computed or lies under the veil.
    pub fn minute(&self, at: SimTime) -> Option<Told> {
        let recorder = &self.recorder;
        if self.is_veiled() && self.at() < at || recorder.computed_until() < at {
            return None;
        }
        let mut told = Told::default();
        for shard in 0..recorder.shards_opened(at) as u16 {
            let Some(minute) = recorder.minutes(shard).get((at.0 / MINUTE_US) as usize) else {
                continue;
            };
            if at < recorder.closed_at(shard) || minute.iterator_age_ms > 0 {
                let age = SimDuration::from_millis(u64::from(minute.iterator_age_ms));
                told.ages.push((shard, age));
            }
            told.stored += u64::from(minute.stored);
            told.processed += u64::from(minute.processed);
            told.expired += u64::from(minute.expired);
            told.invocations += u64::from(minute.invocations);
            told.errors += u64::from(minute.errors);
            told.throttles += u64::from(minute.throttles);
        }
        Some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::session::Command;

    fn computed(world: &mut World) {
        while !world.is_whole() {
            world.compute(SimDuration::ZERO, &mut || true);
        }
    }

    #[test]
    fn a_minute_sums_up_every_shard() {
        let mut world = World::new(Scenario::default());
        computed(&mut world);
        let at = SimTime::from_hours(2);
        let told = world.minute(at).expect("it is computed");
        let shards: Vec<u16> = told.ages.iter().map(|&(shard, _)| shard).collect();
        assert_eq!(shards, [0, 1]);
        let minute = |shard: u16| &world.recorder.minutes(shard)[120];
        let stored = u64::from(minute(0).stored) + u64::from(minute(1).stored);
        assert_eq!(told.stored, stored);
        assert!(told.stored > 0 && told.processed > 0 && told.errors == 0);
    }

    #[test]
    fn nothing_is_told_of_what_is_not_computed_or_lies_under_the_veil() {
        let mut world = World::new(Scenario::default());
        world.follow(SimTime::from_hours(1));
        assert_eq!(world.minute(SimTime::from_hours(47)), None);
        computed(&mut world);
        world.apply(Command::SendPill(None));
        computed(&mut world);
        assert!(world.is_veiled());
        assert_eq!(world.minute(SimTime::from_hours(2)), None);
        assert!(world.minute(SimTime::from_secs(1_800)).is_some());
        world.apply(Command::LiftVeil);
        assert!(world.minute(SimTime::from_hours(2)).is_some());
    }
}
