//! Simulated time: integer microseconds since the start of the run. It knows no wall clock.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// A moment of the run, in microseconds since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A span of simulated time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimDuration(pub u64);

impl SimTime {
    /// The start of the run.
    pub const ZERO: Self = Self(0);
    /// Later than every moment of any run.
    pub const NEVER: Self = Self(u64::MAX);

    /// The moment `hours` hours into the run.
    pub const fn from_hours(hours: u64) -> Self {
        Self(hours * 3_600_000_000)
    }

    /// The moment `seconds` seconds into the run.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// The span from `earlier` to this moment; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }

    /// The moment `span` before this one, or the start of the run.
    #[must_use]
    pub const fn before(self, span: SimDuration) -> Self {
        Self(self.0.saturating_sub(span.0))
    }

    /// The whole millisecond that it falls into.
    #[must_use]
    pub const fn whole_ms(self) -> Self {
        Self(self.0 - self.0 % 1_000)
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// `n` hours.
    pub const fn from_hours(n: u64) -> Self {
        Self(n * 3_600_000_000)
    }

    /// `n` seconds.
    pub const fn from_secs(n: u64) -> Self {
        Self(n * 1_000_000)
    }

    /// `n` milliseconds.
    pub const fn from_millis(n: u64) -> Self {
        Self(n * 1_000)
    }

    /// The span in seconds, for captions and drawing.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    fn add(self, span: SimDuration) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, span: SimDuration) {
        *self = *self + span;
    }
}

impl Add for SimDuration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for SimDuration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for SimTime {
    /// `26:00:03.250`: hours, minutes, seconds and milliseconds since the start, for whoever debugs; what people read is in
    /// `words`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0 / 1_000;
        let (s, m, h) = (ms / 1_000 % 60, ms / 60_000 % 60, ms / 3_600_000);
        write!(f, "{h:02}:{m:02}:{s:02}.{:03}", ms % 1_000)
    }
}
