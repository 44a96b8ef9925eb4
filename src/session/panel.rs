//! What the panels show, put together from the recording at the playhead.

use super::explain::{Situation, explain};
use super::world::World;
use super::{Command, Reach, alarms, editing, veil};
use crate::engine::ledger::Ledger;
use crate::engine::mark::Mark;
use crate::engine::resharding::scales;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::moment::Moment;
use crate::scenario::knobs::Knob;

/// A picture of the moment before is kept this long while the playhead's moment is computed again.
const PATIENCE: SimDuration = SimDuration::from_millis(300);

/// What the panels show; compares equal when nothing they show has changed.
#[allow(clippy::struct_excessive_bools)] // None of them excludes another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// The playhead.
    pub at: SimTime,
    /// The end of the run.
    pub horizon: SimTime,
    /// Whether `moment` is the playhead's. Right after a link was opened or the run was changed it may be an earlier
    /// one, of which nothing must be said.
    pub ready: bool,
    /// Whether what comes after the playhead is hidden.
    pub veiled: bool,
    /// Where a change applies.
    pub reach: Reach,
    /// The ledger at the playhead.
    pub ledger: Ledger,
    /// The ledger at the end of the run; `None` under the veil or while it is being computed.
    pub outcome: Option<Ledger>,
    /// How the run ended before the change that is being looked at, if that was seen: a ghost beside `outcome`.
    pub outcome_before: Option<Ledger>,
    /// How far the run is computed.
    pub progress: Progress,
    /// The digest of the whole run; `None` until it is computed.
    pub digest: Option<u64>,
    /// The exact state.
    pub moment: Moment,
    /// What is happening, in plain words.
    pub explanation: Explanation,
    /// The value now of the setting to blame.
    pub blamed: Option<i64>,
    /// Whether the stream is on-demand now (S12).
    pub on_demand: bool,
    /// Whether there are ever more than two shards, so that the stage needs room.
    pub crowded: bool,
    /// The next mark, if one may be shown.
    pub next_moment: Option<Mark>,
    /// When somebody would have been paged, as far as that may be known.
    pub pages: Vec<String>,
    /// That the run is longer than its setting says, and why; a line at the timeline's end.
    pub extended: Option<String>,
    /// The marks that may be shown (all, or up to the playhead under the veil).
    pub marks: Vec<Mark>,
    /// Names the change that undo would take back.
    pub undo: Option<String>,
    /// Names the change that redo would make again.
    pub redo: Option<String>,
    /// Something to tell once, for example that the horizon was extended, or that *from here* came too late.
    /// They stay until [`World::take_notices`].
    pub notices: Vec<String>,
}

/// What the clock shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Face {
    /// The playhead.
    pub at: SimTime,
    /// The end of the longest run.
    pub end: SimTime,
    /// Whether the run plays.
    pub playing: bool,
    /// Simulated seconds per second now.
    pub speed: u32,
    /// Whether the speed follows the story.
    pub auto_speed: bool,
}

/// How far a run is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// In permille of the run; 1,000 when it is whole.
    pub permille: u16,
    /// Whether it goes on; else the run is whole, or somebody stopped it.
    pub goes_on: bool,
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
    pub cure: Option<(String, Command)>,
    /// Whether a figure in it rests on an assumption (≈).
    pub approximate: bool,
}

/// The moment shown last, kept while it is being computed again.
#[derive(Debug, Default)]
pub(super) struct Seen {
    moment: Option<Moment>,
    waited: SimDuration,
}

impl Seen {
    pub(super) fn revised(&mut self) {
        self.waited = SimDuration::ZERO;
    }

    pub(super) fn waited(&mut self, elapsed: SimDuration) {
        self.waited = self.waited + elapsed;
    }
}

/// How the run ended before the last change and how it ends now, as far as somebody has seen it.
#[derive(Debug, Default)]
pub(super) struct Endings {
    before: Option<Ledger>,
    now: Option<Ledger>,
}

impl Endings {
    /// The run changed; within a drag only the first time.
    pub(super) fn revised(&mut self) {
        if let Some(now) = self.now.take() {
            self.before = Some(now);
        }
    }

    fn saw(&mut self, outcome: Option<&Ledger>, veiled: bool) {
        if veiled {
            *self = Self::default();
        } else if outcome.is_some() {
            self.now = outcome.copied();
        }
    }
}

impl World {
    /// What the panels show now.
    pub fn panel(&mut self) -> Panel {
        let moment = self.shown_moment();
        let (at, horizon) = (self.at(), self.end());
        let (whole, veiled) = (self.is_whole(), self.is_veiled());
        let outcome = self.outcome().filter(|_| !veiled);
        self.endings.saw(outcome.as_ref(), veiled);
        let digest = whole.then(|| self.recorder.digest());
        let (marks, every) = (self.recorder.marks(), self.recorder.every_mark());
        let until = if veiled { at } else { horizon };
        let pages = alarms::pages(
            every,
            (self.recorder.watched(), self.recorder.second_watched()),
            until,
        );
        let explanation = explain(&Situation {
            moment: &moment,
            config: self.recorder.config(),
            marks: veil::past(marks, moment.at),
        });
        let value = |knob| editing::value_at(&self.scenario, knob, moment.at);
        let config = self.recorder.config();
        let next = every.iter().find(|mark| mark.at > at).copied();
        let computed = u128::from(self.recorder.computed_until().0.min(horizon.0));
        Panel {
            at,
            horizon,
            ready: self.ready(),
            veiled,
            reach: self.reach,
            ledger: moment.ledger,
            outcome,
            outcome_before: self.endings.before,
            progress: Progress {
                permille: (computed * 1_000 / u128::from(horizon.0.max(1))) as u16,
                goes_on: self.computing(),
            },
            digest,
            blamed: explanation.blame.map(value),
            explanation,
            on_demand: value(Knob::StreamMode) != 0,
            crowded: config.shard_count > 2 || !config.reshards.is_empty() || scales(config),
            pages,
            extended: editing::extension(self.asked_end(), horizon),
            next_moment: next.filter(|_| !veiled),
            marks: veil::visible(every, at, veiled).to_vec(),
            undo: self.history.undo_name().map(str::to_owned),
            redo: self.history.redo_name().map(str::to_owned),
            notices: self.notices.clone(),
            moment,
        }
    }

    /// The moment at the playhead. While it is not computed, for a little while the one before an edit, then one that is.
    fn shown_moment(&mut self) -> Moment {
        let waiting = !self.ready() && self.seen.waited < PATIENCE;
        if let (true, Some(moment)) = (waiting, &self.seen.moment) {
            return moment.clone();
        }
        // What lies ahead of what is computed is not told again and again up to there: that would cost as much once more.
        let at = if self.ready() {
            self.at()
        } else {
            self.recorder.last_keyframe()
        };
        let moment = self.recorder.moment(at);
        self.seen.moment = Some(moment.clone());
        moment
    }
}
