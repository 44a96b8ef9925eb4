//! Time passing: minutes end, and what the trim horizon passes expires (facts E43–E45, S9, S10).

use super::{HOUR, MINUTE, Reader, ReaderTape, Surroundings, tally};
use crate::engine::fact::{Fact, Span};
use crate::engine::lane::Lane;
use crate::engine::mark::MarkKind;
use crate::engine::time::SimTime;

impl Reader {
    /// Lets time pass up to `until`: minutes end, records expire.
    #[inline]
    pub fn pass(&mut self, around: &Surroundings<'_>, until: SimTime, tape: &mut dyn ReaderTape) {
        while self.minute_end <= until {
            self.end_minute(around, tape);
        }
        self.settle(around, until, tape);
    }

    pub(super) fn end_minute(&mut self, around: &Surroundings<'_>, tape: &mut dyn ReaderTape) {
        let end = self.minute_end;
        self.settle(around, end, tape);
        self.sift_polled(around, end, tape);
        let stored = around.source.log.stored_by(end);
        let head = self.head(&around.source, stored);
        let oldest = if head < stored {
            around.source.log.stored_at(head)
        } else {
            None
        };
        let mut minute = std::mem::take(&mut self.minute);
        minute.iterator_age_ms = oldest.map_or(0, |at| {
            (end.since(at).0 / 1_000).min(u64::from(u32::MAX)) as u32
        });
        minute.peak_processed = self.processed_meter.take_peak();
        minute.peak_expired = self.expired_meter.take_peak();
        self.quiet.hour += minute.expired;
        if end.0.is_multiple_of(HOUR.0) {
            let hour = std::mem::take(&mut self.quiet.hour);
            if hour > self.quiet.worst.0 {
                self.quiet.worst = (hour, end.before(HOUR));
            }
        }
        tape.minute(minute);
        self.minute_end = end + MINUTE;
        if let Some(last) = self.quiet.expiry
            && end.since(last) >= HOUR
        {
            tape.mark(self.quiet.worst.1, MarkKind::WorstHour);
            tape.mark(last, MarkKind::LastExpiry);
            self.quiet.expiry = None;
            self.quiet.worst = (0, SimTime::ZERO);
        }
    }

    /// Lets records expire up to `until`.
    #[inline]
    pub(super) fn settle(
        &mut self,
        around: &Surroundings<'_>,
        until: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        if self.next_expiry <= until {
            self.expire(around, until, tape);
        }
        if around.closed_at <= until {
            self.drain(around, until, tape);
        }
        self.passed = until;
    }

    /// What the trim horizon passes without a fate expires, each record at its own time (E43, E44).
    pub(super) fn expire(
        &mut self,
        around: &Surroundings<'_>,
        until: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        let retention = self.settings(around).retention;
        let log = around.source.log;
        let first = |lanes: &[Lane]| {
            lanes
                .iter()
                .map(|lane| lane.expirable(&around.source))
                .min()
        };
        if let Some(trimmed) = self.trim_time(retention, until) {
            let mut cursor = log.find(first(&self.lanes).unwrap_or(0));
            while let Some(entry) = log.entry(&mut cursor)
                && entry.at <= trimmed
            {
                // With a retention just lowered it expires now, not when it would have; and so does what went under a
                // shorter one while no lane wanted it.
                let due = entry.at + retention;
                let expires = if until < due {
                    self.passed
                } else {
                    due.max(self.passed)
                };
                for index in 0..self.lanes.len() {
                    if self.lanes[index].expirable(&around.source) < entry.count {
                        self.expire_lane(around, index, entry.count, expires, tape);
                    }
                }
                cursor.advance();
            }
        }
        // What is stored later arrives after `until`.
        let oldest = first(&self.lanes).and_then(|position| log.stored_at(position));
        self.next_expiry = oldest.unwrap_or(until).min(until) + retention;
    }

    /// Expires a lane's records below a position of the shard.
    pub(super) fn expire_lane(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        position: u64,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        if position == 0 {
            return;
        }
        let source = &around.source;
        let lane = &mut self.lanes[index];
        let to = lane.view.before(source, position);
        let mut gone: Vec<Span> = Vec::new();
        lane.expire(to, |span| gone.push(span));
        if lane.is_idle() && !gone.is_empty() {
            self.plan(around, index);
        }
        if self.replay.is_some() {
            let all = gone.iter();
            let parts: Vec<_> = all
                .flat_map(|&span| self.parts(around, index, span))
                .collect();
            gone.clear();
            for (span, fated) in parts {
                if fated {
                    self.pass_again(index, span, at, tape);
                } else {
                    gone.push(span);
                }
            }
        }
        for span in gone {
            let delivered = self.lanes[index].delivered.clamp(span.first, span.end());
            self.expired(around, index, (span.first, delivered), true, at, tape);
            self.expired(around, index, (delivered, span.end()), false, at, tape);
        }
    }

    pub(super) fn expired(
        &mut self,
        around: &Surroundings<'_>,
        index: usize,
        (first, end): (u64, u64),
        delivered: bool,
        at: SimTime,
        tape: &mut dyn ReaderTape,
    ) {
        if first == end {
            return;
        }
        self.settled_at = self.settled_at.max(at);
        let lane = &self.lanes[index];
        let records = Span {
            first,
            count: (end - first) as u32,
        };
        let poison = lane.view.poison(&around.source, first, end);
        let tally = tally(records.count, poison);
        *(if delivered {
            &mut self.fates.expired_after_failures
        } else {
            &mut self.fates.expired_undelivered
        }) += tally;
        if tally.good > 0 {
            self.minute.expired += tally.good as u32;
            self.expired_meter.add(at, tally.good as u32);
            if self.quiet.expiry.is_none() {
                tape.mark(at, MarkKind::FirstExpiry);
            }
            self.quiet.expiry = Some(at);
        }
        let lane = lane.id;
        self.state(
            tape,
            at,
            Fact::RecordsExpired {
                lane,
                records,
                poison,
                delivered,
            },
        );
    }
}
