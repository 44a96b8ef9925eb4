//! Measures the page's frames in Chromium: at rest, after a pill, at full speed, while a knob is dragged, and while a
//! large run is computed. A report, not a check;
//! `script/bench` runs it on a built page.

mod driver;
mod page;
mod site;

use page::Page;

/// Times every frame of the page for some seconds, from the start of its work to the end of its rendering, and
/// meanwhile does something before each. Answers the sorted times in milliseconds.
fn frames(page: &Page, seconds: f64, before_each: &str) -> Vec<f64> {
    let times = page.eval(&format!(
        "new Promise((done) => {{
            const real = window.requestAnimationFrame.bind(window);
            const times = [];
            const end = performance.now() + {seconds} * 1000;
            let n = 0;
            const knob = document.querySelector('[data-knob=perRecord] input[type=range]');
            const frame = () => {{
                const began = performance.now();
                n += 1;
                {before_each};
                const after = new MessageChannel();
                after.port1.onmessage = () => {{
                    times.push(performance.now() - began);
                    if (performance.now() < end) real(frame); else done(times.sort((a, b) => a - b));
                }};
                after.port2.postMessage(0);
            }};
            real(frame);
        }})"
    ));
    let times = times.as_array().map(Vec::as_slice).unwrap_or_default();
    times.iter().filter_map(serde_json::Value::as_f64).collect()
}

fn report(what: &str, times: &[f64]) {
    let at = |permille: usize| times[(times.len() - 1) * permille / 1_000];
    let over = times.iter().filter(|&&ms| ms > 16.7).count();
    println!(
        "{what:<40} {:>6} frames   median {:>5.1} ms   p95 {:>5.1} ms   max {:>5.1} ms   {over} over 16.7 ms",
        times.len(),
        at(500),
        at(950),
        at(1_000)
    );
}

/// Runs that take seconds to compute. Of ten shards that get 10,000 records/s MD5 makes half refuse records.
const LARGE: [(&str, &str); 3] = [
    (
        "864 million records",
        "v=1&ShardCount=11&recordsPerSecond=10000&dailySwing=0&keyCount=20000&recordBytes=500&burst=5m\
         &BatchSize=1000&perBatch=100ms&perRecord=0s&horizon=24h",
    ),
    (
        "shards that refuse records",
        "v=1&ShardCount=10&recordsPerSecond=10000&dailySwing=0&keyCount=20000&recordBytes=500&burst=1s\
         &BatchSize=1000&perBatch=100ms&perRecord=0s&horizon=12h",
    ),
    (
        "1,000 lanes",
        "v=1&ShardCount=100&ParallelizationFactor=10&recordsPerSecond=10000&keyCount=20000&BatchSize=100&horizon=1h",
    ),
];

fn main() {
    let page = Page::open("");
    page.wait_until("document.querySelector('.world').dataset.digest", 20);
    report("playing at 1×", &frames(&page, 4.0, ""));
    page.click("#send-pill");
    report("after a pill, automatic speed", &frames(&page, 15.0, ""));

    let page = Page::open("v=1&at=1h:pill:1&t=12h");
    page.wait_until("document.querySelector('.world').dataset.digest", 20);
    page.click("#tab-settings");
    page.wait_until(
        "document.querySelector('#settings [data-knob=perRecord]')",
        5,
    );
    let drag =
        "knob.value = 20 + n % 40; knob.dispatchEvent(new Event('input', { bubbles: true }))";
    page.eval("document.querySelector('[data-knob=perRecord] input[type=range]').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))");
    report(
        "dragging a knob of the whole run",
        &frames(&page, 6.0, drag),
    );

    let page = Page::open("v=1&at=1h:pill:1&speed=10000");
    page.wait_until("document.querySelector('.world').dataset.digest", 20);
    page.click("#tab-cloudwatch");
    page.click(".lens:nth-of-type(3)");
    report("at 10,000×, metrics by 5 minutes", &frames(&page, 10.0, ""));

    for (what, link) in LARGE {
        let page = Page::open("");
        page.wait_until("document.querySelector('.world').dataset.digest", 20);
        page.eval(&format!("location.hash = '{link}'"));
        page.wait_until("!document.querySelector('.world').dataset.digest", 20);
        report(&["computing ", what].concat(), &frames(&page, 4.0, ""));
    }
}
