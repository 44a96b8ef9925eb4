//! Taking over a whole system from what several read-only commands print, and traffic from tables of counts.

use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::import::{
    Import, Line, Progress, Reader, SCRIPT, import, import_choice,
};
use overflowing_sink::scenario::knobs::Knob;
use overflowing_sink::scenario::link::{Shared, caveat, to_link};
use overflowing_sink::scenario::{Scenario, Settings};

/// As `aws kinesis describe-stream-summary` prints it.
const STREAM: &str = r#"{
    "StreamDescriptionSummary": {
        "StreamName": "secret-orders",
        "StreamARN": "arn:aws:kinesis:eu-west-1:111122223333:stream/secret-orders",
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {
            "StreamMode": "PROVISIONED"
        },
        "RetentionPeriodHours": 168,
        "StreamCreationTimestamp": "2024-02-01T09:00:00+00:00",
        "EnhancedMonitoring": [
            {
                "ShardLevelMetrics": []
            }
        ],
        "EncryptionType": "KMS",
        "KeyId": "alias/secret",
        "OpenShardCount": 6,
        "ConsumerCount": 1
    }
}"#;

/// As `aws lambda get-function-configuration` prints it, secrets included.
const FUNCTION: &str = r#"{
    "FunctionName": "secret-charge",
    "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:secret-charge:live",
    "Runtime": "nodejs22.x",
    "Role": "arn:aws:iam::111122223333:role/secret",
    "Handler": "index.handler",
    "CodeSize": 1234567,
    "Description": "",
    "Timeout": 30,
    "MemorySize": 512,
    "LastModified": "2026-03-04T10:11:12.000+0000",
    "Version": "7",
    "Environment": {"Variables": {"PASSWORD": "secret-EXAMPLE"}},
    "State": "Active",
    "LastUpdateStatus": "Successful",
    "Architectures": ["arm64"]
}"#;

/// As `aws lambda get-event-source-mapping` prints it.
const MAPPING: &str = r#"{
    "UUID": "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE",
    "BatchSize": 200,
    "MaximumBatchingWindowInSeconds": 0,
    "ParallelizationFactor": 2,
    "EventSourceArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/secret-orders",
    "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:secret-charge:live",
    "State": "Enabled",
    "MaximumRecordAgeInSeconds": -1,
    "BisectBatchOnFunctionError": true,
    "MaximumRetryAttempts": 5,
    "FunctionResponseTypes": []
}"#;

const ACCOUNT: &str = r#"{
    "AccountLimit": {
        "TotalCodeSize": 80530636800,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 500,
        "UnreservedConcurrentExecutions": 400
    },
    "AccountUsage": {"TotalCodeSize": 999, "FunctionCount": 11}
}"#;

/// Unordered, as `aws cloudwatch get-metric-statistics` prints datapoints; the second minute has none.
const STATISTICS: &str = r#"{
    "Label": "IncomingRecords",
    "Datapoints": [
        {"Timestamp": "2026-11-21T10:03:00+00:00", "Sum": 6000.0, "Unit": "Count"},
        {"Timestamp": "2026-11-21T10:00:00+00:00", "Sum": 600.0, "Unit": "Count"},
        {"Timestamp": "2026-11-21T10:02:00+00:00", "Sum": 1200.0, "Unit": "Count"}
    ]
}"#;

/// As `aws cloudwatch get-metric-data` prints it, in two pages, newest first.
const DATA: &str = r#"{
    "MetricDataResults": [
        {
            "Id": "m1", "Label": "IncomingRecords",
            "Timestamps": ["2026-11-21T10:03:00+00:00", "2026-11-21T10:02:00+00:00"],
            "Values": [6000.0, 1200.0], "StatusCode": "PartialData"
        },
        {
            "Id": "m1", "Label": "IncomingRecords",
            "Timestamps": ["2026-11-21T10:00:00+00:00"], "Values": [600.0], "StatusCode": "Complete"
        },
        {"Id": "age", "Label": "IteratorAge", "Timestamps": [], "Values": [], "StatusCode": "Complete"}
    ],
    "Messages": []
}"#;

fn taken(text: &str) -> Import {
    import(text, &Settings::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn values(lines: &[Line]) -> Vec<(&str, &str)> {
    lines
        .iter()
        .map(|line| (line.name.as_str(), line.value.as_str()))
        .collect()
}

fn note<'a>(lines: &'a [Line], name: &str) -> &'a str {
    let found = lines.iter().find(|line| line.name == name);
    &found
        .unwrap_or_else(|| panic!("no {name} in {lines:?}"))
        .note
}

fn has(lines: &[Line], name: &str) -> bool {
    lines.iter().any(|line| line.name == name)
}

fn link(import: &Import) -> String {
    to_link(&Shared {
        scenario: Scenario {
            settings: import.settings.clone(),
            ..Scenario::default()
        },
        ..Shared::default()
    })
}

/// Requires an error that contains `said` and names nothing of the account.
#[track_caller]
fn refused(text: &str, said: &str) {
    let error = import(text, &Settings::default()).expect_err(said);
    assert!(error.contains(said), "{error:?} lacks {said:?}");
    assert!(
        !error.contains("secret") && !error.contains("1111"),
        "{error}"
    );
}

fn counts(import: &Import) -> (u32, Vec<u64>) {
    let traffic = import.traffic.as_ref().expect("traffic");
    (traffic.interval_s(), traffic.counts().to_vec())
}

#[test]
fn each_command_tells_its_settings() {
    for (text, knob, expected) in [
        (STREAM, Knob::ShardCount, 6),
        (STREAM, Knob::RetentionPeriodHours, 168),
        (FUNCTION, Knob::Timeout, 30),
        (MAPPING, Knob::BatchSize, 200),
        (ACCOUNT, Knob::ConcurrentExecutions, 500),
        (FUNCTION, Knob::MemorySize, 512),
        (STREAM, Knob::StreamMode, 0),
        (
            r#"{"StreamDescriptionSummary": {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}}"#,
            Knob::StreamMode,
            1,
        ),
        (
            r#"{"StreamDescriptionSummary": {"OpenShardCount": 4, "MaxRecordSizeInKiB": 10240}}"#,
            Knob::MaxRecordSizeInKiB,
            10_240,
        ),
        (
            r#"{"ReservedConcurrentExecutions": 50}"#,
            Knob::ReservedConcurrentExecutions,
            50,
        ),
        (
            r#"{"ReservedConcurrentExecutions": null}"#,
            Knob::ReservedConcurrentExecutions,
            -1,
        ),
        // `get-function` wraps the configuration, `describe-stream` lists the shards, the script leaves fields out.
        (
            r#"{"Configuration": {"Timeout": 60}, "Code": {}}"#,
            Knob::Timeout,
            60,
        ),
        (
            r#"{"StreamDescription": {"RetentionPeriodHours": 48, "Shards": [
                {"ShardId": "0", "SequenceNumberRange": {"StartingSequenceNumber": "1", "EndingSequenceNumber": "2"}},
                {"ShardId": "1", "SequenceNumberRange": {"StartingSequenceNumber": "3"}},
                {"ShardId": "2", "SequenceNumberRange": {"StartingSequenceNumber": "4"}},
                {"ShardId": "3", "SequenceNumberRange": {"StartingSequenceNumber": "5"}}]}}"#,
            Knob::ShardCount,
            3,
        ),
        (r#"{"Timeout": 4, "MemorySize": 128}"#, Knob::Timeout, 4),
    ] {
        let import = taken(text);
        assert_eq!(import.settings.get(knob), expected, "{text}");
        assert_eq!(import.invalid, vec![], "{text}");
    }
    let import = taken(
        r#"{"StreamDescriptionSummary": {"OpenShardCount": 5000, "RetentionPeriodHours": "x"}}"#,
    );
    let expected = [("OpenShardCount", "5000"), ("RetentionPeriodHours", "")];
    assert_eq!(values(&import.invalid), expected);
    assert_eq!(import.settings, Settings::default());
}

/// S13: shards for twice the peak, 1,000 records a second each.
#[test]
fn an_on_demand_stream_hints_at_its_previous_peak() {
    let text = STREAM.replace("PROVISIONED", "ON_DEMAND");
    let import = taken(&text);
    assert_eq!(import.settings.get(Knob::PreviousPeak), 3_000);
    assert!(note(&import.guessed, "Previous 30-day peak").contains("twice its peak"));
    // Of 2 KiB a shard takes 512 a second.
    let large = r#"{"Label": "IncomingRecords", "Datapoints": [{"Timestamp": 0, "Sum": 9}, {"Timestamp": 60, "Sum": 9}]}
        {"Label": "IncomingBytes", "Datapoints": [{"Timestamp": 0, "Sum": 18432}, {"Timestamp": 60, "Sum": 18432}]}"#;
    let large = taken(&[&text, large].join("\n"));
    assert_eq!(large.settings.get(Knob::PreviousPeak), 1_536);
    assert!(!has(&taken(STREAM).guessed, "Previous 30-day peak"));
    let config = configure(&Scenario {
        settings: import.settings,
        ..Scenario::default()
    });
    assert_eq!(config.0.shard_count, 6);
}

#[test]
fn several_outputs_are_taken_from_one_text() {
    let all = [
        "# aws lambda get-event-source-mapping",
        MAPPING,
        "# aws kinesis describe-stream-summary",
        STREAM,
        FUNCTION,
        "",
        "An error occurred (AccessDeniedException) when calling the GetFunctionConcurrency operation: secret",
        "# get-function-concurrency told nothing",
        ACCOUNT,
        STATISTICS,
    ];
    let import = taken(&all.join("\n"));
    for (knob, expected) in [
        (Knob::BatchSize, 200),
        (Knob::ShardCount, 6),
        (Knob::Timeout, 30),
        (Knob::ConcurrentExecutions, 500),
        (Knob::RecordsPerSecond, 33),
    ] {
        assert_eq!(import.settings.get(knob), expected, "{knob:?}");
    }
    assert_eq!(values(&import.invalid), [("Error messages", "1")]);
    for told in [
        "ShardCount",
        "Timeout",
        "Orders per second",
        "The event source mapping",
    ] {
        assert!(!has(&import.guessed, told), "{told}");
    }
    for guessed in [
        "Time per batch",
        "Time per record",
        "Record size",
        "Spread of partition keys",
        "The handler",
        "Partial failures",
    ] {
        assert!(has(&import.guessed, guessed), "{guessed}");
    }
    let everything = format!(
        "{:?} {:?} {:?} {:?}",
        import.taken, import.no_effect, import.invalid, import.guessed
    );
    for name in ["secret", "1111", "arn:", "EXAMPLE"] {
        assert!(!everything.contains(name), "{everything}");
        assert!(!link(&import).contains(name));
    }
    // In any order the result is the same.
    let reversed: Vec<&str> = all.into_iter().rev().collect();
    assert_eq!(taken(&reversed.join("\n")).settings, import.settings);
}

#[test]
fn what_nothing_told_is_listed_as_guessed() {
    let stream_only = taken(STREAM);
    assert!(has(&stream_only.guessed, "The event source mapping"));
    assert!(note(&stream_only.guessed, "Timeout").contains("get-function-configuration"));
    assert!(note(&stream_only.guessed, "Orders per second").contains("IncomingRecords"));
    assert!(!has(&stream_only.guessed, "ShardCount"));
    let mapping_only = taken(MAPPING);
    assert!(note(&mapping_only.guessed, "ShardCount").contains("describe-stream-summary"));
    assert!(!has(&mapping_only.guessed, "The event source mapping"));
    let shard_count = mapping_only
        .guessed
        .iter()
        .find(|line| line.name == "ShardCount");
    assert_eq!(
        shard_count.map(|line| line.value.as_str()),
        Some("2 shards")
    );
}

#[test]
fn metrics_tell_the_traffic() {
    for text in [STATISTICS, DATA] {
        let import = taken(text);
        assert_eq!(counts(&import), (60, vec![600, 0, 1_200, 6_000]), "{text}");
        // 7,800 in 240 s.
        assert_eq!(import.settings.get(Knob::RecordsPerSecond), 33);
        let expected = "4 intervals of 1 min, mean 33/s, peak 100/s";
        assert_eq!(values(&import.taken), [("IncomingRecords", expected)]);
        assert!(note(&import.taken, "IncomingRecords").contains("accepted"));
    }
    assert!(has(&taken(DATA).no_effect, "Another metric"));
    let scenario = Scenario {
        settings: taken(STATISTICS).settings,
        traffic: taken(STATISTICS).traffic,
        ..Scenario::default()
    };
    let shared = Shared {
        scenario,
        ..Shared::default()
    };
    let link = to_link(&shared);
    assert_eq!(link, "#v=1&recordsPerSecond=33&trafficShape=pasted");
    assert!(caveat(&shared, &link).is_some_and(|said| said.contains("scenario file")));
}

#[test]
fn metrics_that_tell_nothing_say_why() {
    for (text, name, said) in [
        (
            r#"{"Label": "IncomingRecords", "Datapoints": []}"#,
            "IncomingRecords",
            "no datapoints",
        ),
        (
            r#"{"Label": "IncomingRecords", "Datapoints": [{"Timestamp": "2026-11-21T10:03:00Z", "Average": 1.0}]}"#,
            "IncomingRecords",
            "needs the statistic Sum",
        ),
        (
            r#"{"Label": "IncomingRecords", "Datapoints": [{"Timestamp": "2026-11-21T10:03:00Z", "Sum": 1.0}]}"#,
            "IncomingRecords",
            "at least two",
        ),
        (
            r#"{"Label": "IncomingRecords", "Datapoints": [{"Timestamp": "soon", "Sum": 1.0}]}"#,
            "IncomingRecords",
            "times",
        ),
        (
            r#"{"Label": "IncomingRecords", "Datapoints": [{"Timestamp": "2026-11-21T10:03:00Z", "Sum": -1.0}]}"#,
            "IncomingRecords",
            "not a number from 0",
        ),
        (
            r#"{"Label": "IncomingRecords", "Datapoints": [{"Timestamp": 60, "Sum": 1.0}, {"Timestamp": 60, "Sum": 1.0}]}"#,
            "IncomingRecords",
            "twice",
        ),
        (
            r#"{"Label": "IncomingRecords", "Datapoints": [{"Timestamp": 60, "Sum": 0}, {"Timestamp": 120, "Sum": 0}]}"#,
            "IncomingRecords",
            "Every count is 0",
        ),
        (
            r#"{"Label": "IncomingRecords", "Datapoints": [{"Timestamp": 60, "Sum": 1e11}, {"Timestamp": 120, "Sum": 0}]}"#,
            "IncomingRecords",
            "more than 1,000,000 records a second",
        ),
        (
            r#"{"Label": "Duration", "Datapoints": []}"#,
            "Duration",
            "no datapoints",
        ),
        (
            r#"{"Label": "IncomingBytes", "Datapoints": [{"Timestamp": 60, "Sum": 5}]}"#,
            "IncomingBytes",
            "Without IncomingRecords",
        ),
        (
            r#"{"MetricDataResults": [{"Label": "IncomingRecords", "Timestamps": ["2026-11-21T10:03:00Z"], "Values": []}]}"#,
            "IncomingRecords",
            "more times than values",
        ),
    ] {
        let import = taken(text);
        assert!(
            note(&import.invalid, name).contains(said),
            "{text}: {:?}",
            import.invalid
        );
        assert_eq!(import.settings, Settings::default(), "{text}");
        assert_eq!(import.traffic, None);
    }
}

/// A day of minutes as `get-metric-statistics` prints it, from the minute's number.
fn series(label: &str, statistic: &str, value: impl Fn(u64) -> f64) -> String {
    let point = |minute: u64| {
        let time = 1_795_255_200 + minute * 60;
        format!(
            r#"{{"Timestamp": {time}, "{statistic}": {:?}, "Unit": "None"}}"#,
            value(minute)
        )
    };
    let points: Vec<String> = (0..1_440).map(point).collect();
    format!(
        r#"{{"Label": "{label}", "Datapoints": [{}]}}"#,
        points.join(",")
    )
}

/// A batch that grows from 10 to 57 records in the course of the day.
fn batch(minute: u64) -> f64 {
    10.0 + (minute / 30) as f64
}

#[test]
fn durations_tell_the_times_where_they_grow_with_the_batch() {
    let records = series("IncomingRecords", "Sum", |minute| 60.0 * batch(minute));
    let bytes = series("IncomingBytes", "Sum", |minute| {
        60.0 * batch(minute) * 333.0
    });
    let invocations = series("Invocations", "Sum", |_| 60.0);
    let noise = |minute: u64| ((minute * 7_919) % 11) as f64 - 5.0;
    let duration = series("Duration", "Average", |minute| {
        40.0 + 7.0 * batch(minute) + noise(minute)
    });
    let import = taken(&[&*records, &bytes, &invocations, &duration].join("\n"));
    assert_eq!(import.invalid, vec![]);
    assert_eq!(import.settings.get(Knob::RecordBytes), 333);
    let near = |knob, expected: i64| {
        let got = import.settings.get(knob);
        assert!(
            got.abs_diff(expected) <= expected.unsigned_abs() / 50,
            "{knob:?}: {got}"
        );
    };
    near(Knob::PerBatch, 40_000);
    near(Knob::PerRecord, 7_000);
    assert!(note(&import.taken, "Duration").contains("1,440 intervals"));
    assert!(!has(&import.guessed, "Time per batch and per record"));
    assert_eq!(counts(&import).0, 60);
}

#[test]
fn durations_that_tell_less_are_shared_out_and_listed_as_guessed() {
    // Always 20 records: nothing tells the batch from the records. 500 ms = 100 ms as it was + 20 × 20 ms.
    let records = series("IncomingRecords", "Sum", |_| 1_200.0);
    let invocations = series("Invocations", "Sum", |_| 60.0);
    let duration = series("Duration", "Average", |_| 500.0);
    let import = taken(&[&*records, &invocations, &duration].join("\n"));
    let times = [Knob::PerBatch, Knob::PerRecord].map(|knob| import.settings.get(knob));
    assert_eq!(times, [100_000, 20_000]);
    let why = note(&import.guessed, "Time per batch and per record");
    assert!(why.contains("500 ms at 20 records an invocation"), "{why}");
    assert!(!has(&import.taken, "Duration"));
    // Without invocations: 72 a second on 2 shards are 36 at each poll. 100 ms + 36 × 10 ms.
    let alone = taken(&series("Duration", "Average", |_| 460.0));
    let times = [Knob::PerBatch, Knob::PerRecord].map(|knob| alone.settings.get(knob));
    assert_eq!(times, [100_000, 10_000]);
    assert!(note(&alone.guessed, "Time per batch and per record").contains("one poll a second"));
    // Shorter than the present time per batch: half of it.
    let short = taken(&series("Duration", "Average", |_| 36.0));
    let times = [Knob::PerBatch, Knob::PerRecord].map(|knob| short.settings.get(knob));
    assert_eq!(times, [18_000, 500]);
}

#[test]
fn tables_of_times_and_counts_are_traffic() {
    let expected = (60, vec![600, 0, 1_200]);
    for text in [
        "2026-11-21T10:00:00Z,600\n2026-11-21T10:01:00Z,0\n2026-11-21T10:02:00Z,1200\n",
        "time;count\r\n2026-11-21 10:00;600\r\n2026-11-21 10:01;0\r\n2026-11-21 10:02;1200\r\n",
        "1795255200\t600.0\n1795255320\t1200.0\n1795255260\t0",
        "1795255200000 600\n1795255260000 0\n1795255320000 1200",
        "0,600\n60,0\n120,1200",
        "\"10:00\",\"600\"\n\"10:01\",\"0\"\n\"10:02\",\"1200\"",
        "Full label,IncomingRecords\nUnit,Count\n\n2026/11/21 10:00:00,600\n2026/11/21 10:01:00,\"0\"\n2026/11/21 10:02:00,1200,\n",
        "# a comment\n2026-11-21T12:00:00+02:00,600\n2026-11-21T10:01:00Z,0.4\n2026-11-21T10:02:00Z,1199.5",
    ] {
        let import = taken(text);
        assert_eq!(counts(&import), expected, "{text}");
        assert_eq!(import.settings.get(Knob::RecordsPerSecond), 10, "{text}");
        assert_eq!(import.invalid, vec![], "{text}");
        assert!(has(&import.taken, "The table"));
    }
    // With a table, the metric is not needed; everything else is taken as well.
    let both = ["0,5\n1,7", STREAM, STATISTICS].join("\n");
    let import = taken(&both);
    assert_eq!(counts(&import), (1, vec![5, 7]));
    assert!(has(&import.no_effect, "IncomingRecords"));
    assert_eq!(import.settings.get(Knob::ShardCount), 6);
}

#[test]
fn bad_tables_are_refused_with_their_line() {
    let many: Vec<String> = (0..70_000).map(|second| format!("{second},1")).collect();
    let many = many.join("\n");
    for (text, said) in [
        ("0,1\n60,2\n120", "Line 3 cannot be read: there is no count"),
        (
            "time,count\n0,1\n60,two",
            "Line 3 cannot be read: its count is not a number",
        ),
        ("0,1\n60,-2", "Line 2 cannot be read: its count is negative"),
        (
            "0,1\n60,2,3",
            "Line 2 cannot be read: it has more than two columns",
        ),
        ("0,1\n60,NaN", "its count is not a number"),
        (
            "0,1\n21.11.2026 10:00,2",
            "Line 2 cannot be read: its time is not known",
        ),
        (
            "0,1\nsixty,2",
            "Line 2 cannot be read: it is not a time and a count",
        ),
        ("0,1\n\n0,2", "One time is there twice"),
        ("0,1", "at least two"),
        ("0,0\n60,0", "Every count is 0"),
        ("0,99999999\n60,1", "more than 1,000,000 records a second"),
        ("0,99999999999999999999\n60,1", "its count is not a number"),
        ("0,200000\n1,200000", "at most 100,000"),
        ("0,1\n1,1\n86400000,1", "intervals"),
        ("0,1\n99999999,1", "7 days"),
        (&many, "70,000 intervals"),
        ("7", "Line 1 cannot be read"),
        (&"0,1\n".repeat(3_000_000), "larger than 4 MiB"),
    ] {
        refused(text, said);
    }
}

/// Whatever is in it: looking through the rest of the text for each part would take minutes here.
#[test]
fn the_largest_paste_is_read_once() {
    refused(&"[]".repeat(2 * 1_048_576), "The list is empty");
    refused(&"[\n]".repeat(1_048_576), "The list is empty");
    refused(&format!("[{}[]]", "[],".repeat(1_048_576)), "not a mapping");
    let rows: Vec<String> = (0..400_000).map(|second| format!("{second},1")).collect();
    refused(&rows.join("\n"), "400,000 intervals");
    refused(&rows.join("\r"), "more than two columns");
    refused(&"\n".repeat(4 * 1_048_576), "nothing to read");
    refused(&"#\n".repeat(2 * 1_048_576), "This is not JSON");
    refused(&"{".repeat(4 * 1_048_576), "a mistake");
}

/// However little is read at a time, the same comes of it, and no slice reads much.
#[test]
fn a_long_text_is_read_in_slices() {
    let minutes = (0..60_000).map(|minute| format!("{},{}\n", minute * 60, minute % 90));
    let mut records = series("IncomingRecords", "Sum", |minute| (minute % 90) as f64);
    let points = records.find('[').expect("its list") + 1..records.rfind(']').expect("its end");
    let point = |n: u64| format!(r#"{{"Timestamp": {}, "Sum": {}}}"#, n * 300, n % 70);
    let points_of_months: Vec<String> = (0..60_000).map(point).collect();
    records.replace_range(points, &points_of_months.join(",\n"));
    let mut mappings = format!("[{}{MAPPING}]", format!("{MAPPING},").repeat(2_000));
    mappings.push_str(STREAM);
    let broken = format!("{records}\n{{\"a\" 1}}");
    refused(&broken, "line 60001, character 6: a colon is expected");
    for text in [
        &minutes.collect::<String>(),
        &records,
        &mappings,
        &broken,
        "[]",
        "",
    ] {
        let mut reader = Reader::new(text);
        let (mut before, mut slices) = (0, 1);
        while let Progress::Reading { done, all } = reader.advance(&mut || false) {
            assert_eq!(all, text.len());
            assert!(
                (before..=before + 65_536).contains(&done),
                "{before} {done}"
            );
            before = done;
            slices += 1;
        }
        assert!(slices > text.len() / 65_536, "{slices}");
        let pasted = reader.finish();
        let base = Settings::default();
        let read = pasted.and_then(|pasted| pasted.import(&base, None));
        assert_eq!(read, import(text, &base));
    }
}

#[test]
fn a_mapping_is_chosen_among_several_outputs() {
    let queue = r#"{"UUID": "1", "BatchSize": 10, "EventSourceArn": "arn:aws:sqs:eu-west-1:111122223333:secret",
        "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:mailer"}"#;
    let text = [queue, MAPPING, STREAM].join("\n");
    let import = taken(&text);
    assert_eq!((import.chosen, import.choices.len()), (1, 2));
    assert_eq!(import.settings.get(Knob::ShardCount), 6);
    let error = import_choice(&text, &Settings::default(), 0).expect_err("a queue");
    assert!(error.contains("an SQS queue"), "{error}");
    let error = import_choice(STREAM, &Settings::default(), 0).expect_err("no mapping");
    assert!(error.contains("no number 1"), "{error}");
}

#[test]
fn the_script_only_reads() {
    let words: Vec<&str> = SCRIPT
        .lines()
        .filter(|line| {
            !["#", "echo"]
                .iter()
                .any(|word| line.trim().starts_with(word))
        })
        .flat_map(str::split_whitespace)
        .collect();
    let services = ["lambda", "kinesis", "cloudwatch"];
    let mut calls = 0;
    for pair in words.windows(2) {
        if services.contains(&pair[0]) {
            let reads = ["describe-", "get-", "list-"];
            assert!(
                reads.iter().any(|verb| pair[1].starts_with(verb)),
                "{pair:?}"
            );
            calls += 1;
        }
    }
    assert!(calls >= 7, "{calls} calls");
    // `aws` itself stands in the two functions only, with what they were given.
    let direct = words.windows(2).filter(|pair| pair[0] == "aws");
    assert!(direct.clone().count() == 2 && direct.into_iter().all(|pair| pair[1] == "\"$@\""));
    assert!(SCRIPT.contains("READ-ONLY"));
    for tool in ["jq", "python", "perl", "curl", "rm "] {
        assert!(!words.iter().any(|word| word.contains(tool)), "{tool}");
    }
}
