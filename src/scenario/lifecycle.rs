//! The states a mapping goes through (E11–E13): from what an operator does with it, and how long AWS takes.

use super::configure::takes_effect;
use super::knobs::Knob;
use super::second::is_of_second;
use super::{Deed, Scenario};
use crate::engine::config::MappingState;
use crate::engine::time::SimTime;

/// From when on the mapping is in which state, and the number of the mapping: a new one has another. By time, the first
/// at the start; a mapping that is there at the start is active at once.
pub(super) fn states(scenario: &Scenario) -> Vec<(SimTime, MappingState, u32)> {
    let settings = &scenario.settings;
    let exists = settings.get(Knob::MappingExists) == 0;
    let enabled = settings.is_on(Knob::Enabled);
    if scenario.actions.is_empty() && exists && enabled {
        return vec![(SimTime::ZERO, MappingState::Enabled, 0)];
    }
    changing_states(scenario, exists, enabled)
}

fn changing_states(
    scenario: &Scenario,
    mut exists: bool,
    mut enabled: bool,
) -> Vec<(SimTime, MappingState, u32)> {
    let mut number = 0;
    let rests = |exists, enabled| match (exists, enabled) {
        (false, _) => MappingState::None,
        (true, false) => MappingState::Disabled,
        (true, true) => MappingState::Enabled,
    };
    let mut states = vec![(SimTime::ZERO, rests(exists, enabled), number)];
    for action in &scenario.actions {
        let Deed::Set { knob, value } = action.deed else {
            continue;
        };
        let done = takes_effect(scenario, action);
        let passing = match knob {
            Knob::MappingExists if exists != (value == 0) => {
                exists = value == 0;
                number += u32::from(exists);
                if exists {
                    MappingState::Creating
                } else {
                    MappingState::Deleting
                }
            }
            Knob::Enabled if enabled != (value != 0) => {
                enabled = value != 0;
                match (exists, enabled) {
                    (false, _) => continue,
                    (true, true) => MappingState::Enabling,
                    (true, false) => MappingState::Disabling,
                }
            }
            _ if exists && enabled && action.at < done && is_update(knob) => {
                // What is on its way stays on its way.
                if states.last().is_some_and(|&(at, ..)| action.at < at) {
                    continue;
                }
                MappingState::Updating
            }
            _ => continue,
        };
        // What was under way is overtaken; a mapping on its way out reads no more once another is created.
        states.retain(|&(at, ..)| at <= action.at);
        let same = states.last().is_some_and(|&(at, ..)| at == action.at);
        if same && action.at > SimTime::ZERO {
            states.pop();
        }
        if action.at < done {
            states.push((action.at, passing, number));
        }
        states.push((done, rests(exists, enabled), number));
    }
    states
}

fn is_update(knob: Knob) -> bool {
    let is_code = matches!(
        knob,
        Knob::Fixed | Knob::Handler | Knob::Timeout | Knob::PerBatch | Knob::PerRecord
    );
    !is_code && !is_of_second(knob)
}
