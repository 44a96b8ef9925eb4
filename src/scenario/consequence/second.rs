//! The lines of the second mapping's knobs (E14).

use super::consequence;
use crate::scenario::Settings;
use crate::scenario::figures::{
    handled_per_second, lanes, mean_on_shard, peak_factor, peak_name, poll_interval,
};
use crate::scenario::knobs::{Group, Knob};
use crate::scenario::second::{in_first_place, twin};
use crate::words;

/// The line under a knob of the second mapping.
pub(super) fn second(knob: Knob, settings: &Settings) -> Option<String> {
    if knob.spec().group != Group::Second {
        return None;
    }
    if !settings.is_on(Knob::SecondMapping) {
        return (knob != Knob::SecondMapping).then(|| "there is no second mapping".to_owned());
    }
    let own = in_first_place(settings);
    let fails = settings.is_on(Knob::SecondFails);
    let gives_up = settings.limit(Knob::SecondRetries).is_some()
        || settings.limit(Knob::SecondRecordAge).is_some();
    let line = match knob {
        Knob::SecondMapping => {
            let polls = words::span(poll_interval(settings));
            format!("both poll a shard every {polls} and share its 2 MB/s")
        }
        Knob::SecondFails if !fails => "reads past a pill".to_owned(),
        Knob::SecondFails if settings.get(Knob::SecondHandler) != 0 => {
            consequence(Knob::Handler, &own)?
        }
        Knob::SecondFails if gives_up => "a pill blocks its shard until it gives up".to_owned(),
        Knob::SecondFails => "a pill blocks its shard until it expires".to_owned(),
        Knob::SecondRetries | Knob::SecondBisect | Knob::SecondReports | Knob::SecondHandler
            if !fails =>
        {
            "nothing of it fails".to_owned()
        }
        Knob::SecondOnFailure if !fails && settings.limit(Knob::SecondRecordAge).is_none() => {
            "nothing of it fails".to_owned()
        }
        Knob::SecondFactor => {
            let both = words::number(lanes(&own) + lanes(settings));
            let account = words::number(settings.count(Knob::ConcurrentExecutions));
            format!("both run up to {both} at once, the account {account}")
        }
        Knob::SecondBatchSize | Knob::SecondPerBatch | Knob::SecondPerRecord => format!(
            "handles {} of a shard, {} {}",
            words::rate(handled_per_second(&own)),
            peak_name(settings),
            words::rate(mean_on_shard(settings) * peak_factor(settings))
        ),
        _ => consequence(twin(knob)?, &own)?,
    };
    Some(line)
}
