//! What can be done to the stream from the playhead on: split a shard, merge two, switch the capacity mode (S12, S17, S19).
//! Each becomes a flag, and undo takes it back; what the stream refuses is said where problems are.

use web_sys::HtmlSelectElement;
use web_sys::wasm_bindgen::JsCast as _;

use super::desk::Tools;
use super::markup::{Act, Markup};
use crate::browser::find;
use crate::scenario::Deed;
use crate::scenario::knobs::Knob;
use crate::session::{Command, Panel};

/// The buttons, below the stream's settings.
pub(super) fn deeds_view(m: &mut Markup, panel: &Panel) {
    m.put(
        "<div class=deeds role=group aria-label='Change the stream from here'>\
         <label for=deed-shard>From here on</label><select id=deed-shard class=knob__choice><>",
        &[],
    );
    for shard in panel.moment.open_shards() {
        let number = shard.to_string();
        m.put(
            "<option key={} value={}>shard-{}</option>",
            &[&number, &number, &number],
        );
    }
    m.put(
        "</></select><button type=button id=split-shard class=quiet>",
        &[],
    );
    m.on_click(Act::Look(|tools, _| {
        act(tools, |shard| Deed::Split { shard });
    }));
    m.put(
        "split it</button><button type=button id=merge-shards class=quiet>",
        &[],
    );
    m.on_click(Act::Look(|tools, _| {
        act(tools, |shard| Deed::Merge { shard });
    }));
    m.put(
        "merge it with the next</button><button type=button id=switch-mode class=quiet>",
        &[],
    );
    let on_demand = panel.on_demand;
    m.on_click(Act::Send(Command::Act(Deed::Set {
        knob: Knob::StreamMode,
        value: i64::from(!on_demand),
    })));
    m.put(
        "switch to {}</button></div>",
        &[if on_demand {
            "provisioned"
        } else {
            "on-demand"
        }],
    );
}

fn act(tools: &Tools, deed: fn(u16) -> Deed) {
    let chosen =
        find("#deed-shard").map(|field| field.unchecked_into::<HtmlSelectElement>().value());
    if let Some(shard) = chosen.and_then(|value| value.parse().ok()) {
        tools.player.send(Command::Act(deed(shard)));
    }
}
