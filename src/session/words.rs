//! Numbers, spans, times and marks in plain words. Knows no state.

use crate::engine::config::Role;
use crate::engine::mark::{Alarm, MarkKind};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::recorder::room::ROOM;
use crate::scenario::knobs::{Kind, Knob};
use crate::scenario::spelling::thousands;

/// The clock shows this at the start of a run: 09:00.
pub const START_OF_DAY: SimDuration = SimDuration::from_hours(9);

/// `1234567` as `1,234,567`.
pub fn number(value: u64) -> String {
    thousands(value)
}

/// `1 order`, `12,000 orders`.
pub fn count(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// A number of orders.
pub fn orders(value: u64) -> String {
    count(value, "order", "orders")
}

/// A number of good orders.
pub fn good_orders(value: u64) -> String {
    count(value, "good order", "good orders")
}

/// Thousandths per second as a rate: `47/s`, `3.6/s`, `0.02/s`.
pub fn rate(milli: u64) -> String {
    match milli {
        10_000.. => format!("{}/s", number((milli + 500) / 1_000)),
        1_000.. => tenths((milli + 50) / 100) + "/s",
        0 => "0/s".to_owned(),
        _ => format!("0.{}/s", format!("{milli:03}").trim_end_matches('0')),
    }
}

/// A span in one or two units: `200 ms`, `1.4 s`, `42 min`, `24 h`, `14 h 20 min`, `7 d`.
pub fn span(span: SimDuration) -> String {
    let ms = (span.0 + 500) / 1_000;
    let s = (ms + 500) / 1_000;
    let min = (s + 30) / 60;
    match ms {
        0 if span.0 > 0 => "less than 1 ms".to_owned(),
        0..1_000 => format!("{ms} ms"),
        1_000..9_950 => tenths((ms + 50) / 100) + " s",
        9_950..119_500 => format!("{s} s"),
        119_500..7_170_000 => format!("{min} min"),
        7_170_000..345_570_000 => two_units(min, 60, "h", "min"),
        _ => two_units((min + 30) / 60, 24, "d", "h"),
    }
}

/// Hours and minutes since the start of the run: `25:00`, with the seconds if they are not zero: `1:00:03`.
pub fn run_time(t: SimTime) -> String {
    let s = t.0 / 1_000_000;
    let (h, m) = (s / 3_600, s / 60 % 60);
    match s % 60 {
        0 => format!("{h}:{m:02}"),
        s => format!("{h}:{m:02}:{s:02}"),
    }
}

/// Two digits.
fn two(value: u64) -> String {
    let mut text = value.to_string();
    if text.len() < 2 {
        text.insert(0, '0');
    }
    text
}

/// The clock at a moment: `day 2, 13:00:00`. A run starts on day 1 at 09:00.
pub fn clock(at: SimTime) -> String {
    let of_day = at.0 + START_OF_DAY.0;
    [
        "day ",
        &(of_day / 86_400_000_000 + 1).to_string(),
        ", ",
        &clock_of_day(at),
        ":",
        &two(of_day / 1_000_000 % 60),
    ]
    .concat()
}

/// Hours and minutes of the clock: `13:00`.
pub fn clock_of_day(at: SimTime) -> String {
    let of_day = at.0 + START_OF_DAY.0;
    [
        &two(of_day / 3_600_000_000 % 24),
        ":",
        &two(of_day / 60_000_000 % 60),
    ]
    .concat()
}

/// That a run has ended early because it took all memory there is for it.
pub fn out_of_room(end: SimTime) -> String {
    format!(
        "The run ends after {}: it has taken {} MB of memory by then, all there is for it. Fewer records, repeats or shards let it go on for longer.",
        span(end.since(SimTime::ZERO)),
        number(ROOM >> 20)
    )
}

/// The name of a shard.
pub fn shard_name(shard: u16) -> String {
    format!("shard-{shard}")
}

/// A knob with a value, as a change is named: `MaximumRetryAttempts 2`, `BisectBatchOnFunctionError on`.
pub fn setting(knob: Knob, value: i64) -> String {
    let spec = knob.spec();
    let value = match spec.kind {
        _ if knob.leaves_to_preset(value) => "preset".to_owned(),
        Kind::Count { .. } | Kind::Limit { .. } if value < 0 => value.to_string(),
        Kind::Count { .. } | Kind::Limit { .. } => number(value.unsigned_abs()),
        Kind::Span { .. } => span(SimDuration(value.unsigned_abs())),
        Kind::Permille { .. } if value % 10 == 0 => format!("{} %", value / 10),
        Kind::Permille { .. } => tenths(value.unsigned_abs()) + " %",
        Kind::Toggle => if value == 0 { "off" } else { "on" }.to_owned(),
        Kind::Choice(names) => names
            .get(value as usize)
            .map_or("?", |name| name)
            .to_owned(),
        Kind::Text { .. } => String::new(),
    };
    format!("{} {value}", spec.label).trim_end().to_owned()
}

/// A mark in a few plain words, for example "good orders begin to expire".
pub fn mark_words(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::PillLanded => "the pill is in the stream",
        MarkKind::PillLost => "the pill was lost before it was stored",
        MarkKind::FirstFailure => "an invocation fails",
        MarkKind::LaneBlocked => "the shard is blocked",
        MarkKind::Bisected => "the batch is split in two",
        MarkKind::Ticket => "a message goes to the on-failure destination",
        MarkKind::Discarded => "a batch is discarded without a trace",
        MarkKind::Released => "the stuck batch is gone and the reader moves",
        MarkKind::FirstExpiry => "good orders begin to expire",
        MarkKind::WorstHour => "the worst hour begins: most good orders expire",
        MarkKind::LastExpiry => "the last good order expires",
        MarkKind::CaughtUp => "the reader is caught up again",
        MarkKind::Throttled => "Lambda refuses an invocation",
        MarkKind::NeighbourThrottled => "another function is refused: ours has its place",
        MarkKind::OrderBroken => "a record lands behind a younger one of its key",
        MarkKind::WriteThrottled => "the shard refuses records",
        MarkKind::Resharded => "the stream's shards change",
        MarkKind::ReshardRefused => "a change of the shards is refused",
        MarkKind::Drained => "the closed shard is drained, and its children can be read",
        MarkKind::SettingChanged(_) => "a setting changes",
        MarkKind::Paged(Alarm::IteratorAge) => "you are paged: IteratorAge",
        MarkKind::Paged(Alarm::Errors) => "you are paged: Errors",
        MarkKind::Paged(Alarm::FailedEntries) => "you are paged: FailedEntries",
        MarkKind::BackToOk(Alarm::IteratorAge) => "the IteratorAge alarm turns itself OK",
        MarkKind::BackToOk(Alarm::Errors) => "the Errors alarm turns itself OK",
        MarkKind::BackToOk(Alarm::FailedEntries) => "the FailedEntries alarm turns itself OK",
        MarkKind::End => "the end of the run",
    }
}

/// What goes before a mark's words to say which mapping it is of: nothing, if it is the first or nobody's.
pub fn mapping_words(role: Role) -> &'static str {
    match role {
        Role::First => "",
        Role::Second => "mapping 2: ",
    }
}

/// `15` tenths as `1.5`, `20` as `2`.
pub(super) fn tenths(tenths: u64) -> String {
    match tenths % 10 {
        0 => number(tenths / 10),
        rest => format!("{}.{rest}", number(tenths / 10)),
    }
}

fn two_units(small: u64, per_large: u64, large_name: &str, small_name: &str) -> String {
    let (large, small) = (small / per_large, small % per_large);
    match small {
        0 => format!("{} {large_name}", number(large)),
        _ => format!("{} {large_name} {small} {small_name}", number(large)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thousands_separators() {
        let rows = [
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1_000, "1,000"),
            (118_204, "118,204"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ];
        for (value, words) in rows {
            assert_eq!(number(value), words);
        }
        assert_eq!(orders(1), "1 order");
        assert_eq!(good_orders(2_000), "2,000 good orders");
    }

    #[test]
    fn rates_are_short() {
        let rows = [
            (0, "0/s"),
            (20, "0.02/s"),
            (500, "0.5/s"),
            (1_000, "1/s"),
            (3_650, "3.7/s"),
            (46_948, "47/s"),
            (999_600, "1,000/s"),
        ];
        for (milli, words) in rows {
            assert_eq!(rate(milli), words);
        }
    }

    #[test]
    fn spans_are_in_words() {
        let (s, min, h) = (1_000_000, 60_000_000, 3_600_000_000);
        let rows = [
            (0, "0 ms"),
            (300, "less than 1 ms"),
            (200_000, "200 ms"),
            (1_400_000, "1.4 s"),
            (3 * s, "3 s"),
            (59 * s, "59 s"),
            (90 * s, "90 s"),
            (42 * min, "42 min"),
            (2 * h, "2 h"),
            (14 * h + 20 * min, "14 h 20 min"),
            (24 * h, "24 h"),
            (168 * h, "7 d"),
            (100 * h, "4 d 4 h"),
            (8_760 * h, "365 d"),
        ];
        for (micros, words) in rows {
            assert_eq!(span(SimDuration(micros)), words);
        }
    }

    #[test]
    fn the_clock_starts_at_nine() {
        let rows = [
            (0, "day 1, 09:00:00", "09:00", "0:00"),
            (3_600, "day 1, 10:00:00", "10:00", "1:00"),
            (15 * 3_600 - 1, "day 1, 23:59:59", "23:59", "14:59:59"),
            (28 * 3_600, "day 2, 13:00:00", "13:00", "28:00"),
        ];
        for (secs, long, short, run) in rows {
            let t = SimTime::from_secs(secs);
            assert_eq!(clock(t), long);
            assert_eq!(clock_of_day(t), short);
            assert_eq!(run_time(t), run);
        }
    }

    #[test]
    fn settings_are_named_as_aws_names_them() {
        let rows = [
            (Knob::MaximumRetryAttempts, -1, "MaximumRetryAttempts -1"),
            (Knob::MaximumRetryAttempts, 2, "MaximumRetryAttempts 2"),
            (
                Knob::BisectBatchOnFunctionError,
                1,
                "BisectBatchOnFunctionError on",
            ),
            (Knob::OnFailure, 1, "On-failure destination SQS"),
            (Knob::OnFailure, 99, "On-failure destination ?"),
            (Knob::PerRecord, 20_000, "Time per record 20 ms"),
            (Knob::DailySwing, 500, "Daily swing 50 %"),
            (Knob::DailySwing, 125, "Daily swing 12.5 %"),
            (Knob::Reply, 0, "The given reply"),
        ];
        for (knob, value, words) in rows {
            assert_eq!(setting(knob, value), words);
        }
    }
}

/// Said when a link's run has not come out as it was.
pub const CORRECTED: &str = "This run has not come out as the run that the link was made from: \
     the model was corrected since, or the link was edited. What you see is what this page computes now.";
