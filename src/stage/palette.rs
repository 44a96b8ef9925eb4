//! Colours: one meaning each, the same on the stage, in the legend and in the charts.
//! Hues after Okabe and Ito; text has darker or lighter shades of them. Contrast is computed in the tests.

/// What a colour means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The stage itself.
    Ground,
    /// Text that matters.
    Text,
    /// Captions.
    Caption,
    /// Walls of a basin, outlines of the machinery.
    Wall,
    /// Age ticks and other help lines; carries no meaning alone.
    Line,
    /// The inside of a pipe and of the producer.
    Pipe,
    /// Unread orders as a level.
    Water,
    /// Orders already read as a level.
    GhostWater,
    /// One unread order.
    Order,
    /// One order already read.
    Ghost,
    /// A poison pill, and what it blocks.
    Pill,
    /// Handled again.
    Again,
    /// Processed.
    Done,
    /// Reported to the on-failure destination.
    Destination,
    /// Discarded without a trace.
    Discarded,
    /// Expired: over the rim, on the floor.
    Spilled,
    /// Words about a pill.
    PillText,
    /// Words about being late or handled again.
    AgainText,
    /// Words about success.
    DoneText,
    /// Words about the destination.
    DestinationText,
    /// Words about losses.
    SpilledText,
}

/// How many inks there are.
const INKS: usize = 21;

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// A set of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// Dark on white.
    #[default]
    Light,
    /// Light on near black.
    Dark,
    /// For a weak beamer in a bright room: black on white, stronger shades.
    Projector,
}

impl Palette {
    /// The colour of an ink.
    pub fn rgb(self, ink: Ink) -> Rgb {
        let table = match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
            Self::Projector => &PROJECTOR,
        };
        table[ink as usize]
    }

    /// The colour of an ink as CSS reads it.
    pub fn css(self, ink: Ink) -> String {
        let [r, g, b] = self.rgb(ink);
        format!("rgb({r},{g},{b})")
    }
}

const LIGHT: [Rgb; INKS] = [
    [0xff, 0xff, 0xff], // Ground
    [0x1b, 0x25, 0x30], // Text
    [0x5d, 0x69, 0x75], // Caption
    [0x26, 0x32, 0x3e], // Wall
    [0xd9, 0xde, 0xe3], // Line
    [0xee, 0xf2, 0xf5], // Pipe
    [0xc4, 0xe1, 0xf3], // Water
    [0xf0, 0xf4, 0xf7], // GhostWater
    [0x00, 0x67, 0xa8], // Order
    [0x87, 0x92, 0x9d], // Ghost
    [0xcc, 0x55, 0x00], // Pill
    [0xb3, 0x76, 0x00], // Again
    [0x00, 0x94, 0x6b], // Done
    [0xa9, 0x4f, 0x86], // Destination
    [0x6b, 0x74, 0x7d], // Discarded
    [0x98, 0x54, 0x46], // Spilled
    [0xb0, 0x47, 0x00], // PillText
    [0x85, 0x58, 0x00], // AgainText
    [0x00, 0x6e, 0x50], // DoneText
    [0x93, 0x40, 0x73], // DestinationText
    [0x86, 0x45, 0x38], // SpilledText
];

const DARK: [Rgb; INKS] = [
    [0x15, 0x1b, 0x22], // Ground
    [0xec, 0xf1, 0xf5], // Text
    [0x9d, 0xaa, 0xb6], // Caption
    [0xc3, 0xcd, 0xd6], // Wall
    [0x2d, 0x37, 0x41], // Line
    [0x22, 0x2b, 0x34], // Pipe
    [0x16, 0x42, 0x5d], // Water
    [0x1d, 0x26, 0x2f], // GhostWater
    [0x6c, 0xc0, 0xf2], // Order
    [0x71, 0x7f, 0x8c], // Ghost
    [0xff, 0x8b, 0x3d], // Pill
    [0xf0, 0xb4, 0x2c], // Again
    [0x2c, 0xc2, 0x95], // Done
    [0xd9, 0x8c, 0xb8], // Destination
    [0x92, 0x9e, 0xa9], // Discarded
    [0xd0, 0x95, 0x88], // Spilled
    [0xff, 0x9b, 0x57], // PillText
    [0xf3, 0xbd, 0x45], // AgainText
    [0x44, 0xcf, 0xa4], // DoneText
    [0xe0, 0x9c, 0xc3], // DestinationText
    [0xdd, 0xa6, 0x9a], // SpilledText
];

const PROJECTOR: [Rgb; INKS] = [
    [0xff, 0xff, 0xff], // Ground
    [0x00, 0x00, 0x00], // Text
    [0x33, 0x33, 0x33], // Caption
    [0x00, 0x00, 0x00], // Wall
    [0xb8, 0xbf, 0xc6], // Line
    [0xe2, 0xe8, 0xee], // Pipe
    [0xa6, 0xd3, 0xf0], // Water
    [0xe6, 0xec, 0xf1], // GhostWater
    [0x00, 0x45, 0x80], // Order
    [0x66, 0x70, 0x7a], // Ghost
    [0xb0, 0x38, 0x00], // Pill
    [0x8a, 0x56, 0x00], // Again
    [0x00, 0x6b, 0x4a], // Done
    [0x8c, 0x2e, 0x6a], // Destination
    [0x40, 0x40, 0x40], // Discarded
    [0x7a, 0x30, 0x24], // Spilled
    [0x9a, 0x30, 0x00], // PillText
    [0x70, 0x46, 0x00], // AgainText
    [0x00, 0x56, 0x3b], // DoneText
    [0x78, 0x24, 0x5a], // DestinationText
    [0x6b, 0x28, 0x1e], // SpilledText
];

/// Contrast of two colours after WCAG 2: 1 to 21.
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (la, lb) = (luminance(a), luminance(b));
    (la.max(lb) + 0.05) / (la.min(lb) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Palette; 3] = [Palette::Light, Palette::Dark, Palette::Projector];

    fn check(inks: &[Ink], grounds: &[Ink], least: f64) {
        for palette in ALL {
            for &ink in inks {
                for &ground in grounds {
                    let found = contrast(palette.rgb(ink), palette.rgb(ground));
                    assert!(
                        found >= least,
                        "{palette:?}: {ink:?} on {ground:?} has {found:.2}, not {least}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_formula_agrees_with_its_definition() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast([7, 8, 9], [7, 8, 9]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn words_can_be_read() {
        use Ink::{
            AgainText, Caption, DestinationText, DoneText, Ground, PillText, SpilledText, Text,
        };
        check(
            &[
                Text,
                Caption,
                PillText,
                AgainText,
                DoneText,
                DestinationText,
                SpilledText,
            ],
            &[Ground],
            4.5,
        );
        check(&[Text, Caption], &[Ink::Pipe], 4.5);
        check(&[Text], &[Ink::Water, Ink::GhostWater], 4.5);
    }

    /// The value of a custom property in a piece of a style sheet.
    fn property<'a>(sheet: &'a str, name: &str) -> &'a str {
        let head = format!("  --{name}: ");
        let from = sheet.find(&head).unwrap_or_else(|| panic!("no --{name}"));
        let value = &sheet[from + head.len()..];
        value.split(';').next().unwrap_or_default()
    }

    /// Canvas and page show the same thing in the same colour.
    #[test]
    fn the_style_sheet_has_the_same_colours() {
        let sheet = include_str!("../../static/app.css");
        let (_, projector) = sheet
            .split_once("[data-palette=\"projector\"] {")
            .expect("there");
        for (name, ink) in [
            ("card", Ink::Ground),
            ("text", Ink::Text),
            ("muted", Ink::Caption),
            ("order", Ink::Order),
            ("water", Ink::Water),
            ("done", Ink::Done),
            ("done-text", Ink::DoneText),
            ("pill-text", Ink::PillText),
            ("again", Ink::Again),
            ("ticket", Ink::Destination),
            ("lost", Ink::Spilled),
            ("ghost", Ink::Ghost),
        ] {
            let hex = |palette: Palette| {
                let [r, g, b] = palette.rgb(ink);
                format!("#{r:02x}{g:02x}{b:02x}")
            };
            let both = format!(
                "light-dark({}, {})",
                hex(Palette::Light),
                hex(Palette::Dark)
            );
            assert_eq!(property(sheet, name), both, "{name}");
            assert_eq!(property(projector, name), hex(Palette::Projector), "{name}");
        }
    }

    #[test]
    fn marks_can_be_seen() {
        use Ink::{
            Again, Destination, Discarded, Done, Ghost, Ground, Order, Pill, Spilled, Wall, Water,
        };
        check(
            &[
                Wall,
                Order,
                Ghost,
                Pill,
                Again,
                Done,
                Destination,
                Discarded,
                Spilled,
            ],
            &[Ground],
            3.0,
        );
        check(&[Order, Pill, Wall], &[Water], 3.0);
    }
}
