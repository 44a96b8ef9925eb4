//! Dialogs: the browser's own, so that focus, Escape and what is behind them are right. Each owns its state.

mod found;
mod help;
mod import;
mod lab;
mod share;

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::conductor::WorldHandle;
use super::page::{Dialog, Turn, use_turner};
use crate::scenario::link::Palette;
use help::Help;
use import::Import;
use lab::Lab;
use share::Share;

/// What the open dialog is given.
#[derive(Properties, PartialEq)]
pub(super) struct DialogViewProps {
    /// The world it is about.
    pub world: WorldHandle,
    /// Which one.
    pub dialog: Dialog,
    /// The palette somebody chose.
    pub palette: Option<Palette>,
    /// Whether single letters are no shortcuts.
    pub letters_off: bool,
}

/// The open dialog.
#[component]
pub(super) fn DialogView(props: &DialogViewProps) -> Html {
    let DialogViewProps {
        world,
        dialog,
        palette,
        letters_off,
    } = props;
    match dialog {
        Dialog::Share => html! { <Share world={world.clone()} palette={*palette} /> },
        Dialog::Import(text) => html! { <Import world={world.clone()} text={text.clone()} /> },
        Dialog::Help => html! { <Help letters_off={*letters_off} /> },
        Dialog::Lab => html! { <Lab world={world.clone()} /> },
    }
}

/// What a modal is given.
#[derive(Properties, PartialEq)]
pub(super) struct ModalProps {
    /// Names it.
    pub id: AttrValue,
    /// Its heading.
    pub title: AttrValue,
    /// What it holds.
    #[prop_or_default]
    pub children: Html,
}

/// A dialog that opens when it is there. Closing it, by whatever way, tells the page.
#[component]
pub(super) fn Modal(props: &ModalProps) -> Html {
    let turner = use_turner();
    let dialog = use_node_ref();
    use_effect_with(dialog.clone(), |dialog| {
        if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
            // It fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
        let dialog = dialog.clone();
        // Whoever opened it has the keyboard again, however it ends.
        move || {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }
    });
    let close = {
        let dialog = dialog.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    let onclose = Callback::from(move |_: Event| turner.dispatch(Turn::Close));
    let ModalProps {
        id,
        title,
        children,
    } = props;
    let title_id = format!("{id}-title");
    html! {
        <dialog id={id} ref={dialog} class="modal" aria-labelledby={title_id.clone()} {onclose}>
            <header class="modal__head">
                <h2 id={title_id}>{ title }</h2>
                <button type="button" class="icon" aria-label="Close" onclick={close}>{ "×" }</button>
            </header>
            { children.clone() }
        </dialog>
    }
}
