//! What CloudWatch counted: the series in `get-metric-data` and `get-metric-statistics`, and rows of a table.

use super::reading::{millionths, seconds};
use crate::scenario::traffic::{INTERVALS_MAX, PastedTraffic};
use crate::words;
use serde_json::Value;

/// A metric that tells a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    IncomingRecords,
    IncomingBytes,
    Duration,
    Invocations,
}

impl Metric {
    pub(super) const ALL: [Self; 4] = [
        Self::IncomingRecords,
        Self::IncomingBytes,
        Self::Duration,
        Self::Invocations,
    ];

    /// Its name in CloudWatch.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::IncomingRecords => "IncomingRecords",
            Self::IncomingBytes => "IncomingBytes",
            Self::Duration => "Duration",
            Self::Invocations => "Invocations",
        }
    }

    /// The statistic that tells something.
    pub(super) fn statistic(self) -> &'static str {
        match self {
            Self::Duration => "Average",
            Self::IncomingRecords | Self::IncomingBytes | Self::Invocations => "Sum",
        }
    }

    /// The metric that a label or an id names, in any letter case.
    fn named(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let names = |metric: &Self| text.contains(&metric.name().to_ascii_lowercase());
        // PostRuntimeExtensionsDuration and the like are other metrics.
        Self::ALL
            .into_iter()
            .find(names)
            .filter(|metric| *metric != Self::Duration || !text.contains("extensions"))
    }
}

/// Values at times in seconds, in millionths; each time once, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Series(pub(super) Vec<(i64, i64)>);

/// A series that was found, or why it cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) metric: Option<Metric>,
    pub(super) points: Result<Vec<(i64, i64)>, String>,
}

/// The series in what `get-metric-data` prints.
pub(super) fn of_results(results: &[Value]) -> Vec<Found> {
    results.iter().map(of_result).collect()
}

fn of_result(result: &Value) -> Found {
    let text = |name| result.get(name).and_then(Value::as_str).unwrap_or("");
    let metric = Metric::named(text("Label")).or_else(|| Metric::named(text("Id")));
    let list = |name: &str| match result.get(name) {
        Some(Value::Array(list)) => list.as_slice(),
        _ => &[],
    };
    let (times, values) = (list("Timestamps"), list("Values"));
    if times.len() != values.len() {
        let points = Err("It has more times than values, or fewer.".to_owned());
        return Found { metric, points };
    }
    let points = times
        .iter()
        .zip(values)
        .map(|(time, value)| point(time, value));
    Found {
        metric,
        points: points.collect(),
    }
}

/// The series in what `get-metric-statistics` prints.
pub(super) fn of_statistics(label: &str, datapoints: &[Value]) -> Found {
    let metric = Metric::named(label);
    let statistic = metric.map_or("Sum", Metric::statistic);
    let each = |datapoint: &Value| {
        let value = datapoint.get(statistic);
        let value = value.ok_or_else(|| format!("It needs the statistic {statistic}."))?;
        point(datapoint.get("Timestamp").unwrap_or(&Value::Null), value)
    };
    let points = datapoints.iter().map(each).collect();
    Found { metric, points }
}

fn point(time: &Value, value: &Value) -> Result<(i64, i64), String> {
    let time = match time {
        Value::String(text) => seconds(text),
        Value::Number(number) => seconds(number.as_str()),
        _ => None,
    };
    let value = match value {
        Value::Number(number) => millionths(number.as_str()).filter(|value| *value >= 0),
        _ => None,
    };
    let time = time.ok_or("One of its times is not known here.")?;
    let value = value.ok_or("One of its values is not a number from 0.")?;
    Ok((time, value))
}

impl Series {
    /// Puts points in order.
    pub(super) fn new(mut points: Vec<(i64, i64)>) -> Result<Self, String> {
        points.sort_by_key(|point| point.0);
        let twice = points.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if twice {
            return Err("One time is there twice.".to_owned());
        }
        Ok(Self(points))
    }

    /// All values together, in millionths.
    pub(super) fn sum(&self) -> i128 {
        self.0.iter().map(|point| i128::from(point.1)).sum()
    }

    /// The value at a time, in millionths.
    pub(super) fn at(&self, time: i64) -> Option<i64> {
        let place = self.0.binary_search_by(|point| point.0.cmp(&time));
        place.ok().map(|index| self.0[index].1)
    }

    /// As counts per interval. The interval is what all gaps are multiples of; what is not there is 0.
    pub(super) fn traffic(&self) -> Result<PastedTraffic, String> {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else {
            return Err("It has no datapoints.".to_owned());
        };
        if self.0.len() < 2 {
            return Err("One count tells no interval; give at least two.".to_owned());
        }
        let gaps = self.0.windows(2).map(|pair| pair[1].0.abs_diff(pair[0].0));
        let interval = gaps.fold(0, greatest_common_divisor);
        let count = last.0.abs_diff(first.0) / interval + 1;
        if count > INTERVALS_MAX as u64 {
            return Err(format!(
                "With {} s between its closest times these are {} intervals; at most {} can be played.",
                words::number(interval),
                words::number(count),
                words::number(INTERVALS_MAX as u64)
            ));
        }
        let mut counts = vec![0; count as usize];
        for (time, value) in &self.0 {
            let index = time.abs_diff(first.0) / interval;
            counts[index as usize] = (value.unsigned_abs() + 500_000) / 1_000_000;
        }
        PastedTraffic::new(interval, counts)
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}
