//! A run somebody watches: the scenario, its recording, the playhead, undo, and what to say about the moment.
//! Knows no browser: it is told how much wall time has passed and answers with plain data.

use crate::engine::ledger::Ledger;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::mark::{Mark, MarkKind};
use crate::recording::moment::Moment;
use crate::recording::recorder::Recorder;
use crate::scenario::Scenario;
use crate::scenario::knobs::Knob;

/// Everything a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Sends a poison pill now, to a shard or to the next one that is not blocked.
    SendPill(Option<u16>),
    /// Sets a knob, for the whole run or from here (see [`Reach`]).
    Set(Knob, i64),
    /// Sets the handler's given reply.
    SetReply(String),
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
    /// Plays on.
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

/// What the panels show; compares equal when nothing they show has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// The playhead.
    pub at: SimTime,
    /// The end of the run.
    pub horizon: SimTime,
    /// Whether the run plays.
    pub playing: bool,
    /// Simulated seconds per second now.
    pub speed: u32,
    /// Whether the speed follows the story.
    pub auto_speed: bool,
    /// Whether what comes after the playhead is hidden.
    pub veiled: bool,
    /// Where a change applies.
    pub reach: Reach,
    /// The ledger at the playhead.
    pub ledger: Ledger,
    /// The ledger at the end of the run; `None` under the veil or while it is being computed.
    pub outcome: Option<Ledger>,
    /// How much of the run is computed, in permille.
    pub computed_permille: u16,
    /// The digest of the whole run; `None` until it is computed.
    pub digest: Option<u64>,
    /// The exact state.
    pub moment: Moment,
    /// What is happening, in plain words.
    pub explanation: Explanation,
    /// The next mark, if one may be shown.
    pub next_moment: Option<Mark>,
    /// The marks that may be shown (all, or up to the playhead under the veil).
    pub marks: Vec<Mark>,
    /// Names the change that undo would take back.
    pub undo: Option<String>,
    /// Names the change that redo would make again.
    pub redo: Option<String>,
    /// Something to tell once, for example that the horizon was extended, or that *from here* came too late.
    pub notices: Vec<String>,
}

/// What is happening now, why, and what would help.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// One short line.
    pub headline: String,
    /// Two or three plain sentences with the figures.
    pub sentences: Vec<String>,
    /// The setting to blame.
    pub blame: Option<Knob>,
    /// What to try, with its words for a button.
    pub cure: Option<(String, Vec<Command>)>,
    /// Whether a figure in it rests on an assumption (≈).
    pub approximate: bool,
}

/// A run somebody watches.
pub struct Session {
    scenario: Scenario,
    recorder: Recorder,
}

impl Session {
    /// Opens a scenario, playing from `at`.
    pub fn new(scenario: Scenario, recorder: Recorder, at: SimTime) -> Self {
        let _ = at;
        Self { scenario, recorder }
    }

    /// Does what a person asked for.
    pub fn apply(&mut self, command: Command) {
        let _ = command;
    }

    /// A frame: `elapsed` wall time has passed; `more` says whether there is time left to compute.
    /// Returns whether another frame is needed (playing or computing).
    pub fn frame(&mut self, elapsed: SimDuration, more: &mut dyn FnMut() -> bool) -> bool {
        let _ = elapsed;
        self.recorder.advance(more)
    }

    /// What the panels show now.
    pub fn panel(&mut self) -> Panel {
        let moment = self.recorder.moment(SimTime::ZERO);
        Panel {
            at: SimTime::ZERO,
            horizon: self.recorder.config().horizon,
            playing: false,
            speed: 1,
            auto_speed: true,
            veiled: false,
            reach: Reach::WholeRun,
            ledger: moment.ledger,
            outcome: None,
            computed_permille: 1_000,
            digest: None,
            moment,
            explanation: Explanation::default(),
            next_moment: None,
            marks: Vec::new(),
            undo: None,
            redo: None,
            notices: Vec::new(),
        }
    }

    /// The playhead.
    pub fn at(&self) -> SimTime {
        SimTime::ZERO
    }

    /// The scenario as it stands.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The recording, for the stage and the timeline. Under the veil they must not read past the playhead.
    pub fn recorder(&mut self) -> &mut Recorder {
        &mut self.recorder
    }
}

/// A mark in a few plain words, for example "good orders begin to expire on shard-1".
pub fn mark_words(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::End => "the end of the run",
        _ => "a moment",
    }
}
