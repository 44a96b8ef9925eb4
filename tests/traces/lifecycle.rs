//! Creating, deleting and switching the mapping, and what takes its time (E11–E13, E54).

use crate::row::{NOTHING, Row, check};

const S: u64 = 1_000_000;

/// Actions `at 10 Enabled false, at 40 split 0` in seconds, as a row has them.
fn actions(text: &str) -> &'static str {
    let action = |part: &str| {
        let mut words = part.split_whitespace();
        let mut word = || words.next().expect("at, seconds, a setting, a value");
        let (_, at, key, value) = (word(), word(), word(), word());
        let at = at.parse::<u64>().expect("seconds") * S;
        if matches!(key, "split" | "merge") {
            return format!(r#"{{"at_us":{at},"{key}":{{"shard":{value}}}}}"#);
        }
        let quoted = if value.parse::<i64>().is_ok() || matches!(value, "true" | "false") {
            value.to_owned()
        } else {
            format!("\"{value}\"")
        };
        format!(r#"{{"at_us":{at},"set":{{"{key}":{quoted}}}}}"#)
    };
    let all: Vec<String> = text.split(", ").map(action).collect();
    all.join(",").leak()
}

#[test]
fn a_mapping_switched_off_keeps_its_checkpoint() {
    for row in [
        Row {
            name: "E12: it resumes where it was",
            settings: r#""esmStateDelay":"0s""#,
            records: "1 2@20s 3@30s",
            actions: actions("at 10 Enabled false, at 40 Enabled true"),
            invoked: "[1] [2-3]",
            processed: "1-3",
            ..NOTHING
        },
        Row {
            name: "E12: switching off takes a minute, and what is written meanwhile is still delivered",
            records: "1 2@20s 3@90s 4@100s",
            actions: actions("at 10 Enabled false, at 120 Enabled true"),
            invoked: "[1] [2] [3-4]",
            processed: "1-4",
            ..NOTHING
        },
        Row {
            name: "E12: a batch that waits for its retry is read again, with what has come since",
            settings: r#""esmStateDelay":"0s""#,
            records: "1! 2@5s",
            actions: actions("at 10 Enabled false, at 15 fixed true, at 20 Enabled true"),
            invoked: "[1]*6 [1-2]",
            processed: "1-2",
            ..NOTHING
        },
        Row {
            name: "E43: what nobody reads expires",
            settings: r#""esmStateDelay":"0s","Enabled":false"#,
            records: "1 2@10h",
            actions: actions("at 100000 Enabled true"),
            invoked: "[2]",
            processed: "2",
            expired: "1",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn a_new_mapping_begins_at_its_starting_position() {
    // Created at 30 s and active a minute later.
    let created = actions("at 30 mapping created");
    let records = "1@10s 2@40s 3@120s";
    for row in [
        Row {
            name: "E11: TRIM_HORIZON reads what is there",
            settings: r#""mapping":"deleted""#,
            records,
            actions: created,
            invoked: "[1-2] [3]",
            processed: "1-3",
            ..NOTHING
        },
        Row {
            name: "E11: LATEST misses what is written in the gap",
            settings: r#""mapping":"deleted","StartingPosition":"LATEST""#,
            records,
            actions: created,
            invoked: "[3]",
            processed: "3",
            skipped: (2, 0),
            ..NOTHING
        },
        Row {
            name: "E11: AT_TIMESTAMP begins at the first record stored then or later",
            settings: r#""mapping":"deleted","StartingPosition":"AT_TIMESTAMP","StartingPositionTimestamp":"25s""#,
            records,
            actions: created,
            invoked: "[2] [3]",
            processed: "2-3",
            skipped: (1, 0),
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn deleting_a_mapping_loses_its_checkpoint() {
    let anew = actions("at 20 mapping deleted, at 40 mapping created");
    for row in [
        Row {
            name: "E12: from TRIM_HORIZON everything is handled again",
            settings: r#""esmStateDelay":"0s""#,
            records: "1 2@10s 3@30s 4@60s",
            actions: anew,
            invoked: "[1] [2] [1-3] [4]",
            processed: "1-4",
            ..NOTHING
        },
        Row {
            name: "E12: with LATEST there is a gap",
            settings: r#""esmStateDelay":"0s","StartingPosition":"LATEST""#,
            records: "1 2@10s 3@30s 4@60s",
            actions: anew,
            invoked: "[1] [2] [4]",
            processed: "1-2,4",
            skipped: (1, 0),
            ..NOTHING
        },
        Row {
            name: "E12: and the pill is left behind with everything behind it",
            settings: r#""esmStateDelay":"0s","StartingPosition":"LATEST""#,
            records: "1! 2@5s 3@60s",
            actions: actions("at 10 mapping deleted, at 20 mapping created"),
            invoked: "[1]*6 [3]",
            processed: "3",
            skipped: (1, 1),
            ..NOTHING
        },
        Row {
            name: "E12: what was given up is handed out again; its first fate counts",
            settings: r#""esmStateDelay":"0s","MaximumRetryAttempts":0"#,
            records: "1 2!@5s 3@12s",
            actions: anew,
            invoked: "[1] [2] [3] [1-3]",
            messages: "2 ×1 Unhandled",
            processed: "1,3",
            discarded: "2",
            ..NOTHING
        },
        Row {
            name: "E12: lanes begin anew together; a is in one, b in the other",
            settings: r#""esmStateDelay":"0s","ParallelizationFactor":2"#,
            records: "1 2:b 3 4@30s:b",
            actions: anew,
            invoked: "[1,3]*2 | [2] [2,4]",
            processed: "1-4",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn changes_take_their_time() {
    for row in [
        Row {
            // Tries at 0, 0.2, … 25.4 and 51 s after 1 to 2 s: the limit acts from 30 s on.
            name: "E54: an update of the mapping",
            settings: r#""esmUpdateDelay":"20s""#,
            records: "1!",
            actions: actions("at 10 MaximumRetryAttempts 2"),
            invoked: "[1]*9",
            messages: "1 ×9 Unhandled",
            discarded: "1",
            ..NOTHING
        },
        Row {
            name: "E54: a deployment",
            settings: r#""deployDelay":"30s""#,
            records: "1!",
            actions: actions("at 10 fixed true"),
            invoked: "[1]*9",
            processed: "1",
            ..NOTHING
        },
        Row {
            name: "an outage does not wait for anybody",
            settings: r#""deployDelay":"30s","esmUpdateDelay":"30s","outage":"errors""#,
            records: "1",
            actions: actions("at 10 outage none"),
            invoked: "[1]*7",
            processed: "1",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

const AT_ONCE: &str = r#""esmStateDelay":"0s","reshardDelay":"0s""#;

fn with(more: &str) -> &'static str {
    format!("{AT_ONCE},{more}").leak()
}

/// The shard is split at 10 s; hash keys of a are in the lower half, those of b in the upper (G1).
#[test]
fn a_split_and_a_mapping_that_is_off() {
    for row in [
        Row {
            name: "E12, E15: while the mapping is off nobody drains; then the parent comes first",
            settings: with(r#""Enabled":false"#),
            records: "1 2:b 3@20s 4@20s:b",
            actions: actions("at 10 split 0, at 60 Enabled true"),
            invoked: "[1-2] | [3] | [4]",
            processed: "1-4",
            ..NOTHING
        },
        Row {
            name: "E12, E15: off before the parent is drained, on again later",
            settings: with(r#""BatchSize":1,"perRecord":"2s""#),
            records: "1-3 4@20s 5@20s:b",
            actions: actions("at 4 Enabled false, at 10 split 0, at 60 Enabled true"),
            invoked: "[1] [2] [3] | [4] | [5]",
            processed: "1-5",
            ..NOTHING
        },
        Row {
            name: "E43, E15: everything in the parent expires while the mapping is off; its children are read once it is on",
            settings: with(r#""Enabled":false"#),
            records: "1 2@25h 3@25h:b",
            actions: actions("at 10 split 0, at 93600 Enabled true"),
            invoked: "[2] | [3]",
            processed: "2-3",
            expired: "1",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn a_split_and_a_new_mapping() {
    for row in [
        Row {
            name: "E11, E15: TRIM_HORIZON begins with the oldest shard, and its children wait",
            settings: with(r#""mapping":"deleted","BatchSize":1,"perRecord":"3s""#),
            records: "1-2 3@20s 4@20s:b",
            actions: actions("at 10 split 0, at 60 mapping created"),
            invoked: "[1] [2] | [3] | [4]",
            processed: "1-4",
            ..NOTHING
        },
        Row {
            name: "E12, E15: a new mapping at TRIM_HORIZON drains the parent again",
            settings: with(r#""BatchSize":2,"perRecord":"3s""#),
            records: "1-2 3@20s 4@20s:b 5@81s",
            actions: actions("at 10 split 0, at 60 mapping deleted, at 80 mapping created"),
            invoked: "[1-2]*2 | [3] [3,5] | [4]*2",
            processed: "1-5",
            ..NOTHING
        },
        Row {
            name: "E12, S10, E15: what has expired of the parent holds nobody up",
            settings: AT_ONCE,
            records: "1 2@20s 3@20s:b",
            actions: actions("at 10 split 0, at 86405 mapping deleted, at 86410 mapping created"),
            invoked: "[1] | [2]*2 | [3]*2",
            processed: "1-3",
            ..NOTHING
        },
        Row {
            name: "E11, E15: LATEST skips the closed parent, and begins behind the newest record of each child",
            settings: with(r#""mapping":"deleted","StartingPosition":"LATEST""#),
            records: "1 2@20s 3@20s:b 4@90s 5@90s:b",
            actions: actions("at 10 split 0, at 60 mapping created"),
            invoked: "[4] | [5]",
            processed: "4-5",
            skipped: (3, 0),
            ..NOTHING
        },
        Row {
            name: "E12, E15: LATEST leaves the pill behind that blocked the parent, and the children are read",
            settings: with(r#""StartingPosition":"LATEST""#),
            records: "1! 2@5s:b 3@20s 4@20s:b 5@90s",
            actions: actions("at 10 split 0, at 50 mapping deleted, at 60 mapping created"),
            invoked: "[1]*8 | [5]",
            processed: "5",
            skipped: (3, 1),
            ..NOTHING
        },
        Row {
            name: "E11, E15: LATEST before the split: what is stored after it in the parent is read, then the children from their beginning",
            settings: with(
                r#""mapping":"deleted","StartingPosition":"LATEST","BatchSize":1,"perRecord":"20s""#,
            ),
            records: "1 2@6s 3@20s 4@20s:b",
            actions: actions("at 5 mapping created, at 10 split 0"),
            invoked: "[2] | [3] | [4]",
            processed: "2-4",
            skipped: (1, 0),
            ..NOTHING
        },
        Row {
            name: "E11: a child that opens while the mapping is being created is there when it begins",
            settings: r#""mapping":"deleted","StartingPosition":"LATEST","reshardDelay":"0s""#,
            records: "1 2@20s 3@20s:b 4@90s 5@90s:b",
            actions: actions("at 5 mapping created, at 10 split 0"),
            invoked: "[4] | [5]",
            processed: "4-5",
            skipped: (3, 0),
            ..NOTHING
        },
        Row {
            name: "E11, E15: AT_TIMESTAMP after the parent's last record begins with the children",
            settings: with(
                r#""mapping":"deleted","StartingPosition":"AT_TIMESTAMP","StartingPositionTimestamp":"15s""#,
            ),
            records: "1 2@12s 3@20s:b",
            actions: actions("at 10 split 0, at 60 mapping created"),
            invoked: "[3]",
            processed: "3",
            skipped: (2, 0),
            ..NOTHING
        },
        Row {
            name: "E12, E15: a merged child waits again until both parents are drained anew",
            settings: with(r#""ShardCount":2,"BatchSize":1,"perRecord":"3s""#),
            records: "1-2 3:b 4@20s 5@20s:b",
            actions: actions("at 10 merge 0, at 60 mapping deleted, at 80 mapping created"),
            invoked: "[1] [2] [1] [2] | [3]*2 | [4] [5] [4] [5]",
            processed: "1-5",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}
