//! How far a long run is computed, on standard error while it is a terminal that somebody watches.

use crate::recording::recorder::Recorder;
use crate::session::pace::Pace;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// How often it is told; a run that takes no longer tells nothing.
const EVERY: Duration = Duration::from_millis(500);

/// Computes the whole run.
pub(super) fn finish(recorder: &mut Recorder) {
    let mut terminal = io::stderr();
    if !terminal.is_terminal() {
        return recorder.finish();
    }
    let began = Instant::now();
    let now_ms = || began.elapsed().as_millis() as u64;
    let mut pace = Pace::default();
    loop {
        let slice = Instant::now();
        if recorder.advance(&mut || slice.elapsed() < EVERY) {
            break;
        }
        let told = pace.words(
            now_ms(),
            recorder.computed_until(),
            recorder.config().horizon,
        );
        // A terminal that is gone is no reason to stop.
        let _ = write!(terminal, "\r\x1b[KComputing the run: {told}");
        let _ = terminal.flush();
    }
    if EVERY <= began.elapsed() {
        let _ = write!(terminal, "\r\x1b[K");
    }
}
