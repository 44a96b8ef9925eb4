//! What `--help` prints.

use crate::scenario::file::SCHEMA_HELP;

/// A topic of the help.
#[derive(Clone, Copy)]
pub(super) enum Topic {
    All,
    Scenario,
}

impl Topic {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::All => HELP,
            Self::Scenario => SCHEMA_HELP,
        }
    }
}

const HELP: &str = "\
Overflowing Sink: how one poison pill in a Kinesis stream overflows the sink.

overflowing-sink run <LINK | FILE | -> [options]
    Runs what a link of the playground or a scenario file asks for, and prints
    where every record ended, the metrics, the moments worth looking at, and
    the digest: equal runs have equal digests. - reads a link or a scenario
    file from standard input; '#' is the opening scenario.
      --until TIME   end the run sooner or later, for example 26h or 90s
      --json         the same as one JSON object
      --events       every fact as a line of JSON, in the order of time
      --metrics      CloudWatch's metrics as CSV, a row per period; empty where
                     there is no data
      --period TIME  with --metrics: whole seconds, 1m unless told otherwise;
                     1s is the truth, 5m what the console's graphs often show
      --logs         what the application and the function print; the mapping
                     prints nothing, and neither does a 200 with failed entries
      --documents    what the on-failure destination gets, a line for each: the
                     message of SQS and SNS, or the key and the object of S3
      --from TIME    with --events, --metrics, --documents or --logs: not what
                     comes before
      --to TIME      with the same: not what comes after
      --shard N      with --events or --documents: one shard's only, from 0;
                     leaves out facts of whole requests

overflowing-sink import <FILE | -> [--mapping N]
    Takes over what read-only AWS commands print about a mapping, its stream,
    its function and their metrics, one after another in one text, and tables
    of times and counts. Prints the link; where there is traffic, which no link
    can hold, the scenario file. Says what was taken, what has no effect, what
    is not valid, and what is still guessed. N picks a mapping of several, from
    1.

overflowing-sink import --script
    Prints a script that calls those commands with the AWS CLI and only reads:
    overflowing-sink import --script > read-only.sh
    bash read-only.sh > settings.txt

overflowing-sink match PATTERN EVENT
overflowing-sink match --jsonl
    Says whether an event matches an EventBridge pattern, both given in JSON:
    match, no-match or invalid-pattern, this with the place of the error on
    standard error. An event that is not JSON is a no-match. --jsonl reads
    lines {\"pattern_text\": \"...\", \"event_text\": \"...\"} from standard input
    and prints one verdict for each.

overflowing-sink route --shards N KEY...
    Prints each partition key, its hash key, and the shard among N equal ones,
    separated by tabs.

overflowing-sink backoff [--clients N] [--runs R] [--seed S] [--json]
    Compares the five back-off policies as the article Exponential Backoff And Jitter
    does: N clients compete for one conditional write each to the same row.
    Prints the mean writes tried, and the mean time until the last client had
    its answer, over R runs. 100 clients, 100 runs and seed 1 unless told
    otherwise; at most 1,000 clients and 1,000 runs.

overflowing-sink --help scenario     what a scenario file may hold
overflowing-sink --version

Times in JSON are whole microseconds since the start of the run, in fields
that end in _us. Records are numbered in the order the producer made them, from
0, and listed as ranges [[first, last], ...].

Exit codes: 0 done, 1 the output could not be written, 2 bad input; a sentence
on standard error says what is wrong.
";
