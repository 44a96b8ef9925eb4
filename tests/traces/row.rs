//! A small scenario in a few words, and what must come of it.

use crate::run;
use overflowing_sink::scenario::knobs::{Group, Knob};
use serde_json::{Map, Value, json};

/// A case of one small scenario. The settings come on top of one shard, a handler that takes no time, and SQS.
///
/// Records are `number`, then `!` if it is poison (with a reason, if it matters) or `?n` if it fails the first n times, `@time` (0 if not given),
/// `:key` (`a` if not given), `=bytes`, and `~data`; `1-100` are many. Lists of records are `1,3-5`. Batches of one lane are in order, as
/// `[1-4] [2]*3`; lanes are parted by ` | ` and ordered by their first record. A message is the records, then
/// `×` and `approximateInvokeCount`, and how the last invocation ended: `Unhandled`, `null`, or `aged` when there is
/// no response because the record was too old.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) records: &'static str,
    pub(crate) actions: &'static str,
    pub(crate) invoked: &'static str,
    pub(crate) messages: &'static str,
    pub(crate) processed: &'static str,
    pub(crate) discarded: &'static str,
    pub(crate) expired: &'static str,
    /// What counted as a success and was not handled: good, poison, where it is; as `2 good, 1 poison parked`.
    pub(crate) aside: &'static str,
    /// What a new mapping missed: good, poison.
    pub(crate) skipped: (u64, u64),
    pub(crate) filtered: &'static str,
    /// When the invocations start, in milliseconds after the first, if that matters.
    pub(crate) starts_ms: &'static [u64],
    /// Whether invocations are refused for want of concurrency.
    pub(crate) throttled: bool,
    /// When records expire, in seconds, if that matters.
    pub(crate) expired_at_s: Option<u64>,
}

pub(crate) const NOTHING: Row = Row {
    name: "",
    settings: "",
    records: "",
    actions: "",
    invoked: "",
    messages: "",
    processed: "",
    discarded: "",
    expired: "",
    aside: "",
    skipped: (0, 0),
    filtered: "",
    starts_ms: &[],
    throttled: false,
    expired_at_s: None,
};

/// What the program prints.
pub(crate) fn program(arguments: &[&str], input: &str) -> String {
    let output = run::program(arguments, input);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}\n{input}");
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

pub(crate) fn scenario(settings: &str, records: &[Value], actions: &str) -> String {
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

pub(crate) fn micros(time: &str) -> u64 {
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
pub(crate) fn records(text: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for word in text.split_whitespace() {
        let end = word
            .find(|c: char| !c.is_ascii_digit() && c != '-')
            .unwrap_or(word.len());
        let (numbers, mut rest) = word.split_at(end);
        let mut record = json!({ "at_us": 0, "key": "a" });
        while let Some(mark) = rest.chars().next() {
            let after = &rest[1..];
            let end = after
                .find(['!', '?', '@', ':', '=', '~'])
                .unwrap_or(after.len());
            let (value, later) = after.split_at(end);
            match mark {
                '!' if value.is_empty() => record["poison"] = json!(true),
                '!' => record["poison"] = json!(value),
                '?' => record["fail_first"] = json!(value.parse::<u32>().expect("a number")),
                '@' => record["at_us"] = json!(micros(value)),
                ':' => record["key"] = json!(value),
                '~' => record["data"] = json!(value),
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
pub(crate) fn list(text: &str) -> Vec<u64> {
    let mut all = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.parse::<u64>().expect("a record is a number");
        all.extend(number(first)..=number(last));
    }
    all
}

/// The other way round; ordinals count from 0, records in rows from 1.
pub(crate) fn spelt(ordinals: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for &ordinal in ordinals {
        match ranges.last_mut() {
            Some((_, last)) if *last == ordinal => *last += 1,
            _ => ranges.push((ordinal + 1, ordinal + 1)),
        }
    }
    let range = |&(first, last): &(u64, u64)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(",")
}

pub(crate) fn ordinals(line: &Value) -> Vec<u64> {
    let ranges = line["records"].as_array().into_iter().flatten();
    let number = |value: &Value| value.as_u64().expect("an ordinal is a number");
    ranges
        .flat_map(|range| number(&range[0])..=number(&range[1]))
        .collect()
}

/// `[1-4] [2]*3` of a lane's invocations.
pub(crate) fn batches(lines: &[&Value]) -> String {
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

pub(crate) fn message(line: &Value) -> Option<String> {
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

fn aside(line: &Value) -> String {
    let place = match line["parked"].as_bool() {
        Some(true) => "parked",
        _ => "swallowed",
    };
    format!("{} good, {} poison {place}", line["good"], line["poison"])
}

/// Checks a row, and once more with the second mapping in the place of the first, which handles everything: what holds of
/// one mapping holds of the other (E14).
#[track_caller]
pub(crate) fn check(row: &Row) {
    let input = scenario(row.settings, &records(row.records), row.actions);
    check_lines(row, &lines(&input), &input);
    if let Some(input) = as_second(&input) {
        let mut lines = lines(&input);
        lines.retain(|line| line["mapping"] == 2);
        check_lines(row, &lines, &input);
    }
}

fn lines(input: &str) -> Vec<Value> {
    let text = program(&["run", "-", "--events"], input);
    let line = |line| serde_json::from_str(line).expect("a line is JSON");
    text.lines().map(line).collect()
}

/// The scenario with the mapping's settings given to the second; `None` if it has not all of them, or if the two would
/// share what is short.
fn as_second(input: &str) -> Option<String> {
    let mut scenario: Value = serde_json::from_str(input).expect("JSON");
    let settings = own_settings(scenario["settings"].as_object()?)?;
    scenario["settings"] = settings.into();
    scenario["settings"]["secondMapping"] = json!(true);
    scenario["settings"]["fixed"] = json!(true);
    if scenario["settings"].get("secondFailsOnPoison").is_none() {
        scenario["settings"]["secondFailsOnPoison"] = json!(true);
    }
    for action in scenario["actions"].as_array_mut()? {
        if let Some(set) = action.get_mut("set") {
            *set = own_settings(set.as_object()?)?.into();
        }
    }
    Some(scenario.to_string())
}

fn own_settings(settings: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut own = Map::new();
    for (key, value) in settings {
        let spec = Knob::by_key(key).expect("a setting").spec();
        if key == "fixed" {
            let fails = !value.as_bool().expect("a toggle");
            own.insert("secondFailsOnPoison".to_owned(), json!(fails));
        } else if let Some(second) = Knob::by_key(&format!("second{key}"))
            && second != Knob::SecondMapping
            && value != "replies"
        {
            own.insert(second.spec().key.to_owned(), value.clone());
        } else if spec.group == Group::Stream || key.starts_with("esmB") || key == "esmOverhead" {
            own.insert(key.clone(), value.clone());
        } else {
            return None;
        }
    }
    Some(own)
}

#[track_caller]
fn check_lines(row: &Row, lines: &[Value], input: &str) {
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
        row.filtered,
    ];
    let got = [
        invoked.join(" | "),
        messages.join("; "),
        all("records_processed"),
        all("batch_discarded"),
        all("records_expired"),
        all("records_filtered"),
    ];
    assert_eq!(got, expected, "{}\n{input}", row.name);
    let sum = |field: &str| {
        let lines = of("records_skipped").into_iter();
        lines
            .map(|line| line[field].as_u64().expect("a count"))
            .sum::<u64>()
    };
    let skipped = (sum("good"), sum("poison"));
    assert_eq!(skipped, row.skipped, "{}\n{input}", row.name);
    let aside: Vec<String> = of("records_not_handled").into_iter().map(aside).collect();
    assert_eq!(aside.join("; "), row.aside, "{}\n{input}", row.name);
    assert_eq!(
        !of("invocation_throttled").is_empty(),
        row.throttled,
        "{}",
        row.name
    );
    if let Some(second) = row.expired_at_s {
        let is_then = |line: &&Value| line["at_us"] == second * 1_000_000;
        assert!(of("records_expired").iter().all(is_then), "{}", row.name);
    }
    if !row.starts_ms.is_empty() {
        let at = |line: &&Value| line["at_us"].as_u64().expect("a time is a number") / 1_000;
        let first = started.first().map_or(0, at);
        let starts: Vec<u64> = started.iter().map(|line| at(line) - first).collect();
        assert_eq!(starts, row.starts_ms, "{}\n{input}", row.name);
    }
}
