//! What the producer and the function print.

use std::rc::Rc;

use yew::prelude::*;

use super::use_watch;
use crate::engine::config::Role;
use crate::engine::time::SimDuration;
use crate::session::logs::{Entry, SILENT};
use crate::session::words::clock;
use crate::ui::conductor::{Watch, WatchChoice, WatchTab, use_world};

/// What the logs are given.
#[derive(Properties, PartialEq)]
pub(super) struct LogsViewProps {
    /// What is watched.
    pub watch: Rc<Watch>,
    /// Whether the playhead's moment is computed.
    pub ready: bool,
}

/// The last lines before the playhead, the last one first.
#[component]
pub(super) fn LogsView(props: &LogsViewProps) -> Html {
    let world = use_world();
    use_watch(
        &world,
        WatchChoice {
            tab: WatchTab::Logs,
            length: SimDuration::from_secs(60),
            role: Role::First,
        },
    );
    let entries = &props.watch.entries;
    html! {
        <div class={classes!("logs", (!props.ready).then_some("stale"))} aria-busy={(!props.ready).to_string()}>
            <p class="muted">{ SILENT }</p>
            if entries.is_empty() {
                <p>{ "Nothing was printed in the last two minutes." }</p>
            }
            <ol class="logs__lines">{ for entries.iter().map(line_view) }</ol>
        </div>
    }
}

fn line_view(entry: &Entry) -> Html {
    html! {
        <li class={classes!("log", entry.is_bad.then_some("log--bad"))}>
            <time>{ clock(entry.at) }</time>{ " " }<b>{ entry.source.name() }</b>{ " " }{ &entry.text }
        </li>
    }
}
