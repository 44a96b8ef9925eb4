//! What is left to do when the program panics: leave the reason where the page's own script finds it.
//!
//! A panic ends in a trap, after which nothing of the program may run again; so the message, the link and the button are put
//! up by `static/start.js`, which also hears of traps that are no panics, such as an end of memory.

use std::panic::PanicHookInfo;

use super::document;

/// The attribute of the root element that holds the reason.
const REASON: &str = "data-panic";

/// Leaves the reason of a panic on the root element, and in the console.
pub fn tell(panic: &PanicHookInfo<'_>) {
    let reason = panic.to_string();
    web_sys::console::error_1(&reason.as_str().into());
    if let Some(root) = document().document_element() {
        // Setting a data attribute cannot fail.
        let _ = root.set_attribute(REASON, &reason);
    }
}
