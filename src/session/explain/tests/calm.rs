//! A healthy day, news of a pill, what was given up, and the producer.

use super::*;

#[test]
fn a_healthy_day() {
    check(vec![
        row(
            "idle",
            State::new(HOUR),
            &[
                "All is well",
                "Each of 2 shards handles 47/s and gets 36/s now, 54/s at the peak of the day (13:30)",
                "less than its peak",
                "retention is the headroom",
            ],
            None,
            None,
        ),
        row(
            "fast enough",
            State::new(HOUR).with(Knob::DailySwing, 100),
            &["more than the peak, so no backlog builds"],
            None,
            None,
        ),
        row(
            "too slow for the day",
            State::new(HOUR).with(Knob::RecordsPerSecond, 100),
            &[
                "Nobody waits yet",
                "the backlog will grow until orders expire",
            ],
            Some(Knob::PerRecord),
            Some(FASTER),
        ),
        row(
            // 47/s in each lane.
            "far too slow for the day",
            State::new(HOUR)
                .with(Knob::RecordsPerSecond, 400)
                .late(0, 0, 200_000)
                .shard0(|s| s.offered_milli = 200_000),
            &["Nobody waits yet"],
            Some(Knob::PerRecord),
            Some("ParallelizationFactor 5, from here"),
        ),
        row(
            "nothing arrives",
            State::new(HOUR)
                .shard(|s| s.offered_milli = 0)
                .shard0(|s| s.offered_milli = 0),
            &["nobody waits"],
            None,
            None,
        ),
        row(
            "the peak",
            State::new(5 * HOUR).late(20 * 60, 60_000, 54_000),
            &[
                "The daily peak builds a backlog: shard-1 is 20 min behind",
                "54/s arrive and 47/s can be handled",
                "normal",
                "retention is the headroom",
            ],
            None,
            None,
        ),
        row(
            "after the peak",
            State::new(9 * HOUR).late(42 * 60, 105_336, 36_000),
            &[
                "shard-1 is 42 min behind and catching up",
                "caught up in 2 h 40 min",
                "normal",
            ],
            None,
            None,
        ),
        row(
            "falling back for ever",
            State::new(30 * HOUR)
                .with(Knob::RecordsPerSecond, 100)
                .late(6 * HOUR, 900_000, 50_000),
            &["falls back further", "it never catches up"],
            Some(Knob::PerRecord),
            Some(FASTER),
        ),
    ]);
}

#[test]
fn a_pill_arrives() {
    let sent = || State::new(HOUR + 1).pill(HOUR);
    check(vec![
        row(
            "on its way",
            sent(),
            &["A poison pill is on its way to shard-1"],
            None,
            None,
        ),
        row(
            "landed",
            sent().mark(HOUR + 1, MarkKind::PillLanded),
            &["A poison pill is in shard-1", "within about a second"],
            None,
            None,
        ),
        row(
            "lost",
            sent().mark(HOUR + 1, MarkKind::PillLost),
            &["never reached the stream"],
            Some(Knob::Handling),
            Some("Partial failures correct, for the whole run"),
        ),
        row(
            "not sent yet",
            State::new(HOUR - 1).pill(HOUR),
            &["All is well"],
            None,
            None,
        ),
        row(
            "first failure",
            sent().lane(|l| l.batch = Some(batch(36, 1, Some(17)))),
            &[
                "The pill makes its batch fail on shard-1",
                "Its batch of 36 orders has failed once",
                "35 good orders fail with it",
                "charged twice",
            ],
            RETRIES,
            Some(GIVE_UP),
        ),
        row(
            "reported",
            sent()
                .with(Knob::ReportBatchItemFailures, 1)
                .lane(|l| l.batch = Some(batch(20, 2, Some(17)))),
            &[
                "failed 2 times",
                "19 good orders wait behind it in the batch",
            ],
            RETRIES,
            Some(GIVE_UP),
        ),
        row(
            "splitting",
            sent().lane(|l| l.waiting_halves = (2, 27)),
            &[
                "is being split",
                "27 orders more in 2 parts",
                "take no retries",
            ],
            None,
            None,
        ),
    ]);
}

#[test]
fn what_was_given_up() {
    let after = || released(3 * HOUR);
    let sqs = |state: State| state.with(Knob::OnFailure, 1);
    check(vec![
        row(
            "a whole batch, no trace (E29)",
            after().ledger(|l| l.discarded = tally(99, 1)),
            &[
                "100 orders discarded without a trace",
                "1 was bad, 99 good ones",
                "not bisected",
            ],
            Some(Knob::BisectBatchOnFunctionError),
            Some("BisectBatchOnFunctionError on, for the whole run"),
        ),
        row(
            "reported without a bisect (E33)",
            after()
                .with(Knob::ReportBatchItemFailures, 1)
                .ledger(|l| l.discarded = tally(40, 1)),
            &[
                "41 orders discarded",
                "names the bad order",
                "end of the batch",
            ],
            Some(Knob::BisectBatchOnFunctionError),
            Some("BisectBatchOnFunctionError on, for the whole run"),
        ),
        row(
            "one, no trace",
            after()
                .with(Knob::BisectBatchOnFunctionError, 1)
                .ledger(|l| l.discarded = tally(0, 1)),
            &[
                "1 order lost, without a trace",
                "Everything else went through",
            ],
            Some(Knob::OnFailure),
            Some("On-failure destination SQS, for the whole run"),
        ),
        row(
            "a batch in a message",
            sqs(after()).ledger(|l| {
                l.to_destination = tally(99, 1);
                l.messages = 1;
            }),
            &[
                "100 orders given up, in one message",
                "address in the stream only",
            ],
            Some(Knob::BisectBatchOnFunctionError),
            Some("BisectBatchOnFunctionError on, for the whole run"),
        ),
        row(
            "cured",
            sqs(after()).ledger(|l| {
                l.to_destination = tally(0, 1);
                l.messages = 1;
            }),
            &[
                "One order lost, in one message. Everything else went through.",
                "read again before day 2, 10:00:01",
            ],
            None,
            None,
        ),
        row(
            "read too late (E47)",
            sqs(released(26 * HOUR)).ledger(|l| {
                l.to_destination = tally(0, 1);
                l.messages = 1;
            }),
            &["since day 2, 10:00:01 nothing is there any more"],
            None,
            None,
        ),
        row(
            "kept in a bucket (E48)",
            after().with(Knob::OnFailure, 3).ledger(|l| {
                l.to_destination = tally(0, 2);
                l.messages = 2;
            }),
            &[
                "2 orders lost, in 2 messages",
                "nothing has to be read again",
            ],
            None,
            None,
        ),
    ]);
}

#[test]
fn a_producer_that_loses() {
    let refused = || State::new(2 * HOUR).mark(2 * HOUR - 60, MarkKind::WriteThrottled);
    check(vec![
        row(
            "naive (P8)",
            refused()
                .with(Knob::Handling, 1)
                .ledger(|l| l.lost_silently.good = 1_500),
            &[
                "1,500 orders gone before they were stored",
                "still answers 200",
                "nobody knows",
            ],
            Some(Knob::Handling),
            Some("Partial failures correct, for the whole run"),
        ),
        row(
            "sends again",
            refused().ledger(|l| l.entries_throttled = 1_500),
            &["shard-1 refuses records", "1,500 records refused so far"],
            Some(Knob::ShardCount),
            Some("ShardCount 4, for the whole run"),
        ),
        row(
            "one key is hot (S7)",
            refused()
                .with(Knob::Keys, 2)
                .shard(|s| s.offered_milli = 1_500_000),
            &[
                "An average shard is sent 768/s, this one 1,500/s",
                "a key lives on one shard",
            ],
            Some(Knob::Keys),
            Some("Spread of partition keys even, for the whole run"),
        ),
        row(
            "MD5 is no fair dealer (P4)",
            refused().shard(|s| s.offered_milli = 1_004_000),
            &[
                "An average shard is sent 520/s, this one 1,004/s",
                "MD5 deals keys out like dice",
            ],
            Some(Knob::Keys),
            Some("Spread of partition keys even, for the whole run"),
        ),
        row(
            "too much for all of them",
            refused()
                .shard(|s| s.offered_milli = 1_500_000)
                .shard0(|s| s.offered_milli = 1_400_000),
            &["shard-1 refuses records"],
            Some(Knob::ShardCount),
            Some("ShardCount 4, for the whole run"),
        ),
        row(
            "still, hours after the first",
            State::new(9 * HOUR)
                .mark(HOUR, MarkKind::WriteThrottled)
                .shard(|s| s.throttled_last_minute = 60)
                .ledger(|l| l.entries_throttled = 8 * 60 * 60),
            &["shard-1 refuses records", "28,800 records refused so far"],
            Some(Knob::ShardCount),
            Some("ShardCount 4, for the whole run"),
        ),
        row(
            "gives up",
            refused().ledger(|l| l.given_up.good = 12),
            &["has given up 12 orders", "gives up after 10 tries"],
            Some(Knob::ShardCount),
            Some("ShardCount 4, for the whole run"),
        ),
        row(
            "long ago",
            State::new(9 * HOUR)
                .mark(HOUR, MarkKind::WriteThrottled)
                .ledger(|l| l.lost_silently.good = 7),
            &["7 orders gone before they were stored"],
            Some(Knob::Handling),
            Some("Partial failures correct, for the whole run"),
        ),
    ]);
}

fn waiting(records: u64) -> State {
    State::new(2 * HOUR).ledger(|ledger| ledger.with_producer.good = records)
}

#[test]
fn a_producer_in_trouble_of_its_own() {
    check(vec![
        // 72/s, a linger of a second: what gathers in 12 s is nothing to speak of.
        row("as usual", waiting(800), &["All is well"], None, None),
        row(
            "nobody answers, and no timeout ends the wait (P20)",
            waiting(9_000).with(Knob::BlackHole, 500).with(Knob::Sdk, 2),
            &[
                "9,000 orders wait in the producer's memory",
                "holds its records for ever: the SDK has no timeout.",
                "If the process dies, they are gone",
            ],
            Some(Knob::RequestTimeout),
            Some("Request timeout 1 s, for the whole run"),
        ),
        row(
            "nobody answers for two minutes (P15)",
            waiting(9_000).with(Knob::BlackHole, 500).with(Knob::Sdk, 1),
            &["for 2 min, and then come 3 retries."],
            Some(Knob::RequestTimeout),
            Some("Request timeout 1 s, for the whole run"),
        ),
        row(
            // 10 records in 2 s.
            "one request at a time (P31)",
            waiting(9_000)
                .with(Knob::MaxInFlight, 1)
                .with(Knob::RoundTrip, 2_000_000)
                .with(Knob::PutBatch, 10)
                .ledger(|ledger| ledger.given_up.good = 70),
            &[
                "1 request at a time of 2 s each handles 5/s at most, and 72/s are made.",
                "70 orders are gone that way.",
            ],
            Some(Knob::MaxInFlight),
            // 72/s, 10 in each, 2 s each: 14.4 at a time, and room for more.
            Some("Requests at a time 58, for the whole run"),
        ),
    ]);
}

#[test]
fn a_producer_short_of_memory_or_of_replies() {
    check(vec![
        row(
            "its memory is full (P33)",
            waiting(500)
                .with(Knob::BufferLimit, 500)
                .ledger(|ledger| ledger.given_up.good = 70),
            &[
                "500 orders wait in the producer's memory",
                "It has room for 500 orders; beyond that the oldest are given up.",
                "70 orders are gone that way.",
            ],
            Some(Knob::BufferLimit),
            Some("Client buffer 5,000, for the whole run"),
        ),
        row(
            // 72/s: more than gathers in 4 s.
            "some requests are not answered",
            waiting(300).with(Knob::BlackHole, 100),
            &["300 orders wait", "for 2 min, and then come 3 retries."],
            Some(Knob::RequestTimeout),
            Some("Request timeout 1 s, for the whole run"),
        ),
        row(
            "no connection within 10 s, and no reply within 2 min (P15)",
            waiting(9_000)
                .with(Knob::BlackHole, 500)
                .with(Knob::ConnectTimeout, 10_000_000)
                .with(Knob::RoundTrip, 900_000),
            &["for 10 s, and then come 3 retries."],
            Some(Knob::RequestTimeout),
            Some("Request timeout 2 s, for the whole run"),
        ),
        row(
            "the SDK hangs up before any reply comes (P24)",
            waiting(12)
                .with(Knob::RequestTimeout, 15_000)
                .mark(2 * HOUR - 60, MarkKind::WriteThrottled)
                .ledger(|ledger| {
                    ledger.written_again.good = 2_724_542;
                    ledger.entries_throttled = 3_433_888;
                }),
            &[
                "hangs up before the reply comes",
                "A reply takes 25 ms, give or take a fifth, and the SDK waits for 15 ms: all come too late.",
                "2,724,542 copies so far.",
                "3,433,888 so far",
            ],
            Some(Knob::RequestTimeout),
            Some("Request timeout 1 s, for the whole run"),
        ),
        row(
            "or before some of them",
            waiting(12)
                .with(Knob::RequestTimeout, 25_000)
                .ledger(|ledger| ledger.written_again.good = 1),
            &["some come too late", "1 copy so far"],
            Some(Knob::RequestTimeout),
            Some("Request timeout 1 s, for the whole run"),
        ),
    ]);
}

#[test]
fn what_a_producer_has_lost_or_copied() {
    check(vec![
        row(
            "it died (P33)",
            State::new(2 * HOUR).ledger(|ledger| ledger.lost_with_process.good = 70),
            &["70 orders died with the producer's process"],
            Some(Knob::Restart),
            None,
        ),
        row(
            "copies (P24)",
            State::new(2 * HOUR).ledger(|ledger| {
                ledger.copies_handled = 12;
                ledger.charged_twice = 12;
            }),
            &["12 customers were charged twice", "not a lost write"],
            Some(Knob::IdempotencyKey),
            Some("Idempotency key orderId, for the whole run"),
        ),
    ]);
}
