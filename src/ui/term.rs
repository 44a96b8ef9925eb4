//! A term that can be asked what it means, where it stands.

use std::cell::Cell;

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::browser::beside;
use crate::page::glossary;
use crate::page::glossary::text::{Piece, pieces};

/// The width of the box, in CSS pixels, as its style has it.
const WIDTH: f64 = 320.0;

thread_local! {
    /// Gives every term that stands on the page a name of its own.
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// What a term is given.
#[derive(Properties, PartialEq)]
pub(super) struct TermProps {
    /// Which one of the glossary's.
    pub id: &'static str,
    /// Its words here; without them, as the glossary has them.
    #[prop_or_default]
    pub words: Option<AttrValue>,
}

/// A term: a button that opens what it means. The browser closes it, on Escape or a touch elsewhere, and gives the
/// keyboard back.
#[component]
pub(super) fn Term(props: &TermProps) -> Html {
    let name = use_memo((), |()| {
        NEXT.with(|next| {
            next.set(next.get().wrapping_add(1));
            format!("term-{}", next.get())
        })
    });
    let place = use_state_eq(String::new);
    let Some(term) = glossary::find(props.id) else {
        return html! { <>{ props.words.clone() }</> };
    };
    let words = props.words.clone().unwrap_or(AttrValue::Static(term.name));
    let onclick = {
        let place = place.setter();
        Callback::from(move |event: MouseEvent| {
            // What is around a term may do something of its own when it is clicked.
            event.stop_propagation();
            let button: HtmlElement = event.target_unchecked_into();
            place.set(beside(&button, WIDTH));
        })
    };
    html! {
        <>
            <button type="button" class="term" popovertarget={(*name).clone()} {onclick}>{ words }</button>
            <span id={(*name).clone()} class="term__box" popover="auto" role="note" ~style={(*place).clone()}>
                // Filled once it was asked, so that a page full of terms stays small.
                if !place.is_empty() {
                    <b>{ term.name }</b>
                    <span>{ term.meaning }</span>
                    if let Some(page) = term.aws {
                        <a href={page.url} target="_blank" rel="noopener">{ page.title }<span class="sr">{ " (opens in a new tab)" }</span></a>
                    }
                }
            </span>
        </>
    }
}

/// A label that can be asked what it means, if the glossary has it.
pub(super) fn named(label: &'static str) -> Html {
    match glossary::named(label) {
        Some(term) => html! { <Term id={term.id} words={label} /> },
        None => html! { <>{ label }</> },
    }
}

/// A sentence whose terms can be asked what they mean.
pub(super) fn explained(text: &str) -> Html {
    let piece_view = |piece: Piece| match piece {
        Piece::Plain(words) => html! { <>{ words.to_owned() }</> },
        Piece::Term(term, words) => html! { <Term id={term.id} words={words.to_owned()} /> },
    };
    html! { <>{ for pieces(text).into_iter().map(piece_view) }</> }
}
