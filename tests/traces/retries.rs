//! Retries, back-off and discarding (E20–E29, E54).

use crate::row::{NOTHING, Row, check};

#[test]
fn a_batch_is_retried_whole_and_then_discarded_whole() {
    let name = "E22: MaximumRetryAttempts counts the retries after the first attempt";
    for (settings, invoked, messages) in [
        (r#""MaximumRetryAttempts":0"#, "[1]", "1 ×1 Unhandled"),
        (r#""MaximumRetryAttempts":1"#, "[1]*2", "1 ×2 Unhandled"),
        (r#""MaximumRetryAttempts":2"#, "[1]*3", "1 ×3 Unhandled"),
        (r#""MaximumRetryAttempts":3"#, "[1]*4", "1 ×4 Unhandled"),
    ] {
        check(&Row {
            name,
            settings,
            records: "1!",
            invoked,
            messages,
            discarded: "1",
            ..NOTHING
        });
    }
    for row in [
        Row {
            name: "E21, E28: a good batch is done at once",
            records: "1-3",
            invoked: "[1-3]",
            processed: "1-3",
            ..NOTHING
        },
        Row {
            name: "G8, E29: the whole batch goes, and the checkpoint jumps past it",
            settings: r#""MaximumRetryAttempts":2"#,
            records: "1-41 42! 43-101",
            invoked: "[1-100]*3 [101]",
            messages: "1-100 ×3 Unhandled",
            processed: "101",
            discarded: "1-100",
            ..NOTHING
        },
        Row {
            name: "E29: without a destination there is no message",
            settings: r#""MaximumRetryAttempts":1,"OnFailure":"none""#,
            records: "1 2! 3",
            invoked: "[1-3]*2",
            discarded: "1-3",
            ..NOTHING
        },
        Row {
            name: "G6, E25: back-off doubles from 0.2 s",
            settings: r#""MaximumRetryAttempts":8"#,
            records: "1!",
            invoked: "[1]*9",
            messages: "1 ×9 Unhandled",
            discarded: "1",
            starts_ms: &[0, 200, 600, 1_400, 3_000, 6_200, 12_600, 25_400, 51_000],
            ..NOTHING
        },
        Row {
            name: "E20: a record that fails twice takes its batch along twice",
            settings: r#""MaximumRetryAttempts":3"#,
            records: "1 2?2 3",
            invoked: "[1-3]*3",
            processed: "1-3",
            starts_ms: &[0, 200, 600],
            ..NOTHING
        },
        Row {
            name: "E54: the next retry runs the fixed code (tries at 0, 0.2, … 6.2, 12.6 s after 1 to 2 s)",
            records: "1! 2",
            actions: r#"{"at_us":10000000,"set":{"fixed":true}}"#,
            invoked: "[1-2]*7",
            processed: "1-2",
            ..NOTHING
        },
        Row {
            name: "E54: a new limit acts at the next attempt, tries kept",
            records: "1! 2",
            actions: r#"{"at_us":10000000,"set":{"MaximumRetryAttempts":2}}"#,
            invoked: "[1-2]*7",
            messages: "1-2 ×7 Unhandled",
            discarded: "1-2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}
