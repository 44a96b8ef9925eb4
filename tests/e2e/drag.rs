//! Measures the page's frames in Chromium: idle, after a pill, and while a knob is dragged. A report, not a check;
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
    println!(
        "{what:<40} {:>6} frames   median {:>5.1} ms   p95 {:>5.1} ms   max {:>5.1} ms",
        times.len(),
        at(500),
        at(950),
        at(1_000)
    );
}

fn main() {
    let page = Page::open("");
    page.wait_until("document.querySelector('#digest')", 20);
    report("playing at 1×", &frames(&page, 4.0, ""));
    page.click("#send-pill");
    report("after a pill, automatic speed", &frames(&page, 15.0, ""));

    let page = Page::open("v=1&at=1h:pill:1&t=12h");
    page.wait_until("document.querySelector('#digest')", 20);
    page.key("Space");
    let drag =
        "knob.value = 20 + n % 40; knob.dispatchEvent(new Event('input', { bubbles: true }))";
    page.eval("document.querySelector('[data-knob=perRecord] input[type=range]').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))");
    report(
        "dragging a knob of the whole run",
        &frames(&page, 6.0, drag),
    );
}
