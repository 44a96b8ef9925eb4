//! The run and its clock, outside the virtual DOM: one animation loop that plays, computes and paints, and
//! publishes to the panels about seven times a second.

mod state;

pub use state::Snapshot;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use web_sys::{Element, HtmlCanvasElement, HtmlElement};
use yew::NodeRef;

use super::watch::Choice;
use crate::browser::animation::Animation;
use crate::browser::{now_ms, percent, set_style};
use crate::engine::EDITION;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::recorder::Recorder;
use crate::scenario::Scenario;
use crate::scenario::link::Shared;
use crate::session::words;
use crate::session::world::World;
use crate::session::{Command, OPENS_AT, Panel, Reach, Session, Transport};
use crate::stage::palette::Palette;
use state::State;

/// How long a frame may compute, in milliseconds.
const COMPUTING_MS: f64 = 7.0;
/// The same while a knob is dragged.
const DRAGGING_MS: f64 = 4.0;
/// The same while somebody waits for it, so that the stage stands still.
const WAITED_FOR_MS: f64 = 11.0;
/// After so much of a frame metrics wait for the next one, in milliseconds: painting needs the rest.
const LOOKING_MS: f64 = 9.5;
/// How often panels are refreshed while the run plays, in milliseconds.
const PUBLISH_MS: f64 = 145.0;
/// A frame never counts for more than this, in milliseconds: a hidden tab must not catch up at once.
const FRAME_MAX_MS: f64 = 100.0;

/// What the loop writes to directly.
#[derive(Default)]
pub struct Surfaces {
    /// The stage's canvas.
    pub stage: NodeRef,
    /// The timeline's canvas.
    pub chart: NodeRef,
    /// The line across the timeline.
    pub playhead: NodeRef,
    /// What covers the future.
    pub veil: NodeRef,
    /// The clock's text.
    pub clock: NodeRef,
}

/// Takes what the panels are to show.
pub type Publish = Rc<dyn Fn(Rc<Snapshot>)>;

/// A handle on the run being watched; equal to its clones only.
#[derive(Clone)]
pub struct Player(Rc<Inner>);

impl PartialEq for Player {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    session: RefCell<Session>,
    surfaces: Surfaces,
    animation: RefCell<Option<Animation>>,
    publish: RefCell<Option<Publish>>,
    state: RefCell<State>,
    palette: Cell<Palette>,
}

impl Player {
    /// Opens what a link carries, playing. The sentences say what of it could not be read.
    pub fn open(shared: Shared) -> Self {
        let scenario = shared.scenario;
        let at = shared.moment.unwrap_or(if scenario == Scenario::default() {
            OPENS_AT
        } else {
            SimTime::ZERO
        });
        let state = State::new(&scenario, shared.lens);
        let mut world = World::new(scenario);
        if let Some(digest) = shared.digest {
            world.promise(digest);
        }
        let mut session = Session::new(vec![world], at);
        if let Some(speed) = shared.speed {
            session.apply(0, Command::Clock(Transport::Speed(speed)));
        }
        Self(Rc::new(Inner {
            session: RefCell::new(session),
            surfaces: Surfaces::default(),
            animation: RefCell::new(None),
            publish: RefCell::new(None),
            state: RefCell::new(state),
            palette: Cell::new(Palette::Light),
        }))
    }

    /// Starts the loop, which hands over what the panels show. It stops when the guard is dropped.
    pub fn start(&self, publish: Publish) -> Running {
        let weak = Rc::downgrade(&self.0);
        let animation =
            Animation::new(move |now| weak.upgrade().is_some_and(|inner| Player(inner).frame(now)));
        animation.wake();
        self.0.animation.replace(Some(animation));
        self.0.publish.replace(Some(publish));
        Running(self.clone())
    }

    /// What the loop writes to.
    pub fn surfaces(&self) -> &Surfaces {
        &self.0.surfaces
    }

    /// Does what a person asked for; the panels follow in the next frame.
    pub fn send(&self, command: Command) {
        {
            let mut state = self.0.state.borrow_mut();
            match command {
                Command::BeginDrag => {
                    state.dragging = true;
                    state.before = state.shown;
                }
                Command::EndDrag => state.dragging = false,
                _ => {}
            }
        }
        self.0.session.borrow_mut().apply(0, command);
        self.refresh();
    }

    /// Asks for a frame in which everything is looked at again.
    pub fn refresh(&self) {
        if let Ok(mut state) = self.0.state.try_borrow_mut() {
            state.last_publish = None;
            state.chart_stale = true;
        }
        self.wake();
    }

    fn wake(&self) {
        if let Some(animation) = self.0.animation.borrow().as_ref() {
            if !animation.is_awake()
                && let Ok(mut state) = self.0.state.try_borrow_mut()
            {
                state.last_frame = None;
            }
            animation.wake();
        }
    }

    /// Replaces the run by what a link carries.
    pub fn load(&self, shared: Shared) {
        {
            let mut state = self.0.state.borrow_mut();
            state.stage.pinned = shared.lens.map(SimDuration::as_secs_f64);
        }
        self.send(Command::Load(Box::new(shared.scenario)));
        if let Some(speed) = shared.speed {
            self.send(Command::Clock(Transport::Speed(speed)));
        }
        if let Some(moment) = shared.moment {
            self.send(Command::Clock(Transport::Seek(moment)));
        }
    }

    /// Chooses what is shown of CloudWatch.
    pub(super) fn watch(&self, choose: impl FnOnce(&mut Choice)) {
        choose(&mut self.0.state.borrow_mut().choice);
        self.refresh();
    }

    /// The colours of the canvases.
    pub fn set_palette(&self, palette: Palette) {
        self.0.palette.set(palette);
        self.refresh();
    }

    /// Whether anything of the run can be seen; unseen, time stands still.
    pub fn set_seen(&self, seen: bool) {
        self.0.state.borrow_mut().seen = seen;
        self.wake();
    }

    /// Shows the shard at a point of the stage first and open; anywhere else, the one in most trouble again.
    pub fn focus_at(&self, x: f32, y: f32) {
        {
            let mut state = self.0.state.borrow_mut();
            let shard = state.stage.shard_at(x, y);
            state.stage.focus = shard.filter(|_| state.stage.focus != shard);
        }
        self.refresh();
    }

    /// The playhead.
    pub fn at(&self) -> SimTime {
        self.0.session.borrow().at()
    }

    /// The end of the run.
    pub fn horizon(&self) -> SimTime {
        self.0.session.borrow().end()
    }

    /// When an action happens.
    pub fn action_at(&self, index: usize) -> Option<SimTime> {
        let session = self.0.session.borrow();
        session.worlds()[0]
            .scenario()
            .actions
            .get(index)
            .map(|action| action.at)
    }

    /// The scenario as it stands.
    pub fn scenario(&self) -> Scenario {
        self.0.session.borrow().worlds()[0].scenario().clone()
    }

    /// What the panels would show now.
    pub fn panel(&self) -> Panel {
        with_world(&mut self.0.session.borrow_mut(), World::panel)
    }

    /// Where a change applies.
    pub fn reach(&self) -> Reach {
        self.panel().reach
    }

    /// Whether the speed follows the story.
    pub fn auto_speed(&self) -> bool {
        self.0.session.borrow().face().auto_speed
    }

    /// Looks into the recording. What is after the veil must not be shown.
    pub fn with_recorder<T>(&self, look: impl FnOnce(&mut Recorder) -> T) -> T {
        with_world(&mut self.0.session.borrow_mut(), |world| {
            look(world.recorder())
        })
    }

    /// The link to this moment.
    pub fn shared(&self) -> Shared {
        let panel = self.panel();
        let face = self.0.session.borrow().face();
        Shared {
            scenario: self.scenario(),
            moment: (panel.at > SimTime::ZERO).then_some(panel.at.whole_ms()),
            speed: (!face.auto_speed).then_some(face.speed),
            edition: Some(EDITION),
            digest: panel.digest.map(|digest| (digest >> 32) as u32),
            lens: self
                .0
                .state
                .borrow()
                .stage
                .pinned
                .map(|seconds| SimDuration((seconds * 1e6) as u64)),
            ..Shared::default()
        }
    }

    /// What the panels show now.
    pub fn snapshot(&self) -> Snapshot {
        let mut session = self.0.session.borrow_mut();
        let end = now_ms() + LOOKING_MS;
        self.0.state.borrow_mut().snapshot(&mut session, end)
    }

    /// One frame: plays, computes, paints, publishes; whether another is needed.
    fn frame(&self, now: f64) -> bool {
        let started = now_ms();
        let mut session = self.0.session.borrow_mut();
        let mut state = self.0.state.borrow_mut();
        let elapsed = state
            .last_frame
            .map_or(0.0, |last| (now - last).clamp(0.0, FRAME_MAX_MS));
        state.last_frame = Some(now);
        let elapsed = if state.seen { elapsed } else { 0.0 };
        let elapsed = SimDuration((elapsed * 1_000.0) as u64);
        let budget = match (state.dragging, session.worlds()[0].ready()) {
            (true, _) => DRAGGING_MS,
            (_, true) => COMPUTING_MS,
            (_, false) => WAITED_FOR_MS,
        };
        let again = session.frame(elapsed, &mut || now_ms() - started < budget);
        let computing = session.worlds()[0].computing();
        // Also once more when the last of it is there.
        if computing || state.computing_since.is_some() {
            state.chart_stale = true;
        }
        let due = !again
            || state
                .last_publish
                .is_none_or(|last| PUBLISH_MS <= now - last);
        let snapshot = due.then(|| {
            let snapshot = Rc::new(state.snapshot(&mut session, started + LOOKING_MS));
            state.last_publish = Some(now);
            // What was published is told; it must not be told again.
            with_world(&mut session, World::take_notices);
            snapshot
        });
        if snapshot.is_none() && state.watch.waits {
            state.watch(&mut session, started + LOOKING_MS);
        }
        self.paint(&mut session, &mut state, elapsed, now);
        let more = (again || state.watch.waits) && (state.seen || computing);
        drop(state);
        drop(session);
        if let Some(snapshot) = snapshot {
            let publish = self.0.publish.borrow().clone();
            if let Some(publish) = publish {
                publish(snapshot);
            }
        }
        more
    }

    fn paint(&self, session: &mut Session, state: &mut State, elapsed: SimDuration, now: f64) {
        let at = session.at();
        let surfaces = &self.0.surfaces;
        let palette = self.0.palette.get();
        if let Some(canvas) = surfaces.stage.cast::<HtmlCanvasElement>() {
            with_world(session, |world| {
                state.stage.paint(&canvas, world, palette, elapsed)
            });
        }
        if let Some(clock) = surfaces.clock.cast::<Element>() {
            clock.set_text_content(Some(&words::clock(at)));
        }
        let computing = session.worlds()[0].computing();
        let recorder = session.world(0).expect("there is one").recorder();
        let horizon = recorder.config().horizon;
        let place = percent(100.0 * at.0 as f64 / horizon.0.max(1) as f64);
        for line in [&surfaces.playhead, &surfaces.veil] {
            if let Some(line) = line.cast::<HtmlElement>() {
                set_style(&line, "left", &place);
            }
        }
        if let Some(canvas) = surfaces.chart.cast::<HtmlCanvasElement>() {
            let until = if state.chart.veiled {
                at
            } else {
                SimTime::NEVER
            };
            // A run computed again in a few frames keeps its old picture until the new one is whole.
            let since = state.computing_since.unwrap_or(now);
            state.computing_since = computing.then_some(since);
            let wait = computing && now - since < 150.0 && state.chart.is_painted();
            if !wait
                && state
                    .chart
                    .paint(&canvas, recorder, until, palette, state.chart_stale)
            {
                state.chart_stale = false;
            }
        }
    }
}

/// The loop runs as long as this is kept.
pub struct Running(Player);

impl Drop for Running {
    fn drop(&mut self) {
        let player = &self.0.0;
        player.publish.replace(None);
        player.animation.replace(None);
    }
}

fn with_world<T>(session: &mut Session, look: impl FnOnce(&mut World) -> T) -> T {
    look(session.world(0).expect("there is one"))
}
