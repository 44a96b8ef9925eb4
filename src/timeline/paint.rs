//! Paints the charts of the timeline. Redrawn only when something in them has changed.

use web_sys::HtmlCanvasElement;

use super::axis::Axis;
use super::columns::{Column, ceiling, gather};
use super::pen::{Known, LETTER, Pen};
use super::rows::{Band, FOOT, Row, bands};
use crate::browser::canvas::sheet;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::recorder::Recorder;
use crate::stage::palette::{Ink, Palette};
use crate::words;

/// More shards than this have no curve of their own; the area under the worst shows them.
const CURVES_MAX: usize = 8;

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
    filled: usize,
    horizon: SimTime,
    before: Option<Before>,
}

/// The curves of before a change, kept as ghosts while somebody drags.
struct Before {
    all: Vec<Column>,
    filled: usize,
    horizon: SimTime,
}

impl Chart {
    /// Whether there is a picture.
    pub fn is_painted(&self) -> bool {
        self.painted.is_some()
    }

    /// Keeps the curves there are as ghosts while somebody drags, until the hand lets go. Says whether they have just
    /// gone, so that the charts must be painted without them.
    pub fn hold(&mut self, dragged: bool) -> bool {
        if !dragged {
            return self.before.take().is_some();
        }
        if self.before.is_none() && self.is_painted() {
            self.before = Some(Before {
                all: self.all.clone(),
                filled: self.filled,
                horizon: self.horizon,
            });
        }
        false
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
        self.collect(recorder, width, until);
        let pen = Pen {
            sheet: &sheet,
            palette,
            axis,
            bands: bands(sheet.height),
        };
        pen.grid(sheet.height);
        pen.ages(self, &rims(recorder, until));
        pen.flows(self);
        pen.calls(self);
        true
    }

    fn collect(&mut self, recorder: &Recorder, width: usize, until: SimTime) {
        let config = recorder.config();
        let until = until.min(recorder.computed_until());
        let empty = || vec![Column::default(); width];
        let shards = recorder.shards().len();
        self.shards.resize_with(shards, Vec::new);
        self.all = empty();
        self.horizon = config.horizon;
        self.filled = width;
        for (shard, columns) in (0..shards as u16).zip(&mut self.shards) {
            let minutes = recorder.minutes(shard);
            *columns = empty();
            let filled = gather(columns, minutes, config.horizon, until);
            self.filled = self.filled.min(filled);
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
    }

    fn known<'a>(&self, columns: &'a [Column]) -> Known<'a> {
        Known::new(columns, self.filled)
    }

    /// The ghosts, as wide as the run that is shown now makes them.
    fn before(&self) -> Option<Known<'_>> {
        let before = self.before.as_ref()?;
        let mut known = Known::new(&before.all, before.filled);
        let pixels = self.all.len() as f64 / (before.all.len() as f64).max(1.0);
        known.width *= pixels * before.horizon.0 as f64 / self.horizon.0.max(1) as f64;
        Some(known)
    }

    /// The scale of a row: round, and wide enough for the curves of now and of before.
    fn scale(&self, floor: f64, of: &[fn(&Column) -> f64]) -> f64 {
        let now = self.known(&self.all).columns;
        let before = self.before().map_or(&[][..], |before| before.columns);
        let values = now.iter().chain(before);
        ceiling(
            values.flat_map(|column| of.iter().map(move |of| of(column))),
            floor,
        )
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

fn oldest(columns: &[Column]) -> f64 {
    columns
        .iter()
        .fold(0.0, |age: f64, column| age.max(column.age))
}

impl Pen<'_> {
    /// Base lines, and the clock along the foot.
    fn grid(&self, height: f64) {
        let context = self.context();
        self.stroke_with(Ink::Line, 1.0);
        for band in &self.bands {
            let y = band.base().round() + 0.5;
            self.line(0.0, y, self.axis.width, y);
        }
        context.set_font("12px Inter, system-ui, sans-serif");
        self.fill_with(Ink::Caption);
        let foot = height - FOOT;
        for at in self.axis.ticks(68.0) {
            let x = self.axis.x(at);
            self.stroke_with(Ink::Line, 1.0);
            self.line(x.round() + 0.5, foot, x.round() + 0.5, foot + 4.0);
            let text = words::tick(at);
            let align = if x < 16.0 {
                "left"
            } else if self.axis.width - 20.0 < x {
                "right"
            } else {
                "center"
            };
            context.set_text_align(align);
            self.text(&text, x, foot + 16.0);
        }
    }

    /// Iterator age per shard under the rim; the worst is filled.
    fn ages(&self, chart: &Chart, rims: &[(SimTime, f64)]) {
        let Some(band) = self.band(Row::Age) else {
            return;
        };
        let scale = rims.iter().fold(1.0, |scale, &(_, rim)| rim.max(scale)) * 1.04;
        let y = |age: f64| band.y(age / scale);
        self.stroke_with(Ink::Wall, 1.0);
        self.dash(&[4.0, 3.0]);
        for (i, &(from, rim)) in rims.iter().enumerate() {
            let end = rims
                .get(i + 1)
                .map_or(self.axis.width, |next| self.axis.x(next.0));
            self.line(self.axis.x(from), y(rim), end, y(rim));
        }
        self.dash(&[]);
        self.ghost(chart.before(), |column| y(column.age));
        let all = chart.known(&chart.all);
        self.area(all, |column| y(column.age), band.base(), (Ink::Again, 0.16));
        let worst = chart.shards.iter().map(|columns| oldest(columns));
        let worst = worst.fold(0.0, f64::max);
        for (shard, columns) in chart.shards.iter().enumerate().take(CURVES_MAX) {
            if worst <= oldest(columns) {
                self.stroke_with(Ink::Again, 2.0);
            } else {
                self.stroke_with(Ink::Caption, 1.2);
                self.dash(&[3.0, 2.0 + shard as f64]);
            }
            self.curve(chart.known(columns), |column| y(column.age));
            self.dash(&[]);
        }
        if !chart.second.is_empty() {
            self.second(chart.known(&chart.second), band, y);
        }
        if let Some(&(_, rim)) = rims.last() {
            let hours = words::span(SimDuration::from_secs(rim as u64));
            self.corner(&format!("rim {hours}"), y(rim) + 13.0);
        }
    }

    /// The iterator age of the second mapping, dotted, with its name where it is highest.
    fn second(&self, known: Known, band: Band, y: impl Fn(f64) -> f64) {
        self.stroke_with(Ink::Order, 1.8);
        self.dash(&[1.5, 2.5]);
        self.curve(known, |column| y(column.age));
        self.dash(&[]);
        let (mut x, mut highest) = (0, 0.0);
        for (at, column) in known.columns.iter().enumerate() {
            if highest <= column.age {
                (x, highest) = (at, column.age);
            }
        }
        let words = "mapping 2";
        let half = words.len() as f64 * LETTER / 2.0;
        let middle = (x as f64).min(self.axis.width - half - 4.0).max(half + 4.0);
        self.fill_with(Ink::Caption);
        self.context().set_text_align("center");
        // Below the curve where above it is the rim.
        let above = y(highest) - 4.0;
        let is_free = band.top + 12.0 <= above;
        self.text(words, middle, if is_free { above } else { above + 20.0 });
    }

    /// Records in and processed; below, on their own scale, the expired.
    fn flows(&self, chart: &Chart) {
        let (all, before) = (chart.known(&chart.all), chart.before());
        if let Some(band) = self.band(Row::Flow) {
            let scale = chart.scale(1.0, &[|c| c.stored, |c| c.processed]);
            let y = |rate: f64| band.y(rate / scale);
            self.ghost(before, |column| y(column.processed));
            self.stroke_with(Ink::Done, 1.4);
            self.curve(all, |column| y(column.processed));
            self.stroke_with(Ink::Order, 1.6);
            self.curve(all, |column| y(column.stored));
            self.top_of_scale(scale, "/s", band);
        }
        if let Some(band) = self.band(Row::Expired) {
            let scale = chart.scale(1.0, &[|c| c.expired]);
            let y = |column: &Column| band.y(column.expired / scale);
            self.ghost(before, y);
            self.area(all, y, band.base(), (Ink::Spilled, 0.28));
            self.stroke_with(Ink::Spilled, 1.8);
            self.curve(all, y);
            self.top_of_scale(scale, "/s", band);
        }
    }

    /// Invocations, and what went wrong with them.
    fn calls(&self, chart: &Chart) {
        let (all, before) = (chart.known(&chart.all), chart.before());
        if let Some(band) = self.band(Row::Calls) {
            let scale = chart.scale(10.0, &[|c| c.invocations]);
            let y = |column: &Column| band.y(column.invocations / scale);
            self.area(all, y, band.base(), (Ink::Ghost, 0.22));
            self.stroke_with(Ink::Ghost, 1.4);
            self.curve(all, y);
            self.top_of_scale(scale, "/min", band);
        }
        if let Some(band) = self.band(Row::Failures) {
            let scale = chart.scale(1.0, &[|c| c.errors, |c| c.throttles]);
            let y = |rate: f64| band.y(rate / scale);
            self.ghost(before, |column| y(column.errors));
            self.area(
                all,
                |column| y(column.errors),
                band.base(),
                (Ink::Pill, 0.2),
            );
            self.stroke_with(Ink::Pill, 1.6);
            self.curve(all, |column| y(column.errors));
            if all.columns.iter().any(|column| 0.0 < column.throttles) {
                self.stroke_with(Ink::Destination, 1.6);
                self.dash(&[5.0, 3.0]);
                self.curve(all, |column| y(column.throttles));
                self.dash(&[]);
            }
            self.top_of_scale(scale, "/min", band);
        }
    }

    fn top_of_scale(&self, scale: f64, unit: &str, band: Band) {
        let text = format!("{}{unit}", words::number(scale.round() as u64));
        self.corner(&text, band.top + 8.0);
    }
}
