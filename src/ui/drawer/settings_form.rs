//! The settings form, made from the knob table: a box that finds a setting, and every setting by group.

use std::collections::BTreeSet;

use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::find_box::FindBox;
use super::stream_deeds::StreamDeeds;
use crate::browser::{bring_near, scroll_within};
use crate::scenario::knobs::{Group, KNOBS, Kind, Knob};
use crate::session::Reach;
use crate::ui::conductor::use_world;
use crate::ui::knob_field::KnobField;
use crate::ui::page::{Destination, Turn, use_turner};
use crate::ui::values::Values;

/// What the form is given.
#[derive(Properties, PartialEq)]
pub(super) struct SettingsFormProps {
    /// What its fields are made of.
    pub values: Values,
    /// Names the change that undo would take back.
    pub undo: Option<String>,
    /// Whether the stream is on-demand at the playhead.
    pub on_demand: bool,
    /// The shards that take writes there.
    pub open_shards: Vec<u16>,
    /// Where somebody is sent.
    pub destination: Option<(Destination, u32)>,
}

/// The form.
#[component]
pub(super) fn SettingsForm(props: &SettingsFormProps) -> Html {
    let world = use_world();
    let turner = use_turner();
    let form = use_node_ref();
    let input = use_node_ref();
    let unfolded = use_state_eq(BTreeSet::<Group>::new);
    // Found and set in the box: its field is shown, and the page stays where it is.
    let found = use_state_eq(|| None::<(Knob, u32)>);
    use_destination(&form, &input, props.destination);
    use_found(&form, *found);
    let on_found = {
        let (setter, times) = (found.setter(), found.map_or(0, |(_, times)| times));
        Callback::from(move |(knob, is_set)| {
            if is_set {
                setter.set(Some((knob, times + 1)));
            } else {
                turner.dispatch(Turn::Go(Destination::Knob(knob)));
            }
        })
    };
    let sent = match props.destination {
        Some((Destination::Knob(knob), _)) => Some(knob),
        Some((Destination::Find, _)) | None => None,
    };
    let sought = [sent, found.map(|(knob, _)| knob)];
    html! {
        <div class="settings" id={world.id("settings")} ref={&form}>
            <div class="settings__top"><FindBox {input} {on_found} /></div>
            { changes_line(props.values.reach(), props.undo.as_deref()) }
            { for Group::ALL.map(|group| {
                let is_open = unfolded.contains(&group);
                let unfolded = unfolded.clone();
                let on_fold = Callback::from(move |()| {
                    let mut groups = (*unfolded).clone();
                    if !groups.remove(&group) {
                        groups.insert(group);
                    }
                    unfolded.set(groups);
                });
                group_view(props, group, is_open, &sought, &on_fold)
            }) }
            <p class="muted settings__legend">
                <span class="dot" aria-hidden="true"></span>{ " a default that is dangerous here" }<br />
                { "≈ not documented by AWS: an assumption" }
            </p>
        </div>
    }
}

fn group_view(
    props: &SettingsFormProps,
    group: Group,
    is_open: bool,
    sought: &[Option<Knob>],
    on_fold: &Callback<()>,
) -> Html {
    let values = &props.values;
    let of_group: Vec<_> = KNOBS
        .iter()
        .filter(|spec| {
            spec.group == group
                && (is_of_use(values, spec.knob) || sought.contains(&Some(spec.knob)))
        })
        .collect();
    let is_shown = |knob: Knob| is_open || knob.spec().first_view || sought.contains(&Some(knob));
    let shown: Vec<Knob> = of_group
        .iter()
        .map(|spec| spec.knob)
        .filter(|&knob| is_shown(knob))
        .collect();
    let rest = of_group.iter().filter(|spec| !spec.first_view).count();
    let title = group.title();
    let fold = if is_open {
        "fewer ↑".to_owned()
    } else {
        format!("{rest} more ↓")
    };
    html! {
        <section class="group" key={title} aria-label={title}>
            <div class="group__head">
                <h3 class="eyebrow">{ title }</h3>
                if rest > 0 {
                    <button type="button" class="link" aria-expanded={is_open.to_string()} onclick={on_fold.reform(|_: MouseEvent| ())}>
                        { fold }<span class="sr">{ format!(" of {title}") }</span>
                    </button>
                }
            </div>
            { for shown.into_iter().map(|knob| html! {
                <KnobField key={knob.spec().key} field={values.field(knob)} place="knob" />
            }) }
            if group == Group::Stream {
                <StreamDeeds open_shards={props.open_shards.clone()} on_demand={props.on_demand} />
            }
        </section>
    }
}

/// The reply is of use only to a handler that replies, and the second mapping's settings only where there is one.
fn is_of_use(values: &Values, knob: Knob) -> bool {
    let settings = values.settings();
    if knob.spec().group == Group::Second {
        return knob == Knob::SecondMapping || settings.is_on(Knob::SecondMapping);
    }
    let Kind::Choice(handlers) = Knob::Handler.spec().kind else {
        return true;
    };
    let handler = settings.get(Knob::Handler) as usize;
    knob != Knob::Reply || handlers.get(handler) == Some(&"replies")
}

/// The field of a knob within the form.
fn field_of(form: &NodeRef, knob: Knob) -> Option<Element> {
    let selector = format!("[data-knob={}]", knob.spec().key);
    form.cast::<Element>()?
        .query_selector(&selector)
        .ok()
        .flatten()
}

/// Brings somebody who was sent to a field, or to the box, there; each time it is asked for.
#[hook]
fn use_destination(form: &NodeRef, input: &NodeRef, destination: Option<(Destination, u32)>) {
    let (form, input) = (form.clone(), input.clone());
    use_effect_with(destination, move |&destination| match destination {
        Some((Destination::Find, _)) => {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                // A field of the page takes the focus.
                let _ = input.focus();
                input.select();
            }
        }
        Some((Destination::Knob(knob), _)) => {
            if let Some(field) = field_of(&form, knob) {
                bring_near(&field);
            }
        }
        None => {}
    });
}

/// Shows the field that was set in the box. Only the drawer scrolls: the picture stays in view.
#[hook]
fn use_found(form: &NodeRef, found: Option<(Knob, u32)>) {
    let form = form.clone();
    use_effect_with(found, move |&found| {
        let field = found.and_then(|(knob, _)| field_of(&form, knob));
        let body = form
            .cast::<HtmlElement>()
            .and_then(|form| form.parent_element());
        if let (Some(field), Some(body)) = (field, body) {
            scroll_within(&body, &field);
        }
    });
}

/// Where a change in the form applies, and what the last one was.
fn changes_line(reach: Reach, undo: Option<&str>) -> Html {
    let applies = match reach {
        Reach::WholeRun => "Changes apply to the whole run.",
        Reach::FromHere => "Changes apply from here on.",
    };
    html! {
        <p class="muted settings__changes">
            { applies }
            if let Some(name) = undo {
                { format!(" Last: {name}") }
            }
        </p>
    }
}
