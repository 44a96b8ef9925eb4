//! What a shard's reader does, as the metrics of the stream's reads, the function and the mapping tell it (M5–M8).

use super::{Window, ms};
use crate::engine::fact::{Fact, LaneId, Outcome, Span};
use crate::engine::lane::{Lane, LaneState};
use crate::engine::lane_view::{LaneView, Source};
use crate::engine::reader::{Reader, ReaderTape, Surroundings};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::metrics::Metric;

/// What a reader's facts come to.
pub(in crate::recording) struct ReaderFold {
    window: Window,
    lanes: Vec<LaneFold>,
    /// Position in the shard after the youngest record a lane has been handed.
    read: u64,
    next_poll: SimTime,
    poll_interval: SimDuration,
    /// When the mapping reads the shard: from and to, in the order of time. Who does not read has no age (M5).
    reads: Vec<(SimTime, SimTime)>,
    /// While the shard is open everybody else reads it.
    open: (SimTime, SimTime),
    refused_per_1000s: u64,
    /// Everybody who reads the shard beside the mapping.
    others: u64,
    /// After the last read the shard refuses all others until then, because of their bytes (S2).
    spent: (SimTime, SimTime),
    /// Invocations that begin (true) and end (false).
    turns: Vec<(SimTime, bool)>,
}

/// Folds a reader's facts, of what it reads.
pub(in crate::recording) struct ReaderHearing<'a> {
    pub(in crate::recording) fold: &'a mut ReaderFold,
    pub(in crate::recording) source: Source<'a>,
}

/// What a fold knows of a lane.
struct LaneFold {
    /// Gives lane positions their meaning.
    view: LaneView,
    /// When the invocation that runs began.
    since: SimTime,
    /// Lane position after the youngest record that was handed to it or has expired before.
    taken: u64,
}

impl LaneFold {
    fn new(lane: &Lane) -> Self {
        let since = match lane.state {
            LaneState::Invoking { since, .. } => since,
            _ => SimTime::ZERO,
        };
        Self {
            view: lane.view.clone(),
            since,
            taken: lane.head,
        }
    }
}

impl ReaderFold {
    /// A fold that begins with a reader's lanes as they are at `now`; the mapping `reads` the shard from and to.
    pub(in crate::recording) fn new(
        window: Window,
        around: &Surroundings<'_>,
        (reader, reads): (&Reader, Vec<(SimTime, SimTime)>),
        now: SimTime,
    ) -> Self {
        let config = around.config;
        let lanes = &reader.lanes[..];
        let interval = config.poll_interval.0.max(1);
        let phase = lanes.first().map_or(0, |lane| lane.poll.0 % interval);
        let polls = now.0.saturating_sub(phase).div_ceil(interval);
        let mut fold = Self {
            window,
            lanes: Vec::new(),
            read: 0,
            next_poll: SimTime(phase + polls * interval),
            poll_interval: SimDuration(interval),
            reads,
            open: (around.shard.opened_at, around.closed_at),
            refused_per_1000s: config.reads_refused_per_1000s,
            others: u64::from(config.other_readers),
            spent: (SimTime::ZERO, reader.readable_at(around)),
            turns: Vec::new(),
        };
        fold.split(&around.source, lanes);
        fold
    }

    /// Begins anew with the lanes of another split.
    fn split(&mut self, source: &Source<'_>, lanes: &[Lane]) {
        self.lanes = lanes.iter().map(LaneFold::new).collect();
        for (index, lane) in lanes.iter().enumerate() {
            let span = Span {
                first: lane.head,
                count: 0,
            };
            let id = LaneId {
                lane: index as u16,
                ..lane.id
            };
            self.take(source, id, span);
        }
    }

    /// Whether a lane's invocation runs as the fold begins is in `lanes`; the caller counts those.
    pub(in crate::recording) fn finish(
        mut self,
        source: &Source<'_>,
        until: SimTime,
    ) -> (Window, Vec<(SimTime, bool)>) {
        self.read_until(source, until);
        (self.window, self.turns)
    }

    /// The reads before `at`: the mapping asks at every poll, and gets nothing beyond what its lanes take (E5; how far
    /// it reads ahead is not documented, so this is an assumption).
    fn read_until(&mut self, source: &Source<'_>, at: SimTime) {
        let (from, end) = self.window.span();
        let interval = self.poll_interval.0;
        if self.next_poll < from {
            let behind = from.since(self.next_poll).0.div_ceil(interval);
            self.next_poll += SimDuration(behind * interval);
        }
        let at = at.min(end);
        while self.next_poll < at {
            let poll = self.next_poll;
            let within = |&(from, to): &(SimTime, SimTime)| from <= poll && poll < to;
            let is_read = self.reads.iter().any(within);
            if !is_read && (self.others == 0 || !within(&self.open)) {
                self.next_poll = poll + self.poll_interval;
                continue;
            }
            let log = source.log;
            // The others keep up.
            let age = if !is_read || log.stored_by(poll) <= self.read {
                SimDuration::ZERO
            } else {
                log.stored_at(self.read.saturating_sub(1))
                    .map_or(SimDuration::ZERO, |stored| poll.since(stored))
            };
            self.next_poll = poll + self.poll_interval;
            // Of all readers, those since the last read (M10).
            let refused = |t: SimTime| t.0 * self.refused_per_1000s / 1_000_000_000;
            let mut exceeded = refused(self.next_poll) - refused(poll);
            if self.spent.0 < poll && poll < self.spent.1 {
                // And those that would have been answered; the others ask once a second.
                let span = self.poll_interval.0.min(1_000_000);
                let others = |t: u64| t * self.others / 1_000_000;
                exceeded += u64::from(is_read) + others(poll.0 + span) - others(poll.0);
            }
            let samples = [(Metric::GetAge, ms(age)), (Metric::ReadExceeded, exceeded)];
            self.window.sample(poll, &samples);
        }
    }

    /// Notes that a lane has been handed records, or that they are gone before; returns how many are new to it.
    fn take(&mut self, source: &Source<'_>, id: LaneId, span: Span) -> u64 {
        let Some(lane) = self.lanes.get_mut(usize::from(id.lane)) else {
            return 0;
        };
        let new = span.end().saturating_sub(lane.taken.max(span.first));
        lane.taken = lane.taken.max(span.end());
        if let Some(last) = span.end().checked_sub(1)
            && let Some(position) = lane.view.position(source, last)
        {
            self.read = self.read.max(position + 1);
        }
        new
    }

    /// When a lane's record was stored.
    fn arrival(&self, source: &Source<'_>, id: LaneId, lane_position: u64) -> SimTime {
        let lane = self.lanes.get(usize::from(id.lane));
        let position = lane.and_then(|lane| lane.view.position(source, lane_position));
        position
            .and_then(|position| source.log.stored_at(position))
            .unwrap_or(SimTime::ZERO)
    }

    fn started(&mut self, source: &Source<'_>, at: SimTime, id: LaneId, batch: Span) {
        let new = self.take(source, id, batch);
        let age = at.since(self.arrival(source, id, batch.end().saturating_sub(1)));
        if let Some(lane) = self.lanes.get_mut(usize::from(id.lane)) {
            lane.since = at;
        }
        self.turns.push((at, true));
        self.window.sample(
            at,
            &[
                (Metric::Polled, new),
                (Metric::Invocations, 1),
                (Metric::Throttles, 0),
                (Metric::Invoked, u64::from(batch.count)),
                (Metric::IteratorAge, ms(age)),
            ],
        );
    }

    fn ended(&mut self, at: SimTime, id: LaneId, batch: Span, outcome: Outcome) {
        let lane = self.lanes.get(usize::from(id.lane));
        let ran = lane.map_or(SimDuration::ZERO, |lane| at.since(lane.since));
        let failed = match outcome {
            Outcome::Success => 0,
            // What follows the first item named is sent again (E31).
            Outcome::Partial { first } => u64::from(batch.count.saturating_sub(first)),
            _ => u64::from(batch.count),
        };
        self.turns.push((at, false));
        self.window.sample(
            at,
            &[
                (Metric::Duration, ms(ran)),
                (Metric::Errors, u64::from(outcome.is_error())),
                (Metric::FailedInvoke, failed),
            ],
        );
    }
}

impl ReaderTape for ReaderHearing<'_> {
    fn spent(&mut self, at: SimTime, until: SimTime) {
        let Self { fold, source } = self;
        fold.read_until(source, at);
        fold.spent = (at, until);
    }

    fn hear(&mut self, at: SimTime, fact: Fact) {
        let Self { fold, source } = self;
        fold.read_until(source, at);
        match fact {
            Fact::InvocationStarted { lane, batch, .. } => fold.started(source, at, lane, batch),
            Fact::InvocationEnded {
                lane,
                batch,
                outcome,
                ..
            } => fold.ended(at, lane, batch, outcome),
            Fact::InvocationThrottled { lane, batch } => {
                let new = fold.take(source, lane, batch);
                fold.window.sample(
                    at,
                    &[
                        (Metric::Polled, new),
                        (Metric::Throttles, 1),
                        (Metric::FailedInvoke, u64::from(batch.count)),
                    ],
                );
            }
            Fact::BatchDiscarded {
                lane,
                records,
                reported,
                ..
            } => {
                let new = fold.take(source, lane, records);
                let fate = if reported {
                    Metric::Delivered
                } else {
                    Metric::Dropped
                };
                fold.window.sample(
                    at,
                    &[(Metric::Polled, new), (fate, u64::from(records.count))],
                );
            }
            Fact::RecordTooLarge { lane, batch, .. } => {
                let new = fold.take(source, lane, batch);
                let failed = u64::from(batch.count);
                fold.window
                    .sample(at, &[(Metric::Polled, new), (Metric::FailedInvoke, failed)]);
            }
            // They were polled like others, but belong to no lane.
            Fact::RecordsFiltered { count, .. } => {
                let count = u64::from(count);
                fold.window
                    .sample(at, &[(Metric::Polled, count), (Metric::FilteredOut, count)]);
            }
            Fact::DeliveryDenied { .. } => {
                fold.window.sample(at, &[(Metric::DeliveryFailures, 1)]);
            }
            Fact::RecordsExpired { lane, records, .. } => {
                fold.take(source, lane, records);
                fold.window
                    .sample(at, &[(Metric::ExpiredUnread, u64::from(records.count))]);
            }
            _ => {}
        }
    }

    fn lanes(&mut self, lanes: &[Lane]) {
        self.fold.split(&self.source, lanes);
    }
}
