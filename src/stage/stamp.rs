//! Stamps: the shapes of records as coverage masks, made once per size, for every quarter of a pixel.

use super::scene::Shape;

/// Sub-pixel positions per axis.
const PHASES: usize = 4;
/// Samples per pixel and axis when a mask is made.
const SAMPLES: usize = 4;

/// One shape of one radius.
#[derive(Clone, Debug)]
pub struct Stamp {
    shape: Shape,
    quarters: u32,
    /// Pixels along one side.
    pub side: usize,
    /// Masks by phase, each `side · side` coverages of 0 to 255.
    masks: Vec<Vec<u8>>,
}

impl Stamp {
    fn new(shape: Shape, quarters: u32) -> Self {
        let r = quarters as f32 / 4.0;
        let reach = (r + 1.0).ceil() as usize;
        let side = 2 * reach + 1;
        let mut masks = Vec::with_capacity(PHASES * PHASES);
        for phase in 0..PHASES * PHASES {
            let (px, py) = (phase % PHASES, phase / PHASES);
            let centre = |p: usize| reach as f32 + (p as f32 + 0.5) / PHASES as f32;
            masks.push(mask(shape, r, side, centre(px), centre(py)));
        }
        Self {
            shape,
            quarters,
            side,
            masks,
        }
    }

    /// The mask for a centre at device pixels `(x, y)`, with the pixel of its left upper corner.
    pub fn at(&self, x: f32, y: f32) -> (&[u8], i32, i32) {
        let part = |v: f32| (((v - v.floor()) * PHASES as f32) as usize).min(PHASES - 1);
        let reach = (self.side / 2) as i32;
        let mask = &self.masks[part(y) * PHASES + part(x)];
        (mask, x.floor() as i32 - reach, y.floor() as i32 - reach)
    }
}

fn mask(shape: Shape, r: f32, side: usize, cx: f32, cy: f32) -> Vec<u8> {
    let mut mask = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let mut inside = 0;
            for sample in 0..SAMPLES * SAMPLES {
                let sub = |k: usize| (k as f32 + 0.5) / SAMPLES as f32;
                let dx = x as f32 + sub(sample % SAMPLES) - cx;
                let dy = y as f32 + sub(sample / SAMPLES) - cy;
                inside += usize::from(covers(shape, r, dx, dy));
            }
            mask.push((inside * 255 / (SAMPLES * SAMPLES)) as u8);
        }
    }
    mask
}

fn covers(shape: Shape, r: f32, dx: f32, dy: f32) -> bool {
    let far = (dx * dx + dy * dy).sqrt();
    match shape {
        Shape::Disc => far <= r,
        Shape::Ring => far <= r && far >= r - (0.34 * r).clamp(0.9, 2.2),
        Shape::Star => {
            // Eight spikes: the reach falls linearly from a spike to the notch beside it.
            let turn = (dy.atan2(dx) / std::f32::consts::FRAC_PI_4 + 8.0).fract();
            let from_spike = (turn - 0.5).abs() * 2.0;
            far <= r * (0.45 + 0.55 * from_spike * from_spike)
        }
    }
}

/// All stamps used so far.
#[derive(Clone, Debug, Default)]
pub struct Stamps(Vec<Stamp>);

impl Stamps {
    /// The stamp of a shape and radius in device pixels, made if it is new.
    pub fn get(&mut self, shape: Shape, r: f32) -> &Stamp {
        let quarters = (r * 4.0).round().clamp(2.0, 256.0) as u32;
        let known = self
            .0
            .iter()
            .position(|stamp| stamp.quarters == quarters && stamp.shape == shape);
        let i = known.unwrap_or_else(|| {
            self.0.push(Stamp::new(shape, quarters));
            self.0.len() - 1
        });
        &self.0[i]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(shape: Shape, r: f32, x: f32) -> f32 {
        let mut stamps = Stamps::default();
        let (mask, _, _) = stamps.get(shape, r).at(x, 0.0);
        mask.iter().map(|&c| f32::from(c)).sum::<f32>() / 255.0
    }

    #[test]
    fn a_disc_covers_its_area_wherever_it_stands() {
        for x in [0.0, 0.3, 0.6, 0.9] {
            let found = area(Shape::Disc, 5.0, x);
            assert!((found - 78.5).abs() < 1.5, "{found} at {x}");
        }
    }

    #[test]
    fn a_ring_is_hollow_and_a_star_is_spiky() {
        let mut stamps = Stamps::default();
        for shape in [Shape::Disc, Shape::Ring, Shape::Star] {
            let stamp = stamps.get(shape, 6.0);
            let (mask, _, _) = stamp.at(0.5, 0.5);
            let middle = mask[stamp.side * (stamp.side / 2) + stamp.side / 2];
            assert_eq!(middle == 0, shape == Shape::Ring);
        }
        assert!(area(Shape::Star, 6.0, 0.0) < 0.6 * area(Shape::Disc, 6.0, 0.0));
    }
}
