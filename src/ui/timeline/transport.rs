//! Play, pause, step, the next moment, the speed and the clock.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::engine::mark::Mark;
use crate::page::caption::warp;
use crate::page::stops::SPEEDS;
use crate::session::{Face, Transport, mapping_words, mark_words};
use crate::ui::conductor::use_world;
use crate::words;

/// What the transport is given.
#[derive(Properties, PartialEq)]
pub(super) struct TransportBarProps {
    /// What the clock shows.
    pub face: Face,
    /// The next moment, if one may be shown.
    pub next: Option<Mark>,
}

/// The transport. The loop writes the clock itself, frame by frame.
#[component]
pub(super) fn TransportBar(props: &TransportBarProps) -> Html {
    let world = use_world();
    let clock = use_node_ref();
    use_effect_with((world.clone(), clock.clone()), |(world, clock)| {
        world.conductor().write_clock(clock);
        world.conductor().refresh();
    });
    let face = props.face;
    let (play, play_icon) = if face.playing {
        ("Pause", "M5 4h4v12H5zM11 4h4v12h-4z")
    } else {
        ("Play", "M6 3.5v13l11-6.5z")
    };
    let button = |id: &'static str, title: String, path: &'static str, transport: Transport| {
        let onclick = {
            let world = world.clone();
            Callback::from(move |_| world.transport(transport))
        };
        let is_main = matches!(transport, Transport::TogglePlay);
        html! {
            <button type="button" id={world.id(id)} class={classes!("icon", is_main.then_some("icon--main"))}
                aria-label={title.clone()} {title} {onclick}>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d={path} /></svg>
            </button>
        }
    };
    let auto = {
        let world = world.clone();
        Callback::from(move |_| world.transport(Transport::AutoSpeed(!face.auto_speed)))
    };
    let next = props.next.map(|mark| {
        let world = world.clone();
        let onclick = Callback::from(move |_| world.transport(Transport::NextMoment));
        html! {
            <button type="button" class="link transport__next" title="Page Down" {onclick}>
                { format!("next: {}{}", mapping_words(mark.role), mark_words(mark.kind)) }<span aria-hidden="true">{ " →" }</span>
            </button>
        }
    });
    html! {
        <div class="transport">
            <div class="transport__buttons" role="group" aria-label="Playing">
                { button("previous", "The moment before (Page Up)".to_owned(), "M4 4h2v12H4zM17 4v12L8 10z", Transport::PreviousMoment) }
                { button("step-back", "One second back (←)".to_owned(), "M13 4v12L5 10z", Transport::StepBack) }
                { button("play", format!("{play} (Space)"), play_icon, Transport::TogglePlay) }
                { button("step", "One second on (→)".to_owned(), "M7 4v12l8-6z", Transport::Step) }
                { button("next", "The next moment (Page Down)".to_owned(), "M14 4h2v12h-2zM3 4v12l9-6z", Transport::NextMoment) }
            </div>
            <div class="transport__time">
                <span class="clock" id={world.id("clock")} ref={clock} />
                <span class="transport__warp" id={world.id("warp")}>{ warp(face.speed) }</span>
            </div>
            <div class="transport__then">{ for next }</div>
            <div class="speed">
                { speed_view(&world, face.speed) }
                <button type="button" id={world.id("auto")} class="toggle" aria-pressed={face.auto_speed.to_string()}
                    title="The speed follows the story (A)" onclick={auto}>{ "auto" }</button>
            </div>
        </div>
    }
}

/// The speed, on a log scale.
fn speed_view(world: &crate::ui::conductor::WorldHandle, speed: u32) -> Html {
    let place = SPEEDS.iter().rposition(|&stop| stop <= speed).unwrap_or(0);
    let last = SPEEDS.len() - 1;
    let id = world.id("speed");
    let oninput = {
        let world = world.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let place = input.value_as_number() as usize;
            world.transport(Transport::Speed(SPEEDS[place.min(last)]));
        })
    };
    html! {
        <>
            <label class="speed__label" for={id.clone()}>{ "speed" }</label>
            <input type="range" {id} class="slider" min="0" max={last.to_string()} value={place.to_string()}
                aria-valuetext={format!("{}×", words::number(u64::from(speed)))} {oninput} />
        </>
    }
}
