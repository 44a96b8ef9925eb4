//! Switching the mapping off and on, deleting it and creating it anew (facts E11–E13).
//!
//! A mapping that is switched off keeps its checkpoint: what it had in hand it reads again. A new one begins at its
//! starting position. What lies before that and nobody has handled is never delivered; what lies behind it and has been
//! handled is handled again, parents before children (`drained`). The ledger keeps the first fate of a record: how a
//! replay of it ends is not told.
//! Simplified: after the number of lanes has changed, everything before the new mapping counts as handled before.

use super::{Reader, ReaderTape, Surroundings};
use crate::engine::config::{Filter, StartingPosition};
use crate::engine::fact::{Fact, LaneId, Span};
use crate::engine::lane::{Batch, Lane, LaneState};
use crate::engine::lane_view::LaneView;
use crate::engine::time::{SimDuration, SimTime};

/// A mapping that began behind records that have a fate already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replay {
    /// From this position of the shard on no record has a fate.
    below: u64,
    /// Positions before it that have none either, ascending.
    open: Vec<u64>,
}

impl Reader {
    /// Whether the mapping polls the shard.
    pub(super) fn polls(&self, around: &Surroundings<'_>) -> bool {
        let reading = self.settings(around).reading;
        reading.state.polls() && reading.mapping == self.mapping
    }

    /// Does what the mapping's state asks for, as far as no invocation is in the way.
    pub(super) fn follow_state(
        &mut self,
        around: &Surroundings<'_>,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let reading = self.settings(around).reading;
        let is_new = reading.state.polls() && reading.mapping != self.mapping;
        if is_new || !reading.state.polls() {
            self.put_down(around);
        }
        if is_new && self.lanes.iter().all(Lane::is_idle) {
            self.mapping = reading.mapping;
            self.begin_anew(around, reading.start, at, tape);
        }
    }

    /// Lanes that wait let go of their batches: the checkpoint stands before them.
    fn put_down(&mut self, around: &Surroundings<'_>) {
        for index in 0..self.lanes.len() {
            let lane = &mut self.lanes[index];
            if !matches!(lane.state, LaneState::Invoking { .. }) {
                lane.head = lane.first_held();
                lane.halves.clear();
                lane.batch = Batch {
                    request: lane.batch.request,
                    ..Batch::default()
                };
                lane.stuck.ends();
                lane.state = LaneState::Idle;
                lane.cursor = around.source.log.find(lane.expirable(&around.source));
                self.plan(around, index);
            }
        }
    }

    /// A new mapping begins to read at its starting position (E11, E12).
    fn begin_anew(
        &mut self,
        around: &Surroundings<'_>,
        start: StartingPosition,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let log = around.source.log;
        let stored = log.stored_by(at);
        let trim = self.trim_position(around, at).min(stored);
        let start = match start {
            StartingPosition::Latest => stored,
            StartingPosition::TrimHorizon | StartingPosition::AtTimestamp(SimTime::ZERO) => trim,
            StartingPosition::AtTimestamp(from) => log
                .stored_by(from.before(SimDuration(1)))
                .clamp(trim, stored),
        };
        let mut replay = self.without_fate(around, stored);
        self.skip(around, &mut replay, start, at, tape);
        self.lay_lanes(around, start, replay.below, at);
        self.sifted = self.sifted.max(start);
        self.replay = (start < replay.below).then_some(replay);
        self.next_expiry = SimTime::ZERO;
        // The new mapping has to drain the parents for itself (E15).
        self.starts_at = if around.shard.parents.is_empty() {
            SimTime::ZERO
        } else {
            SimTime::NEVER
        };
        let fact = Fact::LanesChanged {
            shard: self.shard,
            lanes: self.split.factor,
        };
        self.state(tape, at, fact);
        tape.lanes(&self.lanes);
        self.refresh(around);
    }

    /// Which records have no fate, as the idle lanes stand.
    fn without_fate(&self, around: &Surroundings<'_>, stored: u64) -> Replay {
        let source = &around.source;
        let heads: Vec<u64> = self
            .lanes
            .iter()
            .map(|lane| lane.view.position(source, lane.head).unwrap_or(stored))
            .map(|head| head.min(stored))
            .collect();
        // After a change of lanes a position may be no lane's, because it has a fate or was filtered out before.
        let place = |lane: &Lane, position: u64| {
            let place = lane.view.before(source, position);
            let is_its = lane.view.position(source, place) == Some(position);
            is_its.then_some(place >= lane.head)
        };
        let is_open = |position: u64| {
            let mut lanes = self.lanes.iter();
            let open = lanes.find_map(|lane| place(lane, position));
            open.unwrap_or(self.sifted <= position)
        };
        let (before, mut open) = match &self.replay {
            Some(replay) => (replay.below, replay.open.clone()),
            None => (0, Vec::new()),
        };
        open.retain(|&position| is_open(position));
        // What the filter does not want lies before a head and may be uncounted.
        let sifted = (self.split.filter != Filter::NONE).then_some(self.sifted);
        let lowest = heads.iter().copied().chain(sifted).min();
        let lowest = lowest.unwrap_or(0).max(before);
        let below = heads.iter().copied().max().unwrap_or(0).max(before);
        open.extend((lowest..below).filter(|&position| is_open(position)));
        Replay { below, open }
    }

    /// Whether a record that a new mapping reads again has a fate already.
    pub(super) fn has_fate(&self, position: u64) -> bool {
        let replay = self.replay.as_ref();
        replay.is_some_and(|replay| {
            position < replay.below && replay.open.binary_search(&position).is_err()
        })
    }

    /// What lies before the starting position and has no fate is never delivered.
    fn skip(
        &mut self,
        around: &Surroundings<'_>,
        replay: &mut Replay,
        start: u64,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let passed = replay.open.partition_point(|&position| position < start);
        let skipped: Vec<u64> = replay.open.drain(..passed).collect();
        let bad = |position| around.source.is_pill(position);
        let beyond = replay.below..start.max(replay.below);
        let pills = skipped.iter().filter(|&&position| bad(position)).count() as u64
            + around.source.pills(beyond.clone());
        let count = skipped.len() as u64 + (beyond.end - beyond.start);
        replay.below = beyond.end;
        if count == 0 {
            return;
        }
        self.fates.skipped.good += count - pills;
        self.fates.skipped.poison += pills;
        let fact = Fact::RecordsSkipped {
            shard: self.shard,
            start,
            good: count - pills,
            poison: pills,
        };
        self.state(tape, at, fact);
    }

    /// Lanes of the whole shard that begin at a position.
    fn lay_lanes(&mut self, around: &Surroundings<'_>, start: u64, below: u64, at: SimTime) {
        let source = &around.source;
        let (shard, poll) = (self.shard, self.first_poll);
        // Request ids are never used twice (E27).
        let requests = self.lanes.iter().map(|lane| lane.requests).max();
        let requests = requests.unwrap_or(0);
        let lanes = std::mem::take(&mut self.lanes);
        self.lanes = lanes
            .into_iter()
            .map(|old| {
                let id = LaneId {
                    shard,
                    lane: old.id.lane,
                };
                let view = LaneView::new(self.split, id.lane);
                let head = view.before(source, start);
                let known = view.before(source, below);
                let (delivered, handled) = if old.view.is_first() {
                    (old.delivered, old.handled)
                } else {
                    (known, known)
                };
                let mut lane = Lane {
                    head,
                    delivered,
                    handled,
                    requests,
                    behind: start < below,
                    warm: old.warm,
                    ..Lane::new(id, view, at.max(old.free_at), poll)
                };
                lane.batch.request = requests;
                lane.cursor = source.log.find(lane.expirable(source));
                lane
            })
            .collect();
        self.anew += 1;
        self.settled_at = at;
    }

    /// The parts of a lane's records that have a fate already, and those that do not.
    pub(super) fn parts(
        &self,
        around: &Surroundings<'_>,
        index: usize,
        span: Span,
    ) -> Vec<(Span, bool)> {
        let Some(replay) = &self.replay else {
            return vec![(span, false)];
        };
        let view = &self.lanes[index].view;
        let lane = self.lanes[index].id.lane;
        let source = &around.source;
        let end = view
            .before(source, replay.below)
            .clamp(span.first, span.end());
        let mut parts: Vec<(Span, bool)> = Vec::new();
        let mut add = |first: u64, end: u64, fated: bool| {
            let count = (end - first) as u32;
            match parts.last_mut() {
                Some((last, was)) if *was == fated => last.count += count,
                _ if count > 0 => parts.push((Span { first, count }, fated)),
                _ => {}
            }
        };
        let mut next = span.first;
        let low = view.position(source, span.first).unwrap_or(replay.below);
        let from = replay.open.partition_point(|&position| position < low);
        for &position in &replay.open[from..] {
            if source.lane_of(self.split, position) != Some(lane) {
                continue;
            }
            let place = view.before(source, position);
            if place >= end {
                break;
            }
            add(next, place, true);
            add(place, place + 1, false);
            next = place + 1;
        }
        add(next, end, true);
        add(end, span.end(), false);
        parts
    }

    /// Records that have a fate already were handed out again.
    pub(super) fn pass_again(
        &mut self,
        index: usize,
        records: Span,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        self.replayed += u64::from(records.count);
        let lane = self.lanes[index].id;
        self.state(tape, at, Fact::RecordsReplayed { lane, records });
    }

    /// Forgets the replay once every lane is past it.
    pub(super) fn end_replay(&mut self, around: &Surroundings<'_>) {
        if let Some(replay) = &self.replay {
            let source = &around.source;
            let is_past = |lane: &Lane| {
                let first = lane.view.position(source, lane.first_held());
                first.is_none_or(|position| replay.below <= position)
            };
            if self.lanes.iter().all(is_past) {
                self.replay = None;
            }
        }
    }
}
