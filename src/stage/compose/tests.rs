//! What every picture must hold to, whatever it shows.

use super::*;
use crate::engine::config::MappingState;
use crate::recording::moment::Phase;
use crate::stage::palette::Palette;
use crate::stage::sample::{NAMES, sample};
use crate::stage::scene::{Outcome, Rect};

const SIZES: [(f32, f32); 4] = [
    (360.0, 420.0),
    (700.0, 480.0),
    (980.0, 500.0),
    (1_300.0, 640.0),
];

fn view(size: (f32, f32), speed: u32) -> View {
    View {
        size,
        dpr: 1.0,
        lens: 0.1 * f64::from(speed),
        focus: None,
        palette: Palette::Light,
        speed,
        reduced_motion: false,
    }
}

fn composed(name: &str, size: (f32, f32), speed: Option<u32>) -> Scene {
    let (source, moment, own) = sample(name);
    compose(&source, &moment, &view(size, speed.unwrap_or(own)))
}

fn texts(scene: &Scene) -> Vec<&str> {
    scene
        .labels
        .iter()
        .map(|label| label.text.as_str())
        .collect()
}

#[test]
fn words_stay_on_the_canvas_and_apart() {
    for name in NAMES {
        for size in SIZES {
            for speed in [1, 60, 10_000] {
                let scene = composed(name, size, Some(speed));
                let canvas = Rect::new(0.0, 0.0, size.0, size.1);
                for (i, a) in scene.labels.iter().enumerate() {
                    assert!(canvas.contains(&a.area), "{name} {size:?}: {a:?}");
                    for b in &scene.labels[i + 1..] {
                        assert!(!a.area.overlaps(&b.area), "{name} {size:?}: {a:?} {b:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn records_stay_on_the_canvas() {
    for name in NAMES {
        for size in SIZES {
            for dot in composed(name, size, None).dots {
                let inside = dot.x > 0.0 && dot.x < size.0 && dot.y > 0.0 && dot.y < size.1;
                assert!(inside, "{name} {size:?}: {dot:?}");
            }
        }
    }
}

#[test]
fn every_basin_says_its_headroom_and_the_legend_is_whole() {
    for name in NAMES {
        for size in SIZES {
            let scene = composed(name, size, None);
            let all = texts(&scene);
            let says = |what: &str| all.iter().any(|text| text.contains(what));
            for what in [
                "headroom",
                "shard-",
                "producer",
                "now",
                "rim",
                "poison pill",
                "expired",
                "unread order",
                "batch in hand",
                "back-off",
            ] {
                assert!(says(what), "{name} {size:?} does not say {what}: {all:?}");
            }
        }
    }
}

#[test]
fn the_state_is_said_in_words() {
    for (name, words) in [
        ("healthy", "batch of 49"),
        ("failing", "2 tries failed · batch of 98"),
        ("blocked", "blocked by one order · 571 failed tries"),
        ("spilling", "reads at the rim: 47/s handled, 54/s fall due"),
        ("spilling", "5.2/s lost"),
        ("spilling", "no graph shows it"),
        ("cured", "catching up: 47/s handled, 25/s flow in"),
        ("cured", "118,204"),
        ("parallel", "lane 1 · batch of 100 · 131 tries failed"),
    ] {
        let scene = composed(name, (980.0, 500.0), None);
        assert!(
            texts(&scene).contains(&words),
            "{name}: {:?}",
            texts(&scene)
        );
    }
}

#[test]
fn trouble_around_the_shards_is_noted() {
    type Change = fn(&mut Moment);
    let rows: [(&str, Change, &str); 9] = [
        // E12: a mapping that is switched off reads nothing.
        (
            "healthy",
            |m| m.state = MappingState::Disabled,
            "the mapping is switched off",
        ),
        (
            "healthy",
            |m| m.state = MappingState::None,
            "no mapping reads this stream",
        ),
        // L11: an outage is not one bad order.
        (
            "blocked",
            |m| m.shards[1].lanes[0].batch.as_mut().expect("held").pill = None,
            "blocked: the function fails · 571 failed tries",
        ),
        // L2, L3: who has the slots.
        (
            "healthy",
            |m| {
                m.running = (1, 100);
                m.neighbour.running = 99;
                let (since, until) = (m.at, m.at + SimDuration::from_secs(1));
                m.shards[0].lanes[0].phase = Phase::Throttled { since, until };
            },
            "throttled: the neighbour has 99 of 100 concurrent",
        ),
        ("healthy", |m| m.ledger.given_up.good = 7, "7 never stored"),
        // Ten seconds of traffic.
        (
            "healthy",
            |m| m.ledger.with_producer.good = m.rate_milli / 100,
            "720 wait to be sent",
        ),
        (
            "healthy",
            |m| m.running = (990, 1_000),
            "990 of 1,000 concurrent",
        ),
        (
            "healthy",
            |m| m.neighbour.throttles = 321,
            "neighbour: 321 refused",
        ),
        (
            "healthy",
            |m| m.ledger.filtered.good = 1_234,
            "1,234 filtered out",
        ),
    ];
    for (name, change, words) in rows {
        let (source, mut moment, _) = sample(name);
        moment.rate_milli = 72_000;
        change(&mut moment);
        let scene = compose(&source, &moment, &view((1_200.0, 600.0), 600));
        assert!(
            texts(&scene).contains(&words),
            "{words}: {:?}",
            texts(&scene)
        );
    }
}

#[test]
fn the_picture_is_a_function_of_what_it_shows() {
    for name in NAMES {
        assert_eq!(
            composed(name, SIZES[2], None),
            composed(name, SIZES[2], None)
        );
    }
}

#[test]
fn reduced_motion_keeps_the_information() {
    for name in NAMES {
        let (source, moment, speed) = sample(name);
        let moving = compose(&source, &moment, &view(SIZES[2], speed));
        let still = View {
            reduced_motion: true,
            ..view(SIZES[2], speed)
        };
        let mut still = compose(&source, &moment, &still);
        assert_eq!(texts(&moving), texts(&still), "{name}");
        // The only records left are pills; they stand for themselves.
        still.dots.retain(|dot| dot.record.is_some());
        assert!(
            still.dots.iter().all(|dot| dot.shape == Shape::Star),
            "{name}"
        );
    }
}

#[test]
fn a_record_keeps_its_height_while_it_ages() {
    let (source, moment, _) = sample("healthy");
    let later = Moment {
        at: moment.at + SimDuration::from_millis(200),
        ..moment.clone()
    };
    let find = |moment: &Moment, position| {
        let scene = compose(&source, moment, &view(SIZES[2], 1));
        let here = |dot: &&Dot| dot.record == Some((0, position));
        scene.dots.iter().find(here).map(|dot| (dot.x, dot.y))
    };
    let position = moment.shards[0].stored - 5;
    let (before, after) = (find(&moment, position), find(&later, position));
    let ((x0, y0), (x1, y1)) = (before.expect("drawn"), after.expect("still drawn"));
    assert!(
        x1 > x0 + 1.0 && (y1 - y0).abs() < 2.0,
        "{before:?} {after:?}"
    );
}

#[test]
fn things_can_be_pointed_at() {
    let scene = composed("blocked", SIZES[2], None);
    let pill = scene
        .dots
        .iter()
        .find(|dot| dot.shape == Shape::Star && dot.record.is_some());
    let pill = pill.expect("the pill is drawn");
    let (shard, position) = pill.record.expect("it is a record");
    assert_eq!(
        scene.hit(pill.x, pill.y),
        Some(Hit::Record { shard, position })
    );
    let expected = [
        Hit::Producer,
        Hit::Shard(1),
        Hit::Lane { shard: 1, lane: 0 },
        Hit::Outcome(Outcome::Spilled),
    ];
    for hit in expected {
        assert!(scene.hits.iter().any(|area| area.hit == hit), "{hit:?}");
    }
    assert_eq!(scene.hit(-5.0, -5.0), None);
}

#[test]
fn a_picture_of_nothing_is_a_picture() {
    let (source, moment, _) = sample("start");
    let nothing = Moment {
        at: SimTime::ZERO,
        shards: Vec::new(),
        ..moment.clone()
    };
    let begin = Moment {
        at: SimTime::ZERO,
        ..moment
    };
    for size in [(0.0, 0.0), (1.0, 5_000.0), (360.0, 420.0)] {
        assert!(compose(&source, &nothing, &view(size, 1)).scale > 0.0);
        assert!(compose(&source, &begin, &view(size, 0)).scale > 0.0);
    }
}
