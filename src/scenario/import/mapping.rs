//! What an event source mapping says: `get-event-source-mapping` and `list-event-source-mappings`.

use super::{Choice, Import, Told, line};
use crate::scenario::filters::{self, Filters};
use crate::scenario::knobs::{Kind, Knob};
use crate::scenario::notice::quoted;
use serde_json::{Map, Value};

/// Where a mapping reads from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Kinesis,
    Other(&'static str),
}

pub(super) fn source(mapping: &Map<String, Value>) -> Source {
    if mapping.contains_key("SelfManagedEventSource") {
        return Source::Other("a Kafka cluster");
    }
    let arn = mapping
        .get("EventSourceArn")
        .and_then(Value::as_str)
        .unwrap_or("");
    match service(arn) {
        Some("sqs") => Source::Other("an SQS queue"),
        Some("dynamodb") => Source::Other("a DynamoDB stream"),
        Some("kafka") => Source::Other("a Kafka cluster"),
        Some("mq") => Source::Other("an Amazon MQ broker"),
        Some("rds") => Source::Other("a DocumentDB cluster"),
        Some(service) if service != "kinesis" => Source::Other("another service"),
        // Whoever blanked the ARN before pasting did well; the other fields tell enough.
        Some(_) | None => Source::Kinesis,
    }
}

/// The service of `arn:partition:service:…`.
fn service(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    (parts.next() == Some("arn"))
        .then(|| parts.nth(1))
        .flatten()
}

pub(super) fn choice(
    (index, (mapping, source)): (usize, (&Map<String, Value>, &Source)),
) -> Choice {
    let arn = mapping
        .get("FunctionArn")
        .and_then(Value::as_str)
        .unwrap_or("");
    // arn:aws:lambda:region:account:function:NAME[:qualifier]
    let name = arn.split(':').nth(6).filter(|name| !name.is_empty());
    let name = name.map_or_else(
        || format!("mapping {}", index + 1),
        |name| quoted(name).trim_matches(['“', '”']).to_owned(),
    );
    let label = match source {
        Source::Kinesis => name,
        Source::Other(service) => format!("{name} ({service}, cannot be taken)"),
    };
    Choice {
        index,
        label,
        kinesis: *source == Source::Kinesis,
    }
}

/// Fields that hold one number.
const NUMBERS: [(&str, Knob); 5] = [
    ("BatchSize", Knob::BatchSize),
    (
        "MaximumBatchingWindowInSeconds",
        Knob::MaximumBatchingWindowInSeconds,
    ),
    ("ParallelizationFactor", Knob::ParallelizationFactor),
    ("MaximumRecordAgeInSeconds", Knob::MaximumRecordAgeInSeconds),
    ("MaximumRetryAttempts", Knob::MaximumRetryAttempts),
];

/// Fields that change nothing here, and why.
const WITHOUT_EFFECT: [(&str, &str); 12] = [
    ("UUID", "It names the mapping in the account only."),
    (
        "EventSourceMappingArn",
        "It names the mapping in the account only.",
    ),
    (
        "FunctionArn",
        "It names the function; set its times under Lambda function.",
    ),
    (
        "FunctionName",
        "It names the function; set its times under Lambda function.",
    ),
    (
        "StartingPositionTimestamp",
        "It is a time of yours; here a new mapping begins so long after the start of the run as is set.",
    ),
    ("LastModified", "It says when the mapping was changed."),
    (
        "LastProcessingResult",
        "It says how the last invocation went.",
    ),
    ("StateTransitionReason", "It says why the state changed."),
    (
        "TumblingWindowInSeconds",
        "Tumbling windows are not simulated.",
    ),
    (
        "FilterCriteriaError",
        "It says that the filters could not be decrypted.",
    ),
    ("KMSKeyArn", "Encryption changes nothing that is simulated."),
    ("MetricsConfig", "All metrics are always shown."),
];

/// Settings of other sources (E19).
const NOT_FOR_KINESIS: [(&str, &str); 9] = [
    (
        "ScalingConfig",
        "MaximumConcurrency is for SQS only; use ParallelizationFactor or reserved concurrency.",
    ),
    ("ProvisionedPollerConfig", "It is for SQS and Kafka only."),
    ("LoggingConfig", "It is for Kafka only."),
    ("Queues", "It is for Amazon MQ only."),
    ("Topics", "It is for Kafka only."),
    (
        "SourceAccessConfigurations",
        "It is for Kafka and Amazon MQ only.",
    ),
    (
        "AmazonManagedKafkaEventSourceConfig",
        "It is for Kafka only.",
    ),
    ("SelfManagedKafkaEventSourceConfig", "It is for Kafka only."),
    ("DocumentDBEventSourceConfig", "It is for DocumentDB only."),
];

impl Import {
    pub(super) fn mapping(&mut self, mapping: &Map<String, Value>) {
        self.tell(Told::Mapping);
        // A mapping that does not mention them has none.
        self.settings.set(Knob::ReportBatchItemFailures, 0);
        self.settings.set(Knob::OnFailure, 0);
        self.settings.set_text(Knob::FilterCriteria, "");
        self.settings.set(Knob::Enabled, 1);
        self.settings.set(Knob::MappingExists, 0);
        for (name, value) in mapping {
            self.field(name, value);
        }
    }

    fn field(&mut self, name: &str, value: &Value) {
        if let Some((name, knob)) = NUMBERS.into_iter().find(|(known, _)| *known == name) {
            return self.number(name, knob, value);
        }
        if let Some((name, note)) = NOT_FOR_KINESIS
            .into_iter()
            .find(|(known, _)| *known == name)
        {
            if !is_empty(value) {
                self.invalid.push(line(name, "", note));
            }
            return;
        }
        match name {
            "BisectBatchOnFunctionError" => self.bisect(name, value),
            "FunctionResponseTypes" => self.response_types(name, value),
            "DestinationConfig" => self.destination(value),
            "FilterCriteria" => self.filters(name, value),
            "EventSourceArn" => {
                let fan_out = value
                    .as_str()
                    .is_some_and(|arn| arn.contains(":stream/") && arn.contains("/consumer/"));
                let note = if fan_out {
                    "It reads through enhanced fan-out; here the mapping polls once a second (E5)."
                } else {
                    "It names the stream; set its shards and retention under Kinesis data stream."
                };
                self.no_effect.push(line(name, "", note));
            }
            "State" => self.state(name, value),
            "Enabled" => self.enabled(name, value),
            "StartingPosition" => self.starting_position(name, value),
            _ => {
                let known = WITHOUT_EFFECT.into_iter().find(|(known, _)| *known == name);
                if known.is_some() && is_empty(value) {
                    return;
                }
                let (name, note) = known.map_or_else(
                    || (quoted(name), "It is not known here."),
                    |(name, note)| (name.to_owned(), note),
                );
                self.no_effect.push(line(&name, "", note));
            }
        }
    }

    /// A mapping on its way into a state counts as being there (E13).
    fn state(&mut self, name: &str, value: &Value) {
        let (knob, value) = match value.as_str() {
            Some("Enabled" | "Enabling" | "Creating" | "Updating") => (Knob::Enabled, 1),
            Some("Disabled" | "Disabling") => (Knob::Enabled, 0),
            Some("Deleting") => (Knob::MappingExists, 1),
            _ if is_empty(value) => return,
            _ => {
                let note = "It should be a state such as Enabled or Disabled.";
                return self.invalid.push(line(name, "", note));
            }
        };
        self.settings.set(knob, value);
        let (value, note) = match (knob, value) {
            (Knob::Enabled, 1) => ("Enabled", ""),
            (Knob::Enabled, _) => ("Disabled", "Nobody reads until Enabled is set again."),
            _ => ("Deleting", "Nobody reads; its checkpoint will be gone."),
        };
        self.taken.push(line(name, value, note));
    }

    fn enabled(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(on) => {
                self.settings.set(Knob::Enabled, i64::from(*on));
                self.taken.push(line(name, on.to_string(), ""));
            }
            _ => self
                .invalid
                .push(line(name, "", "It should be true or false.")),
        }
    }

    /// It counts again only where the run deletes the mapping and makes it anew (E11, E12).
    fn starting_position(&mut self, name: &str, value: &Value) {
        let Kind::Choice(known) = Knob::StartingPosition.spec().kind else {
            return;
        };
        let text = value.as_str().unwrap_or("");
        match known.iter().position(|known| *known == text) {
            Some(index) => {
                self.settings.set(Knob::StartingPosition, index as i64);
                let note = "Only a mapping made anew during the run looks at it.";
                self.taken.push(line(name, text, note));
            }
            None if is_empty(value) => {}
            None => {
                let note = "It should be TRIM_HORIZON, LATEST or AT_TIMESTAMP.";
                self.invalid.push(line(name, "", note));
            }
        }
    }

    fn bisect(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(on) => {
                self.settings
                    .set(Knob::BisectBatchOnFunctionError, i64::from(*on));
                self.taken.push(line(name, on.to_string(), ""));
            }
            _ => self
                .invalid
                .push(line(name, "", "It should be true or false.")),
        }
    }

    fn response_types(&mut self, name: &str, value: &Value) {
        let Value::Array(list) = value else {
            if *value != Value::Null {
                self.invalid.push(line(name, "", "It should be a list."));
            }
            return;
        };
        let is_report = |item: &Value| item.as_str() == Some("ReportBatchItemFailures");
        let reports = list.iter().any(is_report);
        if !list.iter().all(is_report) {
            self.invalid.push(line(
                name,
                "",
                "The only response type is ReportBatchItemFailures.",
            ));
        }
        self.settings
            .set(Knob::ReportBatchItemFailures, i64::from(reports));
        self.taken.push(line(
            name,
            if reports {
                "ReportBatchItemFailures"
            } else {
                "none"
            },
            "",
        ));
    }

    fn filters(&mut self, name: &str, value: &Value) {
        let text = filters::short(value);
        if text.is_empty() {
            return;
        }
        if text
            .chars()
            .nth(Knob::FilterCriteria.longest_text())
            .is_some()
        {
            let note = "It is longer than the 2,000 characters that fit into a link.";
            return self.invalid.push(line(name, "", note));
        }
        match Filters::read(&text) {
            Ok(filters) => {
                let count = match filters.len() {
                    1 => "1 filter".to_owned(),
                    more => format!("{more} filters"),
                };
                self.taken.push(line(name, count, ""));
                self.settings.set_text(Knob::FilterCriteria, &text);
            }
            Err(refusal) => {
                let note = filters::sentence(&refusal);
                self.invalid.push(line(name, "", note));
            }
        }
    }

    /// The kind of the on-failure destination, by its ARN's service (E46).
    fn destination(&mut self, value: &Value) {
        if value.get("OnSuccess").is_some_and(|to| !is_empty(to)) {
            let note = "Kinesis mappings have no destination for successes.";
            self.invalid
                .push(line("DestinationConfig.OnSuccess", "", note));
        }
        let name = "DestinationConfig.OnFailure";
        let arn = match value
            .get("OnFailure")
            .and_then(|to| to.get("Destination"))
            .unwrap_or(&Value::Null)
        {
            Value::Null => return self.taken.push(line(name, "none", "")),
            Value::String(arn) => arn.as_str(),
            _ => {
                return self
                    .invalid
                    .push(line(name, "", "The destination should be an ARN."));
            }
        };
        let fifo = arn.to_ascii_lowercase().ends_with(".fifo");
        let (index, kind) = match service(arn) {
            Some("sqs") => (1, "SQS"),
            Some("sns") => (2, "SNS"),
            Some("s3") => (3, "S3"),
            _ => {
                let note =
                    "A Kinesis mapping reports to an SQS queue, an SNS topic or an S3 bucket.";
                return self.invalid.push(line(name, "", note));
            }
        };
        if fifo {
            return self.invalid.push(line(
                name,
                kind,
                "FIFO queues and topics are not allowed here.",
            ));
        }
        self.settings.set(Knob::OnFailure, index);
        self.taken.push(line(name, kind, ""));
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_empty),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
