//! What the page itself remembers: open dialogs, the palette, notices. Nothing of the run.

use std::rc::Rc;

use yew::prelude::*;

use crate::scenario::knobs::Knob;
use crate::scenario::link::Palette;

use super::player::Player;

/// A dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The link to this moment.
    Share,
    /// Taking over settings from AWS, a file or a link.
    Import,
    /// Keys, and what the page is.
    Help,
}

/// What the page remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    /// The open dialog.
    pub dialog: Option<Dialog>,
    /// A palette somebody chose; otherwise the system's.
    pub palette: Option<Palette>,
    /// Whether the form shows every setting.
    pub all_settings: bool,
    /// The knob somebody was sent to, and how often anybody was, so that the same can be shown twice.
    pub revealed: Option<(Knob, u32)>,
    /// Plain sentences that stay until they are dismissed.
    pub notices: Vec<String>,
    /// A sentence that goes away by itself.
    pub told: Option<String>,
    /// A text that was dropped on the page, for the import dialog.
    pub dropped: Option<Rc<str>>,
    /// Counts requests to find a setting.
    pub finding: u32,
    /// Parts of the page that a link hides.
    pub hidden: Vec<String>,
}

/// What changes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// Opens a dialog.
    Open(Dialog),
    /// Closes it.
    Close,
    /// Opens the import dialog on a text.
    Take(Rc<str>),
    /// Chooses a palette; `None` follows the system.
    Palette(Option<Palette>),
    /// The next palette.
    NextPalette,
    /// Shows every setting, or the first few.
    AllSettings(bool),
    /// The other of the two.
    ToggleAllSettings,
    /// Sends somebody to a knob.
    Reveal(Knob),
    /// Sends somebody to the box that finds a knob.
    Find,
    /// Tells something.
    Notify(Vec<String>),
    /// Tells something in passing.
    Tell(String),
    /// It has been there long enough.
    Forget,
    /// Dismisses what was told.
    Dismiss,
    /// Hides parts of the page.
    Hide(Vec<String>),
}

impl Reducible for Desk {
    type Action = Turn;

    fn reduce(self: Rc<Self>, turn: Turn) -> Rc<Self> {
        let mut desk = (*self).clone();
        match turn {
            Turn::Open(dialog) => desk.dialog = Some(dialog),
            Turn::Close => {
                desk.dialog = None;
                desk.dropped = None;
            }
            Turn::Take(text) => {
                desk.dropped = Some(text);
                desk.dialog = Some(Dialog::Import);
            }
            Turn::Palette(palette) => desk.palette = palette,
            Turn::NextPalette => {
                desk.palette = match desk.palette {
                    None => Some(Palette::Light),
                    Some(Palette::Light) => Some(Palette::Dark),
                    Some(Palette::Dark) => Some(Palette::Projector),
                    Some(Palette::Projector) => None,
                }
            }
            Turn::AllSettings(all) => desk.all_settings = all,
            Turn::ToggleAllSettings => desk.all_settings = !desk.all_settings,
            Turn::Reveal(knob) => {
                desk.all_settings |= !knob.spec().first_view;
                desk.revealed = Some((knob, desk.revealed.map_or(0, |(_, n)| n + 1)));
            }
            Turn::Find => desk.finding += 1,
            Turn::Notify(texts) => {
                for text in texts {
                    if !desk.notices.contains(&text) {
                        desk.notices.push(text);
                    }
                }
            }
            Turn::Tell(text) => desk.told = Some(text),
            Turn::Forget => desk.told = None,
            Turn::Dismiss => {
                desk.notices.clear();
                desk.told = None;
            }
            Turn::Hide(parts) => desk.hidden = parts,
        }
        Rc::new(desk)
    }
}

/// What every component may use: the player, and turns of the desk. Never changes while the page lives.
#[derive(Clone, PartialEq)]
pub struct Tools {
    /// The run.
    pub player: Player,
    /// Changes the desk.
    pub turn: UseReducerDispatcher<Desk>,
}

/// The tools of the page this component is part of.
#[hook]
pub fn use_tools() -> Tools {
    use_context().expect("every component is part of the page")
}
