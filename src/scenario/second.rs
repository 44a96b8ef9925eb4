//! The second mapping's settings (E14): each means what the first one's of the same name means.
//!
//! Whoever can say or compute something of a mapping does it for both, by looking at settings in which the second stands
//! in the first one's place.

use super::Settings;
use super::knobs::{Group, Kind, Knob};

/// Each setting of the second mapping, and the first one's that means the same.
const TWINS: [(Knob, Knob); 14] = [
    (Knob::SecondRetries, Knob::MaximumRetryAttempts),
    (Knob::SecondBisect, Knob::BisectBatchOnFunctionError),
    (Knob::SecondOnFailure, Knob::OnFailure),
    (Knob::SecondFilter, Knob::FilterCriteria),
    (Knob::SecondFactor, Knob::ParallelizationFactor),
    (Knob::SecondBatchSize, Knob::BatchSize),
    (Knob::SecondWindow, Knob::MaximumBatchingWindowInSeconds),
    (Knob::SecondRecordAge, Knob::MaximumRecordAgeInSeconds),
    (Knob::SecondReports, Knob::ReportBatchItemFailures),
    (Knob::SecondTimeout, Knob::Timeout),
    (Knob::SecondPerBatch, Knob::PerBatch),
    (Knob::SecondPerRecord, Knob::PerRecord),
    (Knob::SecondHandler, Knob::Handler),
    (Knob::SecondReserved, Knob::ReservedConcurrentExecutions),
];

/// What the second mapping and its function have no setting for: it is as it is by default.
const NOT_THERE: [Knob; 7] = [
    Knob::DestinationDenied,
    Knob::Enabled,
    Knob::MappingExists,
    Knob::IdempotencyKey,
    Knob::Outage,
    Knob::Crashes,
    Knob::ColdStart,
];

/// The first mapping's setting that means what this one of the second does.
pub(super) fn twin(knob: Knob) -> Option<Knob> {
    if knob == Knob::SecondFails {
        return Some(Knob::Fixed);
    }
    let twins = TWINS.iter().find(|&&(second, _)| second == knob);
    twins.map(|&(_, first)| first)
}

/// The second mapping's setting that means what this one of the first does.
pub(super) fn twin_of_first(knob: Knob) -> Option<Knob> {
    if knob == Knob::Fixed {
        return Some(Knob::SecondFails);
    }
    let twins = TWINS.iter().find(|&&(_, first)| first == knob);
    twins.map(|&(second, _)| second)
}

/// The settings with the second mapping in the first one's place, and nobody in its own.
pub(super) fn in_first_place(settings: &Settings) -> Settings {
    let mut own = settings.clone();
    for knob in NOT_THERE {
        own.set(knob, knob.spec().default);
    }
    for (second, first) in TWINS {
        match (second.spec().kind, first.spec().kind) {
            (Kind::Text { .. }, _) => own.set_text(first, settings.text(second)),
            // One may have more choices than the other; they go by their names.
            (Kind::Choice(names), Kind::Choice(all)) => {
                let name = names.get(settings.get(second) as usize);
                let place = all.iter().position(|other| Some(other) == name);
                own.set(first, place.unwrap_or(0) as i64);
            }
            _ => own.set(first, settings.get(second)),
        }
    }
    own.set(Knob::Fixed, i64::from(!settings.is_on(Knob::SecondFails)));
    own
}

/// Whether the setting is the second mapping's or its function's.
pub(super) fn is_of_second(knob: Knob) -> bool {
    knob.spec().group == Group::Second
}
