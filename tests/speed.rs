//! How long the engine takes, natively and in Chromium: script/bench runs it. A report, not a check.

#[cfg(target_arch = "wasm32")]
use overflowing_sink::browser::now_ms as now;
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;

#[path = "support/workloads.rs"]
mod workloads;

use workloads::{WORKLOADS, Workload};

/// Longest slice between two looks at the page, in milliseconds, as the page cuts them.
const SLICE: f64 = 5.0;
const ROUNDS: usize = 20;
const FEW: usize = 5;
/// A long run is not computed again after so many milliseconds in all.
const LONG_ENOUGH: f64 = 10_000.0;
const SEEKS: u64 = 200;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// What is computed: the run before the change, if it is a change, and the run after it.
const WORK: &[(&str, Option<&str>, &str)] = &[
    ("opening run, from nothing", None, "#v=1&horizon=48h"),
    (
        "change BatchSize",
        Some("#v=1&horizon=48h"),
        "#v=1&horizon=48h&BatchSize=99",
    ),
    (
        "drop a pill at 1 h",
        Some("#v=1&horizon=48h"),
        "#v=1&horizon=48h&at=1h:pill:1",
    ),
    (
        "take the pill away",
        Some("#v=1&horizon=48h&at=1h:pill:1"),
        "#v=1&horizon=48h",
    ),
    (
        "another seed: everything anew",
        Some("#v=1&horizon=48h"),
        "#v=1&horizon=48h&seed=2",
    ),
    (
        "five times the traffic",
        Some("#v=1&horizon=48h"),
        "#v=1&horizon=48h&recordsPerSecond=350",
    ),
];

/// Milliseconds since some moment.
#[cfg(not(target_arch = "wasm32"))]
fn now() -> f64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64() * 1_000.0
}

fn say(line: &str) {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_test::console_log!("{line}");
    #[cfg(not(target_arch = "wasm32"))]
    println!("{line}");
}

/// Computes the whole run in slices.
fn finish(recorder: &mut Recorder) {
    loop {
        let end = now() + SLICE;
        if recorder.advance(&mut || now() < end) {
            return;
        }
    }
}

fn recorder(link: &str) -> Recorder {
    Recorder::new(configure(&from_link(link).0.scenario).0)
}

fn report(name: &str, unit: &str, mut times: Vec<f64>) {
    times.sort_unstable_by(f64::total_cmp);
    let (median, p95) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    say(&format!(
        "{name:<28} median {median:>8.2} {unit}   p95 {p95:>8.2} {unit}"
    ));
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_engine_is_measured() {
    for &(name, before, after) in WORK {
        let config = configure(&from_link(after).0.scenario).0;
        let times = (0..ROUNDS).map(|_| {
            let mut run = before.map(recorder);
            if let Some(run) = &mut run {
                finish(run);
            }
            let start = now();
            let mut run = match run {
                Some(mut run) => {
                    run.revise(config.clone());
                    run
                }
                None => Recorder::new(config.clone()),
            };
            finish(&mut run);
            now() - start
        });
        report(name, "ms", times.collect());
    }
    seeks("#v=1&horizon=48h&at=1h:pill:1");
    for workload in WORKLOADS {
        large(workload);
    }
}

/// Computes a run of `cargo bench` whole, from nothing, some few times.
fn large(workload: &Workload) {
    let mut times: Vec<f64> = Vec::new();
    while times.len() < FEW && times.iter().sum::<f64>() < LONG_ENOUGH {
        let start = now();
        finish(&mut workload.recorder());
        times.push(now() - start);
    }
    report(workload.name, "ms", times);
}

/// Seeks to moments scattered over a run.
fn seeks(link: &str) {
    let mut run = recorder(link);
    finish(&mut run);
    let horizon = run.config().horizon.0;
    let times = (1..=SEEKS).map(|i| {
        let t = SimTime(i * 0x9E37_79B9_7F4A_7C15 % horizon);
        let start = now();
        assert!(run.moment(t).at == t);
        now() - start
    });
    report("seek to a random moment", "ms", times.collect());
}
