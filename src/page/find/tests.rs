//! What people type, and what they mean by it.

use super::*;

/// So many hits the page shows.
const SHOWN: usize = 6;

/// A query, the knob it means first, and the value it sets.
const MEANT: &[(&str, Knob, Option<&str>)] = &[
    ("retention 7d", Knob::RetentionPeriodHours, Some("7d")),
    (
        "retention=7 days",
        Knob::RetentionPeriodHours,
        Some("7 days"),
    ),
    ("batchsize=10", Knob::BatchSize, Some("10")),
    ("batch size 10", Knob::BatchSize, Some("10")),
    ("batch", Knob::BatchSize, None),
    ("size batch", Knob::BatchSize, None),
    ("retry att", Knob::MaximumRetryAttempts, None),
    ("attempts retry maximum", Knob::MaximumRetryAttempts, None),
    ("retries 3", Knob::MaximumRetryAttempts, Some("3")),
    ("retries -1", Knob::MaximumRetryAttempts, Some("-1")),
    (
        "bisect true",
        Knob::BisectBatchOnFunctionError,
        Some("true"),
    ),
    ("orders 100", Knob::RecordsPerSecond, Some("100")),
    ("destination sqs", Knob::OnFailure, Some("sqs")),
    ("dead letter sqs", Knob::OnFailure, Some("sqs")),
    ("letter dead S3", Knob::OnFailure, Some("S3")),
    ("dead-letter queue", Knob::OnFailure, None),
    ("DLQ", Knob::OnFailure, None),
    ("dlq sns", Knob::OnFailure, Some("sns")),
    ("duplicates", Knob::IdempotencyKey, None),
    ("idempotent orderId", Knob::IdempotencyKey, Some("orderId")),
    ("jitter", Knob::BackoffPolicy, None),
    ("jitter none", Knob::BackoffPolicy, Some("none")),
    ("back off full", Knob::BackoffPolicy, Some("full")),
    ("concurrency 10", Knob::ParallelizationFactor, Some("10")),
    (
        "reserved concurrency 200",
        Knob::ReservedConcurrentExecutions,
        Some("200"),
    ),
    ("shards 4", Knob::ShardCount, Some("4")),
    ("replay", Knob::StartingPosition, None),
    ("trim horizon", Knob::StartingPosition, None),
    ("poison", Knob::PillReason, None),
    ("poison pill badJSON", Knob::PillReason, Some("badJSON")),
    ("window 5", Knob::MaximumBatchingWindowInSeconds, Some("5")),
    ("lag", Knob::AlarmIteratorAge, None),
    ("backlog", Knob::ParallelizationFactor, None),
    ("throttle", Knob::ShardCount, None),
    ("partial failure naive", Knob::Handling, Some("naive")),
    (
        "partial batch response on",
        Knob::ReportBatchItemFailures,
        Some("on"),
    ),
    ("cold start 1s", Knob::ColdStart, Some("1s")),
    ("timeout 30", Knob::Timeout, Some("30")),
    ("hot shard", Knob::Keys, None),
    ("on-demand", Knob::StreamMode, None),
    ("max age 1h", Knob::MaximumRecordAgeInSeconds, Some("1h")),
    ("second dlq S3", Knob::SecondOnFailure, Some("S3")),
    ("noisy neighbor 50", Knob::NeighbourRate, Some("50")),
    ("buffer client 1000", Knob::BufferLimit, Some("1000")),
    // A value keeps its spaces and its letter case.
    (
        r#"FilterCriteria {"data": {"Type": ["a b"]}}"#,
        Knob::FilterCriteria,
        Some(r#"{"data": {"Type": ["a b"]}}"#),
    ),
    // What cannot be read is still taken, so that somebody can be told what is allowed.
    ("batchsize many", Knob::BatchSize, Some("many")),
    ("linger 5", Knob::Linger, Some("5")),
];

#[test]
fn people_find_what_they_mean() {
    for (query, knob, value) in MEANT {
        let hits = find(query);
        let first = hits
            .first()
            .unwrap_or_else(|| panic!("nothing for {query}"));
        assert_eq!(first.knob, *knob, "{query}");
        assert_eq!(first.value.as_deref(), *value, "{query}");
    }
}

#[test]
fn nonsense_finds_nothing() {
    for query in ["xyzzy", "   ", "", "-", "= :", "\u{1b}[2J", "日本"] {
        assert_eq!(find(query), Vec::new(), "{query}");
    }
    assert_eq!(find(&"[]".repeat(120_000)), Vec::new());
}

#[test]
fn every_knob_is_reached_by_its_label_and_its_key() {
    for spec in KNOBS {
        for name in [spec.label, spec.key] {
            let hits = find(name);
            let first = hits.first().map(|hit| (hit.knob, hit.value.as_deref()));
            assert_eq!(first, Some((spec.knob, None)), "{name}");
        }
    }
}

#[test]
fn every_alias_shows_its_knob() {
    for spec in KNOBS {
        for alias in spec.also {
            let shown = find(alias).into_iter().take(SHOWN);
            let mut shown = shown.filter(|hit| hit.value.is_none());
            assert!(
                shown.any(|hit| hit.knob == spec.knob),
                "{alias} does not show {}",
                spec.key
            );
        }
    }
}

#[test]
fn an_alias_says_more_than_the_name_does() {
    for spec in KNOBS {
        let names = [spec.label, spec.key].map(|name| fold(name).concat());
        for alias in spec.also {
            assert!(!names.contains(&fold(alias).concat()), "{alias}");
        }
    }
}

#[test]
fn words_of_a_name_are_met_where_they_begin() {
    let name = fold("MaximumRetryAttempts");
    assert_eq!(name, ["maximum", "retry", "attempts"]);
    for word in ["max", "retry", "retryatt", "maximumretryattempts"] {
        assert!(holds(&name, word), "{word}");
    }
    for word in ["tempts", "retryx", "attemptsx"] {
        assert!(!holds(&name, word), "{word}");
    }
}
