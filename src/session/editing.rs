//! How a touch changes the scenario: what it is called, and what to tell about it. Knows no recording.

use super::Reach;
use super::words;
use crate::engine::time::SimTime;
use crate::scenario::knobs::{Knob, Scope};
use crate::scenario::{Action, Deed, Scenario};

/// How many pills a scenario may have.
pub const MOST_PILLS: usize = 64;

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

/// Sets a knob for the whole run, or at `at` if the reach and the knob allow it.
pub fn set(before: &Scenario, knob: Knob, value: i64, reach: Reach, at: SimTime) -> Edit {
    let value = knob.clamp(value);
    let live = knob.spec().scope == Scope::Live;
    let mut scenario = before.clone();
    let mut notices = Vec::new();
    let name = words::setting(knob, value);
    if live && reach == Reach::FromHere {
        let at = whole_ms(at);
        let is_same = |deed: &Deed| matches!(deed, Deed::Set { knob: other, .. } if *other == knob);
        remove(&mut scenario, at, is_same);
        if value_at(&scenario, knob, at) != value {
            insert(&mut scenario, at, Deed::Set { knob, value });
        }
        return Edit {
            scenario,
            name: format!("{name} from {}", words::run_time(at)),
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
            words::run_time(at)
        ));
    }
    Edit {
        scenario,
        name: format!("{name} for the whole run"),
        notices,
    }
}

/// Sets a knob that is a text.
pub fn set_text(before: &Scenario, knob: Knob, text: String, reach: Reach, at: SimTime) -> Edit {
    let mut scenario = before.clone();
    let label = knob.spec().label;
    let sets = |deed: &Deed| matches!(deed, Deed::SetText { knob: other, .. } if *other == knob);
    if reach == Reach::FromHere && knob.spec().scope == Scope::Live {
        let at = whole_ms(at);
        remove(&mut scenario, at, sets);
        if scenario.settings_at(at).text(knob) != text {
            insert(&mut scenario, at, Deed::SetText { knob, text });
        }
        return Edit {
            scenario,
            name: format!("{label} from {}", words::run_time(at)),
            notices: Vec::new(),
        };
    }
    scenario.settings.set_text(knob, &text);
    let later = scenario.actions.iter().find(|action| sets(&action.deed));
    let notice = later.map(|action| {
        format!(
            "A flag sets {label} at {}; from there on the flag holds.",
            words::run_time(action.at)
        )
    });
    Edit {
        scenario,
        name: format!("{label} for the whole run"),
        notices: notice.into_iter().collect(),
    }
}

/// Sends a pill at `at`, to `shard` or to the next one that is not blocked and has had none, the last first.
pub fn send_pill(
    before: &Scenario,
    shard: Option<u16>,
    blocked: &[u16],
    at: SimTime,
) -> Result<Edit, String> {
    if pills(before).count() >= MOST_PILLS {
        return Err(format!(
            "There are {MOST_PILLS} pills in this run already, and no more can be sent."
        ));
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
    let at = whole_ms(at);
    let mut scenario = before.clone();
    insert(&mut scenario, at, Deed::Pill { shard });
    Ok(Edit {
        scenario,
        name: format!(
            "a poison pill to {} at {}",
            words::shard_name(shard),
            words::run_time(at)
        ),
        notices: Vec::new(),
    })
}

/// Does something at `at`: a flag, whatever the reach.
#[inline(never)] // The page fetches it when it runs (script/split/rest.txt).
pub fn act(before: &Scenario, deed: Deed, at: SimTime) -> Edit {
    if let Deed::Set { knob, value } = deed {
        return set(before, knob, value, Reach::FromHere, at);
    }
    let mut scenario = before.clone();
    let at = whole_ms(at);
    let index = insert(&mut scenario, at, deed);
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
    let to = whole_ms(to);
    if index >= scenario.actions.len() {
        return None;
    }
    let mut action = scenario.actions.remove(index);
    action.at = from;
    let name = format!("{} moved to {}", action_name(&action), words::run_time(to));
    let now = insert(&mut scenario, to, action.deed);
    let edit = Edit {
        scenario,
        name,
        notices: Vec::new(),
    };
    Some((edit, now))
}

/// An action in words, for example "a poison pill to shard-1 at 1:00".
pub fn action_name(action: &Action) -> String {
    let what = match &action.deed {
        Deed::Pill { shard } => format!("a poison pill to {}", words::shard_name(*shard)),
        Deed::Split { shard } => format!("the split of {}", words::shard_name(*shard)),
        Deed::Merge { shard } => format!("the merge of {}", words::shard_name(*shard)),
        Deed::Set { knob, value } => words::setting(*knob, *value),
        Deed::SetText { knob, .. } => knob.spec().label.to_owned(),
    };
    format!("{what} at {}", words::run_time(action.at))
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

fn whole_ms(t: SimTime) -> SimTime {
    SimTime(t.0 - t.0 % 1_000)
}

/// Inserts behind the actions of the same time; returns its index.
fn insert(scenario: &mut Scenario, at: SimTime, deed: Deed) -> usize {
    let index = scenario.actions.partition_point(|action| action.at <= at);
    scenario.actions.insert(index, Action { at, deed });
    index
}

fn remove(scenario: &mut Scenario, at: SimTime, is_same: impl Fn(&Deed) -> bool) {
    scenario
        .actions
        .retain(|action| action.at != at || !is_same(&action.deed));
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: SimTime = SimTime(90_000_000_700);
    const HERE_MS: SimTime = SimTime(90_000_000_000);

    fn pilled(shards: &[u16]) -> Scenario {
        let mut scenario = Scenario::default();
        for &shard in shards {
            insert(&mut scenario, SimTime::from_hours(1), Deed::Pill { shard });
        }
        scenario
    }

    fn flagged(at: SimTime, knob: Knob, value: i64) -> Scenario {
        let mut scenario = Scenario::default();
        insert(&mut scenario, at, Deed::Set { knob, value });
        scenario
    }

    /// What a set of a knob leads to.
    struct Expected {
        start: i64,
        flags: Flags,
        name: &'static str,
        notices: usize,
    }

    fn check(
        row: &str,
        before: &Scenario,
        (knob, value): (Knob, i64),
        reach: Reach,
        expected: &Expected,
    ) {
        let edit = set(before, knob, value, reach, HERE);
        let actions = edit.scenario.actions.iter();
        let flags: Vec<_> = actions
            .map(|action| (action.at, value_at(&edit.scenario, knob, action.at)))
            .collect();
        assert_eq!(edit.scenario.settings.get(knob), expected.start, "{row}");
        assert_eq!(flags, expected.flags, "{row}");
        assert_eq!(edit.name, expected.name, "{row}");
        assert_eq!(
            edit.notices.len(),
            expected.notices,
            "{row}: {:?}",
            edit.notices
        );
    }

    #[test]
    fn a_setting_for_the_whole_run() {
        const LATER: SimTime = SimTime::from_hours(30);
        let name = "MaximumRetryAttempts 2 for the whole run";
        let set = (Knob::MaximumRetryAttempts, 2);
        let flagged = flagged(LATER, Knob::MaximumRetryAttempts, 5);
        let plain = Expected {
            start: 2,
            flags: &[],
            name,
            notices: 0,
        };
        check("plain", &Scenario::default(), set, Reach::WholeRun, &plain);
        let flag = Expected {
            start: 2,
            flags: &[(LATER, 5)],
            name,
            notices: 1,
        };
        check("before a flag", &flagged, set, Reach::WholeRun, &flag);
        let name = "Partition keys 3 for the whole run";
        let keys = Expected {
            start: 3,
            flags: &[],
            name,
            notices: 1,
        };
        check(
            "whole run only",
            &Scenario::default(),
            (Knob::KeyCount, 3),
            Reach::FromHere,
            &keys,
        );
    }

    type Flags = &'static [(SimTime, i64)];
    /// Name, before, value, flags after it, name of the change.
    type HereRow<'a> = (&'a str, &'a Scenario, i64, Flags, &'static str);

    #[test]
    fn a_setting_from_here() {
        const RETRIES: Knob = Knob::MaximumRetryAttempts;
        let none = Scenario::default();
        let flagged = flagged(HERE_MS, RETRIES, 2);
        let rows: &[HereRow] = &[
            (
                "plain",
                &none,
                2,
                &[(HERE_MS, 2)],
                "MaximumRetryAttempts 2 from 25:00",
            ),
            (
                "out of range",
                &none,
                99_999,
                &[(HERE_MS, 10_000)],
                "MaximumRetryAttempts 10,000 from 25:00",
            ),
            (
                "again",
                &flagged,
                3,
                &[(HERE_MS, 3)],
                "MaximumRetryAttempts 3 from 25:00",
            ),
            (
                "as it is anyway",
                &none,
                -1,
                &[],
                "MaximumRetryAttempts -1 from 25:00",
            ),
            (
                "back",
                &flagged,
                -1,
                &[],
                "MaximumRetryAttempts -1 from 25:00",
            ),
        ];
        for &(row, before, value, flags, name) in rows {
            let expected = Expected {
                start: -1,
                flags,
                name,
                notices: 0,
            };
            check(row, before, (RETRIES, value), Reach::FromHere, &expected);
        }
    }

    #[test]
    fn a_reply_reaches_as_far_as_it_may() {
        let edit = set_text(
            &Scenario::default(),
            Knob::Reply,
            "{}".to_owned(),
            Reach::FromHere,
            HERE,
        );
        assert_eq!(
            edit.scenario.settings.text(Knob::Reply),
            Scenario::default().settings.text(Knob::Reply)
        );
        assert_eq!(edit.scenario.settings_at(HERE).text(Knob::Reply), "{}");
        let edit = set_text(
            &edit.scenario,
            Knob::Reply,
            "null".to_owned(),
            Reach::WholeRun,
            HERE,
        );
        assert_eq!(edit.scenario.settings.text(Knob::Reply), "null");
        assert_eq!(edit.notices.len(), 1);
    }

    /// Name, shards that had a pill, the shard given, shards that are blocked, where it goes.
    type PillRow<'a> = (&'a str, &'a [u16], Option<u16>, &'a [u16], u16);

    #[test]
    fn a_pill_goes_to_a_free_shard() {
        let rows: &[PillRow] = &[
            ("the first", &[], None, &[], 1),
            ("the second", &[1], None, &[1], 0),
            ("the second, the first dealt with", &[1], None, &[], 0),
            ("all had one", &[0, 1], None, &[0], 1),
            ("all blocked", &[0, 1], None, &[0, 1], 1),
            ("the last is blocked by itself", &[], None, &[1], 0),
            ("given", &[], Some(0), &[0], 0),
            ("given, beyond the last", &[], Some(9), &[], 1),
        ];
        for (name, had, given, blocked, expected) in rows {
            let edit = send_pill(&pilled(had), *given, blocked, HERE).expect(name);
            let new = pills(&edit.scenario).last();
            assert_eq!(new, Some((HERE_MS, *expected)), "{name}");
        }
    }

    #[test]
    fn there_are_enough_pills_at_some_point() {
        let full = pilled(&[1; MOST_PILLS]);
        assert!(send_pill(&full, None, &[], HERE).is_err());
        assert!(send_pill(&pilled(&[1; MOST_PILLS - 1]), None, &[], HERE).is_ok());
    }

    #[test]
    fn actions_move_and_go() {
        let mut scenario = pilled(&[1]);
        insert(
            &mut scenario,
            SimTime::from_hours(3),
            Deed::Pill { shard: 0 },
        );
        let (edit, now) = move_action(&scenario, 0, SimTime::from_hours(1), SimTime::from_hours(5))
            .expect("there is one");
        assert_eq!(edit.name, "a poison pill to shard-1 at 1:00 moved to 5:00");
        assert_eq!(now, 1);
        let order: Vec<_> = pills(&edit.scenario).collect();
        assert_eq!(
            order,
            [(SimTime::from_hours(3), 0), (SimTime::from_hours(5), 1)]
        );
        let gone = remove_action(&edit.scenario, 0).expect("there is one");
        assert_eq!(gone.name, "without a poison pill to shard-0 at 3:00");
        assert_eq!(pills(&gone.scenario).count(), 1);
        assert!(remove_action(&scenario, 2).is_none());
        assert!(move_action(&scenario, 2, HERE, HERE).is_none());
    }

    #[test]
    fn a_longer_run_is_announced() {
        let hours = SimTime::from_hours;
        assert_eq!(extension(hours(48), hours(48)), None);
        let told = extension(hours(48), hours(49)).expect("it is longer");
        assert!(told.contains("49 h long"), "{told}");
    }

    #[test]
    fn what_is_done_to_the_stream_is_a_flag() {
        let deeds = [
            (Deed::Split { shard: 1 }, "the split of shard-1 at "),
            (Deed::Merge { shard: 0 }, "the merge of shard-0 at "),
            (
                Deed::Set {
                    knob: Knob::StreamMode,
                    value: 1,
                },
                "StreamMode ON_DEMAND from ",
            ),
        ];
        for (deed, name) in deeds {
            let edit = act(&Scenario::default(), deed.clone(), HERE);
            assert_eq!(edit.scenario.actions, [Action { at: HERE_MS, deed }]);
            assert!(edit.name.starts_with(name), "{}", edit.name);
        }
        // Where the mode is that already, nothing is done.
        let back = Deed::Set {
            knob: Knob::StreamMode,
            value: 0,
        };
        assert_eq!(
            act(&Scenario::default(), back, HERE).scenario,
            Scenario::default()
        );
    }
}
