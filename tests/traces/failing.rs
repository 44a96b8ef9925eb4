//! What fails that is no record's fault, and handlers that do not say so (E20, L7, L11).

use crate::row::{NOTHING, Row, check};

#[test]
fn an_outage_fails_every_record() {
    let up_again = r#"{"at_us":10000000,"set":{"outage":"none"}}"#;
    for row in [
        Row {
            name: "L11: patience waits it out (tries at 0, 0.2, … 6.2, 12.6 s after 1 to 2 s)",
            settings: r#""outage":"errors""#,
            records: "1-2",
            actions: up_again,
            invoked: "[1-2]*7",
            processed: "1-2",
            ..NOTHING
        },
        Row {
            name: "L11: a retry limit gives good records up, whatever code is deployed",
            settings: r#""outage":"errors","fixed":true,"MaximumRetryAttempts":1"#,
            records: "1-2",
            actions: up_again,
            invoked: "[1-2]*2",
            messages: "1-2 ×2 Unhandled",
            discarded: "1-2",
            ..NOTHING
        },
        Row {
            name: "L11: bisect shatters the batch into singles, and each is given up",
            settings: r#""outage":"errors","MaximumRetryAttempts":0,"BisectBatchOnFunctionError":true"#,
            records: "1-4",
            invoked: "[1-4] [1-2] [1] [2] [3-4] [3] [4]",
            messages: "1 ×1 Unhandled; 2 ×1 Unhandled; 3 ×1 Unhandled; 4 ×1 Unhandled",
            discarded: "1-4",
            ..NOTHING
        },
        Row {
            name: "L11, E36: every item is reported, so there is no progress",
            settings: r#""outage":"errors","MaximumRetryAttempts":1,"ReportBatchItemFailures":true,"handler":"reports""#,
            records: "1-3",
            invoked: "[1-3]*2",
            messages: "1-3 ×2 null",
            discarded: "1-3",
            ..NOTHING
        },
        Row {
            name: "L7: a call that is not answered takes the whole Timeout",
            settings: r#""outage":"hangs","Timeout":3,"MaximumRetryAttempts":2"#,
            records: "1-2",
            invoked: "[1-2]*3",
            messages: "1-2 ×3 Unhandled",
            discarded: "1-2",
            starts_ms: &[0, 3_200, 6_600],
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn a_handler_that_catches_everything_never_fails() {
    for row in [
        Row {
            name: "it parks the pill and works on",
            settings: r#""handler":"parks""#,
            records: "1 2! 3 4!",
            invoked: "[1-4]",
            processed: "1-4",
            aside: "0 good, 2 poison parked",
            ..NOTHING
        },
        Row {
            name: "it swallows the pill, and one that would have succeeded at the next try",
            settings: r#""handler":"swallows""#,
            records: "1 2! 3?1",
            invoked: "[1-3]",
            processed: "1-3",
            aside: "1 good, 1 poison swallowed",
            ..NOTHING
        },
        Row {
            name: "L11: in an outage it swallows everything",
            settings: r#""handler":"swallows","outage":"errors""#,
            records: "1-5 6!",
            invoked: "[1-6]",
            processed: "1-6",
            aside: "5 good, 1 poison swallowed",
            ..NOTHING
        },
        Row {
            name: "L7: but a time-out fails its batch all the same",
            settings: r#""handler":"swallows","outage":"hangs","MaximumRetryAttempts":0"#,
            records: "1-2",
            invoked: "[1-2]",
            messages: "1-2 ×1 Unhandled",
            discarded: "1-2",
            ..NOTHING
        },
        Row {
            name: "the fixed code has nothing to park",
            settings: r#""handler":"parks","fixed":true"#,
            records: "1 2!",
            invoked: "[1-2]",
            processed: "1-2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn a_batch_that_takes_too_long_is_a_pill_of_ones_own_making() {
    let slow = r#""perBatch":"100ms","perRecord":"20ms","Timeout":3,"BatchSize":200,"MaximumRetryAttempts":1"#;
    let bisected: &'static str = format!(r#"{slow},"BisectBatchOnFunctionError":true"#).leak();
    for row in [
        Row {
            name: "L7: 100 ms + 145 × 20 ms fit into 3 s",
            settings: slow,
            records: "1-145",
            invoked: "[1-145]",
            processed: "1-145",
            ..NOTHING
        },
        Row {
            name: "L7: one more does not, and all of them go",
            settings: slow,
            records: "1-146",
            invoked: "[1-146]*2",
            messages: "1-146 ×2 Unhandled",
            discarded: "1-146",
            starts_ms: &[0, 3_200],
            ..NOTHING
        },
        Row {
            name: "L7, E41: split, the halves fit",
            settings: bisected,
            records: "1-146",
            invoked: "[1-146] [1-73] [74-146]",
            processed: "1-146",
            starts_ms: &[0, 3_030, 4_620],
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

/// L7, E20: a pill that is too slow or takes all memory ends the invocation, whatever the handler would do with others.
#[test]
fn pills_that_no_handler_catches() {
    let timed = r#""perBatch":"100ms","perRecord":"20ms","Timeout":3,"MaximumRetryAttempts":1"#;
    let with = |more: &str| -> &'static str { format!("{timed}{more}").leak() };
    for row in [
        Row {
            name: "L7: each try of a slow pill takes the whole Timeout",
            settings: with(""),
            records: "1 2!tooSlow 3",
            invoked: "[1-3]*2",
            messages: "1-3 ×2 Unhandled",
            discarded: "1-3",
            starts_ms: &[0, 3_200],
            ..NOTHING
        },
        Row {
            name: "E20: out of memory at the pill, 100 ms + 2 × 20 ms after the start",
            settings: with(""),
            records: "1 2!outOfMemory 3",
            invoked: "[1-3]*2",
            messages: "1-3 ×2 Unhandled",
            discarded: "1-3",
            starts_ms: &[0, 340],
            ..NOTHING
        },
        Row {
            name: "L7: what is caught is not what takes for ever",
            settings: with(r#","handler":"swallows""#),
            records: "1! 2!tooSlow",
            invoked: "[1-2]*2",
            messages: "1-2 ×2 Unhandled",
            discarded: "1-2",
            ..NOTHING
        },
        Row {
            name: "E20: nor does a killed process report items",
            settings: with(r#","handler":"reports","ReportBatchItemFailures":true"#),
            records: "1-2 3!outOfMemory",
            invoked: "[1-3]*2",
            messages: "1-3 ×2 Unhandled",
            discarded: "1-3",
            ..NOTHING
        },
        Row {
            // Halves of 1 and 2; each failing invocation takes 3 s and 30 ms, the good one 120 ms and 30 ms.
            name: "L7, E41: bisect finds a slow pill, a Timeout at a time",
            settings: with(r#","BisectBatchOnFunctionError":true"#),
            records: "1 2!tooSlow 3",
            invoked: "[1-3] [1] [2-3] [2]*2 [3]",
            messages: "2 ×2 Unhandled",
            processed: "1,3",
            discarded: "2",
            starts_ms: &[0, 3_030, 3_180, 6_210, 9_410, 12_440],
            ..NOTHING
        },
        Row {
            name: "who stops at a bad record does not meet the slow one",
            settings: with(r#","handler":"stops","ReportBatchItemFailures":true"#),
            records: "1! 2!tooSlow",
            invoked: "[1-2]*2",
            messages: "1-2 ×2 null",
            discarded: "1-2",
            starts_ms: &[0, 320],
            ..NOTHING
        },
        Row {
            name: "fixed code handles them like any other",
            settings: with(r#","fixed":true"#),
            records: "1 2!tooSlow 3!outOfMemory 4!badJSON",
            invoked: "[1-4]",
            processed: "1-4",
            ..NOTHING
        },
        Row {
            name: "E52: a filter on data does not tell them from others, and drops what is not JSON",
            settings: with(r#","FilterCriteria":{"data":{"amount":[{"numeric":[">",0]}]}}"#),
            records: "1 2!tooSlow",
            invoked: "[1-2]*2",
            messages: "1-2 ×2 Unhandled",
            discarded: "1-2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}
