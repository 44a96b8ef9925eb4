//! How long a run is and what it asks of the machine. Estimates only, in integers; the engine decides nothing here.

use std::fmt;

use super::configure::records_per_request;
use super::figures::{spike_permille, surge_permille};
use super::knobs::Knob;
use super::knobs::keys;
use super::knobs::traffic_shape::SPIKES;
use super::sdk::attempts;
use super::second::in_first_place;
use super::spelling::{spell_span_for_people, thousands};
use super::{Deed, Scenario, Settings};
use crate::engine::time::{SimDuration, SimTime};

/// The most steps (requests, polls and invocations) a run may take; longer runs end earlier.
pub const STEPS_MAX: u64 = 400_000_000;

/// The most memory that what is stored when may take, in bytes; longer runs end earlier. A page has 4 GB.
pub const BYTES_MAX: u64 = 3 << 29;

/// Records per second one shard takes (S1).
pub(super) const SHARD_RECORDS: u64 = 1_000;
/// Bytes per second one shard takes (S1).
pub(super) const SHARD_BYTES: u64 = 1_048_576;

/// A run that ends earlier than asked for, because it would take too many steps or too much memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortened {
    /// The end that was asked for.
    pub asked: SimTime,
    /// The end that can be afforded.
    pub end: SimTime,
    /// What the run that was asked for would take.
    pub cost: Cost,
}

/// What a run takes, estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Requests, polls and invocations.
    pub steps: u64,
    /// Memory for what is stored when, in bytes.
    pub bytes: u64,
}

/// What a run may take.
const BUDGET: Cost = Cost {
    steps: STEPS_MAX,
    bytes: BYTES_MAX,
};

impl fmt::Display for Shortened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |end: SimTime| spell_span_for_people(end.since(SimTime::ZERO));
        let (asked, end) = (span(self.asked), span(self.end));
        // What it has more too much of.
        let of = |cost: u64, most: u64| u128::from(cost) * 1_000 / u128::from(most);
        if of(self.cost.steps, STEPS_MAX) < of(self.cost.bytes, BYTES_MAX) {
            let mb = thousands(self.cost.bytes >> 20);
            let most = thousands(BYTES_MAX >> 20);
            return write!(
                f,
                "The run of {asked} would take about {mb} MB of memory, more than the {most} MB allowed; it ends after {end}."
            );
        }
        write!(
            f,
            "The run of {asked} would take about {} million steps, more than the {} million allowed; it ends after {end}.",
            thousands(self.cost.steps / 1_000_000),
            STEPS_MAX / 1_000_000,
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

    /// What the run until [`Self::effective_horizon`] takes.
    pub fn cost_estimate(&self) -> Cost {
        let all = Cost {
            steps: u64::MAX,
            bytes: u64::MAX,
        };
        self.walk(all).0
    }

    /// Whether the run has to end earlier than asked, and how.
    pub fn shortened(&self) -> Option<Shortened> {
        let cost = self.cost_estimate();
        let (_, end) = self.walk(BUDGET);
        let asked = self.effective_horizon();
        let is_too_much = cost.steps > BUDGET.steps || cost.bytes > BUDGET.bytes;
        is_too_much.then_some(Shortened { asked, end, cost })
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

    /// What is spent until the end or until the budget is, and where that is; at least one second.
    fn walk(&self, budget: Cost) -> (Cost, SimTime) {
        let horizon = self.effective_horizon();
        let mut settings = self.settings.clone();
        let mut now = SimTime::ZERO;
        let budget = [u128::from(budget.steps), u128::from(budget.bytes)];
        let mut spent = [0; 2];
        let mut pills = 0;
        let ends = self.actions.iter().map(|action| action.at).chain([horizon]);
        for (index, until) in ends.enumerate() {
            let until = until.min(horizon).max(now);
            let rates = self.cost_per_1000s(&settings, pills);
            let span = u128::from(until.since(now).0);
            let parts = rates.into_iter().zip(budget).zip(&mut spent);
            let mut affordable = span;
            for ((rate, budget), spent) in parts {
                let left = budget.saturating_sub(*spent);
                *spent += rate * span / THOUSAND_SECONDS;
                if *spent > budget {
                    affordable = affordable.min(left * THOUSAND_SECONDS / rate);
                    *spent = budget;
                }
            }
            if affordable < span {
                let end = now + SimDuration(u64::try_from(affordable).unwrap_or(u64::MAX));
                // Whole seconds read better, and a run of no length would show nothing.
                let end = SimTime(end.0 / 1_000_000 * 1_000_000).max(SimTime::from_secs(1));
                return (Cost::of(spent), end);
            }
            now = until;
            if let Some(action) = self.actions.get(index) {
                settings.apply(&action.deed);
                pills += u128::from(matches!(action.deed, Deed::Pill { .. }));
            }
        }
        (Cost::of(spent), horizon)
    }

    /// Steps and bytes.
    fn cost_per_1000s(&self, settings: &Settings, pills: u128) -> [u128; 2] {
        let (records, pills) = if self.records.is_empty() {
            let height = u128::from(surge_permille(settings));
            let records = u128::from(settings.count(Knob::RecordsPerSecond)) * height;
            (records, pills)
        } else {
            // Written-down records are few; what counts is how often each is sent and tried.
            let fails = |record: &&crate::engine::config::ExplicitRecord| {
                record.fails != crate::engine::config::Fails::Never
            };
            let failing = self.records.iter().filter(fails).count();
            (self.records.len() as u128, pills + failing as u128)
        };
        let [steps, bytes] = writes_per_1000s(settings, records);
        [steps + reads_per_1000s(settings, records, pills), bytes]
    }
}

impl Cost {
    fn of([steps, bytes]: [u128; 2]) -> Self {
        let most = |n| u64::try_from(n).unwrap_or(u64::MAX);
        Self {
            steps: most(steps),
            bytes: most(bytes),
        }
    }
}

/// In microseconds.
const THOUSAND_SECONDS: u128 = 1_000_000_000;

/// How often something with this period happens in 1,000 s.
fn every(period: SimDuration) -> u128 {
    THOUSAND_SECONDS / u128::from(period.0.max(1))
}

/// Requests in 1,000 s, and the memory for what they store: one request each time the producer lingers, or more if they
/// fill up; re-sent to the limit while a shard is over its own at the peak of the day. A shard that refuses some looks at
/// its part of each, and nearly always stores a little of it.
fn writes_per_1000s(settings: &Settings, records: u128) -> [u128; 2] {
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
    let sends = if overloaded > 0 && !naive {
        count(Knob::MaxSends).max(1)
    } else {
        1
    };
    let fails = settings.get(Knob::ServerErrors) + settings.get(Knob::BlackHole) > 0;
    let is_exception = overloaded > 0 && settings.get(Knob::PutCall) != 0;
    let tries = if fails || is_exception {
        u128::from(attempts(settings))
    } else {
        1
    };
    let shards = u128::from(settings.shards())
        .min(each)
        .min(records / 1_000 + 1);
    let refusing = overloaded.min(shards);
    // Each entry of a shard that refuses records holds one at least.
    let again = (requests * (sends - 1)).min(shard_takes_per_1000s(settings));
    let stored = requests * shards * ENTRY_BYTES + again * refusing * PACKED_BYTES;
    let steps = requests * sends * tries * refusing.max(1) + ticks;
    [steps, stored]
}

/// An entry of a shard's log, and one of a shard that refuses records.
const ENTRY_BYTES: u128 = 8;
const PACKED_BYTES: u128 = 6;

/// Records that a shard takes in 1,000 s (S1).
fn shard_takes_per_1000s(settings: &Settings) -> u128 {
    let by_bytes = SHARD_BYTES / settings.count(Knob::RecordBytes).max(1);
    u128::from(SHARD_RECORDS.min(by_bytes)) * 1_000
}

/// How many shards are over their write limit at the peak of the day (S1, S7).
fn overloaded(settings: &Settings, records_per_1000s: u128) -> u128 {
    let count = |knob| u128::from(settings.count(knob));
    let spike = u128::from(spike_permille(settings));
    let peak = records_per_1000s * (1_000 + count(Knob::DailySwing)) * spike / 1_000_000;
    let shards = u128::from(settings.shards()).max(1);
    let even = peak / shards;
    let limit = shard_takes_per_1000s(settings);
    // MD5 deals keys to shards as dice would; an ExplicitHashKey does not (P4).
    let all = count(Knob::KeyCount);
    let spread = match settings.get(Knob::Keys) {
        keys::EVEN => (peak * all.div_ceil(shards) / all.max(1)).saturating_sub(even),
        _ => even / (all / shards).max(1).isqrt(),
    };
    let hot = match settings.get(Knob::Keys) {
        keys::HOT => peak * count(Knob::HotShare) / 1_000,
        keys::SKEWED => peak / 4,
        _ => 0,
    };
    if even > limit {
        shards
    } else if even + spread > limit {
        shards.div_ceil(2)
    } else {
        u128::from(hot > limit || even + 2 * spread > limit)
    }
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
