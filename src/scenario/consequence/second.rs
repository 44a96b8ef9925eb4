//! The lines of the second mapping's knobs (E14).

use crate::scenario::Settings;
use crate::scenario::figures::{lanes, mean_on_shard, peak_factor, peak_name, poll_interval};
use crate::scenario::knobs::Knob;
use crate::scenario::spelling::{spell_about, spell_rate, thousands};

/// The line under a knob of the second mapping.
#[inline(never)] // The page fetches it when it runs (script/split/rest.txt).
pub(super) fn second(knob: Knob, settings: &Settings) -> Option<String> {
    let fails = settings.is_on(Knob::SecondFails);
    let gives_up = settings.limit(Knob::SecondRetries).is_some();
    let line = match knob {
        Knob::SecondMapping if settings.is_on(knob) => {
            let polls = spell_about(poll_interval(settings));
            format!("both poll a shard every {polls} and share its 2 MB/s")
        }
        Knob::SecondFails
        | Knob::SecondBatchSize
        | Knob::SecondRetries
        | Knob::SecondBisect
        | Knob::SecondFactor
        | Knob::SecondPerBatch
        | Knob::SecondPerRecord
            if !settings.is_on(Knob::SecondMapping) =>
        {
            "there is no second mapping".to_owned()
        }
        Knob::SecondFails if !fails => "reads past a pill".to_owned(),
        Knob::SecondFails if gives_up => "a pill blocks its shard until it gives up".to_owned(),
        Knob::SecondFails => "a pill blocks its shard until it expires".to_owned(),
        Knob::SecondRetries | Knob::SecondBisect if !fails => "nothing of it fails".to_owned(),
        Knob::SecondRetries if !gives_up => "tries until its records expire".to_owned(),
        Knob::SecondRetries => "then the batch is discarded without a trace".to_owned(),
        Knob::SecondBisect if settings.is_on(knob) => {
            "finds the bad record in its batch".to_owned()
        }
        Knob::SecondBisect => "gives up its whole batch for one bad record".to_owned(),
        Knob::SecondFactor => {
            let own = settings.shards() * settings.count(knob);
            let both = thousands(own + lanes(settings));
            let account = thousands(settings.count(Knob::ConcurrentExecutions));
            format!("both run up to {both} at once, the account {account}")
        }
        Knob::SecondBatchSize | Knob::SecondPerBatch | Knob::SecondPerRecord => {
            let batch = settings.count(Knob::SecondBatchSize);
            let each = settings.count(Knob::SecondPerBatch)
                + settings.count(Knob::SecondPerRecord) * batch
                + settings.count(Knob::EsmOverhead);
            let records = batch * settings.count(Knob::SecondFactor) * 1_000_000;
            format!(
                "handles {}/s of a shard, {} {}/s",
                spell_rate(records as f64 / each.max(1) as f64),
                peak_name(settings),
                spell_rate(mean_on_shard(settings) * peak_factor(settings))
            )
        }
        _ => return None,
    };
    Some(line)
}
