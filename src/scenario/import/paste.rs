//! Takes apart what was pasted: JSON, rows of a table, comments and error messages one after another, and tells what
//! else people paste.

use super::reading::{millionths, seconds};
use crate::scenario::json::Mistake;
use crate::scenario::spelling::thousands;
use serde_json::{Deserializer, Value};

/// Longest text that is read, in bytes.
const READ_MAX: usize = 4 * 1_048_576;

pub(super) const PASTE: &str = "Paste what aws lambda get-event-source-mapping, aws kinesis describe-stream-summary and the like print with --output json, or a table of times and counts.";

/// What a text holds.
#[derive(Default)]
pub(super) struct Pasted {
    /// Each JSON value.
    pub(super) values: Vec<Value>,
    /// Each row of a table: a time in seconds, and a count in millionths.
    pub(super) rows: Vec<(i64, i64)>,
    /// How many error messages of the command line there were.
    pub(super) errors: usize,
    /// How many lines were none of these.
    pub(super) strange: usize,
}

/// Takes a text apart; the error says what it is instead and what to paste.
pub(super) fn read(text: &str) -> Result<Pasted, String> {
    if text.len() > READ_MAX {
        return Err(format!(
            "The text is larger than 4 MiB and was not read: more than a month of minutes fits into less. {PASTE}"
        ));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(format!("There is nothing to read. {PASTE}"));
    }
    if text.starts_with("#!") {
        return Err("This is the script itself: run it where the AWS command line works, and paste what it prints.".to_owned());
    }
    let mut pasted = Pasted::default();
    let (mut at, mut number) = (0, 1);
    while at < text.len() {
        let rest = text[at..].trim_start();
        let begin = text.len() - rest.len();
        number += text[at..begin].matches('\n').count();
        at = begin;
        if rest.starts_with(['{', '[']) {
            let mut values = Deserializer::from_str(rest).into_iter();
            let value = match values.next() {
                Some(Ok(value)) => value,
                Some(Err(error)) => return Err(not_json(&Mistake::new(text, begin, &error))),
                None => break,
            };
            at += values.byte_offset();
            number += text[begin..at].matches('\n').count();
            pasted.values.push(value);
            continue;
        }
        let line = rest.lines().next().unwrap_or("");
        pasted.line(line.trim_end(), number)?;
        at += line.len();
    }
    if pasted.values.is_empty() && pasted.rows.is_empty() {
        return Err(said_instead(text));
    }
    Ok(pasted)
}

impl Pasted {
    fn line(&mut self, line: &str, number: usize) -> Result<(), String> {
        let is_comment = line.starts_with('#');
        if line.is_empty() || is_comment {
            return Ok(());
        }
        if is_error(line) {
            self.errors += 1;
            return Ok(());
        }
        let quoted = line.trim_start_matches('"');
        if !quoted.starts_with(|c: char| c.is_ascii_digit()) {
            if !self.rows.is_empty() {
                return Err(wrong_row(number, "it is not a time and a count"));
            }
            self.strange += 1;
            return Ok(());
        }
        let row = row(line).map_err(|why| wrong_row(number, why))?;
        if self.rows.is_empty() {
            // What stood above it was its head.
            self.strange = 0;
        }
        self.rows.push(row);
        Ok(())
    }
}

fn wrong_row(number: usize, why: &str) -> String {
    let number = thousands(number as u64);
    format!(
        "Line {number} cannot be read: {why}. A row is a time and a count, such as 2026-11-21T10:00:00Z,4310."
    )
}

/// A time and a count, separated by a tab, a semicolon, a comma or blanks.
fn row(line: &str) -> Result<(i64, i64), &'static str> {
    let separator = ['\t', ';', ','].into_iter().find(|c| line.contains(*c));
    let (time, count) = match separator {
        Some(separator) => line.split_once(separator),
        None => line.rsplit_once(' '),
    }
    .ok_or("there is no count behind the time")?;
    let bare = |text: &str| text.trim().trim_matches('"').trim().to_owned();
    // Spreadsheets close a row with an empty column.
    let count = bare(count.trim_end_matches(['\t', ';', ',', ' ']));
    let time = seconds(&bare(time)).ok_or("its time is not known here")?;
    if count.contains(['\t', ';', ',']) {
        return Err("it has more than two columns");
    }
    let count = millionths(&count).ok_or("its count is not a number, or far too large")?;
    if count < 0 {
        return Err("its count is negative");
    }
    Ok((time, count))
}

fn is_error(line: &str) -> bool {
    let begins = [
        "An error occurred",
        "aws: ",
        "usage:",
        "Unable to locate credentials",
        "Could not connect",
        "Unknown options",
        "The security token",
    ];
    begins.iter().any(|begin| line.starts_with(begin))
}

fn not_json(mistake: &Mistake) -> String {
    if mistake.is_end {
        return format!("The JSON ends too early: the last part is missing. {PASTE}");
    }
    let Mistake {
        what, line, column, ..
    } = mistake;
    format!("The JSON has a mistake in line {line}, character {column}: {what}. {PASTE}")
}

/// What a text is that holds nothing of use.
fn said_instead(text: &str) -> String {
    let first = text.lines().next().unwrap_or("");
    let is_named = |line: &str| {
        line.trim_start_matches(['-', ' ']).contains(": ") || line.trim_end().ends_with(':')
    };
    let what = if text.lines().any(|line| is_error(line.trim())) {
        "This is an error message of the command line."
    } else if text.starts_with(['|', '+']) || first.starts_with("---------") {
        "This looks like a table."
    } else if text.starts_with("EVENTSOURCEMAPPINGS") || first.contains('\t') {
        "This looks like plain text output."
    } else if text.lines().any(is_named) {
        "This looks like YAML."
    } else {
        "This is not JSON."
    };
    format!("{what} {PASTE}")
}
