//! What an invocation did to its records: which of them it could not handle, which it handled before (E17).

use super::{Reader, ReaderTape, Surroundings, tally};
use crate::engine::config::{Fails, Handler, IdempotencyKey};
use crate::engine::fact::{Fact, LaneId, Span};
use crate::engine::function::Failing;
use crate::engine::lane_view::{LaneView, Source};
use crate::engine::ledger::Tally;
use crate::engine::time::SimTime;

impl Reader {
    /// How many of these records of the batch the handler has not handled although it did not fail for them.
    pub(super) fn not_handled(
        &self,
        around: &Surroundings<'_>,
        index: usize,
        failing: Failing,
        records: Span,
    ) -> Tally {
        if failing == Failing::None || records.count == 0 {
            return Tally::default();
        }
        let open = self.parts(around, index, records).into_iter();
        open.filter(|(_, fated)| !fated)
            .map(|(part, _)| self.not_handled_part(around, index, failing, part))
            .fold(Tally::default(), |sum, part| sum + part)
    }

    fn not_handled_part(
        &self,
        around: &Surroundings<'_>,
        index: usize,
        failing: Failing,
        records: Span,
    ) -> Tally {
        let lane = &self.lanes[index];
        let (first, end) = (records.first, records.end());
        let poison = lane.view.poison(&around.source, first, end);
        if failing == Failing::All {
            return tally(records.count, poison);
        }
        let bad = lane.view.bad(&around.source, first, end);
        let fails = |&(position, fails): &(u64, Fails)| {
            fails_now(
                &lane.view,
                &around.source,
                &self.failed_times,
                position,
                fails,
            )
        };
        tally(bad.filter(fails).count() as u32, poison)
    }

    /// Notes what a handler that did not fail has not handled.
    pub(super) fn set_aside(
        &mut self,
        around: &Surroundings<'_>,
        (lane, first, count): (LaneId, u64, u32),
        aside: Tally,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        if aside == Tally::default() {
            return;
        }
        let parked = self.settings(around).function.handler == Handler::Parks;
        *(if parked {
            &mut self.fates.parked
        } else {
            &mut self.fates.swallowed
        }) += aside;
        let fact = Fact::RecordsNotHandled {
            lane,
            records: Span { first, count },
            good: aside.good as u32,
            poison: aside.poison as u32,
            parked,
        };
        self.state(tape, at, fact);
    }

    /// Counts the failures of records that fail only the first times.
    pub(super) fn count_failures(&mut self, around: &Surroundings<'_>, index: usize, touched: u32) {
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

    /// Good records this invocation handled for at least the second time (E17), and good copies of others that it
    /// handled for the first time (P24).
    pub(super) fn count_handled(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        touched: u32,
    ) -> (u32, u32) {
        let copies = self.count_copies(around, index, touched);
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
        self.fates.copies_handled += u64::from(copies);
        let (again_caught, copies_caught) = match self.settings(around).function.idempotency {
            IdempotencyKey::None => (0, 0),
            IdempotencyKey::EventId => (again, 0),
            IdempotencyKey::OrderId => (again, copies),
        };
        let caught = u64::from(again_caught) + u64::from(copies_caught);
        self.fates.caught += caught;
        self.fates.charged_twice += u64::from(again) + u64::from(copies) - caught;
        (again, copies)
    }

    /// Good copies among the records of the batch that are handled for the first time.
    fn count_copies(&self, around: &Surroundings<'_>, index: usize, touched: u32) -> u32 {
        let (lane, source) = (&self.lanes[index], &around.source);
        if source.copies.is_empty() {
            return 0;
        }
        let end = lane.batch.span.first + u64::from(touched);
        let first = lane.batch.span.first.max(lane.handled);
        if first >= end {
            return 0;
        }
        let place = |lane_position| lane.view.position(source, lane_position);
        let (Some(low), Some(high)) = (place(first), place(end - 1)) else {
            return 0;
        };
        let is_new = |&position: &u64| {
            let lane_position = lane.view.before(source, position);
            (first..end).contains(&lane_position)
                && place(lane_position) == Some(position)
                && !source.is_pill(position)
        };
        source.copies_in(low..high + 1).filter(is_new).count() as u32
    }
}

/// The index in the batch of the first record that fails this time.
pub(super) fn first_bad(
    view: &LaneView,
    source: &Source<'_>,
    span: Span,
    failed_times: &[(u64, u32)],
) -> Option<u32> {
    if source.bad.is_empty() {
        return None;
    }
    let mut bad = view.bad(source, span.first, span.end());
    bad.find(|&(position, fails)| fails_now(view, source, failed_times, position, fails))
        .map(|(position, _)| (position - span.first) as u32)
}

/// The index in the batch of the first record that ends the invocation, and how it does.
pub(super) fn first_fatal(
    view: &LaneView,
    source: &Source<'_>,
    span: Span,
) -> Option<(u32, Fails)> {
    if source.bad.is_empty() {
        return None;
    }
    let mut bad = view.bad(source, span.first, span.end());
    bad.find(|&(_, fails)| fails.is_fatal())
        .map(|(position, fails)| ((position - span.first) as u32, fails))
}

/// Whether a record fails this time.
fn fails_now(
    view: &LaneView,
    source: &Source<'_>,
    failed_times: &[(u64, u32)],
    lane_position: u64,
    fails: Fails,
) -> bool {
    match fails {
        // What is fatal ends the invocation instead.
        Fails::Never | Fails::TooSlow | Fails::OutOfMemory => false,
        Fails::Always | Fails::NotJson => true,
        Fails::First(times) => {
            let position = view.position(source, lane_position);
            let known = failed_times
                .iter()
                .find(|&&(failed, _)| Some(failed) == position);
            known.map_or(0, |&(_, failed)| failed) < times
        }
    }
}
