//! Actions as flags that can be dragged and removed, and marks with their words.

use std::rc::Rc;

use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use super::desk::use_tools;
use crate::browser::set_style;
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
    let nudges = nudges(
        &props.actions,
        Axis {
            horizon: props.horizon,
            width,
        },
    );
    html! {
        <div class="flags" ref={row} role="group" aria-label="Actions" onpointermove={moved} onpointerup={up.clone()} onpointercancel={up}>
            { for props.actions.iter().enumerate().map(|(index, action)| html! {
                <Flag key={index} {index} action={action.clone()} horizon={props.horizon} nudge={nudges[index]} grab={grab.clone()} />
            }) }
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

#[derive(Properties, PartialEq)]
struct FlagProps {
    index: usize,
    action: Action,
    horizon: SimTime,
    nudge: i32,
    grab: Callback<(usize, i32)>,
}

#[component]
fn Flag(props: &FlagProps) -> Html {
    let player = use_tools().player;
    let node = use_node_ref();
    let (index, at) = (props.index, props.action.at);
    use_place(&node, at, props.horizon);
    use_effect_with(props.nudge, {
        let node = node.clone();
        move |nudge| {
            if let Some(element) = node.cast::<Element>() {
                set_style(
                    &element,
                    "margin-left",
                    &[nudge.to_string().as_str(), "px"].concat(),
                );
            }
        }
    });
    let is_pill = matches!(props.action.deed, Deed::Pill { .. });
    let words = deed_words(&props.action.deed);
    let label = [&words, ", ", &clock(at)].concat();
    let down = {
        let grab = props.grab.clone();
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
        <div class={classes!("flag", is_pill.then_some("flag--pill"))} ref={node}>
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

/// Keeps an element at the place of a time.
#[hook]
fn use_place(node: &NodeRef, at: SimTime, horizon: SimTime) {
    let node = node.clone();
    use_effect_with((at, horizon), move |&(at, horizon)| {
        if let Some(element) = node.cast::<Element>() {
            let percent = Axis {
                horizon,
                width: 100.0,
            }
            .x(at);
            set_style(&element, "left", &format!("{percent:.3}%"));
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
    html! {
        <div class="marks" ref={node}>
            { for props.marks.iter().zip(places).enumerate().map(|(i, (mark, place))| html! {
                <MarkView key={i} mark={*mark} place={place} horizon={props.horizon} />
            }) }
        </div>
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

#[derive(Properties, PartialEq)]
struct MarkProps {
    mark: Mark,
    place: Place,
    horizon: SimTime,
}

#[component]
fn MarkView(props: &MarkProps) -> Html {
    let player = use_tools().player;
    let node = use_node_ref();
    let Mark { at, kind, .. } = props.mark;
    use_place(&node, at, props.horizon);
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
    let (side, row) = match props.place {
        Place::Right(row) => ("mark--right", row),
        Place::Left(row) => ("mark--left", row),
        Place::Hidden => ("mark--bare", 0),
    };
    let words = words(&props.mark);
    let title = [&words, ", ", &clock(at)].concat();
    html! {
        <button type="button" ref={node} class={classes!("mark", tone, side, (row > 0).then_some("mark--lower"))} aria-label={title.clone()} {title}
            onclick={move |_: MouseEvent| player.send(Command::Seek(at))}>
            <span class="mark__dot" aria-hidden="true"></span>
            if props.place != Place::Hidden { <span class="mark__words">{ words }</span> }
        </button>
    }
}
