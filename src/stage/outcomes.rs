//! What became of the records: five counters, and the floor with what ran over.

use super::basin::Basin;
use super::compose::Stage;
use super::palette::Ink;
use super::scene::{Hit, HitArea, Outcome, Path, Rect, Shape, Stroke};
use super::text;
use super::water::chance;
use super::words::{Spot, Style};

/// One counter.
struct Counter {
    outcome: Outcome,
    n: u64,
    name: &'static str,
    short: &'static str,
    captions: [String; 2],
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

fn counters(stage: &Stage) -> [Counter; 5] {
    let ledger = &stage.moment.ledger;
    let plain = |text: &str| [text.to_owned(), String::new()];
    let counter = |outcome, n, names: [&'static str; 2], captions, ink, words| Counter {
        outcome,
        n,
        name: names[0],
        short: names[1],
        captions,
        ink,
        words,
    };
    let messages = match ledger.messages {
        0 => "no ticket yet".to_owned(),
        1 => "1 ticket".to_owned(),
        n => format!("{} tickets", text::count(n)),
    };
    let done = ledger.processed.total();
    let (to, gone) = (ledger.to_destination.total(), ledger.discarded.total());
    [
        counter(
            Outcome::Processed,
            done,
            ["processed", "done"],
            plain("passed by the checkpoint"),
            Ink::Done,
            Ink::DoneText,
        ),
        counter(
            Outcome::HandledAgain,
            ledger.handled_again,
            ["handled again", "again"],
            plain("customers charged twice"),
            Ink::Again,
            Ink::AgainText,
        ),
        counter(
            Outcome::Destination,
            to,
            ["to the destination", "tickets"],
            plain(&messages),
            Ink::Destination,
            Ink::DestinationText,
        ),
        counter(
            Outcome::Discarded,
            gone,
            ["discarded", "discarded"],
            plain("without a trace"),
            Ink::Discarded,
            Ink::Caption,
        ),
        counter(
            Outcome::Spilled,
            ledger.expired().total(),
            ["over the rim", "spilled"],
            spilled_captions(stage),
            Ink::Spilled,
            Ink::SpilledText,
        ),
    ]
}

/// While orders expire: whether any error graph shows it (E44).
fn spilled_captions(stage: &Stage) -> [String; 2] {
    let spills = stage
        .moment
        .shards
        .iter()
        .any(|s| s.expired_last_minute > 0);
    if !spills {
        return ["expired, never handled".into(), String::new()];
    }
    let minutes = stage.moment.shards.iter();
    let minutes = minutes.filter_map(|s| stage.source.minute_before(s.shard, stage.moment.at));
    let (errors, throttles) = minutes.fold((0, 0), |(e, t), m| (e + m.errors, t + m.throttles));
    if errors + throttles == 0 {
        ["Errors 0, Throttles 0:".into(), "no graph shows it".into()]
    } else {
        [
            format!("Errors {errors}/min"),
            format!("Throttles {throttles}/min"),
        ]
    }
}

fn draw_counter(stage: &mut Stage, counter: &Counter, cell: Rect) {
    let hit = Hit::Outcome(counter.outcome);
    stage.scene.hits.push(HitArea { area: cell, hit });
    let (font, narrow) = (stage.layout.font, stage.layout.narrow);
    let size = if narrow { 14.0 } else { font * 1.6 };
    let left = cell.x + if narrow { 17.0 } else { 20.0 };
    let y = cell.y + size * 0.75;
    draw_glyph(stage, counter, cell.x + 7.0, y);
    // A number in the state's colour once there is something to count.
    let ink = if counter.n > 0 {
        counter.words
    } else {
        Ink::Caption
    };
    let (long, short) = (text::count(counter.n), text::short_count(counter.n));
    let texts: &[&str] = if narrow { &[&short] } else { &[&long, &short] };
    stage
        .words
        .place(Style::bold(size, ink), texts, &[Spot::Begin(left, y)]);
    let name = if narrow { counter.short } else { counter.name };
    let style = Style::bold(if narrow { 10.5 } else { font }, Ink::Text);
    let mut y = y + size * 0.6 + font * 0.72;
    stage
        .words
        .place(style, &[name, counter.short], &[Spot::Begin(left, y)]);
    if narrow {
        return;
    }
    let style = Style::plain(font - 1.5, Ink::Caption);
    for caption in &counter.captions {
        y += font * 1.2;
        stage
            .words
            .place(style, &[caption], &[Spot::Begin(left, y)]);
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
    let rings = ((spilled as f32 + 1.0).log10() * 9.0).ceil() as usize;
    let middle = basins
        .first()
        .map_or(right - 30.0, |basin| basin.landing(floor).0 + 4.0);
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
