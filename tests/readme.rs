//! The README is short and true: its links run and end as it says, its map has every folder, its table every dependency.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

const README: &str = include_str!("../README.md");
const MANIFEST: &str = include_str!("../Cargo.toml");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What stands below a heading, up to the next one.
fn section(heading: &str) -> &'static str {
    let (_, section) = README
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("a section {heading}"));
    section.split("\n## ").next().unwrap_or_default()
}

/// What stands between two marks, again and again.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    let parts = text.split(open).skip(1);
    parts
        .filter_map(|part| Some(part.split_once(close)?.0))
        .collect()
}

/// The first cells of a table's rows.
fn first_cells(text: &str) -> impl Iterator<Item = &str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
    rows.skip(2).filter_map(|row| row.split(" |").next())
}

#[test]
fn it_is_short() {
    let lines = README.lines().count();
    assert!(lines <= 150, "{lines} lines");
}

#[test]
fn its_links_end_as_it_says() {
    let tried: Vec<&str> = section("What to try first")
        .lines()
        .filter(|line| line.contains("http://127.0.0.1:8080/#"))
        .collect();
    assert_eq!(tried.len(), 5);
    for line in tried {
        let address = between(line, "(http://127.0.0.1:8080/", ")")[0];
        let output = Command::new(env!("CARGO_BIN_EXE_overflowing-sink"))
            .args(["run", address])
            .output()
            .expect("the program runs");
        assert!(output.status.success(), "{address}");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let numbers: Vec<&str> = line.split("**").skip(1).step_by(2).collect();
        assert!(!numbers.is_empty(), "{line}");
        for number in numbers {
            let said = printed.split_whitespace().any(|word| word == number);
            assert!(said, "{address} does not end with {number}:\n{printed}");
        }
        // What a link says that is not understood is told on standard error.
        let notes = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(!notes.contains("not understood"), "{address}: {notes}");
    }
}

#[test]
fn its_map_has_the_folders_of_src() {
    let folders: BTreeSet<String> = fs::read_dir(root().join("src"))
        .expect("src is there")
        .map(|entry| entry.expect("it can be read"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| format!("`{}/`", entry.file_name().to_string_lossy()))
        .collect();
    let mapped: BTreeSet<String> = first_cells(section("Map of `src/`"))
        .map(str::to_owned)
        .collect();
    assert_eq!(folders, mapped);
}

#[test]
fn its_table_has_the_dependencies() {
    let (mut needed, mut is_list) = (BTreeSet::new(), false);
    for line in MANIFEST.lines() {
        if let Some(heading) = line.strip_prefix('[') {
            let heading = heading.trim_end_matches(']');
            let named = heading.split_once("dependencies.");
            is_list = heading.ends_with("dependencies");
            needed.extend(named.map(|(_, name)| name.to_owned()));
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| is_list) {
            needed.insert(name.to_owned());
        }
    }
    assert!(needed.len() > 10, "{needed:?}");
    let mut told = BTreeSet::new();
    for cell in first_cells(section("Dependencies")) {
        let is_tool = cell.starts_with("none") || cell.contains('`') || cell.starts_with("Trunk");
        if !is_tool {
            told.extend(cell.split(", ").map(str::to_owned));
        }
    }
    assert_eq!(needed, told);
}

#[test]
fn what_it_points_to_is_there() {
    let documents = [
        "README.md",
        "MODEL.md",
        "docs/adding.md",
        "docs/building.md",
        "docs/figures.md",
        "docs/settings.md",
        "docs/terminal.md",
    ];
    for document in documents {
        let path = root().join(document);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{document}: {error}"));
        let folder = path.parent().expect("a folder");
        for target in between(&text, "](", ")") {
            if target.starts_with("http") || target.starts_with('#') {
                continue;
            }
            let there = folder.join(target);
            assert!(there.exists(), "{document} points to {target}");
        }
    }
}
