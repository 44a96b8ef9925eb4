//! The producer and its pipes: orders on their way to the shards.

use super::basin::Basin;
use super::context::Stage;
use super::palette::Ink;
use super::scene::{Hit, HitArea, Path, Rect, Shape, Stroke};
use super::text;
use super::water::chance;
use super::words::{Spot, Style};
use crate::recording::moment::Moment;
use crate::words;

/// Wall seconds an order is on its way.
const TRAVEL: f64 = 0.75;
/// Most drops in one pipe.
const DROPS_MAX: u64 = 20;
/// More than so many seconds of traffic with the producer are a queue.
const QUEUE_SECONDS: u64 = 5;
/// Width of a pipe.
const PIPE: f32 = 9.0;

/// A pipe from the producer to a basin: one Bézier curve, then the spout.
struct Pipe {
    curve: [(f32, f32); 4],
    spout: (f32, f32),
}

impl Pipe {
    fn at(&self, s: f32) -> (f32, f32) {
        let (a, b, c, d) = (self.curve[0], self.curve[1], self.curve[2], self.curve[3]);
        let k = 1.0 - s;
        let (p, q, r, t) = (k * k * k, 3.0 * k * k * s, 3.0 * k * s * s, s * s * s);
        (
            p * a.0 + q * b.0 + r * c.0 + t * d.0,
            p * a.1 + q * b.1 + r * c.1 + t * d.1,
        )
    }
}

/// Draws the producer, its pipes and what is in them.
pub(super) fn compose(stage: &mut Stage, basins: &[Basin]) {
    // A closed shard has lost its inlet (S18).
    let basins = || {
        basins
            .iter()
            .filter(|basin| basin.shard.closed_at.is_none())
    };
    let mut pipes: Vec<Pipe> = basins().map(|basin| pipe(stage, basin)).collect();
    let open = pipes.len();
    pipes.extend(pipe_to_rows(stage));
    // Pipes are splatted like records, so that what flows in them lies over them.
    for (r, ink) in [(PIPE / 2.0 + 1.2, Ink::Line), (PIPE / 2.0, Ink::Pipe)] {
        for pipe in &pipes {
            let [from, .., to] = pipe.curve;
            let steps = ((from.0 - to.0).abs() + (from.1 - to.1).abs()) as usize / 2 + 1;
            for k in 0..=steps {
                let (x, y) = pipe.at(k as f32 / steps as f32);
                stage.dot(x, y, r, Shape::Disc, ink);
            }
        }
    }
    for pipe in &pipes[open..] {
        draw_arrow(stage, pipe);
    }
    for (pipe, basin) in pipes.iter().zip(basins()) {
        draw_arrow(stage, pipe);
        if !stage.view.reduced_motion {
            draw_orders(stage, pipe, basin);
        }
    }
    draw_box(stage);
    // Left of the basins are the pipes; what is said of a shard stands under it.
    let (top, floor) = (stage.layout.axis.bottom(), stage.layout.floor());
    let right = stage.layout.axis.x - if stage.layout.narrow { 5.2 } else { 12.0 };
    let pipes = Rect::new(0.0, top, right, floor - top);
    stage.words.keep_out(pipes);
}

fn pipe(stage: &Stage, basin: &Basin) -> Pipe {
    let v = basin.place.vessel;
    pipe_to(stage, (v.x, v.y + 11.0))
}

/// One pipe for all shards that are shown as rows.
fn pipe_to_rows(stage: &Stage) -> Option<Pipe> {
    let (first, last) = (stage.layout.rows.first()?, stage.layout.rows.last()?);
    let bottom = last.area.bottom().max(first.area.bottom());
    let y = f32::midpoint(first.area.y, bottom);
    Some(pipe_to(stage, (first.area.x - 6.0, y)))
}

fn pipe_to(stage: &Stage, spout: (f32, f32)) -> Pipe {
    let from = stage.layout.producer;
    let curve = if stage.layout.narrow {
        let x = 14.0;
        [(x, from.bottom()), (x, spout.1 - 8.0), (x, spout.1), spout]
    } else {
        let (x, y) = (from.right(), from.y + from.h / 2.0);
        let half = (spout.0 - x) / 2.0;
        [(x, y), (x + half, y), (x + half, spout.1), spout]
    };
    Pipe { curve, spout }
}

fn draw_arrow(stage: &mut Stage, pipe: &Pipe) {
    let (x, y) = pipe.spout;
    let head = vec![(x - 8.0, y - 4.0), (x - 3.0, y), (x - 8.0, y + 4.0)];
    stage.stroke(Stroke::line(Path::Line(head), Ink::Caption, 1.6));
}

/// Orders that will be stored soon: on their way along the pipe, then down to their place.
fn draw_orders(stage: &mut Stage, pipe: &Pipe, basin: &Basin) {
    let (shard, now) = (basin.shard.shard, stage.moment.at);
    let travel = stage.wall(TRAVEL);
    let first = stage.source.stored_by(shard, now);
    let last = stage.source.stored_by(shard, now + travel).max(first);
    let every = ((last - first) / DROPS_MAX + 1).next_power_of_two();
    let mut position = first.div_ceil(every) * every;
    while position < last {
        let stored = stage.source.stored_at(shard, position);
        let ahead = stage.wall_until(stored).max(0.0) / TRAVEL as f32;
        // The records of one request leave one after the other.
        let s = 1.0 - ahead - 0.28 * chance(shard, position, 7) * ahead.min(1.0).sqrt();
        if s > 0.0 {
            let (x, y) = pipe.at(s.min(1.0));
            stage.dot(x, y, 2.4, Shape::Disc, Ink::Order);
        }
        position += every;
    }
}

fn draw_box(stage: &mut Stage) {
    let (area, font) = (stage.layout.producer, stage.layout.font);
    let frame = Stroke::line(Path::Round(area, 8.0), Ink::Line, 1.5).filled(Ink::Pipe);
    stage.stroke(frame);
    stage.scene.hits.push(HitArea {
        area,
        hit: Hit::Producer,
    });
    let rate = words::decimal(stage.moment.rate_milli as f64 / 1e3);
    let (mut now, short) = (format!("{rate} orders/s now"), format!("{rate}/s now"));
    if !stage.layout.narrow && text::width(&now, font - 1.0, false) > area.w - 16.0 {
        now.clone_from(&short);
    }
    let (bold, plain) = (
        Style::bold(font, Ink::Text),
        Style::plain(font - 1.0, Ink::Caption),
    );
    let middle = area.y + area.h / 2.0;
    if stage.layout.narrow {
        let words = stage
            .words
            .place(bold, &["producer"], &[Spot::Begin(area.x + 12.0, middle)]);
        let x = words.map_or(area.x, |words| words.right()) + 8.0;
        stage
            .words
            .place(plain, &[&now, &short], &[Spot::Begin(x, middle)]);
    } else {
        let x = area.x + area.w / 2.0;
        stage
            .words
            .place(bold, &["producer"], &[Spot::Middle(x, middle - font * 0.7)]);
        stage.words.place(
            plain,
            &[&now, &short],
            &[Spot::Middle(x, middle + font * 0.75)],
        );
    }
    draw_notes(stage);
}

/// What is wrong around the producer and in the account, one line each; nothing while all is well.
fn draw_notes(stage: &mut Stage) {
    let (area, font) = (stage.layout.producer, stage.layout.font);
    let notes = notes(stage.moment);
    if stage.layout.narrow {
        let spot = Spot::Begin(area.right() + 8.0, area.y + area.h / 2.0);
        if let Some((long, short, ink)) = notes.first() {
            let style = Style::bold(font - 1.0, *ink);
            stage.words.place(style, &[long, short], &[spot]);
        }
        return;
    }
    let x = area.x + area.w / 2.0;
    // What is too wide to stand in the middle begins at the edge.
    for (k, (long, short, ink)) in notes.iter().enumerate() {
        let y = area.bottom() + font * 1.35f32.mul_add(k as f32, 1.0);
        let style = Style::bold(font - 1.0, *ink);
        let spots = [Spot::Middle(x, y), Spot::Begin(8.0, y)];
        stage.words.place(style, &[long, short], &spots);
    }
}

fn notes(moment: &Moment) -> Vec<(String, String, Ink)> {
    let lost = moment.ledger.never_stored().total();
    // What a request or two hold is no queue.
    let waiting = moment.ledger.with_producer.total();
    let waits = waiting * 1_000 > moment.rate_milli * QUEUE_SECONDS;
    let (running, allowed) = moment.running;
    if lost + moment.neighbour.throttles == 0 && !waits && running * 2 < allowed {
        return Vec::new();
    }
    troubles(moment, lost, waiting, waits)
}

fn troubles(moment: &Moment, lost: u64, waiting: u64, waits: bool) -> Vec<(String, String, Ink)> {
    let mut notes = Vec::new();
    if lost > 0 {
        let lost = words::short_number(lost);
        let words = format!("{lost} never stored");
        notes.push((words, format!("{lost} lost"), Ink::SpilledText));
    }
    if waits {
        let waiting = words::short_number(waiting);
        let words = format!("{waiting} wait to be sent");
        notes.push((words, format!("{waiting} wait"), Ink::AgainText));
    }
    let (running, allowed) = moment.running;
    if running * 2 >= allowed {
        let (running, allowed) = (words::number(running.into()), words::number(allowed.into()));
        let words = format!("{running} of {allowed} concurrent");
        notes.push((words, format!("{running}/{allowed}"), Ink::AgainText));
    }
    let refused = moment.neighbour.throttles;
    if refused > 0 {
        let refused = words::short_number(refused);
        let words = format!("neighbour: {refused} refused");
        notes.push((words, format!("{refused} refused"), Ink::SpilledText));
    }
    notes
}
