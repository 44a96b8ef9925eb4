//! Keys for the whole page, without a click anywhere first.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};

use super::desk::{Dialog, Tools, Turn};
use crate::browser::{document, listener::Listener, window};
use crate::engine::time::{SimDuration, SimTime};
use crate::page::keys::{Focus, Shortcut, shortcut};
use crate::session::{Command, Reach, Transport};

const MINUTE: SimDuration = SimDuration::from_secs(60);

/// Listens until dropped.
pub(super) fn listen(tools: &Tools) -> Listener {
    let tools = tools.clone();
    Listener::new(&window(), "keydown", move |event| {
        let event: KeyboardEvent = event.unchecked_into();
        if event.alt_key() || event.default_prevented() {
            return;
        }
        let command = event.ctrl_key() || event.meta_key();
        let focus = focus(event.target().and_then(|t| t.dyn_into().ok()));
        if let Some(shortcut) = shortcut(&event.key(), event.shift_key(), command, focus) {
            event.prevent_default();
            act(&tools, shortcut);
        }
    })
}

fn focus(target: Option<Element>) -> Focus {
    if document()
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .is_some()
    {
        return Focus::Dialog;
    }
    let Some(element) = target else {
        return Focus::Page;
    };
    match element.tag_name().as_str() {
        "TEXTAREA" => Focus::Text,
        "SELECT" => Focus::Slider,
        "BUTTON" | "SUMMARY" | "A" => Focus::Button,
        "INPUT" => match element
            .unchecked_into::<HtmlInputElement>()
            .type_()
            .as_str()
        {
            "range" | "radio" => Focus::Slider,
            "checkbox" | "file" => Focus::Button,
            _ => Focus::Text,
        },
        _ => Focus::Page,
    }
}

fn act(tools: &Tools, shortcut: Shortcut) {
    let player = &tools.player;
    let turn = |turn| tools.turn(turn);
    match shortcut {
        Shortcut::TogglePlay => player.send(Command::Clock(Transport::TogglePlay)),
        Shortcut::Step => player.send(Command::Clock(Transport::Step)),
        Shortcut::StepBack => player.send(Command::Clock(Transport::StepBack)),
        Shortcut::MinuteForward => {
            player.send(Command::Clock(Transport::Seek(player.at() + MINUTE)))
        }
        Shortcut::MinuteBack => {
            player.send(Command::Clock(Transport::Seek(player.at().before(MINUTE))))
        }
        Shortcut::NextMoment => player.send(Command::Clock(Transport::NextMoment)),
        Shortcut::PreviousMoment => player.send(Command::Clock(Transport::PreviousMoment)),
        Shortcut::Start => player.send(Command::Clock(Transport::Seek(SimTime::ZERO))),
        Shortcut::End => player.send(Command::Clock(Transport::Seek(player.horizon()))),
        Shortcut::SendPill => player.send(Command::SendPill(None)),
        Shortcut::SwitchReach => player.send(Command::SetReach(match player.reach() {
            Reach::WholeRun => Reach::FromHere,
            Reach::FromHere => Reach::WholeRun,
        })),
        Shortcut::Undo => player.send(Command::Undo),
        Shortcut::Redo => player.send(Command::Redo),
        Shortcut::Reset => player.send(Command::Reset),
        Shortcut::Share => turn(Turn::Open(Dialog::Share)),
        Shortcut::Import => turn(Turn::Open(Dialog::Import)),
        Shortcut::Find => turn(Turn::Find),
        Shortcut::AllSettings => turn(Turn::ToggleAllSettings),
        Shortcut::Help => turn(Turn::Open(Dialog::Help)),
        Shortcut::AutoSpeed => {
            player.send(Command::Clock(Transport::AutoSpeed(!player.auto_speed())))
        }
        Shortcut::Speed(speed) => player.send(Command::Clock(Transport::Speed(speed))),
        Shortcut::Palette => turn(Turn::NextPalette),
        Shortcut::LiftVeil => player.send(Command::LiftVeil),
    }
}
