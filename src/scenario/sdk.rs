//! The SDKs' own retries and timeouts: presets, and what is set by hand instead.
//!
//! A preset is a choice of its own and every value it stands for is a knob that starts at *preset*: left there it
//! follows the preset, set by hand it holds whatever the preset says.

use super::Settings;
use super::knobs::Knob::{
    self, BackoffBase, BackoffCap, BackoffPolicy, ConnectTimeout, RequestTimeout, RetryCost,
    RetryQuota, SdkBackoff, SdkBase, SdkCap, SdkRetries, SdkThrottlingBase, ThrottlingCost,
    TimeoutCost,
};
use crate::engine::config;
use crate::engine::time::SimDuration;

/// What a preset stands for; times in µs, 0 for none.
struct Preset {
    retries: i64,
    base: i64,
    throttling_base: i64,
    cap: i64,
    connect_timeout: i64,
    request_timeout: i64,
    quota: i64,
    cost: i64,
    throttling_cost: i64,
    timeout_cost: i64,
}

const MS: i64 = 1_000;
const SECOND: i64 = 1_000_000;
/// The place of full jitter among the policies: what every SDK uses.
const FULL_JITTER: i64 = 3;
/// Longer than any run, for a back-off without a cap.
const UNCAPPED: SimDuration = SimDuration(1 << 50);

/// JavaScript v2, the talk's (P14, P15).
const JS_V2: Preset = Preset {
    retries: 3,
    base: 100 * MS,
    throttling_base: 100 * MS,
    cap: 0,
    connect_timeout: 0,
    request_timeout: 120 * SECOND,
    quota: 0,
    cost: 0,
    throttling_cost: 0,
    timeout_cost: 0,
};
/// JavaScript v3 before November 2026 (P18, P20).
const JS_V3: Preset = Preset {
    retries: 2,
    base: 100 * MS,
    throttling_base: 500 * MS,
    cap: 20 * SECOND,
    connect_timeout: 0,
    request_timeout: 0,
    quota: 500,
    cost: 5,
    throttling_cost: 5,
    timeout_cost: 10,
};
/// The defaults since November 2026, with JavaScript's timeouts (P19, P20).
const SDK_2026: Preset = Preset {
    retries: 2,
    base: 50 * MS,
    throttling_base: 1_000 * MS,
    cap: 20 * SECOND,
    connect_timeout: 0,
    request_timeout: 0,
    quota: 500,
    cost: 14,
    throttling_cost: 5,
    timeout_cost: 14,
};
/// botocore's legacy mode: random · 2^(n − 1) s before retry n (P21).
const BOTOCORE: Preset = Preset {
    retries: 4,
    base: SECOND,
    throttling_base: SECOND,
    cap: 0,
    connect_timeout: 60 * SECOND,
    request_timeout: 60 * SECOND,
    quota: 0,
    cost: 0,
    throttling_cost: 0,
    timeout_cost: 0,
};

/// What holds of an SDK knob: the value set by hand, or the preset's. Of [`SdkBackoff`], the place among the policies.
pub(super) fn in_force(settings: &Settings, knob: Knob) -> i64 {
    let by_hand = match knob {
        SdkBackoff => settings.get(knob) - 1,
        _ => settings.get(knob),
    };
    if by_hand >= 0 {
        return by_hand;
    }
    let (preset, is_custom) = match settings.get(Knob::Sdk) {
        0 => (JS_V2, true),
        1 => (JS_V2, false),
        2 => (JS_V3, false),
        3 => (SDK_2026, false),
        _ => (BOTOCORE, false),
    };
    match knob {
        SdkBackoff if is_custom => settings.get(BackoffPolicy),
        SdkBase | SdkThrottlingBase if is_custom => settings.get(BackoffBase),
        SdkRetries => preset.retries,
        SdkBackoff => FULL_JITTER,
        SdkBase => preset.base,
        SdkThrottlingBase => preset.throttling_base,
        SdkCap => preset.cap,
        ConnectTimeout => preset.connect_timeout,
        RequestTimeout => preset.request_timeout,
        RetryQuota => preset.quota,
        RetryCost => preset.cost,
        ThrottlingCost => preset.throttling_cost,
        TimeoutCost => preset.timeout_cost,
        _ => settings.get(knob),
    }
}

/// How often the SDK tries a request at most.
pub(super) fn attempts(settings: &Settings) -> u64 {
    in_force(settings, SdkRetries).unsigned_abs() + 1
}

/// What the SDK does, for the engine.
pub(super) fn sdk(settings: &Settings) -> config::Sdk {
    let count = |knob| in_force(settings, knob).max(0) as u32;
    let span = |knob| SimDuration(in_force(settings, knob).max(0).unsigned_abs());
    let timeout = |knob| match span(knob) {
        SimDuration::ZERO => config::Limit::Infinite,
        span => config::Limit::AtMost(span),
    };
    // The custom SDK shares the application's back-off, its cap included, where a cap of 0 means no delay.
    let shared = settings.get(Knob::Sdk) == 0 && settings.get(SdkCap) < 0;
    config::Sdk {
        retries: count(SdkRetries),
        backoff: backoff(in_force(settings, SdkBackoff)),
        base: span(SdkBase),
        throttling_base: span(SdkThrottlingBase),
        cap: match span(SdkCap) {
            _ if shared => settings.span(BackoffCap),
            SimDuration::ZERO => UNCAPPED,
            cap => cap,
        },
        connect_timeout: timeout(ConnectTimeout),
        request_timeout: timeout(RequestTimeout),
        quota: config::RetryQuota {
            tokens: count(RetryQuota),
            cost: count(RetryCost),
            throttling_cost: count(ThrottlingCost),
            timeout_cost: count(TimeoutCost),
        },
    }
}

/// The policy at a place of the knobs' lists.
pub(super) fn backoff(place: i64) -> config::BackoffPolicy {
    match place {
        0 => config::BackoffPolicy::None,
        1 => config::BackoffPolicy::Exponential,
        2 => config::BackoffPolicy::EqualJitter,
        3 => config::BackoffPolicy::FullJitter,
        _ => config::BackoffPolicy::Decorrelated,
    }
}
