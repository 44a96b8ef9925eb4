//! Changes the configuration of a run, and keeps what the change cannot have touched.

use super::{Recorder, SecondTrack, newborn, plan};
use crate::engine::config::{Config, Pill};
use crate::engine::resharding::scales;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::bad::BadRecords;
use crate::recording::reader_track::NeighbourTrack;

impl Recorder {
    /// Changes the configuration, keeping everything the change cannot have touched.
    pub fn revise(&mut self, config: Config) {
        if config == self.world.config {
            return;
        }
        if changes_everything(&self.world.config, &config) {
            *self = Self::new(config);
            return;
        }
        let old = std::mem::replace(&mut self.world.config, config);
        (self.weighed, self.out_of_room) = (1, false);
        self.revise_second();
        let was_coupled = std::mem::replace(&mut self.coupled, plan::is_coupled(&self.world));
        let produced = produced_anew_from(&old, &self.world.config);
        let read = self.read_anew_from(&old, produced, was_coupled);
        if produced < self.stream.computed {
            self.stream.rewind(
                &self.world,
                produced.before(SimDuration(1)),
                &mut self.counts,
            );
            self.forget_shards();
        }
        self.rewind_readers(&read);
        // Past the new end everything is kept only up to it.
        self.cut_to_horizon();
        self.place_neighbour(was_coupled);
        if plan::splits(&old) != plan::splits(&self.world.config) {
            self.count_anew();
        }
        self.place_pills_anew();
        self.reader_step = plan::reader_step(&self.world);
        self.stream_step = plan::stream_step(&self.world.config);
        self.live = None;
        self.gather();
    }

    /// From when on each shard's readers can do something else than with the old configuration.
    fn read_anew_from(&self, old: &Config, produced: SimTime, was_coupled: bool) -> Vec<SimTime> {
        let new = &self.world.config;
        let begins_to_scale = self.coupled && !was_coupled && plan::scaling_can_bind(new);
        // Neither what a function has scaled to nor tickets are kept where nobody asks for them.
        if begins_to_scale || old.rereads() != new.rereads() {
            return vec![SimTime::ZERO; self.readers.len()];
        }
        let consumed = first_difference(&old.consuming, &new.consuming, |epoch| epoch.from);
        let any_pill = first_difference(&old.pills, &new.pills, |pill| pill.at);
        let reshards = scales(new) || !(old.reshards.is_empty() && new.reshards.is_empty());
        let poisoned = |shard: u16| {
            if reshards {
                // A pill may reach another shard than it was meant for, and children depend on their parents.
                return any_pill;
            }
            let on = |pills: &[_]| pills_on(pills, shard);
            first_difference(&on(&old.pills), &on(&new.pills), |pill| pill.at)
        };
        let mut from: Vec<SimTime> = (0..self.readers.len() as u16)
            .map(|shard| produced.min(consumed).min(poisoned(shard)))
            .collect();
        if was_coupled || self.coupled {
            let first = from.iter().copied().min().unwrap_or(SimTime::ZERO);
            from.fill(if was_coupled {
                first
            } else {
                // From now on they move together.
                let behind = self.tracks().map(|track| track.computed).min();
                first.min(behind.unwrap_or(SimTime::ZERO))
            });
        }
        from
    }

    /// Takes the readers of each shard back to before a time.
    fn rewind_readers(&mut self, from: &[SimTime]) {
        let shards = &self.stream.recorded.shards;
        let second = self.second.as_mut();
        let second = second.map(|second| (&mut second.readers, &second.config));
        for (tracks, config) in [(&mut self.readers, &self.world.config)]
            .into_iter()
            .chain(second)
        {
            for ((deck, track), &from) in shards.iter().zip(tracks).zip(from) {
                if from <= deck.opened_at {
                    *track = newborn(config, deck, self.stream.spacing);
                } else if from <= track.computed {
                    track.rewind(from.before(SimDuration(1)));
                }
            }
        }
    }

    /// Counts the lanes of splits that the old run did not have.
    fn count_anew(&mut self) {
        let recorded = &self.stream.recorded;
        let shards = recorded.shards.iter().zip(&recorded.logs);
        self.counts = shards
            .map(|(deck, log)| plan::lane_counts(&self.world, deck, log))
            .collect();
    }

    /// Puts the neighbour where the readers are.
    fn place_neighbour(&mut self, was_coupled: bool) {
        let at = self.readers[0].computed;
        if self.coupled && was_coupled {
            self.neighbour.rewind(at);
            return;
        }
        let at = if self.coupled { at } else { SimTime::ZERO };
        self.neighbour = NeighbourTrack::alone(&self.world.config, at, self.stream.spacing);
    }

    /// The end of the run is nearer now, and a keyframe is there.
    pub(super) fn go_back_to_horizon(&mut self) {
        self.cut_to_horizon();
        self.place_neighbour(self.coupled);
        self.place_pills_anew();
        self.live = None;
    }

    fn cut_to_horizon(&mut self) {
        let horizon = self.world.config.horizon;
        if self.stream.computed > horizon {
            self.stream.rewind(&self.world, horizon, &mut self.counts);
            self.forget_shards();
        }
        let second = self.second.iter_mut();
        let second = second.flat_map(|second| &mut second.readers);
        for track in self.readers.iter_mut().chain(second) {
            if track.computed > horizon {
                track.rewind(horizon);
            }
        }
    }

    /// The second mapping's settings follow the run's.
    fn revise_second(&mut self) {
        if let (Some(old), Some(new)) = (&mut self.second, SecondTrack::new(&self.world)) {
            old.revise(new);
        }
    }

    fn place_pills_anew(&mut self) {
        self.bad = BadRecords::written_down(&self.world.config);
        for deck in &self.stream.recorded.shards {
            self.bad.adopt(&self.world.deck, deck);
        }
        self.pills_placed = 0;
        self.place_pills();
    }
}

/// Whether nothing of an old run can be kept.
fn changes_everything(old: &Config, new: &Config) -> bool {
    old.seed != new.seed
        || old.shard_count != new.shard_count
        || old.reshard_delay != new.reshard_delay
        || old.scaling != new.scaling
        || old.burst_ms != new.burst_ms
        || old.max_record_bytes != new.max_record_bytes
        || old.other_readers != new.other_readers
        || old.reads_refused_per_1000s != new.reads_refused_per_1000s
        || old.traffic != new.traffic
        || old.kinds != new.kinds
        || old.consuming[0].second.is_some() != new.consuming[0].second.is_some()
        || old.poll_interval != new.poll_interval
        || old.producing[0].linger != new.producing[0].linger
}

/// From when on the producer can do something else.
fn produced_anew_from(old: &Config, new: &Config) -> SimTime {
    let produced = first_difference(&old.producing, &new.producing, |epoch| epoch.from);
    let resharded = first_difference(&old.reshards, &new.reshards, |request| request.at);
    produced.min(resharded)
}

/// The earliest time at which two lists of timed things differ.
fn first_difference<T: PartialEq>(old: &[T], new: &[T], at: impl Fn(&T) -> SimTime) -> SimTime {
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let rest = old[same..].first().into_iter().chain(new[same..].first());
    rest.map(at).min().unwrap_or(SimTime::NEVER)
}

fn pills_on(pills: &[Pill], shard: u16) -> Vec<Pill> {
    pills
        .iter()
        .copied()
        .filter(|pill| pill.shard == shard)
        .collect()
}
