//! Finds the terms that a sentence uses.

use super::{Term, find};

/// What a sentence may use that a newcomer has to ask about. Words that every sentence has (order, batch, shard) are not
/// among them.
const ASKED: [&str; 22] = [
    "retention",
    "iterator-age",
    "rim",
    "headroom",
    "checkpoint",
    "bisect",
    "destination",
    "retry-limit",
    "record-age",
    "partial-response",
    "partition-key",
    "hot-key",
    "lane",
    "concurrency",
    "reserved-concurrency",
    "throttle",
    "write-limit",
    "batch-window",
    "back-off",
    "cold-start",
    "black-hole",
    "retry-storm",
];

/// A part of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain words.
    Plain(&'a str),
    /// A term, as the sentence has it.
    Term(&'static Term, &'a str),
}

/// A sentence cut where it uses a term for the first time.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut asked: Vec<&'static Term> = ASKED.iter().filter_map(|id| find(id)).collect();
    let (mut pieces, mut rest) = (Vec::new(), text);
    // The first that comes; of those that begin at one place the longest.
    while let Some((term, from, to)) = asked
        .iter()
        .filter_map(|&term| place(rest, term))
        .min_by_key(|&(_, from, to)| (from, usize::MAX - to))
    {
        if from > 0 {
            pieces.push(Piece::Plain(&rest[..from]));
        }
        pieces.push(Piece::Term(term, &rest[from..to]));
        rest = &rest[to..];
        asked.retain(|other| other.id != term.id);
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}

/// Where a text has a term as words of their own.
fn place(text: &str, term: &'static Term) -> Option<(&'static Term, usize, usize)> {
    let names = std::iter::once(term.name).chain(term.also.iter().copied());
    let places = names.filter_map(|name| Some((find_word(text, name)?, name.len())));
    let (from, length) = places.min_by_key(|&(from, length)| (from, usize::MAX - length))?;
    Some((term, from, from + length))
}

fn find_word(text: &str, name: &str) -> Option<usize> {
    let is_word = |c: char| c.is_alphanumeric();
    let mut starts = text.char_indices().map(|(at, _)| at);
    let fits = |&at: &usize| {
        let end = at + name.len();
        text.get(at..end)
            .is_some_and(|part| part.eq_ignore_ascii_case(name))
            && !text[..at].ends_with(is_word)
            && !text[end..].starts_with(is_word)
    };
    starts.find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expects the terms of a sentence, as it has them.
    fn check(text: &str, expected: &[(&str, &str)]) {
        let found = pieces(text);
        let terms: Vec<(&str, &str)> = found
            .iter()
            .filter_map(|piece| match piece {
                Piece::Term(term, words) => Some((term.id, *words)),
                Piece::Plain(_) => None,
            })
            .collect();
        assert_eq!(terms, expected, "{text}");
        let whole: String = found
            .iter()
            .map(|piece| match piece {
                Piece::Term(_, words) | Piece::Plain(words) => *words,
            })
            .collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn every_term_that_may_be_asked_is_in_the_glossary() {
        for id in ASKED {
            assert!(find(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_sentence_is_cut_at_its_terms() {
        check("All is well.", &[]);
        check("", &[]);
        check(
            "The reader is a whole retention late.",
            &[("retention", "retention")],
        );
        check(
            "Iterator age grows — towards the rim.",
            &[("iterator-age", "Iterator age"), ("rim", "rim")],
        );
    }

    #[test]
    fn a_term_is_asked_once_and_is_a_word_of_its_own() {
        check("the rim, and the rim again", &[("rim", "rim")]);
        check("they trim the primary rims", &[]);
        check(
            "Reserved concurrency is full.",
            &[("reserved-concurrency", "Reserved concurrency")],
        );
    }
}
