//! The playhead's slider, and what the minute under the pointer was like.

use web_sys::Element;
use yew::prelude::*;

use crate::engine::time::{SimDuration, SimTime};
use crate::session::Transport;
use crate::session::minute::Told;
use crate::session::words::clock;
use crate::timeline::axis::Axis;
use crate::ui::conductor::use_world;
use crate::words;

/// An arrow key moves the playhead by this part of the run.
const KEY_PART: u64 = 240;
/// No more shards than this are told one by one.
const SHARDS_MAX: usize = 4;

/// What the cursor is given.
#[derive(Properties, PartialEq)]
pub(super) struct CursorProps {
    /// The playhead.
    pub at: SimTime,
    /// The end of the run.
    pub horizon: SimTime,
}

/// The cursor. A pointer that moves renders nothing else.
#[component]
pub(super) fn Cursor(props: &CursorProps) -> Html {
    let world = use_world();
    let hover = use_state_eq(|| None::<SimTime>);
    let is_held = use_mut_ref(|| false);
    let CursorProps { at, horizon } = *props;
    let onpointerdown = {
        let (world, is_held) = (world.clone(), is_held.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(element) = event.target_dyn_into::<Element>() else {
                return;
            };
            // A pointer that is gone by now needs no capture.
            let _ = element.set_pointer_capture(event.pointer_id());
            *is_held.borrow_mut() = true;
            world.transport(Transport::Seek(time_at(&element, &event, horizon)));
        })
    };
    let onpointermove = {
        let (world, is_held, hover) = (world.clone(), is_held.clone(), hover.setter());
        Callback::from(move |event: PointerEvent| {
            let Some(element) = event.target_dyn_into::<Element>() else {
                return;
            };
            let to = time_at(&element, &event, horizon);
            hover.set(Some(to));
            if *is_held.borrow() {
                world.transport(Transport::Seek(to));
            }
        })
    };
    let release = Callback::from(move |_: PointerEvent| *is_held.borrow_mut() = false);
    let onpointerleave = {
        let hover = hover.setter();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let onkeydown = {
        let world = world.clone();
        Callback::from(move |event: KeyboardEvent| {
            let (at, step) = (world.at(), SimDuration(horizon.0 / KEY_PART));
            let to = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => at + step,
                "ArrowLeft" | "ArrowDown" => at.before(step),
                "Home" => SimTime::ZERO,
                "End" => horizon,
                _ => return,
            };
            event.prevent_default();
            world.transport(Transport::Seek(to.min(horizon)));
        })
    };
    let seconds = |time: SimTime| (time.0 / 1_000_000).to_string();
    let told = hover.and_then(|at| Some((at, world.minute(at)?)));
    html! {
        <>
            <div class="chart__scrubber" id={world.id("scrubber")} role="slider" tabindex="0" aria-label="Playhead"
                aria-valuemin="0" aria-valuemax={seconds(horizon)} aria-valuenow={seconds(at)} aria-valuetext={clock(at)}
                {onpointerdown} {onpointermove} onpointerup={release.clone()} onpointercancel={release}
                {onpointerleave} {onkeydown} />
            if let Some((at, told)) = told {
                <div class={classes!("readout", (horizon.0 / 2 < at.0).then_some("readout--left"))} role="presentation">
                    <b>{ clock(at) }</b>
                    { for lines(&told).into_iter().map(|line| html! { <span>{ line }</span> }) }
                </div>
            }
        </>
    }
}

/// The time under a pointer.
fn time_at(element: &Element, event: &PointerEvent, horizon: SimTime) -> SimTime {
    let place = element.get_bounding_client_rect();
    let axis = Axis {
        horizon,
        width: place.width(),
    };
    axis.time(f64::from(event.client_x()) - place.left())
}

/// A minute in a few lines.
fn lines(told: &Told) -> Vec<String> {
    let age = |&(shard, age)| format!("shard-{shard}: iterator age {}", words::span(age));
    let mut lines: Vec<String> = told.ages.iter().take(SHARDS_MAX).map(age).collect();
    let rate = |sum: u64| words::rate(sum as f64 / 60.0);
    lines.push(format!(
        "in {}, done {}, expired {}",
        rate(told.stored),
        rate(told.processed),
        rate(told.expired)
    ));
    lines.push(format!(
        "{} invocations, {} Errors, {} Throttles/min",
        words::number(told.invocations),
        words::number(told.errors),
        words::number(told.throttles)
    ));
    lines
}
