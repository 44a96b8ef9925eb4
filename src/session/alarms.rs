//! When somebody would have been paged, in a sentence. Knows only what it is given: under the veil, the past.

use super::words::{clock, good_orders, span};
use crate::engine::config::Role;
use crate::engine::mark::{Alarm, Mark, MarkKind};
use crate::engine::time::SimTime;
use crate::recording::alarms::Watched;

const MINUTE_US: u64 = 60_000_000;

/// What an alarm watches, under AWS's name where it has one.
pub fn alarm_name(alarm: Alarm) -> &'static str {
    match alarm {
        Alarm::IteratorAge => "IteratorAge",
        Alarm::Errors => "Errors",
        Alarm::FailedEntries => "FailedEntries",
    }
}

/// A sentence for each alarm that went off up to `until`, in the order in which they did; `minutes` and `second` are what
/// the two functions' alarms watch.
pub fn pages(
    marks: &[Mark],
    (minutes, second): (&[Watched], &[Watched]),
    until: SimTime,
) -> Vec<String> {
    let mut told: Vec<(Alarm, Role)> = Vec::new();
    let mut sentences = Vec::new();
    for mark in marks.iter().filter(|mark| mark.at <= until) {
        if let MarkKind::Paged(alarm) = mark.kind
            && !told.contains(&(alarm, mark.role))
        {
            told.push((alarm, mark.role));
            let minutes = match mark.role {
                Role::First => minutes,
                Role::Second => second,
            };
            sentences.push(page((alarm, mark.role), mark.at, marks, minutes, until));
        }
    }
    sentences
}

/// The first page of an alarm, the first loss after it, and the last time it turned itself OK again.
fn page(
    (alarm, role): (Alarm, Role),
    at: SimTime,
    marks: &[Mark],
    minutes: &[Watched],
    until: SimTime,
) -> String {
    let known = marks
        .iter()
        .filter(|mark| mark.at <= until && mark.role == role);
    let (mut loss, mut ok) = (None, None);
    for mark in known {
        match mark.kind {
            MarkKind::FirstExpiry | MarkKind::Discarded => loss = loss.or(Some(mark.at)),
            MarkKind::BackToOk(other) if other == alarm => ok = Some(mark.at),
            MarkKind::Paged(other) if other == alarm => ok = None,
            _ => {}
        }
    }
    let of_whom = match role {
        Role::First => "",
        Role::Second => " of mapping 2",
    };
    let loss = loss.map_or_else(String::new, |loss| {
        let (apart, order) = if at <= loss {
            (loss.since(at), "before")
        } else {
            (at.since(loss), "after")
        };
        format!(", {} {order} the first loss", span(apart))
    });
    let ok = ok.map_or_else(String::new, |ok| turned_ok(ok, minutes, until));
    format!(
        "You would have been paged for {}{of_whom} at {}{loss}{ok}.",
        alarm_name(alarm),
        clock(at)
    )
}

/// When the alarm turned itself OK, and what was lost from then on.
fn turned_ok(ok: SimTime, minutes: &[Watched], until: SimTime) -> String {
    let from = (ok.0 / MINUTE_US) as usize;
    let to = (until.0 / MINUTE_US) as usize;
    let known = minutes.iter().take(to).skip(from);
    let lost: u64 = known.map(|minute| u64::from(minute.expired)).sum();
    let lost = match lost {
        0 => String::new(),
        _ => format!(", and after that {} were lost", good_orders(lost)),
    };
    format!("; it turned itself OK again at {}{lost}", clock(ok))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(minute: u64, kind: MarkKind) -> Mark {
        Mark {
            at: SimTime::from_secs(minute * 60),
            shard: None,
            kind,
            role: Role::First,
        }
    }

    #[test]
    fn a_page_is_told_with_what_is_known_by_then() {
        let errors = Alarm::Errors;
        let marks = [
            mark(63, MarkKind::Paged(errors)),
            mark(1_501, MarkKind::FirstExpiry),
            mark(1_503, MarkKind::BackToOk(errors)),
        ];
        // Ten orders expire in each minute from 25:00 on.
        let minutes: Vec<Watched> = (0..1_600)
            .map(|minute| Watched {
                expired: u32::from(minute >= 1_500) * 10,
                ..Watched::default()
            })
            .collect();
        for (minute, expected) in [
            (62, None),
            (
                63,
                Some("You would have been paged for Errors at day 1, 10:03:00."),
            ),
            (
                1_502,
                Some(
                    "You would have been paged for Errors at day 1, 10:03:00, 23 h 58 min before the first loss.",
                ),
            ),
            (
                1_513,
                Some(
                    "You would have been paged for Errors at day 1, 10:03:00, 23 h 58 min before the first loss; \
                     it turned itself OK again at day 2, 10:03:00, and after that 100 good orders were lost.",
                ),
            ),
        ] {
            let found = pages(&marks, (&minutes, &[]), SimTime::from_secs(minute * 60));
            assert_eq!(
                found.first().map(String::as_str),
                expected,
                "minute {minute}"
            );
        }
    }
}
