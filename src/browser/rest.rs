//! The part of the program that the page fetches once it runs: what is not needed to start and to play.
//!
//! `script/build` cuts the program in two. A call into the part that has not arrived waits for it; where nothing was
//! cut, nothing happens.

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Loads the rest, in the background or, with `wait`, before it returns. The stubs in the first part call it, too.
    /// It is the page's own (`start.js`); under a test there is none, which is the error.
    #[wasm_bindgen(js_name = loadRest, catch)]
    pub fn load(wait: bool) -> Result<(), JsValue>;

    #[wasm_bindgen(js_name = restIsHere, catch)]
    fn rest_is_here() -> Result<bool, JsValue>;
}

/// The event of the window that tells that the rest has arrived.
pub const ARRIVED: &str = "rest";

/// Whether the rest has arrived, so that calling it need not wait.
pub fn is_here() -> bool {
    // Under a test nothing was cut.
    rest_is_here().unwrap_or(true)
}
