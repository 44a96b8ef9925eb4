//! What can be done to the stream from the playhead on: split a shard, merge two, switch the capacity mode (S12, S17, S19).
//! Each becomes a flag, and undo takes it back; what the stream refuses is said where problems are.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::scenario::Deed;
use crate::scenario::knobs::Knob;
use crate::session::Command;
use crate::ui::conductor::use_world;

/// What the buttons are given.
#[derive(Properties, PartialEq)]
pub(super) struct StreamDeedsProps {
    /// The shards that take writes at the playhead.
    pub open_shards: Vec<u16>,
    /// Whether the stream is on-demand there.
    pub on_demand: bool,
}

/// The buttons.
#[component]
pub(super) fn StreamDeeds(props: &StreamDeedsProps) -> Html {
    let world = use_world();
    let chosen = use_state_eq(|| None::<u16>);
    let open = &props.open_shards;
    let shard = chosen
        .filter(|shard| open.contains(shard))
        .or(open.first().copied());
    let choose = {
        let (chosen, open) = (chosen.setter(), open.clone());
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            chosen.set(open.get(select.selected_index() as usize).copied());
        })
    };
    let act = |deed: fn(u16) -> Deed| {
        let world = world.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(shard) = shard {
                world.send(Command::Act(deed(shard)));
            }
        })
    };
    let switch = {
        let (world, on_demand) = (world.clone(), props.on_demand);
        Callback::from(move |_: MouseEvent| {
            world.send(Command::Act(Deed::Set {
                knob: Knob::StreamMode,
                value: i64::from(!on_demand),
            }));
        })
    };
    let id = world.id("deed-shard");
    html! {
        <div class="deeds" role="group" aria-label="Change the stream from here">
            <label for={id.clone()}>{ "From here on" }</label>
            <select {id} class="knob__choice" onchange={choose}>
                { for open.iter().map(|number| html! {
                    <option key={*number} selected={Some(*number) == shard}>{ format!("shard-{number}") }</option>
                }) }
            </select>
            <button type="button" id={world.id("split-shard")} class="quiet" onclick={act(|shard| Deed::Split { shard })}>{ "split it" }</button>
            <button type="button" id={world.id("merge-shards")} class="quiet" onclick={act(|shard| Deed::Merge { shard })}>
                { "merge it with the next" }
            </button>
            <button type="button" id={world.id("switch-mode")} class="quiet" onclick={switch}>
                { if props.on_demand { "switch to provisioned" } else { "switch to on-demand" } }
            </button>
        </div>
    }
}
