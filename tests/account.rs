//! Who gets the account's executions: the function, or an innocent neighbour (L1–L5, G14).
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;

fn run(link: &str) -> Recorder {
    let (shared, notices) = from_link(link);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    recorder
}

/// 100 shards × 10 lanes, each with one invocation that lasts for the whole run.
const BUSY: &str = "#v=1&horizon=10m&ShardCount=100&ParallelizationFactor=10&keyCount=20000\
                    &recordsPerSecond=10000&Timeout=900&perBatch=15m&perRecord=0s";

#[test]
fn g14_a_thousand_lanes_leave_nothing_for_an_innocent_neighbour() {
    // A call every 10 ms that runs 195 ms: 20 slots.
    let mut recorder = run(&format!(
        "{BUSY}&neighbourRate=100&neighbourDuration=195ms&esmBackoffBase=101ms&esmBackoffCap=101ms"
    ));
    let [early, late, end] = [60, 540, 600].map(|s| recorder.moment(SimTime::from_secs(s)));
    assert!(early.neighbour.throttles > 0, "it is refused early on");
    assert_eq!(end.running, (1_000, 1_000));
    assert_eq!(
        (
            end.neighbour.invocations - late.neighbour.invocations,
            end.neighbour.throttles - late.neighbour.throttles
        ),
        (0, 6_000),
        "and in the end every time"
    );
    // The calls at 0 and at 600 s are both within the run.
    let calls = end.neighbour.invocations + end.neighbour.throttles;
    assert_eq!(calls, 60_001, "no call is lost");
}

#[test]
fn l4_reserved_concurrency_keeps_the_rest_for_others() {
    // Calls that need exactly what is left, or a little more: 4,000/s × 200 ms = 800; 1 s ÷ 249 µs × 200 ms = 804.
    for (rate, suffers) in [(4_000, false), (4_010, true)] {
        let link = format!("{BUSY}&ReservedConcurrentExecutions=200&neighbourRate={rate}");
        let mut recorder = run(&link);
        let end = recorder.moment(SimTime::from_secs(600));
        assert_eq!(end.running, (200, 200), "{link}");
        assert_eq!(end.neighbour.throttles > 0, suffers, "{link}");
        assert!(end.neighbour.invocations > 2_300_000, "{link}");
        assert!(end.ledger.throttles > 0, "E24: the other 800 lanes wait");
        assert_eq!(end.ledger.good_lost(), 0, "and lose nothing by that alone");
    }
}

#[test]
fn l4_zero_is_the_off_switch() {
    let link = "#v=1&horizon=30m&MaximumRetryAttempts=0&ReservedConcurrentExecutions=0\
                &at=10m:ReservedConcurrentExecutions:10";
    let mut recorder = run(link);
    let off = recorder.moment(SimTime::from_secs(600)).ledger;
    assert_eq!((off.invocations, off.processed.total()), (0, 0));
    assert!(off.throttles > 0);
    let on = recorder.moment(SimTime::from_secs(1_800)).ledger;
    // E24: refusals spend no retries, or everything would be gone.
    assert_eq!((on.discarded.total(), on.errors), (0, 0));
    assert!(on.processed.good > 50_000, "{on:?}");
}

#[test]
fn a_neighbour_that_is_not_in_the_way_changes_nothing() {
    let (alone, with) = ("#v=1&horizon=2h", "#v=1&horizon=2h&neighbourRate=50");
    let (alone, mut with) = (run(alone), run(with));
    for shard in 0..2 {
        assert_eq!(alone.shard_digest(shard), with.shard_digest(shard));
    }
    let neighbour = with.moment(SimTime::from_secs(7_200)).neighbour;
    // A call every 20 ms, the first at once and the last at the very end; each runs 200 ms.
    assert_eq!(
        (
            neighbour.invocations,
            neighbour.throttles,
            neighbour.running
        ),
        (360_001, 0, 10)
    );
}

#[test]
fn changes_in_the_middle_are_runs_from_scratch() {
    let quiet = "#v=1&horizon=1h";
    let loud = "#v=1&horizon=1h&ConcurrentExecutions=3&neighbourRate=20&at=20m:neighbourRate:5\
                &at=40m:ReservedConcurrentExecutions:1";
    for (first, second) in [(quiet, loud), (loud, quiet), (loud, loud)] {
        let mut edited = run(first);
        let config = |link| configure(&from_link(link).0.scenario).0;
        edited.revise(config(second));
        edited.finish();
        let mut fresh = run(second);
        for minutes in [10, 25, 45, 60] {
            let t = SimTime::from_secs(minutes * 60);
            assert_eq!(edited.moment(t), fresh.moment(t), "{second} at {t}");
        }
        assert_eq!(edited.digest(), fresh.digest(), "{second}");
        assert_eq!(edited.marks(), fresh.marks(), "{second}");
    }
}

#[test]
fn l5_lanes_that_are_refused_get_their_turn() {
    let mut recorder =
        run("#v=1&horizon=1h&ShardCount=5&ConcurrentExecutions=2&recordsPerSecond=40");
    let end = recorder.moment(SimTime::from_secs(3_600));
    assert!(end.ledger.throttles > 0, "five lanes and two slots");
    for shard in &end.shards {
        // 8/s arrive on each; nobody starves, whatever the order.
        assert!(shard.ledger.processed.good > 10_000, "{:?}", shard.ledger);
    }
}

/// L6: 2,000 lanes want an execution each within the first seconds, and the account has 5,000.
#[test]
fn l6_a_thousand_environments_in_ten_seconds() {
    let busy = "#v=1&horizon=10m&ShardCount=200&ParallelizationFactor=10&keyCount=20000\
                &recordsPerSecond=50000&dailySwing=0&Timeout=900&perBatch=15m&perRecord=0s\
                &ConcurrentExecutions=5000";
    let mut recorder = run(busy);
    // Refused at about 1 s, tried again after 0.2, 0.6, 1.4, 3.0, 6.2 and 12.6 s (E25).
    let running = [2, 9, 19].map(|s| recorder.moment(SimTime::from_secs(s)).running.0);
    assert_eq!(running, [1_000, 1_000, 2_000]);
    let ledger = recorder.moment(SimTime::from_secs(60)).ledger;
    // E24: refused, tried again, nothing lost.
    assert!(ledger.throttles >= 990, "{ledger:?}");
    assert_eq!(ledger.good_lost(), 0);
    // 900 lanes need no more than they may have.
    let mut small = run(&busy.replace("ShardCount=200", "ShardCount=90"));
    assert_eq!(small.moment(SimTime::from_secs(60)).ledger.throttles, 0);
    assert!(small.moment(SimTime::from_secs(9)).running.0 > 890);
}

/// L6: ten requests a second for each execution. A batch takes 30 ms here, so that one lane would ask 33 times.
#[test]
fn l6_ten_requests_a_second_for_each_execution() {
    let link = "#v=1&horizon=10m&ShardCount=1&recordsPerSecond=200&dailySwing=0&BatchSize=1&perBatch=0s&perRecord=0s\
                &esmBackoffBase=1ms&esmBackoffCap=100ms";
    for (reserved, most) in [(1, 10), (2, 20), (3, 30), (4, 34)] {
        let mut recorder = run(&format!("{link}&ReservedConcurrentExecutions={reserved}"));
        let [from, to] = [100, 200].map(|s| recorder.moment(SimTime::from_secs(s)).ledger);
        let a_second = (to.invocations - from.invocations).div_ceil(100);
        assert!(
            (most - 1..=most).contains(&a_second),
            "{reserved}: {a_second}"
        );
        assert_eq!(to.throttles > 0, most < 34, "{reserved}");
    }
    // E14: so has the second mapping's function, whatever the first one needs.
    let link = "#v=1&horizon=10m&ShardCount=1&recordsPerSecond=200&dailySwing=0&perBatch=0s&perRecord=0s\
                &esmBackoffBase=1ms&esmBackoffCap=100ms&secondMapping=true&secondBatchSize=1&secondPerBatch=0s\
                &secondPerRecord=0s";
    for (reserved, most) in [(1, 10), (2, 20), (4, 34)] {
        let mut recorder = run(&format!(
            "{link}&secondReservedConcurrentExecutions={reserved}"
        ));
        let mut second = |s| {
            let moment = recorder.moment(SimTime::from_secs(s));
            assert_eq!(moment.ledger.throttles, 0);
            moment.second.expect("there is a second mapping").ledger
        };
        let (from, to) = (second(100), second(200));
        let a_second = (to.invocations - from.invocations).div_ceil(100);
        assert!(
            (most - 1..=most).contains(&a_second),
            "second, {reserved}: {a_second}"
        );
        assert_eq!(to.throttles > 0, most < 34, "second, {reserved}");
    }
}

/// What is changed in the middle is what it is from scratch, also where the function scales as fast as it may.
#[test]
fn l6_edited_runs_are_runs_from_scratch() {
    let base = "#v=1&horizon=10m&ShardCount=1&recordsPerSecond=60&dailySwing=0&BatchSize=1&perBatch=0s&perRecord=0s";
    let reserved = format!("{base}&at=5m:ReservedConcurrentExecutions:1");
    let config = |link: &str| configure(&from_link(link).0.scenario).0;
    for (first, second) in [(base, reserved.as_str()), (&reserved, base)] {
        let mut edited = run(first);
        edited.revise(config(second));
        edited.finish();
        assert_eq!(edited.digest(), run(second).digest(), "{second}");
    }
}
