//! The import dialog: real settings from AWS, a scenario file, or a link; shown before they are applied.

use std::rc::Rc;

use web_sys::{File, HtmlInputElement, HtmlTextAreaElement};
use yew::TargetCast as _;
use yew::prelude::*;

use super::app::open;
use super::desk::{Tools, Turn, use_tools};
use super::modal::modal;
use crate::browser::transfer;
use crate::scenario::file::from_json;
use crate::scenario::import::{Choice, Import as Mapping, Line, import, import_choice};
use crate::scenario::link::{Shared, from_link};
use crate::scenario::notice::Notice;
use crate::scenario::{Scenario, Settings};

/// Longer files are not read, in bytes.
const FILE_MAX: f64 = 2_000_000.0;
/// What prints the JSON to paste.
const COMMAND: &str = "aws lambda get-event-source-mapping --uuid …";

/// Reads a file into the import dialog.
pub(super) fn take_file(tools: &Tools, file: &File) {
    let turn = tools.turn.clone();
    transfer::read(file, FILE_MAX, move |text| {
        turn.dispatch(match text {
            Some(text) => Turn::Take(Rc::from(text)),
            None => Turn::Notify(vec![
                "This file cannot be read: it is not a text, or longer than 2 MB.".to_owned(),
            ]),
        });
    });
}

/// What a text turned out to be.
#[derive(Clone, Debug, PartialEq)]
enum Found {
    /// Nothing yet.
    Empty,
    /// Nothing that can be read, and why.
    Nothing(String),
    /// A mapping of AWS.
    Mapping(Box<Mapping>),
    /// A scenario file or a link.
    Scenario(Box<Shared>, Vec<Notice>),
}

/// Reads a text as a link, a scenario file or a mapping of AWS.
fn look(text: &str, base: &Settings, chosen: Option<usize>) -> Found {
    let text = text.trim();
    if text.is_empty() {
        return Found::Empty;
    }
    if !text.starts_with(['{', '[']) {
        if !text.contains("v=") && !text.contains('#') {
            let what = "This is neither JSON nor a link of this page.";
            return Found::Nothing(what.to_owned());
        }
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

/// Whether a JSON object has the keys of a scenario file.
fn is_scenario(text: &str) -> bool {
    let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let keys = ["settings", "records", "actions"];
    value.is_some_and(|value| keys.iter().any(|key| value.get(key).is_some()))
}

/// What the dialog needs.
#[derive(Properties, PartialEq)]
pub(super) struct ImportProps {
    /// A text that was dropped on the page.
    pub dropped: Option<Rc<str>>,
}

/// The dialog.
#[component]
pub(super) fn Import(props: &ImportProps) -> Html {
    let tools = use_tools();
    let text = use_state_eq(String::new);
    let chosen = use_state_eq(|| None::<usize>);
    let copied = use_state_eq(|| false);
    use_dropped(props.dropped.clone(), text.setter(), chosen.setter());
    let base = {
        let player = tools.player.clone();
        use_memo((), move |()| player.scenario())
    };
    let found = use_memo(((*text).clone(), *chosen), |(text, chosen)| {
        look(text, &base.settings, *chosen)
    });
    let typed = {
        let (text, chosen) = (text.setter(), chosen.setter());
        move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            chosen.set(None);
            text.set(area.value());
        }
    };
    let pick = {
        let tools = tools.clone();
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                take_file(&tools, &file);
            }
        }
    };
    let copy = {
        let copied = copied.setter();
        move |_: MouseEvent| {
            let copied = copied.clone();
            transfer::copy(COMMAND, move |done| copied.set(done));
        }
    };
    let apply = {
        let (tools, found, base) = (tools.clone(), found.clone(), base.clone());
        move |_: MouseEvent| apply(&tools, &found, &base)
    };
    let ready = matches!(*found, Found::Mapping(_) | Found::Scenario(..));
    let on_close = Callback::from(move |()| tools.turn.dispatch(Turn::Close));
    let content = html! {
        <>
            <p>{ "Print one of your event source mappings, and paste what you see. A scenario file or a link does as well." }</p>
            <div class="command"><code>{ COMMAND }</code><button type="button" class="quiet" onclick={copy}>{ if *copied { "Copied ✓" } else { "Copy" } }</button></div>
            <div class="drop">
                <label class="sr" for="import-text">{ "JSON, a scenario file or a link" }</label>
                <textarea id="import-text" autofocus=true spellcheck="false" placeholder="{ \"BatchSize\": 100, … }" value={(*text).clone()} oninput={typed} />
                <label class="file"><span class="muted">{ "or drop a file anywhere, or choose one: " }</span><input type="file" accept=".json,.txt,application/json,text/plain" onchange={pick} /></label>
            </div>
            <div id="import-preview" role="status">{ preview(&found, &chosen.setter()) }</div>
            <div class="modal__row">
                <button type="button" id="import-apply" class="solid" disabled={!ready} onclick={apply}>{ "Take it over" }</button>
                <span class="muted">{ "Nothing leaves this browser: the page may not connect to anything. ARNs, accounts and names never enter a link." }</span>
            </div>
        </>
    };
    modal("import-dialog", "Import your settings", on_close, content)
}

/// Puts a text that was dropped on the page into the box.
#[hook]
fn use_dropped(
    dropped: Option<Rc<str>>,
    text: UseStateSetter<String>,
    chosen: UseStateSetter<Option<usize>>,
) {
    use_effect_with(dropped, move |dropped| {
        if let Some(dropped) = dropped {
            chosen.set(None);
            text.set(dropped.to_string());
        }
    });
}

/// Takes over what was found; one change, one undo.
fn apply(tools: &Tools, found: &Found, base: &Scenario) {
    match found {
        Found::Mapping(mapping) => {
            let scenario = Scenario {
                settings: mapping.settings.clone(),
                ..base.clone()
            };
            tools
                .player
                .send(crate::session::Command::Load(Box::new(scenario)));
        }
        Found::Scenario(shared, notices) => {
            let texts = notices.iter().map(|notice| notice.text.clone()).collect();
            open(tools, (**shared).clone(), texts);
        }
        Found::Empty | Found::Nothing(_) => {}
    }
    tools.turn.dispatch(Turn::Close);
}

fn preview(found: &Found, choose: &UseStateSetter<Option<usize>>) -> Html {
    match found {
        Found::Empty => html! {},
        Found::Nothing(why) => html! { <p class="knob__problem">{ why }</p> },
        Found::Scenario(_, notices) => html! {
            <>
                <p>{ "This is a whole scenario; it replaces what is there. Undo brings it back." }</p>
                <ul class="taken">{ for notices.iter().map(|notice| html! { <li>{ "· " }{ &notice.text }</li> }) }</ul>
            </>
        },
        Found::Mapping(mapping) => html! {
            <>
                if mapping.choices.len() > 1 { { choices(&mapping.choices, mapping.chosen, choose) } }
                { lines("Taken over", "✓ ", &mapping.taken) }
                { lines("Not valid, left as it was", "✗ ", &mapping.invalid) }
                { lines("Without effect here", "· ", &mapping.no_effect) }
            </>
        },
    }
}

fn choices(choices: &[Choice], chosen: usize, choose: &UseStateSetter<Option<usize>>) -> Html {
    html! {
        <fieldset class="taken">
            <legend class="eyebrow">{ "Which mapping" }</legend>
            { for choices.iter().map(|choice| {
                let (choose, index) = (choose.clone(), choice.index);
                html! {
                    <label key={index} class="check">
                        <input type="radio" name="mapping" checked={index == chosen} disabled={!choice.kinesis} onchange={move |_: Event| choose.set(Some(index))} />
                        { &choice.label }{ if choice.kinesis { "" } else { " (does not read from Kinesis)" } }
                    </label>
                }
            }) }
        </fieldset>
    }
}

fn lines(title: &'static str, sign: &'static str, lines: &[Line]) -> Html {
    if lines.is_empty() {
        return html! {};
    }
    html! {
        <>
            <h3 class="eyebrow">{ title }</h3>
            <ul class="taken">
                { for lines.iter().map(|line| html! {
                    <li key={line.name.clone()}>
                        { sign }<b>{ &line.name }</b>
                        if !line.value.is_empty() { { " " }{ &line.value } }
                        if !line.note.is_empty() { <span class="muted">{ " " }{ &line.note }</span> }
                    </li>
                }) }
            </ul>
        </>
    }
}
