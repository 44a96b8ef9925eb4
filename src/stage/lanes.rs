//! The lanes of a shard that has several: a row each under its basin.

use super::basin::{self, Basin};
use super::context::Stage;
use super::invocation;
use super::layout::{ABOVE_LANES, LANE, THIN_LANE};
use super::mood;
use super::palette::Ink;
use super::scene::{Path, Rect, Stroke};
use super::words::{Spot, Style};
use crate::recording::moment::{BatchMoment, LaneMoment};

/// Draws the rows, each with its batch where that is in the basin; above four lanes thin ones without words.
pub(super) fn compose(stage: &mut Stage, basin: &Basin) {
    let lanes = &basin.shard.lanes;
    if lanes.len() < 2 {
        return;
    }
    let (reader, v) = (basin.place.reader, basin.place.vessel);
    let full = lanes.len() <= 4;
    let pitch = if full { LANE } else { THIN_LANE };
    for (i, lane) in lanes.iter().take(10).enumerate() {
        let y = reader.y + ABOVE_LANES + (i as f32 + 0.5) * pitch;
        let ink = invocation::ink_of(lane);
        let Some(batch) = lane.batch else {
            // It has read all there is.
            draw_track(stage, (v.x + 6.0, v.right()), y, None);
            let here = vec![(v.x, y), (v.x + 6.0, y)];
            stage.stroke(Stroke::line(Path::Line(here), ink, 2.4));
            continue;
        };
        let (left, right) = basin::ends(stage, basin, batch.first, batch.last);
        let mut area = Rect::new(left, y - pitch / 2.0, right - left, pitch);
        if !full {
            draw_track(stage, (v.x, v.right()), y, None);
            let line = Path::Line(vec![(left, y), (right, y)]);
            stage.stroke(Stroke::line(line, ink, 2.4));
            invocation::push_hit(stage, basin, lane, area);
            continue;
        }
        let (top, low) = (y - 3.0, y + 2.0);
        let line = vec![(left, top), (left, low), (right, low), (right, top)];
        stage.stroke(Stroke::line(Path::Line(line), ink, 1.6));
        invocation::draw_ring(stage, lane, (right + 10.0, y - 1.0), 5.0);
        area.w += 16.0;
        let words = lane_words(stage, lane, &batch);
        let style = Style::plain((stage.layout.font - 2.0).max(11.0), Ink::Caption);
        let spots = [
            Spot::Begin(right + 19.0, y - 0.5),
            Spot::End(left - 6.0, y - 0.5),
        ];
        let written = stage
            .words
            .place(style, &[&words, &lane_name(lane)], &spots);
        draw_track(stage, (v.x, left - 2.0), y, written);
        draw_track(stage, (right + 17.0, v.right()), y, written);
        invocation::push_hit(stage, basin, lane, area);
    }
}

/// The line of a lane, interrupted where words stand on it.
fn draw_track(stage: &mut Stage, (from, to): (f32, f32), y: f32, words: Option<Rect>) {
    let cut = words.filter(|words| words.x < to && words.right() > from);
    let parts = match cut {
        None => [(from, to), (to, to)],
        Some(words) => [(from, words.x - 4.0), (words.right() + 4.0, to)],
    };
    for (from, to) in parts {
        if to > from {
            let track = Path::Line(vec![(from, y), (to, y)]);
            stage.stroke(Stroke::line(track, Ink::Line, 1.0));
        }
    }
}

/// Lanes have no names in AWS; people count from one.
fn lane_name(lane: &LaneMoment) -> String {
    format!("lane {}", lane.lane + 1)
}

fn lane_words(stage: &Stage, lane: &LaneMoment, batch: &BatchMoment) -> String {
    let head = lane_name(lane);
    if batch.failures > 0 {
        let tries = mood::tries_in_words(batch.failures);
        format!("{head} · batch of {} · {tries} failed", batch.count)
    } else if stage.is_fast() {
        head
    } else {
        format!("{head} · batch of {}", batch.count)
    }
}
