//! What the page asks the glossary for is in it: a component that asks for another id would show its word and no meaning.
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::page::glossary::find;
use overflowing_sink::timeline::rows::bands;
use std::fs;
use std::path::{Path, PathBuf};

/// High enough for every row of the timeline.
const HIGH: f64 = 1_000.0;

#[test]
fn every_row_of_the_timeline_is_explained() {
    let bands = bands(HIGH);
    assert!(bands.len() >= 5);
    for band in bands {
        let id = band.row.term();
        assert!(find(id).is_some(), "{id}");
    }
}

#[test]
fn every_term_of_a_component_is_known() {
    let mut asked = 0;
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui")];
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("it is text");
            for tag in text.split("<Term ").skip(1) {
                asked += 1;
                let id = tag
                    .strip_prefix("id=\"")
                    .and_then(|id| id.split('"').next());
                // What is not written down here is a row's, and is asked for above, or a label's.
                if let Some(id) = id {
                    assert!(find(id).is_some(), "{} asks for {id}", path.display());
                }
            }
        }
    }
    assert!(asked > 0, "no component shows a term");
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| entry.expect("it can be read").path())
        .collect()
}
