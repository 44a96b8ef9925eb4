//! The card with the stage: one canvas, and the one dominant button.

use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlCanvasElement, HtmlElement, MouseEvent};

use super::desk::Tools;
use super::markup::{Act, Markup, closest, only};
use super::player::Snapshot;
use crate::browser::{media, set_style, window};
use crate::engine::time::SimDuration;
use crate::scenario::{Action, Deed};
use crate::session::Command;
use crate::session::world::World;
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
        session: &mut World,
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
            reduced_motion: media("(prefers-reduced-motion: reduce)"),
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

/// The card.
pub(super) fn stage_view(m: &mut Markup, snapshot: &Snapshot) {
    let panel = &snapshot.panel;
    let is_pill = |action: &Action| matches!(action.deed, Deed::Pill { .. });
    let (button, hint) = if snapshot.actions.iter().any(is_pill) {
        (
            "Send another pill",
            "You cannot break anything: undo, reset, and every flag on the timeline can be dragged or removed.",
        )
    } else {
        (
            "Send a poison pill",
            "One order that your code cannot handle. What can one bad record do?",
        )
    };
    m.put(
        "<section id=stage class='card stage {}' aria-label=Stage>\
         <canvas class=stage__canvas role=img aria-label='The stream now: {}'>",
        &[
            only(panel.crowded, "stage--tall"),
            &panel.explanation.headline,
        ],
    );
    m.node(&m.tools.player.surfaces().stage);
    m.on_click(Act::Look(|tools, event| {
        let event: &MouseEvent = event.unchecked_ref();
        let (x, y) = (event.offset_x(), event.offset_y());
        tools.player.focus_at(x as f32, y as f32);
    }));
    m.put(
        "</canvas><div class=stage__foot><button type=button id=send-pill class=pill title=P>",
        &[],
    );
    m.on_click(Act::Look(send_pill));
    m.put(
        "{}</button><p class=stage__hint>{}</p></div><>",
        &[button, hint],
    );
    let progress = panel.progress;
    if progress.permille < 1_000 {
        m.put(
            "<div class=stage__progress role=status><progress max=1000 value={}></progress>\
             <span>{} {}</span><button type=button id=compute class=quiet>",
            &[
                &progress.permille.to_string(),
                if progress.goes_on {
                    "computing the run"
                } else {
                    "stopped at"
                },
                &snapshot.progress,
            ],
        );
        m.on_click(Act::Send(Command::Compute(!progress.goes_on)));
        m.put(
            "{}</button></div>",
            &[if progress.goes_on { "cancel" } else { "go on" }],
        );
    }
    m.put("</></section>", &[]);
}

fn send_pill(tools: &Tools, event: &Event) {
    tools.player.send(Command::SendPill(None));
    // After a click with a pointer, Space should play and pause again instead of sending another pill.
    let event: &MouseEvent = event.unchecked_ref();
    if event.detail() > 0
        && let Some(button) = closest(event, "button")
    {
        // An element that has no focus keeps none.
        let _ = button.unchecked_into::<HtmlElement>().blur();
    }
}
