//! From JSON to a pattern, refusing what AWS refuses.

use super::address::{Network, address};
use super::json::{Field, Json, Part};
use super::number::Number;
use super::test::{Test, quoted};
use super::{Branch, Language, Wanted};

/// What is wrong, and at which byte of the text.
pub(super) struct Trouble {
    pub(super) what: String,
    pub(super) at: usize,
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

fn refuse<T>(at: usize, what: impl Into<String>) -> Read<T> {
    let what = what.into();
    Err(Trouble { what, at })
}

/// The branches of a whole pattern.
pub(super) fn branches(whole: &Part, language: Language) -> Read<Vec<Branch>> {
    let Json::Object(fields) = &whole.json else {
        return refuse(whole.at, "A pattern is an object, in braces");
    };
    let mut branches = Vec::new();
    let reader = Reader { language };
    reader.object(whole.at, fields, "", false, &mut branches)?;
    Ok(branches)
}

struct Reader {
    language: Language,
}

impl Reader {
    /// The fields of an object that begins at a byte of the text.
    fn object(
        &self,
        at: usize,
        fields: &[Field],
        path: &str,
        in_or: bool,
        branches: &mut Vec<Branch>,
    ) -> Read<()> {
        if fields.is_empty() {
            return refuse(at, "An empty object is not allowed");
        }
        for Field { at, name, value } in fields {
            if in_or && RESERVED.contains(&name.as_str()) {
                let what = format!("\"{name}\" cannot be the name of a field inside $or");
                return refuse(*at, what);
            }
            let path = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            match &value.json {
                _ if name == "$or" => self.or(value, without_last(&path), branches)?,
                Json::Object(fields) => self.object(value.at, fields, &path, in_or, branches)?,
                Json::Array(items) => want(path, &self.tests(value.at, items)?, branches),
                Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                    return refuse(value.at, format!("\"{name}\" must be a list or an object"));
                }
            }
        }
        Ok(())
    }

    fn or(&self, part: &Part, path: &str, branches: &mut Vec<Branch>) -> Read<()> {
        let Json::Array(items) = &part.json else {
            return refuse(part.at, "$or must be a list of objects");
        };
        let before = std::mem::take(branches);
        for item in items {
            let mut either = before.clone();
            if either.is_empty() {
                either.push(Branch::default());
            }
            let Json::Object(fields) = &item.json else {
                return refuse(item.at, "$or lists objects only");
            };
            self.object(item.at, fields, path, true, &mut either)?;
            branches.append(&mut either);
            if branches.len() > BRANCHES_MAX {
                let what = format!("$or makes more than {BRANCHES_MAX} combinations");
                return refuse(part.at, what);
            }
        }
        if items.len() < 2 {
            return refuse(part.at, "$or needs at least two objects");
        }
        Ok(())
    }

    /// What a field may be: any of a list that begins at a byte of the text.
    fn tests(&self, at: usize, items: &[Part]) -> Read<Vec<Test>> {
        if items.is_empty() {
            return refuse(at, "An empty list is not allowed");
        }
        let mut tests = Vec::new();
        for item in items {
            match &item.json {
                Json::Object(fields) => tests.push(self.expression(item.at, fields)?),
                Json::Array(_) => return refuse(item.at, "A list in a list is not allowed"),
                Json::Null => tests.push(Test::Exact("null".into())),
                Json::Bool(on) => tests.push(Test::Exact(on.to_string())),
                Json::Number(text) => {
                    tests.extend(Number::read(text).map(Test::Equal));
                    tests.push(Test::Exact(text.clone()));
                }
                Json::String(text) => tests.push(match address(text) {
                    Some(address) => Test::Address(address),
                    None => Test::Exact(quoted(text)),
                }),
            }
        }
        Ok(tests)
    }

    /// An operator and what it compares with, in an object that begins at a byte of the text.
    fn expression(&self, at: usize, fields: &[Field]) -> Read<Test> {
        let Field {
            at,
            name: operator,
            value,
        } = single(at, fields)?;
        let operator = operator.as_str();
        let is_listed = match operator {
            "exactly" | "cidr" | "wildcard" => false,
            "prefix" | "suffix" | "anything-but" => !matches!(value.json, Json::Object(_)),
            _ => true,
        };
        if !is_listed && self.language == Language::Lambda {
            let what = format!("Lambda does not list this use of \"{operator}\" for its filters");
            return refuse(*at, what);
        }
        match operator {
            "exactly" => string(value).map(|text| Test::Exact(quoted(text))),
            "prefix" => match &value.json {
                Json::Object(fields) => {
                    any_case(value.at, fields).map(|text| Test::PrefixAnyCase(prefix(text)))
                }
                _ => string(value).map(|text| Test::Prefix(prefix(text))),
            },
            "suffix" => match &value.json {
                Json::Object(fields) => {
                    any_case(value.at, fields).map(|text| Test::SuffixAnyCase(suffix(text)))
                }
                _ => string(value).map(|text| Test::Suffix(suffix(text))),
            },
            "equals-ignore-case" => string(value).map(|text| Test::EqualAnyCase(quoted(text))),
            "wildcard" => wildcard(value),
            "cidr" => Network::read(string(value)?)
                .map(Test::Network)
                .or_else(|what| refuse(value.at, what)),
            "numeric" => numeric(value),
            "exists" => match value.json {
                Json::Bool(true) => Ok(Test::Exists),
                Json::Bool(false) => Ok(Test::Absent),
                _ => refuse(value.at, "\"exists\" must be true or false"),
            },
            "anything-but" => anything_but(value).map(Test::AnythingBut),
            _ => refuse(*at, format!("There is no operator \"{operator}\"")),
        }
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

/// The only field of an object that begins at a byte of the text.
fn single(at: usize, fields: &[Field]) -> Read<&Field> {
    match fields {
        [] => refuse(at, "An operator is expected"),
        [field] => Ok(field),
        [_, second, ..] => refuse(second.at, "One operator for each pair of braces"),
    }
}

fn string(part: &Part) -> Read<&str> {
    match &part.json {
        Json::String(text) => Ok(text),
        _ => refuse(part.at, "A string is expected"),
    }
}

/// The text of `{"equals-ignore-case": …}`.
fn any_case(at: usize, fields: &[Field]) -> Read<&str> {
    let field = single(at, fields)?;
    if field.name == "equals-ignore-case" {
        string(&field.value)
    } else {
        refuse(field.at, "Only \"equals-ignore-case\" can stand here")
    }
}

fn wildcard(part: &Part) -> Read<Test> {
    let mut wanted = vec![Some('"')];
    let mut characters = string(part)?.chars();
    while let Some(c) = characters.next() {
        wanted.push(match c {
            '*' if wanted.last() == Some(&None) => {
                return refuse(part.at, "Two wildcards in a row are not allowed");
            }
            '*' => None,
            '\\' => {
                let Some(escaped @ ('*' | '\\')) = characters.next() else {
                    let what = "A backslash stands before * or another backslash only";
                    return refuse(part.at, what);
                };
                Some(escaped)
            }
            c => Some(c),
        });
    }
    wanted.push(Some('"'));
    Ok(Test::Wildcard(wanted))
}

/// A number that can be compared.
fn number(part: &Part) -> Read<Number> {
    let Json::Number(text) = &part.json else {
        return refuse(part.at, "A number is expected");
    };
    match Number::read(text) {
        Some(number) => Ok(number),
        None => refuse(part.at, "The number has too many digits to be compared"),
    }
}

fn numeric(part: &Part) -> Read<Test> {
    let Json::Array(items) = &part.json else {
        let what = "\"numeric\" must be a list, such as [\">\", 0, \"<=\", 5]";
        return refuse(part.at, what);
    };
    let limit = |index: usize| match items.get(index) {
        Some(limit) => number(limit),
        None => refuse(part.at, "A number is expected"),
    };
    let operator = |index: usize| items.get(index).and_then(|item| string(item).ok());
    let (test, length) = match operator(0) {
        Some("=") => (Test::Equal(limit(1)?), 2),
        Some(below @ ("<" | "<=")) => (Test::Between(None, Some((limit(1)?, below == "<"))), 2),
        Some(above @ (">" | ">=")) => {
            let low = (limit(1)?, above == ">");
            match items.get(2) {
                None => (Test::Between(Some(low), None), 2),
                Some(second) => {
                    let open = match operator(2) {
                        Some("<") => true,
                        Some("<=") => false,
                        _ => return refuse(second.at, "< or <= is expected"),
                    };
                    let high = limit(3)?;
                    if high <= low.0 {
                        let what = "The upper limit must be above the lower one";
                        return refuse(items[3].at, what);
                    }
                    (Test::Between(Some(low), Some((high, open))), 4)
                }
            }
        }
        _ => return refuse(part.at, "A comparison is expected: =, <, <=, > or >="),
    };
    match items.get(length) {
        Some(more) => refuse(more.at, "Nothing more is expected"),
        None => Ok(test),
    }
}

/// What a value must not be.
fn anything_but(part: &Part) -> Read<Vec<Test>> {
    if let Json::Object(fields) = &part.json {
        let Field { at, name, value } = single(part.at, fields)?;
        let build = match name.as_str() {
            "equals-ignore-case" => {
                |part: &Part| string(part).map(|text| Test::EqualAnyCase(quoted(text)))
            }
            "prefix" => |part: &Part| not_empty(part).map(|text| Test::Prefix(prefix(text))),
            "suffix" => |part: &Part| not_empty(part).map(|text| Test::Suffix(suffix(text))),
            "wildcard" => wildcard,
            _ => {
                let what = format!("\"{name}\" cannot stand inside \"anything-but\"");
                return refuse(*at, what);
            }
        };
        return each(value, build);
    }
    let first = match &part.json {
        Json::Array(items) => items.first().unwrap_or(part),
        _ => part,
    };
    let numbers = matches!(first.json, Json::Number(_));
    each(part, |part| match &part.json {
        Json::Number(_) if numbers => number(part).map(Test::Equal),
        Json::String(text) if !numbers => Ok(Test::Exact(quoted(text))),
        _ => refuse(
            part.at,
            "\"anything-but\" takes strings, or numbers, not both and nothing else",
        ),
    })
}

fn not_empty(part: &Part) -> Read<&str> {
    let text = string(part)?;
    if text.is_empty() {
        return refuse(part.at, "The text must not be empty");
    }
    Ok(text)
}

/// One value, or each of a list.
fn each(part: &Part, build: impl Fn(&Part) -> Read<Test>) -> Read<Vec<Test>> {
    match &part.json {
        Json::Array(items) if items.is_empty() => refuse(part.at, "An empty list is not allowed"),
        Json::Array(items) => items.iter().map(build).collect(),
        _ => build(part).map(|test| vec![test]),
    }
}
