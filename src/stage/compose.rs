//! Composes the picture of a moment: asks the recording, lays the stage out, draws part by part.

#[cfg(test)]
mod tests;

use super::basin::{self, Basin};
use super::layout::{Layout, Need};
use super::lens::Lens;
use super::palette::Ink;
use super::scene::{Dot, Hit, HitArea, Path, Scene, Shape, Stroke, View};
use super::source::StageSource;
use super::text;
use super::words::{Spot, Style, Words};
use super::{legend, mood, outcomes, producer, reader, second};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::moment::{Moment, ShardMoment};

/// A picture being composed.
pub(super) struct Stage<'a> {
    pub(super) source: &'a dyn StageSource,
    pub(super) moment: &'a Moment,
    pub(super) view: &'a View,
    pub(super) layout: Layout,
    pub(super) lens: Lens,
    pub(super) scene: Scene,
    pub(super) words: Words,
}

impl Stage<'_> {
    /// Wall seconds until something happens at `t`; negative once it has.
    pub(super) fn wall_until(&self, t: SimTime) -> f32 {
        let ahead = t.0 as f64 - self.moment.at.0 as f64;
        (ahead / 1e6 / f64::from(self.view.speed.max(1))) as f32
    }

    /// So many wall seconds as a span of the run.
    pub(super) fn wall(&self, seconds: f64) -> SimDuration {
        SimDuration((seconds * 1e6 * f64::from(self.view.speed.max(1))) as u64)
    }

    /// Whether invocations come and go too quickly to be watched one by one: their signs then stand still.
    pub(super) fn is_fast(&self) -> bool {
        self.view.speed >= 30
    }

    /// Whether something this long is too short to be watched at this speed.
    pub(super) fn is_a_flicker(&self, span: SimDuration) -> bool {
        span < self.wall(0.25)
    }

    pub(super) fn dot(&mut self, x: f32, y: f32, r: f32, shape: Shape, ink: Ink) {
        self.scene.dots.push(Dot {
            x,
            y,
            r,
            shape,
            ink,
            alpha: 255,
            record: None,
        });
    }

    pub(super) fn stroke(&mut self, stroke: Stroke) {
        self.scene.strokes.push(stroke);
    }
}

/// Composes the picture of a moment as a view sees it.
pub fn compose(source: &dyn StageSource, moment: &Moment, view: &View) -> Scene {
    let order = family_order(moment);
    let needs: Vec<Need> = order.iter().map(|&i| need(&moment.shards[i])).collect();
    let layout = Layout::new(view.size, &needs, view.focus).with_shards(&order);
    let mut stage = Stage {
        source,
        moment,
        view,
        lens: Lens::new(view.lens, moment.retention),
        scene: Scene::empty(view),
        words: Words::new(layout.canvas),
        layout,
    };
    let basins = basin::measure(&stage);
    draw_axis(&mut stage, &basins);
    producer::compose(&mut stage, &basins);
    for basin in &basins {
        basin::compose(&mut stage, basin);
        reader::compose(&mut stage, basin);
    }
    if moment.second.is_some() {
        for basin in &basins {
            second::compose(&mut stage, basin);
        }
    }
    draw_rows(&mut stage);
    outcomes::compose(&mut stage, &basins);
    legend::compose(&stage.layout, &mut stage.scene, &mut stage.words);
    stage.scene.labels.append(&mut stage.words.into_labels());
    stage.scene
}

/// The shards worth a place, by index: by hash key, and right above a shard the closed ones it waits for (E15). A shard
/// whose records have all reached the rim is gone (S18).
fn family_order(moment: &Moment) -> Vec<usize> {
    let shards = &moment.shards;
    let mut open: Vec<usize> = (0..shards.len())
        .filter(|&i| shards[i].closed_at.is_none())
        .collect();
    open.sort_by_key(|&i| shards[i].range.first);
    let mut order = Vec::with_capacity(shards.len());
    for shard in open {
        push_after_parents(shards, shard, &mut order);
    }
    let is_gone = |shard: &ShardMoment| {
        let closed = shard.closed_at.filter(|_| shard.is_drained());
        closed.is_some_and(|at| moment.at.since(at) >= moment.retention)
    };
    order.retain(|&i| !is_gone(&shards[i]));
    order
}

fn push_after_parents(shards: &[ShardMoment], index: usize, order: &mut Vec<usize>) {
    if order.contains(&index) {
        return;
    }
    for &parent in &shards[index].parents {
        push_after_parents(shards, usize::from(parent), order);
    }
    order.push(index);
}

fn need(shard: &ShardMoment) -> Need {
    // Coarse, so that healthy shards do not change places.
    let late = (shard.iterator_age.0 / 600_000_000).min(1 << 32);
    let spills = u64::from(shard.expired_last_minute > 0);
    Need {
        shard: shard.shard,
        lanes: shard.lanes.len(),
        // A shard that is closed and drained matters least.
        trouble: (spills << 62)
            | (u64::from(shard.blocked) << 61)
            | (late << 1)
            | u64::from(!shard.is_drained()),
    }
}

/// Ages worth a tick, the most telling first.
fn ticks(retention: SimDuration) -> Vec<(f64, String)> {
    let whole = retention.as_secs_f64();
    let name = |seconds: f64| text::span(SimDuration((seconds * 1e6).round() as u64));
    // Whole seconds without a decimal.
    let short = |seconds: f64| {
        let name = name(seconds);
        name.strip_suffix(".0 s")
            .map_or(name.clone(), |whole| [whole, " s"].concat())
    };
    let mut all = vec![
        (0.0, "now".to_owned()),
        (whole, format!("rim {}", name(whole))),
        (whole / 2.0, name(whole / 2.0)),
    ];
    for seconds in [3_600.0, 60.0, 1.0, 600.0, 10.0, 21_600.0] {
        all.push((seconds, short(seconds)));
    }
    for left in [3_600.0, 600.0, 60.0, 21_600.0] {
        if whole <= 172_800.0 {
            let clock = text::clock(SimDuration(((whole - left) * 1e6) as u64));
            let clock = clock.strip_suffix(":00").unwrap_or(&clock);
            let hours = clock.strip_suffix(":00").map(|h| format!("{h} h"));
            all.push((whole - left, hours.unwrap_or_else(|| clock.to_owned())));
        } else {
            all.push((whole - left, format!("{} left", name(left))));
        }
    }
    all.retain(|&(age, _)| (0.0..=whole).contains(&age));
    all
}

fn draw_axis(stage: &mut Stage, basins: &[Basin]) {
    let (axis, font) = (stage.layout.axis, stage.layout.font);
    let y = axis.y + axis.h / 2.0;
    let style = Style::plain(font - 1.0, Ink::Caption);
    let rim = Style::bold(font - 1.0, Ink::SpilledText);
    for (age, name) in ticks(stage.moment.retention) {
        let x = axis.x + stage.lens.u(age) as f32 * axis.w;
        let is_rim = age >= stage.lens.retention();
        let spot = match age {
            _ if is_rim => Spot::Begin(x - 12.0, y),
            0.0 if stage.layout.narrow => Spot::Begin(x - 2.0, y),
            _ => Spot::Middle(x, y),
        };
        let placed = stage
            .words
            .place(if is_rim { rim } else { style }, &[&name], &[spot]);
        if placed.is_none() {
            continue;
        }
        for basin in basins {
            let vessel = basin.place.vessel;
            let path = Path::Line(vec![(x, vessel.y), (x, vessel.bottom())]);
            if age > 0.0 && !is_rim {
                stage.stroke(Stroke::line(path, Ink::Line, 1.0).dashed(2.0, 4.0));
            }
        }
    }
    if !stage.layout.narrow {
        let texts = ["age of an order →", "age →"];
        stage
            .words
            .place(style, &texts, &[Spot::End(axis.x - 26.0, y)]);
    }
}

fn draw_rows(stage: &mut Stage) {
    let font = stage.layout.font;
    for row in stage.layout.rows.clone() {
        let moment = stage.moment;
        let shard = &moment.shards[row.index];
        let (area, y) = (row.area, row.area.y + row.area.h / 2.0);
        let hit = Hit::Shard(shard.shard);
        stage.scene.hits.push(HitArea { area, hit });
        let name = format!("shard-{}", shard.shard);
        let head = Style::bold(font, Ink::Text);
        stage.words.place(head, &[&name], &[Spot::Begin(area.x, y)]);
        let line_left = area.x + font * 5.2;
        let line_right = area.x + (area.w * 0.5).max(font * 9.0);
        draw_row_line(stage, shard, line_left, line_right, y);
        let (state, ink) = mood::row_words(stage, shard);
        let headroom = format!("{state} · headroom {}", mood::headroom(stage, shard));
        let style = Style::plain(font - 1.0, ink);
        stage.words.place(
            style,
            &[&headroom, &state],
            &[Spot::Begin(line_right + 10.0, y)],
        );
    }
    if let Some((area, n)) = stage.layout.hidden {
        let style = Style::plain(font - 1.0, Ink::Caption);
        let words = format!("and {n} more shards");
        let y = area.y + area.h / 2.0;
        stage
            .words
            .place(style, &[&words], &[Spot::Begin(area.x, y)]);
    }
}

fn draw_row_line(stage: &mut Stage, shard: &ShardMoment, left: f32, right: f32, y: f32) {
    let lens = Lens::new(stage.view.lens, stage.moment.retention);
    let x = left + lens.u(shard.iterator_age.as_secs_f64()) as f32 * (right - left);
    let line = |from, to| Path::Line(vec![(from, y), (to, y)]);
    stage.stroke(Stroke::line(line(left, right), Ink::Line, 4.0));
    stage.stroke(Stroke::line(line(left, x.max(left + 0.5)), Ink::Order, 4.0));
    let rim = Path::Line(vec![(right, y - 5.0), (right, y + 5.0)]);
    stage.stroke(Stroke::line(rim, Ink::Wall, 2.0));
    reader::marker(stage, x, y + 2.0, mood::ink_of(stage.moment, shard));
    if shard.blocked {
        // The blocking record, as a sign: in a row there is no room for the record itself.
        stage.stroke(reader::star_stroke(x, y - 4.0, 5.0));
    }
}
