//! What is a click away: settings, ledger, CloudWatch, logs and bill. One drawer is open at a time, beside the picture
//! where there is room and below it where there is none; it never covers what a hand changes.

mod bill;
mod cloudwatch;
mod find_box;
mod ledger;
mod logs;
mod metric_graph;
mod settings_form;
mod stream_deeds;
mod tabs;

use std::rc::Rc;

use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::conductor::{Shown, WatchChoice, WorldHandle, use_world};
use super::page::{Destination, Drawer, Turn, use_guesses, use_turner};
use super::values::Values;
use crate::engine::mark::{Mark, MarkKind};
use crate::page::guesses::Guesses;
use bill::BillView;
use cloudwatch::CloudWatch;
use ledger::LedgerView;
use logs::LogsView;
use settings_form::SettingsForm;
pub(super) use tabs::DrawerTabs;

/// What a drawer is given.
#[derive(Properties, PartialEq)]
pub(super) struct DrawerViewProps {
    /// Which one.
    pub drawer: Drawer,
    /// What the world shows.
    pub shown: Rc<Shown>,
    /// Where somebody is sent.
    pub destination: Option<(Destination, u32)>,
}

/// The open drawer. Escape shuts it.
#[component]
pub(super) fn DrawerView(props: &DrawerViewProps) -> Html {
    let (world, turner, guesses) = (use_world(), use_turner(), use_guesses());
    let DrawerViewProps {
        drawer,
        shown,
        destination,
    } = props;
    let shut = Callback::from(move |()| turner.dispatch(Turn::Shut));
    let onkeydown = {
        let shut = shut.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && !event.default_prevented() {
                event.prevent_default();
                shut.emit(());
            }
        })
    };
    let title = world.id("drawer-title");
    html! {
        <aside class="drawer card" id={world.id("drawer")} aria-labelledby={title.clone()} {onkeydown}>
            <header class="drawer__head">
                <h2 id={title}>{ heading(*drawer) }</h2>
                <button type="button" class="icon" aria-label="Close" onclick={shut.reform(|_: MouseEvent| ())}>{ "×" }</button>
            </header>
            <div class="drawer__body" key={drawer.title()} tabindex="0" role="group" aria-label={drawer.title()}>
                { body(*drawer, shown, guesses, *destination) }
            </div>
        </aside>
    }
}

fn heading(drawer: Drawer) -> &'static str {
    match drawer {
        Drawer::Settings => "Settings",
        Drawer::Ledger => "Where every record is",
        Drawer::CloudWatch => "What CloudWatch shows",
        Drawer::Logs => "What is printed",
        Drawer::Bill => "What it costs",
    }
}

fn body(
    drawer: Drawer,
    shown: &Rc<Shown>,
    guesses: Rc<Guesses>,
    destination: Option<(Destination, u32)>,
) -> Html {
    let panel = &shown.panel;
    match drawer {
        Drawer::Settings => html! {
            <SettingsForm values={Values::of(shown, guesses)} undo={panel.undo.clone()}
                on_demand={panel.on_demand} open_shards={panel.moment.open_shards().collect::<Vec<_>>()} {destination} />
        },
        Drawer::Ledger => html! {
            <LedgerView ledger={panel.ledger} second={panel.moment.second.clone()} digest={panel.digest} ready={panel.ready} />
        },
        Drawer::CloudWatch => html! {
            <CloudWatch watch={shown.watch.clone()} at={panel.at} end={panel.horizon} alarms={alarms(&panel.marks)}
                ready={panel.ready} />
        },
        Drawer::Logs => html! { <LogsView watch={shown.watch.clone()} ready={panel.ready} /> },
        Drawer::Bill => html! { <BillView watch={shown.watch.clone()} ready={panel.ready} /> },
    }
}

/// The marks at which an alarm goes off or turns itself OK.
fn alarms(marks: &[Mark]) -> Vec<Mark> {
    let is_alarm = |mark: &&Mark| matches!(mark.kind, MarkKind::Paged(_) | MarkKind::BackToOk(_));
    marks.iter().filter(is_alarm).copied().collect()
}

/// Has the loop look at something as long as the component lives and wants it.
#[hook]
fn use_watch(world: &WorldHandle, choice: WatchChoice) {
    use_effect_with((world.clone(), choice), |&(ref world, choice)| {
        world.watch(Some(choice));
        let world = world.clone();
        move || world.watch(None)
    });
}
