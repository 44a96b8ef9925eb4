//! The box that finds a setting by what people call it, and sets it in the same breath.

use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::page::find::{Hit, find};
use crate::scenario::knobs::Knob;
use crate::scenario::spelling::{parse, spell};
use crate::session::Command;
use crate::ui::conductor::use_world;

/// So many hits are shown.
const HITS_MAX: usize = 6;

/// What the box is given.
#[derive(Properties, PartialEq)]
pub(super) struct FindBoxProps {
    /// The box itself, for those who send somebody there.
    pub input: NodeRef,
    /// A setting was found; whether it was set as well.
    pub on_found: Callback<(Knob, bool)>,
}

/// What is said about the last value that was set.
#[derive(Clone, PartialEq)]
enum Answer {
    /// It holds now.
    Done(String),
    /// It could not be taken as it is, and why.
    Not(String),
}

/// The box.
#[component]
pub(super) fn FindBox(props: &FindBoxProps) -> Html {
    let world = use_world();
    let query = use_state_eq(String::new);
    let chosen = use_state_eq(|| 0_usize);
    let is_open = use_state_eq(|| false);
    let answer = use_state_eq(|| None::<Answer>);
    let hits = use_memo((*query).clone(), |query| {
        let mut hits = find(query);
        hits.truncate(HITS_MAX);
        hits
    });
    let ask = {
        let (query, chosen, is_open, answer) = (
            query.setter(),
            chosen.setter(),
            is_open.setter(),
            answer.setter(),
        );
        move |text: String| {
            is_open.set(!text.trim().is_empty());
            query.set(text);
            chosen.set(0);
            answer.set(None);
        }
    };
    let take = {
        let (world, hits, on_found) = (world.clone(), hits.clone(), props.on_found.clone());
        let (ask, answer) = (ask.clone(), answer.setter());
        Callback::from(move |index: usize| {
            let Some(hit) = hits.get(index) else { return };
            ask(String::new());
            let is_set = match value_of(hit) {
                None => false,
                Some(Err(why)) => {
                    answer.set(Some(Answer::Not(why)));
                    false
                }
                Some(Ok((value, note))) => {
                    world.send(Command::Set(hit.knob, value));
                    let done = format!("{}: {}", hit.knob.spec().label, spell(hit.knob, value));
                    answer.set(Some(note.map_or(Answer::Done(done), Answer::Not)));
                    true
                }
            };
            on_found.emit((hit.knob, is_set));
        })
    };
    let oninput = {
        let ask = ask.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            ask(input.value());
        })
    };
    let onkeydown = {
        let (count, place) = (hits.len(), *chosen);
        let (chosen, take) = (chosen.setter(), take.clone());
        let is_empty = query.is_empty();
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" if count > 0 => chosen.set((place + 1) % count),
                "ArrowUp" if count > 0 => chosen.set((place + count - 1) % count),
                "Enter" => take.emit(place),
                "Escape" if !is_empty => ask(String::new()),
                // The key that leads here is not the beginning of a name.
                "/" if is_empty => {}
                _ => return,
            }
            event.prevent_default();
        })
    };
    let close = {
        let is_open = is_open.setter();
        Callback::from(move |_: FocusEvent| is_open.set(false))
    };
    let is_shown = *is_open && !hits.is_empty();
    let id = |hit: &Hit| world.id(&format!("hit-{}", hit.knob.spec().key));
    let list = world.id("find-hits");
    html! {
        <div class="find">
            <input type="search" id={world.id("find")} class="find__input" ref={&props.input} placeholder="Find a setting  /"
                aria-label="Find a setting and set it, for example: retention 7d" role="combobox" aria-autocomplete="list"
                aria-expanded={is_shown.to_string()} aria-controls={is_shown.then(|| list.clone())}
                aria-activedescendant={hits.get(*chosen).filter(|_| is_shown).map(id)}
                autocomplete="off" spellcheck="false" value={(*query).clone()} {oninput} {onkeydown} onblur={close} />
            if is_shown {
                <ul id={list} class="find__hits" role="listbox" aria-label="Settings found">
                    { for hits.iter().enumerate().map(|(index, hit)| hit_view(hit, id(hit), index == *chosen, &take.reform(move |()| index))) }
                </ul>
            }
            <div class="find__answer" role="status">
                if *is_open && hits.is_empty() {
                    <p class="muted">{ "No setting is called that." }</p>
                }
                { match &*answer {
                    Some(Answer::Done(text)) => html! { <p class="muted">{ text }</p> },
                    Some(Answer::Not(text)) => html! { <p class="knob__problem">{ text }</p> },
                    None => html! {},
                } }
            </div>
        </div>
    }
}

/// The value that was asked for, and what to say about it; `None` where none was, or where it is a text to be edited.
fn value_of(hit: &Hit) -> Option<Result<(i64, Option<String>), String>> {
    let text = hit
        .value
        .as_ref()
        .filter(|_| !hit.knob.spec().kind.is_text())?;
    Some(parse(hit.knob, text).map(|parsed| (parsed.value, parsed.note)))
}

fn hit_view(hit: &Hit, id: String, is_chosen: bool, take: &Callback<()>) -> Html {
    let spec = hit.knob.spec();
    // The box keeps the focus; leaving it would close the list before the click.
    let onpointerdown = Callback::from(|event: PointerEvent| event.prevent_default());
    html! {
        <li key={spec.key} {id} role="option" aria-selected={is_chosen.to_string()}
            class={classes!("find__hit", is_chosen.then_some("find__hit--chosen"))}
            onmousedown={Callback::from(|event: MouseEvent| event.prevent_default())} {onpointerdown}
            onclick={take.reform(|_: MouseEvent| ())}>
            <span>{ spec.label }</span>
            if let Some(value) = &hit.value {
                <span class="find__set">{ format!("set to {value}") }</span>
            } else {
                <span class="muted">{ spec.group.title() }</span>
            }
        </li>
    }
}
