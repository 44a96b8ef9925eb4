//! A run's outcome for people.

use super::outcome::Outcome;
use super::outcome_json::{STORED, metrics, rows};
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::time::SimTime;
use crate::recording::bill::usage;
use crate::recording::moment::NeighbourMoment;
use crate::session::alarms::pages;
use crate::session::bill::{self, money};
use crate::session::{mapping_words, mark_words};
use crate::words;
use std::io::{self, Write};

/// Columns of a row's name and of a number.
const NAME: usize = 38;
const NUMBER: usize = 16;
/// Columns of a time by the clock, and since the start.
const CLOCK: usize = 17;
const ELAPSED: usize = 13;
/// Rows of the ledger that say something when they are zero, too.
const ALWAYS: [&str; 6] = [
    "generated",
    "stored",
    "processed",
    "to_destination",
    "discarded",
    "expired_undelivered",
];

/// Writes ledger, metrics, marks and digest.
pub(super) fn write(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    let recorder = &outcome.recorder;
    writeln!(
        out,
        "{:NAME$}{:>NUMBER$}{:>NUMBER$}",
        "Ledger", "good", "poison"
    )?;
    for (index, (id, name, row)) in rows(&outcome.end.ledger).into_iter().enumerate() {
        if row.total() == 0 && !ALWAYS.contains(&id) {
            continue;
        }
        // What was generated and what was stored, each followed by what became of it.
        let indent = if index == 0 || index == STORED {
            ""
        } else {
            "  "
        };
        let (good, poison) = (words::number(row.good), words::number(row.poison));
        let name = format!("{indent}{name}");
        writeln!(out, "{name:NAME$}{good:>NUMBER$}{poison:>NUMBER$}")?;
    }
    writeln!(out, "\nMetrics")?;
    for (_, name, count) in metrics(&outcome.end.ledger) {
        writeln!(out, "{name:NAME$}{:>NUMBER$}", words::number(count))?;
    }
    let neighbour = outcome.end.neighbour;
    for (name, count) in [
        ("calls of the other function", neighbour.invocations),
        ("  and refused", neighbour.throttles),
    ] {
        if neighbour != NeighbourMoment::default() {
            writeln!(out, "{name:NAME$}{:>NUMBER$}", words::number(count))?;
        }
    }
    if let Some(second) = &outcome.end.second {
        writeln!(out, "\nSecond mapping")?;
        for (_, name, row) in &rows(&second.ledger)[STORED..] {
            let (good, poison) = (words::number(row.good), words::number(row.poison));
            if row.total() > 0 {
                writeln!(out, "{name:NAME$}{good:>NUMBER$}{poison:>NUMBER$}")?;
            }
        }
        for (name, count) in [
            ("invocations", second.ledger.invocations),
            ("errors", second.ledger.errors),
            ("throttles", second.ledger.throttles),
            ("messages to the destination", second.ledger.messages),
        ] {
            writeln!(out, "{name:NAME$}{:>NUMBER$}", words::number(count))?;
        }
    }
    writeln!(out, "\nMarks")?;
    for mark in recorder.every_mark() {
        let (clock, elapsed) = (words::clock(mark.at), words::elapsed(mark.at));
        let what = in_words(outcome, mark);
        writeln!(out, "{clock:>CLOCK$}{elapsed:>ELAPSED$}  {what}")?;
    }
    write_bill(outcome, out)?;
    let pages = pages(
        recorder.every_mark(),
        (recorder.watched(), recorder.second_watched()),
        recorder.computed_until(),
    );
    if !pages.is_empty() {
        writeln!(out, "\nAlarms")?;
        for page in pages {
            writeln!(out, "{page}")?;
        }
    }
    let length = recorder.config().horizon.since(SimTime::ZERO);
    writeln!(out, "\nRun of {}", words::exact_span(length))?;
    if let Some(link) = &outcome.link {
        writeln!(out, "Link   {link}")?;
    }
    writeln!(out, "Digest {:016x}", recorder.digest())
}

/// What it costs (C1–C3, C5, C7–C10).
fn write_bill(outcome: &Outcome, out: &mut impl Write) -> io::Result<()> {
    let recorder = &outcome.recorder;
    let usage = usage(recorder, &outcome.end);
    let [run, hour, day, month] = ["this run", "an hour", "a day", "a month"];
    writeln!(
        out,
        "\n{:NAME$}{run:>NUMBER$}{hour:>NUMBER$}{day:>NUMBER$}{month:>NUMBER$}",
        "Cost"
    )?;
    for row in bill::rows(&usage).into_iter().filter(|row| !row.is_idle()) {
        write!(out, "{:NAME$}{:>NUMBER$}", row.name, money(row.whole))?;
        for sum in row.per {
            write!(out, "{:>NUMBER$}", money(sum))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}\n{}", bill::comparison(&usage), bill::DEAR)?;
    writeln!(out, "({})", bill::PRICES)
}

fn in_words(outcome: &Outcome, mark: &Mark) -> String {
    let words = format!("{}{}", mapping_words(mark.role), mark_words(mark.kind));
    if matches!(mark.kind, MarkKind::SettingChanged(_)) {
        return format!("{words}: {}", outcome.changes(mark.at).join(", "));
    }
    match mark.shard {
        Some(shard) => format!("{words} (shard {shard})"),
        None => words,
    }
}
