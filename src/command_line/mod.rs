//! The terminal's face of the program: runs scenarios, imports real systems, routes keys, compares back-offs. Knows the library, not the page.
//!
//! What was asked for goes to standard output, everything said about it to standard error. Exit codes: 0 done,
//! 1 could not be written, 2 bad input.

mod arguments;
mod backoff;
mod documents;
mod event_json;
mod help;
mod import;
mod matching;
mod message;
mod metrics;
mod outcome;
mod outcome_json;
mod outcome_text;
mod progress;
mod route;
mod run;

use arguments::Command;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;

use crate::scenario::file::FILE_MAX;

/// Why a command did not do what it was asked to.
enum Failure {
    /// What was asked for cannot be done: one clear sentence.
    BadInput(String),
    /// The output could not be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<String> for Failure {
    fn from(sentence: String) -> Self {
        Self::BadInput(sentence)
    }
}

/// Does what the program's arguments ask for.
pub fn main() -> ExitCode {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let done = arguments::read(std::env::args_os().skip(1))
        .and_then(|command| obey(command, &mut out))
        .and_then(|()| Ok(out.flush()?));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Output(error)) => {
            say(&format!("The output could not be written: {error}."));
            ExitCode::from(1)
        }
        Err(Failure::BadInput(sentence)) => {
            say(&sentence);
            ExitCode::from(2)
        }
    }
}

fn obey(command: Command, out: &mut impl Write) -> Result<(), Failure> {
    match command {
        Command::Help(topic) => out.write_all(topic.text().as_bytes())?,
        Command::Version => writeln!(out, "overflowing-sink {}", env!("CARGO_PKG_VERSION"))?,
        Command::Run(order) => run::run(&order, out)?,
        Command::Match { pattern, event } => matching::one(&pattern, &event, out)?,
        Command::MatchLines => matching::lines(io::stdin().lock(), out)?,
        Command::ImportScript => import::script(out)?,
        Command::Import { from, mapping } => import::import(&from, mapping, out)?,
        Command::Backoff {
            clients,
            runs,
            seed,
            json,
        } => backoff::backoff(clients, runs, seed, json, out)?,
        Command::Route { shards, keys } => route::route(shards, &keys, out)?,
    }
    Ok(())
}

/// Says a sentence on standard error; nobody listening is no reason to stop.
fn say(sentence: &str) {
    let _ = writeln!(io::stderr(), "{sentence}");
}

/// The text of a file, or of standard input for `-`.
fn read_text(from: &OsString) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let limit = FILE_MAX as u64 + 1;
    let read = if from == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(from).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    let name = if from == "-" {
        "Standard input".to_owned()
    } else {
        shown(&from.to_string_lossy())
    };
    read.map_err(|error| format!("{name} could not be read: {error}."))?;
    decoded(bytes).ok_or_else(|| format!("{name} is not UTF-8 text.").into())
}

/// UTF-8, or what begins with the mark of UTF-16, as `PowerShell` writes what a command prints.
fn decoded(bytes: Vec<u8>) -> Option<String> {
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks();
        let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
        String::from_utf16(&units).ok().filter(|_| odd.is_empty())
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    }
}

/// Foreign text for a terminal, without control characters.
fn shown(text: &str) -> String {
    crate::scenario::notice::quoted(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_both_encodings_are_read() {
        for (bytes, expected) in [
            (&b"{}"[..], Some("{}")),
            (b"\xFF\xFE{\0}\0", Some("{}")),
            (b"\xFE\xFF\0{\0}", Some("{}")),
            (b"\xFF\xFE\x3D\xD8\x00\xDE", Some("😀")),
            (b"\xFF\xFE", Some("")),
            // Half a character, half of a pair, neither encoding.
            (b"\xFF\xFE{", None),
            (b"\xFF\xFE\x3D\xD8", None),
            (b"\xC3", None),
            (b"", Some("")),
        ] {
            assert_eq!(decoded(bytes.to_vec()).as_deref(), expected, "{bytes:?}");
        }
    }
}
