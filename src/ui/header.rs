//! The header: what this is, settings, import, palette, help, sharing.

use yew::prelude::*;

use super::page::{Dialog, Drawer, Turn, use_turner};
use crate::scenario::link::Palette;

/// What the header is given.
#[derive(Properties, PartialEq)]
pub(super) struct HeaderProps {
    /// The palette somebody chose.
    pub palette: Option<Palette>,
}

/// The header.
#[component]
pub(super) fn Header(props: &HeaderProps) -> Html {
    let turner = use_turner();
    let on = |turn: Turn| {
        let turner = turner.clone();
        Callback::from(move |_: MouseEvent| turner.dispatch(turn.clone()))
    };
    html! {
        <header class="top">
            <h1>{ "Overflowing Sink" }</h1>
            <p class="top__line">{ "One bad record, one blocked shard, one day later" }</p>
            <nav class="top__tools" aria-label="Tools">
                <button type="button" id="palette" class="quiet" title="Light, dark, projector (D)" onclick={on(Turn::NextPalette)}>
                    <span aria-hidden="true">{ "◐ " }</span><span class="sr">{ "Palette: " }</span>
                    <span class="wide">{ props.palette.map_or("auto", Palette::name) }</span>
                </button>
                <button type="button" id="settings-open" class="quiet" title="Every setting (L)" onclick={on(Turn::Pull(Drawer::Settings))}>
                    { "Settings" }
                </button>
                <button type="button" id="import" class="quiet" title="Take over your own settings (I)" onclick={on(Turn::Open(Dialog::Import("".into())))}>
                    { "Import" }
                </button>
                <button type="button" id="help-open" class="quiet" aria-label="Help" title="Help (?)" onclick={on(Turn::Open(Dialog::Help))}>{ "?" }</button>
                <button type="button" id="share" class="solid" title="Share (S)" onclick={on(Turn::Open(Dialog::Share))}>
                    { "Share" }<span class="wide">{ " this moment" }</span>
                </button>
            </nav>
        </header>
    }
}
