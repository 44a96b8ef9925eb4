//! Where a change applies, and taking changes back.

use std::rc::Rc;

use yew::prelude::*;

use super::conductor::use_world;
use super::keyboard::RESET;
use super::page::{Turn, use_turner};
use crate::session::{Command, Panel, Reach};

/// What the switch is given.
#[derive(Properties, PartialEq)]
pub(super) struct ReachSwitchProps {
    /// Where changes apply.
    pub reach: Reach,
}

/// Where a change applies: the whole run, or from the playhead on.
#[component]
pub(super) fn ReachSwitch(props: &ReachSwitchProps) -> Html {
    let world = use_world();
    let name = world.id("reach");
    let choice = |reach: Reach, words: &'static str| {
        let onchange = {
            let world = world.clone();
            Callback::from(move |_: Event| world.send(Command::SetReach(reach)))
        };
        html! {
            <label class="segment">
                <input type="radio" name={name.clone()} checked={props.reach == reach} {onchange} /><span>{ words }</span>
            </label>
        }
    };
    html! {
        <fieldset id={name.clone()} class="reach" title="Where changes apply (W)">
            <legend class="sr">{ "Changes apply to" }</legend>
            <div class="segments__row">
                { choice(Reach::WholeRun, "whole run") }{ choice(Reach::FromHere, "from here") }
            </div>
        </fieldset>
    }
}

/// What the history is given.
#[derive(Properties, PartialEq)]
pub(super) struct HistoryProps {
    /// Names the change that undo would take back.
    pub undo: Option<AttrValue>,
    /// Names the change that redo would make again.
    pub redo: Option<AttrValue>,
}

impl HistoryProps {
    /// What a panel says of it.
    pub(super) fn of(panel: &Rc<Panel>) -> Self {
        let name = |name: &Option<String>| name.clone().map(AttrValue::from);
        Self {
            undo: name(&panel.undo),
            redo: name(&panel.redo),
        }
    }
}

/// Taking changes back.
#[component]
pub(super) fn History(props: &HistoryProps) -> Html {
    let (world, turner) = (use_world(), use_turner());
    let step = |what: &'static str, sign: &str, name: &Option<AttrValue>, command: Command| {
        let title = match name {
            Some(name) => format!("{what}: {name}"),
            None => format!("nothing to {what}"),
        };
        let onclick = {
            let world = world.clone();
            Callback::from(move |_: MouseEvent| world.send(command.clone()))
        };
        html! {
            <button type="button" id={world.id(what)} class="quiet" disabled={name.is_none()} {title} {onclick}>
                <span aria-hidden="true">{ sign }</span><span class="wide">{ format!(" {what}") }</span>
            </button>
        }
    };
    let reset = {
        let world = world.clone();
        Callback::from(move |_: MouseEvent| {
            world.send(Command::Reset);
            turner.dispatch(Turn::Tell(RESET.to_owned()));
        })
    };
    html! {
        <div class="history" role="group" aria-label="History">
            { step("undo", "↶", &props.undo, Command::Undo) }
            { step("redo", "↷", &props.redo, Command::Redo) }
            <button type="button" id={world.id("reset")} class="quiet" title="Back to the opening scenario (0)" onclick={reset}>
                { "reset" }
            </button>
        </div>
    }
}
