//! Rules that are no single trace: what holds of every poll, batch and shard.

use crate::row::scenario;
use overflowing_sink::engine::fact::Fact;
use overflowing_sink::engine::mark::MarkKind;
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::facts::Told;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::file::from_json;
use overflowing_sink::scenario::link::from_link;
use serde_json::{Value, json};

fn written(settings: &str, records: &[Value]) -> Recorder {
    let (scenario, notices) = from_json(&scenario(settings, records, "")).expect("it is valid");
    assert!(notices.is_empty(), "{notices:?}");
    let mut recorder = Recorder::new(configure(&scenario).0);
    recorder.finish();
    recorder
}

fn linked(link: &str) -> Recorder {
    let (shared, notices) = from_link(link);
    assert!(notices.is_empty(), "{link}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    recorder
}

fn facts(recorder: &Recorder) -> Vec<Told> {
    recorder.facts(SimTime::ZERO, recorder.config().horizon)
}

/// E5, S22: a record that comes to an idle shard waits for the next poll, up to a second, about half of one on average.
#[test]
fn the_first_delivery_waits_for_a_poll() {
    let mut waits = Vec::new();
    for seed in 0..60 {
        let settings = format!(r#""seed":{seed},"horizon":"10m""#);
        let run = written(&settings, &[json!({ "at_us": 20_000_000, "key": "a" })]);
        let started = facts(&run).into_iter();
        let started = started.filter(|told| matches!(told.fact, Fact::InvocationStarted { .. }));
        let times: Vec<SimTime> = started.map(|told| told.at).collect();
        assert_eq!(times.len(), 1);
        waits.push(times[0].since(run.stored_at(0, 0)).0);
    }
    assert!(waits.iter().all(|&wait| wait <= 1_000_000), "{waits:?}");
    // Uniform: the mean of 60 has a standard deviation of 37 ms.
    let mean = waits.iter().sum::<u64>() / waits.len() as u64;
    assert!(mean.abs_diff(500_000) < 150_000, "{mean}");
}

/// S22, S2: what is stored can be read milliseconds later; who polls five times a second waits a fifth of one at most.
#[test]
fn the_stream_itself_does_not_keep_records_back() {
    let records: Vec<Value> = (0..100)
        .map(|n| json!({ "at_us": 20_000_000 + n * 1_003_000, "key": "a" }))
        .collect();
    let settings = r#""linger":"10ms","pollInterval":"200ms","horizon":"10m""#;
    let run = written(settings, &records);
    let started = facts(&run).into_iter();
    let waits: Vec<u64> = started
        .filter(|told| matches!(told.fact, Fact::InvocationStarted { .. }))
        .zip(0..)
        .map(|(told, n)| told.at.since(run.stored_at(0, n)).0)
        .collect();
    assert_eq!(waits.len(), 100, "each is polled by itself");
    assert!(waits.iter().all(|&wait| wait < 200_000), "{waits:?}");
    // Of a hundred waits spread over 200 ms some are next to none.
    assert!(waits.iter().any(|&wait| wait < 5_000), "{waits:?}");
}

/// E17, E41: with one retry and bisect, the first of four is handled in the whole batch, in its half, and by itself.
#[test]
fn what_was_handled_is_handled_again() {
    let record = |i| json!({ "at_us": 0, "key": "a", "poison": i == 2 });
    let records: Vec<Value> = (1..=4).map(record).collect();
    let settings = r#""MaximumRetryAttempts":1,"BisectBatchOnFunctionError":true,"handler":"throws","horizon":"10m""#;
    assert_eq!(written(settings, &records).final_ledger().handled_again, 2);
}

/// E17: what fails the first times is handled when it no longer does, and not before.
#[test]
fn what_failed_was_not_handled() {
    // How often each of four records fails, and how many are handled again: those before one that fails.
    for (fails, again) in [
        ([0, 0, 0, 0], 0),
        ([0, 1, 0, 0], 1),
        ([0, 3, 0, 0], 3),
        ([2, 0, 0, 0], 0),
        // The first of all alone, then with it the second, which had been handled.
        ([0, 1, 0, 1], 1 + 3),
        ([1, 0, 0, 1], 3),
    ] {
        let record = |n: u32| json!({ "at_us": 0, "key": "a", "fail_first": n });
        let mut records = fails.map(record);
        for record in records
            .iter_mut()
            .filter(|record| record["fail_first"] == 0)
        {
            record
                .as_object_mut()
                .expect("a record")
                .remove("fail_first");
        }
        let ledger = written(r#""handler":"throws","horizon":"10m""#, &records).final_ledger();
        assert_eq!(ledger.handled_again, again, "{fails:?}");
        assert_eq!(ledger.processed.total(), 4, "{fails:?}");
    }
}

/// P24: a second copy charges again if the first one was charged for, and not if nobody handled it.
#[test]
fn a_copy_charges_again_only_if_the_first_was_handled() {
    let late = r#""sdk":"JSv2","repliesLost":1000,"requestTimeout":"5s","maxRetries":1,"maxSends":1,"horizon":"10m""#;
    let up = |at: u64| format!(r#"{{"at_us":{at},"set":{{"outage":"none"}}}}"#);
    // Settings, what happens, copies handled.
    for (settings, actions, copies) in [
        ("", String::new(), 3),
        // All fails while the first copies are tried, and they are discarded.
        (
            r#","outage":"errors","MaximumRetryAttempts":0"#,
            up(4_000_000),
            0,
        ),
        // They are tried again until they are handled.
        (r#","outage":"errors""#, up(4_000_000), 3),
        // One by one.
        (
            r#","MaximumRetryAttempts":0,"BatchSize":1,"outage":"errors""#,
            up(2_900_000),
            0,
        ),
    ] {
        let records: Vec<Value> = (0..3).map(|_| json!({ "at_us": 0, "key": "a" })).collect();
        let text = scenario(&format!("{late}{settings}"), &records, &actions);
        let (scenario, notices) = from_json(&text).expect("it is valid");
        assert!(notices.is_empty(), "{notices:?}");
        let mut recorder = Recorder::new(configure(&scenario).0);
        recorder.finish();
        let ledger = recorder.final_ledger();
        assert_eq!(ledger.written_again.total(), 3, "{settings}");
        assert_eq!(
            (ledger.copies_handled, ledger.charged_twice),
            (copies, copies),
            "{settings}"
        );
    }
}

/// E1, E2, E7: as many batches of a shard are in flight as it has lanes, and no more; each lane has one.
#[test]
fn every_lane_has_one_batch_in_flight() {
    for (factor, most) in [(1, 1), (3, 3)] {
        let run = linked(&format!(
            "#v=1&horizon=20m&recordsPerSecond=300&ParallelizationFactor={factor}"
        ));
        let mut flying: Vec<(u16, u16)> = Vec::new();
        let mut peak = 0;
        for told in facts(&run) {
            match told.fact {
                Fact::InvocationStarted { lane, .. } => {
                    assert!(!flying.contains(&(lane.shard, lane.lane)), "{lane:?}");
                    flying.push((lane.shard, lane.lane));
                    let here = flying.iter().filter(|(shard, _)| *shard == lane.shard);
                    peak = peak.max(here.count());
                }
                Fact::InvocationEnded { lane, .. } => {
                    flying.retain(|&it| it != (lane.shard, lane.lane));
                }
                _ => {}
            }
        }
        assert_eq!(peak, most, "factor {factor}");
    }
}

/// S7: one key takes everything, so one shard of four throttles at 1,000 a second, though four could take it all.
#[test]
fn a_hot_key_never_exceeds_one_shard() {
    let mut run = linked(
        "#v=1&horizon=10m&ShardCount=4&recordsPerSecond=1500&dailySwing=0&keys=hot&hotShare=1000&recordBytes=100",
    );
    let throttled = run
        .marks()
        .iter()
        .filter(|mark| mark.kind == MarkKind::WriteThrottled);
    let shards: Vec<Option<u16>> = throttled.map(|mark| mark.shard).collect();
    assert!(
        !shards.is_empty() && shards.iter().all(|shard| *shard == shards[0]),
        "{shards:?}"
    );
    let stored: Vec<u64> = (0..4).map(|shard| run.log(shard).stored()).collect();
    let ledger = run.final_ledger();
    assert_eq!(
        stored.iter().sum::<u64>(),
        *stored.iter().max().expect("four"),
        "{stored:?}"
    );
    // 600 s at 1,000/s, and what the bucket had saved up.
    assert!(
        (590_000..=601_000).contains(&ledger.stored.total()),
        "{ledger:?}"
    );
}

/// S8: what is stored later stands later, and has a later time.
#[test]
fn a_log_is_ordered() {
    let run = linked("#v=1&horizon=10m&recordsPerSecond=2500&keys=skewed&backoff=full");
    for shard in 0..run.config().shard_count {
        let stored = run.log(shard).stored();
        assert!(stored > 100_000, "{stored}");
        let times: Vec<SimTime> = (0..stored)
            .step_by(7)
            .map(|at| run.stored_at(shard, at))
            .collect();
        assert!(times.is_sorted());
    }
}
