//! Who changes the shards unasked: on-demand mode (S13, S14), or the user's own automation (S20).

use super::producer::intake::{SHARD_BYTES_PER_SECOND, SHARD_RECORDS_PER_SECOND};
use super::resharding::{OPEN_MAX, OpenShard};
use super::time::SimDuration;

/// Bytes per second above which on-demand mode splits a shard (S13).
pub const SPLIT_BYTES_PER_SECOND: u64 = 500_000;
/// Records per second above which on-demand mode splits a shard: half a shard's limit, as with bytes (S13, assumption).
pub const SPLIT_RECORDS_PER_SECOND: u64 = 500;
/// A half with fewer of a shard's records than this, in permille, is not worth a split: a hot key is not isolated (S14).
pub const LEAST_HALF_PERMILLE: u64 = 50;

/// How the shards follow the traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaling {
    /// Whether the stream starts in on-demand mode (S12).
    pub on_demand: bool,
    /// How long on-demand mode takes to split (S13, assumption).
    pub on_demand_delay: SimDuration,
    /// The user's own automation, in provisioned mode (S20).
    pub autoscaler: Option<Autoscaler>,
}

/// An alarm that calls `UpdateShardCount` (S20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Autoscaler {
    /// Doubles the shards above this share of the stream's write limits, in permille.
    pub out_permille: u32,
    /// Halves them below this share, in permille; 0 never.
    pub in_permille: u32,
    /// Minutes in a row that the share has to be so.
    pub minutes: u32,
}

/// What was stored in a shard in a minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Records.
    pub records: u64,
    /// Bytes (P5).
    pub bytes: u64,
}

/// How long the alarm's condition has held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Alarm {
    over: u32,
    under: u32,
}

impl Load {
    /// Whether on-demand mode would split the shard (S13).
    pub(super) fn asks_for_split(self) -> bool {
        self.bytes > 60 * SPLIT_BYTES_PER_SECOND || self.records > 60 * SPLIT_RECORDS_PER_SECOND
    }
}

impl Alarm {
    /// Takes in a minute; says to how many shards the alarm would change the stream.
    pub(super) fn minute(
        &mut self,
        autoscaler: Autoscaler,
        open: &[OpenShard],
        loads: &[Load],
    ) -> Option<u16> {
        let n = open.len() as u64;
        let sum = |of: fn(&Load) -> u64| loads.iter().map(of).sum::<u64>() * 1_000 / (60 * n);
        let records = sum(|load| load.records) / SHARD_RECORDS_PER_SECOND;
        let bytes = sum(|load| load.bytes) / SHARD_BYTES_PER_SECOND;
        let share = records.max(bytes);
        self.over = if share > u64::from(autoscaler.out_permille) {
            self.over + 1
        } else {
            0
        };
        self.under = if share < u64::from(autoscaler.in_permille) {
            self.under + 1
        } else {
            0
        };
        let n = n as u16;
        let target = match () {
            () if self.over >= autoscaler.minutes => (n * 2).min(OPEN_MAX),
            () if self.under >= autoscaler.minutes => n.div_ceil(2),
            () => n,
        };
        if target != n {
            *self = Self::default();
        }
        (target != n).then_some(target)
    }
}
