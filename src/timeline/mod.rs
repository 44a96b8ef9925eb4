//! The timeline: the whole run at a glance. Geometry and layout are plain data; painting needs a browser.
//! Under the veil nothing after the playhead is read.

pub mod axis;
pub mod bundles;
pub mod columns;
pub mod labels;
pub mod rows;

#[cfg(target_arch = "wasm32")]
pub mod paint;
#[cfg(target_arch = "wasm32")]
mod pen;
