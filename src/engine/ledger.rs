//! The ledger: where every record is. The fates are disjoint and always add up.

use std::ops::{Add, AddAssign, Sub};

/// A number of records, good and poison apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ordinary records.
    pub good: u64,
    /// Poison pills.
    pub poison: u64,
}

/// Where every record is at a moment.
///
/// `generated + written_again = with_producer + given_up + lost_silently + lost_with_process + stored`, and
/// `stored = processed + filtered + skipped + to_destination + discarded + expired_undelivered +
/// expired_after_failures + unread`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Made by the application.
    pub generated: Tally,
    /// Copies stored of records that were stored before: the reply was lost, and the producer sent them again (P24).
    pub written_again: Tally,
    /// Gathered, on the wire or waiting to be sent again.
    pub with_producer: Tally,
    /// Never stored: the producer gave up and knows it (P25).
    pub given_up: Tally,
    /// Never stored: the producer never looked (P8).
    pub lost_silently: Tally,
    /// Never stored: in the producer's memory when its process died (P33).
    pub lost_with_process: Tally,
    /// Accepted by a shard, each copy counted.
    pub stored: Tally,
    /// Passed by the checkpoint after a success, as the mapping counts it.
    pub processed: Tally,
    /// Of the processed: set aside by the handler in a place of its own.
    pub parked: Tally,
    /// Of the processed: not handled, and nobody knows, because the handler or its reply said otherwise (E30, E34).
    pub swallowed: Tally,
    /// Never delivered because of a mapping's starting position (E11, E12).
    pub skipped: Tally,
    /// Not wanted by the mapping's filter, and behind its reader (E51).
    pub filtered: Tally,
    /// Discarded by the mapping's limits and reported (E29, E42, E46).
    pub to_destination: Tally,
    /// Of those at the destination: read again in time (E47, E48).
    pub reread: Tally,
    /// Of those at the destination: expired before somebody read them again (E47).
    pub too_late: Tally,
    /// Discarded by the mapping's limits without a trace (E29).
    pub discarded: Tally,
    /// Past retention without ever having reached the function (E43).
    pub expired_undelivered: Tally,
    /// Past retention after failed deliveries (E43).
    pub expired_after_failures: Tally,
    /// Stored and without a fate yet, in flight included.
    pub unread: Tally,
    /// Good records handled again after they had been handled (E17).
    pub handled_again: u64,
    /// Good copies that the producer wrote of other records (P24), handled for the first time.
    pub copies_handled: u64,
    /// Of both together: customers charged twice.
    pub charged_twice: u64,
    /// Of both together: known by their idempotency key, and not charged for.
    pub caught: u64,
    /// Invocations of the function that ran (M7).
    pub invocations: u64,
    /// Invocations that failed, time-outs included (M7).
    pub errors: u64,
    /// Invocations refused for want of concurrency (L2).
    pub throttles: u64,
    /// Billed milliseconds of the invocations that ended (C7, L9).
    pub busy_ms: u64,
    /// Of which of failed ones.
    pub failed_ms: u64,
    /// Messages to the on-failure destination.
    pub messages: u64,
    /// Messages that the on-failure destination refused (E49).
    pub delivery_failures: u64,
    /// Tries of a record whose event alone is too large for Lambda; they count as attempts and never run (E50).
    pub too_large: u64,
    /// Requests sent by the producer, retries included (P28).
    pub requests: u64,
    /// Records in them, each time counted (P28).
    pub sends: u64,
    /// Records sent again and stored behind a younger one of their key (P10).
    pub order_broken: u64,
    /// Stored records that the producer gave up, for want of a reply (P24).
    pub stored_given_up: u64,
    /// Entries refused by a shard's write limit, each time counted (P7).
    pub entries_throttled: u64,
}

impl Tally {
    /// Whether it is not more than another.
    pub fn is_part_of(self, all: Self) -> bool {
        self.good <= all.good && self.poison <= all.poison
    }

    /// Good and poison together.
    pub fn total(self) -> u64 {
        self.good + self.poison
    }
}

impl Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            good: self.good + other.good,
            poison: self.poison + other.poison,
        }
    }
}

impl Sub for Tally {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            good: self.good.saturating_sub(other.good),
            poison: self.poison.saturating_sub(other.poison),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Ledger {
    /// Everything past retention.
    pub fn expired(&self) -> Tally {
        self.expired_undelivered + self.expired_after_failures
    }

    /// Every stored record with a fate.
    pub fn fated(&self) -> Tally {
        let given_up = self.skipped + self.to_destination + self.discarded;
        self.processed + self.filtered + given_up + self.expired()
    }

    /// What waits at the destination for somebody to read it.
    pub fn waiting(&self) -> Tally {
        self.to_destination - self.reread - self.too_late
    }

    /// What was processed and handled, too.
    pub fn handled(&self) -> Tally {
        self.processed - self.parked - self.swallowed
    }

    /// Everything that will not be stored any more.
    pub fn never_stored(&self) -> Tally {
        self.given_up + self.lost_silently + self.lost_with_process
    }

    /// Every good record that is lost for ever: never stored, swallowed by the handler, skipped, discarded without
    /// a trace, read too late, or expired.
    pub fn good_lost(&self) -> u64 {
        let discarded = self.discarded.good + self.skipped.good + self.too_late.good;
        self.never_stored().good + self.swallowed.good + discarded + self.expired().good
    }

    /// Whether both sums of the type's documentation hold, what was not handled is part of the processed, and what was
    /// handled again was either charged for again or caught.
    pub fn adds_up(&self) -> bool {
        let kept_back = self.with_producer + self.never_stored();
        let fates = self.fated() + self.unread;
        let aside = self.parked + self.swallowed;
        self.generated + self.written_again == kept_back + self.stored
            && self.stored == fates
            && aside.is_part_of(self.processed)
            && self.charged_twice + self.caught == self.handled_again + self.copies_handled
            && (self.reread + self.too_late).is_part_of(self.to_destination)
    }
}
