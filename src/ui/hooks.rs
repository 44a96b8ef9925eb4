//! Hooks over the browser: events of the window, media queries, a size that changes.

use gloo_events::{EventListener, EventListenerOptions};
use web_sys::{Element, Event, EventTarget};
use yew::prelude::*;

use crate::browser::media;
use crate::browser::observer::Resizing;
use crate::browser::window;

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

/// The width of an element in CSS pixels, now and when it changes; 0 before it is there.
#[hook]
pub(super) fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| 0);
    let setter = width.setter();
    use_effect_with(node.clone(), move |node| {
        let element = node.cast::<Element>();
        let resizing = element.and_then(|element| {
            setter.set(element.client_width());
            let measured = element.clone();
            Resizing::new(&[element], move || setter.set(measured.client_width()))
        });
        move || drop(resizing)
    });
    f64::from(*width)
}
