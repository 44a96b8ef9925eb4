//! What somebody watches: one or two worlds, driven by one clock.
//! Knows no browser: it is told how much wall time has passed and answers with plain data.
//!
//! A [`World`] is a run with its scenario, its recording, its undo list and what to say about the moment. The [`Clock`]
//! is the playhead with its speed. The [`Session`] keeps both together: it passes commands on, shares the time of a frame
//! among the worlds and moves them along.

pub mod alarms;
pub mod auto_speed;
pub mod bill;
pub mod clock;
mod compare;
pub mod editing;
pub mod explain;
pub mod graphs;
pub mod logs;
pub mod minute;
pub mod overview;
pub mod pace;
mod panel;
#[cfg(test)]
mod tests;
pub mod undo;
mod veil;
pub mod words;
pub mod world;

use crate::engine::time::{SimDuration, SimTime};
use crate::scenario::knobs::Knob;
use crate::scenario::{Deed, Scenario};
use auto_speed::Plan;
use clock::{Clock, STEP};
pub use panel::{Explanation, Face, Panel, Progress};
pub use words::{mapping_words, mark_words};
use world::World;

/// Where the opening scenario is opened, and where [`Command::Reset`] goes back to.
pub const OPENS_AT: SimTime = SimTime::from_hours(1);

/// Everything a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Sends a poison pill now, to a shard or to the next one that is not blocked.
    SendPill(Option<u16>),
    /// Something done from the playhead on, whatever the reach.
    Act(Deed),
    /// Sets a knob, for the whole run or from here (see [`Reach`]).
    Set(Knob, i64),
    /// Sets several knobs as one change and one undo, with a reach of its own: a cure, a preset.
    SetAll(Reach, Vec<(Knob, i64)>),
    /// Sets a knob that is a text.
    SetText(Knob, String),
    /// A drag begins: the sets until [`Command::EndDrag`] are one change and one undo. The clock holds.
    BeginDrag,
    /// The drag has ended.
    EndDrag,
    /// Takes the last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Back to the opening scenario; stays playing or paused.
    Reset,
    /// Replaces the scenario (a link, a file, an import); undoable.
    Load(Box<Scenario>),
    /// Takes an action away.
    RemoveAction(usize),
    /// Moves an action to another time.
    MoveAction(usize, SimTime),
    /// Where a change applies from now on.
    SetReach(Reach),
    /// Hides what comes after the playhead until the story has been seen.
    PutOnVeil,
    /// Shows the end: lifts the veil.
    LiftVeil,
    /// Stops computing the run, or goes on with it. What is computed can be played either way.
    Compute(bool),
    /// Moves the clock, which all worlds share.
    Clock(Transport),
}

/// What a person does with the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// Plays on; at the end of the run, from where it was opened.
    Play,
    /// Pauses.
    Pause,
    /// Play or pause.
    TogglePlay,
    /// One step forward: the same quantum at every speed (1 s of the run).
    Step,
    /// One step back.
    StepBack,
    /// Jumps to a time.
    Seek(SimTime),
    /// To the next mark of any world.
    NextMoment,
    /// To the mark before.
    PreviousMoment,
    /// A fixed speed, 1× to 10,000×; ends automatic speed.
    Speed(u32),
    /// Automatic speed on or off.
    AutoSpeed(bool),
}

/// Where a change applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// From the start of the run.
    #[default]
    WholeRun,
    /// From the playhead on, as an action with a flag.
    FromHere,
}

/// Worlds watched together, and their clock.
pub struct Session {
    clock: Clock,
    worlds: Vec<World>,
    opened_at: SimTime,
}

impl Session {
    /// Watches worlds from `at` on, playing. There is at least one.
    pub fn new(worlds: Vec<World>, at: SimTime) -> Self {
        assert!(!worlds.is_empty(), "a session watches something");
        let opened_at = if worlds[0].scenario() == &Scenario::default() {
            at
        } else {
            OPENS_AT
        };
        let mut session = Self {
            clock: Clock::new(at),
            worlds,
            opened_at,
        };
        session.seek(at);
        session.follow();
        session
    }

    /// Does what a person asked for in the world with this index; what is no world of this session hears nothing.
    pub fn apply(&mut self, world: usize, command: Command) {
        let end = self.end();
        let Some(world) = self.worlds.get_mut(world) else {
            return;
        };
        match command {
            Command::Clock(transport) => {
                world.end_drag();
                self.transport(transport);
            }
            Command::SendPill(shard) => {
                let ended = self.clock.at() >= end;
                if world.send_pill(shard) && ended {
                    self.clock.set_playing(true);
                }
            }
            Command::Reset => {
                world.reset();
                self.seek(self.opened_at);
                let plan = self.plan();
                self.clock.set_auto(true, &plan);
            }
            command => {
                let revision = world.revision();
                world.apply(command);
                if world.revision() != revision {
                    self.clock.touched();
                }
            }
        }
        if self.clock.at() > self.end() {
            self.clock.seek(self.end());
        }
        self.follow();
    }

    /// A frame: `elapsed` wall time has passed; `more` says whether there is time left to compute, which the worlds share.
    /// Returns whether another frame is needed (playing or computing).
    pub fn frame(&mut self, elapsed: SimDuration, more: &mut dyn FnMut() -> bool) -> bool {
        // The world that is least far goes first, so that neither waits for the other to be whole.
        let mut order: Vec<usize> = (0..self.worlds.len()).collect();
        order.sort_by_key(|&index| self.worlds[index].computed_until());
        for index in order {
            self.worlds[index].compute(elapsed, more);
        }
        // After computing, so that a run that is edited all the time still plays.
        let (computed, end) = (self.computed_until(), self.end());
        if !self.worlds.iter().any(World::is_dragged) {
            let plan = self.plan();
            self.clock.play(elapsed, &plan, computed, end);
        }
        self.follow();
        if self.clock.at() >= computed && !self.worlds.iter().any(World::computing) {
            self.clock.set_playing(false);
        }
        let mut comparing = false;
        for world in &mut self.worlds {
            comparing |= world.compare(more);
        }
        self.clock.playing() || self.worlds.iter().any(World::computing) || comparing
    }

    /// The playhead.
    pub fn at(&self) -> SimTime {
        self.clock.at()
    }

    /// The end of the longest run.
    pub fn end(&self) -> SimTime {
        let ends = self.worlds.iter().map(World::end);
        ends.max().unwrap_or(SimTime::ZERO)
    }

    /// What the clock shows.
    pub fn face(&self) -> Face {
        Face {
            at: self.clock.at(),
            end: self.end(),
            playing: self.clock.playing(),
            speed: self.clock.speed(&self.plan()),
            auto_speed: self.clock.auto(),
        }
    }

    /// The worlds, in the order of their indices.
    pub fn worlds(&self) -> &[World] {
        &self.worlds
    }

    /// One of them.
    pub fn world(&mut self, index: usize) -> Option<&mut World> {
        self.worlds.get_mut(index)
    }

    fn computed_until(&self) -> SimTime {
        let unfinished = self.worlds.iter().filter(|world| !world.is_whole());
        let computed = unfinished.map(World::computed_until).min();
        computed.unwrap_or(SimTime::NEVER)
    }

    /// The speed that is gentle to every world.
    fn plan(&self) -> Plan {
        let mut plans = self.worlds.iter().map(World::plan);
        let first = plans.next().cloned().unwrap_or_default();
        plans.fold(first, Plan::with)
    }

    /// Tells every world where the clock stands.
    fn follow(&mut self) {
        for world in &mut self.worlds {
            world.follow(self.clock.at());
        }
    }

    fn transport(&mut self, transport: Transport) {
        let (at, end) = (self.clock.at(), self.end());
        match transport {
            Transport::TogglePlay if self.clock.playing() => self.clock.set_playing(false),
            Transport::Play | Transport::TogglePlay => {
                if at >= end {
                    self.seek(self.opened_at);
                }
                self.clock.set_playing(true);
            }
            Transport::Pause => self.clock.set_playing(false),
            Transport::Step => {
                self.clock.set_playing(false);
                self.seek(at + STEP);
            }
            Transport::StepBack => {
                self.clock.set_playing(false);
                self.seek(at.before(STEP));
            }
            Transport::Seek(to) => self.seek(to),
            Transport::NextMoment => {
                // The end is marked from the start, but what comes before it may not be computed yet.
                let known = self.computed_until().min(end);
                let marks = self.worlds.iter().flat_map(World::every_mark);
                let next = marks.map(|mark| mark.at).filter(|&mark| at < mark);
                let next = next.filter(|&mark| mark <= known).min();
                self.seek(next.unwrap_or(known.max(at)));
            }
            Transport::PreviousMoment => {
                let slack = if self.clock.playing() {
                    SimDuration::from_millis(500 * u64::from(self.face().speed))
                } else {
                    SimDuration::ZERO
                };
                let marks = self.worlds.iter().flat_map(World::every_mark);
                let before = marks.map(|mark| mark.at);
                let before = before.filter(|&mark| mark < at.before(slack)).max();
                self.seek(before.unwrap_or(SimTime::ZERO));
            }
            Transport::Speed(speed) => self.clock.set_speed(speed),
            Transport::AutoSpeed(auto) => {
                let plan = self.plan();
                self.clock.set_auto(auto, &plan);
            }
        }
    }

    fn seek(&mut self, to: SimTime) {
        self.clock.seek(to.min(self.end()));
    }
}
