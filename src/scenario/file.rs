//! Scenario files: settings, records written down one by one, and actions, as JSON. A file is refused
//! with the place of its first mistake; only values out of range are clamped and said.

mod records;
mod write;

pub use write::to_json;

use super::json::Mistake;
use super::knobs::{Kind, Knob};
use super::notice::{Notice, Notices, quoted};
use super::orders::DATA_KINDS_MAX;
use super::spelling::{parse_link, refuses_to_change};
use super::text::mistake;
use super::traffic::PastedTraffic;
use super::{ACTIONS_MAX, Action, Deed, PILLS_MAX, Scenario};
use crate::engine::time::SimTime;
use crate::words;
use records::{read_records, tell_apart};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most records a file may write down.
pub const RECORDS_MAX: usize = 65_536;
/// Longest partition key, in characters (P4).
pub const KEY_MAX: usize = 256;
/// Largest data of one record, in bytes (P3).
pub const DATA_MAX: u64 = 10 * 1_048_576;
/// Largest file, in bytes.
pub const FILE_MAX: usize = 64 * 1_048_576;

/// Printed by `--help scenario`.
pub const SCHEMA_HELP: &str = r#"A scenario file is JSON with up to four parts, all optional:

{
  "settings": {
    "MaximumRetryAttempts": 2,              AWS's name where AWS has one
    "BisectBatchOnFunctionError": true,
    "OnFailure": "SQS",
    "esmBackoffCap": "1m30s",               spans as 250ms, 25h, 1h30m
    "dailySwing": 500,                      shares in permille
    "FilterCriteria": {"data": {"type": ["purchase"]}},
    "reply": {"batchItemFailures": []}      the handler's given reply: JSON, or a string taken as it is
  },
  "records": [                              instead of generated traffic; at most 65,536
    {
      "at_us": 0,                           microseconds since the start
      "key": "device-7",                    partition key, 1 to 256 characters
      "data": "an order",                   its UTF-8 bytes count, and a filter reads it; or "bytes": 1024; or neither
      "poison": true                        fails always, or "fail_first": 3; or why: "badJSON", "tooSlow" …
    }
  ],
  "traffic": {                              instead of the daily curve, played over and over again;
    "interval_us": 60000000,                whole seconds, in microseconds
    "counts": [4310, 4288, 0]               records in each interval; at most 65,536
  },                                        recordsPerSecond is its mean, or scales it
  "actions": [                              at most 200, 64 of them pills; those of one time in this order
    {"at_us": 3600000000, "pill": {"shard": 1}},
    {"at_us": 90000000000, "set": {"MaximumRetryAttempts": 2, "OnFailure": "SQS"}},
    {"at_us": 93600000000, "set": {"ShardCount": 4}},     UpdateShardCount
    {"at_us": 97200000000, "split": {"shard": 2}}         and "merge", with the next neighbour
  ]
}

docs/settings.md lists all settings with their bounds. A value out of range is clamped and reported; any
other mistake is refused with its place, such as records[3].key.
"#;

/// The parts of a file.
const PARTS: [&str; 4] = ["settings", "records", "traffic", "actions"];

/// Whether a text is JSON with a part of a scenario file.
pub fn is_scenario(text: &str) -> bool {
    let fields: Result<BTreeMap<String, &RawValue>, _> = serde_json::from_str(text);
    fields.is_ok_and(|fields| PARTS.iter().any(|part| fields.contains_key(*part)))
}

/// Reads a scenario file. The error names the place of the first mistake; the notices say what was clamped.
pub fn from_json(text: &str) -> Result<(Scenario, Vec<Notice>), String> {
    if text.len() > FILE_MAX {
        return Err("The file is larger than 64 MiB; give the size of large records as bytes instead of data.".to_owned());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let Mistake {
            what, line, column, ..
        } = Mistake::new(text, 0, &error);
        format!("The file is not JSON: {what} at line {line}, character {column}.")
    })?;
    let parts = object(&value, "The file")?;
    only(parts, &PARTS, "")?;
    let mut notices = Notices::default();
    let mut scenario = Scenario::default();
    if let Some(traffic) = parts.get("traffic") {
        scenario.paste(Arc::new(read_traffic(traffic)?));
    }
    if let Some(settings) = parts.get("settings") {
        for (key, value) in object(settings, "settings")? {
            let path = format!("settings.{}", short(key));
            match setting(key, value, &path, &mut notices)? {
                Deed::Set { knob, value } => scenario.settings.set(knob, value),
                Deed::SetText { knob, text } => scenario.settings.set_text(knob, &text),
                Deed::Pill { .. } | Deed::Split { .. } | Deed::Merge { .. } => {}
            }
        }
    }
    if let Some(records) = parts.get("records") {
        scenario.records = read_records(records, &scenario.settings)?;
        scenario.data = tell_apart(&mut scenario.records, records);
    }
    if let Some(actions) = parts.get("actions") {
        read_actions(actions, &mut scenario, &mut notices)?;
    }
    if scenario.data.len() > DATA_KINDS_MAX && has_filter(&scenario) {
        return Err(format!(
            "records hold {} different data, and a filter can tell {DATA_KINDS_MAX} apart.",
            words::number(scenario.data.len() as u64)
        ));
    }
    for sentence in scenario.keep_pills_on_shards() {
        notices.say(sentence);
    }
    if let Some(shortened) = scenario.shortened() {
        notices.say(shortened.to_string());
    }
    Ok((scenario, notices.into_list()))
}

fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, String> {
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(format!(
            "{path} should be an object, {{…}}, but is {}.",
            kind(value)
        )),
    }
}

fn array<'a>(value: &'a Value, path: &str) -> Result<&'a Vec<Value>, String> {
    match value {
        Value::Array(items) => Ok(items),
        _ => Err(format!(
            "{path} should be a list, […], but is {}.",
            kind(value)
        )),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A foreign key as part of a path.
fn short(key: &str) -> String {
    let is_plain = key.len() <= 40
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain {
        key.to_owned()
    } else {
        quoted(key)
    }
}

fn only(fields: &Map<String, Value>, known: &[&str], path: &str) -> Result<(), String> {
    let unknown = fields.keys().find(|key| !known.contains(&key.as_str()));
    unknown.map_or(Ok(()), |key| {
        let dot = if path.is_empty() { "" } else { "." };
        Err(format!(
            "{path}{dot}{} is not known here; known are {}.",
            short(key),
            known.join(", ")
        ))
    })
}

fn setting(key: &str, value: &Value, path: &str, notices: &mut Notices) -> Result<Deed, String> {
    let Some(knob) = Knob::by_key(key) else {
        return Err(format!(
            "{path} is not a setting; docs/settings.md lists them all."
        ));
    };
    if knob.spec().kind.is_text() {
        let text = text_of(value, path, knob.longest_text())?;
        return match mistake(knob, &text) {
            None => Ok(Deed::SetText { knob, text }),
            Some(mistake) => Err(format!("{path} is not valid. {mistake}")),
        };
    }
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(on) => on.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            return Err(format!(
                "{path} should be a number, true, false or a string, but is {}.",
                kind(value)
            ));
        }
    };
    // The path names the knob already.
    let said = |sentence: &str| {
        let bare = sentence.strip_prefix(knob.spec().key).unwrap_or(sentence);
        format!("{path}: {}", bare.trim_start_matches([':', ' ']))
    };
    let parsed = parse_link(knob, &text).map_err(|sentence| said(&sentence))?;
    if let Some(note) = parsed.note {
        notices.say(said(&note));
    }
    Ok(Deed::Set {
        knob,
        value: parsed.value,
    })
}

/// A string is taken as it is; anything else is the JSON that is meant.
fn text_of(value: &Value, path: &str, longest: usize) -> Result<String, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().nth(longest).is_some() {
        return Err(format!(
            "{path} is longer than {} characters.",
            words::number(longest as u64)
        ));
    }
    Ok(text)
}

fn time(fields: &Map<String, Value>, path: &str) -> Result<SimTime, String> {
    let value = fields
        .get("at_us")
        .ok_or_else(|| format!("{path}.at_us is missing: microseconds since the start."))?;
    let at = value.as_u64().map(SimTime);
    let at = at
        .ok_or_else(|| format!("{path}.at_us should be a whole number of microseconds, from 0."))?;
    if at > Scenario::HORIZON_MAX {
        return Err(format!(
            "{path}.at_us is after the end of the longest run, 400 days."
        ));
    }
    Ok(at)
}

fn has_filter(scenario: &Scenario) -> bool {
    let mut deeds = scenario.actions.iter().map(|action| &action.deed);
    let is_filter = |deed: &Deed| {
        matches!(
            deed,
            Deed::SetText {
                knob: Knob::FilterCriteria | Knob::SecondFilter,
                ..
            }
        )
    };
    let filters = [Knob::FilterCriteria, Knob::SecondFilter];
    let mut texts = filters.map(|knob| scenario.settings.text(knob)).into_iter();
    texts.any(|text| !text.is_empty()) || deeds.any(is_filter)
}

/// What may be wrong with a pill.
fn reasons() -> &'static [&'static str] {
    match Knob::PillReason.spec().kind {
        Kind::Choice(names) => names,
        _ => &[],
    }
}

fn read_traffic(value: &Value) -> Result<PastedTraffic, String> {
    let fields = object(value, "traffic")?;
    only(fields, &["interval_us", "counts"], "traffic")?;
    let interval = fields.get("interval_us").and_then(Value::as_u64);
    let interval = interval.filter(|interval| interval.is_multiple_of(1_000_000));
    let interval = interval
        .ok_or("traffic.interval_us should be whole seconds, as a number of microseconds.")?;
    let counts = fields.get("counts").ok_or("traffic.counts is missing.")?;
    let count = |(index, value): (usize, &Value)| {
        value.as_u64().ok_or_else(|| {
            format!("traffic.counts[{index}] should be a whole number of records, from 0.")
        })
    };
    let counts = array(counts, "traffic.counts")?.iter().enumerate();
    let counts = counts.map(count).collect::<Result<_, _>>()?;
    PastedTraffic::new(interval / 1_000_000, counts).map_err(|why| format!("traffic: {why}"))
}

fn read_actions(
    value: &Value,
    scenario: &mut Scenario,
    notices: &mut Notices,
) -> Result<(), String> {
    let list = array(value, "actions")?;
    for (index, value) in list.iter().enumerate() {
        let path = format!("actions[{index}]");
        let fields = object(value, &path)?;
        only(fields, &["at_us", "set", "pill", "split", "merge"], &path)?;
        let at = time(fields, &path)?;
        let named = |name| Some((name, fields.get(name)?));
        let on_shards: Vec<_> = ["pill", "split", "merge"]
            .into_iter()
            .filter_map(named)
            .collect();
        let deeds = match (fields.get("set"), on_shards.as_slice()) {
            (Some(set), []) => changes(set, &format!("{path}.set"), notices)?,
            (None, &[(name, value)]) => vec![on_shard(name, value, &format!("{path}.{name}"))?],
            _ => {
                return Err(format!(
                    "{path} should have one of set, pill, split and merge."
                ));
            }
        };
        for deed in deeds {
            if !scenario.has_room_for(&deed) {
                return Err(format!(
                    "{path} is one too many: at most {ACTIONS_MAX} actions, {PILLS_MAX} of them pills."
                ));
            }
            scenario.add(Action { at, deed });
        }
    }
    Ok(())
}

fn changes(value: &Value, path: &str, notices: &mut Notices) -> Result<Vec<Deed>, String> {
    let fields = object(value, path)?;
    if fields.is_empty() {
        return Err(format!("{path} changes nothing."));
    }
    let mut deeds = Vec::new();
    for (key, value) in fields {
        let path = format!("{path}.{}", short(key));
        if let Some(reason) = Knob::by_key(key).and_then(refuses_to_change) {
            return Err(format!("{path}: {reason}."));
        }
        deeds.push(setting(key, value, &path, notices)?);
    }
    Ok(deeds)
}

fn on_shard(name: &str, value: &Value, path: &str) -> Result<Deed, String> {
    let fields = object(value, path)?;
    only(fields, &["shard"], path)?;
    let shard = fields
        .get("shard")
        .and_then(Value::as_u64)
        .and_then(|shard| u16::try_from(shard).ok());
    shard
        .and_then(|shard| Deed::of_shard(name, shard))
        .ok_or_else(|| format!("{path}.shard should be the number of a shard, from 0."))
}
