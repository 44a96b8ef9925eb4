//! One shard's reader: the lanes of an event source mapping on a shard, moved by facts E-f (E1, E2).
//!
//! A shard's reader knows nothing of other shards; only the account's concurrency couples them.

mod attempt;
mod batch;
mod cruise;
mod drained;
mod expiry;
mod failed;
mod filter;
mod handled;
mod lanes;
mod lifecycle;

use super::account::Account;
use super::config::{Config, Consuming, Split};
use super::deck::Deck;
use super::fact::digest::FactDigest;
use super::fact::{Fact, LaneId};
use super::lane::{Lane, LaneState};
use super::lane_view::{LaneView, Source};
use super::ledger::{Ledger, Tally};
use super::mark::MarkKind;
use super::minute::Minute;
use super::producer::intake::SecondMeter;
use super::random::{Draws, Purpose};
use super::shard_map::ShardDeck;
use super::time::{SimDuration, SimTime};
use batch::poll_before;

const MINUTE: SimDuration = SimDuration::from_secs(60);
const HOUR: SimDuration = SimDuration::from_hours(1);

pub use batch::{PAYLOAD_LIMIT, READ_BYTES_PER_SECOND};

/// Who listens to a reader.
pub trait ReaderTape {
    /// A fact.
    fn hear(&mut self, at: SimTime, fact: Fact) {
        let _ = (at, fact);
    }
    /// Whether it wants to hear of every healthy batch, too.
    fn hears_all(&self) -> bool {
        true
    }
    /// The lanes start anew; lane positions of later facts are theirs.
    fn lanes(&mut self, lanes: &[Lane]) {
        let _ = lanes;
    }
    /// Reading has spent what the shard gives: until then it refuses further reads (S2).
    fn spent(&mut self, at: SimTime, until: SimTime) {
        let _ = (at, until);
    }
    /// A minute ended.
    fn minute(&mut self, minute: Minute) {
        let _ = minute;
    }
    /// An interesting moment; `LastExpiry` and `WorstHour` come later than their time.
    fn mark(&mut self, at: SimTime, kind: MarkKind) {
        let _ = (at, kind);
    }
}

/// Nobody listens.
impl ReaderTape for () {
    fn hears_all(&self) -> bool {
        false
    }
}

/// What a reader reads from and lives in; does not change while it moves.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// The whole configuration.
    pub config: &'a Config,
    /// What each record is.
    pub deck: &'a Deck,
    /// The shard's part of it.
    pub shard: &'a ShardDeck,
    /// The shard's records.
    pub source: Source<'a>,
    /// Whether another mapping's reads may be in the way of this one's, and the account counts both (S2).
    pub shares_reads: bool,
    /// When the shard was closed, as far as that is known; otherwise the end of time (S18).
    pub closed_at: SimTime,
}

/// A shard's reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    shard: u16,
    /// Its lanes.
    pub lanes: Vec<Lane>,
    split: Split,
    /// Another split that waits until nothing is in flight (E54).
    new_split: Option<Split>,
    /// What the filter does not want is counted below this position of the shard.
    sifted: u64,
    epoch: usize,
    first_poll: SimTime,
    /// A child is not read before its parents are drained (E15); until that is known, the end of time.
    starts_at: SimTime,
    /// When a lane last let go of what it had in hand, or a record without a fate got one.
    settled_at: SimTime,
    /// When the closed shard was drained, by the number of the mapping that drained it.
    drained: Vec<(u32, SimTime)>,
    /// The trim horizon never goes back behind this, whatever retention becomes (S9, S10).
    trim_floor: SimTime,
    /// Before this no record without a fate passes retention.
    next_expiry: SimTime,
    /// Everything up to here is settled.
    passed: SimTime,
    read_until: u64,
    /// While the mapping does not poll, what lies behind this position of the shard is unread.
    read_to: u64,
    /// What became of the shard's records; its producer rows, `stored` and `unread` stay zero here.
    pub fates: Ledger,
    minute: Minute,
    minute_end: SimTime,
    processed_meter: SecondMeter,
    expired_meter: SecondMeter,
    /// How often records that fail the first times have failed, by position in the shard.
    failed_times: Vec<(u64, u32)>,
    quiet: Quiet,
    /// The number of the mapping that reads.
    mapping: u32,
    /// While it passes records that have a fate already.
    replay: Option<lifecycle::Replay>,
    /// Records passed although they had a fate already (E12).
    pub replayed: u64,
    /// How often the lanes were laid anew.
    pub anew: u32,
    /// How the last invocation ended: when, and whether well (E13).
    pub last_result: Option<(SimTime, bool)>,
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
    /// Good records expired since the last full hour of the run.
    hour: u32,
    /// Good records expired in the worst hour since the first expiry, and that hour's start.
    worst: (u32, SimTime),
}

impl Reader {
    /// A reader at the trim horizon of an empty shard.
    pub fn new(config: &Config, shard: u16) -> Self {
        Self::new_in(config, shard, 0)
    }

    fn new_in(config: &Config, shard: u16, epoch: usize) -> Self {
        let split = config.consuming[epoch].mapping.split();
        let draws = Draws::new(config.seed, Purpose::PollPhase, u64::from(shard));
        let poll = SimTime(draws.below(0, config.poll_interval.0));
        let lane = |lane| {
            Lane::new(
                LaneId { shard, lane },
                LaneView::new(split, lane),
                SimTime::ZERO,
                poll,
            )
        };
        Self {
            shard,
            lanes: (0..split.factor).map(lane).collect(),
            split,
            new_split: None,
            sifted: 0,
            epoch,
            first_poll: poll,
            starts_at: SimTime::ZERO,
            settled_at: SimTime::ZERO,
            drained: Vec::new(),
            trim_floor: SimTime::ZERO,
            next_expiry: SimTime::ZERO,
            passed: SimTime::ZERO,
            read_until: 0,
            read_to: 0,
            fates: Ledger::default(),
            minute: Minute::default(),
            minute_end: SimTime::ZERO + MINUTE,
            processed_meter: SecondMeter::default(),
            expired_meter: SecondMeter::default(),
            failed_times: Vec::new(),
            quiet: Quiet::default(),
            mapping: config.consuming[epoch].reading.mapping,
            replay: None,
            replayed: 0,
            anew: 0,
            last_result: None,
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
        self.split.factor
    }

    /// The filter and the parallelization factor in force on this shard.
    pub fn split(&self) -> Split {
        self.split
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

    /// Which shard it reads, and until when that shard's read limit is spent, in µs (S2).
    pub fn reads(&self) -> (u16, u64) {
        (self.shard, self.read_until)
    }

    /// Records in the lanes' hands.
    pub fn held(&self) -> u64 {
        self.lanes.iter().map(Lane::held).sum()
    }

    /// Moves everything due by `until`. Returns whether it got there: it stops where a new mapping begins, which may have
    /// to wait for the parents (E15).
    pub fn advance(
        &mut self,
        around: &Surroundings<'_>,
        until: SimTime,
        account: &mut Account,
        tape: &mut dyn ReaderTape,
    ) -> bool {
        self.refresh(around);
        let mapping = self.mapping;
        loop {
            self.cruise(around, until, tape);
            let at = self.next_at(around);
            if at > until {
                break;
            }
            self.step(around, at, account, tape);
            if self.mapping != mapping {
                return false;
            }
        }
        self.pass(around, until, tape);
        true
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
        let gathers = self.new_split.is_some() && !self.lanes.iter().any(Lane::is_waiting);
        self.lanes[index].next_at = if gathers || !self.polls(around) {
            SimTime::NEVER
        } else {
            self.next_formation(around, self.settings(around), index)
                .max(self.passed)
                .max(self.starts_at)
                .max(self.readable_at(around))
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

    /// Does what happens next, at [`Reader::next_at`] or [`Reader::next_settling`].
    #[inline]
    pub fn step(
        &mut self,
        around: &Surroundings<'_>,
        at: SimTime,
        account: &mut Account,
        tape: &mut dyn ReaderTape,
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
        // What was due may just have expired.
        let Some(index) = self.lanes.iter().position(|lane| lane.next_at == at) else {
            return;
        };
        match self.lanes[index].state {
            LaneState::Idle => self.form(around, index, at, account, tape),
            LaneState::Invoking {
                outcome,
                touched,
                failing,
                ..
            } => {
                account.end(around.config, at);
                self.finish(around, index, at, (outcome, touched, failing), tape);
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
        self.end_replay(around);
        if !self.polls(around) {
            self.follow_state(around, at, tape);
        }
        if self.new_split.is_some() {
            self.change_lanes(around, at, tape);
        }
    }

    fn settings<'a>(&self, around: &Surroundings<'a>) -> &'a Consuming {
        &around.config.consuming[self.epoch]
    }

    fn begin_epoch(&mut self, around: &Surroundings<'_>, at: SimTime, tape: &mut dyn ReaderTape) {
        let trimmed = self.trim_time(self.settings(around).retention, at);
        self.trim_floor = trimmed.unwrap_or(SimTime::ZERO);
        self.next_expiry = SimTime::ZERO;
        let polled = self.polls(around);
        if polled {
            let reads = self.starts_at.max(self.first_poll) <= at;
            let last = poll_before(self.first_poll, around.config.poll_interval.0, at);
            let read = around.source.log.stored_by(last);
            self.read_to = if reads { read } else { 0 };
        }
        self.epoch += 1;
        if !polled && self.polls(around) {
            // What went meanwhile is noticed now.
            self.settled_at = self.settled_at.max(at);
        }
        let (before, now) = (
            &around.config.consuming[self.epoch - 1],
            self.settings(around),
        );
        if before.function != now.function {
            // New code or settings run in new environments (L10).
            for lane in &mut self.lanes {
                lane.warm = false;
            }
        }
        let split = now.mapping.split();
        self.new_split = (split != self.split).then_some(split);
        // A shorter retention makes older data unreadable at once (S9).
        self.settle(around, at, tape);
        self.follow_state(around, at, tape);
        self.refresh(around);
        if self.new_split.is_some() {
            self.change_lanes(around, at, tape);
        }
    }

    #[allow(clippy::inline_always)] // So that the kind of fact is known where it is folded.
    #[inline(always)]
    fn state(&mut self, tape: &mut dyn ReaderTape, at: SimTime, fact: Fact) {
        self.digest.fact(at, &fact);
        tape.hear(at, fact);
    }

    /// The hour in which most good records have expired since the first did, if that goes on at the end of the run.
    pub fn unfinished_worst_hour(&self) -> Option<SimTime> {
        let open = self.quiet.hour + self.minute.expired;
        let worst = if open > self.quiet.worst.0 {
            (
                open,
                SimTime(self.minute_end.before(MINUTE).0 / HOUR.0 * HOUR.0),
            )
        } else {
            self.quiet.worst
        };
        (self.quiet.expiry.is_some() && worst.0 > 0).then_some(worst.1)
    }

    /// Good records expired in the minute that has not ended yet.
    pub fn expired_this_minute(&self) -> u32 {
        self.minute.expired
    }
}

fn tally(count: u32, poison: u32) -> Tally {
    Tally {
        good: u64::from(count - poison),
        poison: u64::from(poison),
    }
}

/// Marks the first of its kind after a quiet time.
fn mark_first(
    last: &mut Option<SimTime>,
    at: SimTime,
    quiet: SimDuration,
    kind: MarkKind,
    tape: &mut dyn ReaderTape,
) {
    if last.is_none_or(|last| at.since(last) >= quiet) {
        tape.mark(at, kind);
    }
    *last = Some(at);
}
