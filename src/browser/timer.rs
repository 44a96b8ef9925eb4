//! One call, later.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use super::window;

/// Calls back once after so many milliseconds, unless it is dropped before.
pub struct Timer {
    id: Option<i32>,
    _closure: Closure<dyn FnMut()>,
}

impl Timer {
    /// Starts it.
    pub fn new(ms: i32, call: impl FnMut() + 'static) -> Self {
        let closure: Closure<dyn FnMut()> = Closure::new(call);
        let callback = closure.as_ref().unchecked_ref();
        let id = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(callback, ms)
            .ok();
        Self {
            id,
            _closure: closure,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            window().clear_timeout_with_handle(id);
        }
    }
}
