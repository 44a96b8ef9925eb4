//! What was asked for, from the program's arguments.

use super::help::Topic;
use super::{Failure, shown};
use crate::engine::contention::{CLIENTS_MAX, RUNS_MAX};
use crate::engine::time::{SimDuration, SimTime};
use crate::scenario::spelling::parse_time;
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;

/// What to do.
pub(super) enum Command {
    Help(Topic),
    Version,
    Run(RunOrder),
    /// Prints the script that prints what can be imported.
    ImportScript,
    Import {
        from: OsString,
        /// Number of the mapping in a list, from 1.
        mapping: Option<usize>,
    },
    Route {
        shards: u16,
        keys: Vec<String>,
    },
    /// One pattern and one event, both in JSON.
    Match {
        pattern: String,
        event: String,
    },
    /// Both from each line of standard input.
    MatchLines,
    Backoff {
        clients: u32,
        runs: u32,
        seed: u32,
        json: bool,
    },
}

/// What to run and what to print.
pub(super) struct RunOrder {
    /// A link, a file, or `-`.
    pub(super) scenario: OsString,
    pub(super) until: Option<SimTime>,
    pub(super) print: Print,
}

/// What to print of a run.
pub(super) enum Print {
    Text,
    Json,
    Events(Excerpt),
    Metrics(Excerpt, SimDuration),
    Documents(Excerpt),
    Logs(Excerpt),
}

/// Which facts to print.
#[derive(Clone, Copy)]
pub(super) struct Excerpt {
    pub(super) from: Option<SimTime>,
    pub(super) to: Option<SimTime>,
    pub(super) shard: Option<u16>,
}

/// Most shards that keys are routed among (S16).
const SHARDS_MAX: u16 = 20_000;

/// Reads the arguments after the program's name.
pub(super) fn read(arguments: impl Iterator<Item = OsString>) -> Result<Command, Failure> {
    let mut parser = Parser::from_args(arguments);
    match next(&mut parser)? {
        None => Err(bad(
            "Say what to do: run, import, match, route or backoff; --help says more.",
        )),
        Some(Arg::Short('h') | Arg::Long("help")) => help(&mut parser),
        Some(Arg::Short('V') | Arg::Long("version")) => Ok(Command::Version),
        Some(Arg::Value(command)) => match command.to_str() {
            Some("run") => run(&mut parser),
            Some("import") => import(&mut parser),
            Some("match") => matching(&mut parser),
            Some("route") => route(&mut parser),
            Some("backoff") => backoff(&mut parser),
            Some("help") => help(&mut parser),
            _ => Err(bad(&format!(
                "{} is not a command; there are run, import, match, route and backoff.",
                shown(&command.to_string_lossy())
            ))),
        },
        Some(other) => Err(unknown(&other)),
    }
}

fn bad(sentence: &str) -> Failure {
    Failure::BadInput(sentence.to_owned())
}

fn next(parser: &mut Parser) -> Result<Option<Arg<'_>>, Failure> {
    // The only thing that can go wrong here is a value for an option that takes none, as in --json=yes.
    parser.next().map_err(|error| match error {
        lexopt::Error::UnexpectedValue { option, .. } => {
            bad(&format!("{} takes no value.", shown(&option)))
        }
        other => bad(&format!("The arguments cannot be read: {other}.")),
    })
}

fn unknown(argument: &Arg<'_>) -> Failure {
    let name = match argument {
        Arg::Short(letter) => format!("-{letter}"),
        Arg::Long(name) => format!("--{name}"),
        Arg::Value(value) => value.to_string_lossy().into_owned(),
    };
    bad(&format!(
        "{} is not expected here; --help says more.",
        shown(&name)
    ))
}

fn value(parser: &mut Parser, option: &str, what: &str) -> Result<String, Failure> {
    let missing = || bad(&format!("{option} needs {what}."));
    let value = parser.value().map_err(|_| missing())?;
    value.string().map_err(|_| missing())
}

fn time(parser: &mut Parser, option: &str) -> Result<SimTime, Failure> {
    let text = value(parser, option, "a time since the start, such as 25h")?;
    Ok(parse_time(&text).map_err(|sentence| format!("{option}: {sentence}"))?)
}

/// A period of metrics: CloudWatch has none below a second.
fn whole_seconds(parser: &mut Parser) -> Result<SimDuration, Failure> {
    let period = time(parser, "--period")?.since(SimTime::ZERO);
    if period.0 == 0 || !period.0.is_multiple_of(1_000_000) {
        return Err(bad("--period needs whole seconds, such as 1s, 1m or 5m."));
    }
    Ok(period)
}

fn number<T: std::str::FromStr>(
    parser: &mut Parser,
    option: &str,
    what: &str,
) -> Result<T, Failure> {
    let text = value(parser, option, what)?;
    let wrong = || format!("{option} needs {what}, and {} is none.", shown(&text));
    Ok(text.parse().map_err(|_| wrong())?)
}

fn help(parser: &mut Parser) -> Result<Command, Failure> {
    match next(parser)? {
        None => Ok(Command::Help(Topic::All)),
        Some(Arg::Value(topic)) if topic == "scenario" => Ok(Command::Help(Topic::Scenario)),
        Some(other) => Err(unknown(&other)),
    }
}

fn run(parser: &mut Parser) -> Result<Command, Failure> {
    let (mut scenario, mut until, mut wanted) = (None, None, Vec::new());
    let (mut from, mut to, mut shard, mut period) = (None, None, None, None);
    while let Some(argument) = next(parser)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(Topic::All)),
            Arg::Long(name) if OUTPUTS.contains(&name) => wanted.push(name.to_owned()),
            Arg::Long("period") => period = Some(whole_seconds(parser)?),
            Arg::Long("until") => until = Some(time(parser, "--until")?),
            Arg::Long("from") => from = Some(time(parser, "--from")?),
            Arg::Long("to") => to = Some(time(parser, "--to")?),
            Arg::Long("shard") => {
                shard = Some(number(
                    parser,
                    "--shard",
                    "the number of a shard, such as 1",
                )?);
            }
            Arg::Value(value) if scenario.is_none() => scenario = Some(value),
            other => return Err(unknown(&other)),
        }
    }
    let scenario = scenario
        .ok_or_else(|| bad("run needs a link, a scenario file, or - for standard input."))?;
    if until == Some(SimTime::ZERO) {
        return Err(bad("--until 0 would leave nothing to run."));
    }
    let print = print(&wanted, Excerpt { from, to, shard }, period)?;
    Ok(Command::Run(RunOrder {
        scenario,
        until,
        print,
    }))
}

/// What can be asked for instead of the text for people.
const OUTPUTS: [&str; 5] = ["json", "events", "metrics", "documents", "logs"];

fn print(
    wanted: &[String],
    excerpt: Excerpt,
    period: Option<SimDuration>,
) -> Result<Print, Failure> {
    if let [one, .., other] = wanted {
        return Err(bad(&format!("--{one} and --{other} exclude each other.")));
    }
    let name = wanted.first().map_or("", String::as_str);
    let has_shards = matches!(name, "events" | "documents");
    let spans = has_shards || matches!(name, "metrics" | "logs");
    if period.is_some() && name != "metrics" {
        return Err(bad("--period goes with --metrics."));
    }
    if !spans && (excerpt.from.is_some() || excerpt.to.is_some()) {
        return Err(bad(
            "--from and --to go with --events, --metrics, --documents or --logs.",
        ));
    }
    if !has_shards && excerpt.shard.is_some() {
        return Err(bad("--shard goes with --events or --documents."));
    }
    Ok(match name {
        "json" => Print::Json,
        "events" => Print::Events(excerpt),
        "documents" => Print::Documents(excerpt),
        "logs" => Print::Logs(excerpt),
        "metrics" => Print::Metrics(excerpt, period.unwrap_or(SimDuration::from_secs(60))),
        _ => Print::Text,
    })
}

fn import(parser: &mut Parser) -> Result<Command, Failure> {
    let (mut from, mut mapping, mut script) = (None, None, false);
    while let Some(argument) = next(parser)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(Topic::All)),
            Arg::Long("script") => script = true,
            Arg::Long("mapping") => {
                let what = "the number of a mapping in the list, from 1";
                let number: usize = number(parser, "--mapping", what)?;
                if number == 0 {
                    return Err(bad(&format!("--mapping needs {what}.")));
                }
                mapping = Some(number);
            }
            Arg::Value(value) if from.is_none() => from = Some(value),
            other => return Err(unknown(&other)),
        }
    }
    if script && (from.is_some() || mapping.is_some()) {
        return Err(bad(
            "--script stands alone: it prints the script and imports nothing.",
        ));
    }
    if script {
        return Ok(Command::ImportScript);
    }
    let from = from.ok_or_else(|| {
        bad("import needs a file with what read-only AWS commands print, or - for standard input; import --script prints them.")
    })?;
    Ok(Command::Import { from, mapping })
}

fn route(parser: &mut Parser) -> Result<Command, Failure> {
    let (mut shards, mut keys) = (None, Vec::new());
    let what = "a number of shards from 1 to 20,000";
    while let Some(argument) = next(parser)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(Topic::All)),
            Arg::Long("shards") => shards = Some(number(parser, "--shards", what)?),
            Arg::Value(value) => keys.push(
                value
                    .string()
                    .map_err(|_| bad("A partition key is UTF-8 text."))?,
            ),
            other => return Err(unknown(&other)),
        }
    }
    let shards: u16 = shards.ok_or_else(|| bad(&format!("route needs --shards, {what}.")))?;
    if !(1..=SHARDS_MAX).contains(&shards) {
        return Err(bad(&format!("--shards needs {what}.")));
    }
    if keys.is_empty() {
        return Err(bad("route needs at least one partition key."));
    }
    Ok(Command::Route { shards, keys })
}

fn backoff(parser: &mut Parser) -> Result<Command, Failure> {
    let (mut clients, mut runs, mut seed, mut json) = (100, 100, 1, false);
    while let Some(argument) = next(parser)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(Topic::All)),
            Arg::Long("clients") => {
                clients = within(
                    parser,
                    "--clients",
                    "a number of clients from 1 to 1,000",
                    CLIENTS_MAX,
                )?;
            }
            Arg::Long("runs") => {
                runs = within(
                    parser,
                    "--runs",
                    "a number of runs from 1 to 1,000",
                    RUNS_MAX,
                )?;
            }
            Arg::Long("seed") => {
                seed = number(parser, "--seed", "a whole number from 0 to 4,294,967,295")?;
            }
            Arg::Long("json") => json = true,
            other => return Err(unknown(&other)),
        }
    }
    Ok(Command::Backoff {
        clients,
        runs,
        seed,
        json,
    })
}

/// A number from 1 to `max`.
fn within(parser: &mut Parser, option: &str, what: &str, max: u32) -> Result<u32, Failure> {
    let number: u32 = number(parser, option, what)?;
    if (1..=max).contains(&number) {
        Ok(number)
    } else {
        Err(bad(&format!("{option} needs {what}.")))
    }
}

fn matching(parser: &mut Parser) -> Result<Command, Failure> {
    let (mut lines, mut texts) = (false, Vec::new());
    while let Some(argument) = next(parser)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(Topic::All)),
            Arg::Long("jsonl") => lines = true,
            Arg::Value(value) if texts.len() < 2 => texts.push(
                value
                    .string()
                    .map_err(|_| bad("Patterns and events are UTF-8 text."))?,
            ),
            other => return Err(unknown(&other)),
        }
    }
    let mut texts = texts.into_iter();
    match (lines, texts.next(), texts.next()) {
        (true, None, _) => Ok(Command::MatchLines),
        (true, Some(_), _) => Err(bad(
            "match --jsonl reads patterns and events from standard input only.",
        )),
        (false, Some(pattern), Some(event)) => Ok(Command::Match { pattern, event }),
        _ => Err(bad(
            "match needs a pattern and an event, both in JSON, or --jsonl.",
        )),
    }
}
