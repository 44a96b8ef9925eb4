//! The stage: the whole run at one moment, as a picture.
//!
//! `compose` turns a moment into a [`scene::Scene`], plain data; `raster` splats its water and dots into a
//! framebuffer; `painter` (browser only) puts that on a canvas and draws lines and labels over it.
//! The picture is a function of the state, the time and the view: nothing here remembers the last frame,
//! and nothing here may change the run or know the page.

mod axis;
mod basin;
pub mod compose;
mod context;
mod invocation;
mod lanes;
pub mod layout;
mod legend;
pub mod lens;
mod mood;
mod outcomes;
#[cfg(target_arch = "wasm32")]
pub mod painter;
pub mod palette;
mod producer;
pub mod raster;
mod reader;
mod rows;
#[cfg(test)]
mod sample;
pub mod scene;
mod second;
pub mod source;
pub mod stamp;
pub mod text;
mod trouble;
mod water;
pub mod words;
