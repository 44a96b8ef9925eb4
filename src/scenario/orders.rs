//! What records hold: orders of a few kinds, as JSON, and what a pill's data looks like. It knows no screen.
//!
//! Orders of one kind have the same data, so that a filter is judged once for each kind and not for each record.

use super::json::Mistake;
use crate::engine::config::Fails;
use serde_json::Value;

/// The kinds of order unless somebody writes others: how many of a hundred orders are of this kind, and their data.
pub(super) const OPENING: &str = concat!(
    r#"62 {"type":"purchase","amount":42.5,"currency":"EUR","country":"FI","items":[{"sku":"book-7","count":2},{"sku":"pen-1","count":1}]}"#,
    "\n",
    r#"20 {"type":"subscription","amount":120,"currency":"EUR","country":"SE","plan":"yearly","items":[]}"#,
    "\n",
    r#"13 {"type":"refund","amount":-19.9,"currency":"EUR","country":"FI","reason":"damaged","items":[{"sku":"book-7","count":1}]}"#,
    "\n",
    r#"5 {"type":"test","amount":0,"currency":null,"country":"","items":[]}"#,
);
/// Longest text that describes them, in characters: it has to fit into a link.
pub(super) const ORDERS_MAX: usize = 1_000;
/// Most kinds.
const KINDS_MAX: usize = 16;
/// Largest weight.
const WEIGHT_MAX: u32 = 1_000;

/// So many different data of records written down by hand can be told apart beside the kinds.
pub const DATA_KINDS_MAX: usize = 48;
/// The first of them; the others are numbered downwards from it. A record without data of its own is of kind 0.
const WRITTEN: usize = 63;

/// A kind of order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// What people call it: its `type`, if it has one.
    pub name: String,
    /// How often it occurs, against the others.
    pub weight: u32,
    data: String,
}

/// The kinds of order that a text describes: a weight and JSON on each line. The error names the line.
pub fn read(text: &str) -> Result<Vec<Kind>, String> {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let mut kinds = Vec::new();
    for (index, line) in lines {
        let number = index + 1;
        let kind = read_line(line.trim(), kinds.len())
            .map_err(|what| format!("Line {number}: {what}."))?;
        kinds.push(kind);
    }
    match kinds.len() {
        0 => Err("There is no order.".to_owned()),
        1..=KINDS_MAX => Ok(kinds),
        _ => Err(format!("There are more than {KINDS_MAX} kinds of order.")),
    }
}

fn read_line(line: &str, index: usize) -> Result<Kind, String> {
    let (weight, data) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let weight = weight
        .parse()
        .ok()
        .filter(|weight| (1..=WEIGHT_MAX).contains(weight));
    let Some(weight) = weight else {
        return Err(format!(
            "it should begin with a weight from 1 to {WEIGHT_MAX}, such as 62 {{\"type\":\"purchase\"}}"
        ));
    };
    let data = data.trim();
    let value: Value = serde_json::from_str(data).map_err(|error| {
        let mistake = Mistake::new(data, 0, &error);
        format!("the data is not JSON: {}", mistake.what)
    })?;
    let name = value.get("type").and_then(Value::as_str);
    Ok(Kind {
        name: name.map_or_else(|| format!("kind {}", index + 1), str::to_owned),
        weight,
        data: data.to_owned(),
    })
}

/// How often each of [`kinds`] occurs, against the others.
pub(super) fn weights(text: &str) -> Vec<u32> {
    kinds(text).iter().map(|kind| kind.weight).collect()
}

/// The kinds of order of a run: those of the opening where the text is not valid.
pub fn kinds(text: &str) -> Vec<Kind> {
    read(text).unwrap_or_else(|_| read(OPENING).unwrap_or_default())
}

/// What a filter sees of them, in a few words.
pub(super) fn kinds_in_words(text: &str) -> String {
    match kinds(text).len() {
        1 => "one kind of order".to_owned(),
        n => format!("{n} kinds of order"),
    }
}

/// The number of the n-th of the data that were written down by hand.
pub(super) fn written(n: usize) -> u8 {
    (WRITTEN - n.min(DATA_KINDS_MAX - 1)) as u8
}

/// Which of the data that were written down by hand a kind is; out of range for one of [`kinds`].
pub(super) fn place_of_written(kind: u8) -> usize {
    WRITTEN.wrapping_sub(usize::from(kind))
}

/// What a record of a kind holds, given whether something is wrong with it; what is written down is what it is. None
/// where so many different data were written down that they are not told apart.
pub fn data(kinds: &[Kind], written: &[String], kind: u8, fails: Fails) -> Option<String> {
    if written.len() > DATA_KINDS_MAX {
        return None;
    }
    match written.get(place_of_written(kind)) {
        Some(data) => Some(data.clone()),
        None => kinds.get(usize::from(kind)).map(|kind| kind.data(fails)),
    }
}

impl Kind {
    /// The data of an order of this kind, given whether something is wrong with it.
    pub fn data(&self, fails: Fails) -> String {
        match fails {
            Fails::Never
            | Fails::First(_)
            | Fails::TooSlow
            | Fails::OutOfMemory
            | Fails::TooLarge => self.data.clone(),
            Fails::Always => spoilt(&self.data),
            Fails::NotJson => cut_off(&self.data),
        }
    }
}

/// The same with a word where a number should be: in `amount`, or in the first field that is a number.
fn spoilt(data: &str) -> String {
    let word = || Value::from("twelve");
    let Ok(Value::Object(mut fields)) = serde_json::from_str(data) else {
        return word().to_string();
    };
    let has_amount = fields.contains_key("amount");
    let mut numbers = fields.iter_mut().filter(|(_, value)| value.is_number());
    match numbers.next() {
        Some((_, number)) if !has_amount => *number = word(),
        _ => {
            fields.insert("amount".to_owned(), word());
        }
    }
    Value::Object(fields).to_string()
}

/// Cut off in the middle, so that it is not JSON any more.
fn cut_off(data: &str) -> String {
    let half: String = data.chars().take(data.chars().count() / 2).collect();
    if serde_json::from_str::<Value>(&half).is_ok() {
        return "{".to_owned();
    }
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_line_by_line() {
        let kinds = read("3 {\"type\":\"gift\",\"n\":1}\n\n  1\t[1, 2]").expect("valid");
        let told: Vec<_> = kinds
            .iter()
            .map(|kind| (kind.name.as_str(), kind.weight))
            .collect();
        assert_eq!(told, [("gift", 3), ("kind 2", 1)]);
        assert_eq!(kinds[1].data(Fails::Never), "[1, 2]");
    }

    #[test]
    fn the_opening_orders_make_a_hundred() {
        let kinds = read(OPENING).expect("valid");
        let weights: Vec<u32> = kinds.iter().map(|kind| kind.weight).collect();
        assert_eq!(weights, [62, 20, 13, 5]);
        assert_eq!(weights.iter().sum::<u32>(), 100);
    }

    #[test]
    fn a_pill_is_json_with_a_word_for_a_number_or_no_json() {
        for (data, spoilt) in [
            (
                r#"{"type":"x","amount":1}"#,
                r#"{"type":"x","amount":"twelve"}"#,
            ),
            (
                r#"{"type":"x","n":1,"m":2}"#,
                r#"{"type":"x","n":"twelve","m":2}"#,
            ),
            (r#"{"type":"x"}"#, r#"{"type":"x","amount":"twelve"}"#),
            ("12", r#""twelve""#),
        ] {
            let text = format!("1 {data}");
            let kind = &read(&text).expect("valid")[0];
            assert_eq!(kind.data(Fails::Always), spoilt);
            let cut = kind.data(Fails::NotJson);
            assert!(serde_json::from_str::<Value>(&cut).is_err(), "{data}");
        }
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let many = "1 {}\n".repeat(17);
        for (text, said) in [
            ("", "no order"),
            (
                "1 {}\n0 {}",
                "Line 2: it should begin with a weight from 1 to 1000",
            ),
            ("{}", "Line 1: it should begin with a weight"),
            ("1 {\"a\":}", "Line 1: the data is not JSON"),
            ("1", "Line 1: the data is not JSON"),
            (&many, "more than 16 kinds"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
