//! One shard as a basin: walls, level, records, and what runs over the rim.

use super::context::Stage;
use super::layout::BasinBox;
use super::palette::Ink;
use super::scene::{Dot, Hit, HitArea, Path, Rect, Shape, Stroke, Water};
use super::water::{STEP, Samples, chance};
use super::words::{Spot, Style};
use crate::engine::time::SimDuration;
use crate::recording::moment::ShardMoment;
use crate::words;

/// Most dots per pixel along the axis; where orders are denser, one stands for a power of two of them.
const DENSITY: f64 = 0.55;
/// Height of the lip at the rim. Low: what reaches it leaves, read or not.
const LIP: f32 = 9.0;
/// How far below the surface the stream over the rim is still bending down.
const BEND: f32 = 14.0;
/// Wall seconds a drop falls.
const FALL: f64 = 1.1;
/// Most drops of one basin in the air.
const DROPS_MAX: u64 = 24;

/// A basin as it is about to be drawn.
pub(super) struct Basin<'a> {
    pub(super) place: BasinBox,
    pub(super) shard: &'a ShardMoment,
    pub(super) samples: Samples,
    pub(super) water: Water,
    /// Pixels of height per order and second.
    pub(super) unit: f64,
    /// Orders per second that go over the rim unread.
    pub(super) spills: f64,
    /// Counts the basins from above.
    pub(super) nth: usize,
}

impl Basin<'_> {
    /// Where an age stands.
    pub(super) fn x(&self, stage: &Stage, age: f64) -> f32 {
        self.place.vessel.x + stage.lens.u(age) as f32 * self.place.vessel.w
    }

    /// Where a record stands.
    pub(super) fn x_of(&self, stage: &Stage, position: u64) -> f32 {
        let stored = stage.source.stored_at(self.shard.shard, position);
        self.x(stage, stage.moment.at.since(stored).as_secs_f64())
    }

    /// Where a record stands, with its neighbours of the same request spread a little.
    fn spread_x(&self, stage: &Stage, position: u64) -> f32 {
        let vessel = self.place.vessel;
        let apart = (chance(self.shard.shard, position, 1) - 0.5) * (0.02 * vessel.w).min(13.0);
        (self.x_of(stage, position) + apart)
            .max(vessel.x + 3.5)
            .min(vessel.right() - 2.5)
    }

    /// The height of a record: its own share of the level.
    fn y_of(&self, position: u64, x: f32) -> f32 {
        let height = self.water.height_at(x);
        let share = chance(self.shard.shard, position, 2);
        self.place.vessel.bottom() - 3.5 - share * (height - 7.0).max(0.0)
    }

    /// Where the stream over this rim lands on the floor; beside those of the basins above.
    pub(super) fn landing(&self, narrow: bool) -> f32 {
        let (first, apart) = if narrow { (15.0, 6.0) } else { (24.0, 7.0) };
        self.place.vessel.right() + first + apart * self.nth as f32
    }
}

/// Takes the levels of all basins, on one scale.
pub(super) fn measure<'a>(stage: &Stage<'a>) -> Vec<Basin<'a>> {
    let moment = stage.moment;
    let mut basins: Vec<Basin> = Vec::new();
    for (nth, place) in stage.layout.basins.iter().enumerate() {
        let shard = &moment.shards[place.index];
        let width = place.vessel.w;
        let samples = Samples::take(stage.source, shard.shard, moment.at, &stage.lens, width);
        basins.push(Basin {
            place: *place,
            shard,
            water: Water::default(),
            unit: 0.0,
            spills: f64::from(shard.expired_last_minute) / 60.0,
            samples,
            nth,
        });
    }
    let peak = basins.iter().fold(0.1_f64, |peak, basin| {
        let arriving = basin.shard.arriving_milli() as f64 / 1e3;
        peak.max(basin.samples.peak()).max(arriving)
    });
    let capacity = basins
        .iter()
        .map(|basin| basin.shard.capacity_milli as f64 / 1e3);
    let handled = capacity.filter(|&c| c < 1.6 * peak).fold(0.0, f64::max);
    let full = (peak / 0.88).max(handled / 0.94);
    for basin in &mut basins {
        basin.unit = f64::from(basin.place.vessel.h) / full;
        basin.water = level(stage, basin);
    }
    basins
}

fn level(stage: &Stage, basin: &Basin) -> Water {
    let vessel = basin.place.vessel;
    let shard = basin.shard;
    let between = shard.stored.saturating_sub(shard.head);
    let unread = if between == 0 {
        0.0
    } else {
        (shard.ledger.unread.total() as f32 / between as f32).min(1.0)
    };
    let reader = basin.x(stage, shard.iterator_age.as_secs_f64());
    Water {
        left: vessel.x,
        right: vessel.right(),
        floor: vessel.bottom(),
        step: STEP,
        heights: basin
            .samples
            .rates
            .iter()
            .map(|rate| ((rate * basin.unit) as f32).min(vessel.h - 4.0))
            .collect(),
        reader,
        unread,
    }
}

/// Draws one basin.
pub(super) fn compose(stage: &mut Stage, basin: &Basin) {
    let hit = Hit::Shard(basin.shard.shard);
    let (title, reader) = (basin.place.title, basin.place.reader);
    let area = Rect {
        h: reader.bottom() - title.y,
        ..title
    };
    stage.scene.hits.push(HitArea { area, hit });
    stage.scene.waters.push(basin.water.clone());
    draw_orders(stage, basin);
    draw_pills(stage, basin);
    draw_capacity(stage, basin);
    draw_walls(stage, basin);
    draw_title(stage, basin);
    if basin.spills > 0.0 {
        draw_spill(stage, basin);
    }
}

impl Basin<'_> {
    /// Whether a record is in a lane's hand, and how often that batch has failed.
    fn in_hand(&self, position: u64) -> Option<u32> {
        let batches = self.shard.lanes.iter().filter_map(|lane| lane.batch);
        let mut holding = batches.filter(|b| (b.first..=b.last).contains(&position));
        holding.next().map(|batch| batch.failures)
    }

    /// Whether a record is unread. With several lanes the share of unread records is known, not which: what stands
    /// below the level of the unread is taken for unread.
    fn is_unread(&self, position: u64) -> bool {
        position >= self.shard.head
            && (self.water.unread > 0.995
                || chance(self.shard.shard, position, 2) < self.water.unread)
    }
}

fn draw_walls(stage: &mut Stage, basin: &Basin) {
    let v = basin.place.vessel;
    let walls = vec![
        (v.x, v.y),
        (v.x, v.bottom()),
        (v.right(), v.bottom()),
        (v.right(), v.bottom() - LIP),
    ];
    stage.stroke(Stroke::line(Path::Line(walls), Ink::Wall, 2.5));
    let rim = vec![(v.right(), v.y), (v.right(), v.bottom() - LIP)];
    let rim = Stroke::line(Path::Line(rim), Ink::Spilled, 1.2);
    stage.stroke(rim.dashed(3.0, 3.0).faint(0.7));
}

/// How high the line stands of what the function handles; `None` if there is none.
pub(super) fn capacity_line(basin: &Basin) -> Option<f32> {
    let capacity = basin.shard.capacity_milli as f64 / 1e3;
    let height = (capacity * basin.unit) as f32;
    let v = basin.place.vessel;
    let is_seen = capacity > 0.0 && height <= v.h - 3.0 && !basin.shard.is_drained();
    is_seen.then(|| v.bottom() - height)
}

/// What the function handles, on the scale of the level: where the water stands higher, the reader falls behind (E45).
fn draw_capacity(stage: &mut Stage, basin: &Basin) {
    let Some(y) = capacity_line(basin) else {
        return;
    };
    let v = basin.place.vessel;
    let line = Path::Line(vec![(v.x + 2.0, y), (v.right(), y)]);
    stage.stroke(
        Stroke::line(line, Ink::Done, 1.2)
            .dashed(5.0, 4.0)
            .faint(0.85),
    );
}

/// Above the basin: its name, what flows in and what is handled; at the rim what is lost, and how many wait.
fn draw_title(stage: &mut Stage, basin: &Basin) {
    let (font, narrow) = (stage.layout.font, stage.layout.narrow);
    let (title, shard) = (basin.place.title, basin.shard);
    let y = title.y + title.h * 0.5;
    let name = format!("shard-{}", shard.shard);
    let left = title.x + if narrow { 0.0 } else { -2.0 };
    let head = Style::bold(font, Ink::Text);
    let Some(area) = stage.words.place(head, &[&name], &[Spot::Begin(left, y)]) else {
        return;
    };
    let mut right = title.right();
    if basin.spills > 0.0 {
        let words = format!("{} lost", words::rate(basin.spills));
        let style = Style::bold(font, Ink::SpilledText);
        let spot = [Spot::End(right, y)];
        right = stage
            .words
            .place(style, &[&words], &spot)
            .map_or(right, |area| area.x - 12.0);
    }
    draw_flow(stage, shard, (area.right() + 8.0, y));
    let waiting = shard.ledger.unread.good;
    if waiting > 1_000 && shard.iterator_age > SimDuration::from_secs(60) {
        let long = format!("{} good orders wait", words::number(waiting));
        let short = format!("{} wait", words::short_number(waiting));
        let style = Style::bold(font, Ink::Text);
        let spot = [Spot::End(right, y)];
        stage.words.place(style, &[&long, &short], &spot);
    }
}

/// What flows in and what the function handles, from a point on.
fn draw_flow(stage: &mut Stage, shard: &ShardMoment, (x, y): (f32, f32)) {
    let mut arriving = words::decimal(shard.arriving_milli() as f64 / 1e3);
    if shard.offered_milli > shard.takes_milli {
        let offered = words::decimal(shard.offered_milli as f64 / 1e3);
        arriving = format!("{arriving} of {offered}");
    }
    let (rate, short) = match shard.closed_at {
        None => (
            format!("{arriving} orders/s flow in"),
            format!("{arriving}/s in"),
        ),
        Some(_) => ("closed: nothing flows in".to_owned(), "closed".to_owned()),
    };
    let size = (stage.layout.font - 1.0).max(11.0);
    let plain = Style::plain(size, Ink::Caption);
    let texts: &[&str] = if stage.layout.narrow {
        &[&short]
    } else {
        &[&rate, &short]
    };
    let area = stage.words.place(plain, texts, &[Spot::Begin(x, y)]);
    let capacity = shard.capacity_milli as f64 / 1e3;
    let crowded = stage.layout.narrow && stage.moment.second.is_some();
    if let Some(area) = area.filter(|_| capacity > 0.0 && !shard.is_drained() && !crowded) {
        let words = format!("handles {}", words::rate(capacity));
        let style = Style::plain(size, Ink::DoneText);
        stage
            .words
            .place(style, &[&words], &[Spot::Begin(area.right() + 9.0, y)]);
    }
}

/// Single orders where they can be told apart; elsewhere every second, fourth … one, so that the drift is seen.
fn draw_orders(stage: &mut Stage, basin: &Basin) {
    let samples = &basin.samples;
    let r = if stage.layout.narrow { 1.9 } else { 2.3 };
    let mut dots = Vec::new();
    for i in 0..samples.ages.len().saturating_sub(1) {
        let (young, old) = (samples.stored[i], samples.stored[i + 1]);
        let span = samples.ages[i + 1] - samples.ages[i];
        let crowd = samples.rates[i] * span / f64::from(STEP) / DENSITY;
        let level = libm::log(crowd.max(1.0)) / std::f64::consts::LN_2;
        let (whole, part) = (level.floor() as u32, level.fract() as f32);
        let every = 1_u64 << whole.min(40);
        let mut position = old.div_ceil(every) * every;
        while position < young {
            let fades = whole < 40 && !position.is_multiple_of(every << 1);
            let alpha = if fades { 1.0 - part } else { 1.0 };
            push_order(stage, basin, position, whole, alpha, r, &mut dots);
            position += every;
        }
    }
    stage.scene.dots.append(&mut dots);
}

fn push_order(
    stage: &Stage,
    basin: &Basin,
    position: u64,
    level: u32,
    alpha: f32,
    r: f32,
    dots: &mut Vec<Dot>,
) {
    let x = basin.spread_x(stage, position);
    let y = basin.y_of(position, x);
    let in_hand = basin.in_hand(position);
    let record = (level == 0).then_some((basin.shard.shard, position));
    let single = if level == 0 { 1.0 } else { 0.82 };
    let mut dot = |r, shape, ink, alpha: f32| {
        let alpha = (alpha * 255.0) as u8;
        dots.push(Dot {
            x,
            y,
            r,
            shape,
            ink,
            alpha,
            record,
        });
    };
    if in_hand.is_some() || basin.is_unread(position) {
        dot(r, Shape::Disc, Ink::Order, alpha * single);
        if in_hand.is_some_and(|failures| failures > 0) {
            dot(r + 2.0, Shape::Ring, Ink::Again, alpha);
        }
    } else if position & 1 == 0 {
        // Half of what was read: faint, and never busier than what still waits.
        dot(r, Shape::Ring, Ink::Ghost, alpha * 0.55);
    }
}

fn draw_pills(stage: &mut Stage, basin: &Basin) {
    let pills = stage.source.pills_by(basin.shard.shard, stage.moment.at);
    if !pills.is_empty() {
        draw_these_pills(stage, basin, &pills);
    }
}

fn draw_these_pills(stage: &mut Stage, basin: &Basin, pills: &[u64]) {
    let (shard, vessel) = (basin.shard, basin.place.vessel);
    for &position in pills {
        if position < shard.trim {
            continue;
        }
        let x = basin
            .x_of(stage, position)
            .max(vessel.x + 7.0)
            .min(vessel.right() - 4.0);
        // High enough for its rings.
        let height = basin.water.height_at(x).max(38.0);
        let y = vessel.bottom() - 19.0 - (height - 38.0) * chance(shard.shard, position, 2);
        let failures = basin.in_hand(position);
        let read = position < shard.head && failures.is_none();
        let ink = if read { Ink::Ghost } else { Ink::Pill };
        let r = if read { 6.0 } else { 8.5 };
        for ring in 0..failures.unwrap_or(0).min(3) {
            stage.dot(x, y, 10.5 + 3.5 * ring as f32, Shape::Ring, Ink::Pill);
            if let Some(dot) = stage.scene.dots.last_mut() {
                dot.alpha = 190 - 45 * ring as u8;
            }
        }
        let record = Some((shard.shard, position));
        stage.scene.dots.push(Dot {
            x,
            y,
            r,
            shape: Shape::Star,
            ink,
            alpha: 255,
            record,
        });
    }
}

/// Unread records past retention: a sheet over the rim as wide as their rate, and drops in it.
fn draw_spill(stage: &mut Stage, basin: &Basin) {
    let v = basin.place.vessel;
    let landing = basin.landing(stage.layout.narrow);
    let floor = stage.layout.floor();
    let surface = v.bottom() - basin.water.height_at(v.right()).max(LIP + 3.0);
    let sheet = ((basin.spills * basin.unit) as f32).clamp(2.0, 16.0);
    let end = floor - sheet / 2.0;
    let falls = |out: f32| [(out, surface), (out, surface + BEND), (out, end)];
    let outer = landing;
    let path = Path::Curve((v.right(), surface), vec![falls(outer)]);
    stage.stroke(Stroke::line(path, Ink::Spilled, sheet).faint(0.22));
    if !stage.view.reduced_motion {
        draw_drops(stage, basin, surface, landing);
    }
}

fn draw_drops(stage: &mut Stage, basin: &Basin, surface: f32, landing: f32) {
    let (v, shard, now) = (basin.place.vessel, basin.shard.shard, stage.moment.at);
    let floor = stage.layout.floor();
    let fall = stage.wall(FALL);
    let rim = now.before(stage.moment.retention);
    let (from, to) = (rim.before(fall), rim);
    let (first, last) = (
        stage.source.stored_by(shard, from),
        stage.source.stored_by(shard, to),
    );
    let passing = (last - first) as f64 / fall.as_secs_f64().max(1e-6);
    let share = (basin.spills / passing.max(1e-9)).min(1.0) as f32;
    let expected = ((last - first) as f32 * share) as u64;
    let every = (expected / DROPS_MAX).max(1).next_power_of_two();
    let mut position = first.div_ceil(every) * every;
    while position < last {
        if chance(shard, position, 4) < share {
            let since = rim
                .since(stage.source.stored_at(shard, position))
                .as_secs_f64();
            let late = f64::from(chance(shard, position, 5)) * 0.15;
            let s = ((since / fall.as_secs_f64()).min(1.0) * 0.85 + late).min(1.0) as f32;
            let reach = landing - v.right() + (chance(shard, position, 6) - 0.5) * 14.0;
            // Along the sheet's own curve, slower at the rim than on the way down.
            let k = s.sqrt() * s.sqrt().sqrt();
            let x = v.right() + reach * (1.0 - (1.0 - k) * (1.0 - k) * (1.0 - k));
            let y = surface + BEND * 3.0 * k * k * (1.0 - k) + (floor - 3.0 - surface) * k * k * k;
            stage.dot(x, y, 2.6, Shape::Ring, Ink::Spilled);
        }
        position += every;
    }
}

/// When the records passing the rim now were stored.
pub(super) fn due_rate(basin: &Basin) -> f64 {
    basin.samples.rates.last().copied().unwrap_or(0.0)
}

/// A bracket's left and right end for a run of positions.
pub(super) fn ends(stage: &Stage, basin: &Basin, first: u64, last: u64) -> (f32, f32) {
    let v = basin.place.vessel;
    let (left, right) = (basin.x_of(stage, last), basin.x_of(stage, first));
    let slack = (9.0 - (right - left) / 2.0).max(4.0);
    (
        (left - slack).max(v.x + 1.5),
        (right + slack).min(v.right() + 5.0).max(v.x + 14.0),
    )
}
