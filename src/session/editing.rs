//! How a touch changes the scenario: what it is called, and what to tell about it. Knows no recording.

#[cfg(test)]
mod tests;

use super::Reach;
use super::words;
use crate::engine::time::SimTime;
use crate::scenario::configure::refuses_pill;
use crate::scenario::knobs::{Knob, Scope};
use crate::scenario::problems::PILL_REFUSED;
use crate::scenario::{Action, Deed, PILLS_MAX, Scenario};

/// A change of the scenario, ready to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The scenario after it.
    pub scenario: Scenario,
    /// What it is called.
    pub name: String,
    /// What to tell about it.
    pub notices: Vec<String>,
}

/// Sets a knob for the whole run, or at `at` if the reach and the knob allow it. What is set for the whole run takes away
/// the knob's flags up to `at`, so that it is in force there.
pub fn set(before: &Scenario, knob: Knob, value: i64, reach: Reach, at: SimTime) -> Edit {
    let value = knob.clamp(value);
    let live = knob.spec().scope == Scope::Live;
    let mut scenario = before.clone();
    let mut notices = Vec::new();
    let name = words::setting(knob, value);
    if live && reach == Reach::FromHere {
        let at = at.whole_ms();
        let is_same = |deed: &Deed| matches!(deed, Deed::Set { knob: other, .. } if *other == knob);
        remove(&mut scenario, at, is_same);
        if value_at(&scenario, knob, at) != value {
            scenario.add(Action {
                at,
                deed: Deed::Set { knob, value },
            });
        }
        return Edit {
            scenario,
            name: format!("{name} from {}", words::clock(at)),
            notices,
        };
    }
    if reach == Reach::FromHere {
        notices.push(format!(
            "{} cannot change during a run; it now holds for the whole run.",
            knob.spec().label
        ));
    }
    scenario.settings.set(knob, value);
    let is_same = |deed: &Deed| matches!(deed, Deed::Set { knob: other, .. } if *other == knob);
    notices.extend(uncover(&mut scenario, at, is_same, knob));
    let later = scenario
        .actions
        .iter()
        .find_map(|action| match action.deed {
            Deed::Set { knob: other, value } if other == knob => Some((action.at, value)),
            _ => None,
        });
    if let Some((at, value)) = later {
        notices.push(format!(
            "A flag sets {} at {}; from there on the flag holds.",
            words::setting(knob, value),
            words::clock(at)
        ));
    }
    Edit {
        scenario,
        name: format!("{name} for the whole run"),
        notices,
    }
}

/// Sets a knob that is a text, with flags as in [`set`].
pub fn set_text(before: &Scenario, knob: Knob, text: String, reach: Reach, at: SimTime) -> Edit {
    let mut scenario = before.clone();
    let label = knob.spec().label;
    let sets = |deed: &Deed| matches!(deed, Deed::SetText { knob: other, .. } if *other == knob);
    if reach == Reach::FromHere && knob.spec().scope == Scope::Live {
        let at = at.whole_ms();
        remove(&mut scenario, at, sets);
        if scenario.settings_at(at).text(knob) != text {
            scenario.add(Action {
                at,
                deed: Deed::SetText { knob, text },
            });
        }
        return Edit {
            scenario,
            name: format!("{label} from {}", words::clock(at)),
            notices: Vec::new(),
        };
    }
    scenario.settings.set_text(knob, &text);
    let mut notices: Vec<String> = uncover(&mut scenario, at, sets, knob).into_iter().collect();
    let later = scenario.actions.iter().find(|action| sets(&action.deed));
    notices.extend(later.map(|action| {
        format!(
            "A flag sets {label} at {}; from there on the flag holds.",
            words::clock(action.at)
        )
    }));
    Edit {
        scenario,
        name: format!("{label} for the whole run"),
        notices,
    }
}

/// Sends a pill at `at`, to `shard` or to the next one that is not blocked and has had none, the last first.
pub fn send_pill(
    before: &Scenario,
    shard: Option<u16>,
    blocked: &[u16],
    at: SimTime,
) -> Result<Edit, String> {
    if pills(before).count() >= PILLS_MAX {
        return Err(format!(
            "There are {PILLS_MAX} pills in this run already, and no more can be sent."
        ));
    }
    if refuses_pill(&before.settings, &before.settings_at(at)) {
        return Err(PILL_REFUSED.to_owned());
    }
    let open = before.open_shards(at);
    let last = open.last().copied().unwrap_or(0);
    let had = |shard: u16| pills(before).any(|(_, other)| other == shard);
    let from_last = || open.iter().rev().copied();
    let free = |shard: &u16| !blocked.contains(shard);
    let shard = match shard {
        Some(given) => given.min(last),
        None => from_last()
            .find(|shard| free(shard) && !had(*shard))
            .or_else(|| from_last().find(free))
            .unwrap_or(last),
    };
    let at = at.whole_ms();
    let mut scenario = before.clone();
    scenario.add(Action {
        at,
        deed: Deed::Pill { shard },
    });
    Ok(Edit {
        scenario,
        name: format!(
            "a poison pill to {} at {}",
            words::shard_name(shard),
            words::clock(at)
        ),
        notices: Vec::new(),
    })
}

/// Does something at `at`: a flag, whatever the reach.
pub fn act(before: &Scenario, deed: Deed, at: SimTime) -> Edit {
    if let Deed::Set { knob, value } = deed {
        return set(before, knob, value, Reach::FromHere, at);
    }
    let mut scenario = before.clone();
    let at = at.whole_ms();
    let index = scenario.add(Action { at, deed });
    Edit {
        name: action_name(&scenario.actions[index]),
        scenario,
        notices: Vec::new(),
    }
}

/// Takes an action away; nothing if there is none of this index.
pub fn remove_action(before: &Scenario, index: usize) -> Option<Edit> {
    let mut scenario = before.clone();
    let name = format!("without {}", action_name(before.actions.get(index)?));
    scenario.actions.remove(index);
    Some(Edit {
        scenario,
        name,
        notices: Vec::new(),
    })
}

/// Moves an action to another time; nothing if there is none of this index. Also says where it stands now. The
/// change is named by where the action was `from` the start of the drag on.
pub fn move_action(
    before: &Scenario,
    index: usize,
    from: SimTime,
    to: SimTime,
) -> Option<(Edit, usize)> {
    let mut scenario = before.clone();
    let to = to.whole_ms();
    if index >= scenario.actions.len() {
        return None;
    }
    let mut action = scenario.actions.remove(index);
    action.at = from;
    let name = format!("{} moved to {}", action_name(&action), words::clock(to));
    let now = scenario.add(Action {
        at: to,
        deed: action.deed,
    });
    let edit = Edit {
        scenario,
        name,
        notices: Vec::new(),
    };
    Some((edit, now))
}

/// An action in words, for example "a poison pill to shard-1 at day 1, 10:00:00".
pub fn action_name(action: &Action) -> String {
    let what = match &action.deed {
        Deed::Pill { shard } => format!("a poison pill to {}", words::shard_name(*shard)),
        Deed::Split { shard } => format!("the split of {}", words::shard_name(*shard)),
        Deed::Merge { shard } => format!("the merge of {}", words::shard_name(*shard)),
        Deed::Set { knob, value } => words::setting(*knob, *value),
        Deed::SetText { knob, .. } => knob.spec().label.to_owned(),
    };
    format!("{what} at {}", words::clock(action.at))
}

/// Says so when a change made the run longer.
pub fn extension(before: SimTime, after: SimTime) -> Option<String> {
    (after > before).then(|| {
        format!(
            "The run is now {} long, so that what an action does can be followed to its end.",
            words::span(after.since(SimTime::ZERO))
        )
    })
}

/// The pills: when, and to which shard.
pub fn pills(scenario: &Scenario) -> impl Iterator<Item = (SimTime, u16)> {
    scenario
        .actions
        .iter()
        .filter_map(|action| match action.deed {
            Deed::Pill { shard } => Some((action.at, shard)),
            _ => None,
        })
}

/// The value of a knob in force at a time, actions of that very time included.
pub fn value_at(scenario: &Scenario, knob: Knob, at: SimTime) -> i64 {
    let past = scenario.actions.iter().filter(|action| action.at <= at);
    past.filter_map(|action| match action.deed {
        Deed::Set { knob: other, value } if other == knob => Some(value),
        _ => None,
    })
    .next_back()
    .unwrap_or_else(|| scenario.settings.get(knob))
}

/// Takes away the flags up to `at` that would hide what was just set for the whole run, and says so: the value in force
/// at the playhead is then what was set.
fn uncover(
    scenario: &mut Scenario,
    at: SimTime,
    is_same: impl Fn(&Deed) -> bool,
    knob: Knob,
) -> Option<String> {
    let before = scenario.actions.len();
    scenario
        .actions
        .retain(|action| at < action.at || !is_same(&action.deed));
    let label = knob.spec().label;
    match before - scenario.actions.len() {
        0 => None,
        1 => Some(format!(
            "The flag that set {label} before this is gone: the value holds for the whole run."
        )),
        gone => Some(format!(
            "The {gone} flags that set {label} before this are gone: the value holds for the whole run."
        )),
    }
}

fn remove(scenario: &mut Scenario, at: SimTime, is_same: impl Fn(&Deed) -> bool) {
    scenario
        .actions
        .retain(|action| action.at != at || !is_same(&action.deed));
}
