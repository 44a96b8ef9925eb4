//! How long a run is and what it asks of the machine. Estimates only, in integers; the engine decides nothing here.

use std::fmt;

use super::configure::records_per_request;
use super::figures::{spike_permille, surge_permille};
use super::knobs::Knob;
use super::knobs::traffic_shape::SPIKES;
use super::sdk::attempts;
use super::second::in_first_place;
use super::spelling::{spell_span_for_people, thousands};
use super::{Deed, Scenario, Settings};
use crate::engine::time::{SimDuration, SimTime};

/// The most steps (requests, polls and invocations) a run may take; longer runs end earlier.
pub const STEPS_MAX: u64 = 400_000_000;

/// Records per second one shard takes (S1).
pub(super) const SHARD_RECORDS: u64 = 1_000;
/// Bytes per second one shard takes (S1).
pub(super) const SHARD_BYTES: u64 = 1_048_576;

/// A run that ends earlier than asked for, because it would take too many steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortened {
    /// The end that was asked for.
    pub asked: SimTime,
    /// The end that can be afforded.
    pub end: SimTime,
    /// Estimated steps of the run that was asked for.
    pub steps: u64,
}

impl fmt::Display for Shortened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |end: SimTime| spell_span_for_people(end.since(SimTime::ZERO));
        write!(
            f,
            "The run of {} would take about {} million steps, more than the {} million allowed; it ends after {}.",
            span(self.asked),
            thousands(self.steps / 1_000_000),
            STEPS_MAX / 1_000_000,
            span(self.end)
        )
    }
}

impl Scenario {
    /// No run is longer.
    pub const HORIZON_MAX: SimTime = SimTime::from_hours(400 * 24);

    /// Where the run should end: at the setting, or a day and the retention in force after the last
    /// action if that is later, but at most 400 days. The extension is not written into links.
    pub fn effective_horizon(&self) -> SimTime {
        let mut settings = self.settings.clone();
        let mut end = SimTime::ZERO + settings.span(Knob::Horizon);
        for action in &self.actions {
            settings.apply(&action.deed);
            end = end.max(action.at + settings.retention() + SimDuration::from_hours(24));
        }
        end.min(Self::HORIZON_MAX)
    }

    /// Estimated steps (requests, polls and invocations) of the run until [`Self::effective_horizon`].
    pub fn cost_estimate(&self) -> u64 {
        self.walk(u64::MAX).0
    }

    /// Whether the run has to end earlier than asked, and how.
    pub fn shortened(&self) -> Option<Shortened> {
        let steps = self.cost_estimate();
        let (_, end) = self.walk(STEPS_MAX);
        let asked = self.effective_horizon();
        (steps > STEPS_MAX).then_some(Shortened { asked, end, steps })
    }

    /// Where the run ends: at [`Self::effective_horizon`], or earlier if that is too much to compute.
    pub fn end(&self) -> SimTime {
        self.shortened()
            .map_or_else(|| self.effective_horizon(), |shortened| shortened.end)
    }

    /// Puts pills meant for a shard that does not exist onto the last one, and says so.
    pub(super) fn keep_pills_on_shards(&mut self) -> Vec<String> {
        let count = self.settings.count(Knob::ShardCount);
        let mut sentences = Vec::new();
        if self.reshards() {
            return sentences;
        }
        for action in &mut self.actions {
            if let Deed::Pill { shard } = &mut action.deed
                && u64::from(*shard) >= count
            {
                let last = count - 1;
                sentences.push(format!(
                    "There is no shard {shard}: its pill goes to the last one, shard {last}."
                ));
                *shard = last as u16;
            }
        }
        sentences
    }

    /// Steps until the end or until `budget` is spent, and where that is; at least one second.
    fn walk(&self, budget: u64) -> (u64, SimTime) {
        let horizon = self.effective_horizon();
        let mut settings = self.settings.clone();
        let mut now = SimTime::ZERO;
        let mut steps: u128 = 0;
        let mut pills = 0;
        let ends = self.actions.iter().map(|action| action.at).chain([horizon]);
        for (index, until) in ends.enumerate() {
            let until = until.min(horizon).max(now);
            let rate = self.steps_per_1000s(&settings, pills);
            let left = (u128::from(budget)).saturating_sub(steps);
            let span = u128::from(until.since(now).0);
            let wanted = rate * span / THOUSAND_SECONDS;
            if wanted > left {
                let affordable = left * THOUSAND_SECONDS / rate;
                let end = now + SimDuration(u64::try_from(affordable).unwrap_or(u64::MAX));
                // Whole seconds read better, and a run of no length would show nothing.
                let end = SimTime(end.0 / 1_000_000 * 1_000_000).max(SimTime::from_secs(1));
                return (budget, end);
            }
            steps += wanted;
            now = until;
            if let Some(action) = self.actions.get(index) {
                settings.apply(&action.deed);
                pills += u128::from(matches!(action.deed, Deed::Pill { .. }));
            }
        }
        (u64::try_from(steps).unwrap_or(u64::MAX), horizon)
    }

    fn steps_per_1000s(&self, settings: &Settings, pills: u128) -> u128 {
        if self.records.is_empty() {
            let height = u128::from(surge_permille(settings));
            let records = u128::from(settings.count(Knob::RecordsPerSecond)) * height;
            requests_per_1000s(settings, records) + reads_per_1000s(settings, records, pills)
        } else {
            // Written-down records are few; what counts is how often each is sent and tried.
            let records = self.records.len() as u128;
            let failing = self
                .records
                .iter()
                .filter(|record| record.fails != crate::engine::config::Fails::Never);
            requests_per_1000s(settings, records)
                + reads_per_1000s(settings, records, pills + failing.count() as u128)
        }
    }
}

/// In microseconds.
const THOUSAND_SECONDS: u128 = 1_000_000_000;

/// How often something with this period happens in 1,000 s.
fn every(period: SimDuration) -> u128 {
    THOUSAND_SECONDS / u128::from(period.0.max(1))
}

/// Requests in 1,000 s: one each time the producer lingers, or more if they fill up; re-sent to the
/// limit while a shard is over its own at the peak of the day.
fn requests_per_1000s(settings: &Settings, records: u128) -> u128 {
    let count = |knob| u128::from(settings.count(knob));
    let each = u128::from(records_per_request(settings).max(1));
    let requests = (records / each).max(every(settings.span(Knob::Linger)));
    // Short spikes need short ticks; one costs a fraction of a request.
    let ticks = match settings.get(Knob::TrafficShape) {
        SPIKES => every(settings.span(Knob::SpikeFor)) / 8,
        _ => 0,
    };
    let naive = settings.get(Knob::Handling) == 1;
    let overloaded = overloaded(settings, records);
    let sends = if overloaded && !naive {
        count(Knob::MaxSends)
    } else {
        1
    };
    let fails = settings.get(Knob::ServerErrors) + settings.get(Knob::BlackHole) > 0;
    let is_exception = overloaded && settings.get(Knob::PutCall) != 0;
    let tries = if fails || is_exception {
        u128::from(attempts(settings))
    } else {
        1
    };
    requests * sends.max(1) * tries + ticks
}

/// Whether the busiest shard is over its write limit at the peak of the day (S1, S7).
fn overloaded(settings: &Settings, records_per_1000s: u128) -> bool {
    let count = |knob| u128::from(settings.count(knob));
    let spike = u128::from(spike_permille(settings));
    let peak = records_per_1000s * (1_000 + count(Knob::DailySwing)) * spike / 1_000_000;
    let even = peak / u128::from(settings.shards()).max(1);
    let hot = match settings.get(Knob::Keys) {
        2 => peak * count(Knob::HotShare) / 1_000,
        1 => peak / 4,
        _ => 0,
    };
    let busiest = even.max(hot);
    let limit =
        u128::from(SHARD_RECORDS).min(u128::from(SHARD_BYTES) / count(Knob::RecordBytes).max(1));
    busiest > limit * 1_000
}

/// Polls and invocations in 1,000 s, retries included.
fn reads_per_1000s(settings: &Settings, records: u128, pills: u128) -> u128 {
    let count = |knob| u128::from(settings.count(knob));
    let polls = u128::from(settings.shards()) * every(settings.span(Knob::PollInterval));
    let lanes = u128::from(settings.shards()) * count(Knob::ParallelizationFactor);
    let shortest = settings.span(Knob::EsmOverhead) + settings.span(Knob::PerBatch);
    let busy = lanes * every(shortest + settings.span(Knob::PerRecord));
    let full = records / count(Knob::BatchSize).max(1);
    let sparse = records.min(polls * count(Knob::ParallelizationFactor));
    let failing_lanes = if every_batch_fails(settings) {
        lanes
    } else {
        lanes.min(pills)
    };
    let retries = failing_lanes * every(shortest + settings.span(Knob::EsmBackoffCap));
    let own = polls + busy.min(full.max(sparse)) + retries;
    if settings.is_on(Knob::SecondMapping) {
        own + second_reads_per_1000s(settings, records, pills)
    } else {
        own
    }
}

/// The same of the second mapping.
#[inline(never)] // The page fetches it when it runs (script/split/rest.txt).
fn second_reads_per_1000s(settings: &Settings, records: u128, pills: u128) -> u128 {
    let mut own = in_first_place(settings);
    own.set(Knob::SecondMapping, 0);
    reads_per_1000s(&own, records, pills)
}

fn every_batch_fails(settings: &Settings) -> bool {
    let replies = settings.get(Knob::Handler) == 3;
    let one = settings.span(Knob::PerBatch) + settings.span(Knob::PerRecord);
    let full = settings.count(Knob::PerBatch)
        + settings.count(Knob::PerRecord) * settings.count(Knob::BatchSize);
    let timeout = SimDuration::from_secs(settings.count(Knob::Timeout));
    replies || one > timeout || full > timeout.0
}
