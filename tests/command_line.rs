//! The command line, as somebody in a terminal meets it.
#![cfg(not(target_arch = "wasm32"))]

use serde_json::Value;

#[path = "support/program.rs"]
mod program;

use program::program;
use std::process::{Command, Stdio};

/// Four records of one shard, the second poison.
const FOUR: &str = r#"{"settings":{"ShardCount":1,"MaximumRetryAttempts":1,"BisectBatchOnFunctionError":true,
    "OnFailure":"SQS","handler":"throws"},
    "records":[{"at_us":0,"key":"a"},{"at_us":0,"key":"b","poison":true},{"at_us":0,"key":"c"},{"at_us":0,"key":"d"}]}"#;

const MAPPINGS: &str = r#"{"EventSourceMappings":[
    {"UUID":"u","EventSourceArn":"arn:aws:sqs:us-east-1:123456789012:q"},
    {"UUID":"u","BatchSize":250,"ParallelizationFactor":99,"EventSourceArn":"arn:aws:kinesis:us-east-1:123456789012:stream/secret",
     "FunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:secret","MaximumRetryAttempts":-1,
     "FunctionResponseTypes":["ReportBatchItemFailures"]}]}"#;

/// Runs the program; `code`, and texts that standard output and standard error must contain. With code 2 there is
/// nothing on standard output and one sentence on standard error.
#[track_caller]
fn check(arguments: &[&str], input: &str, code: i32, out: &[&str], error: &[&str]) {
    let output = program(arguments, input);
    let stdout = String::from_utf8(output.stdout).expect("output is UTF-8");
    let stderr = String::from_utf8(output.stderr).expect("errors are UTF-8");
    let row = format!("{arguments:?}\n{stdout}\n{stderr}");
    assert_eq!(output.status.code(), Some(code), "{row}");
    for text in out {
        assert!(stdout.contains(text), "{text} is not printed: {row}");
    }
    for text in error {
        assert!(stderr.contains(text), "{text} is not said: {row}");
    }
    if code == 2 {
        assert_eq!(stdout, "", "{row}");
        assert_eq!(stderr.trim_end().lines().count(), 1, "{row}");
        assert!(stderr.trim_end().ends_with('.'), "{row}");
    }
    assert!(!stderr.contains("panicked"), "{row}");
}

#[test]
fn it_does_what_it_is_asked_to() {
    let version = format!("overflowing-sink {}\n", env!("CARGO_PKG_VERSION"));
    check(&["--version"], "", 0, &[&version], &[]);
    check(
        &["--help"],
        "",
        0,
        &["overflowing-sink run", "--until", "route --shards"],
        &[],
    );
    check(&["run", "--help"], "", 0, &["overflowing-sink run"], &[]);
    check(
        &["--help", "scenario"],
        "",
        0,
        &["\"records\"", "at_us"],
        &[],
    );
    // G1.
    let routed = "a\t16955237001963240173058271559858726497\t0\n";
    check(
        &["route", "--shards", "4", "a", "user-1", "--", "--b\n"],
        "",
        0,
        &[routed, "user-1\t", "\t3\n", "--b\\n\t"],
        &[],
    );
    check(
        &["run", "#", "--until=20m"],
        "",
        0,
        &[
            "Ledger",
            "generated",
            "Metrics",
            "Marks",
            "Run of 20 min",
            "#v=1&horizon=20m",
            "Digest ",
        ],
        &[],
    );
    check(
        &[
            "run",
            "https://example.org/x#v=1&ShardCount=900&foo=1",
            "--until",
            "1m",
        ],
        "",
        0,
        &["Run of 1 min"],
        &[
            "ShardCount",
            "foo",
            "ended at day 1, 09:01:00 (0:01:00 after the start)",
        ],
    );
    check(
        &["run", "-"],
        "#v=1&horizon=10m",
        0,
        &["Run of 10 min"],
        &[],
    );
    check(
        &["run", "-", "--until", "2m"],
        FOUR,
        0,
        &["sent to the destination", "Run of 2 min"],
        &[],
    );
    check(
        &["run", "#recordsPerSecond=0", "--until", "9601h"],
        "",
        0,
        &["Run of 400 days"],
        &["at most 400 days"],
    );
    check(
        &["import", "-"],
        MAPPINGS,
        0,
        &["#v=1&", "BatchSize=250", "ReportBatchItemFailures=true"],
        &[
            "number 2 was taken",
            "Taken: BatchSize 250 records",
            "Not valid: ParallelizationFactor 99",
        ],
    );
    check(
        &["import", "-", "--mapping", "2"],
        MAPPINGS,
        0,
        &["BatchSize=250"],
        &[],
    );
}

/// What is said about a run is said once, and before it is computed. The terminal's progress is for terminals.
#[test]
fn each_thing_is_said_once() {
    let bad = r#"#horizon=10m&FilterCriteria={"data":[}&secondMapping=true&secondFilterCriteria={"data":[}"#;
    for (arguments, said) in [
        (&["run", "#horizon=10m"][..], &[][..]),
        (
            &["run", bad],
            &[
                "AWS refuses this filter; the run goes without it. Line 1, character 10",
                "The second mapping: AWS refuses this filter; the run goes without it. Line 1, character 10",
            ],
        ),
        (
            &["run", r#"#horizon=10m&at=5m:FilterCriteria:{"data":[}"#],
            &["A change of FilterCriteria is refused and changes nothing. Line 1, character 10"],
        ),
        (
            &["run", "#horizon=10m&data=nonsense"],
            &["The run goes with the opening orders. "],
        ),
        // A little of what is too much for two days.
        (
            &[
                "run",
                "#putCall=PutRecord&recordsPerSecond=5000&ShardCount=10",
                "--until",
                "10s",
            ],
            &["The run was ended at day 1, 09:00:10 (0:00:10 after the start)"],
        ),
    ] {
        let output = program(arguments, "");
        let error = String::from_utf8(output.stderr).expect("UTF-8");
        let begins = |part: &str| error.lines().filter(|line| line.starts_with(part)).count();
        for sentence in said {
            assert_eq!(begins(sentence), 1, "{sentence}: {error}");
        }
        let filters = said
            .iter()
            .filter(|said| said.contains("this filter"))
            .count();
        assert_eq!(
            error.matches("refuses this filter").count(),
            filters,
            "{error}"
        );
        assert!(
            !error.contains('\r') && !error.contains("allowed"),
            "{error}"
        );
    }
}

#[test]
fn measured_traffic_makes_a_scenario_file() {
    let table = "time,count\n10:00,600\n10:01,0\n10:02,1200\n";
    check(
        &["import", "-"],
        table,
        0,
        &[
            "\"trafficShape\": \"pasted\"",
            "\"interval_us\": 60000000",
            "1200",
        ],
        &[
            "Taken: The table 3 intervals of 1 min, mean 10/s, peak 20/s",
            "Still guessed: ShardCount 2 shards",
            "This is a scenario file",
        ],
    );
    let file = program(&["import", "-"], table);
    let file = String::from_utf8(file.stdout).expect("text");
    check(&["run", "-"], &file, 0, &["Run of"], &[]);
    check(
        &["import", "--script"],
        "",
        0,
        &[
            "#!/usr/bin/env bash",
            "READ-ONLY",
            "describe-stream-summary",
        ],
        &[],
    );
}

#[test]
fn bad_input_gets_one_clear_sentence() {
    for (arguments, input, sentence) in [
        (&[][..], "", "Say what to do"),
        (&["walk"], "", "is not a command"),
        (&["--walk"], "", "--walk"),
        (&["--help", "me"], "", "me"),
        (&["run"], "", "run needs a link"),
        (&["run", "nonsense"], "", "neither a link"),
        (&["run", "missing.json"], "", "could not be read"),
        (&["run", "."], "", "neither a link"),
        (&["run", "#", "--until", "soon"], "", "is not a time"),
        (&["run", "#", "--until", "-1h"], "", "is not a time"),
        (&["run", "#", "--until", "0s"], "", "nothing to run"),
        (&["run", "#", "--until"], "", "--until needs"),
        (
            &["run", "#", "--json", "--events"],
            "",
            "exclude each other",
        ),
        (&["run", "#", "--json=yes"], "", "takes no value"),
        (&["run", "#", "--from", "1h"], "", "go with --events"),
        (
            &["run", "#", "--json", "--shard", "1"],
            "",
            "--shard goes with",
        ),
        (&["run", "#", "--period", "1m"], "", "--period goes with"),
        (
            &["run", "#", "--metrics", "--period", "10ms"],
            "",
            "whole seconds",
        ),
        (
            &["run", "#", "--metrics", "--json"],
            "",
            "exclude each other",
        ),
        (
            &["run", "#", "--events", "--shard", "2"],
            "",
            "There is no shard 2",
        ),
        (
            &["run", "#", "--events", "--shard", "one"],
            "",
            "--shard needs",
        ),
        (
            &["run", "#", "--events", "--from", "2h", "--to", "1h"],
            "",
            "--to is before --from",
        ),
        (&["run", "#", "#"], "", "not expected"),
        (&["run", "-"], "{", "not JSON"),
        (
            &["run", "-"],
            r#"{"settings":{"BatchSise":1}}"#,
            "settings.BatchSise",
        ),
        (
            &["run", "-"],
            r#"{"records":[{"at_us":0}]}"#,
            "records[0].key",
        ),
        (&["import"], "", "import needs"),
        (&["import", "-"], "hello", ""),
        (&["import", "--script", "-"], "", "stands alone"),
        (&["import", "-"], "0,1\n60,two", "Line 2 cannot be read"),
        (
            &["import", "-", "--mapping", "0"],
            MAPPINGS,
            "--mapping needs",
        ),
        (&["import", "-", "--mapping", "1"], MAPPINGS, "SQS"),
        (&["import", "-", "--mapping", "9"], MAPPINGS, "no number 9"),
        (&["route", "a"], "", "--shards"),
        (&["route", "--shards", "0", "a"], "", "--shards"),
        // S16.
        (&["route", "--shards", "20001", "a"], "", "1 to 20,000"),
        (
            &["route", "--shards", "4"],
            "",
            "at least one partition key",
        ),
        (&["route", "--shards", "4", ""], "", "1 to 256 characters"),
        (&["backoff", "--clients", "0"], "", "from 1 to 1,000"),
        (&["backoff", "--clients=1001"], "", "from 1 to 1,000"),
        (&["backoff", "--runs", "many"], "", "from 1 to 1,000"),
        (&["backoff", "--seed", "-1"], "", "4,294,967,295"),
        (&["backoff", "100"], "", "not expected here"),
    ] {
        check(arguments, input, 2, &[], &[sentence]);
    }
    check(
        &["route", "--shards", "2", &"k".repeat(257)],
        "",
        2,
        &[],
        &["257"],
    );
}

#[test]
fn names_of_the_account_stay_out_of_the_link() {
    let output = program(&["import", "-"], MAPPINGS);
    let link = String::from_utf8(output.stdout).expect("a link is UTF-8");
    assert!(
        !link.contains("secret") && !link.contains("123456789012"),
        "{link}"
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_trouble() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_overflowing-sink"))
        .args(["run", "#", "--events", "--until", "1h"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), stderr.contains("panicked")),
        (Some(0), false),
        "{stderr}"
    );
}

fn json(arguments: &[&str], input: &str) -> Value {
    let output = program(arguments, input);
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn lines(arguments: &[&str], input: &str) -> Vec<Value> {
    let output = program(arguments, input);
    let text = String::from_utf8(output.stdout).expect("lines are UTF-8");
    let line = |line| serde_json::from_str(line).expect("a line is JSON");
    text.lines().map(line).collect()
}

#[test]
fn json_holds_the_whole_outcome() {
    let outcome = json(&["run", "-", "--json"], FOUR);
    assert_eq!(outcome["link"], Value::Null);
    assert_eq!(outcome["digest"].as_str().map(str::len), Some(16));
    assert_eq!(outcome["horizon_us"], 172_800_000_000_u64);
    // E38: six invocations of which four fail; only the second record goes to the destination.
    for (pointer, expected) in [
        ("/ledger/generated/good", 3),
        ("/ledger/generated/poison", 1),
        ("/ledger/processed/good", 3),
        ("/ledger/to_destination/poison", 1),
        ("/ledger/unread/good", 0),
        ("/metrics/invocations", 6),
        ("/metrics/errors", 4),
        ("/metrics/messages", 1),
        ("/shards/0/invocations", 6),
        ("/shards/0/ledger/processed/good", 3),
    ] {
        assert_eq!(
            outcome.pointer(pointer),
            Some(&Value::from(expected)),
            "{pointer}"
        );
    }
    let marks = outcome["marks"].as_array().expect("marks are a list");
    assert!(
        marks.iter().any(|mark| mark["kind"] == "ticket"),
        "{marks:?}"
    );
    let link = json(&["run", "#seed=9", "--json", "--until", "1h"], "");
    assert_eq!(link["link"], "#v=1&seed=9&horizon=1h");
    let again = json(
        &["run", link["link"].as_str().expect("a link"), "--json"],
        "",
    );
    assert_eq!(link["digest"], again["digest"]);
}

#[test]
fn events_tell_every_fact_with_its_records() {
    let all = lines(&["run", "-", "--events"], FOUR);
    let times: Vec<u64> = all
        .iter()
        .filter_map(|line| line["at_us"].as_u64())
        .collect();
    assert!(times.len() == all.len() && times.is_sorted());
    let of = |kind: &str| {
        all.iter()
            .filter(|line| line["kind"] == kind)
            .collect::<Vec<_>>()
    };
    // E38, by ordinals.
    let invoked: Vec<String> = of("invocation_started")
        .iter()
        .map(|line| line["records"].to_string())
        .collect();
    assert_eq!(
        invoked,
        [
            "[[0,3]]", "[[0,1]]", "[[0,0]]", "[[1,1]]", "[[1,1]]", "[[2,3]]"
        ]
    );
    let ids: Vec<&Value> = of("invocation_started")
        .into_iter()
        .map(|line| &line["request_id"])
        .collect();
    // E27: a retry keeps its id, halves have their own.
    assert_eq!(ids[3], ids[4]);
    assert!(
        (0..6).all(|n| (0..n).all(|m| (m, n) == (3, 4) || ids[m] != ids[n])),
        "{ids:?}"
    );
    assert_eq!(of("batch_bisected").len(), 2);
    assert_eq!(of("retry_scheduled").len(), 1);
    // E47.
    let discarded = of("batch_discarded");
    let [discarded] = discarded[..] else {
        panic!("{discarded:?}");
    };
    let message = &discarded["message"];
    assert_eq!(message["version"], "1.0");
    assert_eq!(message["requestContext"]["requestId"], *ids[3]);
    assert_eq!(
        message["requestContext"]["condition"],
        "RetryAttemptsExhausted"
    );
    assert_eq!(message["requestContext"]["approximateInvokeCount"], 2);
    assert_eq!(message["responseContext"]["functionError"], "Unhandled");
    let info = &message["KinesisBatchInfo"];
    assert_eq!(info["shardId"], "shardId-000000000000");
    assert_eq!(info["batchSize"], 1);
    assert_eq!(info["startSequenceNumber"], info["endSequenceNumber"]);
    assert_eq!(info["startSequenceNumber"].as_str().map(str::len), Some(56));
    assert!(
        info["approximateArrivalOfFirstRecord"]
            .as_str()
            .is_some_and(|at| at.starts_with("2026-01-05T09:00:01."))
    );
}

#[test]
fn an_excerpt_is_exactly_that_part_of_the_whole() {
    let link = "#at=15m:pill:1&ParallelizationFactor=2&at=16m:ParallelizationFactor:3";
    let whole = lines(&["run", link, "--events", "--until", "20m"], "");
    let part = lines(
        &[
            "run", link, "--events", "--until", "20m", "--from", "10m", "--to", "1000s", "--shard",
            "1",
        ],
        "",
    );
    let expected: Vec<Value> = whole
        .into_iter()
        .filter(|line| line["shard"] == 1)
        .filter(|line| {
            line["at_us"]
                .as_u64()
                .is_some_and(|at| (600_000_000..=1_000_000_000).contains(&at))
        })
        .collect();
    assert!(expected.len() > 1_000);
    assert!(part == expected, "{} and {}", part.len(), expected.len());
}

fn ordinals(line: &Value) -> impl Iterator<Item = u64> + '_ {
    let ranges = line["records"].as_array().into_iter().flatten();
    ranges.flat_map(|range| range[0].as_u64().unwrap_or(1)..=range[1].as_u64().unwrap_or(0))
}

#[test]
fn records_keep_their_ordinals_when_the_lanes_change() {
    let link = "#ParallelizationFactor=2&at=1m:pill:1&at=90s:ParallelizationFactor:3&at=4m:fixed:true\
        &at=6m:ParallelizationFactor:1&at=8m:ParallelizationFactor:10";
    let all = lines(&["run", link, "--events", "--until", "10m"], "");
    let changes = all.iter().filter(|line| line["kind"] == "lanes_changed");
    assert_eq!(changes.count(), 6);
    let sorted = |kind: &str| {
        let lines = all.iter().filter(|line| line["kind"] == kind);
        let mut ordinals: Vec<u64> = lines.flat_map(ordinals).collect();
        ordinals.sort_unstable();
        ordinals
    };
    let (stored, processed) = (sorted("records_stored"), sorted("records_processed"));
    assert!(
        processed.windows(2).all(|pair| pair[0] < pair[1]),
        "a record is processed twice"
    );
    assert!(
        processed
            .iter()
            .all(|ordinal| stored.binary_search(ordinal).is_ok())
    );
    assert!(
        stored.len() > 40_000 && stored.len() - processed.len() < 5_000,
        "{} of {}",
        processed.len(),
        stored.len()
    );
}

#[test]
fn backoff_prints_a_row_for_every_policy() {
    let arguments = ["backoff", "--clients", "10", "--runs", "5", "--seed", "3"];
    let policies = ["none", "exponential", "equal", "full", "decorrelated"];
    check(&arguments, "", 0, &policies, &[]);
    let output = program(&[&arguments[..], &["--json"]].concat(), "");
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = rows.as_array().expect("a list");
    assert_eq!(rows.len(), policies.len());
    for (row, policy) in rows.iter().zip(policies) {
        let names: Vec<&String> = row.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["policy", "clients", "calls_mean", "time_ms_mean"]);
        assert_eq!(
            (&row["policy"], &row["clients"]),
            (&policy.into(), &10.into())
        );
        // Ten writes succeed; no client needs more than ten rounds of 40 ms without back-off.
        let calls = row["calls_mean"].as_f64().expect("a number");
        assert!((10.0..=55.0).contains(&calls), "{row}");
        assert!(row["time_ms_mean"].as_f64() > Some(35.0), "{row}");
    }
}

#[test]
fn metrics_come_as_a_row_per_period() {
    let rows = |arguments: &[&str]| -> Vec<Vec<String>> {
        let output = program(&[&["run", "-", "--metrics"], arguments].concat(), FOUR);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let cells = |line: &str| line.split(',').map(str::to_owned).collect();
        text.lines().map(cells).collect()
    };
    let minutes = rows(&["--until", "10m"]);
    assert_eq!(minutes.len(), 1 + 10);
    let column = |name: &str| minutes[0].iter().position(|cell| cell == name).expect(name);
    // The case is worked out in `tests/metrics.rs`.
    for (name, first, second) in [
        ("at_us", "0", "60000000"),
        ("IncomingRecords", "4", ""),
        ("PutRecords.Success", "1.000", ""),
        ("Invocations", "6", ""),
        ("Errors", "4", ""),
        ("Duration", "130.000", ""),
        ("ConcurrentExecutions", "1", "0"),
        ("GetRecords.IteratorAgeMilliseconds", "0", "0"),
        ("OnFailureDestinationDeliveredEventCount", "1", ""),
    ] {
        let got = (
            minutes[1][column(name)].as_str(),
            minutes[2][column(name)].as_str(),
        );
        assert_eq!(got, (first, second), "{name}");
    }
    let seconds = rows(&[
        "--until", "10m", "--period", "1s", "--from", "1s", "--to", "3s",
    ]);
    assert_eq!(seconds.len(), 1 + 2);
    assert_eq!(seconds[1][column("Invocations")], "4");
    assert_eq!(seconds[2][column("Invocations")], "2");
    let output = program(&["run", "-", "--json", "--until", "10m"], FOUR);
    let whole: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let metric = |name: &str| whole["cloudwatch"][name]["value"].clone();
    assert_eq!(metric("InvokedEventCount"), 11);
    assert_eq!(metric("PutRecords.Success"), 1.0);
    assert_eq!(metric("DroppedEventCount"), Value::Null);
}

#[test]
fn logs_print_what_aws_prints_and_no_more() {
    let lines = |input: &str, settings: &[&str]| -> Vec<String> {
        let arguments = [&["run", "-", "--logs", "--until", "10m"], settings].concat();
        let output = program(&arguments, input);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().map(str::to_owned).collect()
    };
    let count = |lines: &[String], part: &str| lines.iter().filter(|l| l.contains(part)).count();
    // Six invocations, four of them failed; the discarded batch leaves no line (E29).
    let all = lines(FOUR, &[]);
    for (part, expected) in [
        ("START RequestId", 6),
        ("Invoke Error", 4),
        ("REPORT RequestId", 6),
        (
            "Duration: 140.00 ms Billed Duration: 140 ms Memory Size: 128 MB",
            3,
        ),
        ("producer", 0),
    ] {
        assert_eq!(count(&all, part), expected, "{part}: {all:#?}");
    }
    assert_eq!(all.len(), 6 * 3 + 4);
    assert!(
        all[0].starts_with("2026-01-05T09:00:01.224Z function START"),
        "{}",
        all[0]
    );
    // The exception tells what is wrong: a value, text that is no JSON (E52), or what the function calls (L11).
    for (link, exception) in [
        ("#v=1&at=1m:pill:1", "TypeError"),
        ("#v=1&pillReason=badJSON&at=1m:pill:1", "SyntaxError"),
        ("#v=1&outage=errors", "ECONNREFUSED"),
        ("#v=1&crashes=500", "socket hang up"),
    ] {
        let text = program(&["run", link, "--logs", "--until", "10m", "--to", "2m"], "").stdout;
        let text = String::from_utf8(text).expect("UTF-8");
        let thrown: Vec<&str> = text
            .lines()
            .filter(|l| l.contains("Invoke Error"))
            .collect();
        assert!(!thrown.is_empty(), "{link}");
        assert!(
            thrown.iter().all(|line| line.contains(exception)),
            "{link}: {}",
            thrown[0]
        );
    }
    // It tells what is wrong with the record that failed, not with the youngest pill or a record of a file.
    let second = "#v=1&pillReason=badJSON&at=1m:pill:1&at=90s:pillReason:badValue&at=100s:pill:1";
    let written = r#"{"settings":{"ShardCount":1,"BatchSize":1,"MaximumRetryAttempts":1},"records":[
        {"at_us":0,"key":"a","poison":"badJSON"},{"at_us":0,"key":"a","fail_first":1}]}"#;
    for (arguments, input, exceptions) in [
        (
            &["run", second, "--to", "5m"][..],
            "",
            &["SyntaxError"; 60][..],
        ),
        (
            &["run", "-"],
            written,
            &["SyntaxError", "SyntaxError", "TypeError"],
        ),
    ] {
        let arguments = [arguments, &["--logs", "--until", "10m"]].concat();
        let text = String::from_utf8(program(&arguments, input).stdout).expect("UTF-8");
        let thrown = text.lines().filter(|l| l.contains("Invoke Error"));
        let thrown: Vec<&str> = thrown.map(|l| l.split('"').nth(3).unwrap_or("")).collect();
        let least = thrown.len().min(exceptions.len());
        assert!(least > 2, "{thrown:?}");
        assert_eq!(thrown[..least], exceptions[..least]);
    }
    // A retry keeps its request id (E27): five ids for six invocations.
    let mut ids: Vec<&str> = all
        .iter()
        .filter_map(|line| line.split_once("START RequestId: "))
        .map(|(_, id)| id)
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 5);
    // L7: 100 ms + 200 × 20 ms; the whole batch times out.
    let late = r#"{"settings":{"ShardCount":1,"BatchSize":1000,"MaximumRetryAttempts":0},"records":[RECORDS]}"#;
    let records = vec![r#"{"at_us":0,"key":"a"}"#; 200].join(",");
    let late = lines(&late.replace("RECORDS", &records), &[]);
    assert_eq!(count(&late, "Task timed out after 3.00 seconds"), 1);
    assert_eq!(count(&late, "Billed Duration: 3000 ms"), 1);
    // M11: partial failures print nothing, unless the application counts them itself.
    let records = vec![r#"{"at_us":0,"key":"a","bytes":10}"#; 1_000].join(",");
    let naive = r#"{"settings":{"ShardCount":1,"burst":"750ms","handling":"naive","ownMetric":OWN},"records":[RECORDS]}"#;
    let naive = naive.replace("RECORDS", &records);
    let silent = lines(&naive.replace("OWN", "false"), &["--to", "1s"]);
    assert_eq!(count(&silent, "producer"), 0, "{silent:#?}");
    let own = lines(&naive.replace("OWN", "true"), &["--to", "1s"]);
    assert_eq!(count(&own, "producer"), 1, "{own:#?}");
    assert_eq!(count(&own, "producer FailedEntries 250"), 1, "{own:#?}");
}
