//! Levels: the arrival rate of every moment that is still in the basin, read off the recording.

use super::lens::Lens;
use super::source::StageSource;
use crate::engine::time::SimTime;

/// Distance between two samples in CSS pixels.
pub(super) const STEP: f32 = 4.0;
/// Shortest time over which a rate is taken, in seconds. Arrivals come in requests; less would show those.
const WINDOW: f64 = 10.0;

/// Arrivals across a basin.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    /// Age in seconds at each sample, rising.
    pub(super) ages: Vec<f64>,
    /// Orders per second stored at that age.
    pub(super) rates: Vec<f64>,
    /// How many records were stored at that age or before.
    pub(super) stored: Vec<u64>,
}

impl Samples {
    /// Samples a shard across `width` pixels at `now`.
    pub(super) fn take(
        source: &dyn StageSource,
        shard: u16,
        now: SimTime,
        lens: &Lens,
        width: f32,
    ) -> Self {
        let n = (width / STEP).ceil() as usize + 1;
        let at = |i: usize| lens.age(f64::from(i as f32 * STEP / width));
        let mut ages: Vec<f64> = (0..n).map(at).collect();
        if let Some(last) = ages.last_mut() {
            *last = lens.retention();
        }
        let stored: Vec<u64> = ages
            .iter()
            .map(|&age| stored_at_age(source, shard, now, age))
            .collect();
        let rates = (0..n)
            .map(|i| {
                let next = ages.get(i + 1).copied().unwrap_or(ages[i] + WINDOW);
                rate(source, shard, now.0 as f64 / 1e6, ages[i], next)
            })
            .collect::<Vec<f64>>();
        let rates = smooth(&rates);
        Self {
            ages,
            rates,
            stored,
        }
    }

    /// The largest rate.
    pub(super) fn peak(&self) -> f64 {
        self.rates.iter().fold(0.0, |peak, &rate| peak.max(rate))
    }
}

/// Weights 1, 4, 6, 4, 1 over neighbours that carry water: chance arrivals are no waves.
fn smooth(rates: &[f64]) -> Vec<f64> {
    let at = |i: usize, k: usize| {
        let j = (i + k).saturating_sub(2).min(rates.len() - 1);
        if rates[j] > 0.0 { rates[j] } else { rates[i] }
    };
    let mean = |i: usize| {
        let weights = [1.0, 4.0, 6.0, 4.0, 1.0];
        let sum: f64 = weights.iter().enumerate().map(|(k, w)| w * at(i, k)).sum();
        if rates[i] > 0.0 { sum / 16.0 } else { 0.0 }
    };
    (0..rates.len()).map(mean).collect()
}

fn stored_at_age(source: &dyn StageSource, shard: u16, now: SimTime, age: f64) -> u64 {
    let age = (age * 1e6) as u64;
    if age > now.0 {
        0
    } else {
        source.stored_by(shard, SimTime(now.0 - age))
    }
}

/// Orders per second between two ages, over at least [`WINDOW`] where the run is that old.
fn rate(source: &dyn StageSource, shard: u16, now: f64, young: f64, old: f64) -> f64 {
    if young > now || now <= 0.0 {
        return 0.0;
    }
    let young = young.min((now - WINDOW).max(0.0));
    let old = old.max(young + WINDOW).min(now);
    let count = |t: f64| {
        let by = |t: f64| source.stored_by(shard, SimTime((t.max(0.0) * 1e6) as u64)) as f64;
        if old - young > 600.0 {
            by(t)
        } else {
            // Arrivals come in requests about once a second: the mean of four counts hides their steps.
            (by(t) + by(t - 0.25) + by(t - 0.5) + by(t - 0.75)) / 4.0
        }
    };
    ((count(now - young) - count(now - old)) / (old - young).max(0.5)).max(0.0)
}

/// A number between 0 and 1 that belongs to a record: the same in every frame. `salt` tells uses apart.
pub(super) fn chance(shard: u16, position: u64, salt: u64) -> f32 {
    let mut x = position ^ (u64::from(shard) << 48) ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((x ^ (x >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
}
