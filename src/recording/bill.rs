//! What a run costs: us-east-1 list prices as of November 2026 (facts C1–C3, C5, C7–C10), in billionths of a dollar.
//!
//! Free are the mapping itself, filters, shared reads, changes of the shard count and of the capacity mode (C6, C7, C10).
//! `GB` is 1,048,576 KB of 1,024 bytes, as AWS counts it.

use super::moment::Moment;
use super::recorder::Recorder;
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
const GB_MONTH: u64 = KB_PER_GB * MONTH_HOURS;
const DAY: SimDuration = SimDuration::from_hours(24);
const WEEK: SimDuration = SimDuration::from_hours(7 * 24);

/// What was used of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamUse {
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
}

/// What was used of everything that costs something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The stream, in whichever capacity mode.
    pub stream: StreamUse,
    /// Of which in on-demand mode (S12).
    pub on_demand: StreamUse,
    /// How often everything written is read: once by every reader (C3).
    pub readers: u64,
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
    /// Shard-hours while provisioned (C1, C2).
    pub shards: u64,
    /// PUT payload units while provisioned (C1).
    pub puts: u64,
    /// Stream-hours while on-demand (C3).
    pub stream_hours: u64,
    /// GB in and out while on-demand (C3).
    pub data: u64,
    /// Retention beyond 24 h (C5).
    pub retention: u64,
    /// Invocations (C7).
    pub requests: u64,
    /// GB-seconds (C7).
    pub compute: u64,
    /// Of the last two, what failed invocations cost: retries and their poison (C9).
    pub wasted: u64,
    /// The stream, if it were provisioned all the time: shard-hours of its open shards, PUT units, retention.
    pub if_provisioned: u64,
    /// The stream, if it were on-demand all the time: stream-hours, GB in, GB out, retention (C3, C5).
    pub if_on_demand: u64,
}

impl StreamUse {
    /// The rest of a longer use.
    fn without(&self, part: &Self) -> Self {
        Self {
            span_us: self.span_us - part.span_us,
            shard_us: self.shard_us - part.shard_us,
            put_units: self.put_units - part.put_units,
            kb: self.kb - part.kb,
            longer_shard_us: self.longer_shard_us - part.longer_shard_us,
            longer_kb_hours: self.longer_kb_hours - part.longer_kb_hours,
            long_kb_hours: self.long_kb_hours - part.long_kb_hours,
        }
    }

    /// Shard-hours, PUT payload units and retention, provisioned.
    fn provisioned(&self) -> [u64; 3] {
        let longer = share(self.longer_shard_us, LONGER_SHARD_HOUR, HOUR_US);
        [
            share(self.shard_us, SHARD_HOUR, HOUR_US),
            self.put_units * PUT_UNIT,
            longer + share(self.long_kb_hours, LONG_GB_MONTH, GB_MONTH),
        ]
    }

    /// Stream-hours, data in and out, and retention, on-demand.
    fn on_demand(&self, readers: u64) -> [u64; 3] {
        let longer = share(self.longer_kb_hours, LONGER_GB_MONTH, GB_MONTH);
        [
            share(self.span_us, STREAM_HOUR, HOUR_US),
            share(self.kb, GB_IN + GB_OUT * readers, KB_PER_GB),
            longer + share(self.long_kb_hours, LONG_GB_MONTH, GB_MONTH),
        ]
    }
}

impl Bill {
    /// Stream and function together.
    pub fn total(&self) -> u64 {
        let stream = self.shards + self.puts + self.stream_hours + self.data + self.retention;
        stream + self.requests + self.compute
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
    let [stream_hours, data, kept_on_demand] = usage.on_demand.on_demand(usage.readers);
    let [shards, puts, kept] = usage.stream.without(&usage.on_demand).provisioned();
    Bill {
        shards,
        puts,
        stream_hours,
        data,
        retention: kept + kept_on_demand,
        requests,
        compute,
        wasted: failed_requests + failed_compute,
        if_provisioned: usage.stream.provisioned().iter().sum(),
        if_on_demand: usage.stream.on_demand(usage.readers).iter().sum(),
    }
}

/// What a run has used by a moment of it, the functions of all mappings together. Shards are billed while they are open, and the mode is the one of
/// the time (C1, C2, S12).
pub fn usage(recorder: &Recorder, moment: &Moment) -> Usage {
    let (config, t) = (recorder.config(), moment.at);
    let mappings = [
        Some(&moment.ledger),
        moment.second.as_ref().map(|second| &second.ledger),
    ];
    let sum = |of: fn(&Ledger) -> u64| mappings.into_iter().flatten().map(of).sum();
    let second = u64::from(moment.second.is_some());
    let mut usage = Usage {
        readers: 1 + second + u64::from(config.other_readers),
        requests: sum(|ledger| ledger.invocations),
        failed_requests: sum(|ledger| ledger.errors),
        busy_ms: sum(|ledger| ledger.busy_ms),
        failed_ms: sum(|ledger| ledger.failed_ms),
        memory_mb: u64::from(config.memory_mb),
        ..Usage::default()
    };
    let deck = sizes(recorder);
    for (from, to, retention, on_demand) in spells(recorder, t) {
        usage.stream.add(recorder, (from, to), retention, deck);
        if on_demand {
            usage.on_demand.add(recorder, (from, to), retention, deck);
        }
    }
    usage
}

impl StreamUse {
    /// Adds what was used in `from..to`.
    fn add(
        &mut self,
        recorder: &Recorder,
        (from, to): (SimTime, SimTime),
        retention: SimDuration,
        (units, kb): (u64, u64),
    ) {
        let cards = recorder.world().deck.cards();
        let (mut shard_us, mut before, mut after) = (0, 0, 0);
        for deck in recorder.shards() {
            let open = (
                deck.opened_at.max(from),
                recorder.closed_at(deck.shard).min(to),
            );
            shard_us += open.1.since(open.0.min(open.1)).0;
            if from > SimTime::ZERO {
                before += recorder.stored_by(deck.shard, from);
            }
            after += recorder.stored_by(deck.shard, to);
        }
        let stored = |size| share(after, size, cards) - share(before, size, cards);
        let (units, kb) = (stored(units), stored(kb));
        self.span_us += to.since(from).0;
        self.shard_us += shard_us;
        self.put_units += units;
        self.kb += kb;
        let hours = |from: SimDuration, to: SimDuration| (retention.min(to) - from).0 / HOUR_US;
        if retention > DAY {
            self.longer_shard_us += shard_us;
            self.longer_kb_hours += kb * hours(DAY, WEEK);
        }
        if retention > WEEK {
            self.long_kb_hours += kb * hours(WEEK, retention);
        }
    }
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

/// The times up to `t` with one retention and one capacity mode each: from, to, both.
fn spells(recorder: &Recorder, t: SimTime) -> Vec<(SimTime, SimTime, SimDuration, bool)> {
    let (epochs, modes) = (&recorder.config().consuming, recorder.modes());
    let begins = epochs.iter().map(|epoch| epoch.from);
    let mut begins: Vec<SimTime> = begins.chain(modes.iter().map(|&(at, _)| at)).collect();
    begins.sort_unstable();
    begins.dedup();
    begins.retain(|&at| at < t);
    let ends = begins.iter().skip(1).copied().chain([t]);
    let spell = |(&from, to): (&SimTime, SimTime)| {
        let mode = modes.partition_point(|&(at, _)| at <= from);
        let retention = recorder.config().consuming_at(from).retention;
        (from, to, retention, modes[mode.max(1) - 1].1)
    };
    begins.iter().zip(ends).map(spell).collect()
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
        let mut month = Usage {
            readers: 1,
            ..Usage::default()
        };
        month.stream.span_us = MONTH_US;
        let with = |change: fn(&mut Usage)| {
            let mut usage = month;
            change(&mut usage);
            bill(&usage)
        };
        let shards = with(|usage| usage.stream.shard_us = 40 * MONTH_US);
        check("G16, C2: 40 idle shards", shards.total(), 43_800);
        let shards = with(|usage| usage.stream.shard_us = 20 * MONTH_US);
        check("C2: 20 idle shards", shards.total(), 21_900);
        check("G16, C3: on-demand, idle", with(|_| ()).if_on_demand, 2_920);
        let gb = with(|usage| usage.stream.kb = 1_000 * KB_PER_GB);
        check("G16, C3: 1,000 GB", gb.if_on_demand, 12_000 + 2_920);
        let puts = with(|usage| usage.stream.put_units = 1_000_000_000);
        check("C1: PUT payload units", puts.total(), 1_400);
        let longer = with(|usage| usage.stream.longer_shard_us = 10 * MONTH_US);
        check("C5: 10 shards, 7 days", longer.retention, 14_600);
        let long = with(|usage| usage.stream.long_kb_hours = 1_000 * KB_PER_GB * MONTH_HOURS);
        check("C5: 1,000 GB, long", long.retention, 2_300);
        let kept = with(|usage| usage.stream.longer_kb_hours = 1_000 * KB_PER_GB * MONTH_HOURS);
        check("C5: 1,000 GB, on-demand", kept.if_on_demand, 10_000 + 2_920);
        let calls = with(|usage| usage.requests = 10_000_000);
        check("C7: requests", calls.requests, 200);
        let compute = with(|usage| {
            (usage.busy_ms, usage.memory_mb) = (1_000_000_000, 1_024);
        });
        check("C7: 1,000,000 GB-s", compute.compute, 1_667);
        let all = with(|usage| {
            (usage.stream.shard_us, usage.stream.longer_shard_us) = (40 * MONTH_US, 10 * MONTH_US);
            (usage.stream.put_units, usage.requests) = (1_000_000_000, 10_000_000);
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

    /// Half a day is 12 shard-hours, or 12 stream-hours.
    #[test]
    fn the_mode_of_the_time_is_paid() {
        let half = StreamUse {
            span_us: 12 * HOUR_US,
            shard_us: 4 * 12 * HOUR_US,
            put_units: 1_000_000_000,
            kb: 100 * KB_PER_GB,
            ..StreamUse::default()
        };
        let whole = StreamUse {
            span_us: 24 * HOUR_US,
            shard_us: 4 * 24 * HOUR_US,
            put_units: 2_000_000_000,
            kb: 200 * KB_PER_GB,
            ..StreamUse::default()
        };
        for (on_demand, readers, cents) in [
            // 96 shard-hours of 1.5 cents, two thousand million PUT units of $14.
            (StreamUse::default(), 1, [144, 2_800, 0, 0]),
            // 24 hours of 4 cents, 200 GB of 8 + 4 cents.
            (whole, 1, [0, 0, 96, 2_400]),
            (half, 1, [72, 1_400, 48, 1_200]),
            // Each reader's GB out is paid.
            (half, 2, [72, 1_400, 48, 1_600]),
        ] {
            let bill = bill(&Usage {
                stream: whole,
                on_demand,
                readers,
                ..Usage::default()
            });
            let parts = [bill.shards, bill.puts, bill.stream_hours, bill.data];
            for (part, cents) in parts.into_iter().zip(cents) {
                check("C1, C3, S12", part, cents);
            }
            check("C10", bill.total(), cents.iter().sum());
        }
    }
}
