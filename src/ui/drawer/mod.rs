//! What is a click away: settings, ledger, CloudWatch, logs and bill. One drawer is open at a time, beside the picture
//! where there is room and below it where there is none; it never covers what a hand changes.

use std::rc::Rc;

use yew::prelude::*;

use super::conductor::{Shown, use_world};
use super::page::{Destination, Drawer, Turn, use_turner};

/// What the row of tabs is given.
#[derive(Properties, PartialEq)]
pub(super) struct DrawerTabsProps {
    /// What the world shows.
    pub shown: Rc<Shown>,
    /// The drawer that is open.
    pub open: Option<Drawer>,
}

/// The row of tabs, and how the run ends.
#[component]
pub(super) fn DrawerTabs(props: &DrawerTabsProps) -> Html {
    let (world, turner) = (use_world(), use_turner());
    html! {
        <nav class="tabs" aria-label="More of this run">
            { for Drawer::ALL.map(|drawer| {
                let turner = turner.clone();
                let onclick = Callback::from(move |_| turner.dispatch(Turn::Pull(drawer)));
                let is_open = props.open == Some(drawer);
                html! {
                    <button type="button" key={drawer.title()} class="tab" aria-expanded={is_open.to_string()}
                        id={world.id(&format!("tab-{}", drawer.title().to_lowercase()))} {onclick}>{ drawer.title() }</button>
                }
            }) }
        </nav>
    }
}

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

/// The open drawer.
#[component]
pub(super) fn DrawerView(props: &DrawerViewProps) -> Html {
    let turner = use_turner();
    let shut = Callback::from(move |_| turner.dispatch(Turn::Shut));
    html! {
        <aside class="drawer card" aria-label={props.drawer.title()}>
            <header class="drawer__head">
                <h2>{ props.drawer.title() }</h2>
                <button type="button" class="icon" aria-label="Close" onclick={shut}>{ "×" }</button>
            </header>
        </aside>
    }
}
