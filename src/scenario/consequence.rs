//! One short line under each knob: what its value means with the other settings as they are. Arithmetic
//! on the settings only; what a run makes of them is the engine's to say.

use super::Settings;
use super::figures::{
    batch_time, full_batch, handled_per_second, lanes, mean_on_shard, pause, pauses,
    payload_records, peak_factor, retry_pause, shard_takes, timeout, tries_within,
};
use super::knobs::Knob;
use super::reply::read_reply;
use super::spelling::{spell_about, spell_rate, thousands};
use crate::engine::config::Reply;
use crate::engine::time::SimDuration;

/// The hour of the day shown at the start of a run.
const START_HOUR: u64 = 9;

/// The line under the knob, or `None` where the value speaks for itself.
pub fn consequence(knob: Knob, settings: &Settings) -> Option<String> {
    mapping(knob, settings)
        .or_else(|| function(knob, settings))
        .or_else(|| stream_and_traffic(knob, settings))
        .or_else(|| producer(knob, settings))
}

fn mapping(knob: Knob, settings: &Settings) -> Option<String> {
    let retention = spell_about(settings.retention());
    let batch = full_batch(settings);
    Some(match knob {
        Knob::MaximumRetryAttempts => patience(settings),
        Knob::BisectBatchOnFunctionError => bisect(settings),
        Knob::OnFailure => destination(settings),
        Knob::ParallelizationFactor => {
            let (shards, factor) = (settings.count(Knob::ShardCount), settings.count(knob));
            format!(
                "{} × {factor} = {}",
                thousands(shards),
                concurrent(settings)
            )
        }
        Knob::BatchSize | Knob::Timeout => batch_against_timeout(settings),
        Knob::MaximumBatchingWindowInSeconds => match settings.count(knob) {
            0 => "invokes as soon as there is a record".to_owned(),
            seconds => {
                let gathered = mean_on_shard(settings) * seconds as f64
                    / settings.count(Knob::ParallelizationFactor) as f64;
                let records = spell_rate(gathered.min(batch as f64));
                format!(
                    "waits up to {} for about {records} records",
                    spell_about(SimDuration::from_secs(seconds))
                )
            }
        },
        Knob::MaximumRecordAgeInSeconds => match settings.limit(knob).map(SimDuration::from_secs) {
            None => format!("tries until records expire, {retention} after they were written"),
            Some(age) if age >= settings.retention() => {
                format!("never acts: records expire after {retention}")
            }
            Some(age) => {
                let spare = spell_about(settings.retention() - age);
                format!(
                    "gives up after {}, {spare} before records expire",
                    spell_about(age)
                )
            }
        },
        Knob::ReportBatchItemFailures => reporting(settings),
        Knob::EsmBackoffBase => {
            let [first, second, third] =
                [0, 1, 2].map(|index| spell_about(retry_pause(settings, index)));
            format!("pauses of {first}, {second}, {third} …")
        }
        Knob::EsmBackoffCap => {
            let tries = about(tries_within(settings, settings.retention()));
            format!("≈ {tries} tries of a pill in {retention}")
        }
        Knob::EsmOverhead => {
            let cycle = batch_time(settings, batch) + settings.span(knob);
            let share = settings.span(knob).as_secs_f64() / cycle.as_secs_f64() * 100.0;
            format!("{} % of the time of a full batch", spell_rate(share))
        }
        Knob::PollInterval => format!(
            "an idle shard's record waits up to {}",
            spell_about(settings.span(knob))
        ),
        _ => return None,
    })
}

fn patience(settings: &Settings) -> String {
    let spent = |count| {
        let (base, cap) = (
            settings.span(Knob::EsmBackoffBase),
            settings.span(Knob::EsmBackoffCap),
        );
        spell_about(pauses(base, cap, count))
    };
    match settings.limit(Knob::MaximumRetryAttempts) {
        None => match settings
            .limit(Knob::MaximumRecordAgeInSeconds)
            .map(SimDuration::from_secs)
        {
            Some(age) if age < settings.retention() => {
                format!("tries until the record is {} old", spell_about(age))
            }
            _ => format!(
                "a pill blocks for {}: ≈ {} tries",
                spell_about(settings.retention()),
                about(tries_within(settings, settings.retention()))
            ),
        },
        Some(0) => "gives up after the first try".to_owned(),
        Some(1) => format!("1 retry = {} of patience", spent(1)),
        Some(count) => format!(
            "{} retries = {} of patience",
            thousands(count),
            spent(count)
        ),
    }
}

fn gives_up(settings: &Settings) -> bool {
    let age = settings
        .limit(Knob::MaximumRecordAgeInSeconds)
        .map(SimDuration::from_secs);
    settings.limit(Knob::MaximumRetryAttempts).is_some()
        || age.is_some_and(|age| age < settings.retention())
}

fn bisect(settings: &Settings) -> String {
    let batch = full_batch(settings);
    match (settings.is_on(Knob::BisectBatchOnFunctionError), batch) {
        (_, 1) => "a batch of one cannot be split".to_owned(),
        (false, _) => format!("one bad order condemns its batch of {}", thousands(batch)),
        (true, _) => {
            // Halving n records k times, the larger part kept, leaves one.
            let splits = (batch - 1).ilog2() + 1;
            let end = if gives_up(settings) {
                ""
            } else {
                ", and then retries it until it expires"
            };
            let times = if splits == 1 { "split" } else { "splits" };
            format!(
                "finds one bad order in {} by {splits} {times} at most{end}",
                thousands(batch)
            )
        }
    }
}

fn destination(settings: &Settings) -> String {
    let retention = spell_about(settings.retention());
    match settings.get(Knob::OnFailure) {
        _ if !gives_up(settings) => {
            "nothing is ever given up: it only expires, and no destination sees that".to_owned()
        }
        0 => "what is given up leaves no trace".to_owned(),
        3 => "keeps the records that are given up".to_owned(),
        _ => format!("names what is given up; read it again within {retention} of its arrival"),
    }
}

fn reporting(settings: &Settings) -> String {
    let line = match (
        settings.is_on(Knob::ReportBatchItemFailures),
        settings.get(Knob::Handler),
    ) {
        (true, 0) => "an exception reports nothing: the whole batch is tried again",
        (true, _) => "what was done before the first failed order is not done again",
        (false, 0) => "the good orders before a bad one are handled again at every try",
        (false, _) => "the reply is ignored: failed orders are lost silently",
    };
    line.to_owned()
}

fn batch_against_timeout(settings: &Settings) -> String {
    let (records, limit) = (full_batch(settings), timeout(settings));
    let time = batch_time(settings, records);
    let (per_batch, per_record) = (
        settings.span(Knob::PerBatch),
        settings.span(Knob::PerRecord),
    );
    let fits = if records < settings.count(Knob::BatchSize) {
        " (6 MB)"
    } else {
        ""
    };
    let verdict = if time > limit {
        ": it always fails"
    } else {
        ""
    };
    format!(
        "{} + {}{fits} × {} = {} of a {} Timeout{verdict}",
        spell_about(per_batch),
        thousands(records),
        spell_about(per_record),
        spell_about(time),
        spell_about(limit)
    )
}

fn function(knob: Knob, settings: &Settings) -> Option<String> {
    Some(match knob {
        Knob::PerBatch | Knob::PerRecord => {
            let (mean, factor) = (mean_on_shard(settings), peak_factor(settings));
            let handled = spell_rate(handled_per_second(settings));
            format!(
                "handles {handled}/s, peak {}/s per shard",
                spell_rate(mean * factor)
            )
        }
        Knob::Handler => match (
            settings.get(knob),
            settings.is_on(Knob::ReportBatchItemFailures),
        ) {
            (0, _) => "stops at the bad order; the whole batch has failed".to_owned(),
            (_, false) => "its reply is ignored until ReportBatchItemFailures is on".to_owned(),
            (1, true) => {
                "works the whole batch; what follows the bad order is handled again".to_owned()
            }
            (2, true) => "leaves what follows the bad order for the next try".to_owned(),
            _ => reply(settings),
        },
        Knob::Reply => reply(settings),
        Knob::Fixed if settings.is_on(knob) => "the pill is handled like any order".to_owned(),
        Knob::ConcurrentExecutions => concurrent(settings),
        _ => return None,
    })
}

fn reply(settings: &Settings) -> String {
    match read_reply(&settings.reply).0 {
        _ if !settings.is_on(Knob::ReportBatchItemFailures) => {
            "ignored: ReportBatchItemFailures is off".to_owned()
        }
        Reply::Success => "counts as a success of the whole batch".to_owned(),
        Reply::Malformed => "counts as a failure of the whole batch".to_owned(),
        Reply::Items(items) => match items.iter().min() {
            Some(&u32::MAX) | None => {
                "names a record that is not in the batch: all of it fails".to_owned()
            }
            Some(first) if items.contains(&u32::MAX) => {
                format!("names record {first} and one that is not in the batch: all of it fails")
            }
            Some(first) => format!("everything from record {first} on is tried again"),
        },
    }
}

fn concurrent(settings: &Settings) -> String {
    let limit = settings.count(Knob::ConcurrentExecutions);
    let over = if lanes(settings) > limit {
        ": the rest is throttled"
    } else {
        ""
    };
    format!(
        "{} of {} concurrent{over}",
        thousands(lanes(settings)),
        thousands(limit)
    )
}

fn stream_and_traffic(knob: Knob, settings: &Settings) -> Option<String> {
    let total = settings.count(Knob::RecordsPerSecond) as f64;
    let factor = peak_factor(settings);
    Some(match knob {
        Knob::ShardCount => {
            let takes = settings.count(knob) * shard_takes(settings);
            format!(
                "take {}/s, peak {}/s",
                thousands(takes),
                spell_rate(total * factor)
            )
        }
        Knob::RetentionPeriodHours => format!(
            "a shard may stand still for {}",
            spell_about(settings.retention())
        ),
        Knob::Burst => {
            let saved = settings.span(knob).as_secs_f64() * shard_takes(settings) as f64;
            format!("{} records at once on each shard", spell_rate(saved))
        }
        Knob::RecordsPerSecond => {
            let each = mean_on_shard(settings) * factor;
            let place = if settings.get(Knob::Keys) == 2 {
                "the hot shard"
            } else {
                "each shard"
            };
            format!(
                "peak {}/s, {} on {place}",
                spell_rate(total * factor),
                spell_rate(each)
            )
        }
        Knob::DailySwing => {
            format!(
                "between {} and {}/s",
                spell_rate(total * (2.0 - factor)),
                spell_rate(total * factor)
            )
        }
        Knob::PeakAt => {
            let clock = |minutes: u64| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
            let peak = settings.count(knob) / 60_000_000 + START_HOUR * 60;
            format!(
                "peak at {}, quietest at {}",
                clock(peak),
                clock(peak + 12 * 60)
            )
        }
        Knob::Keys if settings.get(knob) == 2 => {
            format!(
                "the hot key's shard gets {}/s, the others less",
                spell_rate(mean_on_shard(settings))
            )
        }
        Knob::KeyCount if total > 0.0 => {
            let pause = SimDuration(
                (settings.count(knob) * 1_000_000) / settings.count(Knob::RecordsPerSecond),
            );
            format!("an order per key every {} on average", spell_about(pause))
        }
        Knob::HotShare => match settings.get(Knob::Keys) {
            2 => format!(
                "{}/s for one key; a shard takes {}/s",
                spell_rate(total * settings.count(knob) as f64 / 1_000.0),
                thousands(shard_takes(settings))
            ),
            _ => "counts only where one key is hot".to_owned(),
        },
        Knob::RecordBytes => {
            format!(
                "a shard takes {}/s; {} fit into an invocation",
                thousands(shard_takes(settings)),
                thousands(payload_records(settings))
            )
        }
        _ => return None,
    })
}

fn producer(knob: Knob, settings: &Settings) -> Option<String> {
    let mean = settings.count(Knob::RecordsPerSecond) as f64;
    let (base, cap) = (
        settings.span(Knob::BackoffBase),
        settings.span(Knob::BackoffCap),
    );
    Some(match knob {
        Knob::PutBatch | Knob::Linger => {
            let linger = settings.span(Knob::Linger);
            let full = settings.count(Knob::PutBatch) as f64;
            let gathered = (mean * linger.as_secs_f64()).min(full);
            format!("about {} records a request", spell_rate(gathered))
        }
        Knob::RoundTrip => {
            let trip = settings.count(knob);
            let bound = |permille| spell_about(SimDuration(trip * permille / 1_000));
            format!("{} to {} a request", bound(800), bound(1_200))
        }
        Knob::Handling => match settings.get(knob) {
            0 => format!(
                "a throttled record is sent up to {} times",
                thousands(settings.count(Knob::MaxSends))
            ),
            _ => "a throttled record is gone, and the call counts as a success".to_owned(),
        },
        Knob::MaxSends => match (settings.count(knob), settings.get(Knob::BackoffPolicy)) {
            (1, _) => "no second chance".to_owned(),
            (_, 0) => "sent again at once".to_owned(),
            (sends, 4) => format!(
                "gives up after {} at most",
                spell_about(SimDuration(cap.0.saturating_mul(sends - 1)))
            ),
            (sends, _) => format!(
                "gives up after {} at most",
                spell_about(pauses(base, cap, sends - 1))
            ),
        },
        Knob::BackoffPolicy | Knob::BackoffBase | Knob::BackoffCap => {
            let [first, second, third] =
                [0, 1, 2].map(|index| spell_about(pause(base, cap, index)));
            let longest = spell_about(cap);
            match settings.get(Knob::BackoffPolicy) {
                0 => "sends again at once".to_owned(),
                1 => format!("waits {first}, {second}, {third} … at most {longest}"),
                2 => format!("waits half to all of {first}, {second}, {third} … at most {longest}"),
                3 => format!("waits up to {first}, {second}, {third} … at most {longest}"),
                _ => format!(
                    "waits {} to three times the wait before, at most {longest}",
                    spell_about(base)
                ),
            }
        }
        Knob::SdkRetries => format!(
            "a request answered 5xx is sent up to {} times",
            thousands(settings.count(knob) + 1)
        ),
        Knob::ServerErrors if settings.get(knob) > 0 => {
            format!(
                "about 1 request in {}",
                spell_rate(1_000.0 / settings.count(knob) as f64)
            )
        }
        _ => return None,
    })
}

/// Rounded to three digits: `1,450`.
fn about(count: u64) -> String {
    let unit = 10_u64.pow(count.max(1).ilog10().saturating_sub(2));
    thousands((count + unit / 2) / unit * unit)
}
