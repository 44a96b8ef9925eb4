//! What AWS says of the mapping from moment to moment (E13), replays by the thousand (E12), and tickets that are read in
//! time or too late (E47, E48).
#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::engine::config::MappingState::{
    self, Creating, Deleting, Disabled, Disabling, Enabled, Enabling, None as Gone, Updating,
};
use overflowing_sink::engine::mark::MarkKind;
use overflowing_sink::engine::time::SimTime;
use overflowing_sink::recording::moment::LastResult;
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;

fn run(link: &str) -> Recorder {
    let (shared, notices) = from_link(link);
    assert!(notices.is_empty(), "{link}: {notices:?}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    recorder
}

#[track_caller]
fn check_states(link: &str, rows: &[(u64, MappingState)]) {
    let mut recorder = run(link);
    for &(seconds, state) in rows {
        let moment = recorder.moment(SimTime::from_secs(seconds));
        assert_eq!(moment.state, state, "{link} after {seconds} s");
    }
}

#[test]
fn e13_a_mapping_passes_through_its_states() {
    check_states(
        "#v=1&horizon=30m&esmUpdateDelay=30s&at=5m:Enabled:false&at=10m:Enabled:true\
         &at=15m:mapping:deleted&at=20m:mapping:created&at=25m:BatchSize:50",
        &[
            (0, Enabled),
            (300, Disabling),
            (359, Disabling),
            (360, Disabled),
            (600, Enabling),
            (660, Enabled),
            (900, Deleting),
            (960, Gone),
            (1_200, Creating),
            (1_260, Enabled),
            (1_500, Updating),
            (1_530, Enabled),
        ],
    );
    // Changing one's mind: the last word counts, a minute later.
    check_states(
        "#v=1&horizon=30m&at=300s:Enabled:false&at=330s:Enabled:true",
        &[
            (329, Disabling),
            (330, Enabling),
            (389, Enabling),
            (390, Enabled),
        ],
    );
    // Created anew although it is to be off.
    check_states(
        "#v=1&horizon=30m&mapping=deleted&Enabled=false&at=5m:mapping:created",
        &[(0, Gone), (300, Creating), (360, Disabled)],
    );
}

#[test]
fn e13_the_last_result_is_what_the_last_invocation_was() {
    let pill = "ReportBatchItemFailures=true&handler=reports&at=5m:pill:0&at=5m:pill:1";
    for (settings, seconds, expected) in [
        ("seed=1", 0, LastResult::Nothing),
        ("seed=1", 60, LastResult::Ok),
        ("at=5m:outage:errors", 400, LastResult::Problem),
        (
            "at=5m:outage:errors&at=10m:outage:none",
            1_800,
            LastResult::Ok,
        ),
        // Both shards are stuck at their pill; a partial failure reports OK.
        (pill, 1_000, LastResult::Ok),
    ] {
        let mut recorder = run(&format!("#v=1&horizon=30m&{settings}"));
        let moment = recorder.moment(SimTime::from_secs(seconds));
        assert_eq!(moment.last_result, expected, "{settings} after {seconds} s");
    }
}

#[test]
fn e12_a_replay_handles_everything_again_and_loses_nothing() {
    for factor in [1, 3] {
        let again = "at=2h:mapping:deleted&at=130m:mapping:created";
        let link =
            format!("#v=1&horizon=6h&recordsPerSecond=20&ParallelizationFactor={factor}&{again}");
        let mut recorder = run(&link);
        let before = recorder.moment(SimTime::from_hours(2)).ledger;
        let end = recorder.moment(SimTime::from_hours(6));
        let ledger = end.ledger;
        assert!(ledger.adds_up(), "{link}: {ledger:?}");
        assert_eq!(ledger.good_lost(), 0, "{link}");
        // All that was handled by then, and what is handled while the mapping is on its way out.
        let gone = recorder
            .moment(SimTime::from_secs(2 * 3_600 + 70))
            .ledger
            .processed
            .good;
        assert_eq!(ledger.handled_again, gone, "{link}");
        assert!(before.processed.good < gone, "E12: deleting is not instant");
        assert!(ledger.unread.total() < 200, "{link}: it has caught up");
        let latest = run(&format!("{link}&StartingPosition=LATEST")).final_ledger();
        assert!(latest.adds_up());
        assert_eq!(
            (latest.handled_again, latest.good_lost()),
            (0, latest.skipped.good)
        );
        // From 2 h 1 min to 2 h 11 min nobody reads, at 27/s or so.
        assert!(
            (13_000..20_000).contains(&latest.skipped.good),
            "{latest:?}"
        );
    }
}

#[test]
fn e47_a_ticket_is_a_race_against_retention() {
    // The pill is stored after an hour, given up within seconds, and expires after 25 h.
    let cured = "MaximumRetryAttempts=2&BisectBatchOnFunctionError=true&at=1h:pill:1";
    let (minute, hour) = (60, 3_600);
    // Settings, when, and whether the pill waits, was read in time or is too late then.
    for (settings, seconds, expected) in [
        ("OnFailure=SQS&rereadAfter=3600", 90 * minute, [1, 0, 0]),
        ("OnFailure=SQS&rereadAfter=3600", 3 * hour, [0, 1, 0]),
        ("OnFailure=SNS&rereadAfter=90000", 24 * hour, [1, 0, 0]),
        ("OnFailure=SNS&rereadAfter=90000", 25 * hour + 30, [0, 0, 1]),
        ("OnFailure=SNS&rereadAfter=90000", 30 * hour, [0, 0, 1]),
        // E48: S3 keeps the records.
        (
            "OnFailure=S3&rereadAfter=90000",
            25 * hour + 30 * minute,
            [1, 0, 0],
        ),
        ("OnFailure=S3&rereadAfter=90000", 27 * hour, [0, 1, 0]),
        // Somebody looks, in time or not.
        ("OnFailure=SQS&at=20h:rereadAfter:0", 19 * hour, [1, 0, 0]),
        ("OnFailure=SQS&at=20h:rereadAfter:0", 20 * hour, [0, 1, 0]),
        ("OnFailure=SQS&at=26h:rereadAfter:0", 26 * hour, [0, 0, 1]),
        // S9: more retention gives more time, but only before.
        (
            "OnFailure=SQS&rereadAfter=90000&at=24h:RetentionPeriodHours:48",
            27 * hour,
            [0, 1, 0],
        ),
        (
            "OnFailure=SQS&rereadAfter=93600&at=26h:RetentionPeriodHours:48",
            28 * hour,
            [0, 0, 1],
        ),
        // E49: nothing to read.
        (
            "OnFailure=SQS&rereadAfter=60&deliveryDenied=true",
            3 * hour,
            [0, 0, 0],
        ),
    ] {
        let link = format!("#v=1&{cured}&{settings}");
        let ledger = run(&link).moment(SimTime::from_secs(seconds)).ledger;
        assert!(ledger.adds_up(), "{link}: {ledger:?}");
        let got = [ledger.waiting(), ledger.reread, ledger.too_late];
        assert_eq!(
            got.map(|row| row.poison),
            expected,
            "{link} after {seconds} s"
        );
    }
}

/// S9, E54: what expired while nothing was read and nobody wanted it is noticed when a filter comes that wants it: at
/// that time, however long the retention is from then on.
#[test]
fn what_expired_before_a_filter_wants_it_expires_no_later_than_that() {
    let change = "FilterCriteria:%7B%22data%22:%7B%22type%22:%5B%22purchase%22%5D%7D%7D";
    let recorder = run(&format!(
        "#v=1&Enabled=false&FilterCriteria=%7B%22data%22:%7B%22type%22:%5B%22nothing%22%5D%7D%7D\
         &at=30h:{change}&at=30h:RetentionPeriodHours:168"
    ));
    let marks = recorder.every_mark().iter();
    let first = marks.filter(|mark| mark.kind == MarkKind::FirstExpiry);
    let times: Vec<SimTime> = first.map(|mark| mark.at).collect();
    // On both shards; what was there at 30 h goes from 6 h + 168 h on.
    assert_eq!(times[..2], [SimTime::from_hours(30); 2]);
    assert!(times[2..].iter().all(|&at| at >= SimTime::from_hours(174)));
}
