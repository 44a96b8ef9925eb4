//! What AWS does with small batches, invocation by invocation. Expected values are worked out from the facts by hand.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/reference.rs"]
mod reference;

use overflowing_sink::engine::fact::Fact;
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::file::from_json;
use reference::{Handler, Rules, Trace};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// A case of one small scenario. The settings come on top of one shard, a handler that takes no time, and SQS.
///
/// Records are `number`, then `!` if it is poison or `?n` if it fails the first n times, `@time` (0 if not given),
/// `:key` (`a` if not given) and `=bytes`; `1-100` are many. Lists of records are `1,3-5`. Batches of one lane are in order, as
/// `[1-4] [2]*3`; lanes are parted by ` | ` and ordered by their first record. A message is the records, then
/// `×` and `approximateInvokeCount`, and how the last invocation ended: `Unhandled`, `null`, or `aged` when there is
/// no response because the record was too old.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    settings: &'static str,
    records: &'static str,
    actions: &'static str,
    invoked: &'static str,
    messages: &'static str,
    processed: &'static str,
    discarded: &'static str,
    expired: &'static str,
    /// When the invocations start, in milliseconds after the first, if that matters.
    starts_ms: &'static [u64],
}

const NOTHING: Row = Row {
    name: "",
    settings: "",
    records: "",
    actions: "",
    invoked: "",
    messages: "",
    processed: "",
    discarded: "",
    expired: "",
    starts_ms: &[],
};

fn program(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_overflowing-sink"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it has an input");
    stdin
        .write_all(input.as_bytes())
        .expect("it reads its input");
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}\n{input}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

fn scenario(settings: &str, records: &[Value], actions: &str) -> String {
    let mut all = json!({
        "ShardCount": 1, "OnFailure": "SQS", "perBatch": "0s", "perRecord": "0s", "Timeout": 900,
    });
    let settings: Map<String, Value> =
        serde_json::from_str(&format!("{{{settings}}}")).expect("settings are JSON");
    for (key, value) in settings {
        all[key] = value;
    }
    let actions: Value = serde_json::from_str(&format!("[{actions}]")).expect("actions are JSON");
    json!({ "settings": all, "records": records, "actions": actions }).to_string()
}

fn micros(time: &str) -> u64 {
    let (digits, unit) = time.split_at(time.len() - 1);
    let unit = match unit {
        "s" => 1_000_000,
        "m" => 60_000_000,
        "h" => 3_600_000_000,
        _ => panic!("{time} has no unit"),
    };
    digits.parse::<u64>().expect("a time is a number") * unit
}

/// The records of a row; see [`Row`].
fn records(text: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for word in text.split_whitespace() {
        let end = word
            .find(|c: char| !c.is_ascii_digit() && c != '-')
            .unwrap_or(word.len());
        let (numbers, mut rest) = word.split_at(end);
        let mut record = json!({ "at_us": 0, "key": "a" });
        while let Some(mark) = rest.chars().next() {
            let after = &rest[1..];
            let end = after.find(['!', '?', '@', ':', '=']).unwrap_or(after.len());
            let (value, later) = after.split_at(end);
            match mark {
                '!' => record["poison"] = json!(true),
                '?' => record["fail_first"] = json!(value.parse::<u32>().expect("a number")),
                '@' => record["at_us"] = json!(micros(value)),
                ':' => record["key"] = json!(value),
                '=' => record["bytes"] = json!(value.parse::<u32>().expect("a number")),
                _ => panic!("{word}"),
            }
            rest = later;
        }
        for number in list(numbers) {
            assert_eq!(
                number,
                all.len() as u64 + 1,
                "records are numbered in order: {text}"
            );
            all.push(record.clone());
        }
    }
    all
}

/// The numbers of `1,3-5`.
fn list(text: &str) -> Vec<u64> {
    let mut all = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.parse::<u64>().expect("a record is a number");
        all.extend(number(first)..=number(last));
    }
    all
}

/// The other way round; ordinals count from 0, records in rows from 1.
fn spelt(ordinals: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &ordinal in ordinals {
        match ranges.last_mut() {
            Some((_, last)) if *last == ordinal => *last += 1,
            _ => ranges.push((ordinal + 1, ordinal + 1)),
        }
    }
    let range = |&(first, last): &(u64, u64)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(",")
}

fn ordinals(line: &Value) -> Vec<u64> {
    let ranges = line["records"].as_array().into_iter().flatten();
    let number = |value: &Value| value.as_u64().expect("an ordinal is a number");
    ranges
        .flat_map(|range| number(&range[0])..=number(&range[1]))
        .collect()
}

/// `[1-4] [2]*3` of a lane's invocations.
fn batches(lines: &[&Value]) -> String {
    let mut runs: Vec<(String, usize)> = Vec::new();
    for line in lines {
        let batch = format!("[{}]", spelt(&ordinals(line)));
        match runs.last_mut() {
            Some((last, times)) if *last == batch => *times += 1,
            _ => runs.push((batch, 1)),
        }
    }
    let run = |(batch, times): (String, usize)| match times {
        1 => batch,
        _ => format!("{batch}*{times}"),
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(" ")
}

fn message(line: &Value) -> Option<String> {
    let message = line["message"].as_object()?;
    let (request, response) = (&message["requestContext"], message.get("responseContext"));
    let ended = match (request["condition"].as_str(), response) {
        (Some("RecordAgeExceeded"), None) => "aged",
        (Some("RetryAttemptsExhausted"), Some(response)) => {
            response["functionError"].as_str().unwrap_or("null")
        }
        other => panic!("{other:?}"),
    };
    let records = ordinals(line);
    assert_eq!(message["KinesisBatchInfo"]["batchSize"], records.len());
    let count = &request["approximateInvokeCount"];
    Some(format!("{} ×{count} {ended}", spelt(&records)))
}

#[track_caller]
fn check(row: &Row) {
    let input = scenario(row.settings, &records(row.records), row.actions);
    let text = program(&["run", "-", "--events"], &input);
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    let of = |kind: &str| {
        let lines = lines.iter().filter(|line| line["kind"] == kind);
        lines.collect::<Vec<_>>()
    };
    let all = |kind: &str| {
        let mut all: Vec<u64> = of(kind).into_iter().flat_map(ordinals).collect();
        all.sort_unstable();
        spelt(&all)
    };
    let started = of("invocation_started");
    let mut lanes: Vec<(Value, Vec<&Value>)> = Vec::new();
    for &line in &started {
        let lane = json!([line["shard"], line["lane"]]);
        match lanes.iter_mut().find(|(id, _)| *id == lane) {
            Some((_, lines)) => lines.push(line),
            None => lanes.push((lane, vec![line])),
        }
    }
    lanes.sort_by_key(|(_, lines)| ordinals(lines[0]));
    let invoked: Vec<String> = lanes.iter().map(|(_, lines)| batches(lines)).collect();
    let mut messages: Vec<String> = of("batch_discarded")
        .into_iter()
        .filter_map(message)
        .collect();
    messages.sort();
    let expected = [
        row.invoked,
        row.messages,
        row.processed,
        row.discarded,
        row.expired,
    ];
    let got = [
        invoked.join(" | "),
        messages.join("; "),
        all("records_processed"),
        all("batch_discarded"),
        all("records_expired"),
    ];
    assert_eq!(got, expected, "{}\n{input}", row.name);
    if !row.starts_ms.is_empty() {
        let at = |line: &&Value| line["at_us"].as_u64().expect("a time is a number") / 1_000;
        let first = started.first().map_or(0, at);
        let starts: Vec<u64> = started.iter().map(|line| at(line) - first).collect();
        assert_eq!(starts, row.starts_ms, "{}\n{input}", row.name);
    }
}

const RBIF: &str = r#""ReportBatchItemFailures":true"#;

#[test]
fn a_batch_is_retried_whole_and_then_discarded_whole() {
    let name = "E22: MaximumRetryAttempts counts the retries after the first attempt";
    for (settings, invoked, messages) in [
        (r#""MaximumRetryAttempts":0"#, "[1]", "1 ×1 Unhandled"),
        (r#""MaximumRetryAttempts":1"#, "[1]*2", "1 ×2 Unhandled"),
        (r#""MaximumRetryAttempts":2"#, "[1]*3", "1 ×3 Unhandled"),
        (r#""MaximumRetryAttempts":3"#, "[1]*4", "1 ×4 Unhandled"),
    ] {
        check(&Row {
            name,
            settings,
            records: "1!",
            invoked,
            messages,
            discarded: "1",
            ..NOTHING
        });
    }
    for row in [
        Row {
            name: "E21, E28: a good batch is done at once",
            records: "1-3",
            invoked: "[1-3]",
            processed: "1-3",
            ..NOTHING
        },
        Row {
            name: "G8, E29: the whole batch goes, and the checkpoint jumps past it",
            settings: r#""MaximumRetryAttempts":2"#,
            records: "1-41 42! 43-101",
            invoked: "[1-100]*3 [101]",
            messages: "1-100 ×3 Unhandled",
            processed: "101",
            discarded: "1-100",
            ..NOTHING
        },
        Row {
            name: "E29: without a destination there is no message",
            settings: r#""MaximumRetryAttempts":1,"OnFailure":"none""#,
            records: "1 2! 3",
            invoked: "[1-3]*2",
            discarded: "1-3",
            ..NOTHING
        },
        Row {
            name: "G6, E25: back-off doubles from 0.2 s",
            settings: r#""MaximumRetryAttempts":8"#,
            records: "1!",
            invoked: "[1]*9",
            messages: "1 ×9 Unhandled",
            discarded: "1",
            starts_ms: &[0, 200, 600, 1_400, 3_000, 6_200, 12_600, 25_400, 51_000],
            ..NOTHING
        },
        Row {
            name: "E20: a record that fails twice takes its batch along twice",
            settings: r#""MaximumRetryAttempts":3"#,
            records: "1 2?2 3",
            invoked: "[1-3]*3",
            processed: "1-3",
            starts_ms: &[0, 200, 600],
            ..NOTHING
        },
        Row {
            name: "E54: the next retry runs the fixed code (tries at 0, 0.2, … 6.2, 12.6 s after 1 to 2 s)",
            records: "1! 2",
            actions: r#"{"at_us":10000000,"set":{"fixed":true}}"#,
            invoked: "[1-2]*7",
            processed: "1-2",
            ..NOTHING
        },
        Row {
            name: "E54: a new limit acts at the next attempt, tries kept",
            records: "1! 2",
            actions: r#"{"at_us":10000000,"set":{"MaximumRetryAttempts":2}}"#,
            invoked: "[1-2]*7",
            messages: "1-2 ×7 Unhandled",
            discarded: "1-2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn replies_move_the_checkpoint() {
    for handler in ["reports", "stops"] {
        let settings = |more: &str| -> &'static str {
            format!(r#"{RBIF},"handler":"{handler}"{more}"#).leak()
        };
        for row in [
            Row {
                name: "E32, G12: progress resets the budget; #3 is seen five times",
                settings: settings(r#","MaximumRetryAttempts":3"#),
                records: "1-2 3!",
                invoked: "[1-3] [3]*4",
                messages: "3 ×4 null",
                processed: "1-2",
                discarded: "3",
                starts_ms: &[0, 30, 230, 630, 1_430],
                ..NOTHING
            },
            Row {
                name: "E33: without bisect the good neighbours go too",
                settings: settings(r#","MaximumRetryAttempts":1"#),
                records: "1 2! 3-4",
                invoked: "[1-4] [2-4]*2",
                messages: "2-4 ×2 null",
                processed: "1",
                discarded: "2-4",
                starts_ms: &[0, 30, 230],
                ..NOTHING
            },
            Row {
                name: "E36, G10: the first record bad is like a whole batch bad (j = 1, n = 5, R = 2)",
                settings: settings(r#","MaximumRetryAttempts":2"#),
                records: "1! 2-5",
                invoked: "[1-5]*3",
                messages: "1-5 ×3 null",
                discarded: "1-5",
                starts_ms: &[0, 200, 600],
                ..NOTHING
            },
            Row {
                name: "G10: j = 4, n = 5, R = 2",
                settings: settings(r#","MaximumRetryAttempts":2"#),
                records: "1-3 4! 5",
                invoked: "[1-5] [4-5]*3",
                messages: "4-5 ×3 null",
                processed: "1-3",
                discarded: "4-5",
                ..NOTHING
            },
            Row {
                name: "G10: j = n = 5, R = 0",
                settings: settings(r#","MaximumRetryAttempts":0"#),
                records: "1-4 5!",
                invoked: "[1-5] [5]",
                messages: "5 ×1 null",
                processed: "1-4",
                discarded: "5",
                ..NOTHING
            },
            Row {
                name: "E39, G11: with bisect only the bad one is lost",
                settings: settings(
                    r#","MaximumRetryAttempts":1,"BisectBatchOnFunctionError":true"#,
                ),
                records: "1 2! 3-4",
                invoked: "[1-4] [2-4] [2]*2 [3-4]",
                messages: "2 ×2 null",
                processed: "1,3-4",
                discarded: "2",
                starts_ms: &[0, 30, 60, 260, 290],
                ..NOTHING
            },
            Row {
                name: "E36: no progress, so it is split",
                settings: settings(
                    r#","MaximumRetryAttempts":0,"BisectBatchOnFunctionError":true"#,
                ),
                records: "1! 2-4",
                invoked: "[1-4] [1-2] [1] [2] [3-4]",
                messages: "1 ×1 null",
                processed: "2-4",
                discarded: "1",
                ..NOTHING
            },
            Row {
                name: "E30: without the response type the reply is ignored and the bad record lost",
                settings: format!(r#""handler":"{handler}","MaximumRetryAttempts":1"#).leak(),
                records: "1 2! 3",
                invoked: "[1-3]",
                processed: "1-3",
                ..NOTHING
            },
        ] {
            check(&row);
        }
    }
}

#[test]
fn a_given_reply_is_read_as_aws_reads_it() {
    let settings = |reply: &str, more: &str| -> &'static str {
        let reply = Value::from(reply);
        format!(r#""handler":"replies","reply":{reply},"MaximumRetryAttempts":1{more}"#).leak()
    };
    let reports = r#","ReportBatchItemFailures":true"#;
    for reply in [
        r#"{"batchItemFailures":[]}"#,
        r#"{"batchItemFailures":null}"#,
        "{}",
        "null",
        r#""""#,
        "[]",
    ] {
        check(&Row {
            name: "E34: full success",
            settings: settings(reply, reports),
            records: "1 2! 3",
            invoked: "[1-3]",
            processed: "1-3",
            ..NOTHING
        });
    }
    for reply in [
        r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
        r#"{"batchItemFailures":[{"foo":"$seq[1]"}]}"#,
        r#"{"batchItemFailures":[{}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"49000000000000000000000000000000000000000000000000000099"}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"$seq[3]"}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"$seq[1]"},{"itemIdentifier":""}]}"#,
    ] {
        check(&Row {
            name: "E34, E35: full failure, and no function error in the message",
            settings: settings(reply, reports),
            records: "1-3",
            invoked: "[1-3]*2",
            messages: "1-3 ×2 null",
            discarded: "1-3",
            starts_ms: &[0, 200],
            ..NOTHING
        });
    }
    check(&Row {
        name: "E30: without the response type no reply matters",
        settings: settings(
            r#"{"batchItemFailures":[{"itemIdentifier":"$seq[0]"}]}"#,
            "",
        ),
        records: "1-3",
        invoked: "[1-3]",
        processed: "1-3",
        ..NOTHING
    });
    check(&Row {
        name: "E31: the lowest of several identifiers is the checkpoint; in the last batch $seq[2] is unknown",
        settings: settings(
            r#"{"batchItemFailures":[{"itemIdentifier":"$seq[2]"},{"itemIdentifier":"$seq[1]"}]}"#,
            reports,
        ),
        records: "1-4",
        invoked: "[1-4] [2-4] [3-4]*2",
        messages: "3-4 ×2 null",
        processed: "1-2",
        discarded: "3-4",
        ..NOTHING
    });
}

const BISECT_1: &str = r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":1"#;

#[test]
fn a_failed_batch_is_split() {
    for row in [
        Row {
            name: "E38, G9: one bad of four, R = 1: six invocations",
            settings: BISECT_1,
            records: "1 2! 3-4",
            invoked: "[1-4] [1-2] [1] [2]*2 [3-4]",
            messages: "2 ×2 Unhandled",
            processed: "1,3-4",
            discarded: "2",
            starts_ms: &[0, 30, 60, 90, 290, 320],
            ..NOTHING
        },
        Row {
            name: "E39: an exception gives no hint, so plain bisect applies with RBIF too",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":1,"ReportBatchItemFailures":true"#,
            records: "1 2! 3-4",
            invoked: "[1-4] [1-2] [1] [2]*2 [3-4]",
            messages: "2 ×2 Unhandled",
            processed: "1,3-4",
            discarded: "2",
            ..NOTHING
        },
        Row {
            name: "G9: n = 128, R = 2: 17 invocations, the first bad",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":2,"BatchSize":128"#,
            records: "1! 2-128",
            invoked: "[1-128] [1-64] [1-32] [1-16] [1-8] [1-4] [1-2] [1]*3 [2] [3-4] [5-8] [9-16] [17-32] [33-64] [65-128]",
            messages: "1 ×3 Unhandled",
            processed: "2-128",
            discarded: "1",
            ..NOTHING
        },
        Row {
            name: "G9: n = 128, R = 2: 17 invocations, the last bad",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":2,"BatchSize":128"#,
            records: "1-127 128!",
            invoked: "[1-128] [1-64] [65-128] [65-96] [97-128] [97-112] [113-128] [113-120] [121-128] [121-124] [125-128] [125-126] [127-128] [127] [128]*3",
            messages: "128 ×3 Unhandled",
            processed: "1-127",
            discarded: "128",
            ..NOTHING
        },
        Row {
            name: "E37: the left half of an odd batch is the smaller one",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":0"#,
            records: "1-2 3! 4-5",
            invoked: "[1-5] [1-2] [3-5] [3] [4-5]",
            messages: "3 ×1 Unhandled",
            processed: "1-2,4-5",
            discarded: "3",
            ..NOTHING
        },
        Row {
            name: "E37: depth first, left first, with two bad",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":0"#,
            records: "1! 2-3 4!",
            invoked: "[1-4] [1-2] [1] [2] [3-4] [3] [4]",
            messages: "1 ×1 Unhandled; 4 ×1 Unhandled",
            processed: "2-3",
            discarded: "1,4",
            ..NOTHING
        },
        Row {
            // First tries at 0, 0.2, … 51 s, then 102.2 s and every 60 s until 24 h: 9 + 1,439 (E25, E26).
            name: "E40: with infinite retries the isolated record still blocks until it expires",
            settings: r#""BisectBatchOnFunctionError":true"#,
            records: "1 2! 3@1h",
            invoked: "[1-2] [1] [2]*1448 [3]",
            processed: "1,3",
            expired: "2",
            ..NOTHING
        },
        Row {
            name: "L7: a batch that takes longer than Timeout is a self-made pill",
            settings: r#""BatchSize":200,"perRecord":"20ms","Timeout":3,"MaximumRetryAttempts":1"#,
            records: "1-200",
            invoked: "[1-200]*2",
            messages: "1-200 ×2 Unhandled",
            discarded: "1-200",
            starts_ms: &[0, 3_200],
            ..NOTHING
        },
        Row {
            name: "L7, E41: halves that are done in time",
            settings: r#""BatchSize":200,"perRecord":"20ms","Timeout":3,"BisectBatchOnFunctionError":true"#,
            records: "1-200",
            invoked: "[1-200] [1-100] [101-200]",
            processed: "1-200",
            starts_ms: &[0, 3_030, 5_060],
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn records_grow_old() {
    for row in [
        Row {
            name: "G7, E43: blocked until arrival + retention, no message; the other shard is untouched (G1: a and b part)",
            settings: r#""ShardCount":2"#,
            records: "1 2! 3:b 4@1h 5@1h:b",
            invoked: "[1-2]*1448 [4] | [3] [5]",
            processed: "3-5",
            expired: "1-2",
            ..NOTHING
        },
        Row {
            // The last back-off ends between 86,442.2 and 86,443.2 s after the first record arrived.
            name: "E44: expiry does not cut the back-off short, so what expires meanwhile is lost too",
            records: "1! 2 3@30s 4@60s",
            invoked: "[1-2]*1448 [4]",
            processed: "4",
            expired: "1-3",
            ..NOTHING
        },
        Row {
            // A window of 60 s holds both; tries every 60 s from 162.2 s on, the last before 24 h the 1,447th.
            name: "E44: a batch shrunk by expiry keeps its back-off",
            settings: r#""MaximumBatchingWindowInSeconds":60"#,
            records: "1! 2!@50s",
            invoked: "[1-2]*1447 [2]",
            expired: "1-2",
            ..NOTHING
        },
        Row {
            name: "E43: a maximum age beyond retention never tells the destination",
            settings: r#""MaximumRecordAgeInSeconds":90000"#,
            records: "1! 2@1h",
            invoked: "[1]*1448 [2]",
            processed: "2",
            expired: "1",
            ..NOTHING
        },
        Row {
            name: "E42: the stale record alone goes to the destination, never invoked, counted once",
            settings: r#""MaximumRecordAgeInSeconds":60,"MaximumBatchingWindowInSeconds":120"#,
            records: "1 2-6@100s",
            invoked: "[2-6]",
            messages: "1 ×1 aged",
            processed: "2-6",
            discarded: "1",
            ..NOTHING
        },
        Row {
            // Tried at an age of 7 to 8 s, and 51 s later for the last time: nine invocations.
            name: "G13: maximum age 60 s, first try at 7 s",
            settings: r#""MaximumRecordAgeInSeconds":60,"MaximumBatchingWindowInSeconds":7"#,
            records: "1!",
            invoked: "[1]*9",
            messages: "1 ×10 aged",
            discarded: "1",
            ..NOTHING
        },
        Row {
            name: "G13: maximum age 60 s, first try at 10 s",
            settings: r#""MaximumRecordAgeInSeconds":60,"MaximumBatchingWindowInSeconds":10"#,
            records: "1!",
            invoked: "[1]*8",
            messages: "1 ×9 aged",
            discarded: "1",
            ..NOTHING
        },
        Row {
            // Tried until the fix at 30 h: 9 + 1,799 in vain, and once more.
            name: "S9: raising retention in time rescues",
            records: "1! 2",
            actions: r#"{"at_us":82800000000,"set":{"RetentionPeriodHours":48}},{"at_us":108000000000,"set":{"fixed":true}}"#,
            invoked: "[1-2]*1809",
            processed: "1-2",
            ..NOTHING
        },
        Row {
            name: "S9: raising retention revives nothing",
            records: "1! 2",
            actions: r#"{"at_us":90000000000,"set":{"RetentionPeriodHours":48}},{"at_us":108000000000,"set":{"fixed":true}}"#,
            invoked: "[1-2]*1448",
            expired: "1-2",
            ..NOTHING
        },
        Row {
            name: "S9: lowering retention from 48 h to 24 h at 30 h loses what is older",
            settings: r#""RetentionPeriodHours":48"#,
            records: "1! 2@1h 3@10h",
            actions: r#"{"at_us":108000000000,"set":{"RetentionPeriodHours":24}}"#,
            invoked: "[1]*1808 [3]",
            processed: "3",
            expired: "1-2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn batches_are_formed() {
    for row in [
        Row {
            name: "E6: with a backlog, batch after batch",
            settings: r#""BatchSize":3"#,
            records: "1-10",
            invoked: "[1-3] [4-6] [7-9] [10]",
            processed: "1-10",
            starts_ms: &[0, 30, 60, 90],
            ..NOTHING
        },
        Row {
            name: "E4: a payload ends at 6 MB; four of 1,333,876 B fit",
            settings: r#""burst":"5m""#,
            records: "1-10=1000000",
            invoked: "[1-4] [5-8] [9-10]",
            processed: "1-10",
            ..NOTHING
        },
        Row {
            name: "E3: without a window a record goes at once",
            records: "1 2@3s",
            invoked: "[1] [2]",
            processed: "1-2",
            ..NOTHING
        },
        Row {
            name: "E3: a window gathers",
            settings: r#""MaximumBatchingWindowInSeconds":10"#,
            records: "1 2@3s 3@60s",
            invoked: "[1-2] [3]",
            processed: "1-3",
            ..NOTHING
        },
        Row {
            name: "E4: a full batch ends the window",
            settings: r#""MaximumBatchingWindowInSeconds":300,"BatchSize":2"#,
            records: "1 2@3s 3@6s 4@9s 5@12s",
            invoked: "[1-2] [3-4] [5]",
            processed: "1-5",
            ..NOTHING
        },
        Row {
            // Halves of the hash key range: a and user-2 in the one, b and user-1 in the other (as G1 for two shards).
            name: "E8, E9: a key stays in its lane, and a pill fails its lane only",
            settings: r#""ParallelizationFactor":2,"MaximumRetryAttempts":1"#,
            records: "1!:a 2:b 3:user-2 4:user-1 5:a 6:b",
            invoked: "[1,3,5]*2 | [2,4,6]",
            messages: "1,3,5 ×2 Unhandled",
            processed: "2,4,6",
            discarded: "1,3,5",
            ..NOTHING
        },
        Row {
            name: "E9: the other lane goes on while one is blocked",
            settings: r#""ParallelizationFactor":2"#,
            records: "1!:a 2:b 3:user-2@1h 4:user-1@1h 5:a@2h",
            invoked: "[1]*1448 [3,5] | [2] [4]",
            processed: "2-5",
            expired: "1",
            ..NOTHING
        },
        Row {
            name: "E8: one key gains nothing from ten lanes",
            settings: r#""ParallelizationFactor":10,"BatchSize":2,"perBatch":"1s""#,
            records: "1-6:b",
            invoked: "[1-2] [3-4] [5-6]",
            processed: "1-6",
            starts_ms: &[0, 1_030, 2_060],
            ..NOTHING
        },
        Row {
            name: "E24: throttles are no attempts",
            settings: r#""ShardCount":2,"ConcurrentExecutions":1,"perBatch":"10s","MaximumRetryAttempts":1"#,
            records: "1!:a 2!:b",
            invoked: "[1]*2 | [2]*2",
            messages: "1 ×2 Unhandled; 2 ×2 Unhandled",
            discarded: "1-2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

/// What the producer and the shards make of records: stored, throttled, lost silently, given up, requests.
#[track_caller]
fn check_producer(
    name: &str,
    settings: &str,
    all: &[Value],
    actions: &str,
    expected: [u64; 5],
    within: u64,
) {
    let input = scenario(&format!(r#""roundTrip":"1ms"{settings}"#), all, actions);
    let outcome: Value =
        serde_json::from_str(&program(&["run", "-", "--json"], &input)).expect("JSON");
    let row = |row: &str| outcome["ledger"][row]["good"].as_u64().expect("a count");
    let metric = |metric: &str| outcome["metrics"][metric].as_u64().expect("a count");
    let got = [
        row("stored"),
        metric("entries_throttled"),
        row("lost_silently"),
        row("given_up"),
        metric("requests"),
    ];
    let is_near = got
        .iter()
        .zip(expected)
        .all(|(got, expected)| got.abs_diff(expected) <= within);
    assert!(is_near, "{name}: {got:?} instead of {expected:?}");
}

#[test]
fn shards_limit_and_producers_resend() {
    let naive = r#","handling":"naive""#;
    let at_once = |n: usize, bytes: u64| vec![json!({ "at_us": 0, "key": "a", "bytes": bytes }); n];
    let over_3_s: Vec<Value> = (0..6_000)
        .map(|n| json!({ "at_us": n * 500, "key": "a", "bytes": 1_000 }))
        .collect();
    let (kib, large) = (at_once(1_500, 1_024), at_once(5, 900_000));
    check_producer(
        "G4, S1, P8: naive loses 500 silently",
        naive,
        &kib,
        "",
        [1_000, 500, 500, 0, 3],
        0,
    );
    // 500 again after 0.1 s, 400 after 0.2 s more, 200 after 0.4 s more: a record per millisecond is free again.
    let correct = r#","backoff":"exponential""#;
    check_producer(
        "G4, P25: correct sends them again",
        correct,
        &kib,
        "",
        [1_500, 1_100, 0, 0, 6],
        8,
    );
    let once = r#","maxSends":1"#;
    check_producer("P25: bounded", once, &kib, "", [1_000, 500, 0, 500, 3], 0);
    let single = format!(r#"{naive},"putBatch":1"#);
    check_producer(
        "G5: 6,000 in 3 s, burst 1 s",
        &single,
        &over_3_s,
        "",
        [4_000, 2_000, 2_000, 0, 6_000],
        40,
    );
    check_producer(
        "P9: of five large ones the first is accepted",
        naive,
        &large,
        "",
        [1, 4, 4, 0, 1],
        0,
    );
    let failing = r#","serverErrors":1000"#;
    let one = at_once(1, 10);
    check_producer(
        "P13, P14: four attempts, then an exception",
        &format!("{naive}{failing}"),
        &one,
        "",
        [0, 0, 0, 1, 4],
        0,
    );
    let twice = format!(r#"{failing},"maxSends":2"#);
    check_producer(
        "P28: retries multiply",
        &twice,
        &one,
        "",
        [0, 0, 0, 1, 8],
        0,
    );
    // Tries at about 1, 2 and 4 s.
    let slow = format!(r#"{naive}{failing},"backoff":"exponential","backoffBase":"1s""#);
    let healed = r#"{"at_us":3000000,"set":{"serverErrors":0}}"#;
    check_producer(
        "P13: the SDK retries a 5xx until it is over",
        &slow,
        &one,
        healed,
        [1, 0, 0, 0, 3],
        0,
    );
}

#[test]
fn without_a_burst_half_of_a_doubled_rate_is_refused() {
    let over_3_s: Vec<Value> = (0..6_000)
        .map(|n| json!({ "at_us": n * 500, "key": "a", "bytes": 1_000 }))
        .collect();
    let none = r#","handling":"naive","putBatch":1,"burst":"0s""#;
    check_producer(
        "G5: 6,000 in 3 s, no burst",
        none,
        &over_3_s,
        "",
        [3_000, 3_000, 3_000, 0, 6_000],
        60,
    );
}

#[test]
fn a_refused_entry_stops_no_other() {
    for row in [
        Row {
            name: "P9: a later small entry is accepted",
            settings: r#""handling":"naive""#,
            records: "1=900000 2=900000 3=1000",
            invoked: "[1,3]",
            processed: "1,3",
            ..NOTHING
        },
        Row {
            name: "P9: entries for another shard are unaffected",
            settings: r#""handling":"naive","ShardCount":2"#,
            records: "1=900000 2=900000 3:b=900000",
            invoked: "[1] | [3]",
            processed: "1,3",
            ..NOTHING
        },
        Row {
            // Free again after 0.72 s; sent again after 0.1, 0.3 and 0.7 s and the round trips between.
            name: "P10: an entry sent again lands behind younger ones",
            settings: r#""backoff":"exponential","pollInterval":"100ms""#,
            records: "1=900000 2=900000 3=1000",
            invoked: "[1,3] [2]",
            processed: "1-3",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

/// Numbers that look random, from Steele, Lea and Flood's `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// What the engine does with the case.
fn simulated(rules: Rules, failures: &[u32]) -> Trace {
    let handler = match rules.handler {
        Handler::Throws => "throws",
        Handler::ReportsFailed => "reports",
        Handler::StopsAtFirst => "stops",
    };
    let settings = format!(
        r#""BatchSize":{},"MaximumRetryAttempts":{},"BisectBatchOnFunctionError":{},"ReportBatchItemFailures":{},"handler":"{handler}""#,
        rules.batch_size, rules.max_retries, rules.bisect, rules.report_batch_item_failures
    );
    let record = |&times: &u32| match times {
        u32::MAX => json!({ "at_us": 0, "key": "a", "poison": true }),
        _ => json!({ "at_us": 0, "key": "a", "fail_first": times }),
    };
    let records: Vec<Value> = failures.iter().map(record).collect();
    let (scenario, _) = from_json(&scenario(&settings, &records, "")).expect("a scenario");
    let mut recorder = Recorder::new(configure(&scenario).0);
    recorder.finish();
    let mut trace = Trace::default();
    for told in recorder.facts(SimTime::ZERO, SimTime::NEVER) {
        // With one shard and no refusals a position is an ordinal.
        let records = || {
            told.records[0]
                .iter()
                .map(|position| position as usize)
                .collect()
        };
        match told.fact {
            Fact::InvocationStarted { .. } => trace.invoked.push(records()),
            Fact::BatchDiscarded { invoke_count, .. } => {
                trace.discarded.push((records(), invoke_count))
            }
            _ => {}
        }
    }
    trace
}

#[test]
fn the_engine_does_what_the_reference_algorithm_does() {
    for seed in 0..400 {
        let mut random = Random(seed);
        let n = 1 + random.below(16);
        let share = 1 + random.below(4);
        let failures: Vec<u32> = (0..n)
            .map(|_| match random.below(6) {
                draw if share <= draw => 0,
                _ if random.flip() => u32::MAX,
                _ => 1 + random.below(4) as u32,
            })
            .collect();
        let rules = Rules {
            batch_size: 1 + random.below(16) as usize,
            max_retries: random.below(4) as u32,
            bisect: random.flip(),
            report_batch_item_failures: random.flip(),
            handler: match random.below(3) {
                0 => Handler::Throws,
                1 => Handler::ReportsFailed,
                _ => Handler::StopsAtFirst,
            },
        };
        let expected = reference::run(rules, failures.clone());
        let got = simulated(rules, &failures);
        assert_eq!(got, expected, "seed {seed}: {rules:?} {failures:?}");
    }
}
