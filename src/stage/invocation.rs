//! A lane's invocation: the ring with its progress, what stands in it, and what falls out of it.

use super::basin::Basin;
use super::context::Stage;
use super::palette::Ink;
use super::scene::{Hit, HitArea, Label, Path, Rect, Shape, Stroke};
use super::text;
use crate::engine::time::SimTime;
use crate::recording::moment::{LaneMoment, Phase};

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

/// Makes a place mean a lane.
pub(super) fn push_hit(stage: &mut Stage, basin: &Basin, lane: &LaneMoment, area: Rect) {
    let hit = Hit::Lane {
        shard: basin.shard.shard,
        lane: lane.lane,
    };
    stage.scene.hits.push(HitArea { area, hit });
}

/// The colour of what a lane does.
pub(super) fn ink_of(lane: &LaneMoment) -> Ink {
    match (lane.phase, lane.batch) {
        (Phase::Throttled { .. }, _) => Ink::Discarded,
        (Phase::BackingOff { .. }, _) => Ink::Again,
        (_, Some(batch)) if batch.failures > 0 => Ink::Pill,
        _ => Ink::Done,
    }
}

fn progress(since: SimTime, until: SimTime, now: SimTime) -> f32 {
    let whole = until.since(since).0.max(1) as f32;
    (now.since(since).0 as f32 / whole).clamp(0.0, 1.0)
}

/// Draws what a lane does as a ring: an invocation fills it, a back-off empties it.
pub(super) fn draw_ring(stage: &mut Stage, lane: &LaneMoment, at: (f32, f32), r: f32) {
    let now = stage.moment.at;
    let ink = ink_of(lane);
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
    stage.scene.labels.push(Label {
        text: text.to_owned(),
        area: Rect::new(at.0 - width / 2.0, at.1 - size * 0.6, width, size * 1.25),
        size,
        bold: true,
        ink,
    });
}

/// Records the running invocation has just handled, falling towards *processed*: again in amber (E17).
pub(super) fn draw_handled(stage: &mut Stage, lane: &LaneMoment, at: (f32, f32)) {
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
