//! The import dialog: real settings and traffic from AWS, a scenario file, or a link; shown before they are applied.

use std::rc::Rc;

use web_sys::File;

use super::app::{open, texts};
use super::desk::{Desk, Tools, Turn};
use super::markup::{Act, Markup, input, only};
use super::modal::{modal_end, modal_view};
use crate::browser::transfer;
use crate::scenario::file::from_json;
use crate::scenario::import::{Choice, Import as Mapping, Line, SCRIPT, import, import_choice};
use crate::scenario::json::Value;
use crate::scenario::link::{Shared, from_link};
use crate::scenario::notice::Notice;
use crate::scenario::spelling::holds;
use crate::scenario::{Scenario, Settings};
use crate::session::Command;

/// Longer files are not read, in bytes.
const FILE_MAX: f64 = 4_194_304.0;

/// Reads a file into the import dialog.
pub(super) fn take_file(tools: &Tools, file: &File) {
    let tools = tools.clone();
    transfer::read(file, FILE_MAX, move |text| {
        tools.turn(match text {
            Some(text) => Turn::Take(Rc::from(text)),
            None => Turn::Notify(vec![
                "This file cannot be read: it is not a text, or longer than 4 MB.".to_owned(),
            ]),
        });
    });
}

/// What a text turned out to be.
#[derive(Default)]
pub(super) enum Found {
    /// Nothing yet.
    #[default]
    Empty,
    /// Nothing that can be read, and why.
    Nothing(String),
    /// What commands of AWS printed, or a table of counts.
    Mapping(Box<Mapping>),
    /// A scenario file or a link.
    Scenario(Box<Shared>, Vec<Notice>),
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
    let is_marked = holds(first, "v=") || first.contains('#');
    text == "#"
        || is_marked && first.len() > 1 && !text.starts_with(['{', '[']) && !text.starts_with("#!")
}

/// Whether a JSON object has the keys of a scenario file.
fn is_scenario(text: &str) -> bool {
    let keys = ["settings", "records", "traffic", "actions"];
    Value::read(text).is_ok_and(|value| keys.iter().any(|key| value.get(key).is_some()))
}

/// The dialog.
pub(super) fn import_view(m: &mut Markup, desk: &Desk) {
    modal_view(m, "import-dialog", "Import your settings");
    m.put(
        "<p>Run this script where your AWS command line works. It only reads, and prints a mapping, its stream, its function \
         and a day of metrics. Paste what it prints, or only a part of it; a table of times and counts, a scenario file or a \
         link does as well.</p>\
         <div class=command><details><summary>read-only.sh</summary><pre>{}</pre></details><button type=button class=quiet>",
        &[SCRIPT],
    );
    m.on_click(Act::Look(|tools, _| {
        let tools = tools.clone();
        transfer::copy(SCRIPT, move |done| tools.turn(Turn::Copied(done)));
    }));
    m.put(
        "{}</button></div><div class=drop><label class=sr for=import-text>What AWS prints, a table, a scenario file or a link</label>\
         <textarea id=import-text autofocus=autofocus spellcheck=false placeholder={} value={}>",
        &[
            if desk.copied == Some(true) {
                "Copied ✓"
            } else {
                "Copy the script"
            },
            "{ \"BatchSize\": 100, … }  or  2026-11-21T10:00:00Z,4310",
            &desk.text,
        ],
    );
    m.on(
        "input",
        Act::Look(|tools, event| tools.turn(Turn::Text(Rc::from(input(event).value())))),
    );
    m.put(
        "</textarea><label class=file><span class=muted>or drop a file anywhere, or choose one: </span>\
         <input type=file accept='.json,.txt,.csv,application/json,text/plain,text/csv'>",
        &[],
    );
    m.on(
        "change",
        Act::Look(|tools, event| {
            if let Some(file) = input(event).files().and_then(|files| files.get(0)) {
                take_file(tools, &file);
            }
        }),
    );
    m.put(
        "</input></label></div><div id=import-preview role=status>",
        &[],
    );
    preview(m, &desk.found);
    let ready = matches!(*desk.found, Found::Mapping(_) | Found::Scenario(..));
    m.put(
        "</div><div class=modal__row><button type=button id=import-apply class=solid disabled?={}>",
        &[only(!ready, "disabled")],
    );
    m.on_click(Act::Turn(Turn::Apply));
    m.put(
        "Take it over</button><span class=muted>Nothing leaves this browser: the page may not connect to anything. \
         ARNs, accounts and names never enter a link.</span></div>",
        &[],
    );
    modal_end(m);
}

/// Takes over what was found; one change, one undo.
pub(super) fn apply(tools: &Tools, found: &Found) {
    match found {
        Found::Mapping(mapping) => {
            let mut scenario = Scenario {
                settings: mapping.settings.clone(),
                ..tools.player.scenario()
            };
            if let Some(traffic) = &mapping.traffic {
                scenario.traffic = Some(traffic.clone());
                scenario.records.clear();
            }
            tools.player.send(Command::Load(Box::new(scenario)));
        }
        Found::Scenario(shared, notices) => {
            open(tools, (**shared).clone(), texts(shared, notices.clone()));
        }
        Found::Empty | Found::Nothing(_) => {}
    }
    tools.turn(Turn::Close);
}

fn preview(m: &mut Markup, found: &Found) {
    match found {
        Found::Empty => {}
        Found::Nothing(why) => m.put("<p class=knob__problem>{}</p>", &[why]),
        Found::Scenario(_, notices) => {
            m.put("<p>This is a whole scenario; it replaces what is there. Undo brings it back.</p><ul class=taken>", &[]);
            for notice in notices {
                m.put("<li>· {}</li>", &[&notice.text]);
            }
            m.put("</ul>", &[]);
        }
        Found::Mapping(mapping) => {
            if mapping.choices.len() > 1 {
                choices(m, &mapping.choices, mapping.chosen);
            }
            lines(m, "Taken over", "✓ ", &mapping.taken);
            lines(m, "Not valid, left as it was", "✗ ", &mapping.invalid);
            lines(m, "Still guessed", "? ", &mapping.guessed);
            lines(m, "Without effect here", "· ", &mapping.no_effect);
        }
    }
}

fn choices(m: &mut Markup, choices: &[Choice], chosen: usize) {
    m.put(
        "<fieldset class=taken><legend class=eyebrow>Which mapping</legend>",
        &[],
    );
    for choice in choices {
        m.put(
            "<label class=check><input type=radio name=mapping checked={} disabled?={}>",
            &[
                only(choice.index == chosen, "checked"),
                only(!choice.kinesis, "disabled"),
            ],
        );
        m.on("change", Act::Turn(Turn::Choose(choice.index)));
        m.put(
            "</input>{}{}</label>",
            &[
                &choice.label,
                only(!choice.kinesis, " (does not read from Kinesis)"),
            ],
        );
    }
    m.put("</fieldset>", &[]);
}

fn lines(m: &mut Markup, title: &str, sign: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    m.put("<h3 class=eyebrow>{}</h3><ul class=taken>", &[title]);
    for line in lines {
        m.put("<li>{}<b>{}</b>", &[sign, &line.name]);
        if !line.value.is_empty() {
            m.put(" {}", &[&line.value]);
        }
        if !line.note.is_empty() {
            m.put("<span class=muted> {}</span>", &[&line.note]);
        }
        m.put("</li>", &[]);
    }
    m.put("</ul>", &[]);
}
