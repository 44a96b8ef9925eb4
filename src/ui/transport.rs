//! Play, pause, step, the next moment, the speed and the clock.

use yew::TargetCast as _;
use yew::prelude::*;

use super::desk::Tools;
use crate::page::caption::{count, warp};
use crate::page::stops::SPEEDS;
use crate::session::{Command, Panel};

/// The transport.
pub(super) fn transport_view(tools: &Tools, panel: &Panel) -> Html {
    let on = |command: Command| {
        let player = tools.player.clone();
        Callback::from(move |_: MouseEvent| player.send(command.clone()))
    };
    let (play, play_icon) = if panel.playing {
        ("Pause", "M5 4h4v12H5zM11 4h4v12h-4z")
    } else {
        ("Play", "M6 3.5v13l11-6.5z")
    };
    html! {
        <div class="transport">
            <div class="transport__buttons" role="group" aria-label="Playing">
                { icon("previous", "The moment before (Page Up)", "M4 4h2v12H4zM17 4v12L8 10z", &on(Command::PreviousMoment)) }
                { icon("step-back", "One second back (←)", "M13 4v12L5 10z", &on(Command::StepBack)) }
                <button type="button" id="play" class="icon icon--main" aria-label={play} title={[play, " (Space)"].concat()} onclick={on(Command::TogglePlay)}>
                    <svg viewBox="0 0 20 20" aria-hidden="true"><path d={play_icon} /></svg>
                </button>
                { icon("step", "One second on (→)", "M7 4v12l8-6z", &on(Command::Step)) }
                { icon("next", "The next moment (Page Down)", "M14 4h2v12h-2zM3 4v12l9-6z", &on(Command::NextMoment)) }
            </div>
            <div class="transport__time">
                <span class="clock" id="clock" ref={tools.player.surfaces().clock.clone()}></span>
                <span class="transport__warp" id="warp">{ warp(panel.speed) }</span>
            </div>
            { speed_view(tools, panel.speed, panel.auto_speed) }
        </div>
    }
}

fn icon(
    id: &'static str,
    label: &'static str,
    path: &'static str,
    onclick: &Callback<MouseEvent>,
) -> Html {
    html! {
        <button type="button" {id} class="icon" aria-label={label} title={label} {onclick}>
            <svg viewBox="0 0 20 20" aria-hidden="true"><path d={path} /></svg>
        </button>
    }
}

/// The speed, on a log scale, and whether it follows the story.
fn speed_view(tools: &Tools, speed: u32, auto: bool) -> Html {
    let player = tools.player.clone();
    let place = SPEEDS.iter().rposition(|&stop| stop <= speed).unwrap_or(0);
    let slide = {
        let player = player.clone();
        Callback::from(move |event: InputEvent| {
            let input: web_sys::HtmlInputElement = event.target_unchecked_into();
            let place = input.value_as_number() as usize;
            player.send(Command::Speed(SPEEDS[place.min(SPEEDS.len() - 1)]));
        })
    };
    html! {
        <div class="speed">
            <label class="speed__label" for="speed">{ "speed" }</label>
            <input type="range" id="speed" class="slider" min="0" max={(SPEEDS.len() - 1).to_string()}
                value={place.to_string()} aria-valuetext={[count(u64::from(speed)).as_str(), "×"].concat()} oninput={slide} />
            <button type="button" id="auto" class="toggle" aria-pressed={auto.to_string()} title="The speed follows the story (A)"
                onclick={move |_: MouseEvent| player.send(Command::AutoSpeed(!auto))}>{ "auto" }</button>
        </div>
    }
}
