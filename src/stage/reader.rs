//! The reader of a shard: where it stands, the batches in its lanes' hands, their invocations and back-offs.

use super::basin::{self, Basin};
use super::context::Stage;
use super::layout::{ABOVE_LANES, LANE, THIN_LANE, lane_rows};
use super::mood;
use super::palette::Ink;
use super::scene::{Hit, HitArea, Path, Rect, Shape, ShardSpot, Stroke};
use super::text;
use super::words::{Spot, Style};
use crate::engine::time::SimTime;
use crate::recording::moment::{BatchMoment, LaneMoment, Phase, ShardMoment};

/// Draws reader, lanes and their words below a basin.
pub(super) fn compose(stage: &mut Stage, basin: &Basin) {
    match basin.shard.lanes.as_slice() {
        [] => draw_reader(stage, basin),
        [lane] => {
            draw_single(stage, basin, lane);
            draw_reader(stage, basin);
        }
        // The words of lanes give way to those of their reader.
        lanes => {
            draw_reader(stage, basin);
            draw_rows(stage, basin, lanes);
        }
    }
}

/// The reader's pointer, its tip at `(x, y)`.
pub(super) fn marker(stage: &mut Stage, x: f32, y: f32, ink: Ink) {
    let tip = vec![(x, y), (x + 5.0, y + 8.0), (x - 5.0, y + 8.0)];
    stage.stroke(Stroke::fill(Path::Polygon(tip), ink));
}

/// A spiky star as a filled path, where no record is meant but its kind.
pub(super) fn star_stroke(x: f32, y: f32, r: f32) -> Stroke {
    // Turned by a sixteenth from point to point.
    let (sin, cos) = (0.382_683_43, 0.923_879_5);
    let (mut right, mut up) = (0.0, 1.0);
    let point = |k: usize| {
        let far = if k.is_multiple_of(2) { r } else { r * 0.5 };
        let point = (x + far * right, y - far * up);
        (right, up) = (right * cos + up * sin, up * cos - right * sin);
        point
    };
    Stroke::fill(Path::Polygon((0..16).map(point).collect()), Ink::Pill)
}

fn reader_x(stage: &Stage, basin: &Basin) -> f32 {
    let v = basin.place.vessel;
    basin
        .x(stage, basin.shard.iterator_age.as_secs_f64())
        .max(v.x + 5.0)
        .min(v.right() - 1.0)
}

/// Draws the pointer, and says beside it how the reader is, how late, and how long it may be.
fn draw_reader(stage: &mut Stage, basin: &Basin) {
    let (x, v, reader) = (
        reader_x(stage, basin),
        basin.place.vessel,
        basin.place.reader,
    );
    let shard = basin.shard;
    let ink = mood::ink_of(stage.moment, shard);
    let has_rows = lane_rows(shard.lanes.len()) > 0.0;
    if has_rows || !stage.layout.close {
        marker(stage, x, reader.y + 2.0, ink);
    }
    let font = stage.layout.font;
    let r = stage.layout.ring_radius();
    let (gap, y) = match has_rows {
        true => (11.0, reader.y + 10.0),
        false if stage.layout.narrow => (r + 8.0, reader.y + 11.0),
        false if stage.layout.close => (r + 8.0, reader.y + reader.h * 0.62),
        false => (r + 8.0, reader.y + 12.0 + r),
    };
    let (long, short) = mood::state_words(stage, basin);
    let words = mood::spoken(stage, shard, &long);
    let rect = Rect::new(
        v.x,
        basin.place.title.y,
        v.w,
        reader.bottom() - basin.place.title.y,
    );
    stage.scene.shards.push(ShardSpot {
        shard: shard.shard,
        rect,
        open: true,
        words,
    });
    let age = mood::age_words(stage, shard);
    let headroom = format!("headroom {}", mood::headroom(stage, shard));
    let bold = Style::bold(font, mood::text_ink(stage.moment, shard));
    let plain = Style::plain((font - 0.5).max(11.0), Ink::Caption);
    let both = format!("{age} · {headroom}");
    if stage.layout.narrow && !has_rows {
        let line = |y: f32| [Spot::Begin(x + gap, y), Spot::End(x - gap, y)];
        stage.words.place(bold, &[&long, &short], &line(y));
        stage
            .words
            .place(plain, &[&both, &headroom], &line(y + 14.0));
        return;
    }
    // One line: to the right of the reader if it fits, else to the left.
    for (state, rest) in [(&long, &both), (&long, &headroom), (&short, &headroom)] {
        let rest = format!("· {rest}");
        let first = text::width(state, bold.size, true);
        let whole = first + 5.0 + text::width(&rest, plain.size, false);
        let from = [x + gap, x - gap - whole]
            .into_iter()
            .find(|&from| from >= v.x - 2.0 && from + whole <= v.right() + 4.0);
        if let Some(from) = from {
            let placed = stage.words.place(bold, &[state], &[Spot::Begin(from, y)]);
            if placed.is_none() {
                continue;
            }
            let then = from + first + 5.1;
            stage.words.place(plain, &[&rest], &[Spot::Begin(then, y)]);
            return;
        }
    }
    let spots = [Spot::Begin(x + gap, y), Spot::End(x - gap, y)];
    stage.words.place(bold, &[&short], &spots);
    stage.words.place(plain, &[&headroom], &spots);
}

fn draw_single(stage: &mut Stage, basin: &Basin, lane: &LaneMoment) {
    if let Some(batch) = lane.batch {
        draw_bracket(stage, basin, lane, &batch);
        draw_halves(stage, basin, lane, &batch);
    } else if stage.is_fast() {
        draw_bracket(stage, basin, lane, &next_batch(basin.shard));
    }
    let r = stage.layout.ring_radius();
    let above = if stage.layout.close { 5.0 } else { 11.0 };
    let (x, y) = (reader_x(stage, basin), basin.place.reader.y + above + r);
    let ring = Rect::new(
        x - r - 2.0,
        y - r - above,
        2.0 * r + 4.0,
        2.0 * r + above + 2.0,
    );
    stage.words.keep_out(ring);
    draw_ring(stage, lane, (x, y), r);
    if !stage.layout.close {
        draw_handled(stage, lane, (x, y + r + 2.0));
    }
    let area = Rect::new(x - r, y - r, 2.0 * r, 2.0 * r);
    push_lane_hit(stage, basin, lane, area);
}

/// The batch about to be taken: stands in where batches come and go within a frame.
fn next_batch(shard: &ShardMoment) -> BatchMoment {
    let youngest = shard.stored.saturating_sub(1);
    let first = shard.head.min(youngest);
    BatchMoment {
        first,
        last: (first + 99).min(youngest),
        count: 0,
        failures: 0,
        pill: None,
        request: 0,
        oldest: SimTime::ZERO,
        too_large: false,
    }
}

fn push_lane_hit(stage: &mut Stage, basin: &Basin, lane: &LaneMoment, area: Rect) {
    let hit = Hit::Lane {
        shard: basin.shard.shard,
        lane: lane.lane,
    };
    stage.scene.hits.push(HitArea { area, hit });
}

fn state_ink(lane: &LaneMoment) -> Ink {
    match (lane.phase, lane.batch) {
        (Phase::Throttled { .. }, _) => Ink::Discarded,
        (Phase::BackingOff { .. }, _) => Ink::Again,
        (_, Some(batch)) if batch.failures > 0 => Ink::Pill,
        _ => Ink::Done,
    }
}

fn draw_bracket(stage: &mut Stage, basin: &Basin, lane: &LaneMoment, batch: &BatchMoment) {
    let (left, right) = basin::ends(stage, basin, batch.first, batch.last);
    let area = bracket(basin, left, right);
    let ink = if batch.failures > 0 {
        Ink::Pill
    } else {
        Ink::Wall
    };
    stage.stroke(Stroke::line(Path::Round(area, 5.0), ink, 1.8));
    stage.words.keep_out(area);
    push_lane_hit(stage, basin, lane, area);
}

/// The frame round the records between two places: a little higher than the water, and no higher than the vessel.
fn bracket(basin: &Basin, left: f32, right: f32) -> Rect {
    let v = basin.place.vessel;
    let height = basin.water.height_at(f32::midpoint(left, right)).max(14.0) + 9.0;
    let height = height.min(v.h - 1.0);
    Rect::new(left, v.bottom() - height, right - left, height + 4.0)
}

/// The halves that wait after a bisect: the records that follow the batch in hand.
fn draw_halves(stage: &mut Stage, basin: &Basin, lane: &LaneMoment, batch: &BatchMoment) {
    let (halves, records) = lane.waiting_halves;
    if halves == 0 {
        return;
    }
    let last = (batch.last + u64::from(records)).min(basin.shard.stored.saturating_sub(1));
    let (left, right) = basin::ends(stage, basin, batch.last + 1, last.max(batch.last + 1));
    let area = bracket(basin, left, right);
    stage.stroke(Stroke::line(Path::Round(area, 5.0), Ink::Wall, 1.3).dashed(3.0, 3.0));
}

fn progress(since: SimTime, until: SimTime, now: SimTime) -> f32 {
    let whole = until.since(since).0.max(1) as f32;
    (now.since(since).0 as f32 / whole).clamp(0.0, 1.0)
}

fn draw_ring(stage: &mut Stage, lane: &LaneMoment, at: (f32, f32), r: f32) {
    let now = stage.moment.at;
    let ink = state_ink(lane);
    let width = if r > 8.0 { 3.2 } else { 2.4 };
    let arc = |from, to| Path::Arc { at, r, from, to };
    stage.stroke(Stroke::line(arc(0.0, 1.0), Ink::Line, width).filled(Ink::Ground));
    let failed = lane.batch.is_some_and(|batch| batch.failures > 0);
    let still = match lane.phase {
        Phase::Idle { .. } | Phase::Gathering { .. } => stage.is_fast(),
        Phase::Invoking { since, until }
        | Phase::BackingOff { since, until }
        | Phase::Throttled { since, until } => stage.is_a_flicker(until.since(since)),
    };
    match lane.phase {
        _ if still && failed => {
            stage.stroke(Stroke::line(arc(0.0, 1.0), Ink::Again, width).dashed(3.0, 2.0));
        }
        _ if still => stage.stroke(Stroke::line(arc(0.0, 1.0), ink, width)),
        Phase::Idle { .. } | Phase::Gathering { .. } => {}
        Phase::Invoking { since, until } => {
            let to = progress(since, until, now);
            stage.stroke(Stroke::line(arc(0.0, to), ink, width));
        }
        Phase::BackingOff { since, until } | Phase::Throttled { since, until } => {
            let from = progress(since, until, now);
            stage.stroke(Stroke::line(arc(from, 1.0), ink, width).dashed(3.0, 2.0));
        }
    }
    draw_sign(stage, lane, at, r, still);
}

/// What stands in a ring: an invocation's λ, the number of failed tries, a bar for throttled, dots for waiting.
fn draw_sign(stage: &mut Stage, lane: &LaneMoment, at: (f32, f32), r: f32, still: bool) {
    let (x, y) = at;
    let tries = lane.batch.map_or(0, |batch| batch.failures);
    if r < 6.0 {
        return;
    }
    match lane.phase {
        Phase::Throttled { .. } => {
            let bar = Path::Line(vec![(x - 4.5, y), (x + 4.5, y)]);
            stage.stroke(Stroke::line(bar, Ink::Discarded, 3.0));
        }
        _ if tries > 0 => {
            if tries > 99 || still {
                stage.stroke(star_stroke(x, y, r * 0.6));
            } else {
                write_in(stage, &tries.to_string(), at, r, Ink::PillText);
            }
        }
        Phase::Invoking { .. } => write_in(stage, "λ", at, r, Ink::DoneText),
        Phase::Idle { .. } | Phase::Gathering { .. } if still => {
            write_in(stage, "λ", at, r, Ink::DoneText);
        }
        Phase::Idle { .. } | Phase::Gathering { .. } | Phase::BackingOff { .. } => {
            for k in [-4.0, 0.0, 4.0] {
                let dot = Path::Arc {
                    at: (x + k, y),
                    r: 1.2,
                    from: 0.0,
                    to: 1.0,
                };
                stage.stroke(Stroke::fill(dot, Ink::Caption));
            }
        }
    }
}

fn write_in(stage: &mut Stage, text: &str, at: (f32, f32), r: f32, ink: Ink) {
    // The ring keeps words out, so what stands in it is no candidate for a spot.
    let size = if text.len() > 1 && text != "λ" {
        r * 0.95
    } else {
        r * 1.15
    };
    let width = text::width(text, size, true);
    stage.scene.labels.push(super::scene::Label {
        text: text.to_owned(),
        area: Rect::new(at.0 - width / 2.0, at.1 - size * 0.6, width, size * 1.25),
        size,
        bold: true,
        ink,
    });
}

/// Records the running invocation has just handled, falling towards *processed*: again in amber (E17).
fn draw_handled(stage: &mut Stage, lane: &LaneMoment, at: (f32, f32)) {
    let invoked = match (lane.phase, lane.batch) {
        (Phase::Invoking { since, until }, Some(batch)) => Some((since, until, batch)),
        _ => None,
    };
    let failed = lane.batch.is_some_and(|batch| batch.failures > 0);
    // Again and again too quickly to be watched: the sign of the back-off stands alone.
    let hurried = invoked.is_some_and(|(since, until, _)| stage.is_a_flicker(until.since(since)));
    if (failed && hurried) || (invoked.is_none() && (failed || !stage.is_fast())) {
        return;
    }
    let ink = if failed { Ink::Again } else { Ink::Done };
    let reach = 9.0;
    let (x, y) = at;
    let tip = y + reach;
    let arrow = vec![(x - 4.0, tip - 4.0), (x, tip), (x + 4.0, tip - 4.0)];
    stage.stroke(Stroke::line(Path::Line(arrow), ink, 1.8));
    let watched = invoked.filter(|_| !stage.view.reduced_motion && !hurried);
    let Some((since, until, batch)) = watched else {
        let stem = Path::Line(vec![(x, y + 1.0), (x, tip - 1.0)]);
        stage.stroke(Stroke::line(stem, ink, 1.8));
        return;
    };
    let span = until.since(since);
    let each = span.as_secs_f64() / f64::from(batch.count.max(1));
    let elapsed = stage.moment.at.since(since).as_secs_f64();
    let fall = stage.wall(0.5).as_secs_f64();
    let newest = (elapsed / each.max(1e-9)) as u64;
    let oldest = ((elapsed - fall).max(0.0) / each.max(1e-9)) as u64;
    let every = ((newest - oldest) / 6 + 1).next_power_of_two();
    let mut n = oldest.div_ceil(every) * every;
    while n <= newest.min(u64::from(batch.count)) {
        let s = ((elapsed - n as f64 * each) / fall).clamp(0.0, 1.0) as f32;
        stage.dot(x, y + s * (reach - 1.0), 1.9, Shape::Disc, ink);
        n += every;
    }
}

/// Several lanes: a row each, with its batch where that is in the basin, thin ones without words above four.
fn draw_rows(stage: &mut Stage, basin: &Basin, lanes: &[LaneMoment]) {
    let (reader, v) = (basin.place.reader, basin.place.vessel);
    let full = lanes.len() <= 4;
    let pitch = if full { LANE } else { THIN_LANE };
    for (i, lane) in lanes.iter().take(10).enumerate() {
        let y = reader.y + ABOVE_LANES + (i as f32 + 0.5) * pitch;
        let ink = state_ink(lane);
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
            push_lane_hit(stage, basin, lane, area);
            continue;
        }
        let (top, low) = (y - 3.0, y + 2.0);
        let line = vec![(left, top), (left, low), (right, low), (right, top)];
        stage.stroke(Stroke::line(Path::Line(line), ink, 1.6));
        draw_ring(stage, lane, (right + 10.0, y - 1.0), 5.0);
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
        push_lane_hit(stage, basin, lane, area);
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
