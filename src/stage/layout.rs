//! Where everything stands: regions of the canvas for a number of shards. It knows no time and no records.

use super::legend;
use super::scene::Rect;
use std::cmp::Reverse;

/// Below this width the producer stands above the basins.
const NARROW: f32 = 600.0;
/// Smallest depth of a vessel.
const DEPTH_MIN: f32 = 40.0;
/// Largest depth of a vessel.
const DEPTH_MAX: f32 = 170.0;

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
    /// The floor, on which lies what ran over.
    pub floor: f32,
    /// The five counters.
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

/// Height of the rows of lanes under a basin: one bracket each up to four lanes, thin ones above.
pub fn lane_rows(lanes: usize) -> f32 {
    match lanes {
        0 | 1 => 0.0,
        2..=4 => 12.0 * lanes as f32,
        _ => 6.0 * lanes.min(10) as f32,
    }
}

impl Layout {
    /// The regions for a canvas of this size. Shards that do not fit as basins become rows, least trouble first.
    pub fn new(size: (f32, f32), needs: &[Need], focus: Option<u16>) -> Self {
        let (w, h) = (size.0.max(240.0), size.1.max(240.0));
        let narrow = w < NARROW;
        let font = match w {
            w if w < NARROW => 11.0,
            w if w < 1_150.0 => 12.0,
            _ => 13.0,
        };
        let (left, right) = if narrow {
            (26.0, w - 46.0)
        } else {
            (
                w.mul_add(0.035, 140.0).min(190.0),
                w - (w * 0.1).clamp(78.0, 124.0),
            )
        };
        let legend_height = legend::rows(w - 28.0, font) as f32 * legend::row_height(font);
        let outcome_height = if narrow { 42.0 } else { 5.9 * font };
        let legend = Rect::new(14.0, h - legend_height - 6.0, w - 28.0, legend_height);
        let outcome_top = legend.y - outcome_height - 6.0;
        let floor = outcome_top - 6.0;
        let axis_y = if narrow { 46.0 } else { 8.0 };
        let axis = Rect::new(left, axis_y, right - left, font * 1.5);
        let mut layout = Self {
            canvas: Rect::new(0.0, 0.0, w, h),
            narrow,
            font,
            producer: Rect::default(),
            axis,
            basins: Vec::new(),
            rows: Vec::new(),
            hidden: None,
            floor,
            outcomes: outcome_cells(w, outcome_top, outcome_height, narrow),
            legend,
        };
        let content = Rect::new(
            left,
            axis.bottom() + 5.0,
            right - left,
            floor - axis.bottom() - 12.0,
        );
        layout.fill(content, needs, focus);
        layout.producer = layout.producer_box(content);
        layout
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

    fn producer_box(&self, content: Rect) -> Rect {
        if self.narrow {
            return Rect::new(8.0, 8.0, 190.0, 30.0);
        }
        let middle = match (self.basins.first(), self.basins.last()) {
            (Some(first), Some(last)) => f32::midpoint(first.vessel.y, last.vessel.bottom()),
            _ => content.y + content.h / 2.0,
        };
        let w = content.x - 60.0;
        let h = 4.4 * self.font;
        Rect::new(12.0, middle - h / 2.0, w, h)
    }

    fn title_height(&self) -> f32 {
        self.font * 1.6
    }

    fn reader_height(&self, lanes: usize) -> f32 {
        match (lane_rows(lanes), self.narrow) {
            (rows, _) if rows > 0.0 => rows + 12.0 + 2.7 * self.font,
            (_, true) => 47.0,
            (_, false) => 34.0 + 2.0 * self.font,
        }
    }

    fn fill(&mut self, content: Rect, needs: &[Need], focus: Option<u16>) {
        let mut order: Vec<usize> = (0..needs.len()).collect();
        order.sort_by_key(|&i| {
            let need = &needs[i];
            (focus != Some(need.shard), Reverse(need.trouble), need.shard)
        });
        let most = if self.narrow { 3 } else { 6 };
        let least = |i: usize| self.title_height() + DEPTH_MIN + self.reader_height(needs[i].lanes);
        let columns = if content.w > 640.0 { 2 } else { 1 };
        let row_height = self.font * 1.9;
        let rows_need = |n: usize| n.div_ceil(columns) as f32 * row_height;
        let mut open = needs.len().min(most);
        while open > 1 {
            let basins: f32 = order[..open].iter().map(|&i| least(i)).sum();
            if basins + rows_need(needs.len() - open) <= content.h {
                break;
            }
            open -= 1;
        }
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

fn outcome_cells(w: f32, top: f32, height: f32, narrow: bool) -> [Rect; 5] {
    // What ran over has more to say than the others.
    let parts: [f32; 5] = if narrow {
        [1.03, 0.97, 0.9, 1.18, 0.92]
    } else {
        [1.0, 1.05, 1.0, 1.0, 1.2]
    };
    let unit = (w - 28.0) / parts.iter().sum::<f32>();
    let mut x = 14.0;
    parts.map(|part| {
        let cell = Rect::new(x, top, part * unit, height);
        x += part * unit;
        cell
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(f32, f32); 4] = [
        (360.0, 420.0),
        (700.0, 480.0),
        (980.0, 500.0),
        (1_300.0, 640.0),
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
            assert!(layout.basins[0].vessel.h >= 46.0, "{size:?}");
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
