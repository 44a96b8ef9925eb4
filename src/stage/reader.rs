//! The reader of a shard: where it stands, the batch in its hand, and how it is in words.

use super::basin::{self, Basin};
use super::context::Stage;
use super::invocation;
use super::layout::lane_rows;
use super::mood;
use super::palette::Ink;
use super::scene::{Path, Rect, ShardSpot, Stroke};
use super::text;
use super::words::{Spot, Style};
use crate::engine::time::SimTime;
use crate::recording::moment::{BatchMoment, LaneMoment, ShardMoment};

/// Draws the reader below a basin, the batch of its only lane, and its words.
pub(super) fn compose(stage: &mut Stage, basin: &Basin) {
    if let [lane] = basin.shard.lanes.as_slice() {
        draw_single(stage, basin, lane);
    }
    draw_reader(stage, basin);
}

/// The reader's pointer, its tip at `(x, y)`.
pub(super) fn marker(stage: &mut Stage, x: f32, y: f32, ink: Ink) {
    let tip = vec![(x, y), (x + 5.0, y + 8.0), (x - 5.0, y + 8.0)];
    stage.stroke(Stroke::fill(Path::Polygon(tip), ink));
}

fn reader_x(stage: &Stage, basin: &Basin) -> f32 {
    let v = basin.place.vessel;
    basin
        .x(stage, basin.shard.iterator_age.as_secs_f64())
        .max(v.x + 5.0)
        .min(v.right() - 1.0)
}

/// Draws the pointer, and says how the reader is.
fn draw_reader(stage: &mut Stage, basin: &Basin) {
    let (x, v, shard) = (reader_x(stage, basin), basin.place.vessel, basin.shard);
    let reader = basin.place.reader;
    let has_rows = lane_rows(shard.lanes.len()) > 0.0;
    if has_rows || !stage.layout.close {
        let ink = mood::ink_of(stage.moment, shard);
        marker(stage, x, reader.y + 2.0, ink);
    }
    let top = basin.place.title.y;
    stage.scene.shards.push(ShardSpot {
        shard: shard.shard,
        rect: Rect::new(v.x, top, v.w, reader.bottom() - top),
        open: true,
        words: mood::spoken(stage, shard, &mood::state_words(stage, basin).0),
    });
    let r = stage.layout.ring_radius();
    let (gap, y) = match has_rows {
        true => (11.0, reader.y + 10.0),
        false if stage.layout.narrow => (r + 8.0, reader.y + 11.0),
        false if stage.layout.close => (r + 8.0, reader.y + reader.h * 0.62),
        false => (r + 8.0, reader.y + 12.0 + r),
    };
    let is_double = stage.layout.narrow && !has_rows;
    write_state(stage, basin, (x, y), gap, is_double);
}

/// Says beside a point how the reader is, how late and how long it may be: in one line, or in two.
fn write_state(stage: &mut Stage, basin: &Basin, (x, y): (f32, f32), gap: f32, is_double: bool) {
    let (v, shard, font) = (basin.place.vessel, basin.shard, stage.layout.font);
    let (long, short) = mood::state_words(stage, basin);
    let age = mood::iterator_age(stage, shard);
    let headroom = format!("headroom {}", mood::headroom(stage, shard));
    let both = format!("iterator age {age} · {headroom}");
    let bold = Style::bold(font, mood::text_ink(stage.moment, shard));
    let plain = Style::plain((font - 0.5).max(11.0), Ink::Caption);
    let line = |y: f32| [Spot::Begin(x + gap, y), Spot::End(x - gap, y)];
    if is_double {
        stage.words.place(bold, &[&long, &short], &line(y));
        stage
            .words
            .place(plain, &[&both, &headroom], &line(y + 14.0));
        return;
    }
    // To the right of the reader if it fits, else to the left.
    for (state, rest) in [(&long, &both), (&long, &headroom), (&short, &headroom)] {
        let rest = format!("· {rest}");
        let first = text::width(state, bold.size, true);
        let whole = first + 5.0 + text::width(&rest, plain.size, false);
        let from = [x + gap, x - gap - whole]
            .into_iter()
            .find(|&from| from >= v.x - 2.0 && from + whole <= v.right() - 1.0);
        let Some(from) = from else { continue };
        let placed = stage.words.place(bold, &[state], &[Spot::Begin(from, y)]);
        if placed.is_some() {
            let then = from + first + 5.1;
            stage.words.place(plain, &[&rest], &[Spot::Begin(then, y)]);
            return;
        }
    }
    stage.words.place(bold, &[&short], &line(y));
    stage.words.place(plain, &[&headroom], &line(y));
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
    invocation::draw_ring(stage, lane, (x, y), r);
    if !stage.layout.close {
        invocation::draw_handled(stage, lane, (x, y + r + 2.0));
    }
    let area = Rect::new(x - r, y - r, 2.0 * r, 2.0 * r);
    invocation::push_hit(stage, basin, lane, area);
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
    invocation::push_hit(stage, basin, lane, area);
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
