//! Parents before children: a shard opened by a reshard is read once everything in its parents has a fate (E15, S18).

use super::reader_track::account;
use super::stream_track::StreamRecord;
use crate::engine::account::Neighbour;
use crate::engine::reader::{Reader, ReaderTape, Surroundings};
use crate::engine::time::{SimDuration, SimTime};

/// A reader on the move, and who listens to it.
pub(super) type Moving<'a> = (&'a mut Reader, &'a mut dyn ReaderTape);

/// When a waiting shard's parents are all drained, if that is by `until`; `readers` gives those of lower number.
fn starts_at<'a, 'r>(
    stream: &StreamRecord,
    around: &dyn Fn(usize) -> Surroundings<'a>,
    reader: &dyn Fn(usize) -> &'r Reader,
    shard: usize,
    until: SimTime,
) -> Option<SimTime> {
    let drained = |&parent: &u16| {
        let (parent, closed_at) = (usize::from(parent), stream.closed_at[usize::from(parent)]);
        reader(parent).drained_at(&around(parent).source, closed_at)
    };
    let parents = &stream.shards[shard].parents;
    let all: Option<Vec<SimTime>> = parents.iter().map(drained).collect();
    all?.into_iter().max().filter(|&at| at <= until)
}

/// Moves one shard's reader to `until`, its parents being there already, alone in the account.
pub(super) fn alone<'a, 'r>(
    stream: &StreamRecord,
    around: &dyn Fn(usize) -> Surroundings<'a>,
    parent: &dyn Fn(usize) -> &'r Reader,
    shard: usize,
    (reader, tape): Moving<'_>,
    until: SimTime,
) {
    let here = around(shard);
    let mut account = account(std::iter::once(&*reader));
    if reader.is_waiting()
        && let Some(at) = starts_at(stream, around, parent, shard, until)
    {
        reader.advance(&here, at, &mut account, tape);
        reader.start(&here, at, tape);
    }
    reader.advance(&here, until, &mut account, tape);
}

/// Moves all readers to `until` in the order of time, because they share the account's concurrency (L1, L5).
pub(super) fn together<'a>(
    stream: &StreamRecord,
    around: &dyn Fn(usize) -> Surroundings<'a>,
    readers: &mut [Moving<'_>],
    neighbour: &mut Neighbour,
    until: SimTime,
) {
    let mut account = account(readers.iter().map(|(reader, _)| &**reader));
    account.neighbour = Some(std::mem::take(neighbour));
    for (shard, (reader, _)) in readers.iter_mut().enumerate() {
        reader.refresh(&around(shard));
    }
    let mut waiting = readers.iter().any(|(reader, _)| reader.is_waiting());
    loop {
        let next = readers
            .iter()
            .enumerate()
            .map(|(shard, (reader, _))| (next_at(reader, &around(shard), waiting), shard));
        let (at, shard) = next.min().expect("a stream has a shard");
        let start = if waiting {
            first_start(stream, around, readers, until)
        } else {
            None
        };
        if let Some((starts, child)) = start
            && starts <= at
        {
            let (reader, tape) = &mut readers[child];
            reader.start(&around(child), starts, *tape);
            waiting = readers.iter().any(|(reader, _)| reader.is_waiting());
            continue;
        }
        if at > until {
            break;
        }
        let (reader, tape) = &mut readers[shard];
        reader.step(&around(shard), at, &mut account, *tape);
    }
    for (shard, (reader, tape)) in readers.iter_mut().enumerate() {
        reader.pass(&around(shard), until, *tape);
    }
    if let Some(mut moved) = account.neighbour {
        moved.advance(around(0).config, account.running, until + SimDuration(1));
        *neighbour = moved;
    }
}

/// When a reader moves next. What drains a shard must be seen at its time if another one waits for that.
fn next_at(reader: &Reader, around: &Surroundings<'_>, waiting: bool) -> SimTime {
    if waiting && !reader.is_waiting() {
        reader.next_settling(around)
    } else {
        reader.next_at(around)
    }
}

/// The waiting shard that can be read first, and when.
fn first_start<'a>(
    stream: &StreamRecord,
    around: &dyn Fn(usize) -> Surroundings<'a>,
    readers: &[Moving<'_>],
    until: SimTime,
) -> Option<(SimTime, usize)> {
    let parent = |shard: usize| &*readers[shard].0;
    let waiting = (0..readers.len()).filter(|&shard| readers[shard].0.is_waiting());
    let starts = |shard| Some((starts_at(stream, around, &parent, shard, until)?, shard));
    waiting.filter_map(starts).min()
}
