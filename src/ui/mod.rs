//! The page, in Yew: components over what the session says, and commands back to it.
//! Knows the session and the browser; computes nothing of the run itself. The animation loop lives outside
//! the virtual DOM ([`player`]); panels are published about seven times a second.

pub mod app;
pub mod desk;
pub mod player;

mod chart;
mod explain;
mod find_box;
mod flags;
mod header;
mod help;
mod import;
mod keyboard;
mod knob_field;
mod lab;
mod ledger;
mod markup;
mod modal;
mod second;
mod settings;
mod share;
mod stage_card;
mod stream;
mod summary;
mod transport;
mod watch;
