//! A small box that opens beside what asked for it. Escape or a touch elsewhere closes it.

use web_sys::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, Node};
use yew::prelude::*;

use super::hooks::use_event;
use crate::browser::document;

/// What a popover is given.
#[derive(Properties, PartialEq)]
pub(super) struct PopoverProps {
    /// Names it for what opens it.
    pub id: String,
    /// Its name for those who do not see it.
    pub label: String,
    /// Where it stands, in classes and in a style.
    #[prop_or_default]
    pub class: Classes,
    /// The same as a style.
    #[prop_or_default]
    pub style: String,
    /// Wants to be closed.
    pub on_close: Callback<()>,
    /// What it holds.
    pub children: Html,
}

/// The popover. Its parent element holds what opens it as well, and is not elsewhere.
#[component]
pub(super) fn Popover(props: &PopoverProps) -> Html {
    let node = use_node_ref();
    let opener = use_mut_ref(|| None::<HtmlElement>);
    {
        let opener = opener.clone();
        use_effect_with(node.clone(), move |node| {
            let focused = document().active_element();
            *opener.borrow_mut() = focused.and_then(|element| element.dyn_into().ok());
            let first = node.cast::<Element>().and_then(|element| {
                let first = element.query_selector("button, a[href]").ok().flatten();
                first?.dyn_into::<HtmlElement>().ok()
            });
            if let Some(first) = first {
                // An element that cannot take the focus leaves it where it was.
                let _ = first.focus();
            }
        });
    }
    let is_outside = {
        let node = node.clone();
        move |other: Option<Node>| {
            let around = node.cast::<Element>().and_then(|el| el.parent_element());
            around.is_none_or(|around| !around.contains(other.as_ref()))
        }
    };
    {
        let (is_outside, on_close) = (is_outside.clone(), props.on_close.clone());
        use_event(&document(), "pointerdown", move |event| {
            if is_outside(event.target().and_then(|target| target.dyn_into().ok())) {
                on_close.emit(());
            }
        });
    }
    let onfocusout = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target();
            if to.is_some() && is_outside(to.and_then(|target| target.dyn_into().ok())) {
                on_close.emit(());
            }
        })
    };
    let onkeydown = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                event.stop_propagation();
                if let Some(opener) = opener.borrow().as_ref() {
                    let _ = opener.focus();
                }
                on_close.emit(());
            }
        })
    };
    html! {
        <div ref={node} id={props.id.clone()} class={classes!("popover", props.class.clone())} role="group"
            aria-label={props.label.clone()} ~style={props.style.clone()} {onfocusout} {onkeydown}>
            { props.children.clone() }
        </div>
    }
}
