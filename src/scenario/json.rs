//! Beside `serde_json`, which reads all JSON: what is wrong with a text in plain words and where, and its parts as they
//! stand in it.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;
use std::fmt::{self, Formatter};

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// What was expected or is wrong, in a few words.
    pub(crate) what: &'static str,
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its character in the line, from 1.
    pub(crate) column: usize,
    /// Whether it is the end of the text that came too early.
    pub(crate) is_end: bool,
}

impl Mistake {
    /// What `serde_json` complained about when it read a part of `text` that begins at the byte `from`.
    pub(crate) fn new(text: &str, from: usize, error: &serde_json::Error) -> Self {
        let is_end = error.classify() == Category::Eof;
        let at = if is_end {
            text.len()
        } else {
            from + offset(&text[from..], error)
        };
        Self::at(in_plain_words(&error.to_string()), is_end, text, at)
    }

    /// A mistake at a byte of the text.
    pub(crate) fn at(what: &'static str, is_end: bool, text: &str, at: usize) -> Self {
        let (line, column) = place(text, at);
        Self {
            what,
            line,
            column,
            is_end,
        }
    }
}

/// The line and the character in it, both from 1, of a byte of a text.
pub(crate) fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.rsplit('\n').next().unwrap_or("");
    (1 + before.matches('\n').count(), 1 + line.chars().count())
}

/// The names and values of an object as they stand in the text, those of one name too.
pub(crate) struct Fields<'a>(pub(crate) Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Fields<'de>;

            fn expecting(&self, formatter: &mut Formatter) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(All)
    }
}

/// The byte of a text at which a part of it begins.
pub(crate) fn offset_in(text: &str, part: &RawValue) -> usize {
    part.get().as_ptr().addr() - text.as_ptr().addr()
}

/// The byte that an error names. `serde_json` counts bytes of a line from 1; 0 is the line break before it.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let before: usize = lines.map(str::len).sum();
    (before + error.column()).saturating_sub(1)
}

/// `serde_json`'s words and ours. What is not in it is a value of another kind than was asked for.
const WORDS: [(&str, &str); 18] = [
    ("EOF while parsing a list", "the end of the list is missing"),
    (
        "EOF while parsing an object",
        "the end of the object is missing",
    ),
    (
        "EOF while parsing a string",
        "the end of the string is missing",
    ),
    ("EOF while parsing a value", "a value is expected"),
    ("expected `:`", "a colon is expected"),
    (
        "expected `,` or `]`",
        "a comma or the end of the list is expected",
    ),
    (
        "expected `,` or `}`",
        "a comma or the end of the object is expected",
    ),
    ("expected ident", "a value is expected"),
    ("expected value", "a value is expected"),
    ("invalid escape", "no such escape is known"),
    (
        "unexpected end of hex escape",
        "half a character is escaped",
    ),
    ("lone leading surrogate", "half a character is escaped"),
    ("invalid unicode code point", "there is no such character"),
    ("invalid number", "a number has a mistake"),
    (
        "control character",
        "a string goes over the end of its line or holds a control character",
    ),
    ("key must be a string", "a name in quotes is expected"),
    ("trailing comma", "nothing follows the comma"),
    ("trailing characters", "nothing more is expected"),
];

fn in_plain_words(said: &str) -> &'static str {
    let known = WORDS.iter().find(|(words, _)| said.starts_with(words));
    match known {
        Some((_, ours)) => ours,
        None if said.starts_with("recursion limit") => "it is nested too deep",
        None => "something else is expected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_mistake_has_a_place_and_plain_words() {
        let deep = "[".repeat(200);
        for (text, line, column, is_end, what) in [
            ("", 1, 1, true, "a value is expected"),
            ("nul", 1, 4, true, "a value is expected"),
            ("hello", 1, 1, false, "a value is expected"),
            ("[1,\n  2 3]", 2, 5, false, "a comma or the end of the list"),
            ("[1,\n", 2, 1, true, "a value is expected"),
            ("[1", 1, 3, true, "the end of the list is missing"),
            (
                "{\"a\": [1]",
                1,
                10,
                true,
                "the end of the object is missing",
            ),
            ("[1,]", 1, 4, false, "nothing follows the comma"),
            ("{\"a\": 1,}", 1, 9, false, "nothing follows the comma"),
            (
                "{\"a\": 1 \"b\"}",
                1,
                9,
                false,
                "a comma or the end of the object",
            ),
            ("{\"é\" 1}", 1, 6, false, "a colon is expected"),
            ("{a: 1}", 1, 2, false, "a name in quotes is expected"),
            (
                "\"a\nb\"",
                1,
                3,
                false,
                "a string goes over the end of its line",
            ),
            ("\"abc", 1, 5, true, "the end of the string is missing"),
            (r#""é\x""#, 1, 4, false, "no such escape is known"),
            (r#""\ud800""#, 1, 8, false, "half a character is escaped"),
            ("1 2", 1, 3, false, "nothing more is expected"),
            ("01", 1, 2, false, "a number has a mistake"),
            ("\0", 1, 1, false, "a value is expected"),
            (&deep, 1, 128, false, "it is nested too deep"),
        ] {
            let error = serde_json::from_str::<Value>(text).expect_err(text);
            let mistake = Mistake::new(text, 0, &error);
            let place = (mistake.line, mistake.column, mistake.is_end);
            assert_eq!(place, (line, column, is_end), "{text}: {error}");
            assert!(mistake.what.starts_with(what), "{text}: {}", mistake.what);
        }
    }

    #[test]
    fn a_part_of_a_text_has_its_place_in_the_whole() {
        let text = "{}\né {\"a\": 1,\n 2}";
        let from = text.find("{\"").expect("it is there");
        let error = serde_json::from_str::<Value>(&text[from..]).expect_err("a name is missing");
        let mistake = Mistake::new(text, from, &error);
        assert_eq!((mistake.line, mistake.column), (3, 2));
    }

    #[test]
    fn numbers_stay_as_they_were_typed_and_the_last_of_one_name_counts() {
        let text = r#"{"a": 1, "b": -9223372036854775808, "c": 1.50, "a": 18446744073709551615}"#;
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(value["a"].as_u64(), Some(u64::MAX));
        assert_eq!(value["b"].as_i64(), Some(i64::MIN));
        let text = r#"{"a":18446744073709551615,"b":-9223372036854775808,"c":1.50}"#;
        assert_eq!(value.to_string(), text);
    }
}
