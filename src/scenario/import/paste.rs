//! Finds the mappings in what was pasted, and tells apart everything else that people paste.

use crate::scenario::json::{Map, Mistake, Value};
use crate::scenario::spelling::holds;

/// Longest text that is read, in bytes.
const READ_MAX: usize = 4 * 1_048_576;

const PASTE: &str = "Paste what aws lambda get-event-source-mapping or list-event-source-mappings prints, with --output json.";

/// The mappings in the text, or what it is instead and what to paste.
pub(super) fn mappings(text: &str) -> Result<Vec<Map>, String> {
    if text.len() > READ_MAX {
        return Err(format!(
            "The text is larger than 4 MiB, which no list of mappings is. {PASTE}"
        ));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(format!("There is nothing to read. {PASTE}"));
    }
    let value = Value::read(text).map_err(|mistake| not_json(text, &mistake))?;
    let list = match value {
        Value::Object(fields) => match fields.get("EventSourceMappings") {
            Some(Value::Array(list)) => list.clone(),
            Some(_) => return Err(format!("EventSourceMappings is not a list. {PASTE}")),
            None if is_mapping(&fields) => vec![Value::Object(fields)],
            None => return Err(format!("{} {PASTE}", other_output(&fields))),
        },
        Value::Array(list) => list,
        _ => return Err(format!("This is JSON, but not a mapping. {PASTE}")),
    };
    if list.is_empty() {
        return Err("The list is empty: there is no mapping to take over.".to_owned());
    }
    let as_mapping = |value| match value {
        Value::Object(fields) if is_mapping(&fields) => Some(fields),
        _ => None,
    };
    let all: Option<Vec<_>> = list.into_iter().map(as_mapping).collect();
    all.ok_or_else(|| format!("The list holds something that is not a mapping. {PASTE}"))
}

/// Whether anything in it is found in mappings only.
fn is_mapping(fields: &Map) -> bool {
    let telling = [
        "EventSourceArn",
        "SelfManagedEventSource",
        "ParallelizationFactor",
        "BatchSize",
        "BisectBatchOnFunctionError",
        "MaximumRetryAttempts",
        "MaximumRecordAgeInSeconds",
        "MaximumBatchingWindowInSeconds",
        "StateTransitionReason",
    ];
    telling.iter().any(|name| fields.contains_key(*name))
}

fn other_output(fields: &Map) -> &'static str {
    let has = |names: &[&str]| names.iter().any(|name| fields.contains_key(*name));
    if has(&[
        "Configuration",
        "Runtime",
        "Handler",
        "MemorySize",
        "Functions",
    ]) {
        "This describes a function, not its event source mapping."
    } else if has(&[
        "StreamDescription",
        "StreamDescriptionSummary",
        "StreamNames",
        "Shards",
    ]) {
        "This describes a stream, not the mapping that reads it."
    } else if has(&["Resources", "AWSTemplateFormatVersion"]) {
        "This is a template, not what a mapping has in the account."
    } else if has(&["settings", "records", "actions"]) {
        "This is a scenario file; open it as one."
    } else {
        "This is JSON, but not an event source mapping."
    }
}

fn not_json(text: &str, mistake: &Mistake) -> String {
    let first = text.lines().next().unwrap_or("");
    let what = if text.starts_with("An error occurred")
        || text.starts_with("aws: error")
        || text.starts_with("usage:")
    {
        "This is an error message of the command line, not a mapping."
    } else if text.starts_with(['|', '+']) || first.starts_with("---------") {
        "This looks like a table."
    } else if text.starts_with("EVENTSOURCEMAPPINGS")
        || (first.contains('\t') && !text.starts_with(['{', '[']))
    {
        "This looks like plain text output."
    } else if text.starts_with(['{', '[']) && mistake.is_end {
        "The JSON ends too early: the last part is missing."
    } else if text.starts_with(['{', '[']) {
        return format!(
            "The JSON has a mistake in line {}, column {}. {PASTE}",
            mistake.line, mistake.column
        );
    } else if text.lines().any(|line| {
        holds(line.trim_start_matches(['-', ' ']), ": ") || line.trim_end().ends_with(':')
    }) {
        "This looks like YAML."
    } else {
        "This is not JSON."
    };
    format!("{what} {PASTE}")
}
