//! The mood of a shard: whether its reader is well, late, blocked …, as a colour and in words.

use super::basin::{self, Basin};
use super::context::Stage;
use super::palette::Ink;
use crate::engine::config::MappingState;
use crate::engine::time::SimDuration;
use crate::recording::moment::{BatchMoment, Moment, Phase, ShardMoment};
use crate::words;

/// The colour of a shard's state.
pub(super) fn ink_of(moment: &Moment, shard: &ShardMoment) -> Ink {
    match mood(moment, shard) {
        Mood::Blocked | Mood::Failing => Ink::Pill,
        Mood::Asleep | Mood::Spilling | Mood::Late | Mood::Throttled | Mood::Waiting => Ink::Again,
        Mood::Well | Mood::Drained => Ink::Done,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    /// There is no mapping, or it does not read now (E12).
    Asleep,
    /// A parent is not drained (E15).
    Waiting,
    /// Closed, and everything in it has a fate.
    Drained,
    Failing,
    Blocked,
    Throttled,
    Late,
    Spilling,
}

fn mood(moment: &Moment, shard: &ShardMoment) -> Mood {
    if !moment.state.polls() {
        Mood::Asleep
    } else if shard.blocked && failures(shard) > 0 {
        Mood::Blocked
    } else if shard.expired_last_minute > 0 {
        Mood::Spilling
    } else if shard.waits {
        Mood::Waiting
    } else if shard.is_drained() {
        Mood::Drained
    } else if failures(shard) > 0 {
        Mood::Failing
    } else if is_throttled(shard) {
        Mood::Throttled
    } else if shard.iterator_age > SimDuration::from_secs(60) {
        Mood::Late
    } else {
        Mood::Well
    }
}

fn is_throttled(shard: &ShardMoment) -> bool {
    let mut lanes = shard.lanes.iter();
    lanes.any(|lane| matches!(lane.phase, Phase::Throttled { .. }))
}

pub(super) fn text_ink(moment: &Moment, shard: &ShardMoment) -> Ink {
    match ink_of(moment, shard) {
        Ink::Pill => Ink::PillText,
        Ink::Again => Ink::AgainText,
        _ => Ink::DoneText,
    }
}

fn has_pill(shard: &ShardMoment) -> bool {
    let mut batches = shard.lanes.iter().filter_map(|lane| lane.batch);
    batches.any(|batch| batch.failures > 0 && batch.pill.is_some())
}

fn failures(shard: &ShardMoment) -> u32 {
    let tries = shard.lanes.iter().filter_map(|lane| lane.batch);
    tries.map(|batch| batch.failures).max().unwrap_or(0)
}

/// A shard's state for a one-line row.
pub(super) fn row_words(stage: &Stage, shard: &ShardMoment) -> (String, Ink) {
    let mood = mood(stage.moment, shard);
    let words = match mood {
        Mood::Asleep => asleep(stage.moment)[1].to_owned(),
        Mood::Blocked => {
            let tries = words::number(failures(shard).into());
            format!("blocked, {tries} failed tries")
        }
        Mood::Spilling => {
            let rate = words::rate(f64::from(shard.expired_last_minute) / 60.0);
            format!("{rate} lost")
        }
        Mood::Waiting => format!("waits for {}", unfinished_parents(stage, shard)),
        Mood::Drained => "closed and drained".to_owned(),
        Mood::Failing | Mood::Throttled | Mood::Late | Mood::Well => iterator_age(stage, shard),
    };
    let ink = match mood {
        Mood::Well | Mood::Drained => Ink::Caption,
        _ => text_ink(stage.moment, shard),
    };
    (words, ink)
}

/// A shard's line for people who do not see it: its name, its state, how late its reader is and how long it may be.
pub(super) fn spoken(stage: &Stage, shard: &ShardMoment, state: &str) -> String {
    let age = iterator_age(stage, shard);
    let headroom = headroom(stage, shard);
    format!(
        "shard-{}: {state} · iterator age {age} · headroom {headroom}",
        shard.shard
    )
}

/// A mapping that does not read, in words, long and short.
fn asleep(moment: &Moment) -> [&'static str; 2] {
    match moment.state {
        MappingState::None if moment.second.is_some() => {
            ["the first mapping is deleted", "deleted"]
        }
        MappingState::None => ["no mapping reads this stream", "no mapping"],
        MappingState::Creating => ["the mapping is being created", "Creating"],
        MappingState::Enabling => ["the mapping is being switched on", "Enabling"],
        _ => ["the mapping is switched off", "Disabled"],
    }
}

/// The parents a shard waits for.
fn unfinished_parents(stage: &Stage, shard: &ShardMoment) -> String {
    let mut names = Vec::new();
    for &parent in &shard.parents {
        let parent_shard = &stage.moment.shards[usize::from(parent)];
        // A lane may still wait with an empty batch.
        let is_done = parent_shard.is_drained()
            && parent_shard
                .lanes
                .iter()
                .all(|lane| matches!(lane.phase, Phase::Idle { .. }));
        if !is_done {
            names.push(format!("shard-{parent}"));
        }
    }
    names.join(" and ")
}

/// Whether the figures of a healthy reader would only flicker.
fn is_steady(stage: &Stage, shard: &ShardMoment) -> bool {
    stage.is_fast() && shard.iterator_age < SimDuration::from_secs(10)
}

pub(super) fn iterator_age(stage: &Stage, shard: &ShardMoment) -> String {
    if is_steady(stage, shard) {
        return "< 10 s".into();
    }
    words::span(whole(shard.iterator_age))
}

/// A span without what nobody could read while it runs: to a tenth of a second, from ten seconds on to a second.
fn whole(span: SimDuration) -> SimDuration {
    let step = if span.0 < 10_000_000 {
        100_000
    } else {
        1_000_000
    };
    SimDuration(span.0 / step * step)
}

/// Headroom, or all of the retention where it would only flicker.
pub(super) fn headroom(stage: &Stage, shard: &ShardMoment) -> String {
    if is_steady(stage, shard) {
        return words::span(stage.moment.retention);
    }
    words::span(whole(shard.headroom))
}

/// The reader's state in words, long and short.
pub(super) fn state_words(stage: &Stage, basin: &Basin) -> (String, String) {
    let shard = basin.shard;
    match mood(stage.moment, shard) {
        Mood::Late => {
            let [handled, arriving] = [shard.capacity_milli, shard.arriving_milli()];
            let verb = if handled > arriving {
                "catching up"
            } else {
                "falling behind"
            };
            let [handled, arriving] = [handled, arriving].map(words::rate_milli);
            let words = format!("{verb}: {handled} handled, {arriving} flow in");
            (words, verb.into())
        }
        Mood::Well if is_steady(stage, shard) => ("keeps up".into(), "keeps up".into()),
        Mood::Well => well_words(shard),
        mood => trouble_words(stage, basin, mood),
    }
}

/// The state of a reader in trouble, long and short.
fn trouble_words(stage: &Stage, basin: &Basin, mood: Mood) -> (String, String) {
    let shard = basin.shard;
    let tries = failures(shard);
    match mood {
        Mood::Asleep => {
            let [long, short] = asleep(stage.moment);
            (long.into(), short.into())
        }
        Mood::Blocked => {
            // Without a pill it is the function, or what it depends on (L11).
            let cause = if has_pill(shard) {
                "blocked by one order"
            } else {
                "blocked: the function fails"
            };
            let tries = words::number(tries.into());
            let words = format!("{cause} · {tries} failed tries");
            (words, format!("blocked · {tries} tries"))
        }
        Mood::Spilling => {
            let handled = words::rate_milli(shard.capacity_milli);
            let due = words::rate(basin::due_rate(basin));
            let words = format!("reads at the rim: {handled} handled, {due} fall due");
            (words, format!("{handled} of {due} due"))
        }
        Mood::Failing => {
            let batch = shard.lanes.iter().filter_map(|lane| lane.batch);
            let count = batch.map(|b| b.count).max().unwrap_or(0);
            let tries = tries_in_words(tries);
            let words = format!(
                "{tries} failed · batch of {count}{}",
                halves_in_words(shard)
            );
            (words, format!("{tries} failed"))
        }
        Mood::Throttled => {
            let (running, allowed) = stage.moment.running;
            let neighbour = stage.moment.neighbour.running;
            let second = stage.moment.second.as_ref();
            let second = second.map_or(0, |second| second.running);
            let words = if running >= allowed || neighbour + second == 0 {
                format!("throttled: {running} of {allowed} concurrent are in use")
            } else if neighbour < second {
                format!("throttled: mapping 2 has {second} of {allowed} concurrent")
            } else {
                format!("throttled: the neighbour has {neighbour} of {allowed} concurrent")
            };
            (words, "throttled".into())
        }
        Mood::Waiting => {
            let parents = unfinished_parents(stage, shard);
            let words = format!("waits until {parents} is drained");
            (words, format!("waits for {parents}"))
        }
        Mood::Drained | Mood::Late | Mood::Well => ("closed and drained".into(), "drained".into()),
    }
}

pub(super) fn tries_in_words(tries: u32) -> String {
    if tries == 1 {
        "1 try".into()
    } else {
        format!("{} tries", words::number(tries.into()))
    }
}

fn halves_in_words(shard: &ShardMoment) -> String {
    let halves: u32 = shard.lanes.iter().map(|lane| lane.waiting_halves.0).sum();
    match halves {
        0 => String::new(),
        1 => " · 1 half waits".into(),
        n => format!(" · {n} halves wait"),
    }
}

fn well_words(shard: &ShardMoment) -> (String, String) {
    let batches: Vec<BatchMoment> = shard.lanes.iter().filter_map(|lane| lane.batch).collect();
    let words = match batches.as_slice() {
        [] => "caught up".to_owned(),
        [one] => format!("batch of {}{}", one.count, halves_in_words(shard)),
        many => {
            let records: u32 = many.iter().map(|batch| batch.count).sum();
            format!("{} batches, {records} orders", many.len())
        }
    };
    (words.clone(), words)
}
