//! What a run costs: us-east-1 list prices as of November 2026 (facts C1–C3, C5, C7–C10), in billionths of a dollar.
//!
//! Free are the mapping itself, filters, shared reads, changes of the shard count and of the capacity mode (C6, C7, C10).
//! `GB` is 1,048,576 KB of 1,024 bytes, as AWS counts it.

use super::recorder::Recorder;
use crate::engine::config::Config;
use crate::engine::ledger::Ledger;
use crate::engine::time::{SimDuration, SimTime};

/// A shard, open or idle, for an hour: $0.015 (C1, C2).
pub const SHARD_HOUR: u64 = 15_000_000;
/// A PUT payload unit: $0.014 per million (C1).
pub const PUT_UNIT: u64 = 14;
/// A PUT payload unit holds so much of one record (C1).
pub const PUT_UNIT_BYTES: u64 = 25 * 1_024;
/// An on-demand stream for an hour: $0.04 (C3).
pub const STREAM_HOUR: u64 = 40_000_000;
/// A GB written to an on-demand stream, each record rounded up to 1 KB: $0.08 (C3).
pub const GB_IN: u64 = 80_000_000;
/// A GB read from it: $0.04 (C3).
pub const GB_OUT: u64 = 40_000_000;
/// Retention beyond 24 h, a shard for an hour: $0.020 (C5).
pub const LONGER_SHARD_HOUR: u64 = 20_000_000;
/// Retention beyond 24 h, on-demand, a GB for a month: $0.10 (C5).
pub const LONGER_GB_MONTH: u64 = 100_000_000;
/// Retention beyond 7 days, a GB for a month: $0.023 (C5).
pub const LONG_GB_MONTH: u64 = 23_000_000;
/// A million invocations: $0.20 (C7).
pub const MILLION_REQUESTS: u64 = 200_000_000;
/// A thousand GB-seconds of a function on x86: $0.0166667 (C7).
pub const THOUSAND_GB_SECONDS: u64 = 16_666_700;
/// Hours of a month (C1).
pub const MONTH_HOURS: u64 = 730;

const HOUR_US: u64 = 3_600_000_000;
const KB_PER_GB: u64 = 1_048_576;
const DAY: SimDuration = SimDuration::from_hours(24);
const WEEK: SimDuration = SimDuration::from_hours(7 * 24);

/// What was used of everything that costs something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// How long, µs.
    pub span_us: u64,
    /// Open shards × µs.
    pub shard_us: u64,
    /// PUT payload units (C1).
    pub put_units: u64,
    /// KB written, each record rounded up (C3).
    pub kb: u64,
    /// Shards × µs with a retention above 24 h (C5).
    pub longer_shard_us: u64,
    /// KB × hours kept for more than 24 h and at most 7 days (C5).
    pub longer_kb_hours: u64,
    /// KB × hours kept for more than 7 days (C5).
    pub long_kb_hours: u64,
    /// Invocations.
    pub requests: u64,
    /// Of which failed.
    pub failed_requests: u64,
    /// Billed milliseconds of all invocations (L9).
    pub busy_ms: u64,
    /// Of which of failed ones.
    pub failed_ms: u64,
    /// `MemorySize`, MB.
    pub memory_mb: u64,
}

/// A bill, in billionths of a dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Shard-hours (C1, C2).
    pub shards: u64,
    /// PUT payload units (C1).
    pub puts: u64,
    /// Retention beyond 24 h (C5).
    pub retention: u64,
    /// Invocations (C7).
    pub requests: u64,
    /// GB-seconds (C7).
    pub compute: u64,
    /// Of the last two, what failed invocations cost: retries and their poison (C9).
    pub wasted: u64,
    /// The stream, if it were on-demand: stream-hours, GB in, GB out once, retention (C3, C5).
    pub on_demand: u64,
}

impl Bill {
    /// The provisioned stream.
    pub fn provisioned(&self) -> u64 {
        self.shards + self.puts + self.retention
    }

    /// Provisioned stream and function together.
    pub fn total(&self) -> u64 {
        self.provisioned() + self.requests + self.compute
    }
}

/// `a · b / c`, without overflow on the way.
fn share(a: u64, b: u64, c: u64) -> u64 {
    (u128::from(a) * u128::from(b) / u128::from(c.max(1))) as u64
}

/// A sum that came up in `span_us`, as it would in so many hours.
pub fn per_hours(sum: u64, span_us: u64, hours: u64) -> u64 {
    share(sum, hours * HOUR_US, span_us)
}

/// Data per second and shard, in bytes, at which a shard-hour costs as much as one write and one read on-demand (C8).
pub fn break_even_bytes_per_second() -> u64 {
    share(SHARD_HOUR, KB_PER_GB * 1_024, GB_IN + GB_OUT) / 3_600
}

/// The bill for a usage.
pub fn bill(usage: &Usage) -> Bill {
    let function = |requests, ms| {
        let compute = share(ms * usage.memory_mb, THOUSAND_GB_SECONDS, 1_024 * 1_000_000);
        (share(requests, MILLION_REQUESTS, 1_000_000), compute)
    };
    let (requests, compute) = function(usage.requests, usage.busy_ms);
    let (failed_requests, failed_compute) = function(usage.failed_requests, usage.failed_ms);
    let month = KB_PER_GB * MONTH_HOURS;
    let long = share(usage.long_kb_hours, LONG_GB_MONTH, month);
    Bill {
        shards: share(usage.shard_us, SHARD_HOUR, HOUR_US),
        puts: usage.put_units * PUT_UNIT,
        retention: share(usage.longer_shard_us, LONGER_SHARD_HOUR, HOUR_US) + long,
        requests,
        compute,
        wasted: failed_requests + failed_compute,
        on_demand: share(usage.span_us, STREAM_HOUR, HOUR_US)
            + share(usage.kb, GB_IN + GB_OUT, KB_PER_GB)
            + share(usage.longer_kb_hours, LONGER_GB_MONTH, month)
            + long,
    }
}

/// What a run has used by `t`, given the ledger at `t`.
pub fn usage(recorder: &Recorder, ledger: &Ledger, t: SimTime) -> Usage {
    let config = recorder.config();
    let span_us = t.since(SimTime::ZERO).0;
    let stored = ledger.stored.total();
    let (units, kb) = sizes(recorder);
    let cards = recorder.world().deck.cards();
    let kb = share(stored, kb, cards);
    let shards = u64::from(config.shard_count);
    let mut usage = Usage {
        span_us,
        shard_us: shards * span_us,
        put_units: share(stored, units, cards),
        kb,
        requests: ledger.invocations,
        failed_requests: ledger.errors,
        busy_ms: ledger.busy_ms,
        failed_ms: ledger.failed_ms,
        memory_mb: u64::from(config.memory_mb),
        ..Usage::default()
    };
    for (span, retention) in retentions(config, t) {
        // What is written in an epoch is kept for as long as it says.
        let kb = share(kb, span.0, span_us);
        let hours = |from: SimDuration, to: SimDuration| (retention.min(to) - from).0 / HOUR_US;
        if retention > DAY {
            usage.longer_shard_us += shards * span.0;
            usage.longer_kb_hours += kb * hours(DAY, WEEK);
        }
        if retention > WEEK {
            usage.long_kb_hours += kb * hours(WEEK, retention);
        }
    }
    usage
}

/// PUT payload units and KB of a whole deck, each record rounded up.
fn sizes(recorder: &Recorder) -> (u64, u64) {
    let deck = &recorder.world().deck;
    let mut sums = (0, 0);
    for card in 0..deck.cards() {
        let bytes = deck.bytes(card);
        sums.0 += bytes.div_ceil(PUT_UNIT_BYTES);
        sums.1 += bytes.div_ceil(1_024);
    }
    sums
}

/// How long each retention was in force up to `t`.
fn retentions(config: &Config, t: SimTime) -> Vec<(SimDuration, SimDuration)> {
    let epochs = &config.consuming;
    let each = epochs.iter().enumerate().map(|(index, epoch)| {
        let end = epochs.get(index + 1).map_or(t, |next| next.from.min(t));
        (end.since(epoch.from), epoch.retention)
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENT: u64 = 10_000_000;
    const MONTH_US: u64 = MONTH_HOURS * HOUR_US;

    #[track_caller]
    fn check(name: &str, got: u64, cents: u64) {
        // Half a cent for rounding.
        assert!(
            got.abs_diff(cents * CENT) <= CENT / 2,
            "{name}: {got} instead of {cents} cents"
        );
    }

    #[test]
    fn the_price_list_is_applied() {
        let month = Usage {
            span_us: MONTH_US,
            ..Usage::default()
        };
        let with = |change: fn(&mut Usage)| {
            let mut usage = month;
            change(&mut usage);
            bill(&usage)
        };
        let shards = with(|usage| usage.shard_us = 40 * MONTH_US);
        check("G16, C2: 40 idle shards", shards.total(), 43_800);
        let shards = with(|usage| usage.shard_us = 20 * MONTH_US);
        check("C2: 20 idle shards", shards.total(), 21_900);
        check("G16, C3: on-demand, idle", with(|_| ()).on_demand, 2_920);
        let gb = with(|usage| usage.kb = 1_000 * KB_PER_GB);
        check("G16, C3: 1,000 GB", gb.on_demand, 12_000 + 2_920);
        let puts = with(|usage| usage.put_units = 1_000_000_000);
        check("C1: PUT payload units", puts.total(), 1_400);
        let longer = with(|usage| usage.longer_shard_us = 10 * MONTH_US);
        check("C5: 10 shards, 7 days", longer.retention, 14_600);
        let long = with(|usage| usage.long_kb_hours = 1_000 * KB_PER_GB * MONTH_HOURS);
        check("C5: 1,000 GB, long", long.retention, 2_300);
        let kept = with(|usage| usage.longer_kb_hours = 1_000 * KB_PER_GB * MONTH_HOURS);
        check("C5: 1,000 GB, on-demand", kept.on_demand, 10_000 + 2_920);
        let calls = with(|usage| usage.requests = 10_000_000);
        check("C7: requests", calls.requests, 200);
        let compute = with(|usage| {
            (usage.busy_ms, usage.memory_mb) = (1_000_000_000, 1_024);
        });
        check("C7: 1,000,000 GB-s", compute.compute, 1_667);
        let all = with(|usage| {
            (usage.shard_us, usage.longer_shard_us) = (40 * MONTH_US, 10 * MONTH_US);
            (usage.put_units, usage.requests) = (1_000_000_000, 10_000_000);
            (usage.busy_ms, usage.memory_mb) = (1_000_000_000, 1_024);
        });
        let sum = 43_800 + 14_600 + 1_400 + 200 + 1_667;
        check("C10: nothing else costs anything", all.total(), sum);
    }

    #[test]
    fn a_little_traffic_makes_provisioned_cheaper() {
        // C8: 3.5 % of a shard.
        let even = break_even_bytes_per_second();
        assert!((35_000..38_000).contains(&even), "{even} bytes a second");
        // The talk's 2 to 3 times as dear: 7 to 10 % of the shard, stream-hours and PUT units apart.
        for (percent, tenths) in [(7, 20), (10, 28)] {
            let bytes = percent * 1_048_576 / 100;
            let times = bytes * 10 / even;
            assert!(times.abs_diff(tenths) <= 1, "{percent} %: {times} tenths");
        }
    }

    #[test]
    fn poison_costs_less_than_a_cent() {
        // C9: a day of tries, one a minute, 140 ms of 128 MB each.
        let tries = bill(&Usage {
            span_us: 24 * HOUR_US,
            requests: 1_450,
            failed_requests: 1_450,
            busy_ms: 1_450 * 140,
            failed_ms: 1_450 * 140,
            memory_mb: 128,
            ..Usage::default()
        });
        assert!(0 < tries.wasted && tries.wasted < CENT / 10);
        assert_eq!(tries.wasted, tries.requests + tries.compute);
    }
}
