//! The reference workload on nexosim: one model per shard holds both its arrivals and its poller, because a model for
//! each and a port between them measured slower. One thread: a second only waits for the first.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::simulation::{EventKey, Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::{Outcome, cpu_seconds};

const SHARDS: u64 = 10;
const RECORDS: u64 = 1_000_000;
const BATCH: usize = 100;
const WINDOW: Duration = Duration::from_secs(1);

static ATTEMPTS: AtomicU64 = AtomicU64::new(0);
static COMPLETED: AtomicU64 = AtomicU64::new(0);
/// Summed, so that the work is done; the mean is about 91 ms.
static LATENCY_NS: AtomicU64 = AtomicU64::new(0);

#[derive(Serialize, Deserialize)]
struct Shard {
    draws: u64,
    to_come: u64,
    /// Arrival times of what waits, in ns.
    queue: VecDeque<u64>,
    /// Of what is being handled.
    batch: Vec<u64>,
    attempt: u32,
    closing: Option<EventKey>,
}

#[Model]
impl Shard {
    fn new(seed: u64, records: u64) -> Self {
        Self {
            draws: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15),
            to_come: records,
            queue: VecDeque::new(),
            batch: Vec::new(),
            attempt: 0,
            closing: None,
        }
    }

    /// Uniform in (0, 1].
    fn uniform(&mut self) -> f64 {
        self.draws = self.draws.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.draws;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((x ^ (x >> 31)) >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    fn exponential(&mut self, mean_s: f64) -> Duration {
        // Nothing may happen twice at the same nanosecond.
        Duration::from_secs_f64(-self.uniform().ln() * mean_s).max(Duration::from_nanos(1))
    }

    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        let gap = self.exponential(0.001);
        cx.schedule_event(gap, schedulable!(Self::arrive), ()).expect("it is later");
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.queue.push_back(now(cx));
        self.to_come -= 1;
        if self.to_come > 0 {
            let gap = self.exponential(0.001);
            cx.schedule_event(gap, schedulable!(Self::arrive), ()).expect("it is later");
        }
        if self.batch.is_empty() {
            self.look(cx);
        }
    }

    /// The poller is free and something waits: takes a full batch, or waits for it to fill.
    fn look(&mut self, cx: &Context<Self>) {
        if self.queue.len() >= BATCH {
            if let Some(key) = self.closing.take() {
                key.cancel();
            }
            self.take(cx);
        } else if self.closing.is_none() && !self.queue.is_empty() {
            let key = cx.schedule_keyed_event(WINDOW, schedulable!(Self::close), ());
            self.closing = Some(key.expect("it is later"));
        }
    }

    #[nexosim(schedulable)]
    async fn close(&mut self, _: (), cx: &Context<Self>) {
        self.closing = None;
        self.take(cx);
    }

    fn take(&mut self, cx: &Context<Self>) {
        let count = self.queue.len().min(BATCH);
        self.batch.extend(self.queue.drain(..count));
        self.attempt = 0;
        self.invoke(cx);
    }

    fn invoke(&mut self, cx: &Context<Self>) {
        self.attempt += 1;
        ATTEMPTS.fetch_add(self.batch.len() as u64, Ordering::Relaxed);
        let service = Duration::from_millis(20) + self.exponential(0.02);
        cx.schedule_event(service, schedulable!(Self::end), ()).expect("it is later");
    }

    #[nexosim(schedulable)]
    async fn again(&mut self, _: (), cx: &Context<Self>) {
        self.invoke(cx);
    }

    #[nexosim(schedulable)]
    async fn end(&mut self, _: (), cx: &Context<Self>) {
        if self.uniform() <= 0.01 {
            let ceiling = (0.1 * f64::from(self.attempt - 1).exp2()).min(20.0);
            let pause = Duration::from_secs_f64(self.uniform() * ceiling).max(Duration::from_nanos(1));
            cx.schedule_event(pause, schedulable!(Self::again), ()).expect("it is later");
            return;
        }
        let now = now(cx);
        let latency: u64 = self.batch.iter().map(|arrived| now - arrived).sum();
        LATENCY_NS.fetch_add(latency, Ordering::Relaxed);
        COMPLETED.fetch_add(self.batch.len() as u64, Ordering::Relaxed);
        self.batch.clear();
        self.look(cx);
    }
}

/// Nanoseconds since the start.
fn now(cx: &Context<Shard>) -> u64 {
    cx.time().duration_since(MonotonicTime::EPOCH).as_nanos() as u64
}

/// The time of the run alone.
pub fn run() -> (Outcome, f64) {
    let before = cpu_seconds();
    let mut bench = SimInit::with_num_threads(1);
    for shard in 0..SHARDS {
        let model = Shard::new(shard + 1, RECORDS / SHARDS);
        bench = bench.add_model(model, Mailbox::new(), &format!("shard-{shard}"));
    }
    let mut simulation = bench.init(MonotonicTime::EPOCH).expect("it begins");
    simulation.run().expect("it ends");
    let taken = cpu_seconds() - before;
    let completed = COMPLETED.load(Ordering::Relaxed);
    let mean_ms = LATENCY_NS.load(Ordering::Relaxed) / completed / 1_000_000;
    assert!((80..100).contains(&mean_ms), "another workload: {mean_ms} ms");
    let outcome = Outcome {
        arrivals: RECORDS,
        attempts: ATTEMPTS.load(Ordering::Relaxed),
        completed,
    };
    (outcome, taken)
}
