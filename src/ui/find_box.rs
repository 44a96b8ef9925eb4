//! The box that finds a setting by a few letters, and sets it.

use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

use super::desk::{Desk, Tools, Turn};
use super::markup::{Act, Markup, input, only, truth};
use crate::browser;
use crate::page::find::{Hit, find};

/// So many hits are shown.
const HITS_MAX: usize = 6;

/// What is found for a query.
pub(super) fn hits(query: &str) -> Vec<Hit> {
    let mut hits = find(query);
    hits.truncate(HITS_MAX);
    hits
}

/// The box.
pub(super) fn find_box_view(m: &mut Markup, desk: &Desk) {
    // Nothing is searched for at first, and then the search is not needed.
    let hits = if desk.query.is_empty() {
        Vec::new()
    } else {
        hits(&desk.query)
    };
    let active = hits
        .get(desk.chosen)
        .map_or_else(String::new, |hit| ["hit-", hit.knob.spec().key].concat());
    m.put(
        "<div class=find><input type=search id=find class=find__input placeholder='Find a setting  /' \
         aria-label='Find a setting and set it, for example: retention 7d' role=combobox aria-expanded={} \
         aria-controls=find-hits aria-activedescendant?={} autocomplete=off spellcheck=false value={}>",
        &[truth(!hits.is_empty()), &active, &desk.query],
    );
    m.on(
        "input",
        Act::Look(|tools, event| tools.turn(Turn::Query(input(event).value()))),
    );
    m.on("keydown", Act::Look(key));
    m.put("</input><>", &[]);
    if !hits.is_empty() {
        m.put(
            "<ul id=find-hits class=find__hits role=listbox aria-label='Settings found'>",
            &[],
        );
        for (i, hit) in hits.iter().enumerate() {
            hit_view(m, i, hit, i == desk.chosen);
        }
        m.put("</ul>", &[]);
    } else if !desk.query.trim().is_empty() {
        m.put("<p class=muted>No setting is called that.</p>", &[]);
    }
    m.put("</><>", &[]);
    if let Some(text) = &desk.answer {
        m.put("<p class=knob__problem role=alert>{}</p>", &[text]);
    }
    m.put("</></div>", &[]);
}

fn key(tools: &Tools, event: &Event) {
    let key: &KeyboardEvent = event.unchecked_ref();
    let turn = match key.key().as_str() {
        "ArrowDown" => Turn::NextHit,
        "ArrowUp" => Turn::PreviousHit,
        "Escape" => Turn::Query(String::new()),
        "Enter" => Turn::TakeHit(None),
        _ => return,
    };
    event.prevent_default();
    tools.turn(turn);
}

fn hit_view(m: &mut Markup, index: usize, hit: &Hit, chosen: bool) {
    let spec = hit.knob.spec();
    m.put(
        "<li key={} id=hit-{} role=option aria-selected={} class='find__hit {}'>",
        &[
            spec.key,
            spec.key,
            truth(chosen),
            only(chosen, "find__hit--chosen"),
        ],
    );
    m.on_click(Act::Turn(Turn::TakeHit(Some(index))));
    m.put("<span>{}</span>", &[spec.label]);
    match &hit.value {
        Some(value) => m.put("<span class=find__set>set to {}</span></li>", &[value]),
        None => m.put("<span class=muted>{}</span></li>", &[spec.group.title()]),
    }
}

/// Gives the box the keyboard.
pub(super) fn focus() {
    if let Some(input) = browser::find("#find") {
        let input: HtmlInputElement = input.unchecked_into();
        // An input of the page takes the focus.
        let _ = input.focus();
        input.select();
    }
}
