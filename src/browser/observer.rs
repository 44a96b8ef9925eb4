//! Whether an element can be seen, and when its size changes.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry, ResizeObserver};

/// Tells when elements come into view or leave it.
pub struct Visibility {
    observer: IntersectionObserver,
    _closure: Closure<dyn FnMut(js_sys::Array)>,
}

impl Visibility {
    /// Watches until dropped; the callback gets each element and whether some of it can be seen now.
    pub fn new(
        elements: &[Element],
        mut on_change: impl FnMut(Element, bool) + 'static,
    ) -> Option<Self> {
        let closure = Closure::new(move |entries: js_sys::Array| {
            for entry in entries.iter() {
                let entry: IntersectionObserverEntry = entry.unchecked_into();
                on_change(entry.target(), entry.is_intersecting());
            }
        });
        let observer = IntersectionObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        for element in elements {
            observer.observe(element);
        }
        Some(Self {
            observer,
            _closure: closure,
        })
    }
}

impl Drop for Visibility {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Tells when an element's size changes.
pub struct Resizing {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut()>,
}

impl Resizing {
    /// Watches until dropped.
    pub fn new(elements: &[Element], on_change: impl FnMut() + 'static) -> Option<Self> {
        let closure = Closure::new(on_change);
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        for element in elements {
            observer.observe(element);
        }
        Some(Self {
            observer,
            _closure: closure,
        })
    }
}

impl Drop for Resizing {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
