//! What the page remembers besides its worlds: the open dialog and drawer, the palette, notices. Nothing of a run.

use std::rc::Rc;

use yew::prelude::*;

use crate::page::guesses::Guesses;
use crate::scenario::knobs::Knob;
use crate::scenario::link::Palette;

/// A dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The link to this moment.
    Share,
    /// Taking over settings from AWS, a file or a link; with a text that is there already.
    Import(Rc<str>),
    /// Keys, and what the page is.
    Help,
    /// The five back-off policies, compared.
    Lab,
}

/// What stands beside or below the picture, a click away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// Every setting.
    Settings,
    /// Where every record is.
    Ledger,
    /// What CloudWatch shows.
    CloudWatch,
    /// What producer and function print.
    Logs,
    /// What it costs.
    Bill,
}

impl Drawer {
    /// In the order of their tabs.
    pub const ALL: [Self; 5] = [
        Self::Settings,
        Self::Ledger,
        Self::CloudWatch,
        Self::Logs,
        Self::Bill,
    ];

    /// Its tab's words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::Ledger => "Ledger",
            Self::CloudWatch => "CloudWatch",
            Self::Logs => "Logs",
            Self::Bill => "Bill",
        }
    }
}

/// Where somebody is sent after the next rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The field of a knob in the settings.
    Knob(Knob),
    /// The box that finds a setting.
    Find,
}

/// What the page remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The open dialog.
    pub dialog: Option<Dialog>,
    /// The open drawer.
    pub drawer: Option<Drawer>,
    /// Where to send somebody, and how often that was asked for, so that each time counts.
    pub destination: Option<(Destination, u32)>,
    /// A palette somebody chose; otherwise the system's.
    pub palette: Option<Palette>,
    /// Plain sentences that stay until they are dismissed.
    pub notices: Vec<String>,
    /// A sentence that goes away by itself, and its number.
    pub told: Option<(String, u32)>,
    /// Parts of the page that a link hides.
    pub hidden: Vec<String>,
    /// Whether single letters are shortcuts (they can be switched off, WCAG 2.1.4).
    pub letters_off: bool,
    /// What an import had to guess.
    pub guesses: Rc<Guesses>,
}

/// What changes it.
#[derive(Clone, Debug)]
pub enum Turn {
    /// Opens a dialog.
    Open(Dialog),
    /// Closes it.
    Close,
    /// Opens a drawer, or closes the one that is open.
    Pull(Drawer),
    /// Closes the drawer.
    Shut,
    /// Sends somebody to a setting or to the box that finds one; the drawer opens for it.
    Go(Destination),
    /// Chooses a palette; `None` follows the system.
    Palette(Option<Palette>),
    /// The next palette.
    NextPalette,
    /// Tells something that stays until it is dismissed.
    Notify(Vec<String>),
    /// Tells something in passing.
    Tell(String),
    /// The passing message with this number has been there long enough.
    Forget(u32),
    /// Dismisses what was told.
    Dismiss,
    /// Hides parts of the page.
    Hide(Vec<String>),
    /// Switches single-letter shortcuts on or off.
    Letters(bool),
    /// Marks what an import had to guess.
    Guess(Rc<Guesses>),
    /// A guessed setting is right as it is.
    Confirm(Knob),
}

impl Reducible for Page {
    type Action = Turn;

    fn reduce(self: Rc<Self>, turn: Turn) -> Rc<Self> {
        let mut page = Self::clone(&self);
        match turn {
            Turn::Open(dialog) => page.dialog = Some(dialog),
            Turn::Close => page.dialog = None,
            Turn::Pull(drawer) => {
                page.drawer = (page.drawer != Some(drawer)).then_some(drawer);
                page.destination = None;
            }
            Turn::Shut => {
                page.drawer = None;
                page.destination = None;
            }
            Turn::Go(destination) => {
                let times = page.destination.map_or(0, |(_, times)| times);
                page.drawer = Some(Drawer::Settings);
                page.destination = Some((destination, times + 1));
            }
            Turn::Palette(palette) => page.palette = palette,
            Turn::NextPalette => {
                page.palette = match page.palette {
                    None => Some(Palette::Light),
                    Some(Palette::Light) => Some(Palette::Dark),
                    Some(Palette::Dark) => Some(Palette::Projector),
                    Some(Palette::Projector) => None,
                }
            }
            Turn::Notify(texts) => {
                for text in texts {
                    if !page.notices.contains(&text) {
                        page.notices.push(text);
                    }
                }
            }
            Turn::Tell(text) => {
                let number = page.told.as_ref().map_or(0, |(_, number)| number + 1);
                page.told = Some((text, number));
            }
            Turn::Forget(number) => page.told = page.told.filter(|(_, told)| *told != number),
            Turn::Dismiss => {
                page.notices.clear();
                page.told = None;
            }
            Turn::Hide(parts) => page.hidden = parts,
            Turn::Letters(on) => page.letters_off = !on,
            Turn::Guess(guesses) => page.guesses = guesses,
            Turn::Confirm(knob) => page.guesses = Rc::new(page.guesses.without(knob)),
        }
        if page == *self { self } else { Rc::new(page) }
    }
}

/// What an import had to guess, anywhere on the page.
#[hook]
pub fn use_guesses() -> Rc<Guesses> {
    use_context().unwrap_or_default()
}

/// Turns the page. Never changes while the page lives, so that whoever has it need not render again.
pub type Turner = UseReducerDispatcher<Page>;

/// What turns the page, anywhere on it.
#[hook]
pub fn use_turner() -> Turner {
    use_context().expect("the App is around every component")
}
