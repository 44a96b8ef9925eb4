//! How long a run is and what it asks of the machine. Estimates only, in integers; the engine decides nothing here.

use std::fmt;

use super::configure::records_per_request;
use super::figures::{allowed, lanes, shard_takes, spike_permille, surge_permille};
use super::knobs::Knob;
use super::knobs::keys;
use super::knobs::traffic_shape::SPIKES;
use super::sdk::attempts;
use super::second::in_first_place;
use super::{Deed, Scenario, Settings};
use crate::engine::config::Limit;
use crate::engine::time::{SimDuration, SimTime};
use crate::words;

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
    /// What most of its steps are.
    pub mostly: Steps,
}

/// Kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    /// Of the producer, sent again or not.
    Requests,
    /// Of the mapping's polls.
    Polls,
    /// Of the function.
    Invocations,
    /// Invocations that failed or were throttled before.
    Retries,
}

/// What a run takes, estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Requests, polls and invocations.
    pub steps: u64,
    /// Memory for what is stored when, in bytes.
    pub bytes: u64,
}

impl Steps {
    const ALL: [Self; 4] = [
        Self::Requests,
        Self::Polls,
        Self::Invocations,
        Self::Retries,
    ];

    /// What makes fewer of them.
    fn advice(self) -> &'static str {
        match self {
            Self::Requests => {
                "Most are requests: a lower recordsPerSecond, larger or rarer requests and fewer repeats of them let it go on for longer."
            }
            Self::Polls => {
                "Most are polls: a longer pollInterval or fewer shards let it go on for longer."
            }
            Self::Invocations => {
                "Most are invocations: larger batches, or fewer shards and lanes, let it go on for longer."
            }
            Self::Retries => {
                "Most are retries: a longer esmBackoffCap, or fewer shards and lanes, let it go on for longer."
            }
        }
    }
}

/// What a run may take.
const BUDGET: Cost = Cost {
    steps: STEPS_MAX,
    bytes: BYTES_MAX,
};

impl fmt::Display for Shortened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |end: SimTime| words::span(end.since(SimTime::ZERO));
        let (asked, end) = (span(self.asked), span(self.end));
        // What it has more too much of.
        let of = |cost: u64, most: u64| u128::from(cost) * 1_000 / u128::from(most);
        if of(self.cost.steps, STEPS_MAX) < of(self.cost.bytes, BYTES_MAX) {
            let [bytes, most] = [self.cost.bytes, BYTES_MAX].map(words::size);
            return write!(
                f,
                "The run of {asked} would take about {bytes} of memory, more than the {most} allowed; it ends after {end}. Fewer records, repeats or shards let it go on for longer."
            );
        }
        write!(
            f,
            "The run of {asked} would take about {} million steps, more than the {} million allowed; it ends after {end}. {}",
            words::number(self.cost.steps / 1_000_000),
            STEPS_MAX / 1_000_000,
            self.mostly.advice(),
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
        Cost::of(self.walk(None).0)
    }

    /// Whether the run has to end earlier than asked, and how.
    pub fn shortened(&self) -> Option<Shortened> {
        let (all, asked) = self.walk(None);
        let cost = Cost::of(all);
        if cost.steps <= BUDGET.steps && cost.bytes <= BUDGET.bytes {
            return None;
        }
        let most = (0..Steps::ALL.len()).max_by_key(|&kind| all.steps[kind]);
        Some(Shortened {
            asked,
            end: self.walk(Some(BUDGET)).1,
            cost,
            mostly: Steps::ALL[most.unwrap_or(0)],
        })
    }

    /// Where the run ends: at [`Self::effective_horizon`], or earlier if that is too much to compute.
    pub fn end(&self) -> SimTime {
        if *self == Self::default() {
            return self.effective_horizon();
        }
        self.affordable_end()
    }

    /// The opening scenario is not too much.
    fn affordable_end(&self) -> SimTime {
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
    fn walk(&self, budget: Option<Cost>) -> (Spending, SimTime) {
        let horizon = self.effective_horizon();
        let mut settings = self.settings.clone();
        let mut now = SimTime::ZERO;
        let mut spent = Spending::default();
        let mut pills = 0;
        let ends = self.actions.iter().map(|action| action.at).chain([horizon]);
        for (index, until) in ends.enumerate() {
            let until = until.min(horizon).max(now);
            let rates = self.cost_per_1000s(&settings, pills);
            let span = u128::from(until.since(now).0);
            let affordable = budget.map_or(span, |budget| rates.affords(&spent, budget, span));
            spent.add(&rates, span.min(affordable));
            if affordable < span {
                let end = now + SimDuration(u64::try_from(affordable).unwrap_or(u64::MAX));
                // Whole seconds read better, and a run of no length would show nothing.
                let end = SimTime(end.0 / 1_000_000 * 1_000_000).max(SimTime::from_secs(1));
                return (spent, end);
            }
            now = until;
            if let Some(action) = self.actions.get(index) {
                settings.apply(&action.deed);
                pills += u128::from(matches!(action.deed, Deed::Pill { .. }));
            }
        }
        (spent, horizon)
    }

    fn cost_per_1000s(&self, settings: &Settings, pills: u128) -> Spending {
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
        let (requests, bytes) = writes_per_1000s(settings, records);
        let [polls, invocations, retries] = reads_per_1000s(settings, records, pills);
        let minutes = u128::from(settings.shards()) * MINUTES * MINUTE_BYTES;
        Spending {
            steps: [requests, polls, invocations, retries],
            bytes: bytes + minutes,
        }
    }
}

/// Steps by kind, as in [`Steps::ALL`], and bytes: of a run, or of 1,000 s.
#[derive(Clone, Copy, Debug, Default)]
struct Spending {
    steps: [u128; 4],
    bytes: u128,
}

impl Spending {
    /// What so many µs at these rates add.
    fn add(&mut self, rates: &Self, span: u128) {
        let of = |rate: u128| rate.saturating_mul(span) / THOUSAND_SECONDS;
        for (spent, &rate) in self.steps.iter_mut().zip(&rates.steps) {
            *spent += of(rate);
        }
        self.bytes += of(rates.bytes);
    }

    /// For how many µs of a span what is left of the budget lasts at these rates.
    fn affords(&self, spent: &Self, budget: Cost, span: u128) -> u128 {
        let steps = |of: &Self| of.steps.iter().sum::<u128>();
        let parts = [
            (steps(self), steps(spent), budget.steps),
            (self.bytes, spent.bytes, budget.bytes),
        ];
        let last = |(rate, spent, budget): (u128, u128, u64)| {
            let left = u128::from(budget).saturating_sub(spent);
            (left * THOUSAND_SECONDS).checked_div(rate).unwrap_or(span)
        };
        parts.into_iter().map(last).fold(span, u128::min)
    }
}

impl Cost {
    fn of(spent: Spending) -> Self {
        let most = |n| u64::try_from(n).unwrap_or(u64::MAX);
        Self {
            steps: most(spent.steps.iter().sum()),
            bytes: most(spent.bytes),
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
fn writes_per_1000s(settings: &Settings, records: u128) -> (u128, u128) {
    let each = u128::from(records_per_request(settings).max(1));
    let requests = (records / each).max(every(settings.span(Knob::Linger)));
    // Short spikes need short ticks; one costs a fraction of a request.
    let ticks = match settings.get(Knob::TrafficShape) {
        SPIKES => every(settings.span(Knob::SpikeFor)) / 8,
        _ => 0,
    };
    let repeated = Repeats::of(settings, false).copies_permille;
    let overloaded = overloaded(settings, records + records * repeated / 1_000);
    let repeats = Repeats::of(settings, overloaded > 0);
    let shards = u128::from(settings.shards())
        .min(each)
        .min(records / 1_000 + 1);
    let refusing = overloaded.min(shards);
    // Each entry of a shard that refuses records holds one at least.
    let takes = shard_takes_per_1000s(settings);
    let again = (requests * (repeats.sends - 1)).min(takes);
    // Where they are refused, too, they come in small pieces.
    let pieces = if refusing > 0 {
        records / shards
    } else {
        requests
    };
    let copies = (pieces * repeats.copies_permille / 1_000).min(takes);
    let given_up = requests * (refusing + shards * repeats.lost_permille / 1_000);
    let stored = requests * shards * ENTRY_BYTES
        + again * refusing * PACKED_BYTES
        + copies * shards * COPY_BYTES
        + given_up * GIVEN_UP_BYTES;
    let tried = requests * repeats.tries_permille / 1_000;
    (tried * refusing.max(1) + ticks, stored)
}

/// How often a request is made.
struct Repeats {
    /// By an application that hears of refused entries.
    sends: u128,
    /// In all, on average.
    tries_permille: u128,
    /// Of those after the first, how many store its records once more (P24).
    copies_permille: u128,
    /// How many requests are given up in the end.
    lost_permille: u128,
}

impl Repeats {
    fn of(settings: &Settings, overloaded: bool) -> Self {
        let again = match settings.get(Knob::Handling) {
            1 => 1,
            _ => u128::from(settings.count(Knob::MaxSends).max(1)),
        };
        let attempts = u128::from(attempts(settings)).max(1);
        let sends = if overloaded { again } else { 1 };
        let least = if overloaded && settings.get(Knob::PutCall) != 0 {
            again * attempts
        } else {
            sends
        };
        let late = if answers_come_late(settings) {
            1_000
        } else {
            settings.count(Knob::RepliesLost)
        };
        let unheard = late + settings.count(Knob::ServerErrors) + settings.count(Knob::BlackHole);
        let (made, failed) = tries(unheard.min(1_000), again * attempts);
        let tries_permille = (made * least).min(again * attempts * 1_000);
        Self {
            sends,
            tries_permille,
            copies_permille: (tries_permille - 1_000) * u128::from(late)
                / u128::from(unheard.max(1)),
            lost_permille: failed,
        }
    }
}

/// How often something is tried at most so many times, each after the first if the one before failed as so many of 1,000
/// do; and how many of 1,000 fail in the end.
fn tries(failing: u64, most: u128) -> (u128, u128) {
    if failing == 1_000 {
        return (most * 1_000, 1_000);
    }
    let (mut left, mut made, mut count) = (1_000_000, 0, 0);
    while left > 0 && count < most {
        made += left;
        left = left * failing / 1_000;
        count += 1;
    }
    (u128::from(made / 1_000), u128::from(left / 1_000))
}

/// Whether the SDK as a rule stops waiting before a reply can be there.
fn answers_come_late(settings: &Settings) -> bool {
    match super::sdk::sdk(settings).request_timeout {
        Limit::AtMost(span) => span <= settings.span(Knob::RoundTrip),
        Limit::Infinite => false,
    }
}

/// An entry of a shard's log, and one of a shard that refuses records.
const ENTRY_BYTES: u128 = 8;
const PACKED_BYTES: u128 = 6;
/// A copy of records stored before, which may be apart from others, and records given up.
const COPY_BYTES: u128 = 24;
const GIVEN_UP_BYTES: u128 = 24;
/// What is kept of a minute of one shard, and minutes in 1,000 s.
const MINUTE_BYTES: u128 = 200;
const MINUTES: u128 = 17;

/// Records that a shard takes in 1,000 s (S1).
fn shard_takes_per_1000s(settings: &Settings) -> u128 {
    u128::from(shard_takes(settings)) * 1_000
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

/// Polls, invocations and their retries in 1,000 s.
fn reads_per_1000s(settings: &Settings, records: u128, pills: u128) -> [u128; 3] {
    let count = |knob| u128::from(settings.count(knob));
    let polls = u128::from(settings.shards()) * every(settings.span(Knob::PollInterval));
    let lanes = u128::from(lanes(settings));
    let shortest = settings.span(Knob::EsmOverhead) + settings.span(Knob::PerBatch);
    let longest_pause = settings.span(Knob::EsmBackoffCap);
    let busy = lanes * every(shortest + settings.span(Knob::PerRecord));
    let full = records / count(Knob::BatchSize).max(1);
    let sparse = records.min(polls * count(Knob::ParallelizationFactor));
    let (mut wanted, mut failing) = (full.max(sparse), lanes.min(pills));
    if every_batch_fails(settings) {
        failing = lanes;
        if settings.is_on(Knob::BisectBatchOnFunctionError) {
            // Down to single records, without a pause.
            wanted = records * 2;
        }
    }
    let invocations = busy.min(wanted);
    let run = u128::from(allowed(settings));
    // Executions at once, if all records are to be handled.
    let time = u128::from(shortest.0) * wanted + count(Knob::PerRecord) * records;
    let throttled = if time / THOUSAND_SECONDS < run {
        0
    } else {
        lanes.min(records).saturating_sub(run)
    };
    let retries = failing * every(shortest + longest_pause) + throttled * every(longest_pause);
    let mut own = [polls, invocations, retries];
    if settings.is_on(Knob::SecondMapping) {
        let second = second_reads_per_1000s(settings, records, pills);
        for (own, second) in own.iter_mut().zip(second) {
            *own += second;
        }
    }
    own
}

/// The same of the second mapping.
fn second_reads_per_1000s(settings: &Settings, records: u128, pills: u128) -> [u128; 3] {
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
    let down = settings.get(Knob::Outage) != 0 || settings.get(Knob::Crashes) == 1_000;
    replies || down || one > timeout || full > timeout.0
}
