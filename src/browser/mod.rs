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

/// The size of an element's text in CSS pixels.
pub fn text_size(element: &Element) -> f64 {
    let style = window().get_computed_style(element).ok().flatten();
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    size.and_then(|size| size.trim_end_matches("px").parse().ok())
        .unwrap_or(12.0)
}

/// Where a box so wide stands beside an element, as a style: below it, or above it in the lower half of the window, and
/// inside the window.
pub fn beside(element: &Element, width: f64) -> String {
    const GAP: f64 = 6.0;
    let side = |side: Result<wasm_bindgen::JsValue, _>| side.ok().and_then(|side| side.as_f64());
    let room = side(window().inner_width()).unwrap_or(width);
    let height = side(window().inner_height()).unwrap_or(0.0);
    let place = element.get_bounding_client_rect();
    let left = place.left().min(room - width - GAP).max(GAP);
    if place.top() < height / 2.0 {
        format!("left:{left:.0}px;top:{:.0}px", place.bottom() + GAP)
    } else {
        format!(
            "left:{left:.0}px;bottom:{:.0}px",
            height - place.top() + GAP
        )
    }
}

/// A percentage as a style wants it, to a thousandth; what is below 0 is 0.
pub fn percent(value: f64) -> String {
    let thousandths = (value * 1_000.0).round() as u64;
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

/// Scrolls an element into view, no further than is needed, and gives the keyboard to its first field.
pub fn bring_near(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
    let field = element
        .query_selector("input, select, textarea")
        .ok()
        .flatten();
    if let Some(field) = field
        .as_ref()
        .and_then(|field| field.dyn_ref::<HtmlElement>())
    {
        // A field that cannot take the focus leaves it where it was.
        let _ = field.focus();
    }
}

/// Scrolls a container so that an element of it stands in its middle, if it is out of its view; nothing else moves.
pub fn scroll_within(container: &Element, element: &Element) {
    let (frame, target) = (
        container.get_bounding_client_rect(),
        element.get_bounding_client_rect(),
    );
    let is_seen = frame.top() <= target.top() && target.bottom() <= frame.bottom();
    if !is_seen {
        let middle = target.top() - frame.top() - (frame.height() - target.height()) / 2.0;
        container.set_scroll_top(container.scroll_top() + middle as i32);
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
