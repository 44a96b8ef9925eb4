//! A dialog: the browser's own, so that focus, Escape and what is behind it are right.

use wasm_bindgen::JsCast as _;
use web_sys::HtmlDialogElement;

use super::desk::Turn;
use super::markup::{Act, Markup};
use crate::browser::find;

/// Begins a dialog with its heading.
pub(super) fn modal_view(m: &mut Markup, id: &str, title: &str) {
    m.put(
        "<dialog key={} id={} class=modal aria-labelledby={}-title>",
        &[id, id, id],
    );
    m.on("close", Act::Turn(Turn::Close));
    m.put("<header class=modal__head><h2 id={}-title>{}</h2><button type=button class=icon aria-label=Close>", &[id, title]);
    m.on_click(Act::Turn(Turn::Close));
    m.put("×</button></header>", &[]);
}

/// Ends it.
pub(super) fn modal_end(m: &mut Markup) {
    m.put("</dialog>", &[]);
}

/// Opens the dialog that was rendered, if one was.
pub(super) fn open_rendered() {
    if let Some(dialog) = find("dialog.modal:not([open])") {
        // It fails only for a dialog that is open already.
        let _ = dialog.unchecked_into::<HtmlDialogElement>().show_modal();
    }
}

/// Closes the dialog that is open, so that the focus goes back to where it was.
pub(super) fn close_open() {
    if let Some(dialog) = find("dialog.modal[open]") {
        dialog.unchecked_into::<HtmlDialogElement>().close();
    }
}
