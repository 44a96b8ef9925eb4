//! The shards that have no room as basins: a line each.

use super::context::Stage;
use super::invocation;
use super::layout::RowBox;
use super::lens::Lens;
use super::mood;
use super::palette::Ink;
use super::reader;
use super::scene::{Hit, HitArea, Path, ShardSpot, Stroke};
use super::text;
use super::words::{Spot, Style};
use crate::recording::moment::ShardMoment;

/// Draws the rows, and says how many shards have no room at all.
pub(super) fn compose(stage: &mut Stage) {
    let rows = stage.layout.rows.clone();
    for row in &rows {
        let name = format!("shard-{}", stage.moment.shards[row.index].shard);
        let head = Style::bold(stage.layout.font, Ink::Text);
        let y = row.area.y + row.area.h / 2.0;
        stage
            .words
            .place(head, &[&name], &[Spot::Begin(row.area.x, y)]);
    }
    for row in rows {
        draw_row(stage, row);
    }
    if let Some((area, n)) = stage.layout.hidden {
        let style = Style::plain((stage.layout.font - 1.0).max(11.0), Ink::Caption);
        let words = format!("and {n} more shards");
        let y = area.y + area.h / 2.0;
        stage
            .words
            .place(style, &[&words], &[Spot::Begin(area.x, y)]);
    }
}

fn draw_row(stage: &mut Stage, row: RowBox) {
    let moment = stage.moment;
    let shard = &moment.shards[row.index];
    let (area, font) = (row.area, stage.layout.font);
    let y = area.y + area.h / 2.0;
    let hit = Hit::Shard(shard.shard);
    stage.scene.hits.push(HitArea { area, hit });
    let line_left = area.x + font * 5.2;
    let line_right = line_left + (area.w * 0.2).clamp(40.0, 120.0);
    draw_line(stage, shard, line_left, line_right, y);
    let (state, ink) = mood::row_words(stage, shard);
    stage.scene.shards.push(ShardSpot {
        shard: shard.shard,
        rect: area,
        open: false,
        words: mood::spoken(stage, shard, &state),
    });
    let headroom = format!("{state} · headroom {}", mood::headroom(stage, shard));
    let style = Style::plain((font - 1.0).max(11.0), ink);
    let left = line_right + 10.0;
    let texts = [headroom.as_str(), &state];
    let fits = |text: &&str| left + text::width(text, style.size, false) <= area.right();
    let text = texts.into_iter().find(fits).unwrap_or_default();
    stage.words.place(style, &[text], &[Spot::Begin(left, y)]);
}

fn draw_line(stage: &mut Stage, shard: &ShardMoment, left: f32, right: f32, y: f32) {
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
        stage.stroke(invocation::star_stroke(x, y - 4.0, 5.0));
    }
}
