//! The settings, made from the knob table: the three knobs of the story first, everything one click away.

use std::rc::Rc;

use yew::Html;

use super::desk::{Desk, Tools, Turn};
use super::find_box::find_box_view;
use super::knob_field::{Field, knob_field_view, wrong};
use super::markup::{Act, Markup, only, truth};
use super::player::Snapshot;
use super::stream::deeds_view;
use crate::browser::{find, reveal};
use crate::scenario::Deed;
use crate::scenario::consequence::consequence;
use crate::scenario::knobs::{Group, KNOBS, Kind, Knob};
use crate::scenario::spelling::spell;
use crate::session::words::clock;
use crate::session::{Command, Reach};

/// The knobs of the story.
const THREE: [Knob; 3] = [
    Knob::MaximumRetryAttempts,
    Knob::BisectBatchOnFunctionError,
    Knob::OnFailure,
];

/// Whether the form would be the same for two snapshots and an unchanged desk.
pub(super) fn is_same(a: &Snapshot, b: &Snapshot) -> bool {
    let (p, q) = (&a.panel, &b.panel);
    Rc::ptr_eq(&a.settings, &b.settings)
        && Rc::ptr_eq(&a.actions, &b.actions)
        && Rc::ptr_eq(&a.problems, &b.problems)
        && p.reach == q.reach
        && p.undo == q.undo
        && p.redo == q.redo
        && p.explanation.blame == q.explanation.blame
        && p.on_demand == q.on_demand
        && p.moment.open_shards().eq(q.moment.open_shards())
}

/// The panel.
pub(super) fn settings_view(tools: &Tools, snapshot: &Snapshot, desk: &Desk) -> Html {
    let m = &mut Markup::new(tools);
    m.put(
        "<section id=settings class='settings {}' aria-labelledby=settings-title><header class=settings__head>\
         <h2 id=settings-title>Settings</h2><button type=button class='quiet settings__fold' aria-expanded={}>",
        &[
            only(!desk.unfolded, "settings--folded"),
            truth(desk.unfolded),
        ],
    );
    m.on_click(Act::Turn(Turn::Fold));
    m.put(
        "{}</button></header><div class=settings__body>",
        &[if desk.unfolded { "hide" } else { "show" }],
    );
    changes_view(m, snapshot);
    find_box_view(m, desk);
    m.put("<h3 class=eyebrow>Three knobs</h3><>", &[]);
    for knob in THREE {
        field_view(m, snapshot, desk, knob);
    }
    m.put("</><>", &[]);
    for group in Group::ALL {
        group_view(m, snapshot, desk, group);
    }
    m.put(
        "</><button type=button id=all-settings class=link aria-expanded={}>",
        &[truth(desk.all_settings)],
    );
    m.on_click(Act::Turn(Turn::ToggleAllSettings));
    m.put(
        "{}</button><p class='muted settings__legend'><span class=dot aria-hidden=true></span> a default that is dangerous here\
         <br/>≈ not documented by AWS: an assumption</p></div></section>",
        &[if desk.all_settings {
            "Fewer settings ↑"
        } else {
            "All settings ↓"
        }],
    );
    m.done()
}

/// Shows a knob to somebody who was sent to it.
pub(super) fn reveal_knob(knob: Knob) {
    if let Some(field) = find(&["[data-knob=", knob.spec().key, "]"].concat()) {
        reveal(&field);
    }
}

fn group_view(m: &mut Markup, snapshot: &Snapshot, desk: &Desk, group: Group) {
    let mut is_empty = true;
    for spec in KNOBS {
        let is_shown = spec.group == group
            && !THREE.contains(&spec.knob)
            && (desk.all_settings || spec.first_view)
            && is_of_use(snapshot, spec.knob);
        if !is_shown {
            continue;
        }
        if is_empty {
            let title = group.title();
            m.put(
                "<div key={} class=group role=group aria-label={}><h3 class=eyebrow>{}</h3><>",
                &[title, title, title],
            );
            is_empty = false;
        }
        field_view(m, snapshot, desk, spec.knob);
    }
    if !is_empty {
        m.put("</><>", &[]);
        if group == Group::Stream {
            deeds_view(m, &snapshot.panel);
        }
        m.put("</></div>", &[]);
    }
}

/// The reply is of use only to a handler that replies, and the second mapping's settings only where there is one.
fn is_of_use(snapshot: &Snapshot, knob: Knob) -> bool {
    if knob.spec().group == Group::Second {
        return knob == Knob::SecondMapping || snapshot.settings.is_on(Knob::SecondMapping);
    }
    let Kind::Choice(handlers) = Knob::Handler.spec().kind else {
        return true;
    };
    let handler = snapshot.settings.get(Knob::Handler) as usize;
    knob != Knob::Reply || handlers.get(handler) == Some(&"replies")
}

fn field_view(m: &mut Markup, snapshot: &Snapshot, desk: &Desk, knob: Knob) {
    let settings = &snapshot.settings;
    let refused = desk.refused.iter().find(|(of, _)| *of == knob);
    let problems = || {
        let is_here = |knobs: &[Knob]| knobs.contains(&knob);
        let mut problems = snapshot.problems.iter();
        problems.find(|problem| is_here(&problem.knobs))
    };
    let draft = desk.draft.as_ref().filter(|(of, _)| *of == knob);
    let draft = draft.map(|(_, text)| text.as_str());
    let mistake = draft.and_then(|text| wrong(knob, text));
    let problem = match refused {
        _ if draft.is_some() => mistake.as_deref(),
        Some((_, why)) => Some(why.as_str()),
        None => problems().map(|problem| problem.text.as_str()),
    };
    let panel = &snapshot.panel;
    let field = Field {
        knob,
        value: settings.get(knob),
        text: draft.unwrap_or(settings.text(knob)),
        settings,
        consequence: consequence(knob, settings),
        later: later(snapshot, knob),
        problem,
        blamed: panel.explanation.blame == Some(knob),
        from_here: panel.reach == Reach::FromHere,
        open: desk.about.contains(&knob),
    };
    knob_field_view(m, &field);
}

/// What the last flag for a knob makes of it, where the form shows the start of the run.
fn later(snapshot: &Snapshot, knob: Knob) -> Option<String> {
    if snapshot.panel.reach == Reach::FromHere {
        return None;
    }
    let mut actions = snapshot.actions.iter().rev();
    actions.find_map(|action| match action.deed {
        Deed::Set { knob: other, value } if other == knob => {
            Some([&spell(knob, value), " from ", &clock(action.at), " on"].concat())
        }
        _ => None,
    })
}

/// Where changes apply, and taking them back.
fn changes_view(m: &mut Markup, snapshot: &Snapshot) {
    let panel = &snapshot.panel;
    m.put(
        "<div class=changes><fieldset id=reach class=segments><legend>Changes apply to</legend><div class=segments__row>",
        &[],
    );
    for (reach, words) in [
        (Reach::WholeRun, "whole run"),
        (Reach::FromHere, "from here"),
    ] {
        m.put(
            "<label class=segment><input type=radio name=reach checked={}>",
            &[only(panel.reach == reach, "checked")],
        );
        m.on("change", Act::Send(Command::SetReach(reach)));
        m.put("</input><span>{}</span></label>", &[words]);
    }
    m.put(
        "</div></fieldset><div class=changes__row role=group aria-label=History>",
        &[],
    );
    for (what, sign, name, command) in [
        ("undo", "↶", &panel.undo, Command::Undo),
        ("redo", "↷", &panel.redo, Command::Redo),
    ] {
        let title = match name {
            Some(name) => [what, ": ", name].concat(),
            None => ["nothing to ", what].concat(),
        };
        m.put(
            "<button type=button id={} class=quiet disabled?={} title={}>",
            &[what, only(name.is_none(), "disabled"), &title],
        );
        m.on_click(Act::Send(command));
        m.put("{} {}</button>", &[sign, what]);
    }
    m.put(
        "<button type=button id=reset class=quiet title='Back to the opening scenario (0)'>",
        &[],
    );
    m.on_click(Act::Look(|tools, _| reset(tools)));
    m.put("reset</button></div><>", &[]);
    if let Some(name) = &panel.undo {
        m.put("<p class='muted changes__last'>last: {}</p>", &[name]);
    }
    m.put("</></div>", &[]);
}

fn reset(tools: &Tools) {
    tools.player.send(Command::Reset);
    let said = "Back to the opening scenario. Undo brings yours back.";
    tools.turn(Turn::Tell(said.to_owned()));
}
