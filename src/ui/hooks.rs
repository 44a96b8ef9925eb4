//! Hooks over the browser: events of the window, media queries, a size that changes.

use gloo_events::{EventListener, EventListenerOptions};
use web_sys::{Element, Event, EventTarget};
use yew::prelude::*;

use crate::browser::media;
use crate::browser::observer::Resizing;
use crate::browser::{text_size, window};

/// Listens to something that outlives the component. What is called is always the newest closure.
#[hook]
pub(super) fn use_event(
    target: &EventTarget,
    kind: &'static str,
    listen: impl Fn(&Event) + 'static,
) {
    let newest = use_mut_ref(|| None::<std::rc::Rc<dyn Fn(&Event)>>);
    *newest.borrow_mut() = Some(std::rc::Rc::new(listen));
    let target = target.clone();
    use_effect_with((), move |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&target, kind, options, move |event| {
            let listen = newest.borrow().clone();
            if let Some(listen) = listen {
                listen(event);
            }
        });
        move || drop(listener)
    });
}

/// Whether a media query holds, now and when it changes.
#[hook]
pub(super) fn use_media(query: &'static str) -> bool {
    let holds = use_state_eq(|| media(query));
    let setter = holds.setter();
    use_effect_with((), move |()| {
        let list = window().match_media(query).ok().flatten();
        let listener =
            list.map(|list| EventListener::new(&list, "change", move |_| setter.set(media(query))));
        move || drop(listener)
    });
    *holds
}

/// How large an element is and its text, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    /// Its width, without borders; 0 before it is there.
    pub width: f64,
    /// Its height, without borders.
    pub height: f64,
    /// The size of its text.
    pub text: f64,
}

/// The size of an element, now and when it changes.
#[hook]
pub(super) fn use_size(node: &NodeRef) -> Size {
    let size = use_state_eq(Size::default);
    let setter = size.setter();
    use_effect_with(node.clone(), move |node| {
        let element = node.cast::<Element>();
        let resizing = element.and_then(|element| {
            setter.set(size_of(&element));
            let measured = element.clone();
            Resizing::new(&[element], move || setter.set(size_of(&measured)))
        });
        move || drop(resizing)
    });
    *size
}

fn size_of(element: &Element) -> Size {
    Size {
        width: f64::from(element.client_width()),
        height: f64::from(element.client_height()),
        text: text_size(element),
    }
}
