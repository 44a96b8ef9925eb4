//! The model: deterministic, pure, integers only. It knows no screen, no clock, no prose.

/// The edition of the model. It grows with every correction after which the same scenario runs otherwise, so that
/// a link can say which it was made with.
pub const EDITION: u32 = 1;

pub mod time;

pub mod config;

pub mod ledger;

pub mod account;
pub mod backoff;
pub mod contention;
pub mod curve;
pub mod deck;
pub mod fact;
pub mod function;
mod function_scaling;
pub mod lane;
pub mod lane_view;
pub mod log;
pub mod mark;
pub mod minute;
pub mod producer;
pub mod random;
pub mod reader;
pub mod resharding;
pub mod scaling;
pub mod second;
pub mod sequence_number;
pub mod shape;
pub mod shard_map;
