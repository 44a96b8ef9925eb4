//! The knob table: every setting described once. The form, the link, validation, help, the reference in
//! docs/settings.md, imports and the random scenarios of the tests all read it.
//!
//! A value is an `i64` in its kind's unit. AWS settings keep AWS's name and unit; where AWS writes −1
//! for "no limit", so does the value.

mod row;

pub use row::{Group, Kind, KnobSpec, Scope};

use super::orders;

macro_rules! knobs {
    ($($(#[$doc:meta])* $name:ident {
        $key:literal, $label:literal, $group:ident, $kind:expr, default $default:expr, $origin:ident, $scope:ident,
        facts $facts:literal, help $help:literal $(, danger $danger:literal)?,
        also [$($also:literal),+] $(, flags $($flag:ident)+)?
    })+) => {
        /// A setting, by name.
        #[allow(clippy::doc_markdown)] // The help texts are prose for the form.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Knob {
            $(#[doc = concat!("`", $key, "`, described in its row of [`KNOBS`].")] $name,)+
        }

        /// The table, in the order of the enum.
        pub const KNOBS: &[KnobSpec] = &[$(KnobSpec {
            knob: Knob::$name,
            key: $key,
            label: $label,
            also: &[$($also),+],
            group: Group::$group,
            kind: $kind,
            default: $default,
            aws_default: knobs!(@origin $origin),
            scope: Scope::$scope,
            first_view: knobs!(@has first_view $($($flag)+)?),
            assumption: knobs!(@has assumption $($($flag)+)?),
            preset: knobs!(@has preset $($($flag)+)?),
            help: $help,
            danger: knobs!(@danger $($danger)?),
            facts: $facts,
        }),+];
    };
    (@origin aws) => { true };
    (@origin ours) => { false };
    (@danger) => { None };
    (@danger $danger:literal) => { Some($danger) };
    (@has $wanted:ident) => { false };
    (@has first_view first_view $($rest:ident)*) => { true };
    (@has assumption assumption $($rest:ident)*) => { true };
    (@has preset preset $($rest:ident)*) => { true };
    (@has $wanted:ident $other:ident $($rest:ident)*) => { knobs!(@has $wanted $($rest)*) };
}

const MS: i64 = 1_000;
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

knobs! {
    MaximumRetryAttempts {
        "MaximumRetryAttempts", "MaximumRetryAttempts", Mapping, Kind::Limit { min: 0, max: 10_000, unit: "retries", open: "forever" },
        default -1, aws, Live, facts "E21 E22 E24 E29",
        help "How often a failed batch is tried again after the first attempt; -1 tries until its records expire.",
        danger "One record that can never be handled is retried until it expires, and its shard waits for it.",
        also ["retries", "retry limit", "max retries", "attempts", "tries", "give up", "maxreceivecount"],
        flags first_view
    }
    BisectBatchOnFunctionError {
        "BisectBatchOnFunctionError", "BisectBatchOnFunctionError", Mapping, Kind::Toggle,
        default 0, aws, Live, facts "E37 E38 E40 E41",
        help "On failure the batch is split in two and each half is tried by itself, left half first; splits are free and immediate.",
        danger "One bad record condemns its whole batch.",
        also ["split batch", "halve", "binary search", "isolate poison"],
        flags first_view
    }
    OnFailure {
        "OnFailure", "On-failure destination", Mapping, Kind::Choice(&["none", "SQS", "SNS", "S3"]),
        default 0, aws, Live, facts "E46 E47 E48",
        help "Where a discarded batch is reported. SQS and SNS get its address in the stream only; S3 gets the records too.",
        danger "What is given up leaves no trace.",
        also ["dlq", "dead letter queue", "dead letter", "failed records", "sqs", "sns", "s3", "dead-letter topic"],
        flags first_view
    }
    DestinationDenied {
        "deliveryDenied", "Deliveries denied", Mapping, Kind::Toggle,
        default 0, ours, Live, facts "E49",
        help "The mapping may not write to its destination: every message fails, is not sent again, and its records are gone.",
        also ["dlq permission", "access denied", "iam", "destinationdeliveryfailures", "missing permission"]
    }
    RereadAfter {
        "rereadAfter", "Tickets are read after", Mapping, Kind::Limit { min: 0, max: 31_536_000, unit: "s", open: "never" },
        default -1, ours, Live, facts "E47 E48 E54",
        help "How long after a message somebody reads its records from the stream again; -1 is never. What has expired by then is too late; an S3 object has the records in it.",
        also ["redrive", "dlq replay", "reprocess failed", "dead letter replay"]
    }
    FilterCriteria {
        "FilterCriteria", "FilterCriteria", Mapping, Kind::Text { default: "", max: 2_000 },
        default 0, aws, Live, facts "E51 E52",
        help "An event pattern, such as {\"data\": {\"type\": [\"purchase\"]}}, or a list of them. Orders that match none are read past without an invocation, and so is what is not JSON: a filter can hide a pill.",
        also ["event filter", "event pattern", "event filtering", "select records", "ignore records"]
    }
    ParallelizationFactor {
        "ParallelizationFactor", "ParallelizationFactor", Mapping, Kind::Count { min: 1, max: 10, unit: "per shard" },
        default 1, aws, Live, facts "E7 E8 E9 E54",
        help "Concurrent batches per shard. Order is kept per partition key, so a single hot key gains nothing.",
        also ["concurrency", "parallelism", "lanes", "workers per shard", "threads", "backlog", "catch up", "pf"],
        flags first_view
    }
    BatchSize {
        "BatchSize", "BatchSize", Mapping, Kind::Count { min: 1, max: 10_000, unit: "records" },
        default 100, aws, Live, facts "E3 E4",
        help "The most records one invocation gets; a batch also ends at 6 MB of payload.",
        also ["batch", "max records", "chunk size", "records per invocation"]
    }
    MaximumBatchingWindowInSeconds {
        "MaximumBatchingWindowInSeconds", "MaximumBatchingWindowInSeconds", Mapping, Kind::Count { min: 0, max: 300, unit: "s" },
        default 0, aws, Live, facts "E3 E4",
        help "How long the mapping may wait to fill a batch; 0 invokes as soon as there is a record.",
        also ["window", "batch window", "wait to fill", "buffering interval"]
    }
    MaximumRecordAgeInSeconds {
        "MaximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds", Mapping, Kind::Limit { min: 60, max: 604_800, unit: "s", open: "forever" },
        default -1, aws, Live, facts "E21 E23 E42",
        help "Records older than this are discarded before an invocation; -1 keeps them until they expire.",
        danger "Only retention ends the retries, and retention takes good records with it.",
        also ["max age", "record age", "ttl", "stale records", "too old", "expiry"]
    }
    ReportBatchItemFailures {
        "ReportBatchItemFailures", "FunctionResponseTypes: ReportBatchItemFailures", Mapping, Kind::Toggle,
        default 0, aws, Live, facts "E30 E31 E32 E33 E34 E36 E39",
        help "Whether the mapping reads which items failed from the reply; without it the same reply counts as success.",
        danger "A batch succeeds or fails as a whole, so its good records are handled again.",
        also ["partial batch response", "partial response", "partial success", "rbif", "batchitemfailures"]
    }
    StartingPosition {
        "StartingPosition", "StartingPosition", Mapping, Kind::Choice(&["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]),
        default 0, ours, Live, facts "E11 E12 S10",
        help "Where a new mapping begins: at the oldest record, behind the youngest, or at a time. Only a mapping created during the run looks at it.",
        also ["replay", "trim horizon", "latest", "offset", "where to begin", "iterator type", "offset reset"]
    }
    StartingPositionTimestamp {
        "StartingPositionTimestamp", "StartingPositionTimestamp", Mapping, Kind::Span { min: 0, max: 400 * 24 * HOUR },
        default 0, ours, Live, facts "E11",
        help "The time a new mapping begins at, after the start of the run, where its starting position is a time.",
        also ["replay from", "at timestamp", "start time"]
    }
    Enabled {
        "Enabled", "Enabled", Mapping, Kind::Toggle,
        default 1, aws, Live, facts "E12 E13",
        help "A mapping that is switched off keeps its checkpoint and resumes there; what expires meanwhile is lost.",
        also ["pause", "disable", "stop consumer", "switch off"]
    }
    MappingExists {
        "mapping", "The mapping", Mapping, Kind::Choice(&["created", "deleted"]),
        default 0, ours, Live, facts "E11 E12",
        help "Deleting a mapping loses its checkpoint. Created anew it begins at its starting position: it handles again what is there, or misses what is before.",
        also ["event source mapping", "esm", "trigger", "delete trigger", "recreate", "lost checkpoint"]
    }
    EsmStateDelay {
        "esmStateDelay", "Time to create or switch", Mapping, Kind::Span { min: 0, max: HOUR },
        default 60 * SECOND, ours, WholeRun, facts "E11 E12",
        help "How long it takes until a mapping created, switched on or off during the run acts so (recorded as 40 to 110 s).",
        also ["enable delay", "creating", "enabling"],
        flags assumption
    }
    EsmUpdateDelay {
        "esmUpdateDelay", "Time to update", Mapping, Kind::Span { min: 0, max: HOUR },
        default 0, ours, WholeRun, facts "E54",
        help "How long it takes until another setting of the mapping changed during the run takes effect (AWS: tens of seconds to minutes).",
        also ["propagation", "updating mapping"],
        flags assumption
    }
    EsmBackoffBase {
        "esmBackoffBase", "Retry back-off, first", Mapping, Kind::Span { min: MS, max: 60 * SECOND },
        default 200 * MS, ours, Live, facts "E25",
        help "The pause before the first retry of an unchanged batch; it doubles each time (recorded, not documented).",
        also ["backoff", "esm backoff", "retry delay", "first retry"],
        flags assumption
    }
    EsmBackoffCap {
        "esmBackoffCap", "Retry back-off, longest", Mapping, Kind::Span { min: 100 * MS, max: 24 * HOUR },
        default 60 * SECOND, ours, Live, facts "E26",
        help "The longest pause between retries. AWS does not document it; it decides how often a pill is tried in a day.",
        also ["backoff", "esm backoff", "max retry delay"],
        flags assumption
    }
    EsmOverhead {
        "esmOverhead", "Pause between invocations", Mapping, Kind::Span { min: MS, max: 10 * SECOND },
        default 30 * MS, ours, Live, facts "E6 E38",
        help "What the mapping needs between the end of one invocation and the next (recorded as 10 to 75 ms).",
        also ["overhead", "gap between invocations"],
        flags assumption
    }
    PollInterval {
        "pollInterval", "Poll interval", Mapping, Kind::Span { min: 100 * MS, max: 60 * SECOND },
        default SECOND, ours, WholeRun, facts "E5",
        help "How often the mapping asks an idle shard for records.",
        also ["polling", "getrecords", "poll rate"]
    }
    Timeout {
        "Timeout", "Timeout", Function, Kind::Count { min: 1, max: 900, unit: "s" },
        default 3, aws, Live, facts "L7",
        help "An invocation that takes longer fails, and its whole batch with it.",
        danger "If BatchSize × time per record exceeds it, every full batch becomes a poison pill.",
        also ["function timeout", "lambda timeout", "timed out", "time limit"]
    }
    MemorySize {
        "MemorySize", "MemorySize", Function, Kind::Count { min: 128, max: 10_240, unit: "MB" },
        default 128, aws, WholeRun, facts "L8 C7",
        help "What an invocation is billed for by the millisecond. More memory is more CPU; here set its times yourself.",
        also ["memory", "ram", "megabytes"]
    }
    PerBatch {
        "perBatch", "Time per batch", Function, Kind::Span { min: 0, max: 900 * SECOND },
        default 100 * MS, ours, Live, facts "E6",
        help "What every invocation takes, however few records it gets.",
        also ["overhead per invocation", "fixed cost", "duration", "slow function"],
        flags first_view
    }
    PerRecord {
        "perRecord", "Time per record", Function, Kind::Span { min: 0, max: 900 * SECOND },
        default 20 * MS, ours, Live, facts "E6",
        help "What each record adds to an invocation.",
        also ["duration", "processing time", "latency per record", "slow function", "handling time"],
        flags first_view
    }
    Handler {
        "handler", "The handler", Function, Kind::Choice(&["throws", "reports", "stops", "replies", "parks", "swallows"]),
        default 0, ours, Live, facts "E20 E30 E33 E34",
        help "With a record it cannot handle, your code throws, reports all failed items, stops at the first and reports it, replies as given, parks it in a place of its own, or swallows the error.",
        also ["error handling", "exception", "catch", "park", "swallow errors", "poison handling"]
    }
    Reply {
        "reply", "The given reply", Function, Kind::Text { default: r#"{"batchItemFailures":[]}"#, max: 1_000 },
        default 0, ours, Live, facts "E34",
        help "The JSON the handler answers when it is set to replies; $seq[i] stands for the sequence number of the i-th record of the batch, from 0.",
        also ["response", "return value", "batchitemfailures", "handler result"]
    }
    IdempotencyKey {
        "idempotencyKey", "Idempotency key", Function, Kind::Choice(&["none", "eventID", "orderId"]),
        default 0, ours, Live, facts "E17 P24",
        help "By what the handler knows what it charged for. eventID, shard and sequence number, catches what the mapping delivers again; only the order's own id catches copies that the producer wrote.",
        danger "Delivery is at least once: what is handled again is charged for again.",
        also ["idempotent", "idempotency", "duplicates", "dedupe", "deduplication", "exactly once", "charged twice"]
    }
    Fixed {
        "fixed", "Fixed code is deployed", Function, Kind::Toggle,
        default 0, ours, Live, facts "E54",
        help "The fixed code can handle the pill; the next retry runs it.",
        also ["deploy", "hotfix", "bug fix", "fix the code", "new version"]
    }
    DeployDelay {
        "deployDelay", "Time to deploy", Function, Kind::Span { min: 0, max: 24 * HOUR },
        default 0, ours, WholeRun, facts "E54",
        help "How long it takes from deciding on new code or settings of the function until they run.",
        also ["deployment time", "release time", "deploy"]
    }
    Outage {
        "outage", "Downstream outage", Function, Kind::Choice(&["none", "errors", "hangs"]),
        default 0, ours, Live, facts "L11",
        help "What the function calls for every record is down: every call fails at once, or none is answered and invocations run into their Timeout.",
        also ["downstream", "database down", "dependency", "hang", "api down"]
    }
    Crashes {
        "crashes", "Invocations that crash", Function, Kind::Permille { max: 1_000 },
        default 0, ours, Live, facts "E20 E25",
        help "The share of invocations that fail half way for no fault of a record; the next try draws anew.",
        also ["random failures", "flaky", "error rate", "transient errors"]
    }
    ColdStart {
        "coldStart", "Cold start, longest", Function, Kind::Span { min: 0, max: 60 * SECOND },
        default 0, ours, Live, facts "L10",
        help "What a new execution environment takes before its first invocation; each draws between a tenth of this and all of it. New on every lane, after a time-out and after a deployment.",
        also ["init", "init duration", "cold", "warm up", "new environment"],
        flags assumption
    }
    ShardCount {
        "ShardCount", "ShardCount", Stream, Kind::Count { min: 1, max: 200, unit: "shards" },
        default 2, ours, Live, facts "S1 P4 S16 S17 S18",
        help "Open shards, each with an equal part of the hash keys; each takes 1,000 records/s and 1 MB/s. From here on it is an UpdateShardCount call: at most double, at least half, ten calls a day.",
        also ["shards", "partitions", "capacity", "scale out", "throttle", "reshard", "updateshardcount"],
        flags first_view
    }
    ReshardDelay {
        "reshardDelay", "Time to reshard", Stream, Kind::Span { min: 0, max: HOUR },
        default 60 * SECOND, ours, WholeRun, facts "S17",
        help "How long the stream is UPDATING before new shards take over; AWS only says that it takes minutes.",
        also ["split time", "updating stream", "scaling time"],
        flags assumption
    }
    StreamMode {
        "StreamMode", "StreamMode", Stream, Kind::Choice(&["PROVISIONED", "ON_DEMAND"]),
        default 0, ours, Live, facts "S12 S13 S14",
        help "On-demand: the stream splits its own shards when one gets more than half of what it takes, never merges them, and does not isolate a hot key. At most two switches a day; the shards stay as they are.",
        also ["on-demand", "capacity mode", "provisioned", "auto scaling"]
    }
    PreviousPeak {
        "previousPeak", "Previous 30-day peak", Stream, Kind::Count { min: 0, max: 100_000, unit: "/s" },
        default 0, ours, WholeRun, facts "S13 S14",
        help "The most records a second of the last 30 days: an on-demand stream starts with shards for twice as much, at least 4.",
        also ["30-day peak", "peak traffic", "on-demand capacity"]
    }
    OnDemandDelay {
        "onDemandDelay", "Time to scale on demand", Stream, Kind::Span { min: 0, max: 24 * HOUR },
        default 900 * SECOND, ours, WholeRun, facts "S13",
        help "How long on-demand mode takes to split a busy shard; AWS says within 15 minutes.",
        also ["scaling delay", "scale-up time"],
        flags assumption
    }
    Autoscaler {
        "autoscaler", "Your own autoscaler", Stream, Kind::Toggle,
        default 0, ours, WholeRun, facts "S17 S20",
        help "An alarm on the accepted records and bytes that calls UpdateShardCount: provisioned mode has no scaling of its own.",
        also ["auto scaling", "autoscaling", "scale shards"]
    }
    ScaleOutAbove {
        "scaleOutAbove", "Autoscaler doubles above", Stream, Kind::Permille { max: 1_000 },
        default 700, ours, WholeRun, facts "S20 M2",
        help "The share of the stream's write limits above which the autoscaler doubles the shards.",
        also ["scale out", "scale up", "upper threshold", "autoscaling threshold"]
    }
    ScaleInBelow {
        "scaleInBelow", "Autoscaler halves below", Stream, Kind::Permille { max: 1_000 },
        default 250, ours, WholeRun, facts "S20",
        help "The share of the stream's write limits below which the autoscaler halves the shards; 0 never.",
        also ["scale in", "scale down", "lower threshold"]
    }
    ScaleMinutes {
        "scaleMinutes", "Autoscaler waits for", Stream, Kind::Count { min: 1, max: 1_440, unit: "minutes" },
        default 5, ours, WholeRun, facts "S20",
        help "How many minutes in a row the share has to be so before the alarm goes off.",
        also ["evaluation periods", "cooldown"]
    }
    RetentionPeriodHours {
        "RetentionPeriodHours", "RetentionPeriodHours", Stream, Kind::Count { min: 24, max: 8_760, unit: "h" },
        default 24, aws, Live, facts "S9 S10 E43",
        help "How long the stream keeps a record, read or not. Raising it rescues what has not expired yet.",
        danger "A shard blocked for as long as this loses good records without a trace.",
        also ["retention", "rim", "keep records", "expire", "expiry", "data loss", "expired"],
        flags first_view
    }
    MaxRecordSizeInKiB {
        "MaxRecordSizeInKiB", "MaxRecordSizeInKiB", Stream, Kind::Count { min: 1_024, max: 10_240, unit: "KiB" },
        default 1_024, aws, WholeRun, facts "P3 P11 S4 S5",
        help "The largest record the stream takes, partition key included; a request with a larger one is refused whole. AWS advises that records above 1 MiB stay below 2 % of all.",
        also ["max record size", "largest record", "payload limit", "record limit"]
    }
    OtherConsumers {
        "otherConsumers", "Other consumers", Stream, Kind::Count { min: 0, max: 20, unit: "consumers" },
        default 0, ours, WholeRun, facts "S2 S11 M10 E14",
        help "Further consumers that poll the whole stream once a second without fan-out: all share 2 MB/s and five GetRecords calls a second of each shard, so that the sixth makes everyone wait.",
        also ["shared readers", "read throttling", "consumers", "fan-out", "noisy readers"]
    }
    Burst {
        "burst", "Write burst", Stream, Kind::Span { min: 0, max: 300 * SECOND },
        default SECOND, ours, WholeRun, facts "S4",
        help "How much unused write capacity a shard saves up.",
        also ["token bucket", "bucket size", "burst capacity"],
        flags assumption
    }
    RecordsPerSecond {
        "recordsPerSecond", "Orders per second", Traffic, Kind::Count { min: 0, max: 100_000, unit: "/s" },
        default 72, ours, Live, facts "S1",
        help "The mean over a day, over all shards.",
        also ["rate", "traffic", "throughput", "rps", "load", "arrival rate", "tps"],
        flags first_view
    }
    DailySwing {
        "dailySwing", "Daily swing", Traffic, Kind::Permille { max: 1_000 },
        default 500, ours, WholeRun, facts "E45",
        help "How far the daily peak stands above the mean, and the quiet hours below it.",
        also ["day and night", "amplitude", "daily curve", "seasonality"]
    }
    PeakAt {
        "peakAt", "Peak of the day", Traffic, Kind::Span { min: 0, max: 24 * HOUR },
        default 4 * HOUR + HOUR / 2, ours, WholeRun, facts "E45",
        help "When the daily curve peaks, after the start of the run.",
        also ["rush hour", "peak time"]
    }
    TrafficShape {
        "trafficShape", "Shape of the traffic", Traffic, Kind::Choice(&["even", "ramp", "flash", "spikes", "pasted"]),
        default 0, ours, WholeRun, facts "S6 E45",
        help "On top of the daily curve nothing, a ramp, a flash crowd, or spikes of seconds; pasted: your own counts instead of the curve.",
        also ["flash crowd", "ramp", "spikes", "burst traffic", "load profile"]
    }
    SurgeAt {
        "surgeAt", "Start of the surge", Traffic, Kind::Span { min: 0, max: 400 * 24 * HOUR },
        default HOUR, ours, WholeRun, facts "E45",
        help "When the ramp or the flash crowd begins, after the start of the run.",
        also ["flash crowd start", "ramp start"]
    }
    SurgeFor {
        "surgeFor", "Length of the surge", Traffic, Kind::Span { min: SECOND, max: 400 * 24 * HOUR },
        default HOUR, ours, WholeRun, facts "E45",
        help "How long the ramp rises; or the flash crowd lasts: a tenth of it rising, four tenths at its height, the rest going.",
        also ["flash crowd length", "ramp length"]
    }
    SurgeTo {
        "surgeTo", "Height of the surge", Traffic, Kind::Count { min: 0, max: 10_000, unit: "%" },
        default 300, ours, WholeRun, facts "E45",
        help "What the ramp or the flash crowd makes of the traffic: 300 % is three times as much, 50 % half.",
        also ["flash crowd height", "load multiplier"]
    }
    SpikeEvery {
        "spikeEvery", "A spike every", Traffic, Kind::Span { min: SECOND, max: HOUR },
        default 60 * SECOND, ours, WholeRun, facts "S6",
        help "How often a spike comes; the mean stays as it is, so a minute's average shows nothing of it.",
        also ["spike interval", "micro bursts"]
    }
    SpikeFor {
        "spikeFor", "Length of a spike", Traffic, Kind::Span { min: 100 * MS, max: 60 * SECOND },
        default 3 * SECOND, ours, WholeRun, facts "S6",
        help "How long a spike lasts.",
        also ["spike length", "spike duration"]
    }
    SpikeShare {
        "spikeShare", "Share in the spikes", Traffic, Kind::Permille { max: 1_000 },
        default 900, ours, WholeRun, facts "S6",
        help "How much of all records comes in the spikes.",
        also ["burstiness", "spike height"]
    }
    Keys {
        "keys", "Spread of partition keys", Traffic, Kind::Choice(&["uniform", "skewed", "hot", "even"]),
        default 0, ours, WholeRun, facts "P4 S7",
        help "Uniform: every key equally often; skewed: by Zipf's law; hot: one key takes a share of everything; even: in turn, each with an ExplicitHashKey of its own, equally far apart.",
        also ["partition key", "hot key", "hot shard", "hot partition", "skew", "zipf", "key distribution"]
    }
    KeyCount {
        "keyCount", "Partition keys", Traffic, Kind::Count { min: 1, max: 20_000, unit: "keys" },
        default 1_000, ours, WholeRun, facts "P4",
        help "Distinct partition keys, device-0, device-1 and so on; MD5 sends each to its shard.",
        also ["partition key", "cardinality", "distinct keys", "number of keys", "devices"]
    }
    HotShare {
        "hotShare", "Share of the hot key", Traffic, Kind::Permille { max: 1_000 },
        default 600, ours, WholeRun, facts "S7",
        help "How much of the traffic the hot key takes, where one key is hot.",
        also ["hot key", "hot shard", "hot partition"]
    }
    Data {
        "data", "What records hold", Traffic, Kind::Text { default: orders::OPENING, max: orders::ORDERS_MAX },
        default 0, ours, WholeRun, facts "E51 E52",
        help "The kinds of order, one on each line: a weight and the data as JSON. A filter is judged once for each kind; the size of a record is a setting of its own.",
        also ["payload", "json", "templates", "order data", "body"]
    }
    PillReason {
        "pillReason", "What is wrong with a pill", Traffic, Kind::Choice(&["badValue", "badJSON", "tooSlow", "outOfMemory", "tooLarge"]),
        default 0, ours, Live, facts "E20 E50 E52 L7",
        help "Of the pills from now on: an amount that is no number; JSON cut short, which a filter may drop; the handler hangs or takes all memory, and no catch helps; or 5 MB, more than any event holds.",
        also ["poison", "poison pill", "poison message", "bad record", "malformed", "invalid json", "toxic"]
    }
    RecordBytes {
        "recordBytes", "Record size", Traffic, Kind::Count { min: 1, max: 10_485_000, unit: "B" },
        default 1_024, ours, WholeRun, facts "P3 P5 E4",
        help "Data of one record before base64, without its partition key.",
        also ["record size in bytes", "payload size", "message size", "kilobytes", "object size"]
    }
    PutCall {
        "putCall", "Call", Producer, Kind::Choice(&["PutRecords", "PutRecord"]),
        default 0, ours, WholeRun, facts "P1 P5 P8 P12",
        help "PutRecords takes up to 500 records and answers 200 whatever is refused. PutRecord takes one, counts it as a full KiB, and a refusal is an exception that the SDK retries.",
        also ["putrecord", "putrecords", "api call", "write call"]
    }
    PutBatch {
        "putBatch", "Records per PutRecords", Producer, Kind::Count { min: 1, max: 500, unit: "records" },
        default 500, ours, WholeRun, facts "P1 P29",
        help "The most records one PutRecords request carries.",
        also ["batch", "write batch", "entries per request", "producer batch"]
    }
    Linger {
        "linger", "Linger", Producer, Kind::Span { min: 10 * MS, max: 60 * SECOND },
        default SECOND, ours, WholeRun, facts "P30",
        help "How often the producer sends what it has gathered, if no request is full before.",
        also ["buffering", "buffer time", "flush interval", "recordmaxbufferedtime"]
    }
    RoundTrip {
        "roundTrip", "Round trip", Producer, Kind::Span { min: MS, max: 60 * SECOND },
        default 25 * MS, ours, WholeRun, facts "P31",
        help "Time from sending a request to its reply; every request draws its own, ± 20 %.",
        also ["latency", "network latency", "rtt", "ping"]
    }
    Handling {
        "handling", "Partial failures", Producer, Kind::Choice(&["correct", "naive"]),
        default 0, ours, Live, facts "P6 P8 P25",
        help "Correct: entries that failed are sent again. Naive: the code looks for an exception only, and a 200 hides up to 500 lost records.",
        also ["failedrecordcount", "partial failure", "failed entries", "silent loss", "naive"]
    }
    MaxSends {
        "maxSends", "Sends per record", Producer, Kind::Count { min: 1, max: 1_000, unit: "sends" },
        default 10, ours, Live, facts "P25",
        help "How often the application sends a record at most, the first time included, before it gives up.",
        also ["producer retries", "application retries", "attempts", "give up"]
    }
    BackoffPolicy {
        "backoff", "Back-off", Producer, Kind::Choice(&["none", "exponential", "equal", "full", "decorrelated"]),
        default 3, ours, Live, facts "P14 P26 P27",
        help "How long the producer waits before it sends again: at once, exponentially, or with equal, full or decorrelated jitter.",
        also ["jitter", "full jitter", "retry storm", "thundering herd", "exponential backoff"]
    }
    BackoffBase {
        "backoffBase", "Back-off base", Producer, Kind::Span { min: 0, max: 60 * SECOND },
        default 100 * MS, ours, Live, facts "P14",
        help "The first delay, doubled each time before jitter.",
        also ["initial delay", "first delay"]
    }
    BackoffCap {
        "backoffCap", "Back-off cap", Producer, Kind::Span { min: 0, max: HOUR },
        default 20 * SECOND, ours, Live, facts "P18",
        help "The longest delay.",
        also ["maximum delay", "longest delay"]
    }
    Sdk {
        "sdk", "SDK", Producer, Kind::Choice(&["custom", "JSv2", "JSv3", "SDK2026", "botocore"]),
        default 0, ours, Live, facts "P14 P17 P18 P19 P21",
        help "Whose retries and timeouts: JavaScript v2 as in the talk (legacy), v3 before November 2026, the defaults of 2026, botocore's legacy mode. Custom is v2 that backs off like the application.",
        also ["aws sdk", "client library", "javascript", "boto3", "boto", "botocore", "retry mode"]
    }
    SdkRetries {
        "maxRetries", "SDK retries", Producer, Kind::Count { min: 0, max: 100, unit: "retries" },
        default -1, ours, Live, facts "P13 P14 P18 P21",
        help "How often the SDK repeats a whole request that failed or got no answer; it never repeats single entries of a 200.",
        also ["retries", "max attempts", "maxattempts", "retry count"],
        flags preset
    }
    SdkBackoff {
        "sdkBackoff", "SDK back-off", Producer, Kind::Choice(&["preset", "none", "exponential", "equal", "full", "decorrelated"]),
        default 0, ours, Live, facts "P14 P18 P26",
        help "How the SDK spreads its retries; every SDK's own way is full jitter.",
        also ["jitter", "sdk jitter", "retry strategy"]
    }
    SdkBase {
        "sdkBase", "SDK back-off base", Producer, Kind::Span { min: 0, max: 60 * SECOND },
        default -1, ours, Live, facts "P14 P18 P19 P21",
        help "The SDK's first delay after a 5xx or a timeout, doubled each time before jitter.",
        also ["retry delay", "sdk delay"],
        flags preset
    }
    SdkThrottlingBase {
        "sdkThrottlingBase", "SDK back-off base, throttled", Producer, Kind::Span { min: 0, max: 60 * SECOND },
        default -1, ours, Live, facts "P12 P18 P19",
        help "The same after a throttling exception, which PutRecord gets and PutRecords does not.",
        also ["throttle delay", "slow down"],
        flags preset
    }
    SdkCap {
        "sdkCap", "SDK back-off cap", Producer, Kind::Span { min: 0, max: HOUR },
        default -1, ours, Live, facts "P14 P18",
        help "The SDK's longest delay; 0 for none.",
        also ["sdk maximum delay", "max backoff"],
        flags preset
    }
    ConnectTimeout {
        "connectTimeout", "Connect timeout", Producer, Kind::Span { min: 0, max: HOUR },
        default -1, ours, Live, facts "P15 P20 P21",
        help "How long the SDK waits for a connection; 0 is none, and then the request timeout covers it, if there is one.",
        also ["connection timeout", "tcp timeout"],
        flags preset
    }
    RequestTimeout {
        "requestTimeout", "Request timeout", Producer, Kind::Span { min: 0, max: HOUR },
        default -1, ours, Live, facts "P15 P16 P20 P21",
        help "How long the SDK waits for a reply; 0 waits for ever.",
        also ["socket timeout", "http timeout", "read timeout", "socket", "hang"],
        flags preset
    }
    RetryQuota {
        "retryQuota", "Retry quota", Producer, Kind::Count { min: 0, max: 100_000, unit: "tokens" },
        default -1, ours, Live, facts "P18 P19 P23",
        help "Tokens for retries, per process; a retry that finds too few is not made. 0 is no quota.",
        also ["retry budget", "retry tokens", "circuit breaker"],
        flags preset
    }
    RetryCost {
        "retryCost", "Cost of a retry", Producer, Kind::Count { min: 0, max: 1_000, unit: "tokens" },
        default -1, ours, Live, facts "P18 P19 P23",
        help "Tokens a retry after a 5xx takes from the quota; a success gives them back.",
        also ["retry tokens", "token cost"],
        flags preset
    }
    ThrottlingCost {
        "throttlingCost", "Cost of a retry, throttled", Producer, Kind::Count { min: 0, max: 1_000, unit: "tokens" },
        default -1, ours, Live, facts "P18 P19 P23",
        help "The same after a throttling exception.",
        also ["throttling tokens"],
        flags preset
    }
    TimeoutCost {
        "timeoutCost", "Cost of a retry, timed out", Producer, Kind::Count { min: 0, max: 1_000, unit: "tokens" },
        default -1, ours, Live, facts "P18 P19 P23",
        help "The same after a timeout.",
        also ["timeout tokens"],
        flags preset
    }
    ServerErrors {
        "serverErrors", "Requests answered 5xx", Producer, Kind::Permille { max: 1_000 },
        default 0, ours, Live, facts "P13",
        help "The share of requests the service answers with an error of its own; nothing of them is written.",
        also ["500", "503", "internal failure", "service errors", "fault injection"]
    }
    BlackHole {
        "blackHole", "Requests into a black hole", Producer, Kind::Permille { max: 1_000 },
        default 0, ours, Live, facts "P15 P16 P20",
        help "The share of requests that no connection takes: nothing answers, and only a timeout ends the wait.",
        also ["network outage", "packet loss", "partition", "unreachable", "no answer"]
    }
    RepliesLost {
        "repliesLost", "Replies lost", Producer, Kind::Permille { max: 1_000 },
        default 0, ours, Live, facts "P24",
        help "The share of requests whose reply never comes back although the service did its part: what is sent again after the timeout is stored twice.",
        also ["duplicates", "lost response", "lost reply", "written twice", "double write"]
    }
    MaxInFlight {
        "maxInFlight", "Requests at a time", Producer, Kind::Count { min: 0, max: 1_000, unit: "requests" },
        default 0, ours, WholeRun, facts "P10 P31 P33",
        help "How many requests the producer works on at a time, each until it is done, retries included; 0 is no limit. One PutRecord at a time keeps the order.",
        also ["concurrency", "producer concurrency", "parallel requests", "order", "ordering"]
    }
    BufferLimit {
        "bufferLimit", "Client buffer", Producer, Kind::Count { min: 0, max: 10_000_000, unit: "records" },
        default 0, ours, WholeRun, facts "P33",
        help "How many records may wait in the producer's memory for a request to be done; beyond that the oldest are given up. 0 is no limit.",
        also ["back-pressure", "queue limit", "producer memory", "buffer size"]
    }
    Restart {
        "restart", "Process restarts", Producer, Kind::Count { min: 0, max: 1_000, unit: "restarts" },
        default 0, ours, Live, facts "P33",
        help "Changed in the middle of a run, the producer's process dies then and starts anew: what it had in memory is lost.",
        also ["crash", "kill process", "producer crash", "reboot"]
    }
    SecondMapping {
        "secondMapping", "A second mapping reads too", Second, Kind::Toggle,
        default 0, ours, WholeRun, facts "E14 S2 S11 M10",
        help "Another function reads the same stream through a mapping of its own: its own position, its own blocked shard. They share five reads a second and 2 MB/s of each shard, and the account's concurrency.",
        also ["second consumer", "another consumer", "two consumers", "fan-out", "consumer group"]
    }
    SecondFails {
        "secondFailsOnPoison", "The second fails on poison", Second, Kind::Toggle,
        default 0, ours, Live, facts "E14 E20 E28",
        help "Whether its function, too, cannot handle a poison pill; a pill is poison only for the code that cannot handle it.",
        also ["poison for the second", "second poison"]
    }
    SecondRetries {
        "secondMaximumRetryAttempts", "MaximumRetryAttempts of the second", Second, Kind::Limit { min: 0, max: 10_000, unit: "retries", open: "forever" },
        default -1, ours, Live, facts "E14 E21 E22 E29",
        help "How often it tries a failed batch again; -1 tries until the records expire.",
        also ["second retries", "retries of the other"]
    }
    SecondBisect {
        "secondBisectBatchOnFunctionError", "Bisect of the second", Second, Kind::Toggle,
        default 0, ours, Live, facts "E14 E37",
        help "On failure its batch is split in two.",
        also ["second split batch"]
    }
    SecondOnFailure {
        "secondOnFailure", "On-failure destination of the second", Second, Kind::Choice(&["none", "SQS", "SNS", "S3"]),
        default 0, ours, Live, facts "E14 E46 E47 E48",
        help "Where what it discards is reported: SQS and SNS get the address in the stream, S3 the records, too. Its messages are read again as the first's are.",
        also ["second dlq", "second dead letter queue"]
    }
    SecondFilter {
        "secondFilterCriteria", "FilterCriteria of the second", Second, Kind::Text { default: "", max: 2_000 },
        default 0, ours, Live, facts "E14 E51 E52",
        help "An event pattern of its own, or a list of them: its function is invoked for what matches one, whatever the first mapping takes.",
        also ["second event filter", "second event pattern"]
    }
    SecondFactor {
        "secondParallelizationFactor", "ParallelizationFactor of the second", Second, Kind::Count { min: 1, max: 10, unit: "per shard" },
        default 1, ours, Live, facts "E7 E14 L1",
        help "Its concurrent batches per shard; they come out of the same account.",
        also ["second concurrency", "second parallelism"]
    }
    SecondBatchSize {
        "secondBatchSize", "BatchSize of the second", Second, Kind::Count { min: 1, max: 10_000, unit: "records" },
        default 100, ours, Live, facts "E3 E14",
        help "The most records one of its invocations gets.",
        also ["second batch"]
    }
    SecondWindow {
        "secondMaximumBatchingWindowInSeconds", "MaximumBatchingWindowInSeconds of the second", Second, Kind::Count { min: 0, max: 300, unit: "s" },
        default 0, ours, Live, facts "E3 E4 E14",
        help "How long it may wait to fill a batch; 0 invokes as soon as there is a record.",
        also ["second window"]
    }
    SecondRecordAge {
        "secondMaximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds of the second", Second, Kind::Limit { min: 60, max: 604_800, unit: "s", open: "forever" },
        default -1, ours, Live, facts "E14 E21 E23 E42",
        help "It discards records older than this before an invocation; -1 keeps them until they expire.",
        also ["second max age"]
    }
    SecondReports {
        "secondReportBatchItemFailures", "ReportBatchItemFailures of the second", Second, Kind::Toggle,
        default 0, ours, Live, facts "E14 E30 E31 E33",
        help "Whether it reads which items failed from its function's reply; without it the same reply counts as success.",
        also ["second partial batch response", "second rbif"]
    }
    SecondTimeout {
        "secondTimeout", "Timeout of the second", Second, Kind::Count { min: 1, max: 900, unit: "s" },
        default 900, ours, Live, facts "E14 L7",
        help "An invocation of its function that takes longer fails. AWS's own default is 3 s; here it is the longest there is.",
        also ["second function timeout"]
    }
    SecondPerBatch {
        "secondPerBatch", "Time per batch of the second", Second, Kind::Span { min: 0, max: 900 * SECOND },
        default 100 * MS, ours, Live, facts "E6 E14",
        help "What an invocation of its function takes before the first record.",
        also ["second duration"]
    }
    SecondPerRecord {
        "secondPerRecord", "Time per record of the second", Second, Kind::Span { min: 0, max: 60 * SECOND },
        default 5 * MS, ours, Live, facts "E6 E14",
        help "What its function takes for each record.",
        also ["second duration", "second processing time"]
    }
    SecondHandler {
        "secondHandler", "The handler of the second", Second, Kind::Choice(&["throws", "reports", "stops", "parks", "swallows"]),
        default 0, ours, Live, facts "E14 E20 E30 E33",
        help "With a record it cannot handle, its code throws, reports all failed items, stops at the first and reports it, parks it in a place of its own, or swallows the error.",
        also ["second error handling"]
    }
    SecondReserved {
        "secondReservedConcurrentExecutions", "ReservedConcurrentExecutions of the second", Second, Kind::Limit { min: 0, max: 100_000, unit: "executions", open: "none" },
        default -1, ours, Live, facts "E14 L4 L5",
        help "Executions that are its function's alone, and all it gets. 0 switches it off, -1 shares.",
        also ["second reserved concurrency"]
    }
    ConcurrentExecutions {
        "ConcurrentExecutions", "Concurrent executions", Account, Kind::Count { min: 1, max: 100_000, unit: "executions" },
        default 1_000, aws, Live, facts "L1 L2 L5 E24",
        help "The account's limit, for all functions of the region together; above it invocations are throttled, which no retry setting counts.",
        also ["concurrency", "concurrency limit", "account limit", "throttle", "throttling", "429", "quota"]
    }
    AlarmIteratorAge {
        "alarmIteratorAge", "Page at IteratorAge", Watching, Kind::Permille { max: 1_000 },
        default 500, ours, WholeRun, facts "M5 M6",
        help "Pages when IteratorAge is over this share of the retention in two of three minutes; 0 is no alarm. AWS sets none by itself.",
        also ["lag", "consumer lag", "iterator age", "lag alarm", "alarm", "pager", "backlog", "behind"]
    }
    AlarmErrors {
        "alarmErrors", "Page after minutes with Errors", Watching, Kind::Count { min: 0, max: 60, unit: "min" },
        default 3, ours, WholeRun, facts "M7",
        help "Pages when Errors is above zero in so many minutes, of the last 2n - 1; 0 is no alarm. AWS sets none by itself.",
        also ["alarm", "error alarm", "pager", "alert"]
    }
    OwnMetric {
        "ownMetric", "Own metric of failed entries", Watching, Kind::Toggle,
        default 0, ours, WholeRun, facts "M11",
        help "The application counts the entries of a PutRecords reply that failed, prints them, and pages as for Errors; it also measures how long a record waits until it is stored.",
        danger "A partial failure of PutRecords leaves no log line and no metric of the SDK.",
        also ["custom metric", "failed entries metric", "observability", "alarm"]
    }
    ReservedConcurrentExecutions {
        "ReservedConcurrentExecutions", "ReservedConcurrentExecutions", Function, Kind::Limit { min: 0, max: 100_000, unit: "executions", open: "none" },
        default -1, aws, Live, facts "L4 L5",
        help "Executions that are this function's alone, and all it gets: the rest of the account is left to other functions. 0 switches the function off, -1 shares.",
        also ["concurrency", "reserved concurrency", "throttle", "throttling", "reserve", "bulkhead", "kill switch"]
    }
    NeighbourRate {
        "neighbourRate", "Another function's calls", Account, Kind::Count { min: 0, max: 10_000, unit: "/s" },
        default 0, ours, Live, facts "L3",
        help "An innocent function of the same account: evenly spaced calls a second, which share what is not reserved.",
        also ["noisy neighbour", "noisy neighbor", "other function", "checkout", "blast radius"]
    }
    NeighbourDuration {
        "neighbourDuration", "Time of such a call", Account, Kind::Span { min: MS, max: 900 * SECOND },
        default 200 * MS, ours, Live, facts "L3",
        help "How long each call of the other function runs.",
        also ["time of the neighbour", "time of the neighbor"]
    }
    Horizon {
        "horizon", "Length of the run", Run, Kind::Span { min: HOUR / 6, max: 400 * 24 * HOUR },
        default 48 * HOUR, ours, WholeRun, facts "",
        help "How much simulated time the run covers.",
        also ["duration of run", "simulated time", "how long", "days"]
    }
    Seed {
        "seed", "Seed", Run, Kind::Count { min: 0, max: 4_294_967_295, unit: "" },
        default 1, ours, WholeRun, facts "",
        help "Another number is another day with the same settings: other arrivals, other delays.",
        also ["random", "random seed", "reproducible", "dice"]
    }
}

/// The choices of [`Knob::Keys`].
pub(crate) mod keys {
    pub(crate) const UNIFORM: i64 = 0;
    pub(crate) const SKEWED: i64 = 1;
    pub(crate) const HOT: i64 = 2;
    pub(crate) const EVEN: i64 = 3;
}

/// The choices of [`Knob::TrafficShape`] that a run makes something of.
pub(crate) mod traffic_shape {
    pub(crate) const EVEN: i64 = 0;
    pub(crate) const RAMP: i64 = 1;
    pub(crate) const FLASH: i64 = 2;
    pub(crate) const SPIKES: i64 = 3;
    pub(crate) const PASTED: i64 = 4;
}

/// The knobs that are texts.
pub const TEXTS: [Knob; 4] = [
    Knob::Reply,
    Knob::FilterCriteria,
    Knob::Data,
    Knob::SecondFilter,
];
