//! The card with the stage: one canvas, and the one dominant button.

use std::rc::Rc;

use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::desk::use_tools;
use super::player::{Snapshot, reduced_motion};
use crate::browser::canvas::sheet;
use crate::session::{Command, Session};
use crate::stage::palette::Palette;

/// What paints the stage.
#[derive(Default)]
pub(super) struct Stage;

impl Stage {
    /// Paints the moment at the playhead.
    pub(super) fn paint(&mut self, canvas: &HtmlCanvasElement, session: &mut Session, palette: Palette) {
        let _ = (sheet(canvas), session.at(), palette, reduced_motion());
    }
}

/// What the card shows beside the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StageFacts {
    /// Pills sent so far, over the whole run.
    pub pills: usize,
    /// How much of the run is computed, in permille.
    pub computed: u16,
    /// The picture in words.
    pub picture: String,
}

impl StageFacts {
    /// From what the session says.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let panel = &snapshot.panel;
        let is_pill = |action: &&crate::scenario::Action| matches!(action.deed, crate::scenario::Deed::Pill { .. });
        Self {
            pills: snapshot.actions.iter().filter(is_pill).count(),
            computed: panel.computed_permille,
            picture: panel.explanation.headline.clone(),
        }
    }
}

/// What the card needs.
#[derive(Properties, PartialEq)]
pub(super) struct StageCardProps {
    /// What it shows.
    pub snapshot: Rc<StageFacts>,
}

/// The card.
#[component]
pub(super) fn StageCard(props: &StageCardProps) -> Html {
    let player = use_tools().player;
    let facts = &props.snapshot;
    let canvas = player.surfaces().stage.clone();
    let send = Callback::from(move |event: MouseEvent| {
        player.send(Command::SendPill(None));
        // After a click with a pointer, Space should play and pause again instead of sending another pill.
        if event.detail() > 0 {
            super::player::release_focus(&event);
        }
    });
    html! {
        <section id="stage" class="card stage" aria-label="Stage">
            <canvas key="stage-canvas" class="stage__canvas" ref={canvas} role="img" aria-label={["The stream now: ", &facts.picture].concat()}></canvas>
            <div class="stage__foot">
                <button type="button" id="send-pill" class="pill" title="P" onclick={send}>
                    <span aria-hidden="true">{ "★ " }</span>{ if facts.pills == 0 { "Send a poison pill" } else { "Send another poison pill" } }
                </button>
                <p class="stage__hint">{ if facts.pills == 0 {
                    "One order that your code cannot handle. What can one bad record do?"
                } else {
                    "You cannot break anything: undo, reset, and every flag on the timeline can be dragged or removed."
                } }</p>
            </div>
            if facts.computed < 1_000 {
                <div class="stage__progress" role="status">
                    <progress max="1000" value={facts.computed.to_string()}></progress>
                    <span>{ "computing the run " }{ facts.computed / 10 }{ " %" }</span>
                </div>
            }
        </section>
    }
}
