//! The hand: the knobs of the moment, always in view with the picture they change, and the pill.

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use super::changes::ReachSwitch;
use super::conductor::{Shown, use_world};
use super::knob_field::KnobField;
use super::page::use_guesses;
use super::values::Values;
use crate::scenario::Deed;
use crate::scenario::knobs::Knob;
use crate::session::Command;

/// The knobs of the story, and the one that still helps when the pill is gone (E45).
const STORY: [Knob; 4] = [
    Knob::MaximumRetryAttempts,
    Knob::BisectBatchOnFunctionError,
    Knob::OnFailure,
    Knob::ParallelizationFactor,
];

/// What the hand is given.
#[derive(Properties, PartialEq)]
pub(super) struct HandProps {
    /// What the world shows.
    pub shown: Rc<Shown>,
}

/// The hand.
#[component]
pub(super) fn Hand(props: &HandProps) -> Html {
    let world = use_world();
    let shown = &props.shown;
    let has_pill = shown
        .actions
        .iter()
        .any(|action| matches!(action.deed, Deed::Pill { .. }));
    let world_id = world.id("send-pill");
    let send = Callback::from(move |event: MouseEvent| {
        world.send(Command::SendPill(None));
        // After a click with a pointer, Space should play and pause again instead of sending another pill.
        if event.detail() > 0
            && let Some(button) = event.target_dyn_into::<HtmlElement>()
        {
            // An element that has no focus keeps none.
            let _ = button.blur();
        }
    });
    let values = Values::of(shown, use_guesses());
    html! {
        <section class="card hand" aria-label="The knobs of the moment">
            { for knobs(shown).map(|knob| html! {
                <KnobField key={knob.spec().key} field={values.field(knob)} place="hand" />
            }) }
            <div class="hand__act">
            <button type="button" class="pill" id={world_id} title="P" onclick={send}>
                { if has_pill { "Send another pill" } else { "Send a poison pill" } }
            </button>
            <ReachSwitch reach={shown.panel.reach} />
            </div>
        </section>
    }
}

/// The setting that is to blame stands first; the others of the story follow.
fn knobs(shown: &Shown) -> impl Iterator<Item = Knob> {
    let blamed = shown.panel.explanation.blame;
    let blamed = blamed.filter(|knob| !STORY.contains(knob) && !knob.spec().kind.is_text());
    blamed.into_iter().chain(STORY).take(STORY.len())
}
