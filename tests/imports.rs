//! Taking over a real mapping from what the AWS command line prints, and what else people paste.

use overflowing_sink::scenario::Settings;
use overflowing_sink::scenario::import::{Import, Line, import, import_choice};
use overflowing_sink::scenario::knobs::Knob;
use overflowing_sink::scenario::link::{Shared, to_link};

/// As `aws lambda get-event-source-mapping` prints it.
const TUNED: &str = r#"{
    "UUID": "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE",
    "StartingPosition": "TRIM_HORIZON",
    "BatchSize": 500,
    "MaximumBatchingWindowInSeconds": 5,
    "ParallelizationFactor": 4,
    "EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/secret-orders",
    "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:secret-charge:live",
    "LastModified": "2026-03-04T10:11:12.345000+00:00",
    "LastProcessingResult": "OK",
    "State": "Enabled",
    "StateTransitionReason": "User action",
    "DestinationConfig": {
        "OnFailure": {
            "Destination": "arn:aws:sqs:eu-west-1:111122223333:secret-failures"
        }
    },
    "MaximumRecordAgeInSeconds": 3600,
    "BisectBatchOnFunctionError": true,
    "MaximumRetryAttempts": 3,
    "TumblingWindowInSeconds": 0,
    "FunctionResponseTypes": [
        "ReportBatchItemFailures"
    ],
    "EventSourceMappingArn": "arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"
}"#;

/// A list as the account has it: a queue, two streams with the defaults, a table.
const LIST: &str = r#"{
    "EventSourceMappings": [
        {
            "UUID": "1", "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0,
            "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:secret-queue",
            "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:mailer",
            "State": "Enabled", "FunctionResponseTypes": [], "ScalingConfig": {"MaximumConcurrency": 10}
        },
        {
            "UUID": "2", "StartingPosition": "LATEST", "BatchSize": 100, "MaximumBatchingWindowInSeconds": 0,
            "ParallelizationFactor": 1,
            "EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/secret-orders/consumer/fast:1700000000",
            "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:charge",
            "State": "Disabled", "StateTransitionReason": "User action", "DestinationConfig": {"OnFailure": {}},
            "MaximumRecordAgeInSeconds": -1, "BisectBatchOnFunctionError": false, "MaximumRetryAttempts": -1,
            "TumblingWindowInSeconds": 60, "FunctionResponseTypes": [],
            "FilterCriteria": {"Filters": [{"Pattern": "{\"data\":{\"type\":[\"refund\"]}}"}]},
            "MetricsConfig": {"Metrics": ["EventCount"]}
        },
        {
            "UUID": "3", "BatchSize": 7, "EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/secret-clicks",
            "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:count", "State": "Enabled"
        },
        {
            "UUID": "4", "BatchSize": 100,
            "EventSourceArn": "arn:aws:dynamodb:eu-west-1:111122223333:table/secret/stream/2026-01-01T00:00:00.000",
            "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:index", "State": "Enabled"
        }
    ],
    "NextMarker": "secret-marker"
}"#;

fn taken(text: &str) -> Import {
    import(text, &Settings::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn names(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.name.as_str()).collect()
}

fn values(lines: &[Line]) -> Vec<(&str, &str)> {
    lines
        .iter()
        .map(|line| (line.name.as_str(), line.value.as_str()))
        .collect()
}

/// Requires an error that contains `said` and says what to do.
#[track_caller]
fn refused(text: &str, said: &str) {
    let error = import(text, &Settings::default()).expect_err(said);
    assert!(error.contains(said), "{error:?} lacks {said:?}");
    assert!(
        !error.contains("secret") && !error.contains("1111"),
        "{error}"
    );
}

#[test]
fn a_tuned_mapping_is_taken_over_whole() {
    let import = taken(TUNED);
    let expected = [
        ("StartingPosition", "TRIM_HORIZON"),
        ("BatchSize", "500 records"),
        ("MaximumBatchingWindowInSeconds", "5 s"),
        ("ParallelizationFactor", "4 per shard"),
        ("State", "Enabled"),
        ("DestinationConfig.OnFailure", "SQS"),
        ("MaximumRecordAgeInSeconds", "3,600 s"),
        ("BisectBatchOnFunctionError", "true"),
        ("MaximumRetryAttempts", "3 retries"),
        ("FunctionResponseTypes", "ReportBatchItemFailures"),
    ];
    assert_eq!(values(&import.taken), expected);
    assert_eq!(import.invalid, vec![]);
    let link = to_link(&Shared {
        scenario: overflowing_sink::scenario::Scenario {
            settings: import.settings,
            ..Default::default()
        },
        ..Shared::default()
    });
    assert_eq!(
        link,
        "#v=1&MaximumRetryAttempts=3&BisectBatchOnFunctionError=true&OnFailure=SQS&ParallelizationFactor=4\
         &BatchSize=500&MaximumBatchingWindowInSeconds=5&MaximumRecordAgeInSeconds=3600&ReportBatchItemFailures=true"
    );
}

#[test]
fn nothing_that_names_the_account_is_repeated() {
    for text in [TUNED, LIST] {
        let import = taken(text);
        for lines in [&import.taken, &import.no_effect, &import.invalid] {
            for line in lines {
                let all = format!("{} {} {}", line.name, line.value, line.note);
                assert!(
                    !["secret", "1111", "arn:", "EXAMPLE"]
                        .iter()
                        .any(|name| all.contains(name)),
                    "{all}"
                );
                assert!(!line.note.contains('\u{fffd}'));
            }
        }
        let shared = Shared {
            scenario: overflowing_sink::scenario::Scenario {
                settings: import.settings,
                ..Default::default()
            },
            ..Shared::default()
        };
        let link = to_link(&shared);
        assert!(
            !["secret", "1111", "arn", "charge"]
                .iter()
                .any(|name| link.contains(name)),
            "{link}"
        );
    }
}

#[test]
fn a_list_offers_a_choice_and_takes_the_first_kinesis_mapping() {
    let mut base = Settings::default();
    base.set(Knob::OnFailure, 3);
    base.set(Knob::ReportBatchItemFailures, 1);
    base.set(Knob::PerRecord, 5_000);
    let import = import(LIST, &base).expect("a list");
    let labels: Vec<(usize, &str, bool)> = import
        .choices
        .iter()
        .map(|choice| (choice.index, choice.label.as_str(), choice.kinesis))
        .collect();
    let expected = [
        (0, "mailer (an SQS queue, cannot be taken)", false),
        (1, "charge", true),
        (2, "count", true),
        (3, "index (a DynamoDB stream, cannot be taken)", false),
    ];
    assert_eq!(labels, expected);
    assert_eq!(import.chosen, 1);
    assert_eq!(
        import.settings.get(Knob::OnFailure),
        0,
        "the mapping has none"
    );
    assert_eq!(import.settings.get(Knob::ReportBatchItemFailures), 0);
    assert_eq!(
        import.settings.get(Knob::PerRecord),
        5_000,
        "what a mapping does not say stays"
    );
    let told: Vec<&Line> = import
        .no_effect
        .iter()
        .filter(|line| !line.note.contains("names"))
        .collect();
    let notes: Vec<(&str, &str)> = told
        .iter()
        .map(|line| (line.name.as_str(), line.value.as_str()))
        .collect();
    let expected = [
        ("EventSourceArn", ""),
        ("StateTransitionReason", ""),
        ("TumblingWindowInSeconds", ""),
        ("MetricsConfig", ""),
    ];
    assert_eq!(notes, expected);
    assert_eq!(
        import.settings.text(Knob::FilterCriteria),
        r#"{"data":{"type":["refund"]}}"#
    );
    assert!(told[0].note.contains("enhanced fan-out"));
    assert_eq!(import.settings.get(Knob::Enabled), 0, "it is switched off");
    assert_eq!(import.settings.get(Knob::StartingPosition), 1, "LATEST");
}

#[test]
fn another_mapping_of_the_list_can_be_taken() {
    let base = Settings::default();
    let third = import_choice(LIST, &base, 2).expect("a Kinesis mapping");
    assert_eq!((third.chosen, third.settings.get(Knob::BatchSize)), (2, 7));
    let first = import_choice(LIST, &base, 0).expect_err("a queue");
    assert!(first.contains("an SQS queue"), "{first}");
    let none = import_choice(LIST, &base, 9).expect_err("no such mapping");
    assert!(none.contains("4 mappings"), "{none}");
}

/// E19, and E23: an age of 30 s is refused.
#[test]
fn what_is_not_valid_is_listed_and_not_taken() {
    let import = taken(
        r#"{"BatchSize": 20000, "MaximumRetryAttempts": "3", "MaximumRecordAgeInSeconds": 30, "ParallelizationFactor": 1.5,
            "BisectBatchOnFunctionError": "yes", "FunctionResponseTypes": ["ReportBatchItemFailures", "Other"],
            "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:x.fifo"},
                                  "OnSuccess": {"Destination": "arn:aws:sqs:eu-west-1:111122223333:y"}},
            "ScalingConfig": {"MaximumConcurrency": 5}, "ProvisionedPollerConfig": {"MinimumPollers": 1},
            "LoggingConfig": {}, "Topics": [], "MaximumBatchingWindowInSeconds": null, "Invented": 1}"#,
    );
    let expected = [
        "BatchSize",
        "MaximumRetryAttempts",
        "MaximumRecordAgeInSeconds",
        "ParallelizationFactor",
        "BisectBatchOnFunctionError",
        "FunctionResponseTypes",
        "DestinationConfig.OnSuccess",
        "DestinationConfig.OnFailure",
        "ScalingConfig",
        "ProvisionedPollerConfig",
    ];
    assert_eq!(names(&import.invalid), expected);
    assert_eq!(import.invalid[0].value, "20000");
    assert_eq!(
        import.invalid[0].note,
        "AWS allows a whole number from 1 to 10,000 records; 100 records is kept."
    );
    assert_eq!(names(&import.no_effect), ["“Invented”"]);
    assert_eq!(names(&import.taken), ["FunctionResponseTypes"]);
    let mut expected = Settings::default();
    expected.set(Knob::ReportBatchItemFailures, 1);
    assert_eq!(import.settings, expected);
}

/// E46.
#[test]
fn every_kind_of_destination_is_known_by_its_service() {
    let rows = [
        ("arn:aws:sqs:eu-west-1:111122223333:x", 1, true),
        ("arn:aws-cn:sns:cn-north-1:111122223333:x", 2, true),
        ("arn:aws:s3:::x", 3, true),
        ("arn:aws:lambda:eu-west-1:111122223333:function:x", 0, false),
        ("kafka://x", 0, false),
        ("REDACTED", 0, false),
    ];
    for (arn, index, valid) in rows {
        let import = taken(&format!(
            r#"{{"BatchSize": 1, "DestinationConfig": {{"OnFailure": {{"Destination": "{arn}"}}}}}}"#
        ));
        assert_eq!(
            (
                import.settings.get(Knob::OnFailure),
                import.invalid.is_empty()
            ),
            (index, valid),
            "{arn}"
        );
    }
}

#[test]
fn blanked_names_do_not_matter() {
    let import = taken(&TUNED.replace(
        "arn:aws:kinesis:eu-west-1:111122223333:stream/secret-orders",
        "REDACTED",
    ));
    assert_eq!(import.settings.get(Knob::BatchSize), 500);
    assert_eq!(
        taken(r#"[{"BatchSize": 3}]"#).settings.get(Knob::BatchSize),
        3
    );
    assert_eq!(taken(&format!("\u{feff}\n{TUNED}\n")).chosen, 0);
}

#[test]
fn other_sources_are_refused_by_name() {
    let mapping =
        |arn: &str| format!(r#"{{"UUID": "1", "BatchSize": 10, "EventSourceArn": "{arn}"}}"#);
    refused(
        &mapping("arn:aws:sqs:eu-west-1:111122223333:secret"),
        "an SQS queue",
    );
    refused(
        &mapping("arn:aws:dynamodb:eu-west-1:111122223333:table/secret/stream/x"),
        "a DynamoDB stream",
    );
    refused(
        &mapping("arn:aws:kafka:eu-west-1:111122223333:cluster/secret/x"),
        "a Kafka cluster",
    );
    refused(
        &mapping("arn:aws:mq:eu-west-1:111122223333:broker:secret"),
        "an Amazon MQ broker",
    );
    refused(
        &mapping("arn:aws:secretservice:eu-west-1:111122223333:x"),
        "another service",
    );
    refused(
        r#"{"UUID": "1", "SelfManagedEventSource": {"Endpoints": {}}, "BatchSize": 1}"#,
        "a Kafka cluster",
    );
    refused(
        r#"[{"BatchSize": 1, "EventSourceArn": "arn:aws:sqs:x:1:y"}, {"BatchSize": 1, "EventSourceArn": "arn:aws:sqs:x:1:z"}]"#,
        "None of these mappings",
    );
}

#[test]
fn whatever_else_is_pasted_gets_a_helpful_sentence() {
    let half = &TUNED[..TUNED.len() / 2];
    refused("", "nothing to read");
    refused("  \n", "nothing to read");
    refused("hello", "This is not JSON. Paste what aws lambda");
    refused(half, "ends too early");
    refused(
        "{\n  \"BatchSize\": 1,,\n}",
        "a mistake in line 2, character 18: a name in quotes is expected",
    );
    refused(
        "UUID: 1\nBatchSize: 100\nEventSourceArn: arn:aws:kinesis:secret\n",
        "looks like YAML",
    );
    refused(
        "EventSourceMappings:\n- BatchSize: 100\n",
        "looks like YAML",
    );
    refused(
        "---------------\n|  GetEventSourceMapping |\n",
        "looks like a table",
    );
    refused("EVENTSOURCEMAPPINGS\t100\tFalse\n", "plain text output");
    refused(
        "An error occurred (ResourceNotFoundException) when calling …",
        "an error message of the command line",
    );
    refused(r#"{"EventSourceMappings": []}"#, "The list is empty");
    refused(r#"{"EventSourceMappings": {}}"#, "not a list");
    refused(
        r#"{"EventSourceMappings": [7]}"#,
        "something that is not a mapping",
    );
    refused("[]", "The list is empty");
    refused("7", "there is no count");
    refused(r#"{"StreamNames": ["secret"]}"#, "This lists names");
    refused(
        r#"{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}"#,
        "a template",
    );
    refused(r#"{"settings": {}}"#, "a scenario file");
    refused(r#"{"a": 1}"#, "nothing that can be taken over");
    refused(&" ".repeat(5 * 1_048_576), "larger than 4 MiB");
    refused(&"[".repeat(200_000), "ends too early");
    for depth in [200, 20_000] {
        let deep = "[".repeat(depth) + &"]".repeat(depth);
        refused(&deep, "it is nested too deep");
    }
}

/// E11, E12, E13, E51: where a mapping begins, whether it reads, and what it reads are taken over.
#[test]
fn state_starting_position_and_filters_are_taken() {
    use Knob::{Enabled, MappingExists, StartingPosition};
    // What the mapping says, the knob, its value; `None` where it is refused and the value from before stays.
    for (said, knob, value) in [
        (r#""State": "Enabled""#, Enabled, Some(1)),
        (r#""State": "Enabling""#, Enabled, Some(1)),
        (r#""State": "Creating""#, Enabled, Some(1)),
        (r#""State": "Updating""#, Enabled, Some(1)),
        (r#""State": "Disabled""#, Enabled, Some(0)),
        (r#""State": "Disabling""#, Enabled, Some(0)),
        (r#""State": "Deleting""#, MappingExists, Some(1)),
        (r#""State": "Paused""#, Enabled, None),
        (r#""Enabled": false"#, Enabled, Some(0)),
        (r#""Enabled": true"#, Enabled, Some(1)),
        (r#""Enabled": "no""#, Enabled, None),
        (
            r#""StartingPosition": "TRIM_HORIZON""#,
            StartingPosition,
            Some(0),
        ),
        (r#""StartingPosition": "LATEST""#, StartingPosition, Some(1)),
        (
            r#""StartingPosition": "AT_TIMESTAMP""#,
            StartingPosition,
            Some(2),
        ),
        (r#""StartingPosition": "latest""#, StartingPosition, None),
    ] {
        let import = taken(&format!(r#"{{"BatchSize": 100, {said}}}"#));
        let before = Settings::default().get(knob);
        assert_eq!(import.settings.get(knob), value.unwrap_or(before), "{said}");
        assert_eq!(import.invalid.len(), usize::from(value.is_none()), "{said}");
        assert_eq!(import.no_effect, vec![], "{said}");
    }
    // One that is switched off replaces one that was on, and the other way round.
    let mut off = Settings::default();
    off.set(Enabled, 0);
    let import = import(r#"{"BatchSize": 100, "UUID": "1"}"#, &off).expect("a mapping");
    assert_eq!(
        import.settings.get(Enabled),
        1,
        "one that does not say is on"
    );
    let filter = r#"{"BatchSize": 100, "FilterCriteria": {"Filters": [{"Pattern": "{\"data\":{\"type\":[\"a\"]}}"}]}}"#;
    let import = taken(filter);
    assert_eq!(
        import.settings.text(Knob::FilterCriteria),
        r#"{"data":{"type":["a"]}}"#
    );
    assert_eq!(names(&import.taken), ["BatchSize", "FilterCriteria"]);
    let broken = taken(r#"{"BatchSize": 100, "FilterCriteria": {"Filters": [{"Pattern": "{"}]}}"#);
    assert_eq!(names(&broken.invalid), ["FilterCriteria"]);
    assert_eq!(broken.settings.text(Knob::FilterCriteria), "");
}
