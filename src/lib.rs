//! Overflowing Sink.

pub mod engine;
pub mod scenario;
