//! What one bad record costs, at many batch sizes, positions and budgets: the sums that follow from E22, E31, E32, E37,
//! E38 and E39, of which G9, G10 and G11 are single values.

use crate::row::scenario;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::file::from_json;
use serde_json::json;

/// How a failure is told and taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// An exception, and no split.
    Whole,
    /// An exception, and a split.
    Bisect,
    /// A partial response, and no split.
    Partial,
    /// Both.
    PartialBisect,
}

/// Invocations, and records discarded with the bad one.
type Cost = (u64, u64);

/// How often a batch of `n` is halved until the bad record at `j` (from 1) is alone.
fn halvings(n: u64, j: u64) -> u64 {
    match (n, n / 2) {
        (1, _) => 0,
        (_, left) if j <= left => 1 + halvings(left, j),
        (_, left) => 1 + halvings(n - left, j - left),
    }
}

/// What the facts make of one bad record at `j` of `n` with `retries`.
fn expected(way: Way, n: u64, j: u64, retries: u64) -> Cost {
    // The budget is spent on the last unchanged batch (E22).
    let last = 1 + retries;
    // Progress is made once, and only if something stands before the bad record (E31, E32).
    let progress = u64::from(j > 1);
    // What then begins with the bad record.
    let suffix = n - j + 1;
    match way {
        Way::Whole => (last, n),
        // Every halving fails once and leaves one good half, which is invoked once (E37, E38).
        Way::Bisect => (2 * halvings(n, j) + last, 1),
        Way::Partial => (progress + last, suffix),
        // A suffix that begins with the bad record makes no progress, so it is halved (E39).
        Way::PartialBisect => (progress + 2 * halvings(suffix, 1) + last, 1),
    }
}

fn check(way: Way, n: u64, j: u64, retries: u64) {
    let (bisect, partial) = match way {
        Way::Whole => (false, false),
        Way::Bisect => (true, false),
        Way::Partial => (false, true),
        Way::PartialBisect => (true, true),
    };
    let handler = if partial { "stops" } else { "throws" };
    let settings = format!(
        r#""BatchSize":{n},"MaximumRetryAttempts":{retries},"BisectBatchOnFunctionError":{bisect},
        "ReportBatchItemFailures":{partial},"handler":"{handler}","horizon":"20m""#
    );
    let record = |i| json!({ "at_us": 0, "key": "a", "poison": i == j });
    let records: Vec<_> = (1..=n).map(record).collect();
    let (scenario, notices) = from_json(&scenario(&settings, &records, "")).expect("it is valid");
    assert!(notices.is_empty(), "{notices:?}");
    let mut recorder = Recorder::new(configure(&scenario).0);
    recorder.finish();
    let ledger = recorder.final_ledger();
    let row = format!("{way:?}, #{j} of {n} bad, {retries} retries: {ledger:?}");
    let (invocations, lost) = expected(way, n, j, retries);
    assert_eq!(ledger.invocations, invocations, "{row}");
    assert_eq!(ledger.to_destination.total(), lost, "{row}");
    assert_eq!(ledger.to_destination.poison, 1, "{row}");
    assert_eq!(ledger.processed.good, n - lost, "{row}");
    assert_eq!(ledger.messages, 1, "{row}");
}

const WAYS: [Way; 4] = [Way::Whole, Way::Bisect, Way::Partial, Way::PartialBisect];

/// G9, G10, G11: every position of small batches, and the ends and the middle of large ones.
#[test]
fn one_bad_record_costs_what_the_facts_say() {
    for n in (1..=9).chain([16, 31, 32, 33, 100, 128]) {
        let positions: Vec<u64> = match n {
            ..=9 => (1..=n).collect(),
            _ => vec![1, 2, n / 2, n / 2 + 1, n - 1, n],
        };
        for j in positions {
            for retries in [0, 1, 5] {
                for way in WAYS {
                    check(way, n, j, retries);
                }
            }
        }
    }
}

/// E37: halving is even, so the depth is the logarithm, rounded one way or the other.
#[test]
fn halvings_are_logarithmic() {
    for n in 1..=300_u64 {
        for j in 1..=n {
            let depth = halvings(n, j);
            assert!((n.ilog2().into()..=u64::from(n.next_power_of_two().ilog2())).contains(&depth));
        }
    }
    // G9, G11 and E39 as they are written down.
    assert_eq!(expected(Way::Bisect, 4, 2, 1), (6, 1));
    assert_eq!(expected(Way::Bisect, 128, 77, 2), (17, 1));
    assert_eq!(expected(Way::PartialBisect, 4, 2, 1), (5, 1));
    assert_eq!(expected(Way::Partial, 3, 3, 3), (5, 1));
}
