//! The import dialog.

use std::rc::Rc;

use web_sys::File;
use yew::prelude::*;

use super::desk::{Tools, Turn, use_tools};
use super::modal::Modal;
use crate::browser::transfer;

/// Longer files are not read, in bytes.
const FILE_MAX: f64 = 2_000_000.0;

/// Reads a file into the import dialog.
pub(super) fn take_file(tools: &Tools, file: &File) {
    let turn = tools.turn.clone();
    transfer::read(file, FILE_MAX, move |text| {
        turn.dispatch(match text {
            Some(text) => Turn::Take(Rc::from(text)),
            None => Turn::Notify(vec!["This file cannot be read: it is not a text, or longer than 2 MB.".to_owned()]),
        });
    });
}

/// What the dialog needs.
#[derive(Properties, PartialEq)]
pub(super) struct ImportProps {
    /// A text that was dropped on the page.
    pub dropped: Option<Rc<str>>,
}

/// The dialog.
#[component]
pub(super) fn Import(props: &ImportProps) -> Html {
    let tools = use_tools();
    let _ = &props.dropped;
    let on_close = Callback::from(move |()| tools.turn.dispatch(Turn::Close));
    html! { <Modal id="import-dialog" title="Import your settings" {on_close}>{ "" }</Modal> }
}
