//! The stage: one canvas that the loop paints, and the progress of a run that takes longer.

use web_sys::MouseEvent;
use yew::prelude::*;

use super::conductor::use_world;
use crate::session::{Command, Progress};

/// What the stage is given.
#[derive(Properties, PartialEq)]
pub(super) struct StageCardProps {
    /// The canvas, for the loop.
    pub canvas: NodeRef,
    /// What is happening, for those who do not see it.
    pub headline: String,
    /// How far the run is computed.
    pub progress: Progress,
    /// The same in words, with how long the rest takes.
    pub words: String,
}

/// The stage.
#[component]
pub(super) fn StageCard(props: &StageCardProps) -> Html {
    let world = use_world();
    let onclick = {
        let world = world.clone();
        Callback::from(move |event: MouseEvent| {
            world.focus_at(event.offset_x() as f32, event.offset_y() as f32);
        })
    };
    let progress = props.progress;
    let (now, other) = if progress.goes_on {
        ("computing the run", "cancel")
    } else {
        ("stopped at", "go on")
    };
    let compute = Callback::from(move |_| world.send(Command::Compute(!progress.goes_on)));
    html! {
        <div class="stage__picture">
            <canvas key="stage" class="stage__canvas" role="img" ref={&props.canvas} {onclick}
                aria-label={format!("The stream now: {}", props.headline)} />
            if progress.permille < 1_000 {
                <div class="stage__progress">
                    <progress max="1000" value={progress.permille.to_string()} aria-label="How much of the run is computed" />
                    <span>{ format!("{now} {}", props.words) }</span>
                    <button type="button" class="quiet" onclick={compute}>{ other }</button>
                </div>
            }
        </div>
    }
}
