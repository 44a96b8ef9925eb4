//! A run somebody watches: the scenario, its recording, the playhead, undo, and what to say about the moment.
//! Knows no browser: it is told how much wall time has passed and answers with plain data.

pub mod alarms;
pub mod auto_speed;
pub mod bill;
mod compare;
pub mod editing;
pub mod explain;
pub mod graphs;
pub mod logs;
pub mod pace;
mod panel;
pub mod player;
#[cfg(test)]
mod tests;
pub mod undo;
mod veil;
pub mod words;

use crate::engine::config::Config;
use crate::engine::ledger::Ledger;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::recorder::Recorder;
use crate::scenario::configure::configure;
use crate::scenario::knobs::{Knob, Scope};
use crate::scenario::{Deed, Scenario};
use auto_speed::Plan;
use compare::Comparison;
use editing::Edit;
pub use panel::{Explanation, Panel};
use player::Player;
use undo::History;
use veil::Veil;
pub use words::{mapping_words, mark_words};

/// Where the opening scenario is opened, and where [`Command::Reset`] goes back to.
pub const OPENS_AT: SimTime = SimTime::from_hours(1);
/// No more notices than this wait to be told.
const MOST_NOTICES: usize = 8;

/// Everything a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Sends a poison pill now, to a shard or to the next one that is not blocked.
    SendPill(Option<u16>),
    /// Something done from the playhead on, whatever the reach.
    Act(Deed),
    /// Sets a knob, for the whole run or from here (see [`Reach`]).
    Set(Knob, i64),
    /// Sets a knob that is a text.
    SetText(Knob, String),
    /// A drag begins: the sets until [`Command::EndDrag`] are one change and one undo.
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
    /// To the next mark.
    NextMoment,
    /// To the mark before.
    PreviousMoment,
    /// A fixed speed, 1× to 10,000×; ends automatic speed.
    Speed(u32),
    /// Automatic speed on or off.
    AutoSpeed(bool),
    /// Shows the end: lifts the veil.
    LiftVeil,
    /// Stops computing the run, or goes on with it. What is computed can be played either way.
    Compute(bool),
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

/// A run somebody watches.
pub struct Session {
    scenario: Scenario,
    recorder: Recorder,
    /// How often the run was changed.
    revision: u64,
    player: Player,
    plan: Plan,
    history: History,
    drag: Option<Drag>,
    reach: Reach,
    veil: Veil,
    opened_at: SimTime,
    notices: Vec<String>,
    comparison: Option<Comparison>,
    /// The ledger at the end, once it is computed and asked for.
    outcome: Option<Ledger>,
    /// Whether somebody stopped the computing.
    stopped: bool,
    seen: panel::Seen,
}

/// Changes that are one change.
#[derive(Debug)]
struct Drag {
    /// Where *from here* is, however far the run plays meanwhile.
    at: SimTime,
    /// The index of the action that is being moved, and when it happened before.
    moving: Option<(usize, SimTime)>,
    /// What was told since it began.
    told: Vec<String>,
}

impl Session {
    /// Opens a scenario, playing from `at`.
    pub fn new(scenario: Scenario, recorder: Recorder, at: SimTime) -> Self {
        let at = at.min(recorder.config().horizon);
        let opened_at = if scenario == Scenario::default() {
            at
        } else {
            OPENS_AT
        };
        let mut session = Self {
            scenario,
            recorder,
            revision: 0,
            player: Player::new(at),
            plan: Plan::default(),
            history: History::default(),
            drag: None,
            reach: Reach::WholeRun,
            veil: Veil::Waiting,
            opened_at,
            notices: Vec::new(),
            comparison: None,
            outcome: None,
            stopped: false,
            seen: panel::Seen::default(),
        };
        session.replan();
        session
    }

    /// Does what a person asked for.
    pub fn apply(&mut self, command: Command) {
        match command {
            Command::Set(knob, value) => return self.set(knob, value),
            Command::MoveAction(index, to) => return self.move_action(index, to),
            _ => {}
        }
        self.end_drag();
        match command {
            Command::SendPill(shard) => self.send_pill(shard),
            Command::Act(deed) => self.act(deed),
            Command::SetText(knob, text) => {
                let at = self.player.at();
                let edit = editing::set_text(&self.scenario, knob, text, self.reach, at);
                self.change(edit);
            }
            Command::BeginDrag => {
                self.drag = Some(Drag {
                    at: self.player.at(),
                    moving: None,
                    told: Vec::new(),
                });
            }
            Command::Undo => {
                let back = self.history.undo(&self.scenario);
                self.replace(back);
            }
            Command::Redo => {
                let again = self.history.redo(&self.scenario);
                self.replace(again);
            }
            Command::Reset => self.reset(),
            Command::Load(scenario) => self.change(named(*scenario, "another scenario")),
            Command::RemoveAction(index) => {
                if let Some(edit) = editing::remove_action(&self.scenario, index) {
                    self.change(edit);
                }
            }
            Command::SetReach(reach) => self.reach = reach,
            Command::LiftVeil if self.veiled() => self.veil = Veil::Lifted,
            Command::Compute(on) => self.stopped = !on,
            Command::Set(..) | Command::MoveAction(..) | Command::EndDrag => {}
            _ => self.transport(&command),
        }
    }

    /// A frame: `elapsed` wall time has passed; `more` says whether there is time left to compute.
    /// Returns whether another frame is needed (playing or computing).
    pub fn frame(&mut self, elapsed: SimDuration, more: &mut dyn FnMut() -> bool) -> bool {
        self.seen.waited(elapsed);
        if self.computing() {
            let had_room = self.recorder.out_of_room().is_none();
            self.recorder.advance(more);
            self.replan();
            if let (true, Some(end)) = (had_room, self.recorder.out_of_room()) {
                self.ran_out_of_room(end);
            }
        }
        // After computing, so that a run that is edited all the time still plays.
        let (computed, end) = (self.recorder.computed_until(), self.end());
        self.player.play(elapsed, &self.plan, computed, end);
        self.settle_veil();
        if self.stopped && self.player.at() >= computed {
            self.player.set_playing(false);
        }
        let comparing = self.comparison.is_some() && self.compare(more);
        self.player.playing() || self.computing() || comparing
    }

    fn ran_out_of_room(&mut self, end: SimTime) {
        self.tell(words::out_of_room(end));
        self.player.seek(self.player.at().min(end));
    }

    /// Whether there is more of the run to compute, and nobody stopped it.
    pub fn computing(&self) -> bool {
        !self.whole() && !self.stopped
    }

    /// Another number than before means another run: nothing told of the one before holds.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The playhead.
    pub fn at(&self) -> SimTime {
        self.player.at()
    }

    /// The scenario as it stands.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The recording, for the stage and the timeline. Under the veil they must not read past the playhead.
    pub fn recorder(&mut self) -> &mut Recorder {
        &mut self.recorder
    }

    /// Whether what comes after the playhead is hidden.
    pub fn veiled(&self) -> bool {
        self.veil == Veil::On
    }

    /// Whether the playhead's moment is computed. Right after an edit it may not be for a few frames; a picture
    /// of the moment before is better then than one of an earlier time.
    pub fn ready(&self) -> bool {
        self.recorder.computed_until() >= self.player.at()
    }

    /// What is to be told, each once: also in [`Panel::notices`] until it is taken.
    pub fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    fn end(&self) -> SimTime {
        self.recorder.config().horizon
    }

    fn whole(&self) -> bool {
        self.recorder.computed_until() >= self.end()
    }

    /// The ledger at the end of the run, once it is computed. Kept, because looking there spoils the view of here.
    fn outcome(&mut self) -> Option<Ledger> {
        if self.outcome.is_none() && self.whole() {
            self.outcome = Some(self.recorder.final_ledger());
        }
        self.outcome
    }

    fn transport(&mut self, command: &Command) {
        let (at, end) = (self.player.at(), self.end());
        match command {
            Command::TogglePlay if self.player.playing() => self.player.set_playing(false),
            Command::Play | Command::TogglePlay => self.play(),
            Command::Pause => self.player.set_playing(false),
            Command::Step => {
                self.player.set_playing(false);
                self.seek(at + player::STEP);
            }
            Command::StepBack => {
                self.player.set_playing(false);
                self.seek(at.before(player::STEP));
            }
            Command::Seek(to) => self.seek(*to),
            Command::NextMoment => {
                // The end is marked from the start, but what comes before it may not be computed yet.
                let known = self.recorder.computed_until().min(end);
                let marks = self.recorder.every_mark().iter().map(|mark| mark.at);
                let next = marks.filter(|mark| *mark <= known).find(|mark| *mark > at);
                self.seek(next.unwrap_or(known.max(at)));
            }
            Command::PreviousMoment => {
                let slack = if self.player.playing() {
                    SimDuration::from_millis(500 * u64::from(self.player.speed(&self.plan)))
                } else {
                    SimDuration::ZERO
                };
                let marks = self.recorder.every_mark().iter().rev();
                let before = marks
                    .map(|mark| mark.at)
                    .find(|mark| *mark < at.before(slack));
                self.seek(before.unwrap_or(SimTime::ZERO));
            }
            Command::Speed(speed) => self.player.set_speed(*speed),
            Command::AutoSpeed(auto) => self.player.set_auto(*auto, &self.plan),
            _ => {}
        }
        self.settle_veil();
    }

    fn play(&mut self) {
        if self.player.at() >= self.end() {
            self.player.seek(self.opened_at.min(self.end()));
        }
        self.player.set_playing(true);
    }

    fn seek(&mut self, to: SimTime) {
        self.player.seek(to.min(self.end()));
    }

    fn act(&mut self, deed: Deed) {
        let edit = editing::act(&self.scenario, deed, self.player.at());
        self.change(edit);
    }

    fn send_pill(&mut self, shard: Option<u16>) {
        let at = self.player.at();
        let ended = at >= self.end();
        let moment = self.recorder.moment(at);
        let blocked: Vec<_> = moment
            .shards
            .iter()
            .filter(|shard| shard.blocked)
            .map(|shard| shard.shard)
            .collect();
        match editing::send_pill(&self.scenario, shard, &blocked, at) {
            Ok(edit) => {
                if self.veil == Veil::Waiting {
                    self.veil = Veil::On;
                }
                self.change(edit);
                if ended {
                    self.player.set_playing(true);
                }
            }
            Err(sentence) => self.tell(sentence),
        }
    }

    fn set(&mut self, knob: Knob, value: i64) {
        let at = self.drag.as_ref().map_or(self.player.at(), |drag| drag.at);
        let edit = editing::set(&self.scenario, knob, value, self.reach, at);
        let changed = edit.scenario != self.scenario;
        let from_here = self.reach == Reach::FromHere && knob.spec().scope == Scope::Live;
        let comparison = (changed && from_here).then(|| self.begin_comparison(knob, value, at));
        let too_late = (changed && from_here)
            .then(|| self.too_late(knob))
            .flatten();
        self.change(edit);
        if changed {
            self.comparison = comparison;
        }
        if let Some(sentence) = too_late {
            self.tell(sentence);
        }
    }

    fn move_action(&mut self, index: usize, to: SimTime) {
        let moving = self.drag.as_ref().and_then(|drag| drag.moving);
        let at = |index: usize| self.scenario.actions.get(index).map(|action| action.at);
        let Some((index, from)) = moving.or_else(|| Some((index, at(index)?))) else {
            return;
        };
        if let Some((edit, now)) = editing::move_action(&self.scenario, index, from, to) {
            self.change(edit);
            if let Some(drag) = &mut self.drag {
                drag.moving = Some((now, from));
            }
        }
    }

    fn end_drag(&mut self) {
        if self.drag.take().is_some() {
            self.history.close(&self.scenario);
        }
    }

    fn reset(&mut self) {
        self.change(named(Scenario::default(), "a fresh start"));
        self.player.seek(self.opened_at.min(self.end()));
        self.player.set_auto(true, &self.plan);
        self.veil = Veil::Waiting;
        self.reach = Reach::WholeRun;
    }

    /// Makes a change, remembers it and tells about it.
    fn change(&mut self, edit: Edit) {
        if edit.scenario != self.scenario {
            let same_length = edit.scenario.settings.get(Knob::Horizon)
                == self.scenario.settings.get(Knob::Horizon);
            let end = self.end();
            let before = std::mem::replace(&mut self.scenario, edit.scenario);
            self.history.record(before, edit.name, self.drag.is_some());
            self.revise();
            if let Some(sentence) = editing::extension(end, self.end()).filter(|_| same_length) {
                self.tell(sentence);
            }
        }
        for sentence in edit.notices {
            self.tell(sentence);
        }
    }

    /// Puts a scenario of the history in place.
    fn replace(&mut self, scenario: Option<Scenario>) {
        if let Some(scenario) = scenario {
            self.scenario = scenario;
            self.revise();
        }
    }

    fn revise(&mut self) {
        self.revision += 1;
        self.comparison = None;
        self.outcome = None;
        self.stopped = false;
        self.recorder.revise(config_of(&self.scenario));
        if self.player.at() > self.end() {
            self.player.seek(self.end());
        }
        self.player.touched();
        self.seen.revised();
        self.replan();
    }

    fn replan(&mut self) {
        let pills: Vec<_> = editing::pills(&self.scenario).map(|(at, _)| at).collect();
        self.plan = Plan::new(&pills, self.recorder.marks());
    }

    fn tell(&mut self, sentence: String) {
        if let Some(drag) = &mut self.drag {
            if drag.told.contains(&sentence) {
                return;
            }
            drag.told.push(sentence.clone());
        }
        self.notices.retain(|told| *told != sentence);
        self.notices.push(sentence);
        if self.notices.len() > MOST_NOTICES {
            self.notices.remove(0);
        }
    }
}

/// What the engine is told. Problems stand next to the fields they concern; the form asks for them itself.
fn config_of(scenario: &Scenario) -> Config {
    configure(scenario).0
}

fn named(scenario: Scenario, name: &str) -> Edit {
    Edit {
        scenario,
        name: name.to_owned(),
        notices: Vec::new(),
    }
}
