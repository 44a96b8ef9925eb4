//! Write limits and what the producer makes of them (S1, S4, P8–P14, P25).

use crate::row::{NOTHING, Row, check, ordinals, program, scenario};
use serde_json::{Value, json};

/// What the producer and the shards make of records: stored, throttled, lost silently, given up, requests.
#[track_caller]
pub(crate) fn check_producer(
    name: &str,
    settings: &str,
    all: &[Value],
    actions: &str,
    expected: [u64; 5],
    within: u64,
) {
    let input = scenario(&format!(r#""roundTrip":"1ms"{settings}"#), all, actions);
    let outcome: Value =
        serde_json::from_str(&program(&["run", "-", "--json"], &input)).expect("JSON");
    let row = |row: &str| outcome["ledger"][row]["good"].as_u64().expect("a count");
    let metric = |metric: &str| outcome["metrics"][metric].as_u64().expect("a count");
    let got = [
        row("stored"),
        metric("entries_throttled"),
        row("lost_silently"),
        row("given_up"),
        metric("requests"),
    ];
    let is_near = got
        .iter()
        .zip(expected)
        .all(|(got, expected)| got.abs_diff(expected) <= within);
    assert!(is_near, "{name}: {got:?} instead of {expected:?}");
}

#[test]
fn shards_limit_and_producers_resend() {
    let naive = r#","handling":"naive""#;
    let at_once = |n: usize, bytes: u64| vec![json!({ "at_us": 0, "key": "a", "bytes": bytes }); n];
    let over_3_s: Vec<Value> = (0..6_000)
        .map(|n| json!({ "at_us": n * 500, "key": "a", "bytes": 1_000 }))
        .collect();
    let (kib, large) = (at_once(1_500, 1_024), at_once(5, 900_000));
    check_producer(
        "G4, S1, P7, P8: naive loses 500 silently",
        naive,
        &kib,
        "",
        [1_000, 500, 500, 0, 3],
        0,
    );
    // 500 again after 0.1 s, 400 after 0.2 s more, 200 after 0.4 s more: a record per millisecond is free again.
    let correct = r#","backoff":"exponential""#;
    check_producer(
        "G4, P25: correct sends them again",
        correct,
        &kib,
        "",
        [1_500, 1_100, 0, 0, 6],
        8,
    );
    let once = r#","maxSends":1"#;
    check_producer("P25: bounded", once, &kib, "", [1_000, 500, 0, 500, 3], 0);
    let single = format!(r#"{naive},"putBatch":1"#);
    check_producer(
        "G5: 6,000 in 3 s, burst 1 s",
        &single,
        &over_3_s,
        "",
        [4_000, 2_000, 2_000, 0, 6_000],
        40,
    );
    check_producer(
        "P9: of five large ones the first is accepted",
        naive,
        &large,
        "",
        [1, 4, 4, 0, 1],
        0,
    );
    let failing = r#","serverErrors":1000"#;
    let one = at_once(1, 10);
    check_producer(
        "P13, P14: four attempts, then an exception",
        &format!("{naive}{failing}"),
        &one,
        "",
        [0, 0, 0, 1, 4],
        0,
    );
    let twice = format!(r#"{failing},"maxSends":2"#);
    check_producer(
        "P28: retries multiply",
        &twice,
        &one,
        "",
        [0, 0, 0, 1, 8],
        0,
    );
    // Tries at about 1, 2 and 4 s.
    let slow = format!(r#"{naive}{failing},"backoff":"exponential","backoffBase":"1s""#);
    let healed = r#"{"at_us":3000000,"set":{"serverErrors":0}}"#;
    check_producer(
        "P13: the SDK retries a 5xx until it is over",
        &slow,
        &one,
        healed,
        [1, 0, 0, 0, 3],
        0,
    );
}

#[test]
fn without_a_burst_half_of_a_doubled_rate_is_refused() {
    let over_3_s: Vec<Value> = (0..6_000)
        .map(|n| json!({ "at_us": n * 500, "key": "a", "bytes": 1_000 }))
        .collect();
    let none = r#","handling":"naive","putBatch":1,"burst":"0s""#;
    check_producer(
        "G5: 6,000 in 3 s, no burst",
        none,
        &over_3_s,
        "",
        [3_000, 3_000, 3_000, 0, 6_000],
        60,
    );
}

#[test]
fn a_refused_entry_stops_no_other() {
    for row in [
        Row {
            name: "P9: a later small entry is accepted",
            settings: r#""handling":"naive""#,
            records: "1=900000 2=900000 3=1000",
            invoked: "[1,3]",
            processed: "1,3",
            ..NOTHING
        },
        Row {
            name: "P9: entries for another shard are unaffected",
            settings: r#""handling":"naive","ShardCount":2"#,
            records: "1=900000 2=900000 3:b=900000",
            invoked: "[1] | [3]",
            processed: "1,3",
            ..NOTHING
        },
        Row {
            // Free again after 0.72 s; sent again after 0.1, 0.3 and 0.7 s and the round trips between.
            name: "P10: an entry sent again lands behind younger ones",
            settings: r#""backoff":"exponential","pollInterval":"100ms""#,
            records: "1=900000 2=900000 3=1000",
            invoked: "[1,3] [2]",
            processed: "1-3",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

/// P1, P2: a request is full at 500 records, or at 10 MiB with their keys; what alone is larger is refused.
#[test]
fn requests_are_cut_at_their_limits() {
    let of = |n: usize, bytes: u64| vec![json!({ "at_us": 0, "key": "a", "bytes": bytes }); n];
    let saved = r#","handling":"naive","burst":"300s""#;
    for (name, settings, records, expected) in [
        ("P1: 500", "", of(1_001, 10), [1_001, 0, 0, 0, 3]),
        (
            "P1: PutRecord takes one",
            r#","putCall":"PutRecord""#,
            of(1_001, 10),
            [1_001, 0, 0, 0, 1_001],
        ),
        // 1,000,001 bytes each: ten of them.
        ("P2: 10, 10 and 5", "", of(25, 1_000_000), [25, 0, 0, 0, 3]),
        // 1 MiB each, key included.
        ("P2: just 10 MiB", "", of(20, 1_048_575), [20, 0, 0, 0, 2]),
        ("P2: one more", "", of(21, 1_048_575), [21, 0, 0, 0, 3]),
        // 500 × 20,971 bytes are 260 below 10 MiB, 500 × 20,972 are 240 above.
        ("P2: 500 that fit", "", of(500, 20_970), [500, 0, 0, 0, 1]),
        ("P2: 499 that fit", "", of(500, 20_971), [500, 0, 0, 0, 2]),
        (
            "P2: what has waited is cut, too",
            r#","maxInFlight":1"#,
            of(25, 1_000_000),
            [25, 0, 0, 0, 3],
        ),
        (
            "P2, P11: 10 MiB and a key are refused alone",
            r#","MaxRecordSizeInKiB":10240"#,
            [of(1, 10), of(1, 10 << 20), of(3, 10)].concat(),
            [4, 0, 0, 1, 3],
        ),
    ] {
        check_producer(
            name,
            &format!("{saved}{settings}"),
            &records,
            "",
            expected,
            0,
        );
    }
}

/// P29: of 1,500 records at once a shard takes 1,000, in three requests as in 1,500.
#[test]
fn batches_save_requests_and_no_capacity() {
    let all = vec![json!({ "at_us": 0, "key": "a", "bytes": 1_000 }); 1_500];
    for (batch, requests) in [(500, 3), (100, 15), (1, 1_500)] {
        let settings = format!(r#","handling":"naive","putBatch":{batch}"#);
        let expected = [1_000, 500, 500, 0, requests];
        // Requests draw their trips, ± 0.1 ms, in which a record's worth is free again.
        check_producer("P29", &settings, &all, "", expected, 1);
    }
}

/// P6: the entries of a reply, as the lines before it tell them: stored with shard and sequence number, or an error code.
#[test]
fn a_reply_has_an_entry_for_each_record_in_order() {
    let record = |key: &str, bytes: u32| json!({ "at_us": 0, "key": key, "bytes": bytes });
    let records = [
        record("a", 900_000),
        record("a", 900_000),
        record("a", 1_000),
        record("a", 900_000),
    ];
    let input = scenario(r#""handling":"naive""#, &records, "");
    let text = program(&["run", "-", "--events"], &input);
    let mut entries: Vec<(u64, bool)> = Vec::new();
    let mut replies = 0;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("a line is JSON");
        match line["kind"].as_str() {
            Some("records_stored") => {
                assert_eq!(line["shard_id"], "shardId-000000000000", "{line}");
                assert!(line["start_sequence_number"].is_string(), "{line}");
                entries.extend(ordinals(&line).into_iter().map(|ordinal| (ordinal, true)));
            }
            Some("entries_throttled") => {
                let code = "ProvisionedThroughputExceededException";
                assert_eq!(line["error_code"], code, "{line}");
                entries.extend(ordinals(&line).into_iter().map(|ordinal| (ordinal, false)));
            }
            Some("request_answered") => {
                replies += 1;
                assert_eq!(line["status_code"], 200, "{line}");
                assert_eq!(line["record_count"], 4, "{line}");
                assert_eq!(line["throttled_count"], 2, "{line}");
                // The second and the fourth find too few bytes left; the third is small.
                assert_eq!(entries, [(0, true), (1, false), (2, true), (3, false)]);
            }
            _ => {}
        }
    }
    assert_eq!(replies, 1);
}
