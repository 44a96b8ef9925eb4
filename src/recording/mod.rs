//! A run computed whole, and how to look into it: keyframes, series, marks, exact moments.
//! Knows the engine; no screen, no clock: whoever calls decides how long a slice may take.

pub mod mark;
pub mod moment;
pub mod recorder;
pub mod series;
