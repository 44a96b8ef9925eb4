//! One setting: its AWS name, its value, a slider or switch, what follows from it, and what is wrong with it.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::conductor::{Shown, WorldHandle, use_world};
use super::page::{Dialog, Turn, use_turner};
use crate::engine::config::Fails;
use crate::page::stops::{nearest, stops};
use crate::scenario::consequence::consequence;
use crate::scenario::filters::Filters;
use crate::scenario::knobs::{Kind, Knob, Scope};
use crate::scenario::spelling::{parse, spell};
use crate::scenario::text::mistake;
use crate::scenario::{Deed, Settings, orders};
use crate::session::words::clock;
use crate::session::{Command, Reach};

/// More choices than this are a list.
const SEGMENTS_MAX: usize = 4;

/// What a field is given.
#[derive(Properties, PartialEq)]
pub(super) struct KnobFieldProps {
    /// The knob.
    pub knob: Knob,
    /// What the world shows.
    pub shown: Rc<Shown>,
    /// Where the field stands; begins the names of its elements.
    pub place: AttrValue,
}

/// The field.
#[component]
pub(super) fn KnobField(props: &KnobFieldProps) -> Html {
    let world = use_world();
    let is_open = use_state_eq(|| false);
    // What was typed and could not be taken as it is, and why; holds until the value changes.
    let refused = use_state_eq(|| None::<String>);
    let KnobFieldProps { knob, shown, place } = props;
    let (knob, spec) = (*knob, knob.spec());
    let value = shown.settings.get(knob);
    let id = world.id(&format!("{place}-{}", spec.key));
    let is_danger = spec.dangerous && value == spec.default;
    let is_blamed = shown.panel.explanation.blame == Some(knob);
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
    let problem = (*refused).clone().or_else(|| problem_of(shown, knob));
    html! {
        <div class={classes!("knob", is_danger.then_some("knob--danger"), is_blamed.then_some("knob--blamed"))} data-knob={spec.key}>
            <div class="knob__head">
                <span class="knob__name">
                    <label for={id.clone()} id={format!("{id}-label")}>{ spec.label }</label>
                    if spec.assumption {
                        <abbr title="an assumption: AWS does not document it">{ " ≈" }</abbr>
                    }
                    <button type="button" class="knob__help" aria-expanded={is_open.to_string()}
                        aria-label={format!("About {}", spec.label)} onclick={toggle}>{ "?" }</button>
                </span>
                <span class={classes!("knob__setting", width)}>
                    if is_danger {
                        <span class="dot" role="img" aria-label="dangerous default" />
                    }
                    <Value {knob} {value} id={id.clone()} text={shown.settings.text(knob).to_owned()}
                        settings={shown.settings.clone()} {on_refuse} />
                </span>
            </div>
            <Slider {knob} {value} {id} />
            <div class="knob__notes">
                { for notes(&world, shown, knob).into_iter().map(|text| html! { <p class="knob__note">{ text }</p> }) }
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

fn problem_of(shown: &Shown, knob: Knob) -> Option<String> {
    let mut problems = shown.problems.iter();
    let problem = problems.find(|problem| problem.knobs.contains(&knob))?;
    Some(problem.text.clone())
}

/// What follows from the value, and which flags have to do with it.
fn notes(world: &WorldHandle, shown: &Shown, knob: Knob) -> Vec<String> {
    let mut notes: Vec<String> = consequence(knob, &shown.settings).into_iter().collect();
    let at = world.at();
    let of_knob = shown.actions.iter().filter_map(|action| match action.deed {
        Deed::Set { knob: other, value } if other == knob => Some((action.at, value)),
        Deed::Set { .. }
        | Deed::SetText { .. }
        | Deed::Pill { .. }
        | Deed::Split { .. }
        | Deed::Merge { .. } => None,
    });
    let (past, coming): (Vec<_>, Vec<_>) = of_knob.partition(|&(from, _)| from <= at);
    if let Some((from, _)) = past.last() {
        notes.push(format!("⚑ since {}", clock(*from)));
    }
    if let Some(&(from, value)) = coming.first() {
        notes.push(format!("⚑ {} from {} on", spell(knob, value), clock(from)));
    }
    if shown.panel.reach == Reach::FromHere && knob.spec().scope == Scope::WholeRun {
        notes.push("applies to the whole run".to_owned());
    }
    notes
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
    let (spec, prose) = (knob.spec(), knob.prose());
    let origin = if spec.aws_default {
        "AWS default"
    } else {
        "Opening value"
    };
    let open_lab = Callback::from(move |_| turner.dispatch(Turn::Open(Dialog::Lab)));
    html! {
        <div class="knob__about">
            <p>{ prose.help }</p>
            if !spec.kind.is_text() {
                <p>{ format!("{origin}: {}", spell(knob, spec.default)) }</p>
            }
            if let Some(danger) = prose.danger {
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
    text: String,
    settings: Rc<Settings>,
    on_refuse: Callback<Option<String>>,
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
        settings,
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
            <LongText {knob} id={id.clone()} text={text.clone()} settings={settings.clone()} on_refuse={on_refuse.clone()} />
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
    on_refuse: Callback<Option<String>>,
}

/// A value as text: Enter or leaving sets it, Escape brings the old one back.
#[component]
fn ShortText(props: &ShortTextProps) -> Html {
    let world = use_world();
    let draft = use_state_eq(|| None::<String>);
    let knob = props.knob;
    let spelt = spell(knob, props.value);
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
            on_refuse.emit(set_from_text(&world, knob, &input.value()));
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

/// Sets a knob from what somebody typed; what cannot be read, or is not quite what was typed, is said.
pub(super) fn set_from_text(world: &WorldHandle, knob: Knob, text: &str) -> Option<String> {
    match parse(knob, text) {
        Ok(parsed) => {
            world.send(Command::Set(knob, parsed.value));
            parsed.note
        }
        Err(why) => Some(why),
    }
}

#[derive(Properties, PartialEq)]
struct LongTextProps {
    knob: Knob,
    id: String,
    text: String,
    settings: Rc<Settings>,
    on_refuse: Callback<Option<String>>,
}

/// A text of several lines. One that AWS would refuse changes nothing, as there.
#[component]
fn LongText(props: &LongTextProps) -> Html {
    let world = use_world();
    let draft = use_state_eq(|| None::<String>);
    let knob = props.knob;
    let shown = (*draft).clone().unwrap_or_else(|| props.text.clone());
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
                { filtered_view(&shown, &props.settings) }
            }
        </>
    }
}

/// Why a text is not taken.
fn wrong(knob: Knob, text: &str) -> Option<String> {
    let mistake = mistake(knob, text)?;
    Some(format!("{mistake} The run keeps what it has."))
}

/// What the filters do with each kind of order.
fn filtered_view(filter: &str, settings: &Settings) -> Html {
    let filters = Filters::read(filter).ok();
    let kinds = orders::kinds(settings.text(Knob::Data));
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
