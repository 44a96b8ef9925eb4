//! What a text turned out to be: a link, a scenario file, or what commands of AWS print. Long ones are read in slices.

use std::rc::Rc;

use crate::browser::now_ms;
use crate::scenario::Settings;
use crate::scenario::file::{from_json, is_scenario};
use crate::scenario::import::{Import, Pasted, Progress, Reader};
use crate::scenario::link::{Shared, from_link};
use crate::scenario::notice::Notice;

/// How long a text is read before the page gets a turn, in milliseconds.
const SLICE_MS: f64 = 8.0;

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

/// What was read of a text, before it is held against the settings there are.
pub(super) enum Read {
    Empty,
    Nothing(String),
    Scenario(Box<Shared>, Vec<Notice>),
    Pasted(Box<Pasted>),
}

impl Read {
    /// What it is, taking over the mapping that was chosen.
    pub(super) fn found(&self, base: &Settings, chosen: Option<usize>) -> Found {
        match self {
            Self::Empty => Found::Empty,
            Self::Nothing(why) => Found::Nothing(why.clone()),
            Self::Scenario(shared, notices) => Found::Scenario(shared.clone(), notices.clone()),
            Self::Pasted(pasted) => match pasted.import(base, chosen) {
                Ok(import) => Found::Mapping(Box::new(import)),
                Err(why) => Found::Nothing(why),
            },
        }
    }
}

/// How far a text is read.
#[derive(Clone)]
pub(super) enum Stage {
    /// In percent.
    Reading(usize),
    /// All of it.
    Read(Rc<Read>),
}

/// The text that is being read.
#[derive(Default)]
pub(super) struct Desk(Option<(Rc<str>, Reader)>);

impl Desk {
    /// The text that is begun.
    pub(super) fn text(&self) -> Option<&Rc<str>> {
        self.0.as_ref().map(|(text, _)| text)
    }

    /// Reads on for a while; another text than before is begun.
    pub(super) fn read(&mut self, text: &Rc<str>) -> Stage {
        let mut reader = match self.0.take() {
            Some((of, reader)) if Rc::ptr_eq(&of, text) => reader,
            Some(_) | None => match at_once(text) {
                Some(read) => return Stage::Read(Rc::new(read)),
                None => Reader::new(text.clone()),
            },
        };
        let end = now_ms() + SLICE_MS;
        match reader.advance(&mut || now_ms() < end) {
            Progress::Reading { done, all } => {
                self.0 = Some((text.clone(), reader));
                Stage::Reading(done * 100 / all.max(1))
            }
            Progress::Done => {
                let pasted = reader.finish().map(Box::new);
                Stage::Read(Rc::new(pasted.map_or_else(Read::Nothing, Read::Pasted)))
            }
        }
    }
}

/// What needs no reading in slices: nothing, a link, a scenario file.
fn at_once(text: &str) -> Option<Read> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Read::Empty);
    }
    if is_link(text) {
        let (shared, notices) = from_link(text);
        return Some(Read::Scenario(Box::new(shared), notices));
    }
    is_scenario(text).then(|| match from_json(text) {
        Ok((scenario, notices)) => {
            let shared = Shared {
                scenario,
                ..Shared::default()
            };
            Read::Scenario(Box::new(shared), notices)
        }
        Err(why) => Read::Nothing(why),
    })
}

/// Whether its first word is one; a comment and the first line of a script are none.
fn is_link(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or("");
    let is_marked = first.contains("v=") || first.contains('#');
    text == "#"
        || is_marked && first.len() > 1 && !text.starts_with(['{', '[']) && !text.starts_with("#!")
}
