//! How long the engine takes natively for runs of every kind, and how much memory: `cargo bench`.
//!
//! Each row computes a run whole, from nothing, as the page does. *Items* are record-events: a record's arrival, the
//! delivery of it that succeeds, and its completion. `max alloc` is the most memory the run held at once.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../tests/support/record_events.rs"]
mod events;
#[path = "../tests/support/workloads.rs"]
mod workloads;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use events::record_events;
use overflowing_sink::recording::recorder::Recorder;
use workloads::{WORKLOADS, Workload};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench(args = WORKLOADS, sample_count = 5, sample_size = 1)]
fn run(bencher: Bencher, workload: &Workload) {
    let events: u64 = record_events(&mut whole(workload)).iter().sum();
    bencher
        .counter(ItemsCount::new(events))
        .bench_local(|| whole(workload).digest());
}

fn whole(workload: &Workload) -> Recorder {
    let mut recorder = workload.recorder();
    recorder.finish();
    recorder
}
