//! Overflowing Sink.

#[cfg(not(target_arch = "wasm32"))]
pub mod command_line;
pub mod engine;
pub mod recording;
pub mod scenario;
pub mod session;
