//! From JSON to a pattern, refusing what AWS refuses.

use super::address::{Network, address};
use super::number::Number;
use super::test::{Test, quoted};
use super::{Branch, Language, Wanted};
use crate::scenario::json::{Map, Value};

/// What is wrong, and where: the number of the part in each object or list, the innermost first.
pub(super) struct Trouble {
    pub(super) what: String,
    outwards: Vec<usize>,
    /// It is the name of the part, not its value.
    pub(super) at_name: bool,
}

type Read<T> = Result<T, Trouble>;

/// `$or` may make so many combinations (`EventBridge`).
const BRANCHES_MAX: usize = 1_000;

/// Names that `EventBridge` keeps for itself inside `$or`.
const RESERVED: [&str; 24] = [
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

impl Trouble {
    fn here(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            outwards: Vec::new(),
            at_name: false,
        }
    }

    fn name(what: impl Into<String>, index: usize) -> Self {
        Self {
            at_name: true,
            ..Self::here(what).inside(index)
        }
    }

    fn inside(mut self, index: usize) -> Self {
        self.outwards.push(index);
        self
    }

    /// The number of the part in each object or list, the outermost first.
    pub(super) fn inwards(&self) -> Vec<usize> {
        self.outwards.iter().rev().copied().collect()
    }
}

fn refuse<T>(what: impl Into<String>) -> Read<T> {
    Err(Trouble::here(what))
}

/// The branches of a whole pattern.
pub(super) fn branches(value: &Value, language: Language) -> Read<Vec<Branch>> {
    let Value::Object(fields) = value else {
        return refuse("A pattern is an object, in braces");
    };
    let mut branches = Vec::new();
    let reader = Reader { language };
    reader.object(fields, "", false, &mut branches)?;
    Ok(branches)
}

struct Reader {
    language: Language,
}

impl Reader {
    fn object(&self, map: &Map, path: &str, in_or: bool, branches: &mut Vec<Branch>) -> Read<()> {
        if map.0.is_empty() {
            return refuse("An empty object is not allowed");
        }
        for (index, (name, value)) in map.0.iter().enumerate() {
            if in_or && RESERVED.contains(&name.as_str()) {
                let what = format!("\"{name}\" cannot be the name of a field inside $or");
                return Err(Trouble::name(what, index));
            }
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            let done = match value {
                _ if name == "$or" => self.or(value, without_last(&path), branches),
                Value::Object(fields) => self.object(fields, &path, in_or, branches),
                Value::Array(items) => self.tests(items).map(|tests| {
                    want(path, &tests, branches);
                }),
                _ => refuse(format!("\"{name}\" must be a list or an object")),
            };
            done.map_err(|trouble| trouble.inside(index))?;
        }
        Ok(())
    }

    fn or(&self, value: &Value, path: &str, branches: &mut Vec<Branch>) -> Read<()> {
        let Value::Array(items) = value else {
            return refuse("$or must be a list of objects");
        };
        let before = std::mem::take(branches);
        for (index, item) in items.iter().enumerate() {
            let mut either = before.clone();
            if either.is_empty() {
                either.push(Branch::default());
            }
            let done = match item {
                Value::Object(fields) => self.object(fields, path, true, &mut either),
                _ => refuse("$or lists objects only"),
            };
            done.map_err(|trouble| trouble.inside(index))?;
            branches.append(&mut either);
            if branches.len() > BRANCHES_MAX {
                return refuse(format!("$or makes more than {BRANCHES_MAX} combinations"));
            }
        }
        if items.len() < 2 {
            return refuse("$or needs at least two objects");
        }
        Ok(())
    }

    /// What a field may be: any of a list.
    fn tests(&self, items: &[Value]) -> Read<Vec<Test>> {
        if items.is_empty() {
            return refuse("An empty list is not allowed");
        }
        let mut tests = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::Object(map) => {
                    let test = self.expression(map);
                    tests.push(test.map_err(|trouble| trouble.inside(index))?);
                }
                Value::Array(_) => {
                    return refuse("A list in a list is not allowed")
                        .map_err(|trouble| trouble.inside(index));
                }
                Value::Null => tests.push(Test::Exact("null".into())),
                Value::Bool(true) => tests.push(Test::Exact("true".into())),
                Value::Bool(false) => tests.push(Test::Exact("false".into())),
                Value::Number(text) => {
                    tests.extend(Number::read(text).map(Test::Equal));
                    tests.push(Test::Exact(text.clone()));
                }
                Value::String(text) => tests.push(match address(text) {
                    Some(address) => Test::Address(address),
                    None => Test::Exact(quoted(text)),
                }),
            }
        }
        Ok(tests)
    }

    /// An operator and what it compares with.
    fn expression(&self, map: &Map) -> Read<Test> {
        let (operator, value) = single(map)?;
        let is_listed = match operator {
            "exactly" | "cidr" | "wildcard" => false,
            "prefix" | "suffix" | "anything-but" => !matches!(value, Value::Object(_)),
            _ => true,
        };
        if !is_listed && self.language == Language::Lambda {
            let what = format!("Lambda does not list this use of \"{operator}\" for its filters");
            return Err(Trouble::name(what, 0));
        }
        let test = match operator {
            "exactly" => string(value).map(|text| Test::Exact(quoted(text))),
            "prefix" => match value {
                Value::Object(map) => any_case(map).map(|text| Test::PrefixAnyCase(prefix(text))),
                _ => string(value).map(|text| Test::Prefix(prefix(text))),
            },
            "suffix" => match value {
                Value::Object(map) => any_case(map).map(|text| Test::SuffixAnyCase(suffix(text))),
                _ => string(value).map(|text| Test::Suffix(suffix(text))),
            },
            "equals-ignore-case" => string(value).map(|text| Test::EqualAnyCase(quoted(text))),
            "wildcard" => string(value).and_then(wildcard),
            "cidr" => string(value)
                .and_then(|text| Network::read(text).map_err(Trouble::here))
                .map(Test::Network),
            "numeric" => numeric(value),
            "exists" => match value {
                Value::Bool(true) => Ok(Test::Exists),
                Value::Bool(false) => Ok(Test::Absent),
                _ => refuse("\"exists\" must be true or false"),
            },
            "anything-but" => anything_but(value).map(Test::AnythingBut),
            _ => {
                let what = format!("There is no operator \"{operator}\"");
                return Err(Trouble::name(what, 0));
            }
        };
        test.map_err(|trouble| trouble.inside(0))
    }
}

/// The path of the object that a field is in.
fn without_last(path: &str) -> &str {
    path.strip_suffix("$or")
        .map_or("", |path| path.strip_suffix('.').unwrap_or(path))
}

/// One more field for every branch; of two with one path the later one counts.
fn want(path: String, tests: &[Test], branches: &mut Vec<Branch>) {
    if branches.is_empty() {
        branches.push(Branch::default());
    }
    let wanted = Wanted {
        path,
        tests: tests.into(),
    };
    for Branch(fields) in branches {
        match fields.binary_search_by(|known| known.path.cmp(&wanted.path)) {
            Ok(at) => fields[at] = wanted.clone(),
            Err(at) => fields.insert(at, wanted.clone()),
        }
    }
}

fn prefix(text: &str) -> String {
    format!("\"{text}")
}

fn suffix(text: &str) -> String {
    format!("{text}\"")
}

/// The only field of an object.
fn single(map: &Map) -> Read<(&str, &Value)> {
    match map.0.as_slice() {
        [] => refuse("An operator is expected"),
        [(name, value)] => Ok((name, value)),
        _ => Err(Trouble::name("One operator for each pair of braces", 1)),
    }
}

fn string(value: &Value) -> Read<&str> {
    value
        .as_str()
        .ok_or_else(|| Trouble::here("A string is expected"))
}

/// The text of `{"equals-ignore-case": …}`.
fn any_case(map: &Map) -> Read<&str> {
    match single(map)? {
        ("equals-ignore-case", value) => string(value).map_err(|trouble| trouble.inside(0)),
        _ => Err(Trouble::name(
            "Only \"equals-ignore-case\" can stand here",
            0,
        )),
    }
}

fn wildcard(text: &str) -> Read<Test> {
    let mut wanted = vec![Some('"')];
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        wanted.push(match c {
            '*' if wanted.last() == Some(&None) => {
                return refuse("Two wildcards in a row are not allowed");
            }
            '*' => None,
            '\\' => match characters.next() {
                Some(escaped @ ('*' | '\\')) => Some(escaped),
                _ => return refuse("A backslash stands before * or another backslash only"),
            },
            c => Some(c),
        });
    }
    wanted.push(Some('"'));
    Ok(Test::Wildcard(wanted))
}

/// A number that can be compared.
fn number(value: &Value) -> Read<Number> {
    let Value::Number(text) = value else {
        return refuse("A number is expected");
    };
    Number::read(text).ok_or_else(|| Trouble::here("The number has too many digits to be compared"))
}

/// The number at a place of a list.
fn limit(items: &[Value], index: usize) -> Read<Number> {
    match items.get(index) {
        Some(value) => number(value).map_err(|trouble| trouble.inside(index)),
        None => refuse("A number is expected"),
    }
}

fn numeric(value: &Value) -> Read<Test> {
    let Value::Array(items) = value else {
        return refuse("\"numeric\" must be a list, such as [\">\", 0, \"<=\", 5]");
    };
    let first = items.first().and_then(Value::as_str);
    let bound = limit(items, 1);
    let (test, length) = match first {
        Some("=") => (Test::Equal(bound?), 2),
        Some(operator @ ("<" | "<=")) => (Test::Between(None, Some((bound?, operator == "<"))), 2),
        Some(operator @ (">" | ">=")) => {
            let low = (bound?, operator == ">");
            match items.get(2) {
                None => (Test::Between(Some(low), None), 2),
                Some(second) => {
                    let open = match second.as_str() {
                        Some("<") => true,
                        Some("<=") => false,
                        _ => return Err(Trouble::here("< or <= is expected").inside(2)),
                    };
                    let high = limit(items, 3)?;
                    if high <= low.0 {
                        let what = "The upper limit must be above the lower one";
                        return Err(Trouble::here(what).inside(3));
                    }
                    (Test::Between(Some(low), Some((high, open))), 4)
                }
            }
        }
        _ => return refuse("A comparison is expected: =, <, <=, > or >="),
    };
    if items.len() > length {
        return Err(Trouble::here("Nothing more is expected").inside(length));
    }
    Ok(test)
}

/// What a value must not be.
fn anything_but(value: &Value) -> Read<Vec<Test>> {
    if let Value::Object(map) = value {
        let (operator, value) = single(map)?;
        let build = match operator {
            "equals-ignore-case" => |text: &str| Ok(Test::EqualAnyCase(quoted(text))),
            "prefix" => |text: &str| not_empty(text).map(|text| Test::Prefix(prefix(text))),
            "suffix" => |text: &str| not_empty(text).map(|text| Test::Suffix(suffix(text))),
            "wildcard" => wildcard,
            _ => {
                let what = format!("\"{operator}\" cannot stand inside \"anything-but\"");
                return Err(Trouble::name(what, 0));
            }
        };
        return each(value, |value| string(value).and_then(build))
            .map_err(|trouble| trouble.inside(0));
    }
    let first = match value {
        Value::Array(items) => items.first().unwrap_or(value),
        _ => value,
    };
    let numbers = matches!(first, Value::Number(_));
    each(value, |value| match value {
        Value::Number(_) if numbers => number(value).map(Test::Equal),
        Value::String(text) if !numbers => Ok(Test::Exact(quoted(text))),
        _ => refuse("\"anything-but\" takes strings, or numbers, not both and nothing else"),
    })
}

fn not_empty(text: &str) -> Read<&str> {
    if text.is_empty() {
        refuse("The text must not be empty")
    } else {
        Ok(text)
    }
}

/// One value, or each of a list.
fn each(value: &Value, mut build: impl FnMut(&Value) -> Read<Test>) -> Read<Vec<Test>> {
    match value {
        Value::Array(items) if items.is_empty() => refuse("An empty list is not allowed"),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| build(item).map_err(|trouble| trouble.inside(index)))
            .collect(),
        _ => build(value).map(|test| vec![test]),
    }
}
