//! What the producer does, as the stream's metrics tell it (M1–M4).

use super::{Window, ms};
use crate::engine::config::PutCall;
use crate::engine::fact::Fact;
use crate::engine::producer::Producer;
use crate::engine::producer::tape::StreamTape;
use crate::engine::producer::world::World;
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::metrics::Metric;
use crate::recording::waits::Waits;
use std::rc::Rc;

/// What the producer's facts come to.
pub(in crate::recording) struct StreamFold {
    window: Window,
    /// Whether each record is a `PutRecord` of its own.
    puts_one: bool,
    waits: Waits,
}

/// Folds the producer's facts.
pub(in crate::recording) struct StreamHearing<'a> {
    pub(in crate::recording) fold: &'a mut StreamFold,
    pub(in crate::recording) world: &'a World,
    pub(in crate::recording) shards: &'a [Rc<ShardDeck>],
}

impl StreamFold {
    /// A fold that begins with the producer as it is.
    pub(in crate::recording) fn new(window: Window, world: &World, producer: &Producer) -> Self {
        Self {
            window,
            puts_one: world.config.producing[0].call == PutCall::PutRecord,
            waits: Waits::new(world, producer),
        }
    }

    /// Adds the reads of another mapping: they are the stream's as well (M5, M10).
    pub(in crate::recording) fn add_reads(&mut self, other: &Window) {
        for (mine, theirs) in self.window.periods.iter_mut().zip(&other.periods) {
            for metric in [Metric::GetAge, Metric::ReadExceeded] {
                mine.of_mut(metric).add(theirs.of(metric));
            }
        }
    }

    /// The fold's last word.
    pub(super) fn finish(mut self) -> Window {
        self.waits.count(&mut self.window);
        self.window
    }

    /// What a `PutRecord` came to: 1 or 0 (P12).
    fn put_record(&mut self, at: SimTime, accepted: bool, throttled: u32) {
        let samples = [
            (Metric::PutOneSuccess, u64::from(accepted)),
            (Metric::WriteExceeded, u64::from(throttled)),
        ];
        self.window.sample(at, &samples);
    }
}

impl StreamTape for StreamHearing<'_> {
    fn answered(&mut self, at: SimTime, round_trip: SimDuration) {
        let metric = if self.fold.puts_one {
            Metric::PutOneLatency
        } else {
            Metric::PutLatency
        };
        self.fold.window.sample(at, &[(metric, ms(round_trip))]);
    }

    fn hear(&mut self, at: SimTime, fact: Fact) {
        let (waits, window) = (&mut self.fold.waits, &mut self.fold.window);
        waits.hear(at, &fact, (self.world, self.shards), window);
        let one = self.fold.puts_one;
        match fact {
            Fact::RequestAnswered { throttled, .. } if one => {
                self.fold.put_record(at, throttled == 0, throttled);
            }
            Fact::RequestFailed {
                records, throttled, ..
            } if one => self
                .fold
                .put_record(at, false, records * u32::from(throttled)),
            Fact::RequestAnswered {
                records, throttled, ..
            } => {
                let (records, throttled) = (u64::from(records), u64::from(throttled));
                self.fold.window.sample(
                    at,
                    &[
                        (Metric::PutSuccess, u64::from(throttled < records)),
                        (Metric::PutTotal, records),
                        (Metric::PutSuccessful, records - throttled),
                        (Metric::PutThrottled, throttled),
                        (Metric::PutFailed, 0),
                        (Metric::WriteExceeded, throttled),
                        (Metric::FailedEntries, throttled),
                    ],
                );
            }
            Fact::RequestFailed { records, .. } => {
                let records = u64::from(records);
                self.fold.window.sample(
                    at,
                    &[
                        (Metric::PutSuccess, 0),
                        (Metric::PutTotal, records),
                        (Metric::PutSuccessful, 0),
                        (Metric::PutThrottled, 0),
                        (Metric::PutFailed, records),
                    ],
                );
            }
            Fact::RecordsStored {
                shard, rank, count, ..
            } => {
                let deck = &self.shards[usize::from(shard)];
                let bytes = deck.charged(rank, rank + u64::from(count));
                self.fold.window.sample(
                    at,
                    &[
                        (Metric::IncomingRecords, u64::from(count)),
                        (Metric::IncomingBytes, bytes),
                    ],
                );
            }
            Fact::RecordsNeverStored {
                count,
                given_up: false,
                ..
            } => self
                .fold
                .window
                .sample(at, &[(Metric::LostByProducer, u64::from(count))]),
            _ => {}
        }
    }
}
