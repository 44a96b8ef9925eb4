//! Traffic that was measured somewhere and brought along: how many records came in each interval.

use crate::engine::shape::Measured;
use crate::words;
use std::sync::Arc;

/// Most intervals: more than a month of minutes.
pub const INTERVALS_MAX: usize = 65_536;
/// Longest interval, in seconds.
pub const INTERVAL_S_MAX: u64 = 7 * 86_400;
/// Most records per second within an interval.
const RATE_MAX: u64 = 1_000_000;
/// Most records per second on average, as of generated traffic.
const MEAN_MAX: u64 = 100_000;

/// Records counted per interval, one after the other; played over and over again. Never empty, never all zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedTraffic {
    /// An interval, in seconds.
    interval_s: u32,
    /// How many records came in each.
    counts: Vec<u64>,
}

impl PastedTraffic {
    /// Counts per interval of so many seconds. The error says in a plain sentence what is wrong with them.
    pub fn new(interval_s: u64, counts: Vec<u64>) -> Result<Self, String> {
        if counts.is_empty() {
            return Err("There is no count at all.".to_owned());
        }
        if counts.len() > INTERVALS_MAX {
            let (are, most) = (counts.len() as u64, INTERVALS_MAX as u64);
            return Err(format!(
                "These are {} intervals; at most {} can be played.",
                words::number(are),
                words::number(most)
            ));
        }
        if !(1..=INTERVAL_S_MAX).contains(&interval_s) {
            return Err("An interval should have 1 second to 7 days.".to_owned());
        }
        let most = RATE_MAX * interval_s;
        if let Some(at) = counts.iter().position(|count| *count > most) {
            return Err(format!(
                "Count {} is {}: more than 1,000,000 records a second.",
                words::number(at as u64 + 1),
                words::number(counts[at])
            ));
        }
        let all: u64 = counts.iter().sum();
        if all == 0 {
            return Err("Every count is 0: there is no traffic.".to_owned());
        }
        let interval_s = interval_s as u32;
        let traffic = Self { interval_s, counts };
        if traffic.mean() > MEAN_MAX {
            return Err(format!(
                "The mean is {} records a second; at most {} can be played.",
                words::number(traffic.mean()),
                words::number(MEAN_MAX)
            ));
        }
        Ok(traffic)
    }

    /// An interval, in seconds.
    pub fn interval_s(&self) -> u32 {
        self.interval_s
    }

    /// The records of each interval.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Records per second on average, rounded, at least 1. With this mean the traffic is played as it was counted.
    pub fn mean(&self) -> u64 {
        let seconds = self.counts.len() as u64 * u64::from(self.interval_s);
        let all: u64 = self.counts.iter().sum();
        ((all + seconds / 2) / seconds).max(1)
    }

    /// Records per second in the fullest interval, rounded up.
    pub fn peak(&self) -> u64 {
        let fullest = self.counts.iter().max().copied().unwrap_or(0);
        fullest.div_ceil(u64::from(self.interval_s))
    }

    /// As the engine plays it.
    pub(super) fn measured(&self) -> Measured {
        let mut before = vec![0];
        let mut all = 0;
        for count in &self.counts {
            all += count;
            before.push(all);
        }
        Measured {
            interval_s: self.interval_s,
            before: Arc::from(before),
            mean: self.mean(),
        }
    }
}
