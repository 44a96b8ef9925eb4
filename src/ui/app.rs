//! The whole page.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, Element};
use yew::prelude::*;

use super::chart::{TimelineCard, TimelineProps};
use super::desk::{Desk, Dialog, Tools, Turn};
use super::explain::explain_view;
use super::header::header_view;
use super::help::help_view;
use super::import::{Import, ImportProps, take_file};
use super::keyboard::use_keyboard;
use super::ledger::ledger_view;
use super::part::part;
use super::player::{Player, Snapshot};
use super::settings::{SettingsPanel, SettingsProps};
use super::share::{Share, ShareProps};
use super::stage_card::stage_view;
use super::summary::summary_view;
use crate::browser::listener::Listener;
use crate::browser::observer::{Resizing, Visibility};
use crate::browser::{document, fragment, media, window};
use crate::scenario::link::{self, Shared, from_link};
use crate::scenario::notice::Notice;
use crate::stage::palette::Palette;

/// What is told in passing stays so long, in milliseconds.
const TOLD_MS: u32 = 7_000;

/// The page. It opens what the address carries.
#[component]
pub fn App() -> Html {
    let opened = use_memo((), |()| {
        let (shared, notices) = from_link(&fragment());
        let desk = Desk {
            palette: shared.palette,
            hidden: hidden(&shared),
            notices: texts(notices),
            ..Desk::default()
        };
        (Player::open(shared), desk)
    });
    let player = opened.0.clone();
    let snapshot = use_state(|| Rc::new(player.snapshot()));
    let desk = {
        let opened = opened.clone();
        use_reducer(move || opened.1.clone())
    };
    let tools = use_memo((), |()| Tools {
        player: player.clone(),
        turn: desk.dispatcher(),
    });
    use_running(&player, &snapshot);
    use_keyboard(&tools);
    use_address(&tools);
    use_dropping(&tools);
    use_palette(&player, desk.palette);
    use_notices(&tools, &snapshot);
    let snapshot = (*snapshot).clone();
    html! {
        <ContextProvider<Tools> context={(*tools).clone()}>
            { page(&tools, &desk, &snapshot) }
            { dialog_view(&tools, &desk) }
        </ContextProvider<Tools>>
    }
}

fn page(tools: &Tools, desk: &Desk, snapshot: &Snapshot) -> Html {
    let panel = &snapshot.panel;
    let blamed = panel
        .explanation
        .blame
        .map(|knob| snapshot.settings.get(knob));
    html! {
        <div class="page" data-hide={desk.hidden.join(" ")}>
            { header_view(tools, desk.palette) }
            if !desk.notices.is_empty() || desk.told.is_some() {
                { part::<Notices>(NoticesProps { texts: desk.notices.clone(), told: desk.told.clone() }) }
            }
            <main class="board">
                { stage_view(tools, snapshot) }
                { part::<TimelineCard>(TimelineProps { panel: panel.clone(), actions: snapshot.actions.clone() }) }
                <div class="side">
                    { explain_view(tools, &panel.explanation, blamed) }
                    { ledger_view(snapshot) }
                </div>
                { part::<SettingsPanel>(SettingsProps {
                    settings: snapshot.settings.clone(),
                    actions: snapshot.actions.clone(),
                    problems: snapshot.problems.clone(),
                    reach: panel.reach,
                    undo: panel.undo.clone(),
                    redo: panel.redo.clone(),
                    all: desk.all_settings,
                    revealed: desk.revealed,
                    finding: desk.finding,
                    blamed: panel.explanation.blame,
                }) }
            </main>
            { summary_view(panel) }
            <footer class="foot">{ "Everything is computed in this browser. Nothing leaves it." }</footer>
        </div>
    }
}

fn dialog_view(tools: &Tools, desk: &Desk) -> Html {
    match desk.dialog {
        None => html! {},
        Some(Dialog::Share) => part::<Share>(ShareProps {
            palette: desk.palette,
        }),
        Some(Dialog::Import) => part::<Import>(ImportProps {
            dropped: desk.dropped.clone(),
        }),
        Some(Dialog::Help) => help_view(tools),
    }
}

/// The parts of the page that a link hides; inside another page the frame is hidden as well.
fn hidden(shared: &Shared) -> Vec<String> {
    let mut hidden = shared.hide.clone();
    if shared.embed {
        hidden.extend(["header".to_owned(), "footer".to_owned()]);
    }
    hidden
}

fn texts(notices: Vec<Notice>) -> Vec<String> {
    notices.into_iter().map(|notice| notice.text).collect()
}

#[derive(Properties, PartialEq)]
struct NoticesProps {
    texts: Vec<String>,
    told: Option<String>,
}

/// Plain messages that stay until they are dismissed, and one that goes away by itself.
#[component]
fn Notices(props: &NoticesProps) -> Html {
    let turn = super::desk::use_tools().turn;
    use_effect_with(props.told.clone(), {
        let turn = turn.clone();
        move |told| {
            let timer = told
                .is_some()
                .then(|| Timeout::new(TOLD_MS, move || turn.dispatch(Turn::Forget)));
            move || drop(timer)
        }
    });
    html! {
        <div id="notices" class="notices" role="status">
            <ul>{ for props.texts.iter().map(|text| html! { <li key={text.clone()}>{ text }</li> }) }
                { for props.told.iter().map(|text| html! { <li key="told">{ text }</li> }) }</ul>
            <button type="button" class="icon" aria-label="Dismiss" onclick={move |_: MouseEvent| turn.dispatch(Turn::Dismiss)}>{ "×" }</button>
        </div>
    }
}

/// Runs the loop while the page is mounted, and only while something of the run can be seen.
#[hook]
fn use_running(player: &Player, snapshot: &UseStateHandle<Rc<Snapshot>>) {
    let player = player.clone();
    let setter = snapshot.setter();
    use_effect_with((), move |()| {
        let running = player.start(setter);
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
            let mut seen = vec![true; canvases.len()];
            let watched = canvases.clone();
            Visibility::new(&canvases, move |element, visible| {
                if let Some(i) = watched.iter().position(|canvas| *canvas == element) {
                    seen[i] = visible;
                }
                player.set_seen(seen.contains(&true));
            })
        };
        move || drop((resizing, visibility, running))
    });
}

/// Opens a link that is put into the address of the open page.
#[hook]
fn use_address(tools: &Tools) {
    let tools = tools.clone();
    use_effect_with((), move |()| {
        let listener = Listener::new(&window(), "hashchange", move |_| {
            let (shared, notices) = from_link(&fragment());
            open(&tools, shared, texts(notices));
        });
        move || drop(listener)
    });
}

/// Replaces the run and the looks by what a link carries.
pub(super) fn open(tools: &Tools, shared: Shared, notices: Vec<String>) {
    if shared.palette.is_some() {
        tools.turn.dispatch(Turn::Palette(shared.palette));
    }
    tools.turn.dispatch(Turn::Hide(hidden(&shared)));
    tools.turn.dispatch(Turn::Dismiss);
    tools.turn.dispatch(Turn::Notify(notices));
    tools.player.load(shared);
}

/// A file dropped anywhere on the page opens the import dialog.
#[hook]
fn use_dropping(tools: &Tools) {
    let tools = tools.clone();
    use_effect_with((), move |()| {
        let over = Listener::new(&window(), "dragover", |event| event.prevent_default());
        let drop_file = Listener::new(&window(), "drop", move |event| {
            event.prevent_default();
            let event: DragEvent = event.unchecked_into();
            let file = event
                .data_transfer()
                .and_then(|data| data.files())
                .and_then(|files| files.get(0));
            if let Some(file) = file {
                take_file(&tools, &file);
            }
        });
        move || drop((over, drop_file))
    });
}

/// Puts the palette on the root element and into the canvases, and follows the system while nobody chose one.
#[hook]
fn use_palette(player: &Player, chosen: Option<link::Palette>) {
    let player = player.clone();
    use_effect_with(chosen, move |&chosen| {
        let root = document().document_element();
        let name = chosen.map_or("auto", link::Palette::name);
        if let Some(root) = root {
            // Setting a data attribute cannot fail.
            let _ = root.set_attribute("data-palette", name);
        }
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
        let listener = query.map(|query| Listener::new(&query, "change", move |_| resolve()));
        move || drop(listener)
    });
}

const DARK: &str = "(prefers-color-scheme: dark)";

/// What the session has to tell once goes to the other messages.
#[hook]
fn use_notices(tools: &Tools, snapshot: &UseStateHandle<Rc<Snapshot>>) {
    let turn = tools.turn.clone();
    use_effect_with(snapshot.panel.notices.clone(), move |notices| {
        if !notices.is_empty() {
            turn.dispatch(Turn::Tell(notices.join(" ")));
        }
    });
}

/// Mounts the page in place of what was painted before it was there.
pub fn mount() {
    if let Some(shell) = crate::browser::find("#shell") {
        shell.remove();
    }
    yew::Renderer::<App>::new().render();
}
