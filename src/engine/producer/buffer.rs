//! A producer that works on so many requests at a time: the others wait in its memory (P31, P33).

use super::Producer;
use super::agenda::{Records, Request, Stage};
use super::tape::StreamTape;
use super::world::World;
use crate::engine::time::SimTime;
use std::collections::VecDeque;

/// What waits for a request to be done. Empty where there is no limit.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffer {
    /// Up to which ordinal records will be ready to be sent, and when.
    coming: VecDeque<(SimTime, u64)>,
    /// Ordinals sent, and ready to be sent, end here.
    pub(super) sent_to: u64,
    pub(super) ready_to: u64,
    pub(super) in_flight: u32,
}

impl Buffer {
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub(super) fn next_at(&self) -> SimTime {
        self.coming.front().map_or(SimTime::NEVER, |&(at, _)| at)
    }

    /// Records up to an ordinal will be ready at a time, which is not before that of others.
    pub(super) fn expect(&mut self, at: SimTime, to: u64) {
        self.coming.push_back((at, to));
    }
}

impl Producer {
    /// Where the ordinals begin that no request has carried yet.
    pub(super) fn unsent_from(&self, world: &World) -> u64 {
        match world.config.producing[0].max_in_flight {
            0 => self.gathered_from,
            _ => self.buffer.sent_to,
        }
    }

    /// Records that wait for a request to be done (P33).
    pub fn buffered(&self) -> u64 {
        self.buffer.ready_to - self.buffer.sent_to
    }

    /// Records are ready to be sent; what does not fit into the buffer pushes out the oldest.
    pub(super) fn fall_due(&mut self, world: &World, at: SimTime, tape: &mut dyn StreamTape) {
        if let Some((_, to)) = self.buffer.coming.pop_front() {
            self.buffer.ready_to = self.buffer.ready_to.max(to);
        }
        self.send_ready(world, at);
        let limit = world.config.producing[0].buffer_limit;
        if limit > 0 && self.buffered() > limit {
            let from = self.buffer.sent_to;
            self.buffer.sent_to = self.buffer.ready_to - limit;
            let pushed_out = self.segments(world, &Records::Fresh(from, self.buffer.sent_to));
            self.abandon(at, &pushed_out, true, tape);
        }
    }

    /// The producer is done with a request.
    pub(super) fn finish(&mut self, mut request: Request, at: SimTime) {
        if request.troubles().counted {
            request.at = at.max(request.at);
            request.records = Records::Fresh(0, 0);
            request.troubled().stage = Stage::Done;
            self.agenda.push(request);
        }
    }

    /// There is room for another request.
    pub(super) fn next_please(&mut self, world: &World, at: SimTime) {
        self.buffer.in_flight = self.buffer.in_flight.saturating_sub(1);
        self.send_ready(world, at);
    }

    fn send_ready(&mut self, world: &World, at: SimTime) {
        let settings = world.config.producing_at(at);
        while self.buffer.in_flight < settings.max_in_flight && self.buffered() > 0 {
            let from = self.buffer.sent_to;
            let to = self
                .buffer
                .ready_to
                .min(from + u64::from(settings.put_batch));
            let to = if world.cuts_requests {
                world.request_end(from, to)
            } else {
                to
            };
            self.buffer.sent_to = to;
            self.buffer.in_flight += 1;
            let mut request = self.fresh_request(from, to);
            request.troubled().counted = true;
            self.depart(world, at, request);
        }
    }
}
