//! A shard that does not get on: a batch that fails, again and again, or a function that may not run.

use super::{Explanation, Situation, cure, is_throttled, stream, timeout, worst_lane};
use crate::engine::config::{Consuming, Handler, Limit, Outage, Reply};
use crate::engine::mark::MarkKind;
use crate::engine::time::SimDuration;
use crate::recording::moment::{BatchMoment, LaneMoment, Phase, ShardMoment};
use crate::scenario::knobs::Knob;
use crate::session::words;

const A_SECOND: SimDuration = SimDuration::from_secs(1);
const A_MINUTE: SimDuration = SimDuration::from_secs(60);

/// The same batch has failed at least three times, and nothing behind it is handled (E28).
pub(super) fn blocked(now: &Situation, shard: &ShardMoment) -> Explanation {
    let Some((lane, batch)) = stuck_batch(shard) else {
        return gone_in_hand(shard);
    };
    let name = words::shard_name(shard.shard);
    if let Some(own_fault) = own_fault(now, shard, (lane, batch)) {
        return own_fault;
    }
    let since = now
        .last(shard.shard, MarkKind::FirstFailure)
        .unwrap_or(batch.oldest);
    let lasting = now.at().since(since);
    let what = if shard.lanes.len() > 1 {
        format!("lane {} of {} on {name}", lane.lane + 1, shard.lanes.len())
    } else {
        name.clone()
    };
    let headline = if lasting.0 < 60_000_000 {
        format!("One order blocks {what}")
    } else {
        format!("One order has blocked {what} for {}", words::span(lasting))
    };
    let approximate = rests_on_cap(now.consuming(), batch);
    let (cause, blame) = why_it_goes_on(now, batch);
    Explanation {
        headline,
        sentences: vec![
            tries(lane, batch, approximate),
            behind_it(now, shard, lane),
            cause,
        ],
        blame: Some(blame),
        cure: cure::give_up_in_time(now),
        approximate,
    }
}

/// A batch has just failed, or its halves are being tried.
pub(super) fn failing(now: &Situation, shard: &ShardMoment) -> Explanation {
    let name = words::shard_name(shard.shard);
    let halves = shard.lanes.iter().find(|lane| lane.waiting_halves.0 > 0);
    if let Some(lane) = halves {
        let (batches, records) = lane.waiting_halves;
        let in_hand = lane.batch.map_or_else(String::new, |batch| {
            format!("{} in hand, ", words::orders(u64::from(batch.count)))
        });
        let waiting = format!(
            "{in_hand}{} more in {}.",
            words::orders(u64::from(records)),
            words::count(u64::from(batches), "part that waits", "parts that wait")
        );
        return Explanation {
            headline: format!("The failed batch on {name} is being split"),
            sentences: vec![
                "Each half is tried by itself, the left one first; splits are free and take no retries.".to_owned(),
                waiting,
            ],
            ..Explanation::default()
        };
    }
    let Some((lane, batch)) = stuck_batch(shard) else {
        return stream::behind(now, shard);
    };
    if let Some(own_fault) = own_fault(now, shard, (lane, batch)) {
        return own_fault;
    }
    let neighbours = u64::from(batch.count.saturating_sub(1));
    let reports = now.consuming().mapping.report_batch_item_failures;
    let mut sentences = vec![tries(lane, batch, false)];
    sentences.push(match (neighbours, reports) {
        (0, _) => "It is alone in its batch; everything behind it waits.".to_owned(),
        (n, false) => format!(
            "A batch succeeds or fails as a whole: {} with it, and those before it are handled again with every try, their customers charged twice.",
            if n == 1 { "1 good order fails".to_owned() } else { format!("{} good orders fail", words::number(n)) }
        ),
        (n, true) => format!("{} behind it in the batch.", if n == 1 { "1 good order waits".to_owned() } else { format!("{} good orders wait", words::number(n)) }),
    });
    let (cause, blame) = why_it_goes_on(now, batch);
    sentences.push(cause);
    Explanation {
        headline: match batch.pill {
            Some(_) => format!("The pill makes its batch fail on {name}"),
            None => format!("A batch fails on {name}"),
        },
        sentences,
        blame: Some(blame),
        cure: cure::give_up_in_time(now),
        approximate: false,
    }
}

/// Lambda refuses invocations for want of concurrency (E24, L2).
pub(super) fn throttled(now: &Situation, shard: &ShardMoment) -> Explanation {
    let (running, allowed) = now.moment.running;
    let lanes = |shard: &ShardMoment| shard.lanes.len() as u64;
    let needed: u64 = now.moment.shards.iter().map(lanes).sum();
    let waiting = now.moment.shards.iter().flat_map(|shard| &shard.lanes);
    let waiting = waiting.filter(|lane| is_throttled(lane)).count() as u64;
    let mut sentences = vec![
        format!(
            "{} of {} concurrent executions run; {} for one. Refusals are no errors and no retry setting counts them: only age or retention ends them.",
            words::number(u64::from(running)),
            words::number(u64::from(allowed)),
            words::count(waiting, "lane waits", "lanes wait"),
        ),
        format!(
            "{} is {} late, and its oldest order expires in {}.",
            words::shard_name(shard.shard),
            words::span(shard.iterator_age),
            words::span(shard.headroom)
        ),
    ];
    if shard.expired_last_minute > 0 {
        sentences.push(format!(
            "{} expired in the last minute.",
            words::good_orders(u64::from(shard.expired_last_minute))
        ));
    }
    let neighbour = now.moment.neighbour.running;
    let blame = match now.consuming().reserved {
        Limit::AtMost(_) => Knob::ReservedConcurrentExecutions,
        Limit::Infinite if neighbour > 0 => {
            sentences.push(format!(
                "{} more run for another function of the account.",
                words::number(u64::from(neighbour))
            ));
            Knob::ReservedConcurrentExecutions
        }
        Limit::Infinite => Knob::ConcurrentExecutions,
    };
    if let Some(second) = now
        .moment
        .second
        .as_ref()
        .filter(|second| second.running > 0)
    {
        sentences.push(format!(
            "{} more run for the second mapping.",
            words::number(u64::from(second.running))
        ));
    }
    // As much as it needs, or what all share: AWS leaves 100 of an account unreserved (L4).
    let reservable = i64::from(now.consuming().concurrency) - 100;
    let wanted = match i64::try_from(needed).unwrap_or(i64::MAX) {
        wanted if blame == Knob::ReservedConcurrentExecutions && wanted > reservable => -1,
        wanted => wanted,
    };
    Explanation {
        headline: if allowed == 0 {
            "Lambda refuses to run the function: it may not run at all".to_owned()
        } else {
            "Lambda refuses to run the function: too many run already".to_owned()
        },
        sentences,
        blame: Some(blame),
        cure: Some(cure::from_here(&[(blame, wanted)])),
        approximate: false,
    }
}

/// Another function of the account is refused because this one has taken its place (L3).
pub(super) fn neighbour_suffers(now: &Situation) -> Option<Explanation> {
    let neighbour = now.moment.neighbour;
    let last = neighbour.last_throttle?;
    if now.at().since(last) > A_MINUTE {
        return None;
    }
    let (running, account) = (now.moment.running.0, now.consuming().concurrency);
    let kept = i64::from((account / 2).max(1));
    let shares = now.consuming().reserved == Limit::Infinite;
    Some(Explanation {
        headline: "A function that has nothing to do with the stream is refused".to_owned(),
        sentences: vec![
            format!(
                "It shares {} concurrent executions with ours, which has {} of them; {} so far.",
                words::number(u64::from(account)),
                words::number(u64::from(running)),
                words::count(neighbour.throttles, "of its calls was refused", "of its calls were refused"),
            ),
            "Its owners see throttles and find nothing wrong with it; a reserved concurrency caps ours and leaves them the rest.".to_owned(),
        ],
        blame: Some(Knob::ReservedConcurrentExecutions),
        cure: shares.then(|| cure::from_here(&[(Knob::ReservedConcurrentExecutions, kept)])),
        approximate: false,
    })
}

/// The stuck batch has expired, but the back-off is not cut short (E44).
fn gone_in_hand(shard: &ShardMoment) -> Explanation {
    let name = words::shard_name(shard.shard);
    Explanation {
        headline: format!("The stuck batch has expired, and {name} still waits for its next try"),
        sentences: vec![
            "The back-off goes on although there is nothing left to try, and what arrived right behind the pill expires meanwhile.".to_owned(),
            format!(
                "{} lost so far without having been handled once.",
                words::good_orders(shard.ledger.expired_undelivered.good)
            ),
        ],
        blame: Some(Knob::MaximumRetryAttempts),
        cure: None,
        approximate: true,
    }
}

fn stuck_batch(shard: &ShardMoment) -> Option<(&LaneMoment, BatchMoment)> {
    let lane = worst_lane(shard)?;
    lane.batch.map(|batch| (lane, batch))
}

/// A record whose event no invocation can hold: it is alone in its batch (E50).
fn too_large(
    now: &Situation,
    shard: &ShardMoment,
    (lane, batch): (&LaneMoment, BatchMoment),
) -> Explanation {
    let approximate = rests_on_cap(now.consuming(), batch);
    let almost = if approximate { "≈ " } else { "" };
    let tries = words::count(u64::from(batch.failures), "refused try", "refused tries");
    let (cause, blame) = why_it_goes_on(now, batch);
    Explanation {
        headline: format!(
            "An order too large for Lambda blocks {}",
            words::shard_name(shard.shard)
        ),
        sentences: vec![
            format!(
                "Its event alone exceeds 6 MB, with base64: the function never sees it, and no code can handle it. {almost}{tries} so far; each counts."
            ),
            behind_it(now, shard, lane),
            cause,
        ],
        blame: Some(blame),
        cure: cure::give_up_alone(now),
        approximate,
    }
}

/// What the function depends on is down: patience is right, a retry limit throws good orders away (L11).
fn outage(now: &Situation, name: &str, batch: BatchMoment) -> Explanation {
    let limited = now.consuming().mapping.max_retries != Limit::Infinite;
    Explanation {
        headline: format!("What the function calls is down: every order fails on {name}"),
        sentences: vec![
            format!(
                "The batch of {} has failed {}, for no fault of its own.",
                words::orders(u64::from(batch.count)),
                words::count(u64::from(batch.failures), "time", "times")
            ),
            if limited {
                "A retry limit that is right for a pill gives up good orders here: patience has to outlast the outage."
            } else {
                "Nothing is given up: once it is up again, the next try works off what waits."
            }
            .to_owned(),
        ],
        blame: Some(Knob::Outage),
        cure: limited.then(|| cure::from_here(&[(Knob::MaximumRetryAttempts, -1)])),
        approximate: false,
    }
}

/// A batch without a bad record that fails all the same: it takes too long (L7), or the reply is wrong (E34).
fn own_fault(
    now: &Situation,
    shard: &ShardMoment,
    (lane, batch): (&LaneMoment, BatchMoment),
) -> Option<Explanation> {
    let consuming = now.consuming();
    let name = &words::shard_name(shard.shard);
    if batch.too_large {
        return Some(too_large(now, shard, (lane, batch)));
    }
    if batch.pill.is_some() {
        return None;
    }
    let function = &consuming.function;
    if function.outage != Outage::None {
        return Some(outage(now, name, batch));
    }
    let takes = function.time(batch.count);
    if takes > function.timeout {
        return Some(Explanation {
            headline: format!("{name} times out on batches without a single bad order"),
            sentences: vec![
                format!(
                    "A batch of {} needs {}, and Timeout is {}: every full batch is a poison pill of our own making.",
                    words::number(u64::from(batch.count)),
                    words::span(takes),
                    words::span(function.timeout)
                ),
                format!(
                    "The backlog keeps the batches full, so it does not heal by itself: {} so far. A smaller BatchSize does not split the batch in hand.",
                    words::count(u64::from(batch.failures), "failed try", "failed tries")
                ),
            ],
            blame: Some(Knob::Timeout),
            cure: Some(timeout::time_for_a_batch(now, takes)),
            approximate: false,
        });
    }
    let wrong_reply = consuming.mapping.report_batch_item_failures
        && matches!(
            function.handler,
            Handler::Replies(Reply::Malformed | Reply::Items(_))
        );
    wrong_reply.then(|| Explanation {
        headline: format!("The handler's reply condemns good batches on {name}"),
        sentences: vec![
            "Every order was handled, but the reply says otherwise: an item without a sequence number of the batch fails the whole batch.".to_owned(),
            "A handler that returns nothing at all would count as success.".to_owned(),
        ],
        blame: Some(Knob::Reply),
        cure: Some(cure::from_here(&[(Knob::Handler, 1)])),
        approximate: false,
    })
}

/// How often it was tried, and when again.
fn tries(lane: &LaneMoment, batch: BatchMoment, approximate: bool) -> String {
    let batch_words = match batch.count {
        1 => "A batch of this one order".to_owned(),
        n => format!("Its batch of {}", words::orders(u64::from(n))),
    };
    let so_far = match batch.failures {
        1 => "once".to_owned(),
        n => format!("{} times", words::number(u64::from(n))),
    };
    let almost = if approximate { "≈ " } else { "" };
    let next = match lane.phase {
        Phase::BackingOff { since, until } => {
            format!(
                "; the pause before the next try is {}",
                words::span(until.since(since))
            )
        }
        Phase::Invoking { .. } => "; it is being tried now".to_owned(),
        _ => String::new(),
    };
    format!("{batch_words} has failed {almost}{so_far}{next}.")
}

fn behind_it(now: &Situation, shard: &ShardMoment, lane: &LaneMoment) -> String {
    let several = shard.lanes.len() > 1;
    let waiting = if several {
        lane.queued
    } else {
        shard.ledger.unread.good
    };
    let others = if several {
        " The other lanes go on."
    } else {
        ""
    };
    let verb = if waiting == 1 { "waits" } else { "wait" };
    // The mapping's limit may come long before retention ends (E42).
    let left = match now.moment.max_record_age {
        Some(limit) if limit < now.moment.retention => Some(limit - shard.iterator_age),
        _ => None,
    };
    let expires = match left {
        Some(left) if left < A_SECOND => {
            "the first of them are too old for the mapping now".to_owned()
        }
        Some(left) => format!(
            "the first of them is too old for the mapping in {}",
            words::span(left)
        ),
        None if shard.headroom < A_SECOND => "the first of them expire now".to_owned(),
        None => format!(
            "the first of them expires in {}",
            words::span(shard.headroom)
        ),
    };
    format!(
        "{} {verb} behind it, and {expires}.{others}",
        words::good_orders(waiting)
    )
}

/// What keeps the batch coming back, and the setting to blame.
fn why_it_goes_on(now: &Situation, batch: BatchMoment) -> (String, Knob) {
    let mapping = &now.consuming().mapping;
    let retries = Knob::MaximumRetryAttempts;
    let splits = mapping.bisect && batch.count == 1;
    match (mapping.max_retries, mapping.max_record_age) {
        (Limit::Infinite, Limit::AtMost(age)) => (
            format!(
                "MaximumRetryAttempts is -1, so it is tried until it is {} old (MaximumRecordAgeInSeconds).",
                words::span(age)
            ),
            retries,
        ),
        (Limit::Infinite, Limit::Infinite) if splits => (
            format!(
                "The split has found the one bad order, but MaximumRetryAttempts is -1: it is still tried until it expires after {}.",
                words::span(now.moment.retention)
            ),
            retries,
        ),
        (Limit::Infinite, Limit::Infinite) => (
            format!(
                "MaximumRetryAttempts is -1, AWS's default: it is tried until it expires after {}.",
                words::span(now.moment.retention)
            ),
            retries,
        ),
        (Limit::AtMost(limit), _) => {
            let left = limit.saturating_sub(batch.failures.saturating_sub(1));
            let left = words::count(u64::from(left), "retry", "retries");
            if mapping.bisect || batch.count == 1 {
                (format!("It is given up after {left} more."), retries)
            } else {
                (
                    format!(
                        "After {left} more the whole batch is given up, because it is not bisected."
                    ),
                    Knob::BisectBatchOnFunctionError,
                )
            }
        }
    }
}

/// Whether the number of tries depends on the longest back-off, which AWS does not document (E26).
fn rests_on_cap(consuming: &Consuming, batch: BatchMoment) -> bool {
    let mapping = &consuming.mapping;
    let doublings = batch.failures.saturating_sub(1).min(40);
    let uncapped = u128::from(mapping.backoff_base.0) << doublings;
    uncapped > u128::from(mapping.backoff_cap.0)
}
