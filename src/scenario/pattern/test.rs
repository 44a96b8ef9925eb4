//! What one value must be.

use super::address::{Network, address};
use super::json::Json;
use super::letters::{begins, same};
use super::number::Number;
use std::net::IpAddr;

/// One of the things a field of a pattern lists. Texts are compared in quotes: a string never equals a number, `prefix`
/// has a quote in front, `suffix` one behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// The value as it is typed, strings in quotes.
    Exact(String),
    /// The same number.
    Equal(Number),
    /// A number between two, each with whether it is itself left out.
    Between(Option<(Number, bool)>, Option<(Number, bool)>),
    Prefix(String),
    Suffix(String),
    /// These three whatever the case of the letters.
    PrefixAnyCase(String),
    SuffixAnyCase(String),
    EqualAnyCase(String),
    /// Anything where there is none.
    Wildcard(Vec<Option<char>>),
    /// An address, however it is spelled.
    Address(IpAddr),
    Network(Network),
    /// None of these.
    AnythingBut(Vec<Test>),
    /// The field is there, with any value but an object or an empty list.
    Exists,
    /// It is not.
    Absent,
}

/// A value without parts, ready to be tested.
pub(super) struct Leaf {
    text: String,
    number: Option<Number>,
}

impl Leaf {
    /// None for lists and objects.
    pub(super) fn new(json: &Json) -> Option<Self> {
        let (text, number) = match json {
            Json::Null => ("null".to_owned(), None),
            Json::Bool(true) => ("true".to_owned(), None),
            Json::Bool(false) => ("false".to_owned(), None),
            Json::Number(text) => (text.clone(), Number::read(text)),
            Json::String(text) => (quoted(text), None),
            Json::Array(_) | Json::Object(_) => return None,
        };
        Some(Self { text, number })
    }

    /// What stands between the quotes, if it is a string.
    fn string(&self) -> Option<&str> {
        self.text.strip_prefix('"')?.strip_suffix('"')
    }

    pub(super) fn passes(&self, test: &Test) -> bool {
        match test {
            Test::Exact(text) => self.text == *text,
            Test::Equal(number) => self.number.as_ref() == Some(number),
            Test::Between(low, high) => self.number.as_ref().is_some_and(|number| {
                low.as_ref()
                    .is_none_or(|(low, open)| number > low || !open && number == low)
                    && high
                        .as_ref()
                        .is_none_or(|(high, open)| number < high || !open && number == high)
            }),
            Test::Prefix(text) => self.text.starts_with(text.as_str()),
            Test::Suffix(text) => self.text.ends_with(text.as_str()),
            Test::PrefixAnyCase(text) => begins(self.text.chars(), text.chars()),
            Test::SuffixAnyCase(text) => begins(self.text.chars().rev(), text.chars().rev()),
            Test::EqualAnyCase(text) => same(&self.text, text),
            Test::Wildcard(wanted) => wildcard(wanted, &self.text),
            Test::Address(wanted) => self.string().and_then(address) == Some(*wanted),
            Test::Network(network) => self.string().is_some_and(|text| network.contains(text)),
            Test::AnythingBut(tests) => !tests.iter().any(|test| self.passes(test)),
            Test::Exists => true,
            Test::Absent => false,
        }
    }
}

pub(super) fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Whether a text is what wildcards and letters ask for. Only the last wildcard met is ever tried again, so the time
/// grows with the two lengths and no faster.
fn wildcard(wanted: &[Option<char>], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut step, mut again) = (0, 0, None);
    while at < text.len() {
        match wanted.get(step) {
            Some(None) => {
                again = Some((at, step + 1));
                step += 1;
            }
            Some(Some(c)) if *c == text[at] => {
                at += 1;
                step += 1;
            }
            _ => {
                let Some((start, after)) = again else {
                    return false;
                };
                (at, step) = (start + 1, after);
                again = Some((start + 1, after));
            }
        }
    }
    wanted[step..].iter().all(Option::is_none)
}
