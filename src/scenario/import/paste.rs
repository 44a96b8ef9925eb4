//! Takes apart what was pasted: JSON, rows of a table, comments and error messages one after another, and tells what
//! else people paste.

use super::documents::Documents;
use super::parts::{Parts, SHORT};
use super::reading::{millionths, seconds};
use crate::scenario::json::Mistake;
use crate::words;
use serde_json::value::RawValue;
use serde_json::{Deserializer, Value};
use std::ops::Range;
use std::rc::Rc;

/// Longest text that is read, in bytes.
const READ_MAX: usize = 4 * 1_048_576;

pub(super) const PASTE: &str = "Paste what aws lambda get-event-source-mapping, aws kinesis describe-stream-summary and the like print with --output json, or a table of times and counts.";

/// What a text holds that was pasted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// Each JSON value.
    pub(super) documents: Documents,
    /// Each row of a table: a time in seconds, and a count in millionths.
    pub(super) rows: Vec<(i64, i64)>,
    /// How many error messages of the command line there were.
    pub(super) errors: usize,
    /// How many lines were none of these.
    pub(super) strange: usize,
}

/// A text that is being taken apart, a value or a line at a time.
pub(super) struct Paste {
    text: Rc<str>,
    /// What is left of it: its bytes without blanks at both ends.
    left: Range<usize>,
    /// The line that this begins in, from 1.
    line: usize,
    /// A long JSON value before it that is not complete.
    parts: Parts,
    pasted: Pasted,
}

impl Paste {
    /// The error says what the text is if there is nothing to take from it.
    pub(super) fn new(text: Rc<str>) -> Result<Self, String> {
        if text.len() > READ_MAX {
            return Err(format!(
                "The text is larger than 4 MiB and was not read: more than a month of minutes fits into less. {PASTE}"
            ));
        }
        let bare = text.trim_start_matches('\u{feff}').trim_start();
        if bare.is_empty() {
            return Err(format!("There is nothing to read. {PASTE}"));
        }
        if bare.starts_with("#!") {
            return Err("This is the script itself: run it where the AWS command line works, and paste what it prints.".to_owned());
        }
        let begin = text.len() - bare.len();
        let mut paste = Self {
            left: 0..text.trim_end().len(),
            line: 1,
            parts: Parts::default(),
            pasted: Pasted::default(),
            text,
        };
        paste.go_to(begin);
        Ok(paste)
    }

    /// How many bytes are read.
    pub(super) fn read_up_to(&self) -> usize {
        self.parts.read_up_to().unwrap_or(self.left.start)
    }

    /// How many bytes there are.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    /// Reads on until the end is reached, which it says, or until `more`, asked every now and then, says no. The error
    /// is a sentence.
    pub(super) fn advance(&mut self, more: &mut dyn FnMut() -> bool) -> Result<bool, String> {
        let mut looked_through = 0;
        while !self.left.is_empty() || !self.parts.is_empty() {
            looked_through += if self.parts.is_empty() {
                self.next()?
            } else {
                let text = Rc::clone(&self.text);
                let (length, whole) = self.parts.step(&text).map_err(|why| not_json(&why))?;
                self.add(whole)?;
                length + 1
            };
            if looked_through >= SHORT {
                if !more() {
                    return Ok(false);
                }
                looked_through = 0;
            }
        }
        Ok(true)
    }

    /// What was read, at the end of the text.
    pub(super) fn finish(self) -> Result<Pasted, String> {
        let Pasted {
            documents, rows, ..
        } = &self.pasted;
        if documents.count == 0 && rows.is_empty() {
            return Err(said_instead(&self.text));
        }
        documents.check()?;
        Ok(self.pasted)
    }

    /// Reads the next value or line, or begins with a long value; gives how many bytes it looked through.
    fn next(&mut self) -> Result<usize, String> {
        let text = Rc::clone(&self.text);
        let begin = self.left.start;
        let rest = &text[self.left.clone()];
        if rest.starts_with(['{', '[']) {
            let mut values = Deserializer::from_str(rest).into_iter::<&RawValue>();
            if let Some(Err(error)) = values.next() {
                return Err(not_json(&Mistake::new(&text, begin, &error)));
            }
            self.go_to(begin + values.byte_offset());
            let bytes = begin..begin + values.byte_offset();
            let length = bytes.len();
            let value = self.parts.begin(&text, bytes);
            self.add(value.map_err(|why| not_json(&why))?)?;
            return Ok(length);
        }
        let line = rest.lines().next().unwrap_or("");
        self.pasted.line(line.trim_end(), self.line)?;
        self.go_to(begin + line.len());
        Ok(line.len())
    }

    fn add(&mut self, value: Option<Value>) -> Result<(), String> {
        value.map_or(Ok(()), |value| self.pasted.documents.add(value))
    }

    /// Goes on behind these bytes and the blanks that follow.
    fn go_to(&mut self, at: usize) {
        let end = self.left.end;
        let rest = &self.text[at..end];
        let next = end - rest.trim_start().len();
        let passed = &self.text[self.left.start..next];
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.left.start = next;
    }
}

impl Pasted {
    fn line(&mut self, line: &str, number: usize) -> Result<(), String> {
        let is_comment = line.starts_with('#');
        if is_comment {
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
    let number = words::number(number as u64);
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
    // Spreadsheets close a row with an empty column.
    let count = bare(count.trim_end_matches(['\t', ';', ',', ' ']));
    let time = seconds(bare(time)).ok_or("its time is not known here")?;
    if count.contains(['\t', ';', ',']) {
        return Err("it has more than two columns");
    }
    let count = millionths(count).ok_or("its count is not a number, or far too large")?;
    if count < 0 {
        return Err("its count is negative");
    }
    Ok((time, count))
}

/// A cell of a table without blanks and quotes around it.
fn bare(text: &str) -> &str {
    text.trim().trim_matches('"').trim()
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
    let text = text.trim_start_matches('\u{feff}').trim();
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
