//! What becomes of a request at the service, and what the application does with the reply.

use super::Producer;
use super::agenda::{Records, Request, Segment};
use super::sdk::{Failure, Reply, is_server_error, pause, reply_at, segments};
use super::tape::StreamTape;
use super::world::World;
use crate::engine::config::{Handling, Producing, PutCall};
use crate::engine::fact::Fact;
use crate::engine::time::SimTime;

impl Producer {
    /// A request reaches the service.
    pub(super) fn arrive(
        &mut self,
        world: &World,
        mut request: Request,
        tape: &mut dyn StreamTape,
    ) {
        let at = request.at;
        self.requests += 1;
        let settings = world.config.producing_at(at);
        if is_server_error(world, settings, &request) {
            return self.fail(world, settings, request, Failure::ServerError, tape);
        }
        let throttled_before = self.entries_throttled;
        let mut failed = Vec::new();
        let records = match &request.records {
            Records::Fresh(from, to) => {
                self.look_up_ranks(world, *from, *to);
                for shard in 0..self.shards.len() {
                    let (from, to) = (self.ranks.low[shard], self.ranks.high[shard]);
                    if from < to {
                        let segment = Segment {
                            shard: shard as u16,
                            from,
                            to,
                        };
                        self.accept(world, at, segment, &mut failed, tape);
                    }
                }
                to - from
            }
            Records::Failed(segments) => {
                for &segment in segments {
                    self.accept(world, at, segment, &mut failed, tape);
                }
                segments.iter().map(|s| s.to - s.from).sum()
            }
        };
        if settings.call == PutCall::PutRecord && !failed.is_empty() {
            return self.fail(world, settings, request, Failure::Throttled, tape);
        }
        let throttled = (self.entries_throttled - throttled_before) as u32;
        let (id, trouble) = (request.id, request.troubles());
        let send = trouble.send;
        self.quota.give_back(trouble.paid);
        self.state(
            tape,
            at,
            Fact::RequestAnswered {
                request: id,
                send,
                records: records as u32,
                throttled,
            },
        );
        if failed.is_empty() {
            return;
        }
        request.records = Records::Failed(failed);
        let reply = Reply {
            heard: reply_at(world, &request),
            is_exception: false,
        };
        self.handle(world, settings, request, reply, tape);
    }

    fn look_up_ranks(&mut self, world: &World, from: u64, to: u64) {
        let ranks = &mut self.ranks;
        if ranks.ordinal == from {
            std::mem::swap(&mut ranks.low, &mut ranks.high);
        } else {
            world.deck.ranks_before(from, &mut ranks.low);
        }
        world.deck.ranks_before(to, &mut ranks.high);
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
                let segments = segments(world, &request.records);
                self.abandon(request.at, &segments, reply.is_exception, tape);
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
        let segments = segments(world, &request.records);
        let send = request.troubles().send;
        if send >= settings.max_sends {
            return self.abandon(request.at, &segments, true, tape);
        }
        let pause = pause(
            world,
            &request,
            settings.backoff,
            [settings.backoff_base, settings.backoff_cap],
            send - 1,
        );
        request.records = Records::Failed(segments);
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
        for segment in segments {
            let count = segment.to - segment.from;
            *(if given_up {
                &mut self.given_up
            } else {
                &mut self.lost_silently
            }) += count;
            let (shard, rank) = (segment.shard, segment.from);
            self.state(
                tape,
                at,
                Fact::RecordsNeverStored {
                    shard,
                    rank,
                    count: count as u32,
                    given_up,
                },
            );
        }
    }
}
