//! What the producer suffers by itself: requests that nobody answers, a client's memory, replies that are lost.

use super::{Explanation, Situation, cure};
use crate::engine::config::{Limit, Producing};
use crate::engine::time::SimDuration;
use crate::scenario::knobs::Knob;
use crate::session::words;

/// So much longer than the linger may records wait in the client before it is worth a word.
const PATIENCE: SimDuration = SimDuration::from_secs(10);
/// And so much where nobody answers some of its requests.
const LITTLE_PATIENCE: SimDuration = SimDuration::from_secs(2);
/// So few records are not worth it.
const FEW: u64 = 100;
/// `orderId` among the choices of [`Knob::IdempotencyKey`].
const ORDER_ID: i64 = 2;

/// Records pile up in the client's memory: what waits there is stored nowhere (P31, P33).
pub(super) fn piles_up(now: &Situation) -> Option<Explanation> {
    let waiting = now.moment.ledger.with_producer.total();
    let producing = now.config.producing_at(now.at());
    let patience = if leaves_unanswered(producing) {
        LITTLE_PATIENCE
    } else {
        PATIENCE
    };
    let usual = (producing.linger.0 * 2 + patience.0) / 1_000_000 * now.moment.rate_milli;
    let many = waiting * 1_000 > usual.max(FEW * 1_000);
    (many || is_full(producing, waiting)).then(|| piled_up(now, producing, waiting))
}

/// Whether the client's memory is full, so that the oldest records are given up (P33).
fn is_full(producing: &Producing, waiting: u64) -> bool {
    producing.buffer_limit > 0 && waiting >= producing.buffer_limit
}

fn leaves_unanswered(producing: &Producing) -> bool {
    producing.black_hole_permille > 0 || producing.lost_reply_permille > 0
}

/// A timeout that ends a wait for nothing soon, and no wait for a reply (P16).
fn reasonable_timeout(producing: &Producing) -> (Knob, i64) {
    let seconds = (producing.round_trip.0 * 2).div_ceil(1_000_000);
    (Knob::RequestTimeout, seconds.max(1) as i64 * 1_000_000)
}

/// The SDK hangs up before the reply comes: what is written is sent and written again (P24).
pub(super) fn hangs_up(now: &Situation) -> Option<Explanation> {
    let producing = now.config.producing_at(now.at());
    match producing.sdk.request_timeout {
        Limit::AtMost(timeout)
            if producing.may_be_hasty(timeout) && now.moment.ledger.written_again.total() > 0 =>
        {
            Some(hung_up(now, producing, timeout))
        }
        _ => None,
    }
}

fn hung_up(now: &Situation, producing: &Producing, timeout: SimDuration) -> Explanation {
    let ledger = &now.moment.ledger;
    let all = if timeout.0 * 5 < producing.round_trip.0 * 4 {
        "all"
    } else {
        "some"
    };
    let mut sentences = vec![
        format!(
            "A reply takes {}, give or take a fifth, and the SDK waits for {}: {all} come too late.",
            words::span(producing.round_trip),
            words::span(timeout)
        ),
        format!(
            "What was written is sent again, and written again: {} so far.",
            words::count(ledger.written_again.total(), "copy", "copies")
        ),
    ];
    if ledger.entries_throttled > 0 {
        sentences.push(format!(
            "So many that the shards refuse records: {} so far, each time counted.",
            words::number(ledger.entries_throttled)
        ));
    }
    Explanation {
        headline: "The producer hangs up before the reply comes".to_owned(),
        sentences,
        blame: Some(Knob::RequestTimeout),
        cure: Some(cure::whole_run(&[reasonable_timeout(producing)])),
        approximate: false,
    }
}

fn piled_up(now: &Situation, producing: &Producing, waiting: u64) -> Explanation {
    let ledger = &now.moment.ledger;
    let (why, blame, set) = if leaves_unanswered(producing) {
        (
            unanswered(producing),
            Knob::RequestTimeout,
            Some(reasonable_timeout(producing)),
        )
    } else if let Some((why, enough)) = too_few_at_a_time(now, producing) {
        (why, Knob::MaxInFlight, Some((Knob::MaxInFlight, enough)))
    } else if is_full(producing, waiting) {
        let room = (producing.buffer_limit * 10).min(10_000_000);
        (
            format!(
                "It has room for {}; beyond that the oldest are given up.",
                words::orders(producing.buffer_limit)
            ),
            Knob::BufferLimit,
            Some((Knob::BufferLimit, room as i64)),
        )
    } else {
        (
            "What failed waits in the client until it is sent again.".to_owned(),
            Knob::MaxSends,
            None,
        )
    };
    let gone = ledger.given_up.total() + ledger.lost_with_process.total();
    let lost = match gone {
        0 => "If the process dies, they are gone: they are stored nowhere yet.".to_owned(),
        n => format!(
            "They are stored nowhere yet; {} are gone that way.",
            words::orders(n)
        ),
    };
    Explanation {
        headline: format!(
            "{} in the producer's memory",
            words::count(waiting, "order waits", "orders wait")
        ),
        sentences: vec![why, lost],
        blame: Some(blame),
        cure: set.map(|set| cure::whole_run(&[set])),
        approximate: false,
    }
}

/// That the requests at a time hardly take what is made now, if so, and how many would at every hour of the day (P31).
fn too_few_at_a_time(now: &Situation, producing: &Producing) -> Option<(String, i64)> {
    let (made, at_a_time) = (now.moment.rate_milli, u64::from(producing.max_in_flight));
    let batch = u64::from(producing.put_batch.max(1));
    let most = at_a_time * batch * 1_000_000_000 / producing.round_trip.0.max(1);
    if at_a_time == 0 || most > made * 2 {
        return None;
    }
    let busy = u128::from(made) * u128::from(producing.round_trip.0);
    let enough = busy * 4 / (u128::from(batch) * 1_000_000_000) + 1;
    let verb = if at_a_time == 1 { "handles" } else { "handle" };
    let text = format!(
        "{} of {} each {verb} {} at most, and {} are made.",
        words::count(at_a_time, "request at a time", "requests at a time"),
        words::span(producing.round_trip),
        words::rate(most),
        words::rate(made)
    );
    Some((text, enough.min(1_000) as i64))
}

/// How long a request waits for nothing: for a connection as long as the shorter timeout says (P15, P21).
fn unanswered(producing: &Producing) -> String {
    let sdk = &producing.sdk;
    let timeout = match (sdk.request_timeout, sdk.connect_timeout) {
        (Limit::AtMost(reply), Limit::AtMost(connection)) if producing.black_hole_permille > 0 => {
            Limit::AtMost(reply.min(connection))
        }
        (Limit::Infinite, connection) if producing.black_hole_permille > 0 => connection,
        (reply, _) => reply,
    };
    let Limit::AtMost(timeout) = timeout else {
        return "A request that nobody answers holds its records for ever: the SDK has no timeout."
            .to_owned();
    };
    format!(
        "A request that nobody answers holds its records for {}, and then come {}.",
        words::span(timeout),
        words::count(u64::from(sdk.retries), "retry", "retries")
    )
}

/// What the producer has lost so far, or written twice; `None` if nothing.
pub(super) fn aftermath(now: &Situation) -> Option<Explanation> {
    let ledger = &now.moment.ledger;
    let gone = ledger.lost_with_process.total() + ledger.given_up.total();
    let copies = ledger.copies_handled.min(ledger.charged_twice);
    (gone + copies > 0).then(|| lost_or_copied(now))
}

fn lost_or_copied(now: &Situation) -> Explanation {
    let ledger = &now.moment.ledger;
    let (died, given_up) = (ledger.lost_with_process.total(), ledger.given_up.total());
    let (headline, sentences, blame, cure) = if died > 0 {
        (
            format!(
                "{} with the producer's process",
                words::count(died, "order died", "orders died")
            ),
            vec![
                "What a client holds in its memory, unsent or waiting for a retry, is stored nowhere, and no metric of AWS counts it.",
            ],
            Knob::Restart,
            None,
        )
    } else if given_up > 0 {
        (
            format!("The producer has given up {}", words::orders(given_up)),
            vec![
                "Their requests failed, were refused or got no answer, or the client's memory was full.",
                "It knows what it lost, and prints it; AWS counts only what arrived.",
            ],
            Knob::MaxSends,
            None,
        )
    } else {
        (
            format!(
                "{} charged twice",
                words::count(ledger.charged_twice, "customer was", "customers were")
            ),
            vec![
                "A lost reply is not a lost write: what was sent again is stored twice, under two sequence numbers.",
                "Only the order's own id tells that a copy is one; eventID is different for each.",
            ],
            Knob::IdempotencyKey,
            Some(cure::whole_run(&[(Knob::IdempotencyKey, ORDER_ID)])),
        )
    };
    Explanation {
        headline,
        sentences: sentences.into_iter().map(str::to_owned).collect(),
        blame: Some(blame),
        cure,
        approximate: false,
    }
}
