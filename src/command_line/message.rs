//! The names AWS gives to things, and the message to an on-failure destination (E47). All made up but for their shape.

use crate::engine::config::Role;
use crate::engine::fact::{Condition, Outcome};
use crate::engine::random::Draws;
use crate::engine::time::SimTime;
pub(super) use crate::session::logs::request_id;
use crate::session::logs::spelt_uuid;
use serde_json::{Value, json};

/// The stream.
pub(super) const STREAM_ARN: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
/// The function of a mapping.
pub(super) fn function_arn(role: Role) -> &'static str {
    match role {
        Role::First => "arn:aws:lambda:us-east-1:000000000000:function:handle-orders",
        Role::Second => "arn:aws:lambda:us-east-1:000000000000:function:handle-orders-2",
    }
}

/// The start of every run: Monday, 5 January 2026, 09:00 UTC, in days since 1970 and microseconds of the day.
const START: (u64, u64) = (20_458, 9 * 3_600_000_000);
const DAY_US: u64 = 86_400_000_000;

/// What a message tells about a discarded batch.
pub(super) struct Discarded {
    pub(super) at: SimTime,
    pub(super) function: &'static str,
    pub(super) shard: u16,
    pub(super) request: String,
    pub(super) condition: Condition,
    pub(super) invoke_count: u32,
    pub(super) last: Option<Outcome>,
    pub(super) batch_size: u32,
    /// Sequence number and arrival of the first and the last record.
    pub(super) ends: [(String, SimTime); 2],
}

impl Discarded {
    /// The message that SQS and SNS get (E47).
    pub(super) fn message(&self) -> Value {
        let [(first, first_at), (last, last_at)] = &self.ends;
        let mut message = json!({
            "requestContext": {
                "requestId": self.request,
                "functionArn": self.function,
                "condition": condition_name(self.condition),
                "approximateInvokeCount": self.invoke_count,
            },
        });
        // Records that were too old (E42) or too large (E50) to be sent have no response.
        if self.condition == Condition::RetryAttemptsExhausted && self.last.is_some() {
            message["responseContext"] = json!({
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": self.last.and_then(function_error),
            });
        }
        message["version"] = json!("1.0");
        message["timestamp"] = json!(timestamp(self.at));
        message["KinesisBatchInfo"] = json!({
            "shardId": shard_id(self.shard),
            "startSequenceNumber": first,
            "endSequenceNumber": last,
            "approximateArrivalOfFirstRecord": timestamp(*first_at),
            "approximateArrivalOfLastRecord": timestamp(*last_at),
            "batchSize": self.batch_size,
            "streamArn": STREAM_ARN,
        });
        message
    }
}

/// What Lambda says about an invocation that did not return (E35); a reply that cannot be read is no function error.
pub(super) fn function_error(outcome: Outcome) -> Option<&'static str> {
    outcome.is_error().then_some("Unhandled")
}

/// AWS's name of a condition.
pub(super) fn condition_name(condition: Condition) -> &'static str {
    match condition {
        Condition::RetryAttemptsExhausted => "RetryAttemptsExhausted",
        Condition::RecordAgeExceeded => "RecordAgeExceeded",
    }
}

/// AWS's name of a shard.
pub(super) fn shard_id(shard: u16) -> String {
    format!("shardId-{shard:012}")
}

/// What looks like a random UUID of version 4, from two addressed draws.
pub(super) fn uuid(draws: Draws) -> String {
    spelt_uuid(draws.at(0), draws.at(1))
}

/// A moment in seconds since 1970, with milliseconds, as it stands in an invocation's event (E10).
pub(super) fn epoch_seconds(at: SimTime) -> f64 {
    let ms = (START.0 * DAY_US + START.1 + at.0) / 1_000;
    ms as f64 / 1_000.0
}

/// The parts of an S3 object's key that come from its time: `YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS` (E48).
pub(super) fn object_time(at: SimTime) -> String {
    let timestamp = timestamp(at);
    let (day, rest) = timestamp.split_once('T').unwrap_or((&timestamp, ""));
    let time = rest.get(..8).unwrap_or(rest).replace(':', ".");
    format!("{}/{day}T{time}", day.replace('-', "/"))
}

/// The time of day as AWS writes it, in milliseconds.
pub(super) fn timestamp(at: SimTime) -> String {
    let since = START.1 + at.0;
    let (year, month, day) = date(START.0 + since / DAY_US);
    let ms = since % DAY_US / 1_000;
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{:03}Z",
        ms % 1_000
    )
}

/// The date of a day since 1970.
fn date(mut day: u64) -> (u64, u64, u64) {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    (year, month, day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fact::LaneId;

    #[test]
    fn times_are_written_as_dates() {
        for (hours, expected) in [
            (0, "2026-01-05T09:00:00.000Z"),
            (15, "2026-01-06T00:00:00.000Z"),
            // 31 January is day 26 after the start; 2026 has no 29 February.
            (15 + 26 * 24, "2026-02-01T00:00:00.000Z"),
            (15 + 54 * 24, "2026-03-01T00:00:00.000Z"),
            (15 + 360 * 24, "2027-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(timestamp(SimTime::from_hours(hours)), expected);
        }
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(0), (1970, 1, 1));
    }

    #[test]
    fn request_ids_are_stable_and_differ() {
        let id = |shard, lane, request| request_id(Role::First, LaneId { shard, lane }, request);
        assert_eq!(id(1, 2, 3), id(1, 2, 3));
        let ids = [id(0, 0, 1), id(0, 0, 2), id(0, 1, 1), id(1, 0, 1)];
        for (n, one) in ids.iter().enumerate() {
            assert_eq!(one.len(), 36);
            assert!(ids[..n].iter().all(|other| other != one));
        }
    }
}
