//! The laws of the model, checked after every event over random scenarios. A failure prints the seed and the link.

use overflowing_sink::engine::account::{Account, Neighbour, Running};
use overflowing_sink::engine::config::{
    Config, Consuming, Destination, Handling, IdempotencyKey, Limit,
};
use overflowing_sink::engine::fact::{Fact, LaneId, Span};
use overflowing_sink::engine::lane::{Lane, LaneState};
use overflowing_sink::engine::ledger::{Ledger, Tally};
use overflowing_sink::engine::log::Cursor;
use overflowing_sink::engine::minute::Minute;
use overflowing_sink::engine::producer::Producer;
use overflowing_sink::engine::producer::intake::{LEAST_BURST_MS, SHARD_RECORDS_PER_SECOND};
use overflowing_sink::engine::producer::tape::StreamTape;
use overflowing_sink::engine::reader::{Reader, ReaderTape, Surroundings};
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::moment::Moment;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::recording::seconds::Second;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::knobs::{Group, KNOBS, Knob, Scope};
use overflowing_sink::scenario::link::{Shared, to_link};
use overflowing_sink::scenario::traffic::PastedTraffic;
use overflowing_sink::scenario::{Action, Deed, Scenario};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use draws::{MOST, ORDERS, REPLIES, filters, value};

#[path = "support/draws.rs"]
mod draws;

/// So many scenarios; the first of them long, the others short, or the laws would take minutes more.
const SCENARIOS: u64 = 1_000;
const LONG: u64 = 100;
/// Names how many of the scenarios are tried; all of them unless told.
const LAW_SCENARIOS: &str = "LAW_SCENARIOS";

/// The seeds of the first `of` scenarios, or of fewer, evenly spread, where [`LAW_SCENARIOS`] asks for a part.
fn seeds(of: u64) -> Vec<u64> {
    let tried = match env::var(LAW_SCENARIOS) {
        Ok(number) => number
            .parse()
            .ok()
            .filter(|tried| (1..=SCENARIOS).contains(tried))
            .unwrap_or_else(|| panic!("{LAW_SCENARIOS} is 1 to {SCENARIOS}, not '{number}'")),
        Err(_) => SCENARIOS,
    };
    (0..of).step_by((SCENARIOS / tried) as usize).collect()
}

/// Checks a law over scenarios, on all processors; names those that break it.
fn swarm(seeds: &[u64], law: impl Fn(u64) + Sync) {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let work = || loop {
        let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) else {
            return;
        };
        if catch_unwind(AssertUnwindSafe(|| law(seed))).is_err() {
            failed
                .lock()
                .expect("nothing panics in here")
                .push(named(seed));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().expect("nothing panics in there");
    assert!(failed.is_empty(), "broken by {failed:#?}");
}

/// How long a scenario runs.
fn minutes(seed: u64) -> u64 {
    if seed < LONG { 40 } else { 15 }
}

/// A random scenario over all settings: small, hostile, with changes in the middle.
fn scenario(seed: u64) -> (Scenario, Config) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut scenario = Scenario::default();
    for spec in KNOBS {
        if rng.random_range(0..3_u32) == 0 {
            let value = value(&mut rng, spec.knob);
            scenario.settings.set(spec.knob, value);
        }
    }
    for &(knob, most) in MOST {
        let value = scenario.settings.get(knob).min(most);
        scenario.settings.set(knob, value);
    }
    let one_by_one = scenario.settings.get(Knob::PutCall) == 1;
    if one_by_one {
        let value = scenario.settings.get(Knob::RecordsPerSecond).min(20);
        scenario.settings.set(Knob::RecordsPerSecond, value);
    }
    if rng.random_range(0..2_u32) == 0 {
        scenario
            .settings
            .set(Knob::ConcurrentExecutions, rng.random_range(1..6));
    }
    // Played where the shape says so.
    let counts = (0..7).map(|_| rng.random_range(0..20_000)).collect();
    let traffic = PastedTraffic::new(60, counts).expect("good counts");
    scenario.traffic = Some(Arc::new(traffic));
    if rng.random_range(0..2_u32) == 0 {
        let text = filters(&mut rng);
        scenario.settings.set_text(Knob::FilterCriteria, text);
        let text = filters(&mut rng);
        scenario.settings.set_text(Knob::SecondFilter, text);
    }
    let reply = REPLIES[rng.random_range(0..REPLIES.len())];
    scenario.settings.set_text(Knob::Reply, reply);
    if rng.random_range(0..3_u32) == 0 {
        scenario.settings.set_text(Knob::Data, ORDERS);
    }
    let minutes = minutes(seed);
    let mut at = || SimTime(rng.random_range(0..minutes * 60_000_000_u64));
    let mut times = [at(), at(), at(), at(), at(), at()];
    times.sort_unstable();
    for at in times {
        let shard = rng.random_range(0..scenario.settings.get(Knob::ShardCount) as u16);
        let later = rng.random_range(0..scenario.settings.get(Knob::ShardCount) as u16 + 3);
        let deed = match rng.random_range(0..14_u32) {
            0 => Deed::Split { shard: later },
            1 => Deed::Merge { shard: later },
            2 => Deed::Set {
                knob: Knob::ShardCount,
                value: rng.random_range(1..6),
            },
            3..8 => Deed::Pill { shard },
            8..10 => Deed::SetText {
                knob: [Knob::FilterCriteria, Knob::SecondFilter][rng.random_range(0..2)],
                text: filters(&mut rng).to_owned(),
            },
            _ => {
                let live: Vec<Knob> = KNOBS
                    .iter()
                    .filter(|s| s.scope == Scope::Live && !s.kind.is_text())
                    .map(|s| s.knob)
                    .collect();
                let knob = live[rng.random_range(0..live.len())];
                let value = value(&mut rng, knob);
                let most = MOST.iter().find(|(limited, _)| *limited == knob);
                let value = most.map_or(value, |&(_, most)| value.min(most));
                let value = if knob == Knob::RecordsPerSecond && one_by_one {
                    value.min(20)
                } else {
                    value
                };
                Deed::Set { knob, value }
            }
        };
        scenario.actions.push(Action { at, deed });
    }
    // So that the link of a scenario that breaks a law runs for as long.
    scenario
        .settings
        .set(Knob::Horizon, minutes as i64 * 60_000_000);
    let (mut config, _) = configure(&scenario);
    config.horizon = SimTime(minutes * 60_000_000);
    // Retention cannot be below 24 h in AWS; the laws do not care, and short runs are quick.
    for epoch in &mut config.consuming {
        epoch.retention = SimDuration(rng.random_range(120..1_500_u64) * 1_000_000);
    }
    (scenario, config)
}

/// Says which scenario broke a law.
fn named(seed: u64) -> String {
    let (scenario, config) = scenario(seed);
    let retention = config.consuming[0].retention.0 / 1_000_000;
    let link = to_link(&Shared {
        scenario,
        ..Shared::default()
    });
    format!(
        "seed {seed}, retention {retention} s, {} min, {link}",
        minutes(seed)
    )
}

/// Folds facts into a ledger, apart from the engine's own counters.
#[derive(Default)]
struct Folded {
    ledger: Ledger,
    fated: BTreeMap<LaneId, BTreeMap<u64, u64>>,
    /// Of each lane; a new mapping has checkpoints of its own (E12).
    checkpoints: BTreeMap<LaneId, u64>,
    last: SimTime,
    /// When each lane's invocation began.
    since: BTreeMap<LaneId, SimTime>,
    generation: u16,
    /// From when on the handler knows orders by what (E17, P24).
    keys: Vec<(SimTime, IdempotencyKey)>,
    broken: Vec<String>,
}

impl Folded {
    fn new(config: &Config) -> Self {
        let epochs = config.consuming.iter();
        Self {
            keys: epochs
                .map(|epoch| (epoch.from, epoch.function.idempotency))
                .collect(),
            ..Self::default()
        }
    }

    /// Who is charged twice for records that were handled again, and for copies.
    fn charge(&mut self, at: SimTime, again: u32, copies: u32) {
        let mut epochs = self.keys.iter().rev();
        let key = epochs.find(|(from, _)| *from <= at).map(|(_, key)| *key);
        let caught = match key {
            Some(IdempotencyKey::EventId) => again,
            Some(IdempotencyKey::OrderId) => again + copies,
            _ => 0,
        };
        self.ledger.caught += u64::from(caught);
        self.ledger.charged_twice += u64::from(again + copies - caught);
    }

    /// The lane since its lanes were last divided: a partition key belongs to one of them (E8).
    fn lane_now(&self, lane: LaneId) -> LaneId {
        LaneId {
            lane: lane.lane + 1_000 * self.generation,
            ..lane
        }
    }

    /// A record's fate is set once.
    fn fate(&mut self, lane: LaneId, span: Span) {
        let lane = self.lane_now(lane);
        let spans = self.fated.entry(lane).or_default();
        let before = spans.range(..span.end()).next_back().map(|(_, &end)| end);
        if before.is_some_and(|end| end > span.first) {
            self.broken
                .push(format!("{lane:?} {span:?} has a second fate"));
        }
        spans.insert(span.first, span.end());
    }

    /// The checkpoint of a lane passes records that were handled or given up; it never goes back.
    fn pass(&mut self, lane: LaneId, span: Span) {
        self.handle(lane, span);
        self.checkpoints.insert(self.lane_now(lane), span.end());
    }

    /// Nothing before the checkpoint is handled again by the same mapping: orders of a key are handled in order (E8).
    /// What expires meanwhile may lie behind what is in hand (E44).
    fn handle(&mut self, lane: LaneId, span: Span) {
        let checkpoint = self.checkpoints.get(&self.lane_now(lane));
        let checkpoint = checkpoint.copied().unwrap_or(0);
        if span.first < checkpoint {
            self.broken
                .push(format!("{lane:?} {span:?} after {checkpoint}"));
        }
    }
}

fn tally(span: Span, poison: u32) -> Tally {
    Tally {
        good: u64::from(span.count - poison),
        poison: u64::from(poison),
    }
}

impl ReaderTape for Folded {
    #[allow(clippy::too_many_lines)] // One arm per kind of fact.
    fn hear(&mut self, at: SimTime, fact: Fact) {
        if at < self.last {
            self.broken
                .push(format!("{at}: {fact:?} came after {}", self.last));
        }
        self.last = at;
        let ledger = &mut self.ledger;
        match fact {
            // M7, L2: what is throttled is no invocation.
            Fact::InvocationStarted { lane, batch, .. } => {
                ledger.invocations += 1;
                if self.since.insert(lane, at).is_some() {
                    self.broken
                        .push(format!("{lane:?} has two batches in flight"));
                }
                self.handle(lane, batch);
            }
            Fact::InvocationThrottled { .. } => ledger.throttles += 1,
            Fact::RecordTooLarge { .. } => ledger.too_large += 1,
            Fact::RecordsSkipped { good, poison, .. } => {
                ledger.skipped += Tally { good, poison };
            }
            Fact::DeliveryDenied { .. } => ledger.delivery_failures += 1,
            Fact::InvocationEnded {
                lane,
                outcome,
                handled_again,
                ..
            } => {
                let since = self.since.remove(&lane).expect("it was started");
                let billed_ms = at.since(since).0.div_ceil(1_000);
                ledger.busy_ms += billed_ms;
                ledger.failed_ms += u64::from(outcome.is_error()) * billed_ms;
                ledger.errors += u64::from(outcome.is_error());
                ledger.handled_again += u64::from(handled_again);
                self.charge(at, handled_again, 0);
            }
            Fact::CopiesHandled { count, .. } => {
                ledger.copies_handled += u64::from(count);
                self.charge(at, 0, count);
            }
            Fact::RecordsProcessed {
                lane,
                records,
                poison,
            } => {
                ledger.processed += tally(records, poison);
                self.fate(lane, records);
                self.pass(lane, records);
            }
            Fact::RecordsNotHandled {
                good,
                poison,
                parked,
                ..
            } => {
                *(if parked {
                    &mut ledger.parked
                } else {
                    &mut ledger.swallowed
                }) += Tally {
                    good: u64::from(good),
                    poison: u64::from(poison),
                };
            }
            Fact::BatchDiscarded {
                lane,
                records,
                poison,
                reported,
                ..
            } => {
                let row = if reported {
                    &mut ledger.to_destination
                } else {
                    &mut ledger.discarded
                };
                *row += tally(records, poison);
                ledger.messages += u64::from(reported);
                self.fate(lane, records);
                self.pass(lane, records);
            }
            Fact::RecordsExpired {
                lane,
                records,
                poison,
                delivered,
            } => {
                let row = if delivered {
                    &mut ledger.expired_after_failures
                } else {
                    &mut ledger.expired_undelivered
                };
                *row += tally(records, poison);
                self.fate(lane, records);
            }
            Fact::RecordsFiltered {
                shard,
                from,
                to,
                count,
                poison,
            } => {
                ledger.filtered += Tally {
                    good: u64::from(count - poison),
                    poison: u64::from(poison),
                };
                // Nothing is read past twice. A single record may have waited since an earlier change of lanes.
                let lane = |lane| LaneId { shard, lane };
                if to - from == 1 {
                    let spans = self.fated.entry(lane(u16::MAX)).or_default();
                    if spans.insert(from, to).is_some() {
                        self.broken.push(format!("{fact:?} again"));
                    }
                } else {
                    let spans = self.fated.entry(lane(u16::MAX - 1)).or_default();
                    let last = spans.last_key_value().map_or(0, |(_, &end)| end);
                    if from < last || to <= from {
                        self.broken.push(format!("{fact:?} after {last}"));
                    }
                    spans.insert(from, to);
                }
            }
            Fact::RecordsReplayed { lane, records } => self.pass(lane, records),
            Fact::LanesChanged { .. } => self.generation += 1,
            _ => {}
        }
    }
}

/// Records with a fate that a lane gave them; what a filter takes out belongs to no lane.
fn fates(ledger: &Ledger) -> u64 {
    (ledger.fated() - ledger.filtered).total()
}

/// What must hold of a reader between any two events.
fn check_reader(
    reader: &Reader,
    config: &Config,
    at: SimTime,
    settled: &mut (u64, u64, u32),
) -> Vec<String> {
    let mut broken = Vec::new();
    let settings = config.consuming_at(at);
    for lane in &reader.lanes {
        let batch_size = config
            .consuming
            .iter()
            .map(|epoch| epoch.mapping.batch_size)
            .max()
            .unwrap_or(0);
        if lane.batch.span.count > batch_size {
            broken.push(format!("a batch of {}", lane.batch.span.count));
        }
        let waiting: Vec<Span> = lane.halves.iter().rev().copied().collect();
        let in_order = waiting
            .windows(2)
            .all(|pair| pair[0].end() <= pair[1].first);
        let after_batch = waiting
            .first()
            .is_none_or(|half| lane.batch.span.end() <= half.first);
        if !in_order || !after_batch || waiting.last().is_some_and(|half| half.end() > lane.head) {
            broken.push(format!(
                "halves out of order: {:?} {waiting:?} {}",
                lane.batch, lane.head
            ));
        }
        if let (LaneState::BackingOff { .. }, Limit::AtMost(retries)) =
            (lane.state, settings.mapping.max_retries)
        {
            let limits = config
                .consuming
                .iter()
                .map(|epoch| epoch.mapping.max_retries);
            let changed = limits
                .into_iter()
                .any(|limit| limit != settings.mapping.max_retries);
            if !changed && lane.batch.failures > retries {
                broken.push(format!(
                    "failure {} of at most {retries} retries",
                    lane.batch.failures
                ));
            }
        }
    }
    // Everything below a lane's head has a fate or is in hand; a change of lanes counts anew.
    let heads: u64 = reader.lanes.iter().map(|lane| lane.head).sum();
    let counted = heads - reader.held();
    // What a new mapping passes again has a fate already.
    let fated = fates(&reader.fates) + reader.replayed;
    if reader.anew != settled.2 {
        *settled = (fated, counted, reader.anew);
    }
    if fated - settled.0 != counted - settled.1 {
        broken.push(format!(
            "{fated} fates for {counted} records (since {settled:?})"
        ));
    }
    broken
}

/// What a reader lives in; those of the second mapping stand behind those of the first.
fn around(recorder: &Recorder, index: usize) -> Surroundings<'_> {
    let size = recorder.shards().len();
    if index < size {
        recorder.around(index)
    } else {
        recorder
            .around_second(index - size)
            .expect("there is a second mapping")
    }
}

fn run_readers(recorder: &Recorder) -> (Vec<(Reader, Folded)>, Neighbour) {
    let config = recorder.config();
    // A neighbour that cannot be in the way changes nothing.
    let mut account = Account {
        neighbour: Some(Neighbour::default()),
        ..Account::default()
    };
    let size = recorder.shards().len();
    let mappings = 1 + usize::from(config.consuming[0].second.is_some());
    let mut readers: Vec<Run> = (0..size * mappings)
        .map(|index| {
            let (deck, config) = (
                &recorder.shards()[index % size],
                around(recorder, index).config,
            );
            let reader = if deck.parents.is_empty() {
                Reader::new(config, deck.shard)
            } else {
                Reader::waiting(config, deck.shard, deck.opened_at)
            };
            let anew = reader.anew;
            (reader, Folded::new(config), (0, 0, anew))
        })
        .collect();
    for (index, (reader, ..)) in readers.iter_mut().enumerate() {
        reader.refresh(&around(recorder, index));
    }
    let allowed = |config: &Config| {
        let epochs = config.consuming.iter();
        epochs.map(Consuming::allowed).max().unwrap_or(0)
    };
    let largest = allowed(config);
    let most = if mappings == 1 {
        0
    } else {
        allowed(around(recorder, size).config)
    };
    let mut trims = vec![0; readers.len()];
    let resharded = size > usize::from(config.shard_count);
    let next_at = |reader: &Reader, index| {
        let around = around(recorder, index);
        if resharded && !reader.is_waiting() {
            reader.next_settling(&around)
        } else {
            reader.next_at(&around)
        }
    };
    loop {
        let next = readers
            .iter()
            .enumerate()
            .map(|(index, (r, ..))| (next_at(r, index), index));
        let (at, index) = next.min().expect("there is a shard");
        if let Some((starts, child)) = first_start(recorder, &readers)
            && starts <= at.min(config.horizon)
        {
            let (reader, folded, _) = &mut readers[child];
            reader.start(&around(recorder, child), starts, folded);
            continue;
        }
        if at > config.horizon {
            break;
        }
        check_family(recorder, &readers, index, at);
        let (reader, folded, settled) = &mut readers[index];
        let here = around(recorder, index);
        let anew = reader.anew;
        reader.step(&here, at, &mut account, folded);
        if reader.anew != anew {
            folded.checkpoints.clear();
        }
        folded
            .broken
            .extend(check_reader(reader, here.config, at, settled));
        // S10.
        if reader.trim_position(&here, at) < trims[index] {
            folded.broken.push("the trim horizon went back".to_owned());
        }
        trims[index] = reader.trim_position(&here, at);
        let Running { first, second } = account.running;
        if first > largest || second > most {
            folded.broken.push(format!(
                "{first} and {second} executions of {largest} and {most}"
            ));
        }
        assert!(
            folded.broken.is_empty(),
            "{at} shard {index}: {:?}",
            folded.broken
        );
    }
    for (index, (reader, folded, _)) in readers.iter_mut().enumerate() {
        reader.pass(&around(recorder, index), config.horizon, folded);
    }
    let mut neighbour = account.neighbour.expect("it is always there");
    neighbour.advance(config, account.running, config.horizon + SimDuration(1));
    let readers = readers.into_iter();
    let readers = readers.map(|(reader, folded, _)| (reader, folded));
    (readers.collect(), neighbour)
}

type Run = (Reader, Folded, (u64, u64, u32));

/// The waiting shard whose parents are drained first, and when (E15).
fn first_start(recorder: &Recorder, readers: &[Run]) -> Option<(SimTime, usize)> {
    let size = recorder.shards().len();
    let waiting = (0..readers.len()).filter(|&index| readers[index].0.is_waiting());
    let starts = |index: usize| {
        let (child, shard) = (&readers[index].0, index % size);
        let drained = |&parent: &u16| {
            let parent = &readers[index - shard + usize::from(parent)].0;
            parent.drained_at(child.mapping())
        };
        let parents = recorder.shards()[shard].parents.iter().map(drained);
        let all: Option<Vec<SimTime>> = parents.collect();
        Some((all?.into_iter().max()?.max(child.ready_at()), index))
    };
    waiting.filter_map(starts).min()
}

/// Whoever has a batch has parents that its mapping has drained: closed, with a fate for everything in them, and with
/// nothing in hand or ahead (E15).
fn check_family(recorder: &Recorder, readers: &[Run], index: usize, at: SimTime) {
    let reader = &readers[index].0;
    if reader.lanes.iter().all(Lane::is_idle) {
        return;
    }
    let shard = index % recorder.shards().len();
    for &parent in &recorder.shards()[shard].parents {
        let (stored, closed_at) = (recorder.log(parent).stored(), recorder.closed_at(parent));
        assert!(closed_at <= at, "shard {parent} is open, {shard} is read");
        let parent_reader = &readers[index - shard + usize::from(parent)].0;
        assert_eq!(
            parent_reader.fates.fated().total(),
            stored,
            "shard {parent} is not drained, {shard} is read"
        );
        if parent_reader.mapping() == reader.mapping() {
            let source = recorder.around(usize::from(parent)).source;
            let head = parent_reader.head(&source, stored);
            let is_done = parent_reader.held() == 0 && head == stored;
            assert!(is_done, "shard {parent} is read, and {shard}, too");
        }
    }
}

/// The second mapping has a fate of its own for every record it is past, and stepping and recording agree (E14).
fn check_second(recorder: &Recorder, readers: &[(Reader, Folded)], moment: &Moment) {
    let second = readers[recorder.shards().len()..].iter();
    assert_eq!(moment.second.is_some(), second.len() > 0);
    let Some(told) = &moment.second else { return };
    let ledger = &told.ledger;
    assert_eq!(ledger.stored, moment.ledger.stored);
    assert_eq!(ledger.stored, ledger.fated() + ledger.unread, "{ledger:?}");
    let mut sum = Ledger::default();
    for ((reader, folded), shard) in second.zip(0..) {
        assert_eq!(folded.ledger, reader.fates);
        assert_eq!(Some(reader.digest.0), recorder.second_digest(shard));
        let fates = &reader.fates;
        for (row, own) in [
            (&mut sum.processed, fates.processed),
            (&mut sum.filtered, fates.filtered),
            (&mut sum.to_destination, fates.to_destination),
            (&mut sum.discarded, fates.discarded),
            (&mut sum.parked, fates.parked),
            (&mut sum.swallowed, fates.swallowed),
        ] {
            *row += own;
        }
        sum.messages += fates.messages;
    }
    let rows = |l: &Ledger| {
        let fates = [l.processed, l.filtered, l.to_destination, l.discarded];
        (fates, [l.parked, l.swallowed], l.messages)
    };
    assert_eq!(rows(ledger), rows(&sum));
    let reread = ledger.reread.total() + ledger.too_late.total();
    assert!(reread <= ledger.to_destination.total(), "{ledger:?}");
}

/// A shard takes records with its own hash keys only, and only while it is open (P4, S18).
fn check_routing(recorder: &Recorder) {
    for deck in recorder.shards() {
        let log = recorder.log(deck.shard);
        for piece in log.runs(0) {
            let ordinal = deck.ordinal(piece.rank);
            let key = recorder.world().deck.key(ordinal);
            assert!(deck.range.holds(key.hash), "{} in {deck:?}", key.text);
            assert_eq!(deck.rank_before(ordinal), piece.rank);
        }
        let (first, last) = (log.stored_at(0), log.stored().checked_sub(1));
        let last = last.and_then(|last| log.stored_at(last));
        assert!(first.is_none_or(|at| deck.opened_at <= at));
        assert!(last.is_none_or(|at| at < recorder.closed_at(deck.shard)));
    }
    let open = recorder
        .shards()
        .iter()
        .filter(|deck| recorder.closed_at(deck.shard) == SimTime::NEVER);
    let keys: u64 = open.map(|deck| deck.per_cycle()).sum();
    assert_eq!(
        keys,
        recorder.world().deck.cards(),
        "every record has one open shard"
    );
}

/// Accepted over any time T ≤ bucket + rate · T (S1, S4).
fn check_write_limit(recorder: &Recorder, shard: u16) {
    let burst = recorder.config().burst_ms.max(LEAST_BURST_MS) * SHARD_RECORDS_PER_SECOND * 1_000;
    let (mut cursor, mut before, mut lowest) = (Cursor::default(), 0_u64, i128::MAX);
    while let Some(entry) = recorder.log(shard).entry(&mut cursor) {
        let refill = i128::from(entry.at.0 * SHARD_RECORDS_PER_SECOND);
        lowest = lowest.min(i128::from(before * 1_000_000) - refill);
        let used = i128::from(entry.count * 1_000_000) - refill - lowest;
        assert!(
            used <= i128::from(burst),
            "shard {shard} at {}: {used} of {burst}",
            entry.at
        );
        before = entry.count;
        cursor.advance();
    }
}

/// What the producer made is stored, gone or held, counted one by one.
fn check_producer(recorder: &Recorder) {
    #[derive(Debug, Default, PartialEq)]
    struct Heard {
        stored: u64,
        given_up: u64,
        lost_silently: u64,
        lost_with_process: u64,
        written_again: u64,
        stored_given_up: u64,
        order_broken: u64,
        requests: u64,
        sends: u64,
    }
    impl StreamTape for Heard {
        fn hear(&mut self, _: SimTime, fact: Fact) {
            match fact {
                Fact::RecordsStored { count, .. } => self.stored += u64::from(count),
                Fact::RecordsWrittenAgain { count, .. } => self.written_again += u64::from(count),
                Fact::StoredGivenUp { count, .. } => self.stored_given_up += u64::from(count),
                Fact::OrderBroken { count, .. } => self.order_broken += u64::from(count),
                Fact::ProcessDied { lost, .. } => self.lost_with_process += lost,
                Fact::RecordsNeverStored {
                    count, given_up, ..
                } => {
                    *(if given_up {
                        &mut self.given_up
                    } else {
                        &mut self.lost_silently
                    }) += u64::from(count);
                }
                Fact::RequestAnswered { records, .. }
                | Fact::RequestFailed { records, .. }
                | Fact::RequestUnanswered {
                    records,
                    reached: false,
                    ..
                } => {
                    self.requests += 1;
                    self.sends += u64::from(records);
                }
                _ => {}
            }
        }
    }
    let world = recorder.world();
    let mut producer = Producer::new(world);
    let mut heard = Heard::default();
    for second in 0..world.config.horizon.0 / 1_000_000 {
        producer.advance(world, SimTime::from_secs(second), &mut heard);
        let counted = Heard {
            stored: producer.stored_total(),
            given_up: producer.given_up,
            lost_silently: producer.lost_silently,
            lost_with_process: producer.lost_with_process,
            written_again: producer.written_again,
            stored_given_up: producer.stored_given_up,
            order_broken: producer.order_broken,
            requests: producer.requests,
            sends: producer.sends,
        };
        assert_eq!(counted, heard, "the fold of the facts is the count");
        let gone = heard.given_up + heard.lost_silently + heard.lost_with_process;
        assert_eq!(
            producer.drawn() + heard.written_again,
            gone + heard.stored + producer.held(world),
            "nothing is created or lost"
        );
    }
    let lost_silently = heard.lost_silently;
    if world
        .config
        .producing
        .iter()
        .all(|epoch| epoch.handling == Handling::Correct)
    {
        assert_eq!(
            lost_silently, 0,
            "a correct producer loses nothing silently"
        );
    }
}

#[test]
fn the_laws_hold_after_every_event() {
    swarm(&seeds(SCENARIOS), |seed| {
        let (_, config) = scenario(seed);
        let mut recorder = Recorder::new(config);
        recorder.finish();
        check_producer(&recorder);
        check_routing(&recorder);
        for shard in 0..recorder.shards().len() as u16 {
            check_write_limit(&recorder, shard);
        }
        let (readers, neighbour) = run_readers(&recorder);
        let moment = recorder.moment(recorder.config().horizon);
        assert_eq!(
            (
                neighbour.invocations,
                neighbour.throttles,
                neighbour.running()
            ),
            (
                moment.neighbour.invocations,
                moment.neighbour.throttles,
                moment.neighbour.running
            ),
            "alone or together, the neighbour is the same"
        );
        assert!(moment.ledger.adds_up(), "{:?}", moment.ledger);
        for ((reader, folded), shard) in readers.iter().zip(&moment.shards) {
            assert_eq!(
                folded.ledger, reader.fates,
                "the fold of the facts is the count"
            );
            assert_eq!(
                reader.digest.0,
                recorder.shard_digest(shard.shard),
                "stepping and recording agree"
            );
            assert_eq!(
                shard.ledger.unread.total(),
                shard.stored - fates(&reader.fates) - reader.fates.filtered.total()
            );
        }
        check_second(&recorder, &readers, &moment);
        if recorder
            .config()
            .consuming
            .iter()
            .all(|epoch| epoch.mapping.destination == Destination::None)
        {
            assert_eq!(moment.ledger.messages, 0);
        }
    });
}

/// Computing in slices, seeking and editing change nothing.
#[test]
fn a_run_does_not_depend_on_how_it_is_computed() {
    for seed in seeds(LONG / 3) {
        println!("{}", named(seed));
        let (_, config) = scenario(seed);
        let (_, other) = scenario(seed + 1_000);
        let mut whole = Recorder::new(config.clone());
        whole.finish();

        let mut sliced = Recorder::new(config.clone());
        let mut n = 0_u32;
        while !sliced.advance(&mut || {
            n += 1;
            !n.is_multiple_of(3)
        }) {
            sliced.moment(SimTime(sliced.computed_until().0 * 2 / 3));
        }
        assert_eq!(whole.digest(), sliced.digest());
        assert_eq!(whole.final_ledger(), sliced.final_ledger());
        assert_eq!(whole.marks(), sliced.marks());

        // Half way through another scenario's consumer, back to this one.
        let mut edited = Recorder::new(config.clone());
        edited.finish();
        let mut detour = config.clone();
        detour.consuming.truncate(1);
        detour.reshards.clone_from(&other.reshards);
        detour.pills = other.pills.clone();
        detour.horizon = SimTime(config.horizon.0 / 2);
        edited.revise(detour);
        let mut n = 0_u32;
        edited.advance(&mut || {
            n += 1;
            n < 20
        });
        edited.revise(config.clone());
        edited.finish();
        assert_eq!(whole.digest(), edited.digest());
        assert_eq!(whole.final_ledger(), edited.final_ledger());
        assert_eq!(whole.marks(), edited.marks());
        for shard in 0..whole.shards().len() as u16 {
            assert_eq!(whole.minutes(shard), edited.minutes(shard));
        }
        for tenth in [3, 9, 1, 7, 7, 8] {
            let t = SimTime(config.horizon.0 * tenth / 10);
            assert_eq!(whole.moment(t), edited.moment(t), "at {t}");
            assert!(
                whole.moment(t).ledger.adds_up(),
                "at {t}: {:?}",
                whole.moment(t).ledger
            );
        }
    }
}

/// A pill in one shard leaves every event of the other shards identical, and every arrival.
#[test]
fn a_pill_leaves_the_other_shards_alone() {
    let base = Scenario::default();
    let mut with_pill = base.clone();
    with_pill.actions.push(Action {
        at: SimTime::from_hours(1),
        deed: Deed::Pill { shard: 1 },
    });
    let [mut healthy, mut poisoned] = [base, with_pill].map(|scenario| {
        let (mut config, _) = configure(&scenario);
        // The pill alone would make the run longer.
        config.horizon = SimTime::from_hours(48);
        Recorder::new(config)
    });
    healthy.finish();
    poisoned.finish();
    assert_eq!(healthy.shard_digest(0), poisoned.shard_digest(0));
    assert_ne!(healthy.shard_digest(1), poisoned.shard_digest(1));
    for shard in 0..2 {
        for hour in 0..=48 {
            let t = SimTime::from_hours(hour);
            assert_eq!(
                healthy.stored_by(shard, t),
                poisoned.stored_by(shard, t),
                "arrivals by {t}"
            );
        }
    }
}

/// Two runs that differ in one setting of the consumer have the same arrivals, record by record: when, in which shard,
/// which record.
#[test]
fn arrivals_do_not_depend_on_the_consumer() {
    let consumer = |group| {
        matches!(
            group,
            Group::Mapping | Group::Function | Group::Second | Group::Account
        )
    };
    let knobs = KNOBS
        .iter()
        .filter(|spec| consumer(spec.group) && spec.knob != Knob::Reply);
    let knobs: Vec<Knob> = knobs.map(|spec| spec.knob).collect();
    assert!(knobs.len() > 15, "{}", knobs.len());
    let arrivals = |config: &Config| {
        let mut recorder = Recorder::new(config.clone());
        recorder.finish();
        let mut records = Vec::new();
        for shard in 0..config.shard_count {
            let log = recorder.log(shard);
            for position in 0..log.stored() {
                let at = log.stored_at(position).expect("it is stored");
                records.push((shard, at, log.rank(position)));
            }
        }
        records
    };
    swarm(&(0..knobs.len() as u64).collect::<Vec<_>>(), |seed| {
        let knob = knobs[seed as usize];
        // Of scenarios whose records arrive.
        let (mut scenario, config, before) = (0..10)
            .map(|n| scenario(LONG + seed + 10_000 * n))
            .map(|(scenario, config)| {
                let before = arrivals(&config);
                (scenario, config, before)
            })
            .find(|(.., before)| before.len() > 10)
            .expect("records arrive in most");
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        if knob.spec().kind.is_text() {
            let text = match scenario.settings.text(knob) {
                "" => r#"{"data":{"type":["refund"]}}"#,
                _ => "",
            };
            scenario.settings.set_text(knob, text);
        } else {
            let old = scenario.settings.get(knob);
            let new = (0..1_000)
                .map(|_| value(&mut rng, knob))
                .find(|&new| new != old);
            scenario
                .settings
                .set(knob, new.expect("it has another value"));
        }
        let (mut changed, _) = configure(&scenario);
        changed.horizon = config.horizon;
        assert_eq!(before, arrivals(&changed), "{knob:?}");
    });
}

/// Heal and drain: when traffic stops and the code is fixed, everything left is handled.
#[test]
fn a_healed_run_drains() {
    for seed in seeds(LONG / 3) {
        let name = named(seed);
        println!("{name}");
        let (mut scenario, _) = scenario(seed);
        // What waits for ever is never healed.
        let waits =
            |deed: &Deed| matches!(deed, Deed::Set { knob, .. } if *knob == Knob::RequestTimeout);
        scenario
            .actions
            .retain(|action| action.at < SimTime::from_secs(1_800) && !waits(&action.deed));
        scenario.settings.set(Knob::RequestTimeout, 2_000_000);
        // What waits for its turn must have it in time.
        let (trip, at_once) = (Knob::RoundTrip, Knob::MaxInFlight);
        let value = scenario.settings.get(trip).min(100_000);
        scenario.settings.set(trip, value);
        if scenario.settings.get(at_once) > 0 {
            scenario.settings.set(at_once, 64);
        }
        let at = SimTime::from_secs(1_800);
        for (knob, value) in [
            (Knob::RecordsPerSecond, 0),
            (Knob::Fixed, 1),
            (Knob::Handler, 0),
            (Knob::Outage, 0),
            (Knob::Enabled, 1),
            (Knob::MappingExists, 0),
            (Knob::Crashes, 0),
            (Knob::ColdStart, 0),
            (Knob::ServerErrors, 0),
            (Knob::BlackHole, 0),
            (Knob::RepliesLost, 0),
            (Knob::EsmOverhead, 30_000),
            (Knob::BatchSize, 100),
            (Knob::PerRecord, 0),
            (Knob::PerBatch, 1_000),
            (Knob::EsmOverhead, 10_000),
            (Knob::ConcurrentExecutions, 1_000),
            (Knob::EsmOverhead, 1_000),
            (Knob::ReservedConcurrentExecutions, -1),
            (Knob::NeighbourRate, 0),
            (Knob::SecondFails, 0),
            (Knob::SecondHandler, 0),
            (Knob::SecondBatchSize, 100),
            (Knob::SecondPerRecord, 0),
            (Knob::SecondPerBatch, 1_000),
            (Knob::SecondReserved, -1),
        ] {
            scenario.actions.push(Action {
                at,
                deed: Deed::Set { knob, value },
            });
        }
        let (mut config, _) = configure(&scenario);
        config.horizon = SimTime::from_hours(4);
        let mut recorder = Recorder::new(config);
        recorder.finish();
        let ledger = recorder.final_ledger();
        assert_eq!(
            (ledger.unread.total(), ledger.with_producer.total()),
            (0, 0),
            "{name}: {ledger:?}"
        );
        let moment = recorder.moment(recorder.computed_until());
        let second = moment.second.map(|second| second.ledger.unread);
        assert_eq!(second.unwrap_or_default(), Tally::default(), "{name}");
    }
}

/// Seconds are the truth behind the minutes: they add up to them, and the largest is the minute's peak.
#[test]
fn seconds_add_up_to_minutes() {
    for seed in seeds(LONG / 10) {
        println!("{}", named(seed));
        let (_, config) = scenario(seed);
        let mut recorder = Recorder::new(config);
        recorder.finish();
        for from in [0, 7, 31] {
            let seconds = recorder.seconds(SimTime::from_secs(from * 60), 240);
            for (shard, seconds) in seconds.iter().enumerate() {
                let minutes = &recorder.minutes(shard as u16)[from as usize..][..4];
                for (minute, seconds) in minutes.iter().zip(seconds.chunks(60)) {
                    let sum = |field: fn(&Second) -> u32| seconds.iter().map(field).sum::<u32>();
                    let peak =
                        |field: fn(&Second) -> u32| seconds.iter().map(field).max().unwrap_or(0);
                    let rebuilt = Minute {
                        stored: sum(|s| s.stored),
                        peak_stored: peak(|s| s.stored),
                        write_throttled: sum(|s| s.write_throttled),
                        processed: sum(|s| s.processed),
                        peak_processed: peak(|s| s.processed),
                        expired: sum(|s| s.expired),
                        peak_expired: peak(|s| s.expired),
                        discarded: sum(|s| s.discarded),
                        invocations: sum(|s| s.invocations),
                        errors: sum(|s| s.errors),
                        throttles: sum(|s| s.throttles),
                        handled_again: sum(|s| s.handled_again),
                        iterator_age_ms: minute.iterator_age_ms,
                    };
                    assert_eq!(rebuilt, *minute, "shard {shard} from minute {from}");
                }
            }
        }
    }
}
