//! How batches are formed, and lanes (E3–E9, E24).

use crate::row::{NOTHING, Row, check};

#[test]
fn batches_are_formed() {
    for row in [
        Row {
            name: "E6: with a backlog, batch after batch",
            settings: r#""BatchSize":3"#,
            records: "1-10",
            invoked: "[1-3] [4-6] [7-9] [10]",
            processed: "1-10",
            starts_ms: &[0, 30, 60, 90],
            ..NOTHING
        },
        Row {
            name: "E3: without a window a record goes at once",
            records: "1 2@3s",
            invoked: "[1] [2]",
            processed: "1-2",
            ..NOTHING
        },
        Row {
            name: "E3: a window gathers",
            settings: r#""MaximumBatchingWindowInSeconds":10"#,
            records: "1 2@3s 3@60s",
            invoked: "[1-2] [3]",
            processed: "1-3",
            ..NOTHING
        },
        Row {
            name: "E4: a full batch ends the window",
            settings: r#""MaximumBatchingWindowInSeconds":300,"BatchSize":2"#,
            records: "1 2@3s 3@6s 4@9s 5@12s",
            invoked: "[1-2] [3-4] [5]",
            processed: "1-5",
            ..NOTHING
        },
        Row {
            // Halves of the hash key range: a and user-2 in the one, b and user-1 in the other (as G1 for two shards).
            name: "E8, E9: a key stays in its lane, and a pill fails its lane only",
            settings: r#""ParallelizationFactor":2,"MaximumRetryAttempts":1"#,
            records: "1!:a 2:b 3:user-2 4:user-1 5:a 6:b",
            invoked: "[1,3,5]*2 | [2,4,6]",
            messages: "1,3,5 ×2 Unhandled",
            processed: "2,4,6",
            discarded: "1,3,5",
            ..NOTHING
        },
        Row {
            name: "E9: the other lane goes on while one is blocked",
            settings: r#""ParallelizationFactor":2"#,
            records: "1!:a 2:b 3:user-2@1h 4:user-1@1h 5:a@2h",
            invoked: "[1]*1448 [3,5] | [2] [4]",
            processed: "2-5",
            expired: "1",
            ..NOTHING
        },
        Row {
            name: "E8: one key gains nothing from ten lanes",
            settings: r#""ParallelizationFactor":10,"BatchSize":2,"perBatch":"1s""#,
            records: "1-6:b",
            invoked: "[1-2] [3-4] [5-6]",
            processed: "1-6",
            starts_ms: &[0, 1_030, 2_060],
            ..NOTHING
        },
        Row {
            name: "E24, L2: throttles are no attempts",
            settings: r#""ShardCount":2,"ConcurrentExecutions":1,"perBatch":"10s","MaximumRetryAttempts":1"#,
            records: "1!:a 2!:b",
            invoked: "[1]*2 | [2]*2",
            messages: "1 ×2 Unhandled; 2 ×2 Unhandled",
            discarded: "1-2",
            throttled: true,
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn batches_end_at_their_payload() {
    for row in [
        Row {
            name: "E4, L8: a payload ends at 6 MB; four of 1,333,876 B fit",
            settings: r#""burst":"5m""#,
            records: "1-10=1000000",
            invoked: "[1-4] [5-8] [9-10]",
            processed: "1-10",
            ..NOTHING
        },
        Row {
            name: "E4: six of 1,048,576 B are exactly 6 MB, and fit",
            settings: r#""burst":"5m""#,
            records: "1-12=786027",
            invoked: "[1-6] [7-12]",
            processed: "1-12",
            ..NOTHING
        },
        Row {
            name: "E4: six of 4 B more do not",
            settings: r#""burst":"5m""#,
            records: "1-12=786028",
            invoked: "[1-5] [6-10] [11-12]",
            processed: "1-12",
            ..NOTHING
        },
        Row {
            name: "E4: a payload of 6 MB ends the window: at the first record that does not fit",
            settings: r#""MaximumBatchingWindowInSeconds":60,"burst":"5m""#,
            records: "1-3=1000000 4@3s=1000000 5@6s=1000000 6@9s=1000000 7-8@12s=1000000 9@18s=1000000",
            invoked: "[1-4] [5-8] [9]",
            processed: "1-9",
            starts_ms: &[0, 12_000, 72_030],
            ..NOTHING
        },
        Row {
            name: "E4: or at the one that fills it",
            settings: r#""MaximumBatchingWindowInSeconds":60,"burst":"5m""#,
            records: "1-5=786027 6@6s=786027 7-11@9s=786027 12@18s=786027 13@18s",
            invoked: "[1-6] [7-12] [13]",
            processed: "1-13",
            starts_ms: &[0, 12_000, 72_030],
            ..NOTHING
        },
    ] {
        check(&row);
    }
}
