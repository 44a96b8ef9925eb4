//! The timeline: the transport, the charts of the whole run, the playhead, marks and flags.

mod cursor;
mod flag;
mod flags;
mod marks;
mod names;
mod transport;

use std::rc::Rc;

use yew::prelude::*;

use super::conductor::{Shown, Surfaces, use_world};
use super::hooks::use_size;
use crate::session::Command;
use crate::timeline::rows::ALL_FROM;
use cursor::Cursor;
use flags::Flags;
use marks::Marks;
use names::Names;
use transport::TransportBar;

/// The width of a list that opens in the timeline, in pixels, as its style has it.
const POPOVER: f64 = 300.0;

/// What the timeline is given.
#[derive(Properties, PartialEq)]
pub(super) struct TimelineProps {
    /// What the world shows.
    pub shown: Rc<Shown>,
    /// What the loop paints.
    pub surfaces: Surfaces,
}

/// The timeline.
#[component]
pub(super) fn Timeline(props: &TimelineProps) -> Html {
    let world = use_world();
    let surfaces = &props.surfaces;
    let size = use_size(&surfaces.chart);
    let panel = &props.shown.panel;
    let lift = {
        let world = world.clone();
        Callback::from(move |_| world.send(Command::LiftVeil))
    };
    // Two rows of words want more room than a low window has.
    let rows = if size.height < ALL_FROM { 1 } else { 2 };
    html! {
        <section class="card timeline" aria-label="Timeline" id={world.id("timeline")}>
            <TransportBar face={props.shown.face} next={panel.next_moment} />
            <div class="chart">
                <Names height={size.height} />
                <Flags actions={props.shown.actions.clone()} horizon={panel.horizon} />
                <div class="chart__area">
                    <canvas key="chart" class="chart__canvas" aria-hidden="true" ref={&surfaces.chart} />
                    <Cursor at={panel.at} horizon={panel.horizon} />
                    <div class="chart__veil" ref={&surfaces.veil} hidden={!panel.veiled}>
                        <button type="button" id={world.id("lift-veil")} class="quiet" title="E" onclick={lift}>
                            { "show me the end" }
                        </button>
                    </div>
                    <div class="chart__playhead" aria-hidden="true" ref={&surfaces.playhead} />
                </div>
                <Marks marks={panel.marks.clone()} horizon={panel.horizon} {rows} />
            </div>
            <Foot pages={panel.pages.clone()} extended={panel.extended.clone()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct FootProps {
    /// When somebody would have been paged.
    pages: Vec<String>,
    /// That the run has become longer.
    extended: Option<String>,
}

/// What is to be said of the whole run, under its charts.
#[component]
fn Foot(props: &FootProps) -> Html {
    html! {
        <div class="timeline__foot">
            <ul class="timeline__pages" aria-label="The pager" tabindex={(!props.pages.is_empty()).then_some("0")}>
                { for props.pages.iter().map(|page| html! { <li key={page.clone()}>{ page }</li> }) }
            </ul>
            if let Some(sentence) = &props.extended {
                <p class="timeline__extended" title={sentence.clone()}>{ sentence }</p>
            }
        </div>
    }
}

/// Where a list stands that opens at a place, so that it stays inside.
fn popover_left(left: f64, width: f64) -> String {
    format!("left:{:.1}px", left.min(width - POPOVER).max(0.0))
}
