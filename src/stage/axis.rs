//! The row of ages above the basins.

use super::basin::Basin;
use super::context::Stage;
use super::palette::Ink;
use super::scene::{Path, Stroke};
use super::words::{Spot, Style};
use crate::engine::time::SimDuration;
use crate::words;

/// Ages worth a tick, the most telling first.
fn ticks(retention: SimDuration) -> Vec<(f64, String)> {
    let whole = retention.as_secs_f64();
    let name = |seconds: f64| words::span(SimDuration((seconds * 1e6).round() as u64));
    let mut all = vec![
        (0.0, "now".to_owned()),
        (whole, format!("rim {}", name(whole))),
        (whole / 2.0, name(whole / 2.0)),
    ];
    for seconds in [3_600.0, 60.0, 1.0, 600.0, 10.0, 21_600.0] {
        all.push((seconds, name(seconds)));
    }
    for left in [3_600.0, 600.0, 60.0, 21_600.0] {
        let age = whole - left;
        if whole <= 172_800.0 {
            all.push((age, name(age)));
        } else {
            all.push((age, format!("{} left", name(left))));
        }
    }
    all.retain(|&(age, _)| (0.0..=whole).contains(&age));
    all
}

/// Draws the ages, and faint lines where they are in the basins.
pub(super) fn compose(stage: &mut Stage, basins: &[Basin]) {
    let (axis, font) = (stage.layout.axis, stage.layout.font);
    let y = axis.y + axis.h / 2.0;
    let style = Style::plain((font - 1.0).max(11.0), Ink::Caption);
    age_limit(stage, basins, y);
    for (age, name) in ticks(stage.moment.retention) {
        let x = axis.x + stage.lens.u(age) as f32 * axis.w;
        let is_rim = age >= stage.lens.retention();
        let spot = match age {
            _ if is_rim => Spot::Begin(x - 12.0, y),
            0.0 if stage.layout.narrow => Spot::Begin(x - 2.0, y),
            _ => Spot::Middle(x, y),
        };
        let style = if is_rim {
            Style::bold(style.size, Ink::SpilledText)
        } else {
            style
        };
        if stage.words.place(style, &[&name], &[spot]).is_none() {
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
        let spot = Spot::End(axis.x - 26.0, y);
        stage.words.place(style, &texts, &[spot]);
    }
}

/// `MaximumRecordAgeInSeconds`: a second line across the basins, at which the mapping gives up (E42).
fn age_limit(stage: &mut Stage, basins: &[Basin], y: f32) {
    let limit = stage.moment.max_record_age;
    let Some(limit) = limit.filter(|&limit| limit < stage.moment.retention) else {
        return;
    };
    let axis = stage.layout.axis;
    let x = axis.x + stage.lens.u(limit.as_secs_f64()) as f32 * axis.w;
    for basin in basins {
        let v = basin.place.vessel;
        let line = Path::Line(vec![(x, v.y - 4.0), (x, v.bottom())]);
        stage.stroke(Stroke::line(line, Ink::Discarded, 1.5).dashed(6.0, 3.0));
    }
    let words = format!("age limit {}", words::span(limit));
    let style = Style::bold((stage.layout.font - 1.0).max(11.0), Ink::Caption);
    let spots = [
        Spot::Middle(x, y),
        Spot::Begin(axis.x, y),
        Spot::End(axis.right(), y),
    ];
    stage.words.place(style, &[&words, "age limit"], &spots);
}
