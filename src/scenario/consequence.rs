//! One short line under each knob: what its value means with the other settings as they are. Arithmetic
//! on the settings only; what a run makes of them is the engine's to say.

mod sdk;
mod second;
mod traffic;

use super::Settings;
use super::figures::{
    allowed, batch_time, full_batch, handled_per_second, lanes, left_for_others, mean_on_shard,
    neighbour_needs, pauses, peak_factor, peak_name, retry_pause, timeout, tries_within,
};
use super::filters::Filters;
use super::knobs::Knob;
use super::orders;
use super::reply::read_reply;
use crate::engine::config::Reply;
use crate::engine::time::SimDuration;
use crate::words;

/// The line under the knob, or `None` where the value speaks for itself.
pub fn consequence(knob: Knob, settings: &Settings) -> Option<String> {
    Some(match knob {
        Knob::MaximumRetryAttempts => patience(settings),
        Knob::BisectBatchOnFunctionError => bisect(settings),
        Knob::OnFailure => destination(settings),
        Knob::ParallelizationFactor => {
            let (shards, factor) = (settings.shards(), settings.count(knob));
            format!(
                "{} × {factor} = {}",
                words::number(shards),
                concurrent(settings)
            )
        }
        Knob::PerBatch | Knob::PerRecord => {
            let (mean, factor) = (mean_on_shard(settings), peak_factor(settings));
            let handled = words::rate(handled_per_second(settings));
            format!(
                "handles {handled}, {} {} per shard",
                peak_name(settings),
                words::rate(mean * factor)
            )
        }
        Knob::ShardCount => traffic::shard_count(settings),
        Knob::RetentionPeriodHours => traffic::headroom(settings),
        Knob::RecordsPerSecond => traffic::records_per_second(settings),
        _ => return further(knob, settings),
    })
}

/// The lines of the knobs that the form does not show at first.
fn further(knob: Knob, settings: &Settings) -> Option<String> {
    mapping(knob, settings)
        .or_else(|| function(knob, settings))
        .or_else(|| traffic::stream(knob, settings))
        .or_else(|| traffic::traffic(knob, settings))
        .or_else(|| traffic::producer(knob, settings))
        .or_else(|| sdk::sdk_line(knob, settings))
        .or_else(|| watching(knob, settings))
        .or_else(|| second::second(knob, settings))
}

fn watching(knob: Knob, settings: &Settings) -> Option<String> {
    Some(match (knob, settings.count(knob)) {
        (Knob::AlarmIteratorAge | Knob::AlarmErrors, 0) => "nobody is paged".to_owned(),
        (Knob::AlarmIteratorAge, share) => {
            let retention = settings.retention().0;
            let age = retention / 1_000 * share;
            let left = words::span(SimDuration(retention - age));
            let age = words::span(SimDuration(age));
            format!("pages when orders are {age} old, {left} before they expire")
        }
        (Knob::AlarmErrors, minutes) => {
            let of = 2 * minutes - 1;
            format!("pages when {minutes} of the last {of} minutes have Errors; an expiry is none")
        }
        (Knob::MemorySize, mb) => {
            // $0.0000166667 a GB-second (C7), in hundredths of a cent for an hour without pause.
            let dear = mb * 600 / 1_024;
            format!(
                "an hour of work without pause costs {}.{:02} cents",
                dear / 100,
                dear % 100
            )
        }
        (Knob::OwnMetric, 0) => "a 200 with failed entries is seen by nobody".to_owned(),
        (Knob::OwnMetric, _) => "every failed entry is counted and printed".to_owned(),
        _ => return None,
    })
}

fn mapping(knob: Knob, settings: &Settings) -> Option<String> {
    let retention = words::span(settings.retention());
    let batch = full_batch(settings);
    Some(match knob {
        Knob::RereadAfter => reread(settings)?,
        Knob::DestinationDenied if settings.is_on(knob) => {
            "what is given up is gone, and the message with it".to_owned()
        }
        Knob::BatchSize | Knob::Timeout => batch_against_timeout(settings),
        Knob::MaximumBatchingWindowInSeconds => match settings.count(knob) {
            0 => "invokes as soon as there is a record".to_owned(),
            seconds => {
                let gathered = mean_on_shard(settings) * seconds as f64
                    / settings.count(Knob::ParallelizationFactor) as f64;
                let records = words::decimal(gathered.min(batch as f64));
                format!(
                    "waits up to {} for about {records} records",
                    words::span(SimDuration::from_secs(seconds))
                )
            }
        },
        Knob::MaximumRecordAgeInSeconds => age(settings),
        Knob::ReportBatchItemFailures => reporting(settings),
        Knob::StartingPosition => match settings.get(knob) {
            0 => "a new mapping handles everything again that is still there",
            1 => "a new mapping misses what is written before it is active",
            _ => "a new mapping begins at its timestamp",
        }
        .to_owned(),
        Knob::Enabled if !settings.is_on(knob) => {
            let nobody = nobody_else(settings);
            format!("{nobody} reads; records expire after {retention}")
        }
        Knob::MappingExists if settings.get(knob) != 0 => {
            let nobody = nobody_else(settings);
            format!("{nobody} reads, and the checkpoint is gone")
        }
        Knob::EsmBackoffBase => {
            let [first, second, third] =
                [0, 1, 2].map(|index| words::span(retry_pause(settings, index)));
            format!("pauses of {first}, {second}, {third} …")
        }
        Knob::EsmBackoffCap => {
            let tries = about(tries_within(settings, settings.retention()));
            format!("≈ {tries} tries of a pill in {retention}")
        }
        Knob::EsmOverhead => {
            let cycle = batch_time(settings, batch) + settings.span(knob);
            let share = settings.span(knob).as_secs_f64() / cycle.as_secs_f64() * 100.0;
            format!("{} % of the time of a full batch", words::decimal(share))
        }
        Knob::PollInterval => format!(
            "an idle shard's record waits up to {}",
            words::span(settings.span(knob))
        ),
        _ => return None,
    })
}

/// Who reads when the first mapping does not (E14).
fn nobody_else(settings: &Settings) -> &'static str {
    if settings.is_on(Knob::SecondMapping) {
        "only the second mapping"
    } else {
        "nobody"
    }
}

fn age(settings: &Settings) -> String {
    let retention = words::span(settings.retention());
    match settings
        .limit(Knob::MaximumRecordAgeInSeconds)
        .map(SimDuration::from_secs)
    {
        None => format!("tries until records expire, {retention} after they were written"),
        Some(age) if age >= settings.retention() => {
            format!("never acts: records expire after {retention}")
        }
        Some(age) => {
            let spare = words::span(settings.retention() - age);
            format!(
                "gives up after {}, {spare} before records expire",
                words::span(age)
            )
        }
    }
}

fn patience(settings: &Settings) -> String {
    let spent = |count| {
        let (base, cap) = (
            settings.span(Knob::EsmBackoffBase),
            settings.span(Knob::EsmBackoffCap),
        );
        words::span(pauses(base, cap, count))
    };
    match settings.limit(Knob::MaximumRetryAttempts) {
        None => match settings
            .limit(Knob::MaximumRecordAgeInSeconds)
            .map(SimDuration::from_secs)
        {
            Some(age) if age < settings.retention() => {
                format!("tries until the record is {} old", words::span(age))
            }
            _ => format!(
                "a pill blocks for {}: ≈ {} tries",
                words::span(settings.retention()),
                about(tries_within(settings, settings.retention()))
            ),
        },
        Some(0) => "gives up after the first try".to_owned(),
        Some(1) => format!("1 retry = {} of patience", spent(1)),
        Some(count) => format!(
            "{} retries = {} of patience",
            words::number(count),
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
        (false, _) => format!(
            "one bad order condemns its batch of {}",
            words::number(batch)
        ),
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
                words::number(batch)
            )
        }
    }
}

fn destination(settings: &Settings) -> String {
    let retention = words::span(settings.retention());
    match settings.get(Knob::OnFailure) {
        _ if !gives_up(settings) => {
            "nothing is ever given up: it only expires, and no destination sees that".to_owned()
        }
        0 => "what is given up leaves no trace".to_owned(),
        3 => "keeps the records that are given up".to_owned(),
        _ => format!("names what is given up; read it again within {retention} of its arrival"),
    }
}

/// Whether somebody comes in time, if a batch is given up at once (E47, E48).
fn reread(settings: &Settings) -> Option<String> {
    let after = settings.limit(Knob::RereadAfter)?;
    let (after, retention) = (SimDuration::from_secs(after), settings.retention());
    Some(match settings.get(Knob::OnFailure) {
        0 => "there is no message to read".to_owned(),
        3 => "S3 keeps the records: never too late".to_owned(),
        _ if retention <= after => {
            format!("too late: records expire after {}", words::span(retention))
        }
        _ => format!(
            "{} before records expire, if they were given up at once",
            words::span(retention - after)
        ),
    })
}

fn reporting(settings: &Settings) -> String {
    let line = match (
        settings.is_on(Knob::ReportBatchItemFailures),
        settings.get(Knob::Handler),
    ) {
        (true, 0) => "an exception reports nothing: the whole batch is tried again",
        (_, 4 | 5) => "the handler never reports a failure",
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
        words::span(per_batch),
        words::number(records),
        words::span(per_record),
        words::span(time),
        words::span(limit)
    )
}

fn function(knob: Knob, settings: &Settings) -> Option<String> {
    Some(match knob {
        Knob::Handler => match (
            settings.get(knob),
            settings.is_on(Knob::ReportBatchItemFailures),
        ) {
            (0, _) => "stops at the bad order; the whole batch has failed".to_owned(),
            (4, _) => {
                "the bad order is kept in a place of your own, and its batch goes on".to_owned()
            }
            (5, _) => "the bad order is lost, and nobody knows".to_owned(),
            (_, false) => "its reply is ignored until ReportBatchItemFailures is on".to_owned(),
            (1, true) => {
                "works the whole batch; what follows the bad order is handled again".to_owned()
            }
            (2, true) => "leaves what follows the bad order for the next try".to_owned(),
            _ => reply(settings),
        },
        Knob::Reply => reply(settings),
        Knob::Data => orders::kinds_in_words(settings.text(Knob::Data)),
        Knob::FilterCriteria => return filtered(settings),
        Knob::IdempotencyKey => match settings.get(knob) {
            0 => "every order that is handled again is charged for again",
            1 => "retries charge nobody twice; copies of the producer do",
            _ => "nobody is charged twice, whoever sends the order again",
        }
        .to_owned(),
        Knob::Fixed if settings.is_on(knob) => "the pill is handled like any order".to_owned(),
        Knob::Outage => outage(settings)?,
        Knob::Crashes => crashes(settings)?,
        Knob::ColdStart => match settings.span(knob) {
            SimDuration(0) => "not simulated".to_owned(),
            longest => format!(
                "{} to {} before a new environment's first batch",
                words::span(SimDuration(longest.0 / 10)),
                words::span(longest)
            ),
        },
        Knob::ConcurrentExecutions => concurrent(settings),
        Knob::ReservedConcurrentExecutions => reserved(settings),
        Knob::NeighbourRate | Knob::NeighbourDuration => neighbour(settings)?,
        _ => return None,
    })
}

/// For an outage patience is right, for a pill it is wrong (L11).
fn outage(settings: &Settings) -> Option<String> {
    let handler = settings.get(Knob::Handler);
    Some(match settings.get(Knob::Outage) {
        0 => return None,
        1 if handler == 5 => "every order is lost while it lasts, and nobody knows".to_owned(),
        1 if handler == 4 => "every order is parked while it lasts".to_owned(),
        _ => match settings.limit(Knob::MaximumRetryAttempts) {
            None => "every order fails while it lasts, and waits".to_owned(),
            Some(count) => {
                let (base, cap) = (
                    settings.span(Knob::EsmBackoffBase),
                    settings.span(Knob::EsmBackoffCap),
                );
                let patience = words::span(pauses(base, cap, count));
                format!("every order fails, and good ones are given up after {patience}")
            }
        },
    })
}

/// How likely all tries of a batch crash.
fn crashes(settings: &Settings) -> Option<String> {
    let share = settings.count(Knob::Crashes) as f64 / 1_000.0;
    if share == 0.0 {
        return None;
    }
    let Some(retries) = settings.limit(Knob::MaximumRetryAttempts) else {
        return Some("the next try draws anew: it heals".to_owned());
    };
    let tries = i32::try_from(retries + 1).unwrap_or(i32::MAX);
    let batches = (1.0 / share.powi(tries)).min(1e15);
    Some(format!(
        "one batch in {} is given up for it",
        words::number(batches.round() as u64)
    ))
}

/// How many kinds of order pass, and how many orders (E51).
fn filtered(settings: &Settings) -> Option<String> {
    let filters = Filters::read(settings.text(Knob::FilterCriteria)).ok()?;
    if filters.is_empty() {
        return Some("no filter: every order is delivered".to_owned());
    }
    let kinds = orders::kinds(settings.text(Knob::Data));
    let filter = filters.judge(&kinds, &[]);
    let all: u32 = kinds.iter().map(|kind| kind.weight).sum();
    let pass = (0..).zip(&kinds).filter(|(kind, _)| filter.wants(*kind));
    let (count, weight) = pass.fold((0, 0), |(count, sum), (_, kind)| {
        (count + 1, sum + kind.weight)
    });
    Some(format!(
        "passes {count} of {} kinds of order, {} % of records",
        kinds.len(),
        weight * 100 / all.max(1)
    ))
}

fn reply(settings: &Settings) -> String {
    match read_reply(settings.text(Knob::Reply)).0 {
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
    let limit = allowed(settings);
    let over = if lanes(settings) > limit {
        ": the rest is throttled"
    } else {
        ""
    };
    format!(
        "{} of {} concurrent{over}",
        words::number(lanes(settings)),
        words::number(limit)
    )
}

/// What is kept for the function, and what for the others (L4).
fn reserved(settings: &Settings) -> String {
    let left = words::number(left_for_others(settings));
    match settings.limit(Knob::ReservedConcurrentExecutions) {
        None => format!("shares; others find at least {left} free"),
        Some(0) => "switched off: every invocation is throttled".to_owned(),
        Some(_) => format!("{}; {left} for others", concurrent(settings)),
    }
}

fn neighbour(settings: &Settings) -> Option<String> {
    let (needs, left) = (neighbour_needs(settings), left_for_others(settings));
    (needs > 0).then(|| {
        format!(
            "needs {} at once and finds at least {}",
            words::number(needs),
            words::number(left)
        )
    })
}

/// Rounded to three digits: `1,450`.
fn about(count: u64) -> String {
    let unit = 10_u64.pow(count.max(1).ilog10().saturating_sub(2));
    words::number((count + unit / 2) / unit * unit)
}
