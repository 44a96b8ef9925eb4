//! How fast a run is computed, and so how long the rest of it takes. Knows wall time only as it is told.

use crate::engine::time::{SimDuration, SimTime};
use crate::words;

/// Before this much wall time nothing is said of the rest, in milliseconds.
const LEAST_MS: u64 = 1_000;

/// How far a run was computed when somebody began to look, and when they looked last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    began: Option<(u64, SimTime)>,
    last: SimTime,
}

impl Pace {
    /// How long the rest takes at the pace so far: `now_ms` is wall time since any fixed moment. `None` while that cannot
    /// be told. A run that goes back begins anew.
    pub fn left(&mut self, now_ms: u64, computed: SimTime, end: SimTime) -> Option<SimDuration> {
        let (since_ms, from) = match self.began {
            Some(began) if self.last <= computed => began,
            _ => *self.began.insert((now_ms, computed)),
        };
        self.last = computed;
        let elapsed_ms = now_ms.saturating_sub(since_ms);
        let done = computed.since(from).0;
        if elapsed_ms < LEAST_MS || done == 0 {
            return None;
        }
        let rest = u128::from(end.0.saturating_sub(computed.0));
        let left_ms = rest * u128::from(elapsed_ms) / u128::from(done);
        Some(SimDuration(
            u64::try_from(left_ms * 1_000).unwrap_or(u64::MAX),
        ))
    }

    /// The same with what is done: `12 %, about 40 s left`.
    pub fn words(&mut self, now_ms: u64, computed: SimTime, end: SimTime) -> String {
        let mut words = percent(computed, end);
        if let Some(left) = self.left(now_ms, computed, end) {
            words.push_str(&left_in_words(left));
        }
        words
    }
}

/// What is done: `12 %`.
pub fn percent(computed: SimTime, end: SimTime) -> String {
    words::whole_percent(computed.0, end.0)
}

/// No finer than anybody believes: 7 s, 40 s, 3 min, 2 h.
fn left_in_words(span: SimDuration) -> String {
    let seconds = span.0.div_ceil(1_000_000).max(1);
    let unit = match seconds {
        0..=10 => 1,
        11..=59 => 5,
        60..=3_599 => 60,
        _ => 3_600,
    };
    let span = SimDuration::from_secs(seconds.div_ceil(unit).saturating_mul(unit));
    format!(", about {} left", words::span(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_what_is_done_did() {
        let end = SimTime::from_hours(100);
        // Looks: at which wall time, how many hours are computed; what the last one says.
        for (looks, says) in [
            (&[(0, 0)][..], "0 %"),
            (&[(0, 0), (900, 10)], "10 %"),
            (&[(0, 0), (1_000, 10)], "10 %, about 9 s left"),
            (&[(500, 20), (4_500, 30)], "30 %, about 30 s left"),
            (&[(0, 0), (1_000, 2)], "2 %, about 50 s left"),
            (&[(0, 0), (3_000, 1)], "1 %, about 5 min left"),
            (&[(0, 0), (60_000, 1)], "1 %, about 2 h left"),
            (&[(0, 0), (5_000, 0)], "0 %"),
            // It was changed, and goes on from there.
            (&[(0, 0), (10_000, 50), (11_000, 10)], "10 %"),
            (
                &[(0, 0), (10_000, 50), (11_000, 10), (12_000, 20)],
                "20 %, about 8 s left",
            ),
            (&[(0, 0), (10_000, 100)], "100 %, about 1 s left"),
        ] {
            let mut pace = Pace::default();
            let mut last = String::new();
            for &(now, hours) in looks {
                last = pace.words(now, SimTime::from_hours(hours), end);
            }
            assert_eq!(last, says, "{looks:?}");
        }
    }
}
