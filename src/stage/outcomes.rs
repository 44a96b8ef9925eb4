//! What became of the records: five counters where they go, and the floor with what ran over.

use super::basin::Basin;
use super::context::Stage;
use super::palette::Ink;
use super::scene::{Hit, HitArea, Outcome, Path, Rect, Shape, Stroke};
use super::text;
use super::water::chance;
use super::words::{Spot, Style};
use crate::engine::ledger::Ledger;
use crate::words;

/// One counter.
struct Counter {
    outcome: Outcome,
    n: u64,
    /// Its name, long and short.
    names: [&'static str; 2],
    /// A line of its own under the number, if there is something to add.
    caption: Option<String>,
    ink: Ink,
    words: Ink,
}

/// Draws the floor, the puddle and the counters.
pub(super) fn compose(stage: &mut Stage, basins: &[Basin]) {
    draw_floor(stage, basins);
    let cells = stage.layout.outcomes;
    for (counter, cell) in counters(stage).iter().zip(cells) {
        let hit = Hit::Outcome(counter.outcome);
        stage.scene.hits.push(HitArea { area: cell, hit });
        let is_low = cell.h < 3.2 * stage.layout.font;
        if stage.layout.narrow {
            draw_narrow(stage, counter, cell);
        } else if counter.outcome == Outcome::Destination && is_missing(stage) {
            draw_missing(stage, cell, is_low);
        } else if is_low {
            draw_low(stage, counter, cell);
        } else {
            draw_wide(stage, counter, cell);
        }
    }
}

/// Whether there is no destination, and never was one that something went to.
fn is_missing(stage: &Stage) -> bool {
    let ledger = &stage.moment.ledger;
    ledger.to_destination.total() == 0 && !stage.source.has_destination(stage.moment.at)
}

fn counters(stage: &Stage) -> [Counter; 5] {
    let ledger = &stage.moment.ledger;
    [
        Counter {
            outcome: Outcome::Processed,
            n: ledger.processed.total(),
            names: ["processed", "done"],
            caption: passed_caption(ledger),
            ink: Ink::Done,
            words: Ink::DoneText,
        },
        Counter {
            outcome: Outcome::HandledAgain,
            n: ledger.handled_again + ledger.copies_handled,
            names: ["handled again", "again"],
            caption: Some(charged_caption(ledger)),
            ink: Ink::Again,
            words: Ink::AgainText,
        },
        Counter {
            outcome: Outcome::Destination,
            n: ledger.to_destination.total(),
            names: ["to the destination", "tickets"],
            caption: Some(match ledger.messages {
                0 => "no ticket yet".to_owned(),
                1 => "1 ticket".to_owned(),
                n => format!("{} tickets", words::number(n)),
            }),
            ink: Ink::Destination,
            words: Ink::DestinationText,
        },
        Counter {
            outcome: Outcome::Discarded,
            n: ledger.discarded.total(),
            names: ["discarded", "discarded"],
            caption: Some("without a trace".to_owned()),
            ink: Ink::Discarded,
            words: Ink::Text,
        },
        Counter {
            outcome: Outcome::Spilled,
            n: ledger.expired().total(),
            names: ["over the rim", "spilled"],
            caption: spilled_caption(stage),
            ink: Ink::Spilled,
            words: Ink::SpilledText,
        },
    ]
}

/// Who knows an order again does not charge for it again.
fn charged_caption(ledger: &Ledger) -> String {
    if ledger.caught == 0 {
        "charged twice".to_owned()
    } else {
        format!("{} charged twice", words::number(ledger.charged_twice))
    }
}

/// What the checkpoint passed without anybody having handled it.
fn passed_caption(ledger: &Ledger) -> Option<String> {
    let beside = [
        (ledger.swallowed.total(), "swallowed"),
        (ledger.parked.total(), "parked"),
        (ledger.skipped.total(), "skipped"),
        (ledger.filtered.total(), "filtered out"),
    ];
    let (n, what) = beside.into_iter().find(|&(n, _)| n > 0)?;
    Some(format!("{} {what}", words::number(n)))
}

/// While orders expire: whether any error graph shows it (E44).
fn spilled_caption(stage: &Stage) -> Option<String> {
    let shards = &stage.moment.shards;
    if shards.iter().all(|shard| shard.expired_last_minute == 0) {
        return None;
    }
    let minutes = shards
        .iter()
        .filter_map(|shard| stage.source.minute_before(shard.shard, stage.moment.at));
    let (errors, throttles) = minutes.fold((0, 0), |(e, t), m| (e + m.errors, t + m.throttles));
    Some(match (errors, throttles) {
        (0, 0) => "Errors 0: no graph shows it".to_owned(),
        (0, throttles) => format!("Throttles {throttles} a minute"),
        (errors, _) => format!("Errors {errors} a minute"),
    })
}

/// A number in the outcome's colour once there is something to count.
fn number_ink(counter: &Counter) -> Ink {
    if counter.n > 0 {
        counter.words
    } else {
        Ink::Caption
    }
}

/// A number with its sign, and its name below: a cell of the row on a phone.
fn draw_narrow(stage: &mut Stage, counter: &Counter, cell: Rect) {
    let y = cell.y + 9.0;
    draw_glyph(stage, counter, cell.x + 7.0, y);
    let number = Style::bold(14.0, number_ink(counter));
    let (long, short) = (words::number(counter.n), words::short_number(counter.n));
    let room = |left: f32| cell.right() - left - 4.0;
    write(
        stage,
        number,
        &[&long, &short],
        (cell.x + 17.0, y),
        room(cell.x + 17.0),
    );
    let name = Style::bold(11.0, Ink::Text);
    let y = cell.y + 27.0;
    write(
        stage,
        name,
        &counter.names,
        (cell.x + 2.0, y),
        room(cell.x + 2.0),
    );
}

/// Its name, a number with its sign, and what there is to add: a cell of the column beside the basins.
fn draw_wide(stage: &mut Stage, counter: &Counter, cell: Rect) {
    let font = stage.layout.font;
    let size = match counter.outcome {
        Outcome::Spilled if counter.n > 0 => font * 1.8,
        Outcome::Spilled
        | Outcome::Processed
        | Outcome::HandledAgain
        | Outcome::Destination
        | Outcome::Discarded => font * 1.45,
    };
    let left = cell.x + 19.0;
    let room = cell.w - 19.0;
    let y = cell.y + font * 0.7;
    write(
        stage,
        Style::bold(font, Ink::Text),
        &counter.names,
        (left, y),
        room,
    );
    let y = y + font * 0.7 + size * 0.62;
    draw_glyph(stage, counter, cell.x + 6.0, y);
    let (long, short) = (words::number(counter.n), words::short_number(counter.n));
    let number = Style::bold(size, number_ink(counter));
    let written = write(stage, number, &[&long, &short], (left, y), room);
    let (Some(caption), Some(number)) = (&counter.caption, written) else {
        return;
    };
    let style = Style::plain((font - 1.0).max(11.0), Ink::Caption);
    let beside = number.right() + 7.0;
    let width = text::width(caption, style.size, false);
    if beside + width <= cell.right() + 4.0 && counter.outcome != Outcome::Spilled {
        let spot = [Spot::Begin(beside, y + size * 0.1)];
        stage.words.place(style, &[caption], &spot);
    } else {
        let y = y + size * 0.6 + font * 0.7;
        let short = caption.rsplit(": ").next().unwrap_or(caption);
        let room = cell.right() + 8.0 - left;
        write(stage, style, &[caption, short], (left, y), room);
    }
}

/// A number with its sign and its name beside it: where a cell has room for one line.
fn draw_low(stage: &mut Stage, counter: &Counter, cell: Rect) {
    let font = stage.layout.font;
    let (left, y) = (cell.x + 19.0, cell.y + cell.h / 2.0);
    draw_glyph(stage, counter, cell.x + 6.0, y);
    let number = Style::bold(font * 1.2, number_ink(counter));
    let (long, short) = (words::number(counter.n), words::short_number(counter.n));
    let room = cell.w - 19.0;
    let Some(number) = write(stage, number, &[&long, &short], (left, y), room) else {
        return;
    };
    let name = Style::plain((font - 1.0).max(11.0), Ink::Caption);
    let spot = [Spot::Begin(number.right() + 6.0, y)];
    stage.words.place(name, &counter.names, &spot);
}

/// Where a destination would be.
fn draw_missing(stage: &mut Stage, cell: Rect, is_low: bool) {
    let font = stage.layout.font;
    if is_low {
        let y = cell.y + cell.h / 2.0;
        let frame = Rect::new(cell.x + 16.0, y - 0.75 * font, 8.6 * font, 1.5 * font);
        let line = Stroke::line(Path::Round(frame, 6.0), Ink::Destination, 1.3);
        stage.stroke(line.dashed(3.0, 3.0));
        let style = Style::plain((font - 1.0).max(11.0), Ink::DestinationText);
        let spot = [Spot::Middle(frame.x + frame.w / 2.0, y)];
        stage.words.place(style, &["no destination"], &spot);
        return;
    }
    let frame = Rect::new(cell.x + 16.0, cell.y + 3.0, 7.6 * font, 3.0 * font);
    let line = Stroke::line(Path::Round(frame, 6.0), Ink::Destination, 1.3);
    stage.stroke(line.dashed(3.0, 3.0));
    let style = Style::plain(font, Ink::DestinationText);
    let x = frame.x + frame.w / 2.0;
    let y = frame.y + frame.h / 2.0;
    for (words, y) in [("no", y - font * 0.65), ("destination", y + font * 0.65)] {
        stage.words.place(style, &[words], &[Spot::Middle(x, y)]);
    }
}

/// Writes the first of the texts that fits the room; where none does, the last one smaller.
fn write(
    stage: &mut Stage,
    style: Style,
    texts: &[&str],
    (x, y): (f32, f32),
    room: f32,
) -> Option<Rect> {
    let width = |text: &str| text::width(text, style.size, style.bold);
    let fits = texts.iter().find(|text| width(text) <= room);
    let text = fits.or(texts.last())?;
    let size = style.size * (room / width(text).max(1.0)).clamp(0.6, 1.0);
    let style = Style { size, ..style };
    stage.words.place(style, &[text], &[Spot::Begin(x, y)])
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

/// A heap that grows with the logarithm of the loss; the counter has the number.
fn draw_floor(stage: &mut Stage, basins: &[Basin]) {
    let (floor, spill, narrow) = (
        stage.layout.floor(),
        stage.layout.spill,
        stage.layout.narrow,
    );
    let spilled = stage.moment.ledger.expired().total();
    if spilled == 0 {
        return;
    }
    let ground = Path::Line(vec![(spill.x + 6.0, floor), (spill.right() - 4.0, floor)]);
    stage.stroke(Stroke::line(ground, Ink::Line, 1.5));
    let decades = libm::log(spilled as f64 + 1.0) / std::f64::consts::LN_10;
    let rings = (decades * 10.0).ceil() as usize;
    let middle = basins
        .first()
        .map_or(spill.x + spill.w / 2.0, |basin| basin.landing(narrow) + 4.0);
    let half = (rings as f32 * 0.8)
        .min(spill.right() - middle - 8.0)
        .max(8.0);
    for k in 0..rings {
        let spread = chance(0, k as u64, 8) + chance(0, k as u64, 9) - 1.0;
        let rise = chance(0, k as u64, 10) * (1.0 - spread.abs()) * (rings as f32 * 0.24);
        let (x, y) = (middle + spread * half, floor - 3.4 - rise);
        stage.dot(x, y, 2.8, Shape::Ring, Ink::Spilled);
    }
}
