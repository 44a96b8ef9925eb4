//! When nothing is wrong any more: what it has cost, and how the day could have turned out.

use super::{Explanation, LAW, Situation, Subject, cure, stream};
use crate::engine::config::Destination;
use crate::engine::ledger::Tally;
use crate::engine::mark::MarkKind;
use crate::scenario::knobs::Knob;
use crate::session::words;

/// What a missing permission costs (E49).
const DENIED: &str =
    "The mapping may not write to its destination: the message failed, and it is never sent again.";

/// What has been lost so far, worst first; `None` if nothing has.
pub(super) fn aftermath(now: &Situation) -> Option<(Subject, Explanation)> {
    let ledger = &now.moment.ledger;
    if ledger.expired().good > 0 {
        Some((Subject::FirstMapping, expired(now)))
    } else if ledger.discarded.total() > 0 {
        Some((Subject::FirstMapping, discarded(now)))
    } else if ledger.to_destination.total() > 0 {
        Some((Subject::FirstMapping, set_aside(now)))
    } else if ledger.lost_silently.total() > 0 {
        Some((Subject::Everybody, lost_silently(now)))
    } else {
        None
    }
}

fn expired(now: &Situation) -> Explanation {
    let lost = now.moment.ledger.expired().good;
    let stuck = now.marks.iter().any(|mark| {
        mark.at <= now.at() && matches!(mark.kind, MarkKind::LaneBlocked | MarkKind::Released)
    });
    let mut sentences = vec![
        "Every call succeeds and the errors read zero; no metric of AWS counts what expired."
            .to_owned(),
    ];
    let (blame, cure) = if stuck {
        sentences.push(LAW.to_owned());
        (
            Some(Knob::MaximumRetryAttempts),
            cure::limit_retries_from_the_start(now),
        )
    } else if now.moment.ledger.throttles > 0 {
        sentences.push("The function was not allowed to run often enough.".to_owned());
        (Some(Knob::ConcurrentExecutions), None)
    } else {
        sentences.push("The function could not keep up with what arrived.".to_owned());
        (Some(Knob::PerRecord), None)
    };
    Explanation {
        headline: format!(
            "{} lost, and nothing is wrong any more",
            words::count(lost, "good order is", "good orders are")
        ),
        sentences,
        blame,
        cure,
        approximate: false,
    }
}

fn discarded(now: &Situation) -> Explanation {
    let gone = now.moment.ledger.discarded;
    let mapping = &now.consuming().mapping;
    let denied = now.moment.ledger.delivery_failures > 0;
    let setting = if denied {
        Knob::DestinationDenied
    } else {
        Knob::OnFailure
    };
    if gone.good == 0 {
        return Explanation {
            headline: format!("{} lost, without a trace", words::orders(gone.total())),
            sentences: vec![
                "Everything else went through.".to_owned(),
                if denied {
                    DENIED
                } else {
                    "Without an on-failure destination nobody learns which order it was."
                }
                .to_owned(),
            ],
            blame: Some(setting),
            cure: Some(cure::whole_run(&[(setting, i64::from(!denied))])),
            approximate: false,
        };
    }
    Explanation {
        headline: format!("{} discarded without a trace", words::orders(gone.total())),
        sentences: vec![
            bystanders(gone),
            neighbours(mapping.bisect, mapping.report_batch_item_failures).to_owned(),
        ],
        blame: Some(Knob::BisectBatchOnFunctionError),
        cure: (!mapping.bisect).then(|| cure::whole_run(&[(Knob::BisectBatchOnFunctionError, 1)])),
        approximate: false,
    }
}

fn set_aside(now: &Situation) -> Explanation {
    let ledger = &now.moment.ledger;
    let aside = ledger.to_destination;
    let mapping = &now.consuming().mapping;
    let messages = match ledger.messages {
        1 => "one message".to_owned(),
        n => words::count(n, "message", "messages"),
    };
    if aside.good > 0 {
        return Explanation {
            headline: format!("{} given up, in {messages}", words::orders(aside.total())),
            sentences: vec![
                bystanders(aside),
                neighbours(mapping.bisect, mapping.report_batch_item_failures).to_owned(),
                address(now),
            ],
            blame: Some(Knob::BisectBatchOnFunctionError),
            cure: (!mapping.bisect)
                .then(|| cure::whole_run(&[(Knob::BisectBatchOnFunctionError, 1)])),
            approximate: false,
        };
    }
    let orders = match aside.poison {
        1 => "One order".to_owned(),
        n => words::orders(n),
    };
    Explanation {
        headline: format!("{orders} lost, in {messages}. Everything else went through."),
        sentences: vec![address(now)],
        ..Explanation::default()
    }
}

fn lost_silently(now: &Situation) -> Explanation {
    let lost = now.moment.ledger.lost_silently.total();
    Explanation {
        headline: format!("{} gone before they were stored", words::orders(lost)),
        sentences: vec![
            "PutRecords answered 200 and refused some entries; the code looks for an exception only.".to_owned(),
        ],
        blame: Some(Knob::Handling),
        cure: Some(cure::whole_run(&[(Knob::Handling, 0)])),
        approximate: false,
    }
}

/// Why good orders went with the bad one (E29, E33).
fn neighbours(bisect: bool, reports: bool) -> &'static str {
    match (bisect, reports) {
        (false, true) => {
            "The handler names the bad order, but without a bisect everything from it to the end of the batch is given up with it."
        }
        (false, false) => "A batch is given up as a whole, because it is not bisected.",
        (true, _) => "They were given up before the batch could be split.",
    }
}

/// What the destination knows, and until when it is of use (E47, E48).
fn address(now: &Situation) -> String {
    let until = stream::landed(now).map(|landed| landed + now.moment.retention);
    match (now.consuming().mapping.destination, until) {
        (Destination::S3, _) => "The object holds the orders themselves, so nothing has to be read again.".to_owned(),
        (_, Some(until)) if until <= now.at() => format!(
            "The message holds the address in the stream only, and since {} nothing is there any more.",
            words::clock(until)
        ),
        (_, Some(until)) => format!(
            "The message holds the address in the stream only: the order must be read again before {}, or it is gone.",
            words::clock(until)
        ),
        (_, None) => "The message holds the address in the stream only: the order must be read again before it expires.".to_owned(),
    }
}

/// Who was bad among the records of a batch, and who was not.
fn bystanders(records: Tally) -> String {
    format!(
        "{} bad, {} only happened to be in the same batch.",
        words::count(records.poison, "was", "were"),
        words::count(records.good, "good one", "good ones")
    )
}
