//! Whatever a person does on the page, and in whatever order: the run that is there in the end is the one that its
//! scenario gives from scratch. A failure prints the seed and the fewest touches that were found to do.

use overflowing_sink::engine::config::Config;
use overflowing_sink::engine::time::{SimDuration, SimTime};
use overflowing_sink::recording::recorder::Recorder;
use overflowing_sink::scenario::Scenario;
use overflowing_sink::scenario::configure::configure;
use overflowing_sink::scenario::link::{Shared, to_link};
use overflowing_sink::session::world::World;
use overflowing_sink::session::{Command, Session};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::env;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use touches::{Touch, touches};

#[path = "support/draws.rs"]
mod draws;
#[path = "support/touches.rs"]
mod touches;

/// Names how many sequences are tried.
const EDIT_SEQUENCES: &str = "EDIT_SEQUENCES";
/// So many unless told.
const SEQUENCES: u64 = 60;
/// No run of a sequence takes more steps, by the estimate.
const STEPS: u64 = 1_500_000;

/// What a sequence is played on.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// The page as it is, where a run with an action takes two days at least.
    Page,
    /// A recording of a few minutes, with the retention cut down likewise, so that much happens close together.
    Minutes(u64),
}

impl Stage {
    fn of(seed: u64) -> Self {
        match seed % 4 {
            0 => Self::Page,
            n => Self::Minutes([0, 3, 10, 25][n as usize]),
        }
    }

    fn span(self) -> SimDuration {
        match self {
            Self::Page => SimDuration::from_hours(6),
            Self::Minutes(minutes) => SimDuration::from_secs(60 * minutes),
        }
    }

    /// The run of a scenario.
    fn config(self, scenario: &Scenario) -> Config {
        let (mut config, _) = configure(scenario);
        if let Self::Minutes(_) = self {
            // Now and then another end, too.
            let part = config.horizon.0 / 60_000_000 % 4;
            config.horizon = SimTime(self.span().0 * (4 + part) / 4);
            for epoch in &mut config.consuming {
                epoch.retention = SimDuration(epoch.retention.0 / 300);
            }
        }
        config
    }

    fn steps(self, scenario: &Scenario) -> u64 {
        let steps = scenario.cost_estimate().steps;
        match self {
            Self::Page => steps,
            Self::Minutes(_) => {
                let of = u128::from(steps) * u128::from(2 * self.span().0);
                (of / u128::from(scenario.effective_horizon().0)) as u64
            }
        }
    }
}

/// A page in use.
struct Page {
    stage: Stage,
    session: Session,
    /// What is computed instead of the page's own run.
    short: Option<Recorder>,
}

impl Page {
    fn open(stage: Stage) -> Self {
        let session = Session::new(vec![World::new(Scenario::default())], SimTime::ZERO);
        let short = match stage {
            Stage::Page => None,
            Stage::Minutes(_) => Some(Recorder::new(stage.config(&Scenario::default()))),
        };
        Self {
            stage,
            session,
            short,
        }
    }

    fn scenario(&self) -> &Scenario {
        self.session.worlds()[0].scenario()
    }

    fn recorder(&mut self) -> &mut Recorder {
        match &mut self.short {
            Some(short) => short,
            None => self.session.world(0).expect("there is one").recorder(),
        }
    }

    fn apply(&mut self, command: &Command) {
        self.session.apply(0, command.clone());
        if let Some(short) = &mut self.short {
            short.revise(self.stage.config(self.session.worlds()[0].scenario()));
        }
    }

    fn touch(&mut self, touch: &Touch) {
        match touch {
            Touch::Do(command) => {
                let before = self.scenario().clone();
                self.apply(command);
                // What would take long is taken back, as a person would.
                if self.stage.steps(self.scenario()) > STEPS {
                    self.apply(&Command::Undo);
                }
                if self.stage.steps(self.scenario()) > STEPS {
                    self.apply(&Command::Load(Box::new(before)));
                }
            }
            Touch::Frames {
                frames,
                pieces,
                elapsed,
            } => {
                for _ in 0..*frames {
                    let mut left = *pieces;
                    let mut more = || {
                        left = left.saturating_sub(1);
                        left > 0
                    };
                    match &mut self.short {
                        Some(short) => _ = short.advance(&mut more),
                        None => _ = self.session.frame(*elapsed, &mut more),
                    }
                }
            }
            Touch::Finish => self.finish(),
            Touch::Look(at) => _ = self.recorder().moment(*at),
        }
    }

    fn finish(&mut self) {
        if self.short.is_none() {
            self.session.apply(0, Command::Compute(true));
            while self.session.worlds()[0].computing() {
                self.session.frame(SimDuration::ZERO, &mut || true);
            }
        }
        self.recorder().finish();
    }
}

/// What differs between two runs that should be one.
fn difference(edited: &mut Recorder, fresh: &mut Recorder, times: &[SimTime]) -> Option<String> {
    fn same<T: PartialEq + Debug>(what: &str, edited: T, fresh: T) -> Option<String> {
        let cut = |value: T| format!("{value:?}").chars().take(1_500).collect::<String>();
        (edited != fresh).then(|| format!("{what}: {} is not {}", cut(edited), cut(fresh)))
    }
    let shards = fresh.shards().len() as u16;
    same("end", edited.config().horizon, fresh.config().horizon)
        .or_else(|| same("config", edited.config(), fresh.config()))
        .or_else(|| same("shards", edited.shards().len() as u16, shards))
        .or_else(|| {
            (0..shards).find_map(|shard| {
                let digest = |of: &Recorder| (of.shard_digest(shard), of.second_digest(shard));
                same("a shard's digest", digest(edited), digest(fresh))
            })
        })
        .or_else(|| same("digest", edited.digest(), fresh.digest()))
        .or_else(|| same("ledger", edited.final_ledger(), fresh.final_ledger()))
        .or_else(|| same("marks", edited.every_mark(), fresh.every_mark()))
        .or_else(|| {
            (0..shards).find_map(|shard| {
                same("minutes", edited.minutes(shard), fresh.minutes(shard)).or_else(|| {
                    let of = |of: &Recorder| of.second_minutes(shard).to_vec();
                    same("the second mapping's minutes", of(edited), of(fresh))
                })
            })
        })
        .or_else(|| same("minutes together", edited.watched(), fresh.watched()))
        .or_else(|| {
            let [edited, fresh] = [&*edited, &*fresh].map(Recorder::second_watched);
            same("the second mapping's minutes together", edited, fresh)
        })
        .or_else(|| same("modes", edited.modes(), fresh.modes()))
        .or_else(|| {
            times.iter().find_map(|&t| {
                same(&format!("moment {t}"), edited.moment(t), fresh.moment(t)).or_else(|| {
                    let of = |of: &Recorder| of.bare_facts(t, t + SimDuration::from_secs(2));
                    same(&format!("facts from {t} on"), of(edited), of(fresh))
                })
            })
        })
}

/// Plays touches; what is wrong then, and with which link.
fn play(stage: Stage, touches: &[Touch], times: &[SimTime]) -> Result<(), String> {
    let mut page = Page::open(stage);
    let done = catch_unwind(AssertUnwindSafe(|| {
        for touch in touches {
            page.touch(touch);
        }
        page.finish();
        let mut fresh = Recorder::new(stage.config(page.scenario()));
        fresh.finish();
        difference(page.recorder(), &mut fresh, times)
    }));
    let wrong = match done {
        Ok(None) => return Ok(()),
        Ok(Some(difference)) => difference,
        Err(_) => "a panic".to_owned(),
    };
    let link = to_link(&Shared {
        scenario: page.scenario().clone(),
        ..Shared::default()
    });
    Err(format!("{wrong}\n    of {link}"))
}

/// A sequence that breaks the law, cut down to what is needed for that.
fn fewest(stage: Stage, mut touches: Vec<Touch>, times: &[SimTime]) -> Option<String> {
    let mut wrong = play(stage, &touches, times).err()?;
    for length in 0..touches.len() {
        if let Err(sooner) = play(stage, &touches[..length], times) {
            touches.truncate(length);
            wrong = sooner;
            break;
        }
    }
    let mut index = touches.len();
    while index > 0 {
        index -= 1;
        let mut fewer = touches.clone();
        fewer.remove(index);
        if let Err(still) = play(stage, &fewer, times) {
            (touches, wrong) = (fewer, still);
        }
    }
    let touches: Vec<String> = touches.iter().map(|touch| format!("{touch:?}")).collect();
    Some(format!(
        "on {stage:?}: {wrong}\n    after\n        {}",
        touches.join("\n        ")
    ))
}

#[test]
fn the_run_in_the_end_is_that_of_its_scenario_from_scratch() {
    let tried = env::var(EDIT_SEQUENCES).map_or(SEQUENCES, |number| {
        let number = number.parse();
        number.unwrap_or_else(|_| panic!("{EDIT_SEQUENCES} is a number"))
    });
    let (next, failed) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let work = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= tried {
            return;
        }
        let stage = Stage::of(seed);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        let touches = touches(&mut rng, stage.span());
        let mut time = || SimTime(rng.random_range(0..stage.span().0 * 3 / 2));
        let times = [time(), time(), time()];
        if let Some(wrong) = fewest(stage, touches, &times) {
            println!("seed {seed} {wrong}");
            failed
                .lock()
                .expect("nothing panics in here")
                .push(format!("seed {seed} {wrong}"));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().expect("nothing panics in there");
    assert!(failed.is_empty(), "broken by {}", failed.join("\n\n"));
}
