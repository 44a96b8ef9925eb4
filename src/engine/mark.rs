//! Marks: the interesting moments of a run, for the timeline, *next moment* and automatic speed.

use super::config::Role;
use super::time::SimTime;

/// An interesting moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// When.
    pub at: SimTime,
    /// On which shard; `None` if it concerns the whole run.
    pub shard: Option<u16>,
    /// What.
    pub kind: MarkKind,
    /// Of which mapping, if it is one's; else [`Role::First`].
    pub role: Role,
}

/// What makes a moment interesting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A pill was stored in the shard.
    PillLanded,
    /// The producer lost a pill before it was stored.
    PillLost,
    /// The first failed invocation after a quiet time.
    FirstFailure,
    /// The same batch has failed a few times: the lane is blocked. Again only after a quiet hour, or if it lasts.
    LaneBlocked,
    /// The first bisect of a batch.
    Bisected,
    /// A message went to the on-failure destination: the first, or the first after a quiet hour.
    Ticket,
    /// A batch was discarded without a trace: the first, or the first after a quiet hour.
    Discarded,
    /// The batch whose blocking was marked is gone and the reader moves again.
    Released,
    /// The first good record expired (after a quiet hour).
    FirstExpiry,
    /// The hour of the run in which most good records expired begins.
    WorstHour,
    /// The last good record expired, for at least an hour.
    LastExpiry,
    /// The reader is caught up again after that.
    CaughtUp,
    /// An invocation was refused for want of concurrency: the first, or the first after a quiet hour.
    Throttled,
    /// A call of another function was refused for want of concurrency: the first, or the first after a quiet hour (L3).
    NeighbourThrottled,
    /// A shard refused records: the first, or the first after a quiet hour.
    WriteThrottled,
    /// A record was stored behind a younger one of its key: the first, or the first after a quiet hour.
    OrderBroken,
    /// The stream's shards changed: parents closed, children opened (S18).
    Resharded,
    /// A change of the shards was refused (S17).
    ReshardRefused,
    /// Everything in a closed shard has a fate, so that its children can be read (E15).
    Drained,
    /// A setting was changed by the scenario's action of this index.
    SettingChanged(u16),
    /// An alarm goes off: somebody is paged.
    Paged(Alarm),
    /// It turns itself OK again.
    BackToOk(Alarm),
    /// The end of the run.
    End,
}

/// What somebody can be paged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    /// `IteratorAge` over a share of retention (M5).
    IteratorAge,
    /// `Errors` above zero for some minutes (M7).
    Errors,
    /// The application's own metric of failed entries above zero for some minutes (M11).
    FailedEntries,
}
