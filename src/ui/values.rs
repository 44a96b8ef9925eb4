//! What the fields of settings show: the value in force at the playhead, what follows from it, and the flags that set it.

use std::rc::Rc;

use yew::AttrValue;

use super::conductor::Shown;
use crate::page::guesses::Guesses;
use crate::scenario::consequence::consequence;
use crate::scenario::knobs::{Knob, Scope};
use crate::scenario::notice::Problem;
use crate::scenario::spelling::spell;
use crate::scenario::{Action, Deed, Settings};
use crate::session::Reach;
use crate::session::words::clock;

/// What fields are made of.
#[derive(Clone, PartialEq)]
pub(super) struct Values {
    settings: Rc<Settings>,
    actions: Rc<Vec<Action>>,
    /// How many of the actions are at or before the playhead.
    past: usize,
    problems: Rc<Vec<Problem>>,
    blame: Option<Knob>,
    reach: Reach,
    guesses: Rc<Guesses>,
}

impl Values {
    /// Of what a world shows.
    pub(super) fn of(shown: &Shown, guesses: Rc<Guesses>) -> Self {
        let at = shown.panel.at;
        Self {
            settings: shown.settings.clone(),
            actions: shown.actions.clone(),
            past: shown.actions.partition_point(|action| action.at <= at),
            problems: shown.problems.clone(),
            blame: shown.panel.explanation.blame,
            reach: shown.panel.reach,
            guesses,
        }
    }

    /// The settings in force at the playhead.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where a change applies.
    pub(super) fn reach(&self) -> Reach {
        self.reach
    }

    /// What the field of one knob shows.
    pub(super) fn field(&self, knob: Knob) -> Field {
        let settings = &self.settings;
        let problem = self
            .problems
            .iter()
            .find(|problem| problem.knobs.contains(&knob));
        Field {
            knob,
            value: settings.get(knob),
            text: settings.text(knob).to_owned().into(),
            orders: match knob {
                Knob::FilterCriteria | Knob::SecondFilter => {
                    Some(settings.text(Knob::Data).to_owned().into())
                }
                _ => None,
            },
            notes: self.notes(knob),
            problem: problem.map(|problem| problem.text.clone()),
            is_blamed: self.blame == Some(knob),
            is_guessed: self.guesses.holds(knob, settings),
        }
    }

    /// What follows from the value, and which flags have to do with it.
    fn notes(&self, knob: Knob) -> Vec<String> {
        let mut notes: Vec<String> = consequence(knob, &self.settings).into_iter().collect();
        let (past, coming) = self.actions.split_at(self.past);
        let last = past.iter().rev().find(|action| sets(&action.deed, knob));
        notes.extend(last.map(|action| format!("⚑ since {}", clock(action.at))));
        let next = coming.iter().find(|action| sets(&action.deed, knob));
        notes.extend(next.map(|action| {
            let from = clock(action.at);
            match action.deed {
                Deed::Set { value, .. } => format!("⚑ {} from {from} on", spell(knob, value)),
                Deed::SetText { .. }
                | Deed::Pill { .. }
                | Deed::Split { .. }
                | Deed::Merge { .. } => {
                    format!("⚑ another from {from} on")
                }
            }
        }));
        if self.reach == Reach::FromHere && knob.spec().scope == Scope::WholeRun {
            notes.push("applies to the whole run".to_owned());
        }
        notes
    }
}

fn sets(deed: &Deed, knob: Knob) -> bool {
    match deed {
        Deed::Set { knob: other, .. } | Deed::SetText { knob: other, .. } => *other == knob,
        Deed::Pill { .. } | Deed::Split { .. } | Deed::Merge { .. } => false,
    }
}

/// What one field shows; equal as long as it need not render again.
#[derive(Clone, PartialEq)]
pub(super) struct Field {
    /// The knob.
    pub knob: Knob,
    /// Its value at the playhead.
    pub value: i64,
    /// Its text at the playhead, if it is one.
    pub text: AttrValue,
    /// The kinds of orders that a filter is tried on, as their setting writes them.
    pub orders: Option<AttrValue>,
    /// What follows from the value, and which flags have to do with it.
    pub notes: Vec<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Whether the moment's sentence blames it.
    pub is_blamed: bool,
    /// Whether an import had to guess it.
    pub is_guessed: bool,
}
