//! Reads a handler's raw reply the way the mapping does when `ReportBatchItemFailures` is on (E34).

use crate::engine::config::Reply;
use serde_json::Value;

const KEY: &str = "batchItemFailures";

/// What the reply means, and a sentence if it is likely not what was meant.
pub fn read_reply(text: &str) -> (Reply, Option<String>) {
    if text.trim().is_empty() {
        let note = "A handler that returns nothing reports success: nothing is retried.";
        return (Reply::Success, Some(note.to_owned()));
    }
    let Ok(value) = serde_json::from_str(text) else {
        // The runtime would send it as a JSON string, which names no failures: the batch fails.
        let note =
            "The reply is not JSON: it cannot be read as item failures, and the whole batch fails.";
        return (Reply::Malformed, Some(note.to_owned()));
    };
    let reply = meaning(&value);
    let note = note(&value, &reply);
    (reply, note)
}

fn meaning(value: &Value) -> Reply {
    match value {
        Value::Null => Reply::Success,
        Value::String(text) if text.is_empty() => Reply::Success,
        Value::Array(items) if items.is_empty() => Reply::Success,
        Value::Object(fields) => match fields.get(KEY) {
            None | Some(Value::Null) => Reply::Success,
            Some(Value::Array(items)) if items.is_empty() => Reply::Success,
            Some(Value::Array(items)) => items
                .iter()
                .map(index)
                .collect::<Option<_>>()
                .map_or(Reply::Malformed, Reply::Items),
            Some(_) => Reply::Malformed,
        },
        _ => Reply::Malformed,
    }
}

/// The record an item names: `$seq[i]` is record i, any other name is not in the batch.
fn index(item: &Value) -> Option<u32> {
    let name = item.get("itemIdentifier")?.as_str()?;
    if name.is_empty() {
        return None;
    }
    let number = name
        .strip_prefix("$seq[")
        .and_then(|rest| rest.strip_suffix(']'));
    Some(
        number
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(u32::MAX),
    )
}

fn note(value: &Value, reply: &Reply) -> Option<String> {
    let misspelt = match value {
        Value::Object(fields) => {
            !fields.contains_key(KEY) && fields.keys().any(|key| key.eq_ignore_ascii_case(KEY))
        }
        _ => false,
    };
    let text = match reply {
        Reply::Success if misspelt => {
            "The key is batchItemFailures, letter for letter; any other spelling counts as success."
        }
        Reply::Malformed => {
            "The reply cannot be read as item failures: the whole batch fails and is retried."
        }
        Reply::Items(items) if items.contains(&u32::MAX) => {
            "The reply names a record that is not in the batch: the whole batch fails and is retried."
        }
        Reply::Success | Reply::Items(_) => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Reply, has_note: bool) {
        let (reply, note) = read_reply(text);
        assert_eq!(
            (&reply, note.is_some()),
            (expected, has_note),
            "{text}: {note:?}"
        );
    }

    #[test]
    fn replies_mean_what_was_recorded_on_aws() {
        for text in [
            r#"{"batchItemFailures":[]}"#,
            r#"{"batchItemFailures":null}"#,
            "{}",
            "null",
            r#""""#,
            "[]",
            r#"{"statusCode":200}"#,
        ] {
            check(text, &Reply::Success, false);
        }
        for text in [
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":7}]}"#,
            r#"{"batchItemFailures":[{"foo":"$seq[0]"}]}"#,
            r#"{"batchItemFailures":[{}]}"#,
            r#"{"batchItemFailures":["$seq[0]"]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"$seq[0]"},{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":"$seq[0]"}"#,
            r#"{"batchItemFailures":{}}"#,
            "[1]",
            "7",
            "true",
            r#""ok""#,
            "ok",
            "{",
        ] {
            check(text, &Reply::Malformed, true);
        }
        check(&"[".repeat(900), &Reply::Malformed, true);
    }

    #[test]
    fn items_are_indices_in_the_batch() {
        let reply = |names: &[&str]| {
            let items: Vec<String> = names
                .iter()
                .map(|name| format!(r#"{{"itemIdentifier":"{name}"}}"#))
                .collect();
            format!(r#"{{"batchItemFailures":[{}]}}"#, items.join(","))
        };
        check(&reply(&["$seq[3]"]), &Reply::Items(vec![3]), false);
        check(
            &reply(&["$seq[3]", "$seq[0]"]),
            &Reply::Items(vec![3, 0]),
            false,
        );
        for unknown in [
            "49590338271490256608559692538361571095921575989136588898",
            "$seq[-1]",
            "$seq[x]",
            "$seq[99999999999]",
            "$seq",
        ] {
            check(&reply(&[unknown]), &Reply::Items(vec![u32::MAX]), true);
        }
    }

    #[test]
    fn likely_slips_are_pointed_out() {
        check("", &Reply::Success, true);
        check(
            r#"{"BatchItemFailures":[{"itemIdentifier":"$seq[0]"}]}"#,
            &Reply::Success,
            true,
        );
    }
}
