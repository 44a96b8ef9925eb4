//! Actions as flags that can be dragged and removed, and marks with their words.

use wasm_bindgen::JsCast as _;
use web_sys::{Event, KeyboardEvent, PointerEvent};

use super::desk::{Held, Tools};
use super::markup::{Act, Markup, closest, only};
use crate::browser::find;
use crate::engine::config::Role;
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::time::{SimDuration, SimTime};
use crate::scenario::spelling::spell;
use crate::scenario::{Action, Deed};
use crate::session::words::clock;
use crate::session::{Command, Transport, mapping_words, mark_words};
use crate::timeline::axis::Axis;
use crate::timeline::labels::{Label, Place, place};

/// An arrow key moves a flag by so much.
const KEY_STEP: SimDuration = SimDuration::from_secs(600);
/// The width of a flag that is not pointed at, in pixels.
const FLAG_WIDTH: f64 = 34.0;
/// About the width of a letter of a mark's words, in pixels.
const LETTER: f64 = 6.4;
/// Width of a mark's dot, in pixels.
const DOT: f64 = 8.0;

/// The axis of a row of the page, as wide as the row is now.
fn axis_of(row: &str, horizon: SimTime) -> Axis {
    let width = find(row).map_or(800.0, |row| f64::from(row.client_width()));
    Axis { horizon, width }
}

/// How far right a time is, in percent of the row.
fn percent(at: SimTime, horizon: SimTime) -> String {
    let thousandths = at.0.min(horizon.0) * 100_000 / horizon.0.max(1);
    let mut text = (thousandths / 1_000).to_string();
    text.push('.');
    // Three digits, whatever they are.
    text.push_str(&(1_000 + thousandths % 1_000).to_string()[1..]);
    text
}

/// The row of flags above the charts.
pub(super) fn flags_view(m: &mut Markup, actions: &[Action], horizon: SimTime) {
    m.put("<div class=flags role=group aria-label=Actions>", &[]);
    m.on("pointermove", Act::Look(drag));
    for kind in ["pointerup", "pointercancel"] {
        m.on(kind, Act::Look(|tools, _| drop_flag(tools)));
    }
    let axis = axis_of(".flags", horizon);
    for (index, (action, nudge)) in actions.iter().zip(nudges(actions, axis)).enumerate() {
        flag_view(m, index, action, nudge, horizon);
    }
    if actions.is_empty() {
        m.put("<span class=flags__none>pills and changes from here appear as flags that you can drag</span>", &[]);
    }
    m.put("</div>", &[]);
}

fn grab(tools: &Tools, event: &Event, index: usize) {
    if let Some(row) = closest(event, ".flags") {
        // The row keeps the pointer, so that flags may change places under it.
        let _ = row.set_pointer_capture(event.unchecked_ref::<PointerEvent>().pointer_id());
    }
    tools.held.set(Held::Flag(index));
    tools.player.send(Command::BeginDrag);
}

fn drag(tools: &Tools, event: &Event) {
    let (Held::Flag(index), Some(row)) = (tools.held.get(), closest(event, ".flags")) else {
        return;
    };
    let rect = row.get_bounding_client_rect();
    let axis = Axis {
        horizon: tools.player.horizon(),
        width: rect.width(),
    };
    let x = f64::from(event.unchecked_ref::<PointerEvent>().client_x());
    let to = axis.time(x - rect.left());
    // Within a drag the session knows which action it is, wherever it stands by now.
    tools.player.send(Command::MoveAction(index, to));
}

fn drop_flag(tools: &Tools) {
    if let Held::Flag(_) = tools.held.replace(Held::Nothing) {
        tools.player.send(Command::EndDrag);
    }
}

fn key(tools: &Tools, event: &Event, index: usize) {
    let key: &KeyboardEvent = event.unchecked_ref();
    let Some(at) = tools.player.action_at(index) else {
        return;
    };
    let command = match key.key().as_str() {
        "ArrowRight" => Command::MoveAction(index, at + KEY_STEP),
        "ArrowLeft" => Command::MoveAction(index, at.before(KEY_STEP)),
        "Delete" | "Backspace" => Command::RemoveAction(index),
        "Enter" => Command::Clock(Transport::Seek(at)),
        _ => return,
    };
    event.prevent_default();
    tools.player.send(command);
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

fn flag_view(m: &mut Markup, index: usize, action: &Action, nudge: i32, horizon: SimTime) {
    let is_pill = matches!(action.deed, Deed::Pill { .. });
    let words = deed_words(&action.deed);
    let label = [&words, ", ", &clock(action.at)].concat();
    m.put(
        "<div key={} class='flag {}' style='left:{}%;margin-left:{}px'>\
         <button type=button class=flag__grip aria-label='{}. Arrow keys move it, Delete removes it' title={}>",
        &[
            &index.to_string(),
            only(is_pill, "flag--pill"),
            &percent(action.at, horizon),
            &nudge.to_string(),
            &label,
            &label,
        ],
    );
    m.on("pointerdown", Act::Nth(grab, index));
    m.on("keydown", Act::Nth(key, index));
    m.put(
        "<span aria-hidden=true>{}</span><span class=flag__words>{}</span></button>\
         <button type=button class=flag__remove aria-label='Remove {}'>",
        &[if is_pill { "★" } else { "⚑" }, &words, &label],
    );
    m.on_click(Act::Send(Command::RemoveAction(index)));
    m.put("×</button></div>", &[]);
}

fn deed_words(deed: &Deed) -> String {
    match deed {
        Deed::Pill { shard } => ["pill, shard-", &shard.to_string()].concat(),
        Deed::Split { shard } => ["split shard-", &shard.to_string()].concat(),
        Deed::Merge { shard } => ["merge shard-", &shard.to_string()].concat(),
        Deed::Set { knob, value } => [knob.spec().label, " ", &spell(*knob, *value)].concat(),
        Deed::SetText { knob, .. } => knob.spec().label.to_owned(),
    }
}

/// The marks under the charts: dots, with words where there is room. Everybody sees where the run ends.
pub(super) fn marks_view(m: &mut Markup, marks: &[Mark], horizon: SimTime) {
    let axis = axis_of(".marks", horizon);
    // Where the same happens on several shards at once, one dot stands for all.
    let is_again = |index: usize, mark: &Mark| {
        let mut before = marks[..index].iter();
        before.any(|other| {
            (other.kind, other.role) == (mark.kind, mark.role)
                && axis.x(mark.at) - axis.x(other.at) < DOT
        })
    };
    let marks: Vec<&Mark> = marks
        .iter()
        .enumerate()
        .filter(|&(index, mark)| mark.kind != MarkKind::End && !is_again(index, mark))
        .map(|(_, mark)| mark)
        .collect();
    let labels: Vec<Label> = marks
        .iter()
        .map(|mark| Label {
            x: axis.x(mark.at),
            width: words_of(mark).chars().count() as f64 * LETTER + 22.0,
            rank: rank(mark),
        })
        .collect();
    let places = place(&labels, axis.width, 2);
    m.put("<div class=marks>", &[]);
    for (mark, place) in marks.into_iter().zip(places) {
        mark_view(m, mark, place, horizon);
    }
    m.put("</div>", &[]);
}

/// How far a mark stands beside its time, so that its dot is upon it, in pixels.
fn nudge(place: Place) -> i32 {
    match place {
        Place::Left(_) => 5,
        Place::Right(_) | Place::Hidden => -5,
    }
}

/// Its words, with the mapping if that is the second.
fn words_of(mark: &Mark) -> String {
    [mapping_words(mark.role), mark_words(mark.kind)].concat()
}

/// Which marks get their words first.
fn rank(mark: &Mark) -> u32 {
    match mark.kind {
        _ if mark.role == Role::Second => 6,
        MarkKind::PillLanded | MarkKind::FirstExpiry => 0,
        MarkKind::Released => 1,
        MarkKind::LastExpiry | MarkKind::PillLost => 2,
        MarkKind::Ticket | MarkKind::Discarded | MarkKind::CaughtUp => 3,
        MarkKind::End => 9,
        _ => 5,
    }
}

fn mark_view(m: &mut Markup, mark: &Mark, place: Place, horizon: SimTime) {
    let Mark { at, kind, .. } = *mark;
    let tone = match kind {
        MarkKind::PillLanded | MarkKind::FirstFailure | MarkKind::LaneBlocked => "pill",
        MarkKind::FirstExpiry
        | MarkKind::WorstHour
        | MarkKind::LastExpiry
        | MarkKind::Discarded
        | MarkKind::PillLost => "lost",
        MarkKind::Ticket => "ticket",
        MarkKind::CaughtUp | MarkKind::Released => "done",
        _ => "plain",
    };
    let (side, row) = match place {
        Place::Right(row) => ("right", row),
        Place::Left(row) => ("left", row),
        Place::Hidden => ("bare", 0),
    };
    let words = &words_of(mark);
    let title = [words, ", ", &clock(at)].concat();
    m.put(
        "<button type=button class='mark mark--{} mark--{} {}' aria-label={} title={} style='left:{}%;margin-left:{}px'>",
        &[
            tone,
            side,
            only(row > 0, "mark--lower"),
            &title,
            &title,
            &percent(at, horizon),
            &nudge(place).to_string(),
        ],
    );
    m.on_click(Act::Send(Command::Clock(Transport::Seek(at))));
    m.put("<span class=mark__dot aria-hidden=true></span>", &[]);
    if place != Place::Hidden {
        m.put("<span class=mark__words>{}</span>", &[words]);
    }
    m.put("</button>", &[]);
}
