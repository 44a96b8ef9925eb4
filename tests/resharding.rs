//! Shards that come and go: limits (S17), lineage (S19), parents before children (E15, S18).

use overflowing_sink::engine::fact::Fact;
use overflowing_sink::engine::mark::MarkKind;
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;

const HOUR: u64 = 3_600;
const OPEN: SimTime = SimTime::NEVER;

fn run(link: &str) -> Recorder {
    let (shared, notices) = from_link(link);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    assert!(recorder.final_ledger().adds_up(), "{link}");
    recorder
}

fn secs(seconds: u64) -> SimTime {
    SimTime::from_secs(seconds)
}

/// What the stream refuses is said beforehand, in words, and stated by the run.
#[test]
fn the_stream_refuses_what_aws_refuses() {
    #[rustfmt::skip]
    let rows: &[(&str, &[&str])] = &[
        // S17: at most double, at least half.
        ("at=1h:ShardCount:4", &[]),
        ("at=1h:ShardCount:5", &["UpdateShardCount to 5 at day 1, 10:00:00 is refused: 2 shards are open, and one call may at most double them, to 4."]),
        ("ShardCount=5&at=1h:ShardCount:3", &[]),
        ("ShardCount=5&at=1h:ShardCount:2", &["at most halve them, to 3"]),
        ("ShardCount=1&at=1h:ShardCount:1", &[]),
        // The second call comes while the stream is UPDATING, the third does not.
        ("at=1h:ShardCount:4&at=1h30s:ShardCount:3&at=1h1m:ShardCount:3", &["to 3 at day 1, 10:00:30 is refused: the change before it has not taken effect"]),
        ("reshardDelay=10m&at=1h:split:0&at=1h9m:split:1", &["The split of shard 1 at day 1, 10:09:00 is refused"]),
        // Ten calls in a rolling day; splits and merges are not counted, refused calls neither.
        ("at=1h:ShardCount:3&at=2h:ShardCount:2&at=3h:ShardCount:3&at=4h:ShardCount:2&at=5h:ShardCount:3\
          &at=6h:ShardCount:9&at=6h:ShardCount:2&at=7h:ShardCount:3&at=8h:ShardCount:2&at=9h:ShardCount:3&at=10h:ShardCount:2\
          &at=11h:ShardCount:3&at=12h:split:25&at=25h:ShardCount:3",
         &["to 9 at day 1, 15:00:00", "to 3 at day 1, 20:00:00 is refused: a stream takes 10 calls in 24 hours"]),
        // S19: open shards, and neighbours only.
        ("at=1h:split:0&at=2h:split:0", &["The split of shard 0 at day 1, 11:00:00 is refused: that shard does not exist or is closed"]),
        ("at=1h:split:7", &["does not exist"]),
        ("at=1h:merge:1", &["The merge of shard 1 at day 1, 10:00:00 is refused: it has the last hash keys"]),
        ("at=1h:split:1&at=2h:merge:0", &[]),
        // S12: two switches of the mode in a rolling day; to what it is already is none.
        ("at=1h:StreamMode:ON_DEMAND&at=2h:StreamMode:PROVISIONED&at=3h:StreamMode:ON_DEMAND",
         &["UpdateStreamMode at day 1, 12:00:00 is refused: a stream takes 2 mode switches in 24 hours"]),
        ("at=1h:StreamMode:ON_DEMAND&at=2h:StreamMode:PROVISIONED&at=3h:StreamMode:PROVISIONED&at=26h:StreamMode:ON_DEMAND", &[]),
    ];
    for (link, expected) in rows {
        let link = format!("#v=1&horizon=30h&{link}");
        let (shared, _) = from_link(&link);
        let (config, problems) = configure(&shared.scenario);
        let said: Vec<&str> = problems
            .iter()
            .map(|problem| problem.text.as_str())
            .filter(|text| text.contains("is refused"))
            .collect();
        assert_eq!(said.len(), expected.len(), "{link}: {said:?}");
        for (said, part) in said.iter().zip(*expected) {
            assert!(said.contains(part), "{link}: {said}");
        }
        let mut recorder = Recorder::new(config);
        recorder.finish();
        let marks = recorder.marks().iter();
        let refused = marks.filter(|mark| mark.kind == MarkKind::ReshardRefused);
        assert_eq!(refused.count(), expected.len(), "{link}");
    }
}

/// S19: who follows whom, when, with which part of the hash keys (in 24ths).
#[test]
fn children_take_over_the_hash_keys_of_their_parents() {
    type Row<'a> = (&'a [u16], u64, SimTime, (u32, u32));
    let at = |hours: u64| secs(hours * HOUR + 60);
    #[rustfmt::skip]
    let rows: &[(&str, &[Row])] = &[
        ("ShardCount=1&at=1h:split:0", &[
            (&[], 0, at(1), (0, 24)),
            (&[0], 1, OPEN, (0, 12)), (&[0], 1, OPEN, (12, 24)),
        ]),
        ("ShardCount=3&at=1h:merge:1", &[
            (&[], 0, OPEN, (0, 8)), (&[], 0, at(1), (8, 16)), (&[], 0, at(1), (16, 24)),
            (&[1, 2], 1, OPEN, (8, 24)),
        ]),
        ("at=1h:ShardCount:4", &[
            (&[], 0, at(1), (0, 12)), (&[], 0, at(1), (12, 24)),
            (&[0], 1, OPEN, (0, 6)), (&[0], 1, OPEN, (6, 12)), (&[1], 1, OPEN, (12, 18)), (&[1], 1, OPEN, (18, 24)),
        ]),
        // Uneven targets: the middle shard follows both.
        ("at=1h:ShardCount:3", &[
            (&[], 0, at(1), (0, 12)), (&[], 0, at(1), (12, 24)),
            (&[0], 1, OPEN, (0, 8)), (&[0, 1], 1, OPEN, (8, 16)), (&[1], 1, OPEN, (16, 24)),
        ]),
        ("at=1h:split:0&at=2h:merge:3", &[
            (&[], 0, at(1), (0, 12)), (&[], 0, at(2), (12, 24)),
            (&[0], 1, OPEN, (0, 6)), (&[0], 1, at(2), (6, 12)),
            (&[3, 1], 2, OPEN, (6, 24)),
        ]),
    ];
    for (link, expected) in rows {
        let recorder = run(&format!("#v=1&horizon=3h&{link}"));
        assert_eq!(recorder.shards().len(), expected.len(), "{link}");
        for (deck, (parents, opened, closed_at, (first, end))) in
            recorder.shards().iter().zip(*expected)
        {
            let what = format!("{link}: shard {}", deck.shard);
            let part = u128::MAX / 24;
            assert_eq!(deck.parents, *parents, "{what}");
            let opened_at = if *opened == 0 {
                SimTime::ZERO
            } else {
                at(*opened)
            };
            assert_eq!(deck.opened_at, opened_at, "{what}");
            assert_eq!(recorder.closed_at(deck.shard), *closed_at, "{what}");
            let off = |key: u128, parts: u32| key.abs_diff(part * u128::from(parts));
            assert!(
                off(deck.range.first, *first) < 24,
                "{what}: {:?}",
                deck.range
            );
            assert!(off(deck.range.last, *end) < 48, "{what}: {:?}", deck.range);
        }
    }
}

/// E15, S18: each shard's reading begins when the last of its parents is drained, whatever holds them up.
#[test]
fn children_wait_for_all_their_parents() {
    // Link, child, its parents, hours between which its reading begins.
    type Row<'a> = (&'a str, u16, &'a [u16], (u64, u64));
    #[rustfmt::skip]
    let rows: &[Row] = &[
        // Healthy parents are drained within seconds.
        ("at=6h:split:0", 2, &[0], (6, 7)),
        ("at=6h:split:0", 3, &[0], (6, 7)),
        ("at=6h:merge:0", 2, &[0, 1], (6, 7)),
        // A pill blocks its parent for a day, and with it both children, but not those of the other parent.
        ("at=1h:pill:0&at=2h:ShardCount:4", 2, &[0], (25, 27)),
        ("at=1h:pill:0&at=2h:ShardCount:4", 3, &[0], (25, 27)),
        ("at=1h:pill:0&at=2h:ShardCount:4", 4, &[1], (2, 3)),
        // A merged child waits for both; the pill is in one of them.
        ("at=1h:pill:1&at=2h:merge:0", 2, &[0, 1], (25, 27)),
        // Grandchildren wait for children that wait.
        ("at=1h:pill:0&at=2h:split:0&at=3h:split:2", 4, &[2], (25, 27)),
        // Too little concurrency couples all readers.
        ("ConcurrentExecutions=1&at=1h:pill:0&at=2h:split:0", 2, &[0], (25, 27)),
        ("ParallelizationFactor=3&at=1h:pill:0&at=2h:split:0", 3, &[0], (25, 27)),
    ];
    for &(link, child, parents, (from, to)) in rows {
        let what = format!("{link}, shard {child}");
        let recorder = run(&format!("#v=1&horizon=48h&{link}"));
        assert_eq!(
            recorder.shards()[usize::from(child)].parents,
            parents,
            "{what}"
        );
        let told = recorder.facts(secs(from * HOUR), secs(to * HOUR));
        let began = told
            .iter()
            .find(|t| t.fact == Fact::ReadingStarted { shard: child });
        let began = began.unwrap_or_else(|| panic!("{what} is not read")).at;
        let marks = recorder.marks().iter();
        let drained = marks.filter(|m| {
            m.kind == MarkKind::Drained && m.shard.is_some_and(|s| parents.contains(&s))
        });
        assert_eq!(drained.map(|mark| mark.at).max(), Some(began), "{what}");
    }
}

/// S18: what is stored in the parent is read no faster because there are more shards.
#[test]
fn more_shards_do_not_speed_up_a_backlog() {
    // 50 orders/s and 47/s handled per shard: the backlog grows, until at 6 h the shards are doubled.
    let link = "#v=1&horizon=48h&ShardCount=1&recordsPerSecond=60&dailySwing=0";
    let mut before = run(link);
    let mut after = run(&format!("{link}&at=6h:ShardCount:2"));
    let stored = after.log(0).stored();
    assert_eq!(
        stored,
        before.stored_by(0, after.closed_at(0)),
        "the same arrivals until then"
    );
    for minutes in (0..48 * 60).step_by(10) {
        let t = secs(minutes * 60);
        let (alone, parent) = (before.moment(t), after.moment(t));
        assert_eq!(
            parent.shards[0].head,
            alone.shards[0].head.min(stored),
            "at {t}"
        );
        if parent.shards[0].head < stored {
            for child in parent.shards.iter().skip(1) {
                assert!(child.waits && child.head == 0, "at {t}");
            }
        }
    }
    // Once the parent is drained, two readers handle twice as much.
    let end = secs(48 * HOUR);
    assert!(before.moment(end).shards[0].iterator_age > SimDuration::from_hours(2));
    assert!(
        after
            .moment(end)
            .shards
            .iter()
            .all(|shard| shard.iterator_age < SimDuration::from_hours(2))
    );
}

/// S7: a hot key stays on one shard however often it is split: its shard's neighbours gain, it does not.
#[test]
fn splitting_does_not_help_a_hot_key() {
    let link = "#v=1&recordsPerSecond=2500&keys=hot&handling=naive&dailySwing=0&perRecord=0s";
    let lost_per_second = |actions: &str| {
        let (shared, _) = from_link(&format!("{link}&{actions}"));
        let (mut config, _) = configure(&shared.scenario);
        config.horizon = secs(HOUR);
        let mut recorder = Recorder::new(config);
        recorder.finish();
        recorder.final_ledger().lost_silently.good / HOUR
    };
    let close = |value: u64, expected: u64| value.abs_diff(expected) <= expected / 20;
    // The hot key makes 1,500/s and the others 1,000/s; a shard takes 1,000/s. Its shard gets 1,500 + 500.
    assert!(close(lost_per_second(""), 1_000), "{}", lost_per_second(""));
    // A split takes a quarter of the others away from it; sixteen shards leave it nearly alone.
    let split = lost_per_second("at=0s:split:0");
    assert!(close(split, 750), "{split}");
    let many = lost_per_second("at=0s:ShardCount:4&at=2m:ShardCount:8&at=4m:ShardCount:16");
    assert!((500..620).contains(&many), "{many}");
}

/// E15, E51: what a filter does not want is passed by the first poll that finds nothing else, a second apart (E5).
#[test]
fn a_filtered_tail_is_passed_at_the_next_poll() {
    let nothing = r#"FilterCriteria={"data":{"type":["nothing"]}}"#;
    for (link, polls) in [
        (nothing.to_owned(), 1),
        (format!("{nothing}&pollInterval=5s"), 5),
        // Too little concurrency couples all readers.
        (format!("{nothing}&ConcurrentExecutions=1"), 1),
    ] {
        let mut recorder = run(&format!("#v=1&horizon=1h&{link}&at=30m10s:split:0"));
        let closed_at = recorder.closed_at(0);
        for child in [2, 3] {
            let told = recorder.facts(closed_at, closed_at + SimDuration::from_secs(60));
            let mut told = told.iter();
            let began = told.find(|told| told.fact == Fact::ReadingStarted { shard: child });
            let waited = began.expect("it is read").at.since(closed_at);
            assert!(
                waited <= SimDuration::from_secs(polls),
                "{link}: {waited:?}"
            );
        }
        let parent = &recorder.moment(SimTime::from_hours(1)).shards[0];
        assert_eq!(parent.ledger.filtered.total(), parent.stored, "{link}");
    }
}

/// A run that is computed already and changed becomes what the same run is from scratch, whatever asks for the shards.
#[test]
fn changing_the_shards_of_a_computed_run_changes_the_run() {
    let deeds = [
        "at=10m4s666ms:split:1",
        "at=10m4s666ms:merge:0",
        "at=10m4s666ms:ShardCount:3",
        "at=10m4s666ms:StreamMode:ON_DEMAND",
        // At the very start, where nothing is before it.
        "at=0s:StreamMode:ON_DEMAND",
        "at=0s:split:7",
        // Asked for behind what was asked for before, and while that is under way.
        "at=10m:split:0&at=10m30s:split:1&at=20m:split:1",
    ];
    // Enough that on-demand mode splits; refused entries are not sent again, which would take long.
    let base = "#v=1&horizon=30m&onDemandDelay=1m&recordsPerSecond=1100&keys=even&handling=naive";
    let config = |link: &str| configure(&from_link(link).0.scenario).0;
    let unchanged = run(base).digest();
    let mut edited = run(base);
    for deed in deeds {
        let link = format!("{base}&{deed}");
        edited.revise(config(&link));
        edited.finish();
        let fresh = run(&link);
        assert_ne!(fresh.digest(), unchanged, "{link} changes it");
        assert_eq!(edited.digest(), fresh.digest(), "{link}");
        assert_eq!(edited.marks(), fresh.marks(), "{link}");
        assert_eq!(edited.modes(), fresh.modes(), "{link}");
        edited.revise(config(base));
        edited.finish();
        assert_eq!(edited.digest(), unchanged, "{link}, undone");
        assert_eq!(edited.modes().len(), 1, "{link}, undone");
    }
}
