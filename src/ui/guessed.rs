//! Marks what an import had to guess, wherever it decides something.

use std::rc::Rc;

use yew::prelude::*;

use super::conductor::Shown;
use super::page::{Destination, Turn, use_guesses, use_turner};
use crate::scenario::knobs::Knob;

/// What the line under a sentence is given.
#[derive(Properties, PartialEq)]
pub(super) struct DecidingProps {
    /// What the world shows.
    pub shown: Rc<Shown>,
}

/// The guesses that decide what is said of the moment, each leading to its field.
#[component]
pub(super) fn Deciding(props: &DecidingProps) -> Html {
    let (turner, guesses) = (use_turner(), use_guesses());
    let blame = props.shown.panel.explanation.blame;
    let knobs = guesses.deciding(blame, &props.shown.settings);
    if knobs.is_empty() {
        return html! {};
    }
    let words = match knobs.len() {
        1 => "A guess decides this:".to_owned(),
        count => format!("{count} guesses decide this:"),
    };
    let knob_view = |knob: Knob| {
        let turner = turner.clone();
        let onclick =
            Callback::from(move |_: MouseEvent| turner.dispatch(Turn::Go(Destination::Knob(knob))));
        html! {
            <button type="button" key={knob.spec().key} class="guess" title="Go to this setting" {onclick}>{ knob.spec().label }</button>
        }
    };
    html! {
        <p class="guesses"><span>{ words }</span>{ for knobs.into_iter().map(knob_view) }</p>
    }
}

/// What a badge is given.
#[derive(Properties, PartialEq)]
pub(super) struct GuessedProps {
    /// The setting.
    pub knob: Knob,
}

/// Stands beside a setting as long as it is a guess. Setting it takes the badge away, and so does pressing it.
#[component]
pub(super) fn Guessed(props: &GuessedProps) -> Html {
    let turner = use_turner();
    let knob = props.knob;
    let onclick = Callback::from(move |_: MouseEvent| turner.dispatch(Turn::Confirm(knob)));
    html! {
        <button type="button" class="guess" aria-label={format!("{} is guessed; it is right as it is", knob.spec().label)}
            title="The import could not tell this. Set it, or press here if it is right." {onclick}>{ "guessed" }</button>
    }
}
