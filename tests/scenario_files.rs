//! Scenario files: what they hold, where a mistake is, and the way back.

use overflowing_sink::engine::config::{ExplicitRecord, Fails};
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::scenario::file::{SCHEMA_HELP, from_json, to_json};
use overflowing_sink::scenario::knobs::Knob;
use overflowing_sink::scenario::{Action, Deed, Scenario};
use serde_json::json;

/// Requires that the file is refused with a sentence that contains all of `said`.
#[track_caller]
fn refused(text: &str, said: &[&str]) {
    let error = from_json(text).expect_err(text);
    for said in said {
        assert!(error.contains(said), "{error:?} lacks {said:?}");
    }
}

fn record(us: u64, key: &str, bytes: u32, fails: Fails) -> ExplicitRecord {
    ExplicitRecord {
        kind: 0,
        at: SimTime(us),
        key: key.to_owned(),
        bytes,
        fails,
    }
}

#[test]
fn a_file_holds_settings_records_and_actions() {
    let text = r#"{
        "settings": {"MaximumRetryAttempts": 2, "bisectbatchonfunctionerror": true, "OnFailure": "SQS",
                     "esmBackoffCap": "1m30s", "recordBytes": 77, "reply": {"batchItemFailures": []}},
        "records": [
            {"at_us": 20, "key": "b", "data": "für", "fail_first": 3},
            {"at_us": 10, "key": "a"},
            {"at_us": 20, "key": "c", "bytes": 2048, "poison": true},
            {"at_us": 30, "key": "漢", "bytes": 0, "fail_first": "always"},
            {"at_us": 40, "key": "d", "bytes": 1, "poison": false, "fail_first": 0}
        ],
        "actions": [
            {"at_us": 7200000000, "set": {"OnFailure": "none", "reply": "oops", "Timeout": "2m"}},
            {"at_us": 3600000000, "pill": {"shard": 1}}
        ]
    }"#;
    let (scenario, notices) = from_json(text).expect("a good file");
    assert_eq!(notices, vec![]);
    let values = [
        Knob::MaximumRetryAttempts,
        Knob::BisectBatchOnFunctionError,
        Knob::OnFailure,
        Knob::EsmBackoffCap,
    ];
    assert_eq!(
        values.map(|knob| scenario.settings.get(knob)),
        [2, 1, 1, 90_000_000]
    );
    assert_eq!(
        scenario.settings.text(Knob::Reply),
        r#"{"batchItemFailures":[]}"#
    );
    let expected = [
        record(10, "a", 77, Fails::Never),
        ExplicitRecord {
            // What has data of its own is numbered from the last kind downwards.
            kind: 63,
            ..record(20, "b", 4, Fails::First(3))
        },
        record(20, "c", 2_048, Fails::Always),
        record(30, "漢", 0, Fails::Always),
        record(40, "d", 1, Fails::Never),
    ];
    assert_eq!(scenario.records, expected);
    let act = |hours, deed| Action {
        at: SimTime::from_hours(hours),
        deed,
    };
    let expected = [
        act(1, Deed::Pill { shard: 1 }),
        act(
            2,
            Deed::Set {
                knob: Knob::OnFailure,
                value: 0,
            },
        ),
        act(
            2,
            Deed::SetText {
                knob: Knob::Reply,
                text: "oops".to_owned(),
            },
        ),
        act(
            2,
            Deed::Set {
                knob: Knob::Timeout,
                value: 120,
            },
        ),
    ];
    assert_eq!(scenario.actions, expected);
    assert_eq!(
        from_json(&to_json(&scenario)),
        Ok((scenario, vec![])),
        "the way back"
    );
}

#[test]
fn an_empty_file_is_the_opening_scenario() {
    assert_eq!(from_json("{}"), Ok((Scenario::default(), vec![])));
    assert_eq!(from_json("\u{feff}{}\n"), Ok((Scenario::default(), vec![])));
    assert_eq!(to_json(&Scenario::default()), "{\n  \"settings\": {}\n}\n");
}

#[test]
fn values_out_of_range_are_clamped_and_said() {
    let (scenario, notices) = from_json(
        r#"{"settings": {"BatchSize": 20000}, "actions": [{"at_us": 0, "pill": {"shard": 9}}, {"at_us": 1, "set": {"Timeout": 0}}]}"#,
    )
    .expect("a usable file");
    assert_eq!(scenario.settings.get(Knob::BatchSize), 10_000);
    assert_eq!(scenario.actions[0].deed, Deed::Pill { shard: 1 });
    assert_eq!(
        scenario.actions[1].deed,
        Deed::Set {
            knob: Knob::Timeout,
            value: 1
        }
    );
    let texts: Vec<&str> = notices.iter().map(|notice| notice.text.as_str()).collect();
    assert!(
        texts[0].starts_with("settings.BatchSize: “20000” is out of range"),
        "{texts:?}"
    );
    assert!(texts[1].starts_with("actions[1].set.Timeout:"), "{texts:?}");
    assert!(texts[2].contains("no shard 9"), "{texts:?}");
}

#[test]
fn a_mistake_is_refused_with_its_place() {
    refused("", &["not JSON", "line 1"]);
    refused(
        "{\"settings\": {\n  \"BatchSize\": }",
        &["not JSON", "line 2"],
    );
    refused("[]", &["The file should be an object", "a list"]);
    refused(
        r#"{"setting": {}}"#,
        &["setting is not known here; known are settings, records, traffic, actions"],
    );
    refused(
        r#"{"settings": {"BatchSzie": 1}}"#,
        &["settings.BatchSzie is not a setting"],
    );
    refused(
        r#"{"settings": {"BatchSize": "many"}}"#,
        &["settings.BatchSize: “many”", "1 to 10,000"],
    );
    refused(
        r#"{"settings": {"BatchSize": null}}"#,
        &["settings.BatchSize", "null"],
    );
    refused(
        r#"{"settings": {"BatchSize": 1e400}}"#,
        &["settings.BatchSize: “1e+400”"],
    );
    refused(
        r#"{"settings": 5}"#,
        &["settings should be an object", "a number"],
    );
    refused(
        r#"{"settings": {"\u001b[2J": 5}}"#,
        &["settings.“\u{fffd}[2J”"],
    );
}

#[test]
fn a_mistake_in_a_record_or_an_action_names_its_index() {
    refused(r#"{"records": {}}"#, &["records should be a list"]);
    let records =
        |record: &str| format!(r#"{{"records": [{{"at_us": 0, "key": "a"}}, {record}]}}"#);
    refused(&records("7"), &["records[1] should be an object"]);
    refused(&records("{}"), &["records[1].key is missing"]);
    refused(
        &records(r#"{"key": "a"}"#),
        &["records[1].at_us is missing"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": -1}"#),
        &["records[1].at_us should be a whole number"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 1.5}"#),
        &["records[1].at_us should be a whole number"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 18446744073709551615}"#),
        &["400 days"],
    );
    refused(
        &records(r#"{"key": "", "at_us": 0}"#),
        &["records[1].key should have 1 to 256 characters"],
    );
    refused(
        &records(&format!(r#"{{"key": "{}", "at_us": 0}}"#, "é".repeat(257))),
        &["1 to 256"],
    );
    refused(
        &records(r#"{"key": 7, "at_us": 0}"#),
        &["records[1].key should be a string"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 0, "data": {}}"#),
        &["records[1].data should be a string"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 0, "data": "", "bytes": 0}"#),
        &["data and bytes"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 0, "bytes": 10485761}"#),
        &["records[1].bytes should be at most 10,485,760"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 0, "poison": 1}"#),
        &["records[1].poison should be true or false"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 0, "poison": true, "fail_first": 2}"#),
        &["records[1] has poison"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 0, "fail_first": "often"}"#),
        &["records[1].fail_first"],
    );
    refused(
        &records(r#"{"key": "a", "at_us": 0, "size": 2}"#),
        &["records[1].size is not known here"],
    );
    let actions = |action: &str| format!(r#"{{"actions": [{action}]}}"#);
    refused(
        &actions(r#"{"at_us": 0}"#),
        &["actions[0] should have one of set, pill, split and merge"],
    );
    refused(
        &actions(r#"{"at_us": 0, "set": {}}"#),
        &["actions[0].set changes nothing"],
    );
    refused(
        &actions(r#"{"at_us": 0, "set": {"keyCount": 4}}"#),
        &["actions[0].set.keyCount: keyCount holds for the whole run"],
    );
    refused(
        &actions(r#"{"at_us": 0, "pill": {}}"#),
        &["actions[0].pill.shard should be the number of a shard"],
    );
    refused(
        &actions(r#"{"at_us": 0, "pill": {"shard": 70000}}"#),
        &["actions[0].pill.shard"],
    );
}

#[test]
fn limits_are_stated() {
    let records =
        |count| json!({ "records": vec![json!({"at_us": 0, "key": "a"}); count] }).to_string();
    assert_eq!(
        from_json(&records(65_536)).map(|(scenario, _)| scenario.records.len()),
        Ok(65_536)
    );
    refused(&records(65_537), &["65,537 entries", "at most 65,536"]);
    let actions = |count, action| json!({ "actions": vec![action; count] }).to_string();
    let pill = json!({"at_us": 0, "pill": {"shard": 0}});
    assert!(from_json(&actions(64, pill.clone())).is_ok());
    refused(&actions(65, pill), &["actions[64] is one too many"]);
    refused(
        &actions(201, json!({"at_us": 0, "set": {"fixed": true}})),
        &["actions[200] is one too many"],
    );
    refused(
        &json!({"settings": {"reply": "x".repeat(1_001)}}).to_string(),
        &["settings.reply is longer than 1,000"],
    );
    refused(&"[".repeat(100_000), &["not JSON"]);
    refused(&" ".repeat(64 * 1_048_576 + 1), &["larger than 64 MiB"]);
}

#[test]
fn the_help_shows_a_file_that_works() {
    let from = SCHEMA_HELP.find("\n{\n").expect("an example");
    let to = SCHEMA_HELP.find("\n}\n").expect("its end") + 2;
    // The remarks stand behind at least two spaces, after the JSON of their line.
    let strip = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        let end = line[indent..]
            .find("   ")
            .map_or(line.len(), |at| indent + at);
        line[..end].to_owned()
    };
    let example: Vec<String> = SCHEMA_HELP[from..to].lines().map(strip).collect();
    let (scenario, notices) = from_json(&example.join("\n")).expect("the example is a good file");
    assert_eq!(
        (scenario.records.len(), scenario.actions.len(), notices),
        (1, 5, vec![])
    );
}

#[test]
fn a_pill_has_a_reason() {
    for (poison, fails, written) in [
        ("true", Fails::Always, "true"),
        ("\"badValue\"", Fails::Always, "true"),
        ("\"badJSON\"", Fails::NotJson, "\"badJSON\""),
        ("\"tooSlow\"", Fails::TooSlow, "\"tooSlow\""),
        ("\"outOfMemory\"", Fails::OutOfMemory, "\"outOfMemory\""),
        ("\"tooLarge\"", Fails::TooLarge, "\"tooLarge\""),
    ] {
        let text = format!(r#"{{"records": [{{"at_us": 0, "key": "a", "poison": {poison}}}]}}"#);
        let scenario = from_json(&text).expect("a good file").0;
        assert_eq!(scenario.records[0].fails, fails, "{poison}");
        assert!(fails.is_pill());
        let again = to_json(&scenario);
        assert!(again.contains(&format!("\"poison\": {written}")), "{again}");
        assert_eq!(from_json(&again).expect("what was written").0, scenario);
    }
    for (poison, said) in [
        (
            "\"tooslow\"",
            "true or false or one of badValue, badJSON, tooSlow, outOfMemory, tooLarge",
        ),
        ("3", "a number"),
        ("\"tooSlow\", \"fail_first\": 2", "fail_first"),
        ("\"tooLarge\", \"bytes\": 1024", "not too large"),
    ] {
        let text = format!(r#"{{"records": [{{"at_us": 0, "key": "a", "poison": {poison}}}]}}"#);
        let error = from_json(&text).expect_err(poison);
        assert!(
            error.contains(said) && error.contains("records[0]"),
            "{error}"
        );
    }
}
