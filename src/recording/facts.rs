//! Facts told again: a replay that also says where in its shard each record of a fact lies.

use crate::engine::fact::{Fact, Span};
use crate::engine::lane::Lane;
use crate::engine::lane_view::{LaneView, Source};
use crate::engine::producer::tape::StreamTape;
use crate::engine::reader::{Reader, ReaderTape};
use crate::engine::time::SimTime;

/// A fact, told again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: SimTime,
    /// What.
    pub fact: Fact,
    /// The records of each of [`Fact::lane_records`]' spans; both empty for facts of the producer.
    pub records: [Positions; 2],
}

/// Positions in a shard, ascending, as ranges `(first, last)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions(pub Vec<(u64, u64)>);

impl Positions {
    /// The first position.
    pub fn first(&self) -> Option<u64> {
        self.0.first().map(|&(first, _)| first)
    }

    /// The last position.
    pub fn last(&self) -> Option<u64> {
        self.0.last().map(|&(_, last)| last)
    }

    /// Every position.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|&(first, last)| first..=last)
    }

    /// Adds one behind the last.
    fn push(&mut self, position: u64) {
        match self.0.last_mut() {
            Some((_, last)) if *last + 1 == position => *last = position,
            _ => self.0.push((position, position)),
        }
    }

    /// The lane's records, which are stored, in the shard.
    fn of(view: &LaneView, source: &Source<'_>, span: Span) -> Self {
        let mut positions = Self::default();
        for lane_position in span.first..span.end() {
            let Some(position) = view.position(source, lane_position) else {
                break;
            };
            positions.push(position);
        }
        positions
    }
}

/// Collects the producer's facts from a moment on.
pub(super) struct StreamFacts {
    pub(super) from: SimTime,
    pub(super) told: Vec<Told>,
}

impl StreamTape for StreamFacts {
    fn hear(&mut self, at: SimTime, fact: Fact) {
        if self.from <= at {
            let records = Default::default();
            self.told.push(Told { at, fact, records });
        }
    }
}

/// Collects a reader's facts from a moment on.
pub(super) struct ReaderFacts<'a> {
    from: SimTime,
    source: Source<'a>,
    /// The view of each lane: it gives lane positions their meaning, and changes with the lanes (E54).
    views: Vec<LaneView>,
    pub(super) told: Vec<Told>,
}

impl<'a> ReaderFacts<'a> {
    pub(super) fn new(from: SimTime, source: Source<'a>, reader: &Reader) -> Self {
        let mut tape = Self {
            from,
            source,
            views: Vec::new(),
            told: Vec::new(),
        };
        tape.lanes(&reader.lanes);
        tape
    }
}

impl ReaderFacts<'_> {
    /// The positions of `from..to` that are no lane's; a single one is always meant.
    fn unwanted(&self, from: u64, to: u64) -> Positions {
        let source = &self.source;
        let is_in = |view: &LaneView, position| {
            view.position(source, view.before(source, position)) == Some(position)
        };
        let mut positions = Positions::default();
        for position in from..to {
            if to - from == 1 || !self.views.iter().any(|view| is_in(view, position)) {
                positions.push(position);
            }
        }
        positions
    }
}

impl ReaderTape for ReaderFacts<'_> {
    fn hear(&mut self, at: SimTime, fact: Fact) {
        if at < self.from {
            return;
        }
        let records = fact.lane_records().map(|(lane, spans)| {
            let view = &self.views[usize::from(lane.lane)];
            spans.map(|span| Positions::of(view, &self.source, span))
        });
        let mut records = records.unwrap_or_default();
        if let Fact::RecordsFiltered { from, to, .. } = fact {
            records[0] = self.unwanted(from, to);
        }
        self.told.push(Told { at, fact, records });
    }

    fn lanes(&mut self, lanes: &[Lane]) {
        self.views = lanes.iter().map(|lane| lane.view.clone()).collect();
    }
}

/// Collects facts that concern logs, without the places of their records.
#[derive(Clone)]
pub(super) struct BareFacts {
    pub(super) from: SimTime,
    pub(super) told: Vec<(SimTime, Fact)>,
}

impl BareFacts {
    fn take(&mut self, at: SimTime, fact: Fact) {
        let is_wanted = matches!(
            fact,
            Fact::InvocationStarted { .. }
                | Fact::InvocationEnded { .. }
                | Fact::RequestFailed { .. }
                | Fact::RequestUnanswered { .. }
                | Fact::RetryQuotaSpent { .. }
                | Fact::RecordsNeverStored { .. }
        ) || matches!(fact, Fact::RequestAnswered { throttled, .. } if throttled > 0);
        if self.from <= at && is_wanted {
            self.told.push((at, fact));
        }
    }
}

impl StreamTape for BareFacts {
    fn hear(&mut self, at: SimTime, fact: Fact) {
        self.take(at, fact);
    }
}

impl ReaderTape for BareFacts {
    fn hear(&mut self, at: SimTime, fact: Fact) {
        self.take(at, fact);
    }
}
