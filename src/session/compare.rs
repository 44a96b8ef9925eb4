//! When a change *from here* saves little: what the same change would have saved for the whole run.

use super::world::{World, config_of};
use super::{veil, words};
use crate::engine::mark::MarkKind;
use crate::engine::time::SimTime;
use crate::recording::recorder::Recorder;
use crate::recording::recorder::room::{SPARE, would_fit};
use crate::scenario::Scenario;
use crate::scenario::knobs::Knob;

/// A change from here, and its twin for the whole run.
pub(super) struct Comparison {
    /// The scenario before the change.
    before: Scenario,
    /// Good orders lost without the change; `None` if that was not computed.
    lost_before: Option<u64>,
    /// What was changed; several knobs if they were one change.
    sets: Vec<(Knob, i64)>,
    /// From when on.
    at: SimTime,
    /// The twin, once it is worth computing.
    twin: Option<Recorder>,
}

impl World {
    /// Remembers a change from here before it is made. Further sets of the same drag join it.
    pub(super) fn begin_comparison(&mut self, knob: Knob, value: i64, at: SimTime) -> Comparison {
        let dragging = self.drag.is_some();
        if let Some(mut going_on) = self
            .comparison
            .take()
            .filter(|begun| dragging && begun.at == at)
        {
            going_on.sets.retain(|(other, _)| *other != knob);
            going_on.sets.push((knob, value));
            going_on.twin = None;
            return going_on;
        }
        Comparison {
            before: self.scenario.clone(),
            lost_before: self.outcome().map(|ledger| ledger.good_lost()),
            sets: vec![(knob, value)],
            at,
            twin: None,
        }
    }

    /// Compares while there is time; returns whether there is more to do. Says nothing under the veil: what it
    /// says depends on the end of the run.
    pub(super) fn compare(&mut self, more: &mut dyn FnMut() -> bool) -> bool {
        if self.comparison.is_none() || self.drag.is_some() || self.is_veiled() {
            return false;
        }
        let Some(lost) = self.outcome().map(|ledger| ledger.good_lost()) else {
            return false;
        };
        let Some(mut comparison) = self.comparison.take() else {
            return false;
        };
        let Some(lost_before) = comparison
            .lost_before
            .filter(|before| saves_little(*before, lost) && !self.recorder.is_large())
            .filter(|_| would_fit(SPARE))
        else {
            return false;
        };
        let mut twin = comparison.twin.take().unwrap_or_else(|| {
            let mut config = config_of(&comparison.for_whole_run());
            config.horizon = self.end();
            Recorder::new(config)
        });
        if twin.computed_until() < twin.config().horizon {
            twin.advance(more);
        }
        if twin.computed_until() < twin.config().horizon {
            comparison.twin = Some(twin);
            self.comparison = Some(comparison);
            return true;
        }
        let whole_run = twin.final_ledger().good_lost();
        if let Some(sentence) = verdict(&comparison.names(), lost_before, lost, whole_run) {
            self.tell(sentence);
        }
        false
    }

    /// What to say at once about a retry setting that comes when the pill is gone (E45).
    pub(super) fn too_late(&mut self, knob: Knob) -> Option<String> {
        let at = self.at();
        if !is_about_retries(knob) || !self.ready() {
            return None;
        }
        let moment = self.recorder.moment(at);
        if moment.shards.iter().any(|shard| shard.blocked) {
            return None;
        }
        let late = |shard: u16| {
            let shard = moment.shards.iter().find(|other| other.shard == shard);
            shard.is_some_and(|shard| shard.iterator_age.0 >= moment.retention.0 / 4)
        };
        let released = veil::past(self.recorder.marks(), at)
            .iter()
            .rev()
            .find(|mark| mark.kind == MarkKind::Released && mark.shard.is_some_and(late))?;
        Some(format!(
            "The pill has been gone since {}; no retry setting helps any more. Only speed (ParallelizationFactor, faster handling) or more retention does.",
            words::clock(released.at)
        ))
    }
}

impl Comparison {
    fn for_whole_run(&self) -> Scenario {
        let mut scenario = self.before.clone();
        for &(knob, value) in &self.sets {
            scenario.settings.set(knob, value);
        }
        scenario
    }

    fn names(&self) -> String {
        let sets = self.sets.iter();
        let names: Vec<_> = sets
            .map(|&(knob, value)| words::setting(knob, value))
            .collect();
        names.join(", ")
    }
}

/// Settings that decide how a failed batch is tried again and given up.
fn is_about_retries(knob: Knob) -> bool {
    matches!(
        knob,
        Knob::MaximumRetryAttempts
            | Knob::BisectBatchOnFunctionError
            | Knob::OnFailure
            | Knob::MaximumRecordAgeInSeconds
            | Knob::ReportBatchItemFailures
            | Knob::EsmBackoffBase
            | Knob::EsmBackoffCap
    )
}

/// Less than half of what was lost without the change.
fn saves_little(lost_before: u64, lost: u64) -> bool {
    lost_before > 0 && lost_before.saturating_sub(lost) < lost_before.div_ceil(2)
}

/// What the change saves from here and what it would have saved; nothing if that is no more.
fn verdict(names: &str, lost_before: u64, from_here: u64, whole_run: u64) -> Option<String> {
    if whole_run >= from_here {
        return None;
    }
    let saved = lost_before.saturating_sub(from_here);
    let little = match saved {
        0 => "nothing".to_owned(),
        n => format!(
            "{} of {}",
            words::number(n),
            words::good_orders(lost_before)
        ),
    };
    Some(format!(
        "From here, {names} saves {little}: it comes too late. For the whole run it would have saved {}.",
        words::number(lost_before.saturating_sub(whole_run))
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_compares_three_runs() {
        let rows: &[(&str, u64, u64, u64, Option<&str>)] = &[
            (
                "too late",
                118_000,
                118_000,
                100,
                Some(
                    "From here, X saves nothing: it comes too late. For the whole run it would have saved 117,900.",
                ),
            ),
            (
                "nearly too late",
                118_000,
                101_000,
                100,
                Some(
                    "From here, X saves 17,000 of 118,000 good orders: it comes too late. For the whole run it would have saved 117,900.",
                ),
            ),
            (
                "worse than before",
                1_000,
                2_000,
                0,
                Some(
                    "From here, X saves nothing: it comes too late. For the whole run it would have saved 1,000.",
                ),
            ),
            ("no cure at all", 118_000, 118_000, 118_000, None),
        ];
        for (name, before, here, whole, expected) in rows {
            let found = verdict("X", *before, *here, *whole);
            assert_eq!(found.as_deref(), *expected, "{name}");
        }
    }

    #[test]
    fn little_is_less_than_half() {
        let rows = [
            (0, 0, false),
            (100, 100, true),
            (100, 51, true),
            (100, 50, false),
            (100, 0, false),
            (1, 1, true),
            (1, 0, false),
        ];
        for (before, after, expected) in rows {
            assert_eq!(saves_little(before, after), expected, "{before} → {after}");
        }
    }
}
