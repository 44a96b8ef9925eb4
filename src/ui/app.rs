//! The whole page: one component, so that one rendering shows one moment.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, Element};
use yew::prelude::*;

use super::chart::timeline_view;
use super::desk::{Desk, Dialog, Tools, Turn};
use super::explain::explain_view;
use super::find_box;
use super::header::header_view;
use super::help::help_view;
use super::import::{self, import_view, take_file};
use super::keyboard;
use super::knob_field::set_from_text;
use super::lab::{self, lab_view};
use super::ledger::ledger_view;
use super::markup::{Act, Markup};
use super::modal;
use super::player::{Player, Running, Snapshot};
use super::settings::{self, reveal_knob, settings_view};
use super::share::{put_into_address, share_view};
use super::stage_card::stage_view;
use super::summary::summary_view;
use super::watch::watch_view;
use crate::browser::listener::Listener;
use crate::browser::observer::{Resizing, Visibility};
use crate::browser::timer::Timer;
use crate::browser::{document, fragment, media, window};
use crate::engine::EDITION;
use crate::scenario::link::{self, Shared, from_link};
use crate::scenario::notice::Notice;
use crate::stage::palette::Palette;

/// What is told in passing stays so long, in milliseconds.
const TOLD_MS: i32 = 7_000;
const DARK: &str = "(prefers-color-scheme: dark)";

/// The page. It opens what the address carries.
pub struct App {
    tools: Tools,
    desk: Desk,
    snapshot: Rc<Snapshot>,
    /// The form as it was last written, as long as nothing in it has changed: it is most of the page.
    form: RefCell<Option<Html>>,
    running: Option<Guards>,
    telling: Option<Timer>,
    contesting: Option<Timer>,
    system: Option<Listener>,
}

/// What stops when the page goes.
struct Guards {
    _running: Running,
    _resizing: Option<Resizing>,
    _visibility: Option<Visibility>,
    _listeners: [Listener; 4],
}

impl Component for App {
    type Message = Turn;
    type Properties = ();

    fn create(context: &Context<Self>) -> Self {
        let (shared, notices) = from_link(&fragment());
        let desk = Desk {
            palette: shared.palette,
            hidden: hidden(&shared),
            notices: texts(&shared, notices),
            ..Desk::default()
        };
        let tools = Tools::new(Player::open(shared), context.link().clone());
        let snapshot = Rc::new(tools.player.snapshot());
        let mut page = Self {
            tools,
            desk,
            snapshot,
            form: RefCell::default(),
            running: None,
            telling: None,
            contesting: None,
            system: None,
        };
        page.follow_palette();
        page
    }

    fn update(&mut self, _: &Context<Self>, turn: Turn) -> bool {
        if !matches!(turn, Turn::Show(_) | Turn::Hover(_) | Turn::Contest) {
            self.form.take();
        }
        self.take(turn);
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let mut m = Markup::new(&self.tools);
        self.page(&mut m);
        m.put("<>", &[]);
        match self.desk.dialog {
            None => {}
            Some(Dialog::Share) => share_view(&mut m, &self.desk),
            Some(Dialog::Import) => import_view(&mut m, &self.desk),
            Some(Dialog::Help) => help_view(&mut m),
            Some(Dialog::Lab) => lab_view(&mut m, &self.desk, &self.snapshot.settings),
        }
        m.done()
    }

    fn rendered(&mut self, _: &Context<Self>, first: bool) {
        if first {
            self.running = Some(run(&self.tools));
        }
        modal::open_rendered();
        if let Some(knob) = self.desk.revealed.take() {
            reveal_knob(knob);
        }
        if std::mem::take(&mut self.desk.finding) {
            find_box::focus();
        }
    }
}

impl App {
    fn take(&mut self, turn: Turn) {
        let tools = &self.tools;
        match turn {
            Turn::Show(snapshot) => return self.show(snapshot),
            Turn::Close => modal::close_open(),
            Turn::Take(text) => {
                self.desk.turn(Turn::Open(Dialog::Import));
                return self.read(text, None);
            }
            Turn::Text(text) => return self.read(text, None),
            Turn::Choose(index) => return self.read(self.desk.text.clone(), Some(index)),
            Turn::Apply => return import::apply(tools, &self.desk.found),
            Turn::TakeHit(index) => return self.take_hit(index),
            Turn::Contest => return self.contest(),
            Turn::Open(Dialog::Lab) | Turn::Contend(..) => {
                self.desk.turn(turn);
                return self.contest();
            }
            Turn::Tell(_) => {
                let tools = tools.clone();
                self.telling = Some(Timer::new(TOLD_MS, move || tools.turn(Turn::Forget)));
            }
            _ => {}
        }
        let is_palette = matches!(turn, Turn::Palette(_) | Turn::NextPalette);
        let is_share = matches!(turn, Turn::Open(Dialog::Share));
        self.desk.turn(turn);
        if is_palette {
            self.follow_palette();
        }
        if is_share {
            self.desk.shared = Some(Rc::new(self.tools.player.shared()));
        }
        put_into_address(&self.desk);
    }

    /// The run was published.
    fn show(&mut self, snapshot: Rc<Snapshot>) {
        if !settings::is_same(&snapshot, &self.snapshot) {
            self.form.take();
        }
        // What the session has to tell once goes to the other messages.
        if !snapshot.panel.notices.is_empty() {
            self.tools
                .turn(Turn::Tell(snapshot.panel.notices.join(" ")));
        }
        self.snapshot = snapshot;
    }

    /// Runs contests of the open lab for a part of a frame, and comes back for the rest.
    fn contest(&mut self) {
        let unfinished = self.desk.lab.as_mut().is_some_and(lab::work);
        self.contesting = unfinished.then(|| {
            let tools = self.tools.clone();
            Timer::new(0, move || tools.turn(Turn::Contest))
        });
    }

    /// Looks at a text in the import dialog.
    fn read(&mut self, text: Rc<str>, chosen: Option<usize>) {
        let base = self.tools.player.scenario().settings;
        self.desk.found = Rc::new(import::look(&text, &base, chosen));
        self.desk.text = text;
    }

    /// Sets what was found in the form, or leads to it.
    fn take_hit(&mut self, index: Option<usize>) {
        let hits = find_box::hits(&self.desk.query);
        if let Some(hit) = hits.get(index.unwrap_or(self.desk.chosen)) {
            self.desk.turn(Turn::Query(String::new()));
            if let Some(value) = &hit.value {
                self.desk.answer = set_from_text(&self.tools.player, hit.knob, value);
            }
            self.desk.turn(Turn::Reveal(hit.knob));
        }
    }

    fn page(&self, m: &mut Markup) {
        let (desk, snapshot) = (&self.desk, &*self.snapshot);
        let panel = &snapshot.panel;
        m.put("<div class=page data-hide={}>", &[&desk.hidden.join(" ")]);
        header_view(m, desk.palette);
        m.put("<>", &[]);
        notices_view(m, desk);
        m.put("</><main class=board>", &[]);
        stage_view(m, snapshot);
        timeline_view(m, snapshot, desk.hover);
        m.put("<div class=side>", &[]);
        explain_view(m, &panel.explanation, panel.blamed);
        ledger_view(m, snapshot);
        m.put("</div>", &[]);
        let mut form = self.form.borrow_mut();
        m.add(
            form.get_or_insert_with(|| settings_view(&self.tools, snapshot, desk))
                .clone(),
        );
        watch_view(m, snapshot);
        m.put("</main>", &[]);
        summary_view(m, panel, snapshot.face.playing);
        m.put("<footer class=foot>Everything is computed in this browser. Nothing leaves it.</footer></div>", &[]);
    }

    /// Puts the palette on the root element and into the canvases, and follows the system while nobody chose one.
    fn follow_palette(&mut self) {
        let chosen = self.desk.palette;
        if let Some(root) = document().document_element() {
            // Setting a data attribute cannot fail.
            let _ = root.set_attribute("data-palette", chosen.map_or("auto", link::Palette::name));
        }
        let player = self.tools.player.clone();
        let resolve = move || {
            player.set_palette(match chosen {
                Some(link::Palette::Dark) => Palette::Dark,
                Some(link::Palette::Projector) => Palette::Projector,
                None if media(DARK) => Palette::Dark,
                Some(link::Palette::Light) | None => Palette::Light,
            });
        };
        resolve();
        let query = window().match_media(DARK).ok().flatten();
        self.system = query.map(|query| Listener::new(&query, "change", move |_| resolve()));
    }
}

/// Plain messages that stay until they are dismissed, and one that goes away by itself.
fn notices_view(m: &mut Markup, desk: &Desk) {
    if desk.notices.is_empty() && desk.told.is_none() {
        return;
    }
    m.put("<div id=notices class=notices role=status><ul>", &[]);
    for text in desk.notices.iter().chain(&desk.told) {
        m.put("<li>{}</li>", &[text]);
    }
    m.put(
        "</ul><button type=button class=icon aria-label=Dismiss>",
        &[],
    );
    m.on_click(Act::Turn(Turn::Dismiss));
    m.put("×</button></div>", &[]);
}

/// The parts of the page that a link hides; inside another page the frame is hidden as well.
fn hidden(shared: &Shared) -> Vec<String> {
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
        let (theirs, ours) = (edition.to_string(), EDITION.to_string());
        texts.push(
            [
                "This link was made with edition ",
                &theirs,
                " of the model; this page runs edition ",
                &ours,
                ". The settings are the same, but the run may differ.",
            ]
            .concat(),
        );
    }
    texts
}

/// Runs the loop, only while something of the run can be seen, and listens to the window.
fn run(tools: &Tools) -> Guards {
    let player = &tools.player;
    let surfaces = player.surfaces();
    let canvases: Vec<Element> = [&surfaces.stage, &surfaces.chart]
        .into_iter()
        .filter_map(NodeRef::cast::<Element>)
        .collect();
    let resizing = {
        let player = player.clone();
        Resizing::new(&canvases, move || player.refresh())
    };
    let visibility = {
        let player = player.clone();
        let mut seen = vec![true; canvases.len()];
        let watched = canvases.clone();
        Visibility::new(&canvases, move |element, visible| {
            if let Some(i) = watched.iter().position(|canvas| *canvas == element) {
                seen[i] = visible;
            }
            player.set_seen(seen.contains(&true));
        })
    };
    let publish = tools.clone();
    Guards {
        _running: player.start(Rc::new(move |snapshot| publish.turn(Turn::Show(snapshot)))),
        _resizing: resizing,
        _visibility: visibility,
        _listeners: [
            keyboard::listen(tools),
            follow_address(tools),
            Listener::new(&window(), "dragover", |event| event.prevent_default()),
            take_dropped(tools),
        ],
    }
}

/// Opens a link that is put into the address of the open page.
fn follow_address(tools: &Tools) -> Listener {
    let tools = tools.clone();
    Listener::new(&window(), "hashchange", move |_| {
        let (shared, notices) = from_link(&fragment());
        let notices = texts(&shared, notices);
        open(&tools, shared, notices);
    })
}

/// Replaces the run and the looks by what a link carries.
pub(super) fn open(tools: &Tools, shared: Shared, notices: Vec<String>) {
    if shared.palette.is_some() {
        tools.turn(Turn::Palette(shared.palette));
    }
    tools.turn(Turn::Hide(hidden(&shared)));
    tools.turn(Turn::Dismiss);
    tools.turn(Turn::Notify(notices));
    tools.player.load(shared);
}

/// A file dropped anywhere on the page opens the import dialog.
fn take_dropped(tools: &Tools) -> Listener {
    let tools = tools.clone();
    Listener::new(&window(), "drop", move |event| {
        event.prevent_default();
        let event: DragEvent = event.unchecked_into();
        let file = event
            .data_transfer()
            .and_then(|data| data.files())
            .and_then(|files| files.get(0));
        if let Some(file) = file {
            take_file(&tools, &file);
        }
    })
}

/// Mounts the page in place of what was painted before it was there.
pub fn mount() {
    if let Some(shell) = crate::browser::find("#shell") {
        shell.remove();
    }
    yew::Renderer::<App>::new().render();
}
