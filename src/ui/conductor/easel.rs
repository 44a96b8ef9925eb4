//! What the loop keeps of one world: its canvases, how somebody looks at it, and what its panels were shown last.

use std::rc::Rc;

use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::NodeRef;

use super::shown::{Shown, Watch, WatchChoice};
use super::subscribers::Subscribers;
use crate::browser::{media, now_ms, percent, set_style, window};
use crate::engine::time::{SimDuration, SimTime};
use crate::session::Face;
use crate::session::graphs::Graphs;
use crate::session::pace::Pace;
use crate::session::world::World;
use crate::stage::compose::compose;
use crate::stage::lens::{eased, width_for};
use crate::stage::painter::Painter;
use crate::stage::palette::Palette;
use crate::stage::scene::{Hit, Scene, View};
use crate::timeline::paint::Chart;

/// Time to look at metrics in a frame, in milliseconds.
const WATCHING_MS: f64 = 3.0;
/// A run computed again within so many milliseconds keeps its old picture until the new one is whole.
const PATIENCE_MS: f64 = 150.0;

/// What the loop writes to directly.
#[derive(Clone, Default, PartialEq)]
pub struct Surfaces {
    /// The stage's canvas.
    pub stage: NodeRef,
    /// The timeline's canvas.
    pub chart: NodeRef,
    /// The line across the timeline.
    pub playhead: NodeRef,
    /// What covers the future.
    pub veil: NodeRef,
}

pub(super) struct Easel {
    surfaces: Surfaces,
    painter: Option<Painter>,
    lens: Option<f64>,
    scene: Scene,
    chart: Chart,
    pub(super) chart_stale: bool,
    computing_since: Option<f64>,
    /// The lens, if a link pins it, in seconds.
    pub(super) pinned_lens: Option<f64>,
    /// The shard opened by hand.
    pub(super) focus: Option<u16>,
    pub(super) is_seen: bool,
    /// How fast the run is computed, and which one.
    pace: (u64, Pace),
    graphs: Graphs,
    pub(super) choice: Option<WatchChoice>,
    pub(super) shown: Rc<Shown>,
    pub(super) followers: Subscribers<Rc<Shown>>,
}

impl Easel {
    /// For a world that was just opened, with the lens of its link.
    pub(super) fn new(world: &mut World, lens: Option<SimDuration>) -> Self {
        Self {
            surfaces: Surfaces::default(),
            painter: None,
            lens: None,
            scene: Scene::default(),
            chart: Chart::default(),
            chart_stale: true,
            computing_since: None,
            pinned_lens: lens.map(SimDuration::as_secs_f64),
            focus: None,
            is_seen: true,
            pace: Default::default(),
            graphs: Graphs::default(),
            choice: None,
            shown: Rc::new(Shown {
                revision: world.revision(),
                face: Face {
                    at: SimTime::ZERO,
                    end: SimTime::ZERO,
                    playing: false,
                    speed: 1,
                    auto_speed: true,
                },
                panel: Rc::new(world.panel()),
                settings: Rc::new(world.scenario().settings_at(world.at())),
                actions: Rc::new(world.scenario().actions.clone()),
                problems: Rc::new(world.problems().to_vec()),
                watch: Rc::default(),
                shards: Rc::default(),
                progress: String::new(),
            }),
            followers: Subscribers::default(),
        }
    }

    /// Paints onto other surfaces from now on.
    pub(super) fn attach(&mut self, surfaces: Surfaces) {
        self.surfaces = surfaces;
        self.painter = None;
        self.chart = Chart::default();
    }

    /// Looks at what the panels show now; at metrics until `end`, in milliseconds.
    pub(super) fn look(&mut self, world: &mut World, face: Face, end: f64) {
        let panel = world.panel();
        if self.chart.veiled != panel.veiled {
            self.chart.veiled = panel.veiled;
            self.chart_stale = true;
        }
        self.watch(world, end);
        let progress = self.pace(world);
        let scenario = world.scenario();
        let settings = scenario.settings_at(world.at());
        let before = &self.shown;
        let shown = Shown {
            revision: world.revision(),
            face,
            panel: same_or(&before.panel, panel),
            settings: same_or(&before.settings, settings),
            actions: same_or(&before.actions, scenario.actions.clone()),
            problems: same_or(&before.problems, world.problems().to_vec()),
            watch: before.watch.clone(),
            shards: same_or(&before.shards, self.scene.shards().to_vec()),
            progress,
        };
        self.shown = Rc::new(shown);
    }

    /// Whether some metrics are still to be looked at.
    pub(super) fn watch_waits(&self) -> bool {
        self.shown.watch.waits
    }

    /// Looks at what CloudWatch shows. While somebody drags, every frame has another run: the end of the drag asks for it.
    pub(super) fn watch(&mut self, world: &mut World, end: f64) {
        let Some(choice) = self.choice else { return };
        if world.is_dragged() {
            return;
        }
        let end = (now_ms() + WATCHING_MS).min(end);
        let mut watch = Watch::clone(&self.shown.watch);
        watch.follow(world, &mut self.graphs, choice, &mut || now_ms() < end);
        let shown = Rc::make_mut(&mut self.shown);
        shown.watch = same_or(&shown.watch, watch);
    }

    /// Paints the moment at the playhead; `elapsed` is wall time since the last frame.
    pub(super) fn paint(
        &mut self,
        world: &mut World,
        face: Face,
        palette: Palette,
        elapsed: SimDuration,
        now: f64,
    ) {
        if let Some(canvas) = self.surfaces.stage.cast::<HtmlCanvasElement>() {
            self.paint_stage(&canvas, world, face, palette, elapsed);
        }
        let (at, end) = (world.at(), world.end());
        let place = percent(100.0 * at.0 as f64 / end.0.max(1) as f64);
        for line in [&self.surfaces.playhead, &self.surfaces.veil] {
            if let Some(line) = line.cast::<HtmlElement>() {
                set_style(&line, "left", &place);
            }
        }
        let computing = world.computing();
        if self.chart.hold(world.is_dragged()) {
            self.chart_stale = true;
        }
        // Also once more when the last of it is there.
        if computing || self.computing_since.is_some() {
            self.chart_stale = true;
        }
        let since = self.computing_since.unwrap_or(now);
        self.computing_since = computing.then_some(since);
        let waits = computing && now - since < PATIENCE_MS && self.chart.is_painted();
        if let (Some(canvas), false) = (self.surfaces.chart.cast::<HtmlCanvasElement>(), waits) {
            let until = if self.chart.veiled {
                at
            } else {
                SimTime::NEVER
            };
            let stale = self.chart_stale;
            if self
                .chart
                .paint(&canvas, world.recorder(), until, palette, stale)
            {
                self.chart_stale = false;
            }
        }
    }

    fn paint_stage(
        &mut self,
        canvas: &HtmlCanvasElement,
        world: &mut World,
        face: Face,
        palette: Palette,
        elapsed: SimDuration,
    ) {
        let size = (canvas.client_width() as f32, canvas.client_height() as f32);
        if size.0 < 1.0 || size.1 < 1.0 || !world.ready() {
            return;
        }
        if self.painter.is_none() {
            self.painter = Painter::new(canvas.clone());
        }
        let Some(painter) = &mut self.painter else {
            return;
        };
        let speed = face.speed.max(1);
        let target = width_for(speed, self.pinned_lens);
        let lens = self
            .lens
            .map_or(target, |lens| eased(lens, target, elapsed.as_secs_f64()));
        self.lens = Some(lens);
        let at = world.at();
        let view = View {
            size,
            dpr: window().device_pixel_ratio() as f32,
            lens,
            focus: self.focus,
            palette,
            speed,
            reduced_motion: media("(prefers-reduced-motion: reduce)"),
        };
        let recorder = world.recorder();
        let moment = recorder.moment(view.shown(at, face.playing));
        self.scene = compose(recorder, &moment, &view);
        // A failing canvas leaves the old picture, and the next frame tries again.
        let _ = painter.paint(&self.scene);
    }

    /// The shard at a point of the stage.
    pub(super) fn shard_at(&self, x: f32, y: f32) -> Option<u16> {
        match self.scene.hit(x, y)? {
            Hit::Shard(shard) | Hit::Lane { shard, .. } | Hit::Record { shard, .. } => Some(shard),
            _ => None,
        }
    }

    fn pace(&mut self, world: &mut World) -> String {
        let revision = world.revision();
        if !world.computing() || self.pace.0 != revision {
            self.pace = (revision, Pace::default());
        }
        let (computed, end) = (world.computed_until(), world.end());
        self.pace.1.words(now_ms() as u64, computed, end)
    }
}

/// The old allocation if nothing in it has changed, so that panels can skip.
fn same_or<T: PartialEq>(old: &Rc<T>, new: T) -> Rc<T> {
    if **old == new {
        old.clone()
    } else {
        Rc::new(new)
    }
}
