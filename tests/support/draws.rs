//! What random scenarios and random edits are drawn from.

use overflowing_sink::scenario::knobs::{Kind, Knob};
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

/// The largest value of some settings, so that short runs are hostile and quick.
pub(crate) const MOST: &[(Knob, i64)] = &[
    (Knob::ShardCount, 4),
    (Knob::RecordsPerSecond, 400),
    (Knob::SurgeTo, 500),
    (Knob::PerRecord, 40_000),
    (Knob::PerBatch, 300_000),
    (Knob::SecondPerRecord, 40_000),
    (Knob::SecondPerBatch, 300_000),
    (Knob::SecondBatchSize, 600),
    (Knob::SecondRetries, 12),
    (Knob::SecondRecordAge, 400),
    (Knob::SecondWindow, 20),
    (Knob::EsmBackoffCap, 20_000_000),
    (Knob::BackoffCap, 5_000_000),
    (Knob::BatchSize, 600),
    (Knob::MaximumRetryAttempts, 12),
    (Knob::MaximumRecordAgeInSeconds, 400),
    (Knob::MaximumBatchingWindowInSeconds, 20),
    (Knob::PollInterval, 5_000_000),
    (Knob::RecordBytes, 30_000),
    (Knob::ColdStart, 5_000_000),
    (Knob::RoundTrip, 500_000),
    (Knob::MaxSends, 20),
    // Of requests that hang for minutes there are soon thousands, and the laws count what each carries.
    (Knob::BlackHole, 40),
    (Knob::RepliesLost, 150),
    (Knob::ServerErrors, 300),
    (Knob::SdkRetries, 10),
    (Knob::SdkBase, 1_000_000),
    (Knob::SdkThrottlingBase, 1_000_000),
    (Knob::EsmStateDelay, 90_000_000),
    (Knob::EsmUpdateDelay, 90_000_000),
    (Knob::DeployDelay, 90_000_000),
    (Knob::NeighbourRate, 100),
    (Knob::NeighbourDuration, 100_000),
    (Knob::PreviousPeak, 3_000),
    (Knob::ReshardDelay, 600_000_000),
    (Knob::OnDemandDelay, 600_000_000),
    (Knob::OtherConsumers, 1),
];

/// A value within a knob's bounds, mostly a small one.
pub(crate) fn value(rng: &mut Xoshiro256PlusPlus, knob: Knob) -> i64 {
    if knob.spec().preset && rng.random_range(0..3_u32) == 0 {
        return -1;
    }
    if matches!(knob, Knob::ConnectTimeout | Knob::RequestTimeout) {
        // Most of the range is no timeout anybody sets, and the least of it a storm.
        return [0, 20_000, 100_000, 1_000_000, 30_000_000][rng.random_range(0..5)];
    }
    match knob.spec().kind {
        Kind::Count { min, max, .. } | Kind::Limit { min, max, .. } | Kind::Span { min, max } => {
            let low = (max.min(min.max(1) * 64)).max(min);
            let high = if rng.random_range(0..4_u32) == 0 {
                max
            } else {
                low
            };
            rng.random_range(min..=high)
        }
        Kind::Permille { max } => rng.random_range(0..=max),
        Kind::Toggle => rng.random_range(0..=1),
        Kind::Choice(names) => rng.random_range(0..names.len() as i64),
        Kind::Text { .. } => 0,
    }
}

/// A success, both kinds of failure, and progress (E31, E34).
pub(crate) const REPLIES: [&str; 4] = [
    r#"{"batchItemFailures":[]}"#,
    r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
    r#"{"batchItemFailures":[{"itemIdentifier":"$seq[0]"}]}"#,
    r#"{"batchItemFailures":[{"itemIdentifier":"$seq[2]"},{"itemIdentifier":"$seq[1]"}]}"#,
];

/// Orders that the filters below judge otherwise than those of the opening.
pub(crate) const ORDERS: &str =
    "3 {\"type\":\"test\",\"amount\":-1}\n2 {\"type\":\"purchase\"}\n1 {\"amount\":7}";

/// Nothing, much, little or no order at all, and a text that is refused.
pub(crate) fn filters(rng: &mut Xoshiro256PlusPlus) -> &'static str {
    let texts = [
        "",
        r#"{"data":{"type":["purchase"]}}"#,
        r#"[{"data":{"type":["test"]}},{"data":{"amount":[{"numeric":["<",0]}]}}]"#,
        r#"{"data":{"amount":[{"numeric":[">=",0]}]}}"#,
        r#"{"data":{"type":["nothing"]}}"#,
        r#"{"data":{"type":"purchase"}}"#,
    ];
    texts[rng.random_range(0..texts.len())]
}
