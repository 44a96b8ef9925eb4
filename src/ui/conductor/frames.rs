//! Animation frames, asked for only while somebody wants the next one.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_render::{AnimationFrame, request_animation_frame};

/// Calls back once a frame while the callback says so. Dropping it cancels the frame asked for.
/// It must not be dropped inside its own callback.
pub(super) struct Frames(Rc<Shared>);

struct Shared {
    asked: RefCell<Option<AnimationFrame>>,
    on_frame: RefCell<Box<dyn FnMut(f64) -> bool>>,
}

impl Frames {
    /// Sleeps until [`Self::wake`]. The callback gets the frame's time in milliseconds and says whether it wants another.
    pub(super) fn new(on_frame: impl FnMut(f64) -> bool + 'static) -> Self {
        Self(Rc::new(Shared {
            asked: RefCell::new(None),
            on_frame: RefCell::new(Box::new(on_frame)),
        }))
    }

    /// Asks for a frame, unless one is asked for already.
    pub(super) fn wake(&self) {
        ask(&self.0);
    }

    /// Whether a frame is asked for.
    pub(super) fn is_awake(&self) -> bool {
        self.0.asked.borrow().is_some()
    }
}

fn ask(shared: &Rc<Shared>) {
    let mut asked = shared.asked.borrow_mut();
    if asked.is_some() {
        return;
    }
    let weak = Rc::downgrade(shared);
    *asked = Some(request_animation_frame(move |now| {
        let Some(shared) = weak.upgrade() else { return };
        // The frame that runs stays alive until it is over.
        let _running = shared.asked.borrow_mut().take();
        let goes_on = (shared.on_frame.borrow_mut())(now);
        if goes_on {
            ask(&shared);
        }
    }));
}
