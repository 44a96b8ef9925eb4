//! Actions as flags that can be dragged and removed, and marks with their words.

use std::rc::Rc;

use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use super::desk::use_tools;
use super::player::Player;
use crate::browser::{percent, set_style};
use crate::engine::time::{SimDuration, SimTime};
use crate::page::caption::clock;
use crate::recording::mark::{Mark, MarkKind};
use crate::scenario::spelling::spell;
use crate::scenario::{Action, Deed};
use crate::session::{Command, mark_words};
use crate::timeline::axis::Axis;
use crate::timeline::labels::{Label, Place, place};

/// An arrow key moves a flag by so much.
const KEY_STEP: SimDuration = SimDuration::from_secs(600);
/// The width of a flag that is not pointed at, in pixels.
const FLAG_WIDTH: f64 = 34.0;
/// About the width of a letter of a mark's words, in pixels.
const LETTER: f64 = 6.4;

/// What the flags need.
#[derive(Properties, PartialEq)]
pub(super) struct FlagsProps {
    /// The scenario's actions, by time.
    pub actions: Rc<Vec<Action>>,
    /// The end of the run.
    pub horizon: SimTime,
}

/// The row of flags above the charts.
#[component]
pub(super) fn Flags(props: &FlagsProps) -> Html {
    let player = use_tools().player;
    let held = use_mut_ref(|| None::<usize>);
    let row = use_node_ref();
    let grab = {
        let (player, held, row) = (player.clone(), held.clone(), row.clone());
        Callback::from(move |(index, pointer): (usize, i32)| {
            if let Some(row) = row.cast::<Element>() {
                // The row keeps the pointer, so that flags may change places under it.
                let _ = row.set_pointer_capture(pointer);
            }
            held.replace(Some(index));
            player.send(Command::BeginDrag);
        })
    };
    let moved = {
        let (player, held, row) = (player.clone(), held.clone(), row.clone());
        let horizon = props.horizon;
        move |event: PointerEvent| {
            let Some(index) = *held.borrow() else { return };
            let Some(row) = row.cast::<Element>() else {
                return;
            };
            let rect = row.get_bounding_client_rect();
            let axis = Axis {
                horizon,
                width: rect.width(),
            };
            let to = axis.time(f64::from(event.client_x()) - rect.left());
            // Within a drag the session knows which action it is, wherever it stands by now.
            player.send(Command::MoveAction(index, to));
        }
    };
    let up = {
        let player = player.clone();
        move |_: PointerEvent| {
            if held.take().is_some() {
                player.send(Command::EndDrag);
            }
        }
    };
    let width = row
        .cast::<Element>()
        .map_or(800.0, |row| f64::from(row.client_width()));
    let axis = Axis {
        horizon: props.horizon,
        width,
    };
    let times = props.actions.iter().map(|action| action.at);
    let places = times.zip(nudges(&props.actions, axis)).collect();
    use_places(&row, places, props.horizon);
    html! {
        <div class="flags" ref={row} role="group" aria-label="Actions" onpointermove={moved} onpointerup={up.clone()} onpointercancel={up}>
            { for props.actions.iter().enumerate().map(|(index, action)| flag_view(&player, index, action, &grab)) }
            if props.actions.is_empty() {
                <span class="flags__none">{ "pills and changes from here appear as flags that you can drag" }</span>
            }
        </div>
    }
}

/// How far each flag stands to the right of its time, in pixels, so that none hides another.
fn nudges(actions: &[Action], axis: Axis) -> Vec<i32> {
    let mut free = f64::NEG_INFINITY;
    let place = |action: &Action| {
        let x = axis.x(action.at);
        let at = x.max(free);
        free = at + FLAG_WIDTH;
        (at - x) as i32
    };
    actions.iter().map(place).collect()
}

fn flag_view(
    player: &Player,
    index: usize,
    action: &Action,
    grab: &Callback<(usize, i32)>,
) -> Html {
    let player = player.clone();
    let at = action.at;
    let is_pill = matches!(action.deed, Deed::Pill { .. });
    let words = deed_words(&action.deed);
    let label = [&words, ", ", &clock(at)].concat();
    let down = {
        let grab = grab.clone();
        move |event: PointerEvent| grab.emit((index, event.pointer_id()))
    };
    let key = {
        let player = player.clone();
        move |event: KeyboardEvent| {
            let command = match event.key().as_str() {
                "ArrowRight" => Command::MoveAction(index, at + KEY_STEP),
                "ArrowLeft" => Command::MoveAction(index, at.before(KEY_STEP)),
                "Delete" | "Backspace" => Command::RemoveAction(index),
                "Enter" => Command::Seek(at),
                _ => return,
            };
            event.prevent_default();
            player.send(command);
        }
    };
    let remove = move |_: MouseEvent| player.send(Command::RemoveAction(index));
    html! {
        <div key={index} class={classes!("flag", is_pill.then_some("flag--pill"))}>
            <button type="button" class="flag__grip" aria-label={[label.as_str(), ". Arrow keys move it, Delete removes it"].concat()} title={label.clone()} onpointerdown={down} onkeydown={key}>
                <span aria-hidden="true">{ if is_pill { "★" } else { "⚑" } }</span><span class="flag__words">{ &words }</span>
            </button>
            <button type="button" class="flag__remove" aria-label={["Remove ", &label].concat()} onclick={remove}>{ "×" }</button>
        </div>
    }
}

fn deed_words(deed: &Deed) -> String {
    match deed {
        Deed::Pill { shard } => ["pill, shard-", &shard.to_string()].concat(),
        Deed::Set { knob, value } => [knob.spec().label, " ", &spell(*knob, *value)].concat(),
        Deed::SetReply(_) => "the given reply".to_owned(),
    }
}

/// Keeps the children of a row at the places of their times, and so many pixels to the right of them.
#[hook]
fn use_places(row: &NodeRef, places: Vec<(SimTime, i32)>, horizon: SimTime) {
    let row = row.clone();
    use_effect_with((places, horizon), move |(places, horizon)| {
        let Some(row) = row.cast::<Element>() else {
            return;
        };
        let axis = Axis {
            horizon: *horizon,
            width: 100.0,
        };
        let children = row.children();
        for (i, &(at, nudge)) in (0..).zip(places) {
            if let Some(child) = children.item(i) {
                set_style(&child, "left", &percent(axis.x(at)));
                set_style(
                    &child,
                    "margin-left",
                    &[nudge.to_string().as_str(), "px"].concat(),
                );
            }
        }
    });
}

/// What the marks need.
#[derive(Properties, PartialEq)]
pub(super) struct MarksProps {
    /// The marks that may be shown.
    pub marks: Rc<Vec<Mark>>,
    /// The end of the run.
    pub horizon: SimTime,
}

/// The marks under the charts: dots, with words where there is room.
#[component]
pub(super) fn Marks(props: &MarksProps) -> Html {
    let node = use_node_ref();
    let width = node
        .cast::<Element>()
        .map_or(800.0, |row| f64::from(row.client_width()));
    let axis = Axis {
        horizon: props.horizon,
        width,
    };
    let labels: Vec<Label> = props
        .marks
        .iter()
        .map(|mark| Label {
            x: axis.x(mark.at),
            width: words(mark).chars().count() as f64 * LETTER + 22.0,
            rank: rank(mark.kind),
        })
        .collect();
    let places = place(&labels, width, 2);
    use_places(
        &node,
        props
            .marks
            .iter()
            .zip(&places)
            .map(|(mark, place)| (mark.at, nudge(*place)))
            .collect(),
        props.horizon,
    );
    let player = use_tools().player;
    html! {
        <div class="marks" ref={node}>
            { for props.marks.iter().zip(places).enumerate().map(|(i, (mark, place))| mark_view(&player, i, mark, place)) }
        </div>
    }
}

/// How far a mark stands beside its time, so that its dot is upon it, in pixels.
fn nudge(place: Place) -> i32 {
    match place {
        Place::Left(_) => 5,
        Place::Right(_) | Place::Hidden => -5,
    }
}

/// Which marks get their words first.
fn rank(kind: MarkKind) -> u32 {
    match kind {
        MarkKind::PillLanded | MarkKind::FirstExpiry => 0,
        MarkKind::Released => 1,
        MarkKind::LastExpiry | MarkKind::PillLost => 2,
        MarkKind::Ticket | MarkKind::Discarded | MarkKind::CaughtUp => 3,
        MarkKind::End => 9,
        _ => 5,
    }
}

fn words(mark: &Mark) -> String {
    mark_words(mark.kind).to_owned()
}

fn mark_view(player: &Player, index: usize, mark: &Mark, place: Place) -> Html {
    let player = player.clone();
    let Mark { at, kind, .. } = *mark;
    let tone = match kind {
        MarkKind::PillLanded | MarkKind::FirstFailure | MarkKind::LaneBlocked => "mark--pill",
        MarkKind::FirstExpiry
        | MarkKind::WorstMinute
        | MarkKind::LastExpiry
        | MarkKind::Discarded
        | MarkKind::PillLost => "mark--lost",
        MarkKind::Ticket => "mark--ticket",
        MarkKind::CaughtUp | MarkKind::Released => "mark--done",
        _ => "mark--plain",
    };
    let (side, row) = match place {
        Place::Right(row) => ("mark--right", row),
        Place::Left(row) => ("mark--left", row),
        Place::Hidden => ("mark--bare", 0),
    };
    let words = words(mark);
    let title = [&words, ", ", &clock(at)].concat();
    html! {
        <button key={index} type="button" class={classes!("mark", tone, side, (row > 0).then_some("mark--lower"))} aria-label={title.clone()} {title}
            onclick={move |_: MouseEvent| player.send(Command::Seek(at))}>
            <span class="mark__dot" aria-hidden="true"></span>
            if place != Place::Hidden { <span class="mark__words">{ words }</span> }
        </button>
    }
}
