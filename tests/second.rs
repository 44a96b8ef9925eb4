//! Two mappings on one stream: each its own reader (E14, S11), sharing the shards' reads (S2, M10) and the account (L1).
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::engine::fact::Fact;
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::bill::usage;
use overflowing_sink::recording::metrics::Metric;
use overflowing_sink::recording::moment::{Moment, SecondMoment};
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;

const HOUR: u64 = 3_600;

fn run(link: &str) -> Recorder {
    let (shared, notices) = from_link(&format!("#v=1&{link}"));
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    recorder
}

fn at(recorder: &mut Recorder, seconds: u64) -> (Moment, SecondMoment) {
    let moment = recorder.moment(SimTime::from_secs(seconds));
    assert!(moment.ledger.adds_up());
    let second = moment.second.clone().expect("there is a second mapping");
    (moment, second)
}

/// S11, E14: the pill blocks whoever cannot handle it, and nobody else; what one has read stays for the other.
#[test]
fn each_mapping_has_a_position_of_its_own() {
    // Settings, whether shard 1 is blocked for the first and for the second mapping ten hours after the pill.
    for (settings, first, second) in [
        ("", true, false),
        ("secondFailsOnPoison=true", true, true),
        ("fixed=true&secondFailsOnPoison=true", false, true),
        ("fixed=true", false, false),
        // Its own limits free it (E22, E37).
        (
            "secondFailsOnPoison=true&secondMaximumRetryAttempts=2",
            true,
            false,
        ),
    ] {
        let link = format!("secondMapping=true&at=1h:pill:1&{settings}");
        let mut recorder = run(&link);
        let (moment, other) = at(&mut recorder, 11 * HOUR);
        assert_eq!(
            (moment.shards[1].blocked, other.shards[1].blocked),
            (first, second),
            "{link}"
        );
        for (age, blocked) in [
            (moment.shards[1].iterator_age, first),
            (other.shards[1].iterator_age, second),
        ] {
            // A blocked reader stands at the pill's batch (M6), a free one is within a minute of now.
            let hours = (age.0 + 60_000_000) / 3_600_000_000;
            assert_eq!(hours, if blocked { 10 } else { 0 }, "{link}: {age:?}");
        }
        assert!(!moment.shards[0].blocked && !other.shards[0].blocked, "E28");
        // Everything stored is there for both.
        assert_eq!(other.ledger.stored, moment.ledger.stored);
    }
}

/// E22, E29, E37: its own retries and bisecting decide what it gives up.
#[test]
fn what_it_gives_up_is_its_own() {
    // Settings, records given up: good, poison.
    for (settings, given_up) in [
        (
            "secondFailsOnPoison=true&secondMaximumRetryAttempts=2&secondBisectBatchOnFunctionError=true",
            (0, 1),
        ),
        (
            "secondFailsOnPoison=true&secondMaximumRetryAttempts=0&secondBisectBatchOnFunctionError=true&secondBatchSize=10",
            (0, 1),
        ),
        ("secondMaximumRetryAttempts=2", (0, 0)),
    ] {
        let link = format!("horizon=6h&secondMapping=true&fixed=true&at=1h:pill:1&{settings}");
        let mut recorder = run(&link);
        let (moment, second) = at(&mut recorder, 6 * HOUR);
        let lost = second.ledger.discarded;
        assert_eq!((lost.good, lost.poison), given_up, "{link}");
        assert_eq!(moment.ledger.good_lost(), 0, "{link}: the first handles it");
        assert!(second.ledger.unread.total() < 500, "{link}: it carries on");
    }
}

/// S11: the second mapping changes no arrival, and where nothing is short nothing of the first mapping.
#[test]
fn the_first_mapping_does_not_notice_it() {
    let mut alone = run("horizon=6h&at=1h:pill:1");
    for settings in ["", "secondFailsOnPoison=true&secondParallelizationFactor=3"] {
        let mut both = run(&format!(
            "horizon=6h&at=1h:pill:1&secondMapping=true&{settings}"
        ));
        for shard in [0, 1] {
            assert_eq!(alone.shard_digest(shard), both.shard_digest(shard));
            assert_eq!(alone.minutes(shard), both.minutes(shard));
        }
        assert_ne!(alone.digest(), both.digest(), "the second has facts, too");
        assert_eq!(alone.final_ledger(), both.final_ledger());
    }
}

/// S2, M10: five reads a second and 2 MiB/s of a shard, for both together.
#[test]
fn both_share_the_reads_of_a_shard() {
    // Others beside the two mappings, reads refused in an hour of one shard.
    for (others, refused) in [(0, 0), (3, 0), (4, 3_600), (8, 5 * 3_600)] {
        let link = format!(
            "horizon=1h&ShardCount=1&recordsPerSecond=10&secondMapping=true&otherConsumers={others}"
        );
        let recorder = run(&link);
        let hour = recorder.metrics(SimTime::ZERO, SimDuration::from_hours(1), 1);
        let counted = hour[0].milli(Metric::ReadExceeded).unwrap_or(0) / 1_000;
        assert!(
            counted.abs_diff(refused) <= refused / 500,
            "{link}: {counted}"
        );
    }
    // 100 records/s of 9.9 KB on one shard. A first mapping that is off leaves the second everything; when it is on
    // again after half an hour it has 1.8 GB to catch up with, and both are limited to 2 MiB/s.
    let link = "horizon=1h&ShardCount=1&recordsPerSecond=100&recordBytes=9900&dailySwing=0&perRecord=0s\
                &secondPerRecord=0s&Enabled=false&esmStateDelay=0s&secondMapping=true&at=30m:Enabled:true";
    let mut recorder = run(link);
    let (_, early) = at(&mut recorder, 30 * 60);
    assert!(
        early.iterator_age() < SimDuration::from_secs(10),
        "it has the reads to itself"
    );
    let read = |recorder: &mut Recorder, seconds| {
        let (moment, second) = at(recorder, seconds);
        moment.ledger.processed.total() + second.ledger.processed.total()
    };
    let records = read(&mut recorder, 40 * 60) - read(&mut recorder, 31 * 60);
    let per_second = records * 9_900 / (9 * 60);
    let limit = 2 << 20;
    assert!(
        (limit * 9 / 10..=limit * 101 / 100).contains(&per_second),
        "{per_second} bytes a second"
    );
}

/// L1, L4: its executions come out of the same account.
#[test]
fn both_share_the_account() {
    let base = "horizon=1h&ShardCount=4&perBatch=2s&perRecord=0s&secondMapping=true&secondPerBatch=2s&secondPerRecord=0s";
    // Settings, the most executions of both, of the second, and whether each is throttled (E24).
    for (settings, both, second, throttled) in [
        ("", 8, 4, (false, false)),
        ("ConcurrentExecutions=3", 3, 3, (true, true)),
        // What is reserved for the first function is not for the second.
        (
            "ConcurrentExecutions=6&ReservedConcurrentExecutions=4",
            6,
            2,
            (false, true),
        ),
        (
            "ConcurrentExecutions=6&ReservedConcurrentExecutions=1",
            5,
            4,
            (true, false),
        ),
    ] {
        let link = format!("{base}&{settings}");
        let mut recorder = run(&link);
        let mut most = (0, 0);
        for second in 600..1_200 {
            let (moment, other) = at(&mut recorder, second);
            most.0 = most.0.max(moment.running.0 + other.running);
            most.1 = most.1.max(other.running);
        }
        assert!(most.0 <= both && most.1 <= second, "{link}: {most:?}");
        let (moment, other) = at(&mut recorder, HOUR);
        let is_throttled = (moment.ledger.throttles > 0, other.ledger.throttles > 0);
        assert_eq!(is_throttled, throttled, "{link}");
    }
}

/// E15: it, too, drains parents before it reads their children, at its own pace.
#[test]
fn it_drains_the_parents_for_itself() {
    let mut recorder =
        run("secondMapping=true&secondFailsOnPoison=true&fixed=true&at=1h:pill:0&at=2h:split:0");
    let (moment, second) = at(&mut recorder, 10 * HOUR);
    assert!(!moment.shards[2].waits && second.shards[2].waits);
    let told = recorder.facts_of_second(SimTime::from_hours(2), SimTime::from_hours(27));
    let begins = told
        .iter()
        .filter(|told| told.fact == Fact::ReadingStarted { shard: 2 });
    let hours: Vec<u64> = begins.map(|told| told.at.0 / 3_600_000_000).collect();
    assert_eq!(hours, [25], "the pill has expired");
}

/// C3, C7: its invocations are paid, and on demand what it reads.
#[test]
fn it_is_on_the_bill() {
    let mut recorder = run("horizon=1h&secondMapping=true");
    let (moment, second) = at(&mut recorder, HOUR);
    let usage = usage(&recorder, &moment);
    let both = moment.ledger.invocations + second.ledger.invocations;
    assert_eq!((usage.readers, usage.requests), (2, both));
}
