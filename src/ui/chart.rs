//! The timeline card: the transport, the charts of the whole run, the playhead, marks and flags.

use std::cell::RefCell;
use std::rc::Rc;

use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::TargetCast as _;
use yew::prelude::*;

use super::desk::use_tools;
use super::flags::{Flags, FlagsProps, Marks, MarksProps};
use super::part::part;
use super::player::Player;
use super::transport::transport_view;
use crate::engine::time::{SimDuration, SimTime};
use crate::page::caption::{clock, count, span, tenths};
use crate::recording::mark::{Mark, MarkKind};
use crate::scenario::Action;
use crate::session::{Command, Panel, mark_words};
use crate::timeline::axis::Axis;

/// An arrow key moves the playhead by this part of the run.
const KEY_PART: u64 = 240;
const MINUTE_US: u64 = 60_000_000;

/// What the card needs.
#[derive(Properties, PartialEq)]
pub(super) struct TimelineProps {
    /// What the session says.
    pub panel: Rc<Panel>,
    /// The scenario's actions.
    pub actions: Rc<Vec<Action>>,
}

/// The card.
#[component]
pub(super) fn TimelineCard(props: &TimelineProps) -> Html {
    let tools = use_tools();
    let panel = &props.panel;
    let hover = use_state_eq(|| None::<SimTime>);
    let held = use_mut_ref(|| false);
    let surfaces = tools.player.surfaces().clone();
    let lift = {
        let player = tools.player.clone();
        move |_: MouseEvent| player.send(Command::LiftVeil)
    };
    let next = {
        let player = tools.player.clone();
        move |_: MouseEvent| player.send(Command::NextMoment)
    };
    html! {
        <section id="timeline" class="card timeline" aria-label="Timeline">
            { transport_view(&tools, panel) }
            <div class="chart">
                <div class="chart__names" aria-hidden="true">
                    <p class="chart__name chart__name--age"><b>{ "iterator age" }</b><span>{ "of each shard" }</span></p>
                    <p class="chart__name chart__name--flow"><b>{ "orders" }</b><span><i class="key key--in"></i>{ "in " }<i class="key key--done"></i>{ "processed" }</span></p>
                    <p class="chart__name chart__name--expired"><b>{ "expired" }</b><span>{ "good orders" }</span></p>
                    <p class="chart__name chart__name--calls"><b>{ "invocations" }</b></p>
                    <p class="chart__name chart__name--failures"><b>{ "Errors" }</b><span><i class="key key--throttles"></i>{ "Throttles" }</span></p>
                </div>
                <div class="chart__plot">
                    if let Some(mark) = panel.next_moment {
                        <button type="button" class="link transport__next" onclick={next}>
                            { "next: " }{ mark_words(mark.kind) }<span aria-hidden="true">{ " →" }</span>
                        </button>
                    }
                    { part::<Flags>(FlagsProps { actions: props.actions.clone(), horizon: panel.horizon }) }
                    <div class="chart__area">
                        <canvas key="chart-canvas" class="chart__canvas" ref={surfaces.chart} aria-hidden="true"></canvas>
                        { scrubber_view(&tools.player, panel, &held, &hover.setter()) }
                        <div class="chart__veil" ref={surfaces.veil} hidden={!panel.veiled}>
                            <button type="button" id="lift-veil" class="quiet" onclick={lift}>{ "show me the end" }</button>
                        </div>
                        <div class="chart__playhead" ref={surfaces.playhead} aria-hidden="true"></div>
                        if let Some(at) = (*hover).filter(|&at| !panel.veiled || at <= panel.at) {
                            { readout(&tools.player, at, panel.horizon) }
                        }
                    </div>
                    { part::<Marks>(MarksProps { marks: Rc::new(told(&panel.marks)), horizon: panel.horizon }) }
                </div>
            </div>
        </section>
    }
}

/// The time under a pointer.
fn time_at(event: &PointerEvent, horizon: SimTime) -> SimTime {
    let element: Element = event.target_unchecked_into();
    let place = element.get_bounding_client_rect();
    let axis = Axis {
        horizon,
        width: place.width(),
    };
    axis.time(f64::from(event.client_x()) - place.left())
}

/// What the pointer and the keyboard move the playhead with.
fn scrubber_view(
    player: &Player,
    panel: &Panel,
    held: &Rc<RefCell<bool>>,
    hover: &UseStateSetter<Option<SimTime>>,
) -> Html {
    let (player, held) = (player.clone(), held.clone());
    let (now, horizon) = (panel.at, panel.horizon);
    let time = move |event: &PointerEvent| time_at(event, horizon);
    let down = {
        let (player, held) = (player.clone(), held.clone());
        move |event: PointerEvent| {
            let element: Element = event.target_unchecked_into();
            // A pointer that is gone by now needs no capture.
            let _ = element.set_pointer_capture(event.pointer_id());
            held.replace(true);
            player.send(Command::Seek(time(&event)));
        }
    };
    let moved = {
        let (player, held, hover) = (player.clone(), held.clone(), hover.clone());
        move |event: PointerEvent| {
            let at = time(&event);
            hover.set(Some(at));
            if *held.borrow() {
                player.send(Command::Seek(at));
            }
        }
    };
    let up = move |_: PointerEvent| {
        held.replace(false);
    };
    let leave = {
        let hover = hover.clone();
        move |_: PointerEvent| hover.set(None)
    };
    let key = {
        let at = now;
        let step = SimDuration(horizon.0 / KEY_PART);
        move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => at + step,
                "ArrowLeft" | "ArrowDown" => at.before(step),
                "Home" => SimTime::ZERO,
                "End" => horizon,
                _ => return,
            };
            event.prevent_default();
            player.send(Command::Seek(to.min(horizon)));
        }
    };
    let seconds = |time: SimTime| (time.0 / 1_000_000).to_string();
    html! {
        <div id="scrubber" class="chart__scrubber" role="slider" tabindex="0" aria-label="Playhead" aria-valuemin="0"
            aria-valuemax={seconds(horizon)} aria-valuenow={seconds(now)} aria-valuetext={clock(now)}
            onpointerdown={down} onpointermove={moved} onpointerup={up.clone()} onpointercancel={up} onpointerleave={leave} onkeydown={key}></div>
    }
}

/// The marks worth a dot: everybody sees where the run ends.
fn told(marks: &[Mark]) -> Vec<Mark> {
    let is_told = |mark: &&Mark| mark.kind != MarkKind::End;
    marks.iter().filter(is_told).copied().collect()
}

/// The values of one minute, beside the pointer.
fn readout(player: &Player, at: SimTime, horizon: SimTime) -> Html {
    let index = (at.0 / MINUTE_US) as usize;
    let lines = player.with_recorder(|recorder| {
        let shards = recorder.config().shard_count;
        let mut lines: Vec<String> = Vec::new();
        let (mut stored, mut processed, mut expired) = (0, 0, 0);
        let (mut invocations, mut errors, mut throttles) = (0, 0, 0);
        for shard in 0..shards {
            let Some(minute) = recorder.minutes(shard).get(index) else {
                continue;
            };
            if shard < 4 {
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
    });
    let right = horizon.0 / 2 < at.0;
    html! {
        <div class={classes!("readout", right.then_some("readout--left"))} role="presentation">
            <b>{ clock(at) }</b>
            { for lines.into_iter().map(|line| html! { <span>{ line }</span> }) }
        </div>
    }
}
