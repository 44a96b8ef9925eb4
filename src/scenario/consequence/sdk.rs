//! The lines of the SDK's knobs.

use crate::engine::config::{self, Limit};
use crate::engine::time::SimDuration;
use crate::scenario::Settings;
use crate::scenario::figures::pauses;
use crate::scenario::knobs::Knob;
use crate::scenario::sdk::{attempts, sdk};
use crate::words;

/// Lines of the SDK's knobs.
pub(super) fn sdk_line(knob: Knob, settings: &Settings) -> Option<String> {
    Some(match knob {
        Knob::SdkRetries => format!(
            "a request answered 5xx is sent up to {} times",
            words::number(attempts(settings))
        ),
        Knob::PutCall => match settings.get(knob) {
            0 => "a refused entry hides behind a 200",
            _ => "a request for each record; a refusal is an exception",
        }
        .to_owned(),
        Knob::Sdk => format!("{} attempts; {}", attempts(settings), stall(settings)),
        Knob::SdkBackoff | Knob::SdkCap | Knob::SdkBase => sdk_pauses(settings, sdk(settings).base),
        Knob::SdkThrottlingBase if settings.get(Knob::PutCall) == 0 => {
            "counts only with PutRecord".to_owned()
        }
        Knob::SdkThrottlingBase => sdk_pauses(settings, sdk(settings).throttling_base),
        Knob::ConnectTimeout | Knob::RequestTimeout => stall(settings),
        Knob::RetryQuota | Knob::RetryCost | Knob::ThrottlingCost | Knob::TimeoutCost => {
            retries_paid(knob, &sdk(settings).quota)
        }
        Knob::BlackHole if settings.get(knob) > 0 => stall(settings),
        Knob::RepliesLost if settings.get(knob) > 0 => match sdk(settings).request_timeout {
            Limit::Infinite => {
                "without a timeout nothing is sent twice: the wait is for ever".to_owned()
            }
            Limit::AtMost(span) => {
                format!("sent again after {}, and stored twice", words::span(span))
            }
        },
        Knob::MaxInFlight => match settings.count(knob) {
            0 => "a new request waits for no other".to_owned(),
            n => {
                let trip = settings.count(Knob::RoundTrip).max(1);
                format!("{}/s at most", words::number(n * 1_000_000 / trip))
            }
        },
        Knob::BufferLimit => match (settings.get(Knob::MaxInFlight), settings.count(knob)) {
            (0, _) => "nothing waits: requests at a time are not limited".to_owned(),
            (_, 0) => "grows as long as there is memory".to_owned(),
            (_, limit) => {
                let rate = settings.count(Knob::RecordsPerSecond).max(1);
                format!(
                    "full {} after sending stops",
                    words::span(SimDuration(limit * 1_000_000 / rate))
                )
            }
        },
        _ => return None,
    })
}

/// How long the SDK waits between its attempts, at most.
fn sdk_pauses(settings: &Settings, base: SimDuration) -> String {
    let sdk = sdk(settings);
    let retries = u64::from(sdk.retries);
    if retries == 0 || sdk.backoff == config::BackoffPolicy::None {
        return "no wait between attempts".to_owned();
    }
    let all = words::span(pauses(base, sdk.cap, retries));
    format!("{all} of waiting at most, over {retries} retries")
}

/// How long the application hears nothing when nothing answers (P16, P20).
fn stall(settings: &Settings) -> String {
    let sdk = sdk(settings);
    let each = match (sdk.connect_timeout, sdk.request_timeout) {
        (Limit::Infinite, Limit::Infinite) => {
            return "a request that nothing answers waits for ever".to_owned();
        }
        (Limit::AtMost(one), Limit::AtMost(other)) => one.min(other),
        (Limit::AtMost(one), Limit::Infinite) | (Limit::Infinite, Limit::AtMost(one)) => one,
    };
    let attempts = attempts(settings);
    let least = words::span(SimDuration(each.0.saturating_mul(attempts)));
    format!(
        "a request that nothing answers stalls for {least}: {attempts} × {}",
        words::span(each)
    )
}

/// How many retries the quota pays for (P23).
fn retries_paid(knob: Knob, quota: &config::RetryQuota) -> String {
    let cost = match knob {
        Knob::ThrottlingCost => quota.throttling_cost,
        Knob::TimeoutCost => quota.timeout_cost,
        _ => quota.cost,
    };
    match (quota.tokens, quota.tokens.checked_div(cost)) {
        (0, _) => "no quota: every request is retried".to_owned(),
        (_, None) => "such a retry is free".to_owned(),
        (tokens, Some(retries)) => format!(
            "{} tokens pay for {} retries without a success",
            words::number(u64::from(tokens)),
            words::number(u64::from(retries))
        ),
    }
}
