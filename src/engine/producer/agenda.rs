//! Requests on their way to the service, soonest first.

use crate::engine::time::SimTime;
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;

/// How many fresh requests another may overtake before it goes to the heap.
const OVERTAKEN: usize = 32;

/// What a fresh request takes, another one, and each of its segments.
const FRESH_BYTES: u64 = 32;
const REQUEST_BYTES: u64 = 160;
const SEGMENT_BYTES: u64 = 24;

/// Requests on their way, soonest first. Nearly all are fresh and arrive nearly in the order in which they depart.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    fresh: VecDeque<Fresh>,
    /// Shared with the keyframes of a run, which would be large in an outage otherwise.
    others: BinaryHeap<Reverse<Due>>,
    /// What they take, in bytes.
    weight: u64,
}

/// When something comes next of a request, without looking into it.
#[derive(Clone, Debug)]
struct Due {
    at: SimTime,
    id: u64,
    request: Rc<Request>,
}

impl Due {
    fn key(&self) -> (SimTime, u64) {
        (self.at, self.id)
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// A request that nothing has happened to yet: ordinals `from..to`, never sent before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fresh {
    /// When it reaches the service.
    pub(super) at: SimTime,
    pub(super) id: u64,
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Agenda {
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn next_at(&self) -> SimTime {
        let fresh = self.fresh.front().map_or(SimTime::NEVER, |fresh| fresh.at);
        match self.others.peek() {
            None => fresh,
            Some(Reverse(other)) => fresh.min(other.at),
        }
    }

    pub(super) fn push(&mut self, request: Request) {
        self.weight += request.weight();
        self.others.push(Reverse(Due {
            at: request.at,
            id: request.id,
            request: Rc::new(request),
        }));
    }

    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn push_fresh(&mut self, fresh: Fresh) {
        if let Some(last) = self.fresh.back()
            && fresh.key() < last.key()
        {
            return self.overtake(fresh);
        }
        self.fresh.push_back(fresh);
    }

    fn overtake(&mut self, fresh: Fresh) {
        let later = |other: &&Fresh| fresh.key() < other.key();
        let overtaken = self.fresh.iter().rev().take(OVERTAKEN).take_while(later);
        match overtaken.count() {
            OVERTAKEN => self.push(fresh.request()),
            n => self.fresh.insert(self.fresh.len() - n, fresh),
        }
    }

    /// The next request, if it is a fresh one.
    #[inline]
    pub(super) fn pop_fresh(&mut self) -> Option<Fresh> {
        let fresh = self.fresh.front()?;
        if let Some(Reverse(other)) = self.others.peek()
            && other.key() < fresh.key()
        {
            return None;
        }
        self.fresh.pop_front()
    }

    /// The next request, if it is not a fresh one.
    pub(super) fn pop(&mut self) -> Option<Request> {
        let Reverse(due) = self.others.pop()?;
        self.weight -= due.request.weight();
        Some(Rc::unwrap_or_clone(due.request))
    }

    /// Everything, soonest first.
    pub(super) fn take(&mut self) -> Vec<Request> {
        for fresh in std::mem::take(&mut self.fresh) {
            self.push(fresh.request());
        }
        self.weight = 0;
        let all = std::mem::take(&mut self.others).into_sorted_vec();
        all.into_iter()
            .rev()
            .map(|Reverse(due)| Rc::unwrap_or_clone(due.request))
            .collect()
    }

    /// The memory it takes, in bytes of a 64-bit machine.
    pub(super) fn weight(&self) -> u64 {
        self.weight + self.fresh.len() as u64 * FRESH_BYTES
    }

    /// Records on their way of which no copy is stored.
    pub(super) fn unstored(&self) -> u64 {
        let fresh: u64 = self.fresh.iter().map(|fresh| fresh.to - fresh.from).sum();
        let others = self.others.iter();
        let others = others.map(|Reverse(due)| due.request.records.unstored());
        fresh + others.sum::<u64>()
    }
}

impl Fresh {
    /// The agenda's order.
    #[allow(clippy::inline_always)] // As above.
    #[inline(always)]
    fn key(&self) -> (SimTime, u64) {
        (self.at, self.id)
    }

    /// The same, for what happens to it from now on.
    pub(super) fn request(self) -> Request {
        Request {
            at: self.at,
            id: self.id,
            records: Records::Fresh(self.from, self.to),
            trouble: None,
        }
    }
}

/// A request on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// When its next stage comes. The agenda's order is (time, id).
    pub(super) at: SimTime,
    pub(super) id: u64,
    pub(super) records: Records,
    /// Kept apart, because nearly no request has any.
    pub(super) trouble: Option<Box<Trouble>>,
}

/// What sets a request apart from one that is sent for the first time and reaches the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) stage: Stage,
    /// Every departure of it but the first, for addressing draws.
    pub(super) tries: u32,
    /// How often the application has sent it, and the SDK has tried this send; from 1.
    pub(super) send: u32,
    pub(super) attempt: u32,
    pub(super) previous_pause: u64,
    /// Tokens that its last retry took from the quota.
    pub(super) paid: u32,
    /// Whether it is one of the few that may be worked on at a time.
    pub(super) counted: bool,
}

/// As if there were none.
const UNTROUBLED: Trouble = Trouble {
    stage: Stage::Arrives,
    tries: 0,
    send: 1,
    attempt: 1,
    previous_pause: 0,
    paid: 0,
    counted: false,
};

impl Request {
    fn weight(&self) -> u64 {
        let segments = match &self.records {
            Records::Fresh(..) => 0,
            Records::Again(segments) => segments.len() as u64,
        };
        REQUEST_BYTES + segments * SEGMENT_BYTES
    }

    /// How it fares.
    #[inline]
    pub(super) fn troubles(&self) -> Trouble {
        self.trouble.as_deref().copied().unwrap_or(UNTROUBLED)
    }

    /// The same, to change.
    pub(super) fn troubled(&mut self) -> &mut Trouble {
        self.trouble.get_or_insert_with(|| Box::new(UNTROUBLED))
    }
}

/// What comes next of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It reaches the service.
    Arrives,
    /// The SDK stops waiting for an answer.
    TimesOut {
        /// Whether the service had answered.
        reached: bool,
    },
    /// Nothing answers, and nothing ends the wait (P20).
    Stuck {
        /// Whether the service had answered.
        reached: bool,
    },
    /// The producer is done with it and free for another.
    Done,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Records {
    /// Ordinals `from..to`, never sent before.
    Fresh(u64, u64),
    /// Sent before, in vain or so it seems.
    Again(Vec<Segment>),
}

/// Ranks `from..to` of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) shard: u16,
    /// Whether they are stored already and the producer does not know (P24).
    pub(super) stored: bool,
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Records {
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Fresh(from, to) => to - from,
            Self::Again(segments) => segments.iter().map(|s| s.to - s.from).sum(),
        }
    }

    /// Those of which no copy is stored.
    pub(super) fn unstored(&self) -> u64 {
        match self {
            Self::Fresh(from, to) => to - from,
            Self::Again(segments) => {
                let unstored = segments.iter().filter(|s| !s.stored);
                unstored.map(|s| s.to - s.from).sum()
            }
        }
    }
}

#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub(super) fn address(request: &Request) -> u64 {
    (request.id << 16) | u64::from(request.trouble.as_ref().map_or(0, |trouble| trouble.tries))
}

impl Fresh {
    /// As [`address`] of its first try.
    #[allow(clippy::inline_always)] // As above.
    #[inline(always)]
    pub(super) fn address(id: u64) -> u64 {
        id << 16
    }
}
