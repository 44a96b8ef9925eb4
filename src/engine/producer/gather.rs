//! What the application makes, tick by tick, and when the producer sends it.

use super::Producer;
use super::agenda::{Records, Request};
use super::world::World;
use crate::engine::config::Traffic;
use crate::engine::time::{SimDuration, SimTime};

impl Producer {
    /// Draws a tick's records and sends what is due within it.
    pub(super) fn open_tick(&mut self, world: &World) {
        let start = self.tick_at;
        self.open_first += self.open_count;
        self.open_count = match &world.config.traffic {
            Traffic::Generated(traffic) => self.ticks.count(world, traffic, self.tick),
            Traffic::Explicit(records) => {
                let end = start + self.tick_length;
                records[self.open_first as usize..].partition_point(|record| record.at < end) as u64
            }
        };
        self.tick += 1;
        self.tick_at = start + self.tick_length;
        self.send_due(world, start);
        if let Traffic::Explicit(records) = &world.config.traffic {
            self.skip_quiet_ticks(records.get(self.drawn() as usize).map(|record| record.at));
        }
    }

    /// Sends full requests at the time of the record that fills them, and the rest when the linger ends.
    fn send_due(&mut self, world: &World, start: SimTime) {
        let (drawn, size) = (
            self.drawn(),
            u64::from(world.config.producing_at(start).put_batch),
        );
        while let Some((count, filled_by)) = self.full_request(world, drawn, size) {
            let last = filled_by - self.open_first;
            let departs = match &world.config.traffic {
                Traffic::Generated(_) => {
                    start + SimDuration(self.tick_length.0 * (2 * last + 1) / (2 * self.open_count))
                }
                Traffic::Explicit(records) => records[(self.open_first + last) as usize].at,
            };
            self.send_fresh(world, departs, count);
        }
        // Nearly always a tick is the whole linger, and a division would cost more than the rest.
        let is_over = self.ticks_per_linger == 1 || self.tick.is_multiple_of(self.ticks_per_linger);
        if is_over && drawn > self.gathered_from {
            self.send_fresh(world, self.tick_at, drawn - self.gathered_from);
        }
    }

    /// How many records fill the next request, and the ordinal of the one that shows it: the last it takes, or the first
    /// that it has no room for (P1, P2).
    #[inline]
    fn full_request(&self, world: &World, drawn: u64, size: u64) -> Option<(u64, u64)> {
        let from = self.gathered_from;
        if world.cuts_requests {
            let to = world.request_end(from, drawn.min(from + size));
            if to < drawn && to < from + size {
                return Some((to - from, to));
            }
        }
        (drawn - from >= size).then(|| (size, from + size - 1))
    }

    /// With nothing gathered, the next tick worth opening is the next record's.
    fn skip_quiet_ticks(&mut self, next_record: Option<SimTime>) {
        if self.gathered_from < self.drawn() {
            return;
        }
        match next_record {
            None => self.tick_at = SimTime::NEVER,
            Some(at) => {
                let tick = (at.0 / self.tick_length.0).max(self.tick);
                self.tick_at = SimTime(tick * self.tick_length.0);
                self.tick = tick;
            }
        }
    }

    fn send_fresh(&mut self, world: &World, departs: SimTime, count: u64) {
        let from = self.gathered_from;
        self.gathered_from += count;
        if world.config.producing[0].max_in_flight > 0 {
            return self.buffer.expect(departs, self.gathered_from);
        }
        self.depart_fresh(world, departs, (from, self.gathered_from));
    }

    /// A request of its own for records never sent before.
    #[inline]
    pub(super) fn fresh_request(&mut self, from: u64, to: u64) -> Request {
        let id = self.next_request;
        self.next_request += 1;
        Request {
            at: SimTime::ZERO,
            id,
            records: Records::Fresh(from, to),
            trouble: None,
        }
    }
}
