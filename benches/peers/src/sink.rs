//! The reference workload on this project's engine, through the same recorder that the page uses.

use crate::events::record_events;
use crate::workloads::WORKLOADS;
use crate::{Outcome, cpu_seconds};

/// An hour of it; the time of the run alone, from nothing.
pub fn run() -> (Outcome, f64) {
    let reference = WORKLOADS.iter().find(|workload| workload.name == "reference workload");
    let reference = reference.expect("it is among them");
    let before = cpu_seconds();
    let mut recorder = reference.recorder();
    recorder.finish();
    let taken = cpu_seconds() - before;
    let [arrivals, attempts, completed] = record_events(&mut recorder);
    let outcome = Outcome {
        arrivals,
        attempts,
        completed,
    };
    (outcome, taken)
}
