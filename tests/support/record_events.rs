//! The unit that engines are compared in.

use overflowing_sink::recording::recorder::Recorder;

/// Arrivals of records, deliveries of them, and completions. Deliveries that failed are left out, because counting them
/// would take longer than the run; so the speed is a little higher than it is said to be.
pub(crate) fn record_events(recorder: &mut Recorder) -> [u64; 3] {
    let ledger = recorder.final_ledger();
    let processed = ledger.processed.total();
    [ledger.stored.total(), processed, processed]
}
