//! Overflowing Sink.

pub mod engine;
pub mod recording;
pub mod scenario;
pub mod session;
pub mod stage;
