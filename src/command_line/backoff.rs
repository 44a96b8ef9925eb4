//! `backoff`: the table of "Exponential Backoff And Jitter" (P26, P27).

use super::Failure;
use crate::engine::contention::{Cost, Lab, POLICIES};
use crate::words;
use serde_json::json;
use std::io::Write;

/// Prints what every policy cost on average.
pub(super) fn backoff(
    clients: u32,
    runs: u32,
    seed: u32,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let mut lab = Lab::new(clients, u64::from(seed));
    while lab.runs() < runs {
        lab.advance();
    }
    if json {
        let rows = POLICIES.into_iter().zip(lab.sums());
        let mean = |sum: u64| sum as f64 / f64::from(runs);
        let row = |((_, policy), sum): ((_, &str), &Cost)| {
            json!({
                "policy": policy,
                "clients": lab.clients(),
                "calls_mean": mean(sum.calls),
                "time_ms_mean": mean(sum.time.0) / 1_000.0,
            })
        };
        let list = serde_json::Value::Array(rows.map(row).collect());
        writeln!(out, "{list:#}")?;
        return Ok(());
    }
    writeln!(out, "{:<14}{:>12}{:>14}", "Back-off", "calls", "time")?;
    for ((_, policy), mean) in POLICIES.into_iter().zip(lab.means()) {
        let (calls, time) = (words::number(mean.calls), words::span(mean.time));
        writeln!(out, "{policy:<14}{calls:>12}{time:>14}")?;
    }
    Ok(())
}
