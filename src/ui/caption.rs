//! The caption of the stage: what is happening, why, and what would help.

use std::rc::Rc;

use yew::prelude::*;

use super::conductor::{Shown, use_world};
use super::guessed::Deciding;
use super::page::{Destination, Turn, use_turner};
use crate::scenario::spelling::spell;

/// What the caption is given.
#[derive(Properties, PartialEq)]
pub(super) struct CaptionProps {
    /// What the world shows.
    pub shown: Rc<Shown>,
}

/// The caption. Nothing is said of a moment that is not computed yet.
#[component]
pub(super) fn Caption(props: &CaptionProps) -> Html {
    let (world, turner) = (use_world(), use_turner());
    let panel = &props.shown.panel;
    let explanation = &panel.explanation;
    if !panel.ready {
        return html! {
            <header class="caption" aria-busy="true">
                <h2 class="caption__headline caption__headline--waits">{ "Computing this moment …" }</h2>
            </header>
        };
    }
    // Every other setting to blame stands in the hand, marked.
    let blame = explanation.blame.filter(|knob| knob.spec().kind.is_text());
    let blame = blame.map(|knob| {
        let spec = knob.spec();
        let value = panel.blamed.unwrap_or(spec.default);
        let onclick = Callback::from(move |_| turner.dispatch(Turn::Go(Destination::Knob(knob))));
        html! {
            <button type="button" class="blame" title="Go to this setting" {onclick}>
                <span class="blame__name">{ format!("{} = {}", spec.label, spell(knob, value)) }</span>
                if value == spec.default && spec.aws_default {
                    <span class="blame__origin">{ "AWS default" }</span>
                }
            </button>
        }
    });
    let cure = explanation.cure.clone().map(|(words, command)| {
        let onclick = Callback::from(move |_| world.send(command.clone()));
        html! {
            <button type="button" class="cure" {onclick}>{ words }<span aria-hidden="true">{ " →" }</span></button>
        }
    });
    html! {
        <header class="caption">
            <div class="caption__words">
                <h2 class="caption__headline">{ &explanation.headline }</h2>
                <p class="caption__sentences">
                    { explanation.sentences.join(" ") }
                    if explanation.approximate {
                        <span class="muted">{ " ≈ rests on an assumption: AWS does not document it." }</span>
                    }
                </p>
                <Deciding shown={props.shown.clone()} />
            </div>
            <div class="caption__cure">{ for blame }{ for cure }</div>
        </header>
    }
}
