//! The opening scenario tells the truth: without a pill nothing is lost, with one the day overflows, and the cure
//! depends on the hour. The expected figures are those of an independent model of the same facts, ± 5 %.

use overflowing_sink::engine::ledger::Tally;
use overflowing_sink::engine::mark::MarkKind;
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::Settings;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::knobs::KNOBS;
use overflowing_sink::scenario::link::from_link;

const PILL: &str = "#v=1&at=1h:pill:1";

fn run(link: &str) -> Recorder {
    let (shared, notices) = from_link(link);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    recorder
}

/// The three knobs of the cure, from an hour on or for the whole run.
fn cured(at: Option<&str>) -> String {
    let knobs = [
        ("MaximumRetryAttempts", "2"),
        ("BisectBatchOnFunctionError", "true"),
        ("OnFailure", "SQS"),
    ];
    let set = |(knob, value): (&str, &str)| match at {
        None => format!("&{knob}={value}"),
        Some(at) => format!("&at={at}:{knob}:{value}"),
    };
    PILL.to_owned() + &knobs.map(set).concat()
}

#[track_caller]
fn about(what: &str, got: u64, expected: u64) {
    assert!(
        got.abs_diff(expected) * 20 <= expected,
        "{what}: {got}, not about {expected}"
    );
}

#[test]
fn every_aws_default_stays_a_default() {
    let opening = Settings::default();
    for spec in KNOBS.iter().filter(|spec| spec.aws_default) {
        assert_eq!(opening.get(spec.knob), spec.default, "{}", spec.key);
    }
}

#[test]
fn without_a_pill_nothing_is_lost() {
    let mut opening = run("#v=1");
    let ledger = opening.final_ledger();
    assert_eq!(
        (ledger.good_lost(), ledger.errors, ledger.throttles),
        (0, 0, 0)
    );
    let ages = (0..2)
        .flat_map(|shard| opening.minutes(shard))
        .map(|minute| minute.iterator_age_ms);
    about(
        "the oldest record of the first day's peak, in s",
        u64::from(ages.max().unwrap_or(0)) / 1_000,
        42 * 60,
    );
}

/// E45.
#[test]
fn a_pill_overflows_the_sink_a_day_later() {
    let mut poisoned = run(PILL);
    // Blocked: nothing of the shard is processed until the pill expires.
    let landed = poisoned.moment(SimTime::from_secs(3_610)).shards[1]
        .ledger
        .processed;
    let released = poisoned.moment(SimTime::from_hours(25)).shards[1]
        .ledger
        .processed;
    assert_eq!(landed, released);
    let ledger = poisoned.final_ledger();
    about("failed tries", ledger.errors, 1_400);
    about("good orders expired", ledger.expired().good, 118_000);
    assert_eq!(ledger.expired().poison, 1);
    // The loss lies between 25 h and about 32 h, and then it is over.
    let lost_by = |recorder: &mut Recorder, hour| {
        recorder
            .moment(SimTime::from_hours(hour))
            .ledger
            .good_lost()
    };
    assert!(
        lost_by(&mut poisoned, 25) < 200,
        "no more than the pill's own batch and its neighbours"
    );
    assert_eq!(lost_by(&mut poisoned, 33), ledger.good_lost());
    let worst = poisoned
        .marks()
        .iter()
        .find(|mark| mark.kind == MarkKind::WorstHour);
    assert_eq!(worst.map(|mark| mark.at), Some(SimTime::from_hours(28)));
}

#[test]
fn the_cure_depends_on_the_hour() {
    let only_the_pill = Tally { good: 0, poison: 1 };
    for (at, lost) in [
        (None, 0),
        (Some("3h"), 0),
        (Some("12h"), 0),
        (Some("24h54m"), 101_000),
    ] {
        let ledger = run(&cured(at)).final_ledger();
        assert_eq!(ledger.to_destination, only_the_pill, "{at:?}");
        assert_eq!(ledger.messages, 1, "{at:?}");
        assert_eq!(ledger.discarded, Tally::default(), "{at:?}");
        if lost == 0 {
            assert_eq!(ledger.good_lost(), 0, "{at:?}");
        } else {
            about("good orders lost", ledger.good_lost(), lost);
        }
    }
}

/// A pill whose release falls into the quiet hours of the night costs little: the backlog of a peak is what is lost.
#[test]
fn released_in_the_quiet_hours() {
    let lost = run("#v=1&at=9h:pill:1").final_ledger().good_lost();
    assert!(lost < 5_000, "{lost}");
}
