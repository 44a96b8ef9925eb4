//! The browser, in the few words the page needs: canvases, observers, the address, the clipboard, files.
//! Knows nothing of the product. Every guard lets go when it is dropped.

pub mod canvas;
pub mod observer;
pub mod panic;
pub mod transfer;

use wasm_bindgen::JsCast as _;
use web_sys::{Document, Element, HtmlElement, Window};

/// The window. The page only ever runs in one.
pub fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// Milliseconds since the page was opened.
pub fn now_ms() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// The first element that a selector finds.
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// Whether a media query holds, for example `(prefers-reduced-motion: reduce)`.
pub fn media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Sets one style property of an element through the CSSOM, which the Content-Security-Policy allows.
pub fn set_style(element: &Element, property: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // An unknown property is ignored by every browser.
        let _ = element.style().set_property(property, value);
    }
}

/// A percentage as a style wants it, to a thousandth; what is below 0 is 0.
pub fn percent(value: f64) -> String {
    let thousandths = (value * 1_000.0).round() as u64;
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

/// Scrolls an element to the middle of what is seen, and gives the keyboard to its first control.
pub fn reveal(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Center);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    let control = element
        .query_selector("input, select, textarea, button")
        .ok()
        .flatten();
    if let Some(control) = control.as_ref().and_then(|c| c.dyn_ref::<HtmlElement>()) {
        // A control that cannot take the focus leaves it where it was.
        let _ = control.focus();
    }
}

/// The fragment of the address, `#` included; empty if there is none.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// The address without its fragment.
pub fn address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// Replaces the fragment without a new entry in the history and without loading anything.
pub fn replace_fragment(fragment: &str) {
    if let Ok(history) = window().history() {
        // A browser that refuses (a page opened from a file) leaves the address as it is.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(fragment));
    }
}

/// The first file of a drop on the page.
pub fn dropped_file(event: &web_sys::Event) -> Option<web_sys::File> {
    let event: &web_sys::DragEvent = event.dyn_ref()?;
    event.data_transfer()?.files()?.get(0)
}
