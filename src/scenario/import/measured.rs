//! What metrics tell: the traffic, the size of a record, and how long the function takes.

use super::series::{Found, Metric, Series};
use super::{Import, Told, line};
use crate::engine::time::SimDuration;
use crate::scenario::knobs::Knob;
use crate::words;
use std::sync::Arc;

/// Fewer intervals than this show no law.
const FIT_MIN: u32 = 30;

/// The series of each metric.
#[derive(Default)]
struct Measured {
    all: Vec<(Metric, Series)>,
}

impl Measured {
    fn get(&self, metric: Metric) -> Option<&Series> {
        let mut all = self.all.iter();
        all.find(|(of, _)| *of == metric).map(|(_, series)| series)
    }
}

/// Time per batch and per record, in microseconds, by least squares.
struct Fit {
    per_batch: f64,
    per_record: f64,
    intervals: u32,
}

impl Import {
    /// Takes over series and the rows of a table. The error is that of the table.
    pub(super) fn measured(&mut self, found: &[Found], rows: &[(i64, i64)]) -> Result<(), String> {
        if !rows.is_empty() {
            let series = Series::new(rows.to_vec())?;
            self.traffic_of("The table", &series)?;
        }
        let measured = self.merge(found);
        if let Some(records) = measured.get(Metric::IncomingRecords) {
            if self.has_told(Told::Traffic) {
                let note = "The table tells the traffic.";
                self.no_effect.push(line("IncomingRecords", "", note));
            } else if let Err(why) = self.traffic_of("IncomingRecords", records) {
                self.invalid.push(line("IncomingRecords", "", why));
            }
        }
        self.bytes(&measured);
        self.times(&measured);
        Ok(())
    }

    /// Pages of one metric belong together.
    fn merge(&mut self, found: &[Found]) -> Measured {
        let mut points: Vec<(Metric, Vec<(i64, i64)>)> = Vec::new();
        for found in found {
            let Some(metric) = found.metric else {
                let note =
                    "Only IncomingRecords, IncomingBytes, Duration and Invocations tell a setting.";
                self.no_effect.push(line("Another metric", "", note));
                continue;
            };
            match &found.points {
                Err(why) => self.invalid.push(line(metric.name(), "", why.as_str())),
                Ok(more) => match points.iter_mut().find(|(of, _)| *of == metric) {
                    Some((_, points)) => points.extend(more),
                    None => points.push((metric, more.clone())),
                },
            }
        }
        let mut measured = Measured::default();
        for (metric, points) in points {
            let series = Series::new(points);
            match series {
                Ok(series) if series.0.is_empty() => {
                    let note = "It has no datapoints in that time.";
                    self.invalid.push(line(metric.name(), "", note));
                }
                Ok(series) => measured.all.push((metric, series)),
                Err(why) => self.invalid.push(line(metric.name(), "", why)),
            }
        }
        measured
    }

    fn traffic_of(&mut self, name: &str, series: &Series) -> Result<(), String> {
        let traffic = series.traffic()?;
        let value = format!(
            "{} intervals of {}, mean {}/s, peak {}/s",
            words::number(traffic.counts().len() as u64),
            words::span(SimDuration::from_secs(u64::from(traffic.interval_s()))),
            words::number(traffic.mean()),
            words::number(traffic.peak())
        );
        let note = match name {
            "IncomingRecords" => {
                "It counts what was accepted (M2). Played from the start and over again; a link holds the mean only, a scenario file all of it."
            }
            _ => {
                "Played from the start and over again; a link holds the mean only, a scenario file all of it."
            }
        };
        self.settings.play(&traffic);
        self.traffic = Some(Arc::new(traffic));
        self.taken.push(line(name, value, note));
        self.tell(Told::Traffic);
        Ok(())
    }

    /// `IncomingBytes` by `IncomingRecords`, over the times that both have.
    fn bytes(&mut self, measured: &Measured) {
        let Some(bytes) = measured.get(Metric::IncomingBytes) else {
            return;
        };
        let name = "IncomingBytes";
        let Some(records) = measured.get(Metric::IncomingRecords) else {
            let note = "Without IncomingRecords it tells no size.";
            return self.invalid.push(line(name, "", note));
        };
        let both = bytes
            .0
            .iter()
            .filter_map(|&(time, bytes)| Some((bytes, records.at(time)?)));
        let (mut sum, mut count) = (0_i128, 0_i128);
        for (bytes, records) in both {
            sum += i128::from(bytes);
            count += i128::from(records);
        }
        if count == 0 {
            let note = "There are no records at its times.";
            return self.invalid.push(line(name, "", note));
        }
        let size = i64::try_from((sum + count / 2) / count).unwrap_or(i64::MAX);
        self.settings.set(Knob::RecordBytes, size);
        let size = words::number(self.settings.count(Knob::RecordBytes));
        let note = "Bytes by records, partition keys included.";
        self.taken
            .push(line(name, format!("{size} B a record"), note));
        self.tell(Told::Bytes);
    }

    /// Time per batch and per record: from how the duration grows with the batch where it does, else from its average.
    fn times(&mut self, measured: &Measured) {
        let Some(duration) = measured.get(Metric::Duration) else {
            return;
        };
        let records = measured.get(Metric::IncomingRecords);
        let invocations = measured.get(Metric::Invocations);
        let both = records.zip(invocations);
        if let Some(fit) =
            both.and_then(|(records, invocations)| fit(records, invocations, duration))
        {
            self.set_times(fit.per_batch, fit.per_record);
            let note = format!(
                "From how the Duration grew with the records per invocation in {} intervals.",
                words::number(u64::from(fit.intervals))
            );
            self.taken.push(line("Duration", self.said_times(), note));
            return self.tell(Told::Times);
        }
        let (average, batch, how) = match both {
            Some((records, invocations)) if invocations.sum() > 0 => {
                let batch = records.sum() as f64 / invocations.sum() as f64;
                (weighted(duration, invocations), batch, "")
            }
            _ => (
                weighted(duration, duration),
                self.likely_batch(),
                ", reckoned from the traffic and one poll a second",
            ),
        };
        let batch = batch.max(1.0);
        let fixed = (self.settings.count(Knob::PerBatch) as f64).min(average / 2.0);
        self.set_times(fixed, (average - fixed) / batch);
        let note = format!(
            "Shared out from an average Duration of {} at {} records an invocation{how}.",
            words::span(SimDuration(average as u64)),
            words::decimal(batch)
        );
        let times = line("Time per batch and per record", self.said_times(), note);
        self.guess(&[Knob::PerBatch, Knob::PerRecord], times);
        self.tell(Told::Times);
    }

    fn set_times(&mut self, per_batch: f64, per_record: f64) {
        // Three digits are more than anybody can know.
        let rounded = |us: f64| (us / 10.0).round() as i64 * 10;
        self.settings.set(Knob::PerBatch, rounded(per_batch));
        self.settings
            .set(Knob::PerRecord, rounded(per_record).max(1));
    }

    fn said_times(&self) -> String {
        let said = |knob| words::span(self.settings.span(knob));
        let (batch, record) = (said(Knob::PerBatch), said(Knob::PerRecord));
        format!("{batch} a batch and {record} a record")
    }

    /// Records that gather for a lane until the next poll, or for the batching window (E4, E5).
    fn likely_batch(&self) -> f64 {
        let settings = &self.settings;
        let lanes = settings.count(Knob::ShardCount) * settings.count(Knob::ParallelizationFactor);
        let window = settings.count(Knob::MaximumBatchingWindowInSeconds).max(1);
        let gathered = settings.count(Knob::RecordsPerSecond) * window;
        let most = settings.count(Knob::BatchSize) as f64;
        (gathered as f64 / lanes as f64).min(most)
    }
}

/// The mean of a duration in µs, each interval as heavy as it had invocations, or all alike if they are not known.
fn weighted(duration: &Series, invocations: &Series) -> f64 {
    let alike = std::ptr::eq(duration, invocations);
    let (mut sum, mut weight) = (0.0, 0.0);
    for &(time, value) in &duration.0 {
        let heavy = if alike {
            1.0
        } else {
            invocations.at(time).unwrap_or(0) as f64
        };
        sum += heavy * value as f64 / 1e3;
        weight += heavy;
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// The line through durations over records per invocation, if they lie on one.
fn fit(records: &Series, invocations: &Series, duration: &Series) -> Option<Fit> {
    let (mut all, mut x_sum, mut y_sum, mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    let mut intervals = 0;
    for &(time, invoked) in &invocations.0 {
        let (Some(records), Some(duration)) = (records.at(time), duration.at(time)) else {
            continue;
        };
        if invoked == 0 {
            continue;
        }
        // Millionths of a millisecond are thousandths of a microsecond.
        let (weight, x, y) = (
            invoked as f64,
            records as f64 / invoked as f64,
            duration as f64 / 1e3,
        );
        all += weight;
        x_sum += weight * x;
        y_sum += weight * y;
        xx += weight * x * x;
        xy += weight * x * y;
        yy += weight * y * y;
        intervals += 1;
    }
    if intervals < FIT_MIN {
        return None;
    }
    let (x, y) = (x_sum / all, y_sum / all);
    let (var_x, var_y, cov) = (xx / all - x * x, yy / all - y * y, xy / all - x * y);
    // The batch must vary by a tenth, and explain half of what the duration varies by.
    let is_line = var_x >= 0.01 * x * x && cov > 0.0 && cov * cov >= 0.5 * var_x * var_y;
    let per_record = cov / var_x;
    let per_batch = y - per_record * x;
    (is_line && per_batch >= 0.0).then_some(Fit {
        per_batch,
        per_record,
        intervals,
    })
}
