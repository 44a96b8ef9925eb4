//! What the on-failure destination gets, field by field (E46–E50). Expected documents are written down by hand.

use crate::row::{NOTHING, Row, check, program, records, scenario};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const STREAM: &str = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";

fn lines(settings: &str, text: &str, option: &str) -> Vec<Value> {
    let input = scenario(settings, &records(text), "");
    let output = program(&["run", "-", option], &input);
    let line = |line| serde_json::from_str(line).expect("a line is JSON");
    output.lines().map(line).collect()
}

/// A time within the first minute of a run, which starts on 5 January 2026 at 09:00.
fn timestamp(at_us: u64) -> String {
    let (s, ms) = (at_us / 1_000_000, at_us / 1_000 % 1_000);
    assert!(s < 60);
    format!("2026-01-05T09:00:{s:02}.{ms:03}Z")
}

fn sequence_number(position: u64) -> String {
    format!("49{position:054}")
}

fn of<'a>(lines: &'a [Value], kind: &str) -> &'a Value {
    let found = lines.iter().find(|line| line["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind}"))
}

/// Four random-looking parts behind the first, of version 4.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let hexadecimal = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    lengths == [8, 4, 4, 4, 12]
        && parts.iter().all(hexadecimal)
        && parts[2].starts_with('4')
        && parts[3].starts_with(['8', '9', 'a', 'b'])
}

/// The one document of a case, and what it should be but for the payload; `count` is `approximateInvokeCount`.
#[track_caller]
fn check_document(
    settings: &str,
    text: &str,
    (condition, count, batch_size): (&str, u32, u64),
    response: Option<Value>,
) -> Value {
    let events = lines(settings, text, "--events");
    let documents = lines(settings, text, "--documents");
    assert_eq!(documents.len(), 1, "{documents:?}");
    let discarded = of(&events, "batch_discarded");
    let stored = of(&events, "records_stored")["at_us"]
        .as_u64()
        .expect("a time");
    let at = discarded["at_us"].as_u64().expect("a time");
    let mut document = documents[0]["document"].clone();
    let request = document["requestContext"]["requestId"].clone();
    assert!(is_uuid(request.as_str().expect("a text")), "{request}");
    let mut expected = json!({
        "requestContext": {
            "requestId": request,
            "functionArn": "arn:aws:lambda:us-east-1:000000000000:function:handle-orders",
            "condition": condition,
            "approximateInvokeCount": count,
        },
    });
    if let Some(response) = response {
        expected["responseContext"] = response;
    }
    expected["version"] = json!("1.0");
    expected["timestamp"] = json!(timestamp(at));
    expected["KinesisBatchInfo"] = json!({
        "shardId": "shardId-000000000000",
        "startSequenceNumber": sequence_number(0),
        "endSequenceNumber": sequence_number(batch_size - 1),
        "approximateArrivalOfFirstRecord": timestamp(stored),
        "approximateArrivalOfLastRecord": timestamp(stored),
        "batchSize": batch_size,
        "streamArn": STREAM,
    });
    let payload = document
        .as_object_mut()
        .expect("an object")
        .remove("payload");
    // As texts, so that the order of the fields counts.
    assert_eq!(document.to_string(), expected.to_string(), "{settings}");
    if let Some(payload) = payload {
        check_payload(&payload, batch_size, stored);
    }
    documents[0].clone()
}

/// The invocation's event as text (E10, E48): here all records have the key `a` and 200 bytes.
fn check_payload(payload: &Value, batch_size: u64, stored: u64) {
    let event: Value = serde_json::from_str(payload.as_str().expect("escaped JSON")).expect("JSON");
    let records = event["Records"].as_array().expect("a list");
    assert_eq!(records.len() as u64, batch_size);
    for (position, record) in (0..).zip(records) {
        let number = sequence_number(position);
        let data = record["kinesis"]["data"].as_str().expect("a text");
        assert_eq!(STANDARD.decode(data).expect("base64").len(), 200);
        // 5 January 2026, 09:00 UTC, in milliseconds since 1970.
        let arrived = 1_767_603_600_000 + stored / 1_000;
        let expected = json!({
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "a",
                "sequenceNumber": number,
                "data": data,
                "approximateArrivalTimestamp": arrived as f64 / 1e3,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": format!("shardId-000000000000:{number}"),
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::000000000000:role/handle-orders-role",
            "awsRegion": "us-east-1",
            "eventSourceARN": STREAM,
        });
        assert_eq!(record, &expected);
    }
}

fn response(error: Option<&str>) -> Value {
    json!({ "statusCode": 200, "executedVersion": "$LATEST", "functionError": error })
}

#[test]
fn sqs_and_sns_get_the_address_only() {
    for destination in ["SQS", "SNS"] {
        let settings = format!(r#""MaximumRetryAttempts":2,"OnFailure":"{destination}""#);
        let ended = ("RetryAttemptsExhausted", 3, 3);
        let line = check_document(
            &settings,
            "1-2 3!",
            ended,
            Some(response(Some("Unhandled"))),
        );
        assert_eq!(line["destination"], destination);
        assert!(line["document"].get("payload").is_none() && line.get("key").is_none());
    }
    // E35: a reply that cannot be read is no function error.
    let malformed = r#""MaximumRetryAttempts":0,"ReportBatchItemFailures":true,"handler":"replies","reply":"7""#;
    check_document(
        malformed,
        "1-3",
        ("RetryAttemptsExhausted", 1, 3),
        Some(response(None)),
    );
    // E42: too old to be sent, and counted once all the same.
    let aged = r#""MaximumRecordAgeInSeconds":60,"MaximumBatchingWindowInSeconds":58,"MaximumRetryAttempts":-1,"esmBackoffBase":"10ms","esmBackoffCap":"100ms""#;
    let documents = lines(aged, "1!", "--documents");
    assert_eq!(documents.len(), 1);
    let document = &documents[0]["document"];
    assert_eq!(document["requestContext"]["condition"], "RecordAgeExceeded");
    assert!(document.get("responseContext").is_none(), "{document}");
}

#[test]
fn s3_keeps_the_records_too() {
    let settings = r#""MaximumRetryAttempts":0,"OnFailure":"S3""#;
    let ended = ("RetryAttemptsExhausted", 1, 2);
    let line = check_document(
        settings,
        "1=200 2!=200",
        ended,
        Some(response(Some("Unhandled"))),
    );
    assert_eq!(line["destination"], "S3");
    let key = line["key"].as_str().expect("a text");
    let parts: Vec<&str> = key.split('/').collect();
    let [aws, lambda, mapping, shard, year, month, day, object] = parts.as_slice() else {
        panic!("{key}");
    };
    assert_eq!(
        [*aws, lambda, shard, year, month, day],
        ["aws", "lambda", "shardId-000000000000", "2026", "01", "05"]
    );
    let at = timestamp(line["at_us"].as_u64().expect("a time"));
    let time = at[..19].replace(':', ".");
    let id = object.strip_prefix(&format!("{time}-")).expect("its time");
    assert!(is_uuid(mapping) && is_uuid(id), "{key}");
    assert_ne!(*mapping, id);
    let again = lines(settings, "1=200 2!=200", "--documents");
    assert_eq!(
        again[0]["key"], line["key"],
        "the same run has the same names"
    );
}

/// The records' data in the only S3 object of a case.
fn stored_data(settings: &str, text: &str) -> Vec<String> {
    let settings = format!(r#""MaximumRetryAttempts":0,"OnFailure":"S3"{settings}"#);
    let documents = lines(&settings, text, "--documents");
    let payload = documents[0]["document"]["payload"].as_str();
    let event: Value = serde_json::from_str(payload.expect("a text")).expect("JSON");
    let records = event["Records"].as_array().expect("a list").iter();
    let data = records.map(|record| record["kinesis"]["data"].as_str().expect("a text"));
    data.map(|data| String::from_utf8(STANDARD.decode(data).expect("base64")).expect("UTF-8"))
        .collect()
}

#[test]
fn e48_the_object_holds_what_the_function_got() {
    let written = stored_data("", "1~Käse 2!~{} 3!badJSON~two");
    assert_eq!(
        written,
        ["Käse", "{}", "two"],
        "written down is written down"
    );
    // Nothing written down is an order, filled up with spaces to its size; wrong in the way of its pill.
    let order = r#","data":"1 {\"type\":\"x\",\"amount\":5}""#;
    let spelt = |text: &str| format!("{text:40}");
    let dealt = stored_data(order, "1=40 2!=40 3?1=40 4!tooSlow=40 5=9");
    let (right, wrong) = (
        r#"{"type":"x","amount":5}"#,
        r#"{"type":"x","amount":"twelve"}"#,
    );
    assert_eq!(
        dealt,
        [
            spelt(right),
            spelt(wrong),
            spelt(right),
            spelt(right),
            right.to_owned()
        ]
    );
    let torn = stored_data(order, "1!badJSON=40");
    let torn = torn[0].trim_end();
    assert!(
        right.starts_with(torn) && torn.len() < right.len(),
        "{torn}"
    );
}

#[test]
fn e50_a_record_too_large_for_any_event_never_reaches_the_handler() {
    // 5 MiB are 6.7 MiB in base64; the mapping's event holds 6. The shard has to save up for it (S4).
    for (retries, tries) in [(0, 1), (2, 3)] {
        let settings: &'static str =
            format!(r#""MaximumRetryAttempts":{retries},"MaxRecordSizeInKiB":10240,"burst":"10s""#)
                .leak();
        let text = "1=5242880";
        let ended = ("RetryAttemptsExhausted", tries, 1);
        check_document(settings, text, ended, None);
        let events = lines(settings, text, "--events");
        let refused = events
            .iter()
            .filter(|line| line["kind"] == "record_too_large");
        assert_eq!(refused.count(), tries as usize);
    }
    for row in [
        Row {
            name: "E50: its successor is delivered, and its predecessor before it",
            settings: r#""MaximumRetryAttempts":0,"OnFailure":"none","MaxRecordSizeInKiB":10240,"burst":"10s""#,
            records: "1 2=5242880 3",
            invoked: "[1] [3]",
            processed: "1,3",
            discarded: "2",
            ..NOTHING
        },
        Row {
            name: "E50: said in one word",
            settings: r#""MaximumRetryAttempts":0,"OnFailure":"none","MaxRecordSizeInKiB":10240,"burst":"10s""#,
            records: "1 2!tooLarge 3",
            invoked: "[1] [3]",
            processed: "1,3",
            discarded: "2",
            ..NOTHING
        },
        Row {
            name: "E50: without a limit it blocks until it expires, never delivered",
            settings: r#""MaxRecordSizeInKiB":10240,"burst":"10s""#,
            records: "1=5242880 2",
            expired: "1-2",
            ..NOTHING
        },
    ] {
        check(&row);
    }
}

#[test]
fn e49_what_a_denied_destination_does_not_get_is_gone() {
    let settings = r#""MaximumRetryAttempts":0,"deliveryDenied":true"#;
    check(&Row {
        name: "E49: the batch is dropped, the shard moves on",
        settings,
        records: "1 2! 3@10s",
        invoked: "[1-2] [3]",
        processed: "3",
        discarded: "1-2",
        ..NOTHING
    });
    check(&Row {
        name: "E49: mending the permission brings nothing back, and helps from then on",
        settings,
        records: "1! 2!@30s",
        actions: r#"{"at_us":10000000,"set":{"deliveryDenied":false}}"#,
        invoked: "[1] [2]",
        messages: "2 ×1 Unhandled",
        discarded: "1-2",
        ..NOTHING
    });
    let input = scenario(settings, &records("1 2!"), "");
    assert_eq!(program(&["run", "-", "--documents"], &input), "");
    let outcome: Value =
        serde_json::from_str(&program(&["run", "-", "--json"], &input)).expect("JSON");
    let (ledger, metrics) = (&outcome["ledger"], &outcome["metrics"]);
    assert_eq!(ledger["discarded"], json!({ "good": 1, "poison": 1 }));
    assert_eq!(ledger["to_destination"], json!({ "good": 0, "poison": 0 }));
    assert_eq!(
        (&metrics["delivery_failures"], &metrics["messages"]),
        (&json!(1), &json!(0))
    );
}
