//! What the panels of a world show.

use std::rc::Rc;

use crate::engine::config::Role;
use crate::engine::time::SimDuration;
use crate::recording::bill::{Usage, usage};
use crate::recording::metrics::Period;
use crate::scenario::notice::Problem;
use crate::scenario::{Action, Settings};
use crate::session::graphs::Graphs;
use crate::session::logs::{self, Entry};
use crate::session::overview::Overview;
use crate::session::world::World;
use crate::session::{Face, Panel};
use crate::stage::scene::ShardSpot;

/// What the panels of a world show. Shared parts are the same allocation as long as they are equal.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// Which run this is of: another number, another run.
    pub revision: u64,
    /// What the clock shows.
    pub face: Face,
    /// What the session says.
    pub panel: Rc<Panel>,
    /// The settings in force at the playhead.
    pub settings: Rc<Settings>,
    /// The scenario's actions.
    pub actions: Rc<Vec<Action>>,
    /// Settings that do not go together.
    pub problems: Rc<Vec<Problem>>,
    /// What CloudWatch, the logs or the bill show, where somebody looks at them.
    pub watch: Rc<Watch>,
    /// Where the stage shows the shards, and what each does.
    pub shards: Rc<Vec<ShardSpot>>,
    /// How far the run is computed, and how long the rest takes, as far as that can be told.
    pub progress: String,
}

/// What of the watching panels is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchTab {
    /// The metrics.
    Metrics,
    /// What producer and function print.
    Logs,
    /// What it costs.
    Bill,
}

/// What somebody looks at: a panel, the length of a period, and a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchChoice {
    /// The panel.
    pub tab: WatchTab,
    /// The length of a period of the metrics (M1, M12, S6).
    pub length: SimDuration,
    /// Whose metrics.
    pub role: Role,
}

/// What is shown of it.
#[derive(Clone, Default, PartialEq)]
pub struct Watch {
    /// The periods of the graphs, oldest first.
    pub periods: Vec<Period>,
    /// Whether some of them are still to be looked at.
    pub waits: bool,
    /// The metrics that tell most, over the whole run.
    pub overview: Overview,
    /// What was printed last.
    pub entries: Vec<Entry>,
    /// What the bill is made of.
    pub usage: Option<Usage>,
    /// Whether the producer counts failed entries itself.
    pub own_metric: bool,
    /// Whether there are two mappings.
    pub has_second: bool,
}

impl Watch {
    /// Looks at the world's moment, at metrics as far as time allows.
    pub(super) fn follow(
        &mut self,
        world: &mut World,
        graphs: &mut Graphs,
        choice: WatchChoice,
        more: &mut dyn FnMut() -> bool,
    ) {
        if !world.ready() {
            return;
        }
        let at = world.at();
        let recorder = world.recorder();
        self.own_metric = recorder.config().alarms.failed_entries;
        self.has_second = recorder.around_second(0).is_some();
        let role = if self.has_second {
            choice.role
        } else {
            Role::First
        };
        self.waits = false;
        match choice.tab {
            WatchTab::Metrics => {
                self.waits = !graphs.follow(world, (role, choice.length), more);
                self.periods = graphs.periods().collect();
                self.overview.follow(world, role);
            }
            WatchTab::Logs => self.entries = logs::latest(recorder, at),
            WatchTab::Bill => {
                let moment = recorder.moment(at);
                self.usage = Some(usage(recorder, &moment));
            }
        }
    }
}
