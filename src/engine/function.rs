//! The function: how long an invocation takes, which records it handles, how it ends.

use super::config::{Fails, Function, Handler, Outage, Reply};
use super::fact::Outcome;
use super::random::Draws;
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

/// Which records of a batch the handler cannot handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// None.
    None,
    /// Those that are bad in themselves.
    Bad,
    /// All, because of an outage (L11).
    All,
}

/// Runs the function as it happens, outage and crashes included; `draws` and `n` address its randomness.
pub fn invoke_anyhow(
    function: &Function,
    count: u32,
    first_bad: Option<u32>,
    (draws, n): (Draws, u64),
) -> (Invocation, Failing) {
    let failing = match (function.outage, first_bad) {
        (Outage::Errors, _) => Failing::All,
        (_, Some(_)) if function.chokes => Failing::Bad,
        _ => Failing::None,
    };
    if function.outage == Outage::Hangs {
        let hangs = Invocation {
            duration: function.timeout,
            outcome: Outcome::TimedOut,
            touched: 0,
        };
        return (hangs, failing);
    }
    let run = match failing {
        Failing::All => run(function, count, Some(0)),
        Failing::Bad => run(function, count, first_bad),
        Failing::None => run(function, count, None),
    };
    // A batch that stops at a record anyway does not get further.
    if function.crashes(draws, n) {
        let handled = draws.below(2 * n + 1, u64::from(run.touched.max(1))) as u32;
        let crash = Invocation {
            duration: function.time(handled).min(run.duration),
            outcome: Outcome::Error,
            touched: handled,
        };
        return (crash, failing);
    }
    (run, failing)
}

impl Invocation {
    /// The same, unless it reaches a record that ends it whatever the handler does: one that takes for ever (L7), or all
    /// memory.
    #[must_use]
    pub fn unless(self, function: &Function, fatal: Option<(u32, Fails)>) -> Self {
        match fatal {
            Some((index, fails)) if index < self.touched => {
                let slow = fails == Fails::TooSlow;
                let duration = if slow {
                    function.timeout
                } else {
                    function.time(index + 1).min(function.timeout)
                };
                Self {
                    duration,
                    outcome: if slow {
                        Outcome::TimedOut
                    } else {
                        Outcome::OutOfMemory
                    },
                    touched: index + 1,
                }
            }
            _ => self,
        }
    }
}

impl Function {
    /// How long it works on so many records, if nothing stops it.
    pub fn time(&self, records: u32) -> SimDuration {
        SimDuration(self.per_batch.0 + self.per_record.0 * u64::from(records))
    }

    /// Whether an invocation crashes.
    #[allow(clippy::inline_always)] // As below.
    #[inline(always)]
    pub(super) fn crashes(&self, draws: Draws, n: u64) -> bool {
        let chance = u64::from(self.crash_permille);
        chance > 0 && draws.below(2 * n, 1_000) < chance
    }

    /// Whether nothing but a record can make an invocation fail or slow.
    #[allow(clippy::inline_always)] // As below.
    #[inline(always)]
    pub fn is_steady(&self) -> bool {
        self.outage == Outage::None && self.crash_permille == 0
    }
}

/// Runs the function on a batch of `count` records, of which the first it cannot handle is `first_bad`; nothing else
/// is wrong.
#[allow(clippy::inline_always)] // On the hot path, and small code is built with few inlined calls.
#[inline(always)]
pub fn invoke(function: &Function, count: u32, first_bad: Option<u32>) -> Invocation {
    run(function, count, first_bad.filter(|_| function.chokes))
}

#[allow(clippy::inline_always)] // As above.
#[inline(always)]
fn run(function: &Function, count: u32, first_bad: Option<u32>) -> Invocation {
    let stops_early = matches!(function.handler, Handler::Throws | Handler::StopsAtFirst);
    let touched = match first_bad {
        Some(bad) if stops_early => bad + 1,
        _ => count,
    };
    let duration = function.time(touched);
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
        (_, None) | (Handler::Parks | Handler::Swallows, _) => Outcome::Success,
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
    use crate::engine::config::IdempotencyKey;
    use crate::engine::random::Purpose;

    const MS: u64 = 1_000;

    fn function(handler: Handler, timeout_ms: u64) -> Function {
        Function {
            timeout: SimDuration(timeout_ms * MS),
            per_batch: SimDuration(100 * MS),
            per_record: SimDuration(20 * MS),
            handler,
            idempotency: IdempotencyKey::None,
            chokes: true,
            outage: Outage::None,
            crash_permille: 0,
            cold_start: SimDuration::ZERO,
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
            // Who parks or swallows works on to the end.
            (Handler::Parks, 3_000, 3, Some(0), (160, Success, 3)),
            (Handler::Swallows, 3_000, 3, Some(1), (160, Success, 3)),
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

    /// L7, E20: nothing a handler does keeps a record from taking for ever, or all memory, once it is reached.
    #[test]
    fn some_records_end_every_invocation() {
        use Outcome::{Error, OutOfMemory, Success, TimedOut};
        let slow = |index| Some((index, Fails::TooSlow));
        let large = |index| Some((index, Fails::OutOfMemory));
        // handler, first bad, fatal => ms, outcome, touched
        for (handler, bad, fatal, expected) in [
            (Handler::Throws, None, slow(2), (3_000, TimedOut, 3)),
            (Handler::Throws, None, large(2), (160, OutOfMemory, 3)),
            (Handler::Swallows, None, slow(2), (3_000, TimedOut, 3)),
            (Handler::Parks, Some(1), large(2), (160, OutOfMemory, 3)),
            (
                Handler::ReportsFailed,
                Some(1),
                slow(2),
                (3_000, TimedOut, 3),
            ),
            (
                Handler::Replies(Reply::Success),
                None,
                large(0),
                (120, OutOfMemory, 1),
            ),
            // Who stops before it does not meet it.
            (Handler::Throws, Some(1), slow(2), (140, Error, 2)),
            (Handler::Swallows, Some(1), None, (300, Success, 10)),
        ] {
            let function = function(handler.clone(), 3_000);
            let got = invoke(&function, 10, bad).unless(&function, fatal);
            assert_eq!(
                (got.duration.0 / MS, got.outcome, got.touched),
                expected,
                "{handler:?} {bad:?} {fatal:?}"
            );
        }
        // Of 150 records 145 fit into 3 s: the 148th is not reached.
        let throws = function(Handler::Throws, 3_000);
        let late = invoke(&throws, 150, None).unless(&throws, large(147));
        assert_eq!((late.outcome, late.touched), (TimedOut, 145));
    }

    #[test]
    fn a_fixed_function_handles_the_pill() {
        let fixed = Function {
            chokes: false,
            ..function(Handler::Throws, 3_000)
        };
        assert_eq!(invoke(&fixed, 2, Some(0)).outcome, Outcome::Success);
    }

    #[test]
    fn an_outage_takes_every_record() {
        use Outcome::{Error, Partial, Success, TimedOut};
        let draws = Draws::new(1, Purpose::Crash, 0);
        // outage, handler => ms, outcome, touched, who fails
        for (outage, handler, expected) in [
            (
                Outage::Errors,
                Handler::Throws,
                (120, Error, 1, Failing::All),
            ),
            (
                Outage::Errors,
                Handler::ReportsFailed,
                (300, Partial { first: 0 }, 10, Failing::All),
            ),
            (
                Outage::Errors,
                Handler::Swallows,
                (300, Success, 10, Failing::All),
            ),
            (
                Outage::Hangs,
                Handler::Swallows,
                (3_000, TimedOut, 0, Failing::None),
            ),
            (
                Outage::None,
                Handler::Throws,
                (300, Success, 10, Failing::None),
            ),
        ] {
            let down = Function {
                outage,
                // A fix of the code does not mend what it depends on.
                chokes: false,
                ..function(handler.clone(), 3_000)
            };
            let (run, failing) = invoke_anyhow(&down, 10, None, (draws, 0));
            assert_eq!(
                (run.duration.0 / MS, run.outcome, run.touched, failing),
                expected,
                "{outage:?} {handler:?}"
            );
        }
    }

    #[test]
    fn a_share_of_invocations_crashes_somewhere() {
        let shaky = Function {
            crash_permille: 250,
            ..function(Handler::ReportsFailed, 3_000)
        };
        let draws = Draws::new(1, Purpose::Crash, 0);
        let runs = (0..10_000).map(|n| invoke_anyhow(&shaky, 100, None, (draws, n)).0);
        let crashed: Vec<Invocation> = runs.filter(|run| run.outcome == Outcome::Error).collect();
        // Standard deviation 43; the records handled before are 0 to 99, 49.5 on average.
        assert!(crashed.len().abs_diff(2_500) < 200, "{}", crashed.len());
        let handled: u64 = crashed.iter().map(|run| u64::from(run.touched)).sum();
        let mean = handled / crashed.len() as u64;
        assert!((46..53).contains(&mean), "{mean}");
        assert!(crashed.iter().all(|run| run.touched < 100));
        assert!(
            crashed
                .iter()
                .all(|run| run.duration == shaky.time(run.touched))
        );
    }
}
