//! The help: what the page is in a few sentences, and its keys.

use yew::prelude::*;

use super::desk::{Tools, Turn};
use super::modal::modal;
use crate::page::keys::HELP;

/// The help dialog.
pub(super) fn help_view(tools: &Tools) -> Html {
    let turn = tools.turn.clone();
    let on_close = Callback::from(move |()| turn.dispatch(Turn::Close));
    let content = html! {
        <>
            <p>{ "Orders flow into a stream, drift to the right as they age, and are handled by a function. \
                  Send one the function cannot handle, and see what a day later comes of it. \
                  Then change a setting: the whole run is computed again while you drag." }</p>
            <p>{ "You cannot break anything. Reset brings the opening scenario back; every change can be undone." }</p>
            <table class="keys">
                <tbody>
                { for HELP.iter().map(|(keys, what)| html! {
                    <tr key={*what}>
                        <th scope="row">{ for keys.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }</th>
                        <td>{ *what }</td>
                    </tr>
                }) }
                </tbody>
            </table>
            <p class="muted">{ "Figures marked ≈ rest on an assumption, because AWS does not document them. \
                  Everything runs in this browser; nothing is sent anywhere." }</p>
        </>
    };
    modal("help", "How to play", on_close, content)
}
