//! Changing the number of lanes in the middle of a run (fact E54, assumption).

use super::{Reader, ReaderTape, Surroundings};
use crate::engine::config::Split;
use crate::engine::fact::{Fact, LaneId};
use crate::engine::lane::Lane;
use crate::engine::lane_view::LaneView;
use crate::engine::time::SimTime;

impl Reader {
    /// Changes the number of lanes once no batch is in flight or waits to be tried again (E54, assumption).
    pub(super) fn change_lanes(
        &mut self,
        around: &Surroundings<'_>,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let Some(split) = self.new_split else {
            return;
        };
        if !self.lanes.iter().all(Lane::is_idle) {
            return self.refresh(around);
        }
        let factor = split.factor;
        let source = &around.source;
        let stored = source.log.stored_by(at);
        // What nobody has read is the new lanes', whatever the old filter would have said.
        let unread_from = if self.polls(around) {
            stored
        } else {
            self.read_to.max(self.sifted)
        };
        let head = |lane: &Lane| {
            let place = |lane_position| lane.view.position(source, lane_position);
            let next = place(lane.head).unwrap_or(stored).min(stored);
            // What is before that may have expired unread.
            let gone = lane.head.checked_sub(1).and_then(place);
            next.min(unread_from.max(gone.map_or(0, |gone| gone + 1)))
        };
        let heads: Vec<u64> = self.lanes.iter().map(head).collect();
        let (low, base) = (
            heads.iter().copied().min().unwrap_or(0),
            heads.iter().copied().max().unwrap_or(0),
        );
        self.sift_to(around, low, at, tape);
        let left_over = self.left_over(around, split, (low, base), at, tape);
        self.sifted = self.sifted.max(base);
        let (shard, first_poll) = (self.shard, self.first_poll);
        let free_at = self.lanes.iter().map(|lane| lane.free_at).max();
        let free_at = free_at.unwrap_or(at);
        let behind = self.lanes.iter().any(|lane| lane.behind);
        // Request ids are never used twice (E27).
        let requests = self.lanes.iter().map(|lane| lane.requests).max();
        let requests = requests.unwrap_or(0);
        self.lanes = (0..factor)
            .zip(left_over)
            .map(|(lane, left)| {
                let view = LaneView::after_change(source, split, lane, base, left.into());
                Lane {
                    requests,
                    behind,
                    ..Lane::new(LaneId { shard, lane }, view, free_at, first_poll)
                }
            })
            .collect();
        self.split = split;
        self.new_split = None;
        self.anew += 1;
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

    /// The records between the lowest and the highest head that still want a lane, by their new one.
    fn left_over(
        &mut self,
        around: &Surroundings<'_>,
        split: Split,
        (low, base): (u64, u64),
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) -> Vec<Vec<u64>> {
        let source = &around.source;
        let mut left_over = vec![Vec::new(); usize::from(split.factor)];
        for position in low..base {
            // A lane may have records left over from an earlier change, with others between them long done.
            let place = |lane: &Lane| {
                let place = lane.view.before(source, position);
                let is_its = lane.view.position(source, place) == Some(position);
                is_its.then_some(place >= lane.head)
            };
            match self.lanes.iter().find_map(place) {
                Some(true) => match source.lane_of(split, position) {
                    Some(new) => left_over[usize::from(new)].push(position),
                    None if self.has_fate(position) => {}
                    None => self.sift_one(around, position, at, tape),
                },
                // What the old filter did not want counts as read between the lanes' heads.
                None if self.sifted <= position => self.sift_one(around, position, at, tape),
                _ => {}
            }
        }
        left_over
    }
}
