//! The producer: the application that makes records, its `PutRecords` requests, and the shards' write limits.
//!
//! Nothing the consumer does reaches back here, so this part of a run is kept while only consumer settings change.
//! Pills are unknown here too: a pill overrides the nature of a record, not its way into the stream.

use super::backoff;
use super::config::{Config, Handling, Producing, Traffic};
use super::curve::{Rate, Tables};
use super::deck::Deck;
use super::fact::{Fact, FactDigest};
use super::random::{Draws, Purpose};
use super::time::{SimDuration, SimTime};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Records a shard accepts per second (S1).
pub const SHARD_RECORDS_PER_SECOND: u64 = 1_000;
/// Bytes a shard accepts per second (S1).
pub const SHARD_BYTES_PER_SECOND: u64 = 1 << 20;
const MINUTE: u64 = 60_000_000;

/// What the producer needs besides its own state; never changes during a run.
#[derive(Clone, Debug)]
pub struct World {
    /// The whole configuration.
    pub config: Config,
    /// What each record is.
    pub deck: Deck,
    /// Curve and Poisson tables.
    pub tables: Tables,
    round_trips: Draws,
    server_errors: Draws,
    pauses: Draws,
}

/// Who listens to the producer.
pub trait StreamTape {
    /// Records were stored: the log's own entry.
    fn store(&mut self, shard: u16, at: SimTime, rank: u64, count: u64) {
        let _ = (shard, at, rank, count);
    }
    /// A fact.
    fn hear(&mut self, at: SimTime, fact: Fact) {
        let _ = (at, fact);
    }
    /// Whether it wants to hear of every request and every stored record, not only of what goes wrong.
    fn hears_all(&self) -> bool {
        true
    }
    /// A shard's minute ended.
    fn minute(&mut self, shard: u16, minute: StoredMinute) {
        let _ = (shard, minute);
    }
}

/// Nobody listens.
impl StreamTape for () {
    fn hears_all(&self) -> bool {
        false
    }
}

/// What a shard was sent in one minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoredMinute {
    /// Records accepted.
    pub stored: u32,
    /// The largest second of `stored`.
    pub peak: u32,
    /// Entries refused.
    pub throttled: u32,
}

/// Counts within a second, and the largest so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondMeter {
    second: u64,
    count: u32,
    /// The largest second since the last [`SecondMeter::take_peak`].
    pub peak: u32,
}

/// The producer's state between two of its timers.
#[derive(Clone, Debug)]
pub struct Producer {
    /// Index and start of the next tick.
    tick: u64,
    tick_at: SimTime,
    tick_length: SimDuration,
    ticks_per_linger: u64,
    /// The first ordinal of the open tick, and how many records it makes.
    open_first: u64,
    open_count: u64,
    /// Ordinals gathered and not yet sent start here.
    gathered_from: u64,
    rate_of: (u64, u64),
    rate: Rate,
    arrivals: Draws,
    agenda: Agenda,
    next_request: u64,
    shards: Vec<ShardIntake>,
    /// Entries refused by a shard, each time counted.
    pub entries_throttled: u64,
    /// Records given up knowingly.
    pub given_up: u64,
    /// Records lost without a look.
    pub lost_silently: u64,
    /// Requests that reached the service.
    pub requests: u64,
    next_minute: SimTime,
    ranks: Ranks,
    /// Whether somebody wants to hear of every request.
    told_all: bool,
    /// The fold of its facts.
    pub digest: FactDigest,
}

/// Each shard's ranks at the ends of the last fresh request; most begin where the one before ended.
#[derive(Clone, Debug)]
struct Ranks {
    /// Where `high` was looked up.
    ordinal: u64,
    low: Vec<u64>,
    high: Vec<u64>,
}

/// One shard's write side.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ShardIntake {
    /// Tokens, in millionths of a record and of a byte (S4).
    records: u64,
    bytes: u64,
    refilled_at: SimTime,
    stored: u64,
    minute: StoredMinute,
    meter: SecondMeter,
}

/// Requests on their way, soonest first. Nearly always there is one, so that the heap stays empty.
#[derive(Clone, Debug, Default)]
struct Agenda {
    soonest: Option<Request>,
    later: BinaryHeap<Reverse<Request>>,
}

impl Agenda {
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    fn next_at(&self) -> SimTime {
        self.soonest
            .as_ref()
            .map_or(SimTime::NEVER, |request| request.at)
    }

    #[inline]
    fn push(&mut self, request: Request) {
        match &mut self.soonest {
            None => self.soonest = Some(request),
            Some(soonest) if request < *soonest => {
                let later = std::mem::replace(soonest, request);
                self.later.push(Reverse(later));
            }
            Some(_) => self.later.push(Reverse(request)),
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<Request> {
        let next = self.later.pop().map(|Reverse(request)| request);
        std::mem::replace(&mut self.soonest, next)
    }

    fn iter(&self) -> impl Iterator<Item = &Request> {
        self.soonest
            .iter()
            .chain(self.later.iter().map(|Reverse(request)| request))
    }
}

/// A request on its way to the service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Request {
    /// When it reaches the service. First field: the agenda's order is (time, id).
    at: SimTime,
    id: u64,
    /// Every departure of it, for addressing draws.
    tries: u32,
    send: u32,
    attempt: u32,
    previous_pause: u64,
    records: Records,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Records {
    /// Ordinals `from..to`, never sent before.
    Fresh(u64, u64),
    /// Entries that failed.
    Failed(Vec<Segment>),
}

/// Ranks `from..to` of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Segment {
    shard: u16,
    from: u64,
    to: u64,
}

impl World {
    /// Builds the deck and the tables of a configuration.
    pub fn new(config: Config) -> Self {
        let deck = Deck::new(&config);
        let draws = |purpose| Draws::new(config.seed, purpose, 0);
        Self {
            deck,
            tables: Tables::new(),
            round_trips: draws(Purpose::RoundTrip),
            server_errors: draws(Purpose::ServerError),
            pauses: draws(Purpose::Backoff),
            config,
        }
    }

    /// Records per second the application makes at `t`, times 1,000.
    pub fn rate_milli(&self, t: SimTime) -> u64 {
        let Traffic::Generated(traffic) = &self.config.traffic else {
            return 0;
        };
        let factor =
            self.tables
                .factor_q20(Tables::step(t.0), traffic.peak_at.0, traffic.swing_permille);
        (self.config.producing_at(t).mean_per_1000s * factor) >> 20
    }
}

impl SecondMeter {
    /// Adds `n` at a time.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub fn add(&mut self, at: SimTime, n: u32) {
        let second = at.0 / 1_000_000;
        self.count = if second == self.second {
            self.count + n
        } else {
            n
        };
        self.second = second;
        self.peak = self.peak.max(self.count);
    }

    /// The largest second, which starts anew.
    pub fn take_peak(&mut self) -> u32 {
        std::mem::take(&mut self.peak)
    }
}

impl Producer {
    /// The producer at the start of a run.
    pub fn new(world: &World) -> Self {
        let config = &world.config;
        let linger = config.producing[0].linger;
        let ticks_per_linger = linger.0.div_ceil(1_000_000).max(1);
        let intake = ShardIntake {
            records: capacity(config.burst_ms).0,
            bytes: capacity(config.burst_ms).1,
            refilled_at: SimTime::ZERO,
            stored: 0,
            minute: StoredMinute::default(),
            meter: SecondMeter::default(),
        };
        let shards = usize::from(config.shard_count);
        Self {
            tick: 0,
            tick_at: SimTime::ZERO,
            tick_length: SimDuration((linger.0 / ticks_per_linger).max(1)),
            ticks_per_linger,
            open_first: 0,
            open_count: 0,
            gathered_from: 0,
            rate_of: (u64::MAX, 0),
            rate: Rate::default(),
            arrivals: Draws::new(config.seed, Purpose::Arrivals, 0),
            agenda: Agenda::default(),
            next_request: 0,
            shards: vec![intake; shards],
            entries_throttled: 0,
            given_up: 0,
            lost_silently: 0,
            requests: 0,
            next_minute: SimTime(MINUTE),
            ranks: Ranks {
                ordinal: 0,
                low: vec![0; shards],
                high: vec![0; shards],
            },
            told_all: false,
            digest: FactDigest::default(),
        }
    }

    /// Runs every timer due by `until`.
    pub fn advance(&mut self, world: &World, until: SimTime, tape: &mut dyn StreamTape) {
        self.told_all = tape.hears_all();
        loop {
            let arrives = self.agenda.next_at();
            let next = arrives.min(self.tick_at);
            self.end_minutes(next.min(until), tape);
            if next > until {
                return;
            }
            if arrives <= self.tick_at {
                let request = self.agenda.pop().expect("a request is due");
                self.arrive(world, request, tape);
            } else {
                self.open_tick(world);
            }
        }
    }

    /// Records made by `t`, which must not be before the last timer run.
    pub fn generated_by(&self, world: &World, t: SimTime) -> u64 {
        let made = match &world.config.traffic {
            Traffic::Generated(_) if self.tick > 0 => {
                let into = t
                    .since(self.tick_at.before(self.tick_length))
                    .0
                    .min(self.tick_length.0);
                // The i-th of n comes at (2i + 1)/2n of the tick.
                let halves = 2 * self.open_count * into / self.tick_length.0;
                halves.div_ceil(2).min(self.open_count)
            }
            Traffic::Generated(_) => 0,
            Traffic::Explicit(records) => {
                let open = &records[self.open_first as usize..][..self.open_count as usize];
                open.partition_point(|record| record.at <= t) as u64
            }
        };
        self.open_first + made
    }

    /// Records stored in a shard.
    pub fn stored(&self, shard: u16) -> u64 {
        self.shards[usize::from(shard)].stored
    }

    /// Records stored in all shards.
    pub fn stored_total(&self) -> u64 {
        self.shards.iter().map(|shard| shard.stored).sum()
    }

    /// Records gathered, on the wire or waiting to be sent again, counted one by one; the open tick's count as gathered.
    pub fn held(&self) -> u64 {
        let on_the_way = |request: &Request| match &request.records {
            Records::Fresh(from, to) => to - from,
            Records::Failed(segments) => segments.iter().map(|s| s.to - s.from).sum(),
        };
        let gathered = self.open_first + self.open_count - self.gathered_from;
        gathered + self.agenda.iter().map(on_the_way).sum::<u64>()
    }

    /// Records made by the end of the open tick.
    pub fn drawn(&self) -> u64 {
        self.open_first + self.open_count
    }

    fn end_minutes(&mut self, until: SimTime, tape: &mut dyn StreamTape) {
        while self.next_minute <= until {
            for (index, shard) in self.shards.iter_mut().enumerate() {
                let mut minute = std::mem::take(&mut shard.minute);
                minute.peak = shard.meter.take_peak();
                tape.minute(index as u16, minute);
            }
            self.next_minute.0 += MINUTE;
        }
    }

    /// Draws a tick's records and sends what is due within it.
    fn open_tick(&mut self, world: &World) {
        let start = self.tick_at;
        self.open_first += self.open_count;
        self.open_count = match &world.config.traffic {
            Traffic::Generated(traffic) => {
                let step = Tables::step(start.0);
                let mean = world.config.producing_at(start).mean_per_1000s;
                if self.rate_of != (step, mean) {
                    let factor =
                        world
                            .tables
                            .factor_q20(step, traffic.peak_at.0, traffic.swing_permille);
                    let per_tick =
                        u128::from(mean) * u128::from(factor) * u128::from(self.tick_length.0);
                    self.rate = Rate::new((per_tick / 1_000_000_000) as u64);
                    self.rate_of = (step, mean);
                }
                world.tables.poisson(self.rate, self.arrivals.at(self.tick))
            }
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
        while drawn - self.gathered_from >= size {
            let last = self.gathered_from + size - 1 - self.open_first;
            let departs = match &world.config.traffic {
                Traffic::Generated(_) => {
                    start + SimDuration(self.tick_length.0 * (2 * last + 1) / (2 * self.open_count))
                }
                Traffic::Explicit(records) => records[(self.open_first + last) as usize].at,
            };
            self.send_fresh(world, departs, size);
        }
        if self.tick.is_multiple_of(self.ticks_per_linger) && drawn > self.gathered_from {
            self.send_fresh(world, self.tick_at, drawn - self.gathered_from);
        }
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
        let records = Records::Fresh(from, self.gathered_from);
        let id = self.next_request;
        self.next_request += 1;
        self.depart(
            world,
            departs,
            Request {
                at: departs,
                id,
                tries: 0,
                send: 1,
                attempt: 1,
                previous_pause: 0,
                records,
            },
        );
    }

    fn depart(&mut self, world: &World, departs: SimTime, mut request: Request) {
        request.at = departs + SimDuration(round_trip(world, &request, departs).0 / 2);
        self.agenda.push(request);
    }

    /// A request reaches the service.
    fn arrive(&mut self, world: &World, mut request: Request, tape: &mut dyn StreamTape) {
        let at = request.at;
        self.requests += 1;
        let settings = world.config.producing_at(at);
        if is_server_error(world, settings, &request) {
            return self.refuse(world, settings, request, tape);
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
        let throttled = (self.entries_throttled - throttled_before) as u32;
        let (id, send) = (request.id, request.send);
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
        match settings.handling {
            Handling::Naive => self.abandon(at, &failed, false, tape),
            Handling::Correct => {
                request.records = Records::Failed(failed);
                self.resend(world, settings, request, tape);
            }
        }
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

    /// 5xx: the SDK repeats the whole request (P13); when it gives up, the application sees an exception.
    fn refuse(
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

    /// The application sends failed entries again, bounded and backing off (P25).
    fn resend(
        &mut self,
        world: &World,
        settings: &Producing,
        mut request: Request,
        tape: &mut dyn StreamTape,
    ) {
        if request.send >= settings.max_sends {
            let Records::Failed(segments) = request.records else {
                unreachable!("only failed entries are re-sent")
            };
            return self.abandon(request.at, &segments, true, tape);
        }
        let pause = pause(world, settings, &request, request.send - 1);
        let departs = reply_at(world, &request) + pause;
        request.send += 1;
        request.tries += 1;
        request.attempt = 1;
        request.previous_pause = pause.0;
        self.depart(world, departs, request);
    }

    fn abandon(
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

    /// Entries ask their shard's buckets in order; one that fails does not stop later ones (P9).
    fn accept(
        &mut self,
        world: &World,
        at: SimTime,
        segment: Segment,
        failed: &mut Vec<Segment>,
        tape: &mut dyn StreamTape,
    ) {
        let Segment { shard, from, to } = segment;
        let intake = &mut self.shards[usize::from(shard)];
        intake.refill(at, world.config.burst_ms);
        let bytes = world.deck.charged(shard, from, to);
        if intake.takes(to - from, bytes) {
            return self.store(at, segment, bytes, tape);
        }
        // A run of entries with the same verdict at a time.
        let (mut start, mut run_bytes) = (from, 0);
        for rank in from..to {
            let size = world.deck.charged(shard, rank, rank + 1);
            let intake = &self.shards[usize::from(shard)];
            if intake.takes(rank - start + 1, run_bytes + size) {
                run_bytes += size;
                continue;
            }
            if start < rank {
                self.store(
                    at,
                    Segment {
                        shard,
                        from: start,
                        to: rank,
                    },
                    run_bytes,
                    tape,
                );
                run_bytes = 0;
            }
            let intake = &mut self.shards[usize::from(shard)];
            // With not one record left, everything after fails too.
            let to = if intake.takes(1, 0) { rank + 1 } else { to };
            intake.minute.throttled += (to - rank) as u32;
            self.entries_throttled += to - rank;
            match failed.last_mut() {
                Some(last) if last.shard == shard && last.to == rank => last.to = to,
                _ => failed.push(Segment {
                    shard,
                    from: rank,
                    to,
                }),
            }
            self.state(
                tape,
                at,
                Fact::EntriesThrottled {
                    shard,
                    rank,
                    count: (to - rank) as u32,
                },
            );
            start = to;
            if start > rank + 1 {
                return;
            }
        }
        if start < to {
            self.store(
                at,
                Segment {
                    shard,
                    from: start,
                    to,
                },
                run_bytes,
                tape,
            );
        }
    }

    fn store(&mut self, at: SimTime, segment: Segment, bytes: u64, tape: &mut dyn StreamTape) {
        let Segment { shard, from, to } = segment;
        let count = to - from;
        let intake = &mut self.shards[usize::from(shard)];
        intake.records -= count * 1_000_000;
        intake.bytes -= rounded(bytes) * 1_000_000;
        intake.minute.stored += count as u32;
        intake.meter.add(at, count as u32);
        let position = intake.stored;
        intake.stored += count;
        tape.store(shard, at, from, count);
        self.state(
            tape,
            at,
            Fact::RecordsStored {
                shard,
                position,
                rank: from,
                count: count as u32,
            },
        );
    }

    #[inline]
    fn state(&mut self, tape: &mut dyn StreamTape, at: SimTime, fact: Fact) {
        self.digest.fact(at, &fact);
        let routine = matches!(
            fact,
            Fact::RequestAnswered { .. } | Fact::RecordsStored { .. }
        );
        if self.told_all || !routine {
            tape.hear(at, fact);
        }
    }
}

impl ShardIntake {
    /// Tokens for the time since the last refill, up to the burst capacity (S4).
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    fn refill(&mut self, at: SimTime, burst_ms: u64) {
        let (records, bytes) = capacity(burst_ms);
        let span = at
            .since(self.refilled_at)
            .0
            .min(bytes / SHARD_BYTES_PER_SECOND + 1);
        self.refilled_at = at;
        self.records = (self.records + span * SHARD_RECORDS_PER_SECOND).min(records);
        self.bytes = (self.bytes + span * SHARD_BYTES_PER_SECOND).min(bytes);
    }

    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    fn takes(&self, records: u64, bytes: u64) -> bool {
        records * 1_000_000 <= self.records && rounded(bytes) * 1_000_000 <= self.bytes
    }
}

/// What a shard's record bucket holds at least, in milliseconds' worth: without it, requests that reach the shard out of
/// step would waste capacity, and a shard sent twice its limit would not take all of the limit (S6).
pub const LEAST_BURST_MS: u64 = 10;

/// The buckets' capacities, in millionths of a record and of a byte. Even without a burst one record of 1 MiB fits.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
fn capacity(burst_ms: u64) -> (u64, u64) {
    let records = burst_ms.max(LEAST_BURST_MS) * SHARD_RECORDS_PER_SECOND * 1_000;
    let bytes = (burst_ms * SHARD_BYTES_PER_SECOND * 1_000).max(SHARD_BYTES_PER_SECOND * 1_000_000);
    (records, bytes)
}

/// `PutRecords` rounds the cumulative size of a request up to 1 KiB (P5); here, of its part for one shard.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
fn rounded(bytes: u64) -> u64 {
    bytes.next_multiple_of(1_024)
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
fn is_server_error(world: &World, settings: &Producing, request: &Request) -> bool {
    settings.server_error_permille > 0
        && world.server_errors.below(address(request), 1_000)
            < u64::from(settings.server_error_permille)
}

#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
fn address(request: &Request) -> u64 {
    (request.id << 16) | u64::from(request.tries)
}

/// The round trip of a request's present try, ± 20 % (P31).
fn round_trip(world: &World, request: &Request, departs: SimTime) -> SimDuration {
    let mean = world.config.producing_at(departs).round_trip.0;
    let spread = mean * 2 / 5;
    SimDuration(mean - spread / 2 + world.round_trips.below(address(request), spread + 1))
}

/// When the reply to the present try is back.
fn reply_at(world: &World, request: &Request) -> SimTime {
    let trip = round_trip(world, request, request.at);
    request.at + SimDuration(trip.0 - trip.0 / 2)
}

fn pause(world: &World, settings: &Producing, request: &Request, n: u32) -> SimDuration {
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
