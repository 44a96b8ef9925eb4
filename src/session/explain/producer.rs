//! What the producer suffers by itself: requests that nobody answers, a client's memory, replies that are lost.

use super::{Explanation, Situation, cure};
use crate::engine::config::{Limit, Producing};
use crate::engine::time::SimDuration;
use crate::scenario::knobs::Knob;
use crate::session::words;

/// So much longer than the linger may records wait in the client before it is worth a word.
const PATIENCE: SimDuration = SimDuration::from_secs(10);
/// So few records are not worth it.
const FEW: u64 = 100;
/// `orderId` among the choices of [`Knob::IdempotencyKey`].
const ORDER_ID: i64 = 2;
/// A timeout that ends a wait for nothing soon (P16).
const A_SECOND: i64 = 1_000_000;

/// Records pile up in the client's memory: what waits there is stored nowhere (P31, P33).
pub(super) fn piles_up(now: &Situation) -> Option<Explanation> {
    let waiting = now.moment.ledger.with_producer.total();
    let producing = now.config.producing_at(now.at());
    let usual = (producing.linger.0 * 2 + PATIENCE.0) / 1_000_000 * now.moment.rate_milli;
    (waiting * 1_000 > usual.max(FEW * 1_000)).then(|| piled_up(now, producing, waiting))
}

#[inline(never)] // The page fetches it when it runs (script/split/rest.txt).
fn piled_up(now: &Situation, producing: &Producing, waiting: u64) -> Explanation {
    let ledger = &now.moment.ledger;
    let (why, blame, set) =
        if producing.black_hole_permille > 0 || producing.lost_reply_permille > 0 {
            let tries = u64::from(producing.sdk.retries);
            let why = match (producing.sdk.request_timeout, producing.sdk.connect_timeout) {
            (Limit::AtMost(limit), _) | (_, Limit::AtMost(limit)) => format!(
                "A request that nobody answers holds its records for {}, and then come {}.",
                words::span(limit),
                words::count(tries, "retry", "retries")
            ),
            _ => {
                "A request that nobody answers holds its records for ever: the SDK has no timeout."
                    .to_owned()
            }
        };
            (
                why,
                Knob::RequestTimeout,
                Some((Knob::RequestTimeout, A_SECOND)),
            )
        } else if producing.max_in_flight > 0 {
            let most = u64::from(producing.max_in_flight) * u64::from(producing.put_batch);
            let most = most * 1_000_000_000 / producing.round_trip.0.max(1);
            (
                format!(
                    "{} of {} each handles {} at most, and {} are made.",
                    words::count(
                        u64::from(producing.max_in_flight),
                        "request at a time",
                        "requests at a time"
                    ),
                    words::span(producing.round_trip),
                    words::rate(most),
                    words::rate(now.moment.rate_milli)
                ),
                Knob::MaxInFlight,
                Some((Knob::MaxInFlight, 0)),
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
        cure: set.map(|set| cure::whole_run(now, &[set])),
        approximate: false,
    }
}

/// What the producer has lost so far, or written twice; `None` if nothing.
pub(super) fn aftermath(now: &Situation) -> Option<Explanation> {
    let ledger = &now.moment.ledger;
    let gone = ledger.lost_with_process.total() + ledger.given_up.total();
    let copies = ledger.copies_handled.min(ledger.charged_twice);
    (gone + copies > 0).then(|| lost_or_copied(now))
}

#[inline(never)] // The page fetches it when it runs (script/split/rest.txt).
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
            Some(cure::whole_run(now, &[(Knob::IdempotencyKey, ORDER_ID)])),
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
