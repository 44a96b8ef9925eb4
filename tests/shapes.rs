//! Arrivals follow the shape of the traffic, and short spikes are throttled behind a calm average (S6, G5).

use overflowing_sink::engine::producer::Producer;
use overflowing_sink::engine::producer::tape::{StoredMinute, StreamTape};
use overflowing_sink::engine::producer::world::World;
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::file::{from_json, to_json};
use overflowing_sink::scenario::knobs::Knob;
use overflowing_sink::scenario::link::from_link;
use overflowing_sink::scenario::spelling::parse_time;
use overflowing_sink::scenario::{Scenario, traffic::PastedTraffic};
use std::sync::Arc;

fn linked(link: &str) -> Scenario {
    let (shared, notices) = from_link(link);
    assert_eq!(notices, vec![], "{link}");
    shared.scenario
}

fn pasted(interval_s: u64, counts: &[u64], link: &str) -> Scenario {
    let traffic = PastedTraffic::new(interval_s, counts.to_vec()).expect("good counts");
    let mut scenario = linked(link);
    let mean = scenario.settings.get(Knob::RecordsPerSecond);
    let said = link.contains("recordsPerSecond");
    scenario.paste(Arc::new(traffic));
    if said {
        scenario.settings.set(Knob::RecordsPerSecond, mean);
    }
    scenario
}

/// Requires so many records between the times of each row, but for the chance in Poisson counts.
#[track_caller]
fn check(scenario: &Scenario, rows: &[(&str, &str, u64)]) {
    let world = World::new(configure(scenario).0);
    let mut producer = Producer::new(&world);
    let mut made = |time: &str| {
        let t = parse_time(time).expect("a time");
        producer.advance(&world, t, &mut ());
        producer.generated_by(&world, t)
    };
    for (from, to, expected) in rows {
        let before = made(from);
        let count = made(to) - before;
        let chance = 5 * (expected.isqrt() + 1);
        assert!(
            count.abs_diff(*expected) <= chance,
            "{from} to {to}: {count} instead of {expected}"
        );
        if *expected == 0 {
            assert_eq!(count, 0, "{from} to {to}");
        }
    }
}

#[test]
fn counts_follow_the_shape() {
    let steady = "#dailySwing=0&recordsPerSecond=200";
    check(
        &linked(steady),
        &[("0s", "1m", 12_000), ("1m", "1h", 708_000)],
    );
    // From 200 to 600 a second in ten minutes.
    let ramp = [steady, "&trafficShape=ramp&surgeAt=5m&surgeFor=10m"].concat();
    let ramp = linked(&ramp);
    let rows = [
        ("0s", "5m", 60_000),
        ("5m", "10m", 90_000),
        ("10m", "15m", 150_000),
        ("15m", "20m", 180_000),
    ];
    check(&ramp, &rows);
    let down = "&trafficShape=ramp&surgeAt=1m&surgeFor=1m&surgeTo=0";
    let down = [steady, down].concat();
    let rows = [("0s", "1m", 12_000), ("1m", "2m", 6_000), ("2m", "10m", 0)];
    check(&linked(&down), &rows);
    // To ten times as much in a minute, four minutes of it, down again in five.
    let flash = "&trafficShape=flash&surgeAt=10m&surgeFor=10m&surgeTo=1000";
    let flash = [steady, flash].concat();
    let rows = [
        ("0s", "10m", 120_000),
        ("10m", "11m", 66_000),
        ("11m", "15m", 480_000),
        ("15m", "20m", 330_000),
        ("20m", "30m", 120_000),
    ];
    check(&linked(&flash), &rows);
    // The daily curve and a shape multiply: twice as much at the peak, three times that.
    let both = "#dailySwing=1000&peakAt=12h&recordsPerSecond=100&trafficShape=flash&surgeAt=11h54m&surgeFor=12m";
    check(
        &linked(both),
        &[("11h56m", "11h58m", 72_000), ("0s", "1m", 0)],
    );
}

#[test]
fn spikes_leave_the_mean_as_it_is() {
    let spikes = "#dailySwing=0&recordsPerSecond=100&trafficShape=spikes";
    let rows = [
        ("0s", "3s", 5_400),
        ("3s", "1m", 600),
        ("1m", "1m1s", 1_800),
        ("1m1s", "2m", 4_200),
        ("2m", "1h", 348_000),
    ];
    check(&linked(spikes), &rows);
    // Shorter than a second, and than the linger.
    let short = [spikes, "&spikeEvery=1s&spikeFor=100ms&linger=5s"].concat();
    let rows = [
        ("10s", "10s100ms", 90),
        ("10s100ms", "11s", 10),
        ("11s", "2m", 10_900),
    ];
    check(&linked(&short), &rows);
    let all = [spikes, "&spikeEvery=10s&spikeFor=200ms&spikeShare=1000"].concat();
    check(
        &linked(&all),
        &[("20s", "20s200ms", 1_000), ("20s200ms", "30s", 0)],
    );
    // A spike that never ends is none.
    let on = [spikes, "&spikeEvery=1s&spikeFor=1m"].concat();
    check(&linked(&on), &[("0s", "1m", 6_000), ("1m", "90s", 3_000)]);
}

#[test]
fn pasted_counts_are_played_over_and_over() {
    let counts = [600, 0, 1_200, 60_000, 6_000];
    let rows = [
        ("0s", "1m", 600),
        ("1m", "2m", 0),
        ("2m", "3m", 1_200),
        ("3m", "3m30s", 30_000),
        ("3m30s", "4m", 30_000),
        ("4m", "5m", 6_000),
        ("5m", "6m", 600),
        ("6m", "7m", 0),
        ("58m", "59m", 60_000),
    ];
    check(&pasted(60, &counts, ""), &rows);
    // Whatever the ticks are; one that lies across an edge spreads a few.
    let busy: Vec<_> = rows.into_iter().filter(|row| row.2 > 0).collect();
    check(&pasted(60, &counts, "#linger=700ms"), &busy);
    // 67,800 in 5 minutes are 226 a second; half as many of each with 113.
    let half = rows.map(|(from, to, count)| (from, to, count / 2));
    check(&pasted(60, &counts, "#recordsPerSecond=113"), &half);
    // Less than one a second, and seconds of their own.
    check(&pasted(3_600, &[30, 0], ""), &[("0s", "100h", 1_500)]);
    let seconds = [("0s", "1s", 5), ("1s", "2s", 0), ("2s", "3s", 4_000)];
    check(&pasted(1, &[5, 0, 4_000], ""), &seconds);
}

/// What the only shard was sent in each minute.
#[derive(Default)]
struct Minutes(Vec<StoredMinute>);

impl StreamTape for Minutes {
    fn minute(&mut self, _shard: u16, minute: StoredMinute) {
        self.0.push(minute);
    }
}

/// S6, G5: 6,000 records in 3 s of every minute on one shard that takes 1,000 a second. A burst of 1 s helps the first
/// thousand; the minute's average of what was accepted is 5–7 % of the capacity.
#[test]
fn a_calm_minute_hides_throttled_seconds() {
    let spikes = "#ShardCount=1&dailySwing=0&recordsPerSecond=100&trafficShape=spikes&spikeShare=1000\
                  &handling=naive&putBatch=1&linger=100ms&recordBytes=900";
    for (burst, accepted, average) in [("&burst=1s", 4_000, 67), ("&burst=0s", 3_000, 50)] {
        let world = World::new(configure(&linked(&[spikes, burst].concat())).0);
        let mut producer = Producer::new(&world);
        let mut minutes = Minutes::default();
        producer.advance(&world, SimTime::from_secs(600), &mut minutes);
        assert_eq!(minutes.0.len(), 10);
        for minute in &minutes.0 {
            let sent = minute.stored + minute.throttled;
            assert!(sent.abs_diff(6_000) <= 400, "{minute:?}");
            assert!(
                minute.stored.abs_diff(accepted) <= accepted / 50,
                "{minute:?}"
            );
            assert!((minute.stored / 60).abs_diff(average) <= 1, "{minute:?}");
            // In its seconds the shard is at its limit.
            assert!(minute.peak >= 980, "{minute:?}");
        }
    }
}

#[test]
fn a_file_holds_traffic() {
    let text = r#"{"traffic": {"interval_us": 60000000, "counts": [600, 0, 1200]}}"#;
    let (scenario, notices) = from_json(text).expect("a good file");
    assert_eq!(notices, vec![]);
    // 1,800 in 180 s.
    assert_eq!(scenario.settings.get(Knob::RecordsPerSecond), 10);
    let rows = [("0s", "1m", 600), ("1m", "2m", 0), ("5m", "6m", 1_200)];
    check(&scenario, &rows);
    let mut played_otherwise = scenario.clone();
    for (knob, value) in [(Knob::RecordsPerSecond, 72), (Knob::TrafficShape, 0)] {
        played_otherwise.settings.set(knob, value);
    }
    for scenario in [scenario, played_otherwise] {
        let again = from_json(&to_json(&scenario)).expect("our own file");
        assert_eq!(again, (scenario, vec![]));
    }
}

#[test]
fn bad_traffic_is_refused_with_its_place() {
    for (traffic, said) in [
        ("[]", "traffic should be an object"),
        (r#"{"counts": [1]}"#, "traffic.interval_us"),
        (r#"{"interval_us": 60000000}"#, "traffic.counts is missing"),
        (r#"{"interval_us": 500000, "counts": [1]}"#, "whole seconds"),
        (r#"{"interval_us": 0, "counts": [1]}"#, "1 second to 7 days"),
        (
            r#"{"interval_us": 86400000000000, "counts": [1]}"#,
            "1 second to 7 days",
        ),
        (r#"{"interval_us": 1000000, "counts": []}"#, "no count"),
        (
            r#"{"interval_us": 1000000, "counts": [0, 0]}"#,
            "Every count is 0",
        ),
        (
            r#"{"interval_us": 1000000, "counts": [1, -1]}"#,
            "traffic.counts[1]",
        ),
        (
            r#"{"interval_us": 1000000, "counts": [1.5]}"#,
            "traffic.counts[0]",
        ),
        (
            r#"{"interval_us": 1000000, "counts": ["1"]}"#,
            "traffic.counts[0]",
        ),
        (
            r#"{"interval_us": 1000000, "counts": [1, 1000001]}"#,
            "Count 2 is 1,000,001",
        ),
        (
            r#"{"interval_us": 1000000, "counts": [18446744073709551615]}"#,
            "a second",
        ),
        (
            r#"{"interval_us": 1000000, "counts": [200000]}"#,
            "at most 100,000",
        ),
        (
            r#"{"interval_us": 1000000, "counts": [1], "mean": 1}"#,
            "traffic.mean is not known",
        ),
    ] {
        let error = from_json(&format!(r#"{{"traffic": {traffic}}}"#)).expect_err(traffic);
        assert!(error.contains(said), "{traffic}: {error}");
    }
    let many = PastedTraffic::new(1, vec![1; 65_537]).expect_err("too many");
    assert!(many.contains("65,537 intervals"), "{many}");
}

#[test]
fn counts_that_shards_cannot_take_are_pointed_out() {
    // 121,000 in a minute are 2,017 a second on 2 shards.
    for (fullest, is_said) in [(119_000, false), (121_000, true)] {
        let (_, problems) = configure(&pasted(60, &[600, fullest], "#perRecord=0s&perBatch=1ms"));
        let said = problems
            .iter()
            .any(|problem| problem.text.contains("is offered up to"));
        assert_eq!(said, is_said, "{fullest}: {problems:?}");
    }
}

#[test]
fn a_link_without_its_pasted_traffic_says_so() {
    let (shared, _) = from_link("#trafficShape=pasted");
    let (config, problems) = configure(&shared.scenario);
    assert_eq!(config, configure(&Scenario::default()).0);
    assert!(
        problems
            .iter()
            .any(|problem| problem.text.contains("no link can hold it"))
    );
}
