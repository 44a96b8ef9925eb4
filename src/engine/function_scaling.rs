//! How fast a function may scale: new execution environments, and requests per second (fact L6).
//!
//! A mapping hardly ever meets either limit: it takes more than 1,000 lanes, or batches that last a few milliseconds on
//! nearly as many lanes as there are executions. Simplified: the 10 s and the seconds are those of the clock, and an
//! environment lives until the code or its settings change.

use super::config::{Config, Consuming};
use super::time::SimTime;

/// Environments a function may add in [`PERIOD`].
const ENVIRONMENTS: u32 = 1_000;
/// In microseconds; what is not used of it is not saved up.
const PERIOD: u64 = 10_000_000;
/// Requests per second for each concurrent execution the function may have.
const REQUESTS: u32 = 10;

/// What a function has made of its allowances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FunctionScaling {
    /// Environments that exist.
    environments: u32,
    /// The period that last saw a new one, and how many were added in it.
    period: (u64, u32),
    /// The second that last saw a request, and how many it saw.
    second: (u64, u32),
    /// When the settings that it last saw came into force.
    settings_from: SimTime,
}

impl FunctionScaling {
    /// Whether an execution may start beside `running` others; if so, it has.
    pub(super) fn start(
        &mut self,
        config: &Config,
        settings: &Consuming,
        running: u32,
        at: SimTime,
    ) -> bool {
        if self.settings_from != settings.from {
            let before = config.consuming_at(self.settings_from);
            if before.function != settings.function {
                // New code or settings run in new environments (L10); those that still run are on top.
                self.environments = running;
            }
            self.settings_from = settings.from;
        }
        let count = |(last, seen): (u64, u32), now: u64| if last == now { seen } else { 0 };
        let (second, period) = (at.0 / 1_000_000, at.0 / PERIOD);
        let requests = count(self.second, second);
        if requests >= settings.allowed().saturating_mul(REQUESTS) {
            return false;
        }
        if running >= self.environments {
            let added = count(self.period, period);
            if added >= ENVIRONMENTS {
                return false;
            }
            self.environments += 1;
            self.period = (period, added + 1);
        }
        self.second = (second, requests + 1);
        true
    }
}

impl Consuming {
    /// Whether this many lanes could ask for more environments or requests than a function may have at a time (L6).
    pub fn scaling_can_bind(&self, lanes: u32) -> bool {
        let (mapping, function) = (&self.mapping, &self.function);
        let pause = mapping.overhead.min(mapping.backoff_base);
        let shortest = (pause + function.per_batch.min(function.timeout)).0;
        let in_a_second = u64::from(lanes) * (1_000_000 / shortest.max(1) + 1);
        lanes > ENVIRONMENTS || in_a_second > u64::from(self.allowed()) * u64::from(REQUESTS)
    }
}
