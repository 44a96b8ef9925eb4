//! Minutes gathered into the pixel columns of a chart.

use crate::engine::minute::Minute;
use crate::engine::time::SimTime;

const MINUTE_US: u64 = 60_000_000;

/// What one pixel column stands for. Rates are means over the column's minutes, ages are maxima.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Column {
    /// Records stored per second.
    pub stored: f64,
    /// Records processed per second.
    pub processed: f64,
    /// Good records expired per second.
    pub expired: f64,
    /// Invocations per minute.
    pub invocations: f64,
    /// Failed invocations per minute.
    pub errors: f64,
    /// Refused invocations per minute.
    pub throttles: f64,
    /// The oldest iterator age, in seconds.
    pub age: f64,
}

impl Column {
    fn add(&mut self, minute: &Minute) {
        self.stored += f64::from(minute.stored) / 60.0;
        self.processed += f64::from(minute.processed) / 60.0;
        self.expired += f64::from(minute.expired) / 60.0;
        self.invocations += f64::from(minute.invocations);
        self.errors += f64::from(minute.errors);
        self.throttles += f64::from(minute.throttles);
        self.age = self.age.max(f64::from(minute.iterator_age_ms) / 1_000.0);
    }

    fn divide(&mut self, minutes: f64) {
        for sum in [
            &mut self.stored,
            &mut self.processed,
            &mut self.expired,
            &mut self.invocations,
            &mut self.errors,
            &mut self.throttles,
        ] {
            *sum /= minutes;
        }
    }
}

/// Adds one shard's minutes to the columns of a chart `columns.len()` pixels wide, up to `until`.
/// Returns how many columns are known.
pub fn gather(
    columns: &mut [Column],
    minutes: &[Minute],
    horizon: SimTime,
    until: SimTime,
) -> usize {
    let known = minutes.len().min((until.0 / MINUTE_US) as usize);
    let total = (horizon.0.div_ceil(MINUTE_US) as usize).max(1);
    let width = columns.len();
    let mut filled = 0;
    for (i, column) in columns.iter_mut().enumerate() {
        let first = i * total / width;
        let end = ((i + 1) * total / width).max(first + 1);
        if end > known {
            break;
        }
        let mut sum = Column::default();
        for minute in &minutes[first..end] {
            sum.add(minute);
        }
        sum.divide((end - first) as f64);
        column.stored += sum.stored;
        column.processed += sum.processed;
        column.expired += sum.expired;
        column.invocations += sum.invocations;
        column.errors += sum.errors;
        column.throttles += sum.throttles;
        column.age = column.age.max(sum.age);
        filled = i + 1;
    }
    filled
}

/// The largest value of a row, at least `floor`, rounded up to a round number.
pub fn ceiling(values: impl Iterator<Item = f64>, floor: f64) -> f64 {
    let largest = values.fold(floor, f64::max);
    let mut scale = 1.0;
    while scale * 10.0 <= largest {
        scale *= 10.0;
    }
    [1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|mantissa| mantissa * scale)
        .find(|&round| largest <= round)
        .unwrap_or(largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(stored: u32, age: u32) -> Minute {
        Minute {
            stored,
            iterator_age_ms: age,
            ..Minute::default()
        }
    }

    #[test]
    fn columns_take_the_mean_rate_and_the_oldest_age() {
        let minutes = [
            minute(60, 1_000),
            minute(180, 3_000),
            minute(0, 0),
            minute(0, 0),
        ];
        let mut columns = [Column::default(); 2];
        let horizon = SimTime::from_secs(240);
        assert_eq!(gather(&mut columns, &minutes, horizon, horizon), 2);
        assert!((columns[0].stored - 2.0).abs() < 1e-9);
        assert!((columns[0].age - 3.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_after_the_veil_is_read() {
        let minutes = [minute(60, 0), minute(60, 0), minute(60, 0), minute(60, 0)];
        let mut columns = [Column::default(); 4];
        let filled = gather(
            &mut columns,
            &minutes,
            SimTime::from_secs(240),
            SimTime::from_secs(120),
        );
        assert_eq!(filled, 2);
        assert_eq!(columns[2..], [Column::default(); 2]);
    }

    #[test]
    fn a_short_run_repeats_its_minutes() {
        let mut columns = [Column::default(); 4];
        let horizon = SimTime::from_secs(120);
        assert_eq!(
            gather(
                &mut columns,
                &[minute(60, 0), minute(120, 0)],
                horizon,
                horizon
            ),
            4
        );
        assert!((columns[1].stored - 1.0).abs() < 1e-9);
        assert!((columns[2].stored - 2.0).abs() < 1e-9);
    }

    #[test]
    fn scales_are_round() {
        for (largest, expected) in [
            (0.5, 1.0),
            (1.0, 1.0),
            (54.0, 60.0),
            (108.0, 120.0),
            (420.0, 500.0),
            (880.0, 1_000.0),
        ] {
            assert!(
                (ceiling([largest].into_iter(), 1.0) - expected).abs() < 1e-9,
                "{largest}"
            );
        }
    }
}
