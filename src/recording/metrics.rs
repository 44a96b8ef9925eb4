//! CloudWatch's metrics: what each is called, what it counts, and what a period of it holds (facts M1–M12).
//!
//! `PutRecords.Latency` is the whole round trip: the model does not part the service's share of it from the network's.
//! Each metric is described once, in [`METRICS`]; `fold` says which facts it is made of. Also described here is what no
//! metric of AWS shows (M9), so that it can stand beside them.

/// Whose metric it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// The stream's, one-minute points (M1).
    Kinesis,
    /// The function's (M6, M7).
    Lambda,
    /// The event source mapping's, only with `MetricsConfig: EventCount` (M8).
    Mapping,
    /// The application's own, only if it was written (M11).
    Own,
    /// Nobody's: AWS has no metric for it (M9).
    Nobody,
}

impl Namespace {
    /// AWS's name; what has none is named by us.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kinesis => "AWS/Kinesis",
            Self::Lambda | Self::Mapping => "AWS/Lambda",
            Self::Own => "your own",
            Self::Nobody => "no metric",
        }
    }
}

/// What a value is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Bytes.
    Bytes,
    /// Milliseconds.
    Milliseconds,
    /// Calls that succeeded, each 1 or 0: the average is a share.
    Share,
}

impl Unit {
    /// As CloudWatch writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Count | Self::Share => "Count",
            Self::Bytes => "Bytes",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// How a period's samples become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// All together.
    Sum,
    /// The largest.
    Maximum,
    /// Their mean.
    Average,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct MetricSpec {
    /// The metric.
    pub metric: Metric,
    /// AWS's name.
    pub name: &'static str,
    /// Whose it is.
    pub namespace: Namespace,
    /// What its values are.
    pub unit: Unit,
    /// The statistic that says something.
    pub statistic: Statistic,
    /// The facts it rests on.
    pub facts: &'static str,
    /// What it counts, in one sentence.
    pub help: &'static str,
}

macro_rules! metrics {
    ($($metric:ident $name:literal $namespace:ident $unit:ident $statistic:ident $facts:literal $help:literal;)+) => {
        /// A metric, by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Metric {
            $(#[doc = concat!("`", $name, "`, described in its row of [`METRICS`].")] $metric,)+
        }

        /// The table, in the order of the enum.
        pub const METRICS: &[MetricSpec] = &[$(MetricSpec {
            metric: Metric::$metric,
            name: $name,
            namespace: Namespace::$namespace,
            unit: Unit::$unit,
            statistic: Statistic::$statistic,
            facts: $facts,
            help: $help,
        }),+];

        /// How many there are.
        pub const METRIC_COUNT: usize = [$(Metric::$metric),+].len();
    };
}

metrics! {
    IncomingRecords "IncomingRecords" Kinesis Count Sum "M2" "Records the stream accepted; refused ones are not in it.";
    IncomingBytes "IncomingBytes" Kinesis Bytes Sum "M2 P5" "Bytes the stream accepted, partition keys included.";
    PutSuccess "PutRecords.Success" Kinesis Share Average "M4 P8" "Calls with at least one accepted record: one of 500 is enough.";
    PutTotal "PutRecords.TotalRecords" Kinesis Count Sum "M4" "Records in all calls, those sent again included.";
    PutSuccessful "PutRecords.SuccessfulRecords" Kinesis Count Sum "M4" "Records in all calls that were accepted.";
    PutThrottled "PutRecords.ThrottledRecords" Kinesis Count Sum "M3 M4" "Records refused by a shard's write limit, each time counted.";
    PutFailed "PutRecords.FailedRecords" Kinesis Count Sum "M4" "Records refused by internal failures; throttled ones are not in it.";
    PutOneSuccess "PutRecord.Success" Kinesis Share Average "P12" "PutRecord calls that were accepted: here a refusal is an exception.";
    PutLatency "PutRecords.Latency" Kinesis Milliseconds Average "M4 P30" "How long an answered call takes. Here the whole round trip, of which CloudWatch sees the service's share (assumption).";
    PutOneLatency "PutRecord.Latency" Kinesis Milliseconds Average "M4 P30" "The same of a PutRecord call.";
    WriteExceeded "WriteProvisionedThroughputExceeded" Kinesis Count Sum "M3" "Records refused by a shard's write limit; found unreliable for PutRecords.";
    GetAge "GetRecords.IteratorAgeMilliseconds" Kinesis Milliseconds Maximum "M5" "Age of the last record read, at each read; 0 when caught up. No read goes further than the lanes (assumption).";
    ReadExceeded "ReadProvisionedThroughputExceeded" Kinesis Count Sum "M10 S2" "Reads refused: more than five a second from a shard. A mapping alone asks once a second.";
    IteratorAge "IteratorAge" Lambda Milliseconds Maximum "M6" "Age of the batch's last record when it is sent; nothing when the function is not invoked.";
    Invocations "Invocations" Lambda Count Sum "M7" "Invocations that ran, failed ones included, throttled ones not.";
    Errors "Errors" Lambda Count Sum "M7" "Invocations that threw or timed out, when they ended.";
    Throttles "Throttles" Lambda Count Sum "M7 L2" "Invocations refused for want of concurrency.";
    Duration "Duration" Lambda Milliseconds Average "M7" "How long the function ran.";
    Concurrent "ConcurrentExecutions" Lambda Count Maximum "M7 L1" "Invocations that ran at once.";
    DeliveryFailures "DestinationDeliveryFailures" Lambda Count Sum "E49" "Messages the on-failure destination did not take.";
    Polled "PolledEventCount" Mapping Count Sum "M8" "Records taken from the stream, each once.";
    FilteredOut "FilteredOutEventCount" Mapping Count Sum "M8 E51" "Records a filter kept from the function.";
    Invoked "InvokedEventCount" Mapping Count Sum "M8" "Records in all invocations, retries included.";
    FailedInvoke "FailedInvokeEventCount" Mapping Count Sum "M8" "Records of invocations that failed, were refused, or named them in their reply.";
    Dropped "DroppedEventCount" Mapping Count Sum "M8 M9" "Records discarded by the mapping's limits and not delivered anywhere; expired ones are not in it.";
    Delivered "OnFailureDestinationDeliveredEventCount" Mapping Count Sum "M8" "Records of the batches reported to the on-failure destination.";
    FailedEntries "FailedEntries" Own Count Sum "M11" "Entries of a reply that carry an ErrorCode, counted by the application itself.";
    RecordLatency "RecordLatency" Own Milliseconds Average "P30 M11" "From making a record to storing it, measured by the application itself: linger, request and retries.";
    ExpiredUnread "expired unread" Nobody Count Sum "M9 E43" "Records that passed retention before they were handled. AWS has no metric for this.";
    LostByProducer "lost by the producer" Nobody Count Sum "M9 M11 P8" "Records of a partly failed reply nobody looked at. AWS has no metric for this.";
}

impl MetricSpec {
    /// Whether each mapping and its function has it for itself (E14); the others are the stream's and the producer's.
    pub fn is_of_mapping(&self) -> bool {
        matches!(self.namespace, Namespace::Lambda | Namespace::Mapping)
            || self.metric == Metric::ExpiredUnread
    }
}

impl Metric {
    /// Its row of the table.
    pub fn spec(self) -> &'static MetricSpec {
        &METRICS[self as usize]
    }
}

/// The samples of one metric in one period: what CloudWatch calls a statistic set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatisticSet {
    /// `SampleCount`; without samples there is no data point.
    pub count: u64,
    /// `Sum`.
    pub sum: u64,
    /// `Maximum`.
    pub maximum: u64,
}

impl StatisticSet {
    /// Adds a sample.
    pub fn sample(&mut self, value: u64) {
        self.count += 1;
        self.sum += value;
        self.maximum = self.maximum.max(value);
    }

    /// Adds samples of which only the number, the sum and the largest are known.
    pub fn samples(&mut self, count: u64, sum: u64, maximum: u64) {
        self.add(&Self {
            count,
            sum,
            maximum,
        });
    }

    /// Adds the samples of another set.
    pub fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.maximum = self.maximum.max(other.maximum);
    }

    /// The statistic in thousandths; `None` without samples.
    pub fn milli(&self, statistic: Statistic) -> Option<u64> {
        let value = match statistic {
            Statistic::Sum => self.sum * 1_000,
            Statistic::Maximum => self.maximum * 1_000,
            Statistic::Average => self.sum * 1_000 / self.count.max(1),
        };
        (self.count > 0).then_some(value)
    }
}

/// One period of all metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    sets: [StatisticSet; METRIC_COUNT],
}

impl Default for Period {
    fn default() -> Self {
        Self {
            sets: [StatisticSet::default(); METRIC_COUNT],
        }
    }
}

impl Period {
    /// One metric's samples.
    pub fn of(&self, metric: Metric) -> &StatisticSet {
        &self.sets[metric as usize]
    }

    /// One metric's samples, to add to.
    pub(super) fn of_mut(&mut self, metric: Metric) -> &mut StatisticSet {
        &mut self.sets[metric as usize]
    }

    /// Adds the samples of another period: a minute is its seconds, five minutes are their minutes (M12).
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.sets.iter_mut().zip(&other.sets) {
            mine.add(theirs);
        }
    }

    /// The metric's own statistic in thousandths; `None` when there is no data.
    pub fn milli(&self, metric: Metric) -> Option<u64> {
        self.of(metric).milli(metric.spec().statistic)
    }
}
