//! The engine against the reference algorithm, over many small cases.

use crate::reference::{self, Handler, Rules, Trace};
use crate::row::scenario;
use overflowing_sink::engine::fact::Fact;
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::file::from_json;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Numbers that look random, from Steele, Lea and Flood's `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// What each lane of the engine does with the case. Records are given by their key and how often they fail.
fn simulated(rules: Rules, lanes: u64, cards: &[(u64, u32)]) -> BTreeMap<u16, Trace> {
    let handler = match rules.handler {
        Handler::Throws => "throws",
        Handler::ReportsFailed => "reports",
        Handler::StopsAtFirst => "stops",
        Handler::Catches if rules.batch_size.is_multiple_of(2) => "parks",
        Handler::Catches => "swallows",
    };
    let outage = if rules.outage { "errors" } else { "none" };
    let settings = format!(
        r#""BatchSize":{},"MaximumRetryAttempts":{},"BisectBatchOnFunctionError":{},"ReportBatchItemFailures":{},"handler":"{handler}","ParallelizationFactor":{lanes},"outage":"{outage}""#,
        rules.batch_size, rules.max_retries, rules.bisect, rules.report_batch_item_failures
    );
    let record = |&(key, times): &(u64, u32)| match times {
        u32::MAX => json!({ "at_us": 0, "key": format!("key-{key}"), "poison": true }),
        _ => json!({ "at_us": 0, "key": format!("key-{key}"), "fail_first": times }),
    };
    let records: Vec<Value> = cards.iter().map(record).collect();
    let (scenario, _) = from_json(&scenario(&settings, &records, "")).expect("a scenario");
    let mut recorder = Recorder::new(configure(&scenario).0);
    recorder.finish();
    let mut traces: BTreeMap<u16, Trace> = BTreeMap::new();
    for told in recorder.facts(SimTime::ZERO, SimTime::NEVER) {
        let Some((lane, _)) = told.fact.lane_records() else {
            continue;
        };
        let trace = traces.entry(lane.lane).or_default();
        // With one shard and no refusals a position is an ordinal.
        let records = || {
            told.records[0]
                .iter()
                .map(|position| position as usize)
                .collect()
        };
        match told.fact {
            Fact::InvocationStarted { .. } => trace.invoked.push(records()),
            Fact::BatchDiscarded { invoke_count, .. } => {
                trace.discarded.push((records(), invoke_count));
            }
            _ => {}
        }
    }
    traces
}

#[test]
fn the_engine_does_what_the_reference_algorithm_does() {
    for seed in 0..600 {
        let mut random = Random(seed);
        let n = 1 + random.below(16);
        let share = 1 + random.below(4);
        let lanes = 1 + random.below(4) * random.below(2);
        let cards: Vec<(u64, u32)> = (0..n)
            .map(|_| {
                let times = match random.below(6) {
                    draw if share <= draw => 0,
                    _ if random.flip() => u32::MAX,
                    _ => 1 + random.below(4) as u32,
                };
                (random.below(8), times)
            })
            .collect();
        let rules = Rules {
            batch_size: 1 + random.below(16) as usize,
            max_retries: random.below(4) as u32,
            bisect: random.flip(),
            report_batch_item_failures: random.flip(),
            handler: match random.below(7) {
                0..2 => Handler::Throws,
                2..4 => Handler::ReportsFailed,
                4..6 => Handler::StopsAtFirst,
                _ => Handler::Catches,
            },
            outage: random.below(8) == 0,
        };
        let row = format!("seed {seed}: {rules:?} {lanes} lanes {cards:?}");
        let failures: Vec<u32> = cards.iter().map(|&(_, times)| times).collect();
        let mut lane_of_key: BTreeMap<u64, u16> = BTreeMap::new();
        let mut handled = 0;
        for (lane, trace) in simulated(rules, lanes, &cards) {
            let mut records: Vec<usize> = trace.invoked.iter().flatten().copied().collect();
            records.sort_unstable();
            records.dedup();
            handled += records.len();
            for &record in &records {
                let first = *lane_of_key.entry(cards[record].0).or_insert(lane);
                assert_eq!(first, lane, "E8: a key in two lanes; {row}");
            }
            let expected = reference::run(rules, &records, failures.clone());
            assert_eq!(trace, expected, "{row}");
        }
        assert_eq!(handled, cards.len(), "{row}");
    }
}
