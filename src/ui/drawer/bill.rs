//! What the run costs.

use std::rc::Rc;

use yew::prelude::*;

use super::use_watch;
use crate::engine::config::Role;
use crate::engine::time::SimDuration;
use crate::session::bill::{self, Row, money};
use crate::ui::conductor::{Watch, WatchChoice, WatchTab, use_world};

/// What the bill is given.
#[derive(Properties, PartialEq)]
pub(super) struct BillViewProps {
    /// What is watched.
    pub watch: Rc<Watch>,
    /// Whether the playhead's moment is computed.
    pub ready: bool,
}

/// The bill up to the playhead, and what it would be by the hour, day and month.
#[component]
pub(super) fn BillView(props: &BillViewProps) -> Html {
    let world = use_world();
    use_watch(
        &world,
        WatchChoice {
            tab: WatchTab::Bill,
            length: SimDuration::from_secs(60),
            role: Role::First,
        },
    );
    let Some(usage) = &props.watch.usage else {
        return html! { <p class="muted" aria-busy="true">{ "Adding up …" }</p> };
    };
    let rows = bill::rows(usage);
    html! {
        <div class={classes!("bill", (!props.ready).then_some("stale"))} tabindex="0" role="region" aria-label="The bill" aria-busy={(!props.ready).to_string()}>
            <table>
                <thead>
                    <tr>
                        <th scope="col"><span class="sr">{ "What is paid for" }</span></th>
                        { for ["so far", "an hour", "a day", "a month"].map(|name| html! { <th scope="col" key={name}>{ name }</th> }) }
                    </tr>
                </thead>
                <tbody>{ for rows.iter().filter(|row| !row.is_idle()).map(row_view) }</tbody>
            </table>
            <p>{ bill::comparison(usage) }</p>
            <p>{ bill::DEAR }</p>
            <p class="muted">{ bill::PRICES }</p>
        </div>
    }
}

fn row_view(row: &Row) -> Html {
    let is_total = row.id == "total";
    html! {
        <tr class={classes!(is_total.then_some("bill__total"))} key={row.id}>
            <th scope="row">{ row.name }</th>
            <td>{ money(row.whole) }</td>
            { for row.per.iter().map(|&sum| html! { <td>{ money(sum) }</td> }) }
        </tr>
    }
}
