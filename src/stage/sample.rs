//! Sample moments without a run: a daily curve of arrivals, and shards in the states worth looking at.

use crate::engine::config::MappingState;
use crate::engine::ledger::{Ledger, Tally};
use crate::engine::minute::Minute;
use crate::engine::shard_map::HashRange;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::moment::{
    BatchMoment, LaneMoment, LastResult, Moment, NeighbourMoment, Phase, ShardMoment,
};
use crate::stage::source::StageSource;

/// Arrivals on a daily curve, stored request by request, once a second.
pub(crate) struct Sample {
    /// Orders per second and shard.
    pub(crate) mean: f64,
    /// Pills: shard and position.
    pub(crate) pills: Vec<(u16, u64)>,
}

const DAY: f64 = 86_400.0;

impl Sample {
    fn arrived(&self, seconds: f64) -> f64 {
        let turn = std::f64::consts::TAU / DAY;
        let phase = 4.5 * 3_600.0 * turn;
        let swing = ((turn * seconds - phase).sin() + phase.sin()) / turn;
        self.mean * (seconds + 0.5 * swing)
    }

    /// Orders per second and shard at a time.
    pub(crate) fn rate(&self, seconds: f64) -> f64 {
        let turn = std::f64::consts::TAU / DAY;
        self.mean * (1.0 + 0.5 * (turn * (seconds - 4.5 * 3_600.0)).cos())
    }
}

impl StageSource for Sample {
    fn stored_by(&self, shard: u16, t: SimTime) -> u64 {
        let offset = 25_000 + u64::from(shard) * 3_000;
        let request = t.0.saturating_sub(offset) / 1_000_000;
        self.arrived(request as f64) as u64
    }

    fn stored_at(&self, shard: u16, position: u64) -> SimTime {
        let offset = 25_000 + u64::from(shard) * 3_000;
        let (mut low, mut high) = (0_u64, 4_000_000_u64);
        while low < high {
            let middle = u64::midpoint(low, high);
            if (self.arrived(middle as f64) as u64) > position {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        SimTime(low * 1_000_000 + offset)
    }

    fn pills_by(&self, shard: u16, t: SimTime) -> Vec<u64> {
        let mine = self.pills.iter().filter(|pill| pill.0 == shard);
        mine.map(|pill| pill.1)
            .filter(|&position| self.stored_at(shard, position) <= t)
            .collect()
    }

    fn minute_before(&self, _shard: u16, _t: SimTime) -> Option<Minute> {
        None
    }

    fn has_destination(&self, _t: SimTime) -> bool {
        false
    }
}

fn good(n: u64) -> Tally {
    Tally { good: n, poison: 0 }
}

/// A shard whose reader stands `age` behind, with nothing in hand.
fn shard(source: &Sample, shard: u16, now: SimTime, age: SimDuration) -> ShardMoment {
    let stored = source.stored_by(shard, now);
    let retention = SimDuration::from_hours(24);
    let head = source.stored_by(shard, now.before(age)).min(stored);
    let trim = if now.0 > retention.0 {
        source.stored_by(shard, now.before(retention))
    } else {
        0
    };
    let ledger = Ledger {
        stored: good(stored),
        processed: good(head),
        unread: good(stored - head),
        ..Ledger::default()
    };
    ShardMoment {
        shard,
        range: HashRange::ALL,
        parents: Vec::new(),
        closed_at: None,
        waits: false,
        ledger,
        stored,
        trim,
        head,
        iterator_age: age,
        headroom: retention - age,
        blocked: false,
        offered_milli: (source.rate(now.0 as f64 / 1e6) * 1e3) as u64,
        takes_milli: 1_000_000,
        capacity_milli: 47_000,
        expired_last_minute: 0,
        throttled_last_minute: 0,
        lanes: vec![LaneMoment {
            lane: 0,
            phase: Phase::Idle {
                until: now + SimDuration::from_millis(400),
            },
            batch: None,
            waiting_halves: (0, 0),
            queued: stored - head,
        }],
    }
}

/// Puts a batch into a lane's hand.
fn hold(
    source: &Sample,
    shard: &mut ShardMoment,
    lane: usize,
    count: u32,
    failures: u32,
    phase: Phase,
) {
    let lanes = shard.lanes.len() as u64;
    let first = shard.head;
    let last = (first + u64::from(count) * lanes - 1).min(shard.stored.max(1) - 1);
    let pill = source
        .pills_by(shard.shard, SimTime::NEVER)
        .into_iter()
        .find(|p| (first..=last).contains(p));
    shard.lanes[lane].batch = Some(BatchMoment {
        first,
        last,
        count,
        failures,
        pill,
        request: 1,
        oldest: source.stored_at(shard.shard, first),
        too_large: false,
    });
    shard.lanes[lane].phase = phase;
}

fn whole(source: &Sample, now: SimTime, shards: Vec<ShardMoment>) -> Moment {
    let mut ledger = Ledger::default();
    for shard in &shards {
        ledger.generated += shard.ledger.stored;
        ledger.stored += shard.ledger.stored;
        ledger.processed += shard.ledger.processed;
        ledger.unread += shard.ledger.unread;
        ledger.expired_undelivered += shard.ledger.expired_undelivered;
        ledger.handled_again += shard.ledger.handled_again;
        ledger.charged_twice += shard.ledger.charged_twice;
    }
    Moment {
        second: None,
        at: now,
        retention: SimDuration::from_hours(24),
        max_record_age: None,
        ledger,
        rate_milli: (source.rate(now.0 as f64 / 1e6) * shards.len() as f64 * 1e3) as u64,
        shards,
        running: (1, 1_000),
        neighbour: NeighbourMoment::default(),
        state: MappingState::Enabled,
        last_result: LastResult::Ok,
    }
}

fn invoking(now: SimTime, since_ms: u64, left_ms: u64) -> Phase {
    Phase::Invoking {
        since: now.before(SimDuration::from_millis(since_ms)),
        until: now + SimDuration::from_millis(left_ms),
    }
}

fn backing_off(now: SimTime, since_ms: u64, left_ms: u64) -> Phase {
    Phase::BackingOff {
        since: now.before(SimDuration::from_millis(since_ms)),
        until: now + SimDuration::from_millis(left_ms),
    }
}

fn well(source: &Sample, index: u16, now: SimTime) -> ShardMoment {
    let mut shard = shard(source, index, now, SimDuration::from_millis(1_100));
    hold(source, &mut shard, 0, 49, 0, invoking(now, 600, 500));
    shard
}

/// The names of the samples, for a page or a test that walks through them.
pub(crate) const NAMES: [&str; 9] = [
    "start", "healthy", "failing", "bisected", "blocked", "spilling", "cured", "shards", "parallel",
];

/// A sample: its arrivals, its moment, and a speed that suits it.
pub(crate) fn sample(name: &str) -> (Sample, Moment, u32) {
    let mut source = Sample {
        mean: 36.0,
        pills: Vec::new(),
    };
    let hours = match name {
        "start" => 0.0,
        "healthy" => 0.9,
        "failing" | "bisected" => 1.0,
        "blocked" | "shards" | "parallel" => 11.0,
        "spilling" => 28.0,
        _ => 44.0,
    };
    let now = SimTime((hours * 3_600e6) as u64 + 7_300_000);
    let (shards, speed) = match name {
        "start" | "healthy" => (vec![well(&source, 0, now), well(&source, 1, now)], 1),
        "failing" | "bisected" => (failing(&mut source, now, name == "bisected"), 1),
        "blocked" => (
            vec![well(&source, 0, now), blocked(&mut source, 1, now)],
            2_000,
        ),
        "spilling" => (vec![well(&source, 0, now), spilling(&source, now)], 10_000),
        "shards" => (many(&mut source, now), 600),
        "parallel" => (parallel(&mut source, now), 60),
        _ => (vec![well(&source, 0, now), cured(&source, now)], 1_000),
    };
    let moment = whole(&source, now, shards);
    (source, moment, speed)
}

fn failing(source: &mut Sample, now: SimTime, bisected: bool) -> Vec<ShardMoment> {
    let mut bad = shard(source, 1, now, SimDuration::from_millis(6_200));
    source.pills.push((1, bad.head + 11));
    if bisected {
        hold(source, &mut bad, 0, 24, 1, invoking(now, 200, 300));
        bad.lanes[0].waiting_halves = (2, 74);
    } else {
        hold(source, &mut bad, 0, 98, 2, backing_off(now, 700, 900));
        (bad.ledger.handled_again, bad.ledger.charged_twice) = (22, 22);
    }
    vec![well(source, 0, now), bad]
}

fn blocked(source: &mut Sample, index: u16, now: SimTime) -> ShardMoment {
    let mut bad = shard(source, index, now, SimDuration::from_hours(10));
    source.pills.push((index, bad.head + 37));
    hold(
        source,
        &mut bad,
        0,
        100,
        571,
        backing_off(now, 20_000, 40_000),
    );
    bad.blocked = true;
    bad.ledger.handled_again = 571 * 37;
    bad.ledger.charged_twice = 571 * 37;
    bad
}

fn spilling(source: &Sample, now: SimTime) -> ShardMoment {
    let mut bad = shard(source, 1, now, SimDuration::from_secs(86_399));
    hold(source, &mut bad, 0, 100, 0, invoking(now, 900, 1_200));
    bad.expired_last_minute = 312;
    bad.ledger.expired_undelivered = good(46_714);
    bad.ledger.processed = good(bad.head - 46_714);
    bad
}

fn cured(source: &Sample, now: SimTime) -> ShardMoment {
    let mut late = shard(source, 1, now, SimDuration::from_hours(20));
    hold(source, &mut late, 0, 100, 0, invoking(now, 900, 1_200));
    late.ledger.expired_undelivered = good(118_204);
    late.ledger.processed = good(late.head - 118_204);
    late
}

fn many(source: &mut Sample, now: SimTime) -> Vec<ShardMoment> {
    let mut all: Vec<ShardMoment> = (0..12).map(|i| well(source, i, now)).collect();
    all[7] = blocked(source, 7, now);
    all[3] = shard(source, 3, now, SimDuration::from_secs(2_400));
    all
}

fn parallel(source: &mut Sample, now: SimTime) -> Vec<ShardMoment> {
    let mut split = shard(source, 0, now, SimDuration::from_hours(2));
    source.pills.push((0, split.head + 37));
    let lane = split.lanes[0].clone();
    split.lanes = (0..4)
        .map(|i| LaneMoment {
            lane: i,
            ..lane.clone()
        })
        .collect();
    split.ledger.unread = good((split.stored - split.head) / 4);
    split.ledger.processed = good(split.stored - split.ledger.unread.good);
    hold(
        source,
        &mut split,
        0,
        100,
        131,
        backing_off(now, 20_000, 40_000),
    );
    let head = split.head;
    for lane in 1..4 {
        split.head = source.stored_by(0, now.before(SimDuration::from_millis(1_500)));
        hold(source, &mut split, lane, 12, 0, invoking(now, 300, 200));
    }
    split.head = head;
    split.blocked = true;
    vec![split, well(source, 1, now)]
}
