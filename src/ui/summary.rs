//! The page for those who do not see it: play area, control area, current details.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::conductor::Shown;
use crate::words::{clock, number, span};

/// At most one sentence is spoken in so many milliseconds.
const SPEAK_MS: u32 = 5_000;

/// What the summary is given.
#[derive(Properties, PartialEq)]
pub(super) struct SummaryProps {
    /// What the world shows.
    pub shown: Rc<Shown>,
}

/// The summary. Only stable sentences speak up by themselves; the figures are there to be read.
#[component]
pub(super) fn Summary(props: &SummaryProps) -> Html {
    let shown = &props.shown;
    let panel = &shown.panel;
    let playing = if shown.face.playing {
        "playing"
    } else {
        "paused"
    };
    html! {
        <section class="sr" aria-label="Summary">
            <h2>{ "Play area" }</h2>
            <p>{ format!(
                "A stream of {} shards. Records age from left to right; at the end of retention, after {}, unread records are lost.",
                panel.moment.shards.len(), span(panel.moment.retention),
            ) }</p>
            <h2>{ "Control area" }</h2>
            <p>{ "Press P to send a poison pill, Space to play or pause, Page Down for the next moment, slash to find a setting, \
                  question mark for help." }</p>
            <h2>{ "Current details" }</h2>
            <p>{ format!("{}, {playing}", clock(panel.at)) }</p>
            <Live headline={if panel.ready { panel.explanation.headline.clone() } else { String::new() }} />
            <ul>
                { for panel.moment.shards.iter().map(|shard| html! {
                    <li key={shard.shard}>{ format!(
                        "shard-{}{}: iterator age {}, headroom {}, waiting {}",
                        shard.shard,
                        if shard.blocked { " is blocked" } else { "" },
                        span(shard.iterator_age),
                        span(shard.headroom),
                        number(shard.stored.saturating_sub(shard.head)),
                    ) }</li>
                }) }
                { for panel.moment.second.iter().flat_map(|second| &second.shards).map(|shard| html! {
                    <li key={format!("second-{}", shard.shard)}>{ format!(
                        "The second mapping on shard-{}: {}iterator age {}",
                        shard.shard,
                        if shard.blocked { "blocked, " } else { "" },
                        span(shard.iterator_age),
                    ) }</li>
                }) }
            </ul>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct LiveProps {
    headline: String,
}

/// The region that speaks up by itself: what is happening, when that is something else than before. Figures that run on do
/// not count, and after a sentence there is silence for a while.
#[component]
fn Live(props: &LiveProps) -> Html {
    let spoken = use_state_eq(String::new);
    let newest = use_mut_ref(String::new);
    let silence = use_mut_ref(|| None::<Timeout>);
    newest.borrow_mut().clone_from(&props.headline);
    let speak = {
        let (spoken, newest, last) = (spoken.setter(), newest.clone(), use_mut_ref(String::new));
        move || {
            let newest = newest.borrow().clone();
            let kind = without_figures(&newest);
            if last.replace(kind.clone()) != kind {
                spoken.set(newest);
            }
        }
    };
    let ended = {
        let silence = silence.clone();
        move || {
            silence.borrow_mut().take();
        }
    };
    use_effect_with(without_figures(&props.headline), move |_| {
        let mut pending = silence.borrow_mut();
        if pending.is_none() {
            speak();
            *pending = Some(Timeout::new(SPEAK_MS, move || {
                speak();
                ended();
            }));
        }
    });
    html! { <p aria-live="polite">{ &*spoken }</p> }
}

/// A sentence without its figures.
fn without_figures(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_ascii_digit() && *letter != ',' && *letter != '.')
        .collect()
}
