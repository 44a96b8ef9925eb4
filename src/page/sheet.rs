//! The rows of the ledger panel.

use crate::engine::ledger::{Ledger, Tally};

/// What a row's colour and mark mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// In the stream, not handled yet.
    Good,
    /// Handled.
    Done,
    /// Reported to the destination.
    Ticket,
    /// Lost for ever.
    Lost,
    /// A sum or a place on the way.
    Plain,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Names it in tests and styles.
    pub id: &'static str,
    /// Its words.
    pub label: &'static str,
    /// How many records.
    pub tally: Tally,
    /// Its bar, in permille of what was generated.
    pub permille: u32,
    /// What it means.
    pub tone: Tone,
    /// Whether it is a part of the sum above it.
    pub part: bool,
}

/// What a row is made of: its id and words, where its number is, what it means, whether it is a part of
/// the sum above it, and whether it is shown when it is zero.
type Kind = (
    &'static str,
    &'static str,
    fn(&Ledger) -> Tally,
    Tone,
    bool,
    bool,
);

#[rustfmt::skip]
const KINDS: [Kind; 17] = [
    ("generated", "generated", |l| l.generated, Tone::Plain, false, true),
    ("written_again", "written again", |l| l.written_again, Tone::Plain, false, false),
    ("with_producer", "still with the producer", |l| l.with_producer, Tone::Plain, true, false),
    ("never_stored", "never stored", Ledger::never_stored, Tone::Lost, true, false),
    ("stored", "stored", |l| l.stored, Tone::Plain, false, true),
    ("processed", "processed", Ledger::handled, Tone::Done, true, true),
    ("parked", "parked by the handler", |l| l.parked, Tone::Ticket, true, false),
    ("swallowed", "swallowed by the handler", |l| l.swallowed, Tone::Lost, true, false),
    ("skipped", "skipped by the starting position", |l| l.skipped, Tone::Lost, true, false),
    ("filtered", "filtered out", |l| l.filtered, Tone::Plain, true, false),
    ("to_destination", "to the destination", Ledger::waiting, Tone::Ticket, true, true),
    ("reread", "read again in time", |l| l.reread, Tone::Done, true, false),
    ("too_late", "read again too late", |l| l.too_late, Tone::Lost, true, false),
    ("discarded", "discarded without a trace", |l| l.discarded, Tone::Lost, true, true),
    ("expired_undelivered", "expired, never delivered", |l| l.expired_undelivered, Tone::Lost, true, true),
    ("expired_after_failures", "expired after failures", |l| l.expired_after_failures, Tone::Lost, true, false),
    ("unread", "unread or in flight", |l| l.unread, Tone::Good, true, true),
];

/// The rows, sums first, then their parts. Rows of zeros that are of no interest are left out.
pub fn rows(ledger: &Ledger) -> Vec<Row> {
    let all = ledger.generated.total().max(1);
    KINDS
        .iter()
        .filter_map(|&(id, label, pick, tone, part, always)| {
            let tally = pick(ledger);
            let row = Row {
                id,
                label,
                tally,
                permille: (tally.total() * 1_000 / all) as u32,
                tone,
                part,
            };
            (always || tally.total() > 0).then_some(row)
        })
        .collect()
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every record was handled.
    Nothing,
    /// Pills, and nothing else, were not handled.
    OnlyPills,
    /// A batch or so.
    Few,
    /// More than that.
    Many,
}

/// More unhandled records than this are [`Verdict::Many`].
const FEW: u64 = 2_000;

/// Records that ended without having been handled: never stored, set aside by the handler, given up on, or expired.
pub fn unhandled(ledger: &Ledger) -> u64 {
    all_unhandled(ledger).total()
}

fn all_unhandled(ledger: &Ledger) -> Tally {
    let set_aside = ledger.parked + ledger.swallowed + ledger.skipped;
    ledger.never_stored() + set_aside + given_up(ledger) + ledger.expired()
}

fn given_up(ledger: &Ledger) -> Tally {
    ledger.waiting() + ledger.too_late + ledger.discarded
}

/// How a run ended, and what to say about it.
pub fn verdict(outcome: &Ledger) -> (Verdict, &'static str) {
    let Tally { good, poison } = all_unhandled(outcome);
    let has_pills = outcome.generated.poison > 0;
    match (good, poison) {
        (0, 0) => (
            Verdict::Nothing,
            "Every order is handled, or still has time.",
        ),
        (0, 1) => (
            Verdict::OnlyPills,
            "★ One record, and it is the pill. No good order was lost.",
        ),
        (0, _) => (
            Verdict::OnlyPills,
            "★ They are the pills. No good order was lost.",
        ),
        (1..=FEW, _) if has_pills => (Verdict::Few, "Better. Can you make it one?"),
        (1..=FEW, _) => (Verdict::Few, "Can you make it none?"),
        _ => (Verdict::Many, blame(outcome)),
    }
}

/// Where most of a large loss went. A pill is named only if it expired: one that was given up in time held nobody up.
fn blame(outcome: &Ledger) -> &'static str {
    let producer = outcome.never_stored().good;
    let (given_up, expired) = (given_up(outcome).good, outcome.expired().good);
    if producer > given_up + expired {
        "Most of them never reached the stream. Change a setting, and see the day turn out differently."
    } else if given_up <= expired && outcome.expired().poison > 0 {
        "One bad record did this. Change a setting, and see the day turn out differently."
    } else if given_up > expired {
        "Most of them were given up. Change a setting, and see the day turn out differently."
    } else {
        "More arrives than is handled in time. Change a setting, and see the day turn out differently."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(good: u64, poison: u64) -> Tally {
        Tally { good, poison }
    }

    #[test]
    fn the_parts_shown_add_up_to_their_sums() {
        let ledger = Ledger {
            generated: tally(100, 2),
            with_producer: tally(1, 0),
            given_up: tally(2, 0),
            lost_silently: tally(3, 1),
            stored: tally(94, 1),
            processed: tally(50, 0),
            parked: tally(3, 0),
            swallowed: tally(4, 0),
            skipped: tally(2, 0),
            to_destination: tally(2, 0),
            reread: tally(1, 0),
            discarded: tally(5, 0),
            expired_undelivered: tally(6, 0),
            expired_after_failures: tally(7, 1),
            unread: tally(22, 0),
            ..Ledger::default()
        };
        assert!(ledger.adds_up());
        let rows = rows(&ledger);
        let stored = rows
            .iter()
            .position(|row| row.id == "stored")
            .expect("always there");
        let sum = |rows: &[Row]| {
            rows.iter()
                .fold(Tally::default(), |sum, row| sum + row.tally)
        };
        assert_eq!(sum(&rows[stored + 1..]), rows[stored].tally);
        assert_eq!(sum(&rows[1..=stored]), rows[0].tally);
    }

    #[test]
    fn a_verdict_says_what_happened() {
        let check = |pills, [lost, discarded, expired]: [(u64, u64); 3], expected, says: &str| {
            let ledger = Ledger {
                generated: tally(1_000_000, pills),
                given_up: tally(lost.0, lost.1),
                discarded: tally(discarded.0, discarded.1),
                expired_undelivered: tally(expired.0, expired.1),
                ..Ledger::default()
            };
            let (verdict, words) = verdict(&ledger);
            assert_eq!(verdict, expected, "{words}");
            assert!(words.contains(says), "{words:?} should say {says:?}");
        };
        let none = (0, 0);
        check(0, [none, none, none], Verdict::Nothing, "handled");
        check(1, [none, none, none], Verdict::Nothing, "handled");
        check(
            1,
            [none, (0, 1), none],
            Verdict::OnlyPills,
            "it is the pill",
        );
        check(3, [none, (0, 3), none], Verdict::OnlyPills, "the pills");
        // A good order is lost and the pill is not.
        check(1, [none, (1, 0), none], Verdict::Few, "make it one");
        check(1, [none, (99, 1), none], Verdict::Few, "make it one");
        check(0, [none, (99, 0), none], Verdict::Few, "make it none");
        check(
            1,
            [none, none, (118_000, 1)],
            Verdict::Many,
            "One bad record",
        );
        // A pill that was given up in time held nobody up.
        check(
            1,
            [none, (99, 1), (118_000, 0)],
            Verdict::Many,
            "More arrives",
        );
        check(1, [none, (5_000, 1), none], Verdict::Many, "given up");
        check(0, [none, none, (118_000, 0)], Verdict::Many, "More arrives");
        check(0, [none, (5_000, 0), none], Verdict::Many, "given up");
        check(
            1,
            [(5_000, 0), none, (99, 1)],
            Verdict::Many,
            "never reached",
        );
    }

    #[test]
    fn an_empty_ledger_shows_the_rows_that_matter() {
        let ids: Vec<_> = rows(&Ledger::default()).iter().map(|row| row.id).collect();
        assert!(ids.contains(&"processed") && !ids.contains(&"never_stored"));
    }
}
