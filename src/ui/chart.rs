//! The timeline card: the transport, the charts of the whole run, the playhead, marks and flags.

use wasm_bindgen::JsCast as _;
use web_sys::{Event, KeyboardEvent, PointerEvent};

use super::desk::{Held, Tools, Turn};
use super::flags::{flags_view, marks_view};
use super::markup::{Act, Markup, closest, only};
use super::player::{Player, Snapshot};
use super::transport::transport_view;
use crate::engine::time::{SimDuration, SimTime};
use crate::page::caption::{count, span, tenths};
use crate::session::words::clock;
use crate::session::{Command, Panel, Transport, mapping_words, mark_words};
use crate::timeline::axis::Axis;

/// An arrow key moves the playhead by this part of the run.
const KEY_PART: u64 = 240;
const MINUTE_US: u64 = 60_000_000;

/// The card; `hover` is the time that is pointed at.
pub(super) fn timeline_view(m: &mut Markup, snapshot: &Snapshot, hover: Option<SimTime>) {
    let panel = &snapshot.panel;
    let surfaces = m.tools.player.surfaces();
    m.put(
        "<section id=timeline class='card timeline' aria-label=Timeline>",
        &[],
    );
    transport_view(m, &snapshot.face);
    m.put(
        "<div class=chart><div class=chart__names aria-hidden=true>\
         <p class='chart__name chart__name--age'><b>iterator age</b><span>of each shard</span></p>\
         <p class='chart__name chart__name--flow'><b>orders</b><span><i class='key key--in'></i>in <i class='key key--done'></i>processed</span></p>\
         <p class='chart__name chart__name--expired'><b>expired</b><span>good orders</span></p>\
         <p class='chart__name chart__name--calls'><b>invocations</b></p>\
         <p class='chart__name chart__name--failures'><b>Errors</b><span><i class='key key--throttles'></i>Throttles</span></p>\
         </div><div class=chart__plot><div class=chart__next><>",
        &[],
    );
    if let Some(mark) = panel.next_moment {
        m.put("<button type=button class='link transport__next'>", &[]);
        m.on_click(Act::Send(Command::Clock(Transport::NextMoment)));
        m.put(
            "next: {}<span aria-hidden=true> →</span></button>",
            &[&[mapping_words(mark.role), mark_words(mark.kind)].concat()],
        );
    }
    m.put("</></div>", &[]);
    flags_view(m, &snapshot.actions, panel.horizon);
    m.put(
        "<div class=chart__area><canvas class=chart__canvas aria-hidden=true>",
        &[],
    );
    m.node(&surfaces.chart);
    m.put("</canvas>", &[]);
    scrubber_view(m, panel);
    m.put(
        "<div class=chart__veil hidden?={}>",
        &[only(!panel.veiled, "hidden")],
    );
    m.node(&surfaces.veil);
    m.put("<button type=button id=lift-veil class=quiet>", &[]);
    m.on_click(Act::Send(Command::LiftVeil));
    m.put(
        "show me the end</button></div><div class=chart__playhead aria-hidden=true>",
        &[],
    );
    m.node(&surfaces.playhead);
    m.put("</div><>", &[]);
    if let Some(at) = hover.filter(|&at| !panel.veiled || at <= panel.at) {
        readout(m, at, panel.horizon);
    }
    m.put("</></div>", &[]);
    marks_view(m, &panel.marks, panel.horizon);
    m.put("</div></div></section>", &[]);
}

/// The time under a pointer.
fn time_at(tools: &Tools, event: &Event) -> Option<SimTime> {
    let place = closest(event, "#scrubber")?.get_bounding_client_rect();
    let axis = Axis {
        horizon: tools.player.horizon(),
        width: place.width(),
    };
    let x = f64::from(event.unchecked_ref::<PointerEvent>().client_x());
    Some(axis.time(x - place.left()))
}

/// What the pointer and the keyboard move the playhead with.
fn scrubber_view(m: &mut Markup, panel: &Panel) {
    let seconds = |time: SimTime| (time.0 / 1_000_000).to_string();
    m.put(
        "<div id=scrubber class=chart__scrubber role=slider tabindex=0 aria-label=Playhead aria-valuemin=0 \
         aria-valuemax={} aria-valuenow={} aria-valuetext={}>",
        &[&seconds(panel.horizon), &seconds(panel.at), &clock(panel.at)],
    );
    m.on("pointerdown", Act::Look(press));
    m.on("pointermove", Act::Look(point));
    for kind in ["pointerup", "pointercancel"] {
        m.on(kind, Act::Look(|tools, _| tools.held.set(Held::Nothing)));
    }
    m.on("pointerleave", Act::Turn(Turn::Hover(None)));
    m.on("keydown", Act::Look(key));
    m.put("</div>", &[]);
}

fn press(tools: &Tools, event: &Event) {
    if let Some(element) = closest(event, "#scrubber") {
        // A pointer that is gone by now needs no capture.
        let _ = element.set_pointer_capture(event.unchecked_ref::<PointerEvent>().pointer_id());
    }
    tools.held.set(Held::Playhead);
    if let Some(at) = time_at(tools, event) {
        tools.player.send(Command::Clock(Transport::Seek(at)));
    }
}

fn point(tools: &Tools, event: &Event) {
    let Some(at) = time_at(tools, event) else {
        return;
    };
    tools.turn(Turn::Hover(Some(at)));
    if tools.held.get() == Held::Playhead {
        tools.player.send(Command::Clock(Transport::Seek(at)));
    }
}

fn key(tools: &Tools, event: &Event) {
    let (at, horizon) = (tools.player.at(), tools.player.horizon());
    let step = SimDuration(horizon.0 / KEY_PART);
    let to = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
        "ArrowRight" | "ArrowUp" => at + step,
        "ArrowLeft" | "ArrowDown" => at.before(step),
        "Home" => SimTime::ZERO,
        "End" => horizon,
        _ => return,
    };
    event.prevent_default();
    tools
        .player
        .send(Command::Clock(Transport::Seek(to.min(horizon))));
}

/// The values of one minute, beside the pointer.
fn readout(m: &mut Markup, at: SimTime, horizon: SimTime) {
    m.put(
        "<div class='readout {}' role=presentation><b>{}</b>",
        &[only(horizon.0 / 2 < at.0, "readout--left"), &clock(at)],
    );
    for line in minute_in_words(&m.tools.player, at) {
        m.put("<span>{}</span>", &[&line]);
    }
    m.put("</div>", &[]);
}

fn minute_in_words(player: &Player, at: SimTime) -> Vec<String> {
    let index = (at.0 / MINUTE_US) as usize;
    player.with_recorder(|recorder| {
        let shards = 0..recorder.shards_opened(at) as u16;
        let mut lines: Vec<String> = Vec::new();
        let (mut stored, mut processed, mut expired) = (0, 0, 0);
        let (mut invocations, mut errors, mut throttles) = (0, 0, 0);
        for shard in shards {
            let Some(minute) = recorder.minutes(shard).get(index) else {
                continue;
            };
            // A closed shard that is drained has nothing to say.
            let is_done = recorder.closed_at(shard) <= at && minute.iterator_age_ms == 0;
            if lines.len() < 4 && !is_done {
                let age = span(SimDuration::from_millis(u64::from(minute.iterator_age_ms)));
                lines.push(["shard-", &shard.to_string(), ": iterator age ", &age].concat());
            }
            stored += u64::from(minute.stored);
            processed += u64::from(minute.processed);
            expired += u64::from(minute.expired);
            invocations += u64::from(minute.invocations);
            errors += u64::from(minute.errors);
            throttles += u64::from(minute.throttles);
        }
        let rate = |sum: u64| tenths(sum * 10 / 60);
        lines.push(
            [
                "in ",
                &rate(stored),
                "/s, done ",
                &rate(processed),
                "/s, expired ",
                &rate(expired),
                "/s",
            ]
            .concat(),
        );
        lines.push(
            [
                &count(invocations),
                " invocations, ",
                &count(errors),
                " Errors, ",
                &count(throttles),
                " Throttles/min",
            ]
            .concat(),
        );
        lines
    })
}
