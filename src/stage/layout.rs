//! Where everything stands: regions of the canvas for a number of shards. It knows no time and no records.

use super::legend;
use super::scene::Rect;
use std::cmp::Reverse;

/// Below this width the producer stands above the basins, and the outcomes below them.
const NARROW: f32 = 600.0;
/// Smallest depth of a vessel.
const DEPTH_MIN: f32 = 40.0;
/// Largest depth of a vessel.
const DEPTH_MAX: f32 = 200.0;
/// Where vessels would be less deep than this, what stands below them is set closer.
const DEPTH_ROOMY: f32 = 64.0;
/// Height of a lane's row, up to four lanes: room for its words.
pub const LANE: f32 = 14.0;
/// Height of a lane's row above four lanes.
pub const THIN_LANE: f32 = 6.0;
/// Between a vessel's floor and the first lane: the reader's pointer and its words.
pub const ABOVE_LANES: f32 = 20.0;
/// Between the canvas's edge and what stands beside it.
const EDGE: f32 = 12.0;

/// What a shard asks of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its number.
    pub shard: u16,
    /// How many lanes it has.
    pub lanes: usize,
    /// How much it needs looking at: the largest first.
    pub trouble: u64,
}

/// The regions of a canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// All of it.
    pub canvas: Rect,
    /// Whether it is as narrow as a phone.
    pub narrow: bool,
    /// Whether what stands below a basin is set closer.
    pub close: bool,
    /// Size of ordinary words.
    pub font: f32,
    /// The producer.
    pub producer: Rect,
    /// The row of age ticks; as wide as the vessels.
    pub axis: Rect,
    /// Shards shown as basins, from above.
    pub basins: Vec<BasinBox>,
    /// Shards shown as one line, by trouble.
    pub rows: Vec<RowBox>,
    /// Where it says how many shards have no room, and how many.
    pub hidden: Option<(Rect, usize)>,
    /// Right of the rims down to the floor: where it falls what runs over.
    pub spill: Rect,
    /// The five outcomes: right of the spill, what ran over lowest; on a phone a row under the floor.
    pub outcomes: [Rect; 5],
    /// The legend.
    pub legend: Rect,
}

/// Room for one basin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BasinBox {
    /// Index among the moment's shards.
    pub index: usize,
    /// The line above it.
    pub title: Rect,
    /// Between left wall, rim and floor.
    pub vessel: Rect,
    /// Below it: lanes, reader and its words.
    pub reader: Rect,
}

/// Room for one line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowBox {
    /// Index among the moment's shards.
    pub index: usize,
    /// Its room.
    pub area: Rect,
}

/// Height of the rows of lanes under a basin: one with words each up to four lanes, thin ones above.
pub fn lane_rows(lanes: usize) -> f32 {
    match lanes {
        0 | 1 => 0.0,
        2..=4 => LANE * lanes as f32,
        _ => THIN_LANE * lanes.min(10) as f32,
    }
}

/// The vessels' walls, and how wide what stands beside them is.
struct Columns {
    left: f32,
    right: f32,
    producer: f32,
    spill: f32,
    outcomes: f32,
}

impl Columns {
    fn new(w: f32) -> Self {
        if w < NARROW {
            return Self {
                left: 26.0,
                right: w - 46.0,
                producer: 172.0,
                spill: 46.0,
                outcomes: w - 16.0,
            };
        }
        let producer = (w * 0.09).clamp(92.0, 128.0);
        let pipes = (w * 0.04).clamp(34.0, 54.0);
        let spill = (w * 0.055).clamp(50.0, 78.0);
        let outcomes = (w * 0.165).clamp(124.0, 178.0);
        Self {
            left: EDGE + producer + pipes,
            right: w - EDGE - outcomes - spill,
            producer,
            spill,
            outcomes,
        }
    }
}

impl Layout {
    /// The regions for a canvas of this size. Shards that do not fit as basins become rows, least trouble first.
    pub fn new(size: (f32, f32), needs: &[Need], focus: Option<u16>) -> Self {
        let (w, h) = (size.0.max(240.0), size.1.max(220.0));
        let narrow = w < NARROW;
        let font = match w {
            w if w < NARROW => 11.0,
            w if w < 1_150.0 => 12.0,
            _ => 13.0,
        };
        let columns = Columns::new(w);
        let (left, right) = (columns.left, columns.right);
        let legend_height = legend::rows(w - 2.0 * EDGE, font) as f32 * legend::row_height(font);
        let legend = Rect::new(EDGE, h - legend_height - 3.0, w - 2.0 * EDGE, legend_height);
        let under_floor = if narrow { 35.0 } else { 4.0 };
        let floor = legend.y - under_floor - 2.0;
        let (axis_top, axis_height) = if narrow {
            (27.0, 14.0)
        } else {
            (4.0, font * 1.5)
        };
        let axis = Rect::new(left, axis_top, right - left, axis_height);
        let outcomes = if narrow {
            outcome_row(Rect::new(8.0, floor + 3.0, columns.outcomes, 34.0))
        } else {
            let left = w - EDGE - columns.outcomes;
            outcome_column(Rect::new(left, 8.0, columns.outcomes, floor - 4.0), font)
        };
        let mut layout = Self {
            canvas: Rect::new(0.0, 0.0, w, h),
            narrow,
            close: narrow,
            font,
            producer: Rect::default(),
            axis,
            basins: Vec::new(),
            rows: Vec::new(),
            hidden: None,
            spill: Rect::new(right, axis.bottom(), columns.spill, floor - axis.bottom()),
            outcomes,
            legend,
        };
        let content = Rect::new(
            left,
            axis.bottom(),
            right - left,
            floor - axis.bottom() - 4.0,
        );
        layout.fill(content, needs, focus);
        layout.producer = layout.producer_box(content, columns.producer);
        layout
    }

    /// The floor, on which lies what ran over.
    pub fn floor(&self) -> f32 {
        self.spill.bottom()
    }

    /// Takes its indices for places in this list of the moment's shards.
    #[must_use]
    pub(super) fn with_shards(mut self, order: &[usize]) -> Self {
        let basins = self.basins.iter_mut().map(|basin| &mut basin.index);
        for index in basins.chain(self.rows.iter_mut().map(|row| &mut row.index)) {
            *index = order[*index];
        }
        self
    }

    fn producer_box(&self, content: Rect, width: f32) -> Rect {
        if self.narrow {
            return Rect::new(8.0, 3.0, width, 22.0);
        }
        let middle = match (self.basins.first(), self.basins.last()) {
            (Some(first), Some(last)) => f32::midpoint(first.vessel.y, last.vessel.bottom()),
            _ => content.y + content.h / 2.0,
        };
        let h = 4.6 * self.font;
        Rect::new(EDGE, middle - h / 2.0, width, h)
    }

    fn title_height(&self) -> f32 {
        (self.font * 1.5).round()
    }

    /// The radius of an invocation's ring below a basin.
    pub fn ring_radius(&self) -> f32 {
        match (self.close, self.narrow) {
            (false, _) => 10.0,
            (true, true) => 8.0,
            (true, false) => 6.0,
        }
    }

    fn reader_height(&self, lanes: usize) -> f32 {
        match lane_rows(lanes) {
            rows if rows > 0.0 => ABOVE_LANES + rows + 4.0,
            // A pointer, a ring and what falls out of it; set closer, the ring alone.
            _ if !self.close => 2.0 * self.ring_radius() + 23.0,
            _ if self.narrow => 2.9 * self.font,
            _ => 1.7 * self.font,
        }
    }

    fn fill(&mut self, content: Rect, needs: &[Need], focus: Option<u16>) {
        let mut order: Vec<usize> = (0..needs.len()).collect();
        order.sort_by_key(|&i| {
            let need = &needs[i];
            (focus != Some(need.shard), Reverse(need.trouble), need.shard)
        });
        let most = if self.narrow { 3 } else { 6 };
        let columns = if content.w > 560.0 { 2 } else { 1 };
        let row_height = self.font * 1.7;
        let rows_need = |n: usize| n.div_ceil(columns) as f32 * row_height;
        let tallest = |layout: &Self, open: usize| {
            let fixed: f32 = order[..open]
                .iter()
                .map(|&i| layout.fixed(needs[i].lanes))
                .sum();
            (content.h - rows_need(needs.len() - open) - fixed) / open.max(1) as f32
        };
        let mut open = needs.len().min(most);
        self.close = self.narrow || tallest(self, open) < DEPTH_ROOMY;
        while open > 1 && tallest(self, open) < DEPTH_MIN {
            open -= 1;
        }
        let least = |i: usize| self.fixed(needs[i].lanes) + DEPTH_MIN;
        let mut shown = order[..open].to_vec();
        shown.sort_unstable();
        let basins: f32 = shown.iter().map(|&i| least(i)).sum();
        let room = (content.h - basins).max(0.0);
        let rows = rows_need(needs.len() - open).min((room / row_height).floor() * row_height);
        self.stack(
            Rect {
                h: content.h - rows,
                ..content
            },
            &shown,
            needs,
        );
        let top = content.bottom() - rows;
        let rows_area = Rect::new(content.x, top, content.w, rows);
        self.list(rows_area, &order[open..], columns, row_height);
    }

    /// Height of what stands above and below a vessel.
    fn fixed(&self, lanes: usize) -> f32 {
        self.title_height() + self.reader_height(lanes)
    }

    fn stack(&mut self, area: Rect, shown: &[usize], needs: &[Need]) {
        let title = self.title_height();
        let fixed: f32 = shown
            .iter()
            .map(|&i| title + self.reader_height(needs[i].lanes))
            .sum();
        let n = shown.len().max(1) as f32;
        let depth = ((area.h - fixed) / n).clamp(DEPTH_MIN, DEPTH_MAX);
        let spare = ((area.h - fixed) / n - depth).max(0.0);
        let mut y = area.y;
        for &index in shown {
            let reader = self.reader_height(needs[index].lanes);
            let vessel = Rect::new(area.x, y + title, area.w, depth);
            self.basins.push(BasinBox {
                index,
                title: Rect::new(area.x, y, area.w, title),
                vessel,
                reader: Rect::new(area.x, vessel.bottom(), area.w, reader),
            });
            y += title + depth + reader + spare;
        }
    }

    fn list(&mut self, area: Rect, order: &[usize], columns: usize, height: f32) {
        let lines = (area.h / height).round() as usize;
        let width = area.w / columns as f32;
        let slot = |k: usize| {
            let (column, line) = (k / lines.max(1), k % lines.max(1));
            let (x, y) = (column as f32 * width, line as f32 * height);
            Rect::new(area.x + x, area.y + y, width - 16.0, height)
        };
        let slots = lines * columns;
        let fit = if order.len() <= slots {
            order.len()
        } else {
            slots.saturating_sub(1)
        };
        for (k, &index) in order[..fit].iter().enumerate() {
            self.rows.push(RowBox {
                index,
                area: slot(k),
            });
        }
        let hidden = order.len() - fit;
        if hidden > 0 && slots > 0 {
            self.hidden = Some((slot(fit), hidden));
        }
    }
}

fn outcome_row(area: Rect) -> [Rect; 5] {
    let parts: [f32; 5] = [1.03, 0.97, 0.9, 1.18, 0.92];
    let unit = area.w / parts.iter().sum::<f32>();
    let mut x = area.x;
    parts.map(|part| {
        let cell = Rect::new(x, area.y, part * unit, area.h);
        x += part * unit;
        cell
    })
}

/// Four from above, and at the floor what ran over: it has more to say than the others.
fn outcome_column(area: Rect, font: f32) -> [Rect; 5] {
    let last = 5.2 * font;
    let height = ((area.h - last) / 4.0).min(4.6 * font);
    std::array::from_fn(|k| match k {
        4 => Rect::new(area.x, area.bottom() - last, area.w, last),
        _ => Rect::new(area.x, area.y + k as f32 * height, area.w, height),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(f32, f32); 8] = [
        (336.0, 300.0),
        (360.0, 420.0),
        (700.0, 480.0),
        (984.0, 220.0),
        (984.0, 330.0),
        (1_400.0, 230.0),
        (1_400.0, 400.0),
        (1_900.0, 640.0),
    ];

    fn needs(shards: u16, lanes: usize) -> Vec<Need> {
        (0..shards)
            .map(|shard| Need {
                shard,
                lanes,
                trouble: u64::from(shard % 5),
            })
            .collect()
    }

    fn regions(layout: &Layout) -> Vec<Rect> {
        let mut all = vec![layout.axis, layout.legend];
        all.extend(layout.outcomes);
        for basin in &layout.basins {
            all.extend([basin.title, basin.vessel, basin.reader]);
        }
        all.extend(layout.rows.iter().map(|row| row.area));
        all.extend(layout.hidden.map(|(area, _)| area));
        all
    }

    #[test]
    fn regions_lie_on_the_canvas_and_beside_each_other() {
        for size in SIZES {
            for shards in [1, 2, 3, 6, 12, 200] {
                for lanes in [1, 4, 10] {
                    let layout = Layout::new(size, &needs(shards, lanes), None);
                    let all = regions(&layout);
                    for (i, a) in all.iter().enumerate() {
                        let grown = Rect::new(-0.1, -0.1, size.0 + 0.2, size.1 + 0.2);
                        assert!(grown.contains(a), "{size:?} × {shards}: {a:?}");
                        for b in &all[i + 1..] {
                            let b = Rect::new(b.x + 0.05, b.y + 0.05, b.w - 0.1, b.h - 0.1);
                            assert!(
                                !a.overlaps(&b),
                                "{size:?} × {shards} × {lanes}: {a:?} {b:?}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_shard_is_a_basin_a_row_or_counted() {
        for size in SIZES {
            for shards in [1_u16, 2, 5, 6, 12, 200] {
                let layout = Layout::new(size, &needs(shards, 1), Some(0));
                let hidden = layout.hidden.map_or(0, |(_, n)| n);
                let shown = layout.basins.len() + layout.rows.len();
                assert!(shown + hidden == usize::from(shards) || layout.rows.is_empty());
                assert!(
                    layout.basins.iter().any(|basin| basin.index == 0),
                    "focus opens"
                );
            }
        }
    }

    #[test]
    fn two_shards_are_always_two_basins() {
        for size in SIZES {
            let layout = Layout::new(size, &needs(2, 1), None);
            assert_eq!(layout.basins.len(), 2, "{size:?}");
            assert!(layout.basins[0].vessel.h >= DEPTH_MIN, "{size:?}");
        }
    }

    #[test]
    fn the_picture_gets_the_room() {
        for height in [380.0, 400.0, 430.0] {
            let layout = Layout::new((1_400.0, height), &needs(2, 1), None);
            for basin in &layout.basins {
                assert!(basin.vessel.h >= 95.0, "{height}: {:?}", basin.vessel);
                assert!(basin.vessel.w >= 900.0, "{height}: {:?}", basin.vessel);
            }
        }
    }

    #[test]
    fn trouble_opens_a_basin() {
        let mut twelve = needs(12, 1);
        twelve[7].trouble = 99;
        for size in SIZES {
            let layout = Layout::new(size, &twelve, None);
            assert!(
                layout.basins.iter().any(|basin| basin.index == 7),
                "{size:?}"
            );
        }
    }
}
