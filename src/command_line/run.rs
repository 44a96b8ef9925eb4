//! `run`: computes a scenario and prints what came of it.

use super::arguments::{Excerpt, Print, RunOrder};
use super::event_json::EventWriter;
use super::message::timestamp;
use super::outcome::{Outcome, Plan};
use super::{Failure, documents, metrics, outcome_json, outcome_text, read_text, say, shown};
use crate::engine::config::Role;
use crate::engine::resharding::shards_at_most;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::facts::Told;
use crate::scenario::Scenario;
use crate::scenario::configure::configure;
use crate::scenario::file;
use crate::scenario::link::from_link;
use crate::scenario::notice::Notice;
use crate::session::logs::Logs;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Facts are told in spans of this length, so that a long run needs no more memory than a short one.
const TELLING: SimDuration = SimDuration::from_secs(600);

/// Runs the scenario and prints what was asked for.
pub(super) fn run(order: &RunOrder, out: &mut impl Write) -> Result<(), Failure> {
    let (scenario, notices) = load(order)?;
    if let Print::Events(excerpt)
    | Print::Metrics(excerpt, _)
    | Print::Documents(excerpt)
    | Print::Logs(excerpt) = &order.print
    {
        check(excerpt, &scenario)?;
    }
    let plan = Plan::new(scenario, order.until, notices);
    plan.sentences().for_each(say);
    let outcome = plan.compute();
    match &order.print {
        Print::Text => outcome_text::write(&outcome, out)?,
        Print::Json => outcome_json::write(&outcome, out)?,
        Print::Events(excerpt) => {
            let writer = EventWriter::new(&outcome.recorder, Role::First);
            let second_writer = EventWriter::new(&outcome.recorder, Role::Second);
            let line = |told: &Told| writer.line(told, excerpt.shard);
            let second = |told: &Told| {
                let mut line = second_writer.line(told, excerpt.shard)?;
                line["mapping"] = json!(2);
                Some(line)
            };
            write_facts(&outcome, excerpt, (&line, &second), out)?;
        }
        Print::Logs(excerpt) => write_logs(&outcome, excerpt, out)?,
        Print::Metrics(excerpt, period) => {
            let span = span(excerpt, outcome.recorder.config().horizon);
            metrics::write(&outcome, span, *period, out)?;
        }
        Print::Documents(excerpt) => {
            let only = excerpt.shard;
            let of = |role, told: &Told| {
                let lane = told.fact.lane_records()?.0;
                let wanted = only.is_none_or(|shard| shard == lane.shard);
                wanted.then(|| documents::line(&outcome, role, told))?
            };
            let line = |told: &Told| of(Role::First, told);
            let second = |told: &Told| {
                let mut line = of(Role::Second, told)?;
                line["mapping"] = json!(2);
                Some(line)
            };
            write_facts(&outcome, excerpt, (&line, &second), out)?;
        }
    }
    Ok(())
}

/// The scenario of a link or a file, and what was noticed while reading it.
fn load(order: &RunOrder) -> Result<(Scenario, Vec<Notice>), Failure> {
    let named = order.scenario.to_string_lossy();
    if order.scenario == "-" {
        let text = read_text(&order.scenario)?;
        let is_file = text.trim_start_matches('\u{feff}').trim_start();
        if is_file.starts_with('{') {
            return Ok(file::from_json(&text)?);
        }
        return link(&text, "Standard input");
    }
    let path = Path::new(&order.scenario);
    let is_json = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if path.is_file() || (is_json && !named.contains('#')) {
        return Ok(file::from_json(&read_text(&order.scenario)?)?);
    }
    link(&named, &shown(&named))
}

fn link(text: &str, name: &str) -> Result<(Scenario, Vec<Notice>), Failure> {
    if !text.contains(['#', '=']) {
        return Err(Failure::BadInput(format!(
            "{name} is neither a link of the playground nor a scenario file."
        )));
    }
    let (shared, notices) = from_link(text);
    Ok((shared.scenario, notices))
}

fn check(excerpt: &Excerpt, scenario: &Scenario) -> Result<(), Failure> {
    let shards = shards_at_most(&configure(scenario).0);
    if let Some(shard) = excerpt.shard.filter(|&shard| shard >= shards) {
        return Err(Failure::BadInput(format!(
            "There is no shard {shard}: the stream has {shards}, counted from 0."
        )));
    }
    if let (Some(from), Some(to)) = (excerpt.from, excerpt.to)
        && to < from
    {
        return Err(Failure::BadInput("--to is before --from.".to_owned()));
    }
    Ok(())
}

/// What the application and the function print, a line each (M11).
fn write_logs(outcome: &Outcome, excerpt: &Excerpt, out: &mut impl Write) -> Result<(), Failure> {
    let recorder = &outcome.recorder;
    let (first, to) = span(excerpt, recorder.config().horizon);
    // An invocation that runs by then began at most a time-out, 15 minutes, before (L7).
    let mut from = first.before(SimDuration::from_secs(960));
    let mut logs = Logs::default();
    while from <= to {
        let next = from + TELLING;
        for (at, role, fact) in recorder.bare_facts(from, to.min(next.before(SimDuration(1)))) {
            for line in logs.lines(recorder.config_of(role), at, &fact, true) {
                if first <= line.at {
                    let time = timestamp(line.at);
                    writeln!(out, "{time} {:8} {}", line.source.name(), line.text)?;
                }
            }
        }
        from = next;
    }
    Ok(())
}

/// What an excerpt takes of a run.
fn span(excerpt: &Excerpt, horizon: SimTime) -> (SimTime, SimTime) {
    let to = excerpt.to.unwrap_or(horizon).min(horizon);
    (excerpt.from.unwrap_or(SimTime::ZERO), to)
}

/// What makes a line of a fact.
type ToLine<'a> = &'a dyn Fn(&Told) -> Option<Value>;

/// Prints the lines of the facts that have one, those of the second mapping among them.
fn write_facts(
    outcome: &Outcome,
    excerpt: &Excerpt,
    (line, line_of_second): (ToLine<'_>, ToLine<'_>),
    out: &mut impl Write,
) -> Result<(), Failure> {
    let recorder = &outcome.recorder;
    let (mut from, to) = span(excerpt, recorder.config().horizon);
    while from <= to {
        let next = from + TELLING;
        let until = to.min(next.before(SimDuration(1)));
        let told = recorder.facts(from, until);
        let mut lines: Vec<(SimTime, Value)> = told
            .iter()
            .filter_map(|told| Some((told.at, line(told)?)))
            .collect();
        if recorder.around_second(0).is_some() {
            let told = recorder.facts_of_second(from, until);
            lines.extend(
                told.iter()
                    .filter_map(|told| Some((told.at, line_of_second(told)?))),
            );
            lines.sort_by_key(|&(at, _)| at);
        }
        for (_, line) in lines {
            serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
        from = next;
    }
    Ok(())
}
