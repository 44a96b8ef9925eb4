//! Rows that stand still under a hand: while a slider is dragged, the notes below all fields keep their height, so that no
//! slider moves under the pointer.

use std::cell::RefCell;

use web_sys::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement, PointerEvent};
use yew::prelude::*;

use super::hooks::use_event;
use crate::browser::{set_style, window};

/// Keeps the rows of a form still from when a slider in it is taken until the hand lets go. What it returns listens for
/// `pointerdown` on the form.
#[hook]
pub(super) fn use_still_rows(form: &NodeRef) -> Callback<PointerEvent> {
    let held = use_mut_ref(Vec::<Element>::new);
    let (lifted, cancelled) = (held.clone(), held.clone());
    use_event(&window(), "pointerup", move |_| let_go(&lifted));
    use_event(&window(), "pointercancel", move |_| let_go(&cancelled));
    let form = form.clone();
    Callback::from(move |event: PointerEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        if input.is_none_or(|input| input.type_() != "range") {
            return;
        }
        let Some(form) = form.cast::<Element>() else {
            return;
        };
        let notes = notes_of(&form);
        // All are measured before one is changed.
        let heights: Vec<i32> = notes.iter().map(|notes| height_of(notes)).collect();
        for (notes, height) in notes.iter().zip(heights) {
            set_style(notes, "height", &format!("{height}px"));
            set_style(notes, "overflow", "hidden");
        }
        held.replace(notes);
    })
}

fn let_go(held: &RefCell<Vec<Element>>) {
    for notes in held.take() {
        set_style(&notes, "height", "");
        set_style(&notes, "overflow", "");
    }
}

fn notes_of(form: &Element) -> Vec<Element> {
    let found = form.get_elements_by_class_name("knob__notes");
    (0..found.length())
        .filter_map(|index| found.item(index))
        .collect()
}

fn height_of(element: &Element) -> i32 {
    element
        .dyn_ref::<HtmlElement>()
        .map_or(0, HtmlElement::offset_height)
}
