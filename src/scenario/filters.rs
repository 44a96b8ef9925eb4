//! `FilterCriteria` of an event source mapping: patterns, and which records they let pass (E51, E52).
//!
//! The text is what AWS has in `FilterCriteria`, `{"Filters": [{"Pattern": "…"}]}`, or for short one pattern or a list
//! of them. It knows what orders hold; it does not know the run.

use super::json::Value;
use super::orders::{self, Kind};
use super::pattern::{Language, Pattern, Refusal};
use crate::engine::config::{Fails, Filter};

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
        let texts = match Value::read(text) {
            Ok(Value::Array(items)) => items.iter().map(whole).collect(),
            Ok(value) => match value.get("Filters") {
                Some(Value::Array(items)) => {
                    let patterns = items.iter().map(|item| item.get("Pattern").map(whole));
                    patterns
                        .collect::<Option<Vec<String>>>()
                        .ok_or_else(|| at_start("Every filter needs a Pattern"))?
                }
                _ => vec![text.to_owned()],
            },
            Err(_) => vec![text.to_owned()],
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
        let json = Value::read(data).ok();
        let is_object = matches!(json, Some(Value::Object(_)));
        let event = Value::object([("data", json.unwrap_or_else(|| Value::from(data)))]);
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
    let pattern = |filter: &Value| {
        let text = filter.get("Pattern").map(whole).unwrap_or_default();
        Value::read(&text).unwrap_or(Value::String(text))
    };
    match filters.as_slice() {
        [] => String::new(),
        [only] => whole(&pattern(only)),
        all => whole(&Value::Array(all.iter().map(pattern).collect())),
    }
}

/// A pattern given as text, or as the JSON it is.
fn whole(value: &Value) -> String {
    if let Value::String(text) = value {
        return text.clone();
    }
    let mut text = String::new();
    value.write(&mut text);
    text
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
