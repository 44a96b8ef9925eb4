//! Graphs of metrics: the line, the top of its scale, when an alarm rang, and values in words.

use std::fmt::Write as _;

use crate::engine::config::Role;
use crate::engine::mark::{Alarm, Mark, MarkKind};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::metrics::{MetricSpec, Namespace, Statistic, Unit};
use crate::words;

/// The width of a graph in its own units; it is stretched to what room there is.
pub const WIDTH: u64 = 1_000;
/// Its height.
pub const HEIGHT: u64 = 100;

/// Thousandths of a KB.
const KB: u64 = 1_024_000;

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Round times in milliseconds, from a second on.
const TIMES: [u64; 25] = [
    SECOND_MS,
    2 * SECOND_MS,
    5 * SECOND_MS,
    10 * SECOND_MS,
    30 * SECOND_MS,
    MINUTE_MS,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    20 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    30 * HOUR_MS,
    2 * DAY_MS,
    4 * DAY_MS,
    7 * DAY_MS,
    14 * DAY_MS,
    50 * DAY_MS,
    100 * DAY_MS,
    400 * DAY_MS,
];

/// The top of a scale on which the largest value still stands: a round number, in thousandths as `largest` is. Never 0.
pub fn top(unit: Unit, largest: u64) -> u64 {
    match unit {
        Unit::Share => 1_000,
        Unit::Count => round(largest.div_ceil(1_000)) * 1_000,
        Unit::Bytes => round(largest.div_ceil(KB)) * KB,
        Unit::Milliseconds => {
            let ms = largest.div_ceil(1_000);
            let time = TIMES.into_iter().find(|&time| ms <= time);
            let time = if ms < SECOND_MS / 2 { None } else { time };
            time.unwrap_or_else(|| round(ms)) * 1_000
        }
    }
}

/// The next of 1, 2, 5, 10, 20, 50 … that is not smaller.
fn round(value: u64) -> u64 {
    let mut scale = 1_u64;
    loop {
        for step in [1, 2, 5] {
            let round = scale.saturating_mul(step);
            if value <= round {
                return round;
            }
        }
        scale = scale.saturating_mul(10);
    }
}

/// The line through the points of `count` equal columns, as an SVG path; the first column stands at the left end. A column
/// without data interrupts it, and a point alone is a short dash.
pub fn line(points: &[Option<u64>], count: usize, top: u64) -> String {
    let count = count.max(points.len()).max(1) as u64;
    let mut path = String::new();
    // How many points the line has that is being drawn.
    let mut length = 0;
    for (index, point) in (0_u64..).zip(points) {
        let Some(value) = point else {
            end_line(&mut path, length);
            length = 0;
            continue;
        };
        let x = (2 * index + 1) * WIDTH / (2 * count);
        let y = HEIGHT - value.min(&top) * HEIGHT / top.max(1);
        let letter = if length == 0 { 'M' } else { 'L' };
        // Writing to a text cannot fail.
        let _ = write!(path, "{letter}{x} {y}");
        length += 1;
    }
    end_line(&mut path, length);
    path
}

/// A line of one point gets some width, so that it can be seen.
fn end_line(path: &mut String, length: usize) {
    if length == 1 {
        path.push_str("h3");
    }
}

/// Where a time stands in a graph of the whole run.
pub fn place(at: SimTime, end: SimTime) -> u64 {
    let at = u128::from(at.0.min(end.0));
    (at * u128::from(WIDTH) / u128::from(end.0.max(1))) as u64
}

/// From when to when a mapping's alarm rang, of what is known up to `until`.
pub fn rang(
    marks: &[Mark],
    (alarm, role): (Alarm, Role),
    until: SimTime,
) -> Vec<(SimTime, SimTime)> {
    let mut spans = Vec::new();
    let mut since = None;
    for mark in marks
        .iter()
        .filter(|mark| mark.role == role && mark.at <= until)
    {
        match mark.kind {
            MarkKind::Paged(other) if other == alarm => since = since.or(Some(mark.at)),
            MarkKind::BackToOk(other) if other == alarm => {
                spans.extend(since.take().map(|since| (since, mark.at)));
            }
            _ => {}
        }
    }
    spans.extend(since.map(|since| (since, until)));
    spans
}

/// A value in words; without samples a sum is 0 and anything else has no data.
pub fn value_words(spec: &MetricSpec, milli: Option<u64>) -> String {
    match (milli, spec.unit) {
        (None, _) if spec.statistic == Statistic::Sum => "0".to_owned(),
        (None, _) => "no data".to_owned(),
        (Some(milli), Unit::Share) => words::share(milli),
        (Some(milli), Unit::Milliseconds) => words::span(SimDuration(milli)),
        (Some(milli), Unit::Bytes) => format!("{} KB", words::number(milli / KB)),
        (Some(milli), Unit::Count) => words::number(milli / 1_000),
    }
}

/// What to say beside a metric's name: that AWS has none such, or what a period's sum is by the second, which is what is to
/// be held against a limit per second (M2).
pub fn beside(spec: &MetricSpec, milli: Option<u64>, period: SimDuration) -> Option<String> {
    let seconds = period.0 / 1_000_000;
    let is_sum = spec.statistic == Statistic::Sum && spec.unit == Unit::Count;
    match (spec.namespace, milli) {
        (Namespace::Nobody, _) => Some("AWS has no metric for this".to_owned()),
        (Namespace::Kinesis, Some(milli)) if is_sum && seconds > 1 && milli > 0 => {
            Some(format!("{} on average", words::rate_milli(milli / seconds)))
        }
        (Namespace::Kinesis | Namespace::Lambda | Namespace::Mapping | Namespace::Own, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::metrics::Metric;

    #[test]
    fn a_line_goes_through_its_points() {
        let rows: &[(&[Option<u64>], usize, &str)] = &[
            (&[], 4, ""),
            (&[None, None], 4, ""),
            (&[Some(0), Some(50), Some(100)], 4, "M125 100L375 50L625 0"),
            // Two lines, a gap between them.
            (
                &[Some(0), Some(0), None, Some(100), Some(100)],
                5,
                "M100 100L300 100M700 0L900 0",
            ),
            // Points alone.
            (&[Some(10), None, Some(20)], 3, "M166 90h3M833 80h3"),
            // More than the scale has stands at its top.
            (&[Some(1_000), Some(0)], 2, "M250 0L750 100"),
        ];
        for &(points, count, expected) in rows {
            assert_eq!(line(points, count, 100), expected, "{points:?}");
        }
        assert_eq!(line(&[Some(0)], 1, 0), "M500 100h3", "no scale");
    }

    #[test]
    fn a_scale_ends_at_a_round_value() {
        for (unit, largest, expected) in [
            (Unit::Count, 0, 1_000),
            (Unit::Count, 1_000, 1_000),
            (Unit::Count, 1_001, 2_000),
            (Unit::Count, 113_000, 200_000),
            (Unit::Share, 300, 1_000),
            (Unit::Milliseconds, 130_000, 200_000),
            (Unit::Milliseconds, 1_500_000, 2_000_000),
            (Unit::Milliseconds, 86_000_000_000, 86_400_000_000),
            (Unit::Bytes, 3_000_000, 5 * KB),
        ] {
            assert_eq!(top(unit, largest), expected, "{unit:?} {largest}");
        }
    }

    #[test]
    fn a_scale_holds_its_largest_value() {
        for unit in [Unit::Count, Unit::Bytes, Unit::Milliseconds] {
            for exponent in 0..16 {
                for factor in [1, 3, 7] {
                    let largest = factor * 10_u64.pow(exponent);
                    assert!(largest <= top(unit, largest), "{unit:?} {largest}");
                }
            }
        }
    }

    #[test]
    fn an_alarm_rings_from_its_page_until_it_is_ok() {
        let mark = |hour, kind, role| Mark {
            at: SimTime::from_hours(hour),
            shard: None,
            kind,
            role,
        };
        let marks = [
            mark(1, MarkKind::Paged(Alarm::IteratorAge), Role::First),
            mark(2, MarkKind::Paged(Alarm::Errors), Role::First),
            mark(3, MarkKind::BackToOk(Alarm::IteratorAge), Role::Second),
            mark(4, MarkKind::BackToOk(Alarm::IteratorAge), Role::First),
            mark(7, MarkKind::Paged(Alarm::IteratorAge), Role::First),
            mark(9, MarkKind::End, Role::First),
        ];
        let spans = |until| {
            rang(
                &marks,
                (Alarm::IteratorAge, Role::First),
                SimTime::from_hours(until),
            )
            .into_iter()
            .map(|(from, to)| (from.0 / 3_600_000_000, to.0 / 3_600_000_000))
            .collect::<Vec<_>>()
        };
        assert_eq!(spans(9), [(1, 4), (7, 9)]);
        assert_eq!(spans(2), [(1, 2)], "nothing of what comes");
        assert_eq!(spans(0), []);
    }

    #[test]
    fn a_sum_is_held_against_a_limit_by_the_second() {
        let minute = SimDuration::from_secs(60);
        let stored = Metric::IncomingRecords.spec();
        assert_eq!(
            beside(stored, Some(90_000), minute).as_deref(),
            Some("1.5/s on average")
        );
        assert_eq!(
            beside(stored, Some(90_000), SimDuration::from_secs(1)),
            None
        );
        assert_eq!(beside(stored, None, minute), None);
        assert_eq!(beside(Metric::Errors.spec(), Some(90_000), minute), None);
        let nobody = beside(Metric::ExpiredUnread.spec(), None, minute);
        assert_eq!(nobody.as_deref(), Some("AWS has no metric for this"));
    }
}
