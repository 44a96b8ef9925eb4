//! The stream's control plane: what may be changed about its shards, and when a change takes effect (S17–S19).
//!
//! It knows shards and their hash key ranges only. The producer moves it, because only writes depend on it at once;
//! a child's reader waits for its parents (E15), which is the recording's business.

use super::config::{Config, Reshard, ReshardRequest};
use super::scaling::{Alarm, LEAST_HALF_PERMILLE, Load};
use super::shard_map::{Birth, HashRange};
use super::time::{SimDuration, SimTime};

/// `UpdateShardCount` calls a stream takes in 24 hours (S17).
pub const UPDATES_PER_DAY: usize = 10;
/// Most shards open at once. AWS's quota is 1,000 to 20,000 by region (S16), so that it never binds here.
pub const OPEN_MAX: u16 = 200;
/// Mode switches a stream takes in 24 hours (S12).
pub const SWITCHES_PER_DAY: usize = 2;
/// Most shards of one run, closed ones included.
pub const SHARDS_MAX: u16 = 1_000;
/// Most changes of one run, to bound its memory.
pub const CHANGES_MAX: u16 = 64;
const DAY: SimDuration = SimDuration::from_hours(24);

/// A shard that takes records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenShard {
    /// Its number.
    pub shard: u16,
    /// Its hash keys.
    pub range: HashRange,
}

/// Why a change was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Refusal {
    /// More than twice the open shards (S17).
    MoreThanDouble,
    /// Fewer than half the open shards (S17).
    LessThanHalf,
    /// Ten `UpdateShardCount` calls in the last 24 hours (S17).
    TooManyUpdates,
    /// The change before it has not taken effect: `ResourceInUseException` (S17).
    Updating,
    /// The shard does not exist or is closed.
    NotOpen,
    /// The shard has the last hash keys, so that there is no next neighbour to merge with (S19).
    NoNeighbour,
    /// More shards or more changes than a run here may have.
    TooLarge,
    /// Only the stream itself changes its shards in on-demand mode (S17).
    OnDemand,
    /// Two mode switches in the last 24 hours (S12).
    TooManySwitches,
}

/// The shards of a stream, and the change that is on its way.
#[derive(Clone, Debug)]
pub struct ControlPlane {
    /// The open shards, by hash key range.
    open: Vec<OpenShard>,
    /// Shards so far, closed ones included.
    shards: u16,
    changes: u16,
    /// When `UpdateShardCount` was accepted.
    updates: Vec<SimTime>,
    /// How many of the configuration's requests were made.
    requests: usize,
    on_demand: bool,
    /// When the mode was switched.
    switches: Vec<SimTime>,
    alarm: Alarm,
    /// Shards that on-demand mode would not split: one key has nearly all of their traffic (S14).
    hot: Vec<u16>,
    pending: Option<(SimTime, Vec<Birth>)>,
}

/// What the control plane did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing was to be changed.
    Nothing,
    /// The change was refused.
    Refused(Reshard, Refusal),
    /// The stream is `UPDATING` until then.
    Started(Reshard, SimTime),
    /// These shards take over from their parents.
    Done(Vec<Birth>),
}

impl ControlPlane {
    /// A stream of equal shards.
    pub fn new(config: &Config) -> Self {
        let count = config.shard_count;
        let open = |shard| OpenShard {
            shard,
            range: HashRange::equal(shard, count),
        };
        Self {
            open: (0..count).map(open).collect(),
            shards: count,
            changes: 0,
            updates: Vec::new(),
            requests: 0,
            on_demand: config.scaling.on_demand,
            switches: Vec::new(),
            alarm: Alarm::default(),
            hot: Vec::new(),
            pending: None,
        }
    }

    /// When something happens next. Looked up each time: whoever keeps a state of the run may ask for other changes from
    /// there on.
    #[inline]
    pub fn next_at(&self, config: &Config) -> SimTime {
        let request = config.reshards.get(self.requests);
        let request = request.map_or(SimTime::NEVER, |request| request.at);
        let done = self.pending.as_ref().map_or(SimTime::NEVER, |(at, _)| *at);
        request.min(done)
    }

    /// Whether the shards follow the traffic now, so that [`ControlPlane::minute`] may do something.
    pub fn follows(&self, config: &Config) -> bool {
        self.on_demand || config.scaling.autoscaler.is_some()
    }

    /// Open shards.
    pub fn open(&self) -> &[OpenShard] {
        &self.open
    }

    /// Whether the stream is in on-demand mode (S12).
    pub fn is_on_demand(&self) -> bool {
        self.on_demand
    }

    /// Takes in what was stored in each shard in the last minute; the shards may follow it (S13, S20). `evenness` says how
    /// many of a shard's records, in permille, the emptier half of its hash keys would get.
    pub fn minute(
        &mut self,
        config: &Config,
        at: SimTime,
        loads: &[Load],
        evenness: &dyn Fn(u16) -> u64,
    ) -> Step {
        if self.pending.is_some() && !self.on_demand {
            return Step::Nothing;
        }
        if self.on_demand {
            self.grow(at, config.scaling.on_demand_delay, loads, evenness)
        } else {
            let target = config
                .scaling
                .autoscaler
                .and_then(|autoscaler| self.alarm.minute(autoscaler, &self.open, loads));
            match target {
                Some(target) => self.request(Reshard::Count(target), at, config.reshard_delay),
                None => Step::Nothing,
            }
        }
    }

    /// On-demand mode splits every shard that gets too much (S13); one that does so while others are about to be split
    /// joins them. It never merges (S14).
    fn grow(
        &mut self,
        at: SimTime,
        delay: SimDuration,
        loads: &[Load],
        evenness: &dyn Fn(u16) -> u64,
    ) -> Step {
        let (due, mut births) = self.pending.take().unwrap_or((at + delay, Vec::new()));
        let known = births.len();
        for &OpenShard { shard, range } in &self.open {
            let is_due = births[..known].iter().any(|b: &Birth| b.parents == [shard]);
            if !loads[usize::from(shard)].asks_for_split() || is_due || self.hot.contains(&shard) {
                continue;
            }
            match range.halves() {
                Some((low, high)) if evenness(shard) >= LEAST_HALF_PERMILLE => {
                    let parents = vec![shard];
                    births.extend([low, high].map(|range| Birth {
                        range,
                        parents: parents.clone(),
                    }));
                }
                _ => self.hot.push(shard),
            }
        }
        let target = self.open.len() + births.len() / 2;
        let fits = target <= usize::from(OPEN_MAX) && self.has_room_for(births.len());
        if !fits {
            births.truncate(known);
        }
        let is_more = births.len() > known;
        self.changes += u16::from(is_more && known == 0);
        self.pending = (!births.is_empty()).then_some((due, births));
        if is_more {
            Step::Started(Reshard::Grow(target as u16), due)
        } else {
            Step::Nothing
        }
    }

    fn has_room_for(&self, births: usize) -> bool {
        self.changes < CHANGES_MAX && usize::from(self.shards) + births <= usize::from(SHARDS_MAX)
    }

    /// Does what happens next, at [`ControlPlane::next_at`].
    pub fn step(&mut self, config: &Config, at: SimTime) -> Step {
        match self.pending.take_if(|(due, _)| *due <= at) {
            Some((_, births)) => self.finish(births),
            None => match config.reshards.get(self.requests) {
                Some(request) if request.at <= at => {
                    self.requests += 1;
                    self.request(request.change, at, config.reshard_delay)
                }
                _ => Step::Nothing,
            },
        }
    }

    /// `UpdateStreamMode`: the shards stay as they are (S12).
    fn switch(&mut self, on_demand: bool, at: SimTime) -> Result<Step, Refusal> {
        let last_day = self.switches.iter().filter(|&&made| at.since(made) < DAY);
        if on_demand == self.on_demand {
            return Ok(Step::Nothing);
        } else if self.pending.is_some() {
            return Err(Refusal::Updating);
        } else if last_day.count() >= SWITCHES_PER_DAY {
            return Err(Refusal::TooManySwitches);
        }
        self.switches.push(at);
        self.on_demand = on_demand;
        Ok(Step::Started(Reshard::OnDemand(on_demand), at))
    }

    fn request(&mut self, change: Reshard, at: SimTime, delay: SimDuration) -> Step {
        if let Reshard::OnDemand(on) = change {
            let step = self.switch(on, at);
            return step.unwrap_or_else(|refusal| Step::Refused(change, refusal));
        }
        match self.plan(change, at) {
            Err(refusal) => Step::Refused(change, refusal),
            Ok(births) if births.is_empty() => Step::Nothing,
            Ok(births) => {
                if let Reshard::Count(_) = change {
                    self.updates.push(at);
                }
                self.changes += 1;
                self.pending = Some((at + delay, births));
                Step::Started(change, at + delay)
            }
        }
    }

    /// The shards a change would open; none if it changes nothing.
    fn plan(&self, change: Reshard, at: SimTime) -> Result<Vec<Birth>, Refusal> {
        if self.on_demand {
            return Err(Refusal::OnDemand);
        }
        if self.pending.is_some() {
            return Err(Refusal::Updating);
        }
        let births = match change {
            Reshard::Count(target) => self.plan_count(target, at)?,
            Reshard::Split(shard) => {
                let parent = self.open[self.index(shard)?];
                let (low, high) = parent.range.halves().ok_or(Refusal::NotOpen)?;
                let half = |range| Birth {
                    range,
                    parents: vec![shard],
                };
                vec![half(low), half(high)]
            }
            Reshard::Merge(shard) => {
                let index = self.index(shard)?;
                let (low, high) = (self.open[index], self.open.get(index + 1));
                let high = high.ok_or(Refusal::NoNeighbour)?;
                vec![Birth {
                    range: HashRange {
                        first: low.range.first,
                        last: high.range.last,
                    },
                    parents: vec![shard, high.shard],
                }]
            }
            Reshard::OnDemand(_) | Reshard::Grow(_) => Vec::new(),
        };
        let (more, less) = (births.len(), self.parents(&births).count());
        if births.is_empty() {
            return Ok(births);
        }
        if self.open.len() + more - less > usize::from(OPEN_MAX) || !self.has_room_for(more) {
            return Err(Refusal::TooLarge);
        }
        Ok(births)
    }

    /// `UpdateShardCount` with uniform scaling: equal ranges, each following the shards it overlaps. AWS gets there by
    /// splits and merges in between, which are not simulated; their lineage is the same.
    fn plan_count(&self, target: u16, at: SimTime) -> Result<Vec<Birth>, Refusal> {
        let n = self.open.len();
        let wanted = (0..target).map(|index| HashRange::equal(index, target));
        let births: Vec<Birth> = wanted
            .filter(|range| self.open.iter().all(|open| open.range != *range))
            .map(|range| Birth {
                range,
                parents: self
                    .open
                    .iter()
                    .filter(|open| open.range.overlaps(range))
                    .map(|open| open.shard)
                    .collect(),
            })
            .collect();
        let last_day = self.updates.iter().filter(|&&made| at.since(made) < DAY);
        if births.is_empty() {
            Ok(births)
        } else if usize::from(target) > 2 * n {
            Err(Refusal::MoreThanDouble)
        } else if usize::from(target) * 2 < n {
            Err(Refusal::LessThanHalf)
        } else if last_day.count() >= UPDATES_PER_DAY {
            Err(Refusal::TooManyUpdates)
        } else {
            Ok(births)
        }
    }

    fn index(&self, shard: u16) -> Result<usize, Refusal> {
        let found = self.open.iter().position(|open| open.shard == shard);
        found.ok_or(Refusal::NotOpen)
    }

    /// The open shards that these would replace.
    fn parents<'a>(&'a self, births: &'a [Birth]) -> impl Iterator<Item = &'a OpenShard> {
        let is_parent = |open: &&OpenShard| births.iter().any(|b| b.parents.contains(&open.shard));
        self.open.iter().filter(is_parent)
    }

    fn finish(&mut self, births: Vec<Birth>) -> Step {
        self.open
            .retain(|open| births.iter().all(|b| !b.parents.contains(&open.shard)));
        for birth in &births {
            let range = birth.range;
            let index = self.open.partition_point(|o| o.range.first < range.first);
            let shard = self.shards;
            self.open.insert(index, OpenShard { shard, range });
            self.shards += 1;
        }
        Step::Done(births)
    }
}

/// Whether the shards follow the traffic, so that only the run itself tells what becomes of them.
pub fn scales(config: &Config) -> bool {
    let switches = |request: &ReshardRequest| request.change == Reshard::OnDemand(true);
    config.scaling.on_demand
        || config.scaling.autoscaler.is_some()
        || config.reshards.iter().any(switches)
}

/// Shards of the run at most, closed ones included.
pub fn shards_at_most(config: &Config) -> u16 {
    if scales(config) {
        SHARDS_MAX
    } else {
        foresee(config).shards
    }
}

/// What a configuration's requests come to if the shards do not follow the traffic.
pub fn foresee(config: &Config) -> Foreseen {
    let mut control = ControlPlane::new(config);
    let mut seen = Foreseen {
        refused: Vec::new(),
        shards: config.shard_count,
        open: config.shard_count,
    };
    loop {
        let at = control.next_at(config);
        if config.horizon < at {
            return seen;
        }
        if let Step::Refused(change, refusal) = control.step(config, at) {
            let open = control.open.len() as u16;
            seen.refused.push((at, change, refusal, open));
        }
        seen.shards = control.shards;
        seen.open = seen.open.max(control.open.len() as u16);
    }
}

/// The shards that are open at a time, by number, as far as the configuration's requests decide.
pub fn open_at(config: &Config, t: SimTime) -> Vec<u16> {
    let mut control = ControlPlane::new(config);
    loop {
        let at = control.next_at(config);
        if t < at {
            break;
        }
        control.step(config, at);
    }
    let mut open: Vec<u16> = control.open.iter().map(|open| open.shard).collect();
    open.sort_unstable();
    open
}

/// What a configuration's requests come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// Requests refused: when, what, why, and how many shards were open then.
    pub refused: Vec<(SimTime, Reshard, Refusal, u16)>,
    /// Shards in all, closed ones included.
    pub shards: u16,
    /// Most shards open at once.
    pub open: u16,
}
