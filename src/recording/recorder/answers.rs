//! What can be read off a recording without a replay: digests, shards, logs, the places of records.

use super::{Recorder, around};
use crate::engine::account::Neighbour;
use crate::engine::config::{Fails, Role};
use crate::engine::fact::digest::FactDigest;
use crate::engine::log::ShardLog;
use crate::engine::producer::world::World;
use crate::engine::reader::{PAYLOAD_LIMIT, Surroundings};
use crate::engine::shard_map::ShardDeck;
use crate::engine::time::SimTime;
use crate::recording::bad::{BadInShard, BadRecords};
use crate::recording::stream_track::StreamRecord;
use crate::recording::tickets;
use std::rc::Rc;

impl Recorder {
    /// The digest of the run: equal for equal runs on every machine. Of what is computed so far.
    pub fn digest(&self) -> u64 {
        let mut digest = FactDigest::default();
        digest.word(self.stream.producer.digest.0);
        for track in self.tracks() {
            digest.word(track.reader.digest.0);
        }
        // Nobody else's calls, no difference.
        let neighbour = self.neighbour_at_the_end();
        if neighbour.invocations + neighbour.throttles > 0 {
            digest.word(neighbour.invocations);
            digest.word(neighbour.throttles);
        }
        digest.0
    }

    /// The other function of the account at the end of what is computed.
    fn neighbour_at_the_end(&self) -> Neighbour {
        if self.coupled {
            self.neighbour.neighbour.clone()
        } else {
            Neighbour::alone(&self.world.config, self.computed_until())
        }
    }

    /// The digest of one shard's consumer facts.
    pub fn shard_digest(&self, shard: u16) -> u64 {
        self.readers[usize::from(shard)].reader.digest.0
    }

    /// What a shard's reader lives in.
    pub fn around(&self, shard: usize) -> Surroundings<'_> {
        let here = around(
            &self.world,
            &self.stream.recorded,
            &self.counts,
            &self.bad,
            shard,
        );
        let second = self.second.as_ref();
        Surroundings {
            shares_reads: second.is_some_and(|second| second.shares_reads),
            ..here
        }
    }

    /// Every shard of what is computed, by number; closed ones stay.
    pub fn shards(&self) -> &[Rc<ShardDeck>] {
        &self.stream.recorded.shards
    }

    /// How many shards there were by `t`, closed ones included.
    pub fn shards_opened(&self, t: SimTime) -> usize {
        self.shards().partition_point(|deck| deck.opened_at <= t)
    }

    /// When a shard was closed; the end of time if it is open.
    pub fn closed_at(&self, shard: u16) -> SimTime {
        let closed_at = self.stream.recorded.closed_at.get(usize::from(shard));
        closed_at.copied().unwrap_or(SimTime::NEVER)
    }

    /// From when on the stream is in on-demand mode, or is not (S12); never empty, the first at the start.
    pub fn modes(&self) -> &[(SimTime, bool)] {
        &self.stream.recorded.modes
    }

    /// What never changes during the run.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// A shard's log, as far as it is computed.
    pub fn log(&self, shard: u16) -> &ShardLog {
        &self.stream.recorded.logs[usize::from(shard)]
    }

    pub(in crate::recording) fn stream(&self) -> &StreamRecord {
        &self.stream.recorded
    }

    pub(in crate::recording) fn bad(&self, shard: usize) -> &BadInShard {
        self.bad.shard(shard)
    }

    /// The records that fail, whatever shard they reach.
    pub(in crate::recording) fn bad_records(&self) -> &BadRecords {
        &self.bad
    }

    /// How many records of the shard had arrived by `t` (stored at or before it).
    pub fn stored_by(&self, shard: u16, t: SimTime) -> u64 {
        self.stream
            .recorded
            .logs
            .get(usize::from(shard))
            .map_or(0, |log| log.stored_by(t))
    }

    /// When the record at a position of the shard was stored; the end of time if it was not.
    pub fn stored_at(&self, shard: u16, position: u64) -> SimTime {
        let log = self.stream.recorded.logs.get(usize::from(shard));
        log.and_then(|log| log.stored_at(position))
            .unwrap_or(SimTime::NEVER)
    }

    /// Whether the record at a position of the shard is a pill.
    pub fn is_pill(&self, shard: u16, position: u64) -> bool {
        self.fails(shard, position).is_pill()
    }

    /// How often the record at a position of the shard fails, and why.
    pub fn fails(&self, shard: u16, position: u64) -> Fails {
        if usize::from(shard) < self.readers.len() {
            self.bad.shard(usize::from(shard)).fails(position)
        } else {
            Fails::Never
        }
    }

    /// What has become of a mapping's tickets of a shard by `t`.
    pub(in crate::recording) fn tickets(
        &self,
        role: Role,
        shard: u16,
        t: SimTime,
    ) -> tickets::Outcome {
        let tracks = match (&self.second, role) {
            (Some(second), Role::Second) => &second.readers,
            _ => &self.readers,
        };
        let track = &tracks[usize::from(shard)];
        if track.recorded.tickets.is_empty() {
            return tickets::Outcome::default();
        }
        tickets::outcome(self.config_of(role), &track.recorded.tickets, t)
    }

    /// Whether the event of the record at a position of the shard exceeds the payload limit by itself (E50).
    pub(in crate::recording) fn is_too_large(&self, shard: u16, position: u64) -> bool {
        if self.fails(shard, position) == Fails::TooLarge {
            return true;
        }
        if self.world.deck.largest_payload() <= PAYLOAD_LIMIT {
            return false;
        }
        let rank = self.log(shard).rank(position);
        self.shards()[usize::from(shard)].payload(rank, rank + 1) > PAYLOAD_LIMIT
    }

    /// The memory the logs take, in bytes.
    pub fn log_memory(&self) -> usize {
        self.stream.recorded.logs.iter().map(ShardLog::memory).sum()
    }
}
