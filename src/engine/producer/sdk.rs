//! The SDK: how long a request is on its way, and how often it is tried.

use super::Producer;
use super::agenda::{Fresh, Request, Stage, address};
use super::tape::StreamTape;
use super::world::World;
use crate::engine::backoff;
use crate::engine::config::{BackoffPolicy, Limit, Producing, Sdk};
use crate::engine::fact::Fact;
use crate::engine::time::{SimDuration, SimTime};

/// Why an attempt came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// 5xx (P13).
    ServerError,
    /// `PutRecord` was throttled (P12).
    Throttled,
    /// No answer in time (P15).
    TimedOut,
}

/// What the application learns of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    /// When.
    pub(super) heard: SimTime,
    /// Whether as an exception.
    pub(super) is_exception: bool,
}

impl Producer {
    /// Sends records for the first time.
    #[inline]
    pub(super) fn depart_fresh(&mut self, world: &World, departs: SimTime, (from, to): (u64, u64)) {
        let settings = world.config.producing_at(departs);
        if settings.black_hole_permille > 0 {
            let request = self.fresh_request(from, to);
            return self.depart(world, departs, request);
        }
        let id = self.next_request;
        self.next_request += 1;
        let trip = trip(world, settings, Fresh::address(id));
        let at = departs + SimDuration(trip.0 / 2);
        self.agenda.push_fresh(Fresh { at, id, from, to });
    }

    /// Sends a request, to the service or into the black hole.
    pub(super) fn depart(&mut self, world: &World, departs: SimTime, mut request: Request) {
        let settings = world.config.producing_at(departs);
        if is_black_holed(world, settings, &request) {
            let stage;
            (request.at, stage) = match patience(&settings.sdk) {
                Limit::AtMost(span) => (departs + span, Stage::TimesOut { reached: false }),
                Limit::Infinite => (departs, Stage::Stuck { reached: false }),
            };
            request.troubled().stage = stage;
        } else {
            request.at = departs + SimDuration(round_trip(world, settings, &request).0 / 2);
            if let Some(trouble) = &mut request.trouble {
                trouble.stage = Stage::Arrives;
            }
        }
        self.agenda.push(request);
    }

    /// Sends a request once more.
    pub(super) fn depart_after(
        &mut self,
        world: &World,
        heard: SimTime,
        pause: SimDuration,
        mut request: Request,
    ) {
        let trouble = request.troubled();
        trouble.tries += 1;
        trouble.previous_pause = pause.0;
        self.depart(world, heard + pause, request);
    }

    /// The service answered with an error: nothing of the request is written (P12, P13).
    pub(super) fn fail(
        &mut self,
        world: &World,
        settings: &Producing,
        request: Request,
        failure: Failure,
        is_heard: bool,
        tape: &mut dyn StreamTape,
    ) {
        self.state(
            tape,
            request.at,
            Fact::RequestFailed {
                request: request.id,
                attempt: request.troubles().attempt,
                records: request.records.count() as u32,
                throttled: failure == Failure::Throttled,
            },
        );
        if !is_heard {
            return self.wait_in_vain(world, settings, request);
        }
        let heard = reply_at(world, &request);
        self.retry(world, settings, request, (failure, heard), tape);
    }

    /// The service did its part, but the reply is lost, or comes when the SDK has stopped waiting (P24).
    pub(super) fn wait_in_vain(
        &mut self,
        world: &World,
        settings: &Producing,
        mut request: Request,
    ) {
        let departed = request
            .at
            .before(SimDuration(round_trip(world, settings, &request).0 / 2));
        let reached = true;
        request.troubled().stage = match settings.sdk.request_timeout {
            Limit::AtMost(span) => {
                request.at = request.at.max(departed + span);
                Stage::TimesOut { reached }
            }
            Limit::Infinite => Stage::Stuck { reached },
        };
        self.agenda.push(request);
    }

    /// Nothing answered within the timeout, or nothing ever will and there is none (P15, P16, P20).
    pub(super) fn stop_waiting(
        &mut self,
        world: &World,
        request: Request,
        reached: bool,
        tape: &mut dyn StreamTape,
    ) {
        let (at, records) = (request.at, request.records.count());
        let for_ever = matches!(request.troubles().stage, Stage::Stuck { .. });
        if !reached {
            self.requests += 1;
            self.sends += records;
        }
        self.state(
            tape,
            at,
            Fact::RequestUnanswered {
                request: request.id,
                attempt: request.troubles().attempt,
                records: records as u32,
                reached,
                for_ever,
            },
        );
        if for_ever {
            self.stuck += request.records.unstored();
            self.forget(&self.segments(world, &request.records));
            return;
        }
        let settings = world.config.producing_at(at);
        self.retry(world, settings, request, (Failure::TimedOut, at), tape);
    }

    /// The SDK repeats the whole request; when it gives up, the application sees an exception (P13, P23).
    fn retry(
        &mut self,
        world: &World,
        settings: &Producing,
        mut request: Request,
        (failure, heard): (Failure, SimTime),
        tape: &mut dyn StreamTape,
    ) {
        let sdk = &settings.sdk;
        let attempt = request.troubles().attempt;
        if attempt <= sdk.retries {
            if let Some(paid) = self.quota.take(&sdk.quota, failure) {
                let base = match failure {
                    Failure::Throttled => sdk.throttling_base,
                    Failure::ServerError | Failure::TimedOut => sdk.base,
                };
                let pause = pause(world, &request, sdk.backoff, [base, sdk.cap], attempt - 1);
                let trouble = request.troubled();
                trouble.attempt += 1;
                trouble.paid = paid;
                return self.depart_after(world, heard, pause, request);
            }
            let fact = Fact::RetryQuotaSpent {
                request: request.id,
                attempt,
            };
            self.state(tape, request.at, fact);
        }
        let reply = Reply {
            heard,
            is_exception: true,
        };
        self.handle(world, settings, request, reply, tape);
    }
}

/// Whether the present try of a request is answered 5xx (P13).
pub(super) fn is_server_error(world: &World, settings: &Producing, request: &Request) -> bool {
    settings.server_error_permille > 0
        && world.server_errors.below(address(request), 1_000)
            < u64::from(settings.server_error_permille)
}

/// The round trip of a request's present try, ± 20 % (P31).
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub(super) fn round_trip(world: &World, settings: &Producing, request: &Request) -> SimDuration {
    trip(world, settings, address(request))
}

#[allow(clippy::inline_always)] // As above.
#[inline(always)]
fn trip(world: &World, settings: &Producing, address: u64) -> SimDuration {
    let mean = settings.round_trip.0;
    let spread = mean * 2 / 5;
    SimDuration(mean - spread / 2 + world.round_trips.below(address, spread + 1))
}

/// When the reply to the present try is back.
pub(super) fn reply_at(world: &World, request: &Request) -> SimTime {
    let trip = round_trip(world, world.config.producing_at(request.at), request);
    request.at + SimDuration(trip.0 - trip.0 / 2)
}

/// Whether nothing answers the present try of a request (P16).
fn is_black_holed(world: &World, settings: &Producing, request: &Request) -> bool {
    settings.black_hole_permille > 0
        && world.black_holes.below(address(request), 1_000)
            < u64::from(settings.black_hole_permille)
}

/// Whether the SDK hears no reply to the present try of a request: it is lost, or the timeout is shorter than the trip.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub(super) fn is_reply_lost(world: &World, settings: &Producing, request: &Request) -> bool {
    let hasty = match settings.sdk.request_timeout {
        Limit::AtMost(span) if settings.may_be_hasty(span) => {
            span < round_trip(world, settings, request)
        }
        _ => false,
    };
    hasty
        || settings.lost_reply_permille > 0
            && world.lost_replies.below(address(request), 1_000)
                < u64::from(settings.lost_reply_permille)
}

/// Whether a request that reaches the service may be answered with an error, or its reply be lost.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub(super) fn may_fail(settings: &Producing) -> bool {
    settings.may_write_again() || settings.server_error_permille > 0
}

/// How long the SDK waits for a connection that never comes: as its timeouts say, the shorter first (P15, P21).
fn patience(sdk: &Sdk) -> Limit<SimDuration> {
    match (sdk.connect_timeout, sdk.request_timeout) {
        (Limit::AtMost(one), Limit::AtMost(other)) => Limit::AtMost(one.min(other)),
        (Limit::Infinite, one) | (one, Limit::Infinite) => one,
    }
}

/// The pause before the `n`-th repeat (from 0), given base and cap.
pub(super) fn pause(
    world: &World,
    request: &Request,
    policy: BackoffPolicy,
    [base, cap]: [SimDuration; 2],
    n: u32,
) -> SimDuration {
    let draw = world.pauses.at(address(request));
    let previous = SimDuration(request.troubles().previous_pause);
    backoff::pause(policy, base, cap, n, previous, draw)
}
