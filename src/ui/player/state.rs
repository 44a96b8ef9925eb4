//! What the panels show, and what the loop remembers from frame to frame to tell them.

use std::rc::Rc;

use crate::browser::now_ms;
use crate::engine::ledger::Ledger;
use crate::engine::time::SimDuration;
use crate::page::sheet::unhandled;
use crate::scenario::configure::configure;
use crate::scenario::notice::Problem;
use crate::scenario::{Action, Scenario, Settings};
use crate::session::graphs::Graphs;
use crate::session::pace::Pace;
use crate::session::world::World;
use crate::session::{Face, Panel, Reach, Session};
use crate::timeline::paint::Chart;
use crate::ui::stage_card::Stage;
use crate::ui::watch::{Choice, Watch};

/// What the panels show.
#[derive(Clone)]
pub struct Snapshot {
    /// What the clock shows.
    pub face: Face,
    /// What the session says.
    pub panel: Rc<Panel>,
    /// How the run ends, if that may be known; while it is computed again, how it ended.
    pub outcome: Option<Ledger>,
    /// How many records were never handled before the last change.
    pub before: Option<u64>,
    /// The settings that the form shows: at the start, or at the playhead.
    pub settings: Rc<Settings>,
    /// The scenario's actions.
    pub actions: Rc<Vec<Action>>,
    /// Settings that do not go together.
    pub problems: Rc<Vec<Problem>>,
    /// What CloudWatch shows.
    pub watch: Rc<Watch>,
    /// How far the run is computed, and how long the rest takes, as far as that can be told.
    pub progress: String,
}

/// What the loop remembers from frame to frame.
pub(super) struct State {
    pub(super) chart: Chart,
    pub(super) stage: Stage,
    pub(super) last_frame: Option<f64>,
    /// `None` asks for a publication in the next frame.
    pub(super) last_publish: Option<f64>,
    pub(super) chart_stale: bool,
    pub(super) computing_since: Option<f64>,
    /// How fast the run is computed, and which one.
    pace: (u64, Pace),
    pub(super) seen: bool,
    pub(super) dragging: bool,
    outcome: Option<Ledger>,
    pub(super) shown: Option<u64>,
    pub(super) before: Option<u64>,
    settings: Rc<Settings>,
    actions: Rc<Vec<Action>>,
    problems: Rc<Vec<Problem>>,
    pub(super) watch: Rc<Watch>,
    graphs: Graphs,
    pub(super) choice: Choice,
}

impl State {
    /// What is remembered of a run just opened.
    pub(super) fn new(scenario: &Scenario, lens: Option<SimDuration>) -> Self {
        Self {
            chart: Chart::default(),
            stage: Stage::pinned_to(lens),
            last_frame: None,
            last_publish: None,
            chart_stale: true,
            computing_since: None,
            pace: Default::default(),
            seen: true,
            dragging: false,
            outcome: None,
            shown: None,
            before: None,
            settings: Rc::new(scenario.settings.clone()),
            actions: Rc::new(scenario.actions.clone()),
            problems: Rc::new(configure(scenario).1),
            watch: Rc::default(),
            graphs: Graphs::default(),
            choice: Choice::default(),
        }
    }

    /// What the panels show now; metrics as far as there is time before `end`, in milliseconds.
    pub(super) fn snapshot(&mut self, session: &mut Session, end: f64) -> Snapshot {
        let face = session.face();
        let world = session.world(0).expect("there is one");
        let panel = world.panel();
        if self.chart.veiled != panel.veiled {
            self.chart.veiled = panel.veiled;
            self.chart_stale = true;
        }
        self.stage.speed = face.speed;
        self.compare(&panel);
        self.follow(world, panel.reach);
        self.look(world, end);
        Snapshot {
            face,
            progress: self.progress(world),
            outcome: self.outcome,
            before: self.before,
            settings: self.settings.clone(),
            actions: self.actions.clone(),
            problems: self.problems.clone(),
            watch: self.watch.clone(),
            panel: Rc::new(panel),
        }
    }

    /// Looks at what CloudWatch shows. While somebody drags, every frame has another run: the end of the drag asks for it.
    pub(super) fn watch(&mut self, session: &mut Session, end: f64) {
        self.look(session.world(0).expect("there is one"), end);
    }

    fn look(&mut self, session: &mut World, end: f64) {
        if !self.dragging {
            let watch = Rc::make_mut(&mut self.watch);
            watch.follow(session, &mut self.graphs, self.choice, end);
        }
    }

    fn progress(&mut self, session: &mut World) -> String {
        let revision = session.revision();
        if !session.computing() || self.pace.0 != revision {
            self.pace = (revision, Pace::default());
        }
        let recorder = session.recorder();
        let (computed, end) = (recorder.computed_until(), recorder.config().horizon);
        self.pace.1.words(now_ms() as u64, computed, end)
    }

    /// Remembers how the run ended before the change that is being looked at.
    fn compare(&mut self, panel: &Panel) {
        if panel.veiled {
            self.outcome = None;
        }
        let Some(outcome) = panel.outcome else { return };
        let now = unhandled(&outcome);
        if self.shown != Some(now) && !self.dragging {
            self.before = self.shown;
        }
        self.shown = Some(now);
        self.outcome = Some(outcome);
    }

    /// Keeps the shared parts as they are while nothing in them has changed, so that panels can skip.
    fn follow(&mut self, session: &World, reach: Reach) {
        let scenario = session.scenario();
        let settings = match reach {
            Reach::WholeRun => scenario.settings.clone(),
            Reach::FromHere => scenario.settings_at(session.at()),
        };
        let same_start = *self.actions == scenario.actions && *self.settings == settings;
        if same_start {
            return;
        }
        self.settings = Rc::new(settings);
        self.actions = Rc::new(scenario.actions.clone());
        self.problems = Rc::new(configure(scenario).1);
    }
}
