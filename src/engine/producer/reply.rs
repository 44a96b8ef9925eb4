//! What becomes of a request at the service, and what the application does with the reply.

use super::Producer;
use super::agenda::{Fresh, Records, Request, Segment};
use super::sdk::{
    Failure, Reply, is_reply_lost, is_server_error, may_fail, pause, reply_at, round_trip,
};
use super::tape::StreamTape;
use super::world::World;
use crate::engine::config::{Handling, Producing, PutCall};
use crate::engine::fact::Fact;
use crate::engine::time::SimTime;

impl Producer {
    /// A request reaches the service.
    pub(super) fn arrive(&mut self, world: &World, request: Request, tape: &mut dyn StreamTape) {
        let at = request.at;
        self.begin_second(at);
        self.requests += 1;
        let settings = world.config.producing_at(at);
        let is_heard = !is_reply_lost(world, settings, &request);
        if self.told_all && is_heard {
            tape.answered(at, round_trip(world, settings, &request));
        }
        if is_server_error(world, settings, &request) {
            self.sends += request.records.count();
            return self.fail(
                world,
                settings,
                request,
                Failure::ServerError,
                is_heard,
                tape,
            );
        }
        if world.has_oversized && self.has_oversized(world, &request.records) {
            self.sends += request.records.count();
            return self.reject(world, request, tape);
        }
        let throttled_before = self.entries_throttled;
        let mut failed = Vec::new();
        let id = request.id;
        match &request.records {
            &Records::Fresh(from, to) => {
                let fresh = Fresh { at, id, from, to };
                self.accept_fresh(world, fresh, &mut failed, tape);
            }
            Records::Again(segments) => {
                failed.reserve(segments.len());
                if segments.iter().all(|s| self.map.is_open(s.shard)) {
                    for &segment in segments {
                        self.accept(world, at, segment, &mut failed, tape);
                    }
                } else {
                    for segment in self.on_open_shards(world, segments) {
                        self.accept(world, at, segment, &mut failed, tape);
                    }
                }
            }
        }
        self.sends += request.records.count();
        let throttled = (self.entries_throttled - throttled_before) as u32;
        self.answer(world, request, (failed, throttled), is_heard, tape);
    }

    /// A request that nothing has happened to yet reaches the service.
    pub(super) fn arrive_fresh(&mut self, world: &World, fresh: Fresh, tape: &mut dyn StreamTape) {
        let settings = world.config.producing_at(fresh.at);
        if self.told_all || may_fail(settings) || world.has_oversized {
            return self.arrive(world, fresh.request(), tape);
        }
        let records = fresh.to - fresh.from;
        self.begin_second(fresh.at);
        self.requests += 1;
        self.sends += records;
        let throttled_before = self.entries_throttled;
        let mut failed = Vec::new();
        self.accept_fresh(world, fresh, &mut failed, tape);
        if !failed.is_empty() {
            let throttled = (self.entries_throttled - throttled_before) as u32;
            return self.answer(world, fresh.request(), (failed, throttled), true, tape);
        }
        let fact = Fact::RequestAnswered {
            request: fresh.id,
            send: 1,
            records: records as u32,
            throttled: 0,
        };
        self.state(tape, fresh.at, fact);
        self.quota.give_back(0);
    }

    /// The service answers a request of which it refused some records.
    fn answer(
        &mut self,
        world: &World,
        mut request: Request,
        (failed, throttled): (Vec<Segment>, u32),
        is_heard: bool,
        tape: &mut dyn StreamTape,
    ) {
        let at = request.at;
        let settings = world.config.producing_at(at);
        if settings.call == PutCall::PutRecord && !failed.is_empty() {
            return self.fail(world, settings, request, Failure::Throttled, is_heard, tape);
        }
        let trouble = request.troubles();
        let fact = Fact::RequestAnswered {
            request: request.id,
            send: trouble.send,
            records: request.records.count() as u32,
            throttled,
        };
        self.state(tape, at, fact);
        if !is_heard {
            let sent = self.on_open_shards(world, &self.segments(world, &request.records));
            request.records = Records::Again(mark_stored(sent, &failed));
            return self.wait_in_vain(world, settings, request);
        }
        self.quota.give_back(trouble.paid);
        if failed.is_empty() {
            if trouble.counted {
                let heard = reply_at(world, &request);
                self.finish(request, heard);
            }
            return;
        }
        request.records = Records::Again(failed);
        let reply = Reply {
            heard: reply_at(world, &request),
            is_exception: false,
        };
        self.handle(world, settings, request, reply, tape);
    }

    /// Whether a record is larger than the stream takes (P3).
    fn has_oversized(&self, world: &World, records: &Records) -> bool {
        let limit = world.config.max_record_bytes;
        match records {
            Records::Fresh(from, to) => (*from..*to).any(|at| world.deck.size(at) > limit),
            Records::Again(segments) => segments.iter().any(|segment| {
                let shard = self.map.shard(segment.shard);
                (segment.from..segment.to).any(|rank| shard.charged(rank, rank + 1) > limit)
            }),
        }
    }

    /// One record too large condemns its whole request; the SDK does not repeat it, and sent again it would be refused
    /// again, so that the application gives it up (P11).
    fn reject(&mut self, world: &World, request: Request, tape: &mut dyn StreamTape) {
        let segments = self.segments(world, &request.records);
        let records = segments.iter().map(|s| s.to - s.from).sum::<u64>() as u32;
        let fact = Fact::RequestRejected {
            request: request.id,
            records,
        };
        self.state(tape, request.at, fact);
        self.abandon(request.at, &segments, true, tape);
        let heard = reply_at(world, &request);
        self.finish(request, heard);
    }

    pub(super) fn look_up_ranks(&mut self, world: &World, from: u64, to: u64) {
        let ranks = &mut self.ranks;
        if ranks.ordinal == from {
            std::mem::swap(&mut ranks.low, &mut ranks.high);
        } else {
            self.map.place_before(&world.deck, from, &mut ranks.low);
        }
        self.map.place_before(&world.deck, to, &mut ranks.high);
        ranks.ordinal = to;
    }

    /// What the application does with records that are not stored: with an exception, or with failed entries behind a
    /// 200 that hides them from who does not look (P8, P25).
    pub(super) fn handle(
        &mut self,
        world: &World,
        settings: &Producing,
        request: Request,
        reply: Reply,
        tape: &mut dyn StreamTape,
    ) {
        match settings.handling {
            Handling::Correct => self.resend(world, settings, request, reply.heard, tape),
            Handling::Naive => {
                let segments = self.segments(world, &request.records);
                self.abandon(request.at, &segments, reply.is_exception, tape);
                self.finish(request, reply.heard);
            }
        }
    }

    /// The application sends failed entries again, bounded and backing off (P25).
    fn resend(
        &mut self,
        world: &World,
        settings: &Producing,
        mut request: Request,
        heard: SimTime,
        tape: &mut dyn StreamTape,
    ) {
        let segments = match request.records {
            Records::Again(segments) => segments,
            Records::Fresh(..) => self.segments(world, &request.records),
        };
        request.records = Records::Again(Vec::new());
        let send = request.troubles().send;
        if send >= settings.max_sends {
            self.abandon(request.at, &segments, true, tape);
            return self.finish(request, heard);
        }
        let pause = pause(
            world,
            &request,
            settings.backoff,
            [settings.backoff_base, settings.backoff_cap],
            send - 1,
        );
        request.records = Records::Again(segments);
        let trouble = request.troubled();
        trouble.send += 1;
        trouble.attempt = 1;
        trouble.paid = 0;
        self.depart_after(world, heard, pause, request);
    }

    pub(super) fn abandon(
        &mut self,
        at: SimTime,
        segments: &[Segment],
        given_up: bool,
        tape: &mut dyn StreamTape,
    ) {
        self.forget(segments);
        for segment in segments {
            let Segment {
                shard,
                stored,
                from: rank,
                to,
            } = *segment;
            let count = (to - rank) as u32;
            let fact = match (stored, given_up) {
                (true, false) => continue,
                (true, true) => {
                    self.stored_given_up += to - rank;
                    Fact::StoredGivenUp { shard, rank, count }
                }
                (false, _) => {
                    *(if given_up {
                        &mut self.given_up
                    } else {
                        &mut self.lost_silently
                    }) += to - rank;
                    Fact::RecordsNeverStored {
                        shard,
                        rank,
                        count,
                        given_up,
                    }
                }
            };
            self.state(tape, at, fact);
        }
    }
}

/// The parts of a request whose reply was lost: those of which the service stored a copy, and those it refused.
fn mark_stored(all: Vec<Segment>, failed: &[Segment]) -> Vec<Segment> {
    let mut marked = Vec::with_capacity(all.len());
    for segment in all {
        // Refusals of neighbouring segments may be one.
        let touches = |part: &&Segment| {
            part.shard == segment.shard && part.from < segment.to && segment.from < part.to
        };
        let mut from = segment.from;
        for part in failed.iter().filter(touches) {
            let refused = Segment {
                from: part.from.max(from),
                to: part.to.min(segment.to),
                ..segment
            };
            if from < refused.from {
                marked.push(Segment {
                    stored: true,
                    from,
                    to: refused.from,
                    ..segment
                });
            }
            marked.push(refused);
            from = refused.to;
        }
        if from < segment.to {
            marked.push(Segment {
                stored: true,
                from,
                ..segment
            });
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Segments of shard 0 as from, to and whether they are stored.
    fn segments(parts: &[(u64, u64, bool)]) -> Vec<Segment> {
        let segment = |&(from, to, stored)| Segment {
            shard: 0,
            stored,
            from,
            to,
        };
        parts.iter().map(segment).collect()
    }

    #[test]
    fn what_was_refused_is_not_stored_and_the_rest_is() {
        for (sent, refused, marked) in [
            (
                &[(0, 10, false)][..],
                &[(2, 4, false), (7, 10, false)][..],
                &[(0, 2, true), (2, 4, false), (4, 7, true), (7, 10, false)][..],
            ),
            (&[(0, 10, false)], &[], &[(0, 10, true)]),
            // A copy was stored before, and another is refused.
            (
                &[(0, 4, true)],
                &[(1, 4, true)],
                &[(0, 1, true), (1, 4, true)],
            ),
            // One refusal of two segments.
            (
                &[(0, 4, false), (4, 8, false)],
                &[(2, 6, false)],
                &[(0, 2, true), (2, 4, false), (4, 6, false), (6, 8, true)],
            ),
        ] {
            assert_eq!(
                mark_stored(segments(sent), &segments(refused)),
                segments(marked),
                "{sent:?} {refused:?}"
            );
        }
    }
}
