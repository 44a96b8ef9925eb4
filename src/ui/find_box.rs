//! The box that finds a setting by a few letters, and sets it.

use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::TargetCast as _;
use yew::prelude::*;

use super::desk::{Turn, use_tools};
use super::knob_field::set_from_text;
use crate::page::find::{Hit, find};

/// So many hits are shown.
const HITS_MAX: usize = 6;

/// What the box needs.
#[derive(Properties, PartialEq)]
pub(super) struct FindProps {
    /// Counts requests to use it.
    pub finding: u32,
}

/// The box.
#[component]
pub(super) fn FindBox(props: &FindProps) -> Html {
    let tools = use_tools();
    let query = use_state_eq(String::new);
    let chosen = use_state_eq(|| 0_usize);
    let answer = use_state_eq(|| None::<AttrValue>);
    let node = use_node_ref();
    use_focus(&node, props.finding);
    let hits: Vec<Hit> = find(&query).into_iter().take(HITS_MAX).collect();
    let take = {
        let (tools, query, answer) = (tools.clone(), query.setter(), answer.setter());
        Callback::from(move |hit: Hit| {
            query.set(String::new());
            if let Some(value) = &hit.value {
                answer.set(set_from_text(&tools.player, hit.knob, value));
            }
            tools.turn.dispatch(Turn::Reveal(hit.knob));
        })
    };
    let typed = {
        let (query, chosen, answer) = (query.setter(), chosen.setter(), answer.setter());
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            query.set(input.value());
            chosen.set(0);
            answer.set(None);
        }
    };
    let key = {
        let (hits, take, chosen, query) =
            (hits.clone(), take.clone(), chosen.clone(), query.setter());
        move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" => chosen.set((*chosen + 1).min(hits.len().saturating_sub(1))),
                "ArrowUp" => chosen.set(chosen.saturating_sub(1)),
                "Escape" => query.set(String::new()),
                "Enter" => {
                    if let Some(hit) = hits.get(*chosen) {
                        take.emit(hit.clone());
                    }
                }
                _ => return,
            }
            event.prevent_default();
        }
    };
    html! {
        <div class="find">
            <input type="search" id="find" ref={node} class="find__input" placeholder="Find a setting  /" aria-label="Find a setting and set it, for example: retention 7d"
                role="combobox" aria-expanded={(!hits.is_empty()).to_string()} aria-controls="find-hits" aria-activedescendant={hits.get(*chosen).map(|hit| ["hit-", hit.knob.spec().key].concat())}
                autocomplete="off" spellcheck="false" value={(*query).clone()} oninput={typed} onkeydown={key} />
            if !hits.is_empty() {
                <ul id="find-hits" class="find__hits" role="listbox" aria-label="Settings found">
                    { for hits.iter().enumerate().map(|(i, hit)| hit_view(hit, i == *chosen, &take)) }
                </ul>
            } else if !query.trim().is_empty() {
                <p class="muted">{ "No setting is called that." }</p>
            }
            if let Some(text) = answer.as_ref() {
                <p class="knob__problem" role="alert">{ text }</p>
            }
        </div>
    }
}

/// Gives the box the keyboard when somebody asks for it.
#[hook]
fn use_focus(node: &NodeRef, finding: u32) {
    let node = node.clone();
    use_effect_with(finding, move |&finding| {
        if let Some(input) = node.cast::<HtmlInputElement>().filter(|_| finding > 0) {
            // An input of the page takes the focus.
            let _ = input.focus();
            input.select();
        }
    });
}

fn hit_view(hit: &Hit, chosen: bool, take: &Callback<Hit>) -> Html {
    let spec = hit.knob.spec();
    let (take, taken) = (take.clone(), hit.clone());
    html! {
        <li key={spec.key} id={["hit-", spec.key].concat()} role="option" aria-selected={chosen.to_string()}
            class={classes!("find__hit", chosen.then_some("find__hit--chosen"))} onclick={move |_: MouseEvent| take.emit(taken.clone())}>
            <span>{ spec.label }</span>
            if let Some(value) = &hit.value { <span class="find__set">{ "set to " }{ value }</span> }
            else { <span class="muted">{ spec.group.title() }</span> }
        </li>
    }
}
