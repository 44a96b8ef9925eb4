//! What became of the records: five counters, and the floor with what ran over.

use super::basin::Basin;
use super::compose::Stage;
use super::palette::Ink;
use super::scene::{Hit, HitArea, Outcome, Path, Rect, Shape, Stroke};
use super::text;
use super::water::chance;
use super::words::{Spot, Style};
use crate::engine::ledger::Ledger;

/// One counter.
struct Counter {
    outcome: Outcome,
    n: u64,
    /// Its name, long and short.
    names: [&'static str; 2],
    /// Lines below it, each with a shorter wording.
    captions: Vec<[String; 2]>,
    ink: Ink,
    words: Ink,
}

/// Draws the floor, the puddle and the counters.
pub(super) fn compose(stage: &mut Stage, basins: &[Basin]) {
    draw_floor(stage, basins);
    let cells = stage.layout.outcomes;
    for (counter, cell) in counters(stage).iter().zip(cells) {
        draw_counter(stage, counter, cell);
    }
}

/// Who knows an order again does not charge for it again.
fn charged_captions(ledger: &Ledger) -> Vec<[String; 2]> {
    if ledger.caught == 0 {
        return vec![["customers charged twice", "charged twice"].map(str::to_owned)];
    }
    let charged = text::count(ledger.charged_twice);
    vec![[
        [&charged, " customers charged twice"].concat(),
        [&charged, " charged twice"].concat(),
    ]]
}

fn counters(stage: &Stage) -> [Counter; 5] {
    let ledger = &stage.moment.ledger;
    let line = |long: &str, short: &str| vec![[long.to_owned(), short.to_owned()]];
    let tickets = match ledger.messages {
        0 => "no ticket yet".to_owned(),
        1 => "1 ticket".to_owned(),
        n => format!("{} tickets", text::count(n)),
    };
    [
        Counter {
            outcome: Outcome::Processed,
            n: ledger.processed.total(),
            names: ["processed", "done"],
            captions: processed_captions(ledger),
            ink: Ink::Done,
            words: Ink::DoneText,
        },
        Counter {
            outcome: Outcome::HandledAgain,
            n: ledger.handled_again + ledger.copies_handled,
            names: ["handled again", "again"],
            captions: charged_captions(ledger),
            ink: Ink::Again,
            words: Ink::AgainText,
        },
        Counter {
            outcome: Outcome::Destination,
            n: ledger.to_destination.total(),
            names: ["to the destination", "tickets"],
            captions: line(&tickets, &tickets),
            ink: Ink::Destination,
            words: Ink::DestinationText,
        },
        Counter {
            outcome: Outcome::Discarded,
            n: ledger.discarded.total(),
            names: ["discarded", "discarded"],
            captions: line("without a trace", "no trace"),
            ink: Ink::Discarded,
            words: Ink::Text,
        },
        Counter {
            outcome: Outcome::Spilled,
            n: ledger.expired().total(),
            names: ["over the rim", "spilled"],
            captions: spilled_captions(stage),
            ink: Ink::Spilled,
            words: Ink::SpilledText,
        },
    ]
}

/// What the checkpoint passed without anybody having handled it.
fn processed_captions(ledger: &Ledger) -> Vec<[String; 2]> {
    let mut captions = vec![["passed by the checkpoint".into(), "checkpointed".into()]];
    let beside = [
        (ledger.swallowed.total(), "swallowed"),
        (ledger.parked.total(), "parked"),
        (ledger.skipped.total(), "skipped"),
        (ledger.filtered.total(), "filtered out"),
    ];
    if let Some((n, what)) = beside.into_iter().find(|&(n, _)| n > 0) {
        captions.push([
            [&text::count(n), " ", what].concat(),
            [&text::short_count(n), " ", what].concat(),
        ]);
    }
    captions
}

/// While orders expire: whether any error graph shows it (E44).
fn spilled_captions(stage: &Stage) -> Vec<[String; 2]> {
    let spills = stage
        .moment
        .shards
        .iter()
        .any(|s| s.expired_last_minute > 0);
    if !spills {
        return vec![["expired: nobody will read it".into(), "expired".into()]];
    }
    let minutes = stage.moment.shards.iter();
    let minutes = minutes.filter_map(|s| stage.source.minute_before(s.shard, stage.moment.at));
    let (errors, throttles) = minutes.fold((0, 0), |(e, t), m| (e + m.errors, t + m.throttles));
    let figures = format!("Errors {errors}, Throttles {throttles}");
    if errors + throttles == 0 {
        let silence = "no graph shows it";
        return vec![
            [format!("{figures}:"), "Errors 0".into()],
            [silence.into(), silence.into()],
        ];
    }
    vec![
        [figures, format!("Errors {errors}")],
        ["last minute".into(), String::new()],
    ]
}

fn draw_counter(stage: &mut Stage, counter: &Counter, cell: Rect) {
    let hit = Hit::Outcome(counter.outcome);
    stage.scene.hits.push(HitArea { area: cell, hit });
    let (font, narrow) = (stage.layout.font, stage.layout.narrow);
    let size = if narrow { 14.0 } else { font * 1.6 };
    let left = cell.x + if narrow { 17.0 } else { 20.0 };
    let y = cell.y + size * 0.75;
    draw_glyph(stage, counter, cell.x + 7.0, y);
    // A number in the outcome's colour once there is something to count.
    let ink = if counter.n > 0 {
        counter.words
    } else {
        Ink::Caption
    };
    let (long, short) = (text::count(counter.n), text::short_count(counter.n));
    let mut write = |style: Style, texts: [&str; 2], y| {
        let room = cell.right() - left - if narrow { 5.0 } else { 10.0 };
        let fits = |text: &&&str| text::width(text, style.size, style.bold) <= room;
        let text = texts.iter().find(fits).unwrap_or(&texts[1]);
        // Where even that is too long for a narrow cell, it is written smaller.
        let width = text::width(text, style.size, style.bold);
        let size = style.size * (room / width.max(1.0)).clamp(0.6, 1.0);
        let style = Style { size, ..style };
        stage.words.place(style, &[text], &[Spot::Begin(left, y)]);
    };
    write(Style::bold(size, ink), [&long, &short], y);
    let mut y = y + size * 0.6 + font * 0.72;
    let name = if narrow { 10.5 } else { font };
    write(Style::bold(name, Ink::Text), counter.names, y);
    if narrow {
        return;
    }
    let style = Style::plain(font - 1.5, Ink::Caption);
    for [long, short] in &counter.captions {
        y += font * 1.2;
        write(style, [long, short], y);
    }
}

fn draw_glyph(stage: &mut Stage, counter: &Counter, x: f32, y: f32) {
    let ink = counter.ink;
    let line = |points: Vec<(f32, f32)>| Stroke::line(Path::Line(points), ink, 2.2);
    match counter.outcome {
        Outcome::Processed => {
            stage.stroke(line(vec![
                (x - 5.0, y),
                (x - 1.5, y + 4.0),
                (x + 5.5, y - 4.5),
            ]));
        }
        Outcome::HandledAgain => {
            let arc = Path::Arc {
                at: (x, y),
                r: 4.8,
                from: 0.2,
                to: 1.0,
            };
            stage.stroke(Stroke::line(arc, ink, 2.2));
            stage.stroke(line(vec![
                (x - 2.6, y - 8.0),
                (x + 1.2, y - 4.8),
                (x - 2.6, y - 1.8),
            ]));
        }
        Outcome::Destination => {
            let paper = Path::Round(Rect::new(x - 6.0, y - 4.5, 12.0, 9.0), 1.5);
            stage.stroke(Stroke::line(paper, ink, 1.8));
            stage.stroke(line(vec![
                (x - 5.5, y - 4.0),
                (x, y + 1.0),
                (x + 5.5, y - 4.0),
            ]));
        }
        Outcome::Discarded => {
            stage.stroke(line(vec![(x - 4.0, y - 4.0), (x + 4.0, y + 4.0)]));
            stage.stroke(line(vec![(x + 4.0, y - 4.0), (x - 4.0, y + 4.0)]));
        }
        Outcome::Spilled => stage.dot(x, y, 5.0, Shape::Ring, ink),
    }
}

fn draw_floor(stage: &mut Stage, basins: &[Basin]) {
    let floor = stage.layout.floor;
    let right = stage.layout.canvas.w - 12.0;
    let line = Path::Line(vec![(12.0, floor), (right, floor)]);
    stage.stroke(Stroke::line(line, Ink::Line, 1.5));
    let spilled = stage.moment.ledger.expired().total();
    if spilled == 0 {
        return;
    }
    // A heap that grows with the logarithm of the loss; the counter has the number.
    let decades = libm::log(spilled as f64 + 1.0) / std::f64::consts::LN_10;
    let rings = (decades * 9.0).ceil() as usize;
    let narrow = stage.layout.narrow;
    let landing = basins.first().map(|basin| basin.landing(narrow) + 4.0);
    let middle = landing.unwrap_or(right).min(right - 22.0);
    let half = (rings as f32 * 0.9).min(right - middle - 4.0).max(8.0);
    for k in 0..rings {
        let spread = chance(0, k as u64, 8) + chance(0, k as u64, 9) - 1.0;
        let rise = chance(0, k as u64, 10) * (1.0 - spread.abs()) * (rings as f32 * 0.22);
        stage.dot(
            middle + spread * half,
            floor - 3.4 - rise,
            2.8,
            Shape::Ring,
            Ink::Spilled,
        );
    }
}
