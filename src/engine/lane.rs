//! A lane: one batch in hand at a time, tried, split, given up or checkpointed (facts E-f). Its state only;
//! `reader` moves it.

use super::fact::{LaneId, Outcome, Span};
use super::function::Failing;
use super::lane_view::{LaneView, Source};
use super::log::Cursor;
use super::time::{SimDuration, SimTime};

/// How many gaps a lane remembers.
const PASSED_BY: usize = 256;

/// A lane of an event source mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Which.
    pub id: LaneId,
    /// Its records.
    pub view: LaneView,
    /// What it is doing.
    pub state: LaneState,
    /// When that ends; the next thing to do.
    pub next_at: SimTime,
    /// The batch in hand; empty when idle, or when it has expired during a back-off.
    pub batch: Batch,
    /// Halves that wait for their turn after a bisect; the last is the next (E37).
    pub halves: Vec<Span>,
    /// Lane position of the first record that is in no batch and has no fate.
    pub head: u64,
    /// When the record at `head` was stored, once `next_at` rests on it.
    pub head_at: SimTime,
    /// Its position in the shard, likewise.
    pub head_position: u64,
    /// Somewhere at or before the log entry that holds `head`.
    pub cursor: Cursor,
    /// Not before this may the next batch be formed.
    pub free_at: SimTime,
    /// Records below this lane position have reached the function at least once.
    pub delivered: u64,
    /// Good records below this lane position have been handled at least once.
    pub handled: u64,
    /// Below that, what was passed by without being handled, from and to; the latest (P24).
    pub passed_by: Vec<(u64, u64)>,
    /// Numbers the request ids (E27).
    pub requests: u32,
    /// No record in hand arrived before this.
    pub oldest_at: SimTime,
    /// A poll of the shard, at or before the last time a batch was formed.
    pub poll: SimTime,
    /// Whether a batch is stuck in it.
    pub stuck: Stuck,
    /// The lane was marked as stuck and has not caught up since.
    pub behind: bool,
    /// Its execution environment has run before, with the code of now (L10).
    pub warm: bool,
}

/// A batch in hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Its records.
    pub span: Span,
    /// Failed attempts so far.
    pub failures: u32,
    /// Refusals for want of concurrency in a row.
    pub throttles: u32,
    /// Number of its request id.
    pub request: u32,
    /// How the last attempt ended.
    pub last: Option<Outcome>,
}

/// Whether a batch is stuck in a lane, as the marks tell it. Where one batch after another gets stuck for seconds, only
/// the first is worth a mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stuck {
    since: Option<SimTime>,
    is_marked: bool,
    /// When a batch last began to be stuck.
    last: Option<SimTime>,
}

/// A batch that begins to be stuck so long after another is marked at once.
const QUIET: SimDuration = SimDuration::from_hours(1);
/// One that stays stuck for so long is marked in any case.
const LASTING: SimDuration = SimDuration::from_secs(600);

impl Stuck {
    /// The batch in hand is stuck at `at`; whether now is the time to mark it.
    pub fn seen(&mut self, at: SimTime) -> bool {
        let begins = self.since.is_none();
        let since = *self.since.get_or_insert(at);
        let quiet = begins && self.last.is_none_or(|last| at.since(last) >= QUIET);
        if begins {
            self.last = Some(at);
        }
        let marks = !self.is_marked && (quiet || at.since(since) >= LASTING);
        self.is_marked |= marks;
        marks
    }

    /// Whether one is.
    pub fn is_now(&self) -> bool {
        self.since.is_some()
    }

    /// Nothing is stuck any more; whether that had been marked.
    pub fn ends(&mut self) -> bool {
        self.since = None;
        std::mem::take(&mut self.is_marked)
    }
}

/// What a lane is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// No batch in hand; forms one at `next_at`.
    Idle,
    /// A batch in hand is tried at `next_at`.
    Ready,
    /// The function runs until `next_at`.
    Invoking {
        /// Since when.
        since: SimTime,
        /// How it will end.
        outcome: Outcome,
        /// Records it touches.
        touched: u32,
        /// Which of them the handler cannot handle.
        failing: Failing,
    },
    /// The batch is tried again at `next_at` (E25).
    BackingOff {
        /// Since when.
        since: SimTime,
    },
    /// Refused; tried again at `next_at`, uncounted (E24).
    Throttled {
        /// Since when.
        since: SimTime,
    },
}

impl Lane {
    /// How long the invocation that runs has been running at `at`.
    pub fn invoked_for(&self, at: SimTime) -> SimDuration {
        match self.state {
            LaneState::Invoking { since, .. } => at.since(since),
            _ => SimDuration::ZERO,
        }
    }

    /// An idle lane at the start of its view.
    pub fn new(id: LaneId, view: LaneView, free_at: SimTime, poll: SimTime) -> Self {
        Self {
            id,
            view,
            state: LaneState::Idle,
            next_at: SimTime::NEVER,
            batch: Batch::default(),
            halves: Vec::new(),
            head: 0,
            head_at: SimTime::ZERO,
            head_position: 0,
            cursor: Cursor::default(),
            free_at,
            delivered: 0,
            handled: 0,
            passed_by: Vec::new(),
            requests: 0,
            oldest_at: SimTime::ZERO,
            poll,
            stuck: Stuck::default(),
            behind: false,
            warm: false,
        }
    }

    /// Notes that records were handled, and whether to remember what was passed by before them.
    pub fn note_handled(&mut self, first: u64, end: u64, remembers: bool) {
        if self.handled < first && remembers {
            if self.passed_by.len() == PASSED_BY {
                self.passed_by.remove(0);
            }
            self.passed_by.push((self.handled, first));
        }
        self.handled = self.handled.max(end);
    }

    /// Whether a record was passed by without being handled.
    pub fn has_passed_by(&self, lane_position: u64) -> bool {
        let mut gaps = self.passed_by.iter().rev();
        gaps.any(|&(from, to)| (from..to).contains(&lane_position))
    }

    /// Whether it has no batch in hand.
    pub fn is_idle(&self) -> bool {
        matches!(self.state, LaneState::Idle)
    }

    /// Whether it waits to try a batch again.
    pub fn is_waiting(&self) -> bool {
        matches!(
            self.state,
            LaneState::BackingOff { .. } | LaneState::Throttled { .. }
        )
    }

    /// Lane position of the first record without a fate.
    pub fn first_held(&self) -> u64 {
        if self.batch.span.count > 0 {
            self.batch.span.first
        } else {
            self.halves.last().map_or(self.head, |half| half.first)
        }
    }

    /// Records in hand: the batch and the halves that wait.
    pub fn held(&self) -> u64 {
        u64::from(self.batch.span.count)
            + self
                .halves
                .iter()
                .map(|half| u64::from(half.count))
                .sum::<u64>()
    }

    /// Position in the shard of the first record that can expire: an invocation decides about its own batch (E44).
    /// If no such record is stored yet, where the log ends.
    pub fn expirable(&self, source: &Source<'_>) -> u64 {
        let first = match self.state {
            LaneState::Invoking { .. } => self.halves.last().map_or(self.head, |half| half.first),
            _ => self.first_held(),
        };
        self.view
            .position(source, first)
            .unwrap_or(source.log.stored())
    }

    /// Takes everything below the lane position `to` out of the batch in hand (unless it runs), the halves and the queue.
    /// Calls `each` with every span taken out, oldest first.
    pub fn expire(&mut self, to: u64, mut each: impl FnMut(Span)) {
        let cut = |span: &mut Span| {
            let count = to.saturating_sub(span.first).min(u64::from(span.count)) as u32;
            let gone = Span {
                first: span.first,
                count,
            };
            *span = Span {
                first: span.first + u64::from(count),
                count: span.count - count,
            };
            gone
        };
        if !matches!(self.state, LaneState::Invoking { .. }) {
            let gone = cut(&mut self.batch.span);
            if gone.count > 0 {
                each(gone);
            }
        }
        for half in self.halves.iter_mut().rev() {
            let gone = cut(half);
            if gone.count > 0 {
                each(gone);
            }
        }
        self.halves.retain(|half| half.count > 0);
        while self.head < to {
            let count = (to - self.head).min(u64::from(u32::MAX)) as u32;
            each(Span {
                first: self.head,
                count,
            });
            self.head += u64::from(count);
        }
    }
}
