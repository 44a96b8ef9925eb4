//! Two mappings, each with troubles of its own (E14).

use super::*;
use crate::recording::moment::{SecondMoment, SecondShard};

impl State {
    /// A second mapping that is so late on shard 1, stuck there or not.
    fn second(mut self, age: u64, blocked: bool) -> Self {
        let shard = |shard, age, blocked| SecondShard {
            shard,
            head: 0,
            iterator_age: SimDuration::from_secs(age),
            blocked,
            waits: false,
        };
        self.moment.second = Some(SecondMoment {
            ledger: Ledger::default(),
            running: 0,
            shards: vec![shard(0, 0, false), shard(1, age, blocked)],
        });
        self.with(Knob::SecondMapping, 1)
    }

    fn second_ledger(mut self, change: impl FnOnce(&mut Ledger)) -> Self {
        let second = self.moment.second.as_mut().expect("there is one");
        change(&mut second.ledger);
        self
    }
}

const GIVE_UP_TOO: &str = "MaximumRetryAttempts of the second 2, Bisect of the second on, On-failure destination of the second SQS, from here";

#[test]
fn each_mapping_has_its_own_trouble() {
    check(vec![
        row(
            "both are well",
            State::new(2 * HOUR).second(0, false),
            &["All is well", "The second mapping", "it is on time."],
            None,
            None,
        ),
        row(
            "the first is blocked, and the second is not",
            blocked(15 * HOUR, 36, 853).second(0, false),
            &[
                "The first mapping: One order has blocked shard-1",
                "The second mapping has a position of its own: it is on time.",
            ],
            RETRIES,
            Some(GIVE_UP),
        ),
        row(
            "both are blocked",
            blocked(15 * HOUR, 36, 853).second(7_200, true),
            &[
                "The first mapping: One order has blocked",
                "it is blocked on shard-1, 2 h late.",
            ],
            RETRIES,
            Some(GIVE_UP),
        ),
        row(
            "only the second is blocked: all is not well",
            State::new(15 * HOUR)
                .second(50_400, true)
                .with(Knob::SecondFails, 1),
            &[
                "The second mapping is blocked on shard-1",
                "It is 14 h late, and the oldest order there expires in 10 h.",
                "is tried until it expires",
                "The first mapping has a position of its own: it is on time.",
            ],
            Some(Knob::SecondRetries),
            Some(GIVE_UP_TOO),
        ),
        row(
            "and gives up some time",
            State::new(15 * HOUR)
                .second(90, true)
                .with(Knob::SecondFails, 1)
                .with(Knob::SecondRetries, 5)
                .with(Knob::SecondBisect, 1)
                .with(Knob::SecondOnFailure, 3),
            &["blocked on shard-1", "until its retries are spent"],
            Some(Knob::SecondRetries),
            None,
        ),
        row(
            "its code can handle the pill, but not a full batch in time (L7)",
            State::new(15 * HOUR)
                .second(90, true)
                .with(Knob::SecondTimeout, 3)
                .with(Knob::SecondPerRecord, 40_000),
            &["A full batch takes longer than its Timeout"],
            Some(Knob::SecondTimeout),
            // 100 ms + 100 × 40 ms = 4.1 s.
            Some("Timeout of the second 5 s, from here"),
        ),
        row(
            "the first does not read, but somebody does",
            {
                let mut state = State::new(2 * HOUR).second(0, false);
                state.config.consuming[0].reading.state = MappingState::Disabled;
                state
            },
            &["The first mapping is switched off: only the second reads the stream"],
            Some(Knob::Enabled),
            Some("Enabled on, from here"),
        ),
        row(
            "a pill that no function can handle (E50)",
            State::new(15 * HOUR)
                .second(7_200, true)
                .with(Knob::PillReason, 4),
            &["blocked on shard-1"],
            Some(Knob::SecondRetries),
            Some(GIVE_UP_TOO),
        ),
    ]);
}

#[test]
fn a_second_mapping_that_is_late() {
    check(vec![
        row(
            // 100 in 100 ms + 100 × 30 ms + 30 ms are 31.9/s, and 36 arrive.
            "it is too slow, and has lost something",
            State::new(15 * HOUR)
                .second(3_600, false)
                .with(Knob::SecondPerRecord, 30_000)
                .second_ledger(|ledger| ledger.expired_undelivered.good = 70),
            &[
                "The second mapping is 1 h behind on shard-1",
                "The oldest order there expires in 23 h. It has lost 70 good orders.",
                "It handles 32/s at most and 36/s arrive now: it falls back further.",
            ],
            Some(Knob::SecondPerRecord),
            Some("ParallelizationFactor of the second 2, from here"),
        ),
        row(
            "it catches up",
            State::new(15 * HOUR).second(3_600, false),
            &["behind on shard-1", "it catches up."],
            None,
            None,
        ),
        row(
            "it catches up after the pill, and has lost something (E45)",
            State::new(30 * HOUR)
                .second(3_600, false)
                .second_ledger(|ledger| {
                    ledger.expired_undelivered.good = 423;
                    ledger.expired_after_failures = tally(100, 1);
                }),
            &["It has lost 523 good orders.", "it catches up."],
            Some(Knob::SecondRetries),
            Some("MaximumRetryAttempts of the second 2, for the whole run"),
        ),
        row(
            "it may not run (L5)",
            State::new(5 * HOUR)
                .second(5 * HOUR, false)
                .with(Knob::SecondReserved, 0),
            &["5 h behind on shard-1", "may not run at all"],
            Some(Knob::SecondReserved),
            Some("ReservedConcurrentExecutions of the second 2, from here"),
        ),
        row(
            // 100 in 100 ms + 100 × 15 ms + 30 ms are 61.3/s on each of two shards, and half of that with one for both.
            "it may run on one shard at a time (L4)",
            State::new(5 * HOUR)
                .second(3_600, false)
                .with(Knob::SecondPerRecord, 15_000)
                .with(Knob::SecondReserved, 1),
            &[
                "It handles 31/s at most and 36/s arrive now",
                "its reserved concurrency holds it back",
            ],
            Some(Knob::SecondReserved),
            Some("ReservedConcurrentExecutions of the second 2, from here"),
        ),
    ]);
}

#[test]
fn what_goes_on_comes_before_what_is_over() {
    let late_for_the_peak = || State::new(5 * HOUR).late(20 * 60, 60_000, 54_000);
    check(vec![
        row(
            "the first has its daily peak, and the second is blocked",
            late_for_the_peak()
                .second(4 * HOUR, true)
                .with(Knob::SecondFails, 1),
            &[
                "The second mapping is blocked on shard-1",
                "The first mapping has a position of its own: it is 20 min behind.",
            ],
            Some(Knob::SecondRetries),
            Some(GIVE_UP_TOO),
        ),
        row(
            "the first is later than the second",
            late_for_the_peak().second(10 * 60, false),
            &[
                "The first mapping: The daily peak builds a backlog",
                "The second mapping has a position of its own: it is 10 min behind.",
            ],
            None,
            None,
        ),
        row(
            "the first is done with the pill, and the second is not",
            released(26 * HOUR)
                .ledger(|ledger| ledger.discarded = tally(27, 1))
                .second(4 * HOUR, true)
                .with(Knob::SecondFails, 1),
            &[
                "The second mapping is blocked on shard-1",
                "it is on time, and has lost 27 good orders.",
            ],
            Some(Knob::SecondRetries),
            Some(GIVE_UP_TOO),
        ),
        row(
            "the second has given a batch up, and all else is well",
            State::new(2 * HOUR)
                .second(0, false)
                .second_ledger(|ledger| ledger.discarded = tally(27, 1)),
            &[
                "The second mapping has lost 27 good orders, and nothing is wrong any more",
                "without a message",
                "The first mapping has a position of its own: it is on time.",
            ],
            Some(Knob::SecondBisect),
            Some("Bisect of the second on, for the whole run"),
        ),
        row(
            "the second could not keep up, and all is well again",
            State::new(30 * HOUR)
                .second(0, false)
                .second_ledger(|ledger| ledger.expired_undelivered.good = 70),
            &[
                "The second mapping has lost 70 good orders",
                "could not keep up",
            ],
            Some(Knob::SecondPerRecord),
            None,
        ),
    ]);
}
