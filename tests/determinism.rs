//! Same link, same bytes: one test on the host and in WebAssembly in Chromium.
//!
//! The digests are those of this engine edition. A changed digest means that links show another run than before: the
//! commit that changes one says why, and the edition is raised once the first edition has been released.

use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;

/// Between them they use every part of the engine.
const RUNS: &[(&str, u64)] = &[
    // The opening run, its pill, and the cure.
    ("#v=1", 0x555D_95E5_CE31_5766),
    ("#v=1&at=1h:pill:1", 0x6FEC_5980_DF31_30AB),
    (
        "#v=1&MaximumRetryAttempts=2&BisectBatchOnFunctionError=true&OnFailure=SQS&at=1h:pill:1",
        0x789B_05B0_956F_3889,
    ),
    // Refused entries, re-sent with every kind of back-off.
    (
        "#v=1&horizon=1h&recordsPerSecond=2500&keys=hot&backoff=none",
        0xC003_91FF_158E_C78C,
    ),
    (
        "#v=1&horizon=1h&recordsPerSecond=2500&keys=skewed&backoff=decorrelated&serverErrors=50",
        0x4C1F_F5FC_BB30_88DD,
    ),
    (
        "#v=1&horizon=1h&recordsPerSecond=2500&keys=hot&backoff=equal&handling=naive",
        0x9FAE_8B21_4660_FC39,
    ),
    // Lanes, changed in the middle; the read limit.
    (
        "#v=1&horizon=2h&perRecord=60ms&Timeout=30&ParallelizationFactor=4&at=10m:pill:0&at=1h:ParallelizationFactor:2",
        0x57C7_B5E4_DC0B_36F8,
    ),
    (
        "#v=1&horizon=2h&recordsPerSecond=800&recordBytes=4000&perRecord=10us&perBatch=1ms&ParallelizationFactor=8",
        0x1B1C_D026_506B_E23E,
    ),
    // Shards split and merged behind a pill; doubled with too little concurrency.
    (
        "#v=1&at=1h:pill:0&at=2h:split:0&at=5h:merge:2",
        0x9404_067B_2B08_A4A3,
    ),
    (
        "#v=1&ConcurrentExecutions=2&ParallelizationFactor=2&at=1h:pill:1&at=2h:ShardCount:4&at=4h:ShardCount:3",
        0xFF0F_1878_150D_6FF7,
    ),
    // Too little concurrency, a window, partial responses, an age limit.
    (
        "#v=1&horizon=2h&ShardCount=5&ConcurrentExecutions=2&MaximumBatchingWindowInSeconds=7&at=9m:pill:2",
        0x9498_EFF4_4456_6E67,
    ),
    (
        "#v=1&horizon=2h&ReportBatchItemFailures=true&handler=stops&MaximumRecordAgeInSeconds=90&at=9m:pill:1&at=1h:pill:0",
        0x2DD5_EFE1_85EA_1B59,
    ),
];

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_same_link_gives_the_same_run_everywhere() {
    let mut wrong = Vec::new();
    for &(link, expected) in RUNS {
        let (shared, notices) = from_link(link);
        assert!(notices.is_empty(), "{link}: {notices:?}");
        let mut recorder = Recorder::new(configure(&shared.scenario).0);
        recorder.finish();
        assert!(recorder.final_ledger().adds_up(), "{link}");
        if recorder.digest() != expected {
            wrong.push(format!("(\"{link}\", 0x{:016X}),", recorder.digest()));
        }
    }
    assert!(wrong.is_empty(), "other digests:\n{}", wrong.join("\n"));
}
