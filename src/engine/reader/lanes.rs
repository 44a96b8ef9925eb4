//! Changing the number of lanes in the middle of a run (fact E54, assumption).

use super::{Reader, ReaderTape, Surroundings};
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
        let Some(factor) = self.new_factor else {
            return;
        };
        if !self.lanes.iter().all(Lane::is_idle) {
            return self.refresh(around);
        }
        let source = &around.source;
        let stored = source.log.stored_by(at);
        let heads: Vec<u64> = self
            .lanes
            .iter()
            .map(|lane| {
                lane.view
                    .position(source, lane.head)
                    .unwrap_or(stored)
                    .min(stored)
            })
            .collect();
        let (low, base) = (
            heads.iter().copied().min().unwrap_or(0),
            heads.iter().copied().max().unwrap_or(0),
        );
        let mut left_over = vec![Vec::new(); usize::from(factor)];
        for position in low..base {
            let old = source.lane_of(self.factor, position);
            if heads[usize::from(old)] <= position {
                left_over[usize::from(source.lane_of(factor, position))].push(position);
            }
        }
        let (shard, first_poll, free_at) = (
            self.shard,
            self.first_poll,
            self.lanes
                .iter()
                .map(|lane| lane.free_at)
                .max()
                .unwrap_or(at),
        );
        let behind = self.lanes.iter().any(|lane| lane.behind);
        // Request ids are never used twice (E27).
        let requests = self.lanes.iter().map(|lane| lane.requests).max();
        let requests = requests.unwrap_or(0);
        self.lanes = (0..factor)
            .zip(left_over)
            .map(|(lane, left)| {
                let view = LaneView::after_change(source, factor, lane, base, left.into());
                Lane {
                    requests,
                    behind,
                    ..Lane::new(LaneId { shard, lane }, view, free_at, first_poll)
                }
            })
            .collect();
        self.factor = factor;
        self.new_factor = None;
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
}
