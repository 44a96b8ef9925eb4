//! The names of the charts, each beside its row.

use yew::prelude::*;

use crate::timeline::rows::{Band, Row, bands};
use crate::ui::term::Term;

/// What the names are given.
#[derive(Properties, PartialEq)]
pub(super) struct NamesProps {
    /// The height of the charts, in CSS pixels.
    pub height: f64,
}

/// The names. They stand where the canvas has its rows.
#[component]
pub(super) fn Names(props: &NamesProps) -> Html {
    let name_view = |band: Band| {
        html! {
            <p key={band.row.name()} class="chart__name" ~style={format!("top:{:.1}px", band.middle())}>
                <Term id={band.row.term()} words={band.row.name()} />{ caption(band.row) }
            </p>
        }
    };
    html! {
        <div class="chart__names">{ for bands(props.height).into_iter().map(name_view) }</div>
    }
}

/// What of it is which colour.
fn caption(row: Row) -> Html {
    match row {
        Row::Age => html! { <span>{ "of each shard" }</span> },
        Row::Flow => html! {
            <span><i class="key key--in" />{ "in " }<i class="key key--done" />{ "processed" }</span>
        },
        Row::Expired => html! { <span>{ "good orders" }</span> },
        Row::Calls => html! {},
        Row::Failures => html! { <span><i class="key key--throttles" />{ "Throttles" }</span> },
    }
}
