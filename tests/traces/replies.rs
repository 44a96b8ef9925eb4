//! What the mapping reads in a reply (E30–E36, E39).

use crate::row::{NOTHING, Row, check};
use serde_json::Value;

const RBIF: &str = r#""ReportBatchItemFailures":true"#;

#[test]
fn replies_move_the_checkpoint() {
    for handler in ["reports", "stops"] {
        let settings = |more: &str| -> &'static str {
            format!(r#"{RBIF},"handler":"{handler}"{more}"#).leak()
        };
        for row in [
            Row {
                name: "E32, G12: progress resets the budget; #3 is seen five times",
                settings: settings(r#","MaximumRetryAttempts":3"#),
                records: "1-2 3!",
                invoked: "[1-3] [3]*4",
                messages: "3 ×4 null",
                processed: "1-2",
                discarded: "3",
                starts_ms: &[0, 30, 230, 630, 1_430],
                ..NOTHING
            },
            Row {
                name: "E33: without bisect the good neighbours go too",
                settings: settings(r#","MaximumRetryAttempts":1"#),
                records: "1 2! 3-4",
                invoked: "[1-4] [2-4]*2",
                messages: "2-4 ×2 null",
                processed: "1",
                discarded: "2-4",
                starts_ms: &[0, 30, 230],
                ..NOTHING
            },
            Row {
                name: "E36, G10: the first record bad is like a whole batch bad (j = 1, n = 5, R = 2)",
                settings: settings(r#","MaximumRetryAttempts":2"#),
                records: "1! 2-5",
                invoked: "[1-5]*3",
                messages: "1-5 ×3 null",
                discarded: "1-5",
                starts_ms: &[0, 200, 600],
                ..NOTHING
            },
            Row {
                name: "G10: j = 4, n = 5, R = 2",
                settings: settings(r#","MaximumRetryAttempts":2"#),
                records: "1-3 4! 5",
                invoked: "[1-5] [4-5]*3",
                messages: "4-5 ×3 null",
                processed: "1-3",
                discarded: "4-5",
                ..NOTHING
            },
            Row {
                name: "G10: j = n = 5, R = 0",
                settings: settings(r#","MaximumRetryAttempts":0"#),
                records: "1-4 5!",
                invoked: "[1-5] [5]",
                messages: "5 ×1 null",
                processed: "1-4",
                discarded: "5",
                ..NOTHING
            },
            Row {
                name: "E39, G11: with bisect only the bad one is lost",
                settings: settings(
                    r#","MaximumRetryAttempts":1,"BisectBatchOnFunctionError":true"#,
                ),
                records: "1 2! 3-4",
                invoked: "[1-4] [2-4] [2]*2 [3-4]",
                messages: "2 ×2 null",
                processed: "1,3-4",
                discarded: "2",
                starts_ms: &[0, 30, 60, 260, 290],
                ..NOTHING
            },
            Row {
                name: "E36: no progress, so it is split",
                settings: settings(
                    r#","MaximumRetryAttempts":0,"BisectBatchOnFunctionError":true"#,
                ),
                records: "1! 2-4",
                invoked: "[1-4] [1-2] [1] [2] [3-4]",
                messages: "1 ×1 null",
                processed: "2-4",
                discarded: "1",
                ..NOTHING
            },
            Row {
                name: "E30: without the response type the reply is ignored and the bad record lost",
                settings: format!(r#""handler":"{handler}","MaximumRetryAttempts":1"#).leak(),
                records: "1 2! 3",
                invoked: "[1-3]",
                processed: "1-3",
                aside: "0 good, 1 poison swallowed",
                ..NOTHING
            },
        ] {
            check(&row);
        }
    }
}

#[test]
fn a_given_reply_is_read_as_aws_reads_it() {
    let settings = |reply: &str, more: &str| -> &'static str {
        let reply = Value::from(reply);
        format!(r#""handler":"replies","reply":{reply},"MaximumRetryAttempts":1{more}"#).leak()
    };
    let reports = r#","ReportBatchItemFailures":true"#;
    for reply in [
        r#"{"batchItemFailures":[]}"#,
        r#"{"batchItemFailures":null}"#,
        "{}",
        "null",
        r#""""#,
        "[]",
    ] {
        check(&Row {
            name: "E34: full success",
            settings: settings(reply, reports),
            records: "1 2! 3",
            invoked: "[1-3]",
            processed: "1-3",
            aside: "0 good, 1 poison swallowed",
            ..NOTHING
        });
    }
    for reply in [
        r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
        r#"{"batchItemFailures":[{"foo":"$seq[1]"}]}"#,
        r#"{"batchItemFailures":[{}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"49000000000000000000000000000000000000000000000000000099"}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"$seq[3]"}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"$seq[1]"},{"itemIdentifier":""}]}"#,
    ] {
        check(&Row {
            name: "E34, E35: full failure, and no function error in the message",
            settings: settings(reply, reports),
            records: "1-3",
            invoked: "[1-3]*2",
            messages: "1-3 ×2 null",
            discarded: "1-3",
            starts_ms: &[0, 200],
            ..NOTHING
        });
    }
    check(&Row {
        name: "E30: without the response type no reply matters",
        settings: settings(
            r#"{"batchItemFailures":[{"itemIdentifier":"$seq[0]"}]}"#,
            "",
        ),
        records: "1-3",
        invoked: "[1-3]",
        processed: "1-3",
        ..NOTHING
    });
    check(&Row {
        name: "E31: the lowest of several identifiers is the checkpoint; in the last batch $seq[2] is unknown",
        settings: settings(
            r#"{"batchItemFailures":[{"itemIdentifier":"$seq[2]"},{"itemIdentifier":"$seq[1]"}]}"#,
            reports,
        ),
        records: "1-4",
        invoked: "[1-4] [2-4] [3-4]*2",
        messages: "3-4 ×2 null",
        processed: "1-2",
        discarded: "3-4",
        ..NOTHING
    });
}
