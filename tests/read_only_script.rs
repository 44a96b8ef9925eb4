//! The script that people run on their own account: what it calls, and that what it prints is taken over whole. An
//! `aws` of our own answers it as the real one does.

#![cfg(unix)]

use overflowing_sink::scenario::Settings;
use overflowing_sink::scenario::import::{SCRIPT, import};
use overflowing_sink::scenario::knobs::Knob;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Answers one command after another; writes down each of them. `$1 $2` are the service and the operation.
const AWS: &str = r#"#!/usr/bin/env bash
echo "$*" >> "$CALLS"
datapoints() {
  echo '{ "Label": "'"$1"'", "Datapoints": ['
  for minute in 4 0 2 1 3; do
    echo '{ "Timestamp": "2026-11-21T10:0'"$minute"':00+00:00", "'"$2"'": '"$(((minute + 1) * $3))"'.0, "Unit": "None" },'
  done
  echo '{ "Timestamp": "2026-11-21T10:05:00+00:00", "'"$2"'": 0.0, "Unit": "None" } ] }'
}
case "$1 $2 $*" in
  *"--query EventSourceArn"*) echo arn:aws:kinesis:eu-west-1:111122223333:stream/orders/consumer/fast:1700000000 ;;
  *"--query FunctionArn"*) echo arn:aws:lambda:eu-west-1:111122223333:function:charge:live ;;
  "lambda get-event-source-mapping "*) cat << 'END'
{
    "UUID": "a1b2c3d4-5678-90ab-cdef-111111111111",
    "BatchSize": 300,
    "ParallelizationFactor": 3,
    "EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/orders/consumer/fast:1700000000",
    "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:charge:live",
    "DestinationConfig": { "OnFailure": { "Destination": "arn:aws:sns:eu-west-1:111122223333:failures" } },
    "MaximumRetryAttempts": 4,
    "FunctionResponseTypes": [ "ReportBatchItemFailures" ]
}
END
  ;;
  "kinesis describe-stream-summary "*"--stream-name orders "*) cat << 'END'
{ "StreamDescriptionSummary": { "StreamName": "orders", "RetentionPeriodHours": 48, "OpenShardCount": 5,
  "StreamModeDetails": { "StreamMode": "PROVISIONED" } } }
END
  ;;
  "lambda get-function-configuration "*"--function-name arn:aws:lambda:eu-west-1:111122223333:function:charge:live "*)
    echo '{ "Timeout": 20, "MemorySize": 1024, "Runtime": "python3.14" }' ;;
  "lambda get-function-concurrency "*"--function-name charge "*)
    [ -z "${DENIED:-}" ] || { echo "An error occurred (AccessDeniedException)" >&2; exit 254; }
    echo '{ "ReservedConcurrentExecutions": null }' ;;
  "lambda get-account-settings "*) echo '{ "AccountLimit": { "ConcurrentExecutions": 700 } }' ;;
  "cloudwatch get-metric-statistics "*"IncomingRecords"*"StreamName,Value=orders "*"Sum"*) datapoints IncomingRecords Sum 600 ;;
  "cloudwatch get-metric-statistics "*"IncomingBytes"*) datapoints IncomingBytes Sum 60000 ;;
  "cloudwatch get-metric-statistics "*"Invocations"*"FunctionName,Value=charge "*) datapoints Invocations Sum 30 ;;
  "cloudwatch get-metric-statistics "*"Duration"*"Average"*) datapoints Duration Average 100 ;;
  *) echo "aws: [ERROR]: no answer to $*" >&2; exit 252 ;;
esac
"#;

struct Account {
    folder: PathBuf,
}

impl Account {
    /// A folder of its own for each test.
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let aws = folder.join("aws");
        fs::write(&aws, AWS).expect("written");
        fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).expect("executable");
        fs::write(folder.join("script.sh"), SCRIPT).expect("written");
        Self { folder }
    }

    fn run(&self, arguments: &[&str], denied: bool) -> Output {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        command
            .stdin(Stdio::null())
            .arg(self.folder.join("script.sh"))
            .args(arguments)
            .env("PATH", format!("{}:{path}", self.folder.display()))
            .env("CALLS", self.folder.join("calls"));
        if denied {
            command.env("DENIED", "1");
        }
        command.output().expect("bash runs")
    }

    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.folder.join("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }
}

const UUID: &str = "a1b2c3d4-5678-90ab-cdef-111111111111";

#[test]
fn what_the_script_prints_is_taken_over() {
    let account = Account::new("script_whole");
    let output = account.run(&[UUID, "eu-west-1"], false);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let text = String::from_utf8(output.stdout).expect("text");
    let import = import(&text, &Settings::default()).expect("all of it is known");
    assert_eq!(import.invalid, vec![], "{text}");
    for (knob, expected) in [
        (Knob::BatchSize, 300),
        (Knob::ParallelizationFactor, 3),
        (Knob::OnFailure, 2),
        (Knob::MaximumRetryAttempts, 4),
        (Knob::ReportBatchItemFailures, 1),
        (Knob::ShardCount, 5),
        (Knob::RetentionPeriodHours, 48),
        (Knob::Timeout, 20),
        (Knob::ConcurrentExecutions, 700),
        // 9,000 records in six minutes, 100 bytes each.
        (Knob::RecordsPerSecond, 25),
        (Knob::RecordBytes, 100),
    ] {
        assert_eq!(import.settings.get(knob), expected, "{knob:?}");
    }
    let traffic = import.traffic.expect("a day of counts");
    assert_eq!(traffic.counts(), [600, 1_200, 1_800, 2_400, 3_000, 0]);
    // 20 records an invocation all the time: how the duration is shared out is a guess.
    let guessed: Vec<&str> = import
        .guessed
        .iter()
        .map(|line| line.name.as_str())
        .collect();
    assert_eq!(
        guessed,
        [
            "Time per batch and per record",
            "Spread of partition keys",
            "The handler",
            "Partial failures",
            "SDK retries"
        ]
    );
    let calls = account.calls();
    assert_eq!(calls.len(), 11, "{calls:?}");
    for call in calls {
        let operation = call.split(' ').nth(1).expect("an operation");
        assert!(
            operation.starts_with("get-") || operation.starts_with("describe-"),
            "{call}"
        );
        assert!(call.contains("--region eu-west-1"), "{call}");
    }
}

#[test]
fn what_may_not_be_read_leaves_a_gap() {
    let account = Account::new("script_denied");
    let output = account.run(&[UUID, "eu-west-1"], true);
    assert!(output.status.success());
    // Copied from a terminal, its complaints stand among the rest.
    let text = [output.stderr, output.stdout].concat();
    let import = import(&String::from_utf8_lossy(&text), &Settings::default()).expect("the rest");
    assert_eq!(import.settings.get(Knob::ShardCount), 5);
    assert_eq!(import.invalid.len(), 1, "{:?}", import.invalid);
    assert_eq!(import.invalid[0].name, "Error messages");
}

#[test]
fn nothing_but_a_uuid_and_a_region_reaches_a_command() {
    for arguments in [
        [UUID, "eu-west-1; rm -rf x"],
        ["$(touch x)", "eu-west-1"],
        ["--endpoint-url", "eu-west-1"],
        [UUID, "--debug"],
        ["", ""],
    ] {
        let account = Account::new("script_hostile");
        let output = account.run(&arguments, false);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert_eq!(account.calls(), Vec::<String>::new());
    }
}
