//! The caption of the stage: what is happening, why, and what would help.

use std::rc::Rc;

use yew::prelude::*;

use super::conductor::{Shown, use_world};
use super::guessed::Deciding;
use super::page::{Destination, Turn, use_turner};
use super::term::explained;
use crate::scenario::spelling::spell;
use crate::session::{Command, Progress};

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
    let progress =
        html! { <Computing progress={panel.progress} words={props.shown.progress.clone()} /> };
    if !panel.ready {
        return html! {
            <header class="caption" aria-busy="true">
                <h2 class="caption__words caption__headline caption__headline--waits">{ "Computing this moment …" }</h2>
                <div class="caption__cure">{ progress }</div>
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
                <p class="caption__sentences" title={explanation.sentences.join(" ")}>
                    { explained(&explanation.sentences.join(" ")) }
                    if explanation.approximate {
                        <span class="muted">{ " ≈ rests on an assumption: AWS does not document it." }</span>
                    }
                </p>
                <Deciding shown={props.shown.clone()} />
            </div>
            <div class="caption__cure">{ for blame }{ for cure }{ progress }</div>
        </header>
    }
}

#[derive(Properties, PartialEq)]
struct ComputingProps {
    progress: Progress,
    words: String,
}

/// How far the run is computed, while it is; short work shows nothing, it would only flash.
#[component]
fn Computing(props: &ComputingProps) -> Html {
    let world = use_world();
    let progress = props.progress;
    if progress.permille >= 1_000 {
        return html! {};
    }
    let (now, other) = if progress.goes_on {
        ("computing the run", "cancel")
    } else {
        ("stopped at", "go on")
    };
    let compute = Callback::from(move |_| world.send(Command::Compute(!progress.goes_on)));
    html! {
        <div class="progress">
            <progress max="1000" value={progress.permille.to_string()} aria-label="How much of the run is computed" />
            <span>{ format!("{now} {}", props.words) }</span>
            <button type="button" class="quiet" onclick={compute}>{ other }</button>
        </div>
    }
}
