//! Records that the filter does not want: the reader passes them by, and nobody is invoked for them (fact E51).
//!
//! They lie between the lanes' records and belong to no lane. Whoever reads past them counts them, so that the cost
//! follows batches and minutes. While nothing else is read they are counted at the end of each minute; what passes
//! retention unread counts as filtered out, too, because nobody wanted it.

use super::batch::poll_before;
use super::{Reader, ReaderTape, Surroundings, tally};
use crate::engine::config::Filter;
use crate::engine::fact::Fact;
use crate::engine::time::SimTime;

impl Reader {
    /// Counts what was read up to the last poll.
    pub(super) fn sift_polled(
        &mut self,
        around: &Surroundings<'_>,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let reads = self.polls(around) && self.starts_at.max(self.first_poll) <= at;
        if self.split.filter != Filter::NONE && reads {
            let polled = poll_before(self.first_poll, around.config.poll_interval.0, at);
            self.sift(around, polled, at, tape);
        }
    }

    /// Counts what lies before the next record of every lane, as far as it was stored when the shard was polled.
    pub(super) fn sift(
        &mut self,
        around: &Surroundings<'_>,
        polled: SimTime,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        if self.split.filter == Filter::NONE {
            return;
        }
        let source = &around.source;
        let heads = self.lanes.iter();
        let heads = heads.filter_map(|lane| lane.view.position(source, lane.head));
        let to = heads.fold(source.log.stored_by(polled), u64::min);
        self.sift_to(around, to, at, tape);
    }

    /// Counts what lies below a position of the shard.
    pub(super) fn sift_to(
        &mut self,
        around: &Surroundings<'_>,
        to: u64,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let from = self.sifted;
        if self.split.filter == Filter::NONE || to <= from {
            return;
        }
        let source = &around.source;
        let wanted: u64 = self
            .lanes
            .iter()
            .map(|lane| lane.view.before(source, to) - lane.view.before(source, from))
            .sum();
        self.sifted = to;
        self.filtered_out(around, (from, to), to - from - wanted, at, tape);
    }

    /// Counts a single record.
    pub(super) fn sift_one(
        &mut self,
        around: &Surroundings<'_>,
        position: u64,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        self.filtered_out(around, (position, position + 1), 1, at, tape);
    }

    fn filtered_out(
        &mut self,
        around: &Surroundings<'_>,
        (from, to): (u64, u64),
        count: u64,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        if count == 0 {
            return;
        }
        let source = &around.source;
        let bad = source.bad;
        let start = bad.partition_point(|bad| bad.position < from);
        let inside = bad[start..].iter().take_while(|bad| bad.position < to);
        let pills = inside.filter(|bad| bad.fails.is_pill());
        // A single record is here because it is not wanted, by whichever filter.
        let unwanted = |position| to - from == 1 || source.lane_of(self.split, position).is_none();
        let poison = pills.filter(|bad| unwanted(bad.position)).count() as u32;
        let count = count as u32;
        self.fates.filtered += tally(count, poison);
        self.settled_at = self.settled_at.max(at);
        let shard = self.shard;
        self.state(
            tape,
            at,
            Fact::RecordsFiltered {
                shard,
                from,
                to,
                count,
                poison,
            },
        );
    }
}
