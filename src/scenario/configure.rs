//! From raw settings to the engine's `Config`: always a valid one, and the problems worth pointing out.

use super::figures::{poll_interval, reads_refused_per_1000s};
use super::filters::Filters;
use super::knobs::keys;
use super::knobs::traffic_shape::{FLASH, PASTED, RAMP, SPIKES};
use super::knobs::{Group, Knob};
use super::lifecycle;
use super::notice::Problem;
use super::orders;
use super::problems::problems;
use super::reply::read_reply;
use super::sdk::{backoff, sdk};
use super::second::{in_first_place, twin};
use super::shards::{reshards, scaling};
use super::{Action, Deed, Scenario, Settings};
use crate::engine::config::{
    Alarms, Config, Consuming, Destination, Fails, Filter, Function, Generated, Handler, Handling,
    IdempotencyKey, Keys, Limit, Mapping, MappingState, NeighbourLoad, Outage, Pill, Producing,
    PutCall, Reading, Role, StartingPosition, TOO_LARGE_BYTES, Traffic,
};
use crate::engine::second::Second;
use crate::engine::shape::{Shape, Spikes, Turn};
use crate::engine::time::{SimDuration, SimTime};

/// The run the scenario asks for, and what does not go together in it.
pub fn configure(scenario: &Scenario) -> (Config, Vec<Problem>) {
    let settings = &scenario.settings;
    let (producing, consuming) = epochs(scenario);
    let config = Config {
        seed: settings.count(Knob::Seed),
        role: Role::First,
        horizon: scenario.end(),
        shard_count: settings.shards() as u16,
        reshards: reshards(scenario),
        reshard_delay: settings.span(Knob::ReshardDelay),
        scaling: scaling(settings),
        burst_ms: settings.count(Knob::Burst) / 1_000,
        max_record_bytes: settings.count(Knob::MaxRecordSizeInKiB) * 1_024,
        other_readers: settings.count(Knob::OtherConsumers) as u32,
        reads_refused_per_1000s: reads_refused_per_1000s(settings),
        traffic: traffic(scenario),
        kinds: orders::weights(settings.text(Knob::Data)),
        producing,
        consuming,
        pills: pills(scenario),
        poll_interval: poll_interval(settings),
        memory_mb: settings.count(Knob::MemorySize) as u32,
        alarms: Alarms {
            iterator_age_permille: settings.count(Knob::AlarmIteratorAge) as u32,
            error_minutes: settings.count(Knob::AlarmErrors) as u32,
            failed_entries: settings.is_on(Knob::OwnMetric),
        },
    };
    let problems = if *scenario == Scenario::default() {
        Vec::new()
    } else {
        all_problems(scenario, &config)
    };
    (config, problems)
}

/// The opening scenario has none.
fn all_problems(scenario: &Scenario, config: &Config) -> Vec<Problem> {
    let mut all = problems(scenario);
    all.extend(super::shards::problems(config));
    all
}

/// One epoch for the start, and one wherever an action makes a difference.
fn epochs(scenario: &Scenario) -> (Vec<Producing>, Vec<Consuming>) {
    let mut settings = scenario.settings.clone();
    let mut all_producing: Vec<Producing> = Vec::new();
    let mut all_consuming: Vec<Consuming> = Vec::new();
    let states = lifecycle::states(scenario);
    let mut times: Vec<SimTime> = states.iter().map(|&(at, ..)| at).collect();
    let deeds = effects(scenario);
    times.extend(deeds.iter().map(|&(at, _)| at));
    times.sort_unstable();
    times.dedup();
    for from in times {
        for (_, deed) in deeds.iter().filter(|&&(at, _)| at == from) {
            settings.apply(deed);
        }
        let now = states.partition_point(|&(at, ..)| at <= from);
        let (_, state, mapping) = states[now.max(1) - 1];
        let (producing, mut consuming) = (
            producing(&settings, from),
            consuming(&settings, from, (state, mapping)),
        );
        let criteria = settings.text(Knob::FilterCriteria);
        if !criteria.is_empty() {
            consuming.mapping.filter = filter(scenario, criteria);
        }
        if settings.is_on(Knob::SecondMapping) {
            add_second(&mut consuming, scenario, &settings);
        }
        if all_producing.last().is_none_or(|last| {
            *last
                != Producing {
                    from: last.from,
                    ..producing.clone()
                }
        }) {
            all_producing.push(producing);
        }
        if all_consuming.last().is_none_or(|last| {
            *last
                != Consuming {
                    from: last.from,
                    ..consuming.clone()
                }
        }) {
            all_consuming.push(consuming);
        }
    }
    (all_producing, all_consuming)
}

/// What passes the filters that a text describes.
fn filter(scenario: &Scenario, criteria: &str) -> Filter {
    // AWS refuses to create a mapping with a filter that is not valid; here it goes without.
    match Filters::read(criteria) {
        Ok(filters) => filters.judge(
            &orders::kinds(scenario.settings.text(Knob::Data)),
            &scenario.data,
        ),
        Err(_) => Filter::NONE,
    }
}

/// When an action takes effect: what AWS or a deployment takes its time for comes later (E12, E54).
pub(crate) fn takes_effect(scenario: &Scenario, action: &Action) -> SimTime {
    let delay = match &action.deed {
        Deed::Set { knob, .. } | Deed::SetText { knob, .. } => {
            let knob = as_of_first(*knob);
            match knob {
                Knob::Enabled | Knob::MappingExists => Some(Knob::EsmStateDelay),
                Knob::Fixed
                | Knob::Handler
                | Knob::Reply
                | Knob::Data
                | Knob::IdempotencyKey
                | Knob::Timeout
                | Knob::PerBatch
                | Knob::PerRecord => Some(Knob::DeployDelay),
                _ if is_property(knob) => Some(Knob::EsmUpdateDelay),
                _ => None,
            }
        }
        Deed::Pill { .. } | Deed::Split { .. } | Deed::Merge { .. } => None,
    };
    let delay = delay.map_or(SimDuration::ZERO, |knob| scenario.settings.span(knob));
    action.at + delay
}

/// A setting of the second mapping is what the first one's is.
fn as_of_first(knob: Knob) -> Knob {
    match knob.spec().group {
        Group::Second => twin(knob).unwrap_or(knob),
        _ => knob,
    }
}

/// Whether `UpdateEventSourceMapping` changes it (E54).
fn is_property(knob: Knob) -> bool {
    let spec = knob.spec();
    spec.group == Group::Mapping && spec.aws_default
}

/// Every deed when it takes effect, by time.
fn effects(scenario: &Scenario) -> Vec<(SimTime, &Deed)> {
    let actions = scenario.actions.iter();
    let effects = actions.map(|action| (takes_effect(scenario, action), &action.deed));
    let mut effects: Vec<_> = effects.collect();
    effects.sort_by_key(|&(at, _)| at);
    effects
}

/// The deeds of each moment; the start first, whether or not anything is done then.
pub(super) fn deeds_by_time(scenario: &Scenario) -> Vec<(SimTime, Vec<&Deed>)> {
    let mut actions: Vec<&Action> = scenario.actions.iter().collect();
    actions.sort_by_key(|action| action.at);
    let mut moments: Vec<(SimTime, Vec<&Deed>)> = vec![(SimTime::ZERO, Vec::new())];
    for action in actions {
        match moments.last_mut() {
            Some((at, deeds)) if *at == action.at => deeds.push(&action.deed),
            _ => moments.push((action.at, vec![&action.deed])),
        }
    }
    moments
}

/// What a choice of [`Knob::PillReason`] means.
pub(super) fn what_is_wrong(reason: i64) -> Fails {
    match reason {
        0 => Fails::Always,
        1 => Fails::NotJson,
        2 => Fails::TooSlow,
        3 => Fails::OutOfMemory,
        _ => Fails::TooLarge,
    }
}

fn pills(scenario: &Scenario) -> Vec<Pill> {
    // The engine knows better where a shard that comes up later is.
    let last = if scenario.reshards() {
        u16::MAX
    } else {
        scenario.settings.count(Knob::ShardCount) as u16 - 1
    };
    let pill = |action: &Action| {
        let Deed::Pill { shard } = action.deed else {
            return None;
        };
        let now = scenario.settings_at(action.at);
        (!refuses_pill(&scenario.settings, &now)).then(|| Pill {
            at: action.at,
            shard: shard.min(last),
            fails: what_is_wrong(now.get(Knob::PillReason)),
        })
    };
    let mut pills: Vec<Pill> = scenario.actions.iter().filter_map(pill).collect();
    pills.sort_by_key(|pill| pill.at);
    pills
}

/// Whether the stream of the run refuses a pill as it is to be `now`: one too large for any event, with the longest key
/// (P3). What the stream refuses is no pill.
pub(crate) fn refuses_pill(run: &Settings, now: &Settings) -> bool {
    what_is_wrong(now.get(Knob::PillReason)) == Fails::TooLarge
        && u64::from(TOO_LARGE_BYTES) + 256 > run.count(Knob::MaxRecordSizeInKiB) << 10
}

fn traffic(scenario: &Scenario) -> Traffic {
    if !scenario.records.is_empty() {
        let mut records = scenario.records.clone();
        records.sort_by_key(|record| record.at);
        return Traffic::Explicit(records);
    }
    let settings = &scenario.settings;
    let n = settings.count(Knob::KeyCount) as u32;
    let shape = shape(scenario);
    Traffic::Generated(Generated {
        // What was measured has its own days.
        swing_permille: match shape {
            Shape::Measured(_) => 0,
            _ => settings.count(Knob::DailySwing) as u32,
        },
        shape,
        peak_at: SimTime(settings.count(Knob::PeakAt)),
        keys: match settings.get(Knob::Keys) {
            keys::SKEWED => Keys::Zipf(n),
            keys::HOT => Keys::Hot {
                n,
                permille: settings.count(Knob::HotShare) as u32,
            },
            keys::EVEN => Keys::Even(n),
            _ => Keys::Uniform(n),
        },
        record_bytes: settings.count(Knob::RecordBytes) as u32,
    })
}

/// Pasted traffic that is not there leaves the daily curve alone.
fn shape(scenario: &Scenario) -> Shape {
    let settings = &scenario.settings;
    let (from, span) = (
        SimTime(settings.count(Knob::SurgeAt)),
        settings.span(Knob::SurgeFor),
    );
    let turn = |tenths: u64, percent: u64| Turn {
        at: from + SimDuration(span.0 / 10 * tenths),
        permille: percent as u32 * 10,
    };
    let top = settings.count(Knob::SurgeTo);
    match (settings.get(Knob::TrafficShape), &scenario.traffic) {
        (RAMP, _) => Shape::Course(vec![turn(0, 100), turn(10, top)]),
        (FLASH, _) => Shape::Course(vec![
            turn(0, 100),
            turn(1, top),
            turn(5, top),
            turn(10, 100),
        ]),
        (SPIKES, _) => {
            let every = settings.span(Knob::SpikeEvery);
            Shape::Spikes(Spikes {
                every,
                length: settings.span(Knob::SpikeFor).min(every),
                share_permille: settings.count(Knob::SpikeShare) as u32,
            })
        }
        (PASTED, Some(traffic)) => Shape::Measured(traffic.measured()),
        _ => Shape::Even,
    }
}

fn producing(settings: &Settings, from: SimTime) -> Producing {
    Producing {
        from,
        mean_per_1000s: settings.count(Knob::RecordsPerSecond) * 1_000,
        call: if settings.get(Knob::PutCall) == 0 {
            PutCall::PutRecords
        } else {
            PutCall::PutRecord
        },
        put_batch: records_per_request(settings) as u32,
        linger: settings.span(Knob::Linger),
        round_trip: settings.span(Knob::RoundTrip),
        handling: if settings.get(Knob::Handling) == 0 {
            Handling::Correct
        } else {
            Handling::Naive
        },
        max_sends: settings.count(Knob::MaxSends) as u32,
        backoff: backoff(settings.get(Knob::BackoffPolicy)),
        backoff_base: settings.span(Knob::BackoffBase),
        backoff_cap: settings.span(Knob::BackoffCap),
        sdk: sdk(settings),
        server_error_permille: settings.count(Knob::ServerErrors) as u32,
        black_hole_permille: settings.count(Knob::BlackHole) as u32,
        lost_reply_permille: settings.count(Knob::RepliesLost) as u32,
        max_in_flight: settings.count(Knob::MaxInFlight) as u32,
        buffer_limit: settings.count(Knob::BufferLimit),
        life: settings.count(Knob::Restart) as u32,
    }
}

/// The most records one request carries (P1).
pub(super) fn records_per_request(settings: &Settings) -> u64 {
    match settings.get(Knob::PutCall) {
        0 => settings.count(Knob::PutBatch),
        _ => 1,
    }
}

fn consuming(
    settings: &Settings,
    from: SimTime,
    (state, mapping_number): (MappingState, u32),
) -> Consuming {
    Consuming {
        from,
        retention: settings.retention(),
        mapping: mapping(settings),
        function: function(settings),
        reread_after: match settings.limit(Knob::RereadAfter) {
            None => Limit::Infinite,
            Some(seconds) => Limit::AtMost(SimDuration::from_secs(seconds)),
        },
        reading: Reading {
            state,
            mapping: mapping_number,
            start: match settings.get(Knob::StartingPosition) {
                0 => StartingPosition::TrimHorizon,
                1 => StartingPosition::Latest,
                _ => StartingPosition::AtTimestamp(SimTime(
                    settings.count(Knob::StartingPositionTimestamp),
                )),
            },
        },
        concurrency: settings.count(Knob::ConcurrentExecutions) as u32,
        reserved: reserved(settings),
        reserved_elsewhere: Limit::Infinite,
        second: None,
        neighbour: NeighbourLoad {
            interval: SimDuration(
                1_000_000_u64
                    .checked_div(settings.count(Knob::NeighbourRate))
                    .unwrap_or(0),
            ),
            duration: settings.span(Knob::NeighbourDuration),
        },
    }
}

/// The other mapping and its function (E14).
fn add_second(consuming: &mut Consuming, scenario: &Scenario, settings: &Settings) {
    let own = in_first_place(settings);
    let second = Second {
        mapping: Mapping {
            filter: filter(scenario, own.text(Knob::FilterCriteria)),
            ..mapping(&own)
        },
        function: function(&own),
        reserved: reserved(&own),
    };
    consuming.reserved_elsewhere = second.reserved;
    consuming.second = Some(Box::new(second));
}

fn function(settings: &Settings) -> Function {
    Function {
        timeout: SimDuration::from_secs(settings.count(Knob::Timeout)),
        per_batch: settings.span(Knob::PerBatch),
        per_record: settings.span(Knob::PerRecord),
        handler: match settings.get(Knob::Handler) {
            0 => Handler::Throws,
            1 => Handler::ReportsFailed,
            2 => Handler::StopsAtFirst,
            3 => Handler::Replies(read_reply(settings.text(Knob::Reply)).0),
            4 => Handler::Parks,
            _ => Handler::Swallows,
        },
        idempotency: match settings.get(Knob::IdempotencyKey) {
            0 => IdempotencyKey::None,
            1 => IdempotencyKey::EventId,
            _ => IdempotencyKey::OrderId,
        },
        chokes: !settings.is_on(Knob::Fixed),
        outage: match settings.get(Knob::Outage) {
            0 => Outage::None,
            1 => Outage::Errors,
            _ => Outage::Hangs,
        },
        crash_permille: settings.count(Knob::Crashes) as u32,
        cold_start: settings.span(Knob::ColdStart),
    }
}

fn reserved(settings: &Settings) -> Limit<u32> {
    match settings.limit(Knob::ReservedConcurrentExecutions) {
        None => Limit::Infinite,
        Some(reserved) => Limit::AtMost(reserved as u32),
    }
}

fn mapping(settings: &Settings) -> Mapping {
    Mapping {
        filter: Filter::NONE,
        batch_size: settings.count(Knob::BatchSize) as u32,
        batching_window: SimDuration::from_secs(
            settings.count(Knob::MaximumBatchingWindowInSeconds),
        ),
        parallelization_factor: settings.count(Knob::ParallelizationFactor) as u16,
        max_retries: match settings.limit(Knob::MaximumRetryAttempts) {
            None => Limit::Infinite,
            Some(retries) => Limit::AtMost(retries as u32),
        },
        max_record_age: match settings.limit(Knob::MaximumRecordAgeInSeconds) {
            None => Limit::Infinite,
            Some(seconds) => Limit::AtMost(SimDuration::from_secs(seconds)),
        },
        bisect: settings.is_on(Knob::BisectBatchOnFunctionError),
        report_batch_item_failures: settings.is_on(Knob::ReportBatchItemFailures),
        destination: match settings.get(Knob::OnFailure) {
            0 => Destination::None,
            1 => Destination::Sqs,
            2 => Destination::Sns,
            _ => Destination::S3,
        },
        destination_denied: settings.is_on(Knob::DestinationDenied),
        backoff_base: settings.span(Knob::EsmBackoffBase),
        backoff_cap: settings.span(Knob::EsmBackoffCap),
        overhead: settings.span(Knob::EsmOverhead),
    }
}
