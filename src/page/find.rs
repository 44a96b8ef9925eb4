//! Finding a knob by what people call it, and setting it in the same breath: `dead letter sqs`, `retention 7d`.

use crate::scenario::knobs::{KNOBS, Kind, Knob, KnobSpec};
use crate::scenario::spelling::parse;

/// A knob that was looked for, and the value that followed its name, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The knob.
    pub knob: Knob,
    /// What to set it to, if anything was said.
    pub value: Option<String>,
}

/// More words than this are not a name; what follows is a value.
const NAME_MAX: usize = 8;

/// The knobs a query may mean, the best first. Words may come in any order; a value to set comes last.
pub fn find(query: &str) -> Vec<Hit> {
    let words = typed(query);
    let mut found: Vec<(Closeness, Hit)> = KNOBS
        .iter()
        .filter_map(|spec| meant(spec, query, &words))
        .collect();
    // The sort is stable: equally close knobs stay in the table's order.
    found.sort_by_key(|(closeness, _)| *closeness);
    found.into_iter().map(|(_, hit)| hit).collect()
}

/// How close a knob is to a query; the smallest is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Closeness {
    /// How many words are neither its name nor a value of it.
    unread: usize,
    /// How the name was met.
    rank: Rank,
    /// How many words are left for the value.
    left: usize,
    /// The knob is not among those of the first view.
    in_the_rest: bool,
}

/// How words name a knob, the best first. Key and label count alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// They are its label.
    Label,
    /// They are what some people call it.
    Alias,
    /// Its label begins with them.
    LabelStart,
    /// What some people call it begins with them.
    AliasStart,
    /// All are in its label.
    InLabel,
    /// All are in its label, in what people call it, or in the names of its choices.
    InAlias,
    /// All are there, in its group's heading or in its help.
    InHelp,
}

/// A word of the query, and where it stands.
struct Typed {
    folded: String,
    at: usize,
}

fn typed(query: &str) -> Vec<Typed> {
    let mut words = Vec::new();
    let mut at = 0;
    for part in query.split_inclusive([' ', '\t', '=', ':', ',']) {
        let word = part.trim_end_matches([' ', '\t', '=', ':', ',']);
        if !word.is_empty() {
            let folded = fold(word).concat();
            words.push(Typed { folded, at });
        }
        at += part.len();
    }
    words
}

/// What the query says about a knob in the reading that fits best, if it may mean it at all.
fn meant(spec: &'static KnobSpec, query: &str, words: &[Typed]) -> Option<(Closeness, Hit)> {
    let texts = Texts::of(spec);
    let readings = (1..=words.len().min(NAME_MAX)).filter_map(|named| {
        let rank = texts.rank(&words[..named])?;
        let value = words.get(named).map(|word| query[word.at..].trim_end());
        let understood = value.is_none_or(|value| reads(spec, rank, value));
        let closeness = Closeness {
            unread: if understood { 0 } else { words.len() - named },
            rank,
            left: words.len() - named,
            in_the_rest: !spec.first_view,
        };
        Some((closeness, value))
    });
    // Of two that are equally close the first is taken, which leaves more for the value.
    let (closeness, value) = readings.min_by_key(|(found, _)| (found.unread, found.rank))?;
    let hit = Hit {
        knob: spec.knob,
        value: value.map(str::to_owned),
    };
    Some((closeness, hit))
}

/// Whether a value can be one of the knob. A text may be anything, so its knob must have been named in full.
fn reads(spec: &KnobSpec, rank: Rank, value: &str) -> bool {
    let named = matches!(rank, Rank::Label | Rank::Alias);
    match spec.kind {
        Kind::Text { .. } => named,
        Kind::Count { .. }
        | Kind::Limit { .. }
        | Kind::Span { .. }
        | Kind::Permille { .. }
        | Kind::Toggle
        | Kind::Choice(_) => parse(spec.knob, value).is_ok(),
    }
}

/// All that a knob is found by, in words.
struct Texts {
    labels: [Vec<String>; 2],
    aliases: Vec<Vec<String>>,
    choices: Vec<Vec<String>>,
    told: [Vec<String>; 2],
}

impl Texts {
    fn of(spec: &KnobSpec) -> Self {
        let choices = match spec.kind {
            Kind::Choice(names) => names,
            Kind::Count { .. }
            | Kind::Limit { .. }
            | Kind::Span { .. }
            | Kind::Permille { .. }
            | Kind::Toggle
            | Kind::Text { .. } => &[],
        };
        Self {
            labels: [fold(spec.label), fold(spec.key)],
            aliases: spec.also.iter().map(|text| fold(text)).collect(),
            choices: choices.iter().map(|text| fold(text)).collect(),
            told: [fold(spec.group.title()), fold(spec.help)],
        }
    }

    fn rank(&self, words: &[Typed]) -> Option<Rank> {
        let name: String = words.iter().map(|word| word.folded.as_str()).collect();
        if name.is_empty() {
            return None;
        }
        let labels = || self.labels.iter();
        let aliases = || labels().chain(&self.aliases).chain(&self.choices);
        let all_in = |texts: &[&Vec<String>]| {
            let has = |word: &Typed| texts.iter().any(|text| holds(text, &word.folded));
            words.iter().all(has)
        };
        if labels().any(|text| text.concat() == name) {
            Some(Rank::Label)
        } else if self.aliases.iter().any(|text| text.concat() == name) {
            Some(Rank::Alias)
        } else if labels().any(|text| text.concat().starts_with(&name)) {
            Some(Rank::LabelStart)
        } else if self.aliases.iter().any(|t| t.concat().starts_with(&name)) {
            Some(Rank::AliasStart)
        } else if all_in(&labels().collect::<Vec<_>>()) {
            Some(Rank::InLabel)
        } else if all_in(&aliases().collect::<Vec<_>>()) {
            Some(Rank::InAlias)
        } else {
            let everything: Vec<_> = aliases().chain(&self.told).collect();
            all_in(&everything).then_some(Rank::InHelp)
        }
    }
}

/// Whether a text has a word that begins with this one, or words in a row that do when written as one.
fn holds(text: &[String], word: &str) -> bool {
    (0..text.len()).any(|from| {
        let mut rest = word;
        for part in &text[from..] {
            if part.starts_with(rest) {
                return true;
            }
            let Some(left) = rest.strip_prefix(part.as_str()) else {
                return false;
            };
            rest = left;
        }
        false
    })
}

/// The words of a text in lower case; a name such as `BatchSize` has two.
fn fold(text: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut before = ' ';
    for letter in text.chars() {
        let begins = before.is_lowercase() && letter.is_uppercase();
        if begins || !letter.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[cfg(test)]
mod tests;
