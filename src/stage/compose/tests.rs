//! What every picture must hold to, whatever it shows.

use super::*;
use crate::engine::config::MappingState;
use crate::engine::time::{SimDuration, SimTime};
use crate::recording::moment::Phase;
use crate::recording::recorder::Recorder;
use crate::scenario::configure::configure;
use crate::scenario::link::from_link;
use crate::stage::palette::Palette;
use crate::stage::sample::{NAMES, sample};
use crate::stage::scene::{Dot, Hit, Outcome, Path, Rect, Shape};

const SIZES: [(f32, f32); 8] = [
    (336.0, 300.0),
    (360.0, 420.0),
    (700.0, 480.0),
    (984.0, 330.0),
    (1_400.0, 400.0),
    (984.0, 220.0),
    (1_400.0, 230.0),
    (1_900.0, 640.0),
];
/// The size at which every word has room.
const WIDE: (f32, f32) = SIZES[4];

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

/// Whether two places share more than a hair.
fn touches(label: &Rect, other: &Rect) -> bool {
    let label = Rect::new(label.x + 0.5, label.y + 1.0, label.w - 1.0, label.h - 2.0);
    label.overlaps(other)
}

/// The straight pieces of a scene's lines and frames, as thin places.
fn pieces(scene: &Scene) -> Vec<Rect> {
    let mut ends = Vec::new();
    for stroke in scene.strokes.iter().filter(|stroke| stroke.line.is_some()) {
        match &stroke.path {
            Path::Line(points) => ends.extend(points.windows(2).map(|ends| (ends[0], ends[1]))),
            Path::Round(r, _) => {
                let (left, top, right, bottom) = (r.x, r.y, r.right(), r.bottom());
                ends.extend([
                    ((left, top), (right, top)),
                    ((left, bottom), (right, bottom)),
                ]);
                ends.extend([
                    ((left, top), (left, bottom)),
                    ((right, top), (right, bottom)),
                ]);
            }
            Path::Polygon(_) | Path::Curve(..) | Path::Arc { .. } => {}
        }
    }
    let piece = |((x0, y0), (x1, y1)): ((f32, f32), (f32, f32))| {
        let (x, y) = (x0.min(x1), y0.min(y1));
        Rect::new(x, y - 0.3, (x0 - x1).abs() + 0.1, (y0 - y1).abs() + 0.6)
    };
    ends.into_iter().map(piece).collect()
}

#[test]
fn nothing_is_written_across_water_lanes_or_records() {
    for name in NAMES {
        for size in SIZES {
            for speed in [1, 60, 10_000] {
                let scene = composed(name, size, Some(speed));
                // What stands in a ring is part of it.
                let is_sign =
                    |text: &str| text == "λ" || text.parse::<u32>().is_ok_and(|n| n < 100);
                for label in scene.labels.iter().filter(|label| !is_sign(&label.text)) {
                    let at = |what: &dyn std::fmt::Debug| {
                        format!("{name} {size:?} ×{speed}: {label:?} across {what:?}")
                    };
                    for water in &scene.waters {
                        let top = water.heights.iter().fold(0.0_f32, |top, &h| top.max(h));
                        let (w, y) = (water.right - water.left, water.floor - top);
                        let area = Rect::new(water.left, y, w, top);
                        assert!(!touches(&label.area, &area), "{}", at(&area));
                    }
                    for piece in pieces(&scene) {
                        assert!(!touches(&label.area, &piece), "{}", at(&piece));
                    }
                    for dot in &scene.dots {
                        let (x, y, r) = (dot.x - dot.r, dot.y - dot.r, 2.0 * dot.r);
                        let area = Rect::new(x, y, r, r);
                        assert!(!touches(&label.area, &area), "{}", at(dot));
                    }
                }
            }
        }
    }
}

#[test]
fn every_outcome_is_named_at_every_size() {
    for name in NAMES {
        for size in SIZES {
            let scene = composed(name, size, None);
            let all = texts(&scene);
            for either in [
                &["processed", "done"][..],
                &["handled again", "again"],
                &["destination", "no destination", "tickets"],
                &["discarded"],
                &["over the rim", "spilled"],
            ] {
                let is_said = all.iter().any(|text| either.contains(text));
                assert!(is_said, "{name} {size:?}: none of {either:?} in {all:?}");
            }
        }
    }
}

#[test]
fn words_are_large_enough() {
    for name in NAMES {
        for size in SIZES {
            for label in composed(name, size, None).labels {
                let least = if label.text.starts_with("lane") {
                    11.0
                } else {
                    10.0
                };
                // A digit in a ring and a number too long for its cell are smaller.
                let is_word = label.text.chars().any(char::is_alphabetic) && label.text.len() > 2;
                assert!(
                    !is_word || label.size >= least,
                    "{name} {size:?}: {label:?}"
                );
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
                "headroom", "shard-", "producer", "now", "rim", "pill", "expired", "unread",
                "batch", "back-off",
            ] {
                assert!(says(what), "{name} {size:?} does not say {what}: {all:?}");
            }
            let said = all.iter().filter(|text| text.contains("headroom")).count();
            assert!(said >= scene.waters.len(), "{name} {size:?}: {all:?}");
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
        ("spilling", "Errors 0: no graph shows it"),
        ("spilling", "destination"),
        ("cured", "catching up: 47/s handled, 25/s flow in"),
        ("cured", "118,204"),
        ("parallel", "lane 1 · batch of 100 · 131 tries failed"),
    ] {
        let scene = composed(name, WIDE, None);
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
        let scene = compose(&source, &moment, &view(WIDE, 600));
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
        assert_eq!(composed(name, WIDE, None), composed(name, WIDE, None));
    }
}

/// Records, levels and words are all there; what is only on its way is not.
#[test]
fn reduced_motion_keeps_the_information() {
    for name in NAMES {
        let (source, moment, speed) = sample(name);
        let moving = compose(&source, &moment, &view(WIDE, speed));
        let still = View {
            reduced_motion: true,
            ..view(WIDE, speed)
        };
        let still = compose(&source, &moment, &still);
        assert_eq!(texts(&moving), texts(&still), "{name}");
        assert_eq!(moving.waters, still.waters, "{name}");
        let records = |scene: &Scene| -> Vec<Dot> {
            let dots = scene.dots.iter().filter(|dot| dot.record.is_some());
            dots.copied().collect()
        };
        assert_eq!(records(&moving), records(&still), "{name}");
    }
}

#[test]
fn reduced_motion_moves_in_steps() {
    let still = View {
        reduced_motion: true,
        ..view(WIDE, 600)
    };
    let at = |seconds: f64| SimTime((seconds * 1e6) as u64);
    assert_eq!(still.shown(at(1_234.5), true), at(1_200.0));
    assert_eq!(still.shown(at(1_799.9), true), at(1_200.0));
    assert_eq!(still.shown(at(1_800.0), true), at(1_800.0));
    // Somebody who stops or scrubs sees exactly that moment.
    assert_eq!(still.shown(at(1_234.5), false), at(1_234.5));
    let moving = view(WIDE, 600);
    assert_eq!(moving.shown(at(1_234.5), true), at(1_234.5));
}

#[test]
fn a_record_keeps_its_height_while_it_ages() {
    let (source, moment, _) = sample("healthy");
    let later = Moment {
        at: moment.at + SimDuration::from_millis(200),
        ..moment.clone()
    };
    let find = |moment: &Moment, position| {
        let scene = compose(&source, moment, &view(WIDE, 1));
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
    let scene = composed("blocked", WIDE, None);
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
fn every_shard_with_a_place_can_be_opened_and_read() {
    for name in NAMES {
        for size in SIZES {
            let (_, moment, _) = sample(name);
            let scene = composed(name, size, None);
            let canvas = Rect::new(0.0, 0.0, size.0, size.1);
            for spot in scene.shards() {
                assert!(canvas.contains(&spot.rect), "{name} {size:?}: {spot:?}");
                let head = format!("shard-{}: ", spot.shard);
                assert!(spot.words.starts_with(&head), "{name} {size:?}: {spot:?}");
                let middle = (spot.rect.x + 2.0, spot.rect.y + 2.0);
                assert_eq!(scene.hit(middle.0, middle.1), Some(Hit::Shard(spot.shard)));
            }
            let open = scene.shards().iter().filter(|spot| spot.open).count();
            assert_eq!(open, scene.waters.len(), "{name} {size:?}");
            if moment.shards.len() == 2 {
                assert_eq!(scene.shards().len(), 2, "{name} {size:?}");
            }
        }
    }
    let scene = composed("blocked", WIDE, None);
    assert_eq!(
        scene.shards()[1].words,
        "shard-1: blocked by one order · 571 failed tries · iterator age 10 h · headroom 14 h"
    );
}

#[test]
fn the_shard_in_trouble_opens_and_opening_by_hand_wins() {
    let (source, moment, speed) = sample("shards");
    let opens = |focus: Option<u16>| -> Vec<u16> {
        let view = View {
            focus,
            ..view(SIZES[0], speed)
        };
        let scene = compose(&source, &moment, &view);
        let open = scene.shards().iter().filter(|spot| spot.open);
        open.map(|spot| spot.shard).collect()
    };
    assert!(opens(None).contains(&7), "{:?}", opens(None));
    assert!(!opens(None).contains(&11));
    assert!(opens(Some(11)).contains(&11));
}

/// What is open changes when something happens, not while somebody looks.
#[test]
fn the_open_shards_do_not_flap() {
    let link = "v=1&ShardCount=6&recordsPerSecond=216&horizon=6h&at=1h:pill:2&at=3h:pill:5";
    let (shared, notices) = from_link(link);
    assert!(notices.is_empty(), "{notices:?}");
    let mut recorder = Recorder::new(configure(&shared.scenario).0);
    recorder.finish();
    let frames = |from: u32, to: u32| (from * 4..to * 4).map(|k| f64::from(k) / 4.0);
    let before_and_after = open_at(&mut recorder, [3_599.0, 3_602.0].into_iter());
    assert!(!before_and_after[0].contains(&2), "{before_and_after:?}");
    assert!(before_and_after[1].contains(&2), "{before_and_after:?}");
    let landing = open_at(&mut recorder, frames(3_590, 3_720));
    assert_eq!(changes(&landing), 1, "while the pill lands");
    let quiet = open_at(&mut recorder, frames(7_200, 7_320));
    assert_eq!(changes(&quiet), 0, "while nothing happens");
    let minutes = (0..360).map(|minute| f64::from(minute) * 60.0 + 7.0);
    let whole = open_at(&mut recorder, minutes);
    assert!(changes(&whole) <= 4, "{whole:?}");
}

/// The shards that are open on a phone at each of these seconds.
fn open_at(recorder: &mut Recorder, seconds: impl Iterator<Item = f64>) -> Vec<Vec<u16>> {
    let open = |seconds: f64| {
        let moment = recorder.moment(SimTime((seconds * 1e6) as u64));
        let scene = compose(recorder, &moment, &view(SIZES[0], 1));
        let open = scene.shards().iter().filter(|spot| spot.open);
        open.map(|spot| spot.shard).collect()
    };
    seconds.map(open).collect()
}

fn changes(open: &[Vec<u16>]) -> usize {
    open.windows(2).filter(|pair| pair[0] != pair[1]).count()
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
