//! The share dialog: the link holds everything.

use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

use super::desk::{Desk, Tools, Turn};
use super::markup::{Act, Markup, input, only};
use super::modal::{modal_end, modal_view};
use crate::browser::{address, find, replace_fragment, transfer};
use crate::page::caption::count;
use crate::scenario::file::to_json;
use crate::scenario::link::{Palette, Shared, caveat, to_link};
use crate::session::words::clock;

/// What is shared now, and the link to it.
fn link_to(desk: &Desk) -> Option<(Shared, String)> {
    let mut shared = desk.shared.as_deref()?.clone();
    shared.palette = desk.palette.filter(|_| desk.with_palette);
    let fragment = to_link(&shared);
    Some((shared, fragment))
}

/// Puts the link that is offered into the address as well.
pub(super) fn put_into_address(desk: &Desk) {
    if let Some((_, fragment)) = link_to(desk) {
        replace_fragment(&fragment);
    }
}

/// The dialog.
pub(super) fn share_view(m: &mut Markup, desk: &Desk) {
    let Some((shared, fragment)) = link_to(desk) else {
        return;
    };
    let link = [address(), fragment].concat();
    let at = shared
        .moment
        .map_or_else(String::new, |at| [" (", &clock(at), ")"].concat());
    modal_view(m, "share-dialog", "Share this moment");
    m.put(
        "<p>The link holds everything: every setting, every flag, the seed and the moment{}. \
         Whoever opens it sees the same run, to the last record.</p>\
         <label class=sr for=share-link>The link</label>\
         <input type=text id=share-link class=field readonly=readonly value={}>",
        &[&at, &link],
    );
    m.on("focus", Act::Look(|_, event| input(event).select()));
    m.put("</input><div class=modal__row><button type=button id=copy class=solid autofocus=autofocus>", &[]);
    m.on_click(Act::Look(|tools, _| copy(tools)));
    let said = match desk.copied {
        Some(true) => "Copied ✓",
        Some(false) => "The browser does not allow copying here; select the text instead.",
        None => "",
    };
    m.put(
        "Copy the link</button><span role=status>{}</span><span class=muted>{} characters</span></div><>",
        &[said, &count(link.len() as u64)],
    );
    if let Some(palette) = desk.palette {
        palette_view(m, palette, desk.with_palette);
    }
    m.put("</><>", &[]);
    if let Some(text) = caveat(&shared, &link) {
        m.put(
            "<p class=knob__problem>{} <button type=button id=save class=quiet>",
            &[&text],
        );
        m.on_click(Act::Look(|tools, _| {
            transfer::save("overflowing-sink.json", &to_json(&tools.player.scenario()));
        }));
        m.put("Save the scenario file</button></p>", &[]);
    }
    m.put(
        "</><p class=muted>Nothing is uploaded: what follows the # never leaves the browser, neither yours nor theirs.</p>",
        &[],
    );
    modal_end(m);
}

fn palette_view(m: &mut Markup, palette: Palette, with: bool) {
    m.put(
        "<label class=check><input type=checkbox checked={}>",
        &[only(with, "checked")],
    );
    m.on("change", Act::Turn(Turn::WithPalette(!with)));
    m.put(
        "</input> open it in the {} palette</label>",
        &[palette.name()],
    );
}

/// Copies the link that the dialog shows.
fn copy(tools: &Tools) {
    if let Some(field) = find("#share-link") {
        let link = field.unchecked_into::<HtmlInputElement>().value();
        let tools = tools.clone();
        transfer::copy(&link, move |done| tools.turn(Turn::Copied(done)));
    }
}
