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

#[test]
fn each_mapping_has_its_own_trouble() {
    const GIVE_UP_TOO: &str = "MaximumRetryAttempts of the second 2, Bisect of the second on, On-failure destination of the second SQS, from here";
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
                "The first mapping has a position of its own and is on time.",
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
            None,
        ),
        row(
            // 100 in 100 ms + 100 × 30 ms + 30 ms are 31.9/s, and 36 arrive.
            "it is too slow, and has lost something",
            State::new(15 * HOUR)
                .second(3_600, false)
                .with(Knob::SecondPerRecord, 30_000)
                .second_ledger(|ledger| ledger.expired_undelivered.good = 70),
            &[
                "The second mapping is 60 min behind on shard-1",
                "It has lost 70 good orders.",
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
    ]);
}
