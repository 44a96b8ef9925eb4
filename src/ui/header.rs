//! The header: what this is, sharing, help, palette.

use yew::prelude::*;

use super::desk::{Dialog, Tools, Turn};
use crate::scenario::link::Palette;

/// The header, with the palette somebody chose.
pub(super) fn header_view(tools: &Tools, palette: Option<Palette>) -> Html {
    let turn = &tools.turn;
    let on = |next: Turn| {
        let turn = turn.clone();
        Callback::from(move |_: MouseEvent| turn.dispatch(next.clone()))
    };
    let palette = palette.map_or("auto", Palette::name);
    html! {
        <header class="top">
            <h1>{ "Overflowing Sink" }</h1>
            <p class="top__line">{ "One bad record, one blocked shard, one day later" }</p>
            <nav class="top__tools" aria-label="Tools">
                <button type="button" id="palette" class="quiet" title="Light, dark, projector (D)" onclick={on(Turn::NextPalette)}>
                    <span aria-hidden="true">{ "◐ " }</span><span class="sr">{ "Palette: " }</span><span class="wide">{ palette }</span>
                </button>
                <button type="button" id="import" class="quiet" title="Take over your own settings (I)" onclick={on(Turn::Open(Dialog::Import))}>{ "Import" }</button>
                <button type="button" id="help-open" class="quiet" aria-label="Help" title="Help (?)" onclick={on(Turn::Open(Dialog::Help))}>{ "?" }</button>
                <button type="button" id="share" class="solid" title="Share (S)" onclick={on(Turn::Open(Dialog::Share))}>{ "Share" }<span class="wide">{ " this moment" }</span></button>
            </nav>
        </header>
    }
}
