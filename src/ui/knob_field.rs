//! One setting: its AWS name, its value, a slider or switch, what follows from it, and what is wrong with it.

use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent};
use yew::TargetCast as _;
use yew::prelude::*;

use super::desk::use_tools;
use super::part::part;
use super::player::Player;
use crate::browser::set_style;
use crate::page::stops::{nearest, stops};
use crate::scenario::knobs::{Kind, Knob, KnobSpec, Scope};
use crate::scenario::spelling::{parse, spell};
use crate::session::Command;

/// More choices than this are a list.
const SEGMENTS_MAX: usize = 4;

/// What a field needs.
#[derive(Properties, PartialEq)]
pub(super) struct KnobProps {
    /// The knob.
    pub knob: Knob,
    /// Its value.
    pub value: i64,
    /// The text of the given reply.
    pub reply: Option<AttrValue>,
    /// What follows from the value here.
    pub consequence: Option<AttrValue>,
    /// What a flag makes of it later.
    pub later: Option<AttrValue>,
    /// What is wrong with it.
    pub problem: Option<AttrValue>,
    /// Whether it is to blame for what is happening.
    pub blamed: bool,
    /// Whether changes apply from here.
    pub from_here: bool,
}

/// The field.
#[component]
pub(super) fn KnobField(props: &KnobProps) -> Html {
    let player = use_tools().player;
    let open = use_state_eq(|| false);
    let refused = use_state_eq(|| None::<AttrValue>);
    let spec = props.knob.spec();
    let is_danger = spec.danger.is_some() && props.value == spec.default;
    let id = |part: &str| ["knob-", spec.key, part].concat();
    let toggle_help = {
        let (open, now) = (open.setter(), *open);
        move |_: MouseEvent| open.set(!now)
    };
    let class = classes!(
        "knob",
        is_danger.then_some("knob--danger"),
        props.blamed.then_some("knob--blamed"),
    );
    html! {
        <div {class} data-knob={spec.key}>
            <div class="knob__head">
                <span class="knob__name">
                    <label for={id("")} id={id("-label")}>{ spec.label }</label>
                    if spec.assumption { <abbr title="an assumption: AWS does not document it">{ " ≈" }</abbr> }
                    <button type="button" class="knob__help" aria-expanded={open.to_string()} aria-controls={id("-help")}
                        aria-label={["About ", spec.label].concat()} onclick={toggle_help}>{ "?" }</button>
                </span>
                <span class={classes!("knob__setting", matches!(spec.kind, Kind::Choice(names) if names.len() <= SEGMENTS_MAX).then_some("knob__setting--wide"))}>
                    if is_danger { <span class="dot" role="img" aria-label="dangerous default"></span> }
                    { value_view(&player, props, &refused.setter()) }
                </span>
            </div>
            { part::<Slider>(SliderProps { knob: props.knob, value: props.value }) }
            if let Some(text) = &props.consequence {
                <p class="knob__note" id={id("-note")}>{ text }</p>
            }
            if let Some(text) = &props.later {
                <p class="knob__note">{ "⚑ " }{ text }</p>
            }
            if props.from_here && spec.scope == Scope::WholeRun {
                <p class="knob__note">{ "applies to the whole run" }</p>
            }
            if let Some(text) = refused.as_ref().or(props.problem.as_ref()) {
                <p class="knob__problem" role="alert">{ text }</p>
            }
            if *open {
                <div class="knob__about" id={id("-help")}>{ about(spec, is_danger) }</div>
            }
        </div>
    }
}

fn about(spec: &'static KnobSpec, is_danger: bool) -> Html {
    let origin = if spec.aws_default {
        "AWS default: "
    } else {
        "Opening value: "
    };
    html! {
        <>
            <p>{ spec.help }</p>
            if spec.kind != Kind::Reply {
                <p>{ origin }{ spell(spec.knob, spec.default) }</p>
            }
            if let Some(danger) = spec.danger {
                <p class={is_danger.then_some("knob__danger")}><span class="dot" aria-hidden="true"></span>{ " " }{ danger }</p>
            }
        </>
    }
}

/// The value: a switch, a choice, or a text that can be edited.
fn value_view(
    player: &Player,
    props: &KnobProps,
    refused: &UseStateSetter<Option<AttrValue>>,
) -> Html {
    let player = player.clone();
    let (knob, value) = (props.knob, props.value);
    let spec = knob.spec();
    let id = ["knob-", spec.key].concat();
    match spec.kind {
        Kind::Toggle => html! {
            <span class="switch">
                <span aria-hidden="true">{ spell(knob, value) }</span>
                <input type="checkbox" role="switch" {id} checked={value != 0} onchange={move |event: Event| {
                    let input: HtmlInputElement = event.target_unchecked_into();
                    player.send(Command::Set(knob, i64::from(input.checked())));
                }} />
            </span>
        },
        Kind::Choice(names) if names.len() <= SEGMENTS_MAX => html! {
            <span class="segments__row" role="radiogroup" aria-labelledby={[&id, "-label"].concat()}>
                { for (0_i64..).zip(names).map(|(i, name)| {
                    let player = player.clone();
                    html! {
                        <label key={*name} class="segment">
                            <input type="radio" name={id.clone()} id={(i == value).then(|| id.clone())} checked={i == value} onchange={move |_: Event| player.send(Command::Set(knob, i))} />
                            <span>{ *name }</span>
                        </label>
                    }
                }) }
            </span>
        },
        Kind::Choice(names) => html! {
            <select {id} class="knob__choice" onchange={move |event: Event| {
                let select: HtmlSelectElement = event.target_unchecked_into();
                player.send(Command::Set(knob, i64::from(select.selected_index())));
            }}>
                { for (0_i64..).zip(names).map(|(i, name)| html! { <option key={*name} selected={i == value}>{ *name }</option> }) }
            </select>
        },
        Kind::Reply => html! {
            <textarea {id} class="knob__reply" rows="3" spellcheck="false" value={props.reply.clone().unwrap_or_default()} onchange={move |event: Event| {
                let area: HtmlTextAreaElement = event.target_unchecked_into();
                player.send(Command::SetReply(area.value()));
            }} />
        },
        _ => html! { { text_view(&player, &id, knob, value, refused) } },
    }
}

/// A value as text: Enter or leaving sets it, Escape brings the old one back.
fn text_view(
    player: &Player,
    id: &str,
    knob: Knob,
    value: i64,
    refused: &UseStateSetter<Option<AttrValue>>,
) -> Html {
    let shown = spell(knob, value);
    let change = {
        let (player, refused, shown) = (player.clone(), refused.clone(), shown.clone());
        move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            refused.set(set_from_text(&player, knob, &input.value()));
            // A text that means the same value is spelt as ever.
            input.set_value(&shown);
        }
    };
    let key = {
        let shown = shown.clone();
        move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                let input: HtmlInputElement = event.target_unchecked_into();
                input.set_value(&shown);
            }
        }
    };
    let width = shown.chars().count().max(4).to_string();
    html! {
        <input type="text" class="knob__value" id={id.to_owned()} size={width} value={shown} autocomplete="off" spellcheck="false"
            aria-describedby={[id, "-note"].concat()} onchange={change} onkeydown={key} />
    }
}

/// Sets a knob from what somebody typed; what cannot be read, or is not quite what was typed, is said.
pub(super) fn set_from_text(player: &Player, knob: Knob, text: &str) -> Option<AttrValue> {
    match parse(knob, text) {
        Ok(parsed) => {
            player.send(Command::Set(knob, parsed.value));
            parsed.note.map(AttrValue::from)
        }
        Err(why) => Some(AttrValue::from(why)),
    }
}

#[derive(Properties, PartialEq)]
struct SliderProps {
    knob: Knob,
    value: i64,
}

/// A slider over round values; one drag is one change.
#[component]
fn Slider(props: &SliderProps) -> Html {
    let player = use_tools().player;
    let knob = props.knob;
    let stops = use_memo(knob, |&knob| stops(knob));
    let dragging = use_mut_ref(|| false);
    let node = use_node_ref();
    let place = nearest(&stops, props.value);
    use_effect_with((place, stops.len()), {
        let node = node.clone();
        move |&(place, count)| {
            if let Some(input) = node.cast::<web_sys::Element>() {
                let percent = place * 100 / count.saturating_sub(1).max(1);
                set_style(
                    &input,
                    "--part",
                    &[percent.to_string().as_str(), "%"].concat(),
                );
            }
        }
    });
    if stops.is_empty() {
        return html! {};
    }
    let slide = {
        let (player, stops, dragging) = (player.clone(), stops.clone(), dragging.clone());
        move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if !dragging.replace(true) {
                player.send(Command::BeginDrag);
            }
            let place = (input.value_as_number() as usize).min(stops.len() - 1);
            player.send(Command::Set(knob, stops[place]));
        }
    };
    let release = move |_: Event| {
        if dragging.replace(false) {
            player.send(Command::EndDrag);
        }
    };
    html! {
        <input type="range" class="slider" ref={node} min="0" max={(stops.len() - 1).to_string()} value={place.to_string()}
            aria-label={knob.spec().label} aria-valuetext={spell(knob, props.value)} oninput={slide} onchange={release} />
    }
}
