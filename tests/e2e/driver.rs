//! One Chromium behind one chromedriver, spoken to over the `WebDriver` protocol.
//!
//! A blocking client of a page or two rather than fantoccini: that brings 130 crates and an async runtime (40 s of
//! compute to build, against 8 s), and what we need most (media emulation, exact sizes, logs) is outside its API anyway.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use ureq::Agent;

/// The flags Chromium is started with, shared with the wasm-bindgen tests.
const CAPABILITIES: &str = include_str!("../webdriver.json");
/// A picture of a long page takes some megabytes.
const RESPONSE_BYTES_MAX: u64 = 256 << 20;

/// A browser with a fresh profile; it ends when dropped.
pub(crate) struct Driver {
    agent: Agent,
    process: Child,
    /// Kept open: chromedriver ends when it cannot print.
    _stdout: BufReader<ChildStdout>,
    session_url: String,
}

impl Driver {
    /// Starts chromedriver (`CHROMEDRIVER`, or the one on `PATH`) on a free port, and Chromium (`CHROMIUM`, or the
    /// driver's own choice) through it.
    pub(crate) fn start() -> Self {
        let program = variable("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".to_owned());
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{program} does not start ({error}): run script/setup"));
        let mut stdout = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let port = read_port(&mut stdout);
        let config = Agent::config_builder().http_status_as_error(false).build();
        let mut driver = Self {
            agent: Agent::new_with_config(config),
            process,
            _stdout: stdout,
            session_url: format!("http://127.0.0.1:{port}/session"),
        };
        let session = driver.post(
            "",
            &json!({"capabilities": {"alwaysMatch": capabilities()}}),
        );
        let id = session["sessionId"].as_str().expect("a session has an id");
        driver.session_url = format!("{}/{id}", driver.session_url);
        driver
    }

    /// Sends a command and returns its value; panics with the driver's message if it fails.
    pub(crate) fn post(&self, command: &str, parameters: &Value) -> Value {
        self.try_post(command, parameters)
            .unwrap_or_else(|message| panic!("{command} {parameters}: {message}"))
    }

    /// Sends a command and returns its value, or the driver's message.
    pub(crate) fn try_post(&self, command: &str, parameters: &Value) -> Result<Value, String> {
        let url = self.session_url.clone() + command;
        value_of(self.agent.post(url).send_json(parameters))
    }

    /// Asks for a value; panics with the driver's message if that fails.
    pub(crate) fn get(&self, command: &str) -> Value {
        let url = self.session_url.clone() + command;
        value_of(self.agent.get(url).call())
            .unwrap_or_else(|message| panic!("{command}: {message}"))
    }

    /// Sends a command of the Chrome `DevTools` protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        let parameters = json!({"cmd": command, "params": parameters});
        self.post("/goog/cdp/execute", &parameters)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends Chromium and removes its profile. Failures are of no interest: the test is over.
        let _ = self.agent.delete(&self.session_url).call();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn read_port(stdout: &mut BufReader<ChildStdout>) -> u16 {
    let mut lines = stdout.lines();
    lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        })
        .expect("chromedriver says on which port it listens")
}

fn capabilities() -> Value {
    let mut capabilities: Value =
        serde_json::from_str(CAPABILITIES).expect("tests/webdriver.json is JSON");
    if let Some(binary) = variable("CHROMIUM") {
        capabilities["goog:chromeOptions"]["binary"] = binary.into();
    }
    capabilities["goog:loggingPrefs"] = json!({"browser": "ALL", "performance": "ALL"});
    // A script may wait for the page for as long as its own deadline says.
    capabilities["timeouts"] = json!({"script": null, "pageLoad": 60_000});
    capabilities
}

fn value_of(
    response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, String> {
    let mut response = response.map_err(|error| format!("no answer from chromedriver: {error}"))?;
    let mut body: Value = response
        .body_mut()
        .with_config()
        .limit(RESPONSE_BYTES_MAX)
        .read_json()
        .map_err(|error| format!("chromedriver's answer is not JSON: {error}"))?;
    let value = body["value"].take();
    if response.status().is_success() {
        Ok(value)
    } else {
        Err(value["message"]
            .as_str()
            .unwrap_or("unknown error")
            .to_owned())
    }
}
