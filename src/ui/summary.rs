//! The page for those who do not see it: play area, control area, current details.

use super::markup::Markup;
use crate::page::caption::{count, span};
use crate::session::Panel;
use crate::session::words::clock;

/// The summary. Only the headline speaks up by itself; the rest is there to be read.
pub(super) fn summary_view(m: &mut Markup, panel: &Panel, playing: bool) {
    m.put(
        "<section class=sr aria-label=Summary><h2>Play area</h2>\
         <p>A stream of {} shards. Records age from left to right; \
         at the end of retention, after {}, unread records are lost.</p>\
         <h2>Control area</h2>\
         <p>Press P to send a poison pill, Space to play or pause, Page Down for the next moment, slash to find a setting, question mark for help.</p>\
         <h2>Current details</h2><p>{}, {}</p><p aria-live=polite id=live>{}</p><ul>",
        &[
            &panel.moment.shards.len().to_string(),
            &span(panel.moment.retention),
            &clock(panel.at),
            if playing { "playing" } else { "paused" },
            &panel.explanation.headline,
        ],
    );
    for shard in &panel.moment.shards {
        m.put(
            "<li>shard-{}{}: iterator age {}, headroom {}, waiting {}</li>",
            &[
                &shard.shard.to_string(),
                if shard.blocked { " is blocked" } else { "" },
                &span(shard.iterator_age),
                &span(shard.headroom),
                &count(shard.stored.saturating_sub(shard.head)),
            ],
        );
    }
    for shard in panel.moment.second.iter().flat_map(|second| &second.shards) {
        m.put(
            "<li>The second mapping on shard-{}: {}iterator age {}</li>",
            &[
                &shard.shard.to_string(),
                if shard.blocked { "blocked, " } else { "" },
                &span(shard.iterator_age),
            ],
        );
    }
    m.put("</ul></section>", &[]);
}
