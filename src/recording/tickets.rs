//! Tickets: messages at the on-failure destination, and whether somebody reads their records again in time (E47, E48).
//!
//! SQS and SNS hold the address of the records only: they are there as long as the stream keeps them. S3 holds the
//! records. Simplified: a ticket's records are read together, in time if the oldest of them is still there.

use crate::engine::config::{Config, Consuming, Destination, Limit};
use crate::engine::ledger::Tally;
use crate::engine::time::{SimDuration, SimTime};

/// A message at the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    /// When it was sent.
    pub(super) at: SimTime,
    /// When its oldest record arrived.
    pub(super) oldest: SimTime,
    /// Its records.
    pub(super) records: Tally,
}

/// What has become of the records of tickets sent by a time; the rest waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) in_time: Tally,
    pub(super) too_late: Tally,
}

/// What has become of these tickets, which are in order of time, by `t`.
pub(super) fn outcome(config: &Config, tickets: &[Ticket], t: SimTime) -> Outcome {
    let mut outcome = Outcome::default();
    let sent = tickets.partition_point(|ticket| ticket.at <= t);
    for ticket in &tickets[..sent] {
        let read = read_at(config, ticket.at);
        let gone = match config.consuming_at(ticket.at).mapping.destination {
            Destination::S3 => SimTime::NEVER,
            _ => first(config, ticket.oldest, |epoch| Some(epoch.retention)),
        };
        if read.min(gone) <= t {
            *(if read < gone {
                &mut outcome.in_time
            } else {
                &mut outcome.too_late
            }) += ticket.records;
        }
    }
    outcome
}

/// When the operator reads the records of a ticket sent at `sent`.
fn read_at(config: &Config, sent: SimTime) -> SimTime {
    first(config, sent, |epoch| match epoch.reread_after {
        Limit::AtMost(delay) => Some(delay),
        Limit::Infinite => None,
    })
}

/// The first moment at which something has lasted for as long as the settings of that moment say.
fn first(
    config: &Config,
    since: SimTime,
    lasts: impl Fn(&Consuming) -> Option<SimDuration>,
) -> SimTime {
    let ends = config.consuming.iter().skip(1).map(|next| next.from);
    let epochs = config.consuming.iter().zip(ends.chain([SimTime::NEVER]));
    for (epoch, end) in epochs {
        if let Some(lasts) = lasts(epoch) {
            let then = (since + lasts).max(epoch.from);
            if then < end && since <= then {
                return then;
            }
        }
    }
    SimTime::NEVER
}
