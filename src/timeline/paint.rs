//! Paints the charts of the timeline. Redrawn only when something in them has changed.

use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::axis::Axis;
use super::columns::{Column, ceiling, gather};
use crate::browser::canvas::{Sheet, sheet};
use crate::engine::time::SimTime;
use crate::page::caption::{self, tick};
use crate::recording::recorder::Recorder;
use crate::stage::palette::{Ink, Palette};

/// Upper edge and height of each chart in CSS pixels; the style sheet places their names beside them.
const AGE: (f64, f64) = (6.0, 42.0);
const FLOW: (f64, f64) = (58.0, 30.0);
const EXPIRED: (f64, f64) = (98.0, 26.0);
const CALLS: (f64, f64) = (132.0, 16.0);
const FAILURES: (f64, f64) = (156.0, 18.0);
const FOOT: f64 = 189.0;
/// About the width of a letter of a label, in CSS pixels.
const LETTER: f64 = 6.6;

/// The charts, and what they were painted from.
#[derive(Default)]
pub struct Chart {
    /// Whether what comes after the playhead is hidden.
    pub veiled: bool,
    painted: Option<(u32, u32, usize)>,
    shards: Vec<Vec<Column>>,
    all: Vec<Column>,
    /// The worst shard of the second mapping; empty if there is none (E14).
    second: Vec<Column>,
}

impl Chart {
    /// Whether there is a picture.
    pub fn is_painted(&self) -> bool {
        self.painted.is_some()
    }

    /// Paints what is known up to `until`, if anything of it has changed or `stale` says so; returns whether it did.
    pub fn paint(
        &mut self,
        canvas: &HtmlCanvasElement,
        recorder: &Recorder,
        until: SimTime,
        palette: Palette,
        stale: bool,
    ) -> bool {
        let horizon = recorder.config().horizon;
        let width = canvas.client_width().max(0) as usize;
        let axis = Axis {
            horizon,
            width: width as f64,
        };
        let size = (canvas.client_width() as u32, canvas.client_height() as u32);
        let known = (size.0, size.1, axis.x(until) as usize);
        if width == 0 || (!stale && self.painted == Some(known)) {
            return false;
        }
        let Some(sheet) = sheet(canvas) else {
            return false;
        };
        self.painted = Some(known);
        let filled = self.collect(recorder, width, until);
        let pen = Pen {
            sheet: &sheet,
            palette,
            axis,
            filled,
        };
        pen.grid();
        let rims = rims(recorder, until);
        pen.ages(&self.shards, &self.all, &rims);
        if !self.second.is_empty() {
            pen.second(&self.second, &rims);
        }
        pen.flows(&self.all);
        pen.calls(&self.all);
        true
    }

    fn collect(&mut self, recorder: &Recorder, width: usize, until: SimTime) -> usize {
        let config = recorder.config();
        let until = until.min(recorder.computed_until());
        let empty = || vec![Column::default(); width];
        let shards = recorder.shards().len();
        self.shards.resize_with(shards, Vec::new);
        self.all = empty();
        let mut filled = width;
        for (shard, columns) in (0..shards as u16).zip(&mut self.shards) {
            let minutes = recorder.minutes(shard);
            *columns = empty();
            filled = filled.min(gather(columns, minutes, config.horizon, until));
            gather(&mut self.all, minutes, config.horizon, until);
        }
        self.second.clear();
        if config.consuming[0].second.is_some() {
            self.second = empty();
            for shard in 0..shards as u16 {
                let minutes = recorder.second_minutes(shard);
                gather(&mut self.second, minutes, config.horizon, until);
            }
        }
        filled
    }
}

/// Retention in force, as (from, seconds).
fn rims(recorder: &Recorder, until: SimTime) -> Vec<(SimTime, f64)> {
    let mut rims: Vec<(SimTime, f64)> = Vec::new();
    for epoch in &recorder.config().consuming {
        let seconds = epoch.retention.as_secs_f64();
        if epoch.from <= until
            && rims
                .last()
                .is_none_or(|&(_, last)| last.to_bits() != seconds.to_bits())
        {
            rims.push((epoch.from, seconds));
        }
    }
    rims
}

/// Where an age stands in its chart.
fn age_scale(rims: &[(SimTime, f64)]) -> impl Fn(f64) -> f64 {
    let (top, height) = AGE;
    let scale = rims.iter().fold(1.0, |scale, &(_, rim)| rim.max(scale)) * 1.04;
    move |age| top + height - (age / scale).min(1.0) * height
}

/// Draws onto one sheet.
struct Pen<'a> {
    sheet: &'a Sheet,
    palette: Palette,
    axis: Axis,
    filled: usize,
}

impl Pen<'_> {
    fn context(&self) -> &CanvasRenderingContext2d {
        &self.sheet.context
    }

    fn css(&self, ink: Ink) -> String {
        self.palette.css(ink)
    }

    fn stroke_with(&self, ink: Ink, width: f64) {
        self.context().set_stroke_style_str(&self.css(ink));
        self.context().set_line_width(width);
    }

    fn line(&self, x0: f64, y0: f64, x1: f64, y1: f64) {
        let context = self.context();
        context.begin_path();
        context.move_to(x0, y0);
        context.line_to(x1, y1);
        context.stroke();
    }

    /// Base lines, and the clock along the foot.
    fn grid(&self) {
        let context = self.context();
        self.stroke_with(Ink::Line, 1.0);
        for (top, height) in [AGE, FLOW, EXPIRED, CALLS, FAILURES] {
            let y = (top + height).round() + 0.5;
            self.line(0.0, y, self.axis.width, y);
        }
        context.set_font("12px Inter, system-ui, sans-serif");
        context.set_fill_style_str(&self.css(Ink::Caption));
        for at in self.axis.ticks(68.0) {
            let x = self.axis.x(at);
            self.stroke_with(Ink::Line, 1.0);
            self.line(
                x.round() + 0.5,
                FAILURES.0 + FAILURES.1,
                x.round() + 0.5,
                FAILURES.0 + FAILURES.1 + 4.0,
            );
            let text = tick(at);
            let align = if x < 16.0 {
                "left"
            } else if self.axis.width - 20.0 < x {
                "right"
            } else {
                "center"
            };
            context.set_text_align(align);
            self.text(&text, x, FOOT + 4.0);
        }
    }

    fn text(&self, text: &str, x: f64, y: f64) {
        let context = self.context();
        // A rim of the ground keeps words readable over lines.
        self.stroke_with(Ink::Ground, 4.0);
        // Painting a text cannot fail in a window.
        let _ = context.stroke_text(text, x, y);
        let _ = context.fill_text(text, x, y);
    }

    /// Iterator age per shard under the rim; the worst is filled.
    fn ages(&self, shards: &[Vec<Column>], all: &[Column], rims: &[(SimTime, f64)]) {
        let (top, height) = AGE;
        let y = age_scale(rims);
        self.stroke_with(Ink::Wall, 1.0);
        self.dash(&[4.0, 3.0]);
        for (i, &(from, rim)) in rims.iter().enumerate() {
            let end = rims
                .get(i + 1)
                .map_or(self.axis.width, |next| self.axis.x(next.0));
            self.line(self.axis.x(from), y(rim), end, y(rim));
        }
        self.dash(&[]);
        self.area(all, |column| y(column.age), top + height, Ink::Again, 0.16);
        for (shard, columns) in shards.iter().enumerate().take(8) {
            let age = |columns: &[Column]| {
                columns
                    .iter()
                    .fold(0.0_f64, |age, column| age.max(column.age))
            };
            let worst = shards.iter().all(|other| age(other) <= age(columns));
            self.stroke_with(
                if worst { Ink::Again } else { Ink::Caption },
                if worst { 2.0 } else { 1.2 },
            );
            if !worst {
                self.dash(&[3.0, 2.0 + shard as f64]);
            }
            self.curve(columns, |column| y(column.age));
            self.dash(&[]);
        }
        if let Some(&(_, rim)) = rims.last() {
            let hours = caption::span(crate::engine::time::SimDuration::from_secs(rim as u64));
            self.corner(&["rim ", &hours].concat(), y(rim) + 14.0);
        }
    }

    /// The iterator age of the second mapping, dotted, with its name where it is highest.
    fn second(&self, columns: &[Column], rims: &[(SimTime, f64)]) {
        let y = age_scale(rims);
        self.stroke_with(Ink::Order, 1.8);
        self.dash(&[1.5, 2.5]);
        self.curve(columns, |column| y(column.age));
        self.dash(&[]);
        let (mut x, mut highest) = (0, 0.0);
        for (at, column) in columns[..self.filled].iter().enumerate() {
            if highest <= column.age {
                (x, highest) = (at, column.age);
            }
        }
        let words = "mapping 2";
        let half = words.len() as f64 * LETTER / 2.0;
        let middle = (x as f64).min(self.axis.width - half - 4.0).max(half + 4.0);
        self.context().set_fill_style_str(&self.css(Ink::Caption));
        self.context().set_text_align("center");
        // Below the curve where above it is the rim.
        let above = y(highest) - 4.0;
        let is_free = AGE.0 + 12.0 <= above;
        self.text(words, middle, if is_free { above } else { above + 20.0 });
    }

    /// Records in and processed; below, on their own scale, the expired.
    fn flows(&self, all: &[Column]) {
        let known = &all[..self.filled];
        let (top, height) = FLOW;
        let scale = ceiling(known.iter().flat_map(|c| [c.stored, c.processed]), 1.0);
        let y = |rate: f64| top + height - (rate / scale).min(1.0) * height;
        self.stroke_with(Ink::Done, 1.4);
        self.curve(all, |column| y(column.processed));
        self.stroke_with(Ink::Order, 1.6);
        self.curve(all, |column| y(column.stored));
        self.top_of_scale(scale, "/s", top);
        let (top, height) = EXPIRED;
        let scale = ceiling(known.iter().map(|c| c.expired), 1.0);
        let y = |rate: f64| top + height - (rate / scale).min(1.0) * height;
        self.area(
            all,
            |column| y(column.expired),
            top + height,
            Ink::Spilled,
            0.28,
        );
        self.stroke_with(Ink::Spilled, 1.8);
        self.curve(all, |column| y(column.expired));
        self.top_of_scale(scale, "/s", top);
    }

    /// Invocations, and what went wrong with them.
    fn calls(&self, all: &[Column]) {
        let known = &all[..self.filled];
        let (top, height) = CALLS;
        let scale = ceiling(known.iter().map(|c| c.invocations), 10.0);
        let y = |rate: f64| top + height - (rate / scale).min(1.0) * height;
        self.area(
            all,
            |column| y(column.invocations),
            top + height,
            Ink::Ghost,
            0.22,
        );
        self.stroke_with(Ink::Ghost, 1.4);
        self.curve(all, |column| y(column.invocations));
        self.top_of_scale(scale, "/min", top);
        let (top, height) = FAILURES;
        let scale = ceiling(known.iter().flat_map(|c| [c.errors, c.throttles]), 1.0);
        let y = |rate: f64| top + height - (rate / scale).min(1.0) * height;
        self.area(all, |column| y(column.errors), top + height, Ink::Pill, 0.2);
        self.stroke_with(Ink::Pill, 1.6);
        self.curve(all, |column| y(column.errors));
        if known.iter().any(|column| 0.0 < column.throttles) {
            self.stroke_with(Ink::Destination, 1.6);
            self.dash(&[5.0, 3.0]);
            self.curve(all, |column| y(column.throttles));
            self.dash(&[]);
        }
        self.top_of_scale(scale, "/min", top);
    }

    fn top_of_scale(&self, scale: f64, unit: &str, top: f64) {
        let text = [&caption::count(scale.round() as u64), unit].concat();
        self.corner(&text, top + 8.0);
    }

    /// A label at the right edge, on a plate of the ground so that no curve strikes it through.
    fn corner(&self, text: &str, y: f64) {
        let context = self.context();
        let width = text.chars().count() as f64 * LETTER + 8.0;
        context.set_fill_style_str(&self.css(Ink::Ground));
        context.fill_rect(self.axis.width - width, y - 11.0, width, 14.0);
        context.set_fill_style_str(&self.css(Ink::Caption));
        context.set_text_align("right");
        self.text(text, self.axis.width - 4.0, y);
    }

    fn dash(&self, pattern: &[f64]) {
        let list: js_sys::Array = pattern
            .iter()
            .map(|&part| wasm_bindgen::JsValue::from_f64(part))
            .collect();
        // An array of numbers is a dash pattern.
        let _ = self.context().set_line_dash(&list);
    }

    fn trace(&self, columns: &[Column], y: impl Fn(&Column) -> f64) {
        let context = self.context();
        for (x, column) in columns[..self.filled].iter().enumerate() {
            context.line_to(x as f64 + 0.5, y(column));
        }
    }

    fn curve(&self, columns: &[Column], y: impl Fn(&Column) -> f64) {
        self.context().begin_path();
        self.trace(columns, y);
        self.context().stroke();
    }

    fn area(
        &self,
        columns: &[Column],
        y: impl Fn(&Column) -> f64,
        base: f64,
        ink: Ink,
        alpha: f64,
    ) {
        let context = self.context();
        context.set_fill_style_str(&self.css(ink));
        context.set_global_alpha(alpha);
        context.begin_path();
        context.move_to(0.5, base);
        self.trace(columns, y);
        context.line_to(self.filled as f64 - 0.5, base);
        context.fill();
        context.set_global_alpha(1.0);
    }
}
