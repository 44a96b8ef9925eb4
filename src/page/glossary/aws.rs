//! The words of AWS.

use super::{Page, Term};

macro_rules! pages {
    ($($name:ident = $title:literal, $url:literal;)+) => {
        $(const $name: Page = Page { title: $title, url: $url };)+
    };
}

pages! {
    CONCEPTS = "Kinesis: terminology and concepts", "https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html";
    LIMITS = "Kinesis: quotas and limits", "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html";
    MODES = "Kinesis: capacity modes", "https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html";
    RETENTION = "Kinesis: change the retention period", "https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html";
    RESHARDING = "Kinesis: reshard a stream", "https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html";
    DUPLICATES = "Kinesis: handle duplicate records", "https://docs.aws.amazon.com/streams/latest/dev/kinesis-record-processor-duplicates.html";
    FAN_OUT = "Kinesis: enhanced fan-out", "https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html";
    PRODUCERS = "Kinesis: producers with the AWS SDK", "https://docs.aws.amazon.com/streams/latest/dev/developing-producers-with-sdk.html";
    PUT_RECORDS = "Kinesis API: PutRecords", "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html";
    PUT_RECORD = "Kinesis API: PutRecord", "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html";
    GET_RECORDS = "Kinesis API: GetRecords", "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html";
    ITERATORS = "Kinesis API: GetShardIterator", "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html";
    UPDATE_SHARDS = "Kinesis API: UpdateShardCount", "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html";
    WITH_KINESIS = "Lambda: using Kinesis", "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html";
    PARAMETERS = "Lambda: parameters of a Kinesis mapping", "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html";
    MAPPINGS = "Lambda: event source mappings", "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html";
    PARTIAL = "Lambda: partial batch response with Kinesis", "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html";
    DESTINATION = "Lambda: retain discarded batches of Kinesis", "https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html";
    FILTERING = "Lambda: event filtering", "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html";
    PATTERNS = "EventBridge: event patterns", "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html";
    SCALING = "Lambda: function scaling", "https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html";
    RESERVED = "Lambda: reserved concurrency", "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html";
    ENVIRONMENT = "Lambda: the execution environment", "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html";
    TIMEOUTS = "Lambda: function timeout", "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html";
    PRACTICES = "Lambda: best practices", "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html";
    LOGS = "Lambda: logs in CloudWatch", "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html";
    RETRIES = "AWS SDKs: retry behavior", "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html";
    BACKOFF = "AWS Builders' Library: timeouts, retries and backoff with jitter", "https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/";
    JITTER = "AWS Architecture Blog: exponential backoff and jitter", "https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/";
    METRICS = "Lambda: types of metrics", "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html";
    ALARMS = "CloudWatch: alarms", "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html";
    KINESIS_PRICES = "Kinesis Data Streams: pricing", "https://aws.amazon.com/kinesis/data-streams/pricing/";
    LAMBDA_PRICES = "Lambda: pricing", "https://aws.amazon.com/lambda/pricing/";
}

#[rustfmt::skip]
pub(super) const TERMS: &[Term] = &[
    // The stream.
    Term::of_aws("stream", "Kinesis data stream", &["stream", "data stream"],
        "It keeps records in the order they came, shard by shard, for as long as its retention says. Reading takes nothing out of it.", CONCEPTS),
    Term::of_aws("record", "Record", &["records"],
        "What a producer writes: data, with a partition key. It gets a sequence number and cannot be changed or deleted.", CONCEPTS),
    Term::of_aws("shard", "Shard", &["shards"],
        "A part of a stream, with its own records in their own order. It takes 1,000 records and 1 MB a second, and gives 2 MB a second to all who share it.", CONCEPTS),
    Term::of_aws("partition-key", "Partition key", &["key", "keys"],
        "The text by which a record is sent to its shard. Records of one key stay in order, and all of them go to one shard.", CONCEPTS),
    Term::of_aws("hash-key", "Hash key", &["explicithashkey", "hash range"],
        "The MD5 of a partition key as a number of 128 bits. Each shard has a range of them, and a record goes to the shard whose range holds its own.", PUT_RECORDS),
    Term::of_aws("sequence-number", "Sequence number", &[],
        "The number a record gets when it is stored. It rises within a shard, and checkpoints and replies name records by it.", CONCEPTS),
    Term::of_aws("hot-key", "Hot key", &["hot shard", "hot partition"],
        "A partition key that takes much of the traffic. Its shard is full while the others idle, and more shards do not help it.", MODES),
    Term::of_aws("retention", "Retention", &["retentionperiodhours"],
        "How long a stream keeps a record, read or not: 24 hours unless it is raised, and a year at most. Raising it saves what has not expired yet.", RETENTION),
    Term::of_aws("trim-horizon", "Trim horizon", &["trim_horizon"],
        "The oldest record a stream still has. It moves on as records reach the end of their retention.", ITERATORS),
    Term::of_aws("latest", "LATEST", &[],
        "A starting position behind the youngest record. What is written before the mapping is at work, which takes a minute or two, it never sees.", ITERATORS),
    Term::of_aws("at-timestamp", "AT_TIMESTAMP", &[],
        "A starting position at a time: the first record that arrived then or later.", ITERATORS),
    Term::of_aws("provisioned", "Provisioned", &["provisioned mode"],
        "A stream with as many shards as you ask for, paid for open or idle. It does not scale by itself.", MODES),
    Term::of_aws("on-demand", "On-demand", &["on_demand", "on-demand mode"],
        "A stream that splits its own shards, for up to twice the peak of the last 30 days. A hot key is still limited to one shard.", MODES),
    Term::of_aws("reshard", "Resharding", &["reshard", "split", "merge", "parent", "child"],
        "Splitting or merging shards. The old shards are closed and must be read to their end first, so new ones do not speed up a backlog.", RESHARDING),
    Term::of_aws("update-shard-count", "UpdateShardCount", &["shardcount"],
        "The call that changes the number of shards: at most twice as many, at least half, ten times a day. It takes minutes.", UPDATE_SHARDS),
    Term::of_aws("enhanced-fan-out", "Enhanced fan-out", &["efo", "fan-out"],
        "A consumer that is sent each shard's records, with 2 MB a second of its own. Without it all consumers share five reads and 2 MB a second.", FAN_OUT),
    Term::of_aws("write-limit", "Write limit", &["write capacity", "burst"],
        "What a shard takes in a second: 1,000 records or 1 MB. What is more is refused, although the minute's average may look calm.", LIMITS),

    // The producer.
    Term::of_aws("producer", "Producer and SDK", &["producer"],
        "The application that writes orders to the stream, and the AWS library it calls. Both may try again, each in its own way.", PRODUCERS),
    Term::of_aws("put-records", "PutRecords", &[],
        "A call that writes up to 500 records. It answers 200 even if some or all were refused; the reply says which, and the SDK does not send them again.", PUT_RECORDS),
    Term::of_aws("put-record", "PutRecord", &[],
        "A call that writes one record. A refusal is an exception, which the SDK tries again.", PUT_RECORD),
    Term::of_aws("partial-failure", "Partial failure", &["partial failures", "failedrecordcount", "failed entries"],
        "A reply of PutRecords in which some entries were refused. The application has to find them and send those, and only those, again.", PUT_RECORDS),
    Term::of_aws("retry", "Retry", &["retries", "sdk retries"],
        "Trying again what failed. It mends what passes by itself, and makes worse what does not.", RETRIES),
    Term::of_aws("back-off", "Back-off", &["backoff", "exponential back-off"],
        "A pause before a retry that grows with each one, so that what is in trouble is left alone for longer.", BACKOFF),
    Term::of_aws("jitter", "Jitter", &["decorrelated jitter", "equal jitter"],
        "Chance in the length of a back-off. Without it, clients that failed together come back together.", JITTER),
    Term::of_aws("full-jitter", "Full jitter", &[],
        "A back-off drawn evenly between nothing and its longest. It needs about the fewest calls of all policies.", JITTER),
    Term::of_aws("retry-quota", "Retry quota", &["retry tokens"],
        "Tokens that an SDK spends on retries and gets back by successes. When they run out it fails at once, so that an outage is not made worse.", RETRIES),
    Term::of_aws("duplicate", "Duplicate", &["duplicates", "lost reply"],
        "A record that is stored or delivered twice. A request whose reply was lost is sent again, and a batch that fails is delivered again.", DUPLICATES),

    // The mapping.
    Term::of_aws("mapping", "Event source mapping", &["mapping", "esm", "trigger"],
        "The part of Lambda that reads the stream, makes batches, invokes the function, tries again and keeps the position. Your code sees none of it.", MAPPINGS),
    Term::of_aws("batch", "Batch", &["batch in hand"],
        "The records of one shard that one invocation gets. By default it succeeds or fails as a whole.", WITH_KINESIS),
    Term::of_aws("batch-window", "Batching window", &["maximumbatchingwindowinseconds", "window"],
        "How long a mapping may wait to fill a batch. It invokes earlier when the batch is full or at 6 MB.", PARAMETERS),
    Term::of_aws("lane", "Lane", &["parallelizationfactor", "lanes"],
        "One of up to ten batches that a mapping works on in a shard at a time. All records of a partition key stay in one lane, so that they stay in order.", PARAMETERS),
    Term::of_aws("bisect", "Bisect", &["bisectbatchonfunctionerror", "split in two"],
        "Splitting a failed batch in two, each half tried by itself, until the bad record is alone. Splits cost no retries, but good records are handled again.", PARAMETERS),
    Term::of_aws("partial-response", "Partial batch response", &["reportbatchitemfailures", "batchitemfailures"],
        "A reply that names the records that failed. The mapping moves up to the lowest of them and delivers everything from there again.", PARTIAL),
    Term::of_aws("checkpoint", "Checkpoint", &[],
        "How far a mapping has come in a shard. Everything before it is done with, handled or given up; it never goes back.", WITH_KINESIS),
    Term::of_aws("blocked", "Blocked shard", &["blocked", "stuck"],
        "While a failing batch is tried again, nothing behind it in its shard, or lane, is delivered. Other shards go on.", WITH_KINESIS),
    Term::of_aws("retry-limit", "Retry limit", &["maximumretryattempts"],
        "How often a mapping tries a failed batch again before it gives all of it up; -1 is without end. Throttles are not counted.", PARAMETERS),
    Term::of_aws("record-age", "Age limit", &["maximumrecordageinseconds", "max age", "record age"],
        "A mapping discards records older than this before it invokes the function. It is at least 60 seconds and at most 7 days.", PARAMETERS),
    Term::of_aws("destination", "On-failure destination", &["on-failure destination message", "dlq", "dead letter queue"],
        "Where a mapping reports what it gives up. A message in SQS or SNS says where the records are; only an object in S3 holds them.", DESTINATION),
    Term::of_aws("filter", "Filter", &["filtercriteria", "event pattern"],
        "A pattern that a record's data must match to be delivered. What matches none is read past, and so is what is not JSON.", FILTERING),
    Term::of_aws("pattern", "Pattern", &[],
        "The language of filters: JSON that names fields and what they may hold. EventBridge uses the same.", PATTERNS),
    Term::of_aws("starting-position", "Starting position", &["startingposition"],
        "Where a new mapping begins to read. A mapping that is deleted loses its position, and the next one starts here.", ITERATORS),
    Term::of_aws("poll", "Poll", &["getrecords", "polling"],
        "Asking a shard for records. A mapping asks an idle shard once a second, so a record may wait as long before anybody sees it.", GET_RECORDS),
    Term::of_aws("iterator-age", "Iterator age", &["lag"],
        "How old the record is that a reader has come to. Healthy, it is near zero; at the retention, records are being lost.", METRICS),

    // The function and its account.
    Term::of_aws("function", "Lambda function", &["function", "handler"],
        "Your code. It is given a batch and either returns, throws or runs into its timeout.", WITH_KINESIS),
    Term::of_aws("invocation", "Invocation", &["invocation with progress", "try", "attempt"],
        "One call of the function with one batch.", WITH_KINESIS),
    Term::of_aws("timeout", "Timeout", &["timed out", "time-out"],
        "The longest an invocation may take; then it is ended and its batch has failed. A full batch that takes longer can never succeed.", TIMEOUTS),
    Term::of_aws("cold-start", "Cold start", &["init"],
        "The time a new execution environment takes before it can run the function for the first time.", ENVIRONMENT),
    Term::of_aws("idempotency", "Idempotency", &["idempotent", "idempotency key"],
        "Handling the same order twice does no more than handling it once. Delivery is at least once, so every handler needs it.", PRACTICES),
    Term::of_aws("throttle", "Throttle", &["throttled", "refused"],
        "Refusing a call because a limit is reached. A mapping tries a throttled batch again until its records are too old, whatever its retry limit.", SCALING),
    Term::of_aws("account", "Account", &["account limit"],
        "All functions of an account share its concurrent executions in a region: 1,000 unless it is raised.", SCALING),
    Term::of_aws("concurrency", "Concurrency", &["concurrent executions"],
        "How many invocations run at the same time. A mapping needs up to one for each lane of each shard.", SCALING),
    Term::of_aws("reserved-concurrency", "Reserved concurrency", &["reservedconcurrentexecutions"],
        "Executions kept for one function, and the most it gets. It protects the other functions, too.", RESERVED),
    Term::of_aws("alarm", "Alarm", &["page", "paged", "pager"],
        "It wakes somebody when a metric has been beyond a limit for some minutes, and turns itself OK when it is not any more. AWS sets none by itself.", ALARMS),
    Term::of_aws("logs", "Logs", &["report line"],
        "What the function prints, and a line for every invocation. What expires in the stream prints nothing.", LOGS),
    Term::of_aws("shard-hour", "Shard-hour", &["put payload unit", "put units"],
        "What a provisioned stream costs: an hour of every open shard, busy or not, and a unit for each 25 KB of a record that is written.", KINESIS_PRICES),
    Term::of_aws("gb-second", "GB-second", &["bill", "billed time"],
        "What a function costs: its memory times how long it ran, failed tries and time-outs included, and a little for every invocation.", LAMBDA_PRICES),
];
