//! What is told of the second mapping: metrics, marks, alarms, logs and messages of its own (E14).
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::engine::config::Role;
use overflowing_sink::engine::mark::{Alarm, Mark, MarkKind};
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::metrics::{Metric, Period};
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::file::from_json;
use overflowing_sink::scenario::link::from_link;
use overflowing_sink::session::alarms::pages;
use serde_json::Value;

#[path = "support/program.rs"]
mod program;

const HOUR: u64 = 3_600;

/// Four records of one shard, the second poison; the first mapping's function handles them all.
fn four(settings: &str) -> String {
    format!(
        r#"{{"settings":{{"ShardCount":1,"fixed":true,"horizon":"10m","secondMapping":true,"secondFailsOnPoison":true{settings}}},
        "records":[{{"at_us":0,"key":"a","data":"book"}},{{"at_us":0,"key":"b","poison":true,"data":"pen"}},
        {{"at_us":0,"key":"c","data":"pen"}},{{"at_us":0,"key":"d","data":"book"}}]}}"#
    )
}

fn finished(recorder: &mut Recorder) -> &mut Recorder {
    recorder.finish();
    recorder
}

fn of_link(link: &str) -> Recorder {
    let (shared, notices) = from_link(&format!("#v=1&{link}"));
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    recorder
}

/// Both mappings' metrics over the whole run.
fn whole_run(recorder: &Recorder) -> (Period, Period) {
    let length = recorder.computed_until().since(SimTime::ZERO);
    let of = |role| recorder.metrics_of(role, SimTime::ZERO, length, 1)[0];
    (of(Role::First), of(Role::Second))
}

fn value(period: &Period, metric: Metric) -> Option<u64> {
    period.milli(metric).map(|milli| milli / 1_000)
}

/// M6–M8, E38: a batch of four with a pill in second place is tried as 1-4, 1-2, 1, 2, 2 again, 3-4.
#[test]
fn its_metrics_count_what_it_does() {
    use Metric::{
        Concurrent, Delivered, Dropped, Errors, FailedInvoke, FilteredOut, IncomingRecords,
        Invocations, Invoked, Polled,
    };
    let bisect = r#","secondMaximumRetryAttempts":1,"secondBisectBatchOnFunctionError":true"#;
    let bisect_to_sqs = format!(r#"{bisect},"secondOnFailure":"SQS""#);
    let books = r#","secondFilterCriteria":{"data":["book"]}"#;
    let reports = r#","secondHandler":"reports","secondReportBatchItemFailures":true,"secondMaximumRetryAttempts":0"#;
    let parks = r#","secondHandler":"parks""#;
    for (settings, expected) in [
        (
            bisect,
            &[
                (Invocations, Some(6)),
                (Errors, Some(4)),
                (Invoked, Some(11)),
                (FailedInvoke, Some(8)),
                (Dropped, Some(1)),
                (Delivered, None),
                (Polled, Some(4)),
                (Concurrent, Some(1)),
            ][..],
        ),
        (
            &bisect_to_sqs,
            &[(Dropped, None), (Delivered, Some(1)), (Errors, Some(4))],
        ),
        (
            books,
            &[
                (Invocations, Some(1)),
                (Errors, Some(0)),
                (Invoked, Some(2)),
                (FilteredOut, Some(2)),
                (Polled, Some(4)),
            ],
        ),
        // a first, then the rest, of which the last try discards all.
        (
            reports,
            &[
                (Invocations, Some(2)),
                (Errors, Some(0)),
                (Invoked, Some(7)),
                (FailedInvoke, Some(6)),
                (Dropped, Some(3)),
            ],
        ),
        (parks, &[(Invocations, Some(1)), (Errors, Some(0))]),
    ] {
        let text = four(settings);
        let mut recorder = Recorder::new(configure(&from_json(&text).expect("a scenario").0).0);
        let (first, second) = whole_run(finished(&mut recorder));
        for &(metric, expected) in expected {
            let name = metric.spec().name;
            assert_eq!(value(&second, metric), expected, "{name}: {settings}");
        }
        // The first has done what it does alone, and the stream is the same.
        for (metric, expected) in [
            (Invocations, Some(1)),
            (Errors, Some(0)),
            (Invoked, Some(4)),
            (FailedInvoke, Some(0)),
            (FilteredOut, None),
            (Dropped, None),
            (Delivered, None),
        ] {
            let name = metric.spec().name;
            assert_eq!(value(&first, metric), expected, "{name}: {settings}");
        }
        assert_eq!(first.of(IncomingRecords), second.of(IncomingRecords));
    }
}

/// M5, M6: `IteratorAge` is a function's, `GetRecords.IteratorAgeMilliseconds` the stream's: the slower reader's.
#[test]
fn an_age_is_a_functions_or_the_streams() {
    let base = "horizon=3h&recordsPerSecond=20&at=1h:pill:1&secondMapping=true";
    // Settings, whether the first and the second function's age is that of the pill.
    for (settings, first, second) in [
        ("fixed=true&secondFailsOnPoison=true", false, true),
        ("", true, false),
        ("secondFailsOnPoison=true", true, true),
        ("fixed=true", false, false),
    ] {
        let recorder = of_link(&format!("{base}&{settings}"));
        // The last ten minutes: a stuck batch is tried every minute.
        let from = SimTime::from_secs(3 * HOUR - 600);
        let of = |role| recorder.metrics_of(role, from, SimDuration::from_secs(600), 1)[0];
        let (ours, theirs) = (of(Role::First), of(Role::Second));
        // 1 h 50 min at least, or a few seconds.
        let is_old = |period: &Period, metric| {
            let ms = value(period, metric).expect("there is data");
            assert!(!(60_000..6_600_000).contains(&ms), "{ms} ms: {settings}");
            ms > 60_000
        };
        assert_eq!(is_old(&ours, Metric::IteratorAge), first, "{settings}");
        assert_eq!(is_old(&theirs, Metric::IteratorAge), second, "{settings}");
        for period in [ours, theirs] {
            assert_eq!(
                is_old(&period, Metric::GetAge),
                first || second,
                "{settings}"
            );
        }
    }
}

/// E14: what is refused for want of concurrency is no invocation.
#[test]
fn its_throttles_are_its_own() {
    let link = "horizon=10m&secondMapping=true&secondReservedConcurrentExecutions=0";
    let (first, second) = whole_run(&of_link(link));
    assert!(value(&second, Metric::Throttles).is_some_and(|count| count > 10));
    assert_eq!(value(&second, Metric::Invocations), None);
    assert_eq!(value(&first, Metric::Throttles), Some(0));
}

/// Its marks are told apart, and those of the first mapping are as if it were alone.
#[test]
fn its_marks_and_alarms_are_its_own() {
    use MarkKind::{BackToOk, FirstExpiry, FirstFailure, LaneBlocked, Paged, Released};
    let base = "horizon=40h&at=1h:pill:1&fixed=true";
    let alone = of_link(base);
    let both = of_link(&format!(
        "{base}&secondMapping=true&secondFailsOnPoison=true"
    ));
    assert_eq!(alone.marks(), both.marks());
    assert_eq!(alone.every_mark(), alone.marks());
    let (second, first): (Vec<Mark>, Vec<Mark>) = both
        .every_mark()
        .iter()
        .partition(|mark| mark.role == Role::Second);
    assert_eq!(first, both.marks());
    let seconds = |kind| {
        let mark = second.iter().find(|mark| mark.kind == kind);
        mark.map(|mark| mark.at.0 / 1_000_000)
    };
    for (kind, from, to) in [
        (FirstFailure, HOUR, HOUR + 10),
        (LaneBlocked, HOUR, HOUR + 10),
        // Three of five minutes with Errors; half of 24 h; the pill expires.
        (Paged(Alarm::Errors), HOUR + 180, HOUR + 300),
        (Paged(Alarm::IteratorAge), 13 * HOUR, 13 * HOUR + 360),
        (Released, 25 * HOUR, 25 * HOUR + 61),
        (BackToOk(Alarm::Errors), 25 * HOUR, 25 * HOUR + 360),
        (FirstExpiry, 25 * HOUR, 40 * HOUR),
    ] {
        let found = seconds(kind);
        assert!(
            found.is_some_and(|at| (from..=to).contains(&at)),
            "{kind:?}: {found:?}"
        );
    }
    let told = pages(
        both.every_mark(),
        (both.watched(), both.second_watched()),
        both.computed_until(),
    );
    assert_eq!(told.len(), 2, "{told:?}");
    for (sentence, alarm) in told.iter().zip(["Errors", "IteratorAge"]) {
        let begins = format!("You would have been paged for {alarm} of mapping 2 at day 1, ");
        assert!(sentence.starts_with(&begins), "{sentence}");
        assert!(sentence.contains(" before the first loss"), "{sentence}");
    }
}

/// Brought together slice by slice, and again after a change, it is what it is at once.
#[test]
fn its_marks_follow_a_change() {
    let config = |link: &str| configure(&from_link(link).0.scenario).0;
    let base = "#horizon=6h&at=1h:pill:1&secondMapping=true&secondFailsOnPoison=true";
    for change in [
        "&secondMaximumRetryAttempts=2",
        "&at=2h:secondFailsOnPoison:false",
        "&secondFilterCriteria=%7B%22data%22:%7B%22type%22:%5B%22test%22%5D%7D%7D",
        "&recordsPerSecond=20",
    ] {
        let changed = config(&format!("{base}{change}"));
        let mut fresh = Recorder::new(changed.clone());
        let mut edited = Recorder::new(config(base));
        finished(&mut edited);
        edited.revise(changed);
        let mut slices = 0;
        while !edited.advance(&mut || {
            slices += 1;
            slices % 50 != 0
        }) {}
        finished(&mut fresh);
        assert_eq!(edited.every_mark(), fresh.every_mark(), "{change}");
        assert_eq!(edited.second_watched(), fresh.second_watched(), "{change}");
        assert_eq!(whole_run(&edited), whole_run(&fresh), "{change}");
    }
}

fn printed(option: &str, settings: &str) -> Vec<String> {
    let output = program::program(&["run", "-", option], &four(settings));
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("output is UTF-8");
    text.lines().map(str::to_owned).collect()
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).expect("a line is JSON")
}

/// E14: messages of its own, from a function and a mapping of its own.
#[test]
fn its_messages_are_its_own() {
    let sqs = r#","secondOnFailure":"SQS","secondMaximumRetryAttempts":0"#;
    let lines = printed("--documents", sqs);
    let [line] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    let line = json(line);
    assert_eq!(
        (&line["mapping"], &line["destination"]),
        (&2.into(), &"SQS".into())
    );
    let request = &line["document"]["requestContext"];
    let arn = request["functionArn"].as_str().expect("a text");
    assert!(arn.ends_with(":function:handle-orders-2"), "{arn}");
    assert_eq!(request["condition"], "RetryAttemptsExhausted");
    assert_eq!(line["document"]["KinesisBatchInfo"]["batchSize"], 4);
    // The message names the request that failed.
    let events: Vec<Value> = printed("--events", sqs)
        .iter()
        .map(|line| json(line))
        .collect();
    let failed = events
        .iter()
        .find(|line| line["kind"] == "invocation_started" && line["mapping"] == 2);
    assert_eq!(
        failed.expect("an invocation")["request_id"],
        request["requestId"]
    );
    // Both have a destination: a message each, of other requests, under other names.
    let s3 = r#","fixed":false,"OnFailure":"S3","secondOnFailure":"S3","MaximumRetryAttempts":0,"secondMaximumRetryAttempts":0"#;
    let lines: Vec<Value> = printed("--documents", s3)
        .iter()
        .map(|line| json(line))
        .collect();
    assert_eq!(lines.len(), 2);
    let of = |second: bool| {
        let line = lines
            .iter()
            .find(|line| line.get("mapping").is_some() == second);
        line.expect("one of each")
    };
    let mapping = |line: &Value| {
        let key = line["key"].as_str().expect("a key").to_owned();
        key.split('/').nth(2).expect("its UUID").to_owned()
    };
    assert_ne!(mapping(of(false)), mapping(of(true)));
    let id = |line: &Value| line["document"]["requestContext"]["requestId"].clone();
    assert_ne!(id(of(false)), id(of(true)));
    let first = &of(false)["document"]["requestContext"]["functionArn"];
    assert!(
        first
            .as_str()
            .is_some_and(|arn| arn.ends_with(":handle-orders"))
    );
}

/// E14: what its function prints is told apart from what the first one does.
#[test]
fn its_logs_name_it() {
    let lines = printed("--logs", r#","secondMaximumRetryAttempts":1"#);
    let of = |name: &str, text: &str| {
        let lines = lines.iter().filter(|line| line.contains(text));
        lines.filter(|line| line.contains(name)).count()
    };
    let second = " function of mapping 2 ";
    // Tried twice, thrown twice; the first function handles the batch once.
    assert_eq!(of(second, "START RequestId"), 2, "{lines:#?}");
    assert_eq!(of(second, "Invoke Error"), 2);
    assert_eq!(of(second, "REPORT RequestId"), 2);
    assert_eq!(of("", "START RequestId"), 3);
    assert_eq!(of("", "Invoke Error"), 2);
    // A retry keeps its request id, and no other function has it.
    let ids = lines
        .iter()
        .filter(|line| line.contains("START RequestId: "));
    let mut ids: Vec<&str> = ids
        .filter_map(|line| line.split_whitespace().rev().nth(2))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 2, "{lines:#?}");
}

/// The CSV has its columns behind the others, and only where there is a second mapping.
#[test]
fn its_columns_stand_behind_the_others() {
    let lines = printed("--metrics", r#","secondMaximumRetryAttempts":0"#);
    let cells = |line: &String| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let names = cells(&lines[0]);
    let at = |name: &str| names.iter().position(|other| other == name);
    let (errors, own) = (at("Errors"), at("Errors (mapping 2)"));
    let dropped = at("DroppedEventCount (mapping 2)").expect("a column");
    let last = at("lost by the producer").expect("a column");
    assert!(own > Some(last), "{names:?}");
    assert_eq!(
        at("IncomingRecords (mapping 2)"),
        None,
        "it is the stream's"
    );
    let minute = cells(&lines[1]);
    assert_eq!(minute.len(), names.len());
    let cell = |column: Option<usize>| &minute[column.expect("a column")];
    assert_eq!((cell(errors).as_str(), cell(own).as_str()), ("0", "1"));
    assert_eq!(minute[dropped], "4");
    let alone = program::program(&["run", "#horizon=10m", "--metrics"], "");
    let alone = String::from_utf8(alone.stdout).expect("output is UTF-8");
    assert!(!alone.contains("mapping 2"));
    // The same over the whole run.
    let outcome = json(&printed("--json", r#","secondMaximumRetryAttempts":0"#).join("\n"));
    let own = &outcome["second_mapping"]["cloudwatch"];
    assert_eq!(
        (&own["Errors"]["value"], &own["DroppedEventCount"]["value"]),
        (&1.into(), &4.into())
    );
    assert_eq!(outcome["cloudwatch"]["Errors"]["value"], 0);
    assert!(own.get("IncomingRecords").is_none());
    let marks = outcome["marks"].as_array().expect("marks").iter();
    let of_second = marks.filter(|mark| mark["mapping"] == 2);
    let kinds: Vec<&str> = of_second.filter_map(|mark| mark["kind"].as_str()).collect();
    assert_eq!(kinds, ["first_failure", "discarded"]);
}
