//! What a touch makes of a scenario, row by row.

use super::*;
use crate::scenario::link::from_link;
use crate::session::world::World;

const HERE: SimTime = SimTime(90_000_000_700);
const HERE_MS: SimTime = SimTime(90_000_000_000);

fn pilled(shards: &[u16]) -> Scenario {
    let mut scenario = Scenario::default();
    for &shard in shards {
        scenario.add(Action {
            at: SimTime::from_hours(1),
            deed: Deed::Pill { shard },
        });
    }
    scenario
}

fn flagged(at: SimTime, knob: Knob, value: i64) -> Scenario {
    let mut scenario = Scenario::default();
    scenario.add(Action {
        at,
        deed: Deed::Set { knob, value },
    });
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
    let passed = Expected {
        start: 2,
        flags: &[],
        name,
        notices: 1,
    };
    let behind = self::flagged(HERE_MS, Knob::MaximumRetryAttempts, 5);
    check("behind a flag", &behind, set, Reach::WholeRun, &passed);
    let between = Expected {
        start: 2,
        flags: &[(LATER, 7)],
        name,
        notices: 2,
    };
    let mut both = behind.clone();
    both.add(Action {
        at: LATER,
        deed: Deed::Set {
            knob: Knob::MaximumRetryAttempts,
            value: 7,
        },
    });
    check("between two flags", &both, set, Reach::WholeRun, &between);
    let other = self::flagged(HERE_MS, Knob::BatchSize, 5);
    let edit = super::set(&other, set.0, set.1, Reach::WholeRun, HERE);
    assert_eq!(
        edit.scenario.actions, other.actions,
        "another knob's flag stays"
    );
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
            "MaximumRetryAttempts 2 from day 2, 10:00:00",
        ),
        (
            "out of range",
            &none,
            99_999,
            &[(HERE_MS, 10_000)],
            "MaximumRetryAttempts 10,000 from day 2, 10:00:00",
        ),
        (
            "again",
            &flagged,
            3,
            &[(HERE_MS, 3)],
            "MaximumRetryAttempts 3 from day 2, 10:00:00",
        ),
        (
            "as it is anyway",
            &none,
            -1,
            &[],
            "MaximumRetryAttempts -1 from day 2, 10:00:00",
        ),
        (
            "back",
            &flagged,
            -1,
            &[],
            "MaximumRetryAttempts -1 from day 2, 10:00:00",
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
    let full = pilled(&[1; PILLS_MAX]);
    assert!(send_pill(&full, None, &[], HERE).is_err());
    // What the stream refuses is told, and leaves no flag (P3).
    let too_large = "#v=1&pillReason=tooLarge";
    for (link, is_sent) in [
        (too_large.to_owned(), false),
        (format!("{too_large}&MaxRecordSizeInKiB=5000"), true),
        // Before and after HERE, 25 h.
        (format!("{too_large}&at=24h:pillReason:badValue"), true),
        (format!("{too_large}&at=26h:pillReason:badValue"), false),
    ] {
        let (shared, notices) = from_link(&link);
        assert!(notices.is_empty(), "{link}: {notices:?}");
        let sent = send_pill(&shared.scenario, None, &[], HERE);
        assert_eq!(sent.is_ok(), is_sent, "{link}");
    }
    assert!(send_pill(&pilled(&[1; PILLS_MAX - 1]), None, &[], HERE).is_ok());
}

#[test]
fn actions_move_and_go() {
    let mut scenario = pilled(&[1]);
    scenario.add(Action {
        at: SimTime::from_hours(3),
        deed: Deed::Pill { shard: 0 },
    });
    let (edit, now) = move_action(&scenario, 0, SimTime::from_hours(1), SimTime::from_hours(5))
        .expect("there is one");
    assert_eq!(
        edit.name,
        "a poison pill to shard-1 at day 1, 10:00:00 moved to day 1, 14:00:00"
    );
    assert_eq!(now, 1);
    let order: Vec<_> = pills(&edit.scenario).collect();
    assert_eq!(
        order,
        [(SimTime::from_hours(3), 0), (SimTime::from_hours(5), 1)]
    );
    let gone = remove_action(&edit.scenario, 0).expect("there is one");
    assert_eq!(
        gone.name,
        "without a poison pill to shard-0 at day 1, 12:00:00"
    );
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
    // As long as it is longer than what was asked for, and not in passing.
    assert_eq!(World::new(pilled(&[])).panel().extended, None);
    assert_eq!(World::new(pilled(&[1])).panel().extended, Some(told));
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

#[test]
fn a_text_for_the_whole_run_takes_the_flags_before_it_away() {
    let flag = |at, text: &str| Action {
        at,
        deed: Deed::SetText {
            knob: Knob::FilterCriteria,
            text: text.to_owned(),
        },
    };
    let later = SimTime::from_hours(30);
    let mut before = Scenario::default();
    before.add(flag(HERE_MS, "before"));
    before.add(flag(later, "later"));
    let text = "[]".to_owned();
    let edit = set_text(&before, Knob::FilterCriteria, text, Reach::WholeRun, HERE);
    assert_eq!(edit.scenario.actions, [flag(later, "later")]);
    assert_eq!(
        edit.scenario.settings_at(HERE).text(Knob::FilterCriteria),
        "[]"
    );
    assert_eq!(edit.notices.len(), 2, "{:?}", edit.notices);
}
