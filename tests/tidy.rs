//! The rules of the source that a compiler does not check.

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
    assert!(found.len() > 5, "nothing found in {folder}");
    found
}

/// The lines of code that contain a word, tests and comments apart.
fn uses(text: &str, word: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
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
    for (path, text) in sources("src/engine") {
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
    for (layer, above) in [
        (
            "src/scenario",
            &[
                "crate::recording",
                "crate::session",
                "crate::stage",
                "crate::ui",
                "crate::browser",
            ][..],
        ),
        (
            "src/recording",
            &[
                "crate::scenario",
                "crate::session",
                "crate::stage",
                "crate::ui",
                "crate::browser",
            ],
        ),
        (
            "src/session",
            &[
                "crate::stage",
                "crate::timeline",
                "crate::ui",
                "crate::browser",
            ],
        ),
        (
            "src/browser",
            &[
                "crate::engine",
                "crate::scenario",
                "crate::recording",
                "crate::session",
                "crate::ui",
            ],
        ),
    ] {
        for (path, text) in sources(layer) {
            for word in above {
                assert_eq!(
                    uses(&text, word),
                    Vec::<String>::new(),
                    "{} looks up at {word}",
                    path.display()
                );
            }
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

#[test]
fn the_readme_knows_every_folder() {
    let readme = include_str!("../README.md");
    let top =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("src is there");
    for entry in top
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
    {
        let folder = format!("`{}/`", entry.file_name().to_string_lossy());
        assert!(
            readme.contains(&folder),
            "the map of src/ in README.md lacks {folder}"
        );
    }
}
