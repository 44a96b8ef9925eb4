//! What a run shows as a whole: minutes, marks and what alarms watch, brought together from all shards after work.

use super::Recorder;
use crate::engine::config::{Config, Role};
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::minute::Minute;
use crate::engine::time::SimTime;
use crate::recording::alarms::{self, Watched};
use crate::recording::pills;
use crate::recording::reader_track::ReaderTrack;

impl Recorder {
    /// All marks so far, by time; those of the second mapping are in [`Recorder::every_mark`].
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Minutes of one shard, from the start to what is computed.
    pub fn minutes(&self, shard: u16) -> &[Minute] {
        self.minutes
            .get(usize::from(shard))
            .map_or(&[], Vec::as_slice)
    }

    /// The minutes of all shards together, from the start to what is computed.
    pub fn watched(&self) -> &[Watched] {
        &self.watched
    }

    /// Brings marks and minutes together after work.
    pub(super) fn gather(&mut self) {
        let shards = self.readers.iter_mut().enumerate();
        let mut same = usize::MAX;
        for (shard, track) in shards {
            let merged = &mut self.minutes[shard];
            let ready = track
                .recorded
                .minutes
                .len()
                .min(self.stream.recorded.minutes[shard].len());
            let keep = merged.len().min(ready).min(track.gathered);
            merged.truncate(keep);
            debug_assert!(are_same(merged, &track.recorded.minutes));
            track.gathered = ready;
            same = same.min(keep);
            for index in keep..ready {
                let stored = self.stream.recorded.minutes[shard][index];
                merged.push(Minute {
                    stored: stored.stored,
                    peak_stored: stored.peak,
                    write_throttled: stored.throttled,
                    ..track.recorded.minutes[index]
                });
            }
        }
        self.watch(same);
        self.marks = self.all_marks();
        if let Some(second) = &mut self.second {
            second.gather(&self.marks);
        }
    }

    /// Adds up the minutes of all shards, from the first that is not the same as before.
    fn watch(&mut self, same: usize) {
        let known = self.minutes.iter().map(Vec::len).min().unwrap_or(0);
        self.watched.truncate(same);
        for index in self.watched.len()..known {
            let mut watched = Watched::default();
            for minutes in &self.minutes {
                watched.add(&minutes[index]);
            }
            self.watched.push(watched);
        }
    }

    fn all_marks(&self) -> Vec<Mark> {
        let config = &self.world.config;
        let mut marks = self.stream.recorded.marks.clone();
        for shard in 0..self.readers.len() {
            self.mark_shard(shard, &mut marks);
        }
        let died_with = if self.stream.recorded.deaths.is_empty() {
            Vec::new()
        } else {
            pills::lost_with_process(self, SimTime::NEVER)
        };
        marks.extend(died_with.into_iter().map(|(at, shard)| Mark {
            at,
            shard: Some(shard),
            kind: MarkKind::PillLost,
            role: Role::First,
        }));
        marks.extend(alarms::marks(&self.watched, config));
        let of_the_run = |at, kind| Mark {
            at,
            shard: None,
            kind,
            role: Role::First,
        };
        let changes = changes(config).into_iter().enumerate();
        marks.extend(
            changes.map(|(index, at)| of_the_run(at, MarkKind::SettingChanged(index as u16))),
        );
        if self.coupled {
            let refused = self.neighbour.neighbour.first_throttles.iter();
            marks.extend(refused.map(|&at| of_the_run(at, MarkKind::NeighbourThrottled)));
        }
        marks.push(of_the_run(config.horizon, MarkKind::End));
        marks.sort();
        marks
    }

    /// What is worth a look on one shard, but for what its producer has marked.
    fn mark_shard(&self, shard: usize, marks: &mut Vec<Mark>) {
        let recorded = &self.stream.recorded;
        mark_reader(
            &self.readers[shard],
            (shard, Role::First),
            self.world.config.horizon,
            marks,
        );
        let bad = self.bad.shard(shard);
        let mark = |at, kind| Mark {
            at,
            shard: Some(shard as u16),
            kind,
            role: Role::First,
        };
        let landed = bad.pill_times(&recorded.logs[shard]);
        marks.extend(landed.map(|at| mark(at, MarkKind::PillLanded)));
        let lost = self.bad.lost().iter();
        let lost = lost.filter(|lost| usize::from(lost.shard) == shard);
        marks.extend(lost.map(|lost| mark(lost.at, MarkKind::PillLost)));
    }
}

/// What a mapping's reader of a shard has marked.
pub(super) fn mark_reader(
    track: &ReaderTrack,
    (shard, role): (usize, Role),
    horizon: SimTime,
    marks: &mut Vec<Mark>,
) {
    let mark = |at, kind| Mark {
        at,
        shard: Some(shard as u16),
        kind,
        role,
    };
    let noted = track.recorded.marks.iter();
    marks.extend(noted.map(|&(at, kind)| mark(at, kind)));
    let drained = track.reader.drains();
    marks.extend(drained.map(|at| mark(at, MarkKind::Drained)));
    if track.computed == horizon {
        let worst = track.reader.unfinished_worst_hour();
        marks.extend(worst.map(|at| mark(at, MarkKind::WorstHour)));
    }
}

/// The times at which somebody changes something, each once.
fn changes(config: &Config) -> Vec<SimTime> {
    let consuming = config.consuming.iter().skip(1).map(|epoch| epoch.from);
    let producing = config.producing.iter().skip(1).map(|epoch| epoch.from);
    let reshards = config.reshards.iter().map(|request| request.at);
    let mut changes: Vec<SimTime> = consuming.chain(producing).chain(reshards).collect();
    changes.sort_unstable();
    changes.dedup();
    changes
}

/// Whether minutes are the same but for what the producer adds.
fn are_same(merged: &[Minute], recorded: &[Minute]) -> bool {
    let same = |(a, b): (&Minute, &Minute)| {
        Minute {
            stored: b.stored,
            peak_stored: b.peak_stored,
            write_throttled: b.write_throttled,
            ..*a
        } == *b
    };
    merged.iter().zip(recorded).all(same)
}
