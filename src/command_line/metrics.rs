//! `run --metrics`: CloudWatch's metrics as CSV, a row per period; and over the whole run, for `--json`.

use super::outcome::Outcome;
use crate::engine::config::Role;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::metrics::{METRICS, MetricSpec, Period, Statistic};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Periods folded at a time, so that a long run needs no more memory than a short one.
const AT_ONCE: usize = 1_000;

/// Writes the CSV: a period's start in microseconds, then a column for each metric; empty where there is no data. Behind
/// them those of a second mapping, if there is one.
pub(super) fn write(
    outcome: &Outcome,
    (from, to): (SimTime, SimTime),
    period: SimDuration,
    out: &mut impl Write,
) -> io::Result<()> {
    let names = METRICS.iter().map(|spec| spec.name);
    write!(out, "at_us,{}", names.collect::<Vec<_>>().join(","))?;
    let has_second = outcome.end.second.is_some();
    for spec in of_mapping().filter(|_| has_second) {
        write!(out, ",{} (mapping 2)", spec.name)?;
    }
    writeln!(out)?;
    let mut number = from.0 / period.0;
    let end = to.0.div_ceil(period.0);
    while number < end {
        let start = SimTime(number * period.0);
        let count = AT_ONCE.min((end - number) as usize);
        let rows = |role| outcome.recorder.metrics_of(role, start, period, count);
        let second = if has_second {
            rows(Role::Second)
        } else {
            Vec::new()
        };
        for (index, row) in rows(Role::First).iter().enumerate() {
            write!(out, "{}", number * period.0)?;
            for spec in METRICS {
                write!(out, ",{}", cell(row, spec))?;
            }
            if let Some(row) = second.get(index) {
                for spec in of_mapping() {
                    write!(out, ",{}", cell(row, spec))?;
                }
            }
            writeln!(out)?;
            number += 1;
        }
    }
    Ok(())
}

/// The metrics that each mapping has for itself.
fn of_mapping() -> impl Iterator<Item = &'static MetricSpec> {
    METRICS.iter().filter(|spec| spec.is_of_mapping())
}

fn cell(period: &Period, spec: &MetricSpec) -> String {
    period.milli(spec.metric).map_or(String::new(), |milli| {
        if spec.statistic == Statistic::Average {
            format!("{}.{:03}", milli / 1_000, milli % 1_000)
        } else {
            (milli / 1_000).to_string()
        }
    })
}

/// Every metric over the whole run, with its statistic; null where there is no data. Of the second mapping only its own.
pub(super) fn whole_run(outcome: &Outcome, role: Role) -> Value {
    let end = outcome.recorder.computed_until();
    let period = outcome
        .recorder
        .metrics_of(role, SimTime::ZERO, end.since(SimTime::ZERO), 1)[0];
    let each = |spec: &MetricSpec| {
        let set = period.of(spec.metric);
        let average = period
            .milli(spec.metric)
            .filter(|_| spec.statistic == Statistic::Average);
        let value = match (spec.statistic, set.count) {
            (_, 0) => Value::Null,
            (Statistic::Sum, _) => json!(set.sum),
            (Statistic::Maximum, _) => json!(set.maximum),
            (Statistic::Average, _) => json!(average.unwrap_or(0) as f64 / 1_000.0),
        };
        let statistic = format!("{:?}", spec.statistic);
        let row = json!({
            "namespace": spec.namespace.name(), "unit": spec.unit.name(), "statistic": statistic,
            "value": value, "samples": set.count,
        });
        (spec.name.to_owned(), row)
    };
    let wanted = |spec: &&MetricSpec| role == Role::First || spec.is_of_mapping();
    Value::Object(METRICS.iter().filter(wanted).map(each).collect())
}
