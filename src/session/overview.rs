//! The few metrics that tell most, over the whole run: what CloudWatch keeps by the minute, drawn together into columns.
//! Kept from one look to the next; only minutes that nobody has looked at yet are added.

use super::world::World;
use crate::engine::config::Role;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::metrics::Metric;
use crate::recording::recorder::Recorder;

/// No graph has more columns than this.
pub const COLUMNS_MAX: u64 = 240;

const MINUTE_US: u64 = 60_000_000;

/// One metric over the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// The largest minute of each column, in thousandths like [`crate::recording::metrics::Period::milli`]; `None` without
    /// data. As long as the run is known.
    pub columns: Vec<Option<u64>>,
    /// The sum of all minutes, in whole units.
    pub total: u64,
}

impl Series {
    fn add(&mut self, column: usize, value: Option<u64>) {
        if self.columns.len() <= column {
            self.columns.resize(column + 1, None);
        }
        self.columns[column] = self.columns[column].max(value.map(|value| value * 1_000));
        self.total += value.unwrap_or(0);
    }
}

/// A mapping's metrics over the whole run, as far as they are computed; under the veil up to the playhead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Of which run, and of which mapping; `None` of none.
    of: Option<(u64, Role)>,
    /// How many minutes are in it.
    minutes: usize,
    /// How long a column is.
    pub column: SimDuration,
    /// How many columns the whole run has.
    pub count: usize,
    /// `IteratorAge`, the oldest of the shards at the end of each minute.
    pub age: Series,
    /// `Errors`.
    pub errors: Series,
    /// `Throttles`.
    pub throttles: Series,
    /// Good records that expired unread.
    pub expired: Series,
}

impl Default for Overview {
    fn default() -> Self {
        Self::new(None, SimTime::ZERO)
    }
}

impl Overview {
    fn new(of: Option<(u64, Role)>, end: SimTime) -> Self {
        let minutes = end.0.div_ceil(MINUTE_US).max(1);
        let column = minutes.div_ceil(COLUMNS_MAX);
        Self {
            of,
            minutes: 0,
            column: SimDuration(column * MINUTE_US),
            count: minutes.div_ceil(column) as usize,
            age: Series::default(),
            errors: Series::default(),
            throttles: Series::default(),
            expired: Series::default(),
        }
    }

    /// Adds the minutes of a mapping that may be known by now.
    pub fn follow(&mut self, world: &mut World, role: Role) {
        let of = Some((world.revision(), role));
        let end = world.end();
        // A minute that goes on when the veil falls on it is not over.
        let over = world
            .is_veiled()
            .then(|| (world.at().0 / MINUTE_US) as usize);
        let recorder = world.recorder();
        let computed = match role {
            Role::First => recorder.watched(),
            Role::Second => recorder.second_watched(),
        };
        let known = computed.len().min(over.unwrap_or(usize::MAX));
        if self.of != of || known < self.minutes {
            *self = Self::new(of, end);
        }
        for minute in self.minutes..known {
            self.add(recorder, role, minute);
        }
        self.minutes = known;
    }

    fn add(&mut self, recorder: &Recorder, role: Role, minute: usize) {
        let watched = match role {
            Role::First => recorder.watched()[minute],
            Role::Second => recorder.second_watched()[minute],
        };
        let shards = 0..recorder.shards().len() as u16;
        let minutes = shards.filter_map(|shard| match role {
            Role::First => recorder.minutes(shard).get(minute),
            Role::Second => recorder.second_minutes(shard).get(minute),
        });
        let throttles = minutes.map(|minute| u64::from(minute.throttles)).sum();
        let column = (minute as u64 * MINUTE_US / self.column.0) as usize;
        self.age.add(column, watched.age_ms.map(u64::from));
        self.errors.add(column, Some(u64::from(watched.errors)));
        self.throttles.add(column, Some(throttles));
        self.expired.add(column, Some(u64::from(watched.expired)));
    }

    /// Until when it is known: the end of its last whole minute.
    pub fn known_until(&self) -> SimTime {
        SimTime(self.minutes as u64 * MINUTE_US)
    }

    /// `Errors` or `Throttles`: whichever counts more.
    pub fn failures(&self) -> (Metric, &Series) {
        if self.errors.total < self.throttles.total {
            (Metric::Throttles, &self.throttles)
        } else {
            (Metric::Errors, &self.errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::link::from_link;
    use crate::session::{Command, Session, Transport};

    fn opened(link: &str) -> Session {
        let (shared, notices) = from_link(link);
        assert!(notices.is_empty(), "{notices:?}");
        Session::new(vec![World::new(shared.scenario)], SimTime::ZERO)
    }

    fn world(session: &mut Session) -> &mut World {
        session.world(0).expect("there is one")
    }

    /// The columns count what the ledger counts.
    #[test]
    fn the_columns_add_up_to_the_ledger() {
        for link in [
            "#v=1&at=1h:pill:1&horizon=30h",
            "#v=1&at=1h:pill:1&horizon=30h&ReservedConcurrentExecutions=1",
        ] {
            let mut session = opened(link);
            let world = world(&mut session);
            world.recorder().finish();
            let ledger = world.recorder().final_ledger();
            let mut overview = Overview::default();
            overview.follow(world, Role::First);
            assert_eq!(overview.errors.total, ledger.errors, "{link}");
            assert_eq!(overview.throttles.total, ledger.throttles, "{link}");
            assert_eq!(overview.expired.total, ledger.expired().good, "{link}");
            // The pill makes the run 49 h long: its time, its retention, and a day.
            assert_eq!(overview.known_until(), SimTime::from_hours(49));
            assert_eq!(overview.count, overview.errors.columns.len());
            assert!(overview.count as u64 <= COLUMNS_MAX);
            assert!(overview.expired.total > 0, "{link} has something to show");
        }
    }

    /// Looked at piece by piece while it is computed, it is the same as looked at once.
    #[test]
    fn pieces_make_the_whole() {
        let mut session = opened("#v=1&at=1h:pill:1&horizon=30h&secondMapping=true");
        let world = world(&mut session);
        let mut pieces = [Role::First, Role::Second].map(|role| (role, Overview::default()));
        let mut looks = 0;
        while !world.is_whole() {
            let mut work = 0;
            world.recorder().advance(&mut || {
                work += 1;
                work < 20
            });
            looks += 1;
            for (role, overview) in &mut pieces {
                overview.follow(world, *role);
            }
        }
        assert!(looks > 10, "{looks}");
        for (role, overview) in pieces {
            let mut whole = Overview::default();
            whole.follow(world, role);
            assert_eq!(overview, whole, "{role:?}");
        }
    }

    #[test]
    fn nothing_beyond_the_playhead_is_shown_under_the_veil() {
        let mut session = opened("#v=1&at=1h:pill:1&horizon=30h");
        world(&mut session).recorder().finish();
        session.apply(0, Command::PutOnVeil);
        let mut overview = Overview::default();
        for (seconds, known) in [(18_030, 18_000), (10_000, 9_960), (18_061, 18_060)] {
            let to = SimTime::from_secs(seconds);
            session.apply(0, Command::Clock(Transport::Seek(to)));
            overview.follow(world(&mut session), Role::First);
            assert_eq!(overview.known_until(), SimTime::from_secs(known));
            let columns = (known * 1_000_000).div_ceil(overview.column.0) as usize;
            assert_eq!(overview.age.columns.len(), columns);
        }
        session.apply(0, Command::LiftVeil);
        overview.follow(world(&mut session), Role::First);
        // The pill makes the run 49 h long: its time, its retention, and a day.
        assert_eq!(overview.known_until(), SimTime::from_hours(49));
    }
}
