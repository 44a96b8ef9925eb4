//! Folds facts into the periods of a window, metric by metric. The second code path beside the engine's own counters.

mod reader;
mod stream;

use super::metrics::{Metric, Period};
use crate::engine::time::{SimDuration, SimTime};
pub(super) use reader::{ReaderFold, ReaderHearing};
pub(super) use stream::{StreamFold, StreamHearing};

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
    turns.sort_unstable();
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
