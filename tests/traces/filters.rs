//! Filters (E51, E52). The data of these records has neither `:` nor blanks, which rows give a meaning.

use crate::row::{NOTHING, Row, check};

const BOOKS: &str = r#""FilterCriteria":{"data":["book"]}"#;

#[test]
fn a_filter_reads_past_what_it_does_not_want() {
    for row in [
        Row {
            name: "E51: filtering comes before batching; what is filtered out is in no batch",
            settings: r#""BatchSize":2,"FilterCriteria":{"data":["book"]}"#,
            records: "1~book 2~pen 3~pen 4~book 5~pen 6~book",
            invoked: "[1,4] [6]",
            processed: "1,4,6",
            filtered: "2-3,5",
            ..NOTHING
        },
        Row {
            name: "E51: nothing passes, nobody is invoked, and the checkpoint moves on",
            settings: BOOKS,
            records: "1-3~pen 4@1h~pen",
            filtered: "1-4",
            ..NOTHING
        },
        Row {
            name: "E51: several filters are an or",
            settings: r#""FilterCriteria":[{"data":["book"]},{"data":[{"prefix":"p"}]}]"#,
            records: "1~book 2~ink 3~pen",
            invoked: "[1,3]",
            processed: "1,3",
            filtered: "2",
            ..NOTHING
        },
        Row {
            name: "E52: what is not JSON is dropped by a filter for JSON, the pill among it",
            settings: r#""FilterCriteria":{"data":{"a":[{"exists":false}]}}"#,
            records: "1!~oops 2~{} 3~[] 4~17",
            invoked: "[2]",
            processed: "2",
            filtered: "1,3-4",
            ..NOTHING
        },
        Row {
            name: "E51: a pill that is wanted still blocks, and unwanted records are never tried with it",
            settings: r#""MaximumRetryAttempts":1,"FilterCriteria":{"data":["book"]}"#,
            records: "1~book 2~pen 3!~book 4~pen 5~book",
            invoked: "[1,3,5]*2",
            messages: "1,3,5 ×2 Unhandled",
            discarded: "1,3,5",
            filtered: "2,4",
            ..NOTHING
        },
        Row {
            name: "E51: a filter on two lanes keeps each key in its lane",
            settings: r#""ParallelizationFactor":2,"FilterCriteria":{"data":["book"]}"#,
            // Hash keys of a and b: the lower and the upper half of the shard (G1).
            records: "1:a~book 2:b~book 3:a~pen 4:b~pen 5:a~book 6:b~book",
            invoked: "[1,5] | [2,6]",
            processed: "1-2,5-6",
            filtered: "3-4",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn a_filter_changes_in_the_middle_of_a_run() {
    for row in [
        Row {
            name: "E54: what is stored after the change is judged by the new filter",
            settings: BOOKS,
            records: "1~book 2~pen 3@1h~book 4@1h~pen",
            actions: r#"{"at_us":1800000000,"set":{"FilterCriteria":{"data":["pen"]}}}"#,
            invoked: "[1] [4]",
            processed: "1,4",
            filtered: "2-3",
            ..NOTHING
        },
        Row {
            name: "E54, E12: what comes while the mapping is off is read, and judged, when it is on again",
            settings: r#""FilterCriteria":{"data":["book"]},"esmStateDelay":"0s""#,
            records: "1~book 2~pen 3@20m~pen 4@20m~book 5@20m~pen",
            actions: r#"{"at_us":600000000,"set":{"Enabled":false}},
                {"at_us":1800000000,"set":{"FilterCriteria":{"data":["pen"]}}},
                {"at_us":2400000000,"set":{"Enabled":true}}"#,
            invoked: "[1] [3,5]",
            processed: "1,3,5",
            filtered: "2,4",
            ..NOTHING
        },
        Row {
            name: "E54: without the filter everything is delivered again",
            settings: BOOKS,
            records: "1~pen 2@1h~pen",
            actions: r#"{"at_us":1800000000,"set":{"FilterCriteria":""}}"#,
            invoked: "[2]",
            processed: "2",
            filtered: "1",
            ..NOTHING
        },
        Row {
            name: "E54: the batch in hand is tried on; what waits behind it meets the new filter",
            settings: r#""BatchSize":1,"MaximumRetryAttempts":20"#,
            records: "1!~pen 2~pen 3~book",
            actions: r#"{"at_us":60000000,"set":{"FilterCriteria":{"data":["book"]}}}"#,
            invoked: "[1]*21 [3]",
            messages: "1 ×21 Unhandled",
            processed: "3",
            discarded: "1",
            filtered: "2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

/// What a filter does not want is passed before the children are read (E15, E51).
#[test]
fn a_filter_and_a_split() {
    const SPLIT: &str = r#"{"at_us":10000000,"split":{"shard":0}}"#;
    let at_once = |more: &str| -> &'static str {
        format!(r#""reshardDelay":"0s","FilterCriteria":{{"data":["book"]}}{more}"#).leak()
    };
    for row in [
        Row {
            name: "E15, E51: a parent with nothing but filtered records left is drained by the next poll",
            settings: at_once(""),
            // The phase of the polls is the first invocation's: stored at 0 s, polled within the second.
            records: "1~book 2@9s~pen 3@11s~book 4@11s:b~book",
            actions: SPLIT,
            invoked: "[1] | [3] | [4]",
            processed: "1,3-4",
            filtered: "2",
            ..NOTHING
        },
        Row {
            name: "E15, E51: nothing in the parent is wanted",
            settings: at_once(""),
            records: "1-3~pen 4@20s~pen 5@20s:b~book",
            actions: SPLIT,
            invoked: "[5]",
            processed: "5",
            filtered: "1-4",
            ..NOTHING
        },
        Row {
            name: "E15, E51: the filtered tail does not drain a parent whose batch is still tried",
            settings: at_once(r#","MaximumRetryAttempts":8"#),
            records: "1!~book 2@5s~pen 3@20s~book",
            actions: SPLIT,
            invoked: "[1]*9 | [3]",
            messages: "1 ×9 Unhandled",
            processed: "3",
            discarded: "1",
            filtered: "2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}
