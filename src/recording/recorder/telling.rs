//! CloudWatch's view of a stretch of a run, told piece by piece: a large run takes longer than a frame for one minute.

use super::replay::Live;
use super::{Recorder, plan};
use crate::engine::config::Role;
use crate::engine::reader::{Reader, Surroundings};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::fold::{self, ReaderFold, ReaderHearing, StreamFold, StreamHearing, Window};
use crate::recording::metrics::Period;
use crate::recording::reader_track::running;

/// Periods that are being told, as far as there was time. It holds for the run it was begun with, and no other.
pub struct Telling {
    role: Role,
    live: Live,
    until: SimTime,
    /// Invocations that ran as it began.
    executions: u64,
    stream: StreamFold,
    first: Vec<ReaderFold>,
    second: Vec<ReaderFold>,
}

impl Recorder {
    /// CloudWatch's view of `count` periods from the one that holds `from` on: all metrics, of all shards together; those
    /// of the function and the mapping are the first one's. Computed anew, so ask for the window that somebody looks at.
    pub fn metrics(&self, from: SimTime, period: SimDuration, count: usize) -> Vec<Period> {
        self.metrics_of(Role::First, from, period, count)
    }

    /// [`Recorder::metrics`] with one mapping's part. The stream's are the same for both: its reads are everybody's (M5).
    pub fn metrics_of(
        &self,
        role: Role,
        from: SimTime,
        period: SimDuration,
        count: usize,
    ) -> Vec<Period> {
        let mut telling = self.tell(role, from, period, count);
        let until = telling.until;
        self.tell_until(&mut telling, until);
        self.told(telling)
    }

    /// Begins what [`Recorder::metrics_of`] does at once.
    pub fn tell(&self, role: Role, from: SimTime, period: SimDuration, count: usize) -> Telling {
        let window = Window::new(from, period, count);
        let (from, end) = window.span();
        let start = from.before(SimDuration(1));
        let until = end.before(SimDuration(1)).min(self.computed_until());
        let live = self.before(start, until);
        let folds = |role, readers: &[Reader]| -> Vec<ReaderFold> {
            let fold = |(shard, reader): (usize, &Reader)| {
                let around = Surroundings {
                    config: self.config_of(role),
                    ..self.around(shard)
                };
                let reads = self.reads(role, shard);
                ReaderFold::new(window.clone(), &around, (reader, reads), start)
            };
            readers.iter().enumerate().map(fold).collect()
        };
        let readers = match role {
            Role::First => &live.readers,
            Role::Second => &live.second,
        };
        let executions = readers.iter().map(|reader| u64::from(running(reader)));
        Telling {
            role,
            until,
            executions: executions.sum(),
            stream: StreamFold::new(window.clone(), &self.world, &live.producer),
            first: folds(Role::First, &live.readers),
            second: folds(Role::Second, &live.second),
            live,
        }
    }

    /// Goes on with it while there is `more` time, by a small piece at least; returns whether all is told.
    pub fn tell_on(&self, telling: &mut Telling, more: &mut dyn FnMut() -> bool) -> bool {
        let readers = telling.first.len() + telling.second.len();
        while telling.live.at < telling.until {
            let now = telling.live.at;
            let step = plan::telling_step(&self.world, now, readers);
            self.tell_until(telling, telling.until.min(now + step));
            if !more() {
                break;
            }
        }
        telling.live.at == telling.until
    }

    /// What was told, once all is.
    pub fn told(&self, telling: Telling) -> Vec<Period> {
        let Telling {
            role,
            until,
            executions,
            mut stream,
            first,
            second,
            ..
        } = telling;
        let after = until + SimDuration(1);
        let (own, others) = match role {
            Role::First => (first, second),
            Role::Second => (second, first),
        };
        let finish =
            |(shard, fold): (usize, ReaderFold)| fold.finish(&self.around(shard).source, after);
        for fold in others.into_iter().enumerate() {
            stream.add_reads(&finish(fold).0);
        }
        let folds = own.into_iter().enumerate().map(finish).collect();
        fold::together(stream, folds, executions, after)
    }

    /// When one of a role's mappings reads a shard, as far as the run is computed: while it polls, once it has drained the
    /// shard's parents and until it has drained the shard (E15).
    fn reads(&self, role: Role, shard: usize) -> Vec<(SimTime, SimTime)> {
        let readers = match (&self.second, role) {
            (Some(second), Role::Second) => &second.readers,
            _ => &self.readers,
        };
        let drained = |shard: usize, mapping| {
            let drained = readers[shard].reader.drained_at(mapping);
            drained.unwrap_or(SimTime::NEVER)
        };
        let parents = &self.around(shard).shard.parents;
        let epochs = &self.config_of(role).consuming;
        let ends = epochs.iter().skip(1).map(|epoch| epoch.from);
        let mut reads: Vec<(SimTime, SimTime)> = Vec::new();
        for (epoch, end) in epochs.iter().zip(ends.chain([SimTime::NEVER])) {
            let mapping = epoch.reading.mapping;
            let drained_before = parents
                .iter()
                .map(|&parent| drained(parent.into(), mapping));
            let from = drained_before.fold(epoch.from, SimTime::max);
            let to = end.min(drained(shard, mapping));
            match reads.last_mut() {
                _ if !epoch.reading.state.polls() || to <= from => {}
                Some((_, end)) if *end == from => *end = to,
                _ => reads.push((from, to)),
            }
        }
        reads
    }

    fn tell_until(&self, telling: &mut Telling, t: SimTime) {
        let Telling {
            live,
            stream,
            first,
            second,
            ..
        } = telling;
        let mut stream = StreamHearing {
            fold: stream,
            world: &self.world,
            shards: self.shards(),
        };
        self.replay(
            live,
            t,
            &mut stream,
            &mut self.hearing(first),
            &mut self.hearing(second),
        );
    }

    fn hearing<'a>(&'a self, folds: &'a mut [ReaderFold]) -> Vec<ReaderHearing<'a>> {
        let of = |(shard, fold)| ReaderHearing {
            fold,
            source: self.around(shard).source,
        };
        folds.iter_mut().enumerate().map(of).collect()
    }
}
