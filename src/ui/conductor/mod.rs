//! The loop: one animation frame after another that plays, computes and paints every world, and publishes what the panels
//! show about seven times a second. It lives outside the virtual DOM and sleeps while nothing moves.

mod easel;
mod frames;
mod shown;
mod subscribers;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use yew::prelude::*;

use crate::browser::now_ms;
use crate::engine::EDITION;
use crate::engine::time::{SimDuration, SimTime};
use crate::scenario::Scenario;
use crate::scenario::link::Shared;
use crate::session::world::World;
use crate::session::{Command, Face, OPENS_AT, Session, Transport, minute};
use crate::stage::palette::Palette;
use easel::Easel;
pub use easel::Surfaces;
use frames::Frames;
pub use shown::{Shown, Watch, WatchChoice, WatchTab};
use subscribers::Subscribers;
pub use subscribers::Subscription;

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

/// A handle on the session and its loop; equal to its clones only.
#[derive(Clone)]
pub struct Conductor(Rc<Inner>);

impl PartialEq for Conductor {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Inner {
    session: RefCell<Session>,
    easels: Vec<RefCell<Easel>>,
    frames: RefCell<Option<Frames>>,
    /// When the last frame was and when panels were refreshed; `None` asks for it in the next frame.
    last_frame: Cell<Option<f64>>,
    last_publish: Cell<Option<f64>>,
    palette: Cell<Palette>,
    faces: Subscribers<Face>,
    clocks: RefCell<Vec<NodeRef>>,
}

impl Conductor {
    /// Opens what links carry, a world each, sharing one clock. A link to a moment opens paused on it.
    pub fn open(links: Vec<Shared>) -> Self {
        let first = links.first().cloned().unwrap_or_default();
        let (mut worlds, mut easels) = (Vec::new(), Vec::new());
        for link in links {
            let mut world = World::new(link.scenario);
            if let Some(digits) = link.digest {
                world.promise(digits);
            }
            easels.push(RefCell::new(Easel::new(&mut world, link.lens)));
            worlds.push(world);
        }
        let at = first
            .moment
            .unwrap_or(if first.scenario == Scenario::default() {
                OPENS_AT
            } else {
                SimTime::ZERO
            });
        let conductor = Self(Rc::new(Inner {
            session: RefCell::new(Session::new(worlds, at)),
            easels,
            frames: RefCell::new(None),
            last_frame: Cell::new(None),
            last_publish: Cell::new(None),
            palette: Cell::new(Palette::Light),
            faces: Subscribers::default(),
            clocks: RefCell::default(),
        }));
        conductor.set_out(0, &first);
        conductor
    }

    /// Starts the loop, which goes on until the guard is dropped.
    pub fn start(&self) -> Running {
        let weak = Rc::downgrade(&self.0);
        let frames = Frames::new(move |now| {
            weak.upgrade()
                .is_some_and(|inner| Conductor(inner).frame(now))
        });
        frames.wake();
        self.0.frames.replace(Some(frames));
        Running(self.clone())
    }

    /// How many worlds there are.
    pub fn worlds(&self) -> usize {
        self.0.easels.len()
    }

    /// A handle on one of them.
    pub fn world(&self, index: usize) -> WorldHandle {
        WorldHandle {
            conductor: self.clone(),
            index,
        }
    }

    /// Moves the clock.
    pub fn transport(&self, transport: Transport) {
        self.world(0).send(Command::Clock(transport));
    }

    /// What the clock shows.
    pub fn face(&self) -> Face {
        self.0.session.borrow().face()
    }

    /// Writes the time into an element, frame by frame, as long as the subscription is kept.
    pub fn write_clock(&self, node: &NodeRef) {
        let mut clocks = self.0.clocks.borrow_mut();
        clocks.retain(|other| other.get().is_some());
        clocks.push(node.clone());
    }

    /// Hears what the clock shows, whenever panels are refreshed.
    pub fn follow_face(&self, follower: Callback<Face>) -> Subscription<Face> {
        self.0.faces.add(follower)
    }

    /// The colours of the canvases.
    pub fn set_palette(&self, palette: Palette) {
        self.0.palette.set(palette);
        self.refresh();
    }

    /// Asks for a frame in which everything is looked at again.
    pub fn refresh(&self) {
        self.0.last_publish.set(None);
        for easel in &self.0.easels {
            if let Ok(mut easel) = easel.try_borrow_mut() {
                easel.chart_stale = true;
            }
        }
        self.wake();
    }

    fn wake(&self) {
        if let Some(frames) = self.0.frames.borrow().as_ref() {
            if !frames.is_awake() {
                self.0.last_frame.set(None);
            }
            frames.wake();
        }
    }

    /// Speed, moment and veil of a link, once its scenario is there.
    fn set_out(&self, world: usize, link: &Shared) {
        let world = self.world(world);
        if let Some(speed) = link.speed {
            world.send(Command::Clock(Transport::Speed(speed)));
        }
        if let Some(moment) = link.moment {
            world.send(Command::Clock(Transport::Seek(moment)));
            world.send(Command::Clock(Transport::Pause));
        }
        if link.veil {
            world.send(Command::PutOnVeil);
        }
    }

    /// One frame: plays, computes, paints, publishes; whether another is needed.
    fn frame(&self, now: f64) -> bool {
        let inner = &self.0;
        let started = now_ms();
        let is_seen = inner.easels.iter().any(|easel| easel.borrow().is_seen);
        let last = inner.last_frame.replace(Some(now));
        let elapsed = match last {
            Some(last) if is_seen => (now - last).clamp(0.0, FRAME_MAX_MS),
            _ => 0.0,
        };
        let elapsed = SimDuration((elapsed * 1_000.0) as u64);
        let mut session = inner.session.borrow_mut();
        let is_dragged = session.worlds().iter().any(World::is_dragged);
        let is_ready = session.worlds().iter().all(World::ready);
        let budget = match (is_dragged, is_ready) {
            (true, _) => DRAGGING_MS,
            (false, true) => COMPUTING_MS,
            (false, false) => WAITED_FOR_MS,
        };
        let again = session.frame(elapsed, &mut || now_ms() - started < budget);
        let is_due = !again
            || inner
                .last_publish
                .get()
                .is_none_or(|last| PUBLISH_MS <= now - last);
        let face = session.face();
        let mut published = Vec::new();
        let (mut waits, mut computing) = (false, false);
        for (index, easel) in inner.easels.iter().enumerate() {
            let (Some(world), mut easel) = (session.world(index), easel.borrow_mut()) else {
                continue;
            };
            let look_until = started + LOOKING_MS;
            if is_due {
                easel.look(world, face, look_until);
                published.push((index, easel.shown.clone()));
                // What was published is told; it must not be told again.
                world.take_notices();
            } else if easel.watch_waits() {
                easel.watch(world, look_until);
            }
            easel.paint(world, face, inner.palette.get(), elapsed, now);
            waits |= easel.watch_waits();
            computing |= world.computing();
        }
        drop(session);
        for clock in inner.clocks.borrow().iter().filter_map(NodeRef::get) {
            clock.set_text_content(Some(&crate::session::words::clock(face.at)));
        }
        if is_due {
            inner.last_publish.set(Some(now));
            inner.faces.tell(&face);
            for (index, shown) in published {
                let followers = inner.easels[index].borrow().followers.clone();
                followers.tell(&shown);
            }
        }
        (again || waits) && (is_seen || computing)
    }
}

/// The loop runs as long as this is kept.
pub struct Running(Conductor);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.frames.replace(None);
    }
}

/// A handle on one world of the session: what panels ask and tell.
#[derive(Clone, PartialEq)]
pub struct WorldHandle {
    conductor: Conductor,
    index: usize,
}

impl WorldHandle {
    /// The loop it is part of.
    pub fn conductor(&self) -> &Conductor {
        &self.conductor
    }

    /// Which of the worlds it is.
    pub fn index(&self) -> usize {
        self.index
    }

    /// A name for an element of this world that no other world's element has.
    pub fn id(&self, name: &str) -> String {
        match self.index {
            0 => name.to_owned(),
            index => format!("{name}-{}", index + 1),
        }
    }

    /// Does what a person asked for; the panels follow in the next frame.
    pub fn send(&self, command: Command) {
        let mut session = self.conductor.0.session.borrow_mut();
        session.apply(self.index, command);
        drop(session);
        self.conductor.refresh();
    }

    /// Moves the clock.
    pub fn transport(&self, transport: Transport) {
        self.send(Command::Clock(transport));
    }

    /// The playhead in this world.
    pub fn at(&self) -> SimTime {
        self.look(|world| world.at())
    }

    /// The end of its run.
    pub fn end(&self) -> SimTime {
        self.look(|world| world.end())
    }

    /// Whether somebody drags a knob or a flag.
    pub fn is_dragged(&self) -> bool {
        self.look(|world| world.is_dragged())
    }

    /// The scenario as it stands.
    pub fn scenario(&self) -> Scenario {
        self.look(|world| world.scenario().clone())
    }

    /// The minute around a time of its run, where that may be known.
    pub fn minute(&self, at: SimTime) -> Option<minute::Told> {
        self.look(|world| world.minute(at))
    }

    /// What the panels show now, looked at afresh.
    pub fn shown(&self) -> Rc<Shown> {
        let face = self.conductor.face();
        let mut easel = self.easel().borrow_mut();
        self.look(|world| easel.look(world, face, now_ms() + LOOKING_MS));
        easel.shown.clone()
    }

    /// Hears what the panels show, whenever they are refreshed.
    pub fn follow(&self, follower: Callback<Rc<Shown>>) -> Subscription<Rc<Shown>> {
        self.easel().borrow().followers.add(follower)
    }

    /// The canvases and lines that the loop paints from now on.
    pub fn attach(&self, surfaces: Surfaces) {
        self.easel().borrow_mut().attach(surfaces);
        self.conductor.refresh();
    }

    /// Whether anything of it can be seen; while nothing can, time stands still.
    pub fn set_seen(&self, seen: bool) {
        self.easel().borrow_mut().is_seen = seen;
        self.conductor.wake();
    }

    /// What is shown of CloudWatch, logs or bill; `None` looks at none of it.
    pub fn watch(&self, choice: Option<WatchChoice>) {
        self.easel().borrow_mut().choice = choice;
        self.conductor.refresh();
    }

    /// Opens the shard at a point of the stage by hand; anywhere else, or once more, the one in most trouble again.
    pub fn focus_at(&self, x: f32, y: f32) {
        let shard = self.easel().borrow().shard_at(x, y);
        self.focus(shard);
    }

    /// Opens a shard by hand; the one that is open already, or none, leaves it to trouble again.
    pub fn focus(&self, shard: Option<u16>) {
        let mut easel = self.easel().borrow_mut();
        easel.focus = shard.filter(|_| easel.focus != shard);
        drop(easel);
        self.conductor.refresh();
    }

    /// The link to this moment.
    pub fn shared(&self) -> Shared {
        let face = self.conductor.face();
        let easel = self.easel().borrow();
        let digest = self.look(|world| world.panel().digest);
        Shared {
            scenario: self.scenario(),
            moment: (face.at > SimTime::ZERO).then_some(face.at.whole_ms()),
            speed: (!face.auto_speed).then_some(face.speed),
            edition: Some(EDITION),
            digest: digest.map(|digest| (digest >> 32) as u32),
            lens: easel
                .pinned_lens
                .map(|seconds| SimDuration((seconds * 1e6) as u64)),
            ..Shared::default()
        }
    }

    /// Replaces the run by what a link carries; undo brings it back.
    pub fn load(&self, link: &Shared) {
        self.easel().borrow_mut().pinned_lens = link.lens.map(SimDuration::as_secs_f64);
        self.send(Command::Load(Box::new(link.scenario.clone())));
        if let Some(digits) = link.digest {
            self.look(|world| world.promise(digits));
        }
        self.conductor.set_out(self.index, link);
    }

    fn easel(&self) -> &RefCell<Easel> {
        &self.conductor.0.easels[self.index]
    }

    fn look<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let mut session = self.conductor.0.session.borrow_mut();
        look(
            session
                .world(self.index)
                .expect("a handle is made of an index"),
        )
    }
}

/// The world around a component.
#[hook]
pub fn use_world() -> WorldHandle {
    use_context().expect("a WorldView is around every panel")
}

/// What the panels of a world show, kept up to date.
#[hook]
pub fn use_shown(world: &WorldHandle) -> Rc<Shown> {
    let shown = use_state(|| world.shown());
    let setter = shown.setter();
    use_effect_with(world.clone(), move |world| {
        let subscription = world.follow(Callback::from(move |shown| setter.set(shown)));
        move || drop(subscription)
    });
    (*shown).clone()
}

/// What the clock shows, kept up to date.
#[hook]
pub fn use_face(conductor: &Conductor) -> Face {
    let face = use_state_eq(|| conductor.face());
    let setter = face.setter();
    use_effect_with(conductor.clone(), move |conductor| {
        let subscription = conductor.follow_face(Callback::from(move |face| setter.set(face)));
        move || drop(subscription)
    });
    *face
}
