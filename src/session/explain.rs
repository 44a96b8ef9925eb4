//! Explains a moment in plain words, from its state alone: what happens, which setting is to blame, what would help.
//! The same state gives the same words. Knows nothing of what comes later.

mod aftermath;
mod asleep;
mod cure;
mod producer;
mod second;
mod stream;
mod stuck;
#[cfg(test)]
mod tests;
mod timeout;

use super::Explanation;
use crate::engine::config::{Config, Consuming, Traffic};
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::moment::{LaneMoment, Moment, Phase, ShardMoment};

/// The law of the sink (E45).
pub(super) const LAW: &str = "The loss is exactly the backlog that a healthy peak builds; the retention that used to absorb it was spent on the pill.";

/// Behind by less than this is no backlog: polls, batches and back-off take a few seconds.
const BEHIND: SimDuration = SimDuration::from_secs(60);
/// A pill is news for this long.
const NEWS: SimDuration = SimDuration::from_secs(10);

/// All that an explanation may know.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The exact state.
    pub moment: &'a Moment,
    /// The settings of the run.
    pub config: &'a Config,
    /// The marks up to the moment, by time; none of the second mapping.
    pub marks: &'a [Mark],
}

/// How badly a shard fares; the worst one is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    None,
    Behind,
    AtTheRim,
    Failing,
    Throttled,
    Blocked,
    Spilling,
}

/// Whom an explanation is about; where two mappings read, it matters (E14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    /// The first mapping and its function.
    FirstMapping,
    /// The producer, the stream or the account.
    Everybody,
    /// Nothing is wrong.
    Nobody,
}

/// What there is to say, and how urgent it is.
struct Said {
    subject: Subject,
    /// Whether something goes on that should not; else it is over, or as it is every day.
    goes_on: bool,
    explanation: Explanation,
}

/// Explains the moment.
pub fn explain(now: &Situation) -> Explanation {
    let said = one_mapping(now);
    match &now.moment.second {
        Some(second) => second::beside(now, second, said),
        None => said.explanation,
    }
}

/// What there is to say with the first mapping in view.
fn one_mapping(now: &Situation) -> Said {
    use Subject::{Everybody, FirstMapping, Nobody};
    let goes_on = |subject, explanation| Said {
        subject,
        goes_on: true,
        explanation,
    };
    let is_over = |(subject, explanation)| Said {
        subject,
        goes_on: false,
        explanation,
    };
    // What a setting is to blame for is not the daily peak.
    let in_the_day = |subject, explanation: Explanation| Said {
        subject,
        goes_on: explanation.blame.is_some(),
        explanation,
    };
    if let Some(asleep) = asleep::asleep(now) {
        return goes_on(Everybody, asleep);
    }
    let worst = now.worst();
    let trouble = worst.map_or(Trouble::None, |shard| now.trouble(shard));
    let of_first = match (worst, trouble) {
        (Some(shard), Trouble::Spilling) => Some(spilling(now, shard)),
        (Some(shard), Trouble::Blocked) => Some(stuck::blocked(now, shard)),
        (Some(shard), Trouble::Throttled) => Some(stuck::throttled(now, shard)),
        (Some(shard), Trouble::Failing) => Some(stuck::failing(now, shard)),
        _ => None,
    };
    let late = || match (worst, trouble) {
        (Some(shard), Trouble::AtTheRim) => Some(stream::at_the_rim(now, shard)),
        (Some(shard), Trouble::Behind) => Some(stream::behind(now, shard)),
        _ => None,
    };
    let of_all = || {
        let said = stuck::neighbour_suffers(now)
            .or_else(|| stream::pill_news(now))
            .or_else(|| producer::hangs_up(now))
            .or_else(|| stream::producer_loses(now))
            .or_else(|| producer::piles_up(now));
        said.map(|said| goes_on(Everybody, said))
    };
    of_first
        .map(|said| goes_on(FirstMapping, said))
        .or_else(of_all)
        .or_else(|| late().map(|said| in_the_day(FirstMapping, said)))
        .or_else(|| aftermath::aftermath(now).map(is_over))
        .or_else(|| producer::aftermath(now).map(|said| is_over((Everybody, said))))
        .unwrap_or_else(|| in_the_day(Nobody, stream::idle(now)))
}

/// Good orders expire now, for whatever reason the shard is so late.
fn spilling(now: &Situation, shard: &ShardMoment) -> Explanation {
    if shard.lanes.iter().any(is_throttled) {
        return stuck::throttled(now, shard);
    }
    if shard.blocked && now.released(shard.shard).is_none() {
        return stuck::blocked(now, shard);
    }
    stream::at_the_rim(now, shard)
}

impl<'a> Situation<'a> {
    fn at(&self) -> SimTime {
        self.moment.at
    }

    fn consuming(&self) -> &'a Consuming {
        self.config.consuming_at(self.moment.at)
    }

    fn trouble(&self, shard: &ShardMoment) -> Trouble {
        let nine_tenths = SimDuration(self.moment.retention.0 / 10 * 9);
        if shard.expired_last_minute > 0 {
            Trouble::Spilling
        } else if shard.blocked {
            Trouble::Blocked
        } else if shard.lanes.iter().any(is_throttled) {
            Trouble::Throttled
        } else if shard.lanes.iter().any(is_failing) {
            Trouble::Failing
        } else if shard.iterator_age >= nine_tenths {
            Trouble::AtTheRim
        } else if shard.iterator_age >= BEHIND {
            Trouble::Behind
        } else {
            Trouble::None
        }
    }

    /// The shard that fares worst, and of equals the latest.
    fn worst(&self) -> Option<&'a ShardMoment> {
        self.moment
            .shards
            .iter()
            .max_by_key(|shard| (self.trouble(shard), shard.iterator_age, shard.shard))
    }

    /// When a kind of mark was last seen on a shard.
    fn last(&self, shard: u16, wanted: MarkKind) -> Option<SimTime> {
        let seen = self.marks.iter().rev();
        seen.filter(|mark| mark.at <= self.moment.at)
            .find(|mark| mark.kind == wanted && mark.shard == Some(shard))
            .map(|mark| mark.at)
    }

    /// When the stuck batch of a shard left, if it did and no other has got stuck.
    fn released(&self, shard: u16) -> Option<SimTime> {
        let released = self.last(shard, MarkKind::Released)?;
        let stuck_again = self
            .last(shard, MarkKind::LaneBlocked)
            .is_some_and(|blocked| blocked > released);
        (!stuck_again).then_some(released)
    }

    /// Arrivals of a shard at the mean and at the peak of the day, in thousandths per second.
    fn mean_and_peak(&self, shard: &ShardMoment) -> Option<(u64, u64)> {
        let Traffic::Generated(traffic) = &self.config.traffic else {
            return None;
        };
        let mean = self.config.producing_at(self.at()).mean_per_1000s;
        if self.moment.rate_milli == 0 {
            return None;
        }
        let share = |rate: u64| {
            let product = u128::from(rate) * u128::from(shard.offered_milli);
            ((product / u128::from(self.moment.rate_milli)) as u64).min(shard.takes_milli)
        };
        let peak = mean * (1_000 + u64::from(traffic.swing_permille)) / 1_000;
        let peak = traffic.shape.peak(peak);
        Some((share(mean), share(peak)))
    }
}

fn is_throttled(lane: &LaneMoment) -> bool {
    matches!(lane.phase, Phase::Throttled { .. })
}

fn is_failing(lane: &LaneMoment) -> bool {
    lane.batch.is_some_and(|batch| batch.failures > 0) || lane.waiting_halves.0 > 0
}

/// The lane with the most failures.
fn worst_lane(shard: &ShardMoment) -> Option<&LaneMoment> {
    let failures = |lane: &&LaneMoment| lane.batch.map_or(0, |batch| batch.failures);
    shard.lanes.iter().max_by_key(failures)
}

/// Time to work a backlog off, at these rates; `None` if it only grows.
fn time_to_catch_up(unread: u64, arriving_milli: u64, capacity_milli: u64) -> Option<SimDuration> {
    let gain = capacity_milli
        .checked_sub(arriving_milli)
        .filter(|gain| *gain > 0)?;
    let micros = u128::from(unread) * 1_000_000_000 / u128::from(gain);
    Some(SimDuration(micros.min(u128::from(u64::MAX)) as u64))
}
