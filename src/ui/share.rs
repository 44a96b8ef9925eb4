//! The share dialog: the link holds everything.

use web_sys::HtmlInputElement;
use yew::TargetCast as _;
use yew::prelude::*;

use super::desk::{Turn, use_tools};
use super::modal::modal;
use super::player::fragment_of;
use crate::browser::{address, replace_fragment, transfer};
use crate::page::caption::{clock, count};
use crate::scenario::link::{Palette, caveat};

/// What the dialog needs.
#[derive(Properties, PartialEq)]
pub(super) struct ShareProps {
    /// The palette somebody chose.
    pub palette: Option<Palette>,
}

/// The dialog.
#[component]
pub(super) fn Share(props: &ShareProps) -> Html {
    let tools = use_tools();
    let with_palette = use_state_eq(|| false);
    let copied = use_state_eq(|| None::<bool>);
    let shared = {
        let player = tools.player.clone();
        use_memo((), move |()| player.shared())
    };
    let mut shared = (*shared).clone();
    shared.palette = props.palette.filter(|_| *with_palette);
    let fragment = fragment_of(&shared);
    let link = [address(), fragment.clone()].concat();
    use_effect_with(fragment, |fragment| replace_fragment(fragment));
    let copy = {
        let (link, copied) = (link.clone(), copied.setter());
        move |_: MouseEvent| {
            let copied = copied.clone();
            transfer::copy(&link, move |done| copied.set(Some(done)));
        }
    };
    let select = |event: FocusEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        input.select();
    };
    let on_close = Callback::from(move |()| tools.turn.dispatch(Turn::Close));
    let toggle = {
        let (setter, now) = (with_palette.setter(), *with_palette);
        move |_: Event| setter.set(!now)
    };
    let content = html! {
        <>
            <p>{ "The link holds everything: every setting, every flag, the seed and the moment" }
                if let Some(at) = shared.moment { { " (" }{ clock(at) }{ ")" } }
                { ". Whoever opens it sees the same run, to the last record." }</p>
            <label class="sr" for="share-link">{ "The link" }</label>
            <input type="text" id="share-link" class="field" readonly=true value={link.clone()} onfocus={select} />
            <div class="modal__row">
                <button type="button" id="copy" class="solid" autofocus=true onclick={copy}>{ "Copy the link" }</button>
                <span role="status">{ match *copied {
                    Some(true) => "Copied ✓",
                    Some(false) => "The browser does not allow copying here; select the text instead.",
                    None => "",
                } }</span>
                <span class="muted">{ count(link.len() as u64) }{ " characters" }</span>
            </div>
            if let Some(palette) = props.palette {
                <label class="check"><input type="checkbox" checked={*with_palette} onchange={toggle} />{ " open it in the " }{ palette.name() }{ " palette" }</label>
            }
            if let Some(text) = caveat(&shared, &link) {
                <p class="knob__problem">{ text }</p>
            }
            <p class="muted">{ "Nothing is uploaded: what follows the # never leaves the browser, neither yours nor theirs." }</p>
        </>
    };
    modal("share-dialog", "Share this moment", on_close, content)
}
