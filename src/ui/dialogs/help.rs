//! The help: what the page is in a few sentences, and how it is used: with keys, or with fingers.

use yew::prelude::*;

use super::Modal;
use crate::page::keys::HELP;
use crate::ui::hooks::use_media;
use crate::ui::keyboard::remember_off;
use crate::ui::page::{Turn, use_turner};

/// What fingers do.
const TOUCH: [(&str, &str); 6] = [
    (
        "Tap a shard",
        "to see it large; tap it again and the one in trouble is large again",
    ),
    ("Tap or drag in the charts", "to go to another moment"),
    (
        "Drag a flag",
        "to let it happen at another time; tap it to read it or to remove it",
    ),
    ("Tap a dot under the charts", "to go to what happened there"),
    ("Tap ?", "beside a setting to learn what it does"),
    ("Tap a value", "to type another one"),
];

/// What the dialog is given.
#[derive(Properties, PartialEq)]
pub(super) struct HelpProps {
    /// Whether single letters are no shortcuts.
    pub letters_off: bool,
}

/// The dialog.
#[component]
pub(super) fn Help(props: &HelpProps) -> Html {
    let is_coarse = use_media("(pointer: coarse)");
    html! {
        <Modal id="help" title="How to play">
            <p>
                { "Orders flow into a stream, drift to the right as they age, and are handled by a function. \
                   Send one the function cannot handle, and see what a day later comes of it. \
                   Then change a setting: the whole run is computed again while you drag." }
            </p>
            <p>{ "You cannot break anything. Reset brings the opening scenario back; every change can be undone." }</p>
            if is_coarse {
                <dl class="touches">
                    { for TOUCH.iter().map(|(what, then)| html! {
                        <div key={*what}><dt>{ what }</dt><dd>{ then }</dd></div>
                    }) }
                </dl>
            } else {
                <Keys letters_off={props.letters_off} />
            }
            <p class="muted">
                { "Figures marked ≈ rest on an assumption, because AWS does not document them. \
                   Everything runs in this browser; nothing is sent anywhere." }
            </p>
        </Modal>
    }
}

/// The keys, and the switch for those that are single letters.
#[component]
fn Keys(props: &HelpProps) -> Html {
    let turner = use_turner();
    let letters_off = props.letters_off;
    let onchange = Callback::from(move |_: Event| {
        remember_off(!letters_off);
        turner.dispatch(Turn::Letters(letters_off));
    });
    let row_view = |&(keys, what): &(&[&str], &str)| {
        let is_off = letters_off
            && keys
                .iter()
                .all(|key| key.chars().count() == 1 && !is_arrow(key));
        html! {
            <tr key={what.to_owned()} class={classes!(is_off.then_some("keys__off"))}>
                <th scope="row">{ for keys.iter().map(|key| html! { <kbd key={*key}>{ key }</kbd> }) }</th>
                <td>{ what }</td>
            </tr>
        }
    };
    html! {
        <>
            <table class="keys"><tbody>{ for HELP.iter().map(row_view) }</tbody></table>
            <label class="check">
                <input type="checkbox" role="switch" id="letters" checked={!letters_off} {onchange} />
                { "single-letter keys; switch them off if you dictate, or press keys by accident" }
            </label>
        </>
    }
}

fn is_arrow(key: &str) -> bool {
    matches!(key, "←" | "→")
}
