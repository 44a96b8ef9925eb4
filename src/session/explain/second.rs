//! Where two mappings read the stream, each has a position and troubles of its own (E14): whose trouble it is, and how
//! the other one fares.

use super::{BEHIND, Explanation, Said, Situation, Subject, cure};
use crate::engine::config::{Destination, Limit};
use crate::engine::ledger::Ledger;
use crate::engine::second::Second;
use crate::engine::time::SimDuration;
use crate::recording::moment::{SecondMoment, SecondShard, ShardMoment};
use crate::scenario::knobs::Knob;
use crate::session::words;

/// What is said where there are two: what presses, with a word on the other mapping.
pub(super) fn beside(now: &Situation, second: &SecondMoment, said: Said) -> Explanation {
    let worst = second
        .shards
        .iter()
        .max_by_key(|shard| (shard.blocked, shard.iterator_age));
    let settings = now.consuming().second.as_deref();
    let (Some(worst), Some(settings)) = (worst, settings) else {
        return said.explanation;
    };
    let is_later = worst.iterator_age >= BEHIND && worst.iterator_age > age_of_first(now);
    if !said.goes_on && (worst.blocked || is_later) {
        return troubled(now, (second, settings), worst);
    }
    if !said.goes_on && said.subject == Subject::Nobody && lost(&second.ledger) > 0 {
        return has_lost(now, (second, settings));
    }
    let mut explanation = said.explanation;
    if said.subject == Subject::FirstMapping {
        explanation.headline = format!("The first mapping: {}", explanation.headline);
    }
    explanation.sentences.push(of_second(second, worst));
    explanation
}

/// How late the first one is where it is latest.
fn age_of_first(now: &Situation) -> SimDuration {
    let ages = now.moment.shards.iter().map(|shard| shard.iterator_age);
    ages.max().unwrap_or(SimDuration::ZERO)
}

/// How the second fares while somebody else is talked about.
fn of_second(second: &SecondMoment, worst: &SecondShard) -> String {
    let late = words::span(worst.iterator_age);
    if worst.blocked {
        let how = format!("blocked on {}, {late} late", words::shard_name(worst.shard));
        return in_a_word("second", &how, &second.ledger);
    }
    in_a_word("second", &on_time(worst.iterator_age), &second.ledger)
}

/// How the first fares while the second is talked about: it is not stuck.
fn of_first(now: &Situation) -> String {
    in_a_word("first", &on_time(age_of_first(now)), &now.moment.ledger)
}

fn on_time(age: SimDuration) -> String {
    if age >= BEHIND {
        format!("{} behind", words::span(age))
    } else {
        "on time".to_owned()
    }
}

fn in_a_word(which: &str, how: &str, ledger: &Ledger) -> String {
    let lost = match lost(ledger) {
        0 => String::new(),
        n => format!(", and has lost {}", words::good_orders(n)),
    };
    format!("The {which} mapping has a position of its own: it is {how}{lost}.")
}

/// Good orders that a mapping gave up without a message, or that expired unread.
fn lost(ledger: &Ledger) -> u64 {
    ledger.expired().good + ledger.discarded.good
}

/// Nothing is wrong any more, but the second mapping has lost good orders.
fn has_lost(now: &Situation, (second, settings): (&SecondMoment, &Second)) -> Explanation {
    let (why, blame, cure) = why_lost(now, (second, settings));
    Explanation {
        headline: format!(
            "The second mapping has lost {}, and nothing is wrong any more",
            words::good_orders(lost(&second.ledger))
        ),
        sentences: vec![why.to_owned(), of_first(now)],
        blame: Some(blame),
        cure,
        approximate: false,
    }
}

/// Why it has lost good orders, the setting to blame, and how the day could have turned out.
fn why_lost(
    now: &Situation,
    (second, settings): (&SecondMoment, &Second),
) -> (&'static str, Knob, Option<cure::Cure>) {
    // What had been tried when it expired held up what came behind it (E43).
    let stuck = second.ledger.expired_after_failures.total() > 0;
    let at_first = now.config.consuming[0].second.as_deref();
    let for_ever = at_first.is_some_and(|second| second.mapping.max_retries == Limit::Infinite);
    if second.ledger.expired().good == 0 {
        let set = if settings.mapping.bisect {
            (Knob::SecondOnFailure, 1)
        } else {
            (Knob::SecondBisect, 1)
        };
        let why = "It gave up whole batches, and without a message.";
        (why, set.0, Some(cure::whole_run(&[set])))
    } else if stuck {
        let cure = for_ever.then(|| cure::whole_run(&[(Knob::SecondRetries, 2)]));
        let why = "They expired behind a batch that was tried for too long.";
        (why, Knob::SecondRetries, cure)
    } else {
        let why = "They expired before their turn came: it could not keep up.";
        (why, Knob::SecondPerRecord, None)
    }
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
        _ if headroom < 1_000_000 => "he oldest orders there expire for it now".to_owned(),
        span => format!("he oldest order there expires in {span}"),
    };
    let lost = lost(&second.ledger);
    let standing = if worst.blocked {
        format!("It is {late} late, and t{expires}.")
    } else {
        format!("T{expires}.")
    };
    let (headline, cause, blame, cure) = if worst.blocked {
        let (cause, blame, cure) = why_blocked(settings);
        let headline = format!("The second mapping is blocked on {name}");
        (headline, cause, Some(blame), cure)
    } else {
        let headline = format!("The second mapping is {late} behind on {name}");
        let (cause, too_slow) = pace(now, settings, worst);
        let (blame, cure) = match too_slow {
            Some((blame, set)) => (Some(blame), set.map(|set| cure::from_here(&[set]))),
            None if lost > 0 => {
                let (_, blame, cure) = why_lost(now, (second, settings));
                (Some(blame), cure)
            }
            None => (None, None),
        };
        (headline, cause, blame, cure)
    };
    let lost = match lost {
        0 => String::new(),
        n => format!(" It has lost {}.", words::good_orders(n)),
    };
    Explanation {
        headline,
        sentences: vec![standing + &lost, cause, of_first(now)],
        blame,
        cure,
        approximate: false,
    }
}

/// A setting to blame, and what it or another one should be.
type TooSlow = (Knob, Option<(Knob, i64)>);

/// What it handles with full batches against what arrives, and what to blame if that is too little (E6, L4).
fn pace(now: &Situation, settings: &Second, worst: &SecondShard) -> (String, Option<TooSlow>) {
    let (mapping, function) = (&settings.mapping, &settings.function);
    let factor = i64::from(mapping.parallelization_factor);
    let mut shards = now.moment.shards.iter();
    let open = shards.clone().filter(|shard| shard.closed_at.is_none());
    let wanted = (open.count() as u64).max(1) * u64::from(mapping.parallelization_factor);
    let allowed = match settings.reserved {
        Limit::AtMost(reserved) => u64::from(reserved).min(wanted),
        Limit::Infinite => wanted,
    };
    let enough = (
        Knob::SecondReserved,
        Some((Knob::SecondReserved, wanted as i64)),
    );
    if allowed == 0 {
        let text = "Its function may not run at all: its reserved concurrency is 0.";
        return (text.to_owned(), Some(enough));
    }
    let batch = u64::from(mapping.batch_size);
    let cycle = function.time(mapping.batch_size).0 + mapping.overhead.0;
    let alone = factor as u64 * batch * 1_000_000_000 / cycle.max(1);
    let handles = alone * allowed / wanted;
    let shard = shards.find(|shard| shard.shard == worst.shard);
    let arrive = shard.map_or(0, ShardMoment::arriving_milli);
    let (then, too_slow) = if handles >= arrive {
        ("it catches up", None)
    } else if alone >= arrive {
        ("its reserved concurrency holds it back", Some(enough))
    } else {
        let faster = (Knob::SecondFactor, (factor * 2).min(10));
        let blame = Knob::SecondPerRecord;
        let set = (factor < 10).then_some(faster);
        ("it falls back further", Some((blame, set)))
    };
    let text = format!(
        "It handles {} at most and {} arrive now: {then}.",
        words::rate(handles),
        words::rate(arrive)
    );
    (text, too_slow)
}

/// What keeps its batch coming back, the setting to blame, and what would help.
fn why_blocked(settings: &Second) -> (String, Knob, Option<cure::Cure>) {
    let (mapping, function) = (&settings.mapping, &settings.function);
    let takes = function.time(mapping.batch_size);
    if !function.chokes && takes > function.timeout {
        let text = "A full batch takes longer than its Timeout: it fails every time.";
        // The batch in hand stays as large as it is, so that a smaller one is no way out.
        let seconds = takes.0.div_ceil(1_000_000) as i64;
        let cure = (seconds <= 900).then(|| cure::from_here(&[(Knob::SecondTimeout, seconds)]));
        return (text.to_owned(), Knob::SecondTimeout, cure);
    }
    let until = match (mapping.max_retries, mapping.max_record_age) {
        (Limit::AtMost(_), _) => "its retries are spent".to_owned(),
        (_, Limit::AtMost(age)) => format!("it is {} old", words::span(age)),
        _ => "it expires, which is AWS's default".to_owned(),
    };
    let text = format!("The same batch fails again and again, and is tried until {until}.");
    (text, Knob::SecondRetries, give_up_in_time(settings))
}

/// What is not set yet of giving up in time, on the pill alone, with a message (E29, E37, E46).
fn give_up_in_time(settings: &Second) -> Option<cure::Cure> {
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
    (!sets.is_empty()).then(|| cure::from_here(&sets))
}
