//! The lens: where in a basin an age stands. Both walls are magnified, so that single orders of the last
//! seconds and five minutes of headroom can be seen beside a whole day.

use crate::engine::time::SimDuration;

/// Maps the age of a record to a place between the left wall (0, now) and the rim (1, retention).
///
/// `u(age) = ½ [1 + (asinh(age/a) − asinh((R − age)/a)) / asinh(R/a)]`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    width: f64,
    retention: f64,
    reach: f64,
}

impl Lens {
    /// A lens of width `a` seconds over a retention. A width outside 1 ms – 400 days is brought inside.
    pub fn new(width: f64, retention: SimDuration) -> Self {
        let retention = retention.as_secs_f64().max(1e-3);
        let width = if width.is_finite() { width } else { 1.0 }.clamp(1e-3, 34_560_000.0);
        Self {
            width,
            retention,
            reach: asinh(retention / width),
        }
    }

    /// The place of an age in seconds: 0 at the left wall, 1 at the rim. Ages outside are brought inside.
    pub fn u(&self, age: f64) -> f64 {
        let age = age.max(0.0).min(self.retention);
        let near = asinh(age / self.width);
        let far = asinh((self.retention - age) / self.width);
        0.5 * (1.0 + (near - far) / self.reach)
    }

    /// The age in seconds at a place: the inverse of [`Lens::u`].
    ///
    /// With `age = a sinh p` and `R − age = a sinh q`, `p − q = (2u − 1) asinh(R/a)` is known and
    /// `sinh p + sinh q = 2 sinh((p + q)/2) cosh((p − q)/2) = R/a` gives the rest.
    pub fn age(&self, u: f64) -> f64 {
        let half = (u.clamp(0.0, 1.0) - 0.5) * self.reach;
        let middle = asinh(self.retention / self.width / (2.0 * cosh(half)));
        (self.width * sinh(middle + half))
            .max(0.0)
            .min(self.retention)
    }

    /// The retention in seconds.
    pub fn retention(&self) -> f64 {
        self.retention
    }
}

// From the two functions the engine carries anyway; a screen needs no more digits.

fn asinh(x: f64) -> f64 {
    libm::log(x + (x * x + 1.0).sqrt())
}

fn sinh(x: f64) -> f64 {
    0.5 * (libm::exp(x) - libm::exp(-x))
}

fn cosh(x: f64) -> f64 {
    0.5 * (libm::exp(x) + libm::exp(-x))
}

/// The width in seconds that suits a speed: a tenth of a second of wall time, unless it is pinned.
pub fn width_for(speed: u32, pinned: Option<f64>) -> f64 {
    pinned.unwrap_or(0.1 * f64::from(speed.max(1)))
}

/// Brings a width nearer to its target after `elapsed` seconds of wall time, evenly on a log scale.
pub fn eased(width: f64, target: f64, elapsed: f64) -> f64 {
    let left = libm::log(target / width);
    if left.abs() < 0.01 {
        return target;
    }
    width * libm::exp(left * (1.0 - libm::exp(-elapsed.max(0.0) / 0.25)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lenses() -> Vec<Lens> {
        let mut all = Vec::new();
        for hours in [24, 48, 168, 8_760] {
            for speed in [1, 7, 60, 1_000, 10_000] {
                all.push(Lens::new(
                    width_for(speed, None),
                    SimDuration::from_hours(hours),
                ));
            }
        }
        all
    }

    #[test]
    fn the_walls_stand_at_zero_and_one() {
        for lens in lenses() {
            assert!(lens.u(0.0).abs() < 1e-12, "{lens:?}");
            assert!((lens.u(lens.retention()) - 1.0).abs() < 1e-12, "{lens:?}");
            assert!((lens.u(lens.retention() / 2.0) - 0.5).abs() < 1e-12);
            assert!(lens.u(-5.0).abs() < 1e-12);
            assert!((lens.u(lens.retention() * 2.0) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn older_stands_further_right() {
        for lens in lenses() {
            let mut before = -1.0;
            for step in 0..=2_000 {
                let part = f64::from(step) / 2_000.0;
                let u = lens.u(lens.retention() * part * part * part);
                assert!(
                    u > before || part * part * part < 1e-9,
                    "{lens:?} at {part}"
                );
                before = u;
            }
        }
    }

    #[test]
    fn a_place_has_one_age() {
        for lens in lenses() {
            for step in 0..=500 {
                let u = f64::from(step) / 500.0;
                assert!((lens.u(lens.age(u)) - u).abs() < 1e-7, "{lens:?} at {u}");
            }
        }
    }

    #[test]
    fn both_walls_are_magnified() {
        let lens = Lens::new(width_for(10_000, None), SimDuration::from_hours(24));
        let last_five_minutes = 1.0 - lens.u(86_400.0 - 300.0);
        assert!(last_five_minutes > 0.02);
        let lens = Lens::new(width_for(1, None), SimDuration::from_hours(24));
        assert!(lens.u(1.0) > 0.08);
    }

    #[test]
    fn easing_arrives_and_never_overshoots() {
        let mut width = 0.1;
        for _ in 0..240 {
            let next = eased(width, 1_000.0, 1.0 / 60.0);
            assert!(next >= width && next <= 1_000.0);
            width = next;
        }
        assert!((width - 1_000.0).abs() < f64::EPSILON);
        assert!((width_for(500, Some(3.0)) - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn an_absurd_width_is_brought_inside() {
        for width in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
            let lens = Lens::new(width, SimDuration::from_hours(24));
            assert!(lens.u(10.0).is_finite() && lens.age(0.3).is_finite());
        }
    }
}
