//! What the page itself remembers: open dialogs, the palette, notices. Nothing of the run.

use std::cell::Cell;
use std::rc::Rc;

use yew::html::Scope;

use super::app::App;
use super::find_box::hits;
use super::import::Found;
use super::lab;
use super::player::{Player, Snapshot};
use crate::engine::contention::Lab;
use crate::engine::time::SimTime;
use crate::scenario::knobs::Knob;
use crate::scenario::link::{Palette, Shared};

/// A dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The link to this moment.
    Share,
    /// Taking over settings from AWS, a file or a link.
    Import,
    /// Keys, and what the page is.
    Help,
    /// The five back-off policies, compared.
    Lab,
}

/// What the page remembers.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the page"
)]
pub struct Desk {
    /// The open dialog.
    pub dialog: Option<Dialog>,
    /// A palette somebody chose; otherwise the system's.
    pub palette: Option<Palette>,
    /// Whether the form shows every setting.
    pub all_settings: bool,
    /// The knob somebody is to be shown after the next rendering.
    pub revealed: Option<Knob>,
    /// Plain sentences that stay until they are dismissed.
    pub notices: Vec<String>,
    /// A sentence that goes away by itself.
    pub told: Option<String>,
    /// Parts of the page that a link hides.
    pub hidden: Vec<String>,
    /// Whether the settings are unfolded where there is little room.
    pub unfolded: bool,
    /// The knobs whose help is open.
    pub about: Vec<Knob>,
    /// What was typed for a knob and could not be taken as it is, and why.
    pub refused: Vec<(Knob, String)>,
    /// What is being looked for among the settings.
    pub query: String,
    /// What is being typed as the text of a knob, until it is taken.
    pub draft: Option<(Knob, String)>,
    /// Which of what was found is chosen.
    pub chosen: usize,
    /// What is to be said about what was set that way.
    pub answer: Option<String>,
    /// Whether the box that finds settings gets the keyboard after the next rendering.
    pub finding: bool,
    /// The time that is pointed at in the timeline.
    pub hover: Option<SimTime>,
    /// What the share dialog shares.
    pub shared: Option<Rc<Shared>>,
    /// Whether the palette is shared too.
    pub with_palette: bool,
    /// Whether copying worked, since the dialog was opened.
    pub copied: Option<bool>,
    /// The text in the import dialog.
    pub text: Rc<str>,
    /// What it turned out to be.
    pub(super) found: Rc<Found>,
    /// The contests of the open lab.
    pub lab: Option<Lab>,
}

/// What changes it, and what the page is told.
#[derive(Clone)]
pub enum Turn {
    /// The run was published.
    Show(Rc<Snapshot>),
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
    /// Shows every setting instead of the first few, or the other way round.
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
    /// Folds or unfolds the settings.
    Fold,
    /// Opens or closes the help of a knob.
    About(Knob),
    /// Says why a text was not taken as it is, or that it was.
    Refuse(Knob, Option<String>),
    /// What is being typed as the text of a knob, or that it was taken.
    Draft(Option<(Knob, String)>),
    /// Looks for a setting.
    Query(String),
    /// Chooses the next of what was found.
    NextHit,
    /// Chooses the one before.
    PreviousHit,
    /// Takes one of what was found, or the chosen one.
    TakeHit(Option<usize>),
    /// Points at a time.
    Hover(Option<SimTime>),
    /// Shares the palette too, or not.
    WithPalette(bool),
    /// Whether copying worked.
    Copied(bool),
    /// A text to import.
    Text(Rc<str>),
    /// Which mapping of it.
    Choose(usize),
    /// Takes over what was found in it.
    Apply,
    /// Begins contests of so many clients with a seed.
    Contend(u32, u64),
    /// Runs some more of them.
    Contest,
}

impl Desk {
    /// Turns the desk. What concerns the run as well is the page's to do.
    pub(super) fn turn(&mut self, turn: Turn) {
        match turn {
            Turn::Open(dialog) => {
                self.close();
                self.dialog = Some(dialog);
                if dialog == Dialog::Lab {
                    self.lab = Some(Lab::new(lab::CLIENTS, 1));
                }
            }
            Turn::Close => self.close(),
            Turn::Palette(palette) => self.palette = palette,
            Turn::NextPalette => {
                self.palette = match self.palette {
                    None => Some(Palette::Light),
                    Some(Palette::Light) => Some(Palette::Dark),
                    Some(Palette::Dark) => Some(Palette::Projector),
                    Some(Palette::Projector) => None,
                }
            }
            Turn::ToggleAllSettings => self.all_settings = !self.all_settings,
            Turn::Reveal(knob) => {
                self.all_settings |= !knob.spec().first_view;
                self.unfolded = true;
                self.revealed = Some(knob);
            }
            Turn::Find => self.finding = true,
            Turn::Notify(texts) => {
                for text in texts {
                    if !self.notices.contains(&text) {
                        self.notices.push(text);
                    }
                }
            }
            Turn::Tell(text) => self.told = Some(text),
            Turn::Forget => self.told = None,
            Turn::Dismiss => {
                self.notices.clear();
                self.told = None;
            }
            Turn::Hide(parts) => self.hidden = parts,
            Turn::Fold => self.unfolded = !self.unfolded,
            Turn::WithPalette(with) => self.with_palette = with,
            Turn::Copied(done) => self.copied = Some(done),
            Turn::Hover(at) => self.hover = at,
            Turn::Contend(clients, seed) => self.lab = Some(Lab::new(clients, seed)),
            other => self.turn_form(other),
        }
    }

    /// What is typed and asked in the form.
    fn turn_form(&mut self, turn: Turn) {
        match turn {
            Turn::About(knob) => {
                if let Some(i) = self.about.iter().position(|&open| open == knob) {
                    self.about.swap_remove(i);
                } else {
                    self.about.push(knob);
                }
            }
            Turn::Refuse(knob, why) => {
                self.refused.retain(|(of, _)| *of != knob);
                self.refused.extend(why.map(|why| (knob, why)));
            }
            Turn::Draft(draft) => self.draft = draft,
            Turn::Query(query) => {
                self.query = query;
                self.chosen = 0;
                self.answer = None;
            }
            Turn::NextHit => {
                let last = hits(&self.query).len().saturating_sub(1);
                self.chosen = (self.chosen + 1).min(last);
            }
            Turn::PreviousHit => self.chosen = self.chosen.saturating_sub(1),
            _ => {}
        }
    }

    fn close(&mut self) {
        self.dialog = None;
        self.shared = None;
        self.with_palette = false;
        self.copied = None;
        self.text = Rc::default();
        self.found = Rc::default();
        self.lab = None;
    }
}

/// What a pointer holds on to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    #[default]
    Nothing,
    /// A flag, by the number of its action when it was grabbed.
    Flag(usize),
    /// The slider of a knob.
    Slider,
    /// The playhead.
    Playhead,
}

/// What every view may use: the player, and turns of the desk. Never changes while the page lives.
#[derive(Clone)]
pub struct Tools {
    /// The run.
    pub player: Player,
    /// What is being dragged.
    pub held: Rc<Cell<Held>>,
    page: Scope<App>,
}

impl Tools {
    /// For a page.
    pub(super) fn new(player: Player, page: Scope<App>) -> Self {
        Self {
            player,
            held: Rc::default(),
            page,
        }
    }

    /// Turns the desk.
    pub fn turn(&self, turn: Turn) {
        self.page.send_message(turn);
    }
}
