//! One setting: its AWS name, its value, a slider or switch, what follows from it, and what is wrong with it.

use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlSelectElement, KeyboardEvent};

use super::desk::{Dialog, Held, Tools, Turn};
use super::markup::{Act, Markup, input, only, truth};
use super::player::Player;
use crate::engine::config::Fails;
use crate::page::stops::{nearest, stops};
use crate::scenario::Settings;
use crate::scenario::filters::Filters;
use crate::scenario::knobs::{Kind, Knob, KnobSpec, Scope};
use crate::scenario::orders;
use crate::scenario::spelling::{parse, spell};
use crate::scenario::text::mistake;
use crate::session::Command;

/// More choices than this are a list.
const SEGMENTS_MAX: usize = 4;

/// What a field shows.
pub(super) struct Field<'a> {
    /// The knob.
    pub knob: Knob,
    /// Its value.
    pub value: i64,
    /// Its text, if it is one.
    pub text: &'a str,
    /// The others.
    pub settings: &'a Settings,
    /// What follows from the value here.
    pub consequence: Option<String>,
    /// What a flag makes of it later.
    pub later: Option<String>,
    /// What is wrong with it, or with what was typed.
    pub problem: Option<&'a str>,
    /// Whether it is to blame for what is happening.
    pub blamed: bool,
    /// Whether changes apply from here.
    pub from_here: bool,
    /// Whether its help is open.
    pub open: bool,
}

/// The field.
pub(super) fn knob_field_view(m: &mut Markup, field: &Field) {
    let spec = field.knob.spec();
    let key = spec.key;
    let is_danger = spec.dangerous && field.value == spec.default;
    m.put(
        "<div key={} class='knob {} {}' data-knob={}><div class=knob__head><span class=knob__name>\
         <label for=knob-{} id=knob-{}-label>{}</label><>",
        &[
            key,
            only(is_danger, "knob--danger"),
            only(field.blamed, "knob--blamed"),
            key,
            key,
            key,
            spec.label,
        ],
    );
    if spec.assumption {
        m.put(
            "<abbr title='an assumption: AWS does not document it'> ≈</abbr>",
            &[],
        );
    }
    m.put(
        "</><button type=button class=knob__help aria-expanded={} aria-controls=knob-{}-help aria-label='About {}'>",
        &[truth(field.open), key, spec.label],
    );
    m.on_click(Act::Turn(Turn::About(field.knob)));
    let width = match spec.kind {
        Kind::Choice(names) if names.len() <= SEGMENTS_MAX => "knob__setting--wide",
        Kind::Text { .. } => "knob__setting--wide knob__setting--long",
        _ => "",
    };
    m.put(
        "?</button></span><span class='knob__setting {}'><>",
        &[width],
    );
    if is_danger {
        m.put(
            "<span class=dot role=img aria-label='dangerous default'></span>",
            &[],
        );
    }
    m.put("</>", &[]);
    value_view(m, field);
    m.put("</span></div><>", &[]);
    slider_view(m, field);
    m.put("</><>", &[]);
    notes_view(m, field, spec, is_danger);
    m.put("</></div>", &[]);
}

/// What is to be said about the value.
fn notes_view(m: &mut Markup, field: &Field, spec: &KnobSpec, is_danger: bool) {
    if let Some(text) = &field.consequence {
        m.put(
            "<p class=knob__note id=knob-{}-note>{}</p>",
            &[spec.key, text],
        );
    }
    if let Some(text) = &field.later {
        m.put("<p class=knob__note>⚑ {}</p>", &[text]);
    }
    if field.from_here && spec.scope == Scope::WholeRun {
        m.put("<p class=knob__note>applies to the whole run</p>", &[]);
    }
    if let Some(text) = field.problem {
        m.put("<p class=knob__problem role=alert>{}</p>", &[text]);
    }
    if field.open {
        about_view(m, field, spec, is_danger);
    }
}

/// The help.
fn about_view(m: &mut Markup, field: &Field, spec: &KnobSpec, is_danger: bool) {
    let prose = spec.knob.prose();
    m.put(
        "<div class=knob__about id=knob-{}-help><p>{}</p>",
        &[spec.key, prose.help],
    );
    if !spec.kind.is_text() {
        let origin = if spec.aws_default {
            "AWS default"
        } else {
            "Opening value"
        };
        m.put("<p>{}: {}</p>", &[origin, &spell(spec.knob, spec.default)]);
    }
    if let Some(danger) = prose.danger {
        m.put(
            "<p class?={}><span class=dot aria-hidden=true></span> {}</p>",
            &[only(is_danger, "knob__danger"), danger],
        );
    }
    if field.knob == Knob::BackoffPolicy {
        m.put("<button type=button id=lab-open class=quiet>", &[]);
        m.on_click(Act::Turn(Turn::Open(Dialog::Lab)));
        m.put("Compare the five</button>", &[]);
    }
    m.put("</div>", &[]);
}

/// The value: a switch, a choice, or a text that can be edited.
fn value_view(m: &mut Markup, field: &Field) {
    let Field { knob, value, .. } = *field;
    let key = knob.spec().key;
    match knob.spec().kind {
        Kind::Toggle => {
            m.put(
                "<span class=switch><span aria-hidden=true>{}</span><input type=checkbox role=switch id=knob-{} checked={}>",
                &[&spell(knob, value), key, only(value != 0, "checked")],
            );
            m.on("change", Act::Knob(switched, knob));
            m.put("</input></span>", &[]);
        }
        Kind::Choice(names) if names.len() <= SEGMENTS_MAX => {
            m.put(
                "<span class=segments__row role=radiogroup aria-labelledby=knob-{}-label>",
                &[key],
            );
            for (i, name) in (0_i64..).zip(names) {
                let is_chosen = i == value;
                let id = ["knob-", key].concat();
                m.put(
                    "<label class=segment><input type=radio name={} id?={} checked={}>",
                    &[
                        &id,
                        if is_chosen { &id } else { "" },
                        only(is_chosen, "checked"),
                    ],
                );
                m.on("change", Act::Send(Command::Set(knob, i)));
                m.put("</input><span>{}</span></label>", &[name]);
            }
            m.put("</span>", &[]);
        }
        Kind::Choice(names) => {
            m.put("<select id=knob-{} class=knob__choice>", &[key]);
            m.on("change", Act::Knob(chosen, knob));
            for (i, name) in (0_i64..).zip(names) {
                m.put(
                    "<option selected={}>{}</option>",
                    &[only(i == value, "selected"), name],
                );
            }
            m.put("</select>", &[]);
        }
        Kind::Text { .. } => long_text_view(m, field),
        _ => text_view(m, knob, &spell(knob, value)),
    }
}

/// A text of several lines. One that AWS would refuse changes nothing, as there.
fn long_text_view(m: &mut Markup, field: &Field) {
    let knob = field.knob;
    let key = knob.spec().key;
    let is_filter = matches!(knob, Knob::FilterCriteria | Knob::SecondFilter);
    let example = "{\"data\": {\"type\": [\"purchase\"]}}";
    m.put(
        "<textarea id=knob-{} class=knob__reply rows=3 spellcheck=false aria-describedby=knob-{}-note value={} \
         placeholder={}>",
        &[key, key, field.text, only(is_filter, example)],
    );
    m.on("input", Act::Knob(typed, knob));
    m.on("change", Act::Knob(written, knob));
    m.put("</textarea>", &[]);
    if is_filter {
        filtered_view(m, field);
    }
}

fn typed(tools: &Tools, event: &Event, knob: Knob) {
    tools.turn(Turn::Draft(Some((knob, input(event).value()))));
}

fn written(tools: &Tools, event: &Event, knob: Knob) {
    let text = input(event).value();
    if wrong(knob, &text).is_none() {
        tools.player.send(Command::SetText(knob, text));
        tools.turn(Turn::Draft(None));
    }
}

/// What the filters do with each kind of order.
fn filtered_view(m: &mut Markup, field: &Field) {
    m.put("<ul class='orders muted'>", &[]);
    let filters = Filters::read(field.text).ok();
    let kinds = orders::kinds(field.settings.text(Knob::Data));
    let all: u32 = kinds.iter().map(|kind| kind.weight).sum();
    for kind in &kinds {
        let data = kind.data(Fails::Never);
        let passes = filters.as_ref().is_none_or(|filters| filters.pass(&data));
        m.put(
            "<li class='orders__kind {}' title={}>{} {} % {}<code>{}</code></li>",
            &[
                only(!passes, "orders__kind--out"),
                &data,
                if passes { "✓" } else { "✗" },
                &(kind.weight * 100 / all.max(1)).to_string(),
                &kind.name,
                &data,
            ],
        );
    }
    m.put("</ul>", &[]);
}

/// Why a text is not taken.
pub(super) fn wrong(knob: Knob, text: &str) -> Option<String> {
    let mistake = mistake(knob, text)?;
    Some([&mistake, " The run keeps what it has."].concat())
}

fn switched(tools: &Tools, event: &Event, knob: Knob) {
    let value = i64::from(input(event).checked());
    tools.player.send(Command::Set(knob, value));
}

fn chosen(tools: &Tools, event: &Event, knob: Knob) {
    let select: HtmlSelectElement = input(event).unchecked_into();
    let value = i64::from(select.selected_index());
    tools.player.send(Command::Set(knob, value));
}

/// A value as text: Enter or leaving sets it, Escape brings the old one back.
fn text_view(m: &mut Markup, knob: Knob, shown: &str) {
    let key = knob.spec().key;
    let width = shown.chars().count().max(4).to_string();
    m.put(
        "<input type=text class=knob__value id=knob-{} size={} value={} autocomplete=off spellcheck=false \
         aria-describedby=knob-{}-note data-shown={}>",
        &[key, &width, shown, key, shown],
    );
    m.on("change", Act::Knob(changed, knob));
    m.on(
        "keydown",
        Act::Look(|_, event| {
            if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
                restore(event);
            }
        }),
    );
    m.put("</input>", &[]);
}

fn changed(tools: &Tools, event: &Event, knob: Knob) {
    let refused = set_from_text(&tools.player, knob, &input(event).value());
    tools.turn(Turn::Refuse(knob, refused));
    // A text that means the same value is spelt as ever.
    restore(event);
}

/// Puts back what the field showed before somebody typed.
fn restore(event: &Event) {
    let input = input(event);
    input.set_value(&input.get_attribute("data-shown").unwrap_or_default());
}

/// Sets a knob from what somebody typed; what cannot be read, or is not quite what was typed, is said.
pub(super) fn set_from_text(player: &Player, knob: Knob, text: &str) -> Option<String> {
    match parse(knob, text) {
        Ok(parsed) => {
            player.send(Command::Set(knob, parsed.value));
            parsed.note
        }
        Err(why) => Some(why),
    }
}

/// A slider over round values; one drag is one change.
fn slider_view(m: &mut Markup, field: &Field) {
    let Field { knob, value, .. } = *field;
    let stops = stops(knob);
    if stops.is_empty() {
        return;
    }
    let (place, last) = (nearest(&stops, value), stops.len() - 1);
    m.put(
        "<input type=range class=slider style='--part:{}%' min=0 max={} value={} aria-label={} aria-valuetext={}>",
        &[
            &(place * 100 / last.max(1)).to_string(),
            &last.to_string(),
            &place.to_string(),
            knob.spec().label,
            &spell(knob, value),
        ],
    );
    m.on("input", Act::Knob(slid, knob));
    m.on(
        "change",
        Act::Look(|tools, _| {
            if tools.held.replace(Held::Nothing) == Held::Slider {
                tools.player.send(Command::EndDrag);
            }
        }),
    );
    m.put("</input>", &[]);
}

fn slid(tools: &Tools, event: &Event, knob: Knob) {
    if tools.held.replace(Held::Slider) != Held::Slider {
        tools.player.send(Command::BeginDrag);
    }
    let stops = stops(knob);
    let place = input(event).value_as_number() as usize;
    if let Some(&value) = stops.get(place).or(stops.last()) {
        tools.player.send(Command::Set(knob, value));
    }
}
