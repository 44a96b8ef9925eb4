//! The legend: always visible, the same shapes and colours as in the picture.

use super::palette::Ink;
use super::scene::{Dot, Ground, Path, Rect, Scene, Shape, Stroke};
use super::text;
use super::words::{Spot, Style, Words};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Order,
    Ghost,
    Pill,
    Retried,
    Level,
    Capacity,
    Batch,
    Invocation,
    BackOff,
    Spilled,
}

/// Each sign with its name: whole, short, and for a phone.
const ENTRIES: [(Sign, [&str; 3]); 10] = [
    (
        Sign::Order,
        ["unread order, or one of many", "unread order", "unread"],
    ),
    (Sign::Ghost, ["read, kept until the rim", "read", "read"]),
    (Sign::Pill, ["poison pill", "poison pill", "pill"]),
    (
        Sign::Retried,
        ["a ring per failed try", "failed try", "failed"],
    ),
    (Sign::Level, ["height: orders/s", "orders/s", "orders/s"]),
    (Sign::Capacity, ["what is handled", "handled", "handled"]),
    (Sign::Batch, ["batch in hand", "batch in hand", "batch"]),
    (Sign::Invocation, ["invocation", "invocation", "call"]),
    (Sign::BackOff, ["back-off", "back-off", "back-off"]),
    (Sign::Spilled, ["expired", "expired", "expired"]),
];

/// Width of a sign.
const SIGN: f32 = 17.0;
/// Least and most room between two entries.
const GAPS: (f32, f32) = (6.0, 26.0);

/// Size of its words.
fn size(font: f32) -> f32 {
    (font - 1.0).max(10.5)
}

/// Height of one row.
pub(super) fn row_height(font: f32) -> f32 {
    (font * 1.3).round()
}

/// How many rows the legend needs.
pub(super) fn rows(width: f32, font: f32) -> usize {
    flow(width, font).last().map_or(1, |entry| entry.row + 1)
}

/// An entry in its place.
struct Entry {
    sign: Sign,
    name: &'static str,
    x: f32,
    row: usize,
}

/// All entries, with the longest names that fit one line; in several lines with the shortest.
fn flow(width: f32, font: f32) -> Vec<Entry> {
    let fitting = (0..2)
        .map(|length| run_on(width, font, length))
        .find(|entries| entries.iter().all(|entry| entry.row == 0));
    fitting.unwrap_or_else(|| run_on(width, font, 2))
}

fn run_on(width: f32, font: f32, length: usize) -> Vec<Entry> {
    let need = |names: &[&str; 3]| SIGN + text::width(names[length], size(font), false);
    let needs: f32 = ENTRIES.iter().map(|(_, names)| need(names)).sum();
    let spare = (width - needs) / (ENTRIES.len() - 1) as f32;
    let gap = spare.clamp(GAPS.0, GAPS.1);
    let (mut x, mut row) = (0.0, 0);
    let entries = ENTRIES.iter().map(|(sign, names)| {
        if x > 0.0 && x + need(names) > width + 0.5 {
            x = 0.0;
            row += 1;
        }
        let (sign, name) = (*sign, names[length]);
        let entry = Entry { sign, name, x, row };
        x += need(names) + gap;
        entry
    });
    entries.collect()
}

/// Draws the legend.
pub(super) fn compose(area: Rect, font: f32, scene: &mut Scene, words: &mut Words) {
    let style = Style::plain(size(font), Ink::Caption);
    for entry in flow(area.w, font) {
        let y = area.y + (entry.row as f32 + 0.5) * row_height(font);
        let x = area.x + entry.x;
        draw(entry.sign, x + 6.0, y, scene);
        words.place(style, &[entry.name], &[Spot::Begin(x + SIGN, y)]);
    }
}

fn draw(sign: Sign, x: f32, y: f32, scene: &mut Scene) {
    let dot = |shape, r, ink| Dot {
        x,
        y,
        r,
        shape,
        ink,
        alpha: 255,
        record: None,
    };
    let ring = |from, to| Path::Arc {
        at: (x, y),
        r: 5.0,
        from,
        to,
    };
    match sign {
        Sign::Order => scene.dots.push(dot(Shape::Disc, 3.0, Ink::Order)),
        Sign::Ghost => scene.dots.push(dot(Shape::Ring, 3.0, Ink::Ghost)),
        Sign::Spilled => scene.dots.push(dot(Shape::Ring, 3.6, Ink::Spilled)),
        Sign::Pill => scene.dots.push(dot(Shape::Star, 6.5, Ink::Pill)),
        Sign::Retried => {
            scene.dots.push(dot(Shape::Disc, 2.0, Ink::Order));
            scene.dots.push(dot(Shape::Ring, 4.6, Ink::Again));
        }
        Sign::Level => {
            let area = Rect::new(x - 6.0, y - 3.0, 14.0, 7.0);
            scene.grounds.push(Ground {
                area,
                ink: Ink::Water,
            });
            let surface = Path::Line(vec![(area.x, area.y), (area.right(), area.y)]);
            scene
                .strokes
                .push(Stroke::line(surface, Ink::Order, 1.5).faint(0.6));
        }
        Sign::Capacity => {
            let line = Path::Line(vec![(x - 6.0, y), (x + 8.0, y)]);
            scene
                .strokes
                .push(Stroke::line(line, Ink::Done, 1.5).dashed(4.0, 3.0));
        }
        Sign::Batch => {
            let frame = Path::Round(Rect::new(x - 5.0, y - 5.0, 11.0, 10.0), 3.0);
            scene.strokes.push(Stroke::line(frame, Ink::Wall, 1.5));
        }
        Sign::Invocation => {
            scene
                .strokes
                .push(Stroke::line(ring(0.0, 1.0), Ink::Line, 2.5));
            scene
                .strokes
                .push(Stroke::line(ring(0.0, 0.7), Ink::Done, 2.5));
        }
        Sign::BackOff => {
            scene
                .strokes
                .push(Stroke::line(ring(0.0, 1.0), Ink::Line, 2.5));
            scene
                .strokes
                .push(Stroke::line(ring(0.4, 1.0), Ink::Again, 2.5).dashed(2.5, 1.8));
        }
    }
}
