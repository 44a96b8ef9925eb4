//! A run somebody watches: the scenario, its recording, undo, the veil, and what to say about the moment.
//! It is told where the clock stands; how that moves is none of its business.

use super::auto_speed::Plan;
use super::compare::Comparison;
use super::editing::{self, Edit};
use super::undo::History;
use super::veil::Veil;
use super::{Command, Reach, panel, words};
use crate::engine::config::Config;
use crate::engine::ledger::Ledger;
use crate::engine::mark::Mark;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::recorder::Recorder;
use crate::recording::recorder::room::{SPARE, keyframes_take, would_fit};
use crate::scenario::Scenario;
use crate::scenario::configure::configure;
use crate::scenario::cost::BYTES_MAX;
use crate::scenario::knobs::{Knob, Scope};
use crate::scenario::notice::Problem;

/// No more notices than this wait to be told.
const MOST_NOTICES: usize = 8;
/// A run that needs so much memory, in bytes, says so.
const LARGE: u64 = 128 << 20;

/// A run somebody watches.
pub struct World {
    pub(super) scenario: Scenario,
    pub(super) recorder: Recorder,
    /// Settings that do not go together.
    problems: Vec<Problem>,
    /// How often the run was changed.
    revision: u64,
    /// Where the clock stands in this run.
    at: SimTime,
    pub(super) plan: Plan,
    pub(super) history: History,
    pub(super) drag: Option<Drag>,
    pub(super) reach: Reach,
    pub(super) veil: Veil,
    pub(super) notices: Vec<String>,
    pub(super) comparison: Option<Comparison>,
    /// The ledger at the end, once it is computed and asked for.
    outcome: Option<Ledger>,
    /// How runs ended, before the last change and now.
    pub(super) endings: panel::Endings,
    /// Digits of the digest that the link of this scenario promised.
    promised: Option<(u32, Scenario)>,
    /// The memory that the run needs, in bytes, about.
    needs: u64,
    /// Whether somebody stopped the computing.
    stopped: bool,
    pub(super) seen: panel::Seen,
}

/// Changes that are one change.
#[derive(Debug)]
pub(super) struct Drag {
    /// Where *from here* is.
    pub(super) at: SimTime,
    /// The index of the action that is being moved, and when it happened before.
    moving: Option<(usize, SimTime)>,
    /// What was told since it began.
    told: Vec<String>,
}

impl World {
    /// Opens a scenario. Nothing of it is computed yet.
    pub fn new(scenario: Scenario) -> Self {
        let (config, problems) = configure(&scenario);
        let mut world = Self {
            scenario,
            recorder: Recorder::new(config),
            problems,
            revision: 0,
            at: SimTime::ZERO,
            plan: Plan::default(),
            history: History::default(),
            drag: None,
            reach: Reach::WholeRun,
            veil: Veil::Waiting,
            notices: Vec::new(),
            comparison: None,
            outcome: None,
            endings: panel::Endings::default(),
            promised: None,
            needs: 0,
            stopped: false,
            seen: panel::Seen::default(),
        };
        world.foretell();
        world.replan();
        world
    }

    /// The memory that the run needs, in bytes, about.
    pub fn needs(&self) -> u64 {
        self.needs
    }

    /// Says so, once the run is whole, if its digest does not begin with these digits: the link was made of another run.
    pub fn promise(&mut self, digits: u32) {
        self.promised = Some((digits, self.scenario.clone()));
    }

    /// Does what a person asked for, but for what the clock is needed for: that is the session's.
    pub(super) fn apply(&mut self, command: Command) {
        match command {
            // A drag is made of these.
            Command::Set(knob, value) => self.set(knob, value),
            Command::MoveAction(index, to) => self.move_action(index, to),
            Command::BeginDrag => {
                self.end_drag();
                self.drag = Some(Drag {
                    at: self.at,
                    moving: None,
                    told: Vec::new(),
                });
            }
            // Where the clock goes, the session has seen to.
            Command::EndDrag | Command::Clock(_) => self.end_drag(),
            Command::SetAll(reach, sets) => self.set_all(reach, sets),
            Command::SetText(knob, text) => {
                let edit = editing::set_text(&self.scenario, knob, text, self.reach, self.at);
                self.change_at_once(edit);
            }
            Command::Act(deed) => {
                let edit = editing::act(&self.scenario, deed, self.at);
                self.change_at_once(edit);
            }
            Command::RemoveAction(index) => {
                if let Some(edit) = editing::remove_action(&self.scenario, index) {
                    self.change_at_once(edit);
                }
            }
            Command::Load(scenario) => self.change_at_once(named(*scenario, "another scenario")),
            Command::Undo => {
                self.end_drag();
                let back = self.history.undo(&self.scenario);
                self.replace(back);
            }
            Command::Redo => {
                self.end_drag();
                let again = self.history.redo(&self.scenario);
                self.replace(again);
            }
            Command::Reset => self.reset(),
            Command::SendPill(shard) => {
                self.send_pill(shard);
            }
            Command::SetReach(reach) => {
                self.end_drag();
                self.reach = reach;
            }
            Command::PutOnVeil => {
                self.end_drag();
                self.veil = Veil::On;
            }
            Command::LiftVeil => {
                self.end_drag();
                if self.is_veiled() {
                    self.veil = Veil::Lifted;
                }
            }
            Command::Compute(on) => {
                self.end_drag();
                self.stopped = !on;
            }
        }
    }

    /// Computes on, as far as there is time; `elapsed` wall time has passed.
    pub(super) fn compute(&mut self, elapsed: SimDuration, more: &mut dyn FnMut() -> bool) {
        self.seen.waited(elapsed);
        if !self.computing() {
            return;
        }
        // A page that runs out of memory is dead; what is computed can still be played.
        if !would_fit(SPARE) {
            self.stopped = true;
            self.comparison = None;
            return self.tell(words::machine_is_full(self.computed_until()));
        }
        let had_room = self.recorder.out_of_room().is_none();
        self.recorder.advance(more);
        self.replan();
        if let (true, Some(end)) = (had_room, self.recorder.out_of_room()) {
            self.tell(words::out_of_room(end));
        }
        if self.is_whole() {
            self.keep_promise();
        }
    }

    /// The clock stands at `at` now.
    pub(super) fn follow(&mut self, at: SimTime) {
        self.at = at.min(self.end());
        self.settle_veil();
    }

    /// Whether there is more of the run to compute, and nobody stopped it.
    pub fn computing(&self) -> bool {
        !self.is_whole() && !self.stopped
    }

    /// Another number than before means another run: nothing told of the one before holds.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Where the clock stands in this run.
    pub fn at(&self) -> SimTime {
        self.at
    }

    /// The end of the run.
    pub fn end(&self) -> SimTime {
        self.recorder.config().horizon
    }

    /// The end of the run if nothing in it took longer.
    pub(super) fn asked_end(&self) -> SimTime {
        SimTime::ZERO + self.scenario.settings.span(Knob::Horizon)
    }

    /// How far the run is computed.
    pub fn computed_until(&self) -> SimTime {
        self.recorder.computed_until()
    }

    /// Whether all of it is.
    pub fn is_whole(&self) -> bool {
        self.computed_until() >= self.end()
    }

    /// The scenario as it stands.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Settings of it that do not go together.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The recording, for the stage and the timeline. Under the veil they must not read past the playhead.
    pub fn recorder(&mut self) -> &mut Recorder {
        &mut self.recorder
    }

    /// Whether what comes after the playhead is hidden.
    pub fn is_veiled(&self) -> bool {
        self.veil == Veil::On
    }

    /// Whether somebody drags a knob or a flag.
    pub fn is_dragged(&self) -> bool {
        self.drag.is_some()
    }

    /// Whether the playhead's moment is computed. Right after an edit it may not be for a few frames; a picture
    /// of the moment before is better then than one of an earlier time.
    pub fn ready(&self) -> bool {
        self.recorder.computed_until() >= self.at
    }

    /// What is to be told, each once: also in [`super::Panel::notices`] until it is taken.
    pub fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn every_mark(&self) -> &[Mark] {
        self.recorder.every_mark()
    }

    /// The ledger at the end of the run, once it is computed. Kept, because looking there spoils the view of here.
    pub(super) fn outcome(&mut self) -> Option<Ledger> {
        if self.outcome.is_none() && self.is_whole() {
            self.outcome = Some(self.recorder.final_ledger());
        }
        self.outcome
    }

    /// Sends a pill, and says whether it could be sent.
    pub(super) fn send_pill(&mut self, shard: Option<u16>) -> bool {
        self.end_drag();
        let moment = self.recorder.moment(self.at);
        let blocked = moment.shards.iter().filter(|shard| shard.blocked);
        let blocked: Vec<_> = blocked.map(|shard| shard.shard).collect();
        match editing::send_pill(&self.scenario, shard, &blocked, self.at) {
            Ok(edit) => {
                if self.veil == Veil::Waiting {
                    self.veil = Veil::On;
                }
                self.change(edit);
                true
            }
            Err(sentence) => {
                self.tell(sentence);
                false
            }
        }
    }

    pub(super) fn reset(&mut self) {
        self.change_at_once(named(Scenario::default(), "a fresh start"));
        self.veil = Veil::Waiting;
        self.reach = Reach::WholeRun;
    }

    pub(super) fn end_drag(&mut self) {
        if self.drag.take().is_some() {
            self.history.close(&self.scenario);
        }
    }

    fn set(&mut self, knob: Knob, value: i64) {
        let at = self.drag.as_ref().map_or(self.at, |drag| drag.at);
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

    /// As if each had been set within one drag; the reach of what follows stays as it is.
    fn set_all(&mut self, reach: Reach, sets: Vec<(Knob, i64)>) {
        let before = std::mem::replace(&mut self.reach, reach);
        self.apply(Command::BeginDrag);
        for (knob, value) in sets {
            self.set(knob, value);
        }
        self.end_drag();
        self.reach = before;
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

    /// A change of its own, whatever was dragged.
    fn change_at_once(&mut self, edit: Edit) {
        self.end_drag();
        self.change(edit);
    }

    /// Makes a change, remembers it and tells about it.
    fn change(&mut self, edit: Edit) {
        if edit.scenario != self.scenario {
            let before = std::mem::replace(&mut self.scenario, edit.scenario);
            self.history.record(before, edit.name, self.drag.is_some());
            self.revise();
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
        if !self.is_dragged() {
            self.endings.revised();
        }
        self.revision += 1;
        self.comparison = None;
        self.outcome = None;
        self.stopped = false;
        let (config, problems) = configure(&self.scenario);
        self.recorder.revise(config);
        self.problems = problems;
        self.at = self.at.min(self.end());
        self.seen.revised();
        self.foretell();
        self.replan();
    }

    /// Says how much memory the run needs, if that is much and was not before.
    fn foretell(&mut self) {
        let logs = self.scenario.cost_estimate().bytes.min(BYTES_MAX);
        let needs = logs + keyframes_take(self.recorder.config());
        let before = std::mem::replace(&mut self.needs, needs);
        if before < LARGE && LARGE <= needs {
            self.tell(words::is_large(needs));
        }
    }

    fn replan(&mut self) {
        let pills: Vec<_> = editing::pills(&self.scenario).map(|(at, _)| at).collect();
        self.plan = Plan::new(&pills, self.recorder.marks());
    }

    fn keep_promise(&mut self) {
        let Some((promised, of)) = self.promised.take() else {
            return;
        };
        let found = (self.recorder.digest() >> 32) as u32;
        if found != promised && of == self.scenario {
            self.tell(words::CORRECTED.to_owned());
        }
    }

    pub(super) fn tell(&mut self, sentence: String) {
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

/// What the engine is told of a scenario.
pub(super) fn config_of(scenario: &Scenario) -> Config {
    configure(scenario).0
}

fn named(scenario: Scenario, name: &str) -> Edit {
    Edit {
        scenario,
        name: name.to_owned(),
        notices: Vec::new(),
    }
}
