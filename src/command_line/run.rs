//! `run`: computes a scenario and prints what came of it.

use super::arguments::{Excerpt, Print, RunOrder};
use super::event_json::EventWriter;
use super::message::timestamp;
use super::{Failure, documents, metrics, outcome_json, outcome_text, read_text, say, shown};
use crate::engine::resharding::shards_at_most;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::facts::Told;
use crate::recording::moment::Moment;
use crate::recording::recorder::Recorder;
use crate::scenario::configure::{configure, takes_effect};
use crate::scenario::file;
use crate::scenario::knobs::Knob;
use crate::scenario::link::{Shared, from_link, to_link};
use crate::scenario::notice::{Notice, Problem};
use crate::scenario::spelling::spell_time;
use crate::scenario::{Deed, Scenario};
use crate::session::logs::Logs;
use serde_json::Value;
use std::io::Write;
use std::path::Path;

/// Facts are told in spans of this length, so that a long run needs no more memory than a short one.
const TELLING: SimDuration = SimDuration::from_secs(600);

/// A run computed whole, with everything said about it.
pub(super) struct Outcome {
    /// The link of the scenario; a scenario with records written down has none.
    pub(super) link: Option<String>,
    pub(super) scenario: Scenario,
    pub(super) recorder: Recorder,
    /// The state at the end.
    pub(super) end: Moment,
    pub(super) notices: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

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
    let outcome = compute(scenario, order.until, notices);
    for notice in &outcome.notices {
        say(notice);
    }
    for problem in &outcome.problems {
        say(&problem.text);
    }
    match &order.print {
        Print::Text => outcome_text::write(&outcome, out)?,
        Print::Json => outcome_json::write(&outcome, out)?,
        Print::Events(excerpt) => {
            let writer = EventWriter::new(&outcome.recorder);
            let line = |told: &Told| writer.line(told, excerpt.shard);
            write_facts(&outcome, excerpt, &line, out)?;
        }
        Print::Logs(excerpt) => write_logs(&outcome, excerpt, out)?,
        Print::Metrics(excerpt, period) => {
            let span = span(excerpt, outcome.recorder.config().horizon);
            metrics::write(&outcome, span, *period, out)?;
        }
        Print::Documents(excerpt) => {
            let only = excerpt.shard;
            let line = |told: &Told| {
                let lane = told.fact.lane_records()?.0;
                let wanted = only.is_none_or(|shard| shard == lane.shard);
                wanted.then(|| documents::line(&outcome.recorder, told))?
            };
            write_facts(&outcome, excerpt, &line, out)?;
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

fn compute(mut scenario: Scenario, until: Option<SimTime>, notices: Vec<Notice>) -> Outcome {
    let mut notices: Vec<String> = notices.into_iter().map(|notice| notice.text).collect();
    let asked = until.map(|until| until.min(Scenario::HORIZON_MAX));
    if let Some(end) = asked {
        scenario.settings.set(Knob::Horizon, end.0 as i64);
    }
    let (mut config, problems) = configure(&scenario);
    if let Some(end) = asked.filter(|&end| end < config.horizon) {
        notices.push(format!(
            "The run was ended at {}; its link goes on until {}.",
            spell_time(end),
            spell_time(config.horizon)
        ));
        config.horizon = end;
    }
    let mut recorder = Recorder::new(config);
    recorder.finish();
    let shared = Shared {
        scenario,
        ..Shared::default()
    };
    let fits = shared.scenario.records.is_empty() && shared.scenario.traffic.is_none();
    let link = fits.then(|| to_link(&shared));
    Outcome {
        link,
        end: recorder.moment(recorder.computed_until()),
        scenario: shared.scenario,
        recorder,
        notices,
        problems,
    }
}

impl Outcome {
    /// The changes of settings by time, in a link's words; the order of the recording's marks.
    pub(super) fn changes(&self, at: SimTime) -> Vec<String> {
        let settings = self
            .scenario
            .actions
            .iter()
            .filter(|action| takes_effect(&self.scenario, action) == at);
        settings
            .filter_map(|action| match &action.deed {
                Deed::Set { knob, value } => Some(format!(
                    "{} {}",
                    knob.spec().key,
                    crate::scenario::spelling::spell(*knob, *value)
                )),
                Deed::Split { shard } => Some(format!("split {shard}")),
                Deed::Merge { shard } => Some(format!("merge {shard}")),
                Deed::SetText { knob, .. } => Some(knob.spec().key.to_owned()),
                Deed::Pill { .. } => None,
            })
            .collect()
    }
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
        for (at, fact) in recorder.bare_facts(from, to.min(next.before(SimDuration(1)))) {
            for line in logs.lines(recorder.config(), at, &fact, true) {
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

/// Prints the lines of the facts that have one.
fn write_facts(
    outcome: &Outcome,
    excerpt: &Excerpt,
    line: &dyn Fn(&Told) -> Option<Value>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let recorder = &outcome.recorder;
    let (mut from, to) = span(excerpt, recorder.config().horizon);
    while from <= to {
        let next = from + TELLING;
        for told in recorder.facts(from, to.min(next.before(SimDuration(1)))) {
            if let Some(line) = line(&told) {
                serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
                out.write_all(b"\n")?;
            }
        }
        from = next;
    }
    Ok(())
}
