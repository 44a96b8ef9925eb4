//! The SDK: how long a request is on its way, and how often it is tried.

use super::Producer;
use super::agenda::{Records, Request, Segment, address};
use super::tape::StreamTape;
use super::world::World;
use crate::engine::backoff;
use crate::engine::config::{Handling, Producing};
use crate::engine::fact::Fact;
use crate::engine::time::{SimDuration, SimTime};

impl Producer {
    pub(super) fn depart(&mut self, world: &World, departs: SimTime, mut request: Request) {
        request.at = departs + SimDuration(round_trip(world, &request, departs).0 / 2);
        self.agenda.push(request);
    }

    /// 5xx: the SDK repeats the whole request (P13); when it gives up, the application sees an exception.
    pub(super) fn refuse(
        &mut self,
        world: &World,
        settings: &Producing,
        mut request: Request,
        tape: &mut dyn StreamTape,
    ) {
        let at = request.at;
        let segments = segments(world, &request.records);
        let records = segments.iter().map(|s| s.to - s.from).sum::<u64>() as u32;
        self.state(
            tape,
            at,
            Fact::RequestFailed {
                request: request.id,
                attempt: request.attempt,
                records,
            },
        );
        if request.attempt <= settings.sdk_retries {
            let pause = pause(world, settings, &request, request.attempt - 1);
            let departs = reply_at(world, &request) + pause;
            request.attempt += 1;
            request.tries += 1;
            request.previous_pause = pause.0;
            return self.depart(world, departs, request);
        }
        match settings.handling {
            Handling::Naive => self.abandon(at, &segments, true, tape),
            Handling::Correct => {
                request.records = Records::Failed(segments);
                self.resend(world, settings, request, tape);
            }
        }
    }
}

fn segments(world: &World, records: &Records) -> Vec<Segment> {
    match records {
        Records::Failed(segments) => segments.clone(),
        Records::Fresh(from, to) => {
            let shards = usize::from(world.config.shard_count);
            let (mut low, mut high) = (vec![0; shards], vec![0; shards]);
            world.deck.ranks_before(*from, &mut low);
            world.deck.ranks_before(*to, &mut high);
            let all = low.into_iter().zip(high).enumerate();
            all.map(|(shard, (from, to))| Segment {
                shard: shard as u16,
                from,
                to,
            })
            .filter(|s| s.from < s.to)
            .collect()
        }
    }
}

/// Whether the present try of a request is answered 5xx (P13).
pub(super) fn is_server_error(world: &World, settings: &Producing, request: &Request) -> bool {
    settings.server_error_permille > 0
        && world.server_errors.below(address(request), 1_000)
            < u64::from(settings.server_error_permille)
}

/// The round trip of a request's present try, ± 20 % (P31).
fn round_trip(world: &World, request: &Request, departs: SimTime) -> SimDuration {
    let mean = world.config.producing_at(departs).round_trip.0;
    let spread = mean * 2 / 5;
    SimDuration(mean - spread / 2 + world.round_trips.below(address(request), spread + 1))
}

/// When the reply to the present try is back.
pub(super) fn reply_at(world: &World, request: &Request) -> SimTime {
    let trip = round_trip(world, request, request.at);
    request.at + SimDuration(trip.0 - trip.0 / 2)
}

pub(super) fn pause(world: &World, settings: &Producing, request: &Request, n: u32) -> SimDuration {
    let draw = world.pauses.at(address(request));
    let previous = SimDuration(request.previous_pause);
    backoff::pause(
        settings.backoff,
        settings.backoff_base,
        settings.backoff_cap,
        n,
        previous,
        draw,
    )
}
