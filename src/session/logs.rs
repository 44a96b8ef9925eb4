//! What the producer's and the function's logs print (M11), told from facts. The mapping prints nothing at all.
//!
//! The names and the trace are made up; their shape is that of Node.js on Lambda.

use super::words::number;
use crate::engine::config::{Config, Fails, Handling, Role};
use crate::engine::fact::{Cause, Fact, LaneId, Outcome};
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::recorder::Recorder;

/// What never prints.
pub const SILENT: &str =
    "The event source mapping prints nothing. A 200 with failed entries prints nothing either.";
/// The last lines that are kept.
const LATEST: usize = 16;
/// How far back they may be.
const BACK: SimDuration = SimDuration::from_secs(125);

/// Who prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The application that writes to the stream.
    Producer,
    /// The function.
    Function,
    /// The second mapping's function (E14).
    SecondFunction,
}

impl Source {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Producer => "producer",
            Self::Function => "function",
            Self::SecondFunction => "function of mapping 2",
        }
    }
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: SimTime,
    /// Who.
    pub source: Source,
    /// What.
    pub text: String,
    /// Whether it tells of something gone wrong.
    pub is_bad: bool,
}

/// Turns facts into lines. It remembers which invocations run, so it can be given the facts piece by piece.
#[derive(Default)]
pub struct Logs {
    running: Vec<(Role, LaneId, u32, SimTime)>,
}

impl Logs {
    /// The lines of a fact of the configuration's mapping, or of the producer; unless `all` are wanted only what tells of
    /// something gone wrong.
    pub fn lines(&mut self, config: &Config, at: SimTime, fact: &Fact, all: bool) -> Vec<Entry> {
        let role = config.role;
        match *fact {
            Fact::InvocationStarted { lane, request, .. } => {
                self.running.push((role, lane, request, at));
                if !all {
                    return Vec::new();
                }
                let id = request_id(role, lane, request);
                let text = format!("START RequestId: {id} Version: $LATEST");
                vec![of_function(role, at, text, false)]
            }
            Fact::InvocationEnded {
                lane,
                outcome,
                cause,
                ..
            } => {
                let is_it = |&(by, of, ..): &(Role, LaneId, u32, SimTime)| (by, of) == (role, lane);
                let index = self.running.iter().position(is_it);
                let Some((.., request, since)) = index.map(|index| self.running.swap_remove(index))
                else {
                    return Vec::new();
                };
                if !all && !outcome.is_error() {
                    return Vec::new();
                }
                let id = request_id(role, lane, request);
                ended(config, &id, at, since, (outcome, cause))
            }
            _ => producer(config, at, fact).into_iter().collect(),
        }
    }
}

fn of_function(role: Role, at: SimTime, text: String, is_bad: bool) -> Entry {
    Entry {
        at,
        source: match role {
            Role::First => Source::Function,
            Role::Second => Source::SecondFunction,
        },
        text,
        is_bad,
    }
}

fn ended(
    config: &Config,
    id: &str,
    at: SimTime,
    since: SimTime,
    (outcome, cause): (Outcome, Cause),
) -> Vec<Entry> {
    let mut lines = Vec::new();
    let of_function = |at, text, is_bad| of_function(config.role, at, text, is_bad);
    let ran = at.since(since);
    let mut status = "";
    match outcome {
        Outcome::Error => {
            let trace = thrown(cause);
            let text = format!("{id} ERROR Invoke Error {trace}");
            lines.push(of_function(at, text, true));
        }
        Outcome::TimedOut => {
            let seconds = fixed(ran.0 / 10_000);
            let text = format!("{id} Task timed out after {seconds} seconds");
            lines.push(of_function(at, text, true));
            status = " Status: timeout";
        }
        Outcome::OutOfMemory => {
            let text = format!(
                "RequestId: {id} Error: Runtime exited with error: signal: killed Runtime.ExitError"
            );
            lines.push(of_function(at, text, true));
            status = " Status: error";
        }
        Outcome::Success | Outcome::Partial { .. } | Outcome::Malformed => {}
    }
    lines.push(of_function(at, format!("END RequestId: {id}"), false));
    let report = format!(
        "REPORT RequestId: {id} Duration: {} ms Billed Duration: {} ms Memory Size: {} MB{status}",
        fixed(ran.0 / 10),
        ran.0.div_ceil(1_000),
        config.memory_mb
    );
    lines.push(of_function(at, report, false));
    lines
}

/// What is thrown.
fn thrown(cause: Cause) -> &'static str {
    match cause {
        Cause::Outage => {
            r#"{"errorType":"Error","errorMessage":"connect ECONNREFUSED 10.0.3.7:443","code":"ECONNREFUSED","stack":["Error: connect ECONNREFUSED 10.0.3.7:443","    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)"]}"#
        }
        Cause::Record(Fails::NotJson) => {
            r#"{"errorType":"SyntaxError","errorMessage":"Unexpected end of JSON input","stack":["SyntaxError: Unexpected end of JSON input","    at JSON.parse (<anonymous>)","    at handler (/var/task/index.mjs:7:22)"]}"#
        }
        Cause::Crash => {
            r#"{"errorType":"Error","errorMessage":"socket hang up","code":"ECONNRESET","stack":["Error: socket hang up","    at handler (/var/task/index.mjs:9:11)"]}"#
        }
        Cause::Record(_) | Cause::Nothing => {
            r#"{"errorType":"TypeError","errorMessage":"order.amount.toFixed is not a function","stack":["TypeError: order.amount.toFixed is not a function","    at charge (/var/task/index.mjs:12:31)","    at handler (/var/task/index.mjs:8:5)"]}"#
        }
    }
}

/// What the application prints when the SDK gives up.
fn exception(error: &str, attempt: u32) -> String {
    format!("ERROR {error} after {attempt} attempts")
}

/// A partial failure prints nothing unless the application counts it itself (M11); an exception is printed.
fn producer(config: &Config, at: SimTime, fact: &Fact) -> Option<Entry> {
    let (text, is_bad) = match *fact {
        Fact::RequestAnswered { throttled, .. }
            if throttled > 0 && config.alarms.failed_entries =>
        {
            (
                format!("FailedEntries {}", number(u64::from(throttled))),
                true,
            )
        }
        Fact::RequestFailed {
            attempt, throttled, ..
        } if attempt > config.producing_at(at).sdk.retries => {
            let error = if throttled {
                "ProvisionedThroughputExceededException: 400"
            } else {
                "InternalFailure: 500"
            };
            (exception(error, attempt), true)
        }
        Fact::RequestUnanswered {
            attempt,
            for_ever: false,
            ..
        } if attempt > config.producing_at(at).sdk.retries => {
            (exception("TimeoutError: no answer", attempt), true)
        }
        Fact::RetryQuotaSpent { attempt, .. } => {
            (exception("the retry quota is spent", attempt), true)
        }
        Fact::RecordsNeverStored {
            count,
            given_up: true,
            ..
        } if config.producing_at(at).handling == Handling::Correct => (
            format!("ERROR gave up on records: {}", number(u64::from(count))),
            true,
        ),
        _ => return None,
    };
    Some(Entry {
        at,
        source: Source::Producer,
        text,
        is_bad,
    })
}

/// The last lines up to `at`, the last one first. Of what was printed longer ago only what went wrong is kept.
pub fn latest(recorder: &Recorder, at: SimTime) -> Vec<Entry> {
    let mut logs = Logs::default();
    let (mut recent, mut bad) = (Vec::new(), Vec::new());
    let facts = recorder.bare_facts(at.before(BACK), at);
    let late = facts.len().saturating_sub(4 * LATEST);
    for (index, (at, role, fact)) in facts.iter().enumerate() {
        let is_late = late <= index;
        let lines = logs.lines(recorder.config_of(*role), *at, fact, is_late);
        if is_late {
            recent.extend(lines);
        } else {
            bad.extend(lines);
        }
    }
    recent.reverse();
    recent.truncate(LATEST);
    bad.reverse();
    bad.truncate(LATEST / 2);
    recent.extend(bad);
    recent
}

/// Hundredths as a number with two digits behind the point.
fn fixed(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A mapping has fewer lanes on a shard (E7).
const LANES_MAX: u16 = 100;

/// The id of the n-th request of a mapping's lane: a retry of the same batch keeps it (E27). It looks random and is not.
pub fn request_id(role: Role, lane: LaneId, request: u32) -> String {
    let lane_of_all = lane.lane + LANES_MAX * u16::from(role == Role::Second);
    let place = u64::from(lane.shard) << 48 | u64::from(lane_of_all) << 32 | u64::from(request);
    spelt_uuid(scatter(place), scatter(!place))
}

/// Two random words as a UUID of version 4.
pub fn spelt_uuid(high: u64, low: u64) -> String {
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        0x4000 | high & 0xFFF,
        low >> 48 & 0x3FFF | 0x8000,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// Steele, Lea and Flood's `SplitMix64`: another word for another word.
fn scatter(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
