//! Where pills are that no shard has, or has twice: pills are unknown to the producer, so they are looked up among
//! the records it lost or stored again.

use super::recorder::Recorder;
use crate::engine::time::SimTime;

/// Pills that are not where the other records are counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Astray {
    pub(super) given_up: u64,
    pub(super) lost_silently: u64,
    pub(super) lost_with_process: u64,
    pub(super) written_again: u64,
}

/// How many there are at a moment.
pub(super) fn astray(recorder: &Recorder, t: SimTime) -> Astray {
    let mut pills = Astray::default();
    if recorder.bad_records().pills_below_ordinal(u64::MAX) == 0 {
        return pills;
    }
    let stream = recorder.stream();
    let lost = recorder.bad_records().lost().iter();
    for lost in lost.take_while(|lost| lost.at <= t) {
        *(if lost.given_up {
            &mut pills.given_up
        } else {
            &mut pills.lost_silently
        }) += 1;
    }
    for deck in &stream.shards {
        if !stream.copies[usize::from(deck.shard)].is_empty() {
            pills.written_again += copies(recorder, deck.shard, t);
        }
    }
    if !stream.deaths.is_empty() {
        pills.lost_with_process = lost_with_process(recorder, t).len() as u64;
    }
    pills
}

/// How many pills of a shard are copies of records stored before.
fn copies(recorder: &Recorder, shard: u16, t: SimTime) -> u64 {
    let (source, stored_by) = (
        recorder.around(usize::from(shard)).source,
        recorder.stored_by(shard, t),
    );
    let pills = source.bad.iter().filter(|bad| bad.fails.is_pill());
    let stored = pills
        .map(|bad| bad.position)
        .take_while(|&at| at < stored_by);
    let is_copy = |&at: &u64| source.copies_in(at..at + 1).next().is_some();
    stored.filter(is_copy).count() as u64
}

/// When each pill was lost with the producer's process, and whose shard it would have been: it had been made, and was
/// nowhere else (P33).
pub(super) fn lost_with_process(recorder: &Recorder, t: SimTime) -> Vec<(SimTime, u16)> {
    let stream = recorder.stream();
    let mut lost: Vec<u64> = Vec::new();
    let mut all = Vec::new();
    for death in stream.deaths.iter().take_while(|death| death.at <= t) {
        for ordinal in recorder.bad_records().pills_before(death.generated) {
            let key = recorder.world().deck.key(ordinal);
            let mut owners = stream.shards.iter().filter(|shard| shard.has(key));
            let is_elsewhere = owners.clone().any(|owner| {
                let rank = owner.rank_before(ordinal);
                is_stored(recorder, owner.shard, rank, death.at)
                    || is_gone(recorder, owner.shard, rank, death.at)
            });
            if let (false, false, Some(owner)) =
                (is_elsewhere, lost.contains(&ordinal), owners.next())
            {
                lost.push(ordinal);
                all.push((death.at, owner.shard));
            }
        }
    }
    all
}

/// Whether a copy of a shard's pill was stored by then.
fn is_stored(recorder: &Recorder, shard: u16, rank: u64, t: SimTime) -> bool {
    let (log, stored_by) = (recorder.log(shard), recorder.stored_by(shard, t));
    let stored = recorder.bad(usize::from(shard)).stored().iter();
    stored
        .filter(|bad| bad.fails.is_pill() && bad.position < stored_by)
        .any(|bad| log.rank(bad.position) == rank)
}

/// Whether the producer had given it up, or lost it, by then.
fn is_gone(recorder: &Recorder, shard: u16, rank: u64, t: SimTime) -> bool {
    let mut gone = recorder.bad_records().lost().iter();
    gone.any(|gone| gone.at <= t && gone.shard == shard && gone.rank == rank)
}
