//! The legend: always visible, the same shapes and colours as in the picture.

use super::layout::Layout;
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

const ENTRIES: [(Sign, &str); 10] = [
    (Sign::Order, "unread order, or one of many"),
    (Sign::Ghost, "read, kept until the rim"),
    (Sign::Pill, "poison pill"),
    (Sign::Retried, "a ring per failed try"),
    (Sign::Level, "height: orders/s"),
    (Sign::Capacity, "what the function handles"),
    (Sign::Batch, "batch in hand"),
    (Sign::Invocation, "invocation"),
    (Sign::BackOff, "back-off"),
    (Sign::Spilled, "expired"),
];

const SIGN: f32 = 18.0;
const GAP: f32 = 14.0;

/// Height of one row.
pub(super) fn row_height(font: f32) -> f32 {
    (font * 1.4).round()
}

/// How many rows the legend needs.
pub(super) fn rows(width: f32, font: f32) -> usize {
    flow(width, font).last().map_or(1, |&(_, row)| row + 1)
}

/// Left edge and row of every entry: in one line if there is room, else in five columns, else as it comes.
fn flow(width: f32, font: f32) -> Vec<(f32, usize)> {
    let running = run_on(width, font);
    let column = width / 5.0;
    let widest = ENTRIES
        .iter()
        .map(|(_, words)| SIGN + text::width(words, font - 1.0, false));
    let fits = widest.fold(0.0, f32::max) < column;
    if running.iter().all(|&(_, row)| row == 0) || !fits {
        return running;
    }
    (0..ENTRIES.len())
        .map(|k| ((k % 5) as f32 * column, k / 5))
        .collect()
}

fn run_on(width: f32, font: f32) -> Vec<(f32, usize)> {
    let (mut x, mut row) = (0.0, 0);
    ENTRIES
        .iter()
        .map(|(_, words)| {
            let need = SIGN + text::width(words, font - 1.0, false);
            if x > 0.0 && x + need > width {
                x = 0.0;
                row += 1;
            }
            let place = (x, row);
            x += need + GAP;
            place
        })
        .collect()
}

/// Draws the legend.
pub(super) fn compose(layout: &Layout, scene: &mut Scene, words: &mut Words) {
    let (area, font) = (layout.legend, layout.font);
    let style = Style::plain(font - 1.0, Ink::Caption);
    for ((sign, text), (x, row)) in ENTRIES.iter().zip(flow(area.w, font)) {
        let y = area.y + (row as f32 + 0.5) * row_height(font);
        draw(*sign, area.x + x + 6.0, y, scene);
        words.place(style, &[text], &[Spot::Begin(area.x + x + SIGN, y)]);
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
