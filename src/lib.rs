//! Overflowing Sink: a playground that shows how stream processing on Kinesis and Lambda fails.
//!
//! # How it hangs together
//!
//! ```text
//! link ─▶ Scenario ─▶ Config ─▶ engine ─▶ Recording ─▶ World ─▶ stage, timeline, panels
//!         raw knobs   valid     facts     keyframes,   veil,    read only, at the moment
//!         + actions   types               series       undo     where the Clock stands
//!            └────────── a change of a knob ─────────────┘  recompute from the keyframe before it
//! ```
//!
//! Data goes one way. A person's touch never reaches into the engine: it changes the scenario, and the run is computed
//! again from the last keyframe that the change cannot have touched. So live toggling, undo, editing the past, sharing
//! and replay are one mechanism, and playing is reading. A [`session::world::World`] is a run somebody watches; a
//! [`session::clock::Clock`] is the playhead, and can drive several of them.
//!
//! The README has a map of the folders; MODEL.md says what is simulated; docs/adding.md says how to add things.
//!
//! # Invariants
//!
//! - `engine` imports nothing of this crate but itself: no screen, no clock, no prose, no floats in state, no hash maps.
//!   Equal configurations give equal facts, to the bit, natively and in WebAssembly.
//! - Randomness is addressed, never consumed: `draw(seed, purpose, entity, n)`.
//! - A batch is an interval of positions; nothing is ever stored per record.
//! - A setting is described once, in `scenario::knobs`; a term is explained once, in `page::glossary`; spans, times,
//!   numbers, shares, rates and sizes are put into words in `words` alone.
//! - `scenario`, `recording`, `session`, `page`, and all of `stage` and `timeline` but their painters compile and are
//!   tested on the host.
//! - `browser` is the only folder that owns browser objects; `ui` is the only one that knows Yew.
//! - The picture is a function of (moment, time, view). Painters keep no state.

pub mod engine;
pub mod words;

pub mod scenario;

pub mod recording;
pub mod session;

pub mod page;
pub mod stage;
pub mod timeline;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod ui;

#[cfg(not(target_arch = "wasm32"))]
pub mod command_line;
