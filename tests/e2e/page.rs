//! The page as a test sees it: open, look, act, wait, look again.
//!
//! Every method panics with what went wrong. CSS selectors name elements; JavaScript is given as an expression.

#![allow(
    dead_code,
    reason = "two test targets share the fixture and neither needs all of it"
)]

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::driver::Driver;
use crate::site::Site;

/// Milliseconds between two looks of [`Page::wait_until`].
const LOOK_EVERY_MS: u64 = 20;
/// Seconds until the app must have taken the place of the static shell.
const START_SECONDS: u64 = 30;
/// The app runs as soon as the static shell is gone.
const APP_RUNS: &str = "!document.getElementById('shell')";

/// One browser, with a fresh profile, on one page, served by its own server.
pub(crate) struct Page {
    // First, so that it is dropped before the server it talks to.
    driver: Driver,
    site: Site,
    emulated: RefCell<Emulated>,
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Emulated {
    dark: bool,
    reduced_motion: bool,
}

/// What the driver's logs held so far; reading a log empties it.
#[derive(Default)]
struct Seen {
    console: Vec<ConsoleEntry>,
    requests: Vec<String>,
}

#[derive(Clone)]
struct ConsoleEntry {
    is_error: bool,
    text: String,
}

impl Page {
    /// A browser of 1440 × 900 that has not gone to the page yet.
    pub(crate) fn blank() -> Self {
        Self::blank_on(Site::start())
    }

    /// The same on a server of the caller's choice.
    pub(crate) fn blank_on(site: Site) -> Self {
        let page = Self {
            site,
            driver: Driver::start(),
            emulated: RefCell::default(),
            seen: RefCell::default(),
        };
        page.size(1440, 900);
        page.emulate_media();
        page
    }

    /// A browser in which the app runs, started from the link's `fragment` (with or without the `#`; may be empty).
    pub(crate) fn open(fragment: &str) -> Self {
        let page = Self::blank();
        page.go(fragment);
        page
    }

    /// Goes to the page with this fragment and waits until the app runs. The same page with another fragment is not
    /// loaded again, as in any browser.
    pub(crate) fn go(&self, fragment: &str) {
        self.visit(fragment);
        self.wait_until(APP_RUNS, START_SECONDS);
    }

    /// Goes to the page with this fragment, whether or not the app can start.
    pub(crate) fn visit(&self, fragment: &str) {
        let fragment = fragment.trim_start_matches('#');
        let hash = if fragment.is_empty() { "" } else { "#" };
        let url = format!("{}{hash}{fragment}", self.site.url());
        self.driver.post("/url", &json!({"url": url}));
    }

    /// Loads the page again, with the fragment it has now, and waits until the app runs.
    pub(crate) fn reload(&self) {
        self.driver.post("/refresh", &json!({}));
        self.wait_until(APP_RUNS, START_SECONDS);
    }

    /// Makes every request fail whose address contains `part`.
    pub(crate) fn block(&self, part: &str) {
        self.driver.devtools("Network.enable", &json!({}));
        let urls = json!({"urls": [format!("*{part}*")]});
        self.driver.devtools("Network.setBlockedURLs", &urls);
    }

    /// Makes the page's own work so many times slower than the machine.
    pub(crate) fn slow_down(&self, times: u32) {
        let rate = json!({"rate": times});
        self.driver
            .devtools("Emulation.setCPUThrottlingRate", &rate);
    }

    /// Makes the line this slow: bits per second, each way, and milliseconds until an answer begins.
    pub(crate) fn slow_line(&self, bits_per_second: u32, latency_ms: u32) {
        let bytes_per_second = bits_per_second / 8;
        self.driver.devtools("Network.enable", &json!({}));
        let conditions = json!({
            "offline": false,
            "latency": latency_ms,
            "downloadThroughput": bytes_per_second,
            "uploadThroughput": bytes_per_second,
        });
        self.driver
            .devtools("Network.emulateNetworkConditions", &conditions);
    }

    /// Runs JavaScript in every page that is loaded from now on, before anything of its own.
    pub(crate) fn run_first(&self, script: &str) {
        let parameters = json!({"source": script});
        self.driver
            .devtools("Page.addScriptToEvaluateOnNewDocument", &parameters);
    }

    /// Scheme, host and port of the page.
    pub(crate) fn origin(&self) -> String {
        self.site.origin()
    }

    /// The text of the first element that matches, as a reader sees it.
    pub(crate) fn text(&self, css: &str) -> String {
        let element = self.element(css);
        let text = self.driver.get(&format!("/element/{element}/text"));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the first element that matches; fails if something covers it.
    pub(crate) fn click(&self, css: &str) {
        let element = self.element(css);
        // At once: settings scroll smoothly, and a click in the middle of that misses.
        self.eval(&format!(
            "document.querySelector({}).scrollIntoView({{ block: 'nearest', behavior: 'instant' }})",
            json!(css)
        ));
        self.driver
            .post(&format!("/element/{element}/click"), &json!({}));
    }

    /// Replaces what is in the first input that matches by `text`, typed.
    pub(crate) fn fill(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.driver
            .post(&format!("/element/{element}/clear"), &json!({}));
        self.driver
            .post(&format!("/element/{element}/value"), &json!({"text": text}));
    }

    /// Presses and releases a key: a character, or a name such as `Space`, `ArrowLeft`, `Shift+Tab`, `Control+z`.
    pub(crate) fn key(&self, name: &str) {
        let keys: Vec<String> = match name {
            "+" => vec!["+".to_owned()],
            _ => name.split('+').map(key_value).collect(),
        };
        let down = keys
            .iter()
            .map(|key| json!({"type": "keyDown", "value": key}));
        let up = keys
            .iter()
            .rev()
            .map(|key| json!({"type": "keyUp", "value": key}));
        let actions: Vec<Value> = down.chain(up).collect();
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": actions});
        self.driver
            .post("/actions", &json!({"actions": [keyboard]}));
    }

    /// The value of a JavaScript expression; a promise is waited for.
    pub(crate) fn eval(&self, expression: &str) -> Value {
        let parameters = json!({"script": format!("return ({expression});"), "args": []});
        self.driver.post("/execute/sync", &parameters)
    }

    /// Waits until a JavaScript expression is true, at most `seconds`; one that throws is not true yet.
    pub(crate) fn wait_until(&self, condition: &str, seconds: u64) {
        let outcome = self.eval(&format!(
            "new Promise((done) => {{
               const deadline = performance.now() + {seconds} * 1000;
               const look = () => {{
                 let last;
                 try {{
                   last = ({condition});
                   if (last) return done(true);
                 }} catch (error) {{ last = error; }}
                 if (performance.now() > deadline) return done(String(last));
                 setTimeout(look, {LOOK_EVERY_MS});
               }};
               look();
             }})"
        ));
        if outcome != true {
            let console = self.console().into_iter().map(|entry| entry.text);
            let console: Vec<String> = console.collect();
            panic!(
                "not true after {seconds} s: {condition}\nlast: {outcome}\nconsole: {console:#?}"
            );
        }
    }

    /// Lets the page run for this long.
    pub(crate) fn run_for(&self, seconds: f64) {
        self.eval(&format!(
            "new Promise((done) => setTimeout(done, {seconds} * 1000))"
        ));
    }

    /// Makes the page exactly this big, in CSS pixels, at one device pixel each.
    pub(crate) fn size(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.driver
            .devtools("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Prefers the dark colour scheme, or the light one.
    pub(crate) fn dark(&self, dark: bool) {
        self.emulated.borrow_mut().dark = dark;
        self.emulate_media();
    }

    /// Prefers reduced motion, or not.
    pub(crate) fn reduced_motion(&self, reduced: bool) {
        self.emulated.borrow_mut().reduced_motion = reduced;
        self.emulate_media();
    }

    /// Writes a PNG of the part in view.
    pub(crate) fn screenshot(&self, path: &Path) {
        write_png(path, &self.driver.get("/screenshot"));
    }

    /// Writes a PNG of the whole page, however long.
    pub(crate) fn screenshot_full(&self, path: &Path) {
        let metrics = self.driver.devtools("Page.getLayoutMetrics", &json!({}));
        let mut clip = metrics["cssContentSize"].clone();
        clip["scale"] = 1.into();
        let parameters = json!({"format": "png", "captureBeyondViewport": true, "clip": clip});
        let picture = self.driver.devtools("Page.captureScreenshot", &parameters);
        write_png(path, &picture["data"]);
    }

    /// The errors the browser has logged since it started, with failed requests and breaches of the
    /// Content-Security-Policy among them.
    pub(crate) fn console_errors(&self) -> Vec<String> {
        let errors = self.console().into_iter().filter(|entry| entry.is_error);
        errors.map(|entry| entry.text).collect()
    }

    /// The address of everything the page has asked for since the browser started, in order.
    pub(crate) fn requests(&self) -> Vec<String> {
        for entry in self.log("performance") {
            let message = entry["message"].as_str().unwrap_or_default();
            let message: Value = serde_json::from_str(message).expect("the log holds JSON");
            let event = &message["message"];
            if event["method"] == "Network.requestWillBeSent" {
                let url = event["params"]["request"]["url"].as_str();
                let url = url.unwrap_or_default().to_owned();
                self.seen.borrow_mut().requests.push(url);
            }
        }
        self.seen.borrow().requests.clone()
    }

    fn console(&self) -> Vec<ConsoleEntry> {
        for entry in self.log("browser") {
            self.seen.borrow_mut().console.push(ConsoleEntry {
                is_error: entry["level"] == "SEVERE",
                text: entry["message"].as_str().unwrap_or_default().to_owned(),
            });
        }
        self.seen.borrow().console.clone()
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        let mut entries = self.driver.post("/se/log", &json!({"type": kind}));
        entries
            .as_array_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    fn element(&self, css: &str) -> String {
        let parameters = json!({"using": "css selector", "value": css});
        let element = self.driver.post("/element", &parameters);
        let mut ids = element
            .as_object()
            .into_iter()
            .flat_map(|object| object.values());
        let id = ids.next().and_then(Value::as_str);
        id.expect("an element has an id").to_owned()
    }

    fn emulate_media(&self) {
        let emulated = self.emulated.borrow();
        let scheme = if emulated.dark { "dark" } else { "light" };
        let motion = if emulated.reduced_motion {
            "reduce"
        } else {
            "no-preference"
        };
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": motion},
        ]});
        self.driver
            .devtools("Emulation.setEmulatedMedia", &features);
    }
}

impl Drop for Page {
    /// A test that fails leaves a picture of what the page looked like.
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Ok(picture) = self.driver.try_post(
                "/goog/cdp/execute",
                &json!({"cmd": "Page.captureScreenshot", "params": {}}),
            )
        {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("page").replace("::", "-");
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
            write_png(&path, &picture["data"]);
            eprintln!("the page at that moment: {}", path.display());
        }
    }
}

fn write_png(path: &Path, picture: &Value) {
    let picture = picture.as_str().expect("a picture is a string");
    let bytes = BASE64_STANDARD
        .decode(picture)
        .expect("a picture is base64");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }
    fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The key in the protocol's own alphabet ("Keyboard actions", a private use area of Unicode).
fn key_value(name: &str) -> String {
    let value = match name {
        "Space" => ' ',
        "Enter" => '\u{e007}',
        "Tab" => '\u{e004}',
        "Escape" => '\u{e00c}',
        "Backspace" => '\u{e003}',
        "Delete" => '\u{e017}',
        "Shift" => '\u{e008}',
        "Control" => '\u{e009}',
        "Alt" => '\u{e00a}',
        "PageUp" => '\u{e00e}',
        "PageDown" => '\u{e00f}',
        "End" => '\u{e010}',
        "Home" => '\u{e011}',
        "ArrowLeft" => '\u{e012}',
        "ArrowUp" => '\u{e013}',
        "ArrowRight" => '\u{e014}',
        "ArrowDown" => '\u{e015}',
        _ => {
            assert!(name.chars().count() == 1, "there is no key named '{name}'");
            return name.to_owned();
        }
    };
    value.to_string()
}
