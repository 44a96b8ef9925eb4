//! Runs the reference workload of `benches/README.md` once on one engine, and prints one line:
//! engine, records, deliveries of records, record-events, CPU seconds, record-events per CPU second.
//!
//! usage: peers sink | nexosim

mod nexosim_shards;
mod sink;
#[path = "../../../tests/support/workloads.rs"]
mod workloads;
#[path = "../../../tests/support/record_events.rs"]
mod events;

use std::process::ExitCode;

/// What a run came to.
pub struct Outcome {
    pub arrivals: u64,
    /// Deliveries of records, failed ones included.
    pub attempts: u64,
    pub completed: u64,
}

/// Seconds this thread has been on a processor; other work on the machine does not count.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|first| first.parse::<u64>().ok());
    nanoseconds.map_or(f64::NAN, |ns| ns as f64 / 1e9)
}

fn main() -> ExitCode {
    let engine = std::env::args().nth(1).unwrap_or_default();
    let (outcome, seconds) = match engine.as_str() {
        "sink" => sink::run(),
        "nexosim" => nexosim_shards::run(),
        _ => {
            eprintln!("usage: peers sink | nexosim");
            return ExitCode::from(2);
        }
    };
    let events = outcome.arrivals + outcome.attempts + outcome.completed;
    println!(
        "{engine} {} {} {events} {seconds:.4} {:.0}",
        outcome.arrivals,
        outcome.attempts,
        events as f64 / seconds
    );
    ExitCode::SUCCESS
}
