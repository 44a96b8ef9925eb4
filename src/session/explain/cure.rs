//! What to try: a few settings as one change, with its words for a button.

use super::Situation;
use crate::engine::config::{Keys, Limit, Traffic};
use crate::scenario::knobs::Knob;
use crate::session::{Command, Reach, words};

pub(super) type Cure = (String, Command);

/// Settings from here on, as one change; the learner's own reach stays as it is.
pub(super) fn from_here(sets: &[(Knob, i64)]) -> Cure {
    cure(Reach::FromHere, sets)
}

/// Settings for the whole run, as one change; the learner's own reach stays as it is.
pub(super) fn whole_run(sets: &[(Knob, i64)]) -> Cure {
    cure(Reach::WholeRun, sets)
}

/// Speed, or where there is none to be had more retention: what still helps when the pill is gone (E45, S9).
pub(super) fn speed_or_retention(now: &Situation) -> Cure {
    let consuming = now.consuming();
    let factor = i64::from(consuming.mapping.parallelization_factor);
    let one_key = match &now.config.traffic {
        Traffic::Generated(traffic) => match traffic.keys {
            Keys::Uniform(n) | Keys::Zipf(n) | Keys::Even(n) => n == 1,
            Keys::Hot { n, permille } => n == 1 || permille >= 500,
        },
        Traffic::Explicit(_) => false,
    };
    if one_key || factor >= 10 {
        let week = 168.max(consuming.retention.0 as i64 / 3_600_000_000 * 2);
        from_here(&[(Knob::RetentionPeriodHours, week)])
    } else {
        from_here(&[(Knob::ParallelizationFactor, enough_lanes(now, factor))])
    }
}

/// Twice as many lanes for each shard, or as many more as what arrives now and in the mean of the day takes, if the
/// function may run so often.
fn enough_lanes(now: &Situation, factor: i64) -> i64 {
    let shards = || now.moment.shards.iter();
    let needed = shards().filter(|shard| shard.capacity_milli > 0);
    let needed = needed.map(|shard| {
        let (mean, _) = now.mean_and_peak(shard).unwrap_or((0, 0));
        let arrive = mean.max(shard.arriving_milli());
        (arrive * factor as u64 / shard.capacity_milli + 1) as i64
    });
    let open = shards().filter(|shard| shard.closed_at.is_none()).count();
    let consuming = now.consuming();
    let allowed = match consuming.reserved {
        Limit::AtMost(reserved) => reserved,
        Limit::Infinite => consuming.concurrency,
    };
    let most = i64::from(allowed) / open.max(1) as i64;
    let twice = factor * 2;
    let wanted = needed.max().unwrap_or(twice).min(most).max(twice);
    wanted.min(10)
}

/// Gives up in time, on the pill alone, with a message: what is not set yet of it, if anything (E29, E37, E46).
pub(super) fn give_up_in_time(now: &Situation) -> Option<Cure> {
    give_up(now, !now.consuming().mapping.bisect)
}

/// The same for a record that is alone in its batch, so that no split would help.
pub(super) fn give_up_alone(now: &Situation) -> Option<Cure> {
    give_up(now, false)
}

fn give_up(now: &Situation, split: bool) -> Option<Cure> {
    let mapping = &now.consuming().mapping;
    let mut sets = Vec::new();
    if !matches!(mapping.max_retries, Limit::AtMost(0..=10)) {
        sets.push((Knob::MaximumRetryAttempts, 2));
    }
    if split {
        sets.push((Knob::BisectBatchOnFunctionError, 1));
    }
    if mapping.destination == crate::engine::config::Destination::None {
        sets.push((Knob::OnFailure, 1));
    }
    (!sets.is_empty()).then(|| from_here(&sets))
}

/// The switch that turns the day out differently, if the run began without it.
pub(super) fn limit_retries_from_the_start(now: &Situation) -> Option<Cure> {
    let retried_for_ever = now.config.consuming[0].mapping.max_retries == Limit::Infinite;
    retried_for_ever.then(|| whole_run(&[(Knob::MaximumRetryAttempts, 2)]))
}

fn cure(reach: Reach, sets: &[(Knob, i64)]) -> Cure {
    let named: Vec<_> = sets
        .iter()
        .map(|&(knob, value)| words::setting(knob, value))
        .collect();
    let how_far = match reach {
        Reach::FromHere => "from here",
        Reach::WholeRun => "for the whole run",
    };
    let words = format!("{}, {how_far}", named.join(", "));
    (words, Command::SetAll(reach, sets.to_vec()))
}
