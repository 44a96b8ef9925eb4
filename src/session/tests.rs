//! A session touched as a person would touch it.

use super::*;
use crate::engine::mark::MarkKind;
use crate::recording::recorder::Recorder;
use crate::scenario::configure::configure;
use crate::scenario::link::from_link;
use crate::scenario::{Action, PILLS_MAX};

const FRAME: SimDuration = SimDuration(16_700);

/// The opening scenario at an hour, computed whole.
fn open(hour: u64) -> Solo {
    open_with(Scenario::default(), SimTime::from_hours(hour))
}

fn open_with(scenario: Scenario, at: SimTime) -> Solo {
    let mut session = Solo::new(scenario, at);
    compute(&mut session);
    session
}

/// A session of one world.
struct Solo(Session);

impl Solo {
    fn new(scenario: Scenario, at: SimTime) -> Self {
        Self(Session::new(vec![World::new(scenario)], at))
    }

    fn world(&mut self) -> &mut World {
        &mut self.0.worlds[0]
    }

    fn apply(&mut self, command: Command) {
        self.0.apply(0, command);
    }

    fn clock(&mut self, transport: Transport) {
        self.apply(Command::Clock(transport));
    }

    fn frame(&mut self, elapsed: SimDuration, more: &mut dyn FnMut() -> bool) -> bool {
        self.0.frame(elapsed, more)
    }

    fn panel(&mut self) -> Panel {
        self.world().panel()
    }

    fn take_notices(&mut self) -> Vec<String> {
        self.world().take_notices()
    }

    fn recorder(&mut self) -> &mut Recorder {
        self.world().recorder()
    }

    fn scenario(&self) -> &Scenario {
        self.0.worlds[0].scenario()
    }

    fn face(&self) -> Face {
        self.0.face()
    }

    fn at(&self) -> SimTime {
        self.0.at()
    }
}

/// Frames of no length until the run is computed.
fn compute(session: &mut Solo) {
    for _ in 0..100_000 {
        session.frame(SimDuration::ZERO, &mut || true);
        if session.panel().progress.permille == 1_000 {
            return;
        }
    }
    panic!("the run is never computed");
}

fn retries(session: &Solo) -> i64 {
    session.scenario().settings.get(Knob::MaximumRetryAttempts)
}

#[test]
fn transport() {
    use Transport::{Pause, Play, Seek, Speed, Step, StepBack, TogglePlay};
    let secs = SimTime::from_secs;
    let rows: &[(&str, &[Transport], SimTime, bool)] = &[
        ("opens playing", &[], secs(3_600), true),
        ("pauses", &[Pause], secs(3_600), false),
        ("plays on", &[Pause, Play], secs(3_600), true),
        ("toggles", &[TogglePlay], secs(3_600), false),
        (
            "toggles twice",
            &[TogglePlay, TogglePlay],
            secs(3_600),
            true,
        ),
        ("steps and pauses", &[Step], secs(3_601), false),
        ("steps back", &[StepBack, StepBack], secs(3_598), false),
        (
            "steps at every speed",
            &[Speed(10_000), Step],
            secs(3_601),
            false,
        ),
        (
            "seeks and plays on",
            &[Seek(secs(7_200))],
            secs(7_200),
            true,
        ),
        (
            "not before the start",
            &[Seek(secs(0)), StepBack],
            secs(0),
            false,
        ),
        (
            "not past the end",
            &[Seek(SimTime::NEVER)],
            SimTime::from_hours(48),
            true,
        ),
        (
            "again from the opening",
            &[Seek(SimTime::NEVER), Pause, Play],
            secs(3_600),
            true,
        ),
    ];
    for (name, commands, at, playing) in rows {
        let mut session = open(1);
        for &command in *commands {
            session.clock(command);
        }
        let face = session.face();
        assert_eq!((face.at, face.playing), (*at, *playing), "{name}");
    }
}

#[test]
fn nothing_runs_when_paused_and_computed() {
    let mut session = open(1);
    assert!(session.frame(FRAME, &mut || true), "it plays");
    session.clock(Transport::Pause);
    assert!(!session.frame(FRAME, &mut || true));
    session.clock(Transport::Seek(SimTime::NEVER));
    session.clock(Transport::Play);
    session.clock(Transport::Speed(10_000));
    session.clock(Transport::Seek(SimTime::NEVER));
    assert!(
        !session.frame(FRAME, &mut || true),
        "the end of the run stops it"
    );
}

#[test]
fn it_idles_at_real_time() {
    let mut session = open(1);
    for _ in 0..60 {
        session.frame(FRAME, &mut || true);
    }
    let panel = session.face();
    assert_eq!((panel.speed, panel.auto_speed), (1, true));
    assert_eq!(panel.at, SimTime::from_hours(1) + SimDuration(60 * 16_700));
}

#[test]
fn an_edit_is_undone_and_made_again() {
    let mut session = open(1);
    session.apply(Command::Set(Knob::MaximumRetryAttempts, 2));
    let panel = session.panel();
    assert_eq!(
        panel.undo.as_deref(),
        Some("MaximumRetryAttempts 2 for the whole run")
    );
    session.apply(Command::Undo);
    assert_eq!(retries(&session), -1);
    let config = configure(&Scenario::default()).0;
    assert_eq!(session.recorder().config(), &config);
    session.apply(Command::Redo);
    assert_eq!(retries(&session), 2);
    session.apply(Command::Set(Knob::MaximumRetryAttempts, 2));
    session.apply(Command::Undo);
    assert_eq!(
        retries(&session),
        -1,
        "a set that changes nothing is no entry"
    );
    session.apply(Command::Undo);
    assert_eq!(session.panel().undo, None);
}

#[test]
fn a_drag_is_one_change_at_one_place() {
    let mut session = open(1);
    session.apply(Command::SetReach(Reach::FromHere));
    session.apply(Command::BeginDrag);
    for value in 0..20 {
        session.apply(Command::Set(Knob::MaximumRetryAttempts, value));
        session.frame(FRAME, &mut || true);
    }
    assert_eq!(session.at(), SimTime::from_hours(1), "the clock holds");
    session.apply(Command::EndDrag);
    let expected = Action {
        at: SimTime::from_hours(1),
        deed: Deed::Set {
            knob: Knob::MaximumRetryAttempts,
            value: 19,
        },
    };
    assert_eq!(session.scenario().actions, [expected]);
    session.apply(Command::Undo);
    assert_eq!(*session.scenario(), Scenario::default());
    assert_eq!(session.panel().undo, None);
}

#[test]
fn a_flag_is_dragged_past_another() {
    let mut session = open(1);
    session.apply(Command::SendPill(Some(0)));
    session.clock(Transport::Seek(SimTime::from_hours(2)));
    session.apply(Command::SendPill(Some(1)));
    session.apply(Command::BeginDrag);
    for hour in [2, 3, 4] {
        session.apply(Command::MoveAction(0, SimTime::from_hours(hour)));
    }
    session.apply(Command::EndDrag);
    let pills: Vec<_> = editing::pills(session.scenario()).collect();
    assert_eq!(
        pills,
        [(SimTime::from_hours(2), 1), (SimTime::from_hours(4), 0)]
    );
    let name = "a poison pill to shard-0 at day 1, 10:00:00 moved to day 1, 13:00:00";
    assert_eq!(session.panel().undo.as_deref(), Some(name));
    session.apply(Command::Undo);
    let pills: Vec<_> = editing::pills(session.scenario()).collect();
    assert_eq!(
        pills,
        [(SimTime::from_hours(1), 0), (SimTime::from_hours(2), 1)]
    );
}

#[test]
fn notices_are_told_once() {
    let mut session = open(1);
    session.apply(Command::SetReach(Reach::FromHere));
    session.apply(Command::BeginDrag);
    for value in 3..9 {
        session.apply(Command::Set(Knob::KeyCount, value));
    }
    session.apply(Command::EndDrag);
    assert_eq!(session.panel().notices.len(), 1);
    let told = session.take_notices();
    assert!(told[0].contains("whole run"), "{told:?}");
    assert_eq!(session.take_notices(), Vec::<String>::new());
    assert_eq!(session.panel().notices, Vec::<String>::new());
}

#[test]
fn a_pill_makes_the_run_long_enough() {
    let mut session = open(10);
    session.apply(Command::SendPill(None));
    assert_eq!(session.panel().horizon, SimTime::from_hours(58));
    let said = session.panel().extended.unwrap_or_default();
    assert!(said.contains("58 h long"), "{said:?}");
    session.apply(Command::Undo);
    assert_eq!(session.panel().extended, None);
    assert_eq!(session.panel().horizon, SimTime::from_hours(48));
    session.apply(Command::Set(Knob::Horizon, 60 * 3_600_000_000));
    assert_eq!(session.panel().extended, None, "that was asked for");
}

#[test]
fn pills_go_to_free_shards_and_are_enough_at_64() {
    let mut session = open(1);
    for _ in 0..70 {
        session.apply(Command::SendPill(None));
    }
    let shards: Vec<_> = editing::pills(session.scenario())
        .map(|(_, shard)| shard)
        .collect();
    assert_eq!(shards[..2], [1, 0]);
    assert_eq!(shards.len(), PILLS_MAX);
    let told = session.take_notices();
    assert!(
        told.iter().any(|notice| notice.contains("64 pills")),
        "{told:?}"
    );
}

#[test]
fn the_veil_goes_on_with_the_first_pill() {
    use Command::{LiftVeil, Reset, SendPill, Set, Undo};
    let cure = || Set(Knob::MaximumRetryAttempts, 2);
    let rows: &[(&str, Vec<Command>, bool)] = &[
        ("nothing to hide", vec![cure()], false),
        ("the first pill", vec![SendPill(None)], true),
        ("a change under it", vec![SendPill(None), cure()], true),
        ("lifted", vec![SendPill(None), LiftVeil], false),
        (
            "a second pill hides nothing",
            vec![SendPill(None), LiftVeil, SendPill(None)],
            false,
        ),
        ("without a pill again", vec![SendPill(None), Undo], false),
        ("a fresh start", vec![SendPill(None), Reset], false),
        (
            "and again",
            vec![SendPill(None), LiftVeil, Reset, SendPill(None)],
            true,
        ),
    ];
    for (name, commands, veiled) in rows {
        let mut session = open(1);
        for command in commands {
            session.apply(command.clone());
        }
        compute(&mut session);
        let panel = session.panel();
        assert_eq!(panel.veiled, *veiled, "{name}");
        assert_eq!(panel.outcome.is_none(), *veiled, "{name}");
        assert!(!veiled || panel.next_moment.is_none(), "{name}");
    }
}

#[test]
fn the_end_of_the_run_lifts_the_veil() {
    let mut session = open(1);
    session.apply(Command::SendPill(None));
    compute(&mut session);
    session.clock(Transport::Seek(SimTime::NEVER));
    session.frame(FRAME, &mut || true);
    assert!(!session.panel().veiled);
}

#[test]
fn a_fresh_start_can_be_undone() {
    let mut session = open(3);
    session.apply(Command::Set(Knob::MaximumRetryAttempts, 7));
    session.clock(Transport::Pause);
    session.clock(Transport::Seek(SimTime::from_hours(9)));
    session.apply(Command::Reset);
    let panel = session.face();
    assert_eq!((panel.at, panel.playing), (SimTime::from_hours(3), false));
    assert_eq!(*session.scenario(), Scenario::default());
    session.apply(Command::Undo);
    assert_eq!(retries(&session), 7);
}

#[test]
fn a_shorter_run_takes_the_playhead_along() {
    let mut session = open(40);
    session.apply(Command::Set(Knob::Horizon, 20 * 3_600_000_000));
    assert_eq!(session.at(), SimTime::from_hours(20));
}

#[test]
fn touching_the_speed_takes_over() {
    let mut session = open(1);
    session.clock(Transport::Speed(500));
    session.frame(FRAME, &mut || true);
    let panel = session.face();
    assert_eq!((panel.speed, panel.auto_speed), (500, false));
    assert_eq!(panel.at, SimTime::from_hours(1) + SimDuration(500 * 16_700));
    session.clock(Transport::AutoSpeed(true));
    assert_eq!(session.face().speed, 1);
}

#[test]
fn a_loaded_scenario_can_be_undone() {
    let mut session = open(1);
    let mut other = Scenario::default();
    other.settings.set(Knob::ShardCount, 4);
    session.apply(Command::Load(Box::new(other.clone())));
    assert_eq!(*session.scenario(), other);
    session.apply(Command::Undo);
    assert_eq!(*session.scenario(), Scenario::default());
}

/// Plays frames until something holds; returns the wall time.
fn play_until(session: &mut Solo, most_secs: u64, holds: impl Fn(&Solo) -> bool) -> f64 {
    let mut wall = SimDuration::ZERO;
    while !holds(session) {
        session.frame(FRAME, &mut || true);
        wall = wall + FRAME;
        assert!(wall.0 <= most_secs * 1_000_000, "still at {}", session.at());
    }
    wall.as_secs_f64()
}

fn first(session: &mut Solo, kind: MarkKind) -> SimTime {
    let marks = session.recorder().marks();
    let mark = marks.iter().find(|mark| mark.kind == kind);
    mark.unwrap_or_else(|| panic!("no {kind:?} in {marks:?}"))
        .at
}

#[test]
fn from_the_pill_to_the_spill_in_twenty_seconds() {
    for hour in [0, 1, 5, 12] {
        let mut session = open(hour);
        session.apply(Command::SendPill(None));
        compute(&mut session);
        let spill = first(&mut session, MarkKind::FirstExpiry);
        let wall = play_until(&mut session, 20, |session| session.at() >= spill);
        assert!((8.0..=20.0).contains(&wall), "{hour}:00: {wall} s");
        let panel = session.panel();
        assert!(panel.veiled && panel.outcome.is_none(), "{hour}:00");
        assert!(panel.marks.iter().all(|mark| mark.at <= panel.at));
        let speed = session.face().speed;
        assert!(speed <= 60, "{hour}:00: {speed}×");
    }
}

#[test]
fn the_story_is_told() {
    let mut session = open(1);
    let said = |session: &mut Solo| session.panel().explanation.headline;
    assert!(
        said(&mut session).contains("All is well"),
        "{}",
        said(&mut session)
    );
    session.apply(Command::SendPill(None));
    compute(&mut session);
    // hours, words of the headline
    let rows = [
        (2, "has blocked shard-1"),
        (24, "has blocked shard-1"),
        (28, "a minute spill over the rim of shard-1"),
        (34, "The reader of shard-1 stands at the rim"),
    ];
    for (hour, words) in rows {
        session.clock(Transport::Seek(SimTime::from_hours(hour)));
        let headline = said(&mut session);
        assert!(headline.contains(words), "{hour}:00: {headline}");
    }
}

#[test]
fn the_setting_to_blame_is_told_with_its_value_of_the_moment() {
    let scenario = from_link("#v=1&horizon=6h&at=1h:outage:errors").0.scenario;
    let mut session = open_with(scenario, SimTime::from_hours(2));
    let panel = session.panel();
    assert_eq!(panel.explanation.blame, Some(Knob::Outage));
    assert_eq!(
        panel.blamed,
        Some(1),
        "errors, though the run began without"
    );
}

#[test]
fn the_cure_on_the_button_works() {
    let mut session = open(1);
    session.apply(Command::SendPill(None));
    session.apply(Command::LiftVeil);
    compute(&mut session);
    let lost = |session: &mut Solo| session.panel().outcome.expect("computed").good_lost();
    assert!(lost(&mut session) > 10_000);
    session.clock(Transport::Seek(SimTime::from_hours(3)));
    let panel = session.panel();
    let (words, command) = panel.explanation.cure.expect("a cure");
    assert!(words.ends_with("from here"), "{words}");
    session.apply(command);
    compute(&mut session);
    assert_eq!(lost(&mut session), 0, "{words}");
    assert_eq!(session.panel().reach, Reach::WholeRun);
    session.apply(Command::Undo);
    compute(&mut session);
    assert!(lost(&mut session) > 10_000);
}

#[test]
fn from_here_too_late_says_what_the_whole_run_would_have_saved() {
    let mut session = open(1);
    session.apply(Command::SendPill(None));
    session.apply(Command::LiftVeil);
    compute(&mut session);
    session.clock(Transport::Seek(SimTime::from_hours(26)));
    session.take_notices();
    session.apply(Command::SetReach(Reach::FromHere));
    session.apply(Command::Set(Knob::MaximumRetryAttempts, 2));
    session.clock(Transport::Pause);
    let mut frames = 0;
    while session.frame(FRAME, &mut || true) {
        frames += 1;
        assert!(frames < 1_000, "it never rests");
    }
    let told = session.take_notices().join(" ");
    for words in [
        "The pill has been gone since day 2, 10:0",
        "no retry setting helps any more",
        "MaximumRetryAttempts 2 saves nothing",
        "For the whole run it would have saved",
    ] {
        assert!(told.contains(words), "no {words:?} in {told:?}");
    }
}

#[test]
fn under_the_veil_nothing_is_said_of_the_end() {
    let mut session = open(1);
    session.apply(Command::SendPill(None));
    compute(&mut session);
    session.clock(Transport::Seek(SimTime::from_hours(24)));
    session.take_notices();
    session.apply(Command::SetReach(Reach::FromHere));
    session.apply(Command::Set(Knob::MaximumRetryAttempts, 2));
    for _ in 0..50 {
        session.frame(SimDuration::ZERO, &mut || true);
    }
    let told = session.take_notices().join(" ");
    assert!(!told.contains("would have saved"), "{told}");
    session.clock(Transport::NextMoment);
    assert!(
        session.at() > SimTime::from_hours(24),
        "next moment works under it"
    );
}

#[test]
fn a_cured_run_is_slow_and_then_gentle() {
    let mut scenario = Scenario::default();
    for (knob, value) in [
        (Knob::MaximumRetryAttempts, 2),
        (Knob::BisectBatchOnFunctionError, 1),
        (Knob::OnFailure, 1),
    ] {
        scenario.settings.set(knob, value);
    }
    let mut session = open_with(scenario, SimTime::from_hours(1));
    session.apply(Command::SendPill(None));
    compute(&mut session);
    let ticket = first(&mut session, MarkKind::Ticket);
    play_until(&mut session, 10, |session| session.at() >= ticket);
    let speed = session.face().speed;
    assert!(speed <= 2, "{speed}× at the ticket");
    for _ in 0..600 {
        session.frame(FRAME, &mut || true);
    }
    let panel = session.panel();
    assert_eq!(session.face().speed, 60);
    assert!(
        panel
            .explanation
            .headline
            .contains("One order lost, in one message. Everything else went through."),
        "{}",
        panel.explanation.headline
    );
}

#[test]
fn computing_stops_and_goes_on_when_told() {
    let mut session = Solo::new(Scenario::default(), SimTime::ZERO);
    let mut turns = 40;
    session.frame(FRAME, &mut || {
        turns -= 1;
        turns > 0
    });
    session.apply(Command::Compute(false));
    let computed = session.recorder().computed_until();
    assert!(SimTime::ZERO < computed && computed < session.recorder().config().horizon);
    session.clock(Transport::Speed(10_000));
    while session.frame(FRAME, &mut || true) {}
    let (face, panel) = (session.face(), session.panel());
    assert_eq!(
        (face.at, face.playing, panel.progress.goes_on),
        (computed, false, false),
        "what is computed is played, and no more is computed"
    );
    session.apply(Command::Compute(true));
    assert!(!session.frame(FRAME, &mut || true), "now it is whole");
    assert!(session.panel().digest.is_some());
}

/// S12, S17, S19: what is done to the stream from here is done, and undone.
#[test]
fn the_stream_is_changed_and_changed_back() {
    let deeds = [
        (Deed::Split { shard: 0 }, 3),
        (Deed::Merge { shard: 0 }, 1),
        (
            Deed::Set {
                knob: Knob::StreamMode,
                value: 1,
            },
            2,
        ),
    ];
    for (deed, shards) in deeds {
        let mut session = open(6);
        session.apply(Command::Act(deed.clone()));
        let at = SimTime::from_hours(7);
        assert_eq!(session.scenario().open_shards(at).len(), shards, "{deed:?}");
        let flags = session.scenario().actions.iter();
        let flags: Vec<_> = flags.map(|action| (action.at, &action.deed)).collect();
        assert_eq!(flags, [(SimTime::from_hours(6), &deed)]);
        session.apply(Command::Undo);
        assert_eq!(*session.scenario(), Scenario::default(), "{deed:?}");
        session.apply(Command::Redo);
        assert_eq!(session.scenario().actions.len(), 1, "{deed:?}");
    }
}

/// Two worlds share the clock; each has its own changes, veil and undo.
#[test]
fn two_worlds_and_one_clock() {
    let other = from_link("#v=1&MaximumRetryAttempts=2&at=1h:pill:1")
        .0
        .scenario;
    let worlds = vec![World::new(Scenario::default()), World::new(other)];
    let mut session = Session::new(worlds, SimTime::from_hours(1));
    session.apply(0, Command::SendPill(Some(1)));
    for _ in 0..100_000 {
        session.frame(SimDuration::ZERO, &mut || true);
        if session.worlds().iter().all(World::is_whole) {
            break;
        }
    }
    session.apply(1, Command::Clock(Transport::Seek(SimTime::from_hours(30))));
    let at: Vec<_> = session.worlds().iter().map(World::at).collect();
    assert_eq!(at, [SimTime::from_hours(30); 2]);
    session.apply(0, Command::LiftVeil);
    let mut lost = |index: usize| {
        let panel = session.world(index).map(World::panel).expect("it is there");
        panel.outcome.expect("it is whole").good_lost()
    };
    assert!(lost(0) > 100_000, "retried for ever");
    assert!(lost(1) <= 100, "given up after two retries");
    session.apply(0, Command::Undo);
    assert_eq!(session.worlds()[0].scenario(), &Scenario::default());
    assert_eq!(session.worlds()[1].scenario().actions.len(), 1);
    session.apply(2, Command::Undo);
}

/// While a world is computed, the clock waits for the one that is not yet there.
#[test]
fn the_slower_world_holds_the_clock() {
    let worlds = vec![
        World::new(Scenario::default()),
        World::new(Scenario::default()),
    ];
    let mut session = Session::new(worlds, SimTime::ZERO);
    session.apply(0, Command::Clock(Transport::Speed(10_000)));
    let mut turns = 40;
    session.frame(FRAME, &mut || {
        turns -= 1;
        turns > 0
    });
    session.apply(1, Command::Compute(false));
    session.worlds[0].recorder.finish();
    let computed = session.worlds()[1].computed_until();
    assert!(computed < session.end());
    while session.frame(FRAME, &mut || true) {}
    assert_eq!(session.at(), computed);
}
