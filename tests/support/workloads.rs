//! The runs that are measured, natively and in WebAssembly.

use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;
use std::fmt;

/// A run that is measured.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) link: &'static str,
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "opening run",
        link: "#v=1&horizon=48h",
    },
    // The reference workload of benches/README.md, an hour of it: 36 million records.
    Workload {
        name: "reference workload",
        link: "#v=1&ShardCount=10&recordsPerSecond=10000&dailySwing=0&keyCount=20000&recordBytes=500&burst=5m&linger=10ms\
               &roundTrip=1ms&BatchSize=100&MaximumBatchingWindowInSeconds=1&pollInterval=200ms&perBatch=40ms\
               &perRecord=0s&crashes=10&esmOverhead=1ms&esmBackoffBase=100ms&esmBackoffCap=20s&horizon=1h",
    },
    Workload {
        name: "hostile",
        link: "#v=1&ParallelizationFactor=10&BisectBatchOnFunctionError=true&MaximumRetryAttempts=2&outage=errors\
               &horizon=1h",
    },
    // 864 million records, each shard at its limit: ExplicitHashKeys deal them out evenly.
    Workload {
        name: "a day of 10,000/s, 10 shards, even keys",
        link: "#v=1&ShardCount=10&recordsPerSecond=10000&dailySwing=0&keys=even&keyCount=20000&recordBytes=500&burst=5m\
               &BatchSize=1000&perBatch=100ms&perRecord=0s&horizon=24h",
    },
    // As many, dealt out by MD5, which sends about half of ten shards more than 1,000 records/s; of eleven none.
    Workload {
        name: "a day of 10,000/s, 11 shards",
        link: "#v=1&ShardCount=11&recordsPerSecond=10000&dailySwing=0&keyCount=20000&recordBytes=500&burst=5m\
               &BatchSize=1000&perBatch=100ms&perRecord=0s&horizon=24h",
    },
    // The same on ten shards: half of them refuse records all day, and each record is sent twice on average.
    Workload {
        name: "3 h of 10,000/s, 10 shards",
        link: "#v=1&ShardCount=10&recordsPerSecond=10000&dailySwing=0&keyCount=20000&recordBytes=500&burst=1s\
               &BatchSize=1000&perBatch=100ms&perRecord=0s&horizon=3h",
    },
    Workload {
        name: "100 shards × factor 10",
        link: "#v=1&ShardCount=100&ParallelizationFactor=10&recordsPerSecond=10000&keyCount=20000&BatchSize=100\
               &horizon=10m",
    },
];

impl Workload {
    /// The run, not computed yet.
    pub(crate) fn recorder(&self) -> Recorder {
        let (shared, notices) = from_link(self.link);
        assert!(notices.is_empty(), "{self}");
        Recorder::new(configure(&shared.scenario).0)
    }
}
