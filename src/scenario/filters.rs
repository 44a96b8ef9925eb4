//! `FilterCriteria` of an event source mapping: patterns, and which records they let pass (E51, E52).
//!
//! The text is what AWS has in `FilterCriteria`, `{"Filters": [{"Pattern": "…"}]}`, or for short one pattern or a list
//! of them. It knows what orders hold; it does not know the run.

use super::orders::{self, Kind};
use super::pattern::{Event, Language, Pattern, Refusal};
use crate::engine::config::{Fails, Filter};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Filters of one mapping (E51).
const PATTERNS_MAX: usize = 5;

/// Patterns, of which a record must match one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filters(Vec<Pattern>);

impl Filters {
    /// Reads the text; an empty one is no filter. The error is what AWS would refuse, with its place.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        if text.trim().is_empty() {
            return Ok(Self(Vec::new()));
        }
        let texts = match list(text) {
            Some(items) => items.into_iter().map(whole).collect(),
            None => match fields(text).and_then(|fields| list(fields.get("Filters")?.get())) {
                Some(items) => {
                    let pattern =
                        |item: &RawValue| Some(whole(fields(item.get())?.get("Pattern").copied()?));
                    let patterns: Option<Vec<String>> = items.into_iter().map(pattern).collect();
                    patterns.ok_or_else(|| at_start("Every filter needs a Pattern"))?
                }
                None => vec![text.to_owned()],
            },
        };
        if texts.len() > PATTERNS_MAX {
            let what = format!("A mapping has at most {PATTERNS_MAX} filters");
            return Err(at_start(&what));
        }
        let read = |(index, text): (usize, &String)| {
            Pattern::read(text, Language::Lambda).map_err(|refusal| match texts.len() {
                1 => refusal,
                _ => Refusal {
                    what: format!("Filter {}: {}", index + 1, refusal.what),
                    ..refusal
                },
            })
        };
        let patterns: Result<_, _> = texts.iter().enumerate().map(read).collect();
        patterns.map(Self)
    }

    /// How many patterns there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether everything passes because there is no filter.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a record with such data passes. A pattern that looks inside `data` drops what is not a JSON object (E52).
    pub fn pass(&self, data: &str) -> bool {
        let json = Event::read(data);
        let is_object = json.as_ref().is_some_and(Event::is_object);
        let event = json.unwrap_or_else(|| Event::string(data)).inside("data");
        let passes = |pattern: &Pattern| {
            let looks_inside = || pattern.paths().any(|path| path.starts_with("data."));
            pattern.matches(&event) && (is_object || !looks_inside())
        };
        self.0.is_empty() || self.0.iter().any(passes)
    }

    /// Whether some pattern reads something of the data.
    pub fn reads_data(&self) -> bool {
        let mut paths = self.0.iter().flat_map(Pattern::paths);
        paths.any(|path| path == "data" || path.starts_with("data."))
    }

    /// What passes, judged for each kind of order and for what records written down by hand hold.
    pub fn judge(&self, kinds: &[Kind], written: &[String]) -> Filter {
        if self.0.is_empty() {
            return Filter::NONE;
        }
        let mask = |fails| {
            let kinds = (0..).zip(kinds.iter().map(|kind| kind.data(fails)));
            // What is written down is what it is, pill or not.
            let written = written.iter().enumerate();
            let written = written.map(|(place, data)| (orders::written(place), data.clone()));
            let held = kinds.chain(written).filter(|(_, data)| !self.pass(data));
            held.fold(u64::MAX, |mask, (kind, _)| mask & !(1 << kind))
        };
        Filter {
            ordinary: mask(Fails::Never),
            bad_value: mask(Fails::Always),
            not_json: mask(Fails::NotJson),
        }
    }
}

/// `FilterCriteria` of a mapping in the shortest form that means the same; empty if it has no filters.
pub fn short(criteria: &Value) -> String {
    let Some(Value::Array(filters)) = criteria.get("Filters") else {
        return String::new();
    };
    let pattern = |filter: &Value| match filter.get("Pattern") {
        Some(Value::String(text)) => text.clone(),
        Some(json) => json.to_string(),
        None => String::new(),
    };
    match filters.as_slice() {
        [] => String::new(),
        [only] => {
            let text = pattern(only);
            squeezed(&text).unwrap_or(text)
        }
        all => {
            let patterns = all.iter().map(pattern);
            let items =
                patterns.map(|text| squeezed(&text).unwrap_or_else(|| json!(text).to_string()));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
    }
}

/// The items of a list, as they stand in a text.
fn list(text: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(text).ok()
}

/// The fields of an object, as they stand in a text.
fn fields(text: &str) -> Option<BTreeMap<String, &RawValue>> {
    serde_json::from_str(text).ok()
}

/// A pattern given as text, or as the JSON it is.
fn whole(value: &RawValue) -> String {
    let text = value.get();
    serde_json::from_str(text).unwrap_or_else(|_| text.to_owned())
}

/// A text in JSON without the blanks between its parts, which are otherwise left as they were typed; none if it is not
/// JSON.
fn squeezed(text: &str) -> Option<String> {
    let text = serde_json::from_str::<&RawValue>(text).ok()?.get();
    let (mut in_string, mut escaped) = (false, false);
    let counts = |&c: &char| {
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = c == '\\' && !escaped;
        in_string || !c.is_ascii_whitespace()
    };
    Some(text.chars().filter(counts).collect())
}

fn at_start(what: &str) -> Refusal {
    Refusal {
        what: what.to_owned(),
        line: 1,
        column: 1,
    }
}

/// The refusal as one sentence with its place.
pub fn sentence(refusal: &Refusal) -> String {
    let Refusal { what, line, column } = refusal;
    format!("Line {line}, character {column}: {what}.")
}
