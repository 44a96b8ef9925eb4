//! The contention model of "Exponential Backoff And Jitter" (P26, P27), on the project's own back-off.
//!
//! One server keeps one row with a version. Every client needs one conditional write: it reads the version, writes,
//! and is refused if somebody wrote in between; then it backs off and reads again. Every message takes
//! |Normal(10, 2)| ms. It knows nothing of streams: it is a small lab beside the model.

use super::backoff;
use super::config::BackoffPolicy;
use super::curve::Tables;
use super::random::{Draws, Purpose};
use super::time::{SimDuration, SimTime};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The first pause of the published table, before jitter doubles it.
pub const BASE: SimDuration = SimDuration::from_millis(5);
/// Its longest pause.
pub const CAP: SimDuration = SimDuration::from_millis(2_000);
/// Mean and standard deviation of a message's time, in microseconds.
const MESSAGE_US: (i64, i64) = (10_000, 2_000);
/// Most clients of one contest: without back-off their calls grow with the square.
pub const CLIENTS_MAX: u32 = 1_000;
/// Most contests a table averages over.
pub const RUNS_MAX: u32 = 1_000;

/// The policies of the table, under the names that links use.
pub const POLICIES: [(BackoffPolicy, &str); 5] = [
    (BackoffPolicy::None, "none"),
    (BackoffPolicy::Exponential, "exponential"),
    (BackoffPolicy::EqualJitter, "equal"),
    (BackoffPolicy::FullJitter, "full"),
    (BackoffPolicy::Decorrelated, "decorrelated"),
];

/// What one contest cost, or several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Writes that were tried; reads do not count.
    pub calls: u64,
    /// Until the last client had its answer.
    pub time: SimDuration,
}

/// Contests of all five policies, run after run; within a run a client's n-th message takes the same time under each.
#[derive(Clone, Debug)]
pub struct Lab {
    clients: u32,
    seed: u64,
    contests: u32,
    sums: [Cost; POLICIES.len()],
    tables: Tables,
}

/// Where a client stands when its next message arrives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// The server reads the version for it.
    Read,
    /// It has the version and sends its write.
    Send,
    /// The server compares and writes.
    Write,
    /// It hears that it was refused.
    Refused,
    /// It hears that it was done.
    Done,
}

/// One client: the version it read, and how it has fared.
#[derive(Clone, Copy, Default)]
struct Client {
    version: u32,
    messages: u64,
    failures: u32,
    pause: SimDuration,
}

impl Lab {
    /// A lab with so many clients, held to what [`CLIENTS_MAX`] allows.
    pub fn new(clients: u32, seed: u64) -> Self {
        Self {
            clients: clients.clamp(1, CLIENTS_MAX),
            seed,
            contests: 0,
            sums: [Cost::default(); POLICIES.len()],
            tables: Tables::new(),
        }
    }

    /// Runs the next contest: policy after policy, over and over.
    pub fn advance(&mut self) {
        let (run, policy) = (self.runs(), self.contests as usize % POLICIES.len());
        let cost = self.contest(POLICIES[policy].0, run);
        let sum = &mut self.sums[policy];
        sum.calls += cost.calls;
        sum.time = sum.time + cost.time;
        self.contests += 1;
    }

    /// How many clients compete.
    pub fn clients(&self) -> u32 {
        self.clients
    }

    /// What the draws begin with.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How often every policy was run.
    pub fn runs(&self) -> u32 {
        self.contests / POLICIES.len() as u32
    }

    /// What all contests cost together, in the order of [`POLICIES`].
    pub fn sums(&self) -> &[Cost; POLICIES.len()] {
        &self.sums
    }

    /// What a contest cost on average so far, rounded: in the order of [`POLICIES`]; zero before the first.
    pub fn means(&self) -> [Cost; POLICIES.len()] {
        let mut index = 0;
        self.sums.map(|sum| {
            // The policies before the next one are a contest ahead.
            let ahead = u32::from(index < self.contests % POLICIES.len() as u32);
            let runs = u64::from(self.runs() + ahead).max(1);
            index += 1;
            Cost {
                calls: (sum.calls + runs / 2) / runs,
                time: SimDuration((sum.time.0 + runs / 2) / runs),
            }
        })
    }

    /// One contest. All clients start at once, and each has one message or pause at a time.
    fn contest(&self, policy: BackoffPolicy, run: u32) -> Cost {
        let entity = |client: u32| u64::from(run) * u64::from(CLIENTS_MAX) + u64::from(client);
        let mut clients = vec![Client::default(); self.clients as usize];
        let (mut version, mut calls, mut now) = (0, 0, SimTime::ZERO);
        let mut pending = BinaryHeap::with_capacity(clients.len());
        for id in 0..self.clients {
            let at = SimTime::ZERO + self.message(entity(id), &mut clients[id as usize]);
            pending.push(Reverse((at, id, Step::Read)));
        }
        while let Some(Reverse((at, id, step))) = pending.pop() {
            now = at;
            let client = &mut clients[id as usize];
            let mut wait = SimDuration::ZERO;
            let next = match step {
                Step::Read => {
                    client.version = version;
                    Step::Send
                }
                Step::Send => Step::Write,
                Step::Write => {
                    calls += 1;
                    let is_current = client.version == version;
                    version += u32::from(is_current);
                    if is_current {
                        Step::Done
                    } else {
                        Step::Refused
                    }
                }
                Step::Refused => {
                    client.failures += 1;
                    let draw = Draws::new(self.seed, Purpose::ContentionPause, entity(id));
                    let draw = draw.at(u64::from(client.failures));
                    client.pause =
                        backoff::pause(policy, BASE, CAP, client.failures, client.pause, draw);
                    wait = client.pause;
                    Step::Read
                }
                Step::Done => continue,
            };
            let at = at + wait + self.message(entity(id), client);
            pending.push(Reverse((at, id, next)));
        }
        Cost {
            calls,
            time: now.since(SimTime::ZERO),
        }
    }

    /// How long the client's next message takes.
    fn message(&self, entity: u64, client: &mut Client) -> SimDuration {
        let draws = Draws::new(self.seed, Purpose::ContentionMessage, entity);
        let z_q20 = self.tables.normal_q20(draws.at(client.messages));
        client.messages += 1;
        let (mean, deviation) = MESSAGE_US;
        SimDuration((mean + ((deviation * z_q20) >> 20)).unsigned_abs())
    }
}
