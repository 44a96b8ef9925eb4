//! The bill in words. Knows the bill, no screen.

use crate::recording::bill::{self, Bill, Usage, per_hours};
use crate::words::{decimal, number, share, size};

/// Where the prices come from.
pub const PRICES: &str = "us-east-1 list prices, November 2026";
/// What C9 and C10 say about it.
pub const DEAR: &str = "The retries of a pill cost next to nothing; what is dear is lost orders, customers charged \
     twice, and delay. The mapping, filters, shared reads, and changes of shards and capacity mode are free.";

/// A row of the bill, in billionths of a dollar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name in JSON.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// The whole time the bill is for.
    pub whole: u64,
    /// The same in an hour, a day and a month.
    pub per: [u64; 3],
}

impl Row {
    /// Whether it is about a capacity mode that the stream never had.
    pub fn is_idle(&self) -> bool {
        self.whole == 0 && matches!(self.id, "stream_hours" | "data")
    }
}

/// The rows of a bill: what makes up the total, the total, and what to hold against it.
pub fn rows(usage: &Usage) -> [Row; 11] {
    let bill = bill::bill(usage);
    let Bill {
        shards,
        puts,
        stream_hours,
        data,
        retention,
        requests,
        compute,
        wasted,
        if_provisioned,
        if_on_demand,
    } = bill;
    let row = |(id, name, whole): (&'static str, &'static str, u64)| Row {
        id,
        name,
        whole,
        per: [1, 24, bill::MONTH_HOURS].map(|hours| per_hours(whole, usage.stream.span_us, hours)),
    };
    [
        ("shard_hours", "shard-hours, open or idle", shards),
        ("put_units", "PUT payload units", puts),
        ("stream_hours", "on-demand stream-hours", stream_hours),
        ("data", "on-demand data in and out", data),
        ("retention", "retention beyond 24 h", retention),
        ("requests", "Lambda requests", requests),
        ("compute", "Lambda GB-seconds", compute),
        ("total", "total", bill.total()),
        ("failed", "of which failed invocations", wasted),
        ("provisioned", "the stream, provisioned", if_provisioned),
        ("on_demand", "the same stream, on-demand", if_on_demand),
    ]
    .map(row)
}

/// Which capacity mode is cheaper, and where they break even (C8).
pub fn comparison(usage: &Usage) -> String {
    let bill = bill::bill(usage);
    let (cheap, dear, name) = if bill.if_on_demand <= bill.if_provisioned {
        (bill.if_on_demand, bill.if_provisioned, "Provisioned")
    } else {
        (bill.if_provisioned, bill.if_on_demand, "On-demand")
    };
    let times = decimal(dear as f64 / cheap.max(1) as f64);
    let even = bill::break_even_bytes_per_second();
    let shard_seconds = (usage.stream.shard_us / 1_000_000).max(1);
    let used = usage.stream.kb * 1_024 / shard_seconds;
    format!(
        "{name} is {times} times as dear here. Stream-hours apart, a shard breaks even at about {}/s ({}); yours get {}/s.",
        size(even),
        share(35),
        size(used)
    )
}

/// Billionths of a dollar: `$438.00`, `$0.12`, `under 1 ¢`.
pub fn money(nano: u64) -> String {
    let cents = (nano + 5_000_000) / 10_000_000;
    if nano > 0 && cents == 0 {
        return "under 1 ¢".to_owned();
    }
    format!("${}.{:02}", number(cents / 100), cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::bill::StreamUse;

    const HOUR_US: u64 = 3_600_000_000;

    #[test]
    fn money_is_in_dollars_and_cents() {
        for (nano, words) in [
            (0, "$0.00"),
            (1, "under 1 ¢"),
            (4_999_999, "under 1 ¢"),
            (5_000_000, "$0.01"),
            (120_000_000, "$0.12"),
            (438_000_000_000, "$438.00"),
            (1_234_567_000_000_000, "$1,234,567.00"),
        ] {
            assert_eq!(money(nano), words);
        }
    }

    #[test]
    fn the_modes_are_held_against_each_other() {
        // Two days of one shard: $0.72. On-demand $1.92 for the stream, and $0.12 a GB; $0.015 an hour are 37,282 B/s of that.
        let days = |shards: u64, kb_per_second: u64| Usage {
            stream: StreamUse {
                span_us: 48 * HOUR_US,
                shard_us: shards * 48 * HOUR_US,
                kb: kb_per_second * 48 * 3_600,
                ..StreamUse::default()
            },
            readers: 1,
            ..Usage::default()
        };
        for (kb_per_second, expected) in [
            (
                0,
                "On-demand is 2.7 times as dear here. Stream-hours apart, a shard breaks even at about 36.4 KiB/s (3.5 %); yours get 0 B/s.",
            ),
            // $1.92 + 17.3 GB × $0.12 = $4.00
            (
                105,
                "On-demand is 5.6 times as dear here. Stream-hours apart, a shard breaks even at about 36.4 KiB/s (3.5 %); yours get 105 KiB/s.",
            ),
        ] {
            assert_eq!(comparison(&days(1, kb_per_second)), expected);
        }
        // A hundred idle shards are dearer than an on-demand stream.
        assert!(comparison(&days(100, 0)).starts_with("Provisioned is 38 times"));
    }

    #[test]
    fn an_hour_a_day_and_a_month_follow_from_the_whole() {
        let stream = StreamUse {
            span_us: 48 * HOUR_US,
            shard_us: 2 * 48 * HOUR_US,
            ..StreamUse::default()
        };
        let usage = Usage {
            stream,
            ..Usage::default()
        };
        let shards = rows(&usage)[0];
        let cents = |nano: u64| nano / 10_000_000;
        assert_eq!(cents(shards.whole), 144);
        assert_eq!(shards.per.map(cents), [3, 72, 2_190]);
    }
}
