//! Reading the records that a file writes down.

use super::{DATA_MAX, KEY_MAX, RECORDS_MAX, array, kind, object, only, reasons, time};
use crate::engine::config::{ExplicitRecord, Fails, TOO_LARGE_BYTES};
use crate::engine::deck::payload_of;
use crate::engine::reader::PAYLOAD_LIMIT;
use crate::scenario::Settings;
use crate::scenario::configure::what_is_wrong;
use crate::scenario::knobs::Knob;
use crate::scenario::orders::{self, DATA_KINDS_MAX};
use crate::words;
use serde_json::{Map, Value};

pub(super) fn read_records(
    value: &Value,
    settings: &Settings,
) -> Result<Vec<ExplicitRecord>, String> {
    let list = array(value, "records")?;
    if list.len() > RECORDS_MAX {
        let (count, most) = (
            words::number(list.len() as u64),
            words::number(RECORDS_MAX as u64),
        );
        return Err(format!(
            "records has {count} entries, and at most {most} are allowed."
        ));
    }
    let each = |(index, value)| record(value, &format!("records[{index}]"), settings);
    let mut records = list
        .iter()
        .enumerate()
        .map(each)
        .collect::<Result<Vec<_>, _>>()?;
    records.sort_by_key(|record| record.at);
    Ok(records)
}

/// Gives records with data of their own a kind for each that differs, and lists what they hold.
pub(super) fn tell_apart(records: &mut [ExplicitRecord], values: &Value) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    let Value::Array(values) = values else {
        return known;
    };
    // Both in the order of time; equal times keep theirs.
    let mut values: Vec<&Value> = values.iter().collect();
    values.sort_by_key(|value| value.get("at_us").and_then(Value::as_u64));
    for (record, value) in records.iter_mut().zip(values) {
        let Some(data) = value.get("data").and_then(Value::as_str) else {
            continue;
        };
        let place = known.iter().position(|other| other == data);
        let place = place.unwrap_or(known.len());
        if place == known.len() {
            known.push(data.to_owned());
        }
        if known.len() > DATA_KINDS_MAX {
            // So many that no filter is judged on them.
            break;
        }
        record.kind = orders::written(place);
    }
    known
}

fn record(value: &Value, path: &str, settings: &Settings) -> Result<ExplicitRecord, String> {
    let fields = object(value, path)?;
    only(
        fields,
        &["at_us", "key", "data", "bytes", "poison", "fail_first"],
        path,
    )?;
    let key = fields
        .get("key")
        .ok_or_else(|| format!("{path}.key is missing: the partition key."))?;
    let key = key
        .as_str()
        .ok_or_else(|| format!("{path}.key should be a string, but is {}.", kind(key)))?;
    if !(1..=KEY_MAX).contains(&key.chars().count()) {
        return Err(format!("{path}.key should have 1 to 256 characters."));
    }
    let fails = fails(fields, path)?;
    let bytes = match (size(fields, path, settings)?, fails) {
        (bytes, Fails::TooLarge) if payload_of(u64::from(bytes)) <= PAYLOAD_LIMIT => {
            if fields.get("data").is_some() || fields.get("bytes").is_some() {
                return Err(format!(
                    "{path} is not too large for an event; without data and bytes it is."
                ));
            }
            TOO_LARGE_BYTES
        }
        (bytes, _) => bytes,
    };
    Ok(ExplicitRecord {
        at: time(fields, path)?,
        key: key.to_owned(),
        bytes,
        fails,
        kind: 0,
    })
}

fn size(fields: &Map<String, Value>, path: &str, settings: &Settings) -> Result<u32, String> {
    let (place, bytes) = match (fields.get("data"), fields.get("bytes")) {
        (Some(_), Some(_)) => {
            return Err(format!("{path} has data and bytes; one of them is enough."));
        }
        (Some(Value::String(data)), None) => ("data", Some(data.len() as u64)),
        (Some(other), None) => {
            return Err(format!(
                "{path}.data should be a string, but is {}.",
                kind(other)
            ));
        }
        (None, Some(bytes)) => ("bytes", bytes.as_u64()),
        (None, None) => ("bytes", Some(settings.count(Knob::RecordBytes))),
    };
    bytes
        .filter(|bytes| *bytes <= DATA_MAX)
        .and_then(|bytes| u32::try_from(bytes).ok())
        .ok_or_else(|| {
            format!(
                "{path}.{place} should be at most {} bytes.",
                words::number(DATA_MAX)
            )
        })
}

fn fails(fields: &Map<String, Value>, path: &str) -> Result<Fails, String> {
    let first = match fields.get("fail_first") {
        None => None,
        Some(Value::String(text)) if text == "always" => Some(Fails::Always),
        Some(value) => {
            let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
            let count = count.ok_or_else(|| {
                format!("{path}.fail_first should be a number of times, or \"always\".")
            })?;
            Some(if count == 0 {
                Fails::Never
            } else {
                Fails::First(count)
            })
        }
    };
    match (fields.get("poison"), first) {
        (None | Some(Value::Bool(false)), first) => Ok(first.unwrap_or(Fails::Never)),
        (Some(Value::Bool(true)), None | Some(Fails::Always)) => Ok(Fails::Always),
        (Some(Value::Bool(true) | Value::String(_)), Some(_)) => Err(format!(
            "{path} has poison, which fails always, and fail_first."
        )),
        (Some(Value::String(reason)), None) => {
            let place = reasons().iter().position(|known| *known == reason.as_str());
            let place = place.ok_or_else(|| {
                let known = reasons().join(", ");
                format!("{path}.poison should be true or false or one of {known}.")
            })?;
            Ok(what_is_wrong(place as i64))
        }
        (Some(other), _) => Err(format!(
            "{path}.poison should be true or false or a reason, but is {}.",
            kind(other)
        )),
    }
}
