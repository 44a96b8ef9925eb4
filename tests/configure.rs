//! From a scenario to the engine's configuration, and the problems that are pointed out on the way.

use overflowing_sink::engine::config::{
    BackoffPolicy, Destination, ExplicitRecord, Fails, Handler, Handling, Keys, Limit, Pill, Reply,
    Traffic,
};
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::file::from_json;
use overflowing_sink::scenario::knobs::Knob;
use overflowing_sink::scenario::link::from_link;
use overflowing_sink::scenario::{Action, Deed, Scenario};

fn scenario(link: &str) -> Scenario {
    from_link(link).0.scenario
}

/// Requires problems whose texts contain `said`, in order and no others.
#[track_caller]
fn check(link: &str, said: &[&str]) {
    let (_, problems) = configure(&scenario(link));
    let texts: Vec<&str> = problems
        .iter()
        .map(|problem| problem.text.as_str())
        .collect();
    assert_eq!(texts.len(), said.len(), "{link}: {texts:#?}");
    for (text, said) in texts.iter().zip(said) {
        assert!(text.contains(said), "{link}: {text:?} lacks {said:?}");
    }
    assert!(
        problems
            .iter()
            .all(|problem| !problem.knobs.is_empty() && problem.text.ends_with('.'))
    );
}

#[test]
fn the_opening_scenario_has_awss_defaults_and_no_problem() {
    let (config, problems) = configure(&Scenario::default());
    assert_eq!(problems, vec![]);
    assert_eq!(
        (config.seed, config.horizon, config.shard_count),
        (1, SimTime::from_hours(48), 2)
    );
    assert_eq!(
        (config.burst_ms, config.poll_interval),
        (1_000, SimDuration::from_secs(1))
    );
    let Traffic::Generated(traffic) = &config.traffic else {
        panic!("generated traffic")
    };
    assert_eq!(
        (traffic.swing_permille, traffic.keys, traffic.record_bytes),
        (500, Keys::Uniform(1_000), 1_024)
    );
    assert_eq!(traffic.peak_at, SimTime::from_secs(16_200));
    let [producing] = config.producing.as_slice() else {
        panic!("one epoch")
    };
    assert_eq!(
        (producing.mean_per_1000s, producing.put_batch),
        (72_000, 500)
    );
    assert_eq!(
        (producing.handling, producing.backoff),
        (Handling::Correct, BackoffPolicy::FullJitter)
    );
    let [consuming] = config.consuming.as_slice() else {
        panic!("one epoch")
    };
    assert_eq!(
        (consuming.retention, consuming.concurrency),
        (SimDuration::from_hours(24), 1_000)
    );
    let mapping = &consuming.mapping;
    assert_eq!(
        (mapping.batch_size, mapping.parallelization_factor),
        (100, 1)
    );
    assert_eq!(
        (mapping.max_retries, mapping.max_record_age),
        (Limit::Infinite, Limit::Infinite)
    );
    assert!(!mapping.bisect && !mapping.report_batch_item_failures);
    assert_eq!(mapping.destination, Destination::None);
    assert_eq!(
        (mapping.backoff_base, mapping.backoff_cap),
        (SimDuration::from_millis(200), SimDuration::from_secs(60))
    );
    let function = &consuming.function;
    assert_eq!(
        (function.timeout, function.per_record),
        (SimDuration::from_secs(3), SimDuration::from_millis(20))
    );
    assert_eq!(
        (&function.handler, function.chokes),
        (&Handler::Throws, true)
    );
}

#[test]
fn epochs_begin_only_where_something_differs() {
    let link = "#at=1h:pill:1&at=2h:MaximumRetryAttempts:-1&at=3h:MaximumRetryAttempts:2&at=3h:OnFailure:SQS\
                &at=4h:handling:naive&at=5h:RetentionPeriodHours:168&at=6h:MaximumRetryAttempts:2&at=7h:fixed:true";
    let (config, _) = configure(&scenario(link));
    let starts: Vec<u64> = config
        .consuming
        .iter()
        .map(|epoch| epoch.from.0 / 3_600_000_000)
        .collect();
    assert_eq!(starts, [0, 3, 5, 7]);
    let starts: Vec<u64> = config
        .producing
        .iter()
        .map(|epoch| epoch.from.0 / 3_600_000_000)
        .collect();
    assert_eq!(starts, [0, 4]);
    let third = config.consuming_at(SimTime::from_hours(3));
    assert_eq!(
        (third.mapping.max_retries, third.mapping.destination),
        (Limit::AtMost(2), Destination::Sqs)
    );
    assert_eq!(
        config.consuming_at(SimTime::from_hours(5)).retention,
        SimDuration::from_hours(168)
    );
    assert!(!config.consuming_at(SimTime::from_hours(7)).function.chokes);
    assert_eq!(
        config.pills,
        [Pill {
            fails: Fails::Always,
            at: SimTime::from_hours(1),
            shard: 1
        }]
    );
    // 7 h + 168 h of retention + 24 h.
    assert_eq!(config.horizon, SimTime::from_hours(199));
}

#[test]
fn a_change_at_the_start_is_the_start() {
    let (config, _) = configure(&scenario(
        "#at=0s:BatchSize:7&at=0s:BatchSize:8&at=0s:reply:%7B%7D&at=0s:handler:replies",
    ));
    assert_eq!(config.consuming.len(), 1);
    assert_eq!(config.consuming[0].mapping.batch_size, 8);
    assert_eq!(
        config.consuming[0].function.handler,
        Handler::Replies(Reply::Success)
    );
}

#[test]
fn a_scenario_put_together_by_hand_is_mended() {
    let mut odd = Scenario::default();
    let act = |hours, deed| Action {
        at: SimTime::from_hours(hours),
        deed,
    };
    odd.actions = vec![
        act(5, Deed::Pill { shard: 9 }),
        act(
            2,
            Deed::Set {
                knob: Knob::BatchSize,
                value: 1_000_000,
            },
        ),
        act(
            1,
            Deed::Set {
                knob: Knob::KeyCount,
                value: 50,
            },
        ),
        act(1, Deed::Pill { shard: 0 }),
    ];
    let (config, problems) = configure(&odd);
    let pill = |hours, shard| Pill {
        fails: Fails::Always,
        at: SimTime::from_hours(hours),
        shard,
    };
    assert_eq!(config.pills, [pill(1, 0), pill(5, 1)]);
    assert_eq!(
        (config.shard_count, config.consuming[1].mapping.batch_size),
        (2, 10_000)
    );
    assert!(
        problems
            .iter()
            .any(|problem| problem.text.contains("goes to the last one, shard 1"))
    );
}

#[test]
fn written_down_records_take_the_place_of_traffic_in_order_of_time() {
    let record = |seconds, key: &str| ExplicitRecord {
        kind: 0,
        at: SimTime::from_secs(seconds),
        key: key.to_owned(),
        bytes: 10,
        fails: Fails::Never,
    };
    let case = Scenario {
        records: vec![record(2, "c"), record(1, "a"), record(1, "b")],
        ..Scenario::default()
    };
    let (config, _) = configure(&case);
    assert_eq!(
        config.traffic,
        Traffic::Explicit(vec![record(1, "a"), record(1, "b"), record(2, "c")])
    );
}

#[test]
fn a_run_that_is_too_much_is_shortened_where_it_stands() {
    let link = "#recordsPerSecond=100000&putBatch=1&serverErrors=1&linger=10ms&ShardCount=200&keyCount=20000&horizon=400d&PerRecord=0s";
    let (config, problems) = configure(&scenario(link));
    assert!(
        config.horizon < SimTime::from_hours(2),
        "{:?}",
        config.horizon
    );
    let shortened = problems
        .iter()
        .find(|problem| problem.knobs == [Knob::Horizon]);
    assert!(
        shortened.is_some_and(|problem| problem.text.contains(" allowed; it ends after ")),
        "{problems:#?}"
    );
}

#[test]
fn the_reply_must_be_asked_for_and_given() {
    let reply = "handler=replies&reply=%7B%22batchItemFailures%22:%5B%7B%22itemIdentifier%22:%22$seq%5B1%5D%22%7D%5D%7D";
    check(
        "#ReportBatchItemFailures=true",
        &["an exception reports no items"],
    );
    check("#ReportBatchItemFailures=true&handler=reports", &[]);
    check("#handler=reports", &["the mapping ignores the reply"]);
    check("#handler=stops", &["what failed is lost silently"]);
    check(&format!("#{reply}"), &["the mapping ignores the reply"]);
    check(
        &format!("#{reply}&ReportBatchItemFailures=true"),
        &["it is never done"],
    );
    check("#handler=replies", &[]);
    check("#handler=replies&reply=%7B%7D", &[]);
    check(
        "#handler=replies&reply=oops&ReportBatchItemFailures=true",
        &["not JSON"],
    );
    check(
        "#handler=replies&reply=&ReportBatchItemFailures=true",
        &["returns nothing"],
    );
}

/// E14: what does not go together in the second mapping's settings is told of it.
#[test]
fn the_second_mapping_has_problems_of_its_own() {
    let on = "#secondMapping=true";
    check(on, &[]);
    // Without a second mapping its settings do nothing.
    check(
        "#secondTimeout=1&secondPerBatch=2s&secondFailsOnPoison=true",
        &[],
    );
    check(
        &format!("{on}&secondTimeout=1&secondPerBatch=2s"),
        &["The second mapping: Even one record takes 2"],
    );
    // Nothing of it fails, so that nothing is given up.
    check(&format!("{on}&secondMaximumRetryAttempts=2"), &[]);
    check(
        &format!("{on}&secondFailsOnPoison=true&secondMaximumRetryAttempts=2"),
        &[
            "The second mapping: What is given up is discarded without a trace",
            "The second mapping: When the retries are spent",
        ],
    );
    check(
        &format!("{on}&secondFailsOnPoison=true&secondHandler=reports"),
        &["The second mapping: The handler reports failed items, but"],
    );
    check(
        &format!("{on}&secondFilterCriteria=%7B%22data%22:%7B%22type%22:%5B%22x%22%5D%7D%7D"),
        &["The second mapping: No kind of order passes"],
    );
    check(
        &format!("{on}&secondReservedConcurrentExecutions=0"),
        &[
            "The second mapping: 0 switches the function off",
            "its function handles 0",
        ],
    );
    // 100 records in 10.1 s are 10 a second; the busiest shard gets 36 on average.
    check(
        &format!("{on}&secondPerRecord=100ms"),
        &[
            "The second mapping: The busiest shard gets 36 records/s on average and its function handles 10",
        ],
    );
}

#[test]
fn giving_up_has_its_price() {
    let none = "without a trace";
    check(
        "#MaximumRetryAttempts=2",
        &[none, "whole batch of up to 100 records"],
    );
    check(
        "#MaximumRetryAttempts=2&OnFailure=SQS",
        &["whole batch of up to 100 records"],
    );
    check(
        "#MaximumRetryAttempts=2&OnFailure=SQS&BatchSize=1&perBatch=10ms&perRecord=1ms&ParallelizationFactor=2",
        &[],
    );
    check(
        "#MaximumRetryAttempts=2&OnFailure=SQS&BisectBatchOnFunctionError=true",
        &[],
    );
    check(
        "#BisectBatchOnFunctionError=true",
        &["nothing gives up on it"],
    );
    check(
        "#BisectBatchOnFunctionError=true&MaximumRecordAgeInSeconds=3600&OnFailure=S3",
        &[],
    );
    check(
        "#BisectBatchOnFunctionError=true&MaximumRecordAgeInSeconds=86400",
        &["nothing gives up on it", "Records expire after 24 h"],
    );
    check(
        "#MaximumRecordAgeInSeconds=172800&RetentionPeriodHours=48",
        &["too old only after 48 h"],
    );
    check(
        "#MaximumRecordAgeInSeconds=172799&RetentionPeriodHours=48&OnFailure=SNS",
        &[],
    );
    check(
        "#MaximumRetryAttempts=2&OnFailure=SQS&ReportBatchItemFailures=true&handler=stops",
        &["everything after it in its batch is discarded"],
    );
    check(
        "#at=3h:MaximumRetryAttempts:2&OnFailure=SQS",
        &["From day 1, 12:00:00 on: When the retries are spent"],
    );
}

#[test]
fn what_cannot_keep_up_is_said_before_it_happens() {
    // 100 ms + 146 × 20 ms = 3.02 s; 145 records take 3 s.
    check("#BatchSize=145", &[]);
    check(
        "#BatchSize=146",
        &["A full batch of 146 records takes 3.02 s, longer than the Timeout of 3 s"],
    );
    check(
        "#perRecord=4s&recordsPerSecond=0",
        &["Even one record takes 4.1 s"],
    );
    check(
        "#ShardCount=100&ParallelizationFactor=10",
        &["1,000 invocations at once, and the account allows 1,000: no other function"],
    );
    check(
        "#ConcurrentExecutions=1",
        &[
            "the rest is throttled",
            "36 records/s on average and its function handles 23",
        ],
    );
    // The peak is 1.5 times the mean: 1,002 on each shard.
    check(
        "#recordsPerSecond=1336&perRecord=0s",
        &["up to 1,002 records/s of this size and takes 1,000"],
    );
    check("#recordsPerSecond=1333&perRecord=0s&perBatch=10ms", &[]);
    check(
        "#recordsPerSecond=100",
        &["50 records/s on average and its function handles 47"],
    );
    // 100 a second are 6,000 a minute; all in 3 s are 2,000 a second (S6).
    let spikes = "#dailySwing=0&recordsPerSecond=100&perRecord=0s&ShardCount=1&trafficShape=spikes&spikeShare=1000";
    check(
        spikes,
        &["For 3 s the busiest shard is offered 2,000 records/s of this size and takes 1,000"],
    );
    check(&[spikes, "&spikeEvery=3s"].concat(), &[]);
    check("#keyCount=1", &["1 partition key cannot reach 2 shards"]);
    check(
        "#esmBackoffBase=2s&esmBackoffCap=1s",
        &["shorter than the first one"],
    );
}

/// E51: of written-down records their own data counts, not the kinds of order that are not made.
#[test]
fn a_filter_that_nothing_passes_is_pointed_out() {
    let none = "passes: all are read past";
    let filter = "#FilterCriteria=%7B%22data%22:%7B%22type%22:%5B%22a%22%5D%7D%7D";
    check(filter, &[&format!("No kind of order {none}")]);
    for (data, is_said) in [(r#"{"type":"a"}"#, false), (r#"{"type":"b"}"#, true)] {
        let data = data.replace('"', "\\\"");
        let pattern = r#"{"data":{"type":["a"]}}"#;
        let text = format!(
            r#"{{"settings":{{"FilterCriteria":{pattern}}},"records":[{{"at_us":0,"key":"k","data":"{data}"}}]}}"#
        );
        let (scenario, _) = from_json(&text).expect("a scenario");
        let (_, problems) = configure(&scenario);
        let texts: Vec<&str> = problems
            .iter()
            .map(|problem| problem.text.as_str())
            .collect();
        let said = texts.iter().any(|text| text.contains(none));
        assert_eq!(said, is_said, "{data}: {texts:?}");
        assert_eq!(texts.len(), usize::from(is_said), "{texts:?}");
    }
}

/// S5: large records are advised against from 2 % of all on.
#[test]
fn too_many_large_records_are_pointed_out() {
    let advice = "AWS advises that such records stay below about 2 % of all";
    check(
        "#recordBytes=1048577&MaxRecordSizeInKiB=10240&recordsPerSecond=1&dailySwing=0",
        &["takes 0", advice],
    );
    check(
        "#recordBytes=1048000&MaxRecordSizeInKiB=10240&recordsPerSecond=1&dailySwing=0",
        &[],
    );
    let record = |bytes: u32| ExplicitRecord {
        at: SimTime::ZERO,
        key: "a".to_owned(),
        bytes,
        fails: Fails::Never,
        kind: 0,
    };
    for (large, small, is_said) in [(1, 49, false), (2, 98, false), (2, 97, true), (1, 0, true)] {
        let sizes = vec![2_000_000; large]
            .into_iter()
            .chain(vec![1_048_576; small]);
        let scenario = Scenario {
            records: sizes.map(record).collect(),
            ..scenario("#MaxRecordSizeInKiB=10240")
        };
        let (_, problems) = configure(&scenario);
        let said = problems.iter().any(|problem| problem.text.contains(advice));
        assert_eq!(said, is_said, "{large} of {}: {problems:?}", large + small);
    }
}
