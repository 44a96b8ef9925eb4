//! When no mapping reads the stream: switched off, deleted, or not active yet (E11–E13).

use super::{Explanation, Situation, cure};
use crate::engine::config::{MappingState, StartingPosition};
use crate::scenario::knobs::Knob;
use crate::session::words;

/// What it means that nothing reads; `None` if the mapping does.
pub(super) fn asleep(now: &Situation) -> Option<Explanation> {
    let reading = now.consuming().reading;
    let others = now.moment.second.is_some();
    let (headline, blame, wanted) = match reading.state {
        MappingState::None if others => (
            "The first mapping is deleted: only the second reads the stream",
            Knob::MappingExists,
            Some(0),
        ),
        MappingState::None => (
            "There is no mapping: nobody reads the stream",
            Knob::MappingExists,
            Some(0),
        ),
        MappingState::Disabled if others => (
            "The first mapping is switched off: only the second reads the stream",
            Knob::Enabled,
            Some(1),
        ),
        MappingState::Disabled => (
            "The mapping is switched off: nobody reads the stream",
            Knob::Enabled,
            Some(1),
        ),
        MappingState::Creating => (
            "The new mapping is being created",
            Knob::MappingExists,
            None,
        ),
        MappingState::Enabling => ("The mapping is being switched on", Knob::Enabled, None),
        MappingState::Enabled
        | MappingState::Updating
        | MappingState::Disabling
        | MappingState::Deleting => return None,
    };
    let unread = now.moment.ledger.unread.total();
    let headroom = now.moment.shards.iter().map(|shard| shard.headroom).min();
    let then = match (reading.state, reading.start) {
        (MappingState::Disabled | MappingState::Enabling, _) => {
            "It keeps its checkpoint and will go on from there."
        }
        (_, StartingPosition::TrimHorizon) => {
            "The old checkpoint is gone: from TRIM_HORIZON everything that is still there is handled again."
        }
        (_, StartingPosition::Latest) => {
            "The old checkpoint is gone: with LATEST what is written until it is active is missed."
        }
        (_, StartingPosition::AtTimestamp(_)) => {
            "The old checkpoint is gone: it begins at its timestamp, whatever was handled before."
        }
    };
    Some(Explanation {
        headline: headline.to_owned(),
        sentences: vec![
            format!(
                "{} in the stream; the oldest expires in {}.",
                words::count(unread, "order waits", "orders wait"),
                words::span(headroom.unwrap_or(now.moment.retention))
            ),
            then.to_owned(),
        ],
        blame: Some(blame),
        cure: wanted.map(|value| cure::from_here(&[(blame, value)])),
        approximate: wanted.is_none(),
    })
}
