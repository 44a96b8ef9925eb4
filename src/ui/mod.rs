//! The page, in Yew: function components over what the session says, and commands back to it.
//! Knows the session and the browser; computes nothing of the run itself.
//!
//! - [`app`] opens what the address carries and puts the page together; [`page`] is what the page remembers.
//! - [`conductor`] is the loop outside the virtual DOM: it plays, computes, paints, and publishes about seven times a second.
//! - [`world_view`] draws one world: caption, stage, hand, timeline, and the drawer with the rest.
//!
//! A component renders when its own props change. What somebody types or points at is the component's own state.

pub mod app;
pub mod conductor;
pub mod page;
pub mod world_view;

mod caption;
mod changes;
mod dialogs;
mod drawer;
mod guessed;
mod hand;
mod header;
mod hooks;
mod keyboard;
mod knob_field;
mod notices;
mod opening;
mod popover;
mod stage_card;
mod still;
mod summary;
mod term;
mod timeline;
mod values;
