//! The framebuffer: water and records, splatted in software. Thousands of dots cost less this way than any
//! drawing call of the browser does. It knows shapes and colours, no browser.

use super::palette::{Ink, Palette, Rgb};
use super::scene::{Dot, Ground, Scene, Water};
use super::stamp::Stamps;

/// So many device columns are filled together.
const STRIP: usize = 64;
/// A darker skin of so many CSS pixels makes a surface crisp.
const SKIN: f32 = 1.5;

/// Pixels of a picture, and the stamps made for it so far.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
    stamps: Stamps,
}

impl Frame {
    /// Width and height in device pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The bytes: red, green, blue, alpha by rows.
    pub fn bytes(&self) -> &[u8] {
        self.pixels.as_flattened()
    }

    /// The colour of a device pixel.
    pub fn pixel(&self, x: usize, y: usize) -> Rgb {
        let [r, g, b, _] = self.pixels[y * self.width + x];
        [r, g, b]
    }

    fn clear(&mut self, width: usize, height: usize, colour: Rgb) {
        self.width = width;
        self.height = height;
        let size = width * height;
        self.pixels.resize(size, opaque(colour));
        // Copying is the quickest way to fill.
        let mut done = width.min(size);
        self.pixels[..done].fill(opaque(colour));
        while done < size {
            let more = done.min(size - done);
            self.pixels.copy_within(..more, done);
            done += more;
        }
    }
}

/// Paints areas, levels and records into a frame.
pub fn paint_raster(scene: &Scene, frame: &mut Frame) {
    let scale = scene.scale;
    let whole = |v: f32| (v * scale).floor().max(1.0) as usize;
    frame.clear(
        whole(scene.size.0),
        whole(scene.size.1),
        scene.palette.rgb(Ink::Ground),
    );
    for ground in &scene.grounds {
        paint_ground(ground, scene.palette, scale, frame);
    }
    for water in &scene.waters {
        paint_water(water, scene.palette, scale, frame);
    }
    for dot in &scene.dots {
        paint_dot(dot, scene.palette.rgb(dot.ink), scale, frame);
    }
}

fn opaque([r, g, b]: Rgb) -> [u8; 4] {
    [r, g, b, 255]
}

fn mix(under: Rgb, over: Rgb, part: f32) -> Rgb {
    let part = (part.clamp(0.0, 1.0) * 256.0) as i32;
    std::array::from_fn(|i| blend(under[i], over[i], part))
}

fn blend(under: u8, over: u8, part: i32) -> u8 {
    let under = i32::from(under);
    (under + (((i32::from(over) - under) * part) >> 8)) as u8
}

/// Blends a colour over a pixel, `part` of 256: red and blue in one multiplication, green and alpha in another.
fn blend_pixel(pixel: &mut [u8; 4], colour: u32, part: u32) {
    const EVEN: u32 = 0x00ff_00ff;
    let under = u32::from_le_bytes(*pixel);
    let rest = 256 - part;
    let even = (under & EVEN) * rest + (colour & EVEN) * part;
    let odd = ((under >> 8) & EVEN) * rest + ((colour >> 8) & EVEN) * part;
    *pixel = (((even >> 8) & EVEN) | (odd & !EVEN)).to_le_bytes();
}

fn paint_ground(ground: &Ground, palette: Palette, scale: f32, frame: &mut Frame) {
    let colour = opaque(palette.rgb(ground.ink));
    let span = |from: f32, to: f32, limit: usize| {
        let cut = |v: f32| ((v * scale).round().max(0.0) as usize).min(limit);
        cut(from)..cut(to)
    };
    let columns = span(ground.area.x, ground.area.right(), frame.width);
    for y in span(ground.area.y, ground.area.bottom(), frame.height) {
        let row = y * frame.width;
        frame.pixels[row + columns.start..row + columns.end].fill(colour);
    }
}

/// One device column of a level.
struct Column {
    /// Upper edge of everything.
    top: f32,
    /// Upper edge of what is unread.
    unread_top: f32,
    /// The first row that is water or a ghost throughout, and its colour.
    plain: usize,
    colour: [u8; 4],
}

/// The colours of one level from its surface down.
struct Shades {
    ground: Rgb,
    ghost: Rgb,
    water: Rgb,
    surface: Rgb,
}

fn paint_water(water: &Water, palette: Palette, scale: f32, frame: &mut Frame) {
    let floor = ((water.floor * scale).round().max(0.0) as usize).min(frame.height);
    let left = ((water.left * scale).round().max(0.0) as usize).min(frame.width);
    let right = ((water.right * scale).round().max(0.0) as usize).clamp(left, frame.width);
    let shades = Shades {
        ground: palette.rgb(Ink::Ground),
        ghost: palette.rgb(Ink::GhostWater),
        water: palette.rgb(Ink::Water),
        surface: mix(palette.rgb(Ink::Water), palette.rgb(Ink::Order), 0.4),
    };
    let columns: Vec<Column> = (left..right)
        .map(|x| column(water, (x as f32 + 0.5) / scale, scale, &shades))
        .collect();
    for (n, strip) in columns.chunks(STRIP).enumerate() {
        paint_strip(strip, left + n * STRIP, floor, &shades, scale, frame);
    }
}

/// Paints neighbouring columns: their surface pixel by pixel, and what is plain below it by copying a row.
fn paint_strip(
    strip: &[Column],
    left: usize,
    floor: usize,
    shades: &Shades,
    scale: f32,
    frame: &mut Frame,
) {
    let top = strip
        .iter()
        .fold(floor as f32, |top, column| top.min(column.top));
    let plain = strip.iter().map(|column| column.plain).max().unwrap_or(0);
    let (top, plain) = (top.max(0.0) as usize, plain.min(floor));
    let width = frame.width;
    for y in top..(plain + 1).min(floor) {
        let start = y * width + left;
        let pixels = &mut frame.pixels[start..start + strip.len()];
        for (pixel, column) in pixels.iter_mut().zip(strip) {
            if y >= column.plain {
                *pixel = column.colour;
            } else {
                paint_level(pixel, column, y as f32, shades, scale);
            }
        }
    }
    for y in plain + 1..floor {
        let above = (y - 1) * width + left;
        frame
            .pixels
            .copy_within(above..above + strip.len(), above + width);
    }
}

fn column(water: &Water, x: f32, scale: f32, shades: &Shades) -> Column {
    let height = water.height_at(x);
    // The reader's edge is one and a half pixels soft.
    let share = water.unread * ((water.reader - x) / 1.5 + 0.5).clamp(0.0, 1.0);
    let floor = water.floor * scale;
    let (top, unread_top) = (floor - height * scale, floor - height * share * scale);
    let (plain, colour) = if share > 0.0 {
        (unread_top + SKIN * scale + 1.0, shades.water)
    } else {
        (top + 1.0, shades.ghost)
    };
    Column {
        top,
        unread_top,
        plain: plain.ceil().max(0.0) as usize,
        colour: opaque(colour),
    }
}

fn paint_level(pixel: &mut [u8; 4], column: &Column, y: f32, shades: &Shades, scale: f32) {
    let below = y + 1.0 - column.top;
    if below <= 0.0 {
        return;
    }
    let unread = y + 1.0 - column.unread_top;
    let skin = SKIN * scale;
    *pixel = opaque(if unread > skin + 1.0 {
        shades.water
    } else if unread > 0.0 {
        let under = if below > unread + 0.5 {
            shades.ghost
        } else {
            shades.ground
        };
        let inner = mix(shades.surface, shades.water, unread - skin);
        mix(under, inner, unread)
    } else if below >= 1.0 {
        shades.ghost
    } else {
        mix(shades.ground, shades.ghost, below)
    });
}

fn paint_dot(dot: &Dot, colour: Rgb, scale: f32, frame: &mut Frame) {
    let beyond = |v: f32, pixels: usize| !(-100.0..=pixels as f32 + 100.0).contains(&(v * scale));
    if beyond(dot.x, frame.width) || beyond(dot.y, frame.height) {
        return;
    }
    let Frame {
        width,
        height,
        pixels,
        stamps,
    } = frame;
    let stamp = stamps.get(dot.shape, dot.r * scale);
    let (mask, x, y) = stamp.at(dot.x * scale, dot.y * scale);
    let side = stamp.side as i32;
    let (from, to) = (x.max(0), (x + side).min(*width as i32));
    if from >= to {
        return;
    }
    let (colour, alpha) = (u32::from_le_bytes(opaque(colour)), u32::from(dot.alpha) + 1);
    for row in y.max(0)..(y + side).min(*height as i32) {
        let start = row as usize * *width;
        let line = &mut pixels[start + from as usize..start + to as usize];
        let offset = ((row - y) * side + from - x) as usize;
        for (pixel, &cover) in line.iter_mut().zip(&mask[offset..]) {
            match (u32::from(cover) * alpha) >> 8 {
                0 => {}
                255 => *pixel = colour.to_le_bytes(),
                part => blend_pixel(pixel, colour, part),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::scene::{Rect, Shape, effective_scale};

    fn scene(dots: Vec<Dot>, waters: Vec<Water>) -> Scene {
        Scene {
            size: (100.0, 60.0),
            scale: 1.0,
            dots,
            waters,
            ..Scene::default()
        }
    }

    fn dot(x: f32, y: f32) -> Dot {
        Dot {
            x,
            y,
            r: 3.0,
            shape: Shape::Disc,
            ink: Ink::Order,
            alpha: 255,
            record: None,
        }
    }

    fn painted(scene: &Scene) -> Frame {
        let mut frame = Frame::default();
        paint_raster(scene, &mut frame);
        frame
    }

    #[test]
    fn a_disc_is_solid_in_the_middle_and_soft_at_the_edge() {
        let frame = painted(&scene(vec![dot(50.0, 30.0)], vec![]));
        assert_eq!(frame.pixel(50, 30), Palette::Light.rgb(Ink::Order));
        assert_eq!(frame.pixel(54, 30), Palette::Light.rgb(Ink::Ground));
        let edge = frame.pixel(52, 32)[0];
        assert!(edge > Palette::Light.rgb(Ink::Order)[0] && edge < 255);
    }

    #[test]
    fn dots_beyond_the_canvas_are_cut() {
        for (x, y) in [
            (-1.0, 10.0),
            (-50.0, 10.0),
            (100.5, 10.0),
            (400.0, 10.0),
            (10.0, -2.0),
            (10.0, 61.0),
            (10.0, 4e9),
            (-4e9, 10.0),
        ] {
            painted(&scene(vec![dot(x, y)], vec![]));
        }
    }

    #[test]
    fn water_stands_on_its_floor_and_ends_at_the_reader() {
        let water = Water {
            left: 10.0,
            right: 90.0,
            floor: 50.0,
            step: 10.0,
            heights: vec![20.0; 9],
            reader: 40.0,
            unread: 1.0,
        };
        let frame = painted(&scene(vec![], vec![water]));
        let at = |x, y| frame.pixel(x, y);
        let ink = |ink| Palette::Light.rgb(ink);
        for (x, y, expected) in [
            (20, 45, Ink::Water),
            (60, 45, Ink::GhostWater),
            (20, 20, Ink::Ground),
            (20, 51, Ink::Ground),
            (5, 45, Ink::Ground),
            (95, 45, Ink::Ground),
        ] {
            assert_eq!(at(x, y), ink(expected), "{x}, {y}");
        }
    }

    #[test]
    fn partly_read_water_is_coloured_to_its_share() {
        let water = Water {
            left: 0.0,
            right: 100.0,
            floor: 60.0,
            step: 50.0,
            heights: vec![40.0; 3],
            reader: 100.0,
            unread: 0.25,
        };
        let frame = painted(&scene(vec![], vec![water]));
        assert_eq!(frame.pixel(50, 58), Palette::Light.rgb(Ink::Water));
        assert_eq!(frame.pixel(50, 30), Palette::Light.rgb(Ink::GhostWater));
    }

    #[test]
    fn grounds_are_filled_and_cut() {
        let mut scene = scene(vec![], vec![]);
        scene.grounds = vec![Ground {
            area: Rect::new(-10.0, 40.0, 500.0, 500.0),
            ink: Ink::Pipe,
        }];
        let frame = painted(&scene);
        assert_eq!(frame.pixel(0, 59), Palette::Light.rgb(Ink::Pipe));
        assert_eq!(frame.pixel(0, 39), Palette::Light.rgb(Ink::Ground));
    }

    #[test]
    fn a_large_canvas_gets_coarser_pixels() {
        for (size, dpr, expected) in [
            ((1_000.0, 500.0), 1.0, 1.0),
            ((1_000.0, 500.0), 2.0, 2.0),
            ((2_500.0, 1_000.0), 2.0, 1.0),
            ((5_000.0, 2_000.0), 3.0, 0.5),
        ] {
            assert!((effective_scale(size, dpr) - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn the_bytes_are_as_many_as_the_pixels() {
        let frame = painted(&scene(vec![], vec![]));
        assert_eq!(frame.size(), (100, 60));
        assert_eq!(frame.bytes().len(), 100 * 60 * 4);
    }
}
