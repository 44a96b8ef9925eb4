//! The picture as plain data: everything a painter needs, in CSS pixels, and nothing it has to think about.

use super::palette::{Ink, Palette};
use crate::engine::time::SimTime;

/// Most device pixels a frame may have; a larger canvas gets coarser ones.
const PIXELS_MAX: f32 = 2_500_000.0;

/// Device pixels per CSS pixel that keep a canvas below the largest frame.
pub fn effective_scale(size: (f32, f32), dpr: f32) -> f32 {
    let area = (size.0 * size.1).max(1.0);
    dpr.clamp(0.5, 4.0).min((PIXELS_MAX / area).sqrt())
}

/// How somebody looks at the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Width and height of the canvas in CSS pixels.
    pub size: (f32, f32),
    /// Device pixels per CSS pixel.
    pub dpr: f32,
    /// Width of the lens in seconds, eased by the caller.
    pub lens: f64,
    /// The shard to show first and open.
    pub focus: Option<u16>,
    /// The colours.
    pub palette: Palette,
    /// Simulated seconds per second: how long things are seen to travel.
    pub speed: u32,
    /// Nothing travels: no orders in pipes, no falling drops. Ask [`View::shown`] which moment to show.
    pub reduced_motion: bool,
}

impl View {
    /// The moment to show where the clock is at `at`. While it plays with reduced motion, the picture stands for a
    /// second of wall time and then steps on.
    pub fn shown(&self, at: SimTime, playing: bool) -> SimTime {
        if !self.reduced_motion || !playing {
            return at;
        }
        let step = 1_000_000 * u64::from(self.speed.max(1));
        SimTime(at.0 / step * step)
    }
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width and height in CSS pixels.
    pub size: (f32, f32),
    /// Device pixels per CSS pixel in the framebuffer; at most the view's.
    pub scale: f32,
    /// The colours.
    pub palette: Palette,
    /// Areas painted first, under everything.
    pub grounds: Vec<Ground>,
    /// Levels.
    pub waters: Vec<Water>,
    /// Records.
    pub dots: Vec<Dot>,
    /// Lines over levels and records.
    pub strokes: Vec<Stroke>,
    /// Words over everything.
    pub labels: Vec<Label>,
    /// What can be pointed at, the uppermost last.
    pub hits: Vec<HitArea>,
    /// The shards on the canvas, see [`Scene::shards`].
    pub shards: Vec<ShardSpot>,
}

/// A rectangle in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

impl Rect {
    /// A rectangle from its left upper corner, width and height.
    pub const fn new(x: f32, y: f32, w: f32, h: f32) -> Self {
        Self { x, y, w, h }
    }

    /// The right edge.
    pub fn right(&self) -> f32 {
        self.x + self.w
    }

    /// The lower edge.
    pub fn bottom(&self) -> f32 {
        self.y + self.h
    }

    /// Whether a point lies in it.
    pub fn holds(&self, x: f32, y: f32) -> bool {
        x >= self.x && x < self.right() && y >= self.y && y < self.bottom()
    }

    /// Whether two rectangles share any area.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Whether the other lies inside.
    pub fn contains(&self, other: &Self) -> bool {
        other.x >= self.x
            && other.y >= self.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }
}

/// A plain area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ground {
    /// Where.
    pub area: Rect,
    /// In which colour.
    pub ink: Ink,
}

/// The level of one basin: height is the arrival rate of that moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Water {
    /// The left wall.
    pub left: f32,
    /// The rim.
    pub right: f32,
    /// The floor.
    pub floor: f32,
    /// Distance between two heights.
    pub step: f32,
    /// Heights above the floor from the left wall on.
    pub heights: Vec<f32>,
    /// Where the unread records end: the reader.
    pub reader: f32,
    /// Share of the records between the left wall and the reader that is unread, 0 to 1.
    pub unread: f32,
}

impl Water {
    /// The height above the floor at a place.
    pub fn height_at(&self, x: f32) -> f32 {
        let at = ((x - self.left) / self.step).max(0.0);
        let i = at as usize;
        match (self.heights.get(i), self.heights.get(i + 1)) {
            (Some(&a), Some(&b)) => a + (b - a) * (at - i as f32),
            _ => self.heights.last().copied().unwrap_or(0.0),
        }
    }
}

/// The shape of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An order.
    Disc,
    /// An order already read, an expired one, or a failed try around one.
    Ring,
    /// A poison pill.
    Star,
}

/// A record, or a ring round one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Centre.
    pub x: f32,
    /// Centre.
    pub y: f32,
    /// Radius.
    pub r: f32,
    /// Shape.
    pub shape: Shape,
    /// Colour.
    pub ink: Ink,
    /// Opacity, 0 to 255.
    pub alpha: u8,
    /// Shard and position of the record, if it stands for one.
    pub record: Option<(u16, u64)>,
}

/// The way of a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Path {
    /// Straight pieces.
    Line(Vec<(f32, f32)>),
    /// A closed polygon.
    Polygon(Vec<(f32, f32)>),
    /// Bézier curves from a start, each with two control points and an end.
    Curve((f32, f32), Vec<[(f32, f32); 3]>),
    /// Part of a circle: centre, radius, from and to in turns, clockwise from the top.
    Arc {
        /// Centre.
        at: (f32, f32),
        /// Radius.
        r: f32,
        /// Start in turns from the top.
        from: f32,
        /// End in turns from the top.
        to: f32,
    },
    /// A rectangle with round corners.
    Round(Rect, f32),
}

/// A line or a filled shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Its way.
    pub path: Path,
    /// Line colour and width, if it is drawn.
    pub line: Option<(Ink, f32)>,
    /// Fill, if it is filled.
    pub fill: Option<Ink>,
    /// Dash and gap length; solid if `None`.
    pub dash: Option<(f32, f32)>,
    /// Opacity, 0 to 1.
    pub alpha: f32,
}

impl Stroke {
    /// A solid line.
    pub fn line(path: Path, ink: Ink, width: f32) -> Self {
        Self {
            path,
            line: Some((ink, width)),
            fill: None,
            dash: None,
            alpha: 1.0,
        }
    }

    /// A filled shape.
    pub fn fill(path: Path, ink: Ink) -> Self {
        Self {
            path,
            line: None,
            fill: Some(ink),
            dash: None,
            alpha: 1.0,
        }
    }

    /// The same, filled as well.
    #[must_use]
    pub fn filled(mut self, ink: Ink) -> Self {
        self.fill = Some(ink);
        self
    }

    /// The same, dashed.
    #[must_use]
    pub fn dashed(mut self, dash: f32, gap: f32) -> Self {
        self.dash = Some((dash, gap));
        self
    }

    /// The same, fainter.
    #[must_use]
    pub fn faint(mut self, alpha: f32) -> Self {
        self.alpha = alpha;
        self
    }
}

/// Words at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The words.
    pub text: String,
    /// The room they have; they are set from its left edge, on its middle line, and never leave it.
    pub area: Rect,
    /// Height of the letters' body.
    pub size: f32,
    /// Bold or plain.
    pub bold: bool,
    /// Colour.
    pub ink: Ink,
}

/// A place that means something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HitArea {
    /// Where.
    pub area: Rect,
    /// What.
    pub hit: Hit,
}

/// A shard on the canvas: what a button laid over it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct ShardSpot {
    /// Its number.
    pub shard: u16,
    /// Where it is: a basin with its title and its reader, or a row.
    pub rect: Rect,
    /// Whether it is shown as a basin; otherwise it is a row that can be opened ([`View::focus`]).
    pub open: bool,
    /// Its state in one line, for people who do not see it: `shard-1: blocked by one order · …`.
    pub words: String,
}

/// Something one can point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// The producer.
    Producer,
    /// A shard's basin or row.
    Shard(u16),
    /// A lane: its bracket and its invocation.
    Lane {
        /// Shard.
        shard: u16,
        /// Lane of the shard.
        lane: u16,
    },
    /// A record.
    Record {
        /// Shard.
        shard: u16,
        /// Position in the shard.
        position: u64,
    },
    /// A counter below the basins.
    Outcome(Outcome),
}

/// What became of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Processed.
    Processed,
    /// Handled again.
    HandledAgain,
    /// Reported to the on-failure destination.
    Destination,
    /// Discarded without a trace.
    Discarded,
    /// Expired.
    Spilled,
}

impl Scene {
    /// An empty picture for a view.
    pub fn empty(view: &View) -> Self {
        Self {
            size: view.size,
            scale: effective_scale(view.size, view.dpr),
            palette: view.palette,
            ..Self::default()
        }
    }

    /// The shards that have a place: the basins from above, then the rows from the most trouble to the least.
    pub fn shards(&self) -> &[ShardSpot] {
        &self.shards
    }

    /// What is at a place: the nearest record within reach of a finger tip, or the uppermost area.
    pub fn hit(&self, x: f32, y: f32) -> Option<Hit> {
        let near = self
            .dots
            .iter()
            .filter_map(|dot| {
                let (shard, position) = dot.record?;
                let (dx, dy) = (dot.x - x, dot.y - y);
                let far = (dx * dx + dy * dy).sqrt();
                (far <= dot.r + 3.0).then_some((far, Hit::Record { shard, position }))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, hit)) = near {
            return Some(hit);
        }
        let area = self.hits.iter().rev().find(|area| area.area.holds(x, y))?;
        Some(area.hit)
    }
}
