//! Overflowing Sink.

#[cfg(target_arch = "wasm32")]
pub mod browser;
pub mod engine;
pub mod order;
pub mod page;
pub mod recording;
pub mod scenario;
pub mod session;
pub mod stage;
pub mod timeline;
#[cfg(target_arch = "wasm32")]
pub mod ui;
