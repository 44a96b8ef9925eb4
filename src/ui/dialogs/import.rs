//! The import dialog: real settings and traffic from AWS, a scenario file, or a link; shown before they are applied.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::Modal;
use super::found::{Desk, Found, Read, Stage};
use super::share::Copy;
use crate::browser::transfer;
use crate::page::guesses::Guesses;
use crate::scenario::Scenario;
use crate::scenario::import::{Choice, Line, SCRIPT};
use crate::session::Command;
use crate::ui::conductor::WorldHandle;
use crate::ui::opening::{open, texts};
use crate::ui::page::{Turn, Turner, use_turner};

/// Texts longer than this are looked at a moment after the last key, in bytes.
const LONG: usize = 20_000;
/// How long that moment is, in milliseconds.
const MOMENT_MS: u32 = 250;

/// What the dialog is given.
#[derive(Properties, PartialEq)]
pub(super) struct ImportProps {
    /// The world that takes it over.
    pub world: WorldHandle,
    /// A text that is there already.
    pub text: Rc<str>,
}

/// The dialog.
#[component]
pub(super) fn Import(props: &ImportProps) -> Html {
    let turner = use_turner();
    let world = &props.world;
    let text = use_state_eq(|| props.text.clone());
    let chosen = use_state_eq(|| None::<usize>);
    {
        let (text, chosen) = (text.setter(), chosen.setter());
        // A file that is dropped while the dialog is open comes in as another text.
        use_effect_with(props.text.clone(), move |given| {
            text.set(given.clone());
            chosen.set(None);
        });
    }
    let looked = use_looked(world, &text, *chosen);
    let on_text = {
        let (text, chosen) = (text.setter(), chosen.setter());
        Callback::from(move |given: Rc<str>| {
            text.set(given);
            chosen.set(None);
        })
    };
    let on_choose = {
        let chosen = chosen.setter();
        Callback::from(move |index| chosen.set(Some(index)))
    };
    let ready = match &looked {
        Looked::Found(found) if found.is_ready() => Some(found),
        Looked::Found(_) | Looked::Reading(_) => None,
    };
    let apply = {
        let (world, turner, found) = (world.clone(), turner.clone(), ready.cloned());
        Callback::from(move |_: MouseEvent| {
            if let Some(found) = &found {
                apply(&world, &turner, found);
            }
        })
    };
    html! {
        <Modal id="import-dialog" title="Import your settings">
            <p>
                { "Run this script where your AWS command line works. It only reads, and prints a mapping, its stream, its function \
                   and a day of metrics. Paste what it prints, or only a part of it; a table of times and counts, a scenario file \
                   or a link does as well." }
            </p>
            <details class="command"><summary>{ "read-only.sh" }</summary><pre tabindex="0">{ SCRIPT }</pre></details>
            <Copy text={SCRIPT} words="Copy the script" id="copy-script" />
            <Given text={(*text).clone()} {on_text} />
            <div id="import-preview" role="status">
                { match &looked {
                    Looked::Found(found) => preview_view(found, &on_choose),
                    Looked::Reading(percent) => html! { <p class="muted">{ format!("Reading … {percent} %") }</p> },
                } }
            </div>
            <div class="modal__row">
                <button type="button" id="import-apply" class="solid" disabled={ready.is_none()} onclick={apply}>{ "Take it over" }</button>
                <span class="muted">
                    { "Nothing leaves this browser: the page may not connect to anything. ARNs, accounts and names never enter a link." }
                </span>
            </div>
        </Modal>
    }
}

/// How far the text is read, and what it is.
enum Looked {
    Reading(usize),
    Found(Rc<Found>),
}

/// Reads the text in slices, and holds it against the settings there are.
#[hook]
fn use_looked(world: &WorldHandle, text: &Rc<str>, chosen: Option<usize>) -> Looked {
    let desk = use_mut_ref(Desk::default);
    let stage = use_state(|| None::<(Rc<str>, Stage)>);
    let slice = use_state_eq(|| 0_u32);
    {
        let (stage, next, desk) = (stage.setter(), slice.setter(), desk.clone());
        use_effect_with((text.clone(), *slice), move |(text, slice)| {
            let (text, slice) = (text.clone(), *slice);
            let is_begun = matches!(desk.borrow().text(), Some(of) if Rc::ptr_eq(of, &text));
            // After this picture, so that what was typed is there at once.
            let moment = if LONG < text.len() && !is_begun {
                MOMENT_MS
            } else {
                0
            };
            let timer = Timeout::new(moment, move || {
                let reached = desk.borrow_mut().read(&text);
                if matches!(reached, Stage::Reading(_)) {
                    next.set(slice.wrapping_add(1));
                }
                stage.set(Some((text, reached)));
            });
            move || drop(timer)
        });
    }
    let (percent, read) = match &*stage {
        Some((of, Stage::Read(read))) if Rc::ptr_eq(of, text) => (100, Some(read.clone())),
        Some((of, Stage::Reading(percent))) if Rc::ptr_eq(of, text) => (*percent, None),
        Some(_) | None => (0, None),
    };
    let kept = use_mut_ref(|| None::<(Rc<Read>, Option<usize>, Rc<Found>)>);
    let Some(read) = read else {
        return Looked::Reading(percent);
    };
    let mut kept = kept.borrow_mut();
    match &*kept {
        Some((of, with, found)) if Rc::ptr_eq(of, &read) && *with == chosen => {
            Looked::Found(found.clone())
        }
        Some(_) | None => {
            let found = Rc::new(read.found(&world.scenario().settings, chosen));
            *kept = Some((read, chosen, found.clone()));
            Looked::Found(found)
        }
    }
}

#[derive(Properties, PartialEq)]
struct GivenProps {
    text: Rc<str>,
    on_text: Callback<Rc<str>>,
}

/// Where a text comes in: typed, pasted or as a file.
#[component]
fn Given(props: &GivenProps) -> Html {
    let refused = use_state_eq(|| None::<String>);
    let oninput = {
        let on_text = props.on_text.clone();
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            on_text.emit(Rc::from(area.value()));
        })
    };
    let onchange = {
        let (on_text, refused) = (props.on_text.clone(), refused.setter());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = input.files().and_then(|files| files.get(0)) else {
                return;
            };
            let (on_text, refused) = (on_text.clone(), refused.clone());
            transfer::read(file, move |text| match text {
                Ok(text) => {
                    refused.set(None);
                    on_text.emit(Rc::from(text));
                }
                Err(why) => refused.set(Some(why)),
            });
        })
    };
    html! {
        <div class="drop">
            <label class="sr" for="import-text">{ "What AWS prints, a table, a scenario file or a link" }</label>
            <textarea id="import-text" spellcheck="false" placeholder="{ \"BatchSize\": 100, … }  or  2026-11-21T10:00:00Z,4310"
                value={props.text.to_string()} {oninput} />
            <label class="file">
                <span class="muted">{ "or drop a file anywhere, or choose one: " }</span>
                <input type="file" accept=".json,.txt,.csv,application/json,text/plain,text/csv" {onchange} />
            </label>
            if let Some(why) = &*refused {
                <p class="knob__problem" role="alert">{ why }</p>
            }
        </div>
    }
}

/// Takes over what was found; one change, one undo. What was guessed stays marked.
fn apply(world: &WorldHandle, turner: &Turner, found: &Found) {
    match found {
        Found::Mapping(mapping) => {
            let before = world.scenario();
            let guesses = Guesses::new(&before.settings, &mapping.settings, &mapping.guessed_knobs);
            let mut scenario = Scenario {
                settings: mapping.settings.clone(),
                ..before
            };
            if let Some(traffic) = &mapping.traffic {
                scenario.traffic = Some(traffic.clone());
                scenario.records.clear();
            }
            world.send(Command::Load(Box::new(scenario)));
            turner.dispatch(Turn::Guess(Rc::new(guesses)));
        }
        Found::Scenario(shared, notices) => {
            let texts = texts(shared, notices.clone());
            open(world.conductor(), turner, shared, texts);
        }
        Found::Empty | Found::Nothing(_) => {}
    }
    turner.dispatch(Turn::Close);
}

fn preview_view(found: &Found, on_choose: &Callback<usize>) -> Html {
    match found {
        Found::Empty => html! {},
        Found::Nothing(why) => html! { <p class="knob__problem">{ why }</p> },
        Found::Scenario(_, notices) => html! {
            <>
                <p>{ "This is a whole scenario; it replaces what is there. Undo brings it back." }</p>
                <ul class="taken">
                    { for notices.iter().map(|notice| html! { <li key={notice.text.clone()}>{ format!("· {}", notice.text) }</li> }) }
                </ul>
            </>
        },
        Found::Mapping(mapping) => html! {
            <>
                if mapping.choices.len() > 1 {
                    { choices_view(&mapping.choices, mapping.chosen, on_choose) }
                }
                { lines_view("Taken over", "✓ ", &mapping.taken) }
                { lines_view("Not valid, left as it was", "✗ ", &mapping.invalid) }
                { lines_view("Still guessed: it stays marked until you set it", "? ", &mapping.guessed) }
                { lines_view("Without effect here", "· ", &mapping.no_effect) }
            </>
        },
    }
}

fn choices_view(choices: &[Choice], chosen: usize, on_choose: &Callback<usize>) -> Html {
    let choice_view = |choice: &Choice| {
        let index = choice.index;
        let onchange = on_choose.reform(move |_: Event| index);
        html! {
            <label class="check" key={index}>
                <input type="radio" name="mapping" checked={index == chosen} disabled={!choice.kinesis} {onchange} />
                { &choice.label }
                if !choice.kinesis {
                    { " (does not read from Kinesis)" }
                }
            </label>
        }
    };
    html! {
        <fieldset class="taken">
            <legend class="eyebrow">{ "Which mapping" }</legend>
            { for choices.iter().map(choice_view) }
        </fieldset>
    }
}

fn lines_view(title: &'static str, sign: &'static str, lines: &[Line]) -> Html {
    if lines.is_empty() {
        return html! {};
    }
    html! {
        <>
            <h3 class="eyebrow">{ title }</h3>
            <ul class="taken">
                { for lines.iter().map(|line| html! {
                    <li>
                        { sign }<b>{ &line.name }</b>{ format!(" {}", line.value) }<span class="muted">{ format!(" {}", line.note) }</span>
                    </li>
                }) }
            </ul>
        </>
    }
}
