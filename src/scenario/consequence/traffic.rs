//! The lines of everything before the mapping: stream, traffic, producer.

use crate::engine::time::{SimDuration, SimTime};
use crate::scenario::Settings;
use crate::scenario::configure::records_per_request;
use crate::scenario::figures::{
    handled_per_second, mean_on_shard, pause, pauses, payload_records, peak_factor, peak_name,
    poll_interval, readers, shard_takes, spike_permille, timeout,
};
use crate::scenario::knobs::Knob;
use crate::scenario::knobs::keys;
use crate::scenario::knobs::traffic_shape::{EVEN, FLASH, PASTED, RAMP, SPIKES};
use crate::words;

/// What the shards take, against what comes.
pub(super) fn shard_count(settings: &Settings) -> String {
    let total = settings.count(Knob::RecordsPerSecond) as f64;
    let takes = settings.count(Knob::ShardCount) * shard_takes(settings);
    format!(
        "take {}, {} {}",
        words::rate(takes as f64),
        peak_name(settings),
        words::rate(total * peak_factor(settings))
    )
}

/// How long a shard may be blocked.
pub(super) fn headroom(settings: &Settings) -> String {
    let headroom = words::span(settings.retention());
    let peak = mean_on_shard(settings) * peak_factor(settings);
    let spent = if peak > handled_per_second(settings) {
        ", and every peak spends some of it"
    } else {
        ""
    };
    format!("{headroom} of headroom for a blocked shard{spent}")
}

/// What comes at the peak.
pub(super) fn records_per_second(settings: &Settings) -> String {
    if settings.get(Knob::TrafficShape) == PASTED {
        return "the mean of the pasted traffic; another one scales it".to_owned();
    }
    let total = settings.count(Knob::RecordsPerSecond) as f64;
    let factor = peak_factor(settings);
    let each = mean_on_shard(settings) * factor;
    let place = match settings.get(Knob::Keys) {
        keys::UNIFORM | keys::EVEN => "each shard",
        keys::SKEWED => "an average shard",
        _ => "the hot shard",
    };
    format!(
        "peak {}, {} on {place}",
        words::rate(total * factor),
        words::decimal(each)
    )
}

/// Lines of the stream's knobs.
pub(super) fn stream(knob: Knob, settings: &Settings) -> Option<String> {
    Some(match knob {
        Knob::PreviousPeak => {
            let new = 2 * settings.count(knob);
            let takes = shard_takes(settings).max(1);
            format!(
                "on-demand starts with {} shards",
                words::number(new.div_ceil(takes).clamp(4, 200))
            )
        }
        Knob::StreamMode if settings.is_on_demand() => {
            format!("starts with {} shards", words::number(settings.shards()))
        }
        Knob::OnDemandDelay => format!(
            "more than double the peak is throttled for {}",
            words::span(settings.span(knob))
        ),
        Knob::ScaleOutAbove | Knob::ScaleInBelow => {
            let all = settings.shards() * shard_takes(settings);
            format!(
                "{} records/s at the start",
                words::number(all * settings.count(knob) / 1_000)
            )
        }
        Knob::ScaleMinutes => {
            let waits = SimDuration::from_secs(60 * settings.count(knob));
            let all = waits + settings.span(Knob::ReshardDelay);
            format!("new shards come {} after the load", words::span(all))
        }
        Knob::MaxRecordSizeInKiB => {
            let most = settings.count(knob) / 1_024;
            format!("one such record takes a shard's bytes of {most} s")
        }
        Knob::OtherConsumers => {
            let readers = readers(settings);
            let each = 2_048 / readers;
            let polls = words::span(poll_interval(settings));
            format!(
                "each reads {} KB/s of a shard, polls every {polls}",
                words::number(each)
            )
        }
        Knob::ReshardDelay => format!(
            "a flash crowd is throttled for {} after the call",
            words::span(settings.span(knob))
        ),
        Knob::Burst => {
            let saved = settings.span(knob).as_secs_f64() * shard_takes(settings) as f64;
            format!("{} records at once on each shard", words::decimal(saved))
        }
        _ => return None,
    })
}

/// Lines of the records' and keys' knobs.
pub(super) fn traffic(knob: Knob, settings: &Settings) -> Option<String> {
    let total = settings.count(Knob::RecordsPerSecond) as f64;
    Some(match knob {
        Knob::DailySwing | Knob::PeakAt if settings.get(Knob::TrafficShape) == PASTED => {
            "counts only without pasted traffic".to_owned()
        }
        Knob::DailySwing => {
            let swing = settings.count(knob) as f64 / 1_000.0;
            format!(
                "between {} and {}",
                words::decimal(total * (1.0 - swing)),
                words::rate(total * (1.0 + swing))
            )
        }
        Knob::PeakAt => peak_at(settings),
        Knob::TrafficShape
        | Knob::SurgeAt
        | Knob::SurgeFor
        | Knob::SurgeTo
        | Knob::SpikeEvery
        | Knob::SpikeFor
        | Knob::SpikeShare => shape(knob, settings)?,
        Knob::Keys if settings.get(knob) == keys::HOT => {
            format!(
                "the hot key's shard gets {}, the others less",
                words::rate(mean_on_shard(settings))
            )
        }
        Knob::Keys if settings.get(knob) == keys::EVEN => {
            "the same for every shard; MD5 is not asked".to_owned()
        }
        Knob::KeyCount if total > 0.0 => {
            let pause = SimDuration(
                (settings.count(knob) * 1_000_000) / settings.count(Knob::RecordsPerSecond),
            );
            format!("an order per key every {} on average", words::span(pause))
        }
        Knob::HotShare => match settings.get(Knob::Keys) {
            keys::HOT => format!(
                "{} for one key; a shard takes {}",
                words::rate(total * settings.count(knob) as f64 / 1_000.0),
                words::rate(shard_takes(settings) as f64)
            ),
            _ => "counts only where one key is hot".to_owned(),
        },
        Knob::PillReason => pill(settings),
        Knob::RecordBytes => {
            format!(
                "a shard takes {}/s; {} fit into an invocation",
                words::number(shard_takes(settings)),
                words::number(payload_records(settings))
            )
        }
        _ => return None,
    })
}

/// Lines of the shape and what belongs to it.
fn shape(knob: Knob, settings: &Settings) -> Option<String> {
    let mean = settings.count(Knob::RecordsPerSecond) as f64;
    let shape = settings.get(Knob::TrafficShape);
    let surges = matches!(shape, RAMP | FLASH);
    Some(match knob {
        Knob::TrafficShape if surges => {
            let to = words::span(SimDuration(
                settings.count(Knob::SurgeAt) + settings.count(Knob::SurgeFor),
            ));
            let from = words::span(settings.span(Knob::SurgeAt));
            format!("from {from} to {to} of the run")
        }
        Knob::TrafficShape | Knob::SpikeFor
            if shape == SPIKES
                && settings.count(Knob::SpikeFor) >= settings.count(Knob::SpikeEvery) =>
        {
            "each spike ends in the next one, so there are none".to_owned()
        }
        Knob::TrafficShape if shape == EVEN => "the daily curve alone".to_owned(),
        Knob::TrafficShape if shape == PASTED => {
            "the counts of the scenario, from the start".to_owned()
        }
        Knob::TrafficShape | Knob::SpikeShare if shape == SPIKES => {
            let rate = mean * spike_permille(settings) as f64 / 1_000.0;
            let [every, length] =
                [Knob::SpikeEvery, Knob::SpikeFor].map(|knob| settings.count(knob));
            let left = 1_000 - settings.count(Knob::SpikeShare);
            let quiet = every.saturating_sub(length).max(1) as f64 / every as f64;
            let quiet = mean * left as f64 / 1_000.0 / quiet;
            let spike = words::span(settings.span(Knob::SpikeFor));
            format!(
                "{} for {spike}, {} otherwise",
                words::rate(rate),
                words::rate(quiet)
            )
        }
        Knob::SurgeTo if surges => {
            format!(
                "{} on average at its height",
                words::rate(mean * settings.count(knob) as f64 / 100.0)
            )
        }
        Knob::SurgeAt | Knob::SurgeFor | Knob::SurgeTo if !surges => {
            "counts only with a ramp or a flash crowd".to_owned()
        }
        Knob::SpikeEvery | Knob::SpikeFor | Knob::SpikeShare if shape != SPIKES => {
            "counts only with spikes".to_owned()
        }
        _ => return None,
    })
}

/// On the clock that shows nine in the morning at the start.
fn peak_at(settings: &Settings) -> String {
    let peak = SimTime(settings.count(Knob::PeakAt));
    let [peak, quietest] = [peak, peak + SimDuration::from_hours(12)].map(words::clock_of_day);
    format!("peak at {peak}, quietest at {quietest}")
}

/// Lines of the producer's knobs.
pub(super) fn producer(knob: Knob, settings: &Settings) -> Option<String> {
    let mean = settings.count(Knob::RecordsPerSecond) as f64;
    Some(match knob {
        Knob::PutBatch | Knob::Linger => {
            let linger = settings.span(Knob::Linger);
            let full = records_per_request(settings) as f64;
            let gathered = (mean * linger.as_secs_f64()).min(full);
            format!("about {} records a request", words::decimal(gathered))
        }
        Knob::RoundTrip => {
            let trip = settings.count(knob);
            let bound = |permille| words::span(SimDuration(trip * permille / 1_000));
            format!("{} to {} a request", bound(800), bound(1_200))
        }
        Knob::Handling => match settings.get(knob) {
            0 => format!(
                "a throttled record is sent up to {} times",
                words::number(settings.count(Knob::MaxSends))
            ),
            _ => "a throttled record is gone, and the call counts as a success".to_owned(),
        },
        Knob::ServerErrors if settings.get(knob) > 0 => {
            format!(
                "about 1 request in {}",
                words::decimal(1_000.0 / settings.count(knob) as f64)
            )
        }
        _ => return sending_again(knob, settings),
    })
}

fn sending_again(knob: Knob, settings: &Settings) -> Option<String> {
    let (base, cap) = (
        settings.span(Knob::BackoffBase),
        settings.span(Knob::BackoffCap),
    );
    Some(match knob {
        Knob::MaxSends => match (settings.count(knob), settings.get(Knob::BackoffPolicy)) {
            (1, _) => "no second chance".to_owned(),
            (_, 0) => "sent again at once".to_owned(),
            (sends, 4) => format!(
                "gives up after {} at most",
                words::span(SimDuration(cap.0.saturating_mul(sends - 1)))
            ),
            (sends, _) => format!(
                "gives up after {} at most",
                words::span(pauses(base, cap, sends - 1))
            ),
        },
        Knob::BackoffPolicy | Knob::BackoffBase | Knob::BackoffCap => {
            let [first, second, third] =
                [0, 1, 2].map(|index| words::span(pause(base, cap, index)));
            let longest = words::span(cap);
            match settings.get(Knob::BackoffPolicy) {
                0 => "sends again at once".to_owned(),
                1 => format!("waits {first}, {second}, {third} … at most {longest}"),
                2 => format!("waits half to all of {first}, {second}, {third} … at most {longest}"),
                3 => format!("waits up to {first}, {second}, {third} … at most {longest}"),
                _ => format!(
                    "waits {} to three times the wait before, at most {longest}",
                    words::span(base)
                ),
            }
        }
        _ => return None,
    })
}

/// What is seen of a pill.
fn pill(settings: &Settings) -> String {
    match settings.get(Knob::PillReason) {
        0 => "its amount is \"twelve\"".to_owned(),
        1 => "its data is {\"type\":\"purchase\",\"amount\":".to_owned(),
        2 => format!(
            "every try takes the whole Timeout of {}",
            words::span(timeout(settings))
        ),
        3 => format!(
            "its process is killed at {} MB, whatever the handler catches",
            words::number(settings.count(Knob::MemorySize))
        ),
        _ => "its event exceeds 6 MB, so it never reaches the function".to_owned(),
    }
}
