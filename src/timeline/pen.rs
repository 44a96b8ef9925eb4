//! Strokes, areas and words on one canvas of the timeline.

use web_sys::CanvasRenderingContext2d;

use super::axis::Axis;
use super::columns::Column;
use super::rows::{Band, Row};
use crate::browser::canvas::Sheet;
use crate::stage::palette::{Ink, Palette};

/// About the width of a letter of a label, in CSS pixels.
pub(super) const LETTER: f64 = 6.6;

/// Columns of a run, how many of them are known, and where the last of them ends, in CSS pixels.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) columns: &'a [Column],
    pub(super) width: f64,
}

impl<'a> Known<'a> {
    /// What is known of columns a pixel wide.
    pub(super) fn new(columns: &'a [Column], filled: usize) -> Self {
        let columns = &columns[..filled.min(columns.len())];
        let width = columns.len() as f64;
        Self { columns, width }
    }

    fn step(&self) -> f64 {
        self.width / (self.columns.len() as f64).max(1.0)
    }
}

/// Draws onto one sheet.
pub(super) struct Pen<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) palette: Palette,
    pub(super) axis: Axis,
    pub(super) bands: Vec<Band>,
}

impl Pen<'_> {
    pub(super) fn context(&self) -> &CanvasRenderingContext2d {
        &self.sheet.context
    }

    /// Where a row stands; `None` where it is left out.
    pub(super) fn band(&self, row: Row) -> Option<Band> {
        self.bands.iter().find(|band| band.row == row).copied()
    }

    pub(super) fn fill_with(&self, ink: Ink) {
        self.context().set_fill_style_str(&self.palette.css(ink));
    }

    pub(super) fn stroke_with(&self, ink: Ink, width: f64) {
        self.context().set_stroke_style_str(&self.palette.css(ink));
        self.context().set_line_width(width);
    }

    pub(super) fn line(&self, x0: f64, y0: f64, x1: f64, y1: f64) {
        let context = self.context();
        context.begin_path();
        context.move_to(x0, y0);
        context.line_to(x1, y1);
        context.stroke();
    }

    pub(super) fn text(&self, text: &str, x: f64, y: f64) {
        let context = self.context();
        // A rim of the ground keeps words readable over lines.
        self.stroke_with(Ink::Ground, 4.0);
        // Painting a text cannot fail in a window.
        let _ = context.stroke_text(text, x, y);
        let _ = context.fill_text(text, x, y);
    }

    /// A label at the right edge, on a plate of the ground so that no curve strikes it through.
    pub(super) fn corner(&self, text: &str, y: f64) {
        let context = self.context();
        let width = text.chars().count() as f64 * LETTER + 8.0;
        self.fill_with(Ink::Ground);
        context.fill_rect(self.axis.width - width, y - 10.0, width, 12.0);
        self.fill_with(Ink::Caption);
        context.set_text_align("right");
        self.text(text, self.axis.width - 4.0, y);
    }

    pub(super) fn dash(&self, pattern: &[f64]) {
        let list: js_sys::Array = pattern
            .iter()
            .map(|&part| wasm_bindgen::JsValue::from_f64(part))
            .collect();
        // An array of numbers is a dash pattern.
        let _ = self.context().set_line_dash(&list);
    }

    fn trace(&self, known: Known, y: impl Fn(&Column) -> f64) {
        let (context, step) = (self.context(), known.step());
        for (x, column) in known.columns.iter().enumerate() {
            context.line_to((x as f64 + 0.5) * step, y(column));
        }
    }

    pub(super) fn curve(&self, known: Known, y: impl Fn(&Column) -> f64) {
        self.context().begin_path();
        self.trace(known, y);
        self.context().stroke();
    }

    /// What is under a curve, down to the base line of its row.
    pub(super) fn area(
        &self,
        known: Known,
        y: impl Fn(&Column) -> f64,
        base: f64,
        (ink, alpha): (Ink, f64),
    ) {
        let context = self.context();
        self.fill_with(ink);
        context.set_global_alpha(alpha);
        context.begin_path();
        context.move_to(0.5, base);
        self.trace(known, y);
        context.line_to(known.width - 0.5, base);
        context.fill();
        context.set_global_alpha(1.0);
    }

    /// A curve of before a change: faint, under the new one.
    pub(super) fn ghost(&self, before: Option<Known>, y: impl Fn(&Column) -> f64) {
        if let Some(before) = before {
            self.context().set_global_alpha(0.55);
            self.stroke_with(Ink::Ghost, 2.5);
            self.curve(before, y);
            self.context().set_global_alpha(1.0);
        }
    }
}
