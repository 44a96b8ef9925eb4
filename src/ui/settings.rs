//! The settings, made from the knob table: the three knobs of the story first, everything one click away.

use std::rc::Rc;

use yew::prelude::*;

use super::desk::{Tools, Turn, use_tools};
use super::find_box::{FindBox, FindProps};
use super::knob_field::{KnobField, KnobProps};
use super::part::{keyed_part, part};
use crate::browser::{find, reveal};
use crate::page::caption::clock;
use crate::scenario::consequence::consequence;
use crate::scenario::knobs::{Group, KNOBS, Kind, Knob};
use crate::scenario::notice::Problem;
use crate::scenario::spelling::spell;
use crate::scenario::{Action, Deed, Settings};
use crate::session::{Command, Reach};

/// The knobs of the story.
const THREE: [Knob; 3] = [
    Knob::MaximumRetryAttempts,
    Knob::BisectBatchOnFunctionError,
    Knob::OnFailure,
];

/// What the panel needs.
#[derive(Properties, PartialEq)]
pub(super) struct SettingsProps {
    /// The settings to show.
    pub settings: Rc<Settings>,
    /// The scenario's actions.
    pub actions: Rc<Vec<Action>>,
    /// Settings that do not go together.
    pub problems: Rc<Vec<Problem>>,
    /// Where a change applies.
    pub reach: Reach,
    /// What undo would take back.
    pub undo: Option<String>,
    /// What redo would make again.
    pub redo: Option<String>,
    /// Whether every setting is shown.
    pub all: bool,
    /// The knob somebody was sent to.
    pub revealed: Option<(Knob, u32)>,
    /// Counts requests to find a setting.
    pub finding: u32,
    /// The setting to blame for what is happening.
    pub blamed: Option<Knob>,
}

/// The panel.
#[component]
pub(super) fn SettingsPanel(props: &SettingsProps) -> Html {
    let tools = use_tools();
    let folded = use_state_eq(|| true);
    use_effect_with(props.revealed, {
        let folded = folded.setter();
        move |revealed| {
            if let Some((knob, _)) = revealed {
                folded.set(false);
                let selector = ["[data-knob=", knob.spec().key, "]"].concat();
                if let Some(field) = find(&selector) {
                    reveal(&field);
                }
            }
        }
    });
    let all = props.all;
    let fold = {
        let (folded, now) = (folded.setter(), *folded);
        move |_: MouseEvent| folded.set(!now)
    };
    html! {
        <section id="settings" class={classes!("settings", folded.then_some("settings--folded"))} aria-labelledby="settings-title">
            <header class="settings__head">
                <h2 id="settings-title">{ "Settings" }</h2>
                <button type="button" class="quiet settings__fold" aria-expanded={(!*folded).to_string()} onclick={fold}>{ if *folded { "show" } else { "hide" } }</button>
            </header>
            <div class="settings__body">
                { changes_view(&tools, props) }
                { part::<FindBox>(FindProps { finding: props.finding }) }
                <h3 class="eyebrow">{ "Three knobs" }</h3>
                { for THREE.into_iter().map(|knob| field(props, knob)) }
                { for Group::ALL.into_iter().map(|group| group_view(props, group)) }
                <button type="button" id="all-settings" class="link" aria-expanded={all.to_string()}
                    onclick={{ let turn = tools.turn.clone(); move |_: MouseEvent| turn.dispatch(Turn::AllSettings(!all)) }}>
                    { if all { "Fewer settings ↑" } else { "All settings ↓" } }
                </button>
                <p class="muted settings__legend"><span class="dot" aria-hidden="true"></span>{ " a default that is dangerous here" }<br />{ "≈ not documented by AWS: an assumption" }</p>
            </div>
        </section>
    }
}

fn group_view(props: &SettingsProps, group: Group) -> Html {
    let shown = |knob: &Knob| {
        let spec = knob.spec();
        spec.group == group
            && !THREE.contains(knob)
            && (props.all || spec.first_view)
            && is_of_use(props, *knob)
    };
    let knobs: Vec<Knob> = KNOBS.iter().map(|spec| spec.knob).filter(shown).collect();
    if knobs.is_empty() {
        return html! {};
    }
    html! {
        <div key={group.title()} class="group" role="group" aria-label={group.title()}>
            <h3 class="eyebrow">{ group.title() }</h3>
            { for knobs.into_iter().map(|knob| field(props, knob)) }
        </div>
    }
}

/// The reply is of use only to a handler that replies.
fn is_of_use(props: &SettingsProps, knob: Knob) -> bool {
    let Kind::Choice(handlers) = Knob::Handler.spec().kind else {
        return true;
    };
    let handler = props.settings.get(Knob::Handler) as usize;
    knob != Knob::Reply || handlers.get(handler) == Some(&"replies")
}

fn field(props: &SettingsProps, knob: Knob) -> Html {
    let settings = &props.settings;
    let problem = props
        .problems
        .iter()
        .find(|problem| problem.knobs.contains(&knob))
        .map(|problem| AttrValue::from(problem.text.clone()));
    let reply = (knob == Knob::Reply).then(|| AttrValue::from(settings.reply.clone()));
    let shown = KnobProps {
        knob,
        value: settings.get(knob),
        reply,
        consequence: consequence(knob, settings).map(AttrValue::from),
        problem,
        later: later(props, knob).map(AttrValue::from),
        blamed: props.blamed == Some(knob),
        from_here: props.reach == Reach::FromHere,
    };
    keyed_part::<KnobField>(knob.spec().key, shown)
}

/// What the last flag for a knob makes of it, where the form shows the start of the run.
fn later(props: &SettingsProps, knob: Knob) -> Option<String> {
    if props.reach == Reach::FromHere {
        return None;
    }
    props
        .actions
        .iter()
        .rev()
        .find_map(|action| match action.deed {
            Deed::Set { knob: other, value } if other == knob => {
                Some([&spell(knob, value), " from ", &clock(action.at), " on"].concat())
            }
            _ => None,
        })
}

/// Where changes apply, and taking them back.
fn changes_view(tools: &Tools, props: &SettingsProps) -> Html {
    let send = |command: Command| {
        let player = tools.player.clone();
        Callback::from(move |_: MouseEvent| player.send(command.clone()))
    };
    let reset = {
        let tools = tools.clone();
        Callback::from(move |_: MouseEvent| {
            tools.player.send(Command::Reset);
            let said = "Back to the opening scenario. Undo brings yours back.";
            tools.turn.dispatch(Turn::Tell(said.to_owned()));
        })
    };
    let side = |reach: Reach, words: &'static str| {
        let player = tools.player.clone();
        html! {
            <label class="segment">
                <input type="radio" name="reach" checked={props.reach == reach} onchange={move |_: Event| player.send(Command::SetReach(reach))} />
                <span>{ words }</span>
            </label>
        }
    };
    let title = |what: &str, name: &Option<String>| {
        name.as_ref().map_or_else(
            || ["nothing to ", what].concat(),
            |name| [what, ": ", name].concat(),
        )
    };
    html! {
        <div class="changes">
            <fieldset id="reach" class="segments">
                <legend>{ "Changes apply to" }</legend>
                <div class="segments__row">
                    { side(Reach::WholeRun, "whole run") }
                    { side(Reach::FromHere, "from here") }
                </div>
            </fieldset>
            <div class="changes__row" role="group" aria-label="History">
                <button type="button" id="undo" class="quiet" disabled={props.undo.is_none()} title={title("undo", &props.undo)} onclick={send(Command::Undo)}>{ "↶ undo" }</button>
                <button type="button" id="redo" class="quiet" disabled={props.redo.is_none()} title={title("redo", &props.redo)} onclick={send(Command::Redo)}>{ "↷ redo" }</button>
                <button type="button" id="reset" class="quiet" title="Back to the opening scenario (0)" onclick={reset}>{ "reset" }</button>
            </div>
            if let Some(name) = &props.undo {
                <p class="muted changes__last">{ "last: " }{ name }</p>
            }
        </div>
    }
}
