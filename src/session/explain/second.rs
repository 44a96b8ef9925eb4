//! Where two mappings read the stream, each has a position and troubles of its own (E14): whose trouble it is, and how
//! the other one fares.

use super::{BEHIND, Explanation, Situation, Subject, cure};
use crate::engine::config::{Destination, Limit};
use crate::engine::second::Second;
use crate::engine::time::SimDuration;
use crate::recording::moment::{SecondMoment, SecondShard, ShardMoment};
use crate::scenario::knobs::Knob;
use crate::session::words;

/// What is said where there are two: the first one's trouble with a word on the second, or the second one's own.
#[inline(never)] // The page fetches it when it runs (script/split/rest.txt).
pub(super) fn beside(
    now: &Situation,
    second: &SecondMoment,
    (subject, first): (Subject, Explanation),
) -> Explanation {
    let worst = second
        .shards
        .iter()
        .max_by_key(|shard| (shard.blocked, shard.iterator_age));
    let settings = now.consuming().second.as_deref();
    let (Some(worst), Some(settings)) = (worst, settings) else {
        return first;
    };
    let suffers = worst.blocked || worst.iterator_age >= BEHIND;
    if subject == Subject::Nobody && suffers && first.blame.is_none() {
        return troubled(now, (second, settings), worst);
    }
    let mut said = first;
    if subject == Subject::FirstMapping {
        said.headline = ["The first mapping: ", &said.headline].concat();
    }
    said.sentences.push(in_a_word(second, worst));
    said
}

/// How the second fares while somebody else is talked about.
fn in_a_word(second: &SecondMoment, worst: &SecondShard) -> String {
    let late = words::span(worst.iterator_age);
    let how = match worst.blocked {
        true => format!("blocked on {}, {late} late", words::shard_name(worst.shard)),
        false if worst.iterator_age >= BEHIND => format!("{late} behind"),
        false => "on time".to_owned(),
    };
    let lost = match lost(second) {
        0 => String::new(),
        n => format!(", and has lost {}", words::good_orders(n)),
    };
    format!("The second mapping has a position of its own: it is {how}{lost}.")
}

/// Good orders that it gave up without a message, or that expired unread.
fn lost(second: &SecondMoment) -> u64 {
    second.ledger.expired().good + second.ledger.discarded.good
}

/// The second mapping is stuck or late, and nothing else is wrong.
fn troubled(
    now: &Situation,
    (second, settings): (&SecondMoment, &Second),
    worst: &SecondShard,
) -> Explanation {
    let name = words::shard_name(worst.shard);
    let late = words::span(worst.iterator_age);
    let headroom = now.moment.retention.0.saturating_sub(worst.iterator_age.0);
    let expires = match words::span(SimDuration(headroom)) {
        _ if headroom < 1_000_000 => "the oldest orders there expire for it now".to_owned(),
        span => format!("the oldest order there expires in {span}"),
    };
    let (headline, cause, blame, cure) = if worst.blocked {
        let (cause, blame) = why_blocked(settings);
        let cure = settings
            .function
            .chokes
            .then(|| give_up_in_time(now, settings));
        let headline = format!("The second mapping is blocked on {name}");
        (headline, cause, Some(blame), cure.flatten())
    } else {
        let headline = format!("The second mapping is {late} behind on {name}");
        let (cause, too_slow) = pace(now, settings, worst);
        let factor = i64::from(settings.mapping.parallelization_factor);
        let sets = [(Knob::SecondFactor, (factor * 2).min(10))];
        let faster = (too_slow && factor < 10).then(|| cure::from_here(now, &sets));
        let blame = too_slow.then_some(Knob::SecondPerRecord);
        (headline, cause, blame, faster)
    };
    let lost = match lost(second) {
        0 => String::new(),
        n => format!(" It has lost {}.", words::good_orders(n)),
    };
    Explanation {
        headline,
        sentences: vec![
            format!("It is {late} late, and {expires}.{lost}"),
            cause,
            "The first mapping has a position of its own and is on time.".to_owned(),
        ],
        blame,
        cure,
        approximate: false,
    }
}

/// What it handles with full batches against what arrives, and whether that is too little (E6).
fn pace(now: &Situation, settings: &Second, worst: &SecondShard) -> (String, bool) {
    let (mapping, function) = (&settings.mapping, &settings.function);
    let batch = u64::from(mapping.batch_size);
    let cycle = function.per_batch.0 + function.per_record.0 * batch + mapping.overhead.0;
    let lanes = u64::from(mapping.parallelization_factor);
    let handles = lanes * batch * 1_000_000_000 / cycle.max(1);
    let shard = now.moment.shards.get(usize::from(worst.shard));
    let arrive = shard.map_or(0, ShardMoment::arriving_milli);
    let too_slow = handles < arrive;
    let then = if too_slow {
        "it falls back further"
    } else {
        "it catches up"
    };
    let text = format!(
        "It handles {} at most and {} arrive now: {then}.",
        words::rate(handles),
        words::rate(arrive)
    );
    (text, too_slow)
}

/// What keeps its batch coming back, and the setting to blame.
fn why_blocked(settings: &Second) -> (String, Knob) {
    let (mapping, function) = (&settings.mapping, &settings.function);
    let takes = function.per_batch.0 + function.per_record.0 * u64::from(mapping.batch_size);
    if !function.chokes && takes > function.timeout.0 {
        let text = "A full batch takes longer than its Timeout: it fails every time.";
        return (text.to_owned(), Knob::SecondTimeout);
    }
    let until = match (mapping.max_retries, mapping.max_record_age) {
        (Limit::AtMost(_), _) => "its retries are spent".to_owned(),
        (_, Limit::AtMost(age)) => format!("it is {} old", words::span(age)),
        _ => "it expires, which is AWS's default".to_owned(),
    };
    let text = format!("The same batch fails again and again, and is tried until {until}.");
    (text, Knob::SecondRetries)
}

/// What is not set yet of giving up in time, on the pill alone, with a message (E29, E37, E46).
fn give_up_in_time(now: &Situation, settings: &Second) -> Option<cure::Cure> {
    let mapping = &settings.mapping;
    let wanted = [
        (
            !matches!(mapping.max_retries, Limit::AtMost(0..=10)),
            (Knob::SecondRetries, 2),
        ),
        (!mapping.bisect, (Knob::SecondBisect, 1)),
        (
            mapping.destination == Destination::None,
            (Knob::SecondOnFailure, 1),
        ),
    ];
    let missing = wanted.into_iter().filter(|&(is_missing, _)| is_missing);
    let sets: Vec<_> = missing.map(|(_, set)| set).collect();
    (!sets.is_empty()).then(|| cure::from_here(now, &sets))
}
