//! What every part of the picture is drawn with: the moment, the view, the regions, and the picture so far.

use super::layout::Layout;
use super::lens::Lens;
use super::palette::Ink;
use super::scene::{Dot, Scene, Shape, Stroke, View};
use super::source::StageSource;
use super::words::Words;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::moment::Moment;

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
