//! `match`: what a pattern says of an event (E51).

use super::{Failure, say};
use crate::scenario::pattern::{Language, Pattern};
use serde::Deserialize;
use std::fmt::Write as _;
use std::io::{BufRead, Write};

/// Prints the verdict on one event; on standard error, why a pattern is not valid.
pub(super) fn one(pattern: &str, event: &str, out: &mut impl Write) -> Result<(), Failure> {
    match Pattern::read(pattern, Language::EventBridge) {
        Ok(pattern) => writeln!(out, "{}", verdict(&pattern, event))?,
        Err(refusal) => {
            writeln!(out, "{INVALID}")?;
            say(&format!(
                "Line {}, character {}: {}.",
                refusal.line, refusal.column, refusal.what
            ));
        }
    }
    Ok(())
}

/// Prints a verdict for each line of the input, once the whole of it could be read.
pub(super) fn lines(input: impl BufRead, out: &mut impl Write) -> Result<(), Failure> {
    let mut verdicts = String::new();
    for (index, line) in input.lines().enumerate() {
        let number = index + 1;
        let bad = |what: &str| Failure::BadInput(format!("Line {number} of the input {what}."));
        let line = line.map_err(|_| bad("cannot be read as UTF-8 text"))?;
        if line.trim().is_empty() {
            continue;
        }
        let pair: Pair = serde_json::from_str(&line).map_err(|error| {
            bad(if error.is_data() {
                "lacks \"pattern_text\" or \"event_text\", two strings"
            } else {
                "is not JSON"
            })
        })?;
        let pattern = Pattern::read(&pair.pattern_text, Language::EventBridge);
        let verdict = pattern.map_or(INVALID, |pattern| verdict(&pattern, &pair.event_text));
        let _ = writeln!(verdicts, "{verdict}");
    }
    Ok(out.write_all(verdicts.as_bytes())?)
}

/// A line of the input.
#[derive(Deserialize)]
struct Pair {
    pattern_text: String,
    event_text: String,
}

const INVALID: &str = "invalid-pattern";

fn verdict(pattern: &Pattern, event: &str) -> &'static str {
    if pattern.matches_text(event) {
        "match"
    } else {
        "no-match"
    }
}
