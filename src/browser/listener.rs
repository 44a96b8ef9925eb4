//! Event listeners that are removed when dropped.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

/// A listener on something that outlives a component, such as the window.
pub struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens until dropped.
    pub fn new(
        target: &EventTarget,
        kind: &'static str,
        listen: impl FnMut(Event) + 'static,
    ) -> Self {
        let closure = Closure::new(listen);
        // Adding a listener fails only for a target that does not exist.
        let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
        Self {
            target: target.clone(),
            kind,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        // The listener was added, so it can be removed.
        let _ = self
            .target
            .remove_event_listener_with_callback(self.kind, callback);
    }
}
