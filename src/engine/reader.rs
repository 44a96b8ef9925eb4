//! One shard's reader: the lanes of an event source mapping on a shard, moved by facts E-f.
//!
//! A shard's reader knows nothing of other shards; only the account's concurrency couples them.

mod cruise;

use super::backoff::doubled;
use super::config::{Config, Consuming, Destination, Fails, Limit};
use super::deck::Deck;
use super::fact::{Condition, Fact, FactDigest, LaneId, Outcome, Span};
use super::function;
use super::lane::{Batch, Lane, LaneState};
use super::lane_view::{LaneView, Source};
use super::ledger::{Ledger, Tally};
use super::mark::MarkKind;
use super::minute::Minute;
use super::producer::SecondMeter;
use super::random::{Draws, Purpose};
use super::time::{SimDuration, SimTime};

/// Largest payload of an invocation, in bytes (E4).
pub const PAYLOAD_LIMIT: u64 = 6 << 20;
/// Bytes per second that all lanes of a shard can read together (S2).
pub const READ_BYTES_PER_SECOND: u64 = 2 << 20;
/// Failed attempts after which a lane is called blocked.
pub const BLOCKED_AFTER: u32 = 3;
const MINUTE: SimDuration = SimDuration::from_secs(60);
const HOUR: SimDuration = SimDuration::from_hours(1);

/// Who listens to a reader.
pub trait ReaderTape {
    /// A fact.
    fn hear(&mut self, at: SimTime, fact: Fact) {
        let _ = (at, fact);
    }
    /// The lanes start anew; lane positions of later facts are theirs.
    fn lanes(&mut self, lanes: &[Lane]) {
        let _ = lanes;
    }
    /// A minute ended.
    fn minute(&mut self, minute: Minute) {
        let _ = minute;
    }
    /// An interesting moment; `LastExpiry` and `WorstMinute` come later than their time.
    fn mark(&mut self, at: SimTime, kind: MarkKind) {
        let _ = (at, kind);
    }
}

/// Nobody listens.
impl ReaderTape for () {}

/// Executions running at a moment, of all readers that share the account (L1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Now.
    pub running: u32,
}

/// What a reader reads from and lives in; does not change while it moves.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The whole configuration.
    pub config: &'a Config,
    /// What each record is.
    pub deck: &'a Deck,
    /// The shard's records.
    pub source: Source<'a>,
}

/// A shard's reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    shard: u16,
    /// Its lanes.
    pub lanes: Vec<Lane>,
    factor: u16,
    /// A parallelization factor that waits until nothing is in flight (E54).
    new_factor: Option<u16>,
    epoch: usize,
    first_poll: SimTime,
    /// The trim horizon never goes back behind this, whatever retention becomes (S9, S10).
    trim_floor: SimTime,
    /// Before this no record without a fate passes retention.
    next_expiry: SimTime,
    /// Everything up to here is settled.
    passed: SimTime,
    read_until: u64,
    /// What became of the shard's records; its producer rows, `stored` and `unread` stay zero here.
    pub fates: Ledger,
    minute: Minute,
    minute_end: SimTime,
    processed_meter: SecondMeter,
    expired_meter: SecondMeter,
    /// How often records that fail the first times have failed, by position in the shard.
    failed_times: Vec<(u64, u32)>,
    quiet: Quiet,
    /// The fold of its facts.
    pub digest: FactDigest,
}

/// When things last happened, to mark the first after a quiet time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Quiet {
    failure: Option<SimTime>,
    bisect: Option<SimTime>,
    ticket: Option<SimTime>,
    discard: Option<SimTime>,
    throttle: Option<SimTime>,
    expiry: Option<SimTime>,
    /// Good records expired in the worst minute since the first expiry, and that minute's start.
    worst: (u32, SimTime),
}

impl Reader {
    /// A reader at the trim horizon of an empty shard.
    pub fn new(config: &Config, shard: u16) -> Self {
        let factor = config.consuming[0].mapping.parallelization_factor;
        let draws = Draws::new(config.seed, Purpose::PollPhase, u64::from(shard));
        let poll = SimTime(draws.below(0, config.poll_interval.0));
        let lane = |lane| {
            Lane::new(
                LaneId { shard, lane },
                LaneView::new(factor, lane),
                SimTime::ZERO,
                poll,
            )
        };
        Self {
            shard,
            lanes: (0..factor).map(lane).collect(),
            factor,
            new_factor: None,
            epoch: 0,
            first_poll: poll,
            trim_floor: SimTime::ZERO,
            next_expiry: SimTime::ZERO,
            passed: SimTime::ZERO,
            read_until: 0,
            fates: Ledger::default(),
            minute: Minute::default(),
            minute_end: SimTime::ZERO + MINUTE,
            processed_meter: SecondMeter::default(),
            expired_meter: SecondMeter::default(),
            failed_times: Vec::new(),
            quiet: Quiet::default(),
            digest: FactDigest::default(),
        }
    }

    /// Position in the shard after the youngest record past retention at `t` (the trim horizon, S10).
    pub fn trim_position(&self, around: &Surroundings<'_>, t: SimTime) -> u64 {
        let trimmed = self.trim_time(self.settings(around).retention, t);
        trimmed.map_or(0, |time| around.source.log.stored_by(time))
    }

    /// What was stored at or before this has passed retention at `t`.
    fn trim_time(&self, retention: SimDuration, t: SimTime) -> Option<SimTime> {
        let oldest = t.0.checked_sub(retention.0).map(SimTime);
        let floor = (self.trim_floor > SimTime::ZERO).then_some(self.trim_floor);
        oldest.max(floor)
    }

    /// The parallelization factor in force on this shard.
    pub fn factor(&self) -> u16 {
        self.factor
    }

    /// Position in the shard of the oldest record without a fate, as far as `stored` records go.
    pub fn head(&self, source: &Source<'_>, stored: u64) -> u64 {
        let first = |lane: &Lane| {
            lane.view
                .position(source, lane.first_held())
                .unwrap_or(stored)
        };
        self.lanes
            .iter()
            .map(first)
            .min()
            .unwrap_or(stored)
            .min(stored)
    }

    /// Records in the lanes' hands.
    pub fn held(&self) -> u64 {
        self.lanes.iter().map(Lane::held).sum()
    }

    /// Moves everything due by `until`.
    pub fn advance<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        until: SimTime,
        account: &mut Account,
        tape: &mut T,
    ) {
        self.refresh(around);
        loop {
            self.cruise(around, until, tape);
            let at = self.next_at(around);
            if at > until {
                break;
            }
            self.step(around, at, account, tape);
        }
        self.pass(around, until, tape);
    }

    /// Looks at the log again: idle lanes may have something to wait for now.
    pub fn refresh(&mut self, around: &Surroundings<'_>) {
        for index in 0..self.lanes.len() {
            if self.lanes[index].is_idle() {
                self.plan(around, index);
            }
        }
    }

    /// Sets when an idle lane forms its next batch. While the number of lanes is about to change, lanes gather
    /// instead, unless one of them waits for a retry and would keep the others (E54, assumption).
    fn plan(&mut self, around: &Surroundings<'_>, index: usize) {
        let gathers = self.new_factor.is_some() && !self.lanes.iter().any(Lane::is_waiting);
        self.lanes[index].next_at = if gathers {
            SimTime::NEVER
        } else {
            self.next_formation(around, self.settings(around), index)
                .max(self.passed)
        };
    }

    /// When something happens next; [`SimTime::NEVER`] if nothing does, as far as the log goes.
    #[inline]
    pub fn next_at(&self, around: &Surroundings<'_>) -> SimTime {
        let epoch = around
            .config
            .consuming
            .get(self.epoch + 1)
            .map_or(SimTime::NEVER, |next| next.from);
        self.lanes
            .iter()
            .map(|lane| lane.next_at)
            .fold(epoch, SimTime::min)
    }

    /// Does what happens next, at [`Reader::next_at`].
    #[inline]
    pub fn step<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        at: SimTime,
        account: &mut Account,
        tape: &mut T,
    ) {
        self.pass(around, at, tape);
        if around
            .config
            .consuming
            .get(self.epoch + 1)
            .is_some_and(|next| next.from == at)
        {
            return self.begin_epoch(around, at, tape);
        }
        let index = self
            .lanes
            .iter()
            .position(|lane| lane.next_at == at)
            .expect("a lane is due");
        match self.lanes[index].state {
            LaneState::Idle => self.form(around, index, at, account, tape),
            LaneState::Invoking {
                outcome, touched, ..
            } => {
                account.running -= 1;
                self.finish(around, index, at, (outcome, touched), tape);
            }
            LaneState::Ready | LaneState::BackingOff { .. } | LaneState::Throttled { .. } => {
                self.attempt(around, index, at, account, tape);
            }
        }
        let lane = &self.lanes[index];
        if lane.batch.span.count > 0 {
            let expires = lane.oldest_at + self.settings(around).retention;
            self.next_expiry = self.next_expiry.min(expires);
        }
        if self.new_factor.is_some() {
            self.change_lanes(around, at, tape);
        }
    }

    fn settings<'a>(&self, around: &Surroundings<'a>) -> &'a Consuming {
        &around.config.consuming[self.epoch]
    }

    fn begin_epoch<T: ReaderTape>(&mut self, around: &Surroundings<'_>, at: SimTime, tape: &mut T) {
        let trimmed = self.trim_time(self.settings(around).retention, at);
        self.trim_floor = trimmed.unwrap_or(SimTime::ZERO);
        self.next_expiry = SimTime::ZERO;
        self.epoch += 1;
        let factor = self.settings(around).mapping.parallelization_factor;
        self.new_factor = (factor != self.factor).then_some(factor);
        // A shorter retention makes older data unreadable at once (S9).
        self.settle(around, at, tape);
        self.refresh(around);
        if self.new_factor.is_some() {
            self.change_lanes(around, at, tape);
        }
    }

    /// Changes the number of lanes once no batch is in flight or waits to be tried again (E54, assumption).
    fn change_lanes<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        at: SimTime,
        tape: &mut T,
    ) {
        let Some(factor) = self.new_factor else {
            return;
        };
        if !self.lanes.iter().all(Lane::is_idle) {
            return self.refresh(around);
        }
        let source = &around.source;
        let stored = source.log.stored_by(at);
        let heads: Vec<u64> = self
            .lanes
            .iter()
            .map(|lane| {
                lane.view
                    .position(source, lane.head)
                    .unwrap_or(stored)
                    .min(stored)
            })
            .collect();
        let (low, base) = (
            heads.iter().copied().min().unwrap_or(0),
            heads.iter().copied().max().unwrap_or(0),
        );
        let mut left_over = vec![Vec::new(); usize::from(factor)];
        for position in low..base {
            let old = source.lane_of(self.factor, position);
            if heads[usize::from(old)] <= position {
                left_over[usize::from(source.lane_of(factor, position))].push(position);
            }
        }
        let (shard, first_poll, free_at) = (
            self.shard,
            self.first_poll,
            self.lanes
                .iter()
                .map(|lane| lane.free_at)
                .max()
                .unwrap_or(at),
        );
        let behind = self.lanes.iter().any(|lane| lane.behind);
        // Request ids are never used twice (E27).
        let requests = self.lanes.iter().map(|lane| lane.requests).max();
        let requests = requests.unwrap_or(0);
        self.lanes = (0..factor)
            .zip(left_over)
            .map(|(lane, left)| {
                let view = LaneView::after_change(source, factor, lane, base, left.into());
                Lane {
                    requests,
                    behind,
                    ..Lane::new(LaneId { shard, lane }, view, free_at, first_poll)
                }
            })
            .collect();
        self.factor = factor;
        self.new_factor = None;
        for lane in &mut self.lanes {
            lane.cursor = source.log.find(lane.expirable(source));
        }
        self.next_expiry = SimTime::ZERO;
        self.state(
            tape,
            at,
            Fact::LanesChanged {
                shard,
                lanes: factor,
            },
        );
        tape.lanes(&self.lanes);
        self.refresh(around);
    }

    /// When an idle lane forms its next batch (E3, E4, E5); the log decides, so it is worked out, not waited for.
    #[inline]
    fn next_formation(
        &mut self,
        around: &Surroundings<'_>,
        settings: &Consuming,
        index: usize,
    ) -> SimTime {
        let lane = &mut self.lanes[index];
        let source = &around.source;
        let Some(position) = lane.view.position(source, lane.head) else {
            return SimTime::NEVER;
        };
        let arrived = loop {
            let entry = source
                .log
                .entry(&mut lane.cursor)
                .expect("the head is stored");
            if position < entry.count {
                break entry.at;
            }
            lane.cursor.advance();
        };
        lane.head_at = arrived;
        let interval = around.config.poll_interval.0;
        let open = lane.free_at.max(poll_after(lane.poll, interval, arrived));
        let window = settings.mapping.batching_window;
        if window == SimDuration::ZERO {
            return open;
        }
        // The window opens when the lane is free and has a record, and closes early when the batch is full.
        let last = lane.head + u64::from(settings.mapping.batch_size) - 1;
        let full = lane
            .view
            .position(source, last)
            .and_then(|last| source.log.stored_at(last));
        let full_at = full.map_or(SimTime::NEVER, |at| {
            poll_after(lane.poll, interval, at).max(open)
        });
        full_at.min(open + window)
    }

    /// Takes a batch from what has been polled.
    fn form<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        account: &mut Account,
        tape: &mut T,
    ) {
        let settings = self.settings(around);
        let lane = &mut self.lanes[index];
        let polled = poll_before(lane.poll, around.config.poll_interval.0, at);
        lane.poll = polled;
        let wanted = u64::from(settings.mapping.batch_size);
        let source = &around.source;
        let mut cursor = lane.cursor;
        let mut end = lane.head;
        while let Some(entry) = source.log.entry(&mut cursor) {
            if polled < entry.at {
                break;
            }
            end = lane.view.before(source, entry.count);
            if end >= lane.head + wanted {
                break;
            }
            cursor.advance();
        }
        if end <= lane.head {
            // Its records expired meanwhile.
            return self.plan(around, index);
        }
        let polled_count = (end - lane.head).min(wanted) as u32;
        let mut count = polled_count;
        if wanted * around.deck.largest_payload() > PAYLOAD_LIMIT {
            count = self.shrink(around, index, polled_count);
        }
        if let Some(readable_at) = self.read(around, index, count, at) {
            self.lanes[index].next_at = readable_at;
            return;
        }
        let lane = &mut self.lanes[index];
        // A batch cut short by its payload ends before the entries that were looked at.
        if count == polled_count {
            lane.cursor = cursor;
        }
        let span = Span {
            first: lane.head,
            count,
        };
        lane.oldest_at = lane.head_at;
        lane.head += u64::from(count);
        if lane.behind && lane.head == end && count < wanted as u32 {
            lane.behind = false;
            tape.mark(at, MarkKind::CaughtUp);
        }
        take_up(lane, span);
        self.attempt(around, index, at, account, tape);
    }

    /// How many of `count` records fit into one payload; at least one (E4).
    fn shrink(&self, around: &Surroundings<'_>, index: usize, count: u32) -> u32 {
        let lane = &self.lanes[index];
        let mut payload = 0;
        for n in 0..count {
            let position = lane
                .view
                .position(&around.source, lane.head + u64::from(n))
                .expect("it was polled");
            let rank = around.source.log.rank(position);
            payload += around.deck.payload(self.shard, rank, rank + 1);
            if payload > PAYLOAD_LIMIT {
                return n.max(1);
            }
        }
        count
    }

    /// Spends the shard's read limit (S2, E6) on a batch; if it is used up, says when to try again.
    fn read(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        count: u32,
        at: SimTime,
    ) -> Option<SimTime> {
        if !self.read_can_bind(around) {
            return None;
        }
        // A second's worth may be read at once.
        let allowed = self.read_until.saturating_sub(1_000_000);
        if at.0 < allowed {
            return Some(SimTime(allowed));
        }
        let lane = &self.lanes[index];
        let place = |n: u64| {
            lane.view
                .position(&around.source, lane.head + n)
                .expect("it was polled")
        };
        let (first, last) = (
            around.source.log.rank(place(0)),
            around.source.log.rank(place(u64::from(count) - 1)),
        );
        let span = around
            .deck
            .charged(self.shard, first.min(last), first.max(last) + 1);
        let bytes = span * u64::from(count) / (first.abs_diff(last) + 1);
        self.read_until = self.read_until.max(at.0) + bytes * 1_000_000 / READ_BYTES_PER_SECOND;
        None
    }

    /// Whether full batches, one after another on every lane, could ask for more than the read limit.
    fn read_can_bind(&self, around: &Surroundings<'_>) -> bool {
        let settings = self.settings(around);
        let batches = u64::from(settings.mapping.batch_size) * u64::from(self.factor);
        let fastest = settings.mapping.overhead + settings.function.per_batch;
        batches * around.deck.largest_payload() * 1_000_000 > READ_BYTES_PER_SECOND * fastest.0
    }

    /// Tries the batch in hand (E-f), after what is too old has left it.
    fn attempt<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        account: &mut Account,
        tape: &mut T,
    ) {
        let settings = self.settings(around);
        if self.lanes[index].batch.span.count > 0 {
            self.discard_aged(around, index, at, tape);
            if self.lanes[index].batch.span.count == 0 {
                return self.done(around, index, at, settings.mapping.overhead, tape);
            }
        } else {
            return self.done(around, index, at, SimDuration::ZERO, tape);
        }
        let lane = &mut self.lanes[index];
        let (id, span) = (lane.id, lane.batch.span);
        if account.running >= settings.concurrency {
            let wait = doubled(
                settings.mapping.backoff_base,
                settings.mapping.backoff_cap,
                lane.batch.throttles,
            );
            lane.batch.throttles += 1;
            lane.state = LaneState::Throttled { since: at };
            lane.next_at = at + wait;
            self.fates.throttles += 1;
            self.minute.throttles += 1;
            mark_first(
                &mut self.quiet.throttle,
                at,
                HOUR,
                MarkKind::Throttled,
                tape,
            );
            return self.state(
                tape,
                at,
                Fact::InvocationThrottled {
                    lane: id,
                    batch: span,
                },
            );
        }
        account.running += 1;
        lane.batch.throttles = 0;
        let first_bad = first_bad(&lane.view, &around.source, span, &self.failed_times);
        let run = function::invoke(&settings.function, span.count, first_bad);
        lane.state = LaneState::Invoking {
            since: at,
            outcome: run.outcome,
            touched: run.touched,
        };
        lane.next_at = at + run.duration;
        lane.delivered = lane.delivered.max(span.end());
        self.fates.invocations += 1;
        self.minute.invocations += 1;
        let (request, attempt) = (lane.batch.request, lane.batch.failures + 1);
        self.state(
            tape,
            at,
            Fact::InvocationStarted {
                lane: id,
                batch: span,
                request,
                attempt,
            },
        );
    }

    /// Records older than the limit leave the front of the batch for the destination (E42).
    fn discard_aged<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        tape: &mut T,
    ) {
        let settings = self.settings(around);
        let Limit::AtMost(limit) = settings.mapping.max_record_age else {
            return;
        };
        let Some(threshold) = at.0.checked_sub(limit.0 + 1) else {
            return;
        };
        let lane = &mut self.lanes[index];
        let first = lane
            .view
            .position(&around.source, lane.batch.span.first)
            .expect("a batch is stored");
        let old = around.source.log.stored_by(SimTime(threshold));
        if old <= first {
            return;
        }
        let span = lane.batch.span;
        let count =
            (lane.view.before(&around.source, old) - span.first).min(u64::from(span.count)) as u32;
        let aged = Span {
            first: span.first,
            count,
        };
        lane.batch.span = Span {
            first: span.first + u64::from(count),
            count: span.count - count,
        };
        let invoke_count = lane.batch.failures + 1;
        self.discard(
            around,
            index,
            aged,
            (Condition::RecordAgeExceeded, invoke_count),
            at,
            tape,
        );
    }

    /// An invocation has ended.
    fn finish<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        (raw, touched): (Outcome, u32),
        tape: &mut T,
    ) {
        let mapping = &self.settings(around).mapping;
        // Without the response type, what the handler answers does not matter (E30).
        let outcome = match raw {
            Outcome::Partial { .. } | Outcome::Malformed if !mapping.report_batch_item_failures => {
                Outcome::Success
            }
            _ => raw,
        };
        self.count_failures(around, index, touched);
        let handled_again = self.count_handled(around, index, touched);
        let lane = &mut self.lanes[index];
        let (id, span) = (lane.id, lane.batch.span);
        lane.batch.last = Some(outcome);
        lane.state = LaneState::Ready;
        if outcome.is_error() {
            self.fates.errors += 1;
            self.minute.errors += 1;
        }
        self.state(
            tape,
            at,
            Fact::InvocationEnded {
                lane: id,
                batch: span,
                outcome,
                handled_again,
            },
        );
        match outcome {
            Outcome::Success => {
                self.process(around, index, span.count, at, tape);
                self.done(around, index, at, mapping.overhead, tape);
            }
            // Progress: a fresh budget for what is left, at once (E31, E32).
            Outcome::Partial { first } if first > 0 => {
                self.process(around, index, first, at, tape);
                let lane = &mut self.lanes[index];
                let rest = lane.batch.span;
                take_up(lane, rest);
                lane.next_at = at + mapping.overhead;
            }
            _ => self.fail(around, index, at, tape),
        }
    }

    /// The batch in hand failed without progress (E36): split, give up, or wait and try again.
    fn fail<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        tape: &mut T,
    ) {
        mark_first(
            &mut self.quiet.failure,
            at,
            HOUR,
            MarkKind::FirstFailure,
            tape,
        );
        let mapping = &self.settings(around).mapping;
        // Records whose retention passed during the invocation expire with its failure (E44).
        self.expire_lane(around, index, self.trim_position(around, at), at, tape);
        let lane = &mut self.lanes[index];
        let (id, span) = (lane.id, lane.batch.span);
        if span.count == 0 {
            return self.done(around, index, at, mapping.overhead, tape);
        }
        lane.batch.failures += 1;
        let failures = lane.batch.failures;
        if mapping.bisect && span.count > 1 {
            let left = Span {
                first: span.first,
                count: span.count / 2,
            };
            let right = Span {
                first: left.end(),
                count: span.count - left.count,
            };
            lane.halves.push(right);
            take_up(lane, left);
            lane.next_at = at + mapping.overhead;
            mark_first(&mut self.quiet.bisect, at, HOUR, MarkKind::Bisected, tape);
            return self.state(
                tape,
                at,
                Fact::BatchBisected {
                    lane: id,
                    left,
                    right,
                },
            );
        }
        if let Limit::AtMost(retries) = mapping.max_retries
            && failures > retries
        {
            lane.batch.span = Span {
                first: span.end(),
                count: 0,
            };
            self.discard(
                around,
                index,
                span,
                (Condition::RetryAttemptsExhausted, failures),
                at,
                tape,
            );
            return self.done(around, index, at, mapping.overhead, tape);
        }
        let until = at + doubled(mapping.backoff_base, mapping.backoff_cap, failures - 1);
        lane.state = LaneState::BackingOff { since: at };
        lane.next_at = until;
        if failures >= BLOCKED_AFTER && !lane.blocked {
            lane.blocked = true;
            lane.behind = true;
            tape.mark(at, MarkKind::LaneBlocked);
        }
        self.state(
            tape,
            at,
            Fact::RetryScheduled {
                lane: id,
                batch: span,
                failures,
                until,
            },
        );
    }

    /// Nothing is left of the batch in hand: the next half, or idle.
    fn done<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        at: SimTime,
        pause: SimDuration,
        tape: &mut T,
    ) {
        let lane = &mut self.lanes[index];
        if std::mem::take(&mut lane.blocked) {
            tape.mark(at, MarkKind::Released);
        }
        if let Some(half) = lane.halves.pop() {
            take_up(lane, half);
            lane.next_at = at + pause;
            return;
        }
        lane.batch = Batch {
            request: lane.batch.request,
            ..Batch::default()
        };
        lane.state = LaneState::Idle;
        lane.free_at = at + pause;
        self.plan(around, index);
    }

    /// The checkpoint passes the first `count` records of the batch in hand.
    fn process<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        count: u32,
        at: SimTime,
        tape: &mut T,
    ) {
        let lane = &mut self.lanes[index];
        let span = lane.batch.span;
        let records = Span {
            first: span.first,
            count,
        };
        lane.batch.span = Span {
            first: records.end(),
            count: span.count - count,
        };
        let poison = lane
            .view
            .poison(&around.source, records.first, records.end());
        self.fates.processed += tally(count, poison);
        self.minute.processed += count;
        self.processed_meter.add(at, count);
        let lane = self.lanes[index].id;
        self.state(
            tape,
            at,
            Fact::RecordsProcessed {
                lane,
                records,
                poison,
            },
        );
    }

    fn discard<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        records: Span,
        (condition, invoke_count): (Condition, u32),
        at: SimTime,
        tape: &mut T,
    ) {
        let lane = &self.lanes[index];
        let poison = lane
            .view
            .poison(&around.source, records.first, records.end());
        let reported = self.settings(around).mapping.destination != Destination::None;
        let discarded = tally(records.count, poison);
        self.minute.discarded += records.count;
        let fact = Fact::BatchDiscarded {
            lane: lane.id,
            records,
            poison,
            condition,
            invoke_count,
            reported,
            last: lane.batch.last,
            request: lane.batch.request,
        };
        if reported {
            self.fates.to_destination += discarded;
            self.fates.messages += 1;
            mark_first(&mut self.quiet.ticket, at, HOUR, MarkKind::Ticket, tape);
        } else {
            self.fates.discarded += discarded;
            mark_first(&mut self.quiet.discard, at, HOUR, MarkKind::Discarded, tape);
        }
        self.state(tape, at, fact);
    }

    /// Counts the failures of records that fail only the first times.
    fn count_failures(&mut self, around: &Surroundings<'_>, index: usize, touched: u32) {
        if around.source.bad.is_empty() {
            return;
        }
        let lane = &self.lanes[index];
        let first = lane.batch.span.first;
        for (lane_position, fails) in
            lane.view
                .bad(&around.source, first, first + u64::from(touched))
        {
            let Fails::First(_) = fails else { continue };
            let position = lane
                .view
                .position(&around.source, lane_position)
                .expect("a batch is stored");
            match self
                .failed_times
                .binary_search_by_key(&position, |&(position, _)| position)
            {
                Ok(found) => self.failed_times[found].1 += 1,
                Err(place) => self.failed_times.insert(place, (position, 1)),
            }
        }
    }

    /// Good records this invocation handled for at least the second time (E17).
    fn count_handled(&mut self, around: &Surroundings<'_>, index: usize, touched: u32) -> u32 {
        let lane = &mut self.lanes[index];
        let (first, end) = (
            lane.batch.span.first,
            lane.batch.span.first + u64::from(touched),
        );
        let again = end.min(lane.handled).saturating_sub(first) as u32;
        let again = if again > 0 {
            again
                - lane
                    .view
                    .poison(&around.source, first, first + u64::from(again))
        } else {
            0
        };
        lane.handled = lane.handled.max(end);
        self.fates.handled_again += u64::from(again);
        self.minute.handled_again += again;
        again
    }

    /// Lets time pass up to `until`: minutes end, records expire.
    #[inline]
    pub fn pass<T: ReaderTape>(&mut self, around: &Surroundings<'_>, until: SimTime, tape: &mut T) {
        while self.minute_end <= until {
            self.end_minute(around, tape);
        }
        self.settle(around, until, tape);
    }

    fn end_minute<T: ReaderTape>(&mut self, around: &Surroundings<'_>, tape: &mut T) {
        let end = self.minute_end;
        self.settle(around, end, tape);
        let stored = around.source.log.stored_by(end);
        let head = self.head(&around.source, stored);
        let oldest = if head < stored {
            around.source.log.stored_at(head)
        } else {
            None
        };
        let mut minute = std::mem::take(&mut self.minute);
        minute.iterator_age_ms = oldest.map_or(0, |at| {
            (end.since(at).0 / 1_000).min(u64::from(u32::MAX)) as u32
        });
        minute.peak_processed = self.processed_meter.take_peak();
        minute.peak_expired = self.expired_meter.take_peak();
        if minute.expired > self.quiet.worst.0 {
            self.quiet.worst = (minute.expired, end.before(MINUTE));
        }
        tape.minute(minute);
        self.minute_end = end + MINUTE;
        if let Some(last) = self.quiet.expiry
            && end.since(last) >= HOUR
        {
            tape.mark(self.quiet.worst.1, MarkKind::WorstMinute);
            tape.mark(last, MarkKind::LastExpiry);
            self.quiet.expiry = None;
            self.quiet.worst = (0, SimTime::ZERO);
        }
    }

    /// Lets records expire up to `until`.
    #[inline]
    fn settle<T: ReaderTape>(&mut self, around: &Surroundings<'_>, until: SimTime, tape: &mut T) {
        if self.next_expiry <= until {
            self.expire(around, until, tape);
        }
        self.passed = until;
    }

    /// What the trim horizon passes without a fate expires, each record at its own time (E43, E44).
    fn expire<T: ReaderTape>(&mut self, around: &Surroundings<'_>, until: SimTime, tape: &mut T) {
        let retention = self.settings(around).retention;
        let log = around.source.log;
        let first = |lanes: &[Lane]| {
            lanes
                .iter()
                .map(|lane| lane.expirable(&around.source))
                .min()
        };
        if let Some(trimmed) = self.trim_time(retention, until) {
            let mut cursor = log.find(first(&self.lanes).unwrap_or(0));
            while let Some(entry) = log.entry(&mut cursor)
                && entry.at <= trimmed
            {
                // With a retention just lowered it expires now, not when it would have.
                let expires = (entry.at + retention).max(self.passed);
                for index in 0..self.lanes.len() {
                    if self.lanes[index].expirable(&around.source) < entry.count {
                        self.expire_lane(around, index, entry.count, expires, tape);
                    }
                }
                cursor.advance();
            }
        }
        // What is stored later arrives after `until`.
        let oldest = first(&self.lanes).and_then(|position| log.stored_at(position));
        self.next_expiry = oldest.unwrap_or(until).min(until) + retention;
    }

    /// Expires a lane's records below a position of the shard.
    fn expire_lane<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        position: u64,
        at: SimTime,
        tape: &mut T,
    ) {
        let source = &around.source;
        let lane = &mut self.lanes[index];
        let to = lane.view.before(source, position);
        let mut gone: Vec<Span> = Vec::new();
        lane.expire(to, |span| gone.push(span));
        if lane.is_idle() && !gone.is_empty() {
            self.plan(around, index);
        }
        for span in gone {
            let delivered = self.lanes[index].delivered.clamp(span.first, span.end());
            self.expired(around, index, (span.first, delivered), true, at, tape);
            self.expired(around, index, (delivered, span.end()), false, at, tape);
        }
    }

    fn expired<T: ReaderTape>(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        (first, end): (u64, u64),
        delivered: bool,
        at: SimTime,
        tape: &mut T,
    ) {
        if first == end {
            return;
        }
        let lane = &self.lanes[index];
        let records = Span {
            first,
            count: (end - first) as u32,
        };
        let poison = lane.view.poison(&around.source, first, end);
        let tally = tally(records.count, poison);
        *(if delivered {
            &mut self.fates.expired_after_failures
        } else {
            &mut self.fates.expired_undelivered
        }) += tally;
        if tally.good > 0 {
            self.minute.expired += tally.good as u32;
            self.expired_meter.add(at, tally.good as u32);
            if self.quiet.expiry.is_none() {
                tape.mark(at, MarkKind::FirstExpiry);
            }
            self.quiet.expiry = Some(at);
        }
        let lane = lane.id;
        self.state(
            tape,
            at,
            Fact::RecordsExpired {
                lane,
                records,
                poison,
                delivered,
            },
        );
    }

    #[inline(always)]
    fn state<T: ReaderTape>(&mut self, tape: &mut T, at: SimTime, fact: Fact) {
        self.digest.fact(at, &fact);
        tape.hear(at, fact);
    }

    /// The minute in which most good records have expired since the first did, if that goes on at the end of the run.
    pub fn unfinished_worst_minute(&self) -> Option<SimTime> {
        (self.quiet.expiry.is_some() && self.quiet.worst.0 > 0).then_some(self.quiet.worst.1)
    }

    /// Good records expired in the minute that has not ended yet.
    pub fn expired_this_minute(&self) -> u32 {
        self.minute.expired
    }
}

/// Gives the lane a new batch in hand: a new request id and a fresh budget (E27).
fn take_up(lane: &mut Lane, span: Span) {
    lane.requests += 1;
    lane.batch = Batch {
        span,
        request: lane.requests,
        ..Batch::default()
    };
    lane.state = LaneState::Ready;
}

/// The index in the batch of the first record that fails this time.
fn first_bad(
    view: &LaneView,
    source: &Source<'_>,
    span: Span,
    failed_times: &[(u64, u32)],
) -> Option<u32> {
    if source.bad.is_empty() {
        return None;
    }
    let fails_now = |lane_position: u64, fails: Fails| match fails {
        Fails::Never => false,
        Fails::Always => true,
        Fails::First(times) => {
            let position = view.position(source, lane_position);
            let known = failed_times
                .iter()
                .find(|&&(failed, _)| Some(failed) == position);
            known.map_or(0, |&(_, failed)| failed) < times
        }
    };
    let mut bad = view.bad(source, span.first, span.end());
    bad.find(|&(position, fails)| fails_now(position, fails))
        .map(|(position, _)| (position - span.first) as u32)
}

fn tally(count: u32, poison: u32) -> Tally {
    Tally {
        good: u64::from(count - poison),
        poison: u64::from(poison),
    }
}

/// Marks the first of its kind after a quiet time.
fn mark_first<T: ReaderTape>(
    last: &mut Option<SimTime>,
    at: SimTime,
    quiet: SimDuration,
    kind: MarkKind,
    tape: &mut T,
) {
    if last.is_none_or(|last| at.since(last) >= quiet) {
        tape.mark(at, kind);
    }
    *last = Some(at);
}

/// The first poll at or after a time, given some poll; that one if it is later.
#[inline]
fn poll_after(known: SimTime, interval: u64, at: SimTime) -> SimTime {
    let mut poll = known;
    if at.since(known).0 > 4 * interval {
        poll.0 += at.since(known).0 / interval * interval;
    }
    while poll < at {
        poll.0 += interval;
    }
    poll
}

/// The last poll at or before a time, given an earlier one.
#[inline]
fn poll_before(known: SimTime, interval: u64, at: SimTime) -> SimTime {
    let mut poll = known;
    if at.since(known).0 > 4 * interval {
        poll.0 += at.since(known).0 / interval * interval;
    }
    while poll.0 + interval <= at.0 {
        poll.0 += interval;
    }
    poll
}
