//! The header: what this is, sharing, help, palette.

use super::desk::{Dialog, Turn};
use super::markup::{Act, Markup};
use crate::scenario::link::Palette;

/// The header, with the palette somebody chose.
pub(super) fn header_view(m: &mut Markup, palette: Option<Palette>) {
    m.put(
        "<header class=top><h1>Overflowing Sink</h1>\
         <p class=top__line>One bad record, one blocked shard, one day later</p>\
         <nav class=top__tools aria-label=Tools>\
         <button type=button id=palette class=quiet title='Light, dark, projector (D)'>",
        &[],
    );
    m.on_click(Act::Turn(Turn::NextPalette));
    m.put(
        "<span aria-hidden=true>◐ </span><span class=sr>Palette: </span><span class=wide>{}</span></button>\
         <button type=button id=import class=quiet title='Take over your own settings (I)'>",
        &[palette.map_or("auto", Palette::name)],
    );
    m.on_click(Act::Turn(Turn::Open(Dialog::Import)));
    m.put("Import</button><button type=button id=help-open class=quiet aria-label=Help title='Help (?)'>", &[]);
    m.on_click(Act::Turn(Turn::Open(Dialog::Help)));
    m.put(
        "?</button><button type=button id=share class=solid title='Share (S)'>",
        &[],
    );
    m.on_click(Act::Turn(Turn::Open(Dialog::Share)));
    m.put(
        "Share<span class=wide> this moment</span></button></nav></header>",
        &[],
    );
}
