//! The page for those who do not see it: play area, control area, current details.

use yew::prelude::*;

use crate::page::caption::{clock, count, span};
use crate::session::Panel;

/// The summary. Only the headline speaks up by itself; the rest is there to be read.
pub(super) fn summary_view(panel: &Panel) -> Html {
    html! {
        <section class="sr" aria-label="Summary">
            <h2>{ "Play area" }</h2>
            <p>{ "A stream of " }{ panel.moment.shards.len() }{ " shards. Records age from left to right; \
                  at the end of retention, after " }{ span(panel.moment.retention) }{ ", unread records are lost." }</p>
            <h2>{ "Control area" }</h2>
            <p>{ "Press P to send a poison pill, Space to play or pause, Page Down for the next moment, slash to find a setting, question mark for help." }</p>
            <h2>{ "Current details" }</h2>
            <p>{ clock(panel.at) }{ if panel.playing { ", playing" } else { ", paused" } }</p>
            <p aria-live="polite" id="live">{ &panel.explanation.headline }</p>
            <ul>
                { for panel.moment.shards.iter().map(|shard| html! {
                    <li key={shard.shard}>
                        { "shard-" }{ shard.shard }{ if shard.blocked { " is blocked" } else { "" } }
                        { ": iterator age " }{ span(shard.iterator_age) }{ ", headroom " }{ span(shard.headroom) }
                        { ", waiting " }{ count(shard.stored.saturating_sub(shard.head)) }
                    </li>
                }) }
            </ul>
        </section>
    }
}
