//! The reader of the stream's other mapping: a marker of its own in every basin (E14, S11).

use super::basin::Basin;
use super::context::Stage;
use super::palette::Ink;
use super::scene::{Path, Stroke};
use super::words::{Spot, Style};
use crate::recording::moment::SecondShard;
use crate::words;

/// Draws where the other reader stands, hanging from above where the first one stands below, and says how old that is.
pub(super) fn compose(stage: &mut Stage, basin: &Basin) {
    let Some(second) = &stage.moment.second else {
        return;
    };
    let mut shards = second.shards.iter();
    let Some(&shard) = shards.find(|shard| shard.shard == basin.shard.shard) else {
        return;
    };
    let v = basin.place.vessel;
    let x = basin
        .x(stage, shard.iterator_age.as_secs_f64())
        .max(v.x + 5.0)
        .min(v.right() - 1.0);
    let (ink, text_ink) = if shard.blocked {
        (Ink::Pill, Ink::PillText)
    } else {
        (Ink::Wall, Ink::Caption)
    };
    let line = Path::Line(vec![(x, v.y + 6.0), (x, v.bottom())]);
    stage.stroke(Stroke::line(line, ink, 1.2).dashed(2.0, 3.0));
    let tip = vec![(x, v.y + 8.0), (x + 5.0, v.y), (x - 5.0, v.y)];
    stage.stroke(Stroke::fill(Path::Polygon(tip), ink));
    let title = basin.place.title;
    let y = title.y + title.h * 0.5;
    let long = format!("mapping 2 · {}", state_words(&shard));
    let style = Style::plain((stage.layout.font - 1.0).max(11.0), text_ink);
    // Above the marker, or as near as the shard's own words let it.
    let spots: Vec<Spot> = (0..=24)
        .flat_map(|k| {
            let away = 16.0 * k as f32;
            [Spot::End(x - 8.0 - away, y), Spot::Begin(x + 8.0 + away, y)]
        })
        .filter(|spot| match *spot {
            Spot::Begin(x, _) => x < title.right(),
            Spot::End(x, _) | Spot::Middle(x, _) => x > title.x + 40.0,
        })
        .collect();
    stage.words.place(style, &[&long, "mapping 2", "2"], &spots);
}

fn state_words(shard: &SecondShard) -> String {
    if shard.waits {
        return "waits for the parent".to_owned();
    }
    let age = words::span(shard.iterator_age);
    let state = if shard.blocked { "blocked, " } else { "" };
    format!("{state}iterator age {age}")
}
