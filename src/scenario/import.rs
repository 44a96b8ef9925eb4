//! Takes over the settings of a real mapping from what `aws lambda get-event-source-mapping` or
//! `list-event-source-mappings` prints. Nothing but numbers and choices is taken, so no ARN, account or
//! name can reach a link; texts are never repeated.

mod paste;

use paste::mappings;

use super::Settings;
use super::json::{Map, Value};
use super::knobs::Knob;
use super::notice::quoted;
use super::spelling::{allowed, holds, spell};

/// Most fields of a kind that are listed.
const LINES_MAX: usize = 60;

/// What became of a pasted mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The settings with what was taken.
    pub settings: Settings,
    /// What was taken over.
    pub taken: Vec<Line>,
    /// What has no effect here, and why.
    pub no_effect: Vec<Line>,
    /// What is not valid, and why.
    pub invalid: Vec<Line>,
    /// Every mapping of a list; one entry if there was only one.
    pub choices: Vec<Choice>,
    /// The index of the choice that was taken.
    pub chosen: usize,
}

/// One field of the mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// AWS's name of the field.
    pub name: String,
    /// The value for people, where it is a number or a choice; otherwise empty.
    pub value: String,
    /// Why, in a short plain sentence; empty where nothing needs saying.
    pub note: String,
}

/// One mapping of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its place in the list.
    pub index: usize,
    /// The function's name, to be shown in the page only: it must not enter a link.
    pub label: String,
    /// Whether its source is a Kinesis stream, so that it can be taken.
    pub kinesis: bool,
}

/// Takes over the mapping, or the first one of a list that reads from Kinesis. The error says in plain
/// words what the text is instead and what to paste.
pub fn import(text: &str, base: &Settings) -> Result<Import, String> {
    take(text, base, None)
}

/// Takes over the mapping at `index` of a list.
pub fn import_choice(text: &str, base: &Settings, index: usize) -> Result<Import, String> {
    take(text, base, Some(index))
}

fn take(text: &str, base: &Settings, wanted: Option<usize>) -> Result<Import, String> {
    let mappings = mappings(text)?;
    let sources: Vec<Source> = mappings.iter().map(source).collect();
    let first = sources.iter().position(|source| *source == Source::Kinesis);
    let chosen = wanted.or(first).unwrap_or(0);
    let (Some(mapping), Some(source)) = (mappings.get(chosen), sources.get(chosen)) else {
        return Err(format!(
            "The list has {} mappings, so there is no number {}.",
            mappings.len(),
            chosen + 1
        ));
    };
    if let Source::Other(service) = source {
        let subject = if mappings.len() > 1 && wanted.is_none() {
            "None of these mappings reads"
        } else {
            "This mapping does not read"
        };
        return Err(format!(
            "{subject} from Kinesis (its source is {service}); only Kinesis mappings can be taken over."
        ));
    }
    let mut import = Import {
        settings: base.clone(),
        taken: vec![],
        no_effect: vec![],
        invalid: vec![],
        choices: mappings
            .iter()
            .zip(&sources)
            .enumerate()
            .map(choice)
            .collect(),
        chosen,
    };
    import.read(mapping);
    Ok(import)
}

/// Where a mapping reads from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Kinesis,
    Other(&'static str),
}

fn source(mapping: &Map) -> Source {
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

fn choice((index, (mapping, source)): (usize, (&Map, &Source))) -> Choice {
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
const WITHOUT_EFFECT: [(&str, &str); 15] = [
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
    ("StartingPosition", "A run starts with an empty stream."),
    (
        "StartingPositionTimestamp",
        "A run starts with an empty stream.",
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
        "FilterCriteria",
        "Filters are not simulated: every record is delivered.",
    ),
    (
        "FilterCriteriaError",
        "Filters are not simulated: every record is delivered.",
    ),
    ("KMSKeyArn", "Encryption changes nothing that is simulated."),
    ("MetricsConfig", "All metrics are always shown."),
    ("Enabled", "The mapping is always enabled here."),
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

fn line(name: &str, value: impl Into<String>, note: impl Into<String>) -> Line {
    Line {
        name: name.to_owned(),
        value: value.into(),
        note: note.into(),
    }
}

impl Import {
    fn read(&mut self, mapping: &Map) {
        // A mapping that does not mention them has none.
        self.settings.set(Knob::ReportBatchItemFailures, 0);
        self.settings.set(Knob::OnFailure, 0);
        for (name, value) in &mapping.0 {
            self.field(name, value);
        }
        for lines in [&mut self.taken, &mut self.no_effect, &mut self.invalid] {
            lines.truncate(LINES_MAX);
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
            "EventSourceArn" => {
                let fan_out = value
                    .as_str()
                    .is_some_and(|arn| holds(arn, ":stream/") && holds(arn, "/consumer/"));
                let note = if fan_out {
                    "It reads through enhanced fan-out; here the mapping polls once a second (E5)."
                } else {
                    "It names the stream; set its shards and retention under Kinesis data stream."
                };
                self.no_effect.push(line(name, "", note));
            }
            "State" => {
                let disabled = value
                    .as_str()
                    .is_some_and(|state| state.starts_with("Disabl"));
                let (value, note) = if disabled {
                    (
                        "Disabled",
                        "The mapping is switched off in the account; here it runs.",
                    )
                } else {
                    ("", "The mapping always runs here.")
                };
                self.no_effect.push(line(name, value, note));
            }
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

    fn number(&mut self, name: &str, knob: Knob, value: &Value) {
        if *value == Value::Null {
            return;
        }
        let kept = || spell(knob, self.settings.get(knob));
        let Some(number) = value.as_i64() else {
            let note = format!("It should be a whole number; {} is kept.", kept());
            return self.invalid.push(line(name, "", note));
        };
        if knob.clamp(number) != number {
            let note = format!("AWS allows {}; {} is kept.", allowed(knob), kept());
            return self.invalid.push(line(name, number.to_string(), note));
        }
        self.settings.set(knob, number);
        self.taken.push(line(name, spell(knob, number), ""));
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
        Value::Object(fields) => fields.0.iter().all(|field| is_empty(&field.1)),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
