//! Changes of the stream's shards, as a scenario asks for them, and what the stream says to them (S17–S19).

use super::knobs::Knob;
use super::notice::Problem;
use super::{Deed, Scenario, Settings};
use crate::engine::config::{Config, Reshard, ReshardRequest};
use crate::engine::resharding::{
    OPEN_MAX, Refusal, SWITCHES_PER_DAY, UPDATES_PER_DAY, foresee, open_at,
    scales as follows_traffic,
};
use crate::engine::scaling::{Autoscaler, Scaling};
use crate::engine::time::SimTime;
use crate::words;

/// The second name of `StreamMode`.
const ON_DEMAND: i64 = 1;
/// Shards of a new on-demand stream (S13).
const ON_DEMAND_LEAST: u64 = 4;

/// The changes to ask for, by time.
pub(super) fn reshards(scenario: &Scenario) -> Vec<ReshardRequest> {
    if scenario.actions.is_empty() {
        return Vec::new();
    }
    requested(scenario)
}

fn requested(scenario: &Scenario) -> Vec<ReshardRequest> {
    let change = |deed: &Deed| match *deed {
        Deed::Set {
            knob: Knob::ShardCount,
            value,
        } => Some(Reshard::Count(value as u16)),
        Deed::Set {
            knob: Knob::StreamMode,
            value,
        } => Some(Reshard::OnDemand(value == ON_DEMAND)),
        Deed::Split { shard } => Some(Reshard::Split(shard)),
        Deed::Merge { shard } => Some(Reshard::Merge(shard)),
        _ => None,
    };
    let requests = scenario.actions.iter().filter_map(|action| {
        let (at, change) = (action.at, change(&action.deed)?);
        Some(ReshardRequest { at, change })
    });
    let mut requests: Vec<ReshardRequest> = requests.collect();
    requests.sort_by_key(|request| request.at);
    requests
}

/// How the shards follow the traffic.
pub(super) fn scaling(settings: &Settings) -> Scaling {
    let permille = |knob| settings.count(knob) as u32;
    Scaling {
        on_demand: settings.is_on_demand(),
        on_demand_delay: settings.span(Knob::OnDemandDelay),
        autoscaler: settings.is_on(Knob::Autoscaler).then(|| Autoscaler {
            out_permille: permille(Knob::ScaleOutAbove),
            in_permille: permille(Knob::ScaleInBelow),
            minutes: settings.count(Knob::ScaleMinutes) as u32,
        }),
    }
}

impl Settings {
    /// Whether the stream is in on-demand mode.
    pub fn is_on_demand(&self) -> bool {
        self.get(Knob::StreamMode) == ON_DEMAND
    }

    /// Shards at the start: `ShardCount`, or in on-demand mode enough for twice the previous peak, at least 4 (S13).
    pub fn shards(&self) -> u64 {
        if !self.is_on_demand() {
            return self.count(Knob::ShardCount);
        }
        let takes = super::figures::shard_takes_in_batches(self).max(1);
        let wanted = (2 * self.count(Knob::PreviousPeak)).div_ceil(takes);
        wanted.clamp(ON_DEMAND_LEAST, u64::from(OPEN_MAX))
    }
}

impl Scenario {
    /// Whether the run's shards may change, so that a shard's number may come up later.
    pub(super) fn reshards(&self) -> bool {
        let settings = &self.settings;
        settings.is_on_demand() || settings.is_on(Knob::Autoscaler) || !reshards(self).is_empty()
    }

    /// The shards that take records at a time, by number.
    pub fn open_shards(&self, at: SimTime) -> Vec<u16> {
        open_at(&super::configure::configure(self).0, at)
    }
}

/// The changes that the stream refuses.
pub(super) fn problems(config: &Config) -> Vec<Problem> {
    let mut refused = foresee(config).refused;
    if follows_traffic(config) {
        // What the traffic has made of the shards by then only the run itself can tell; how often the mode is switched is
        // known before (S12).
        refused.retain(|&(_, _, refusal, _)| refusal == Refusal::TooManySwitches);
    }
    let sentence = |(at, change, refusal, open): (SimTime, Reshard, Refusal, u16)| {
        let when = words::clock(at);
        let what = match change {
            Reshard::Count(target) => format!("UpdateShardCount to {target}"),
            Reshard::Split(shard) => format!("The split of shard {shard}"),
            Reshard::Merge(shard) => format!("The merge of shard {shard}"),
            Reshard::OnDemand(_) => "UpdateStreamMode".to_owned(),
            Reshard::Grow(_) => "A split by on-demand mode".to_owned(),
        };
        let knob = match change {
            Reshard::OnDemand(_) => Knob::StreamMode,
            _ => Knob::ShardCount,
        };
        Problem {
            knobs: vec![knob],
            text: format!("{what} at {when} is refused: {}.", reason(refusal, open)),
        }
    };
    refused.into_iter().map(sentence).collect()
}

/// Why the stream refuses, with so many shards open.
fn reason(refusal: Refusal, open: u16) -> String {
    let open_words = match open {
        1 => "1 shard is open".to_owned(),
        _ => format!("{open} shards are open"),
    };
    match refusal {
        Refusal::MoreThanDouble => {
            format!(
                "{open_words}, and one call may at most double them, to {}",
                open * 2
            )
        }
        Refusal::LessThanHalf => format!(
            "{open_words}, and one call may at most halve them, to {}",
            open.div_ceil(2)
        ),
        Refusal::TooManyUpdates => {
            format!("a stream takes {UPDATES_PER_DAY} calls in 24 hours")
        }
        Refusal::Updating => {
            "the change before it has not taken effect (ResourceInUseException)".to_owned()
        }
        Refusal::NotOpen => "that shard does not exist or is closed".to_owned(),
        Refusal::NoNeighbour => {
            "it has the last hash keys, and only neighbours can be merged".to_owned()
        }
        Refusal::OnDemand => "in on-demand mode only the stream changes its shards".to_owned(),
        Refusal::TooManySwitches => {
            format!("a stream takes {SWITCHES_PER_DAY} mode switches in 24 hours")
        }
        Refusal::TooLarge => format!(
            "a run here has at most {} open shards and 64 changes",
            words::number(u64::from(OPEN_MAX))
        ),
    }
}
