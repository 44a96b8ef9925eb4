//! The row of tabs, and how the run ends.

use std::rc::Rc;

use web_sys::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::browser::document;
use crate::engine::ledger::Ledger;
use crate::page::sheet::{Verdict, unhandled, verdict};
use crate::session::Command;
use crate::ui::conductor::{Shown, use_world};
use crate::ui::page::{Drawer, Turn, use_turner};
use crate::words;

/// What the row of tabs is given.
#[derive(Properties, PartialEq)]
pub(in crate::ui) struct DrawerTabsProps {
    /// What the world shows.
    pub shown: Rc<Shown>,
    /// The drawer that is open.
    pub open: Option<Drawer>,
}

/// The row of tabs, and how the run ends.
#[component]
pub(in crate::ui) fn DrawerTabs(props: &DrawerTabsProps) -> Html {
    let (world, turner) = (use_world(), use_turner());
    let panel = &props.shown.panel;
    let row = use_node_ref();
    use_focus_back(&row, props.open);
    let adds_up = panel.ledger.adds_up();
    let tab = |drawer: Drawer| {
        let turner = turner.clone();
        let onclick = Callback::from(move |_| turner.dispatch(Turn::Pull(drawer)));
        let is_open = props.open == Some(drawer);
        let controls = is_open.then(|| world.id("drawer"));
        html! {
            <button type="button" key={drawer.title()} class="tab" aria-expanded={is_open.to_string()} aria-controls={controls}
                id={world.id(&tab_id(drawer))} data-tab={drawer.title()} {onclick}>
                { match drawer {
                    Drawer::Ledger if adds_up => html! { <>{ "Ledger" }<span class="tab__sum">{ " adds up ✓" }</span></> },
                    Drawer::Ledger => html! { <>{ "Ledger" }<span class="tab__wrong">{ " does not add up" }</span></> },
                    Drawer::Settings | Drawer::CloudWatch | Drawer::Logs | Drawer::Bill => html! { drawer.title() },
                } }
            </button>
        }
    };
    html! {
        <div class="tabs">
            <nav class="tabs__row" aria-label="More of this run" ref={&row}>{ for Drawer::ALL.map(tab) }</nav>
            <Ending outcome={panel.outcome} before={panel.outcome_before} veiled={panel.veiled}
                goes_on={panel.progress.goes_on} two={panel.moment.second.is_some()} />
        </div>
    }
}

fn tab_id(drawer: Drawer) -> String {
    format!("tab-{}", drawer.title().to_lowercase())
}

/// Gives the keyboard back to a drawer's tab when the drawer was shut and took the focus with it.
#[hook]
fn use_focus_back(row: &NodeRef, open: Option<Drawer>) {
    let was_open = use_mut_ref(|| None::<Drawer>);
    let row = row.clone();
    use_effect_with(open, move |&open| {
        let was = was_open.replace(open);
        let is_lost = document()
            .active_element()
            .is_none_or(|element| element.tag_name() == "BODY");
        let (None, Some(was), true) = (open, was, is_lost) else {
            return;
        };
        let selector = format!("[data-tab={}]", was.title());
        let tab = row
            .cast::<Element>()
            .and_then(|row| row.query_selector(&selector).ok().flatten());
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
            // A button of the page takes the focus.
            let _ = tab.focus();
        }
    });
}

#[derive(Properties, PartialEq)]
struct EndingProps {
    outcome: Option<Ledger>,
    /// How it ended before the last change.
    before: Option<Ledger>,
    veiled: bool,
    /// Whether the run is being computed.
    goes_on: bool,
    /// Whether there are two mappings.
    two: bool,
}

/// How the run ends, against how it ended before the last change. Nothing is said before it is known.
#[component]
fn Ending(props: &EndingProps) -> Html {
    let world = use_world();
    let id = world.id("outcome");
    if props.veiled {
        let lift = Callback::from(move |_| world.send(Command::LiftVeil));
        return html! {
            <p class="ending" {id}>{ "the end is hidden · " }<button type="button" class="link" onclick={lift}>{ "show me the end" }</button></p>
        };
    }
    let before = props.before.as_ref().map(unhandled);
    let whose = if props.two {
        "at the end of the run, for the first mapping: "
    } else {
        "at the end of the run: "
    };
    let Some(outcome) = &props.outcome else {
        let waits = if props.goes_on {
            "computing …"
        } else {
            "not computed so far"
        };
        return html! {
            <p class="ending ending--waits" {id} aria-busy={props.goes_on.to_string()}>{ whose }{ ghost(before) }{ waits }</p>
        };
    };
    let now = unhandled(outcome);
    let (verdict, words) = verdict(outcome);
    let tone = match verdict {
        Verdict::OnlyPills => "ending--won",
        Verdict::Nothing => "ending--calm",
        Verdict::Few | Verdict::Many => "",
    };
    html! {
        <p class={classes!("ending", tone)} {id}>
            { whose }{ ghost(before.filter(|&before| before != now)) }
            <strong class="ending__number">{ format!("{} never handled", words::number(now)) }</strong>
            { " · " }{ words }
        </p>
    }
}

/// The number before the last change.
fn ghost(before: Option<u64>) -> Html {
    html! {
        if let Some(before) = before {
            <span class="sr">{ "before the last change " }</span>
            <s class="ending__before">{ words::number(before) }</s>
            <span class="sr">{ ", now" }</span>
            <span aria-hidden="true">{ " → " }</span>
        }
    }
}
