//! What a learner sets: raw knob values, a seed and timed actions. Knows the engine's `Config`; no screen.

pub mod knobs;

use crate::engine::time::SimTime;
use knobs::{KNOBS, Knob};

/// A whole scenario: everything a link carries but the moment being looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// The settings at the start.
    pub settings: Settings,
    /// What happens during the run, sorted by time; equal times keep their order.
    pub actions: Vec<Action>,
    /// A written-down case instead of generated traffic; only scenario files have it.
    pub records: Vec<crate::engine::config::ExplicitRecord>,
}

/// A value for every knob. Always within the table's bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    values: [i64; KNOBS.len()],
    /// The text of [`Knob::Reply`].
    pub reply: String,
}

/// Something the operator or the world does at a time of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// When, since the start of the run.
    pub at: SimTime,
    /// What.
    pub deed: Deed,
}

/// What an action does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Sends a poison pill to a shard.
    Pill {
        /// Index of the shard.
        shard: u16,
    },
    /// Sets a live knob.
    Set {
        /// Which.
        knob: Knob,
        /// To what, in the knob's unit.
        value: i64,
    },
    /// Sets the handler's given reply.
    SetReply(String),
}

impl Default for Settings {
    fn default() -> Self {
        let mut values = [0; KNOBS.len()];
        for (value, spec) in values.iter_mut().zip(KNOBS) {
            *value = spec.default;
        }
        Self {
            values,
            reply: r#"{"batchItemFailures":[]}"#.to_owned(),
        }
    }
}

impl Settings {
    /// The value of a knob, in its kind's unit.
    pub fn get(&self, knob: Knob) -> i64 {
        self.values[knob as usize]
    }

    /// Sets a knob, clamped to its bounds.
    pub fn set(&mut self, knob: Knob, value: i64) {
        self.values[knob as usize] = knob.clamp(value);
    }
}
