//! What a person sets: raw knob values, a seed and timed actions. Knows the engine's `Config`; no screen.

pub mod knobs;

pub mod configure;
pub mod cost;
pub(crate) mod problems;

pub mod spelling;

pub mod link;

pub mod file;
pub mod filters;
pub mod import;
mod json;

pub mod consequence;
pub mod notice;
pub mod orders;
pub mod pattern;
pub mod reference;
pub mod reply;
mod sdk;
mod second;
mod shards;
pub mod text;
pub mod traffic;

mod figures;
mod lifecycle;
mod quantity;

use crate::engine::time::{SimDuration, SimTime};
use knobs::{KNOBS, Knob, Scope, TEXTS};
use std::sync::Arc;
use traffic::PastedTraffic;

/// A whole scenario: everything a link carries but the moment being looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// The settings at the start.
    pub settings: Settings,
    /// What happens during the run, sorted by time; equal times keep their order.
    pub actions: Vec<Action>,
    /// A written-down case instead of generated traffic; only scenario files have it.
    pub records: Vec<crate::engine::config::ExplicitRecord>,
    /// Traffic that was measured, played where [`Knob::TrafficShape`] is pasted; only scenario files have it.
    pub traffic: Option<Arc<PastedTraffic>>,
    /// What those records hold that have data of their own; they are numbered from the last kind downwards.
    pub data: Vec<String>,
}

/// A value for every knob. Always within the table's bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    values: [i64; KNOBS.len()],
    /// One for each of [`TEXTS`].
    texts: [String; TEXTS.len()],
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
    /// Splits a shard into two halves (S19).
    Split {
        /// Index of the shard.
        shard: u16,
    },
    /// Merges a shard with its next neighbour by hash key (S19).
    Merge {
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
    /// Sets a live knob that is a text; one that AWS would refuse changes nothing.
    SetText {
        /// Which.
        knob: Knob,
        /// To what.
        text: String,
    },
}

impl Deed {
    /// Its name in links and files and its shard, if it is done to a shard.
    pub fn on_shard(&self) -> Option<(&'static str, u16)> {
        match *self {
            Self::Pill { shard } => Some(("pill", shard)),
            Self::Split { shard } => Some(("split", shard)),
            Self::Merge { shard } => Some(("merge", shard)),
            Self::Set { .. } | Self::SetText { .. } => None,
        }
    }

    /// What [`Deed::on_shard`] names, in any letter case.
    pub(crate) fn of_shard(name: &str, shard: u16) -> Option<Self> {
        let all = [
            Self::Pill { shard },
            Self::Split { shard },
            Self::Merge { shard },
        ];
        let named = |deed: &Self| {
            deed.on_shard()
                .is_some_and(|(own, _)| own.eq_ignore_ascii_case(name))
        };
        all.into_iter().find(named)
    }
}

impl Default for Settings {
    fn default() -> Self {
        let mut values = [0; KNOBS.len()];
        for (value, spec) in values.iter_mut().zip(KNOBS) {
            *value = spec.default;
        }
        Self {
            values,
            texts: TEXTS.map(|knob| knob.default_text().to_owned()),
        }
    }
}

/// Most actions of one scenario.
pub const ACTIONS_MAX: usize = 200;
/// Most pills among them.
pub const PILLS_MAX: usize = 64;

impl Scenario {
    /// Plays measured traffic, as it was counted.
    pub fn paste(&mut self, traffic: Arc<PastedTraffic>) {
        self.settings.play(&traffic);
        self.traffic = Some(traffic);
    }

    /// Adds an action after those of the same time; returns its index.
    pub fn add(&mut self, action: Action) -> usize {
        let index = self.actions.partition_point(|other| other.at <= action.at);
        self.actions.insert(index, action);
        index
    }

    /// Whether one more such action is within the limits of links and files.
    pub fn has_room_for(&self, deed: &Deed) -> bool {
        let is_pill = |deed: &Deed| matches!(deed, Deed::Pill { .. });
        let pills = || {
            self.actions
                .iter()
                .filter(|action| is_pill(&action.deed))
                .count()
        };
        self.actions.len() < ACTIONS_MAX && (!is_pill(deed) || pills() < PILLS_MAX)
    }

    /// The settings in force at `t`: those of the start, and every change up to and including `t`.
    pub fn settings_at(&self, t: SimTime) -> Settings {
        let mut settings = self.settings.clone();
        for action in self.actions.iter().filter(|action| action.at <= t) {
            settings.apply(&action.deed);
        }
        settings
    }
}

impl Settings {
    /// Makes the change a deed asks for; whole-run knobs and pills change nothing.
    pub fn apply(&mut self, deed: &Deed) {
        match deed {
            Deed::Set { knob, value } if knob.spec().scope == Scope::Live => {
                self.set(*knob, *value);
            }
            Deed::SetText { knob, text }
                if knob.spec().scope == Scope::Live && text::mistake(*knob, text).is_none() =>
            {
                self.set_text(*knob, text);
            }
            Deed::Set { .. }
            | Deed::SetText { .. }
            | Deed::Pill { .. }
            | Deed::Split { .. }
            | Deed::Merge { .. } => {}
        }
    }

    /// Plays measured traffic as it was counted.
    pub(crate) fn play(&mut self, traffic: &PastedTraffic) {
        self.set(Knob::TrafficShape, knobs::traffic_shape::PASTED);
        let mean = i64::try_from(traffic.mean()).unwrap_or(i64::MAX);
        self.set(Knob::RecordsPerSecond, mean);
    }

    /// The text of a knob that is one.
    pub fn text(&self, knob: Knob) -> &str {
        let place = TEXTS.iter().position(|&text| text == knob);
        place.map_or("", |place| &self.texts[place])
    }

    /// Sets the text of a knob that is one.
    pub fn set_text(&mut self, knob: Knob, text: &str) {
        if let Some(place) = TEXTS.iter().position(|&text| text == knob) {
            text.clone_into(&mut self.texts[place]);
        }
    }

    /// Whether a toggle is on.
    pub fn is_on(&self, knob: Knob) -> bool {
        self.get(knob) != 0
    }

    /// The value of a span knob.
    pub fn span(&self, knob: Knob) -> SimDuration {
        SimDuration(self.count(knob))
    }

    /// The value of a knob that is never negative.
    pub fn count(&self, knob: Knob) -> u64 {
        u64::try_from(self.get(knob)).unwrap_or(0)
    }

    /// The value of a limit, or `None` for no limit.
    pub fn limit(&self, knob: Knob) -> Option<u64> {
        u64::try_from(self.get(knob)).ok()
    }

    /// How long the stream keeps a record.
    pub fn retention(&self) -> SimDuration {
        SimDuration::from_hours(self.count(Knob::RetentionPeriodHours))
    }

    /// The value of a knob, in its kind's unit.
    pub fn get(&self, knob: Knob) -> i64 {
        self.values[knob as usize]
    }

    /// Sets a knob, clamped to its bounds.
    pub fn set(&mut self, knob: Knob, value: i64) {
        self.values[knob as usize] = knob.clamp(value);
    }
}
