//! A canvas as sharp as the screen.

use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::window;

/// A canvas whose pixels are the screen's, with its size in CSS pixels.
pub struct Sheet {
    /// Where to paint, in CSS pixels.
    pub context: CanvasRenderingContext2d,
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Device pixels per CSS pixel.
    pub ratio: f64,
}

/// Fits the canvas to its place in the layout and clears it; `None` while it has no size.
pub fn sheet(canvas: &HtmlCanvasElement) -> Option<Sheet> {
    let (width, height) = (
        f64::from(canvas.client_width()),
        f64::from(canvas.client_height()),
    );
    if width < 1.0 || height < 1.0 {
        return None;
    }
    // More than three pixels per point cannot be seen and only cost time.
    let ratio = window().device_pixel_ratio().clamp(1.0, 3.0);
    let (w, h) = (
        (width * ratio).round() as u32,
        (height * ratio).round() as u32,
    );
    if canvas.width() != w || canvas.height() != h {
        canvas.set_width(w);
        canvas.set_height(h);
    }
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    context
        .set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)
        .ok()?;
    context.clear_rect(0.0, 0.0, width, height);
    Some(Sheet {
        context,
        width,
        height,
        ratio,
    })
}
