//! What the SDK does by itself: attempts, pauses, timeouts, the retry quota (P12–P23).

use crate::producer::check_producer;
use crate::row::{program, scenario};
use serde_json::{Value, json};

fn at_once(n: usize, bytes: u64) -> Vec<Value> {
    vec![json!({ "at_us": 0, "key": "a", "bytes": bytes }); n]
}

/// One record into the black hole: after how many attempts, and how long after it was first sent, the application gets
/// an exception; `None` if it waits for ever. The linger of 1 s is when it is sent.
#[track_caller]
fn check_stall(name: &str, settings: &str, attempts: usize, seconds: Option<[u64; 2]>) {
    let settings = format!(r#""blackHole":1000,"maxSends":1{settings}"#);
    let text = program(
        &["run", "-", "--events"],
        &scenario(&settings, &at_once(1, 10), ""),
    );
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).collect();
    let (unanswered, lost): (Vec<&Value>, Vec<&Value>) =
        (of("request_unanswered"), of("records_never_stored"));
    assert_eq!(unanswered.len(), attempts, "{name}");
    let for_ever = unanswered.iter().any(|line| line["for_ever"] == true);
    assert_eq!(for_ever, seconds.is_none(), "{name}");
    let stalls: Vec<u64> = lost
        .iter()
        .map(|line| line["at_us"].as_u64().expect("a time") - 1_000_000)
        .collect();
    match seconds {
        None => assert!(stalls.is_empty(), "{name}: {stalls:?}"),
        Some([least, most]) => {
            let within = |us: &u64| (least * 100_000..=most * 100_000).contains(us);
            assert!(
                stalls.len() == 1 && stalls.iter().all(within),
                "{name}: {stalls:?}"
            );
        }
    }
}

/// Times are in tenths of a second.
#[test]
fn a_black_hole_stalls_for_as_long_as_the_timeouts_say() {
    for (name, settings, attempts, tenths) in [
        ("G3, P16: v2", r#","sdk":"JSv2""#, 4, Some([4_800, 4_807])),
        (
            "G3: v2, timeout 1 s",
            r#","sdk":"JSv2","requestTimeout":"1s""#,
            4,
            Some([40, 47]),
        ),
        (
            "P15: the shorter of two timeouts ends it",
            r#","sdk":"JSv2","connectTimeout":"1s""#,
            4,
            Some([40, 47]),
        ),
        (
            "G3: v3, timeout 1 s",
            r#","sdk":"JSv3","requestTimeout":"1s""#,
            3,
            Some([30, 33]),
        ),
        ("P20: v3 waits for ever", r#","sdk":"JSv3""#, 1, None),
        ("P20: so does 2026", r#","sdk":"SDK2026""#, 1, None),
        (
            "P19: 2026, timeout 1 s: 50 and 100 ms at most between",
            r#","sdk":"SDK2026","requestTimeout":"1s""#,
            3,
            Some([30, 32]),
        ),
        (
            "P21: botocore, 5 × 60 s and 1, 2, 4, 8 s at most between",
            r#","sdk":"botocore""#,
            5,
            Some([3_000, 3_150]),
        ),
        (
            "a value set by hand overrides the preset, the others follow it",
            r#","sdk":"botocore","maxRetries":1"#,
            2,
            Some([1_200, 1_210]),
        ),
    ] {
        check_stall(name, settings, attempts, tenths);
    }
}

#[test]
fn put_record_is_refused_with_an_exception() {
    let single = r#","handling":"naive","putCall":"PutRecord""#;
    let kib = at_once(1_500, 1_000);
    // What PutRecords hides behind a 200, PutRecord throws: given up, not lost without a look.
    check_producer(
        "P12: no retries",
        &format!(r#"{single},"maxRetries":0"#),
        &kib,
        "",
        [1_000, 500, 0, 500, 1_500],
        1,
    );
    // After 1 s of waiting a second's worth is free again.
    let waits = r#","sdkBackoff":"exponential","sdkBase":"1ms","sdkThrottlingBase":"1s""#;
    check_producer(
        "P12, P18: the SDK retries it, from the base for throttling",
        &format!("{single}{waits}"),
        &kib,
        "",
        [1_500, 500, 0, 0, 2_000],
        1,
    );
    let twice = r#","putCall":"PutRecord","maxRetries":1,"maxSends":2,"serverErrors":1000"#;
    check_producer(
        "P28: 2 sends of 2 attempts of 10 records",
        twice,
        &at_once(10, 10),
        "",
        [0, 0, 0, 10, 40],
        0,
    );
    // 1,025 bytes and the key are 2 KiB to PutRecord; 500 of them together are 501 KiB to PutRecords.
    let odd = at_once(1_500, 1_025);
    check_producer(
        "P5: PutRecord rounds each record up",
        &format!(r#"{single},"maxRetries":0"#),
        &odd,
        "",
        [512, 988, 0, 988, 1_500],
        1,
    );
    check_producer(
        "P5: PutRecords rounds the sum up",
        r#","handling":"naive""#,
        &odd,
        "",
        [1_000, 500, 500, 0, 3],
        0,
    );
}

#[test]
fn the_retry_quota_ends_a_storm() {
    let all = at_once(300, 10);
    for (name, settings, fault, requests) in [
        (
            "P18: 500 tokens at 5",
            "JSv3",
            r#""serverErrors":1000"#,
            400,
        ),
        (
            "P18: at 10 after a timeout",
            "JSv3",
            r#""blackHole":1000,"requestTimeout":"1s""#,
            350,
        ),
        ("P19: at 14", "SDK2026", r#""serverErrors":1000"#, 335),
        (
            "P19: set by hand",
            "SDK2026",
            r#""serverErrors":1000,"retryQuota":28"#,
            302,
        ),
        ("P14: v2 has none", "JSv2", r#""serverErrors":1000"#, 1_200),
        (
            "P21: nor has botocore's legacy mode",
            "botocore",
            r#""serverErrors":1000"#,
            1_500,
        ),
    ] {
        let settings =
            format!(r#","handling":"naive","putCall":"PutRecord","sdk":"{settings}",{fault}"#);
        check_producer(name, &settings, &all, "", [0, 0, 0, 300, requests], 0);
    }
}

/// P23: tokens for one retry. Of two requests that fail, one is sent again; everything else fails at once.
#[test]
fn without_tokens_the_sdk_fails_at_once() {
    let settings =
        r#""sdk":"SDK2026","putCall":"PutRecord","serverErrors":1000,"maxSends":1,"retryQuota":14"#;
    let text = program(
        &["run", "-", "--events"],
        &scenario(settings, &at_once(2, 10), ""),
    );
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    let times = |kind: &str| -> Vec<u64> {
        let of = lines.iter().filter(|line| line["kind"] == kind);
        of.map(|line| line["at_us"].as_u64().expect("a time"))
            .collect()
    };
    let failed = times("request_failed");
    assert_eq!(failed.len(), 3, "{failed:?}");
    // The second failure and the retry's are the last of their requests, without a pause.
    assert_eq!(times("retry_quota_spent"), failed[1..]);
    assert_eq!(times("records_never_stored"), failed[1..]);
}
