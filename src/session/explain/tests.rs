//! What is said in each case, as data: a state, and words that must and must not be in it.

mod calm;
mod second;
mod trouble;

use super::*;
use crate::engine::config::MappingState;
use crate::engine::config::{Destination, Handler, Handling, Limit, Pill, Reply};
use crate::engine::ledger::{Ledger, Tally};
use crate::engine::shard_map::HashRange;
use crate::recording::moment::{BatchMoment, LastResult, NeighbourMoment};
use crate::scenario::Scenario;
use crate::scenario::knobs::Knob;
use crate::session::Command;

const HOUR: u64 = 3_600;

/// A state to explain: the opening scenario with two shards, all well, at 9 in the morning.
struct State {
    scenario: Scenario,
    config: Config,
    moment: Moment,
    marks: Vec<Mark>,
}

fn shard(index: u16) -> ShardMoment {
    ShardMoment {
        shard: index,
        range: HashRange::ALL,
        parents: Vec::new(),
        closed_at: None,
        waits: false,
        ledger: Ledger::default(),
        stored: 0,
        trim: 0,
        head: 0,
        iterator_age: SimDuration::ZERO,
        headroom: SimDuration::from_hours(24),
        blocked: false,
        offered_milli: 36_000,
        takes_milli: 1_000_000,
        capacity_milli: 46_948,
        expired_last_minute: 0,
        throttled_last_minute: 0,
        lanes: vec![LaneMoment {
            lane: 0,
            phase: Phase::Idle {
                until: SimTime::ZERO,
            },
            batch: None,
            waiting_halves: (0, 0),
            queued: 0,
        }],
    }
}

fn batch(count: u32, failures: u32, pill: Option<u64>) -> BatchMoment {
    BatchMoment {
        first: 0,
        last: u64::from(count) - 1,
        count,
        failures,
        pill,
        request: 1,
        oldest: SimTime::from_secs(HOUR),
        too_large: false,
    }
}

impl State {
    fn new(secs: u64) -> Self {
        let at = SimTime::from_secs(secs);
        let scenario = Scenario::default();
        let mut state = Self {
            config: crate::scenario::configure::configure(&scenario).0,
            scenario,
            moment: Moment {
                second: None,
                at,
                retention: SimDuration::from_hours(24),
                max_record_age: None,
                ledger: Ledger::default(),
                rate_milli: 72_000,
                shards: vec![shard(0), shard(1)],
                running: (0, 1_000),
                neighbour: NeighbourMoment::default(),
                state: MappingState::Enabled,
                last_result: LastResult::Ok,
            },
            marks: Vec::new(),
        };
        state.moment.at = at;
        state
    }

    fn with(mut self, knob: Knob, value: i64) -> Self {
        self.scenario.settings.set(knob, value);
        let pills = std::mem::take(&mut self.config.pills);
        self.config = crate::scenario::configure::configure(&self.scenario).0;
        self.config.pills = pills;
        self
    }

    fn mark(mut self, secs: u64, kind: MarkKind) -> Self {
        self.marks.push(Mark {
            at: SimTime::from_secs(secs),
            shard: Some(1),
            kind,
            role: crate::engine::config::Role::First,
        });
        self
    }

    fn pill(mut self, secs: u64) -> Self {
        self.config.pills.push(Pill {
            fails: crate::engine::config::Fails::Always,
            at: SimTime::from_secs(secs),
            shard: 1,
        });
        self
    }

    /// Changes shard 1.
    fn shard(mut self, change: impl FnOnce(&mut ShardMoment)) -> Self {
        change(&mut self.moment.shards[1]);
        self
    }

    fn lane(self, change: impl FnOnce(&mut LaneMoment)) -> Self {
        self.shard(|shard| change(&mut shard.lanes[0]))
    }

    fn ledger(mut self, change: impl FnOnce(&mut Ledger)) -> Self {
        change(&mut self.moment.ledger);
        self
    }

    fn late(mut self, age: u64, unread: u64, arriving_milli: u64) -> Self {
        self.moment.rate_milli = 2 * arriving_milli;
        self.shard(|shard| {
            shard.iterator_age = SimDuration::from_secs(age);
            shard.headroom = SimDuration::from_secs((24 * HOUR).saturating_sub(age));
            shard.ledger.unread.good = unread;
            shard.offered_milli = arriving_milli;
        })
    }

    fn explain(&self) -> Explanation {
        explain(&Situation {
            moment: &self.moment,
            config: &self.config,
            marks: &self.marks,
        })
    }
}

/// Stuck on shard 1 since 1:00:02, after so many failures.
fn blocked(secs: u64, count: u32, failures: u32) -> State {
    State::new(secs)
        .pill(HOUR)
        .mark(HOUR + 1, MarkKind::PillLanded)
        .mark(HOUR + 2, MarkKind::FirstFailure)
        .mark(HOUR + 4, MarkKind::LaneBlocked)
        .late(secs - HOUR, 1_812_345, 36_000)
        .shard(|shard| shard.blocked = true)
        .lane(|lane| {
            lane.batch = Some(batch(count, failures, Some(17)));
            lane.phase = Phase::BackingOff {
                since: SimTime::from_secs(secs),
                until: SimTime::from_secs(secs + 60),
            };
        })
}

/// Released at 25:00.
fn released(secs: u64) -> State {
    State::new(secs)
        .pill(HOUR)
        .mark(HOUR + 1, MarkKind::PillLanded)
        .mark(HOUR + 4, MarkKind::LaneBlocked)
        .mark(25 * HOUR, MarkKind::Released)
}

fn tally(good: u64, poison: u64) -> Tally {
    Tally { good, poison }
}

struct Row {
    name: &'static str,
    state: State,
    says: &'static [&'static str],
    blame: Option<Knob>,
    cure: Option<&'static str>,
}

fn row(
    name: &'static str,
    state: State,
    says: &'static [&'static str],
    blame: Option<Knob>,
    cure: Option<&'static str>,
) -> Row {
    Row {
        name,
        state,
        says,
        blame,
        cure,
    }
}

fn check(rows: Vec<Row>) {
    for row in rows {
        let found = row.state.explain();
        let text = format!("{} {}", found.headline, found.sentences.join(" "));
        for words in row.says {
            assert!(
                text.contains(words),
                "{}: no {words:?} in {text:?}",
                row.name
            );
        }
        assert_eq!(found.blame, row.blame, "{}: {text}", row.name);
        let cure = found.cure.as_ref().map(|(words, _)| words.as_str());
        assert_eq!(cure, row.cure, "{}: {text}", row.name);
        assert!(!found.headline.is_empty(), "{}", row.name);
        let most = 3 + usize::from(row.state.moment.second.is_some());
        assert!(found.sentences.len() <= most, "{}: {text}", row.name);
        assert!(
            !text.contains("  ") && !text.contains(".."),
            "{}: {text}",
            row.name
        );
        assert_eq!(found, row.state.explain(), "{}: always the same", row.name);
    }
}

const GIVE_UP: &str =
    "MaximumRetryAttempts 2, BisectBatchOnFunctionError on, On-failure destination SQS, from here";
const FASTER: &str = "ParallelizationFactor 2, from here";
const RETRIES: Option<Knob> = Some(Knob::MaximumRetryAttempts);

impl State {
    fn shard0(mut self, change: impl FnOnce(&mut ShardMoment)) -> Self {
        change(&mut self.moment.shards[0]);
        self
    }
}

#[test]
fn the_defaults_of_the_rows_are_those_of_aws() {
    let state = State::new(0);
    let mapping = &state.config.consuming[0].mapping;
    assert_eq!(mapping.max_retries, Limit::Infinite);
    assert_eq!(mapping.destination, Destination::None);
    assert_eq!(state.config.producing[0].handling, Handling::Correct);
}

#[test]
fn catching_up_takes_the_backlog_over_the_gain() {
    // unread, arriving, capacity (milli) → seconds
    let rows: &[(u64, u64, u64, Option<u64>)] = &[
        // 24 h at λ, drained at 2λ and at 1.1λ (G15).
        (86_400 * 20, 20_000, 40_000, Some(86_400)),
        (86_400 * 20, 20_000, 22_000, Some(864_000)),
        (86_400 * 20, 20_000, 20_000, None),
        (86_400 * 20, 20_000, 10_000, None),
        (0, 20_000, 40_000, Some(0)),
    ];
    for &(unread, arriving, capacity, expected) in rows {
        let found = time_to_catch_up(unread, arriving, capacity);
        assert_eq!(found, expected.map(SimDuration::from_secs));
    }
}
