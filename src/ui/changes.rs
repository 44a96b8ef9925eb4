//! Where a change applies, and taking changes back.

use std::rc::Rc;

use yew::prelude::*;

use super::conductor::use_world;
use super::keyboard::RESET;
use super::page::{Turn, use_turner};
use crate::session::{Command, Panel, Reach};

/// What the row is given.
#[derive(Properties, PartialEq)]
pub(super) struct ChangesProps {
    /// Where changes apply.
    pub reach: Reach,
    /// Names the change that undo would take back.
    pub undo: Option<AttrValue>,
    /// Names the change that redo would make again.
    pub redo: Option<AttrValue>,
}

impl ChangesProps {
    /// What a panel says of it.
    pub(super) fn of(panel: &Rc<Panel>) -> Self {
        let name = |name: &Option<String>| name.clone().map(AttrValue::from);
        Self {
            reach: panel.reach,
            undo: name(&panel.undo),
            redo: name(&panel.redo),
        }
    }
}

/// The row.
#[component]
pub(super) fn Changes(props: &ChangesProps) -> Html {
    let (world, turner) = (use_world(), use_turner());
    let name = world.id("reach");
    let reach = |reach: Reach, words: &'static str| {
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
                <span aria-hidden="true">{ sign }</span>{ format!(" {what}") }
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
        <div class="changes">
            <fieldset id={world.id("reach")} class="changes__reach">
                <legend>{ "Changes apply to" }</legend>
                <div class="segments__row">
                    { reach(Reach::WholeRun, "whole run") }{ reach(Reach::FromHere, "from here") }
                </div>
            </fieldset>
            <div class="changes__history" role="group" aria-label="History">
                if let Some(name) = &props.undo {
                    <span class="muted changes__last">{ format!("last: {name}") }</span>
                }
                { step("undo", "↶", &props.undo, Command::Undo) }
                { step("redo", "↷", &props.redo, Command::Redo) }
                <button type="button" id={world.id("reset")} class="quiet" title="Back to the opening scenario (0)" onclick={reset}>
                    { "reset" }
                </button>
            </div>
        </div>
    }
}
