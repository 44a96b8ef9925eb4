//! Measures in Chromium how soon the page is of use on a slow line: the first picture, a pill sent as soon as the page
//! can be touched, and how long the page stood still at most. A report, not a check; `script/bench` runs it on a built
//! page.

mod driver;
mod page;
mod site;

use page::Page;
use site::Site;

const BITS_PER_SECOND: u32 = 1_000_000;
const LATENCY_MS: u32 = 300;
/// Each in a fresh browser, whose cache is empty.
const ROUNDS: usize = 5;

/// Runs before anything of the page: presses the button that sends a pill in the first frame in which it can be
/// pressed, and looks in every frame whether the pill is in the run, which a flag or the address tells.
const WATCH: &str = "
    window.seen = { touched: null, landed: null, longest: 0, blocked: 0 };
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) {
            seen.longest = Math.max(seen.longest, duration);
            seen.blocked += Math.max(0, duration - 50);
        }
    }).observe({ type: 'longtask', buffered: true });
    const look = () => {
        const button = document.getElementById('send-pill');
        if (seen.touched === null && button && !button.disabled) {
            seen.touched = performance.now();
            button.click();
        }
        if (seen.touched !== null && (document.querySelector('.flag') || location.hash.includes('pill'))) {
            seen.landed = performance.now();
        } else {
            requestAnimationFrame(look);
        }
    };
    requestAnimationFrame(look);
";
/// Two seconds more, for what the page does once the pill is in.
const SEEN: &str = "new Promise((done) => setTimeout(() => done([
    performance.getEntriesByName('first-contentful-paint')[0].startTime,
    seen.touched,
    seen.landed,
    seen.longest,
    seen.blocked,
    performance.getEntries().reduce((sum, { encodedBodySize }) => sum + (encodedBodySize || 0), 0),
]), 2000))";
const NAMES: [&str; 6] = [
    "first picture, ms",
    "can be touched, ms",
    "the pill has landed, ms",
    "longest task, ms",
    "blocked beyond 50 ms a task, ms",
    "bytes loaded",
];

fn main() {
    println!("{BITS_PER_SECOND} bit/s, {LATENCY_MS} ms, brotli; {ROUNDS} fresh browsers");
    let rounds: Vec<Vec<f64>> = (0..ROUNDS).map(|_| round()).collect();
    for (index, name) in NAMES.iter().enumerate() {
        let mut values: Vec<f64> = rounds.iter().map(|round| round[index]).collect();
        values.sort_unstable_by(f64::total_cmp);
        println!(
            "{name:<32} median {:>9.0}   from {:>9.0} to {:>9.0}",
            values[ROUNDS / 2],
            values[0],
            values[ROUNDS - 1]
        );
    }
}

fn round() -> Vec<f64> {
    let page = Page::blank_on(Site::start_compressed());
    page.run_first(WATCH);
    page.slow_line(BITS_PER_SECOND, LATENCY_MS);
    page.visit("");
    page.wait_until("seen.landed !== null", 60);
    let seen = page.eval(SEEN);
    let seen = seen.as_array().map(Vec::as_slice).unwrap_or_default();
    let values: Vec<f64> = seen.iter().filter_map(serde_json::Value::as_f64).collect();
    assert_eq!(values.len(), NAMES.len(), "the page told {seen:?}");
    values
}
