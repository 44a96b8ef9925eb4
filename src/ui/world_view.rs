//! One world: the stage with its caption, the hand that changes it, the timeline, and a drawer for the rest.
//! It looks for nothing outside itself, so that two of them can stand on one page.

use web_sys::Element;
use yew::prelude::*;

use super::caption::Caption;
use super::changes::{History, HistoryProps};
use super::conductor::{Surfaces, WorldHandle, use_shown};
use super::drawer::{DrawerTabs, DrawerView};
use super::hand::Hand;
use super::page::{Destination, Drawer, Turn, use_turner};
use super::stage_card::StageCard;
use super::still::use_still_rows;
use super::summary::Summary;
use super::timeline::Timeline;
use crate::browser::observer::{Resizing, Visibility};
use crate::page::caption::digest;

/// What a view of a world is given.
#[derive(Properties, PartialEq)]
pub struct WorldViewProps {
    /// The world.
    pub world: WorldHandle,
    /// The drawer that is open beside it.
    #[prop_or_default]
    pub drawer: Option<Drawer>,
    /// Where somebody is sent.
    #[prop_or_default]
    pub destination: Option<(Destination, u32)>,
}

/// The view.
#[component]
pub fn WorldView(props: &WorldViewProps) -> Html {
    let WorldViewProps {
        world,
        drawer,
        destination,
    } = props;
    let shown = use_shown(world);
    let surfaces = use_surfaces(world);
    let turner = use_turner();
    let root = use_node_ref();
    let hold = use_still_rows(&root);
    {
        // What the session has to tell once goes to the other messages.
        let notices = shown.panel.notices.clone();
        use_effect_with(notices, move |notices| {
            if !notices.is_empty() {
                turner.dispatch(Turn::Tell(notices.join(" ")));
            }
        });
    }
    let panel = &shown.panel;
    html! {
        <ContextProvider<WorldHandle> context={world.clone()}>
            <div ref={&root} onpointerdown={hold} class={classes!("world", drawer.map(|_| "world--open"))} data-digest={panel.digest.map(digest)}>
                <div class="world__play">
                    <section class="card stage" aria-label="Stage" id={world.id("stage")}>
                        <Caption shown={shown.clone()} />
                        <StageCard canvas={surfaces.stage.clone()} headline={panel.explanation.headline.clone()}
                            shards={shown.shards.clone()} />
                    </section>
                    <Hand shown={shown.clone()} />
                    <Timeline shown={shown.clone()} surfaces={surfaces.clone()} />
                    <div class="world__foot">
                        <History ..HistoryProps::of(panel) />
                        <DrawerTabs shown={shown.clone()} open={*drawer} />
                    </div>
                </div>
                if let Some(drawer) = *drawer {
                    <DrawerView {drawer} shown={shown.clone()} destination={*destination} />
                }
                <Summary shown={shown.clone()} />
            </div>
        </ContextProvider<WorldHandle>>
    }
}

/// The canvases of a view, painted by the loop as long as the view is there and seen.
#[hook]
fn use_surfaces(world: &WorldHandle) -> Surfaces {
    let surfaces = Surfaces {
        stage: use_node_ref(),
        chart: use_node_ref(),
        playhead: use_node_ref(),
        veil: use_node_ref(),
    };
    use_effect_with((world.clone(), surfaces.clone()), |(world, surfaces)| {
        world.attach(surfaces.clone());
        let canvases = [&surfaces.stage, &surfaces.chart];
        let canvases: Vec<Element> = canvases.into_iter().filter_map(NodeRef::cast).collect();
        let resizing = {
            let world = world.clone();
            Resizing::new(&canvases, move || world.conductor().refresh())
        };
        let visibility = {
            let (world, watched) = (world.clone(), canvases.clone());
            let mut seen = vec![true; canvases.len()];
            Visibility::new(&canvases, move |element, is_visible| {
                if let Some(i) = watched.iter().position(|canvas| *canvas == element) {
                    seen[i] = is_visible;
                }
                world.set_seen(seen.contains(&true));
            })
        };
        let world = world.clone();
        move || {
            drop((resizing, visibility));
            world.attach(Surfaces::default());
        }
    });
    surfaces
}
