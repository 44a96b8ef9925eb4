//! A metric as a line with a scale: its top and its zero are written down, and what stands at the playhead can be seen.

use yew::prelude::*;

use crate::page::graph::{HEIGHT, WIDTH};

/// What a graph is given; places are in the units of [`crate::page::graph`].
#[derive(Properties, PartialEq)]
pub(super) struct MetricGraphProps {
    /// The line, as an SVG path.
    pub line: AttrValue,
    /// What the top of the scale means.
    pub top: AttrValue,
    /// The graph in a sentence, for those who do not see it.
    pub words: AttrValue,
    /// From where to where an alarm rang.
    #[prop_or_default]
    pub alarms: Vec<(u64, u64)>,
    /// Where the playhead stands, if it stands anywhere in it.
    #[prop_or_default]
    pub playhead: Option<u64>,
    /// Whether it counts what is lost.
    #[prop_or_default]
    pub lost: bool,
    /// Whether it is one of the large ones.
    #[prop_or_default]
    pub large: bool,
}

/// The graph.
#[component]
pub(super) fn MetricGraph(props: &MetricGraphProps) -> Html {
    let (width, height) = (WIDTH.to_string(), HEIGHT.to_string());
    let size = props.large.then_some("graph--large");
    let tone = props.lost.then_some("graph--lost");
    html! {
        <div class={classes!("graph", size, tone)}>
            <span class="graph__scale" aria-hidden="true"><span>{ &props.top }</span><span>{ "0" }</span></span>
            <svg class="graph__picture" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none" role="img"
                aria-label={props.words.clone()}>
                { for props.alarms.iter().map(|&(from, to)| html! {
                    <>
                        <rect class="graph__alarm" x={from.to_string()} y="0" width={to.saturating_sub(from).max(2).to_string()}
                            height={height.clone()} />
                        <path class="graph__page" d={format!("M{from} 0V{HEIGHT}")} vector-effect="non-scaling-stroke" />
                    </>
                }) }
                <path class="graph__rule" d={format!("M0 0H{width}M0 {height}H{width}")} vector-effect="non-scaling-stroke" />
                <path class="graph__line" d={props.line.clone()} vector-effect="non-scaling-stroke" />
                if let Some(x) = props.playhead {
                    <path class="graph__playhead" d={format!("M{x} 0V{HEIGHT}")} vector-effect="non-scaling-stroke" />
                }
            </svg>
        </div>
    }
}
