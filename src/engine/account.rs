//! The account's concurrency: how many executions may run, and an innocent neighbour that shares them (facts L1–L6).
//!
//! The neighbour is another function of the account with a rate and a duration of its own. Its calls are evenly spaced
//! and all take the same time, so whole runs of them are arithmetic.

use super::config::{Config, Consuming, Limit, NeighbourLoad, Role};
use super::function_scaling::FunctionScaling;
use super::time::{SimDuration, SimTime};
use std::collections::VecDeque;

/// Refusals less than this apart are one story.
const HOUR: SimDuration = SimDuration::from_hours(1);

/// Executions running at a moment, of everything that shares the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Of the stream's functions, now.
    pub running: Running,
    /// Until when each shard's read limit is spent, in µs, where two mappings share it (S2).
    pub reads: Vec<u64>,
    /// The neighbour, if it can be in the way or the function in its; otherwise [`Neighbour::alone`] tells all of it.
    pub neighbour: Option<Neighbour>,
}

/// Executions of the functions that handle the stream's records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// Of the first mapping's function.
    pub first: u32,
    /// Of the second mapping's (E14).
    pub second: u32,
}

/// The neighbour, as far as it has been moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbour {
    /// Its calls before this are dealt with.
    until: SimTime,
    epoch: usize,
    /// Those that run: in order of time, as a rule.
    runs: VecDeque<Run>,
    running: u64,
    /// Calls that ran.
    pub invocations: u64,
    /// Calls refused for want of concurrency (L2, L3).
    pub throttles: u64,
    /// When the last one was refused.
    pub last_throttle: Option<SimTime>,
    /// The first refusals after a quiet hour.
    pub first_throttles: Vec<SimTime>,
    /// How fast the stream's functions scale; here, because they are moved together.
    scaling: Scalings,
}

/// How fast each of the stream's functions scales (L6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scalings {
    first: FunctionScaling,
    second: FunctionScaling,
}

/// Executions of the neighbour that end one interval after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    ends_at: SimTime,
    interval: u64,
    count: u64,
}

impl Consuming {
    /// The most executions the function may have at once: what is reserved for it, or all that the account has not
    /// reserved for another (L1, L4).
    pub fn allowed(&self) -> u32 {
        match (self.reserved, self.reserved_elsewhere) {
            (Limit::AtMost(reserved), _) => reserved.min(self.concurrency),
            (_, Limit::AtMost(elsewhere)) => self.concurrency.saturating_sub(elsewhere),
            (Limit::Infinite, Limit::Infinite) => self.concurrency,
        }
    }

    /// What is left for everybody else while the stream's functions run so many executions, or while so many are
    /// reserved for them (L1, L4): `own` of this function, `other` of the stream's other one.
    fn left(&self, own: u32, other: u32) -> u64 {
        let taken = |reserved: Limit<u32>, running: u32| match reserved {
            Limit::AtMost(reserved) => reserved,
            Limit::Infinite => running,
        };
        let taken = taken(self.reserved, own).saturating_add(taken(self.reserved_elsewhere, other));
        u64::from(self.concurrency.saturating_sub(taken))
    }

    /// Whether this many lanes can be refused an execution, or the neighbour one.
    pub fn concurrency_can_bind(&self, lanes: Running) -> bool {
        let wants = u64::from(lanes.second);
        let refuses_second = match self.reserved_elsewhere {
            Limit::AtMost(reserved) => u64::from(reserved.min(self.concurrency)) < wants,
            Limit::Infinite => self.left(lanes.first, 0) < wants,
        };
        self.allowed() < lanes.first
            || refuses_second
            || self.left(lanes.first, lanes.second) < self.neighbour.most()
            || self.scaling_can_bind(lanes.first)
    }
}

impl NeighbourLoad {
    /// The most of its calls that ever run at once.
    fn most(&self) -> u64 {
        match self.interval.0 {
            0 => 0,
            interval => self.duration.0.div_ceil(interval),
        }
    }
}

impl Account {
    /// Whether the function of these settings may start one more execution at `at`; if so, it has.
    pub fn start(&mut self, config: &Config, settings: &Consuming, at: SimTime) -> bool {
        let neighbour = match &mut self.neighbour {
            Some(neighbour) => {
                neighbour.advance(config, self.running, at + SimDuration(1));
                neighbour.running
            }
            None => 0,
        };
        let (own, other) = self.running.seen_by(config.role);
        let free = match settings.reserved {
            Limit::AtMost(_) => own < settings.allowed(),
            Limit::Infinite => neighbour < settings.left(own, other),
        };
        let free = free
            && match &mut self.neighbour {
                Some(neighbour) => {
                    let scaling = neighbour.scaling.of(config.role);
                    scaling.start(config, settings, own, at)
                }
                None => true,
            };
        *self.running.of(config.role) += u32::from(free);
        free
    }

    /// An execution of the function of these settings has ended at `at`.
    pub fn end(&mut self, config: &Config, at: SimTime) {
        if let Some(neighbour) = &mut self.neighbour {
            neighbour.advance(config, self.running, at + SimDuration(1));
        }
        *self.running.of(config.role) -= 1;
    }

    /// Until when a shard's read limit is spent, in µs.
    pub fn read_until(&self, shard: u16) -> u64 {
        self.reads.get(usize::from(shard)).copied().unwrap_or(0)
    }

    /// A shard's read limit is spent until then.
    pub fn spend_reads(&mut self, shard: u16, until: u64) {
        let shard = usize::from(shard);
        if self.reads.len() <= shard {
            self.reads.resize(shard + 1, 0);
        }
        self.reads[shard] = self.reads[shard].max(until);
    }
}

impl Running {
    /// Those of one mapping's function.
    pub fn of(&mut self, role: Role) -> &mut u32 {
        match role {
            Role::First => &mut self.first,
            Role::Second => &mut self.second,
        }
    }

    /// One mapping's, and the other's.
    fn seen_by(self, role: Role) -> (u32, u32) {
        match role {
            Role::First => (self.first, self.second),
            Role::Second => (self.second, self.first),
        }
    }
}

impl Scalings {
    fn of(&mut self, role: Role) -> &mut FunctionScaling {
        match role {
            Role::First => &mut self.first,
            Role::Second => &mut self.second,
        }
    }
}

impl Neighbour {
    /// The neighbour at `t` of a run in which the concurrency cannot bind.
    pub fn alone(config: &Config, t: SimTime) -> Self {
        let mut neighbour = Self::default();
        neighbour.advance(config, Running::default(), t + SimDuration(1));
        neighbour
    }

    /// Its executions at the moment it was moved to.
    pub fn running(&self) -> u32 {
        self.running as u32
    }

    /// Deals with its calls before `to`, while the stream's functions keep `running` executions.
    pub fn advance(&mut self, config: &Config, running: Running, to: SimTime) {
        while self.until < to {
            let settings = &config.consuming[self.epoch];
            let next = config.consuming.get(self.epoch + 1).map(|next| next.from);
            let end = next.map_or(to, |next| next.min(to));
            let (own, other) = running.seen_by(config.role);
            if settings.neighbour.interval.0 > 0 {
                self.within_epoch(settings.neighbour, settings.left(own, other), end);
            }
            self.until = self.until.max(end);
            if next == Some(end) {
                self.epoch += 1;
            }
        }
        self.release(to.before(SimDuration(1)));
    }

    fn within_epoch(&mut self, load: NeighbourLoad, slots: u64, to: SimTime) {
        let interval = load.interval.0;
        let end = to.0.div_ceil(interval);
        let mut call = self.until.0.div_ceil(interval);
        while call < end {
            let at = SimTime(call * interval);
            self.release(at);
            let room = slots.saturating_sub(self.running);
            if room == 0 {
                let free_at = self
                    .free_at(slots)
                    .map_or(end, |at| at.0.div_ceil(interval));
                let next = free_at.clamp(call + 1, end);
                self.refuse(next - call, at, SimTime((next - 1) * interval));
                call = next;
                continue;
            }
            let mut count = room;
            if load.duration.0 <= slots * interval && self.running < load.most() {
                // There is always room again when it is wanted.
                count = end - call;
            } else if let Some(front) = self.runs.front()
                && front.interval == interval
                && front.ends_at.0 <= (call + room) * interval
            {
                // From then on one ends with every call.
                count += front.count;
            }
            let count = count.min(end - call);
            self.accept(load, at, count);
            call += count;
        }
    }

    fn accept(&mut self, load: NeighbourLoad, at: SimTime, count: u64) {
        let ends_at = at + load.duration;
        self.invocations += count;
        self.running += count;
        let interval = load.interval.0;
        if let Some(last) = self.runs.back_mut()
            && last.interval == interval
            && last.ends_at.0 + last.count * interval == ends_at.0
        {
            last.count += count;
            return;
        }
        self.runs.push_back(Run {
            ends_at,
            interval,
            count,
        });
    }

    fn refuse(&mut self, count: u64, first: SimTime, last: SimTime) {
        self.throttles += count;
        if self
            .last_throttle
            .is_none_or(|before| first.since(before) >= HOUR)
        {
            self.first_throttles.push(first);
        }
        self.last_throttle = Some(last);
    }

    /// Lets go of what has ended by `at`.
    fn release(&mut self, at: SimTime) {
        while let Some(run) = self.runs.front_mut()
            && run.ends_at <= at
        {
            let ended = (at.since(run.ends_at).0 / run.interval + 1).min(run.count);
            self.running -= ended;
            run.count -= ended;
            run.ends_at.0 += ended * run.interval;
            if run.count > 0 {
                break;
            }
            self.runs.pop_front();
        }
    }

    /// When fewer than `slots` run; `None` if there are no slots.
    fn free_at(&self, slots: u64) -> Option<SimTime> {
        let mut surplus = (self.running + 1)
            .checked_sub(slots)
            .filter(|_| slots > 0)?;
        for run in &self.runs {
            if surplus <= run.count {
                return Some(SimTime(run.ends_at.0 + (surplus - 1) * run.interval));
            }
            surplus -= run.count;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::configure::configure;
    use crate::scenario::link::from_link;

    fn config(link: &str) -> Config {
        configure(&from_link(link).0.scenario).0
    }

    /// One call after the other, with a list of when each ends.
    fn one_by_one(load: NeighbourLoad, slots: impl Fn(u64) -> u64, to: u64) -> (u64, u64, u64) {
        let (mut ends, mut ran, mut refused): (Vec<u64>, u64, u64) = (Vec::new(), 0, 0);
        for at in (0..to).step_by(load.interval.0 as usize) {
            ends.retain(|&end| at < end);
            if (ends.len() as u64) < slots(at) {
                ends.push(at + load.duration.0);
                ran += 1;
            } else {
                refused += 1;
            }
        }
        ends.retain(|&end| to - 1 < end);
        (ran, refused, ends.len() as u64)
    }

    #[test]
    fn whole_runs_of_calls_are_what_single_calls_are() {
        let base = config("#v=1");
        for (interval, duration) in [
            (10_000, 200_000),
            (10_000, 205_001),
            (7, 100),
            (10_000, 3),
            (999, 0),
        ] {
            let load = NeighbourLoad {
                interval: SimDuration(interval),
                duration: SimDuration(duration),
            };
            for pool in [0_u32, 1, 3, 13, 20, 21, 22, 50] {
                let mut config = base.clone();
                config.consuming[0].neighbour = load;
                config.consuming[0].concurrency = pool;
                // The function takes more and less of the pool in turn.
                let ours = |at: u64| [0, 2, 0, 9, 1, 30, 4][(at / 61_001 % 7) as usize];
                let mut neighbour = Neighbour::default();
                let to = 2_000_000 / 10_000 * interval;
                for at in 0..to {
                    if at % 61_001 == 0 {
                        let running = Running {
                            first: ours(at),
                            second: 0,
                        };
                        neighbour.advance(&config, running, SimTime((at + 61_001).min(to)));
                    }
                }
                let slots = |at| u64::from(pool.saturating_sub(ours(at)));
                let (ran, refused, running) = one_by_one(load, slots, to);
                assert_eq!(
                    (
                        neighbour.invocations,
                        neighbour.throttles,
                        neighbour.running
                    ),
                    (ran, refused, running),
                    "every {interval} µs for {duration} µs, {pool} slots"
                );
            }
        }
    }

    /// L3, L4, G14: who is left how much.
    #[test]
    fn g14_reserved_concurrency_guarantees_and_caps() {
        for (link, running, allowed, left) in [
            ("#v=1", 1_000, 1_000, 0),
            ("#v=1", 0, 1_000, 1_000),
            ("#v=1&ReservedConcurrentExecutions=200", 0, 200, 800),
            ("#v=1&ReservedConcurrentExecutions=200", 200, 200, 800),
            ("#v=1&ReservedConcurrentExecutions=0", 0, 0, 1_000),
        ] {
            let config = config(link);
            let settings = &config.consuming[0];
            assert_eq!(
                (settings.allowed(), settings.left(running, 0)),
                (allowed, left),
                "{link} while {running} run"
            );
        }
    }
}
