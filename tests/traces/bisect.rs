//! Splitting failed batches (E37–E41) and batches that take too long (L7).

use crate::row::{NOTHING, Row, check};

const BISECT_1: &str = r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":1"#;

#[test]
fn a_failed_batch_is_split() {
    for row in [
        Row {
            name: "E38, G9: one bad of four, R = 1: six invocations",
            settings: BISECT_1,
            records: "1 2! 3-4",
            invoked: "[1-4] [1-2] [1] [2]*2 [3-4]",
            messages: "2 ×2 Unhandled",
            processed: "1,3-4",
            discarded: "2",
            starts_ms: &[0, 30, 60, 90, 290, 320],
            ..NOTHING
        },
        Row {
            name: "E39: an exception gives no hint, so plain bisect applies with RBIF too",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":1,"ReportBatchItemFailures":true"#,
            records: "1 2! 3-4",
            invoked: "[1-4] [1-2] [1] [2]*2 [3-4]",
            messages: "2 ×2 Unhandled",
            processed: "1,3-4",
            discarded: "2",
            ..NOTHING
        },
        Row {
            name: "G9: n = 128, R = 2: 17 invocations, the first bad",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":2,"BatchSize":128"#,
            records: "1! 2-128",
            invoked: "[1-128] [1-64] [1-32] [1-16] [1-8] [1-4] [1-2] [1]*3 [2] [3-4] [5-8] [9-16] [17-32] [33-64] [65-128]",
            messages: "1 ×3 Unhandled",
            processed: "2-128",
            discarded: "1",
            ..NOTHING
        },
        Row {
            name: "G9: n = 128, R = 2: 17 invocations, the last bad",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":2,"BatchSize":128"#,
            records: "1-127 128!",
            invoked: "[1-128] [1-64] [65-128] [65-96] [97-128] [97-112] [113-128] [113-120] [121-128] [121-124] [125-128] [125-126] [127-128] [127] [128]*3",
            messages: "128 ×3 Unhandled",
            processed: "1-127",
            discarded: "128",
            ..NOTHING
        },
        Row {
            name: "E37: the left half of an odd batch is the smaller one",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":0"#,
            records: "1-2 3! 4-5",
            invoked: "[1-5] [1-2] [3-5] [3] [4-5]",
            messages: "3 ×1 Unhandled",
            processed: "1-2,4-5",
            discarded: "3",
            ..NOTHING
        },
        Row {
            name: "E37: depth first, left first, with two bad",
            settings: r#""BisectBatchOnFunctionError":true,"MaximumRetryAttempts":0"#,
            records: "1! 2-3 4!",
            invoked: "[1-4] [1-2] [1] [2] [3-4] [3] [4]",
            messages: "1 ×1 Unhandled; 4 ×1 Unhandled",
            processed: "2-3",
            discarded: "1,4",
            ..NOTHING
        },
        Row {
            // First tries at 0, 0.2, … 51 s, then 102.2 s and every 60 s until 24 h: 9 + 1,439 (E25, E26).
            name: "E40: with infinite retries the isolated record still blocks until it expires",
            settings: r#""BisectBatchOnFunctionError":true"#,
            records: "1 2! 3@1h",
            invoked: "[1-2] [1] [2]*1448 [3]",
            processed: "1,3",
            expired: "2",
            ..NOTHING
        },
        Row {
            name: "L7: a batch that takes longer than Timeout is a self-made pill",
            settings: r#""BatchSize":200,"perRecord":"20ms","Timeout":3,"MaximumRetryAttempts":1"#,
            records: "1-200",
            invoked: "[1-200]*2",
            messages: "1-200 ×2 Unhandled",
            discarded: "1-200",
            starts_ms: &[0, 3_200],
            ..NOTHING
        },
        Row {
            name: "L7, E41: halves that are done in time",
            settings: r#""BatchSize":200,"perRecord":"20ms","Timeout":3,"BisectBatchOnFunctionError":true"#,
            records: "1-200",
            invoked: "[1-200] [1-100] [101-200]",
            processed: "1-200",
            starts_ms: &[0, 3_030, 5_060],
            ..NOTHING
        },
    ] {
        check(&row);
    }
}
