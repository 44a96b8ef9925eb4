//! A long list or object in JSON, put together from its parts, one short part at a time.

use crate::scenario::json::{Fields, Mistake, offset_in};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::ops::Range;
use std::vec::IntoIter;

/// What has at most so many bytes is short: it is read at once.
pub(super) const SHORT: usize = 16 * 1024;
/// Long lists and objects may be nested so deep.
const DEPTH_MAX: usize = 128;

/// Lists and objects that are not complete, the outermost first.
#[derive(Default)]
pub(super) struct Parts(Vec<Open>);

/// One that is not complete.
struct Open {
    /// Its parts so far.
    value: Value,
    /// Name and bytes of the others; what stands in a list has no name.
    left: IntoIter<(String, Range<usize>)>,
    /// The name of the part that is being put together itself.
    name: String,
}

impl Open {
    fn put(&mut self, part: Value) {
        let name = std::mem::take(&mut self.name);
        match &mut self.value {
            Value::Array(items) => items.push(part),
            Value::Object(fields) => {
                fields.insert(name, part);
            }
            other => *other = part,
        }
    }
}

impl Parts {
    /// Whether nothing is begun.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Begins with the value at some bytes of the text, which may be complete at once.
    pub(super) fn begin(
        &mut self,
        text: &str,
        bytes: Range<usize>,
    ) -> Result<Option<Value>, Mistake> {
        let has_parts = text[bytes.clone()].starts_with(['[', '{']);
        if bytes.len() <= SHORT || !has_parts {
            return read(text, &bytes).map(Some);
        }
        if self.0.len() == DEPTH_MAX {
            let what = "it is nested too deep";
            return Err(Mistake::at(what, false, text, bytes.start));
        }
        let open = take_apart(text, &bytes)?;
        self.0.push(open);
        Ok(None)
    }

    /// Reads or takes apart the next part. Gives how many bytes it looked through, and the whole if it is complete.
    pub(super) fn step(&mut self, text: &str) -> Result<(usize, Option<Value>), Mistake> {
        let Some(open) = self.0.last_mut() else {
            return Ok((0, None));
        };
        if let Some((name, bytes)) = open.left.next() {
            open.name = name;
            let length = bytes.len();
            let part = self.begin(text, bytes)?;
            self.put(part);
            return Ok((length, None));
        }
        let whole = self.0.pop().map(|open| open.value);
        if self.is_empty() {
            return Ok((0, whole));
        }
        self.put(whole);
        Ok((0, None))
    }

    /// The byte up to which everything is read.
    pub(super) fn read_up_to(&self) -> Option<usize> {
        let left = |open: &Open| open.left.as_slice().first().map(|(_, bytes)| bytes.start);
        self.0.iter().rev().find_map(left)
    }

    fn put(&mut self, part: Option<Value>) {
        if let (Some(open), Some(part)) = (self.0.last_mut(), part) {
            open.put(part);
        }
    }
}

/// The parts of a list or an object.
fn take_apart(text: &str, bytes: &Range<usize>) -> Result<Open, Mistake> {
    let bytes_of = |raw: &RawValue| {
        let start = offset_in(text, raw);
        start..start + raw.get().len()
    };
    let (value, left) = if text[bytes.clone()].starts_with('[') {
        let items: Vec<&RawValue> = read(text, bytes)?;
        let items = items.into_iter().map(|raw| (String::new(), bytes_of(raw)));
        (Value::Array(Vec::new()), items.collect::<Vec<_>>())
    } else {
        let Fields(fields) = read(text, bytes)?;
        let fields = fields
            .into_iter()
            .map(|(name, raw)| Ok((read(text, &bytes_of(name))?, bytes_of(raw))));
        (Value::Object(Map::new()), fields.collect::<Result<_, _>>()?)
    };
    Ok(Open {
        value,
        left: left.into_iter(),
        name: String::new(),
    })
}

fn read<'a, T: Deserialize<'a>>(text: &'a str, bytes: &Range<usize>) -> Result<T, Mistake> {
    serde_json::from_str(&text[bytes.clone()])
        .map_err(|error| Mistake::new(text, bytes.start, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Reads a text part by part; gives in how many steps as well.
    fn in_steps(text: &str) -> Result<(Value, usize), Mistake> {
        let mut parts = Parts::default();
        if let Some(value) = parts.begin(text, 0..text.len())? {
            return Ok((value, 1));
        }
        let (mut steps, mut up_to) = (1, 0);
        loop {
            let (length, whole) = parts.step(text)?;
            steps += 1;
            if let Some(whole) = whole {
                return Ok((whole, steps));
            }
            let now = parts.read_up_to().unwrap_or(text.len());
            assert!(up_to <= now && now <= text.len() && length <= text.len());
            up_to = now;
        }
    }

    #[test]
    fn a_long_value_is_the_same_in_parts() {
        let items: Vec<Value> = (0..3_000)
            .map(|n| json!({"n": n, "é\n": [null, "\"]", {}, 1.50]}))
            .collect();
        let text = "x".repeat(2 * SHORT);
        let value = json!({"Label": "L", "list": items, "text": text, "more": {"list": items, "end": true}});
        for text in [value.to_string(), format!("{value:#}")] {
            let (read, steps) = in_steps(&text).expect("JSON");
            assert_eq!(read, value);
            assert!(steps > 6_000, "{steps}");
        }
        // Of two with one name the later one counts.
        let twice = format!(r#"{{"a": 1, "b": "{text}", "a": 2}}"#);
        assert_eq!(in_steps(&twice).expect("JSON").0["a"], 2);
    }

    #[test]
    fn a_mistake_in_a_part_has_its_place() {
        let lines = "[1],\n".repeat(SHORT);
        let text = format!("[{lines}\n \"\\ud800\"]");
        let mistake = in_steps(&text).expect_err("half a character");
        assert_eq!((mistake.line, mistake.column), (SHORT + 2, 9));
        let deep = format!("{}{lines}1{}", "[".repeat(200), "]".repeat(200));
        let mistake = in_steps(&deep).expect_err("too deep");
        assert_eq!(mistake.what, "it is nested too deep");
    }
}
