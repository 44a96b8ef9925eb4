//! The function: how long an invocation takes, which records it handles, how it ends.

use super::config::{Function, Handler, Reply};
use super::fact::Outcome;
use super::time::SimDuration;

/// What an invocation of a batch will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// How long it runs, at most the time-out (L7).
    pub duration: SimDuration,
    /// How it ends; a reply is judged as with `ReportBatchItemFailures` on (E34).
    pub outcome: Outcome,
    /// Records it touches from the front of the batch, a bad one included.
    pub touched: u32,
}

/// Runs the function on a batch of `count` records, of which the first it cannot handle is `first_bad`.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub fn invoke(function: &Function, count: u32, first_bad: Option<u32>) -> Invocation {
    let first_bad = first_bad.filter(|_| function.chokes);
    let stops_early = matches!(function.handler, Handler::Throws | Handler::StopsAtFirst);
    let touched = match first_bad {
        Some(bad) if stops_early => bad + 1,
        _ => count,
    };
    let duration = SimDuration(function.per_batch.0 + function.per_record.0 * u64::from(touched));
    if function.timeout < duration {
        let in_time = (function.timeout - function.per_batch)
            .0
            .checked_div(function.per_record.0)
            .unwrap_or(0);
        let touched = touched.min(in_time as u32);
        return Invocation {
            duration: function.timeout,
            outcome: Outcome::TimedOut,
            touched,
        };
    }
    let outcome = match (&function.handler, first_bad) {
        (Handler::Replies(reply), _) => judge(reply, count),
        (_, None) => Outcome::Success,
        (Handler::Throws, Some(_)) => Outcome::Error,
        (Handler::ReportsFailed | Handler::StopsAtFirst, Some(first)) => Outcome::Partial { first },
    };
    Invocation {
        duration,
        outcome,
        touched,
    }
}

/// The lowest item named is the checkpoint (E31); one that is not in the batch spoils the whole reply (E34).
fn judge(reply: &Reply, count: u32) -> Outcome {
    match reply {
        Reply::Success => Outcome::Success,
        Reply::Malformed => Outcome::Malformed,
        Reply::Items(items) => match (items.iter().min(), items.iter().max()) {
            (Some(&first), Some(&last)) if last < count => Outcome::Partial { first },
            (None, None) => Outcome::Success,
            _ => Outcome::Malformed,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000;

    fn function(handler: Handler, timeout_ms: u64) -> Function {
        Function {
            timeout: SimDuration(timeout_ms * MS),
            per_batch: SimDuration(100 * MS),
            per_record: SimDuration(20 * MS),
            handler,
            chokes: true,
        }
    }

    #[test]
    fn an_invocation_ends_as_its_handler_does() {
        use Outcome::{Error, Malformed, Partial, Success, TimedOut};
        let items = |items: &[u32]| Handler::Replies(Reply::Items(items.to_vec()));
        // handler, timeout ms, records, first bad => duration ms, outcome, touched
        for (handler, timeout, count, bad, expected) in [
            (Handler::Throws, 3_000, 100, None, (2_100, Success, 100)),
            (Handler::Throws, 3_000, 100, Some(3), (180, Error, 4)),
            (
                Handler::StopsAtFirst,
                3_000,
                100,
                Some(3),
                (180, Partial { first: 3 }, 4),
            ),
            (
                Handler::ReportsFailed,
                3_000,
                100,
                Some(3),
                (2_100, Partial { first: 3 }, 100),
            ),
            // L7: a self-made pill; 145 records fit into 3 s.
            (Handler::Throws, 3_000, 146, None, (3_000, TimedOut, 145)),
            (Handler::Throws, 3_000, 145, None, (3_000, Success, 145)),
            // E34: the lowest item counts; one outside the batch spoils the reply.
            (
                items(&[2, 1]),
                3_000,
                3,
                None,
                (160, Partial { first: 1 }, 3),
            ),
            (items(&[3]), 3_000, 3, None, (160, Malformed, 3)),
            (
                Handler::Replies(Reply::Success),
                3_000,
                3,
                Some(0),
                (160, Success, 3),
            ),
            (
                Handler::Replies(Reply::Malformed),
                3_000,
                3,
                None,
                (160, Malformed, 3),
            ),
        ] {
            let got = invoke(&function(handler.clone(), timeout), count, bad);
            let row = format!("{handler:?} {timeout} {count} {bad:?}");
            assert_eq!(
                (got.duration.0 / MS, got.outcome, got.touched),
                expected,
                "{row}"
            );
        }
    }

    #[test]
    fn a_fixed_function_handles_the_pill() {
        let fixed = Function {
            chokes: false,
            ..function(Handler::Throws, 3_000)
        };
        assert_eq!(invoke(&fixed, 2, Some(0)).outcome, Outcome::Success);
    }
}
