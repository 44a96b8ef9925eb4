//! A shard that gets on, on time or late; a pill on its way; a producer that loses records.

use super::{Explanation, LAW, NEWS, Situation, cure, time_to_catch_up, timeout};
use crate::engine::config::{Handling, Keys, Limit, Traffic};
use crate::engine::mark::MarkKind;
use crate::engine::shape::Shape;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::moment::ShardMoment;
use crate::scenario::knobs::Knob;
use crate::scenario::knobs::keys::EVEN;
use crate::session::words;

/// Catching up later than this is not worth a figure.
const SOON: SimDuration = SimDuration::from_hours(72);

/// A pill has just been sent, stored or lost, and has not failed yet.
pub(super) fn pill_news(now: &Situation) -> Option<Explanation> {
    let sent = now
        .config
        .pills
        .iter()
        .rev()
        .find(|pill| pill.at <= now.at())?;
    if now.at().since(sent.at) > NEWS {
        return None;
    }
    let name = words::shard_name(sent.shard);
    let since = |kind| now.last(sent.shard, kind).filter(|at| *at >= sent.at);
    let dealt_with = [
        MarkKind::FirstFailure,
        MarkKind::Ticket,
        MarkKind::Discarded,
    ];
    if dealt_with.into_iter().any(|kind| since(kind).is_some()) {
        return None;
    }
    if since(MarkKind::PillLost).is_some() {
        return Some(Explanation {
            headline: "The pill never reached the stream".to_owned(),
            sentences: vec![format!(
                "{name} refused it and the producer lost it, as it loses good orders."
            )],
            blame: Some(Knob::Handling),
            cure: Some(cure::whole_run(&[(Knob::Handling, 0)])),
            approximate: false,
        });
    }
    let (headline, sentence) = if since(MarkKind::PillLanded).is_some() {
        (
            format!("A poison pill is in {name}"),
            "It looks like any other order; the reader meets it within about a second.",
        )
    } else {
        (
            format!("A poison pill is on its way to {name}"),
            "It is one order with data that the handler cannot handle.",
        )
    };
    Some(Explanation {
        headline,
        sentences: vec![sentence.to_owned()],
        ..Explanation::default()
    })
}

/// A shard refuses records, or did within the last hour, and the producer loses them (P8, P25).
pub(super) fn producer_loses(now: &Situation) -> Option<Explanation> {
    let recent = |mark: &&crate::engine::mark::Mark| {
        mark.kind == MarkKind::WriteThrottled
            && now.at().since(mark.at) <= SimDuration::from_hours(1)
    };
    let shards = now.moment.shards.iter();
    let busiest = shards.max_by_key(|shard| shard.throttled_last_minute)?;
    let refused_by = match busiest.throttled_last_minute {
        0 => now.marks.iter().rev().find(recent)?.shard,
        _ => Some(busiest.shard),
    };
    Some(refusal(now, refused_by))
}

/// What it does with what a shard refused.
fn refusal(now: &Situation, refused_by: Option<u16>) -> Explanation {
    let ledger = &now.moment.ledger;
    let shard = refused_by.map_or("a shard".to_owned(), words::shard_name);
    let silently = ledger.lost_silently.total();
    let given_up = ledger.given_up.total();
    let producing = now.config.producing_at(now.at());
    if producing.handling == Handling::Naive && silently > 0 {
        return Explanation {
            headline: format!("{} gone before they were stored", words::orders(silently)),
            sentences: vec![
                format!(
                    "{shard} refuses more than 1,000 records or 1 MB in a second, and PutRecords still answers 200."
                ),
                "The code looks for an exception only, so nobody knows.".to_owned(),
            ],
            blame: Some(Knob::Handling),
            cure: Some(cure::whole_run(&[(Knob::Handling, 0)])),
            approximate: false,
        };
    }
    let (headline, sentence) = if given_up > 0 {
        (
            format!("The producer has given up {}", words::orders(given_up)),
            format!(
                "It sends again what was refused, gives up after {}, and knows what it lost.",
                words::count(u64::from(producing.max_sends), "try", "tries")
            ),
        )
    } else {
        (
            format!("{shard} refuses records"),
            "A shard takes 1,000 records or 1 MB in a second; the producer sends again what was refused.".to_owned(),
        )
    };
    let mut sentences = vec![sentence];
    let crowded = refused_by.and_then(|shard| crowded_by_keys(now, shard));
    let shards = i64::from(now.config.shard_count);
    let (blame, set) = match crowded {
        Some(sentence) => {
            sentences.push(sentence);
            (Knob::Keys, (Knob::Keys, EVEN))
        }
        None => (Knob::ShardCount, (Knob::ShardCount, (shards * 2).min(200))),
    };
    sentences.push(format!(
        "{} refused so far, each time counted.",
        words::count(ledger.entries_throttled, "record", "records")
    ));
    Explanation {
        headline,
        sentences,
        blame: Some(blame),
        cure: Some(cure::whole_run(&[set])),
        approximate: false,
    }
}

/// That a shard is sent too much while an average one is not, if so, and why (P4, S7).
fn crowded_by_keys(now: &Situation, shard: u16) -> Option<String> {
    let shards = &now.moment.shards;
    let open = || shards.iter().filter(|shard| shard.closed_at.is_none());
    let shard = open().find(|open| open.shard == shard)?;
    let all: u64 = open().map(|shard| shard.offered_milli).sum();
    let mean = all / open().count() as u64;
    if shard.offered_milli <= shard.takes_milli || mean > shard.takes_milli {
        return None;
    }
    let (mean, offered) = (words::rate(mean), words::rate(shard.offered_milli));
    let is_hot = match &now.config.traffic {
        Traffic::Generated(traffic) => {
            matches!(traffic.keys, Keys::Hot { .. } | Keys::Zipf(_))
        }
        Traffic::Explicit(_) => return None,
    };
    let why = if is_hot {
        "a key lives on one shard, so more shards hardly help the hot one. Spread over all hash keys its orders fit, and lose their order"
    } else {
        "MD5 deals keys out like dice; ExplicitHashKeys deal them evenly"
    };
    Some(format!(
        "An average shard is sent {mean}, this one {offered}: {why}."
    ))
}

/// The reader stands where records expire: no headroom, and perhaps orders spill (E45).
pub(super) fn at_the_rim(now: &Situation, shard: &ShardMoment) -> Explanation {
    let lost = words::good_orders(shard.ledger.expired().good);
    let arriving = words::rate(shard.arriving_milli());
    let capacity = words::rate(shard.capacity_milli);
    let released = now.released(shard.shard);
    let mut sentences = Vec::new();
    if let Some(at) = released {
        sentences.push(format!(
            "The pill has been gone since {} and every call succeeds, but the reader is a whole retention late.",
            words::clock(at)
        ));
    }
    let catch_up = catch_up(shard);
    sentences.push(match catch_up {
        None => format!(
            "{arriving} arrive and only {capacity} can be handled, so the rest goes over the rim unread: {lost} so far."
        ),
        Some(time) if time > SOON => format!(
            "{capacity} can be handled and {arriving} arrive, hardly enough to get away from the rim; {lost} lost so far."
        ),
        Some(time) => format!(
            "{capacity} can be handled and {arriving} arrive, so at this rate it catches up in {}; {lost} lost so far.",
            words::span(time)
        ),
    });
    sentences.push("No retry setting helps any more; only speed (ParallelizationFactor, faster handling) or more retention does.".to_owned());
    let retried_for_ever = now.config.consuming[0].mapping.max_retries == Limit::Infinite;
    let blame = if released.is_some() && retried_for_ever {
        Knob::MaximumRetryAttempts
    } else {
        Knob::PerRecord
    };
    Explanation {
        headline: rim_headline(shard, released.is_some()),
        sentences,
        blame: Some(blame),
        cure: Some(cure::speed_or_retention(now)),
        approximate: false,
    }
}

fn rim_headline(shard: &ShardMoment, released: bool) -> String {
    let name = words::shard_name(shard.shard);
    let spilt = u64::from(shard.expired_last_minute);
    if spilt == 0 && shard.headroom < SimDuration::from_secs(1) {
        return format!("The reader of {name} stands at the rim, without any headroom");
    }
    if spilt == 0 {
        let headroom = words::span(shard.headroom);
        return format!("The reader of {name} stands at the rim, with {headroom} of headroom");
    }
    let verb = if spilt == 1 { "spills" } else { "spill" };
    let spilling = format!("a minute {verb} over the rim of {name}");
    let orders = words::good_orders(spilt);
    if released {
        format!("Errors read zero, and {orders} {spilling}")
    } else {
        format!("{orders} {spilling}")
    }
}

fn catch_up(shard: &ShardMoment) -> Option<SimDuration> {
    let unread = shard.ledger.unread.total();
    time_to_catch_up(unread, shard.arriving_milli(), shard.capacity_milli)
}

/// Late, with headroom: a backlog that builds or drains.
pub(super) fn behind(now: &Situation, shard: &ShardMoment) -> Explanation {
    let name = words::shard_name(shard.shard);
    let late = words::span(shard.iterator_age);
    let (arriving, capacity) = (
        words::rate(shard.arriving_milli()),
        words::rate(shard.capacity_milli),
    );
    let catch_up = catch_up(shard);
    let headroom = words::span(shard.headroom);
    let lost = shard.ledger.expired().good;
    let normal = normal_backlog(now, shard);
    let headline = match (catch_up, normal) {
        (Some(_), _) => format!("{name} is {late} behind and catching up"),
        (None, true) => format!("The daily peak builds a backlog: {name} is {late} behind"),
        (None, false) => format!("{name} is {late} behind and falls back further"),
    };
    let mut sentences = vec![match catch_up {
        Some(time) if time > SOON => format!(
            "It handles {capacity} and {arriving} arrive, so it hardly gains; {headroom} of headroom are left."
        ),
        Some(time) => format!(
            "It handles {capacity} and {arriving} arrive, so at this rate it is caught up in {}; until then {headroom} of headroom are left.",
            words::span(time)
        ),
        None => format!(
            "{arriving} arrive and {capacity} can be handled; {headroom} of headroom are left."
        ),
    }];
    if lost > 0 {
        sentences.push(format!("{} expired.", words::good_orders(lost)));
        sentences.push(LAW.to_owned());
    } else if normal {
        sentences.push("A high iterator age at the end of the peak is normal: the function handles more than the day's mean and less than its peak, so retention is the headroom.".to_owned());
    }
    let chronic = now
        .mean_and_peak(shard)
        .is_some_and(|(mean, _)| mean >= shard.capacity_milli);
    if chronic && catch_up.is_none() {
        sentences.push("That is less than the mean of the day: it never catches up, and in the end orders expire for ever.".to_owned());
    }
    let stuck_before = now.last(shard.shard, MarkKind::LaneBlocked).is_some();
    let (blame, cure) = if chronic && catch_up.is_none() {
        (Some(Knob::PerRecord), Some(cure::speed_or_retention(now)))
    } else if lost > 0 && stuck_before {
        (
            Some(Knob::MaximumRetryAttempts),
            cure::limit_retries_from_the_start(now),
        )
    } else {
        (None, None)
    };
    Explanation {
        headline,
        sentences,
        blame,
        cure,
        approximate: false,
    }
}

/// All is well; honest about the daily peak.
pub(super) fn idle(now: &Situation) -> Explanation {
    let busiest = now
        .moment
        .shards
        .iter()
        .max_by_key(|shard| shard.arriving_milli());
    let Some(shard) = busiest.filter(|shard| shard.arriving_milli() > 0) else {
        return Explanation {
            headline: "All is well: nobody waits".to_owned(),
            ..Explanation::default()
        };
    };
    if shard.capacity_milli == 0
        && let Some(said) = timeout::will_time_out(now)
    {
        return said;
    }
    let handles = words::rate(shard.capacity_milli);
    let subject = match now.moment.shards.len() {
        1 => "The shard".to_owned(),
        n => format!("Each of {n} shards"),
    };
    let mut first = format!(
        "{subject} handles {handles} and gets {} now",
        words::rate(shard.arriving_milli())
    );
    let (mean, peak) = now.mean_and_peak(shard).unwrap_or((0, 0));
    match &now.config.traffic {
        Traffic::Generated(traffic)
            if traffic.swing_permille > 0 && !matches!(traffic.shape, Shape::Course(_)) =>
        {
            let peak = words::rate(peak);
            let clock = words::clock_of_day(traffic.peak_at);
            first = format!("{first}, {peak} at the peak of the day ({clock}).");
        }
        _ => first += ".",
    }
    let too_slow = mean >= shard.capacity_milli;
    let second = if too_slow {
        format!(
            "The mean of the day is {}, more than it can handle: the backlog will grow until orders expire.",
            words::rate(mean)
        )
    } else if peak > shard.capacity_milli {
        "The function handles more than the day's mean and less than its peak: the peak builds a backlog and the evening drains it, so retention is the headroom.".to_owned()
    } else {
        "The function handles more than the peak, so no backlog builds.".to_owned()
    };
    let headline = if too_slow {
        "Nobody waits yet, but the function is too slow for the day"
    } else {
        "All is well: every order is handled within seconds"
    };
    Explanation {
        headline: headline.to_owned(),
        sentences: vec![first, second],
        blame: too_slow.then_some(Knob::PerRecord),
        cure: too_slow.then(|| cure::speed_or_retention(now)),
        approximate: false,
    }
}

/// Whether the backlog is nothing but the daily peak above what the function handles.
fn normal_backlog(now: &Situation, shard: &ShardMoment) -> bool {
    let Some((mean, peak)) = now.mean_and_peak(shard) else {
        return false;
    };
    let quiet = now.last(shard.shard, MarkKind::LaneBlocked).is_none();
    let half = SimDuration(now.moment.retention.0 / 2);
    quiet && mean < shard.capacity_milli && peak > shard.capacity_milli && shard.iterator_age < half
}

/// When the pill of a shard arrived that was last seen to land there.
pub(super) fn landed(now: &Situation) -> Option<SimTime> {
    let mut seen = now.marks.iter().rev();
    seen.find(|mark| mark.kind == MarkKind::PillLanded && mark.at <= now.at())
        .map(|mark| mark.at)
}
