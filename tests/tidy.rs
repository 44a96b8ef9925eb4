//! The rules of the source that a compiler does not check.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("it is text");
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 3, "nothing found in {folder}");
    found
}

/// The sources of a folder without the files that hold tests alone.
fn shipped(folder: &str) -> Vec<(PathBuf, String)> {
    let mut sources = sources(folder);
    sources.retain(|(path, _)| {
        let is_test = |part: &OsStr| part == "tests" || part == "tests.rs" || part == "sample.rs";
        !path.iter().any(is_test)
    });
    sources
}

/// A source up to the tests at its end.
fn without_tests(text: &str) -> &str {
    let tests = "#[cfg(test)]\nmod tests {";
    text.split(tests).next().unwrap_or_default()
}

/// The lines of code that contain a word, tests and comments apart.
fn uses(text: &str, word: &str) -> Vec<String> {
    let lines = without_tests(text)
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines
        .filter(|line| line.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_engine_knows_only_itself() {
    let forbidden = [
        ("crate::", "crate::engine"),
        ("HashMap", ""),
        ("HashSet", ""),
        ("f64", ""),
        ("f32", ""),
        ("std::time", ""),
        ("serde", ""),
        ("web_sys", ""),
        ("wasm_bindgen", ""),
        ("yew", ""),
    ];
    for (path, text) in shipped("src/engine") {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        for (word, unless) in forbidden {
            // Tables are built with floats, of a library that is the same everywhere; a caption of a span wants one.
            if word == "f64" && matches!(name, "curve.rs" | "time.rs") {
                continue;
            }
            let used = uses(&text, word)
                .into_iter()
                .filter(|line| unless.is_empty() || !line.contains(unless));
            assert_eq!(
                used.collect::<Vec<_>>(),
                Vec::<String>::new(),
                "{} uses {word}",
                path.display()
            );
        }
    }
}

#[test]
fn layers_look_one_way() {
    // From the bottom up. A painter is told what its canvas is by `browser`; nobody else below `ui` needs one.
    const LAYERS: [(&str, &[&str]); 11] = [
        ("browser", &[]),
        ("engine", &[]),
        // Words know of the model only how it counts time.
        ("words", &["engine::time"]),
        ("scenario", &["engine", "words"]),
        ("recording", &["engine"]),
        ("session", &["engine", "words", "scenario", "recording"]),
        ("stage", &["engine", "words", "scenario", "recording"]),
        (
            "page",
            &["engine", "words", "scenario", "recording", "session"],
        ),
        (
            "timeline",
            &[
                "engine",
                "words",
                "recording",
                "session",
                "stage",
                "page",
                "browser",
            ],
        ),
        (
            "command_line",
            &["engine", "words", "scenario", "recording", "session"],
        ),
        (
            "ui",
            &[
                "browser",
                "engine",
                "scenario",
                "recording",
                "session",
                "stage",
                "page",
                "timeline",
                "words",
            ],
        ),
    ];
    for (layer, below) in LAYERS {
        let known = [layer].into_iter().chain(below.iter().copied());
        let known: Vec<String> = known.map(|layer| format!("crate::{layer}")).collect();
        for (path, text) in shipped(&format!("src/{layer}")) {
            let mut lines = uses(&text, "crate::");
            lines.retain(|line| !known.iter().any(|known| line.contains(known)));
            assert_eq!(lines, Vec::<String>::new(), "{} looks up", path.display());
        }
    }
}

/// Inside the page, whoever shows something knows neither who puts it together nor its neighbours' insides.
#[test]
fn the_parts_of_the_page_do_not_go_in_circles() {
    // From the bottom up; a file may use those before it, and its own folder.
    const ORDER: [&str; 22] = [
        "hooks",
        "conductor",
        "page",
        "opening",
        "term",
        "keyboard",
        "notices",
        "header",
        "guessed",
        "values",
        "still",
        "knob_field",
        "changes",
        "caption",
        "hand",
        "stage_card",
        "summary",
        "timeline",
        "drawer",
        "world_view",
        "dialogs",
        "app",
    ];
    let place = |name: &str| ORDER.iter().position(|other| *other == name);
    for (path, text) in shipped("src/ui") {
        let inside = path.to_string_lossy();
        let (_, inside) = inside.split_once("src/ui/").expect("it is in there");
        let own = inside.split(['/', '.']).next().unwrap_or_default();
        // The root only names what there is.
        let Some(own_place) = place(own) else {
            continue;
        };
        for name in ORDER.iter().skip(own_place + 1) {
            for used in [format!("super::{name}::"), format!("crate::ui::{name}::")] {
                let lines = uses(&text, &used);
                assert!(lines.is_empty(), "{inside} looks up to {name}: {lines:?}");
            }
        }
    }
}

/// Yew is known to `ui` alone, and a browser to it, to `browser` and to the two painters.
#[test]
fn only_the_page_knows_the_browser() {
    for (path, text) in shipped("src") {
        let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR"));
        let name = name.expect("it is in here").to_string_lossy();
        let is_page = name.starts_with("src/ui") || name == "src/main.rs";
        if is_page {
            continue;
        }
        assert_eq!(uses(&text, "yew::"), Vec::<String>::new(), "{name}");
        let paints = name.starts_with("src/browser")
            || matches!(
                &*name,
                "src/stage/painter.rs" | "src/timeline/paint.rs" | "src/timeline/pen.rs"
            );
        for word in ["web_sys::", "wasm_bindgen::"] {
            assert!(paints || uses(&text, word).is_empty(), "{name} uses {word}");
        }
    }
}

/// The table of settings is the one long file.
#[test]
fn no_file_is_endless() {
    for (path, text) in shipped("src") {
        let lines = without_tests(&text).lines().count();
        assert!(
            lines <= 550 || path.ends_with("scenario/knobs.rs"),
            "{} has {lines} lines",
            path.display()
        );
    }
}

#[test]
fn an_exception_from_a_lint_has_a_reason() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let attribute = line.trim_start();
            if !attribute.starts_with("#[allow") && !attribute.starts_with("#![allow") {
                continue;
            }
            // Behind it, or in the line above.
            let above = index.checked_sub(1).map_or("", |above| lines[above]);
            assert!(
                line.contains(" // ")
                    || above.trim_start().starts_with("//")
                    || lines[index..]
                        .iter()
                        .take(4)
                        .any(|line| line.contains("reason = ")),
                "{}:{} allows something and does not say why",
                path.display(),
                index + 1
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        assert!(
            text.starts_with("//!"),
            "{} has no module documentation",
            path.display()
        );
        for leftover in [
            concat!("TO", "DO"),
            concat!("FIX", "ME"),
            concat!("dbg", "!("),
        ] {
            assert!(
                !text.contains(leftover),
                "{} has a left-over {leftover}",
                path.display()
            );
        }
    }
}
