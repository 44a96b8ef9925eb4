//! What the stream, the function and the account say about themselves: `describe-stream-summary`,
//! `get-function-configuration`, `get-function-concurrency`, `get-account-settings` (S1, S9, L1–L4, L7).

use super::{Import, Told, line};
use crate::scenario::figures::shard_takes_in_batches;
use crate::scenario::knobs::Knob;
use crate::scenario::spelling::spell;
use serde_json::{Map, Value};

/// The choice of [`Knob::StreamMode`].
const ON_DEMAND: i64 = 1;

impl Import {
    /// `describe-stream-summary`, or `describe-stream`.
    pub(super) fn stream(&mut self, stream: &Map<String, Value>) {
        self.tell(Told::Stream);
        if let Some(count) = open_shards(stream) {
            self.number("OpenShardCount", Knob::ShardCount, &count);
        }
        if let Some(hours) = stream.get("RetentionPeriodHours") {
            self.number("RetentionPeriodHours", Knob::RetentionPeriodHours, hours);
        }
        let mode = stream.get("StreamModeDetails");
        if let Some(mode) = mode.and_then(|details| details.get("StreamMode")) {
            self.named("StreamMode", mode);
        }
        if let Some(size) = stream.get("MaxRecordSizeInKiB") {
            self.named("MaxRecordSizeInKiB", size);
        }
        if let Some(consumers) = stream.get("ConsumerCount").and_then(Value::as_u64)
            && consumers > 0
        {
            let note = "Consumers with enhanced fan-out take nothing from this mapping's reads.";
            self.no_effect
                .push(line("ConsumerCount", consumers.to_string(), note));
        }
        let note = "They change nothing that is simulated.";
        self.no_effect
            .push(line("The stream's other fields", "", note));
    }

    /// An on-demand stream keeps shards for twice its previous peak (S13), so its shards hint at that.
    pub(super) fn previous_peak(&mut self) {
        if !self.has_told(Told::Stream) || self.settings.get(Knob::StreamMode) != ON_DEMAND {
            return;
        }
        let peak =
            self.settings.get(Knob::ShardCount) * shard_takes_in_batches(&self.settings) as i64 / 2;
        let knob = Knob::PreviousPeak;
        self.settings.set(knob, peak);
        let value = spell(knob, self.settings.get(knob));
        let note = "Half of what its open shards take: an on-demand stream keeps shards for twice its peak (S13).";
        self.guess(&[knob], line(knob.spec().label, value, note));
    }

    /// `get-function-configuration`, or the `Configuration` of `get-function`.
    pub(super) fn function(&mut self, function: &Map<String, Value>) {
        self.tell(Told::Function);
        for name in ["Timeout", "MemorySize"] {
            if let Some(value) = function.get(name) {
                self.named(name, value);
            }
        }
        let note = "They change nothing that is simulated, or cannot be seen from outside, as what the code does.";
        self.no_effect
            .push(line("The function's other fields", "", note));
    }

    /// `get-function-concurrency`; without a number none is reserved.
    pub(super) fn concurrency(&mut self, reserved: &Value) {
        self.tell(Told::Reserved);
        let name = "ReservedConcurrentExecutions";
        match (reserved, Knob::by_key(name)) {
            (Value::Null, Some(knob)) => {
                // No limit of its own.
                self.settings.set(knob, -1);
                self.taken.push(line(name, "none", ""));
            }
            (Value::Null, None) => {}
            (reserved, _) => self.named(name, reserved),
        }
    }

    /// `get-account-settings`.
    pub(super) fn account(&mut self, limits: &Map<String, Value>) {
        self.tell(Told::Account);
        if let Some(limit) = limits.get("ConcurrentExecutions") {
            self.named("ConcurrentExecutions", limit);
        }
    }

    /// A value of the setting of this name, if there is one.
    fn named(&mut self, name: &str, value: &Value) {
        let Some(knob) = Knob::by_key(name) else {
            let value = value
                .as_number()
                .map_or_else(String::new, ToString::to_string);
            let note = "It is not simulated.";
            return self.no_effect.push(line(name, value, note));
        };
        match value {
            Value::Number(_) | Value::Null => self.number(name, knob, value),
            value => self.word(name, knob, value),
        }
    }
}

/// As the summary counts them, or those of `describe-stream` that are not closed.
fn open_shards(stream: &Map<String, Value>) -> Option<Value> {
    if let Some(count) = stream.get("OpenShardCount") {
        return Some(count.clone());
    }
    let Some(Value::Array(shards)) = stream.get("Shards") else {
        return None;
    };
    let is_open = |shard: &&Value| {
        let range = shard.get("SequenceNumberRange");
        let end = range.and_then(|range| range.get("EndingSequenceNumber"));
        end.is_none_or(|end| *end == Value::Null)
    };
    Some(Value::from(shards.iter().filter(is_open).count()))
}
