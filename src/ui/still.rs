//! Rows that stand still under a hand: while a slider is dragged, the notes below all fields keep their height, so that no
//! slider moves under the pointer.

use std::cell::RefCell;

use web_sys::{Element, HtmlInputElement, PointerEvent};
use yew::prelude::*;

use super::hooks::use_event;
use crate::browser::{set_style, window};

/// Keeps the rows of a world still from when a slider in it is taken until the hand lets go. What it returns listens for
/// `pointerdown` on the world.
#[hook]
pub(super) fn use_still_rows(world: &NodeRef) -> Callback<PointerEvent> {
    let held = use_mut_ref(Vec::<Element>::new);
    let (lifted, cancelled) = (held.clone(), held.clone());
    use_event(&window(), "pointerup", move |_| let_go(&lifted));
    use_event(&window(), "pointercancel", move |_| let_go(&cancelled));
    let world = world.clone();
    Callback::from(move |event: PointerEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        if input.is_none_or(|input| input.type_() != "range") {
            return;
        }
        let Some(world) = world.cast::<Element>() else {
            return;
        };
        let notes = notes_of(&world);
        // All are measured before one is changed.
        let heights: Vec<f64> = notes
            .iter()
            .map(|notes| notes.get_bounding_client_rect().height())
            .collect();
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

fn notes_of(world: &Element) -> Vec<Element> {
    let found = world.get_elements_by_class_name("knob__notes");
    (0..found.length())
        .filter_map(|index| found.item(index))
        .collect()
}
