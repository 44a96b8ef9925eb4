//! What an invocation did to its records: which of them it could not handle, which it handled before (E17).

use super::{Reader, ReaderTape, Surroundings, tally};
use crate::engine::config::{Fails, Handler, IdempotencyKey};
use crate::engine::fact::{Cause, Fact, LaneId, Outcome, Span};
use crate::engine::function::Failing;
use crate::engine::lane_view::{LaneView, Source};
use crate::engine::ledger::Tally;
use crate::engine::time::SimTime;

/// So many records back another copy of a record is looked for.
const LOOK_BACK: u64 = 64;

/// A record that fails the first times.
struct Hesitant {
    /// In the lane, and in the shard.
    place: u64,
    position: u64,
    /// Whether it has just been handled for the first time, or once more.
    is_first: bool,
    is_again: bool,
}

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

    /// What the invocation of the batch in hand throws.
    pub(super) fn cause(
        &self,
        around: &Surroundings<'_>,
        index: usize,
        (outcome, touched, failing): (Outcome, u32, Failing),
    ) -> Cause {
        if outcome != Outcome::Error {
            return Cause::Nothing;
        }
        if failing == Failing::All {
            return Cause::Outage;
        }
        let (lane, source) = (&self.lanes[index], &around.source);
        let span = lane.batch.span;
        let bad = first_bad(&lane.view, source, span, &self.failed_times);
        // A crash comes before the handler gets to it.
        let reached = bad.filter(|&bad| failing == Failing::Bad && bad < touched);
        let place = reached.map(|bad| span.first + u64::from(bad));
        let record = place.and_then(|at| lane.view.bad(source, at, at + 1).next());
        record.map_or(Cause::Crash, |(_, fails)| Cause::Record(fails))
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
        at: SimTime,
    ) -> (u32, u32) {
        let hesitant = self.hesitant(around, index, touched);
        let copies = self.count_copies(around, index, touched, &hesitant);
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
        // One that fails at first was not handled yet when it failed.
        let early = hesitant.iter().filter(|one| one.place < lane.handled);
        let again = again - early.count() as u32;
        let late = hesitant.iter().filter(|one| one.is_again).count() as u32;
        let again = again + late;
        lane.note_handled(first, end, around.config.may_have_written_again(at));
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
    fn count_copies(
        &self,
        around: &Surroundings<'_>,
        index: usize,
        touched: u32,
        hesitant: &[Hesitant],
    ) -> u32 {
        let (lane, source) = (&self.lanes[index], &around.source);
        if source.copies.is_empty() {
            return 0;
        }
        let end = lane.batch.span.first + u64::from(touched);
        let first = lane.batch.span.first.max(lane.handled);
        let at_last = hesitant.iter().filter(|one| {
            let copy = source.copies_in(one.position..one.position + 1).next();
            one.is_first && copy.is_some() && self.was_handled(around, index, one.position)
        });
        let at_last = at_last.count() as u32;
        if first >= end {
            return at_last;
        }
        let place = |lane_position| lane.view.position(source, lane_position);
        let (Some(low), Some(high)) = (place(first), place(end - 1)) else {
            return at_last;
        };
        let is_new = |&position: &u64| {
            let lane_position = lane.view.before(source, position);
            (first..end).contains(&lane_position)
                && place(lane_position) == Some(position)
                && !source.is_pill(position)
                && hesitant.iter().all(|one| one.position != position)
                && self.was_handled(around, index, position)
        };
        at_last + source.copies_in(low..high + 1).filter(is_new).count() as u32
    }

    /// Whether another copy of a record was handled before, given the position of a later copy. One that lies further
    /// back than is worth a search was: as a rule nothing is passed by.
    fn was_handled(&self, around: &Surroundings<'_>, index: usize, position: u64) -> bool {
        let (lane, source) = (&self.lanes[index], &around.source);
        let just_passed = lane.handled..lane.batch.span.first;
        if lane.passed_by.is_empty() && just_passed.is_empty() {
            return true;
        }
        let from = position.saturating_sub(LOOK_BACK);
        let (rank, mut later) = (source.log.rank(position), position);
        while let Some(other) = source.log.last_of_rank(rank, from..later) {
            let place = lane.view.before(source, other);
            if !just_passed.contains(&place) && !lane.has_passed_by(place) {
                return true;
            }
            later = other;
        }
        from > 0
    }

    /// The records of the batch that fail the first times and that this invocation has worked on.
    fn hesitant(&self, around: &Surroundings<'_>, index: usize, touched: u32) -> Vec<Hesitant> {
        let (lane, source) = (&self.lanes[index], &around.source);
        if source.bad.is_empty() {
            return Vec::new();
        }
        let first = lane.batch.span.first;
        let bad = lane.view.bad(source, first, first + u64::from(touched));
        bad.filter_map(|(place, fails)| {
            let Fails::First(times) = fails else {
                return None;
            };
            let position = lane.view.position(source, place)?;
            let mut known = self.failed_times.iter();
            let known = known.find(|&&(failed, _)| failed == position);
            let tried = known.map_or(0, |&(_, tried)| tried);
            Some(Hesitant {
                place,
                position,
                is_first: tried == times + 1,
                is_again: tried > times + 1,
            })
        })
        .collect()
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
        // What is fatal ends the invocation instead, and what is too large never gets so far.
        Fails::Never | Fails::TooSlow | Fails::OutOfMemory | Fails::TooLarge => false,
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
