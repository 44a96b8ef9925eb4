//! CloudWatch's metrics over small cases whose every number follows by hand (M1–M12).
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::engine::mark::{Alarm, MarkKind};
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::metrics::{METRICS, Metric, Period};
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::file::from_json;
use overflowing_sink::scenario::link::from_link;

const SECOND: SimDuration = SimDuration::from_secs(1);
const MINUTE: SimDuration = SimDuration::from_secs(60);

/// Records of one shard with a round trip of 1 ms (± 20 %), so that they are stored at 1.0005 s, run to the end.
fn run(settings: &str, records: &str) -> Recorder {
    let text = format!(
        r#"{{"settings":{{"ShardCount":1,"roundTrip":"1ms"{settings}}},"records":[{records}]}}"#
    );
    let scenario = from_json(&text).expect("a scenario").0;
    let mut recorder = Recorder::new(configure(&scenario).0);
    recorder.finish();
    recorder
}

fn of_link(link: &str) -> Recorder {
    let mut recorder = Recorder::new(configure(&from_link(link).0.scenario).0);
    recorder.finish();
    recorder
}

/// Metrics of a period in their own statistic, in thousandths.
#[track_caller]
fn check(name: &str, period: &Period, expected: &[(Metric, Option<u64>)]) {
    for &(metric, expected) in expected {
        let expected = expected.map(|value| value * 1_000);
        assert_eq!(
            period.milli(metric),
            expected,
            "{name}: {}",
            metric.spec().name
        );
    }
}

const FOUR: &str = r#"{"at_us":0,"key":"a"},{"at_us":0,"key":"b","poison":true},{"at_us":0,"key":"c"},{"at_us":0,"key":"d"}"#;

/// Invoked at 1.224977 s (140 ms, fails), 1.394977 (140, fails), 1.564977 (120), 1.714977 (120, fails),
/// 2.034977 (120, fails and is discarded), 2.184977 (140): E38 with 100 ms a batch and 20 ms a record.
#[test]
fn a_bisected_batch_second_by_second() {
    use Metric::{
        Concurrent, Delivered, Dropped, Duration, Errors, ExpiredUnread, FailedInvoke, FilteredOut,
        GetAge, IncomingBytes, IncomingRecords, Invocations, Invoked, IteratorAge, Polled,
        PutFailed, PutSuccess, PutSuccessful, PutThrottled, PutTotal, ReadExceeded, Throttles,
        WriteExceeded,
    };
    let settings = r#","MaximumRetryAttempts":1,"BisectBatchOnFunctionError":true,"OnFailure":"SQS","horizon":"10m""#;
    let recorder = run(settings, FOUR);
    let seconds = recorder.metrics(SimTime::ZERO, SECOND, 4);
    check(
        "M6: idle is no data, but the shard is polled",
        &seconds[0],
        &[
            (IncomingRecords, None),
            (PutSuccess, None),
            (Invocations, None),
            (IteratorAge, None),
            (Duration, None),
            (GetAge, Some(0)),
            // M10: the shard is read once a second.
            (ReadExceeded, Some(0)),
            (Concurrent, Some(0)),
        ],
    );
    check(
        "M7, M8: the first four invocations",
        &seconds[1],
        &[
            (IncomingRecords, Some(4)),
            // 1,024 bytes and a key of one.
            (IncomingBytes, Some(4 * 1_025)),
            (PutSuccess, Some(1)),
            (PutTotal, Some(4)),
            (PutSuccessful, Some(4)),
            (PutThrottled, Some(0)),
            (PutFailed, Some(0)),
            (WriteExceeded, Some(0)),
            (GetAge, Some(0)),
            (Invocations, Some(4)),
            (Errors, Some(3)),
            (Throttles, Some(0)),
            // (140 + 140 + 120 + 120) / 4
            (Duration, Some(130)),
            (Concurrent, Some(1)),
            // The latest was sent at 1.714977 s.
            (IteratorAge, Some(714)),
            (Polled, Some(4)),
            (Invoked, Some(4 + 2 + 1 + 1)),
            (FailedInvoke, Some(4 + 2 + 1)),
            (Delivered, None),
            (Dropped, None),
            (FilteredOut, None),
            (ExpiredUnread, None),
        ],
    );
    check(
        "the last two",
        &seconds[2],
        &[
            (IncomingRecords, None),
            (Invocations, Some(2)),
            (Errors, Some(1)),
            (Duration, Some(130)),
            (IteratorAge, Some(1_184)),
            (Invoked, Some(1 + 2)),
            (FailedInvoke, Some(1)),
            (Delivered, Some(1)),
            (Dropped, None),
            (Polled, Some(0)),
        ],
    );
    let minute = &recorder.metrics(SimTime::ZERO, MINUTE, 1)[0];
    check(
        "M1: the minute holds all of it",
        minute,
        &[
            (Invocations, Some(6)),
            (Errors, Some(4)),
            (Duration, Some(130)),
            (IteratorAge, Some(1_184)),
            (Invoked, Some(11)),
            (Polled, Some(4)),
        ],
    );
    // L9: 140 + 140 + 120 + 120 + 120 + 140 ms are billed, those of the four that failed among them.
    let end = run(settings, FOUR).final_ledger();
    assert_eq!((end.busy_ms, end.failed_ms), (780, 520));
}

#[test]
fn a_call_with_one_accepted_record_is_a_success() {
    use Metric::{
        FailedEntries, IncomingRecords, LostByProducer, PutFailed, PutSuccess, PutSuccessful,
        PutThrottled, PutTotal, WriteExceeded,
    };
    // P9, S4: the bucket holds 750; the second of two calls gets 250 of 500 in. Nobody looks (P8).
    let records = vec![r#"{"at_us":0,"key":"a","bytes":10}"#; 1_000].join(",");
    let settings = r#","burst":"750ms","handling":"naive","horizon":"10m""#;
    let recorder = run(settings, &records);
    check(
        "M2, M3, M4, M9",
        &recorder.metrics(SimTime::ZERO, SECOND, 1)[0],
        &[
            (PutSuccess, Some(1)),
            (PutTotal, Some(1_000)),
            (IncomingRecords, Some(750)),
            (PutSuccessful, Some(750)),
            (PutThrottled, Some(250)),
            (WriteExceeded, Some(250)),
            (PutFailed, Some(0)),
            (FailedEntries, Some(250)),
            (LostByProducer, Some(250)),
        ],
    );
    // Every call is answered 5xx, the first and three retries (P13): nothing is throttled, all of it failed.
    let settings = r#","serverErrors":1000,"maxSends":1,"maxRetries":3,"handling":"naive","backoff":"none","horizon":"10m""#;
    let recorder = run(settings, r#"{"at_us":0,"key":"a"}"#);
    check(
        "M4: internal failures",
        &recorder.metrics(SimTime::ZERO, MINUTE, 1)[0],
        &[
            (PutSuccess, Some(0)),
            (PutTotal, Some(4)),
            (PutFailed, Some(4)),
            (PutThrottled, Some(0)),
            (IncomingRecords, None),
        ],
    );
}

#[test]
fn a_refused_put_record_is_no_success() {
    use Metric::{IncomingRecords, PutOneSuccess, PutSuccess, PutThrottled, WriteExceeded};
    // P12, S4: each of 1,000 calls carries one; the bucket holds 750 and nobody tries again.
    let records = vec![r#"{"at_us":0,"key":"a","bytes":10}"#; 1_000].join(",");
    let settings =
        r#","putCall":"PutRecord","burst":"750ms","maxRetries":0,"maxSends":1,"horizon":"10m""#;
    let recorder = run(settings, &records);
    let second = &recorder.metrics(SimTime::ZERO, SECOND, 1)[0];
    assert_eq!(second.of(PutOneSuccess).count, 1_000);
    check(
        "P12",
        second,
        &[
            (IncomingRecords, Some(750)),
            (WriteExceeded, Some(250)),
            (PutSuccess, None),
            (PutThrottled, None),
        ],
    );
    assert_eq!(second.milli(PutOneSuccess), Some(750));
}

#[test]
fn what_is_given_up_is_dropped_and_what_expires_is_nowhere() {
    use Metric::{Delivered, Dropped, Errors, ExpiredUnread, Invocations};
    // E29: without a destination all four go, after one try and two retries.
    let recorder = run(r#","MaximumRetryAttempts":2,"horizon":"10m""#, FOUR);
    check(
        "M9: dropped",
        &recorder.metrics(SimTime::ZERO, MINUTE, 1)[0],
        &[
            (Invocations, Some(3)),
            (Errors, Some(3)),
            (Dropped, Some(4)),
            (Delivered, None),
            (ExpiredUnread, None),
        ],
    );
    // E43: 24 h after 1.0005 s, and no metric of AWS says so.
    let recorder = run(r#","horizon":"25h""#, FOUR);
    let at = SimTime::from_hours(24) + SECOND;
    let second = &recorder.metrics(at, SECOND, 1)[0];
    check(
        "M9: expired",
        second,
        &[
            (ExpiredUnread, Some(4)),
            (Dropped, None),
            (Delivered, None),
            (Invocations, None),
            (Errors, None),
        ],
    );
}

#[test]
fn what_cannot_be_sent_or_delivered_is_counted_as_aws_counts_it() {
    use Metric::{Delivered, DeliveryFailures, Dropped, FailedInvoke, Invocations, Polled};
    // E49: the destination refuses one message about four records.
    let settings =
        r#","MaximumRetryAttempts":0,"OnFailure":"SQS","deliveryDenied":true,"horizon":"10m""#;
    let recorder = run(settings, FOUR);
    check(
        "E49",
        &recorder.metrics(SimTime::ZERO, MINUTE, 1)[0],
        &[
            (Invocations, Some(1)),
            (DeliveryFailures, Some(1)),
            (Dropped, Some(4)),
            (Delivered, None),
        ],
    );
    // E50: a record of 5 MiB is no event; one try and one retry, and the handler never runs.
    let settings = r#","MaximumRetryAttempts":1,"OnFailure":"SQS","MaxRecordSizeInKiB":10240,"burst":"10s","horizon":"10m""#;
    let recorder = run(settings, r#"{"at_us":0,"key":"a","bytes":5242880}"#);
    check(
        "E50",
        &recorder.metrics(SimTime::ZERO, MINUTE, 1)[0],
        &[
            (Invocations, None),
            (Polled, Some(1)),
            (FailedInvoke, Some(2)),
            (Delivered, Some(1)),
        ],
    );
}

#[test]
fn a_poison_loop_ages_a_second_a_second() {
    let recorder = run(r#","horizon":"25h""#, FOUR);
    let hours = recorder.metrics(SimTime::ZERO, SimDuration::from_hours(1), 25);
    for (hour, period) in (1..).zip(&hours[..24]) {
        let due = hour * 3_600_000;
        // M6: the last try of an hour is at most a back-off of a minute, and the invocation, before its end.
        let age = period.of(Metric::IteratorAge).maximum;
        assert!(
            (due - 61_500..due).contains(&age),
            "hour {hour}: IteratorAge {age}"
        );
        // M5: the shard is read every second, and nothing comes behind the batch that is stuck.
        let read = period.of(Metric::GetAge);
        assert_eq!((read.count, read.maximum), (3_600, 0), "hour {hour}");
    }
    let mut more = FOUR.to_owned();
    more.push_str(r#",{"at_us":5000000,"key":"e"}"#);
    let recorder = run(r#","horizon":"25h""#, &more);
    let hour = &recorder.metrics(SimTime::from_hours(23), SimDuration::from_hours(1), 1)[0];
    let age = hour.of(Metric::GetAge).maximum;
    // Read at a phase of its own within the last second; the batch arrived at 1.0005 s.
    assert!(
        (86_398_000 - 1..86_399_000).contains(&age),
        "GetRecords.IteratorAgeMilliseconds {age}"
    );
}

/// Links with everything that can go wrong: throttled puts, bisects, several lanes, too little concurrency.
const ROUGH: [&str; 4] = [
    "#v=1&horizon=30m&at=2m:pill:1&MaximumRetryAttempts=3&BisectBatchOnFunctionError=true&OnFailure=SQS",
    "#v=1&horizon=30m&recordsPerSecond=3000&handling=naive&serverErrors=100&BatchSize=1000&perRecord=1ms",
    "#v=1&horizon=30m&ParallelizationFactor=4&ConcurrentExecutions=3&at=2m:pill:0&at=9m:ParallelizationFactor:2",
    "#v=1&horizon=30m&MaximumRecordAgeInSeconds=60&perRecord=40ms&recordsPerSecond=120",
];

/// M12.
#[test]
fn minutes_are_their_seconds_and_five_minutes_their_minutes() {
    for link in ROUGH {
        let recorder = of_link(link);
        let seconds = recorder.metrics(SimTime::ZERO, SECOND, 1_800);
        let minutes = recorder.metrics(SimTime::ZERO, MINUTE, 30);
        let fives = recorder.metrics(SimTime::ZERO, SimDuration::from_secs(300), 6);
        let sum = |parts: &[Period]| {
            let mut sum = Period::default();
            for part in parts {
                sum.add(part);
            }
            sum
        };
        for (index, minute) in minutes.iter().enumerate() {
            let parts = &seconds[index * 60..][..60];
            assert_eq!(*minute, sum(parts), "{link}: minute {index}");
        }
        for (index, five) in fives.iter().enumerate() {
            let parts = &minutes[index * 5..][..5];
            assert_eq!(*five, sum(parts), "{link}: five minutes {index}");
        }
        // A window that begins in the middle sees the same.
        let from = SimTime::from_secs(700);
        assert_eq!(
            recorder.metrics(from, SECOND, 300),
            seconds[700..1_000],
            "{link}"
        );
    }
}

#[test]
fn the_fold_of_the_facts_is_what_the_engine_counted() {
    for link in ROUGH {
        let mut recorder = of_link(link);
        let whole = recorder.metrics(SimTime::ZERO, SimDuration::from_secs(1_800), 1)[0];
        let end = recorder.moment(SimTime::from_secs(1_800)).ledger;
        for (metric, counted) in [
            (Metric::IncomingRecords, end.stored.total()),
            (Metric::PutThrottled, end.entries_throttled),
            (Metric::LostByProducer, end.lost_silently.total()),
            (Metric::Invocations, end.invocations),
            (Metric::Errors, end.errors),
            (Metric::Throttles, end.throttles),
            (Metric::Dropped, end.discarded.total()),
            (Metric::Delivered, end.to_destination.total()),
            (Metric::ExpiredUnread, end.expired().total()),
        ] {
            let name = metric.spec().name;
            assert_eq!(whole.of(metric).sum, counted, "{link}: {name}");
        }
        assert_eq!(whole.of(Metric::PutSuccess).count, end.requests, "{link}");
        let fated = end.processed.total() + end.discarded.total() + end.to_destination.total();
        let polled = whole.of(Metric::Polled).sum;
        assert!(
            (fated..=end.stored.total()).contains(&polled),
            "{link}: polled {polled}, fated {fated}"
        );
        let running = recorder.moment(SimTime::ZERO).running;
        assert!(
            whole.of(Metric::Concurrent).maximum <= u64::from(running.1),
            "{link}"
        );
    }
}

#[test]
fn hidden_throttling_is_calm_by_the_minute() {
    // S6, G5: 6,000 records in 3 s on one shard, then a quiet minute.
    let records: Vec<String> = (0..6_000)
        .map(|n| {
            format!(
                r#"{{"at_us":{},"key":"a","bytes":10}}"#,
                10_000_000 + n * 500
            )
        })
        .collect();
    let settings = r#","handling":"naive","horizon":"10m","putBatch":50,"perRecord":"1ms""#;
    let recorder = run(settings, &records.join(","));
    let minute = &recorder.metrics(SimTime::ZERO, MINUTE, 1)[0];
    let accepted = minute.of(Metric::IncomingRecords).sum;
    let throttled = minute.of(Metric::PutThrottled).sum;
    assert_eq!(accepted + throttled, 6_000);
    // The first request of 50 finds a full bucket after 25 ms; from then on 1,000 a second are free.
    assert!((2_010..=2_040).contains(&throttled), "{throttled}");
    // 67 records a second on average, 7 % of what the shard takes; in the worst second it took all it could.
    assert_eq!(accepted / 60, 66);
    let seconds = recorder.metrics(SimTime::ZERO, SECOND, 60);
    let worst = seconds
        .iter()
        .map(|second| second.of(Metric::IncomingRecords).sum);
    assert!(worst.max() >= Some(1_000));
}

#[test]
fn the_table_names_each_metric_once() {
    for (index, spec) in METRICS.iter().enumerate() {
        assert_eq!(spec.metric as usize, index, "{}", spec.name);
        let same = METRICS.iter().filter(|other| other.name == spec.name);
        assert_eq!(same.count(), 1, "{}", spec.name);
        assert!(spec.help.ends_with('.'), "{}", spec.name);
        assert!(!spec.facts.is_empty(), "{}", spec.name);
    }
}

/// Pages and their ends, in minutes of the run.
fn turns(recorder: &Recorder) -> Vec<(u64, MarkKind)> {
    let marks = recorder.marks().iter();
    marks
        .filter(|mark| matches!(mark.kind, MarkKind::Paged(_) | MarkKind::BackToOk(_)))
        .map(|mark| (mark.at.0 / 60_000_000, mark.kind))
        .collect()
}

#[test]
fn the_error_alarm_turns_itself_ok_when_the_loss_begins() {
    use Alarm::{Errors, IteratorAge};
    use MarkKind::{BackToOk, Paged};
    // The pill fails from 1:00:04 on and expires at 25:00 (E43). Errors: 3 of the last 5 minutes. IteratorAge: the
    // pill is half of 24 h old at 13:00, in two of three minutes.
    let recorder = of_link("#v=1&at=1h:pill:1");
    let expected = [
        (63, Paged(Errors)),
        (781, Paged(IteratorAge)),
        (1_503, BackToOk(Errors)),
    ];
    assert_eq!(turns(&recorder), expected);
    // Settings of alarms change nothing of the run, and 0 is no alarm.
    let digest = recorder.digest();
    let quiet = of_link("#v=1&at=1h:pill:1&alarmErrors=0&alarmIteratorAge=0");
    assert_eq!((turns(&quiet), quiet.digest()), (vec![], digest));
    let early = of_link("#v=1&at=1h:pill:1&alarmErrors=1&alarmIteratorAge=0");
    assert_eq!(turns(&early)[0], (61, Paged(Errors)));
    // They can be changed while a run is looked at.
    let mut revised = quiet;
    let link = "#v=1&at=1h:pill:1";
    revised.revise(configure(&from_link(link).0.scenario).0);
    assert_eq!(turns(&revised), expected);
}

#[test]
fn only_a_metric_of_your_own_pages_for_failed_entries() {
    use MarkKind::Paged;
    // M11: two shards take 2,000 a second and are sent 3,000.
    let link = "#v=1&horizon=10m&recordsPerSecond=3000&handling=naive&perRecord=100us&BatchSize=1000&dailySwing=0";
    assert_eq!(turns(&of_link(link)), []);
    let own = of_link(&[link, "&ownMetric=true"].concat());
    assert_eq!(turns(&own), [(3, Paged(Alarm::FailedEntries))]);
}

/// P30: what a record waits for is the linger, the request and its retries.
#[test]
fn records_wait_for_linger_request_and_retries() {
    use Metric::{PutLatency, PutOneLatency, RecordLatency};
    let three = r#"{"at_us":0,"key":"a"},{"at_us":500000,"key":"b"},{"at_us":900000,"key":"c"}"#;
    let large = r#"{"at_us":0,"key":"a","bytes":900000},{"at_us":0,"key":"a","bytes":900000}"#;
    // Settings, records, when they were made in ms; then sum and maximum of the waits, in ms, of each at least. A half
    // round trip of 1 ms comes on top.
    for (name, settings, records, made, sum, longest) in [
        (
            "sent together after a second",
            "",
            three,
            [0, 500, 900].as_slice(),
            1_600,
            1_000,
        ),
        (
            "each for itself",
            r#","putBatch":1"#,
            three,
            &[0, 500, 900],
            0,
            0,
        ),
        (
            "every 100 ms",
            r#","linger":"100ms""#,
            three,
            &[0, 500, 900],
            300,
            100,
        ),
        // The second is refused until 0.72 s later: sent again after 0.1, 0.2, 0.4 and 0.8 s, and round trips.
        (
            "sent again",
            r#","backoff":"exponential""#,
            large,
            &[0, 0],
            1_000 + 2_500,
            2_500,
        ),
        (
            "written again",
            r#","sdk":"JSv2","requestTimeout":"1s","repliesLost":1000"#,
            three,
            &[0, 500, 900],
            1_600,
            1_000,
        ),
    ] {
        let settings = format!(r#","horizon":"10m"{settings}"#);
        let recorder = run(&settings, records);
        let set = *recorder
            .metrics(SimTime::ZERO, MINUTE, 10)
            .iter()
            .fold(&mut Period::default(), |sum, minute| {
                sum.add(minute);
                sum
            })
            .of(RecordLatency);
        // Each was stored first in the order it was made.
        let stored = (0..)
            .zip(made)
            .map(|(n, made)| recorder.stored_at(0, n).0 / 1_000 - made);
        assert_eq!(set.count, made.len() as u64, "{name}");
        assert!(
            set.sum.abs_diff(stored.sum()) <= set.count,
            "{name}: {set:?}"
        );
        assert!((sum..=sum + 6).contains(&set.sum), "{name}: {set:?}");
        assert!(
            (longest..=longest + 6).contains(&set.maximum),
            "{name}: {set:?}"
        );
    }
    // M4: a call's own time is its round trip, ± 20 %, whatever its records waited for; without an answer there is none.
    for (settings, metric, calls) in [
        (r#","roundTrip":"100ms""#, PutLatency, 1),
        (
            r#","roundTrip":"100ms","putCall":"PutRecord""#,
            PutOneLatency,
            3,
        ),
        (r#","roundTrip":"100ms","repliesLost":1000"#, PutLatency, 0),
        (r#","roundTrip":"100ms","blackHole":1000"#, PutLatency, 0),
    ] {
        let recorder = run(&format!(r#","horizon":"10m"{settings}"#), three);
        let minute = &recorder.metrics(SimTime::ZERO, MINUTE, 1)[0];
        assert_eq!(minute.of(metric).count, calls, "{settings}");
        if let Some(milli) = minute.milli(metric) {
            assert!((80_000..=120_000).contains(&milli), "{settings}: {milli}");
        }
    }
}

/// M8, E51: what a filter keeps from the function was polled, and is counted.
#[test]
fn what_a_filter_drops_is_counted() {
    use Metric::{FilteredOut, Invoked, Polled};
    let record =
        |kind: &str| format!(r#"{{"at_us":0,"key":"a","data":"{{\"type\":\"{kind}\"}}"}}"#);
    let records = ["a", "b", "b", "a", "b"].map(record).join(",");
    for (filter, dropped) in [
        (r#"{"data":{"type":["a"]}}"#, 3),
        (r#"{"data":{"type":["b"]}}"#, 2),
        (r#"{"data":{"type":["c"]}}"#, 5),
    ] {
        let recorder = run(
            &format!(r#","horizon":"10m","FilterCriteria":{filter}"#),
            &records,
        );
        let mut sum = Period::default();
        for minute in recorder.metrics(SimTime::ZERO, MINUTE, 10) {
            sum.add(&minute);
        }
        assert_eq!(sum.of(FilteredOut).sum, dropped, "{filter}");
        assert_eq!(sum.of(Invoked).sum, 5 - dropped, "{filter}");
        assert_eq!(sum.of(Polled).sum, 5, "{filter}");
    }
    let link =
        "#v=1&horizon=30m&FilterCriteria=%7B%22data%22:%7B%22type%22:%5B%22purchase%22%5D%7D%7D";
    let mut recorder = of_link(link);
    let whole = recorder.metrics(SimTime::ZERO, SimDuration::from_secs(1_800), 1)[0];
    let filtered = recorder.final_ledger().filtered.total();
    assert!(filtered > 10_000);
    assert_eq!(whole.of(FilteredOut).sum, filtered);
}

/// Nobody asks for records where nobody reads: while the mapping is off, while a shard waits for its parents, once it is
/// closed and drained (M5, E15). Each reader asks once a second.
#[test]
fn reads_are_counted_where_somebody_reads() {
    for (link, reads) in [
        ("", [(5, 120), (12, 120), (30, 120)]),
        (
            "at=10m:Enabled:false&at=20m:Enabled:true",
            [(5, 120), (12, 0), (30, 120)],
        ),
        // The others go on; they are no readers of the mapping's own.
        (
            "at=10m:Enabled:false&at=20m:Enabled:true&otherConsumers=2",
            [(5, 120), (12, 120), (30, 120)],
        ),
        ("at=10m:split:0", [(5, 120), (30, 180), (40, 180)]),
        ("at=10m:merge:0", [(5, 120), (30, 60), (40, 60)]),
        // Its parent has a pill: nobody reads the children before that is gone after 20 min.
        (
            "at=9m:pill:0&at=10m:split:0&MaximumRecordAgeInSeconds=1200",
            [(5, 120), (15, 120), (40, 180)],
        ),
        (
            "secondMapping=true&at=10m:split:0&at=20m:Enabled:false",
            [(5, 240), (15, 360), (30, 180)],
        ),
    ] {
        let recorder = of_link(&format!("#v=1&recordsPerSecond=10&dailySwing=0&{link}"));
        let all = recorder.metrics(SimTime::ZERO, MINUTE, 45);
        for (minute, reads) in reads {
            let one = recorder.metrics(SimTime::from_secs(60 * minute as u64), MINUTE, 1)[0];
            assert_eq!(
                one.of(Metric::GetAge).count,
                reads,
                "{link}, minute {minute}"
            );
            assert!(one == all[minute], "{link}, minute {minute} among others");
        }
    }
}
