//! The JSON of patterns and events. AWS's matcher sees both of two fields with one name and numbers as they are typed
//! (`1e2`, not `1e+2`), and a refusal says where in the text it is meant: none of this is left in a
//! [`serde_json::Value`]. So `serde_json` reads the text level by level, and each part is remembered with its place.

use crate::scenario::json::{Fields, Mistake, offset_in};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A value of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The byte of the text where it begins.
    pub(super) at: usize,
    /// What it is.
    pub(super) json: Json,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A number, as it was typed.
    Number(String),
    String(String),
    Array(Vec<Part>),
    Object(Vec<Field>),
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// The byte of the text where its name begins.
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) value: Part,
}

/// Lists and objects may be nested so deep.
const DEPTH_MAX: usize = 128;
/// Numbers above 10 to the power of this are nothing anybody means.
const EXPONENT_MAX: u32 = 308;

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Part, Mistake> {
    let whole = serde_json::from_str(text).map_err(|error| Mistake::new(text, 0, &error))?;
    Text(text).part(whole, 0)
}

/// A whole text, of which parts are read.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    fn part(&self, raw: &'a RawValue, depth: usize) -> Result<Part, Mistake> {
        let at = offset_in(self.0, raw);
        let json = match raw.get().as_bytes().first() {
            Some(b'{' | b'[') if depth == DEPTH_MAX => {
                return Err(Mistake::at("it is nested too deep", false, self.0, at));
            }
            Some(b'{') => {
                let Fields(fields) = self.read(raw)?;
                let fields = fields.into_iter().map(|(name, value)| {
                    Ok(Field {
                        at: offset_in(self.0, name),
                        name: self.read(name)?,
                        value: self.part(value, depth + 1)?,
                    })
                });
                Json::Object(fields.collect::<Result<_, _>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = self.read(raw)?;
                let items = items.into_iter().map(|item| self.part(item, depth + 1));
                Json::Array(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Json::String(self.read(raw)?),
            Some(b't' | b'f') => Json::Bool(self.read(raw)?),
            Some(b'n') | None => Json::Null,
            Some(_) if is_too_large(raw.get()) => {
                return Err(Mistake::at("the number is too large", false, self.0, at));
            }
            Some(_) => Json::Number(raw.get().to_owned()),
        };
        Ok(Part { at, json })
    }

    fn read<T: Deserialize<'a>>(&self, raw: &'a RawValue) -> Result<T, Mistake> {
        serde_json::from_str(raw.get())
            .map_err(|error| Mistake::new(self.0, offset_in(self.0, raw), &error))
    }
}

/// Whether a number is written with a power of ten that is out of reach.
fn is_too_large(number: &str) -> bool {
    let power = number
        .split_once(['e', 'E'])
        .map_or("0", |(_, power)| power);
    !power.starts_with('-')
        && power
            .parse()
            .ok()
            .is_none_or(|power: u32| power > EXPONENT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_they_stand_in_the_text() {
        let text = " {\"é\": [1E2, 1.0], \"a\":\"\\u00e9\", \"a\":null }";
        let Json::Object(fields) = read(text).expect("JSON").json else {
            panic!("it is an object");
        };
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["é", "a", "a"]);
        for field in &fields {
            assert!(text[field.at..].starts_with('"'));
        }
        let Json::Array(items) = &fields[0].value.json else {
            panic!("it is a list");
        };
        assert_eq!(items[0].json, Json::Number("1E2".to_owned()));
        assert!(text[items[1].at..].starts_with("1.0"));
        assert_eq!(fields[1].value.json, Json::String("é".to_owned()));
        assert_eq!(fields[2].value.json, Json::Null);
    }

    #[test]
    fn what_is_too_deep_or_too_large_is_no_json() {
        let depth = |brackets: usize| "[".repeat(brackets) + &"]".repeat(brackets);
        assert!(read(&depth(DEPTH_MAX)).is_ok());
        for text in [
            &depth(DEPTH_MAX + 1),
            r#"{"a": "\ud800"}"#,
            r#"["\ud800\u0041"]"#,
            r#""\udc00""#,
            "1e309",
            "1e+309",
            "[1E99999999999999999999]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        for text in ["1e308", "1e-400", "-0"] {
            assert!(read(text).is_ok(), "{text}");
        }
        let mistake = read("{\"a\":\n [1, \"\\ud800\"]}").expect_err("half a character");
        assert_eq!(mistake.line, 2);
    }
}
