//! Links: round trips, frozen examples, and everything a stranger may paste.

use overflowing_sink::engine::config::Pill;
use overflowing_sink::engine::resharding::scales;
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::consequence::consequence;
use overflowing_sink::scenario::file::{from_json, to_json};
use overflowing_sink::scenario::knobs::{KNOBS, Kind, Knob, Scope};
use overflowing_sink::scenario::link::{Palette, Shared, caveat, from_link, to_link};
use overflowing_sink::scenario::{Action, Deed, Scenario};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng};

/// Reads `link` and requires a scenario equal to the opening one changed by `edit`, and notices that
/// contain `said`, in order and no others.
#[track_caller]
fn check(link: &str, edit: impl FnOnce(&mut Shared), said: &[&str]) {
    let mut expected = Shared::default();
    edit(&mut expected);
    let (shared, notices) = from_link(link);
    assert_eq!(shared, expected, "{link}");
    assert_eq!(notices.len(), said.len(), "{link}: {notices:#?}");
    for (notice, said) in notices.iter().zip(said) {
        assert!(
            notice.text.contains(said),
            "{link}: {:?} lacks {said:?}",
            notice.text
        );
    }
}

fn set(knob: Knob, value: i64) -> impl FnOnce(&mut Shared) {
    move |shared| shared.scenario.settings.set(knob, value)
}

fn act(at: SimTime, deed: Deed) -> impl FnOnce(&mut Shared) {
    move |shared| {
        shared.scenario.add(Action { at, deed });
    }
}

fn same(_: &mut Shared) {}

const HOUR: i64 = 3_600_000_000;

/// Written once, read for ever: these lines are never edited.
#[test]
fn frozen_links_of_version_1_keep_their_meaning() {
    check("#v=1", same, &[]);
    check(
        "#v=1&seed=7&MaximumRetryAttempts=2&at=1h:pill:1&at=25h:MaximumRetryAttempts:2&t=26h",
        |shared| {
            shared.scenario.settings.set(Knob::Seed, 7);
            shared.scenario.settings.set(Knob::MaximumRetryAttempts, 2);
            act(SimTime::from_hours(1), Deed::Pill { shard: 1 })(shared);
            let deed = Deed::Set {
                knob: Knob::MaximumRetryAttempts,
                value: 2,
            };
            act(SimTime::from_hours(25), deed)(shared);
            shared.moment = Some(SimTime::from_hours(26));
        },
        &[],
    );
    check(
        "#v=1&BisectBatchOnFunctionError=true&OnFailure=S3&esmBackoffCap=1m30s&dailySwing=250&horizon=7d",
        |shared| {
            let settings = &mut shared.scenario.settings;
            settings.set(Knob::BisectBatchOnFunctionError, 1);
            settings.set(Knob::OnFailure, 3);
            settings.set(Knob::EsmBackoffCap, 90_000_000);
            settings.set(Knob::DailySwing, 250);
            settings.set(Knob::Horizon, 7 * 24 * HOUR);
        },
        &[],
    );
    check(
        "#v=1&reply=%7B%22batchItemFailures%22:null%7D&at=2h:reply:%5B%5D",
        |shared| {
            let settings = &mut shared.scenario.settings;
            settings.set_text(Knob::Reply, r#"{"batchItemFailures":null}"#);
            act(SimTime::from_hours(2), set_text(Knob::Reply, "[]"))(shared);
        },
        &[],
    );
    check(
        "#v=1&speed=600&palette=projector&embed=true&veil=1&hide=ledger,settings&lens=10s&e=3&d=00c0ffee",
        |shared| {
            shared.speed = Some(600);
            shared.palette = Some(Palette::Projector);
            shared.embed = true;
            shared.veil = true;
            shared.hide = vec!["ledger".to_owned(), "settings".to_owned()];
            shared.lens = Some(SimDuration::from_secs(10));
            shared.edition = Some(3);
            shared.digest = Some(0x00c0_ffee);
        },
        &[],
    );
}

#[test]
fn the_opening_scenario_is_an_empty_link() {
    assert_eq!(to_link(&Shared::default()), "#v=1");
}

#[test]
fn a_link_is_found_in_whatever_was_pasted() {
    let seven = || set(Knob::Seed, 7);
    for text in [
        "#seed=7",
        "seed=7",
        "v=1&seed=7",
        "?seed=7",
        "https://example.org/sink/#v=1&seed=7",
        "https://example.org/?utm=1#v=1&seed=7",
        "https://example.org/?v=1&seed=7",
        "<https://example.org/#v=1&seed=7>",
        "  #v=1&seed=7\n",
        "#v=1&se\r\ned=7",
        "#v=1&amp;seed=7",
        "#V=1&SEED=7",
        "#&&v=1&&seed=7&",
        "#seed=%37",
    ] {
        check(text, seven(), &[]);
    }
    check("", same, &[]);
    check("#", same, &[]);
    check("https://example.org/sink/", same, &[]);
}

#[test]
fn what_is_unknown_or_wrong_is_said_and_ignored() {
    check("#shards=4", same, &["“shards” is not known here"]);
    check("hello world", same, &["“hello world” is not known here"]);
    check(
        "#seed=1&seed=2&SEED=3",
        set(Knob::Seed, 3),
        &["given twice", "given twice"],
    );
    check("#seed=abc", same, &["seed: “abc” is not understood"]);
    check("#seed=", same, &["seed: “” is not understood"]);
    check("#seed", same, &["not understood"]);
    check("#BatchSize=1e3", same, &["BatchSize: “1e3”"]);
    check(
        "#linger=5",
        same,
        &["allowed is a time from 10 ms to 1 min"],
    );
    check("#OnFailure=kafka", same, &["one of none, SQS, SNS, S3"]);
    check(
        "#BatchSize=20000",
        set(Knob::BatchSize, 10_000),
        &["10,000 records is used"],
    );
    check(
        "#BatchSize=-5",
        set(Knob::BatchSize, 1),
        &["1 record is used"],
    );
    check(
        "#MaximumRecordAgeInSeconds=30",
        set(Knob::MaximumRecordAgeInSeconds, 60),
        &["60 s is used"],
    );
    check("#MaximumRetryAttempts=-7", same, &["forever is used"]);
    check(
        "#seed=99999999999999999999999999999999",
        set(Knob::Seed, 4_294_967_295),
        &["out of range"],
    );
    check("#seed=%3", same, &["broken % escape", "not understood"]);
    check("#seed=%zz7", same, &["broken % escape", "not understood"]);
    check("#palette=%ff", same, &["broken % escape", "palette"]);
    check("#v=2", same, &["newer version (2)"]);
    check("#v=0", same, &["not a version"]);
    check("#v=one&seed=7", set(Knob::Seed, 7), &["not a version"]);
    check(
        "#speed=0",
        |shared| shared.speed = Some(1),
        &["outside 1 to 10,000"],
    );
    check("#speed=fast", same, &["speed: “fast”"]);
    check(
        "#palette=neon&embed=maybe&veil=perhaps&lens=0s&d=12&e=x&t=soon",
        same,
        &["palette", "embed", "veil", "lens", "d:", "e:", "t:"],
    );
    check(
        "#hide=ledger,Bad%20Name,",
        |shared| shared.hide = vec!["ledger".to_owned()],
        &["Bad Name", "“”"],
    );
    check(
        "#t=400h",
        |shared| shared.moment = Some(SimTime::from_hours(48)),
        &["after the end of the run"],
    );
}

#[test]
fn actions_are_sorted_limited_and_checked() {
    let retry = |value| Deed::Set {
        knob: Knob::MaximumRetryAttempts,
        value,
    };
    check(
        "#at=3h:MaximumRetryAttempts:3&at=1h:pill:0&at=3h:MaximumRetryAttempts:4",
        |shared| {
            act(SimTime::from_hours(1), Deed::Pill { shard: 0 })(shared);
            act(SimTime::from_hours(3), retry(3))(shared);
            act(SimTime::from_hours(3), retry(4))(shared);
        },
        &[],
    );
    check(
        "#at=1h:keyCount:4",
        same,
        &["keyCount holds for the whole run"],
    );
    check("#at=1h:seed:4", same, &["holds for the whole run"]);
    check("#at=1h:nonsense:4", same, &["“nonsense” is not a setting"]);
    check("#at=1h", same, &["should look like 1h:pill:0"]);
    check("#at=soon:pill:0", same, &["not a time since the start"]);
    check("#at=-1h:pill:0", same, &["not a time since the start"]);
    check(
        "#at=9999d:pill:0",
        same,
        &["no run is longer than 400 days"],
    );
    check("#at=1h:pill:x", same, &["number of a shard"]);
    check("#at=1h:pill:70000", same, &["number of a shard"]);
    check(
        "#at=1h:pill:7",
        act(SimTime::from_hours(1), Deed::Pill { shard: 1 }),
        &["goes to the last one, shard 1"],
    );
    check(
        "#at=1h:pill:7&ShardCount=8",
        |shared| {
            shared.scenario.settings.set(Knob::ShardCount, 8);
            act(SimTime::from_hours(1), Deed::Pill { shard: 7 })(shared);
        },
        &[],
    );
    check(
        "#at=1h:BatchSize:0",
        act(
            SimTime::from_hours(1),
            Deed::Set {
                knob: Knob::BatchSize,
                value: 1,
            },
        ),
        &["1 record is used"],
    );
    let (shared, notices) = from_link(&"&at=1h:pill:0".repeat(100));
    assert_eq!((shared.scenario.actions.len(), notices.len()), (64, 1));
    assert!(
        notices[0].text.starts_with("36 actions are left out"),
        "{notices:?}"
    );
    let (shared, notices) = from_link(&"&at=1h:fixed:1".repeat(300));
    assert_eq!((shared.scenario.actions.len(), notices.len()), (200, 1));
}

fn set_text(knob: Knob, text: &str) -> Deed {
    let text = text.to_owned();
    Deed::SetText { knob, text }
}

#[test]
fn hostile_links_give_a_working_page() {
    let long_reply = format!("#reply={}", "x".repeat(1_500));
    check(
        &long_reply,
        same,
        &["reply is longer than 1,000 characters and is ignored"],
    );
    check(
        &"#".repeat(30_000),
        same,
        &["longer than 20,000 characters"],
    );
    check(
        &format!("#seed=7&x={}", "9".repeat(20_000)),
        same,
        &["longer than 20,000 characters"],
    );
    let html = "<img src=x onerror=alert(1)>";
    check(
        &format!("#reply={html}"),
        |shared| shared.scenario.settings.set_text(Knob::Reply, html),
        &[],
    );
    check("#seed=%00&\u{0}=1&%0A=%0D", same, &["seed", "\u{fffd}", ""]);
    let (_, notices) = from_link(&"&z=1&y=2&x=3".repeat(200));
    assert_eq!(notices.len(), 21, "many notices are summed up");
    assert!(notices[20].text.contains("more"));
    for notice in from_link("#%1b[31mred%07%E2%80%AE=1&seed=%1b[2J").1 {
        let harmless = |c: char| !c.is_control() && c != '\u{202e}';
        assert!(notice.text.chars().all(harmless), "{:?}", notice.text);
    }
    let (_, notices) = from_link(&format!("#{}=1", "k".repeat(10_000)));
    assert!(
        notices[0].text.chars().count() < 100,
        "a foreign text is shortened"
    );
}

#[test]
fn noise_never_panics_and_what_was_read_writes_a_clean_link() {
    let pieces = [
        "#",
        "&",
        "=",
        ":",
        "%",
        "%2",
        "%zz",
        "%C3",
        "at",
        "at=",
        "pill",
        "seed",
        "reply",
        "-",
        "1",
        "h",
        "99999999999",
        "\u{0}",
        "é",
        "🪠",
        "BatchSize",
        "MaximumRetryAttempts=",
        "t=",
        "ms",
        ".",
        ",",
        "d=",
        "v=",
        "\n",
        "ShardCount=0",
    ];
    for seed in 0..400 {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let text: String = (0..rng.random_range(1..60))
            .map(|_| pieces[rng.random_range(0..pieces.len())])
            .collect();
        let (shared, _) = from_link(&text);
        let again = from_link(&to_link(&shared));
        assert_eq!(again, (shared, vec![]), "seed {seed}: {text:?}");
    }
}

#[test]
fn any_scenario_survives_its_link() {
    for seed in 0..500 {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let shared = random_shared(&mut rng);
        let link = to_link(&shared);
        let legal = |c: char| c.is_ascii_alphanumeric() || "-._~:,!*%&=#".contains(c);
        assert!(link.chars().all(legal), "seed {seed}: {link}");
        let (read, notices) = from_link(&link);
        assert_eq!(read, shared, "seed {seed}: {link}");
        let cut = |text: &str| text.contains(" allowed; it ends after ");
        assert!(
            notices.iter().all(|notice| cut(&notice.text)),
            "seed {seed}: {link}: {notices:?}"
        );
    }
}

#[test]
fn any_scenario_can_be_run_and_survives_its_file() {
    for seed in 0..500 {
        let scenario = random_shared(&mut Xoshiro256PlusPlus::seed_from_u64(seed)).scenario;
        let (config, problems) = configure(&scenario);
        let consuming: Vec<SimTime> = config.consuming.iter().map(|epoch| epoch.from).collect();
        let producing: Vec<SimTime> = config.producing.iter().map(|epoch| epoch.from).collect();
        for starts in [&consuming, &producing] {
            assert!(
                starts[0] == SimTime::ZERO && starts.is_sorted_by(|a, b| a < b),
                "seed {seed}: {starts:?}"
            );
        }
        assert!(
            config.pills.is_sorted() || config.pills.is_sorted_by_key(|pill| pill.at),
            "seed {seed}"
        );
        // Where shards come and go the run knows them.
        let known = |pill: &Pill| scales(&config) || pill.shard < config.shard_count;
        assert!(config.pills.iter().all(known), "seed {seed}");
        assert!(
            (1_000_000..=SimTime::from_hours(9_600).0).contains(&config.horizon.0),
            "seed {seed}"
        );
        assert!(
            problems.iter().all(|problem| !problem.text.is_empty()),
            "seed {seed}"
        );
        for spec in KNOBS {
            let line = consequence(spec.knob, &scenario.settings).unwrap_or_default();
            assert!(
                line.chars().count() < 120 && !line.contains("inf") && !line.contains("NaN"),
                "seed {seed}: {line}"
            );
        }
        let read = from_json(&to_json(&scenario)).map(|(read, _)| read);
        assert_eq!(read, Ok(scenario), "seed {seed}");
    }
}

fn random_value(rng: &mut Xoshiro256PlusPlus, knob: Knob) -> i64 {
    match knob.spec().kind {
        Kind::Limit { .. } if rng.random_bool(0.3) => -1,
        Kind::Count { min, max, .. } | Kind::Span { min, max } | Kind::Limit { min, max, .. } => {
            rng.random_range(min..=max)
        }
        Kind::Permille { max } => rng.random_range(0..=max),
        Kind::Toggle => rng.random_range(0..=1),
        Kind::Choice(names) => rng.random_range(0..names.len() as i64),
        Kind::Text { .. } => 0,
    }
}

fn random_filters(rng: &mut Xoshiro256PlusPlus) -> &'static str {
    let texts = [
        "",
        r#"{"data":{"type":["purchase","é&#=%"]}}"#,
        r#"[{"data":["x"]},{"partitionKey":["1"]}]"#,
        r#"{"Filters":[{"Pattern":"{\"data\":{\"amount\":[{\"numeric\":[\">\",1]}]}}"}]}"#,
    ];
    texts[rng.random_range(0..texts.len())]
}

fn random_reply(rng: &mut Xoshiro256PlusPlus) -> String {
    let alphabet = [
        'a', '"', '{', '}', '&', '=', '#', '%', '+', ' ', ':', 'ü', '漢', '\u{0}', '\t', '\n', '<',
    ];
    (0..rng.random_range(0..40))
        .map(|_| alphabet[rng.random_range(0..alphabet.len())])
        .collect()
}

fn random_shared(rng: &mut Xoshiro256PlusPlus) -> Shared {
    let mut shared = Shared::default();
    for spec in KNOBS {
        if rng.random_bool(0.3) {
            let value = random_value(rng, spec.knob);
            shared.scenario.settings.set(spec.knob, value);
        }
    }
    if rng.random_bool(0.3) {
        let settings = &mut shared.scenario.settings;
        settings.set_text(Knob::Reply, &random_reply(rng));
        settings.set_text(Knob::FilterCriteria, random_filters(rng));
        settings.set_text(Knob::SecondFilter, random_filters(rng));
        settings.set_text(Knob::Data, "3 {\"type\":\"gift & card\"}\n1 [1, 2]");
    }
    let live: Vec<Knob> = KNOBS
        .iter()
        .filter(|spec| spec.scope == Scope::Live)
        .map(|spec| spec.knob)
        .collect();
    for _ in 0..rng.random_range(0..6) {
        let at =
            SimTime(rng.random_range(0..48 * 3_600) * 1_000_000 + rng.random_range(0..3) * 1_001);
        let knob = live[rng.random_range(0..live.len())];
        let shards = shared.scenario.settings.count(Knob::ShardCount) as u16;
        let deed = match (rng.random_range(0..3), knob) {
            (0, _) => Deed::Pill {
                shard: rng.random_range(0..shards),
            },
            (_, Knob::Reply) => set_text(knob, &random_reply(rng)),
            (_, Knob::FilterCriteria | Knob::SecondFilter) => set_text(knob, random_filters(rng)),
            _ => Deed::Set {
                knob,
                value: random_value(rng, knob),
            },
        };
        shared.scenario.add(Action { at, deed });
    }
    let end = shared.scenario.end();
    shared.moment = rng
        .random_bool(0.5)
        .then(|| SimTime(rng.random_range(0..=end.0)));
    shared.speed = rng.random_bool(0.5).then(|| rng.random_range(1..=10_000));
    shared.palette = rng
        .random_bool(0.5)
        .then(|| Palette::ALL[rng.random_range(0..3)]);
    shared.embed = rng.random_bool(0.5);
    shared.veil = rng.random_bool(0.5);
    shared.lens = rng
        .random_bool(0.5)
        .then(|| SimDuration(rng.random_range(1..100_000_000)));
    shared.edition = rng.random_bool(0.5).then(|| rng.random());
    shared.digest = rng.random_bool(0.5).then(|| rng.random());
    shared
}

#[test]
fn an_action_extends_the_run_by_the_retention_in_force_and_a_day() {
    let rows: &[(&str, u64)] = &[
        ("#v=1", 48),
        ("#at=0s:pill:0", 48),
        ("#at=1h:pill:0", 49),
        ("#at=25h:fixed:1", 73),
        ("#at=1h:RetentionPeriodHours:168&at=2h:pill:0", 2 + 168 + 24),
        ("#at=1h:pill:0&horizon=10d", 240),
        (
            "#RetentionPeriodHours=8760&at=300d:pill:0&recordsPerSecond=1",
            400 * 24,
        ),
    ];
    for (link, hours) in rows {
        let scenario = from_link(link).0.scenario;
        assert_eq!(
            scenario.effective_horizon(),
            SimTime::from_hours(*hours),
            "{link}"
        );
        assert!(
            !to_link(&Shared {
                scenario,
                ..Shared::default()
            })
            .contains("horizon=2d"),
            "{link}"
        );
    }
}

#[test]
fn a_run_that_asks_too_much_ends_earlier_and_says_so() {
    let opening = Scenario::default();
    // 48 h: a request and two polls a second, and two invocations a second at most.
    assert_eq!(opening.cost_estimate().steps, 48 * 3_600 * 5);
    assert_eq!(opening.shortened(), None);
    let (shared, notices) = from_link(
        "#recordsPerSecond=100000&putBatch=1&serverErrors=667&maxRetries=100&linger=10ms&ShardCount=200&keyCount=20000&horizon=400d",
    );
    let shortened = shared
        .scenario
        .shortened()
        .expect("100,000 requests a second for 400 days are too many");
    // 100,000 requests 1 / (1 − 0.667) times, 200 polls and 200 × 1 s / 150 ms invocations a second.
    assert!(
        (1_320..1_330).contains(&(shortened.end.0 / 1_000_000)),
        "{shortened:?}"
    );
    assert_eq!(notices.len(), 1);
    assert!(
        notices[0]
            .text
            .contains("more than the 400 million allowed; it ends after 22 min"),
        "{notices:?}"
    );
    let worst = "#recordsPerSecond=100000&putBatch=1&maxSends=1000&maxRetries=100&serverErrors=1000&linger=10ms&ShardCount=1";
    let end = from_link(worst)
        .0
        .scenario
        .shortened()
        .expect("a retry storm")
        .end;
    assert_eq!(end, SimTime::from_secs(1), "never no run at all");
}

/// What is stored when is kept for every shard and request, and in a shard that refuses records for every send.
#[test]
fn a_run_that_takes_too_much_memory_ends_earlier_and_says_so() {
    // Settings of 48 h, after how many minutes it ends, and by what.
    for (link, ends, by) in [
        ("recordsPerSecond=72&keys=hot", 2_880, ""),
        ("recordsPerSecond=10000&ShardCount=1", 2_880, ""),
        (
            "recordsPerSecond=10000&ShardCount=11&keyCount=20000&dailySwing=0&recordBytes=500",
            2_880,
            "",
        ),
        // 200 requests a second, of which each shard has a part: 8 bytes each.
        (
            "recordsPerSecond=100000&ShardCount=200&keyCount=20000&dailySwing=0&recordBytes=500",
            (3 << 29) / (200 * 200 * 8) / 60,
            "GiB of memory, more than the 1.5 GiB allowed; it ends after 1 h 24 min",
        ),
        // A request of a record each: 8 bytes.
        (
            "putCall=PutRecord&recordsPerSecond=5000&ShardCount=20",
            (3 << 29) / (5_000 * 8) / 60,
            "Fewer records, repeats or shards",
        ),
        // A record of 1 KiB and its key count as 2 KiB: 10 shards take a little more than that on average, and too little
        // at the peak. Each is sent 10 times, and each time tried 4 times.
        (
            "putCall=PutRecord&recordsPerSecond=5000&ShardCount=10",
            400_000_000 / (5_000 * 40) / 60,
            "Most are requests",
        ),
        // Every reply is too late: each request is sent 110 times, and 4 shards take 1,000 records/s in pieces.
        (
            "requestTimeout=20ms&maxRetries=10&blackHole=40&recordBytes=11&ShardCount=4",
            (3 << 29) / (4_000 * 24) / 60,
            "GiB of memory, more than the 1.5 GiB allowed",
        ),
        // 2,000 lanes ask ten times a second for what nobody gets.
        (
            "ReservedConcurrentExecutions=0&esmBackoffBase=1ms&esmBackoffCap=100ms&ShardCount=200&ParallelizationFactor=10",
            400_000_000 / 20_000 / 60,
            "Most are retries: a longer esmBackoffCap",
        ),
        // Twice what 50 shards take: each stores its part of 200 requests and 1,000 pieces of what is sent again a second, and gives up a
        // part of each request.
        (
            "recordsPerSecond=100000&ShardCount=50&keyCount=20000",
            (3 << 29) / (50 * (200 * 8 + 1_000 * 6 + 200 * 24)) / 60,
            "GiB of memory, more than the 1.5 GiB allowed",
        ),
    ] {
        let (shared, notices) = from_link(&format!("#horizon=48h&{link}"));
        let end = shared.scenario.end().0 / 60_000_000;
        assert!(end.abs_diff(ends) <= ends / 50, "{link}: {end} min");
        let says = notices
            .iter()
            .find(|notice| notice.text.contains("ends after"));
        let says = says.map_or("", |notice| &notice.text);
        assert!(
            says.contains(by) && says.is_empty() == by.is_empty(),
            "{link}: {says}"
        );
    }
}

/// The estimate is about what the logs take.
#[test]
fn the_memory_of_a_run_is_known_before() {
    for link in [
        "ShardCount=11&recordsPerSecond=10000&keyCount=20000&recordBytes=500",
        "ShardCount=10&recordsPerSecond=10000&keyCount=20000&recordBytes=500&burst=1s",
        "ShardCount=10&recordsPerSecond=10000&keys=even&keyCount=20000&recordBytes=500&burst=1s",
        "ShardCount=10&recordsPerSecond=10000",
        "ShardCount=4&recordsPerSecond=20000&recordBytes=100",
        "recordsPerSecond=1500&keys=hot&hotShare=1000",
    ] {
        let (shared, _) = from_link(&format!("#horizon=10m&dailySwing=0&perRecord=0s&{link}"));
        let estimated = shared.scenario.cost_estimate().bytes;
        let (config, _) = configure(&shared.scenario);
        let open = u64::from(config.shard_count) * (96 << 10);
        let mut recorder = Recorder::new(config);
        recorder.finish();
        let taken = recorder.log_memory() as u64;
        assert!(
            taken <= estimated * 3 / 2 + open,
            "{link}: {taken} of {estimated}"
        );
        assert!(estimated <= taken * 4, "{link}: {taken} of {estimated}");
    }
}

#[test]
fn the_share_dialog_says_what_a_link_cannot_carry() {
    let mut shared = Shared::default();
    assert_eq!(caveat(&shared, "#v=1"), None);
    let settings = &mut shared.scenario.settings;
    settings.set_text(Knob::Reply, &"x".repeat(1_000));
    for hour in 0..100 {
        let deed = Deed::Set {
            knob: Knob::MaximumRetryAttempts,
            value: 3,
        };
        shared.scenario.add(Action {
            at: SimTime::from_hours(hour),
            deed,
        });
    }
    assert!(caveat(&shared, &to_link(&shared)).is_some_and(|text| text.contains("scenario file")));
}
