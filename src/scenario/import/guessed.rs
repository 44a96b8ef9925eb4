//! What nothing has told, and what would tell it.

use super::{Import, Told, line};
use crate::scenario::knobs::Knob;
use crate::scenario::spelling::spell;

/// Settings, and what tells them.
const TELLING: [(Told, &[&str], &str); 7] = [
    (
        Told::Stream,
        &["ShardCount", "RetentionPeriodHours", "StreamMode"],
        "aws kinesis describe-stream-summary tells it.",
    ),
    (
        Told::Function,
        &["Timeout", "MemorySize"],
        "aws lambda get-function-configuration tells it.",
    ),
    (
        Told::Reserved,
        &["ReservedConcurrentExecutions"],
        "aws lambda get-function-concurrency tells it.",
    ),
    (
        Told::Account,
        &["ConcurrentExecutions"],
        "aws lambda get-account-settings tells it.",
    ),
    (
        Told::Traffic,
        &["recordsPerSecond"],
        "The metric IncomingRecords tells it, or a table of times and counts.",
    ),
    (
        Told::Bytes,
        &["recordBytes"],
        "The metrics IncomingBytes and IncomingRecords tell it.",
    ),
    (
        Told::Times,
        &["perBatch", "perRecord"],
        "The metrics Duration, Invocations and IncomingRecords tell it.",
    ),
];

/// What only the code knows, or nobody.
const NEVER_TOLD: [(&str, &str); 4] = [
    (
        "keys",
        "No metric tells how evenly the partition keys are spread.",
    ),
    (
        "handler",
        "What the code does with a bad record stands in the code.",
    ),
    (
        "handling",
        "What the producer does with partial failures stands in its code.",
    ),
    (
        "maxRetries",
        "The producer's SDK and its options decide this.",
    ),
];

impl Import {
    /// Lists the settings that still are what they were before.
    pub(super) fn list_guessed(&mut self) {
        if !self.has_told(Told::Mapping) {
            let note = "As it was; aws lambda get-event-source-mapping tells it.";
            self.guessed
                .push(line("The event source mapping", "", note));
        }
        let untold = TELLING.iter().filter(|row| !self.has_told(row.0));
        let untold = untold.flat_map(|(_, keys, note)| keys.iter().map(move |key| (*key, *note)));
        let lines = untold.chain(NEVER_TOLD).filter_map(|(key, note)| {
            let knob = Knob::by_key(key)?;
            let value = spell(knob, self.settings.get(knob));
            Some((knob, line(knob.spec().label, value, note)))
        });
        let lines: Vec<_> = lines.collect();
        for (knob, line) in lines {
            self.guess(&[knob], line);
        }
    }
}
