//! How a run is computed, as its configuration tells: how far apart keyframes are, how far to go at a time, which lanes
//! to count, and whether readers can move one by one.

use super::second::SecondTrack;
use crate::engine::account::Running;
use crate::engine::config::{Config, Consuming, Split, Traffic};
use crate::engine::lane_view::LaneCounts;
use crate::engine::log::ShardLog;
use crate::engine::producer::world::World;
use crate::engine::resharding::shards_at_most;
use crate::engine::second;
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::{SimDuration, SimTime};

/// Keyframes of a run: at most, and at least.
const KEYFRAMES: (u64, u64) = (512, 32);

/// What a keyframe takes for each shard, and for each lane; measured.
const SHARD_BYTES: u64 = 3_600;
const LANE_BYTES: u64 = 500;

/// The simulated time between two keyframes: the more lanes a keyframe holds, the fewer there are.
pub(super) fn keyframe_spacing(config: &Config) -> SimDuration {
    let lanes = u64::from(config.shard_count) * u64::from(largest_factor(config));
    let keyframes = (32_768 / lanes).clamp(KEYFRAMES.1, KEYFRAMES.0);
    SimDuration((config.horizon.0 / keyframes).max(1_000_000))
}

/// About what the keyframes of a run take, in bytes of a 64-bit machine.
pub(super) fn keyframes_take(config: &Config) -> u64 {
    let keyframes = config.horizon.0 / keyframe_spacing(config).0 + 1;
    let each = SHARD_BYTES + LANE_BYTES * u64::from(largest_factor(config));
    keyframes * u64::from(config.shard_count) * each
}

fn largest_factor(config: &Config) -> u16 {
    let factors = config.consuming.iter().map(|epoch| {
        let second = epoch.second.as_ref();
        let second = second.map_or(0, |second| second.mapping.parallelization_factor);
        epoch.mapping.parallelization_factor + second
    });
    factors.max().unwrap_or(1)
}

/// The splits of a run that are not the whole, in the order of their first use.
pub(super) fn splits(config: &Config) -> Vec<Split> {
    let mut splits: Vec<Split> = Vec::new();
    let mappings = config.consuming.iter().flat_map(|epoch| {
        let second = epoch.second.iter().map(|second| &second.mapping);
        [&epoch.mapping].into_iter().chain(second)
    });
    for mapping in mappings {
        let split = mapping.split();
        if !split.is_whole() && !splits.contains(&split) {
            splits.push(split);
        }
    }
    splits
}

/// How a shard's log, as far as it is written, falls to the lanes of each of these splits.
pub(super) fn lane_counts(world: &World, shard: &ShardDeck, log: &ShardLog) -> Vec<LaneCounts> {
    let splits = splits(&world.config).into_iter();
    splits
        .map(|split| count_lanes(world, shard, log, split))
        .collect()
}

fn count_lanes(world: &World, shard: &ShardDeck, log: &ShardLog, split: Split) -> LaneCounts {
    let mut counts = LaneCounts::new(split, world.deck.lanes(shard, split));
    counts.extend(log);
    counts
}

/// Whether the readers of all shards of the run could together ask for more than there is.
pub(super) fn is_coupled(world: &World) -> bool {
    let config = &world.config;
    let shards = u32::from(shards_at_most(config));
    let most = |factor: fn(&Consuming) -> u16| {
        let factors = config.consuming.iter().map(factor);
        shards * u32::from(factors.max().unwrap_or(0))
    };
    let lanes = Running {
        first: most(|epoch| epoch.mapping.parallelization_factor),
        second: most(|epoch| {
            let second = epoch.second.as_ref();
            second.map_or(0, |second| second.mapping.parallelization_factor)
        }),
    };
    let mut epochs = config.consuming.iter();
    epochs.any(|epoch| epoch.concurrency_can_bind(lanes))
        || SecondTrack::new(world).is_some_and(|second| {
            let mut epochs = second.config.consuming.iter();
            second.shares_reads || epochs.any(|epoch| epoch.scaling_can_bind(lanes.second))
        })
}

/// Whether a mapping's function could scale faster than it may (L6); its share of the lanes is taken for all.
pub(super) fn scaling_can_bind(config: &Config) -> bool {
    let lanes = u32::from(shards_at_most(config)) * u32::from(largest_factor(config));
    let binds = |config: &Config| {
        let mut epochs = config.consuming.iter();
        epochs.any(|epoch| epoch.scaling_can_bind(lanes))
    };
    binds(config) || second::config_of(config).is_some_and(|second| binds(&second))
}

/// How much simulated time takes the producer a fraction of a millisecond, by a rough estimate.
pub(super) fn stream_step(config: &Config) -> SimDuration {
    let linger = config.producing[0].linger.0.clamp(10_000, 1_000_000);
    let fastest = config
        .producing
        .iter()
        .map(|epoch| epoch.mean_per_1000s / 500 / u64::from(epoch.put_batch))
        .max();
    let requests = 1_000_000 / linger + fastest.unwrap_or(0);
    let ns_per_second = requests * (100 + 25 * u64::from(config.shard_count));
    let explicit = matches!(config.traffic, Traffic::Explicit(_));
    SimDuration(if explicit {
        600_000_000
    } else {
        (300_000_000_000 / ns_per_second).max(100_000)
    })
}

/// What a step should take of [`Producer::effort`](crate::engine::producer::Producer::effort).
pub(super) const EFFORT: u64 = 2_000;

/// Into how many steps one is cut where every request might be made again and again.
pub(super) fn worst_pace(config: &Config, t: SimTime) -> u64 {
    let settings = config.producing_at(t);
    let fails = settings.server_error_permille + settings.black_hole_permille > 0;
    if fails || settings.may_write_again() {
        (u64::from(settings.sdk.retries) + 1) * u64::from(settings.max_sends)
    } else {
        1
    }
}

/// The same for one reader, or for all of them when they are coupled.
pub(super) fn reader_step(world: &World) -> SimDuration {
    let config = &world.config;
    let readers = if is_coupled(world) {
        u64::from(config.shard_count)
    } else {
        1
    };
    SimDuration((120_000_000 / (readers * u64::from(largest_factor(config)))).max(100_000))
}

/// How much simulated time of a run that is recorded already takes a millisecond or so to tell again, from `t` on.
pub(super) fn telling_step(world: &World, t: SimTime, readers: usize) -> SimDuration {
    let config = &world.config;
    let stream = stream_step(config).0 / worst_pace(config, t);
    let reader = 120_000_000 / (readers as u64 * u64::from(largest_factor(config))).max(1);
    SimDuration(stream.min(reader).max(1_000))
}
