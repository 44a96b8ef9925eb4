//! The help: what the page is in a few sentences, and its keys.

use super::markup::Markup;
use super::modal::{modal_end, modal_view};
use crate::page::keys::HELP;

/// The help dialog.
pub(super) fn help_view(m: &mut Markup) {
    modal_view(m, "help", "How to play");
    m.put(
        "<p>Orders flow into a stream, drift to the right as they age, and are handled by a function. \
         Send one the function cannot handle, and see what a day later comes of it. \
         Then change a setting: the whole run is computed again while you drag.</p>\
         <p>You cannot break anything. Reset brings the opening scenario back; every change can be undone.</p>\
         <table class=keys><tbody>",
        &[],
    );
    for (keys, what) in HELP {
        m.put("<tr><th scope=row>", &[]);
        for key in *keys {
            m.put("<kbd>{}</kbd>", &[key]);
        }
        m.put("</th><td>{}</td></tr>", &[what]);
    }
    m.put(
        "</tbody></table><p class=muted>Figures marked ≈ rest on an assumption, because AWS does not document them. \
         Everything runs in this browser; nothing is sent anywhere.</p>",
        &[],
    );
    modal_end(m);
}
