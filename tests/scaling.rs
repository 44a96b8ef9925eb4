//! Shards that follow the traffic (S12–S14, S20), large records (P3, P11, S4) and shared reads (S2, M10).

use overflowing_sink::engine::fact::Fact;
use overflowing_sink::engine::mark::MarkKind;
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::bill::{SHARD_HOUR, STREAM_HOUR, bill, usage};
use overflowing_sink::recording::metrics::Metric;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;

const NEVER_SLOW: &str = "dailySwing=0&perRecord=0s&perBatch=1ms";

fn run(link: &str, minutes: u64) -> Recorder {
    let (shared, notices) = from_link(&format!("#v=1&{NEVER_SLOW}&{link}"));
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let (mut config, _) = configure(&shared.scenario);
    config.horizon = SimTime::from_secs(60 * minutes);
    let mut recorder = Recorder::new(config);
    recorder.finish();
    assert!(recorder.final_ledger().adds_up(), "{link}");
    recorder
}

fn open_shards(recorder: &Recorder, minute: u64) -> usize {
    let t = SimTime::from_secs(60 * minute);
    let shards = 0..recorder.shards_opened(t) as u16;
    shards
        .filter(|&shard| t < recorder.closed_at(shard))
        .count()
}

/// Entries refused between two minutes.
fn throttled(recorder: &Recorder, from: usize, to: usize) -> u64 {
    let shards = 0..recorder.shards().len() as u16;
    let minutes = shards.flat_map(|shard| &recorder.minutes(shard)[from..to]);
    minutes
        .map(|minute| u64::from(minute.write_throttled))
        .sum()
}

/// Open shards at some minutes.
#[test]
fn the_shards_follow_the_traffic() {
    #[rustfmt::skip]
    let rows: &[(&str, &[(u64, usize)])] = &[
        // S13: a new on-demand stream has four shards, and splits those above 500 records/s within 15 minutes.
        ("StreamMode=ON_DEMAND&recordsPerSecond=100", &[(0, 4), (60, 4)]),
        ("StreamMode=ON_DEMAND&recordsPerSecond=1800", &[(60, 4)]),
        ("StreamMode=ON_DEMAND&recordsPerSecond=3000", &[(15, 4), (17, 8), (60, 8)]),
        // Some shards get more than 500 of 2,000 at once, the others soon: those do not wait until the first are done.
        ("StreamMode=ON_DEMAND&recordsPerSecond=2000&at=5m:recordsPerSecond:3000", &[(15, 4), (17, 8), (40, 8)]),
        // 400 records/s of 2,000 B are 800 KB/s a shard: bytes split, too.
        ("StreamMode=ON_DEMAND&recordsPerSecond=1600&recordBytes=2000", &[(15, 4), (17, 8), (60, 8)]),
        ("StreamMode=ON_DEMAND&recordsPerSecond=3000&onDemandDelay=2m", &[(2, 4), (4, 8), (60, 8)]),
        // S14: twice the previous peak is kept, whatever flows now (20 needed, 40 kept).
        ("StreamMode=ON_DEMAND&recordsPerSecond=100&previousPeak=20000", &[(0, 40), (60, 40)]),
        // It grows and stays when the crowd is gone.
        ("StreamMode=ON_DEMAND&recordsPerSecond=3000&at=20m:recordsPerSecond:10", &[(60, 8), (600, 8)]),
        // S12: a switch keeps the shards; ShardCount means nothing on demand.
        ("ShardCount=3&recordsPerSecond=100&at=10m:StreamMode:ON_DEMAND&at=20m:StreamMode:PROVISIONED", &[(9, 3), (15, 3), (60, 3)]),
        ("ShardCount=3&recordsPerSecond=2700&at=10m:StreamMode:ON_DEMAND", &[(24, 3), (28, 6)]),
        ("StreamMode=ON_DEMAND&recordsPerSecond=100&at=10m:ShardCount:8&at=20m:split:0", &[(60, 4)]),
        // Provisioned shards stay as they are; S20: unless somebody has built an alarm.
        ("recordsPerSecond=3000", &[(60, 2)]),
        ("autoscaler=true&recordsPerSecond=1300", &[(60, 2)]),
        ("autoscaler=true&recordsPerSecond=1600", &[(5, 2), (7, 4), (60, 4)]),
        ("autoscaler=true&recordsPerSecond=1600&scaleMinutes=2&reshardDelay=5m", &[(6, 2), (8, 4)]),
        ("autoscaler=true&ShardCount=8&recordsPerSecond=600", &[(5, 8), (7, 4), (13, 2), (60, 2)]),
        ("autoscaler=true&ShardCount=8&recordsPerSecond=300&scaleInBelow=0", &[(60, 8)]),
        // 100 % of 2 is 50 % of 4: an alarm that flaps spends the ten calls of the day.
        ("autoscaler=true&recordsPerSecond=1900&scaleInBelow=600", &[(5, 2), (7, 4), (13, 2), (19, 4), (120, 2), (600, 2)]),
    ];
    for (link, expected) in rows {
        let last = expected.last().expect("a row has a minute").0;
        let recorder = run(link, last + 1);
        let found: Vec<(u64, usize)> = expected
            .iter()
            .map(|&(minute, _)| (minute, open_shards(&recorder, minute)))
            .collect();
        assert_eq!(found, *expected, "{link}");
    }
}

/// S13: traffic that more than doubles is throttled until the stream has followed, then no more.
#[test]
fn on_demand_can_throttle() {
    let crowd = |peak: u64| {
        let link = format!(
            "StreamMode=ON_DEMAND&previousPeak={peak}&recordsPerSecond=1000&at=10m:recordsPerSecond:6000&maxSends=1"
        );
        run(&link, 60)
    };
    let known = crowd(6_000);
    assert_eq!(throttled(&known, 0, 60), 0, "it has had this peak before");
    let new = crowd(2_000);
    // 6,000/s against four shards for 15 minutes and a bit: 2,000/s are refused.
    let refused = throttled(&new, 11, 25);
    assert!((1_900..2_100).contains(&(refused / 840)), "{refused}");
    assert_eq!(throttled(&new, 28, 60), 0, "twelve shards or more take it");
}

/// S14, S7: a hot key is not isolated, and the stream stops splitting for it.
#[test]
fn a_hot_key_is_throttled_on_demand() {
    let hot = run(
        "StreamMode=ON_DEMAND&recordsPerSecond=2500&keys=hot&onDemandDelay=1m&handling=naive",
        120,
    );
    let lost = throttled(&hot, 100, 120) / 1_200;
    // Beside it is an eighth of the others' 1,000/s: the emptier half of that shard has 4 % of its records.
    assert!((600..660).contains(&lost), "{lost} of 1,625/s");
    let shards = open_shards(&hot, 60);
    assert!(shards < 12 && shards == open_shards(&hot, 119), "{shards}");
}

/// S12, S17, S20: what the stream refuses.
#[test]
fn scaling_has_its_limits() {
    #[rustfmt::skip]
    let rows: &[(&str, u64, usize)] = &[
        ("at=1h:StreamMode:ON_DEMAND&at=2h:StreamMode:PROVISIONED", 200, 0),
        ("at=1h:StreamMode:ON_DEMAND&at=2h:StreamMode:PROVISIONED&at=3h:StreamMode:ON_DEMAND", 200, 1),
        ("at=1h:StreamMode:ON_DEMAND&at=2h:StreamMode:PROVISIONED&at=25h:StreamMode:ON_DEMAND", 1_600, 0),
        ("StreamMode=ON_DEMAND&at=1h:ShardCount:8&at=61m:split:0&at=62m:merge:0", 120, 3),
        // The alarm asks in vain for the eleventh time, and again every six minutes.
        ("autoscaler=true&recordsPerSecond=1900&scaleInBelow=600", 66, 1),
    ];
    for &(link, minutes, refused) in rows {
        let recorder = run(link, minutes);
        let marks = recorder.marks().iter();
        let found = marks.filter(|mark| mark.kind == MarkKind::ReshardRefused);
        assert_eq!(found.count(), refused, "{link}");
    }
}

/// P3, P11: a request with a record above the limit is refused whole; S4: large records below it average out.
#[test]
fn large_records() {
    // Link, refused whole, share stored in permille, at least and at most.
    #[rustfmt::skip]
    let rows: &[(&str, bool, (u64, u64))] = &[
        ("recordBytes=1048000", false, (990, 1_000)),
        ("recordBytes=1048576", true, (0, 0)),
        ("recordBytes=1048576&MaxRecordSizeInKiB=2048", false, (990, 1_000)),
        ("recordBytes=5000000&MaxRecordSizeInKiB=4096", true, (0, 0)),
        // One record of 5 MB in ten seconds and shard is half of its bytes, in bursts.
        ("recordBytes=5000000&MaxRecordSizeInKiB=10240&horizon=2h", false, (900, 1_000)),
    ];
    for &(link, rejected, (least, most)) in rows {
        let rate = if link.contains("5000000") {
            "at=0s:recordsPerSecond:0&at=1m:recordsPerSecond:1&at=3m:recordsPerSecond:0"
        } else {
            "recordsPerSecond=1"
        };
        let mut recorder = run(
            &format!("{link}&putBatch=1&ShardCount=16&maxSends=100&{rate}"),
            30,
        );
        let ledger = recorder.final_ledger();
        let told = recorder.facts(SimTime::ZERO, SimTime::from_secs(600));
        let found = told
            .iter()
            .any(|told| matches!(told.fact, Fact::RequestRejected { .. }));
        assert_eq!(found, rejected, "{link}");
        let share = ledger.stored.total() * 1_000 / ledger.generated.total().max(1);
        assert!(
            (least..=most).contains(&share),
            "{link}: {share} {ledger:?}"
        );
        if rejected {
            let never = ledger.given_up.total() + ledger.with_producer.total();
            assert_eq!(never, ledger.generated.total(), "{link}");
        }
    }
}

/// One record too large takes its neighbours with it (P11).
#[test]
fn one_large_record_condemns_its_request() {
    use overflowing_sink::scenario::file::from_json;
    let record =
        |at: u64, bytes: u64| format!(r#"{{"at_us": {at}, "key": "a", "bytes": {bytes}}}"#);
    let records = [
        record(0, 10),
        record(1, 2_000_000),
        record(2, 10),
        record(2_000_000, 10),
    ]
    .join(",");
    let text = format!(r#"{{"settings": {{"horizon": "10m"}}, "records": [{records}]}}"#);
    let (scenario, _) = from_json(&text).expect("a good file");
    let mut recorder = Recorder::new(configure(&scenario).0);
    recorder.finish();
    let ledger = recorder.final_ledger();
    assert_eq!((ledger.given_up.total(), ledger.stored.total()), (3, 1));
    assert!(ledger.adds_up());
}

/// S2, M10: everybody who polls the stream shares its read limits.
#[test]
fn other_consumers_share_the_reads() {
    // Others, the interval at which the mapping's polls succeed, in ms.
    for (others, interval) in [(0, 1_000), (4, 1_000), (5, 1_200), (9, 2_000), (20, 4_200)] {
        let (shared, _) = from_link(&format!("#v=1&otherConsumers={others}"));
        let (config, _) = configure(&shared.scenario);
        assert_eq!(config.poll_interval.0, interval * 1_000, "{others}");
    }
    // 100 records/s of 10 KB on one shard are 1 MB/s: one reader keeps up, and so do two; three cannot.
    for (others, keeps_up) in [(0, true), (1, true), (2, false)] {
        let link =
            format!("ShardCount=1&recordsPerSecond=100&recordBytes=9900&otherConsumers={others}");
        let mut recorder = run(&link, 60);
        let age = recorder.moment(SimTime::from_secs(3_600)).shards[0].iterator_age;
        assert_eq!(age.0 < 10_000_000, keeps_up, "{link}: {age:?}");
        if !keeps_up {
            // 2 MiB/s for three readers: 699 KB/s of 990 KB/s, so that an hour of reading covers 42 minutes.
            let minutes = age.0 / 60_000_000;
            assert!((15..21).contains(&minutes), "{minutes}");
        }
    }
}

/// M10, S2: what all readers ask beyond five calls a second of each shard is refused, and counted.
#[test]
fn refused_reads_are_counted() {
    // Settings of two shards, calls refused in an hour.
    for (link, refused) in [
        ("otherConsumers=0", 0),
        ("otherConsumers=4", 0),
        ("otherConsumers=5", 2 * 3_600),
        ("otherConsumers=20", 2 * 16 * 3_600),
        // The mapping asks four times a second.
        ("otherConsumers=2&pollInterval=250ms", 2 * 3_600),
    ] {
        let recorder = run(link, 60);
        let hour = recorder.metrics(SimTime::ZERO, SimDuration::from_hours(1), 1);
        let counted = hour[0].milli(Metric::ReadExceeded).unwrap_or(0) / 1_000;
        // The last call before the hour's end speaks for the time until the next.
        assert!(
            counted.abs_diff(refused) <= refused / 500,
            "{link}: {counted}"
        );
    }
}

/// M10, S2: while more bytes are wanted than 2 MiB/s, every reader's calls are refused, once a second each.
#[test]
fn reads_of_too_many_bytes_are_refused_and_counted() {
    // Other consumers of a shard with 990 KB/s, calls refused in an hour.
    for (others, refused) in [(0, 0), (2, 3 * 3_600), (3, 4 * 3_600)] {
        let link =
            format!("ShardCount=1&recordsPerSecond=100&recordBytes=9900&otherConsumers={others}");
        let recorder = run(&link, 60);
        let hour = recorder.metrics(SimTime::ZERO, SimDuration::from_hours(1), 1);
        let counted = hour[0].milli(Metric::ReadExceeded).unwrap_or(0) / 1_000;
        // The first seconds are within the burst.
        assert!(
            (refused * 49 / 50..=refused).contains(&counted),
            "{link}: {counted}"
        );
    }
}

/// C1, C2: a shard is billed while it is open; C3, S12: the price changes with the mode.
#[test]
fn the_bill_follows_the_shards_and_the_mode() {
    // Settings, minutes, shard-hours and stream-hours in tenths.
    for (link, minutes, shard_hours, stream_hours) in [
        ("ShardCount=2", 240, 80, 0),
        // Two for an hour, three for three.
        ("ShardCount=2&reshardDelay=0s&at=1h:split:0", 240, 110, 0),
        // A shard is opened when the stream is no longer UPDATING (S17).
        ("ShardCount=2&reshardDelay=30m&at=1h:split:0", 240, 105, 0),
        (
            "ShardCount=2&reshardDelay=0s&at=1h:merge:0&at=3h:ShardCount:2",
            240,
            60,
            0,
        ),
        ("StreamMode=ON_DEMAND", 120, 0, 20),
        ("ShardCount=2&at=3h:StreamMode:ON_DEMAND", 240, 60, 10),
        (
            "ShardCount=2&at=1h:StreamMode:ON_DEMAND&at=3h:StreamMode:PROVISIONED",
            240,
            40,
            20,
        ),
    ] {
        let mut recorder = run(link, minutes);
        let end = recorder.moment(recorder.computed_until());
        let used = usage(&recorder, &end);
        let bill = bill(&used);
        assert_eq!(bill.shards, shard_hours * SHARD_HOUR / 10, "{link}");
        assert_eq!(bill.stream_hours, stream_hours * STREAM_HOUR / 10, "{link}");
        // What is written is paid by the unit in one mode and by the GB in the other.
        let on_demand = stream_hours * 60 * 1_000 / 10 / minutes;
        let share = used.on_demand.kb * 1_000 / used.stream.kb;
        assert!(share.abs_diff(on_demand) < 150, "{link}: {share} ‰");
        assert_eq!(
            (bill.puts == 0, bill.data == 0),
            (share == 1_000, share == 0),
            "{link}"
        );
    }
}

/// What a moment says its lanes handle is what a shard with a backlog gets done in the ten minutes after.
#[test]
fn a_moment_knows_what_its_lanes_handle() {
    let check = |link: &str| {
        let link = format!("#v=1&dailySwing=0&ShardCount=1&horizon=20m&{link}");
        let (shared, notices) = from_link(&link);
        assert!(notices.is_empty(), "{link}: {notices:?}");
        let mut recorder = Recorder::new(configure(&shared.scenario).0);
        recorder.finish();
        let moment = recorder.moment(SimTime::from_secs(600));
        let shard = &moment.shards[0];
        assert!(shard.ledger.unread.total() > 10_000, "{link}");
        let minutes = &recorder.minutes(0)[10..20];
        let processed: u64 = minutes.iter().map(|m| u64::from(m.processed)).sum();
        let (done, said) = (processed as f64 / 600.0, shard.capacity_milli as f64 / 1e3);
        assert!((done / said - 1.0).abs() < 0.03, "{link}: {done} of {said}");
    };
    check("recordsPerSecond=400");
    check("recordsPerSecond=900&ParallelizationFactor=4");
    check("recordsPerSecond=900&BatchSize=1000&perRecord=5ms&Timeout=60");
    // E4: 6 MB hold fewer records than a batch.
    check(
        "recordsPerSecond=60&recordBytes=15000&BatchSize=1000&perRecord=0s&perBatch=30s&Timeout=60",
    );
    // S2: five readers share 2 MB/s.
    check("recordsPerSecond=1000&BatchSize=10000&perRecord=0s&otherConsumers=4");
}
