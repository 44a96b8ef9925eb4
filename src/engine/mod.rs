//! The model: deterministic, pure, integers only.

pub mod config;
pub mod ledger;
pub mod time;
