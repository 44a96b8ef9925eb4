//! Two mappings on one stream: each its own reader (E14, S11), sharing the shards' reads (S2, M10) and the account (L1).
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::engine::fact::Fact;
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::bill::usage;
use overflowing_sink::recording::metrics::Metric;
use overflowing_sink::recording::moment::{Moment, SecondMoment};
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::knobs::{Group, KNOBS, Kind, Knob};
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

/// S11, E14: no setting of the second mapping changes what becomes of a record in the first, where nothing is short.
#[test]
fn the_first_mapping_does_not_know_its_settings() {
    let mut alone = run("horizon=3h&at=1h:pill:1");
    let mut differ = 0;
    for spec in KNOBS.iter().filter(|spec| spec.group == Group::Second) {
        let value = match (spec.knob, spec.kind) {
            (Knob::SecondMapping, _) => continue,
            (Knob::SecondFilter, _) => "%7B%22data%22:%7B%22type%22:%5B%22refund%22%5D%7D%7D",
            // As much as is within everybody's bounds, and leaves the account enough.
            (_, Kind::Count { .. } | Kind::Limit { .. }) => "60",
            (_, Kind::Span { .. }) => "7ms",
            (_, Kind::Toggle) => "true",
            (_, Kind::Choice(names)) => names[1],
            (_, Kind::Permille { .. } | Kind::Text { .. }) => unreachable!(),
        };
        let value = if spec.knob == Knob::SecondFactor {
            "3"
        } else {
            value
        };
        let fails = if spec.knob == Knob::SecondFails {
            ""
        } else {
            "&secondFailsOnPoison=true"
        };
        let link = format!(
            "horizon=3h&at=1h:pill:1&secondMapping=true{fails}&{}={value}",
            spec.key
        );
        let mut both = run(&link);
        for shard in [0, 1] {
            assert_eq!(
                alone.shard_digest(shard),
                both.shard_digest(shard),
                "{link}"
            );
            assert_eq!(alone.minutes(shard), both.minutes(shard), "{link}");
        }
        assert_eq!(alone.final_ledger(), both.final_ledger(), "{link}");
        differ += 1;
    }
    assert!(differ > 10, "{differ}");
}

/// E14: its filter, its destination, its age limit and its reply are its own.
#[test]
fn what_becomes_of_a_record_is_its_own() {
    // 8 records a second for 2 h, of which 62 % are purchases and 5 % tests; one pill, a purchase or not, at 1 h.
    const BASE: &str = "horizon=2h&recordsPerSecond=8&dailySwing=0&fixed=true&at=1h:pill:1&secondMapping=true&secondFailsOnPoison=true";
    let tests = "secondFilterCriteria=%7B%22data%22:%7B%22type%22:%5B%22test%22%5D%7D%7D";
    let aged = "secondMaximumRecordAgeInSeconds=60&secondOnFailure=S3&secondBisectBatchOnFunctionError=true";
    let sqs = "secondMaximumRetryAttempts=1&secondOnFailure=SQS";
    let first_sqs = "secondMaximumRetryAttempts=1&OnFailure=SQS";
    let stops = "secondHandler=stops&secondReportBatchItemFailures=true&secondMaximumRetryAttempts=0&secondOnFailure=SNS";
    // Settings, permille of its records that are filtered out, messages, pills discarded and sent, pills it swallowed.
    for (settings, filtered, messages, pills, swallowed) in [
        ("", 0, 0..=0, (0, 0), 0),
        (tests, 950, 0..=0, (0, 0), 0),
        ("secondMaximumRetryAttempts=1", 0, 0..=0, (1, 0), 0),
        (sqs, 0, 1..=1, (0, 1), 0),
        (first_sqs, 0, 0..=0, (1, 0), 0),
        // What waited behind the pill for 60 s is too old as well, a batch or two.
        (aged, 0, 1..=4, (0, 1), 0),
        // Whoever reports to nobody loses it; who is listened to retries.
        ("secondHandler=reports", 0, 0..=0, (0, 0), 1),
        (stops, 0, 1..=1, (0, 1), 0),
        ("secondHandler=swallows", 0, 0..=0, (0, 0), 1),
    ] {
        let link = format!("{BASE}&{settings}");
        let mut recorder = run(&link);
        let (moment, second) = at(&mut recorder, 2 * HOUR);
        let own = second.ledger;
        assert_eq!(
            (moment.ledger.filtered.total(), moment.ledger.messages),
            (0, 0),
            "{link}"
        );
        let permille = own.filtered.total() * 1_000 / own.stored.total();
        assert!(permille.abs_diff(filtered) <= 20, "{link}: {permille}");
        assert!(messages.contains(&own.messages), "{link}: {own:?}");
        assert_eq!(
            (own.discarded.poison, own.to_destination.poison),
            pills,
            "{link}"
        );
        assert_eq!(own.swallowed.poison, swallowed, "{link}");
    }
}

/// L7: a batch that takes longer than its Timeout fails every time, whatever the first one's is.
#[test]
fn its_timeout_is_its_own() {
    for (settings, fails) in [
        ("", false),
        ("Timeout=1", false),
        // 100 × 5 ms + 500 ms is a full batch; the traffic brings 50 a second to a shard.
        ("secondTimeout=1&secondPerBatch=500ms", false),
        ("secondTimeout=1&secondPerBatch=1100ms", true),
    ] {
        let link = format!("horizon=1h&perRecord=1ms&secondMapping=true&{settings}");
        let mut recorder = run(&link);
        let (moment, second) = at(&mut recorder, HOUR);
        assert_eq!(second.ledger.errors > 0, fails, "{link}");
        assert_eq!(moment.ledger.errors, 0, "{link}");
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
        // The other way round, and both.
        (
            "ConcurrentExecutions=6&secondReservedConcurrentExecutions=1",
            5,
            1,
            (false, true),
        ),
        (
            "ConcurrentExecutions=6&secondReservedConcurrentExecutions=4",
            6,
            4,
            (true, false),
        ),
        (
            "ConcurrentExecutions=6&ReservedConcurrentExecutions=2&secondReservedConcurrentExecutions=3",
            5,
            3,
            (true, true),
        ),
        ("secondReservedConcurrentExecutions=0", 4, 0, (false, true)),
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
