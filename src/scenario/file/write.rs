//! Writing a scenario file.

use super::reasons;
use crate::engine::config::{ExplicitRecord, Fails};
use crate::scenario::configure::what_is_wrong;
use crate::scenario::json::{Map, Value};
use crate::scenario::knobs::{KNOBS, Kind, Knob, TEXTS};
use crate::scenario::orders;
use crate::scenario::spelling::spell_link;
use crate::scenario::{Action, Deed, Scenario};

/// The scenario as a file, pretty-printed; defaults are left out, much different data is given by its size.
pub fn to_json(scenario: &Scenario) -> String {
    let mut settings = Map::default();
    for spec in KNOBS.iter().filter(|spec| !spec.kind.is_text()) {
        let value = scenario.settings.get(spec.knob);
        // With traffic these two have other defaults.
        let told = scenario.traffic.is_some()
            && matches!(spec.knob, Knob::TrafficShape | Knob::RecordsPerSecond);
        if value != spec.default || told {
            settings
                .0
                .push((spec.key.to_owned(), value_of(spec.knob, value)));
        }
    }
    for knob in TEXTS {
        let text = scenario.settings.text(knob);
        if text != knob.default_text() {
            settings
                .0
                .push((knob.spec().key.to_owned(), Value::from(text)));
        }
    }
    let mut file = vec![("settings".to_owned(), Value::Object(settings))];
    if !scenario.records.is_empty() {
        let value = |record| record_value(record, &scenario.data);
        let records = scenario.records.iter().map(value).collect();
        file.push(("records".to_owned(), Value::Array(records)));
    }
    if let Some(traffic) = &scenario.traffic {
        let counts = traffic.counts().iter().map(|count| Value::from(*count));
        let fields = [
            (
                "interval_us",
                Value::from(u64::from(traffic.interval_s()) * 1_000_000),
            ),
            ("counts", Value::Array(counts.collect())),
        ];
        file.push(("traffic".to_owned(), Value::object(fields)));
    }
    if !scenario.actions.is_empty() {
        let actions = scenario.actions.iter().map(action_value).collect();
        file.push(("actions".to_owned(), Value::Array(actions)));
    }
    let mut text = String::new();
    Value::Object(Map(file)).write_lines(&mut text);
    text.push('\n');
    text
}

fn value_of(knob: Knob, value: i64) -> Value {
    if knob.leaves_to_preset(value) {
        return Value::String(spell_link(knob, value));
    }
    match knob.spec().kind {
        Kind::Count { .. } | Kind::Limit { .. } | Kind::Permille { .. } => Value::from(value),
        Kind::Toggle => Value::Bool(value != 0),
        Kind::Span { .. } | Kind::Choice(_) | Kind::Text { .. } => {
            Value::String(spell_link(knob, value))
        }
    }
}

fn record_value(record: &ExplicitRecord, data: &[String]) -> Value {
    let fails = match record.fails {
        Fails::Never => None,
        Fails::First(count) => Some(("fail_first", Value::from(u64::from(count)))),
        Fails::Always => Some(("poison", Value::Bool(true))),
        pill => {
            let names = reasons().iter().zip(0..);
            let mut named = names.filter(|&(_, reason)| what_is_wrong(reason) == pill);
            named.next().map(|(name, _)| ("poison", Value::from(*name)))
        }
    };
    let fields = [
        ("at_us", Value::from(record.at.0)),
        ("key", Value::from(record.key.as_str())),
        match data.get(orders::place_of_written(record.kind)) {
            Some(data) if data.len() == record.bytes as usize => {
                ("data", Value::from(data.as_str()))
            }
            _ => ("bytes", Value::from(u64::from(record.bytes))),
        },
    ];
    let fields = fields.into_iter().chain(fails);
    Value::Object(Map(fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()))
}

fn action_value(action: &Action) -> Value {
    let (name, part) = match &action.deed {
        Deed::Pill { shard } => ("pill", ("shard", Value::from(u64::from(*shard)))),
        Deed::Split { shard } => ("split", ("shard", Value::from(u64::from(*shard)))),
        Deed::Merge { shard } => ("merge", ("shard", Value::from(u64::from(*shard)))),
        Deed::Set { knob, value } => ("set", (knob.spec().key, value_of(*knob, *value))),
        Deed::SetText { knob, text } => ("set", (knob.spec().key, Value::from(text.as_str()))),
    };
    Value::object([
        ("at_us", Value::from(action.at.0)),
        (name, Value::object([part])),
    ])
}
