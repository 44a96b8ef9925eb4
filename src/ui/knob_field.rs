//! One setting: its AWS name, its value, a slider or switch, what follows from it, and what is wrong with it.

use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::conductor::{WorldHandle, use_world};
use super::guessed::Guessed;
use super::page::{Dialog, Turn, use_turner};
use super::values::Field;
use crate::engine::config::Fails;
use crate::page::stops::{nearest, stops};
use crate::scenario::filters::Filters;
use crate::scenario::knobs::{Kind, Knob};
use crate::scenario::orders;
use crate::scenario::spelling::{parse, spell};
use crate::scenario::text::mistake;
use crate::session::Command;

/// More choices than this are a list.
const SEGMENTS_MAX: usize = 4;

/// What is to be said about something typed that could not be taken as it is, as long as the knob has this value.
#[derive(Clone, PartialEq)]
struct Said {
    text: String,
    value: i64,
}

/// What a field is given.
#[derive(Properties, PartialEq)]
pub(super) struct KnobFieldProps {
    /// What it shows.
    pub field: Field,
    /// Where the field stands; begins the names of its elements.
    pub place: AttrValue,
}

/// The field.
#[component]
pub(super) fn KnobField(props: &KnobFieldProps) -> Html {
    let world = use_world();
    let is_open = use_state_eq(|| false);
    let refused = use_state_eq(|| None::<Said>);
    let field = &props.field;
    let (knob, value, spec) = (field.knob, field.value, field.knob.spec());
    let id = world.id(&format!("{}-{}", props.place, spec.key));
    let is_danger = spec.danger.is_some() && value == spec.default;
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |_| is_open.set(!*is_open))
    };
    let on_refuse = {
        let refused = refused.clone();
        Callback::from(move |why| refused.set(why))
    };
    let width = match spec.kind {
        Kind::Choice(names) if names.len() <= SEGMENTS_MAX => "knob__setting--wide",
        Kind::Text { .. } => "knob__setting--wide knob__setting--long",
        Kind::Choice(_)
        | Kind::Toggle
        | Kind::Count { .. }
        | Kind::Limit { .. }
        | Kind::Span { .. }
        | Kind::Permille { .. } => "",
    };
    let said = (*refused).clone().filter(|said| said.value == value);
    let problem = said.map(|said| said.text).or_else(|| field.problem.clone());
    html! {
        <div class={classes!("knob", is_danger.then_some("knob--danger"), field.is_blamed.then_some("knob--blamed"))} data-knob={spec.key}>
            <div class="knob__head">
                <span class="knob__name">
                    <label for={id.clone()} id={format!("{id}-label")}>{ spec.label }</label>
                    if spec.assumption {
                        <abbr title="an assumption: AWS does not document it">{ " ≈" }</abbr>
                    }
                    <button type="button" class="knob__help" aria-expanded={is_open.to_string()}
                        aria-label={format!("About {}", spec.label)} onclick={toggle}>{ "?" }</button>
                    if field.is_guessed {
                        <Guessed {knob} />
                    }
                </span>
                <span class={classes!("knob__setting", width)}>
                    if is_danger {
                        <span class="dot" role="img" aria-label="dangerous default" />
                    }
                    <Value {knob} {value} id={id.clone()} text={field.text.clone()} orders={field.orders.clone()} {on_refuse} />
                </span>
            </div>
            <Slider {knob} {value} {id} />
            <div class="knob__notes">
                { for field.notes.iter().map(|text| html! { <p class="knob__note">{ text }</p> }) }
                if let Some(text) = problem {
                    <p class="knob__problem" role="alert">{ text }</p>
                }
            </div>
            if *is_open {
                <About {knob} {is_danger} />
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct AboutProps {
    knob: Knob,
    is_danger: bool,
}

/// The help.
#[component]
fn About(props: &AboutProps) -> Html {
    let turner = use_turner();
    let AboutProps { knob, is_danger } = *props;
    let spec = knob.spec();
    let origin = if spec.aws_default {
        "AWS default"
    } else {
        "Opening value"
    };
    let open_lab = Callback::from(move |_| turner.dispatch(Turn::Open(Dialog::Lab)));
    html! {
        <div class="knob__about">
            <p>{ spec.help }</p>
            if !spec.kind.is_text() {
                <p>{ format!("{origin}: {}", spell(knob, spec.default)) }</p>
            }
            if let Some(danger) = spec.danger {
                <p class={classes!(is_danger.then_some("knob__danger"))}>
                    <span class="dot" aria-hidden="true" />{ format!(" {danger}") }
                </p>
            }
            if knob == Knob::BackoffPolicy {
                <button type="button" id="lab-open" class="quiet" onclick={open_lab}>{ "Compare the five" }</button>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ValueProps {
    knob: Knob,
    value: i64,
    id: String,
    text: AttrValue,
    orders: Option<AttrValue>,
    on_refuse: Callback<Option<Said>>,
}

/// The value: a switch, a choice, or a text that can be edited.
#[component]
fn Value(props: &ValueProps) -> Html {
    let world = use_world();
    let ValueProps {
        knob,
        value,
        id,
        text,
        orders,
        on_refuse,
    } = props;
    let (knob, value) = (*knob, *value);
    match knob.spec().kind {
        Kind::Toggle => {
            let onchange = Callback::from(move |event: Event| {
                let input: HtmlInputElement = event.target_unchecked_into();
                world.send(Command::Set(knob, i64::from(input.checked())));
            });
            html! {
                <span class="switch">
                    <span aria-hidden="true">{ spell(knob, value) }</span>
                    <input type="checkbox" role="switch" id={id.clone()} checked={value != 0} {onchange} />
                </span>
            }
        }
        Kind::Choice(names) if names.len() <= SEGMENTS_MAX => html! {
            <span class="segments__row" role="radiogroup" aria-labelledby={format!("{id}-label")}>
                { for (0_i64..).zip(names).map(|(choice, name)| {
                    let is_chosen = choice == value;
                    let world = world.clone();
                    let onchange = Callback::from(move |_: Event| world.send(Command::Set(knob, choice)));
                    html! {
                        <label class="segment" key={*name}>
                            <input type="radio" name={id.clone()} id={is_chosen.then(|| id.clone())} checked={is_chosen} {onchange} />
                            <span>{ name }</span>
                        </label>
                    }
                }) }
            </span>
        },
        Kind::Choice(names) => {
            let onchange = Callback::from(move |event: Event| {
                let select: HtmlSelectElement = event.target_unchecked_into();
                world.send(Command::Set(knob, i64::from(select.selected_index())));
            });
            html! {
                <select id={id.clone()} class="knob__choice" {onchange}>
                    { for (0_i64..).zip(names).map(|(choice, name)| html! {
                        <option key={*name} selected={choice == value}>{ name }</option>
                    }) }
                </select>
            }
        }
        Kind::Text { .. } => html! {
            <LongText {knob} id={id.clone()} text={text.clone()} orders={orders.clone()} on_refuse={on_refuse.clone()} />
        },
        Kind::Count { .. } | Kind::Limit { .. } | Kind::Span { .. } | Kind::Permille { .. } => {
            html! {
                <ShortText {knob} {value} id={id.clone()} on_refuse={on_refuse.clone()} />
            }
        }
    }
}

#[derive(Properties, PartialEq)]
struct ShortTextProps {
    knob: Knob,
    value: i64,
    id: String,
    on_refuse: Callback<Option<Said>>,
}

/// A value as text: Enter or leaving sets it, Escape brings the old one back.
#[component]
fn ShortText(props: &ShortTextProps) -> Html {
    let world = use_world();
    let draft = use_state_eq(|| None::<String>);
    let (knob, value) = (props.knob, props.value);
    let spelt = spell(knob, value);
    let shown = (*draft).clone().unwrap_or_else(|| spelt.clone());
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            draft.set(Some(input.value()));
        })
    };
    let onchange = {
        let (draft, on_refuse) = (draft.clone(), props.on_refuse.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            on_refuse.emit(set_from_text(&world, knob, &input.value(), value));
            // A text that means the same value is spelt as ever.
            draft.set(None);
        })
    };
    let onkeydown = {
        let draft = draft.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                draft.set(None);
            }
        })
    };
    html! {
        <input type="text" class="knob__value" id={props.id.clone()} size={spelt.chars().count().max(4).to_string()}
            value={shown} autocomplete="off" spellcheck="false" {oninput} {onchange} {onkeydown} />
    }
}

/// Sets a knob from what somebody typed; what cannot be read, or is not quite what was typed, is said. `before` is its
/// value now.
fn set_from_text(world: &WorldHandle, knob: Knob, text: &str, before: i64) -> Option<Said> {
    let (text, value) = match parse(knob, text) {
        Ok(parsed) => {
            world.send(Command::Set(knob, parsed.value));
            (parsed.note?, parsed.value)
        }
        Err(why) => (why, before),
    };
    Some(Said { text, value })
}

#[derive(Properties, PartialEq)]
struct LongTextProps {
    knob: Knob,
    id: String,
    text: AttrValue,
    orders: Option<AttrValue>,
    on_refuse: Callback<Option<Said>>,
}

/// A text of several lines. One that AWS would refuse changes nothing, as there.
#[component]
fn LongText(props: &LongTextProps) -> Html {
    let world = use_world();
    let draft = use_state_eq(|| None::<String>);
    let knob = props.knob;
    let shown = (*draft).clone().unwrap_or_else(|| props.text.to_string());
    let oninput = {
        let (draft, on_refuse) = (draft.clone(), props.on_refuse.clone());
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            on_refuse.emit(wrong(knob, &area.value()));
            draft.set(Some(area.value()));
        })
    };
    let onchange = {
        let draft = draft.clone();
        Callback::from(move |event: Event| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            if wrong(knob, &area.value()).is_none() {
                world.send(Command::SetText(knob, area.value()));
                draft.set(None);
            }
        })
    };
    let is_filter = matches!(knob, Knob::FilterCriteria | Knob::SecondFilter);
    let example = "{\"data\": {\"type\": [\"purchase\"]}}";
    html! {
        <>
            <textarea id={props.id.clone()} class="knob__reply" rows="3" spellcheck="false" value={shown.clone()}
                placeholder={if is_filter { example } else { "" }} {oninput} {onchange} />
            if is_filter {
                { filtered_view(&shown, props.orders.as_deref().unwrap_or_default()) }
            }
        </>
    }
}

/// Why a text is not taken.
fn wrong(knob: Knob, text: &str) -> Option<Said> {
    let mistake = mistake(knob, text)?;
    Some(Said {
        text: format!("{mistake} The run keeps what it has."),
        value: 0,
    })
}

/// What the filters do with each kind of order.
fn filtered_view(filter: &str, data: &str) -> Html {
    let filters = Filters::read(filter).ok();
    let kinds = orders::kinds(data);
    let all: u32 = kinds.iter().map(|kind| kind.weight).sum();
    let kind_view = |kind: &orders::Kind| {
        let data = kind.data(Fails::Never);
        let passes = filters.as_ref().is_none_or(|filters| filters.pass(&data));
        let sign = if passes { "✓" } else { "✗" };
        let share = kind.weight * 100 / all.max(1);
        html! {
            <li class={classes!("orders__kind", (!passes).then_some("orders__kind--out"))} title={data.clone()}>
                { format!("{sign} {share} % {}", kind.name) }<code>{ data }</code>
            </li>
        }
    };
    html! { <ul class="orders muted">{ for kinds.iter().map(kind_view) }</ul> }
}

#[derive(Properties, PartialEq)]
struct SliderProps {
    knob: Knob,
    value: i64,
    id: String,
}

/// A slider over round values; one drag is one change.
#[component]
fn Slider(props: &SliderProps) -> Html {
    let world = use_world();
    let is_dragging = use_mut_ref(|| false);
    let knob = props.knob;
    let stops = use_memo(knob, |&knob| stops(knob));
    if stops.is_empty() {
        return html! {};
    }
    let (place, last) = (nearest(&stops, props.value), stops.len() - 1);
    let oninput = {
        let (world, stops, is_dragging) = (world.clone(), stops.clone(), is_dragging.clone());
        Callback::from(move |event: InputEvent| {
            if !is_dragging.replace(true) {
                world.send(Command::BeginDrag);
            }
            let input: HtmlInputElement = event.target_unchecked_into();
            let place = input.value_as_number() as usize;
            if let Some(&value) = stops.get(place).or(stops.last()) {
                world.send(Command::Set(knob, value));
            }
        })
    };
    let onchange = Callback::from(move |_: Event| {
        if is_dragging.replace(false) {
            world.send(Command::EndDrag);
        }
    });
    html! {
        <input type="range" class="slider" ~style={format!("--part:{}%", place * 100 / last.max(1))} min="0" max={last.to_string()}
            value={place.to_string()} aria-label={knob.spec().label} aria-valuetext={spell(knob, props.value)} {oninput} {onchange} />
    }
}
