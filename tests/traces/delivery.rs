//! Replies that are lost, requests that wait for each other, a process that dies (P10, P24, P31, P33).

use crate::row::{ordinals, program, scenario};
use serde_json::{Value, json};

/// A case: the ledger rows and counts it must end with.
struct Case {
    name: &'static str,
    settings: &'static str,
    records: Vec<Value>,
    actions: &'static str,
    expected: &'static [(&'static str, u64)],
}

fn at_once(n: usize) -> Vec<Value> {
    vec![json!({ "at_us": 0, "key": "a", "bytes": 100 }); n]
}

#[track_caller]
fn check(case: &Case) {
    let input = scenario(
        &format!(r#""roundTrip":"1ms","maxSends":1,{}"#, case.settings),
        &case.records,
        case.actions,
    );
    let outcome: Value =
        serde_json::from_str(&program(&["run", "-", "--json"], &input)).expect("JSON");
    for &(row, expected) in case.expected {
        let got = match outcome["ledger"].get(row) {
            Some(tally) => {
                tally["good"].as_u64().expect("a count")
                    + tally["poison"].as_u64().expect("a count")
            }
            None => outcome["metrics"][row].as_u64().expect("a count"),
        };
        assert_eq!(got, expected, "{}: {row}\n{input}", case.name);
    }
}

#[test]
fn a_lost_reply_makes_a_duplicate() {
    let one = at_once(1);
    for case in [
        Case {
            // Sent at 1 s, at 2.0 to 2.1 s and at 3.0 to 3.3 s.
            name: "P24: sent again until a reply comes",
            settings: r#""sdk":"JSv2","requestTimeout":"1s","repliesLost":1000"#,
            records: one.clone(),
            actions: r#"{"at_us":3000000,"set":{"repliesLost":0}}"#,
            expected: &[
                ("generated", 1),
                ("written_again", 2),
                ("stored", 3),
                ("processed", 3),
                ("with_producer", 0),
                ("given_up", 0),
                ("stored_given_up", 0),
                ("requests", 3),
                ("sends", 3),
            ],
        },
        Case {
            name: "P24: given up, and stored four times",
            settings: r#""sdk":"JSv2","requestTimeout":"1s","repliesLost":1000"#,
            records: one.clone(),
            actions: "",
            expected: &[
                ("written_again", 3),
                ("stored", 4),
                ("given_up", 0),
                ("stored_given_up", 1),
                ("requests", 4),
            ],
        },
        Case {
            name: "P20: without a timeout nothing is sent again",
            settings: r#""sdk":"JSv3","repliesLost":1000"#,
            records: one.clone(),
            actions: "",
            expected: &[
                ("written_again", 0),
                ("stored", 1),
                ("with_producer", 0),
                ("requests", 1),
            ],
        },
        Case {
            name: "P24: a timeout shorter than the trip is a lost reply",
            settings: r#""sdk":"JSv2","roundTrip":"100ms","requestTimeout":"50ms""#,
            records: one.clone(),
            actions: "",
            expected: &[("written_again", 3), ("stored", 4), ("stored_given_up", 1)],
        },
        Case {
            name: "P24: what was refused is not stored, whoever hears of it",
            settings: r#""sdk":"JSv2","requestTimeout":"1s","repliesLost":1000,"maxRetries":0"#,
            records: at_once(1_500),
            actions: "",
            expected: &[
                ("stored", 1_000),
                ("given_up", 500),
                ("stored_given_up", 1_000),
            ],
        },
    ] {
        check(&case);
    }
}

#[test]
fn what_waits_is_pushed_out_or_lost_with_the_process() {
    let with_pill = || {
        let mut records = at_once(10);
        records[3]["poison"] = json!(true);
        records.push(json!({ "at_us": 20_000_000, "key": "a" }));
        records
    };
    let dies = r#"{"at_us":10000000,"set":{"restart":1}},{"at_us":15000000,"set":{"blackHole":0,"repliesLost":0}}"#;
    for case in [
        Case {
            name: "P33: the first is on its way, four wait, the oldest five go",
            settings: r#""putBatch":1,"maxInFlight":1,"bufferLimit":4"#,
            records: at_once(10),
            actions: "",
            expected: &[("given_up", 5), ("stored", 5), ("requests", 5)],
        },
        Case {
            name: "P31: what waits is sent together when there is room",
            settings: r#""putBatch":4,"maxInFlight":1"#,
            records: at_once(10),
            actions: "",
            expected: &[("stored", 10), ("requests", 3)],
        },
        Case {
            name: "P33: what waits for ever dies with the process",
            settings: r#""sdk":"JSv3","blackHole":1000"#,
            records: with_pill(),
            actions: dies,
            expected: &[
                ("lost_with_process", 10),
                ("stored", 1),
                ("with_producer", 0),
            ],
        },
        Case {
            name: "P33: so does what waits in the buffer",
            settings: r#""sdk":"JSv3","blackHole":1000,"putBatch":2,"maxInFlight":1"#,
            records: with_pill(),
            actions: dies,
            expected: &[("lost_with_process", 10), ("stored", 1), ("requests", 2)],
        },
        Case {
            name: "P24, P33: what is stored is not lost, though nobody heard",
            settings: r#""sdk":"JSv3","repliesLost":1000"#,
            records: with_pill(),
            actions: dies,
            expected: &[("lost_with_process", 0), ("stored", 11)],
        },
    ] {
        check(&case);
    }
}

#[test]
fn what_is_sent_again_lands_behind_younger_records_of_its_key() {
    let record = |key: &str, bytes: u32| json!({ "at_us": 0, "key": key, "bytes": bytes });
    let large = 900_000;
    // The second is refused until 0.72 s later; the third is not.
    let again = r#""maxSends":10,"backoff":"exponential""#;
    for case in [
        Case {
            name: "P10: one of the same key was stored before",
            settings: again,
            records: vec![record("a", large), record("a", large), record("a", 1_000)],
            actions: "",
            expected: &[("stored", 3), ("order_broken", 1)],
        },
        Case {
            name: "P10: one of another key does not matter",
            settings: again,
            records: vec![record("a", large), record("a", large), record("b", 1_000)],
            actions: "",
            expected: &[("stored", 3), ("order_broken", 0)],
        },
        Case {
            name: "P10: of two sent again, the one behind which nothing younger of its key is stored",
            settings: again,
            records: vec![
                record("a", large),
                record("b", large),
                record("c", large),
                record("b", 1_000),
                record("a", 1_000),
            ],
            actions: "",
            expected: &[("stored", 5), ("order_broken", 1)],
        },
        Case {
            name: "P8: what is not sent again breaks no order",
            settings: r#""handling":"naive""#,
            records: vec![record("a", large), record("a", large), record("a", 1_000)],
            actions: "",
            expected: &[("stored", 2), ("order_broken", 0)],
        },
        Case {
            name: "P9, P10: refused from some record on, they keep their order",
            settings: again,
            records: vec![record("a", 300_000); 5],
            actions: "",
            expected: &[("stored", 5), ("order_broken", 0)],
        },
    ] {
        check(&case);
    }
}

/// Whether the records of one key are stored in the order they were made.
#[track_caller]
fn check_order(name: &str, settings: &str, is_kept: bool) {
    let settings = format!(r#""serverErrors":300,{settings}"#);
    let input = scenario(&settings, &at_once(100), "");
    let text = program(&["run", "-", "--events"], &input);
    let stored: Vec<u64> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"))
        .filter(|line| line["kind"] == "records_stored")
        .flat_map(|line| ordinals(&line))
        .collect();
    assert_eq!(stored.len(), 100, "{name}");
    assert_eq!(stored.is_sorted(), is_kept, "{name}: {stored:?}");
}

#[test]
fn one_put_record_at_a_time_keeps_the_order() {
    check_order(
        "P10: one PutRecord at a time",
        r#""putCall":"PutRecord","maxInFlight":1"#,
        true,
    );
    check_order("P10: several at a time", r#""putCall":"PutRecord""#, false);
}

/// E17, P24: what the mapping delivers again has its sequence number, what the producer writes again has its own; the
/// order's id is the same in both.
#[test]
fn only_the_orders_own_id_catches_copies() {
    // Stored at about 1, 2 and 3 s, each copy in a batch of its own.
    let copies = r#""sdk":"JSv2","requestTimeout":"1s","repliesLost":1000,"pollInterval":"200ms","MaximumRetryAttempts":1"#;
    let healed = r#"{"at_us":3000000,"set":{"repliesLost":0}}"#;
    let pill = |n: usize, at: usize| {
        let mut records = at_once(n);
        records[at]["poison"] = json!(true);
        records
    };
    // Bisect handles the first of four in the whole batch, in its half and by itself.
    let bisect = r#""MaximumRetryAttempts":1,"BisectBatchOnFunctionError":true"#;
    let outage = r#""outage":"errors","MaximumRetryAttempts":3"#;
    // Handled again, copies handled, caught by eventID, and by the order's id.
    for (name, settings, records, actions, [again, written, by_event, by_order]) in [
        ("P24: two copies", copies, at_once(1), healed, [0, 2, 0, 2]),
        ("E17: retries", bisect, pill(4, 1), "", [2, 0, 2, 2]),
        (
            "both: each copy is tried twice before the pill",
            copies,
            pill(2, 1),
            healed,
            [3, 2, 3, 5],
        ),
        (
            "L11: who is not charged is not charged twice",
            outage,
            at_once(3),
            "",
            [0, 0, 0, 0],
        ),
    ] {
        for (key, caught) in [("none", 0), ("eventID", by_event), ("orderId", by_order)] {
            let case = Case {
                name,
                settings: format!(r#"{settings},"handler":"throws","idempotencyKey":"{key}""#)
                    .leak(),
                records: records.clone(),
                actions,
                expected: &[],
            };
            let charged = again + written - caught;
            let expected = [
                ("handled_again", again),
                ("copies_handled", written),
                ("caught", caught),
                ("charged_twice", charged),
            ];
            check(&Case {
                expected: expected.to_vec().leak(),
                ..case
            });
        }
    }
}
