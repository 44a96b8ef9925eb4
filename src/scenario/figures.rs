//! What follows from the settings by arithmetic alone: rates, batch times, patience. For captions and
//! warnings; the engine computes its own.

use super::Settings;
use super::cost::{SHARD_BYTES, SHARD_RECORDS};
use super::knobs::Knob;
use super::knobs::keys;
use super::knobs::traffic_shape::{FLASH, PASTED, RAMP, SPIKES};
use crate::engine::time::SimDuration;

/// An invocation's payload (E4).
const PAYLOAD_BYTES: u64 = 6 * 1_048_576;
/// JSON around each record of it (E4).
const RECORD_ENVELOPE_BYTES: u64 = 540;
/// What one mapping reads from a shard in a second (S2).
const READ_BYTES: u64 = 2 * 1_048_576;

/// `GetRecords` calls a shard takes in a second, of all readers together (S2).
const GET_RECORDS_PER_SECOND: u64 = 5;

/// How many records of this size fit into one invocation (E4); at least one is always tried.
pub(super) fn payload_records(settings: &Settings) -> u64 {
    let base64 = settings.count(Knob::RecordBytes).div_ceil(3) * 4;
    (PAYLOAD_BYTES / (base64 + RECORD_ENVELOPE_BYTES)).max(1)
}

/// Records in the largest batch there can be.
pub(super) fn full_batch(settings: &Settings) -> u64 {
    settings
        .count(Knob::BatchSize)
        .min(payload_records(settings))
}

/// How long the function takes for `records` good records.
pub(super) fn batch_time(settings: &Settings, records: u64) -> SimDuration {
    SimDuration(settings.count(Knob::PerBatch) + settings.count(Knob::PerRecord) * records)
}

/// `Timeout` as a span.
pub(super) fn timeout(settings: &Settings) -> SimDuration {
    SimDuration::from_secs(settings.count(Knob::Timeout))
}

/// Invocations that may run at once: shards × parallelization factor (E7).
pub(super) fn lanes(settings: &Settings) -> u64 {
    settings.shards() * settings.count(Knob::ParallelizationFactor)
}

/// Executions the function may have at once: what is reserved for it, or all the account has (L1, L4).
pub(super) fn allowed(settings: &Settings) -> u64 {
    let account = settings.count(Knob::ConcurrentExecutions);
    let reserved = settings.limit(Knob::ReservedConcurrentExecutions);
    reserved.map_or(account, |reserved| reserved.min(account))
}

/// Executions the account's other function needs at once (L3).
pub(super) fn neighbour_needs(settings: &Settings) -> u64 {
    let (rate, time) = (
        settings.count(Knob::NeighbourRate),
        settings.count(Knob::NeighbourDuration),
    );
    (rate * time).div_ceil(1_000_000)
}

/// What the function may take leaves for the others (L1, L4).
pub(super) fn left_for_others(settings: &Settings) -> u64 {
    let reserved = settings.limit(Knob::ReservedConcurrentExecutions);
    let taken = reserved.unwrap_or(lanes(settings));
    settings
        .count(Knob::ConcurrentExecutions)
        .saturating_sub(taken)
}

/// Records per second one shard's lanes handle at most, with full batches one after the other (E6).
pub(super) fn handled_per_second(settings: &Settings) -> f64 {
    let records = full_batch(settings);
    let cycle = batch_time(settings, records) + settings.span(Knob::EsmOverhead);
    let lane = records as f64 / cycle.as_secs_f64();
    let running = lanes(settings).min(allowed(settings));
    let handled = lane * running as f64 / settings.shards() as f64;
    handled.min(READ_BYTES as f64 / (readers(settings) * settings.count(Knob::RecordBytes)) as f64)
}

/// Everybody who reads the whole stream.
pub(super) fn readers(settings: &Settings) -> u64 {
    1 + settings.count(Knob::SecondMapping) + settings.count(Knob::OtherConsumers)
}

/// How often the mapping's polls succeed. A shard takes five `GetRecords` calls a second of all readers together (S2);
/// every other consumer makes one, and where that is too much they share what there is (M10, assumption).
pub(super) fn poll_interval(settings: &Settings) -> SimDuration {
    let own = settings.span(Knob::PollInterval);
    if reads_refused_per_1000s(settings) == 0 {
        return own;
    }
    own.max(SimDuration(
        readers(settings) * 1_000_000 / GET_RECORDS_PER_SECOND,
    ))
}

/// `GetRecords` calls a shard refuses in 1,000 seconds, of all readers together (M10).
pub(super) fn reads_refused_per_1000s(settings: &Settings) -> u64 {
    let own = 1_000_000_000 / settings.count(Knob::PollInterval).max(1);
    // The second mapping asks as often as the first.
    let mappings = 1 + settings.count(Knob::SecondMapping);
    let calls = settings.count(Knob::OtherConsumers) * 1_000 + mappings * own;
    calls.saturating_sub(GET_RECORDS_PER_SECOND * 1_000)
}

/// Mean records per second on the busiest shard; with skewed keys on a middling one.
pub(super) fn mean_on_shard(settings: &Settings) -> f64 {
    let mean = settings.count(Knob::RecordsPerSecond) as f64;
    let even = 1.0 / settings.shards() as f64;
    if settings.get(Knob::Keys) == keys::HOT {
        let hot = settings.count(Knob::HotShare) as f64 / 1_000.0;
        return mean * (hot + (1.0 - hot) * even);
    }
    mean * even
}

/// How much more the peak of the day brings than the mean, at the height of a surge if there is one. Spikes average
/// out; of pasted traffic the settings know the mean only.
pub(super) fn peak_factor(settings: &Settings) -> f64 {
    peak_permille(settings) as f64 / 1_000.0
}

/// [`peak_factor`] in permille.
fn peak_permille(settings: &Settings) -> u64 {
    match settings.get(Knob::TrafficShape) {
        PASTED => 1_000,
        _ => (1_000 + settings.count(Knob::DailySwing)) * surge_permille(settings) / 1_000,
    }
}

/// What a rate times [`peak_factor`] is called.
pub(super) fn peak_name(settings: &Settings) -> &'static str {
    match settings.get(Knob::TrafficShape) {
        PASTED => "mean",
        _ => "peak",
    }
}

/// How high a surge makes the traffic, at least as it is without, in permille.
pub(super) fn surge_permille(settings: &Settings) -> u64 {
    match settings.get(Knob::TrafficShape) {
        RAMP | FLASH => settings.count(Knob::SurgeTo).max(100) * 10,
        _ => 1_000,
    }
}

/// How much more a spike brings than the mean, in permille (S6).
pub(super) fn spike_permille(settings: &Settings) -> u64 {
    let every = settings.count(Knob::SpikeEvery);
    let length = settings.count(Knob::SpikeFor).min(every);
    match settings.get(Knob::TrafficShape) {
        SPIKES if length < every => settings.count(Knob::SpikeShare) * every / length.max(1),
        _ => 1_000,
    }
}

/// Records of this size one shard takes per second (S1).
pub(super) fn shard_takes(settings: &Settings) -> u64 {
    if settings.get(Knob::PutCall) == 0 {
        return shard_takes_in_batches(settings);
    }
    // Each counts in whole KiB, its key included (P5).
    let last_key = settings.count(Knob::KeyCount).saturating_sub(1);
    let key = "device-".len() as u64 + u64::from(last_key.max(1).ilog10()) + 1;
    let charged = (settings.count(Knob::RecordBytes) + key).next_multiple_of(1_024);
    SHARD_RECORDS.min(SHARD_BYTES / charged)
}

/// The same of `PutRecords`, whose rounding is shared by many.
pub(super) fn shard_takes_in_batches(settings: &Settings) -> u64 {
    SHARD_RECORDS.min(SHARD_BYTES / settings.count(Knob::RecordBytes).max(1))
}

/// The mapping's pause before retry `index`, from 0 (E25, E26).
pub(super) fn retry_pause(settings: &Settings, index: u32) -> SimDuration {
    pause(
        settings.span(Knob::EsmBackoffBase),
        settings.span(Knob::EsmBackoffCap),
        index,
    )
}

/// `min(cap, base · 2^index)`.
pub(super) fn pause(base: SimDuration, cap: SimDuration, index: u32) -> SimDuration {
    let doubled = base
        .0
        .saturating_mul(1_u64.checked_shl(index).unwrap_or(u64::MAX));
    SimDuration(doubled).min(cap)
}

/// All pauses of `count` retries together.
pub(super) fn pauses(base: SimDuration, cap: SimDuration, count: u64) -> SimDuration {
    let mut sum = SimDuration::ZERO;
    for index in 0..count {
        let next = pause(base, cap, u32::try_from(index).unwrap_or(u32::MAX));
        if next == cap {
            return sum + SimDuration(cap.0.saturating_mul(count - index));
        }
        sum = sum + next;
    }
    sum
}

/// How often an unhandled batch is tried within `span`, counting pauses only (E26).
pub(super) fn tries_within(settings: &Settings, span: SimDuration) -> u64 {
    let cap = settings.span(Knob::EsmBackoffCap);
    let mut left = span;
    for index in 0..u32::MAX {
        let next = retry_pause(settings, index);
        if next > left {
            return u64::from(index) + 1;
        }
        if next == cap {
            return u64::from(index) + 1 + left.0 / cap.0.max(1);
        }
        left = left - next;
    }
    u64::MAX
}
