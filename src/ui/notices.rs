//! Plain messages that stay until they are dismissed, and one that goes away by itself.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::page::Turn;

/// What is told in passing stays so long, in milliseconds.
const TOLD_MS: u32 = 7_000;

/// What the messages are made of.
#[derive(Properties, PartialEq)]
pub(super) struct NoticesProps {
    /// Sentences that stay.
    pub notices: Vec<String>,
    /// A sentence that goes away, and its number.
    pub told: Option<(String, u32)>,
    /// Turns the page.
    pub on_turn: Callback<Turn>,
}

/// The messages.
#[component]
pub(super) fn Notices(props: &NoticesProps) -> Html {
    let NoticesProps {
        notices,
        told,
        on_turn,
    } = props;
    use_effect_with((told.clone(), on_turn.clone()), |(told, on_turn)| {
        let timer = told.as_ref().map(|&(_, number)| {
            let on_turn = on_turn.clone();
            Timeout::new(TOLD_MS, move || on_turn.emit(Turn::Forget(number)))
        });
        move || drop(timer)
    });
    let all = notices.iter().chain(told.iter().map(|(text, _)| text));
    let is_empty = notices.is_empty() && told.is_none();
    html! {
        <div id="notices" role="status" class={classes!("notices", is_empty.then_some("notices--empty"))}>
            if !is_empty {
                <ul>{ for all.map(|text| html! { <li key={text.clone()}>{ text }</li> }) }</ul>
                <button type="button" class="icon" aria-label="Dismiss" onclick={on_turn.reform(|_| Turn::Dismiss)}>{ "×" }</button>
            }
        </div>
    }
}
