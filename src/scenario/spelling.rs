//! How values are written and read: for links, for people, and what people type. It knows the kinds of
//! knobs; it does not know what any one knob does.

use super::knobs::{Kind, Knob, Scope};
use super::notice::quoted;
use super::quantity::{Quantity, quantities, time_unit};
use crate::engine::time::{SimDuration, SimTime};
use crate::words::{self, exact_span, number, signed_number};

/// A value that was read, within the knob's bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The value, in the knob's unit.
    pub value: i64,
    /// A plain sentence if it is not quite what was typed.
    pub note: Option<String>,
}

/// The units of a span in links, longest first, in microseconds.
const UNITS: [(&str, u64); 5] = [
    ("h", 3_600_000_000),
    ("m", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1_000),
    ("us", 1),
];

/// A value that is left to the SDK's preset.
const PRESET: &str = "preset";

const DAY: u64 = 24 * 3_600_000_000;

/// The value as links and scenario files write it: `2`, `-1`, `true`, `SQS`, `1h30m`, shares in permille.
pub fn spell_link(knob: Knob, value: i64) -> String {
    if knob.leaves_to_preset(value) {
        return PRESET.to_owned();
    }
    match knob.spec().kind {
        Kind::Span { .. } => spell_span(SimDuration(value.max(0).unsigned_abs())),
        Kind::Toggle => (value != 0).to_string(),
        Kind::Choice(names) => choice_name(names, value).to_owned(),
        Kind::Count { .. } | Kind::Limit { .. } | Kind::Permille { .. } | Kind::Text { .. } => {
            value.to_string()
        }
    }
}

/// The value for people: `24 h`, `forever`, `none`, `50 %`, `1,000 records`, `on`. [`parse`] reads it back.
pub fn spell(knob: Knob, value: i64) -> String {
    if knob.leaves_to_preset(value) {
        return PRESET.to_owned();
    }
    match knob.spec().kind {
        Kind::Limit { open, .. } if value < 0 => open.to_owned(),
        // A seed is a name, not an amount.
        Kind::Count { unit: "", .. } => value.to_string(),
        Kind::Count { unit, .. } | Kind::Limit { unit, .. } => amount(value, unit),
        Kind::Span { .. } => exact_span(SimDuration(value.max(0).unsigned_abs())),
        Kind::Permille { .. } => words::share(value.max(0).unsigned_abs()),
        Kind::Toggle => (if value == 0 { "off" } else { "on" }).to_owned(),
        Kind::Choice(names) => choice_name(names, value).to_owned(),
        Kind::Text { .. } => String::new(),
    }
}

/// A span as links write it: `250ms`, `25h`, `1h30m`, `2d`; whole days as days, otherwise from hours down.
pub fn spell_span(span: SimDuration) -> String {
    if span.0 > 0 && span.0.is_multiple_of(DAY) {
        return format!("{}d", span.0 / DAY);
    }
    parts(span)
        .map(|(count, unit)| format!("{count}{unit}"))
        .reduce(|all, part| all + &part)
        .unwrap_or_else(|| "0s".to_owned())
}

/// A moment of the run as links write it, as a span since the start.
pub fn spell_time(time: SimTime) -> String {
    spell_span(time.since(SimTime::ZERO))
}

fn parts(span: SimDuration) -> impl Iterator<Item = (u64, &'static str)> {
    let mut rest = span.0;
    UNITS.into_iter().filter_map(move |(unit, size)| {
        let count = rest / size;
        rest %= size;
        (count > 0).then_some((count, unit))
    })
}

/// A moment since the start of the run: `25h`, `1h30m`, `90 min`; the error is a plain sentence.
pub fn parse_time(text: &str) -> Result<SimTime, String> {
    let wrong = || {
        format!(
            "{} is not a time since the start, such as 25h, 1h30m or 250ms.",
            quoted(text)
        )
    };
    let all = quantities(text).ok_or_else(wrong)?;
    let micros = span_micros(&all).filter(|&us| us >= 0).ok_or_else(wrong)?;
    Ok(SimTime(u64::try_from(micros).unwrap_or(u64::MAX)))
}

/// Reads what a person typed. A bare share is a percentage; the error is a plain sentence that names
/// the knob, what was typed and what is allowed.
pub fn parse(knob: Knob, typed: &str) -> Result<Parsed, String> {
    read(knob, typed, 10)
}

/// Reads a value from a link or a scenario file, as leniently, but a bare share is in permille.
pub fn parse_link(knob: Knob, text: &str) -> Result<Parsed, String> {
    read(knob, text, 1)
}

fn read(knob: Knob, typed: &str, bare_share: i128) -> Result<Parsed, String> {
    let wrong = || {
        let (key, allowed) = (knob.spec().key, allowed(knob));
        format!(
            "{key}: {} is not understood; allowed is {allowed}.",
            quoted(typed)
        )
    };
    let exact = |value| Parsed { value, note: None };
    if knob.spec().preset && matches!(typed.trim(), "preset" | "Preset" | "-1") {
        return Ok(exact(-1));
    }
    match knob.spec().kind {
        Kind::Toggle => truth(typed)
            .map(|on| exact(i64::from(on)))
            .ok_or_else(wrong),
        Kind::Choice(names) => choice(names, typed).map(exact).ok_or_else(wrong),
        Kind::Text { .. } => Ok(exact(0)),
        Kind::Limit { .. } if means_forever(typed) => Ok(exact(-1)),
        Kind::Count { unit, .. } | Kind::Limit { unit, .. } => {
            let all = quantities(typed).ok_or_else(wrong)?;
            let billionths = counted(&all, unit).ok_or_else(wrong)?;
            Ok(bounded(knob, typed, billionths))
        }
        Kind::Span { .. } => {
            let all = quantities(typed).ok_or_else(wrong)?;
            let micros = span_micros(&all).ok_or_else(wrong)?;
            Ok(bounded(knob, typed, micros.saturating_mul(BILLION)))
        }
        Kind::Permille { .. } => {
            let all = quantities(typed).ok_or_else(wrong)?;
            let permille = share(&all, bare_share).ok_or_else(wrong)?;
            Ok(bounded(knob, typed, permille))
        }
    }
}

const BILLION: i128 = 1_000_000_000;

/// Rounds to a whole value within the bounds, and says so where that changes what was typed.
fn bounded(knob: Knob, typed: &str, billionths: i128) -> Parsed {
    let key = knob.spec().key;
    let rounded = billionths.saturating_add(BILLION / 2 * billionths.signum()) / BILLION;
    let wide = i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX });
    let value = knob.clamp(wide);
    let used = spell(knob, value);
    let note = if value != wide {
        let allowed = allowed(knob);
        Some(format!(
            "{key}: {} is out of range, {used} is used; allowed is {allowed}.",
            quoted(typed)
        ))
    } else if billionths % BILLION != 0 {
        Some(format!(
            "{key}: {} is not a whole number here, {used} is used.",
            quoted(typed)
        ))
    } else {
        None
    };
    Parsed { value, note }
}

/// A count in billionths of its unit; a count of seconds or hours is also read from any span.
fn counted(all: &[Quantity], unit: &str) -> Option<i128> {
    if let ([one], false) = (all, matches!(unit, "s" | "h")) {
        return Some(one.billionths * count_factor(&one.unit, unit)?);
    }
    if let [one] = all
        && one.unit.is_empty()
    {
        return Some(one.billionths);
    }
    let micros = time_billionths(all)?;
    Some(micros / time_unit(unit)?)
}

/// How many of the knob's unit the typed unit stands for.
fn count_factor(typed: &str, unit: &str) -> Option<i128> {
    match typed {
        "" => Some(1),
        "k" => Some(1_000),
        "kb" | "kib" if unit == "B" => Some(1_024),
        "mb" | "mib" if unit == "B" => Some(1_048_576),
        "byte" | "bytes" if unit == "B" => Some(1),
        _ if typed == unit.to_ascii_lowercase() || typed == singular(unit) => Some(1),
        _ => None,
    }
}

fn span_micros(all: &[Quantity]) -> Option<i128> {
    if let [one] = all
        && one.unit.is_empty()
    {
        // Without a unit only nothing at all is unmistakable.
        return (one.billionths == 0).then_some(0);
    }
    Some(time_billionths(all)? / BILLION)
}

fn time_billionths(all: &[Quantity]) -> Option<i128> {
    let mut sum: i128 = 0;
    for one in all {
        sum = sum.saturating_add(one.billionths.saturating_mul(time_unit(&one.unit)?));
    }
    Some(sum)
}

fn share(all: &[Quantity], bare: i128) -> Option<i128> {
    let [one] = all else { return None };
    match one.unit.as_str() {
        "" => Some(one.billionths * bare),
        "%" | "percent" => Some(one.billionths * 10),
        "‰" | "permille" => Some(one.billionths),
        _ => None,
    }
}

fn truth(typed: &str) -> Option<bool> {
    match typed.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "y" | "1" | "enabled" => Some(true),
        "false" | "off" | "no" | "n" | "0" | "disabled" => Some(false),
        _ => None,
    }
}

fn means_forever(typed: &str) -> bool {
    let typed = typed.trim().to_ascii_lowercase();
    let synonyms = [
        "infinite",
        "infinity",
        "forever",
        "for ever",
        "none",
        "never",
        "unlimited",
        "no limit",
        "∞",
    ];
    synonyms.contains(&typed.as_str())
}

/// The index of the name, in any letter case, or of the only name that starts so.
fn choice(names: &[&str], typed: &str) -> Option<i64> {
    let typed = typed.trim().to_ascii_lowercase();
    let wanted = if matches!(typed.as_str(), "off" | "no" | "false") {
        "none"
    } else {
        &typed
    };
    if let Some(index) = names
        .iter()
        .position(|name| name.to_ascii_lowercase() == wanted)
    {
        return Some(index as i64);
    }
    let mut starting =
        (0..names.len()).filter(|&i| names[i].to_ascii_lowercase().starts_with(wanted));
    match (starting.next(), starting.next()) {
        (Some(index), None) if wanted.len() > 1 => Some(index as i64),
        _ => None,
    }
}

fn choice_name(names: &'static [&'static str], value: i64) -> &'static str {
    usize::try_from(value)
        .ok()
        .and_then(|index| names.get(index))
        .copied()
        .unwrap_or("")
}

/// What the knob accepts, for people: `a whole number from 1 to 10,000 records`.
pub fn allowed(knob: Knob) -> String {
    let allowed = allowed_by_kind(knob.spec().kind);
    if knob.spec().preset {
        format!("preset, or {allowed}")
    } else {
        allowed
    }
}

fn allowed_by_kind(kind: Kind) -> String {
    match kind {
        Kind::Count { min, max, unit } => {
            format!(
                "a whole number from {} to {}",
                signed_number(min),
                amount(max, unit)
            )
        }
        Kind::Limit { min, max, unit, .. } => {
            format!(
                "-1 for no limit, or {} to {}",
                signed_number(min),
                amount(max, unit)
            )
        }
        Kind::Span { min, max } => {
            let bound = |us: i64| exact_span(SimDuration(us.max(0).unsigned_abs()));
            format!(
                "a time from {} to {}, such as 250ms or 1h30m",
                bound(min),
                bound(max)
            )
        }
        Kind::Permille { max } => {
            format!("a share from 0 % to {}", words::share(max.unsigned_abs()))
        }
        Kind::Toggle => "on or off".to_owned(),
        Kind::Choice(names) => format!("one of {}", names.join(", ")),
        Kind::Text { max, .. } => {
            format!("a text of at most {} characters", number(max as u64))
        }
    }
}

/// Why the knob cannot change during a run, or `None` if it can.
pub(super) fn refuses_to_change(knob: Knob) -> Option<String> {
    let key = knob.spec().key;
    (knob.spec().scope == Scope::WholeRun)
        .then(|| format!("{key} holds for the whole run and cannot change during it"))
}

/// `1,000 records`, `1 record`, `72/s`.
fn amount(value: i64, unit: &str) -> String {
    let amount = signed_number(value);
    let unit = if value == 1 {
        singular(unit)
    } else {
        unit.to_owned()
    };
    match unit.as_str() {
        "" => amount,
        "/s" => amount + "/s",
        _ => format!("{amount} {unit}"),
    }
}

fn singular(unit: &str) -> String {
    match (unit.strip_suffix("ies"), unit.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) if stem.len() > 1 => stem.to_owned(),
        _ => unit.to_owned(),
    }
}
