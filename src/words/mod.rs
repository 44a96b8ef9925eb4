//! Putting things into words: spans, times of a run, numbers, shares, rates and sizes. Stage, panels, undo list and
//! command line all say them through here, so that one thing reads the same wherever it stands. It knows time and no more;
//! what links and files write is in `scenario::spelling`.

mod number;
mod share;
mod span;
mod time;

pub use number::{count, decimal, number, short_number, signed_number};
pub use share::{rate, rate_milli, share, size, whole_percent};
pub use span::{exact_span, span};
pub use time::{
    START_OF_DAY, clock, clock_and_elapsed, clock_of_day, elapsed, minute_of_day, tick,
};
