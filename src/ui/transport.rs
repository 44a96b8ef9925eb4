//! Play, pause, step, the next moment, the speed and the clock.

use super::markup::{Act, Markup, input, truth};
use crate::page::caption::{count, warp};
use crate::page::stops::SPEEDS;
use crate::session::{Command, Face, Transport};

/// The transport.
pub(super) fn transport_view(m: &mut Markup, panel: &Face) {
    let (play, play_icon) = if panel.playing {
        ("Pause", "M5 4h4v12H5zM11 4h4v12h-4z")
    } else {
        ("Play", "M6 3.5v13l11-6.5z")
    };
    let play_title = [play, " (Space)"].concat();
    m.put(
        "<div class=transport><div class=transport__buttons role=group aria-label=Playing>",
        &[],
    );
    for (id, main, label, title, path, command) in [
        (
            "previous",
            "",
            "The moment before (Page Up)",
            "The moment before (Page Up)",
            "M4 4h2v12H4zM17 4v12L8 10z",
            Command::Clock(Transport::PreviousMoment),
        ),
        (
            "step-back",
            "",
            "One second back (←)",
            "One second back (←)",
            "M13 4v12L5 10z",
            Command::Clock(Transport::StepBack),
        ),
        (
            "play",
            "icon--main",
            play,
            &play_title,
            play_icon,
            Command::Clock(Transport::TogglePlay),
        ),
        (
            "step",
            "",
            "One second on (→)",
            "One second on (→)",
            "M7 4v12l8-6z",
            Command::Clock(Transport::Step),
        ),
        (
            "next",
            "",
            "The next moment (Page Down)",
            "The next moment (Page Down)",
            "M14 4h2v12h-2zM3 4v12l9-6z",
            Command::Clock(Transport::NextMoment),
        ),
    ] {
        m.put(
            "<button type=button id={} class='icon {}' aria-label={} title={}>",
            &[id, main, label, title],
        );
        m.on_click(Act::Send(command));
        m.put(
            "<svg viewBox='0 0 20 20' aria-hidden=true><path d={}/></svg></button>",
            &[path],
        );
    }
    m.put(
        "</div><div class=transport__time><span class=clock id=clock>",
        &[],
    );
    m.node(&m.tools.player.surfaces().clock);
    m.put(
        "</span><span class=transport__warp id=warp>{}</span></div>",
        &[&warp(panel.speed)],
    );
    speed_view(m, panel.speed, panel.auto_speed);
    m.put("</div>", &[]);
}

/// The speed, on a log scale, and whether it follows the story.
fn speed_view(m: &mut Markup, speed: u32, auto: bool) {
    let place = SPEEDS.iter().rposition(|&stop| stop <= speed).unwrap_or(0);
    m.put(
        "<div class=speed><label class=speed__label for=speed>speed</label>\
         <input type=range id=speed class=slider min=0 max={} value={} aria-valuetext={}×>",
        &[
            &(SPEEDS.len() - 1).to_string(),
            &place.to_string(),
            &count(u64::from(speed)),
        ],
    );
    m.on(
        "input",
        Act::Look(|tools, event| {
            let place = input(event).value_as_number() as usize;
            let speed = SPEEDS[place.min(SPEEDS.len() - 1)];
            tools.player.send(Command::Clock(Transport::Speed(speed)));
        }),
    );
    m.put("</input><button type=button id=auto class=toggle aria-pressed={} title='The speed follows the story (A)'>", &[truth(auto)]);
    m.on_click(Act::Send(Command::Clock(Transport::AutoSpeed(!auto))));
    m.put("auto</button></div>", &[]);
}
