//! A dialog: the browser's own, so that focus, Escape and what is behind it are right.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::part::part;

/// A modal dialog with a heading, open as long as it is there; `on_close` hears when it was closed.
pub(super) fn modal(
    id: &'static str,
    title: &'static str,
    on_close: Callback<()>,
    children: Html,
) -> Html {
    part::<Modal>(ModalProps {
        id,
        title,
        on_close,
        children,
    })
}

/// What a dialog is made of.
#[derive(Properties, PartialEq)]
struct ModalProps {
    id: &'static str,
    title: &'static str,
    /// It was closed.
    on_close: Callback<()>,
    children: Html,
}

/// A modal dialog, open as long as it is there.
#[component]
fn Modal(props: &ModalProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let dialog = node.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                // It fails only for a dialog that is open already.
                let _ = dialog.show_modal();
            }
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let on_close = props.on_close.clone();
    let close = Callback::from(move |_: MouseEvent| on_close.emit(()));
    let on_close = props.on_close.clone();
    let closed = Callback::from(move |_: Event| on_close.emit(()));
    html! {
        <dialog id={props.id} class="modal" ref={node} aria-labelledby={[props.id, "-title"].concat()} onclose={closed}>
            <header class="modal__head">
                <h2 id={[props.id, "-title"].concat()}>{ props.title }</h2>
                <button type="button" class="icon" aria-label="Close" onclick={close}>{ "×" }</button>
            </header>
            { props.children.clone() }
        </dialog>
    }
}
