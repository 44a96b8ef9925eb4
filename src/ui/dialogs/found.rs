//! What a text turned out to be: a link, a scenario file, or what commands of AWS print.

use crate::scenario::Settings;
use crate::scenario::file::{from_json, is_scenario};
use crate::scenario::import::{Import, import, import_choice};
use crate::scenario::link::{Shared, from_link};
use crate::scenario::notice::Notice;

/// What a text turned out to be.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing yet.
    Empty,
    /// Nothing that can be read, and why.
    Nothing(String),
    /// What commands of AWS printed, or a table of counts.
    Mapping(Box<Import>),
    /// A scenario file or a link.
    Scenario(Box<Shared>, Vec<Notice>),
}

impl Found {
    /// Whether it can be taken over.
    pub(super) fn is_ready(&self) -> bool {
        match self {
            Self::Mapping(_) | Self::Scenario(..) => true,
            Self::Empty | Self::Nothing(_) => false,
        }
    }
}

/// Reads a text as a link, a scenario file, or what can be imported.
pub(super) fn look(text: &str, base: &Settings, chosen: Option<usize>) -> Found {
    let text = text.trim();
    if text.is_empty() {
        return Found::Empty;
    }
    if is_link(text) {
        let (shared, notices) = from_link(text);
        return Found::Scenario(Box::new(shared), notices);
    }
    if is_scenario(text) {
        return match from_json(text) {
            Ok((scenario, notices)) => {
                let shared = Shared {
                    scenario,
                    ..Shared::default()
                };
                Found::Scenario(Box::new(shared), notices)
            }
            Err(why) => Found::Nothing(why),
        };
    }
    let taken = match chosen {
        Some(index) => import_choice(text, base, index),
        None => import(text, base),
    };
    taken.map_or_else(Found::Nothing, |mapping| Found::Mapping(Box::new(mapping)))
}

/// Whether its first word is one; a comment and the first line of a script are none.
fn is_link(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or("");
    let is_marked = first.contains("v=") || first.contains('#');
    text == "#"
        || is_marked && first.len() > 1 && !text.starts_with(['{', '[']) && !text.starts_with("#!")
}
