//! MODEL.md holds what it says: every fact has its row, and what a row names exists and cites the fact.
//!
//! `UPDATE=1 cargo test --test model` fills the columns *module* and *test* from the citations.
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::scenario::knobs::{KNOBS, Knob};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The facts: a letter each, and how many there are.
const GROUPS: [(char, u32); 7] = [
    ('P', 34),
    ('S', 22),
    ('E', 54),
    ('L', 11),
    ('M', 12),
    ('C', 10),
    ('G', 16),
];
const CLAIMS: u32 = 37;
/// Left out on purpose; MODEL.md says why.
const OUT_OF_SCOPE: [&str; 11] = [
    "P22", "P32", "P34", "S3", "S15", "S21", "C4", "C6", "E16", "E18", "E53",
];
/// What a cell says that nothing can be put into; no test lets it pass.
const NOTHING: &str = "nothing";
const OUT: &str = "out of scope";
/// A row names so many modules and tests at most.
const NAMED: usize = 2;

/// A fact's number, such as E38.
type Fact = String;

/// Where facts are cited: the modules, and the test functions.
#[derive(Default)]
struct Citations {
    modules: BTreeMap<Fact, BTreeSet<String>>,
    tests: BTreeMap<Fact, BTreeSet<String>>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every fact there is; claims apart.
fn facts() -> Vec<Fact> {
    let group = |(letter, count)| (1..=count).map(move |n| format!("{letter}{n}"));
    GROUPS.into_iter().flat_map(group).collect()
}

/// The facts that a line cites: `E3`, `E3–E6`, or `g6_` at the beginning of a test's name.
fn cited(line: &str) -> Vec<Fact> {
    let mut found = Vec::new();
    let bytes = line.as_bytes();
    let is_word = |i: usize| {
        bytes
            .get(i)
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    let mut from: Option<(char, u32)> = None;
    let mut i = 0;
    while i < bytes.len() {
        let letter = char::from(bytes[i]);
        let begins =
            i == 0 || !(is_word(i - 1) || matches!(bytes[i - 1], b'%' | b'#' | b'.' | b'\\'));
        let digits = bytes[i + 1..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let end = i + 1 + digits;
        let is_number =
            bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let is_fact = GROUPS.iter().any(|&(group, _)| group == letter) && (1..=2).contains(&digits);
        if !begins || !is_fact || is_number || is_word(end) {
            if letter == ',' || letter == ' ' {
                from = None;
            }
            i += 1;
            continue;
        }
        let number: u32 = line[i + 1..end].parse().expect("digits");
        let first = from.take().filter(|&(group, _)| group == letter);
        for n in first.map_or(number, |(_, first)| first + 1)..=number {
            found.push(format!("{letter}{n}"));
        }
        if line[end..].starts_with('–') {
            from = Some((letter, number));
        }
        i = end;
    }
    found
}

/// The facts a function's name begins with: `g6_the_mapping_retries`.
fn named(function: &str) -> Vec<Fact> {
    let word = function.split('_').next().unwrap_or_default();
    if word.len() < 2 || !word[1..].bytes().all(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    cited(&word.to_uppercase())
}

fn function(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    let rest = rest
        .strip_prefix("pub(crate) ")
        .unwrap_or(rest)
        .strip_prefix("fn ")?;
    rest.split(['(', '<']).next()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Notes the citations of a file's test part, each with the function it stands in or before.
fn tests_of(text: &str, place: &str, citations: &mut Citations) {
    let lines: Vec<&str> = text.lines().collect();
    for (i, line) in lines.iter().enumerate() {
        if line.starts_with("//!") {
            continue;
        }
        let own = function(line);
        let mut facts = cited(line);
        facts.extend(own.map(named).unwrap_or_default());
        if facts.is_empty() {
            continue;
        }
        let before = || lines[..i].iter().rev().find_map(|l| function(l));
        // A comment before a function belongs to it.
        let after = || {
            let mut next = lines[i + 1..].iter();
            next.find(|l| {
                let l = l.trim_start();
                !(l.starts_with("//") || l.starts_with('#') || l.starts_with("const"))
            })
            .filter(|l| indent(l) == indent(line))
            .and_then(|l| function(l))
        };
        if let Some(name) = own.or_else(after).or_else(before) {
            for fact in facts {
                let place = format!("{place}::{name}");
                citations.tests.entry(fact).or_default().insert(place);
            }
        }
    }
}

/// Notes the citations of a file's code: in comments, and in the table of settings.
fn modules_of(text: &str, place: &str, citations: &mut Citations) {
    for line in text.lines() {
        let comment = line.find("//").map_or("", |at| &line[at..]);
        let setting = line.find("facts \"").map_or("", |at| &line[at..]);
        for fact in cited(comment).into_iter().chain(cited(setting)) {
            citations
                .modules
                .entry(fact)
                .or_default()
                .insert(place.to_owned());
        }
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn citations() -> Citations {
    let mut citations = Citations::default();
    for folder in ["src", "tests"] {
        let base = root().join(folder);
        for path in files(&base) {
            let text = fs::read_to_string(&path).expect("it is text");
            let place = path
                .strip_prefix(&base)
                .expect("it is in there")
                .with_extension("");
            let place = place.to_str().expect("it is UTF-8").replace('\\', "/");
            let is_test =
                folder == "tests" || place.ends_with("/tests") || place.contains("/tests/");
            if place == "model" {
                continue;
            }
            let (code, tests) = match text.find("#[cfg(test)]\nmod") {
                _ if is_test => ("", text.as_str()),
                Some(at) => text.split_at(at),
                None => (text.as_str(), ""),
            };
            modules_of(code, &place, &mut citations);
            tests_of(tests, &place, &mut citations);
        }
    }
    citations
}

/// The places a row names: the engine's first, and those under `tests/`.
fn best(places: Option<&BTreeSet<String>>) -> String {
    let rank = |place: &&String| match place.split(['/', ':']).next() {
        _ if matches!(
            place.as_str(),
            "engine/config" | "engine/fact" | "scenario/knobs"
        ) =>
        {
            1
        }
        Some("engine" | "traces") => 0,
        Some("recording" | "laws") => 1,
        Some("scenario") => 2,
        Some("session" | "stage") => 4,
        _ => 3,
    };
    let mut all: Vec<&String> = places.into_iter().flatten().collect();
    all.sort_by_key(|place| (rank(place), place.len()));
    let named = all.iter().take(NAMED).map(|place| format!("`{place}`"));
    named.collect::<Vec<_>>().join(", ")
}

/// A row of a table of facts, if the line is one: number, rule, module, test.
fn row(line: &str) -> Option<[&str; 4]> {
    let cells: Vec<&str> = line
        .strip_prefix("| ")?
        .strip_suffix(" |")?
        .split(" | ")
        .collect();
    let row: [&str; 4] = cells.try_into().ok()?;
    (cited(row[0]) == [row[0]]).then_some(row)
}

fn model() -> String {
    fs::read_to_string(root().join("MODEL.md")).expect("MODEL.md is there")
}

/// What the columns should say of a fact.
fn columns(fact: &str, citations: &Citations) -> (String, String) {
    if OUT_OF_SCOPE.contains(&fact) {
        return (OUT.to_owned(), OUT.to_owned());
    }
    let or_nothing = |text: String| {
        if text.is_empty() {
            NOTHING.to_owned()
        } else {
            text
        }
    };
    let test = or_nothing(best(citations.tests.get(fact)));
    let module = if fact.starts_with('G') {
        "–".to_owned()
    } else {
        or_nothing(best(citations.modules.get(fact)))
    };
    (module, test)
}

#[test]
fn every_fact_has_a_row_and_every_row_holds() {
    let citations = citations();
    let text = model();
    if std::env::var_os("UPDATE").is_some() {
        let fresh = text.lines().map(|line| match row(line) {
            Some([fact, rule, ..]) => {
                let (module, test) = columns(fact, &citations);
                format!("| {fact} | {rule} | {module} | {test} |\n")
            }
            None => format!("{line}\n"),
        });
        // At once, because the other tests read it meanwhile.
        let beside = root().join("MODEL.md.new");
        fs::write(&beside, fresh.collect::<String>()).expect("it can be written");
        fs::rename(&beside, root().join("MODEL.md")).expect("it can be replaced");
    }
    let text = model();
    let rows: Vec<[&str; 4]> = text.lines().filter_map(row).collect();
    let numbers: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(numbers, facts(), "a row for every fact, in order");
    for [fact, _, module, test] in rows {
        for (cell, known) in [(module, &citations.modules), (test, &citations.tests)] {
            let (is_out, is_golden) = (OUT_OF_SCOPE.contains(&fact), fact.starts_with('G'));
            assert_eq!(cell == OUT, is_out, "{fact}: {cell}");
            if is_out || cell == "–" && is_golden {
                continue;
            }
            for place in cell.split(", ") {
                let place = place.trim_matches('`');
                let cites = known.get(fact).is_some_and(|places| places.contains(place));
                assert!(
                    cites,
                    "MODEL.md: {place} is not there or does not cite {fact}; UPDATE=1 cargo test --test model"
                );
            }
        }
    }
}

#[test]
fn only_facts_that_exist_are_cited() {
    let known: BTreeSet<Fact> = facts().into_iter().collect();
    let citations = citations();
    for (fact, places) in citations.modules.iter().chain(&citations.tests) {
        assert!(known.contains(fact), "{fact} is cited in {places:?}");
    }
}

#[test]
fn every_claim_rests_on_facts_of_the_table() {
    let text = model();
    let known = facts();
    let mut claims = 0;
    for line in text
        .lines()
        .filter(|line| line.starts_with("| T") && line.as_bytes()[3].is_ascii_digit())
    {
        claims += 1;
        assert!(line.starts_with(&format!("| T{claims} |")), "{line}");
        let rests_on = line
            .trim_end_matches(" |")
            .rsplit(" | ")
            .next()
            .expect("a cell");
        assert!(!rests_on.is_empty(), "{line}");
        for fact in rests_on.split(' ') {
            assert!(known.iter().any(|known| known == fact), "{fact} in {line}");
        }
    }
    assert_eq!(claims, CLAIMS);
}

#[test]
fn what_is_left_out_has_its_reason() {
    let text = model();
    let (_, section) = text
        .split_once("## Out of scope")
        .expect("the section is there");
    for fact in OUT_OF_SCOPE {
        assert!(
            section
                .lines()
                .any(|line| line.starts_with("| ") && cited(line).iter().any(|c| c == fact)),
            "{fact} is out of scope without a reason"
        );
    }
}

#[test]
fn citations_are_read_as_they_are_written() {
    for (line, facts) in [
        ("/// (E3, E4)", vec!["E3", "E4"]),
        ("//! facts E43–E45, S9", vec!["E43", "E44", "E45", "S9"]),
        ("name: \"G10: j = 4\"", vec!["G10"]),
        ("%E2%80 0xE4 M4.5 SE3 E3x E123 #C3", vec![]),
    ] {
        assert_eq!(cited(line), facts, "{line}");
    }
    assert_eq!(named("g6_the_mapping_retries"), ["G6"]);
    assert_eq!(named("go_on"), Vec::<Fact>::new());
}

/// Every setting that stands for an assumption is in the table of assumptions, and every parameter named there is a
/// setting.
#[test]
fn assumptions_have_their_parameters() {
    let text = model();
    let (_, section) = text.split_once("## Assumptions").expect("the section");
    let (section, _) = section.split_once("## Simplifications").expect("its end");
    let rows = section.lines().filter(|line| line.starts_with("| "));
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for row in rows.skip(2) {
        let cells: Vec<&str> = row.split(" | ").collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert!(!cited(cells[1]).is_empty(), "{row} names no fact");
        if cells[2] != "–" {
            named.extend(cells[2].split(", ").map(|key| key.trim_matches('`')));
        }
    }
    for key in &named {
        assert!(Knob::by_key(key).is_some(), "{key} is no setting");
    }
    for spec in KNOBS.iter().filter(|spec| spec.assumption) {
        assert!(named.contains(spec.key), "{} is not named", spec.key);
    }
}
