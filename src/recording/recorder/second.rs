//! The stream's other mapping in a recording (E14): its readers, and what is brought together of them.

use super::Recorder;
use super::series::mark_reader;
use crate::engine::config::{Config, Role};
use crate::engine::mark::Mark;
use crate::engine::minute::Minute;
use crate::engine::producer::world::World;
use crate::engine::reader::Surroundings;
use crate::engine::second;
use crate::recording::alarms::{self, Watched};
use crate::recording::reader_track::ReaderTrack;

/// The stream's other mapping: its settings, its readers of all shards, and what they come to.
pub(super) struct SecondTrack {
    pub(super) config: Config,
    /// Whether it and the first can be in each other's way when they read (S2).
    pub(super) shares_reads: bool,
    pub(super) readers: Vec<ReaderTrack>,
    /// Its minutes of all shards together.
    watched: Vec<Watched>,
    /// Everybody's marks.
    marks: Vec<Mark>,
}

impl SecondTrack {
    /// That of a run that has one; no shard has been adopted yet.
    pub(super) fn new(world: &World) -> Option<Self> {
        world.config.consuming[0].second.as_ref()?;
        let config = second::config_of(&world.config)?;
        Some(Self {
            shares_reads: second::reads_can_bind(&world.config, &config, &world.deck),
            config,
            readers: Vec::new(),
            watched: Vec::new(),
            marks: Vec::new(),
        })
    }

    /// Its settings are others now, and what was brought together may not hold.
    pub(super) fn revise(&mut self, new: Self) {
        (self.config, self.shares_reads) = (new.config, new.shares_reads);
        self.watched.clear();
    }

    /// Brings minutes and marks together after work; `others` are the marks of everybody else.
    pub(super) fn gather(&mut self, others: &[Mark]) {
        let minutes = |track: &ReaderTrack| track.recorded.minutes.len();
        let known = self.readers.iter().map(minutes).min().unwrap_or(0);
        for index in self.watched.len()..known {
            let mut watched = Watched::default();
            for track in &self.readers {
                watched.add(&track.recorded.minutes[index]);
            }
            self.watched.push(watched);
        }
        let mut marks = others.to_vec();
        for (shard, track) in self.readers.iter().enumerate() {
            mark_reader(
                track,
                (shard, Role::Second),
                self.config.horizon,
                &mut marks,
            );
        }
        marks.extend(alarms::marks(&self.watched, &self.config));
        marks.sort();
        self.marks = marks;
    }
}

impl Recorder {
    /// The configuration as one mapping sees it; the first's if there is no other.
    pub fn config_of(&self, role: Role) -> &Config {
        match (&self.second, role) {
            (Some(second), Role::Second) => &second.config,
            _ => self.config(),
        }
    }

    /// Every mark so far, by time: those of [`Recorder::marks`] and those of the second mapping.
    pub fn every_mark(&self) -> &[Mark] {
        self.second
            .as_ref()
            .map_or(self.marks(), |second| &second.marks)
    }

    /// The second mapping's minutes of all shards together, its own columns only; empty if there is none.
    pub fn second_watched(&self) -> &[Watched] {
        self.second.as_ref().map_or(&[], |second| &second.watched)
    }

    /// Minutes of the second mapping on one shard, its own columns only; empty if there is none.
    pub fn second_minutes(&self, shard: u16) -> &[Minute] {
        let second = self.second.as_ref();
        let track = second.and_then(|second| second.readers.get(usize::from(shard)));
        track.map_or(&[], |track| &track.recorded.minutes)
    }

    /// The digest of one shard's facts of the second mapping.
    pub fn second_digest(&self, shard: u16) -> Option<u64> {
        let second = self.second.as_ref()?;
        Some(second.readers.get(usize::from(shard))?.reader.digest.0)
    }

    /// What a shard's reader of the second mapping lives in, if there is one.
    pub fn around_second(&self, shard: usize) -> Option<Surroundings<'_>> {
        let second = self.second.as_ref()?;
        Some(Surroundings {
            config: &second.config,
            ..self.around(shard)
        })
    }
}
