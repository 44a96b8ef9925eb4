//! The stage: one canvas that the loop paints, with a button over each shard for those who use no pointer.

use std::rc::Rc;

use web_sys::MouseEvent;
use yew::prelude::*;

use super::conductor::use_world;
use crate::stage::scene::ShardSpot;

/// What the stage is given.
#[derive(Properties, PartialEq)]
pub(super) struct StageCardProps {
    /// The canvas, for the loop.
    pub canvas: NodeRef,
    /// What is happening, for those who do not see it.
    pub headline: String,
    /// Where the shards are, and what each does.
    pub shards: Rc<Vec<ShardSpot>>,
}

/// The stage.
#[component]
pub(super) fn StageCard(props: &StageCardProps) -> Html {
    let world = use_world();
    let onclick = {
        let world = world.clone();
        Callback::from(move |event: MouseEvent| {
            world.focus_at(event.offset_x() as f32, event.offset_y() as f32);
        })
    };
    let shard_view = |spot: &ShardSpot| {
        let shard = spot.shard;
        let onclick = {
            let world = world.clone();
            Callback::from(move |_: MouseEvent| world.focus(Some(shard)))
        };
        let rect = spot.rect;
        let place = format!(
            "left:{}px;top:{}px;width:{}px;height:{}px",
            rect.x, rect.y, rect.w, rect.h
        );
        html! {
            <button type="button" key={shard} class="stage__shard" aria-expanded={spot.open.to_string()}
                aria-label={spot.words.clone()} ~style={place} {onclick} />
        }
    };
    html! {
        <div class="stage__picture">
            <canvas key="stage" class="stage__canvas" role="img" ref={&props.canvas} {onclick}
                aria-label={format!("The stream now: {}", props.headline)} />
            <div class="stage__shards" role="group" aria-label="Shards">{ for props.shards.iter().map(shard_view) }</div>
        </div>
    }
}
