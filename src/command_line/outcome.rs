//! What came of a run, for everything that prints it.

use super::{progress, say};
use crate::engine::config::Config;
use crate::engine::time::SimTime;
use crate::recording::moment::Moment;
use crate::recording::recorder::Recorder;
use crate::scenario::configure::{configure, takes_effect};
use crate::scenario::knobs::Knob;
use crate::scenario::link::{Shared, to_link};
use crate::scenario::notice::{Notice, Problem};
use crate::scenario::spelling::spell;
use crate::scenario::{Deed, Scenario};
use crate::session::words::out_of_room;
use crate::words;

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

/// A run about to be computed, and everything said about it before.
pub(super) struct Plan {
    scenario: Scenario,
    config: Config,
    notices: Vec<String>,
    problems: Vec<Problem>,
}

impl Plan {
    /// A scenario to its end, or until then.
    pub(super) fn new(
        mut scenario: Scenario,
        until: Option<SimTime>,
        notices: Vec<Notice>,
    ) -> Self {
        let mut notices: Vec<String> = notices.into_iter().map(|notice| notice.text).collect();
        let asked = until.map(|until| until.min(Scenario::HORIZON_MAX));
        if asked < until {
            let most = words::span(Scenario::HORIZON_MAX.since(SimTime::ZERO));
            notices.push(format!("A run covers at most {most}: it ends then."));
        }
        if let Some(end) = asked {
            // What the link asks for may be too much, and this not.
            let too_much = scenario.shortened().map(|shortened| shortened.to_string());
            notices.retain(|notice| Some(notice) != too_much.as_ref());
            scenario.settings.set(Knob::Horizon, end.0 as i64);
        }
        let (mut config, problems) = configure(&scenario);
        if let Some(end) = asked.filter(|&end| end < config.horizon) {
            notices.push(format!(
                "The run was ended at {}; its link goes on until {}.",
                words::clock_and_elapsed(end),
                words::clock_and_elapsed(config.horizon)
            ));
            config.horizon = end;
        }
        // What was noticed while reading may be a problem, too, and is said once.
        notices.retain(|notice| {
            !problems
                .iter()
                .any(|problem| problem.text.ends_with(notice))
        });
        Self {
            scenario,
            config,
            notices,
            problems,
        }
    }

    /// What is to be said before anything is computed.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &str> {
        let problems = self.problems.iter().map(|problem| problem.text.as_str());
        self.notices.iter().map(String::as_str).chain(problems)
    }

    /// Computes the run.
    pub(super) fn compute(mut self) -> Outcome {
        let mut recorder = Recorder::new(self.config);
        progress::finish(&mut recorder);
        if let Some(end) = recorder.out_of_room() {
            let sentence = out_of_room(end);
            say(&sentence);
            self.notices.push(sentence);
        }
        let shared = Shared {
            scenario: self.scenario,
            ..Shared::default()
        };
        let fits = shared.scenario.records.is_empty() && shared.scenario.traffic.is_none();
        let link = fits.then(|| to_link(&shared));
        Outcome {
            link,
            end: recorder.moment(recorder.computed_until()),
            scenario: shared.scenario,
            recorder,
            notices: self.notices,
            problems: self.problems,
        }
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
                Deed::Set { knob, value } => {
                    Some(format!("{} {}", knob.spec().key, spell(*knob, *value)))
                }
                Deed::Split { shard } => Some(format!("split {shard}")),
                Deed::Merge { shard } => Some(format!("merge {shard}")),
                Deed::SetText { knob, .. } => Some(knob.spec().key.to_owned()),
                Deed::Pill { .. } => None,
            })
            .collect()
    }
}
