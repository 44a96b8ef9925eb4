//! Animation frames: asked for only while somebody wants the next one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

use super::window;

/// Calls back once a frame while the callback says so. Dropping it cancels the frame asked for.
/// It must not be dropped inside its own callback.
pub struct Animation {
    shared: Rc<Shared>,
}

type FrameCallback = Closure<dyn FnMut(f64)>;

struct Shared {
    asked: Cell<Option<i32>>,
    closure: RefCell<Option<FrameCallback>>,
}

impl Animation {
    /// Sleeps until [`Self::wake`]. The callback gets the frame's time in milliseconds and says whether it wants another.
    pub fn new(mut on_frame: impl FnMut(f64) -> bool + 'static) -> Self {
        let shared = Rc::new(Shared {
            asked: Cell::new(None),
            closure: RefCell::new(None),
        });
        let weak = Rc::downgrade(&shared);
        let closure = Closure::new(move |now: f64| {
            let Some(shared) = weak.upgrade() else { return };
            shared.asked.set(None);
            if on_frame(now) {
                shared.ask();
            }
        });
        shared.closure.replace(Some(closure));
        Self { shared }
    }

    /// Asks for a frame, unless one is asked for already.
    pub fn wake(&self) {
        self.shared.ask();
    }

    /// Whether a frame is asked for.
    pub fn is_awake(&self) -> bool {
        self.shared.asked.get().is_some()
    }
}

impl Shared {
    fn ask(&self) {
        if self.asked.get().is_some() {
            return;
        }
        if let Some(closure) = self.closure.borrow().as_ref() {
            let callback = closure.as_ref().unchecked_ref();
            self.asked
                .set(window().request_animation_frame(callback).ok());
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(asked) = self.asked.get() {
            // A frame that has just run cannot be cancelled and need not be.
            let _ = window().cancel_animation_frame(asked);
        }
    }
}
