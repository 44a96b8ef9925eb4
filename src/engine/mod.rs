//! The model: deterministic, pure, integers only.

pub mod config;
pub mod time;
