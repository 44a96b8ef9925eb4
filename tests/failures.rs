//! Failures of the function over hours: outage against pill (L11), the hiccup that never heals (L7), crashes that do,
//! cold starts (L10).
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::engine::fact::{Fact, LaneId, Outcome, Span};
use overflowing_sink::engine::ledger::Ledger;
use overflowing_sink::engine::mark::{Mark, MarkKind};
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

fn run(link: &str) -> Recorder {
    let (shared, notices) = from_link(link);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    recorder
}

/// Good records that ended unhandled: given up or expired.
fn lost(ledger: &Ledger) -> u64 {
    ledger.to_destination.good + ledger.good_lost()
}

#[test]
fn l11_patience_is_right_for_an_outage_and_wrong_for_a_pill() {
    const NOTHING: RangeInclusive<u64> = 0..=0;
    let outage = "at=1h:outage:errors&at=65m:outage:none";
    let pill = "at=1h:pill:1";
    for (settings, in_outage, with_pill) in [
        // The defaults wait: five minutes are nothing, a pill is a day (the opening story, 118,000 ± 5 %).
        ("", NOTHING, 112_000..=124_000),
        // A limit alone: 94/s arrive at 1 h for 300 s, all but those of the last two seconds; a pill takes its batch.
        (
            "MaximumRetryAttempts=3&OnFailure=SQS",
            27_300..=28_600,
            10..=99,
        ),
        // With bisect an order alone is given up in 4 × 120 ms + 1.4 s + 30 ms, and 150 ms for splits: 2 shards × 300 s
        // ÷ 2.06 s. Slower, but still good orders; of the pill's batch nothing good is lost.
        (
            "MaximumRetryAttempts=3&BisectBatchOnFunctionError=true&OnFailure=SQS",
            262..=320,
            NOTHING,
        ),
        // An age limit above the outage, with bisect: the pill alone is given up, but everything behind it is nearly an
        // hour late then, and the peak is lost at the nearer rim as it was at the farther one (E45).
        (
            "MaximumRecordAgeInSeconds=3600&BisectBatchOnFunctionError=true&OnFailure=SQS",
            NOTHING,
            112_000..=124_000,
        ),
        // 13 retries are 102.2 s + 4 × 60 s of patience, longer than the outage, and with bisect right for both.
        (
            "MaximumRetryAttempts=13&BisectBatchOnFunctionError=true&OnFailure=SQS",
            NOTHING,
            NOTHING,
        ),
    ] {
        for (what, expected) in [(outage, in_outage), (pill, with_pill)] {
            let link = format!("#v=1&{settings}&{what}").replace("&&", "&");
            let ledger = run(&link).final_ledger();
            assert!(ledger.adds_up(), "{link}: {ledger:?}");
            let lost = lost(&ledger);
            assert!(expected.contains(&lost), "{link}: {lost} lost");
        }
    }
}

#[test]
fn l7_a_hiccup_makes_batches_grow_until_they_never_end() {
    // 100 ms + 145 × 20 ms are 3 s. At 50/s no batch is larger than about 40, until five minutes of outage pile up.
    let hiccup = "at=1h:outage:errors&at=65m:outage:none";
    // Whether a shard is stuck for ever, and whether it is late in the end.
    for (settings, is_stuck, is_late) in [
        ("BatchSize=1000", false, false),
        (&format!("BatchSize=145&{hiccup}"), false, false),
        (&format!("BatchSize=146&{hiccup}"), true, true),
        (&format!("BatchSize=1000&{hiccup}"), true, true),
        // Splitting 1,000 down to 125 takes 7 time-outs: 24/s, less than arrives by day.
        (
            &format!("BatchSize=1000&BisectBatchOnFunctionError=true&{hiccup}"),
            false,
            true,
        ),
    ] {
        let link = format!("#v=1&recordsPerSecond=50&horizon=20h&{settings}");
        let mut recorder = run(&link);
        let after = recorder.moment(SimTime::from_secs(66 * 60)).ledger;
        let end = recorder.moment(SimTime::from_hours(20));
        let stuck = end.ledger.processed == after.processed;
        assert_eq!(stuck, is_stuck, "{link}");
        assert_eq!(end.shards.iter().all(|shard| shard.blocked), is_stuck);
        let late = end.shards.iter().map(|shard| shard.iterator_age.0).max();
        assert_eq!(late > Some(60_000_000), is_late, "{link}: {late:?}");
    }
}

#[test]
fn crashes_heal_when_they_are_retried() {
    let link = "#v=1&horizon=6h&recordsPerSecond=40&crashes=100";
    let mut patient = run(link);
    let ledger = patient.final_ledger();
    let share = ledger.errors * 1_000 / ledger.invocations;
    assert!((90..=110).contains(&share), "{share} of 1,000 crash");
    assert_eq!(lost(&ledger), 0);
    assert!(ledger.handled_again > 0, "what was done before the crash");
    assert!(ledger.unread.total() < 1_000, "{:?}", ledger.unread);
    // Without a retry every crash costs its batch: a tenth of all, with 2 retries a thousandth.
    for (retries, expected) in [(0, 90..=110), (2, 0..=2)] {
        let link = format!("{link}&MaximumRetryAttempts={retries}");
        let ledger = run(&link).final_ledger();
        let share = ledger.discarded.good * 1_000 / ledger.stored.good;
        assert!(expected.contains(&share), "{link}: {share} of 1,000 lost");
    }
}

/// Invocations of a lane: when, of how many records, how long, how it ended.
type Invocations = Vec<(SimTime, u32, u64, Outcome)>;

fn invocations(recorder: &Recorder) -> BTreeMap<LaneId, Invocations> {
    let mut all: BTreeMap<LaneId, Invocations> = BTreeMap::new();
    for told in recorder.facts(SimTime::ZERO, SimTime::NEVER) {
        match told.fact {
            Fact::InvocationStarted { lane, batch, .. } => {
                let run = (told.at, batch.count, 0, Outcome::Success);
                all.entry(lane).or_default().push(run);
            }
            Fact::InvocationEnded { lane, outcome, .. } => {
                let runs = all.get_mut(&lane).expect("it started");
                let run = runs.last_mut().expect("it started");
                run.2 = told.at.since(run.0).0;
                run.3 = outcome;
            }
            _ => {}
        }
    }
    all
}

#[test]
fn l10_new_environments_start_cold() {
    for link in [
        "#v=1&horizon=20m&coldStart=1s",
        "#v=1&horizon=20m&coldStart=1s&ParallelizationFactor=3",
        // New code runs in new environments.
        "#v=1&horizon=20m&coldStart=1s&at=7m:fixed:true",
        // Every time-out takes its environment with it.
        "#v=1&horizon=20m&coldStart=1s&at=7m:outage:hangs&at=9m:outage:none",
    ] {
        let recorder = run(link);
        let config = recorder.config();
        let mut cold = 0;
        for (lane, runs) in invocations(&recorder) {
            // The last one may not have ended.
            for (index, &(at, records, took, outcome)) in
                runs.iter().enumerate().take(runs.len() - 1)
            {
                let before = index.checked_sub(1).map(|index| runs[index]);
                let is_new = before.is_none_or(|(before, .., ended)| {
                    let code = |at| config.consuming_at(at).function.clone();
                    ended == Outcome::TimedOut || code(before) != code(at)
                });
                let function = &config.consuming_at(at).function;
                let warm = match outcome {
                    Outcome::TimedOut => 3_000_000,
                    _ => function.time(records).0,
                };
                let init = took - warm;
                let expected = if is_new { 100_000..=1_000_000 } else { 0..=0 };
                assert!(
                    expected.contains(&init),
                    "{link} {lane:?} #{index}: {init} µs"
                );
                cold += u32::from(is_new);
            }
        }
        assert!(cold >= 2, "{link}: {cold} cold starts");
    }
}

/// E1, E2, E5, E17: one batch of a shard at a time, each from where the last one ended, the first within a second; and
/// what fails is delivered again.
#[test]
fn a_healthy_shard_is_read_in_order_batch_by_batch() {
    let recorder = run("#v=1&horizon=20m");
    let mut next: BTreeMap<LaneId, (u64, SimTime)> = BTreeMap::new();
    let mut batches = 0;
    for told in recorder.facts(SimTime::ZERO, SimTime::NEVER) {
        match told.fact {
            Fact::InvocationStarted { lane, batch, .. } => {
                let Span { first, count } = batch;
                batches += 1;
                assert!((1..=100).contains(&count), "{told:?}");
                let (position, ended) = next.remove(&lane).unwrap_or_else(|| {
                    let stored = recorder.stored_at(lane.shard, 0);
                    assert!(told.at.since(stored).0 <= 1_000_000, "E5: {told:?}");
                    (0, stored)
                });
                assert!(position == first && ended <= told.at, "{told:?}");
            }
            Fact::InvocationEnded { lane, batch, .. } => {
                let again = next.insert(lane, (batch.end(), told.at));
                assert_eq!(again, None, "E2: two batches at once on {lane:?}");
            }
            _ => {}
        }
    }
    assert!(batches > 2_000, "two shards, about a batch a second");
    let ledger = run("#v=1&horizon=1h&crashes=100").final_ledger();
    assert!(ledger.handled_again > 0, "E17: delivery is at least once");
}

/// A lane where one batch after another is stuck for seconds is marked once; one that stays stuck is marked again.
#[test]
fn what_happens_all_the_time_is_marked_once() {
    let failing = "BatchSize=600&MaximumRetryAttempts=3&horizon=183h";
    let outage = "outage=errors&MaximumRetryAttempts=12&spikeEvery=1m";
    let again = "MaximumRetryAttempts=5&at=1h:pill:1&at=70m:MaximumRetryAttempts:-1&at=90m:pill:1";
    for (settings, kind, marked) in [
        // Every full batch takes longer than the Timeout (L7).
        (failing, MarkKind::LaneBlocked, [1, 1]),
        (failing, MarkKind::Released, [1, 1]),
        (outage, MarkKind::LaneBlocked, [1, 1]),
        (outage, MarkKind::Released, [1, 1]),
        // Five retries, and half an hour later a pill that is stuck for a day.
        (again, MarkKind::LaneBlocked, [0, 2]),
        (again, MarkKind::Released, [0, 2]),
    ] {
        let recorder = run(&["#v=1&", settings].concat());
        for (shard, marked) in marked.into_iter().enumerate() {
            let on_shard = |mark: &&Mark| mark.kind == kind && mark.shard == Some(shard as u16);
            let found = recorder.marks().iter().filter(on_shard).count();
            assert_eq!(found, marked, "{settings}: {kind:?} on shard {shard}");
        }
    }
}

/// E50: a pill too large for any event is alone in its batch and never reaches the function, so that no code helps; each
/// refused try spends a retry. A stream that takes no such record has none.
#[test]
fn e50_a_pill_too_large_is_seen_by_no_code() {
    const BASE: &str = "#v=1&ShardCount=1&recordsPerSecond=36&dailySwing=0&horizon=10m&pillReason=tooLarge&OnFailure=SQS&at=1m:pill:0";
    for (settings, pills, tries, messages) in [
        ("MaxRecordSizeInKiB=5000&MaximumRetryAttempts=2", 1, 3, 1),
        (
            "MaxRecordSizeInKiB=5000&MaximumRetryAttempts=0&fixed=true",
            1,
            1,
            1,
        ),
        (
            "MaxRecordSizeInKiB=5000&MaximumRetryAttempts=1&handler=parks",
            1,
            2,
            1,
        ),
        (
            "MaxRecordSizeInKiB=5000&MaximumRetryAttempts=1&MaximumBatchingWindowInSeconds=9",
            1,
            2,
            1,
        ),
        (
            "MaxRecordSizeInKiB=5000&MaximumRetryAttempts=1&ParallelizationFactor=5",
            1,
            2,
            1,
        ),
        // 1,000 kinds of key in one lane of two: a filter does not see the size (E51).
        (
            "MaxRecordSizeInKiB=5000&MaximumRetryAttempts=1&FilterCriteria=%7B%22data%22:%7B%22amount%22:%5B%7B%22exists%22:true%7D%5D%7D%7D",
            1,
            2,
            1,
        ),
        // Tried at 0, 0.2, … 51 and 102.2 s and every 60 s until 24 h: 9 + 1,439, as any pill (E26, E40).
        ("MaxRecordSizeInKiB=5000", 1, 1_448, 0),
        // P3: the stream takes 1 MiB.
        ("MaximumRetryAttempts=2", 0, 0, 0),
    ] {
        let link = BASE.replace("&at=", &format!("&{settings}&at="));
        let ledger = run(&link).final_ledger();
        assert!(ledger.adds_up(), "{link}: {ledger:?}");
        let counted = (ledger.generated.poison, ledger.too_large, ledger.messages);
        assert_eq!(counted, (pills, tries, messages), "{link}: {ledger:?}");
        let told = (
            ledger.to_destination.good,
            ledger.errors,
            ledger.handled_again,
        );
        assert_eq!(told, (0, 0, 0), "{link}: nobody else is touched");
        assert_eq!(ledger.to_destination.poison, messages, "{link}");
    }
}
