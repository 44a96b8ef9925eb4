//! The card with the stage: one canvas, and the one dominant button.

use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::desk::Tools;
use super::player::{Snapshot, reduced_motion};
use crate::browser::{set_style, window};
use crate::engine::time::SimDuration;
use crate::session::{Command, Session};
use crate::stage::compose::compose;
use crate::stage::layout::Layout;
use crate::stage::lens::{eased, width_for};
use crate::stage::painter::Painter;
use crate::stage::palette::Palette;
use crate::stage::scene::{Hit, Scene, View};

/// What paints the stage: the painter, and how somebody looks.
#[derive(Default)]
pub(super) struct Stage {
    painter: Option<Painter>,
    lens: Option<f64>,
    size: (f32, f32),
    scene: Scene,
    /// Simulated seconds per second, as last published.
    pub(super) speed: u32,
    /// The shard to show first and open.
    pub(super) focus: Option<u16>,
    /// The lens, if a link pins it, in seconds.
    pub(super) pinned: Option<f64>,
}

impl Stage {
    /// With the lens of a link.
    pub(super) fn pinned_to(lens: Option<SimDuration>) -> Self {
        Self {
            pinned: lens.map(SimDuration::as_secs_f64),
            ..Self::default()
        }
    }

    /// Paints the moment at the playhead; `elapsed` is wall time since the last frame.
    pub(super) fn paint(
        &mut self,
        canvas: &HtmlCanvasElement,
        session: &mut Session,
        palette: Palette,
        elapsed: SimDuration,
    ) {
        let size = (canvas.client_width() as f32, canvas.client_height() as f32);
        if size.0 < 1.0 || size.1 < 1.0 || !session.ready() {
            return;
        }
        if self.painter.is_none() {
            self.painter = Painter::new(canvas.clone());
        }
        let Some(painter) = &mut self.painter else {
            return;
        };
        if self.size != size {
            self.size = size;
            place_button(canvas, size);
        }
        let speed = self.speed.max(1);
        let target = width_for(speed, self.pinned);
        let lens = self
            .lens
            .map_or(target, |lens| eased(lens, target, elapsed.as_secs_f64()));
        self.lens = Some(lens);
        let at = session.at();
        let recorder = session.recorder();
        let moment = recorder.moment(at);
        let view = View {
            size,
            dpr: window().device_pixel_ratio() as f32,
            lens,
            focus: self.focus,
            palette,
            speed,
            reduced_motion: reduced_motion(),
        };
        self.scene = compose(recorder, &moment, &view);
        // A failing canvas leaves the old picture, and the next frame tries again.
        let _ = painter.paint(&self.scene);
    }

    /// The shard at a point of the canvas.
    pub(super) fn shard_at(&self, x: f32, y: f32) -> Option<u16> {
        match self.scene.hit(x, y)? {
            Hit::Shard(shard) | Hit::Lane { shard, .. } | Hit::Record { shard, .. } => Some(shard),
            _ => None,
        }
    }
}

/// Tells the style sheet where the floor of the stage is: the button stands on it.
fn place_button(canvas: &HtmlCanvasElement, size: (f32, f32)) {
    let floor = Layout::new(size, &[], None).floor;
    if let Some(card) = canvas.parent_element() {
        set_style(
            &card,
            "--floor",
            &[(floor as i32).to_string().as_str(), "px"].concat(),
        );
    }
}

/// What the card shows beside the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
struct StageFacts {
    /// Pills sent so far, over the whole run.
    pub pills: usize,
    /// How much of the run is computed, in permille.
    pub computed: u16,
    /// The picture in words.
    pub picture: String,
}

impl StageFacts {
    /// From what the session says.
    fn of(snapshot: &Snapshot) -> Self {
        let panel = &snapshot.panel;
        let is_pill = |action: &&crate::scenario::Action| {
            matches!(action.deed, crate::scenario::Deed::Pill { .. })
        };
        Self {
            pills: snapshot.actions.iter().filter(is_pill).count(),
            computed: panel.computed_permille,
            picture: panel.explanation.headline.clone(),
        }
    }
}

/// The card.
pub(super) fn stage_view(tools: &Tools, snapshot: &Snapshot) -> Html {
    let player = tools.player.clone();
    let facts = StageFacts::of(snapshot);
    let canvas = player.surfaces().stage.clone();
    let focus = {
        let player = player.clone();
        move |event: MouseEvent| player.focus_at(event.offset_x() as f32, event.offset_y() as f32)
    };
    let send = Callback::from(move |event: MouseEvent| {
        player.send(Command::SendPill(None));
        // After a click with a pointer, Space should play and pause again instead of sending another pill.
        if event.detail() > 0 {
            super::player::release_focus(&event);
        }
    });
    html! {
        <section id="stage" class="card stage" aria-label="Stage">
            <canvas key="stage-canvas" class="stage__canvas" ref={canvas} onclick={focus} role="img" aria-label={["The stream now: ", &facts.picture].concat()}></canvas>
            <div class="stage__foot">
                <button type="button" id="send-pill" class="pill" title="P" onclick={send}>
                    { if facts.pills == 0 { "Send a poison pill" } else { "Send another pill" } }
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
