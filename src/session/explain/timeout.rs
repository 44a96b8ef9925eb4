//! Batches that take longer than `Timeout` allows: pills of our own making (L7).

use super::{Explanation, Situation, cure};
use crate::engine::time::SimDuration;
use crate::scenario::knobs::Knob;
use crate::session::words;

/// So long a `Timeout` that a full batch, and the one in hand, which stays as large as it is, are done in time; where
/// there is none so long, batches that are small from the start.
pub(super) fn time_for_a_batch(now: &Situation, in_hand: SimDuration) -> cure::Cure {
    let consuming = now.consuming();
    let (mapping, function) = (&consuming.mapping, &consuming.function);
    let longest = in_hand.max(function.time(mapping.batch_size));
    let seconds = longest.0.div_ceil(1_000_000).max(1);
    if seconds <= 900 {
        return cure::from_here(&[(Knob::Timeout, seconds as i64)]);
    }
    let room = function.timeout.0.saturating_sub(function.per_batch.0);
    let fits = room.checked_div(function.per_record.0).unwrap_or(1).max(1);
    cure::whole_run(&[(Knob::BatchSize, fits.min(10_000) as i64)])
}

/// Nobody waits, but a full batch would take longer than `Timeout`: the first backlog makes pills of all batches (L7).
pub(super) fn will_time_out(now: &Situation) -> Option<Explanation> {
    let consuming = now.consuming();
    let (count, timeout) = (consuming.mapping.batch_size, consuming.function.timeout);
    let takes = consuming.function.time(count);
    (takes > timeout).then(|| Explanation {
        headline: "Nobody waits yet, but a full batch would time out".to_owned(),
        sentences: vec![format!(
            "A batch of {} needs {}, and Timeout is {}: as soon as a backlog fills the batches, every one of them fails.",
            words::number(u64::from(count)),
            words::span(takes),
            words::span(timeout)
        )],
        blame: Some(Knob::Timeout),
        cure: Some(time_for_a_batch(now, takes)),
        approximate: false,
    })
}
