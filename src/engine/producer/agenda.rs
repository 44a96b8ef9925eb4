//! Requests on their way to the service, soonest first.

use crate::engine::time::SimTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Requests on their way, soonest first. Nearly always there is one, so that the heap stays empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    soonest: Option<Request>,
    later: BinaryHeap<Reverse<Request>>,
}

impl Agenda {
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn next_at(&self) -> SimTime {
        self.soonest
            .as_ref()
            .map_or(SimTime::NEVER, |request| request.at)
    }

    #[inline]
    pub(super) fn push(&mut self, request: Request) {
        match &mut self.soonest {
            None => self.soonest = Some(request),
            Some(soonest) if request < *soonest => {
                let later = std::mem::replace(soonest, request);
                self.later.push(Reverse(later));
            }
            Some(_) => self.later.push(Reverse(request)),
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Request> {
        let next = self.later.pop().map(|Reverse(request)| request);
        std::mem::replace(&mut self.soonest, next)
    }

    /// Everything, soonest first.
    pub(super) fn take(&mut self) -> Vec<Request> {
        let later = std::mem::take(&mut self.later).into_sorted_vec();
        let first = self.soonest.take().into_iter();
        first
            .chain(later.into_iter().rev().map(|Reverse(request)| request))
            .collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Request> {
        self.soonest
            .iter()
            .chain(self.later.iter().map(|Reverse(request)| request))
    }
}

/// A request on its way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Request {
    /// When its next stage comes. First field: the agenda's order is (time, id).
    pub(super) at: SimTime,
    pub(super) id: u64,
    pub(super) records: Records,
    /// Kept apart, because nearly no request has any.
    pub(super) trouble: Option<Box<Trouble>>,
}

/// What sets a request apart from one that is sent for the first time and reaches the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Records {
    /// Ordinals `from..to`, never sent before.
    Fresh(u64, u64),
    /// Sent before, in vain or so it seems.
    Again(Vec<Segment>),
}

/// Ranks `from..to` of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
