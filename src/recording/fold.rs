//! Folds facts into the periods of a window, metric by metric. The second code path beside the engine's own counters.

use super::metrics::{Metric, Period};
use super::waits::Waits;
use crate::engine::config::PutCall;
use crate::engine::fact::{Fact, LaneId, Outcome, Span};
use crate::engine::lane::{Lane, LaneState};
use crate::engine::lane_view::{LaneView, Source};
use crate::engine::order::sorted_by_key;
use crate::engine::producer::Producer;
use crate::engine::producer::tape::StreamTape;
use crate::engine::producer::world::World;
use crate::engine::reader::{Reader, ReaderTape, Surroundings};
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::{SimDuration, SimTime};
use std::rc::Rc;

const SECOND: u64 = 1_000_000;

/// Periods one after another.
#[derive(Clone, Debug)]
pub(super) struct Window {
    /// The first period's number, counted from the start of the run.
    first: u64,
    length: u64,
    pub(super) periods: Vec<Period>,
}

impl Window {
    /// An empty window of `count` periods from the one that holds `from` on.
    pub(super) fn new(from: SimTime, length: SimDuration, count: usize) -> Self {
        let length = length.0.max(1);
        Self {
            first: from.0 / length,
            length,
            periods: vec![Period::default(); count],
        }
    }

    /// When it begins and ends.
    pub(super) fn span(&self) -> (SimTime, SimTime) {
        let end = self.first + self.periods.len() as u64;
        (
            SimTime(self.first * self.length),
            SimTime(end * self.length),
        )
    }

    pub(super) fn period(&mut self, at: SimTime) -> Option<&mut Period> {
        let index = (at.0 / self.length).checked_sub(self.first)?;
        self.periods.get_mut(index as usize)
    }

    fn sample(&mut self, at: SimTime, samples: &[(Metric, u64)]) {
        let Some(period) = self.period(at) else {
            return;
        };
        for &(metric, value) in samples {
            period.of_mut(metric).sample(value);
        }
    }

    /// Adds what another fold of the same window counted.
    fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.periods.iter_mut().zip(&other.periods) {
            mine.add(theirs);
        }
    }
}

/// What the producer's facts come to.
pub(super) struct StreamFold {
    window: Window,
    /// Whether each record is a `PutRecord` of its own.
    puts_one: bool,
    waits: Waits,
}

/// Folds the producer's facts.
pub(super) struct StreamHearing<'a> {
    pub(super) fold: &'a mut StreamFold,
    pub(super) world: &'a World,
    pub(super) shards: &'a [Rc<ShardDeck>],
}

impl StreamFold {
    /// A fold that begins with the producer as it is.
    pub(super) fn new(window: Window, world: &World, producer: &Producer) -> Self {
        Self {
            window,
            puts_one: world.config.producing[0].call == PutCall::PutRecord,
            waits: Waits::new(world, producer),
        }
    }

    /// Adds the reads of another mapping: they are the stream's as well (M5, M10).
    pub(super) fn add_reads(&mut self, other: &Window) {
        for (mine, theirs) in self.window.periods.iter_mut().zip(&other.periods) {
            for metric in [Metric::GetAge, Metric::ReadExceeded] {
                mine.of_mut(metric).add(theirs.of(metric));
            }
        }
    }

    /// The fold's last word.
    fn finish(mut self) -> Window {
        self.waits.count(&mut self.window);
        self.window
    }

    /// What a `PutRecord` came to: 1 or 0 (P12).
    fn put_record(&mut self, at: SimTime, accepted: bool, throttled: u32) {
        let samples = [
            (Metric::PutOneSuccess, u64::from(accepted)),
            (Metric::WriteExceeded, u64::from(throttled)),
        ];
        self.window.sample(at, &samples);
    }
}

impl StreamTape for StreamHearing<'_> {
    fn answered(&mut self, at: SimTime, round_trip: SimDuration) {
        let metric = if self.fold.puts_one {
            Metric::PutOneLatency
        } else {
            Metric::PutLatency
        };
        self.fold.window.sample(at, &[(metric, ms(round_trip))]);
    }

    fn hear(&mut self, at: SimTime, fact: Fact) {
        let (waits, window) = (&mut self.fold.waits, &mut self.fold.window);
        waits.hear(at, &fact, (self.world, self.shards), window);
        let one = self.fold.puts_one;
        match fact {
            Fact::RequestAnswered { throttled, .. } if one => {
                self.fold.put_record(at, throttled == 0, throttled);
            }
            Fact::RequestFailed {
                records, throttled, ..
            } if one => self
                .fold
                .put_record(at, false, records * u32::from(throttled)),
            Fact::RequestAnswered {
                records, throttled, ..
            } => {
                let (records, throttled) = (u64::from(records), u64::from(throttled));
                self.fold.window.sample(
                    at,
                    &[
                        (Metric::PutSuccess, u64::from(throttled < records)),
                        (Metric::PutTotal, records),
                        (Metric::PutSuccessful, records - throttled),
                        (Metric::PutThrottled, throttled),
                        (Metric::PutFailed, 0),
                        (Metric::WriteExceeded, throttled),
                        (Metric::FailedEntries, throttled),
                    ],
                );
            }
            Fact::RequestFailed { records, .. } => {
                let records = u64::from(records);
                self.fold.window.sample(
                    at,
                    &[
                        (Metric::PutSuccess, 0),
                        (Metric::PutTotal, records),
                        (Metric::PutSuccessful, 0),
                        (Metric::PutThrottled, 0),
                        (Metric::PutFailed, records),
                    ],
                );
            }
            Fact::RecordsStored {
                shard, rank, count, ..
            } => {
                let deck = &self.shards[usize::from(shard)];
                let bytes = deck.charged(rank, rank + u64::from(count));
                self.fold.window.sample(
                    at,
                    &[
                        (Metric::IncomingRecords, u64::from(count)),
                        (Metric::IncomingBytes, bytes),
                    ],
                );
            }
            Fact::RecordsNeverStored {
                count,
                given_up: false,
                ..
            } => self
                .fold
                .window
                .sample(at, &[(Metric::LostByProducer, u64::from(count))]),
            _ => {}
        }
    }
}

/// What a reader's facts come to.
pub(super) struct ReaderFold {
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
pub(super) struct ReaderHearing<'a> {
    pub(super) fold: &'a mut ReaderFold,
    pub(super) source: Source<'a>,
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
    pub(super) fn new(
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
    pub(super) fn finish(
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

/// Brings the folds of a window together. Invocations of different shards run at once, so their beginnings and ends are
/// put in the order of time first: `running` ran before the first of them, and each second's start is a sample, too.
pub(super) fn together(
    stream: StreamFold,
    readers: Vec<(Window, Vec<(SimTime, bool)>)>,
    running: u64,
    until: SimTime,
) -> Vec<Period> {
    let mut window = stream.finish();
    let mut turns = Vec::new();
    for (other, theirs) in readers {
        window.add(&other);
        turns.extend(theirs);
    }
    // At one time the ends come first: a slot that becomes free can be taken again.
    let turns = sorted_by_key(turns, |&turn| turn);
    let (from, end) = window.span();
    let mut second = from;
    let mut now = running;
    let mut turns = turns.into_iter().peekable();
    while second < end.min(until) {
        while let Some((_, begins)) = turns.next_if(|&(at, _)| at < second) {
            now = if begins {
                now + 1
            } else {
                now.saturating_sub(1)
            };
        }
        window.sample(second, &[(Metric::Concurrent, now)]);
        second = SimTime(second.0 + SECOND);
        while let Some((at, begins)) = turns.next_if(|&(at, _)| at < second) {
            now = if begins {
                now + 1
            } else {
                now.saturating_sub(1)
            };
            if begins {
                window.sample(at, &[(Metric::Concurrent, now)]);
            }
        }
    }
    window.periods
}

fn ms(span: SimDuration) -> u64 {
    span.0 / 1_000
}
