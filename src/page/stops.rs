//! Where a slider stops: round values from one bound to the other, so that every key press changes something
//! and wide ranges can be reached with one hand.

use crate::scenario::knobs::{Kind, Knob};

const MS: i64 = 1_000;
const SECOND: i64 = 1_000 * MS;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Round numbers of one decade.
const DECADE: [i64; 12] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90];
/// Round numbers of milliseconds below a second.
const BELOW_SECOND: [i64; 21] = [
    1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150, 200, 250, 300, 500, 750,
];
/// Round numbers of seconds or minutes.
const BELOW_SIXTY: [i64; 12] = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50];
/// Round numbers of hours.
const HOURS: [i64; 25] = [
    1, 2, 3, 4, 5, 6, 8, 10, 12, 18, 24, 25, 30, 36, 48, 72, 96, 120, 168, 336, 720, 1_440, 2_160,
    4_380, 8_760,
];

/// The stops of the speed: simulated seconds per second.
pub const SPEEDS: [u32; 13] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000,
];

/// The values a knob's slider stops at, rising; the last stop of a limit is −1, for ever, and so is that of a knob
/// that can be left to the preset.
/// Empty where a slider is no help.
pub fn stops(knob: Knob) -> Vec<i64> {
    let spec = knob.spec();
    let (min, max, mut values) = match spec.kind {
        Kind::Count { min, max, unit } | Kind::Limit { min, max, unit, .. } => {
            if max > 10_000_000 {
                return Vec::new();
            }
            (min, max, counted(min, max, unit))
        }
        Kind::Span { min, max } => (min, max, spans()),
        Kind::Permille { max } => (0, max, (0..=max / 10).map(|i| i * 10).collect()),
        Kind::Toggle | Kind::Choice(_) | Kind::Text { .. } => return Vec::new(),
    };
    values.extend([min, max, spec.default]);
    values.retain(|value| (min..=max).contains(value));
    values.sort_unstable();
    values.dedup();
    if spec.preset || matches!(spec.kind, Kind::Limit { .. }) {
        values.push(-1);
    }
    values
}

/// The index of the stop nearest to a value, by ratio.
pub fn nearest(stops: &[i64], value: i64) -> usize {
    if value < 0 {
        return stops.len().saturating_sub(1);
    }
    let above = stops
        .iter()
        .position(|&stop| stop < 0 || value <= stop)
        .unwrap_or(stops.len().saturating_sub(1));
    if above == 0 || stops[above] == value {
        return above;
    }
    let (low, high) = (stops[above - 1], stops[above]);
    if high < 0 || value * value <= low * high {
        above - 1
    } else {
        above
    }
}

fn counted(min: i64, max: i64, unit: &str) -> Vec<i64> {
    match unit {
        _ if max - min <= 100 => (min..=max).collect(),
        "h" => HOURS.to_vec(),
        "s" => spans().iter().map(|us| us / SECOND).collect(),
        _ => {
            let mut values: Vec<i64> = (0..10).collect();
            let mut scale = 1;
            while scale <= max {
                values.extend(DECADE.iter().map(|mantissa| mantissa * scale));
                scale *= 10;
            }
            values
        }
    }
}

fn spans() -> Vec<i64> {
    let below_second = BELOW_SECOND.iter().map(|n| n * MS);
    let seconds = BELOW_SIXTY.iter().map(|n| n * SECOND);
    let minutes = BELOW_SIXTY.iter().map(|n| n * MINUTE);
    let hours = HOURS.iter().map(|n| n * HOUR);
    below_second
        .chain(seconds)
        .chain(minutes)
        .chain(hours)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::knobs::KNOBS;

    #[test]
    fn every_slider_rises_within_its_bounds_and_reaches_its_default() {
        for spec in KNOBS {
            let stops = stops(spec.knob);
            let finite = stops.iter().filter(|&&stop| stop >= 0);
            assert!(finite.clone().is_sorted_by(|a, b| a < b), "{}", spec.key);
            assert!(
                finite.clone().all(|&s| spec.knob.clamp(s) == s),
                "{}",
                spec.key
            );
            assert!(
                stops.is_empty() || stops.contains(&spec.default),
                "{}",
                spec.key
            );
            assert!(stops.len() <= 130, "{} has {}", spec.key, stops.len());
        }
    }

    #[test]
    fn for_ever_is_the_last_stop_of_a_limit() {
        let stops = stops(Knob::MaximumRetryAttempts);
        assert_eq!(stops.last(), Some(&-1));
        assert_eq!(nearest(&stops, -1), stops.len() - 1);
    }

    #[test]
    fn the_nearest_stop_is_near_by_ratio() {
        let stops = [0, 1, 10, 100, -1];
        for (value, expected) in [(0, 0), (1, 1), (3, 1), (4, 2), (99, 3), (5_000, 3), (-1, 4)] {
            assert_eq!(nearest(&stops, value), expected, "{value}");
        }
    }
}
