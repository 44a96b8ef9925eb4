//! The knob table keeps its own rules, its values are spelt and read as people write them, and the
//! reference in docs/settings.md is not stale.

use std::collections::BTreeSet;

use overflowing_sink::engine::time::SimTime;
use overflowing_sink::scenario::knobs::{Group, KNOBS, Kind, Knob};
use overflowing_sink::scenario::spelling::{
    parse, parse_link, parse_time, spell, spell_link, spell_time,
};
use overflowing_sink::scenario::{Settings, reference};

/// Names a link uses for other things than settings.
const RESERVED: [&str; 10] = [
    "v", "at", "t", "speed", "palette", "embed", "hide", "lens", "e", "d",
];

#[test]
fn the_table_stands_in_the_order_of_the_enum() {
    for (index, spec) in KNOBS.iter().enumerate() {
        assert_eq!(spec.knob as usize, index, "{}", spec.key);
        assert_eq!(Knob::by_key(&spec.key.to_uppercase()), Some(spec.knob));
    }
}

#[test]
fn keys_are_unique_and_legal_in_links() {
    let mut keys: BTreeSet<String> = RESERVED.iter().map(|key| (*key).to_owned()).collect();
    keys.insert("pill".to_owned());
    for spec in KNOBS {
        assert!(
            spec.key.bytes().all(|byte| byte.is_ascii_alphabetic()),
            "{}",
            spec.key
        );
        assert!(
            keys.insert(spec.key.to_lowercase()),
            "{} is taken",
            spec.key
        );
    }
    let labels: BTreeSet<&str> = KNOBS.iter().map(|spec| spec.label).collect();
    assert_eq!(labels.len(), KNOBS.len(), "labels are unique");
}

#[test]
fn defaults_are_in_bounds_and_bounds_make_sense() {
    for spec in KNOBS {
        assert_eq!(spec.knob.clamp(spec.default), spec.default, "{}", spec.key);
        assert!(Group::ALL.contains(&spec.group));
        match spec.kind {
            Kind::Count { min, max, .. }
            | Kind::Span { min, max }
            | Kind::Limit { min, max, .. } => {
                assert!(0 <= min && min < max, "{}", spec.key);
            }
            Kind::Permille { max } => assert!((1..=1_000).contains(&max), "{}", spec.key),
            Kind::Choice(names) => {
                let different: BTreeSet<String> =
                    names.iter().map(|name| name.to_lowercase()).collect();
                assert!(
                    names.len() > 1 && different.len() == names.len(),
                    "{}",
                    spec.key
                );
                assert!(
                    names.iter().all(|name| name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')),
                    "{}",
                    spec.key
                );
            }
            Kind::Toggle | Kind::Text { .. } => {}
        }
    }
}

#[test]
fn helps_and_dangers_are_one_or_two_plain_sentences() {
    for spec in KNOBS {
        for text in [Some(spec.help), spec.danger].into_iter().flatten() {
            // A decimal point is not followed by a space.
            let sentences = text.matches(". ").count() + 1;
            assert!(
                text.ends_with('.') && sentences <= 2,
                "{}: {text}",
                spec.key
            );
            let plain = !text.contains('|') && !text.contains('\n') && text.len() <= 200;
            assert!(plain, "{}: {text}", spec.key);
        }
    }
}

#[test]
fn aliases_are_short_plain_and_said_once() {
    for spec in KNOBS {
        let different: BTreeSet<&str> = spec.also.iter().copied().collect();
        assert_eq!(
            different.len(),
            spec.also.len(),
            "{} says one twice",
            spec.key
        );
        for alias in spec.also {
            let is_plain =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == ' ';
            let words: Vec<&str> = alias.split(' ').collect();
            assert!(
                alias.chars().all(is_plain)
                    && (1..=4).contains(&words.len())
                    && words.iter().all(|word| !word.is_empty())
                    && alias.len() <= 30,
                "{}: {alias}",
                spec.key
            );
        }
    }
}

#[test]
fn each_knob_moves_its_own_value_and_no_other() {
    for spec in KNOBS.iter().filter(|spec| !spec.kind.is_text()) {
        let mut settings = Settings::default();
        let other = [spec.default + 1, spec.default - 1]
            .into_iter()
            .find(|value| spec.knob.clamp(*value) == *value);
        let other = other.unwrap_or(spec.knob.clamp(i64::MAX));
        settings.set(spec.knob, other);
        for changed in KNOBS {
            let expected = if changed.knob == spec.knob {
                other
            } else {
                changed.default
            };
            assert_eq!(
                settings.get(changed.knob),
                expected,
                "{} moved {}",
                spec.key,
                changed.key
            );
        }
    }
}

#[test]
fn every_value_reads_back_from_both_spellings() {
    for spec in KNOBS.iter().filter(|spec| !spec.kind.is_text()) {
        for value in sample(spec.kind) {
            let (link, people) = (spell_link(spec.knob, value), spell(spec.knob, value));
            for parsed in [parse_link(spec.knob, &link), parse(spec.knob, &people)] {
                let parsed = parsed.unwrap_or_else(|error| panic!("{error}"));
                assert_eq!(
                    (parsed.value, parsed.note),
                    (value, None),
                    "{}: {link} or {people}",
                    spec.key
                );
            }
        }
    }
}

fn sample(kind: Kind) -> Vec<i64> {
    match kind {
        Kind::Count { min, max, .. } => vec![min, min + 1, i64::midpoint(min, max), max],
        Kind::Span { min, max } => {
            vec![min, min + 1, i64::midpoint(min, max) + 7, max - 1_000, max]
        }
        Kind::Limit { min, max, .. } => vec![-1, min, min + 1, max],
        Kind::Permille { max } => vec![0, 1, 10, 333, max],
        Kind::Toggle => vec![0, 1],
        Kind::Choice(names) => (0..names.len() as i64).collect(),
        Kind::Text { .. } => vec![],
    }
}

#[test]
fn values_are_spelt_for_links_and_for_people() {
    let rows = [
        (Knob::MaximumRetryAttempts, -1, "-1", "forever"),
        (Knob::MaximumRetryAttempts, 1, "1", "1 retry"),
        (
            Knob::MaximumRetryAttempts,
            10_000,
            "10000",
            "10,000 retries",
        ),
        (Knob::RetentionPeriodHours, 24, "24", "24 h"),
        (Knob::BisectBatchOnFunctionError, 1, "true", "on"),
        (Knob::Fixed, 0, "false", "off"),
        (Knob::OnFailure, 1, "SQS", "SQS"),
        (Knob::EsmBackoffBase, 250_000, "250ms", "250 ms"),
        (Knob::PeakAt, 16_200_000_000, "4h30m", "4 h 30 min"),
        (Knob::PeakAt, 0, "0s", "0 s"),
        (Knob::Horizon, 90_000_000_000, "25h", "25 h"),
        (Knob::Horizon, 172_800_000_000, "2d", "48 h"),
        (Knob::Horizon, 604_800_000_000, "7d", "7 days"),
        (Knob::Linger, 1_500_500, "1s500ms500us", "1.5005 s"),
        (Knob::DailySwing, 500, "500", "50 %"),
        (Knob::DailySwing, 333, "333", "33.3 %"),
        (Knob::RecordsPerSecond, 1_500, "1500", "1,500/s"),
        (Knob::ParallelizationFactor, 2, "2", "2 per shard"),
        (Knob::RecordBytes, 1_024, "1024", "1,024 B"),
        (Knob::Seed, 4_294_967_295, "4294967295", "4294967295"),
    ];
    for (knob, value, link, people) in rows {
        assert_eq!(
            (
                spell_link(knob, value).as_str(),
                spell(knob, value).as_str()
            ),
            (link, people)
        );
    }
}

#[test]
fn people_may_type_as_they_like() {
    let rows = [
        (Knob::RetentionPeriodHours, "7d", 168),
        (Knob::RetentionPeriodHours, "7 days", 168),
        (Knob::RetentionPeriodHours, "1 year", 8_760),
        (Knob::RetentionPeriodHours, "48", 48),
        (Knob::RetentionPeriodHours, "48 hours", 48),
        (Knob::Timeout, "2m", 120),
        (Knob::Timeout, "1m 30s", 90),
        (Knob::MaximumRecordAgeInSeconds, "1h", 3_600),
        (Knob::MaximumRecordAgeInSeconds, "forever", -1),
        (Knob::MaximumRetryAttempts, "infinite", -1),
        (Knob::MaximumRetryAttempts, "None", -1),
        (Knob::MaximumRetryAttempts, "−1", -1),
        (Knob::MaximumRetryAttempts, "3 retries", 3),
        (Knob::BatchSize, "1,000", 1_000),
        (Knob::BatchSize, "10 000", 10_000),
        (Knob::BatchSize, "1k", 1_000),
        (Knob::BatchSize, " 5 ", 5),
        (Knob::RecordBytes, "1 KiB", 1_024),
        (Knob::RecordBytes, "0.5 MB", 524_288),
        (Knob::RecordsPerSecond, "72/s", 72),
        (Knob::DailySwing, "50%", 500),
        (Knob::DailySwing, "50", 500),
        (Knob::DailySwing, "33.3 %", 333),
        (Knob::DailySwing, "500‰", 500),
        (Knob::Fixed, "YES", 1),
        (Knob::Fixed, "off", 0),
        (Knob::OnFailure, "sqs", 1),
        (Knob::OnFailure, "off", 0),
        (Knob::BackoffPolicy, "expo", 1),
        (Knob::Linger, "1.5s", 1_500_000),
        (Knob::Linger, "250 ms", 250_000),
        (Knob::PerRecord, "500µs", 500),
        (Knob::PerRecord, "0", 0),
        (Knob::Horizon, "1h30m", 5_400_000_000),
        (Knob::Horizon, "2 weeks", 14 * 86_400_000_000),
    ];
    for (knob, typed, value) in rows {
        let parsed = parse(knob, typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
        assert_eq!((parsed.value, parsed.note), (value, None), "{typed}");
    }
}

#[test]
fn what_is_out_of_range_or_between_values_is_taken_and_said() {
    let rows = [
        (
            Knob::BatchSize,
            "20000",
            10_000,
            "allowed is a whole number from 1 to 10,000 records",
        ),
        (Knob::RetentionPeriodHours, "1h", 24, "24 h is used"),
        (
            Knob::RetentionPeriodHours,
            "100h 30m",
            101,
            "not a whole number here, 101 h is used",
        ),
        (
            Knob::MaximumRecordAgeInSeconds,
            "59",
            60,
            "-1 for no limit, or 60 to 604,800 s",
        ),
        (Knob::DailySwing, "150%", 1_000, "100 % is used"),
        (
            Knob::BatchSize,
            "99999999999999999999999999999999999999999999999999",
            10_000,
            "out of range",
        ),
        (
            Knob::Horizon,
            "99999999999y",
            400 * 86_400_000_000,
            "400 days is used",
        ),
    ];
    for (knob, typed, value, said) in rows {
        let parsed = parse(knob, typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
        assert_eq!(parsed.value, value, "{typed}");
        assert!(
            parsed
                .note
                .as_deref()
                .is_some_and(|note| note.contains(said)),
            "{typed}: {:?}",
            parsed.note
        );
    }
}

#[test]
fn errors_name_the_knob_what_was_typed_and_what_is_allowed() {
    let rows = [
        (
            Knob::BatchSize,
            "many",
            "BatchSize: “many” is not understood; allowed is a whole number from 1 to 10,000 records.",
        ),
        (Knob::BatchSize, "3 s", "BatchSize: “3 s”"),
        (Knob::BatchSize, "1,5", "BatchSize: “1,5”"),
        (Knob::BatchSize, "", "BatchSize: “”"),
        (Knob::BatchSize, "forever", "BatchSize: “forever”"),
        (
            Knob::Linger,
            "5",
            "linger: “5” is not understood; allowed is a time from 10 ms to 1 min, such as 250ms or 1h30m.",
        ),
        (Knob::Linger, "5 parsecs", "linger: “5 parsecs”"),
        (
            Knob::Fixed,
            "perhaps",
            "fixed: “perhaps” is not understood; allowed is on or off.",
        ),
        (
            Knob::OnFailure,
            "s",
            "OnFailure: “s” is not understood; allowed is one of none, SQS, SNS, S3.",
        ),
        (
            Knob::DailySwing,
            "half",
            "dailySwing: “half” is not understood; allowed is a share from 0 % to 100 %.",
        ),
        (Knob::BatchSize, "\u{1b}[2J", "BatchSize: “\u{fffd}[2J”"),
    ];
    for (knob, typed, said) in rows {
        let error = parse(knob, typed).expect_err(typed);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn times_are_spans_since_the_start() {
    let rows = [
        ("25h", 90_000_000_000),
        ("1h30m", 5_400_000_000),
        ("2d", 172_800_000_000),
        ("250ms", 250_000),
        ("0s", 0),
    ];
    for (text, us) in rows {
        assert_eq!(parse_time(text), Ok(SimTime(us)), "{text}");
        assert_eq!(spell_time(SimTime(us)), text);
    }
    for text in ["", "25", "-1h", "h", "soon", "1h-30m"] {
        assert!(
            parse_time(text).is_err_and(|error| error.contains("such as 25h")),
            "{text}"
        );
    }
}

#[cfg(not(target_arch = "wasm32"))]
const FROM: &str = "<!-- settings -->";
#[cfg(not(target_arch = "wasm32"))]
const TO: &str = "<!-- /settings -->";

/// `UPDATE=1 cargo test` writes the table anew.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_reference_is_not_stale() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
    let chapter = std::fs::read_to_string(path).expect("docs/settings.md is there");
    let (before, rest) = chapter.split_once(FROM).expect("the table begins");
    let (old, after) = rest.split_once(TO).expect("the table ends");
    let new = format!("\n{}", reference::markdown());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, format!("{before}{FROM}{new}{TO}{after}"))
            .expect("docs/settings.md can be written");
    } else {
        assert_eq!(
            old, new,
            "docs/settings.md is stale: run UPDATE=1 cargo test --test knobs"
        );
    }
}

#[test]
fn the_reference_names_every_setting_once() {
    let text = reference::markdown();
    for spec in KNOBS {
        assert_eq!(
            text.matches(&format!("\n| `{}`", spec.key)).count(),
            1,
            "{}",
            spec.key
        );
    }
    assert!(
        text.contains("| `RetentionPeriodHours` | **24 h** | a whole number from 24 to 8,760 h |"),
        "{text}"
    );
}

/// P17: JS SDK v2 is out of support; whoever picks its preset reads that it is legacy.
#[test]
fn the_talks_sdk_is_called_legacy() {
    assert!(
        Knob::Sdk
            .spec()
            .help
            .contains("JavaScript v2 as in the talk (legacy)")
    );
}

/// L8: 128 to 10,240 MB; what a link says beyond is clamped.
#[test]
fn memory_has_awss_bounds() {
    for (asked, taken) in [
        (0, 128),
        (127, 128),
        (128, 128),
        (10_240, 10_240),
        (10_241, 10_240),
    ] {
        assert_eq!(Knob::MemorySize.clamp(asked), taken, "{asked}");
    }
}
