//! The unit that engines are compared in.

use overflowing_sink::engine::fact::Fact;
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::recorder::Recorder;

/// Facts are looked at in spans of this length, so that a long run needs no more memory than a short one.
const LOOK: SimDuration = SimDuration::from_secs(300);

/// Arrivals of records, deliveries of them, failed ones included, and completions.
pub(crate) fn record_events(recorder: &mut Recorder) -> [u64; 3] {
    let ledger = recorder.final_ledger();
    let mut deliveries = 0;
    let mut from = SimTime::ZERO;
    while from < recorder.config().horizon {
        for told in recorder.facts(from, (from + LOOK).before(SimDuration(1))) {
            if let Fact::InvocationStarted { batch, .. } = told.fact {
                deliveries += u64::from(batch.count);
            }
        }
        from += LOOK;
    }
    [ledger.stored.total(), deliveries, ledger.processed.total()]
}
