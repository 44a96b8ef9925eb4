//! The glossary keeps its own rules, and knows the words the page shows.

use std::collections::BTreeSet;

use super::*;
use crate::engine::ledger::{Ledger, Tally};
use crate::page::sheet;
use crate::recording::metrics::METRICS;
use crate::scenario::knobs::Group;

/// Longer than this is no answer to "what does it mean".
const LONGEST: usize = 240;

#[test]
fn ids_are_said_once_and_are_plain() {
    let mut ids = BTreeSet::new();
    for term in terms() {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(term.id.chars().all(plain), "{}", term.id);
        assert!(ids.insert(term.id), "{} is there twice", term.id);
        assert_eq!(find(term.id), Some(term));
    }
    assert!(ids.len() > 100, "only {}", ids.len());
    assert_eq!((find("no-such-term"), named("no such term")), (None, None));
}

#[test]
fn a_word_means_one_thing() {
    let mut words = BTreeSet::new();
    for term in terms() {
        for word in std::iter::once(&term.name).chain(term.also) {
            assert!(!word.is_empty() && word.trim() == *word, "{}", term.id);
            assert!(words.insert(word.to_lowercase()), "{word} means two things");
            assert_eq!(named(word), Some(term), "{word}");
        }
    }
}

#[test]
fn meanings_are_one_or_two_short_plain_sentences() {
    for term in terms() {
        let (id, meaning) = (term.id, term.meaning);
        assert!(meaning.ends_with('.'), "{id}: {meaning}");
        assert!(meaning.chars().count() <= LONGEST, "{id} is too long");
        assert!(
            (1..=2).contains(&(meaning.matches(". ").count() + 1)),
            "{id}: {meaning}"
        );
        let first = meaning.chars().next();
        assert!(first.is_some_and(char::is_uppercase), "{id}: {meaning}");
        assert!(!meaning.contains(['\n', '|', '<', '>']), "{id}: {meaning}");
    }
}

#[test]
fn links_lead_to_awss_own_pages() {
    for page in terms().filter_map(|term| term.aws) {
        let own = ["https://docs.aws.amazon.com/", "https://aws.amazon.com/"];
        assert!(
            own.iter().any(|own| page.url.starts_with(own)),
            "{}",
            page.url
        );
        assert!(!page.url.contains([' ', '"', '#', '?']), "{}", page.url);
        assert!(
            !page.title.is_empty() && !page.title.ends_with('.'),
            "{}",
            page.title
        );
    }
}

#[test]
fn every_heading_of_the_settings_is_explained() {
    for group in Group::ALL {
        assert!(named(group.title()).is_some(), "{}", group.title());
    }
}

#[test]
fn every_row_of_the_ledger_is_explained() {
    let one = Tally { good: 1, poison: 0 };
    // Every row is shown, as none of them is zero.
    let ledger = Ledger {
        generated: one,
        written_again: one,
        with_producer: one,
        given_up: one,
        stored: one,
        processed: one,
        parked: one,
        swallowed: one,
        skipped: one,
        filtered: one,
        to_destination: one + one + one,
        reread: one,
        too_late: one,
        discarded: one,
        expired_undelivered: one,
        expired_after_failures: one,
        unread: one,
        ..Ledger::default()
    };
    let rows = sheet::rows(&ledger);
    assert_eq!(rows.len(), 17);
    for row in rows {
        assert!(named(row.label).is_some(), "{}", row.label);
    }
}

#[test]
fn every_metric_is_explained() {
    for metric in METRICS {
        let term = named(metric.name);
        assert!(
            term.is_some_and(|term| term.name == metric.name),
            "{}",
            metric.name
        );
    }
}

/// What has to be found by the name its place on the page gives it.
#[test]
fn every_word_of_the_picture_is_explained() {
    for word in [
        "rim",
        "iterator age",
        "headroom",
        "pill",
        "shard",
        "partition key",
        "hash key",
        "batch",
        "bisect",
        "lane",
        "checkpoint",
        "ticket",
        "on-failure destination",
        "throttle",
        "expired",
        "discarded",
        "back-off",
        "full jitter",
        "idempotency",
        "enhanced fan-out",
        "on-demand",
        "trim horizon",
        "event source mapping",
        "veil",
        "auto speed",
        "Errors",
        "IteratorAge",
        "Throttles",
        "whole run",
        "from here",
        "lens",
        "mark",
    ] {
        assert!(named(word).is_some(), "{word}");
    }
}
