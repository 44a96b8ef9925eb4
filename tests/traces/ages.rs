//! Retention and maximum age (E42–E44, S9).

use crate::row::{NOTHING, Row, check};

#[test]
fn records_grow_old() {
    for row in [
        Row {
            name: "G7, E43: blocked until arrival + retention, no message; the other shard is untouched (G1: a and b part)",
            settings: r#""ShardCount":2"#,
            records: "1 2! 3:b 4@1h 5@1h:b",
            invoked: "[1-2]*1448 [4] | [3] [5]",
            processed: "3-5",
            expired: "1-2",
            ..NOTHING
        },
        Row {
            // The last back-off ends between 86,442.2 and 86,443.2 s after the first record arrived.
            name: "E44: expiry does not cut the back-off short, so what expires meanwhile is lost too",
            records: "1! 2 3@30s 4@60s",
            invoked: "[1-2]*1448 [4]",
            processed: "4",
            expired: "1-3",
            ..NOTHING
        },
        Row {
            // A window of 60 s holds both; tries every 60 s from 162.2 s on, the last before 24 h the 1,447th.
            name: "E44: a batch shrunk by expiry keeps its back-off",
            settings: r#""MaximumBatchingWindowInSeconds":60"#,
            records: "1! 2!@50s",
            invoked: "[1-2]*1447 [2]",
            expired: "1-2",
            ..NOTHING
        },
        Row {
            // The fixed code handles 1 at about 86,384 s and, with 10 s between, 2; 3 would follow at 86,404 s and expires
            // at 86,402 s.
            name: "E44: retention is checked when a batch is formed",
            settings: r#""BatchSize":1,"esmOverhead":"10s""#,
            records: "1! 2@1s 3@1s",
            actions: r#"{"at_us":86350000000,"set":{"fixed":true}}"#,
            invoked: "[1]*1448 [2]",
            processed: "1-2",
            expired: "3",
            ..NOTHING
        },
        Row {
            name: "E43: a maximum age beyond retention never tells the destination",
            settings: r#""MaximumRecordAgeInSeconds":90000"#,
            records: "1! 2@1h",
            invoked: "[1]*1448 [2]",
            processed: "2",
            expired: "1",
            ..NOTHING
        },
        Row {
            name: "E42: the stale record alone goes to the destination, never invoked, counted once",
            settings: r#""MaximumRecordAgeInSeconds":60,"MaximumBatchingWindowInSeconds":120"#,
            records: "1 2-6@100s",
            invoked: "[2-6]",
            messages: "1 ×1 aged",
            processed: "2-6",
            discarded: "1",
            ..NOTHING
        },
        Row {
            // Tried at an age of 7 to 8 s, and 51 s later for the last time: nine invocations.
            name: "G13: maximum age 60 s, first try at 7 s",
            settings: r#""MaximumRecordAgeInSeconds":60,"MaximumBatchingWindowInSeconds":7"#,
            records: "1!",
            invoked: "[1]*9",
            messages: "1 ×10 aged",
            discarded: "1",
            ..NOTHING
        },
        Row {
            name: "G13: maximum age 60 s, first try at 10 s",
            settings: r#""MaximumRecordAgeInSeconds":60,"MaximumBatchingWindowInSeconds":10"#,
            records: "1!",
            invoked: "[1]*8",
            messages: "1 ×9 aged",
            discarded: "1",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn retention_changes_in_the_middle_of_a_run() {
    for row in [
        Row {
            // Tried until the fix at 30 h: 9 + 1,799 in vain, and once more.
            name: "S9: raising retention in time rescues",
            records: "1! 2",
            actions: r#"{"at_us":82800000000,"set":{"RetentionPeriodHours":48}},{"at_us":108000000000,"set":{"fixed":true}}"#,
            invoked: "[1-2]*1809",
            processed: "1-2",
            ..NOTHING
        },
        Row {
            name: "S9: raising retention revives nothing",
            records: "1! 2",
            actions: r#"{"at_us":90000000000,"set":{"RetentionPeriodHours":48}},{"at_us":108000000000,"set":{"fixed":true}}"#,
            invoked: "[1-2]*1448",
            expired: "1-2",
            ..NOTHING
        },
        Row {
            name: "S9: lowering retention from 48 h to 24 h at 30 h loses what is older",
            settings: r#""RetentionPeriodHours":48"#,
            records: "1! 2@1h 3@10h",
            actions: r#"{"at_us":108000000000,"set":{"RetentionPeriodHours":24}}"#,
            invoked: "[1]*1808 [3]",
            processed: "3",
            expired: "1-2",
            expired_at_s: Some(30 * 3_600),
            ..NOTHING
        },
    ] {
        check(&row);
    }
}
