//! Keys for the whole page, without a click anywhere first.

use gloo_storage::{LocalStorage, Storage as _};
use web_sys::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::conductor::Conductor;
use super::hooks::use_event;
use super::page::{Destination, Dialog, Drawer, Turn, Turner};
use crate::browser::{document, window};
use crate::engine::time::{SimDuration, SimTime};
use crate::page::keys::{Focus, Shortcut, shortcut};
use crate::session::{Command, Reach, Transport};

const MINUTE: SimDuration = SimDuration::from_secs(60);
/// Under which name the browser remembers that single-letter keys are off.
const LETTERS: &str = "overflowing-sink.letters";

/// Whether somebody has switched single-letter keys off on this machine.
pub(super) fn remembered_off() -> bool {
    LocalStorage::get(LETTERS).is_ok_and(|on: bool| !on)
}

/// Remembers whether single-letter keys are off.
pub(super) fn remember_off(off: bool) {
    // A browser that keeps nothing asks again next time.
    let _ = LocalStorage::set(LETTERS, !off);
}

/// Listens as long as the component lives.
#[hook]
pub(super) fn use_keyboard(conductor: &Conductor, turner: &Turner, letters_off: bool) {
    let (conductor, turner) = (conductor.clone(), turner.clone());
    use_event(&window(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        if event.alt_key() || event.default_prevented() {
            return;
        }
        let key = event.key();
        let command = event.ctrl_key() || event.meta_key();
        if letters_off && !command && key.chars().count() == 1 && key != " " {
            return;
        }
        let focus = focus(event.target().and_then(|target| target.dyn_into().ok()));
        if let Some(shortcut) = shortcut(&key, event.shift_key(), command, focus) {
            event.prevent_default();
            act(&conductor, &turner, shortcut);
        }
    });
}

fn focus(target: Option<Element>) -> Focus {
    let open = document().query_selector("dialog[open]").ok().flatten();
    if open.is_some() {
        return Focus::Dialog;
    }
    let Some(element) = target else {
        return Focus::Page;
    };
    match element.tag_name().as_str() {
        "TEXTAREA" => Focus::Text,
        "SELECT" => Focus::Slider,
        "BUTTON" | "SUMMARY" | "A" => Focus::Button,
        "INPUT" => {
            let input: HtmlInputElement = element.unchecked_into();
            match input.type_().as_str() {
                "range" | "radio" => Focus::Slider,
                "checkbox" | "file" => Focus::Button,
                _ => Focus::Text,
            }
        }
        _ => Focus::Page,
    }
}

fn act(conductor: &Conductor, turner: &Turner, shortcut: Shortcut) {
    let world = conductor.world(0);
    let at = conductor.face().at;
    match shortcut {
        Shortcut::TogglePlay => conductor.transport(Transport::TogglePlay),
        Shortcut::Step => conductor.transport(Transport::Step),
        Shortcut::StepBack => conductor.transport(Transport::StepBack),
        Shortcut::MinuteForward => conductor.transport(Transport::Seek(at + MINUTE)),
        Shortcut::MinuteBack => conductor.transport(Transport::Seek(at.before(MINUTE))),
        Shortcut::NextMoment => conductor.transport(Transport::NextMoment),
        Shortcut::PreviousMoment => conductor.transport(Transport::PreviousMoment),
        Shortcut::Start => conductor.transport(Transport::Seek(SimTime::ZERO)),
        Shortcut::End => conductor.transport(Transport::Seek(conductor.face().end)),
        Shortcut::SendPill => world.send(Command::SendPill(None)),
        Shortcut::SwitchReach => world.send(Command::SetReach(match world.shown().panel.reach {
            Reach::WholeRun => Reach::FromHere,
            Reach::FromHere => Reach::WholeRun,
        })),
        Shortcut::Undo => world.send(Command::Undo),
        Shortcut::Redo => world.send(Command::Redo),
        Shortcut::Reset => {
            world.send(Command::Reset);
            turner.dispatch(Turn::Tell(RESET.to_owned()));
        }
        Shortcut::Share => turner.dispatch(Turn::Open(Dialog::Share)),
        Shortcut::Import => turner.dispatch(Turn::Open(Dialog::Import("".into()))),
        Shortcut::Find => turner.dispatch(Turn::Go(Destination::Find)),
        Shortcut::AllSettings => turner.dispatch(Turn::Pull(Drawer::Settings)),
        Shortcut::Help => turner.dispatch(Turn::Open(Dialog::Help)),
        Shortcut::AutoSpeed => {
            conductor.transport(Transport::AutoSpeed(!conductor.face().auto_speed));
        }
        Shortcut::Speed(speed) => conductor.transport(Transport::Speed(speed)),
        Shortcut::Palette => turner.dispatch(Turn::NextPalette),
        Shortcut::LiftVeil => world.send(Command::LiftVeil),
    }
}

/// Said when the opening scenario is back.
pub(super) const RESET: &str = "Back to the opening scenario. Undo brings yours back.";
