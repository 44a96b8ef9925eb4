//! The daily curve and Poisson counts, in integers.
//!
//! Floats appear only while the tables are built, through `libm`, whose results do not depend on the target.

/// Steps of the daily curve; the rate is constant within one (about 21 s).
pub const STEPS_PER_DAY: u64 = 4_096;
const DAY_US: u64 = 86_400_000_000;
/// Cells of the normal table.
const CELLS: usize = 4_096;

/// The tables, built once per run.
#[derive(Clone, Debug)]
pub struct Tables {
    /// cos over one turn, scaled by 2³⁰.
    cosine: Vec<i32>,
    /// Quantiles of the standard normal at cell borders, scaled by 2²⁰.
    normal: Vec<i32>,
}

/// A rate that holds for a while, with what Poisson draws need of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Expected count per tick, scaled by 2²⁰.
    pub mean_q20: u64,
    /// Its square root, scaled by 2²⁰.
    root_q20: u64,
    /// e^−mean scaled by 2⁶², for small means.
    none_q62: u64,
}

/// Up to this mean, counts are drawn by inversion; above it by the corrected normal.
const SMALL: u64 = 24 << 20;

impl Tables {
    /// Builds the tables.
    pub fn new() -> Self {
        let turn = |i: u64| {
            let angle = 2.0 * std::f64::consts::PI * i as f64 / STEPS_PER_DAY as f64;
            libm::round(libm::cos(angle) * f64::from(1 << 30)) as i32
        };
        Self {
            cosine: (0..STEPS_PER_DAY).map(turn).collect(),
            normal: normal_table(),
        }
    }

    /// Which step of the curve a time (µs, at most 10⁵ days) falls into.
    #[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
    #[inline(always)]
    pub const fn step(t_us: u64) -> u64 {
        t_us * STEPS_PER_DAY / DAY_US
    }

    /// The factor on the mean in a step, scaled by 2²⁰: `1 + swing · cos`, never negative.
    pub fn factor_q20(&self, step: u64, peak_us: u64, swing_permille: u32) -> u64 {
        let phase = (step + STEPS_PER_DAY - Self::step(peak_us) % STEPS_PER_DAY) % STEPS_PER_DAY;
        let swing = i64::from(self.cosine[phase as usize]) * i64::from(swing_permille) / 1_000;
        ((1_i64 << 20) + (swing >> 10)).max(0) as u64
    }

    /// A standard normal number scaled by 2²⁰, from one uniform draw: between quantiles along a straight line.
    #[inline]
    pub fn normal_q20(&self, draw: u64) -> i64 {
        let cell = (draw >> 52) as usize;
        let within = ((draw >> 20) & 0xFFFF_FFFF) as i64;
        let (low, high) = (
            i64::from(self.normal[cell]),
            i64::from(self.normal[cell + 1]),
        );
        low + (((high - low) * within) >> 32)
    }

    /// A Poisson count with the given rate, from one uniform draw.
    #[inline]
    pub fn poisson(&self, rate: Rate, draw: u64) -> u64 {
        if rate.mean_q20 <= SMALL {
            return invert(rate, draw);
        }
        let z = self.normal_q20(draw);
        // Cornish–Fisher: mean + √mean·z + (z² − 1)/6, rounded.
        let skew = (((z * z) >> 20) - (1 << 20)) / 6;
        let count = rate.mean_q20 as i64 + ((rate.root_q20 as i64 * z) >> 20) + skew + (1 << 19);
        (count >> 20).max(0) as u64
    }
}

impl Default for Tables {
    fn default() -> Self {
        Self::new()
    }
}

impl Rate {
    /// The rate with this mean count per tick, scaled by 2²⁰ (at most 2⁴⁰).
    pub fn new(mean_q20: u64) -> Self {
        let none_q62 = if mean_q20 <= SMALL {
            let mean = mean_q20 as f64 / f64::from(1 << 20);
            libm::round(libm::exp(-mean) * (1_u64 << 62) as f64) as u64
        } else {
            0
        };
        Self {
            mean_q20,
            root_q20: (mean_q20 << 20).isqrt(),
            none_q62,
        }
    }
}

/// Inversion: walks up the distribution until it passes the draw.
fn invert(rate: Rate, draw: u64) -> u64 {
    let target = draw >> 2;
    let (mut term, mut sum, mut count) = (rate.none_q62, rate.none_q62, 0_u64);
    while sum <= target && count < 512 {
        count += 1;
        term = (((u128::from(term) * u128::from(rate.mean_q20)) >> 20) / u128::from(count)) as u64;
        sum += term;
        if term == 0 {
            break;
        }
    }
    count
}

/// Quantiles of the standard normal at the cell borders, by Newton's method from one border to the next.
fn normal_table() -> Vec<i32> {
    let mut table = vec![0; CELLS + 1];
    let mut z = 0.0_f64;
    for i in 1..=CELLS / 2 {
        let p = (i as f64).min(CELLS as f64 / 2.0 - 0.125) / CELLS as f64;
        for _ in 0..32 {
            // P(Z > z) should be 1/2 − p.
            let excess = 0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2) - (0.5 - p);
            let density = libm::exp(-0.5 * z * z) * 0.398_942_280_401_432_7;
            let step = (excess / density).min(0.25);
            z += step;
            if step.abs() < 1e-9 {
                break;
            }
        }
        let scaled = libm::round(z * f64::from(1 << 20)) as i32;
        table[CELLS / 2 + i] = scaled;
        table[CELLS / 2 - i] = -scaled;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::{Draws, Purpose};

    /// Mean and variance of a Poisson count are its rate.
    #[test]
    fn counts_have_the_mean_and_variance_of_poisson() {
        let tables = Tables::new();
        for mean in [0.02, 0.5, 3.0, 20.0, 24.5, 72.0, 1_000.0, 50_000.0] {
            let rate = Rate::new((mean * f64::from(1 << 20)) as u64);
            let draws = Draws::new(1, Purpose::Arrivals, mean as u64);
            let n = 200_000_u32;
            let counts: Vec<f64> = (0..n)
                .map(|i| tables.poisson(rate, draws.at(u64::from(i))) as f64)
                .collect();
            let got = counts.iter().sum::<f64>() / f64::from(n);
            let variance = counts.iter().map(|c| (c - got).powi(2)).sum::<f64>() / f64::from(n);
            let error = 5.0 * (mean / f64::from(n)).sqrt();
            assert!((got - mean).abs() < error, "mean {mean}: {got}");
            assert!(
                (variance / mean - 1.0).abs() < 0.03,
                "mean {mean}: variance {variance}"
            );
        }
    }

    #[test]
    fn the_curve_peaks_when_told() {
        let tables = Tables::new();
        let peak = 4 * 3_600_000_000 + 1_800_000_000;
        let at = |hours: f64| {
            let step = Tables::step((hours * 3.6e9) as u64);
            tables.factor_q20(step, peak, 500) as f64 / f64::from(1 << 20)
        };
        for (hours, factor) in [(4.5, 1.5), (16.5, 0.5), (10.5, 1.0), (28.5, 1.5)] {
            assert!(
                (at(hours) - factor).abs() < 0.001,
                "{hours} h: {}",
                at(hours)
            );
        }
    }

    /// Within a cell z is uniform between its borders a and b, so that z² is (a² + ab + b²) / 3 on average.
    #[test]
    fn the_normal_table_has_the_variance_of_the_normal() {
        let table = normal_table();
        let scale = f64::from(1 << 20);
        let squares = table.windows(2).map(|borders| {
            let (a, b) = (f64::from(borders[0]) / scale, f64::from(borders[1]) / scale);
            (a * a + a * b + b * b) / 3.0
        });
        let variance = squares.sum::<f64>() / CELLS as f64;
        assert!((variance - 1.0).abs() < 0.000_1, "{variance}");
    }
}
