//! Blocked, out of breath, and over the rim.

use super::*;

#[test]
fn a_blocked_lane() {
    let two_lanes = |state: State| {
        state.shard(|shard| {
            let mut second = shard.lanes[0].clone();
            second.lane = 1;
            second.batch = None;
            shard.lanes.push(second);
            shard.lanes[0].queued = 900_000;
        })
    };
    check(vec![
        row(
            "for ever",
            blocked(15 * HOUR, 36, 853),
            &[
                "One order has blocked shard-1 for 14 h",
                "Its batch of 36 orders has failed ≈ 853 times",
                "the pause before the next try is 1 min",
                "1,812,345 good orders wait behind it",
                "first of them expires in 10 h",
                "-1, AWS's default",
                "expires after 24 h",
            ],
            RETRIES,
            Some(GIVE_UP),
        ),
        row(
            "a moment ago",
            blocked(HOUR + 5, 36, 3),
            &["One order blocks shard-1", "failed 3 times"],
            RETRIES,
            Some(GIVE_UP),
        ),
        row(
            "isolated, and tried for ever (E40)",
            blocked(15 * HOUR, 1, 853).with(Knob::BisectBatchOnFunctionError, 1),
            &[
                "A batch of this one order",
                "The split has found the one bad order",
                "still tried until it expires",
            ],
            RETRIES,
            Some("MaximumRetryAttempts 2, On-failure destination SQS, from here"),
        ),
        row(
            "until its age",
            blocked(2 * HOUR, 36, 70).with(Knob::MaximumRecordAgeInSeconds, 14_400),
            &["until it is 4 h old (MaximumRecordAgeInSeconds)"],
            RETRIES,
            Some(GIVE_UP),
        ),
        row(
            "many retries",
            blocked(2 * HOUR, 36, 70).with(Knob::MaximumRetryAttempts, 1_000),
            &[
                "After 931 retries more the whole batch is given up",
                "not bisected",
            ],
            Some(Knob::BisectBatchOnFunctionError),
            Some(GIVE_UP),
        ),
        row(
            "the mapping's age limit comes first (E42)",
            State {
                moment: Moment {
                    max_record_age: Some(SimDuration::from_hours(20)),
                    ..blocked(15 * HOUR, 100, 853).moment
                },
                ..blocked(15 * HOUR, 100, 853)
            },
            &["the first of them is too old for the mapping in 6 h"],
            RETRIES,
            Some(GIVE_UP),
        ),
        row(
            "expired in hand (E44)",
            blocked(25 * HOUR, 36, 1_420).lane(|lane| lane.batch = None),
            &[
                "The stuck batch has expired, and shard-1 still waits",
                "The back-off goes on",
            ],
            RETRIES,
            None,
        ),
        row(
            "one lane of two (E9)",
            two_lanes(blocked(15 * HOUR, 36, 853)),
            &[
                "lane 1 of 2 on shard-1",
                "900,000 good orders wait",
                "The other lanes go on",
            ],
            RETRIES,
            Some(GIVE_UP),
        ),
    ]);
}

#[test]
fn a_record_that_no_event_holds() {
    check(vec![row(
        "too large for any event, and alone in its batch (E50)",
        blocked(15 * HOUR, 1, 853).lane(|lane| {
            lane.batch = Some(BatchMoment {
                too_large: true,
                ..batch(1, 853, Some(17))
            });
        }),
        &[
            "An order too large for Lambda blocks shard-1",
            "≈ 853 refused tries so far",
            "1,812,345 good orders wait behind it, and the first of them expires in 10 h.",
            "tried until it expires after 24 h",
        ],
        RETRIES,
        Some("MaximumRetryAttempts 2, On-failure destination SQS, from here"),
    )]);
}

#[test]
fn our_own_fault() {
    let timing_out = |timeout, per_record| {
        blocked(2 * HOUR, 100, 70)
            .with(Knob::Timeout, timeout)
            .with(Knob::PerRecord, per_record)
            .lane(|lane| lane.batch = Some(batch(100, 70, None)))
    };
    let replies = || {
        let mut state = blocked(2 * HOUR, 100, 70)
            .with(Knob::ReportBatchItemFailures, 1)
            .lane(|lane| lane.batch = Some(batch(100, 70, None)));
        state.config.consuming[0].function.handler = Handler::Replies(Reply::Malformed);
        state
    };
    check(vec![
        row(
            "times out (L7)",
            timing_out(3, 30_000),
            &[
                "times out on batches without a single bad order",
                "A batch of 100 needs 3.1 s, and Timeout is 3 s",
                "pill of our own making",
            ],
            Some(Knob::Timeout),
            Some("Timeout 4 s, from here"),
        ),
        row(
            "times out on one",
            timing_out(3, 4_000_000),
            &["times out"],
            Some(Knob::Timeout),
            Some("Timeout 401 s, from here"),
        ),
        row(
            "times out however long it may take",
            timing_out(900, 10_000_000),
            &["times out", "does not split the batch in hand"],
            Some(Knob::Timeout),
            Some("BatchSize 89, for the whole run"),
        ),
        row(
            "will time out",
            State::new(HOUR)
                .with(Knob::PerRecord, 40_000)
                .shard(|shard| shard.capacity_milli = 0)
                .shard0(|shard| shard.capacity_milli = 0),
            &[
                "Nobody waits yet, but a full batch would time out",
                "A batch of 100 needs 4.1 s, and Timeout is 3 s",
            ],
            Some(Knob::Timeout),
            Some("Timeout 5 s, from here"),
        ),
        row(
            "malformed reply (E34)",
            replies(),
            &["reply condemns good batches"],
            Some(Knob::Reply),
            Some("The handler reports, from here"),
        ),
    ]);
}

fn throttled() -> State {
    State::new(2 * HOUR)
        .with(Knob::ConcurrentExecutions, 1)
        .late(HOUR, 100_000, 36_000)
        .lane(|lane| {
            lane.phase = Phase::Throttled {
                since: SimTime::ZERO,
                until: SimTime::NEVER,
            };
        })
}

#[test]
fn want_of_concurrency() {
    check(vec![
        row(
            "throttled (E24)",
            throttled(),
            &[
                "refuses to run the function",
                "1 lane waits for one",
                "no retry setting counts them",
                "shard-1 is 1 h late",
            ],
            Some(Knob::ConcurrentExecutions),
            Some("Concurrent executions 2, from here"),
        ),
        row(
            "switched off by its reserved concurrency (L5)",
            {
                let mut state = throttled().with(Knob::ReservedConcurrentExecutions, 0);
                state.moment.running = (0, 0);
                state
            },
            &["it may not run at all"],
            Some(Knob::ReservedConcurrentExecutions),
            // Of the one of the account nothing can be reserved.
            Some("ReservedConcurrentExecutions -1, from here"),
        ),
        row(
            "throttled and spilling",
            throttled().shard(|s| s.expired_last_minute = 9),
            &["9 good orders expired in the last minute"],
            Some(Knob::ConcurrentExecutions),
            Some("Concurrent executions 2, from here"),
        ),
    ]);
}

#[test]
fn an_outage() {
    let down = |retries| {
        blocked(2 * HOUR, 100, 6)
            .with(Knob::Outage, 1)
            .with(Knob::MaximumRetryAttempts, retries)
            .shard(|shard| {
                if let Some(batch) = &mut shard.lanes[0].batch {
                    batch.pill = None;
                }
            })
    };
    check(vec![
        row(
            "L11: it waits",
            down(-1),
            &["What the function calls is down", "Nothing is given up"],
            Some(Knob::Outage),
            None,
        ),
        row(
            "L11: it gives good orders up",
            down(3),
            &["What the function calls is down", "gives up good orders"],
            Some(Knob::Outage),
            Some("MaximumRetryAttempts -1, from here"),
        ),
    ]);
}

#[test]
fn the_neighbour_suffers() {
    let refused = |before: u64| {
        let mut state = State::new(2 * HOUR);
        state.moment.running = (1_000, 1_000);
        state.moment.neighbour.throttles = 12;
        state.moment.neighbour.last_throttle = Some(SimTime::from_secs(2 * HOUR - before));
        state
    };
    check(vec![
        row(
            "L3: just now",
            refused(5),
            &[
                "nothing to do with the stream",
                "1,000 concurrent executions",
                "12 of its calls were refused",
            ],
            Some(Knob::ReservedConcurrentExecutions),
            Some("ReservedConcurrentExecutions 500, from here"),
        ),
        row("long ago", refused(600), &["All is well"], None, None),
    ]);
}

#[test]
fn the_overflow() {
    let rim = |arriving| released(28 * HOUR).late(24 * HOUR, 3_000_000, arriving);
    let spilling = || {
        rim(54_000).shard(|shard| {
            shard.expired_last_minute = 420;
            shard.ledger.expired_undelivered.good = 61_234;
        })
    };
    check(vec![
        row(
            "at the rim",
            rim(54_000),
            &[
                "The reader of shard-1 stands at the rim, without any headroom",
                "gone since day 2, 10:00:00",
                "every call succeeds",
                "54/s arrive and only 47/s can be handled",
                "No retry setting helps any more",
            ],
            RETRIES,
            Some(FASTER),
        ),
        row(
            "spilling",
            spilling(),
            &[
                "Errors read zero, and 420 good orders a minute spill over the rim of shard-1",
                "gone since day 2, 10:00:00",
                "61,234 good orders so far",
                "ParallelizationFactor",
            ],
            RETRIES,
            Some(FASTER),
        ),
        row(
            "all lanes in use",
            spilling().with(Knob::ParallelizationFactor, 10),
            &["spill"],
            RETRIES,
            Some("RetentionPeriodHours 168, from here"),
        ),
        row(
            "one hot key",
            spilling().with(Knob::KeyCount, 1),
            &["spill"],
            RETRIES,
            Some("RetentionPeriodHours 168, from here"),
        ),
        row(
            "spilling without a pill",
            State::new(40 * HOUR)
                .late(24 * HOUR, 3_000_000, 54_000)
                .shard(|s| s.expired_last_minute = 420),
            &["420 good orders a minute spill"],
            Some(Knob::PerRecord),
            Some(FASTER),
        ),
        row(
            "the evening",
            released(33 * HOUR).late(20 * HOUR, 1_000_000, 26_000),
            &[
                "shard-1 is 20 h behind and catching up",
                "caught up in 13 h 16 min",
            ],
            None,
            None,
        ),
        row(
            "the evening after a loss",
            released(33 * HOUR)
                .late(20 * HOUR, 1_000_000, 26_000)
                .shard(|s| s.ledger.expired_undelivered.good = 118_000),
            &["118,000 good orders expired", LAW],
            RETRIES,
            Some("MaximumRetryAttempts 2, for the whole run"),
        ),
        row(
            "over",
            released(45 * HOUR).ledger(|l| l.expired_undelivered = tally(118_000, 1)),
            &[
                "118,000 good orders are lost, and nothing is wrong any more",
                "errors read zero",
                LAW,
            ],
            RETRIES,
            Some("MaximumRetryAttempts 2, for the whole run"),
        ),
    ]);
}

#[test]
fn tries_are_approximate_once_the_cap_matters() {
    let rows = [(3, false), (9, false), (10, true), (853, true)];
    for (failures, expected) in rows {
        let found = blocked(15 * HOUR, 36, failures).explain();
        assert_eq!(found.approximate, expected, "{failures} failures");
    }
}

#[test]
fn a_cure_is_one_command() {
    let (_, command) = blocked(15 * HOUR, 36, 853).explain().cure.expect("a cure");
    let sets = vec![
        (Knob::MaximumRetryAttempts, 2),
        (Knob::BisectBatchOnFunctionError, 1),
        (Knob::OnFailure, 1),
    ];
    assert_eq!(
        command,
        Command::SetAll(crate::session::Reach::FromHere, sets)
    );
}
