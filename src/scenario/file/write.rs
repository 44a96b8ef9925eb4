//! Writing a scenario file.

use super::reasons;
use crate::engine::config::{ExplicitRecord, Fails};
use crate::scenario::configure::what_is_wrong;
use crate::scenario::knobs::{KNOBS, Kind, Knob, TEXTS};
use crate::scenario::orders;
use crate::scenario::spelling::spell_link;
use crate::scenario::{Action, Deed, Scenario};
use serde_json::{Map, Value, json};

/// The scenario as a file, pretty-printed; defaults are left out, much different data is given by its size.
pub fn to_json(scenario: &Scenario) -> String {
    let mut settings = Map::new();
    for spec in KNOBS.iter().filter(|spec| !spec.kind.is_text()) {
        let value = scenario.settings.get(spec.knob);
        // With traffic these two have other defaults.
        let told = scenario.traffic.is_some()
            && matches!(spec.knob, Knob::TrafficShape | Knob::RecordsPerSecond);
        if value != spec.default || told {
            settings.insert(spec.key.to_owned(), value_of(spec.knob, value));
        }
    }
    for knob in TEXTS {
        let text = scenario.settings.text(knob);
        if text != knob.default_text() {
            settings.insert(knob.spec().key.to_owned(), json!(text));
        }
    }
    let mut file = json!({ "settings": settings });
    if !scenario.records.is_empty() {
        let records = scenario.records.iter();
        file["records"] = records
            .map(|record| record_value(record, &scenario.data))
            .collect();
    }
    if let Some(traffic) = &scenario.traffic {
        file["traffic"] = json!({
            "interval_us": u64::from(traffic.interval_s()) * 1_000_000,
            "counts": traffic.counts(),
        });
    }
    if !scenario.actions.is_empty() {
        file["actions"] = scenario.actions.iter().map(action_value).collect();
    }
    format!("{file:#}\n")
}

fn value_of(knob: Knob, value: i64) -> Value {
    if knob.leaves_to_preset(value) {
        return json!(spell_link(knob, value));
    }
    match knob.spec().kind {
        Kind::Count { .. } | Kind::Limit { .. } | Kind::Permille { .. } => json!(value),
        Kind::Toggle => json!(value != 0),
        Kind::Span { .. } | Kind::Choice(_) | Kind::Text { .. } => json!(spell_link(knob, value)),
    }
}

fn record_value(record: &ExplicitRecord, data: &[String]) -> Value {
    let mut value = json!({ "at_us": record.at.0, "key": record.key });
    match data.get(orders::place_of_written(record.kind)) {
        Some(data) if data.len() == record.bytes as usize => value["data"] = json!(data),
        _ => value["bytes"] = json!(record.bytes),
    }
    match record.fails {
        Fails::Never => {}
        Fails::First(count) => value["fail_first"] = json!(count),
        Fails::Always => value["poison"] = json!(true),
        pill => {
            let mut names = reasons().iter().zip(0..);
            if let Some((name, _)) = names.find(|&(_, reason)| what_is_wrong(reason) == pill) {
                value["poison"] = json!(name);
            }
        }
    }
    value
}

fn action_value(action: &Action) -> Value {
    let mut value = json!({ "at_us": action.at.0 });
    match &action.deed {
        Deed::Pill { shard } => value["pill"] = json!({ "shard": shard }),
        Deed::Split { shard } => value["split"] = json!({ "shard": shard }),
        Deed::Merge { shard } => value["merge"] = json!({ "shard": shard }),
        Deed::Set { knob, value: to } => {
            value["set"] = json!({ knob.spec().key: value_of(*knob, *to) });
        }
        Deed::SetText { knob, text } => value["set"] = json!({ knob.spec().key: text }),
    }
    value
}
