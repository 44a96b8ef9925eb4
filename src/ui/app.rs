//! The whole page: it opens what the address carries, keeps what the page remembers, and puts the parts together.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;

use super::conductor::{Conductor, Shown};
use super::dialogs::DialogView;
use super::header::Header;
use super::hooks::{use_event, use_media};
use super::keyboard::use_keyboard;
use super::notices::Notices;
use super::opening::{hidden, open, texts};
use super::page::{Dialog, Page, Turn, Turner};
use super::world_view::WorldView;
use crate::browser::{self, document, fragment, window};
use crate::page::guesses::Guesses;
use crate::scenario::Scenario;
use crate::scenario::link::{self, Shared, from_link};
use crate::stage::palette::Palette;

const DARK: &str = "(prefers-color-scheme: dark)";

/// The page. It opens what the address carries.
#[component]
pub fn App() -> Html {
    let opened = use_memo((), |()| {
        let (shared, notices) = from_link(&fragment());
        (texts(&shared, notices), shared)
    });
    let conductor = use_memo((), |()| Conductor::open(vec![opened.1.clone()]));
    let conductor = (*conductor).clone();
    let page = use_reducer(|| Page {
        palette: opened.1.palette,
        hidden: hidden(&opened.1),
        notices: opened.0.clone(),
        letters_off: super::keyboard::remembered_off(),
        ..Page::default()
    });
    let turner = page.dispatcher();
    {
        let conductor = conductor.clone();
        use_effect_with((), move |()| {
            let running = conductor.start();
            move || drop(running)
        });
    }
    use_palette(&conductor, page.palette);
    use_keyboard(&conductor, &turner, page.letters_off);
    use_address(&conductor, &turner);
    use_kept_run(&conductor, &opened.1);
    use_dropped_files(&turner);
    let turn = {
        let turner = turner.clone();
        Callback::from(move |turn| turner.dispatch(turn))
    };
    html! {
        <ContextProvider<Turner> context={turner}>
        <ContextProvider<Rc<Guesses>> context={page.guesses.clone()}>
            <div class="page" data-hide={page.hidden.join(" ")}>
                if page.hidden.iter().any(|part| part == "header") {
                    <header class="sr"><h1>{ "Overflowing Sink" }</h1></header>
                }
                <Header palette={page.palette} />
                <Notices notices={page.notices.clone()} told={page.told.clone()} on_turn={turn.clone()} />
                <main class="worlds">
                    { for (0..conductor.worlds()).map(|index| html! {
                        <WorldView key={index} world={conductor.world(index)} drawer={page.drawer} destination={page.destination} />
                    }) }
                </main>
                <footer class="foot">{ "Everything is computed in this browser. Nothing leaves it." }</footer>
            </div>
            if let Some(dialog) = page.dialog.clone() {
                <DialogView world={conductor.world(0)} {dialog} palette={page.palette} letters_off={page.letters_off} />
            }
        </ContextProvider<Rc<Guesses>>>
        </ContextProvider<Turner>>
    }
}

/// Puts the palette on the root element and into the canvases, and follows the system while nobody chose one.
#[hook]
fn use_palette(conductor: &Conductor, chosen: Option<link::Palette>) {
    let is_dark = use_media(DARK);
    use_effect_with(
        (conductor.clone(), chosen, is_dark),
        |(conductor, chosen, is_dark)| {
            if let Some(root) = document().document_element() {
                // Setting a data attribute cannot fail.
                let _ =
                    root.set_attribute("data-palette", chosen.map_or("auto", link::Palette::name));
            }
            conductor.set_palette(match chosen {
                Some(link::Palette::Dark) => Palette::Dark,
                Some(link::Palette::Projector) => Palette::Projector,
                None if *is_dark => Palette::Dark,
                Some(link::Palette::Light) | None => Palette::Light,
            });
        },
    );
}

/// Opens a link that is put into the address of the open page.
#[hook]
fn use_address(conductor: &Conductor, turner: &Turner) {
    let (conductor, turner) = (conductor.clone(), turner.clone());
    use_event(&window(), "hashchange", move |_| {
        let (shared, notices) = from_link(&fragment());
        let notices = texts(&shared, notices);
        open(&conductor, &turner, &shared, notices);
    });
}

/// Keeps in the address what is needed to bring this run back, whatever happens to the page: after every change, without
/// an entry in the history.
#[hook]
fn use_kept_run(conductor: &Conductor, opened: &Shared) {
    let looks = Shared {
        scenario: Scenario::default(),
        moment: None,
        digest: None,
        ..opened.clone()
    };
    use_effect_with(conductor.clone(), move |conductor| {
        let world = conductor.world(0);
        let kept = Cell::new(0);
        let subscription = conductor
            .world(0)
            .follow(Callback::from(move |shown: Rc<Shown>| {
                if !world.is_dragged() && kept.replace(shown.revision) != shown.revision {
                    browser::replace_fragment(&link::to_link(&Shared {
                        scenario: world.scenario(),
                        ..looks.clone()
                    }));
                }
            }));
        move || drop(subscription)
    });
}

/// A file dropped anywhere on the page opens the import dialog.
#[hook]
fn use_dropped_files(turner: &Turner) {
    use_event(&window(), "dragover", Event::prevent_default);
    let turner = turner.clone();
    use_event(&window(), "drop", move |event| {
        event.prevent_default();
        let Some(file) = browser::dropped_file(event) else {
            return;
        };
        let turner = turner.clone();
        browser::transfer::read(file, move |text| {
            turner.dispatch(match text {
                Ok(text) => Turn::Open(Dialog::Import(text.into())),
                Err(why) => Turn::Notify(vec![why]),
            });
        });
    });
}

/// Mounts the page in place of what was painted before it was there.
pub fn mount() {
    if let Some(shell) = browser::find("#shell") {
        shell.remove();
    }
    yew::set_custom_panic_hook(Box::new(browser::panic::tell));
    yew::Renderer::<App>::new().render();
}
