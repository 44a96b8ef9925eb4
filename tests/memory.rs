//! What a run takes is said before it is computed, is given back when another takes its place, and never more than the
//! machine has.
#![cfg(not(target_arch = "wasm32"))]

use cap::Cap;
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::Scenario;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::from_link;
use overflowing_sink::session::world::World;
use overflowing_sink::session::{Command, Session};
use std::alloc::System;
use std::sync::{Mutex, MutexGuard};

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);
/// One measures at a time.
static ALONE: Mutex<()> = Mutex::new(());

const MB: usize = 1 << 20;
/// Every request stores something in each of 200 shards: about 320 kB for a second.
const LARGE: &str =
    "#v=1&horizon=10m&recordsPerSecond=100000&keys=even&ShardCount=200&BatchSize=10000";
const SMALL: &str = "#v=1&horizon=2h";

fn alone() -> MutexGuard<'static, ()> {
    ALONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn scenario(link: &str) -> Scenario {
    from_link(link).0.scenario
}

fn load(session: &mut Session, link: &str) {
    session.apply(0, Command::Load(Box::new(scenario(link))));
}

/// Computes in frames of so many pieces, until there is nothing more to compute; returns the most that was taken meanwhile.
fn compute(session: &mut Session) -> usize {
    let mut most = MEMORY.allocated();
    while session.worlds()[0].computing() {
        let mut left = 50;
        session.frame(SimDuration::ZERO, &mut || {
            left -= 1;
            left > 0
        });
        most = most.max(MEMORY.allocated());
    }
    most
}

fn open(link: &str) -> Session {
    Session::new(vec![World::new(scenario(link))], SimTime::ZERO)
}

#[test]
fn what_a_large_run_leaves_is_used_again() {
    let _alone = alone();
    let mut session = open(SMALL);
    compute(&mut session);
    let small = MEMORY.allocated();
    let mut most = Vec::new();
    for _ in 0..2 {
        load(&mut session, LARGE);
        let before = MEMORY.allocated();
        assert!(before < small + 16 * MB, "before it is computed: {before}");
        most.push(compute(&mut session));
        load(&mut session, SMALL);
        compute(&mut session);
        let left = MEMORY.allocated();
        assert!(left < small + MB, "{} kB are left", (left - small) >> 10);
    }
    assert!(most[0] > small + 100 * MB, "it is large: {most:?}");
    assert!(most[1] < most[0] + MB, "it takes no more again: {most:?}");
}

/// Memory that ends sooner than the run: the page says so and lives on.
#[test]
fn a_run_that_does_not_fit_is_computed_as_far_as_there_is_memory() {
    let _alone = alone();
    let mut session = open(SMALL);
    compute(&mut session);
    let small = MEMORY.allocated();
    MEMORY
        .set_limit(small + 128 * MB)
        .expect("that much is free");
    load(&mut session, LARGE);
    compute(&mut session);
    let world = session.world(0).expect("there is one");
    assert!(!world.is_whole());
    let computed = world.computed_until();
    assert!(SimTime::from_secs(10) < computed, "{computed}");
    let told = world.take_notices().join(" ");
    assert!(told.contains("no more memory on this machine"), "{told}");
    // What is there can be looked at, and asking again changes nothing.
    assert!(world.recorder().moment(computed).ledger.adds_up());
    session.apply(0, Command::Compute(true));
    compute(&mut session);
    assert_eq!(session.worlds()[0].computed_until(), computed);
    // A smaller run is whole.
    load(&mut session, SMALL);
    compute(&mut session);
    assert!(session.worlds()[0].is_whole());
    MEMORY.set_limit(usize::MAX).expect("there is no limit");
}

/// The estimate is neither half nor twice of what a large run takes.
#[test]
fn what_a_run_takes_is_known_before() {
    let _alone = alone();
    for link in [
        LARGE,
        "#v=1&horizon=30m&recordsPerSecond=40000&keys=even&ShardCount=80&ParallelizationFactor=4&BatchSize=10000",
    ] {
        let scenario = scenario(link);
        let before = MEMORY.allocated();
        let mut recorder = Recorder::new(configure(&scenario).0);
        recorder.finish();
        let taken = (MEMORY.allocated() - before) / MB;
        drop(recorder);
        let mut world = World::new(scenario);
        let estimated = world.needs() as usize / MB;
        println!("{link}: {taken} MB, estimated {estimated}");
        assert!(
            taken / 2 <= estimated && estimated <= 2 * taken,
            "{link}: {taken} MB, not {estimated}"
        );
        let said = world.take_notices().join(" ");
        assert!(
            said.contains(&format!("needs about {estimated} MB")),
            "{link}: {said}"
        );
    }
}
