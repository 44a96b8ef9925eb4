//! Placing words: what is placed first stays, what finds no room tries shorter words and other spots, and
//! then is left out. So no two labels ever overlap and none leaves the canvas.

use super::palette::Ink;
use super::scene::{Label, Rect};
use super::text;

/// How words look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Style {
    /// Size in pixels.
    pub size: f32,
    /// Bold or plain.
    pub bold: bool,
    /// Colour.
    pub ink: Ink,
}

impl Style {
    /// Plain words.
    pub const fn plain(size: f32, ink: Ink) -> Self {
        Self {
            size,
            bold: false,
            ink,
        }
    }

    /// Bold words.
    pub const fn bold(size: f32, ink: Ink) -> Self {
        Self {
            size,
            bold: true,
            ink,
        }
    }
}

/// A place for words: a point on their middle line, and which part of them stands there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spot {
    /// They begin there.
    Begin(f32, f32),
    /// Their middle is there.
    Middle(f32, f32),
    /// They end there.
    End(f32, f32),
}

impl Spot {
    fn area(self, width: f32, height: f32) -> Rect {
        let (x, y) = match self {
            Self::Begin(x, y) => (x, y),
            Self::Middle(x, y) => (x - width / 2.0, y),
            Self::End(x, y) => (x - width, y),
        };
        Rect::new(x, y - height / 2.0, width, height)
    }
}

/// Words side by side are at least so far apart.
const GAP: f32 = 5.0;

/// The words of a picture.
#[derive(Clone, Debug)]
pub struct Words {
    canvas: Rect,
    taken: Vec<Rect>,
    labels: Vec<Label>,
}

impl Words {
    /// No words yet, on a canvas.
    pub fn new(canvas: Rect) -> Self {
        Self {
            canvas,
            taken: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// Keeps words out of an area.
    pub fn keep_out(&mut self, area: Rect) {
        self.taken.push(area);
    }

    /// Places the first of the texts that fits at the first of the spots where it does.
    pub fn place(&mut self, style: Style, texts: &[&str], spots: &[Spot]) -> Option<Rect> {
        for text in texts.iter().filter(|text| !text.is_empty()) {
            let width = text::width(text, style.size, style.bold);
            for spot in spots {
                let area = spot.area(width, style.size * 1.25);
                if self.is_free(&area) {
                    self.taken.push(area);
                    self.labels.push(Label {
                        text: (*text).to_owned(),
                        area,
                        size: style.size,
                        bold: style.bold,
                        ink: style.ink,
                    });
                    return Some(area);
                }
            }
        }
        None
    }

    /// All labels, in the order they were placed.
    pub fn into_labels(self) -> Vec<Label> {
        self.labels
    }

    fn is_free(&self, area: &Rect) -> bool {
        let apart = Rect::new(area.x - GAP, area.y, area.w + 2.0 * GAP, area.h);
        self.canvas.contains(area) && !self.taken.iter().any(|taken| taken.overlaps(&apart))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style::plain(10.0, Ink::Text);

    #[test]
    fn words_give_way() {
        let mut words = Words::new(Rect::new(0.0, 0.0, 120.0, 40.0));
        let first = words.place(STYLE, &["abcdefgh"], &[Spot::Begin(0.0, 10.0)]);
        assert!(first.is_some());
        let spots = [Spot::Begin(20.0, 10.0), Spot::Begin(20.0, 30.0)];
        let second = words
            .place(STYLE, &["abcdefgh"], &spots)
            .expect("the second spot is free");
        assert!((second.y - 23.75).abs() < 1e-4);
        let third = words.place(
            STYLE,
            &["much too long a text for here", "x"],
            &[Spot::End(118.0, 10.0)],
        );
        assert!(third.is_some_and(|area| area.w < 10.0));
        assert_eq!(words.place(STYLE, &["x"], &[Spot::Begin(-5.0, 10.0)]), None);
        assert_eq!(words.into_labels().len(), 3);
    }

    #[test]
    fn kept_out_areas_stay_free() {
        let mut words = Words::new(Rect::new(0.0, 0.0, 120.0, 40.0));
        words.keep_out(Rect::new(0.0, 0.0, 60.0, 40.0));
        assert_eq!(words.place(STYLE, &["x"], &[Spot::Begin(30.0, 20.0)]), None);
        let spots = [Spot::Begin(62.0, 20.0), Spot::Begin(66.0, 20.0)];
        let placed = words.place(STYLE, &["x"], &spots);
        assert!(placed.is_some_and(|area| area.x >= 60.0 + GAP));
    }
}
