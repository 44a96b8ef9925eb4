//! What the on-failure destination gets, word by word: the messages of SQS and SNS (E47), the objects of S3 with their
//! keys and the records themselves (E48).

use super::event_json::EventWriter;
use super::message::{STREAM_ARN, epoch_seconds, object_time, shard_id, uuid};
use super::outcome::Outcome;
use crate::engine::config::{Destination, Fails, Role, TOO_LARGE_BYTES};
use crate::engine::fact::{Fact, LaneId};
use crate::engine::random::{Draws, Purpose};
use crate::engine::sequence_number::SequenceNumber;
use crate::engine::time::SimTime;
use crate::recording::facts::{Positions, Told};
use crate::recording::recorder::Recorder;
use crate::scenario::knobs::Knob;
use crate::scenario::orders::{self, Kind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// The role a mapping invokes with.
fn role_arn(role: Role) -> &'static str {
    match role {
        Role::First => "arn:aws:iam::000000000000:role/handle-orders-role",
        Role::Second => "arn:aws:iam::000000000000:role/handle-orders-2-role",
    }
}

const REGION: &str = "us-east-1";

/// The line of a document of a mapping; `None` for any other fact.
pub(super) fn line(outcome: &Outcome, role: Role, told: &Told) -> Option<Value> {
    let recorder = &outcome.recorder;
    let Fact::BatchDiscarded {
        lane,
        request,
        reported: true,
        ..
    } = told.fact
    else {
        return None;
    };
    let mut document = EventWriter::new(recorder, role).message(told)?;
    let mapping = &recorder.config_of(role).consuming_at(told.at).mapping;
    let name = match mapping.destination {
        Destination::None => return None,
        Destination::Sqs => "SQS",
        Destination::Sns => "SNS",
        Destination::S3 => "S3",
    };
    let mut line = json!({ "at_us": told.at.0, "destination": name });
    if mapping.destination == Destination::S3 {
        let event = event(outcome, (role, lane.shard), &told.records[0]);
        document["payload"] = Value::String(event.to_string());
        line["key"] = Value::String(object_key(recorder, role, (lane, request), told.at));
    }
    line["document"] = document;
    Some(line)
}

/// `aws/lambda/<ESM-UUID>/<shardId>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<UUID>` (E48).
fn object_key(
    recorder: &Recorder,
    role: Role,
    (lane, request): (LaneId, u32),
    at: SimTime,
) -> String {
    let seed = recorder.config().seed;
    let mapping = Draws::new(seed, Purpose::Name, u64::from(role == Role::Second));
    let place = u64::from(lane.shard) << 48 | u64::from(lane.lane) << 32 | u64::from(request);
    let object = Draws::new(mapping.at(2), Purpose::Name, place ^ at.0.rotate_left(20));
    format!(
        "aws/lambda/{}/{}/{}-{}",
        uuid(mapping),
        shard_id(lane.shard),
        object_time(at),
        uuid(object)
    )
}

/// The event the function got, or would have got (E10).
fn event(outcome: &Outcome, (role, shard): (Role, u16), records: &Positions) -> Value {
    let kinds = orders::kinds(outcome.scenario.settings.text(Knob::Data));
    let records = records.iter();
    let records = records.map(|position| record(outcome, &kinds, (role, shard), position));
    json!({ "Records": records.collect::<Vec<_>>() })
}

fn record(outcome: &Outcome, kinds: &[Kind], (role, shard): (Role, u16), position: u64) -> Value {
    let recorder = &outcome.recorder;
    let deck = &recorder.world().deck;
    let own = &recorder.shards()[usize::from(shard)];
    let ordinal = own.ordinal(recorder.log(shard).rank(position));
    let number = SequenceNumber { shard, position }.to_string();
    let (kind, fails) = (deck.kind(ordinal), recorder.fails(shard, position));
    let data = orders::data(kinds, &outcome.scenario.data, kind, fails);
    let data = data.unwrap_or_else(|| format!("order {ordinal}"));
    let bytes = match fails {
        Fails::TooLarge => deck.bytes(ordinal).max(u64::from(TOO_LARGE_BYTES)),
        _ => deck.bytes(ordinal),
    };
    json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": deck.key(ordinal).text,
            "sequenceNumber": number,
            "data": STANDARD.encode(filled(data, bytes)),
            "approximateArrivalTimestamp": epoch_seconds(recorder.stored_at(shard, position)),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": format!("{}:{number}", shard_id(shard)),
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": role_arn(role),
        "awsRegion": REGION,
        "eventSourceARN": STREAM_ARN,
    })
}

/// The size of a record is a setting of its own: spaces fill it up, and what is longer is not cut.
fn filled(data: String, bytes: u64) -> Vec<u8> {
    let mut data = data.into_bytes();
    data.resize(data.len().max(bytes as usize), b' ');
    data
}
