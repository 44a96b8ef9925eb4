//! Event patterns: the JSON in which a filter says which records it wants (E51). It knows JSON and nothing of scenarios.
//!
//! It judges as AWS's own matcher does (aws/event-ruler), which shows in four places:
//! - A pattern is a list of fields, each by its whole path; a dot in a name is the same as one level more.
//! - A number is equal to another of the same value however it is typed, if a double holds it exactly; a number that
//!   no double holds (a 19-digit id) is equal to the same digits only, and less or greater than nothing.
//! - Fields found in different elements of one array do not match together.
//! - A field is absent if no element chosen so far has it, the fields taken in the order of their paths.
//!
//! A pattern whose wildcards are too complex for `EventBridge` is not refused.

mod address;
mod json;
mod letters;
mod matching;
mod number;
mod read;
mod test;

use super::json::{Mistake, place};
use json::{Field, Json, Part};
use std::rc::Rc;
use test::Test;

/// Which operators a pattern may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// All of an event bus.
    EventBridge,
    /// Those Lambda lists for the filters of an event source mapping: no `wildcard`, no `cidr`, and nothing inside
    /// `anything-but`, `prefix` and `suffix` but values.
    Lambda,
}

/// A pattern that is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The pattern matches if one of these does; only `$or` makes more than one.
    branches: Vec<Branch>,
}

/// Fields that must all match, in the order of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Branch(Vec<Wanted>);

/// What one field must be.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    /// Its names from the top, joined with dots.
    path: String,
    /// One of these must pass.
    tests: Rc<[Test]>,
}

/// Why a pattern is not valid, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One sentence without its full stop.
    pub what: String,
    /// The line of the error, from 1.
    pub line: usize,
    /// Its character in the line, from 1.
    pub column: usize,
}

/// What a pattern is tried on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event(Part);

impl Event {
    /// Reads its text; none if that is not JSON.
    pub fn read(text: &str) -> Option<Self> {
        json::read(text).ok().map(Self)
    }

    /// One that is a string.
    pub fn string(text: &str) -> Self {
        Self(Part {
            at: 0,
            json: Json::String(text.to_owned()),
        })
    }

    /// An object with this one as its only field.
    #[must_use]
    pub fn inside(self, name: &str) -> Self {
        let field = Field {
            at: 0,
            name: name.to_owned(),
            value: self.0,
        };
        Self(Part {
            at: 0,
            json: Json::Object(vec![field]),
        })
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.0.json, Json::Object(_))
    }
}

impl Pattern {
    /// Reads a pattern, or says what AWS would refuse about it.
    pub fn read(text: &str, language: Language) -> Result<Self, Refusal> {
        let whole = json::read(text).map_err(|mistake| not_json(&mistake))?;
        read::branches(&whole, language)
            .map(|branches| Self { branches })
            .map_err(|trouble| {
                let (line, column) = place(text, trouble.at);
                Refusal {
                    what: trouble.what,
                    line,
                    column,
                }
            })
    }

    /// Whether an event matches.
    pub fn matches(&self, event: &Event) -> bool {
        event.is_object() && self.branches.iter().any(|branch| branch.matches(&event.0))
    }

    /// Whether the text of an event matches; one that is not JSON does not (E52).
    pub fn matches_text(&self, event: &str) -> bool {
        Event::read(event).is_some_and(|event| self.matches(&event))
    }

    /// The paths of the fields it reads, some perhaps twice.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let wanted = self.branches.iter().flat_map(|branch| &branch.0);
        wanted.map(|wanted| wanted.path.as_str())
    }
}

fn not_json(mistake: &Mistake) -> Refusal {
    let so_far = if mistake.is_end {
        "The pattern ends too early: "
    } else {
        "The pattern is not JSON: "
    };
    Refusal {
        what: format!("{so_far}{}", mistake.what),
        line: mistake.line,
        column: mistake.column,
    }
}
