//! What a person does on the page, drawn at random: every command, frames in between, and looks at moments.

use super::draws::{MOST, ORDERS, REPLIES, filters, value};
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::scenario::knobs::{KNOBS, Knob, Scope, TEXTS};
use overflowing_sink::scenario::{Action, Deed, Scenario};
use overflowing_sink::session::{Command, Reach, Transport};
use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;

/// Something that is done on the page, or that the page does.
#[derive(Clone, Debug)]
pub(crate) enum Touch {
    /// A command.
    Do(Command),
    /// So many frames of so many pieces of work each, and so much wall time.
    Frames {
        frames: u32,
        pieces: u32,
        elapsed: SimDuration,
    },
    /// Everything is computed before the next touch.
    Finish,
    /// The picture of a moment is drawn, wherever the clock stands.
    Look(SimTime),
}

/// Opens something, and does something with it, most of it before `span`.
pub(crate) fn touches(rng: &mut Xoshiro256PlusPlus, span: SimDuration) -> Vec<Touch> {
    let mut all = Vec::new();
    if rng.random_range(0..3_u32) > 0 {
        all.push(Touch::Do(Command::Load(Box::new(scenario(rng, span)))));
    }
    all.push(clock(Transport::Seek(time(rng, span))));
    for _ in 0..rng.random_range(1..10_u32) {
        all.push(between(rng, span));
        touch(rng, span, &mut all);
    }
    all
}

/// What happens from one touch to the next.
fn between(rng: &mut Xoshiro256PlusPlus, span: SimDuration) -> Touch {
    match rng.random_range(0..8_u32) {
        0 => Touch::Look(time(rng, span)),
        1..4 => Touch::Frames {
            frames: rng.random_range(1..5),
            pieces: rng.random_range(0..300),
            elapsed: SimDuration::from_millis(rng.random_range(0..120)),
        },
        4..7 => Touch::Finish,
        _ => clock(Transport::Seek(time(rng, span))),
    }
}

fn clock(transport: Transport) -> Touch {
    Touch::Do(Command::Clock(transport))
}

fn touch(rng: &mut Xoshiro256PlusPlus, span: SimDuration, all: &mut Vec<Touch>) {
    let command = match rng.random_range(0..24_u32) {
        0..2 => Command::SetReach(reach(rng)),
        2..5 => Command::Act(deed(rng)),
        5 => Command::SendPill([None, Some(0), Some(1), Some(9)][rng.random_range(0..4)]),
        6..11 => {
            let (knob, value) = set(rng);
            Command::Set(knob, value)
        }
        11 => Command::SetAll(
            reach(rng),
            (0..rng.random_range(0..4)).map(|_| set(rng)).collect(),
        ),
        12 => text(rng),
        13 => return drag(rng, span, all),
        14..16 => Command::Undo,
        16 => Command::Redo,
        17 => Command::RemoveAction(rng.random_range(0..4)),
        18..20 => Command::MoveAction(rng.random_range(0..4), time(rng, span)),
        20 => Command::Load(Box::new(scenario(rng, span))),
        21 => [
            Command::Reset,
            Command::PutOnVeil,
            Command::LiftVeil,
            Command::Compute(false),
            Command::Compute(true),
        ][rng.random_range(0..5)]
        .clone(),
        _ => Command::Clock(transport(rng, span)),
    };
    all.push(Touch::Do(command));
}

/// A knob or a flag is dragged, while the page goes on.
fn drag(rng: &mut Xoshiro256PlusPlus, span: SimDuration, all: &mut Vec<Touch>) {
    all.push(Touch::Do(Command::BeginDrag));
    let (index, knob) = (rng.random_range(0..3), set(rng).0);
    let moves = rng.random_range(0..2_u32) == 0;
    for _ in 0..rng.random_range(1..5_u32) {
        all.push(Touch::Do(if moves {
            Command::MoveAction(index, time(rng, span))
        } else {
            Command::Set(knob, capped(rng, knob))
        }));
        all.push(between(rng, span));
    }
    all.push(Touch::Do(Command::EndDrag));
}

fn transport(rng: &mut Xoshiro256PlusPlus, span: SimDuration) -> Transport {
    let all = [
        Transport::Play,
        Transport::Pause,
        Transport::TogglePlay,
        Transport::Step,
        Transport::StepBack,
        Transport::Seek(time(rng, span)),
        Transport::NextMoment,
        Transport::PreviousMoment,
        Transport::Speed(rng.random_range(1..20_000)),
        Transport::AutoSpeed(rng.random_range(0..2_u32) == 0),
    ];
    all[rng.random_range(0..all.len())]
}

fn reach(rng: &mut Xoshiro256PlusPlus) -> Reach {
    if rng.random_range(0..4_u32) == 0 {
        Reach::WholeRun
    } else {
        Reach::FromHere
    }
}

/// A time, often a round one, so that some things happen at the same moment.
fn time(rng: &mut Xoshiro256PlusPlus, span: SimDuration) -> SimTime {
    match rng.random_range(0..8_u32) {
        0 => SimTime::ZERO,
        1..4 => SimTime(span.0 / 8 * rng.random_range(0..9_u64)),
        _ => SimTime(rng.random_range(0..span.0)),
    }
}

/// A value that keeps runs quick.
fn capped(rng: &mut Xoshiro256PlusPlus, knob: Knob) -> i64 {
    let value = value(rng, knob);
    match knob {
        // Now and then enough for shards to be over their limits.
        Knob::RecordsPerSecond if rng.random_range(0..4_u32) == 0 => {
            value.min(rng.random_range(1..1_500_000))
        }
        Knob::KeyCount => value.min(5_000),
        Knob::RetentionPeriodHours => value.min(30),
        Knob::Horizon => value.min(50 * 3_600_000_000),
        _ => {
            let most = MOST.iter().find(|(limited, _)| *limited == knob);
            most.map_or(value, |&(_, most)| value.min(most))
        }
    }
}

fn set(rng: &mut Xoshiro256PlusPlus) -> (Knob, i64) {
    let dear = [
        Knob::ShardCount,
        Knob::StreamMode,
        Knob::Autoscaler,
        Knob::ParallelizationFactor,
        Knob::ConcurrentExecutions,
        Knob::SecondMapping,
        Knob::Horizon,
    ];
    let knob = if rng.random_range(0..3_u32) == 0 {
        dear[rng.random_range(0..dear.len())]
    } else {
        KNOBS[rng.random_range(0..KNOBS.len())].knob
    };
    (knob, capped(rng, knob))
}

fn text(rng: &mut Xoshiro256PlusPlus) -> Command {
    let knob = TEXTS[rng.random_range(0..TEXTS.len())];
    let text = match knob {
        Knob::Reply => REPLIES[rng.random_range(0..REPLIES.len())],
        Knob::Data => ["", ORDERS, "7 not an order"][rng.random_range(0..3)],
        _ => filters(rng),
    };
    Command::SetText(knob, text.to_owned())
}

fn deed(rng: &mut Xoshiro256PlusPlus) -> Deed {
    let shard = rng.random_range(0..5);
    match rng.random_range(0..6_u32) {
        0 | 1 => Deed::Split { shard },
        2 => Deed::Merge { shard },
        3 => Deed::Pill { shard },
        _ => {
            let live: Vec<Knob> = KNOBS
                .iter()
                .filter(|spec| spec.scope == Scope::Live && !spec.kind.is_text())
                .map(|spec| spec.knob)
                .collect();
            let knob = if rng.random_range(0..3_u32) == 0 {
                [Knob::ShardCount, Knob::StreamMode][rng.random_range(0..2)]
            } else {
                live[rng.random_range(0..live.len())]
            };
            let value = capped(rng, knob);
            Deed::Set { knob, value }
        }
    }
}

/// A link that somebody might open.
fn scenario(rng: &mut Xoshiro256PlusPlus, span: SimDuration) -> Scenario {
    let mut scenario = Scenario::default();
    for spec in KNOBS {
        if rng.random_range(0..5_u32) == 0 {
            scenario.settings.set(spec.knob, capped(rng, spec.knob));
        }
    }
    if let Command::SetText(knob, text) = text(rng) {
        scenario.settings.set_text(knob, &text);
    }
    for _ in 0..rng.random_range(0..6_u32) {
        let (at, deed) = (time(rng, span), deed(rng));
        scenario.add(Action { at, deed });
    }
    scenario
}
