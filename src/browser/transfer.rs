//! Text that comes in or goes out: the clipboard, files. Nothing is sent anywhere.

use js_sys::{Promise, encode_uri_component};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, HtmlElement};

use super::{document, window};

/// Copies a text; the callback learns whether it worked.
pub fn copy(text: &str, done: impl Fn(bool) + Clone + 'static) {
    let navigator = window().navigator();
    // Without a secure context there is no clipboard at all.
    let clipboard: JsValue = navigator.clipboard().into();
    if clipboard.is_undefined() {
        done(false);
        return;
    }
    let failed = done.clone();
    settle(
        &navigator.clipboard().write_text(text),
        move |_| done(true),
        move |_| failed(false),
    );
}

/// Offers a text as a file to save.
pub fn save(name: &str, text: &str) {
    let element = document().create_element("a");
    let Ok(link) = element.map(JsCast::unchecked_into::<HtmlElement>) else {
        return;
    };
    let address = String::from(encode_uri_component(text));
    let address = format!("data:application/json;charset=utf-8,{address}");
    // An anchor without an address saves nothing, which is all that can go wrong.
    let _ = link.set_attribute("href", &address);
    let _ = link.set_attribute("download", name);
    link.click();
}

/// Longer files are not read, in bytes.
const FILE_MAX: u64 = 4_194_304;

/// Reads a file as text. One that is too long or no text says so instead.
pub fn read(file: File, done: impl FnOnce(Result<String, String>) + 'static) {
    let file = gloo_file::File::from(file);
    if file.size() > FILE_MAX {
        done(Err(
            "This file is longer than 4 MB and is not read.".to_owned()
        ));
        return;
    }
    wasm_bindgen_futures::spawn_local(async move {
        let text = gloo_file::futures::read_as_text(&file).await;
        done(text.map_err(|_| "This file cannot be read: it is not a text.".to_owned()));
    });
}

/// Calls one of two functions when a promise settles.
fn settle(
    promise: &Promise,
    kept: impl FnOnce(JsValue) + 'static,
    broken: impl FnOnce(JsValue) + 'static,
) {
    let kept = Closure::once(kept);
    let broken = Closure::once(broken);
    let _ = promise.then2(&kept, &broken);
    // The promise calls one of them once and frees it; the other is a few bytes.
    kept.forget();
    broken.forget();
}
