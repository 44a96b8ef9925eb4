//! The timeline: the transport, the charts of the whole run, the playhead, marks and flags.

mod transport;

use std::rc::Rc;

use yew::prelude::*;

use super::conductor::{Shown, Surfaces, use_world};
use transport::TransportBar;

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
    html! {
        <section class="card timeline" aria-label="Timeline" id={world.id("timeline")}>
            <TransportBar face={props.shown.face} />
            <div class="chart">
                <div class="chart__plot">
                    <div class="chart__area">
                        <canvas key="chart" class="chart__canvas" aria-hidden="true" ref={&surfaces.chart} />
                        <div class="chart__veil" ref={&surfaces.veil} hidden={!props.shown.panel.veiled} />
                        <div class="chart__playhead" ref={&surfaces.playhead} />
                    </div>
                </div>
            </div>
        </section>
    }
}
