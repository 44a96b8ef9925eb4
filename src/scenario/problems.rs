//! Settings that do not go together, in a learner's words. One function per part of the system; each
//! looks at the settings in force at one moment.

use super::configure::{deeds_by_time, refuses_pill};
use super::figures::{
    batch_time, full_batch, handled_per_second, lanes, left_for_others, mean_on_shard,
    neighbour_needs, peak_factor, shard_takes, spike_permille, timeout,
};
use super::filters::Filters;
use super::knobs::Knob::{
    self, BackoffBase, BackoffCap, BatchSize, BisectBatchOnFunctionError, ConcurrentExecutions,
    Data, DestinationDenied, EsmBackoffBase, EsmBackoffCap, FilterCriteria, Handler, Horizon,
    KeyCount, MaxRecordSizeInKiB, MaximumRecordAgeInSeconds, MaximumRetryAttempts, NeighbourRate,
    OnFailure, ParallelizationFactor, PerBatch, PerRecord, PillReason, RecordBytes,
    RecordsPerSecond, Reply, ReportBatchItemFailures, ReservedConcurrentExecutions,
    RetentionPeriodHours, ShardCount, SpikeEvery, SpikeFor, SpikeShare, Timeout, TrafficShape,
};
use super::knobs::traffic_shape::PASTED;
use super::notice::Problem;
use super::orders;
use super::reply::read_reply;
use super::second::{in_first_place, twin_of_first};
use super::text::complaint;
use super::{Deed, Scenario, Settings};
use crate::engine::config;
use crate::words;

/// Executions of an account that cannot be reserved (L1).
const UNRESERVED: u64 = 100;
/// What AWS calls a large record, in bytes; such records should stay below about 2 % of all (S5).
const LARGE: u64 = 1_048_576;
const THROWS: i64 = 0;
const REPLIES: i64 = 3;
const PARKS: i64 = 4;
const SWALLOWS: i64 = 5;
const NAIVE: i64 = 1;

/// Every problem of the scenario; one that only begins during the run says when.
pub(super) fn problems(scenario: &Scenario) -> Vec<Problem> {
    let mut all: Vec<Problem> = Vec::new();
    let mut settings = scenario.settings.clone();
    let mut texts: Vec<String> = Vec::new();
    for (at, deeds) in deeds_by_time(scenario) {
        for deed in deeds {
            settings.apply(deed);
        }
        for problem in of_settings(&settings, scenario) {
            if texts.contains(&problem.text) {
                continue;
            }
            texts.push(problem.text.clone());
            let text = if at.0 == 0 {
                problem.text
            } else {
                format!("From {} on: {}", words::clock(at), problem.text)
            };
            all.push(Problem { text, ..problem });
        }
    }
    all.extend(of_run(scenario));
    all
}

fn of_settings(settings: &Settings, scenario: &Scenario) -> Vec<Problem> {
    let mut all = Vec::new();
    replying(settings, &mut all);
    giving_up(settings, &mut all);
    ordering(settings, &mut all);
    filtering(settings, scenario, &mut all);
    timing(settings, &mut all);
    if scenario.records.is_empty() {
        let factor = match &scenario.traffic {
            Some(traffic) if settings.get(TrafficShape) == PASTED => {
                traffic.peak() as f64 / traffic.mean() as f64
            }
            _ => peak_factor(settings),
        };
        load(settings, factor, &mut all);
    }
    if settings.is_on(Knob::SecondMapping) {
        second(settings, scenario, &mut all);
    }
    all
}

/// The same of the second mapping, where it says something (E14).
fn second(settings: &Settings, scenario: &Scenario, all: &mut Vec<Problem>) {
    let own = in_first_place(settings);
    let fails = settings.is_on(Knob::SecondFails);
    let mut found = Vec::new();
    if fails {
        replying(&own, &mut found);
    }
    if fails || own.limit(MaximumRecordAgeInSeconds).is_some() {
        giving_up(&own, &mut found);
    }
    filtering(&own, scenario, &mut found);
    batches(&own, &mut found);
    concurrency(&own, &mut found);
    if scenario.records.is_empty() {
        falling_behind(&own, &mut found);
    }
    all.extend(found.into_iter().map(|problem| Problem {
        knobs: problem.knobs.into_iter().map(of_second).collect(),
        text: format!("The second mapping: {}", problem.text),
    }));
}

/// The second mapping's setting where it has one of its own.
fn of_second(knob: Knob) -> Knob {
    twin_of_first(knob).unwrap_or(knob)
}

fn problem(knobs: &[Knob], text: impl Into<String>) -> Problem {
    Problem {
        knobs: knobs.to_vec(),
        text: text.into(),
    }
}

/// What the handler says and whether the mapping listens (E30, E34, E39).
fn replying(settings: &Settings, all: &mut Vec<Problem>) {
    let reports = settings.is_on(ReportBatchItemFailures);
    let handler = settings.get(Handler);
    if handler == REPLIES {
        let (reply, note) = read_reply(settings.text(Reply));
        if !reports && reply != config::Reply::Success {
            all.push(ignored());
        } else if let Some(note) = note {
            all.push(problem(&[Reply], note));
        } else if matches!(reply, config::Reply::Items(_)) {
            all.push(problem(
                &[Reply, Handler],
                "Whatever the batch holds, the reply names the same records as failed: it is never done.",
            ));
        }
    } else if reports && handler == THROWS {
        all.push(problem(
            &[ReportBatchItemFailures, Handler],
            "The handler throws, and an exception reports no items: the whole batch is retried as if ReportBatchItemFailures were off.",
        ));
    } else if handler == SWALLOWS {
        all.push(problem(
            &[Handler],
            "The handler catches every error and reports success: what it cannot handle is lost, and neither a retry nor the destination ever sees it.",
        ));
    } else if !reports && !matches!(handler, THROWS | PARKS) {
        all.push(ignored());
    }
}

fn ignored() -> Problem {
    problem(
        &[ReportBatchItemFailures, Handler],
        "The handler reports failed items, but ReportBatchItemFailures is off: the mapping ignores the reply, the batch counts as a success, and what failed is lost silently.",
    )
}

/// Why a pill is not sent where [`refuses_pill`] says so.
pub(crate) const PILL_REFUSED: &str = "The stream refuses an order of 5 MB, and with it its whole request; no such pill is sent. \
     It takes one from MaxRecordSizeInKiB 5,000 on.";

/// What the orders hold.
fn ordering(settings: &Settings, all: &mut Vec<Problem>) {
    if let Some(complaint) = complaint(Data, settings.text(Data)) {
        all.push(problem(&[Data], complaint));
    }
    if refuses_pill(settings, settings) {
        all.push(problem(&[PillReason, MaxRecordSizeInKiB], PILL_REFUSED));
    }
}

/// What the filter wants (E51, E52).
fn filtering(settings: &Settings, scenario: &Scenario, all: &mut Vec<Problem>) {
    let text = settings.text(FilterCriteria);
    let Ok(filters) = Filters::read(text) else {
        let complaint = complaint(FilterCriteria, text).unwrap_or_default();
        return all.push(problem(&[FilterCriteria], complaint));
    };
    let kinds = orders::kinds(settings.text(Data));
    let filter = filters.judge(&kinds, &scenario.data);
    let records = &scenario.records;
    let passes = if records.is_empty() {
        (0..kinds.len()).any(|kind| filter.wants(kind as u8))
    } else {
        records.iter().any(|record| filter.wants(record.kind))
    };
    if !filters.is_empty() && !filters.reads_data() {
        all.push(problem(
            &[FilterCriteria],
            "The pattern reads nothing inside data, so no order matches: it should look like {\"data\": {\"type\": [\"purchase\"]}}.",
        ));
    } else if !passes {
        let who = if records.is_empty() {
            "kind of order"
        } else {
            "record"
        };
        let text = format!("No {who} passes: all are read past, and none is handled.");
        all.push(problem(&[FilterCriteria], text));
    } else if settings.get(PillReason) == 1 && filters.judge(&kinds, &[]).not_json != u64::MAX {
        all.push(problem(
            &[FilterCriteria, PillReason],
            "The filter drops what is not JSON: such a pill blocks nothing, and nobody hears of it either.",
        ));
    }
}

/// What is given up, when, and who else goes with it (E29, E33, E40, E43).
fn giving_up(settings: &Settings, all: &mut Vec<Problem>) {
    let retries = settings.limit(MaximumRetryAttempts);
    let age = settings.limit(MaximumRecordAgeInSeconds);
    let bisect = settings.is_on(BisectBatchOnFunctionError);
    let retention_s = settings.retention().0 / 1_000_000;
    let gives_up = retries.is_some() || age.is_some_and(|age| age < retention_s);
    if bisect && !gives_up {
        all.push(problem(
            &[BisectBatchOnFunctionError, MaximumRetryAttempts, MaximumRecordAgeInSeconds],
            "Bisecting finds the bad record, but nothing gives up on it: it is retried by itself until it expires, and its shard waits as before.",
        ));
    }
    if gives_up && settings.get(OnFailure) == 0 {
        all.push(problem(
            &[OnFailure, MaximumRetryAttempts, MaximumRecordAgeInSeconds],
            "What is given up is discarded without a trace: there is no on-failure destination.",
        ));
    }
    if settings.is_on(DestinationDenied) && settings.get(OnFailure) != 0 {
        all.push(problem(
            &[DestinationDenied, OnFailure],
            "The mapping may not write to its destination: what is given up is gone, and mending the permission later brings nothing back.",
        ));
    }
    if let Some(age) = age.filter(|age| *age >= retention_s) {
        all.push(problem(
            &[MaximumRecordAgeInSeconds, RetentionPeriodHours, OnFailure],
            format!(
                "Records expire after {} h and would be too old only after {}: the age limit never acts, and the destination never sees what expires.",
                words::number(settings.count(RetentionPeriodHours)),
                words::span(crate::engine::time::SimDuration::from_secs(age)),
            ),
        ));
    }
    let (Some(_), false, true) = (retries, bisect, full_batch(settings) > 1) else {
        return;
    };
    let names_items = (THROWS + 1..PARKS).contains(&settings.get(Handler));
    if settings.is_on(ReportBatchItemFailures) && names_items {
        all.push(problem(
            &[ReportBatchItemFailures, BisectBatchOnFunctionError, MaximumRetryAttempts],
            "When the retries are spent, the reported record and everything after it in its batch is discarded, good neighbours too; bisecting saves them.",
        ));
    } else {
        all.push(problem(
            &[MaximumRetryAttempts, BisectBatchOnFunctionError, BatchSize],
            format!(
                "When the retries are spent, the whole batch of up to {} records is discarded for one bad record; bisecting saves the good ones.",
                words::number(full_batch(settings))
            ),
        ));
    }
}

/// Times and limits that cannot be kept (L3, L4, L7).
fn timing(settings: &Settings, all: &mut Vec<Problem>) {
    batches(settings, all);
    concurrency(settings, all);
    neighbour(settings, all);
    for (base, cap) in [(EsmBackoffBase, EsmBackoffCap), (BackoffBase, BackoffCap)] {
        if settings.get(cap) < settings.get(base) {
            all.push(problem(
                &[base, cap],
                "The longest delay is shorter than the first one: every delay is the longest.",
            ));
        }
    }
}

/// Batches that take longer than they may (L7).
fn batches(settings: &Settings, all: &mut Vec<Problem>) {
    let (records, limit) = (full_batch(settings), timeout(settings));
    let (full, one) = (batch_time(settings, records), batch_time(settings, 1));
    let seconds = words::span;
    if one > limit {
        all.push(problem(
            &[Timeout, PerBatch, PerRecord],
            format!(
                "Even one record takes {}, longer than the Timeout of {}: every invocation fails.",
                seconds(one),
                seconds(limit)
            ),
        ));
    } else if full > limit {
        all.push(problem(
            &[BatchSize, PerRecord, PerBatch, Timeout],
            format!(
                "A full batch of {} records takes {}, longer than the Timeout of {}: it fails every time, a poison pill of your own making.",
                words::number(records),
                seconds(full),
                seconds(limit)
            ),
        ));
    }
}

/// Who gets how many executions (L1–L4).
fn concurrency(settings: &Settings, all: &mut Vec<Problem>) {
    let (lanes, account) = (lanes(settings), settings.count(ConcurrentExecutions));
    let asks = format!(
        "{} shards × {} can run {} invocations at once, and ",
        words::number(settings.count(ShardCount)),
        settings.count(ParallelizationFactor),
        words::number(lanes)
    );
    let throttled = "the rest is throttled, which no retry setting counts";
    if let Some(reserved) = settings.limit(ReservedConcurrentExecutions) {
        if reserved == 0 {
            all.push(problem(
                &[ReservedConcurrentExecutions],
                "0 switches the function off: every invocation is throttled, and the records wait until they expire.",
            ));
        } else if reserved < lanes {
            all.push(problem(
                &[
                    ReservedConcurrentExecutions,
                    ShardCount,
                    ParallelizationFactor,
                ],
                format!(
                    "{asks}{} are reserved: {throttled}.",
                    words::number(reserved)
                ),
            ));
        }
        if reserved + UNRESERVED > account && reserved > 0 {
            all.push(problem(
                &[ReservedConcurrentExecutions, ConcurrentExecutions],
                format!(
                    "AWS leaves at least {UNRESERVED} executions of an account unreserved, and would refuse to reserve {} of {}.",
                    words::number(reserved),
                    words::number(account)
                ),
            ));
        }
    } else if lanes >= account {
        let effect = if lanes > account {
            format!("{throttled}, and other functions get nothing")
        } else {
            "no other function gets any".to_owned()
        };
        all.push(problem(
            &[ConcurrentExecutions, ShardCount, ParallelizationFactor],
            format!(
                "{asks}the account allows {}: {effect}.",
                words::number(account)
            ),
        ));
    }
}

/// Whether the account's other function finds enough (L3).
fn neighbour(settings: &Settings, all: &mut Vec<Problem>) {
    let (needs, left) = (neighbour_needs(settings), left_for_others(settings));
    if left < needs {
        all.push(problem(
            &[NeighbourRate, ReservedConcurrentExecutions, ConcurrentExecutions],
            format!(
                "The other function needs {} executions at once and finds {} while all lanes run: then it is throttled for nothing it did.",
                words::number(needs),
                words::number(left)
            ),
        ));
    }
}

/// More records than the function can handle (E45).
fn falling_behind(settings: &Settings, all: &mut Vec<Problem>) {
    let (mean, handled) = (mean_on_shard(settings), handled_per_second(settings));
    if mean > handled {
        all.push(problem(
            &[RecordsPerSecond, PerRecord, BatchSize, ParallelizationFactor],
            format!(
                "The busiest shard gets {} records/s on average and its function handles {}: it falls behind for ever, and good records expire.",
                whole(mean),
                whole(handled)
            ),
        ));
    }
}

/// More records than something can take (S1, S7, E45); `factor` is how much more the peak brings than the mean.
fn load(settings: &Settings, factor: f64, all: &mut Vec<Problem>) {
    let (peak, takes) = (mean_on_shard(settings) * factor, shard_takes(settings));
    let spike = peak * spike_permille(settings) as f64 / 1_000.0;
    if spike > takes as f64 && peak <= takes as f64 {
        all.push(problem(
            &[SpikeShare, SpikeFor, SpikeEvery],
            format!(
                "For {} the busiest shard is offered {} records/s of this size and takes {}; the average of the minute shows nothing of it (S6).",
                words::span(settings.span(SpikeFor).min(settings.span(SpikeEvery))),
                whole(spike),
                words::number(takes)
            ),
        ));
    }
    if peak > takes as f64 {
        let naive = settings.get(Knob::Handling) == NAIVE;
        let lost = if naive {
            ", and the naive producer loses it"
        } else {
            ""
        };
        all.push(problem(
            &[RecordsPerSecond, ShardCount, RecordBytes],
            format!(
                "The busiest shard is offered up to {} records/s of this size and takes {}: the rest is throttled{lost}.",
                whole(peak),
                words::number(takes)
            ),
        ));
    }
    falling_behind(settings, all);
    let bytes = settings.count(RecordBytes);
    if bytes > settings.count(MaxRecordSizeInKiB) * 1_024 {
        all.push(problem(
            &[RecordBytes, MaxRecordSizeInKiB],
            "Every record is larger than the stream takes: every request is refused whole, with a ValidationException, and the producer gives it up.",
        ));
    } else if bytes > LARGE {
        all.push(problem(
            &[RecordBytes, MaxRecordSizeInKiB],
            "Every record is larger than 1 MiB; AWS advises that such records stay below about 2 % of all.",
        ));
    }
    let (keys, shards) = (settings.count(KeyCount), settings.shards());
    if keys < shards {
        all.push(problem(
            &[KeyCount, ShardCount],
            format!(
                "{} partition {} cannot reach {} shards: some stay empty.",
                words::number(keys),
                if keys == 1 { "key" } else { "keys" },
                words::number(shards)
            ),
        ));
    }
}

/// Rounded; enough for a sentence.
fn whole(rate: f64) -> String {
    words::number(rate.round() as u64)
}

fn of_run(scenario: &Scenario) -> Vec<Problem> {
    let mut all = Vec::new();
    let records = scenario.records.iter();
    let large = records
        .filter(|record| u64::from(record.bytes) > LARGE)
        .count();
    if large * 50 > scenario.records.len() {
        let (count, all_of_them) = (
            words::number(large as u64),
            words::number(scenario.records.len() as u64),
        );
        all.push(problem(
            &[MaxRecordSizeInKiB],
            format!(
                "{count} of {all_of_them} records are larger than 1 MiB; AWS advises that such records stay below about 2 % of all."
            ),
        ));
    }
    if let Some(shortened) = scenario.shortened() {
        all.push(problem(&[Horizon], shortened.to_string()));
    }
    if scenario.settings.get(TrafficShape) == PASTED && scenario.traffic.is_none() {
        all.push(problem(
            &[TrafficShape],
            "There is no pasted traffic here, because no link can hold it; the daily curve is played instead.",
        ));
    }
    let shards = scenario.settings.count(ShardCount);
    let lost = |deed: &Deed| matches!(deed, Deed::Pill { shard } if u64::from(*shard) >= shards);
    if !scenario.reshards() && scenario.actions.iter().any(|action| lost(&action.deed)) {
        all.push(problem(
            &[ShardCount],
            format!("A pill is meant for a shard that does not exist; it goes to the last one, shard {}.", shards - 1),
        ));
    }
    all
}
