//! Opening a link on the page: its run, its looks, and what is to be said about it.

use super::conductor::Conductor;
use super::page::{Turn, Turner};
use crate::engine::EDITION;
use crate::scenario::link::Shared;
use crate::scenario::notice::Notice;

/// The parts of the page that a link hides; inside another page the frame is hidden as well.
pub(super) fn hidden(shared: &Shared) -> Vec<String> {
    let mut hidden = shared.hide.clone();
    if shared.embed {
        hidden.extend(["header".to_owned(), "footer".to_owned()]);
    }
    hidden
}

/// What is to be said about a link: what of it was not understood, and whether it is from another edition.
pub(super) fn texts(shared: &Shared, notices: Vec<Notice>) -> Vec<String> {
    let mut texts: Vec<String> = notices.into_iter().map(|notice| notice.text).collect();
    if let Some(edition) = shared.edition.filter(|&edition| edition != EDITION) {
        texts.push(format!(
            "This link was made with edition {edition} of the model; this page runs edition {EDITION}. \
             The settings are the same, but the run may differ."
        ));
    }
    texts
}

/// Replaces the run and the looks by what a link carries.
pub(super) fn open(conductor: &Conductor, turner: &Turner, shared: &Shared, notices: Vec<String>) {
    if shared.palette.is_some() {
        turner.dispatch(Turn::Palette(shared.palette));
    }
    turner.dispatch(Turn::Hide(hidden(shared)));
    turner.dispatch(Turn::Dismiss);
    turner.dispatch(Turn::Notify(notices));
    conductor.world(0).load(shared);
}
