//! Parents before children: a shard opened by a reshard is read once everything in its parents has a fate (E15, S18).

use super::reader_track::account;
use super::stream_track::StreamRecord;
use crate::engine::account::Neighbour;
use crate::engine::reader::{Reader, ReaderTape, Surroundings};
use crate::engine::time::{SimDuration, SimTime};

/// A reader on the move, and who listens to it.
pub(super) type Moving<'a> = (&'a mut Reader, &'a mut dyn ReaderTape);

/// When a waiting shard's parents are all drained by its mapping, if that is by `until`; `reader` gives those of lower
/// number.
fn starts_at<'r>(
    stream: &StreamRecord,
    reader: &dyn Fn(usize) -> &'r Reader,
    (shard, child): (usize, &Reader),
    until: SimTime,
) -> Option<SimTime> {
    let drained = |&parent: &u16| reader(usize::from(parent)).drained_at(child.mapping());
    let parents = &stream.shards[shard].parents;
    let all: Option<Vec<SimTime>> = parents.iter().map(drained).collect();
    let at = all?.into_iter().fold(child.ready_at(), SimTime::max);
    (at <= until).then_some(at)
}

/// Moves one shard's reader to `until`, its parents being there already, alone in the account.
pub(super) fn alone<'a, 'r>(
    stream: &StreamRecord,
    here: &Surroundings<'a>,
    parent: &dyn Fn(usize) -> &'r Reader,
    shard: usize,
    (reader, tape): Moving<'_>,
    until: SimTime,
) {
    let mut account = account(std::iter::once((&*reader, here.config.role, false)));
    loop {
        let starts = if reader.is_waiting() {
            starts_at(stream, parent, (shard, reader), until)
        } else {
            None
        };
        let is_there = reader.advance(here, starts.unwrap_or(until), &mut account, tape);
        match starts {
            Some(at) if is_there => reader.start(here, at, tape),
            None if is_there => break,
            // A new mapping has begun.
            _ => {}
        }
    }
}

/// Moves all readers to `until` in the order of time, because they share the account's concurrency (L1, L5) or a shard's
/// reads (S2). They are those of `size` shards, once for each mapping; `around` counts the same way.
pub(super) fn together<'a>(
    stream: &StreamRecord,
    around: &dyn Fn(usize) -> Surroundings<'a>,
    (readers, size): (&mut [Moving<'_>], usize),
    neighbour: &mut Neighbour,
    until: SimTime,
) {
    let mut account = account(readers.iter().enumerate().map(|(index, (reader, _))| {
        let here = around(index);
        (&**reader, here.config.role, here.shares_reads)
    }));
    account.neighbour = Some(std::mem::take(neighbour));
    for (index, (reader, _)) in readers.iter_mut().enumerate() {
        reader.refresh(&around(index));
    }
    let mut waiting = readers.iter().any(|(reader, _)| reader.is_waiting());
    let all = |readers: &[Moving<'_>], waiting| -> Vec<SimTime> {
        let each = readers.iter().enumerate();
        each.map(|(index, (reader, _))| next_at(reader, &around(index), waiting))
            .collect()
    };
    // Only who moves has another one then.
    let mut times = all(readers, waiting);
    loop {
        let (at, index) = soonest(&times);
        let start = if waiting {
            first_start(stream, (readers, size), until)
        } else {
            None
        };
        if let Some((starts, child)) = start
            && starts <= at
        {
            let (reader, tape) = &mut readers[child];
            reader.start(&around(child), starts, *tape);
            waiting = readers.iter().any(|(reader, _)| reader.is_waiting());
            times = all(readers, waiting);
            continue;
        }
        if at > until {
            break;
        }
        let (reader, tape) = &mut readers[index];
        let here = around(index);
        reader.step(&here, at, &mut account, *tape);
        // A new mapping may have to wait again.
        if reader.is_waiting() && !waiting {
            waiting = true;
            times = all(readers, waiting);
        } else {
            times[index] = next_at(reader, &here, waiting);
        }
    }
    for (index, (reader, tape)) in readers.iter_mut().enumerate() {
        reader.pass(&around(index), until, *tape);
    }
    if let Some(mut moved) = account.neighbour {
        moved.advance(around(0).config, account.running, until + SimDuration(1));
        *neighbour = moved;
    }
}

/// The earliest time and the first whose it is.
fn soonest(times: &[SimTime]) -> (SimTime, usize) {
    let mut first = (SimTime::NEVER, 0);
    for (index, &at) in times.iter().enumerate() {
        if at < first.0 {
            first = (at, index);
        }
    }
    first
}

/// When a reader moves next. What drains a shard must be seen at its time if another one waits for that.
fn next_at(reader: &Reader, around: &Surroundings<'_>, waiting: bool) -> SimTime {
    if waiting && !reader.is_waiting() {
        reader.next_settling(around)
    } else {
        reader.next_at(around)
    }
}

/// The waiting reader that can begin first, and when.
fn first_start(
    stream: &StreamRecord,
    (readers, size): (&[Moving<'_>], usize),
    until: SimTime,
) -> Option<(SimTime, usize)> {
    let waiting = (0..readers.len()).filter(|&index| readers[index].0.is_waiting());
    let starts = |index: usize| {
        let shard = index % size;
        // Of the same mapping.
        let parent = |parent: usize| &*readers[index - shard + parent].0;
        let at = starts_at(stream, &parent, (shard, &*readers[index].0), until)?;
        Some((at, index))
    };
    waiting.filter_map(starts).min()
}
