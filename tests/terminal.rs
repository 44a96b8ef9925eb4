//! What docs/terminal.md shows of the command line is what it prints: each command is run as it is written there, by a
//! shell.
//! A line `…` stands for lines that are left out. Where it pipes into jq, the filter is done here.
#![cfg(unix)]

use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const CHAPTER: &str = include_str!("../docs/terminal.md");

/// An account in which one mapping was tuned.
const AWS: &str = r#"#!/bin/sh
echo '{ "UUID": "a1b2c3d4", "BatchSize": 250, "FunctionResponseTypes": [ "ReportBatchItemFailures" ],'
echo '  "EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/orders" }'
"#;

/// These need an account of one's own; `read_only_script` runs the script on one that is made up.
const NEED_AN_ACCOUNT: [&str; 3] = [
    "bash read-only.sh > settings.txt",
    "overflowing-sink import settings.txt > scenario.json",
    "overflowing-sink run scenario.json",
];

/// A command and what the chapter prints below it.
struct Example {
    command: String,
    printed: Vec<String>,
}

/// The examples of the chapter, in order.
fn examples() -> Vec<Example> {
    let mut all: Vec<Example> = Vec::new();
    for line in CHAPTER.lines().filter_map(|line| line.strip_prefix("    ")) {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push(Example {
                command: command.to_owned(),
                printed: Vec::new(),
            }),
            (None, Some(example)) => example.printed.push(line.to_owned()),
            (None, None) => panic!("{line} is printed by nothing"),
        }
    }
    all
}

/// What jq would print.
fn filtered(filter: &str, text: &str) -> String {
    let json = |text| serde_json::from_str::<Value>(text).expect("JSON");
    let found: Vec<Value> = match filter {
        r#"select(.kind == "invocation_started") | [.at_us, .records, .attempt]"# => {
            let lines = text.lines().map(json);
            let started = lines.filter(|line| line["kind"] == "invocation_started");
            started
                .map(|line| json!([line["at_us"], line["records"], line["attempt"]]))
                .collect()
        }
        r#".cloudwatch | [.Errors.value, .DroppedEventCount.value, ."expired unread".value]"# => {
            let metrics = &json(text)["cloudwatch"];
            let value = |name: &str| &metrics[name]["value"];
            vec![json!(
                ["Errors", "DroppedEventCount", "expired unread"].map(value)
            )]
        }
        other => panic!("this test does not know the filter {other}"),
    };
    let lines: Vec<String> = found.iter().map(Value::to_string).collect();
    lines.join("\n")
}

/// Runs a command in a folder, and gives what it prints, standard error last.
fn run(folder: &Path, command: &str) -> String {
    let (command, filter) = match command.split_once(" | jq -c '") {
        Some((command, filter)) => (command, filter.strip_suffix('\'')),
        None => (command, None),
    };
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", folder.display()))
        .stdin(Stdio::null())
        .output()
        .expect("there is a shell");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    match filter {
        Some(filter) => filtered(filter, &stdout),
        // What was taken over comes before the link it makes.
        None if command.contains("import") => stderr + &stdout,
        None => stdout + &stderr,
    }
}

/// Whether lines are those expected, of which `…` stands for any number.
fn matches(expected: &[String], found: &[&str]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((line, rest)) if line == "…" => {
            (0..=found.len()).any(|skipped| matches(rest, &found[skipped..]))
        }
        Some((line, rest)) => found.first() == Some(&line.as_str()) && matches(rest, &found[1..]),
    }
}

#[test]
fn the_examples_print_what_the_chapter_says() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("terminal");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    symlink(
        env!("CARGO_BIN_EXE_overflowing-sink"),
        folder.join("overflowing-sink"),
    )
    .expect("a link to the program");
    let aws = folder.join("aws");
    fs::write(&aws, AWS).expect("written");
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).expect("executable");
    let mut count = 0;
    for Example { command, printed } in examples() {
        if NEED_AN_ACCOUNT.contains(&command.as_str()) {
            assert!(printed.is_empty(), "{command}");
            continue;
        }
        if let Some(name) = command.strip_prefix("cat ") {
            fs::write(folder.join(name), printed.join("\n")).expect("written");
            continue;
        }
        let found = run(&folder, &command);
        let lines: Vec<&str> = found.lines().collect();
        assert!(matches(&printed, &lines), "$ {command}\n{found}");
        count += 1;
    }
    assert!(count >= 10, "only {count} examples were run");
}
