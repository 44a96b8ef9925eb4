//! Links: a whole scenario and the moment looked at, in the fragment of an address.
//!
//! `#v=1&seed=7&MaximumRetryAttempts=2&at=1h:pill:1&t=26h`: named keys, defaults omitted. Keys are never
//! renamed. Reading never fails: what is unknown, wrong or too much is ignored or clamped, and said. It
//! knows no browser.

mod reader;

use super::knobs::{KNOBS, Kind, Knob, TEXTS};
use super::notice::Notice;
use super::spelling::{spell_link, spell_span, spell_time};
use super::{Deed, Scenario};
use crate::engine::time::{SimDuration, SimTime};
use crate::words;
use reader::Reader;

/// The version of links written here.
pub const VERSION: u32 = 1;
/// Longer texts are not read at all, in bytes.
pub const READ_MAX: usize = 20_000;
/// Links longer than this break in mail and chat, in bytes.
pub const SHARE_MAX: usize = 2_000;
/// Fastest playing speed, as a multiple of simulated time.
pub const SPEED_MAX: u32 = 10_000;

/// What a link carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// The scenario; its written-down records are not part of a link.
    pub scenario: Scenario,
    /// The moment being looked at.
    pub moment: Option<SimTime>,
    /// Playing speed, 1 to [`SPEED_MAX`]; `None` is automatic.
    pub speed: Option<u32>,
    /// A fixed palette.
    pub palette: Option<Palette>,
    /// Whether the page is shown inside another one.
    pub embed: bool,
    /// Whether what comes after the moment is hidden until it has been seen.
    pub veil: bool,
    /// Names of parts of the page to hide: letters, digits and hyphens.
    pub hide: Vec<String>,
    /// The lens pinned to this breadth at the walls.
    pub lens: Option<SimDuration>,
    /// The engine edition the link was made with.
    pub edition: Option<u32>,
    /// The first eight hexadecimal digits of the run's digest.
    pub digest: Option<u32>,
}

/// Colours of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Strong contrast for a bright room.
    Projector,
}

impl Palette {
    /// Every palette.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Projector];

    /// Its name in links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Projector => "projector",
        }
    }
}

/// The fragment for an address, `#` included.
pub fn to_link(shared: &Shared) -> String {
    let scenario = &shared.scenario;
    let mut parts = vec![format!("v={VERSION}")];
    for knob in std::iter::once(Knob::Seed).chain(knobs_but_seed()) {
        let value = scenario.settings.get(knob);
        if value != knob.spec().default {
            parts.push(format!("{}={}", knob.spec().key, spell_link(knob, value)));
        }
    }
    for knob in TEXTS {
        let text = scenario.settings.text(knob);
        if text != knob.default_text() {
            parts.push(format!("{}={}", knob.spec().key, encode(text)));
        }
    }
    for action in &scenario.actions {
        let deed = match &action.deed {
            Deed::Pill { shard } => format!("pill:{shard}"),
            Deed::Split { shard } => format!("split:{shard}"),
            Deed::Merge { shard } => format!("merge:{shard}"),
            Deed::Set { knob, value } => {
                format!("{}:{}", knob.spec().key, spell_link(*knob, *value))
            }
            Deed::SetText { knob, text } => format!("{}:{}", knob.spec().key, encode(text)),
        };
        parts.push(format!("at={}:{deed}", spell_time(action.at)));
    }
    parts.extend(view_parts(shared));
    format!("#{}", parts.join("&"))
}

fn knobs_but_seed() -> impl Iterator<Item = Knob> {
    let is_number = |kind: Kind| !kind.is_text();
    KNOBS
        .iter()
        .filter(move |spec| spec.knob != Knob::Seed && is_number(spec.kind))
        .map(|spec| spec.knob)
}

fn view_parts(shared: &Shared) -> Vec<String> {
    let mut parts = Vec::new();
    if let Some(moment) = shared.moment {
        parts.push(format!("t={}", spell_time(moment)));
    }
    if let Some(speed) = shared.speed {
        parts.push(format!("speed={speed}"));
    }
    if let Some(palette) = shared.palette {
        parts.push(format!("palette={}", palette.name()));
    }
    if shared.embed {
        parts.push("embed=true".to_owned());
    }
    if shared.veil {
        parts.push("veil=1".to_owned());
    }
    if !shared.hide.is_empty() {
        parts.push(format!("hide={}", encode(&shared.hide.join(","))));
    }
    if let Some(lens) = shared.lens {
        parts.push(format!("lens={}", spell_span(lens)));
    }
    if let Some(edition) = shared.edition {
        parts.push(format!("e={edition}"));
    }
    if let Some(digest) = shared.digest {
        parts.push(format!("d={digest:08x}"));
    }
    parts
}

/// What the share dialog says about a link that cannot hold everything, or may not arrive whole.
pub fn caveat(shared: &Shared, link: &str) -> Option<String> {
    if !shared.scenario.records.is_empty() {
        return Some(
            "The records written down one by one do not fit into a link; save a scenario file instead.".to_owned(),
        );
    }
    if shared.scenario.traffic.is_some() {
        return Some(
            "The pasted traffic does not fit into a link, which has its mean only; save a scenario file instead.".to_owned(),
        );
    }
    (link.len() > SHARE_MAX).then(|| {
        "This link is so long that mail and chat programs may cut it; save a scenario file instead.".to_owned()
    })
}

/// Percent-encodes everything but `A–Z a–z 0–9 - . _ ~ : , ! *`.
fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,!*".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Decodes percent escapes; a broken one stays as it is, and the flag says that something was broken.
fn decode(text: &str) -> (String, bool) {
    let mut bytes = Vec::with_capacity(text.len());
    let mut broken = false;
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            bytes.push(high * 16 + low);
            rest = &rest[3..];
        } else {
            broken |= *byte == b'%';
            bytes.push(*byte);
            rest = after;
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, broken),
        Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), true),
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Reads a whole address, a fragment with or without `#`, or what a mail program left of one. Never
/// fails: what could not be read has its default, and the notices say so.
pub fn from_link(text: &str) -> (Shared, Vec<Notice>) {
    if text.is_empty() {
        return Default::default();
    }
    read_link(text)
}

fn read_link(text: &str) -> (Shared, Vec<Notice>) {
    let mut reader = Reader::default();
    if text.len() > READ_MAX {
        reader.notices.say(format!(
            "The link is longer than {} characters and was not read; this is the opening scenario.",
            words::number(READ_MAX as u64)
        ));
        return (Shared::default(), reader.notices.into_list());
    }
    // Mail and chat programs break long lines; browsers drop these characters as well.
    let text: String = text
        .trim()
        .chars()
        .filter(|c| !matches!(c, '\t' | '\r' | '\n'))
        .collect();
    for part in fragment(&text).split('&').filter(|part| !part.is_empty()) {
        reader.part(part.strip_prefix("amp;").unwrap_or(part));
    }
    reader.finish()
}

/// The part of an address that is ours.
fn fragment(text: &str) -> &str {
    let bare = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    let text = bare.unwrap_or(text);
    if let Some((_, fragment)) = text.split_once('#') {
        return fragment;
    }
    match text.split_once('?') {
        Some((before, query)) if before.is_empty() || before.contains("://") => query,
        _ if text.contains("://") => "",
        _ => text,
    }
}
