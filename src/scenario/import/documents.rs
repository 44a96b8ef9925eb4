//! Tells by their fields which command printed which JSON.

use super::paste::PASTE;
use super::series::{Found, of_results, of_statistics};
use serde_json::{Map, Value};

/// JSON values, sorted by the command that printed them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Documents {
    /// How many there are.
    pub(super) count: usize,
    pub(super) mappings: Vec<Map<String, Value>>,
    pub(super) streams: Vec<Map<String, Value>>,
    pub(super) functions: Vec<Map<String, Value>>,
    pub(super) reserved: Vec<Value>,
    pub(super) accounts: Vec<Map<String, Value>>,
    pub(super) series: Vec<Found>,
    /// What the others are.
    pub(super) others: Vec<&'static str>,
}

impl Documents {
    /// Fails if nothing can be taken from any of them, and says what they are.
    pub(super) fn check(&self) -> Result<(), String> {
        match self.others.first() {
            Some(what) if self.others.len() == self.count => Err(format!("{what} {PASTE}")),
            _ => Ok(()),
        }
    }

    /// Adds a value; the error says why nothing can be taken at all.
    pub(super) fn add(&mut self, value: Value) -> Result<(), String> {
        self.count += 1;
        let fields = match value {
            Value::Object(fields) => fields,
            Value::Array(list) => return self.mappings_of(list),
            _ => {
                self.others
                    .push("This is JSON, but nothing that can be taken over.");
                return Ok(());
            }
        };
        let inner = |names: &[&str]| {
            let mut inner = names.iter().filter_map(|name| fields.get(*name));
            inner.find_map(|value| match value {
                Value::Object(inner) => Some(inner.clone()),
                _ => None,
            })
        };
        if let Some(list) = fields.get("EventSourceMappings") {
            return match list {
                Value::Array(list) => self.mappings_of(list.clone()),
                _ => Err(format!("EventSourceMappings is not a list. {PASTE}")),
            };
        }
        if is_mapping(&fields) {
            self.mappings.push(fields);
        } else if let Some(stream) = inner(&["StreamDescriptionSummary", "StreamDescription"]) {
            self.streams.push(stream);
        } else if let Some(Value::Array(results)) = fields.get("MetricDataResults") {
            self.series.extend(of_results(results));
        } else if let Some(Value::Array(datapoints)) = fields.get("Datapoints") {
            let label = fields.get("Label").and_then(Value::as_str).unwrap_or("");
            self.series.push(of_statistics(label, datapoints));
        } else if let Some(limits) = inner(&["AccountLimit"]) {
            self.accounts.push(limits);
        } else if has(&fields, &["OpenShardCount", "RetentionPeriodHours"]) {
            self.streams.push(fields);
        } else if let Some(function) = inner(&["Configuration"]) {
            let reserved = inner(&["Concurrency"]);
            let reserved = reserved.and_then(|it| it.get("ReservedConcurrentExecutions").cloned());
            self.functions.push(function);
            self.reserved.extend(reserved);
        } else if has(&fields, &["Runtime", "Handler", "MemorySize", "Timeout"]) {
            self.functions.push(fields);
        } else if let Some(reserved) = fields.get("ReservedConcurrentExecutions") {
            self.reserved.push(reserved.clone());
        } else {
            self.others.push(what_else(&fields));
        }
        Ok(())
    }

    fn mappings_of(&mut self, list: Vec<Value>) -> Result<(), String> {
        if list.is_empty() {
            return Err("The list is empty: there is no mapping to take over.".to_owned());
        }
        for value in list {
            match value {
                Value::Object(fields) if is_mapping(&fields) => self.mappings.push(fields),
                _ => {
                    return Err(format!(
                        "The list holds something that is not a mapping. {PASTE}"
                    ));
                }
            }
        }
        Ok(())
    }
}

fn has(fields: &Map<String, Value>, names: &[&str]) -> bool {
    names.iter().any(|name| fields.contains_key(*name))
}

/// Whether anything in it is found in mappings only.
fn is_mapping(fields: &Map<String, Value>) -> bool {
    let telling = [
        "EventSourceArn",
        "SelfManagedEventSource",
        "ParallelizationFactor",
        "BatchSize",
        "BisectBatchOnFunctionError",
        "MaximumRetryAttempts",
        "MaximumRecordAgeInSeconds",
        "MaximumBatchingWindowInSeconds",
        "StateTransitionReason",
    ];
    has(fields, &telling)
}

fn what_else(fields: &Map<String, Value>) -> &'static str {
    if has(fields, &["Functions", "StreamNames", "StreamSummaries"]) {
        "This lists names; what describes one of them can be taken over."
    } else if has(fields, &["Resources", "AWSTemplateFormatVersion"]) {
        "This is a template, not what is in the account."
    } else if has(fields, &["settings", "records", "traffic", "actions"]) {
        "This is a scenario file; open it as one."
    } else {
        "This is JSON, but nothing that can be taken over."
    }
}
