//! The line under each knob, computed by hand from the facts.

use overflowing_sink::scenario::Settings;
use overflowing_sink::scenario::consequence::consequence;
use overflowing_sink::scenario::knobs::{KNOBS, Knob};
use overflowing_sink::scenario::spelling::parse;

/// The line under `knob` in the opening scenario changed by `typed`, such as `BatchSize 200`.
#[track_caller]
fn check(typed: &str, knob: Knob, expected: &str) {
    let mut settings = Settings::default();
    for change in typed.split(", ").filter(|change| !change.is_empty()) {
        let (key, value) = change.split_once(' ').expect("a key and a value");
        let changed = Knob::by_key(key).expect("a key of the table");
        settings.set(changed, parse(changed, value).expect("a value").value);
    }
    assert_eq!(
        consequence(knob, &settings).unwrap_or_default(),
        expected,
        "{knob:?} with {typed:?}"
    );
}

#[test]
fn retries_are_worth_their_pauses() {
    // E25: 0.2 s · (2^R − 1), every pause at most 60 s (E26): 102.2 s for 9, 60 s for each more.
    let knob = Knob::MaximumRetryAttempts;
    check(
        "MaximumRetryAttempts 0",
        knob,
        "gives up after the first try",
    );
    check(
        "MaximumRetryAttempts 1",
        knob,
        "1 retry = 200 ms of patience",
    );
    check(
        "MaximumRetryAttempts 3",
        knob,
        "3 retries = 1.4 s of patience",
    );
    check(
        "MaximumRetryAttempts 10",
        knob,
        "10 retries = 2 min 42 s of patience",
    );
    check(
        "MaximumRetryAttempts 18",
        knob,
        "18 retries = 10 min 42 s of patience",
    );
    check(
        "MaximumRetryAttempts 10000",
        knob,
        "10,000 retries = 6 days 23 h of patience",
    );
    check("", knob, "a pill blocks for 24 h: ≈ 1,450 tries");
    check(
        "MaximumRecordAgeInSeconds 1h",
        knob,
        "tries until the record is 1 h old",
    );
    check(
        "",
        Knob::EsmBackoffBase,
        "pauses of 200 ms, 400 ms, 800 ms …",
    );
    // Without a cap in reach: 0.2 s · (2^18 − 1) = 14.6 h fit, the 19th pause does not.
    check(
        "esmBackoffCap 24h",
        Knob::EsmBackoffCap,
        "≈ 19 tries of a pill in 24 h",
    );
}

#[test]
fn batches_are_measured_against_timeout_and_traffic() {
    check(
        "",
        Knob::BatchSize,
        "100 ms + 100 × 20 ms = 2.1 s of a 3 s Timeout",
    );
    check(
        "BatchSize 200",
        Knob::Timeout,
        "100 ms + 200 × 20 ms = 4.1 s of a 3 s Timeout: it always fails",
    );
    // E4: 1,024 B are 1,368 B in base64, with 540 B around them 3,297 times in 6 MiB.
    check(
        "BatchSize 10000, perRecord 1ms, Timeout 1m",
        Knob::BatchSize,
        "100 ms + 3,297 (6 MB) × 1 ms = 3.4 s of a 1 min Timeout",
    );
    // E6: 100 / (0.1 + 2 + 0.03) s = 46.9; peak 72 · 1.5 / 2 = 54.
    check("", Knob::PerRecord, "handles 47/s, peak 54/s per shard");
    check(
        "ParallelizationFactor 2",
        Knob::PerBatch,
        "handles 94/s, peak 54/s per shard",
    );
    // One of two lanes runs at a time.
    check(
        "ConcurrentExecutions 1",
        Knob::PerBatch,
        "handles 23/s, peak 54/s per shard",
    );
    // S2: 2 MiB/s of 1 MB records is two a second.
    check(
        "recordBytes 1048000, perRecord 1ms",
        Knob::PerBatch,
        "handles 2/s, peak 54/s per shard",
    );
    check(
        "MaximumBatchingWindowInSeconds 2",
        Knob::MaximumBatchingWindowInSeconds,
        "waits up to 2 s for about 72 records",
    );
    check("", Knob::EsmOverhead, "1.4 % of the time of a full batch");
}

/// E7, L1, L3.
#[test]
fn concurrency_is_shards_times_factor() {
    check(
        "ParallelizationFactor 2",
        Knob::ParallelizationFactor,
        "2 × 2 = 4 of 1,000 concurrent",
    );
    check(
        "ShardCount 200, ParallelizationFactor 10",
        Knob::ConcurrentExecutions,
        "2,000 of 1,000 concurrent: the rest is throttled",
    );
}

#[test]
fn giving_up_names_what_goes_with_it() {
    let bisect = Knob::BisectBatchOnFunctionError;
    check("", bisect, "one bad order condemns its batch of 100");
    check(
        "BisectBatchOnFunctionError on, MaximumRetryAttempts 2",
        bisect,
        "finds one bad order in 100 by 7 splits at most",
    );
    check(
        "BisectBatchOnFunctionError on, BatchSize 128, MaximumRetryAttempts 2",
        bisect,
        "finds one bad order in 128 by 7 splits at most",
    );
    check(
        "BisectBatchOnFunctionError on, BatchSize 2",
        bisect,
        "finds one bad order in 2 by 1 split at most, and then retries it until it expires",
    );
    check("BatchSize 1", bisect, "a batch of one cannot be split");
    check(
        "OnFailure SQS",
        Knob::OnFailure,
        "nothing is ever given up: it only expires, and no destination sees that",
    );
    check(
        "MaximumRetryAttempts 2",
        Knob::OnFailure,
        "what is given up leaves no trace",
    );
    check(
        "MaximumRetryAttempts 2, OnFailure SNS",
        Knob::OnFailure,
        "names what is given up; read it again within 24 h of its arrival",
    );
    check(
        "MaximumRetryAttempts 2, OnFailure S3",
        Knob::OnFailure,
        "keeps the records that are given up",
    );
    check(
        "MaximumRecordAgeInSeconds 1h",
        Knob::MaximumRecordAgeInSeconds,
        "gives up after 1 h, 23 h before records expire",
    );
    check(
        "MaximumRecordAgeInSeconds 7d",
        Knob::MaximumRecordAgeInSeconds,
        "never acts: records expire after 24 h",
    );
    check(
        "handler reports",
        Knob::ReportBatchItemFailures,
        "the reply is ignored: failed orders are lost silently",
    );
}

#[test]
fn traffic_is_spread_over_day_and_shards() {
    check("", Knob::RecordsPerSecond, "peak 108/s, 54 on each shard");
    check("", Knob::ShardCount, "take 2,000/s, peak 108/s");
    check("", Knob::DailySwing, "between 36 and 108/s");
    check("", Knob::PeakAt, "peak at 13:30, quietest at 01:30");
    check(
        "keys hot",
        Knob::HotShare,
        "43/s for one key; a shard takes 1,000/s",
    );
    // 72 · (0.6 + 0.4 / 2) = 57.6.
    check(
        "keys hot",
        Knob::Keys,
        "the hot key's shard gets 58/s, the others less",
    );
    check(
        "keys even",
        Knob::Keys,
        "the same for every shard; MD5 is not asked",
    );
    check(
        "",
        Knob::KeyCount,
        "an order per key every 13.9 s on average",
    );
    check(
        "recordBytes 10240",
        Knob::RecordBytes,
        "a shard takes 102/s; 443 fit into an invocation",
    );
    check("", Knob::Burst, "1,000 records at once on each shard");
    check(
        "RetentionPeriodHours 7d",
        Knob::RetentionPeriodHours,
        "7 days of headroom for a blocked shard, and every peak spends some of it",
    );
}

#[test]
fn a_shape_says_what_it_makes_of_the_traffic() {
    use Knob::{DailySwing, PeakAt, RecordsPerSecond, ShardCount, SpikeFor, SpikeShare};
    check("", Knob::TrafficShape, "the daily curve alone");
    for knob in [Knob::SurgeAt, Knob::SurgeFor, Knob::SurgeTo] {
        check(
            "trafficShape spikes",
            knob,
            "counts only with a ramp or a flash crowd",
        );
    }
    for knob in [Knob::SpikeEvery, SpikeFor, SpikeShare] {
        check("trafficShape ramp", knob, "counts only with spikes");
    }
    let flash = "trafficShape flash, surgeAt 3h, surgeFor 30min";
    check(
        flash,
        Knob::TrafficShape,
        "from 3 h to 3 h 30 min of the run",
    );
    check(flash, Knob::SurgeTo, "216/s on average at its height");
    // 72 · 1.5 · 3.
    check(flash, ShardCount, "take 2,000/s, peak 324/s");
    check(flash, DailySwing, "between 36 and 108/s");
    // 6,000 a minute, all of them or nine tenths in 3 s.
    let spikes = "trafficShape spikes, recordsPerSecond 100";
    check(spikes, SpikeShare, "1,800/s for 3 s, 11/s otherwise");
    let all = [spikes, ", spikeShare 100%"].concat();
    check(&all, Knob::TrafficShape, "2,000/s for 3 s, 0/s otherwise");
    let on = [spikes, ", spikeEvery 3s"].concat();
    check(
        &on,
        SpikeFor,
        "each spike ends in the next one, so there are none",
    );
    let pasted = "trafficShape pasted";
    check(pasted, ShardCount, "take 2,000/s, mean 72/s");
    check(
        pasted,
        Knob::TrafficShape,
        "the counts of the scenario, from the start",
    );
    check(
        pasted,
        RecordsPerSecond,
        "the mean of the pasted traffic; another one scales it",
    );
    for knob in [DailySwing, PeakAt] {
        check(pasted, knob, "counts only without pasted traffic");
    }
}

#[test]
fn the_producer_waits_as_its_policy_says() {
    check("", Knob::Linger, "about 72 records a request");
    check(
        "recordsPerSecond 9000",
        Knob::PutBatch,
        "about 500 records a request",
    );
    check("", Knob::RoundTrip, "20 ms to 30 ms a request");
    // 0.1 · (2^8 − 1) = 25.5 s and the ninth pause at the cap of 20 s.
    check("", Knob::MaxSends, "gives up after 45.5 s at most");
    check(
        "",
        Knob::BackoffPolicy,
        "waits up to 100 ms, 200 ms, 400 ms … at most 20 s",
    );
    check(
        "",
        Knob::SdkRetries,
        "a request answered 5xx is sent up to 4 times",
    );
    check(
        "serverErrors 5%",
        Knob::ServerErrors,
        "about 1 request in 20",
    );
    check(
        "handling naive",
        Knob::Handling,
        "a throttled record is gone, and the call counts as a success",
    );
}

#[test]
fn executions_are_shared_or_reserved() {
    check(
        "",
        Knob::ReservedConcurrentExecutions,
        "shares; others find at least 998 free",
    );
    check(
        "ReservedConcurrentExecutions 200, ShardCount 100, ParallelizationFactor 10",
        Knob::ReservedConcurrentExecutions,
        "1,000 of 200 concurrent: the rest is throttled; 800 for others",
    );
    check(
        "ReservedConcurrentExecutions 0",
        Knob::ReservedConcurrentExecutions,
        "switched off: every invocation is throttled",
    );
    // 50 calls a second for 0.2 s each.
    check(
        "neighbourRate 50, ShardCount 100, ParallelizationFactor 10",
        Knob::NeighbourRate,
        "needs 10 at once and finds at least 0",
    );
}

#[test]
fn what_goes_wrong_is_measured_against_the_patience() {
    let outage = Knob::Outage;
    check(
        "outage errors",
        outage,
        "every order fails while it lasts, and waits",
    );
    check(
        "outage hangs, MaximumRetryAttempts 3",
        outage,
        "every order fails, and good ones are given up after 1.4 s",
    );
    check(
        "outage errors, handler parks",
        outage,
        "every order is parked while it lasts",
    );
    check(
        "crashes 10%",
        Knob::Crashes,
        "the next try draws anew: it heals",
    );
    // 0.1 to the power of three tries.
    check(
        "crashes 10%, MaximumRetryAttempts 2",
        Knob::Crashes,
        "one batch in 1,000 is given up for it",
    );
    check(
        "coldStart 1s",
        Knob::ColdStart,
        "100 ms to 1 s before a new environment's first batch",
    );
}

#[test]
fn the_sdk_stalls_and_waits_as_its_preset_says() {
    // P14, P16: 4 × 120 s, and 100, 200 and 400 ms between.
    check(
        "sdk JSv2",
        Knob::Sdk,
        "4 attempts; a request that nothing answers stalls for 8 min: 4 × 2 min",
    );
    check(
        "sdk JSv2",
        Knob::SdkBase,
        "700 ms of waiting at most, over 3 retries",
    );
    // P18, P20: 500 tokens at 5 a retry, 10 after a timeout; no timeouts at all.
    check(
        "sdk JSv3",
        Knob::RequestTimeout,
        "a request that nothing answers waits for ever",
    );
    check(
        "sdk JSv3",
        Knob::TimeoutCost,
        "500 tokens pay for 50 retries without a success",
    );
    // P19: from 50 ms after a 5xx, from 1 s after a throttling exception.
    check(
        "sdk SDK2026",
        Knob::SdkBase,
        "150 ms of waiting at most, over 2 retries",
    );
    check(
        "sdk SDK2026, putCall PutRecord",
        Knob::SdkThrottlingBase,
        "3 s of waiting at most, over 2 retries",
    );
    // P21: 1 + 2 + 4 + 8 s, and no quota.
    check(
        "sdk botocore",
        Knob::SdkBase,
        "15 s of waiting at most, over 4 retries",
    );
    check(
        "sdk botocore",
        Knob::RetryQuota,
        "no quota: every request is retried",
    );
    // P31: 1 ÷ 25 ms.
    check("maxInFlight 1", Knob::MaxInFlight, "40/s at most");
    check(
        "maxInFlight 1, bufferLimit 7200",
        Knob::BufferLimit,
        "full 1 min 40 s after sending stops",
    );
    check(
        "repliesLost 1%",
        Knob::RepliesLost,
        "sent again after 2 min, and stored twice",
    );
    // Set by hand it holds, whatever the preset.
    check(
        "sdk botocore, maxRetries 1",
        Knob::SdkRetries,
        "a request answered 5xx is sent up to 2 times",
    );
}

/// E14: what holds of the first mapping's settings holds of the second's.
#[test]
fn the_second_mapping_has_lines_of_its_own() {
    let none = "there is no second mapping";
    check("", Knob::SecondRetries, none);
    check("", Knob::SecondFilter, none);
    check(
        "secondMapping on",
        Knob::SecondRetries,
        "nothing of it fails",
    );
    check(
        "secondMapping on",
        Knob::SecondOnFailure,
        "nothing of it fails",
    );
    let fails = "secondMapping on, secondFailsOnPoison on";
    check(
        fails,
        Knob::SecondFails,
        "a pill blocks its shard until it expires",
    );
    // 0.2 + 0.4 + 0.8 s.
    check(
        &format!("{fails}, secondMaximumRetryAttempts 3"),
        Knob::SecondRetries,
        "3 retries = 1.4 s of patience",
    );
    check(
        &format!("{fails}, secondBatchSize 8"),
        Knob::SecondBisect,
        "one bad order condemns its batch of 8",
    );
    check(
        &format!("{fails}, secondMaximumRetryAttempts 3, OnFailure SQS"),
        Knob::SecondOnFailure,
        "what is given up leaves no trace",
    );
    check(
        &format!("{fails}, secondHandler parks"),
        Knob::SecondFails,
        "the bad order is kept in a place of your own, and its batch goes on",
    );
    check(
        &format!("{fails}, secondHandler reports"),
        Knob::SecondReports,
        "the reply is ignored: failed orders are lost silently",
    );
    check(
        "secondMapping on, secondMaximumRecordAgeInSeconds 1h",
        Knob::SecondRecordAge,
        "gives up after 1 h, 23 h before records expire",
    );
    // 100 ms + 100 × 5 ms.
    check(
        "secondMapping on, secondTimeout 1",
        Knob::SecondTimeout,
        "100 ms + 100 × 5 ms = 600 ms of a 1 s Timeout",
    );
    check(
        "secondMapping on",
        Knob::SecondFilter,
        "no filter: every order is delivered",
    );
}

#[test]
fn every_knob_but_the_plainest_has_a_line() {
    let silent = [
        Knob::Fixed,
        Knob::DestinationDenied,
        Knob::RereadAfter,
        Knob::StartingPositionTimestamp,
        Knob::Enabled,
        Knob::MappingExists,
        Knob::EsmStateDelay,
        Knob::EsmUpdateDelay,
        Knob::DeployDelay,
        Knob::Outage,
        Knob::Crashes,
        Knob::NeighbourRate,
        Knob::NeighbourDuration,
        Knob::StreamMode,
        Knob::Autoscaler,
        Knob::Keys,
        Knob::ServerErrors,
        Knob::BlackHole,
        Knob::RepliesLost,
        Knob::Restart,
        Knob::SecondMapping,
        Knob::Horizon,
        Knob::Seed,
    ];
    for spec in KNOBS {
        let line = consequence(spec.knob, &Settings::default());
        assert_eq!(
            line.is_none(),
            silent.contains(&spec.knob),
            "{}: {line:?}",
            spec.key
        );
        assert!(
            line.is_none_or(|line| line.chars().count() <= 80),
            "{} is too long",
            spec.key
        );
    }
}
