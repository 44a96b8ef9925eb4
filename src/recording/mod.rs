//! A run computed whole, and how to look into it: keyframes, series, marks, exact moments.
//! Knows the engine; no screen, no clock: whoever calls decides how long a slice may take.

pub mod alarms;
mod bad;
pub mod bill;
pub mod facts;
mod family;
mod fold;
pub mod metrics;
pub mod moment;
mod pages;
mod pills;
mod reader_track;
pub mod recorder;
pub mod seconds;
mod snapshot;
mod stream_track;
mod tickets;
mod waits;
