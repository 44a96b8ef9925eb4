//! Actions as flags above the charts: they can be dragged, moved with the keyboard and removed. What is crowded is
//! bundled, and opens as a list.

use std::rc::Rc;

use web_sys::wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::flag::{BundleView, FlagView, Reach, Touch};
use crate::engine::time::{SimDuration, SimTime};
use crate::scenario::Action;
use crate::session::{Command, Transport};
use crate::timeline::axis::Axis;
use crate::timeline::bundles::bundle;
use crate::ui::conductor::{WorldHandle, use_world};
use crate::ui::hooks::{use_media, use_size};

/// An arrow key moves a flag by so much.
const KEY_STEP: SimDuration = SimDuration::from_secs(600);
/// A pointer has to go so far before a flag follows it, in pixels: a touch is not a drag.
const SLACK: f64 = 4.0;
/// What a flag takes, as a multiple of its text's size.
const ITEM: f64 = 3.4;
/// The same at least, in pixels: with a mouse, with a finger.
const ITEM_MIN: (f64, f64) = (40.0, 48.0);

/// What the flags are given.
#[derive(Properties, PartialEq)]
pub(super) struct FlagsProps {
    /// The scenario's actions, by time.
    pub actions: Rc<Vec<Action>>,
    /// The end of the run.
    pub horizon: SimTime,
}

/// A flag in somebody's hand.
#[derive(Clone, Copy)]
struct Held {
    index: usize,
    /// Where the pointer took it, and how far from its time that is.
    from: f64,
    offset: f64,
    is_moving: bool,
}

/// Whose turn the keyboard's focus is once the actions have changed.
enum Wanted {
    /// An action that was moved.
    Moved(Action),
    /// What stands where an action was taken away.
    Near(usize),
}

/// The flags.
#[component]
pub(super) fn Flags(props: &FlagsProps) -> Html {
    let world = use_world();
    let row = use_node_ref();
    let size = use_size(&row);
    let is_coarse = use_media("(pointer: coarse)");
    let open = use_state_eq(|| None::<usize>);
    let held = use_mut_ref(|| None::<Held>);
    let wanted = use_mut_ref(|| None::<Wanted>);
    let FlagsProps { actions, horizon } = props;
    let axis = Axis {
        horizon: *horizon,
        width: size.width,
    };
    use_focus(&row, actions, &wanted);
    let on_touch = use_touch(actions, &wanted);
    let on_grab = {
        let (row, held, actions) = (row.clone(), held.clone(), actions.clone());
        Callback::from(move |(event, index): (PointerEvent, usize)| {
            let (Some(row), Some(action)) = (row.cast::<Element>(), actions.get(index)) else {
                return;
            };
            let x = f64::from(event.client_x()) - row.get_bounding_client_rect().left();
            *held.borrow_mut() = Some(Held {
                index,
                from: x,
                offset: x - axis.x(action.at),
                is_moving: false,
            });
        })
    };
    let onpointermove = {
        let (world, row, held) = (world.clone(), row.clone(), held.clone());
        Callback::from(move |event: PointerEvent| {
            if let (Some(held), Some(row)) = (held.borrow_mut().as_mut(), row.cast::<Element>()) {
                drag(&world, &row, axis, held, &event);
            }
        })
    };
    let drop_flag = Callback::from({
        let world = world.clone();
        move |_: PointerEvent| {
            if held.borrow_mut().take().is_some_and(|held| held.is_moving) {
                world.send(Command::EndDrag);
            }
        }
    });
    let item = (size.text * ITEM).max(if is_coarse { ITEM_MIN.1 } else { ITEM_MIN.0 });
    let places: Vec<f64> = actions.iter().map(|action| axis.x(action.at)).collect();
    let bundles = if size.width > 0.0 {
        bundle(&places, size.width, item)
    } else {
        Vec::new()
    };
    let on_close = {
        let open = open.setter();
        Callback::from(move |()| open.set(None))
    };
    let views = bundles.into_iter().map(|bundle| {
        let first = bundle.first;
        let reach = Reach {
            left: bundle.left,
            room: bundle.room,
            width: size.width,
            letter: size.text,
            item,
        };
        if let [action] = &actions[bundle.range()] {
            return html! {
                <FlagView key={first} index={first} action={action.clone()} {reach}
                    on_grab={on_grab.clone()} on_touch={on_touch.clone()} />
            };
        }
        let is_open = open.is_some_and(|index| bundle.range().contains(&index));
        let on_toggle = {
            let open = open.setter();
            Callback::from(move |()| open.set((!is_open).then_some(first)))
        };
        html! {
            <BundleView key={first} {first} actions={actions[bundle.range()].to_vec()} {reach} {is_open}
                {on_toggle} on_close={on_close.clone()} on_touch={on_touch.clone()} />
        }
    });
    html! {
        <div ref={row} class="flags" role="group" aria-label="Actions" id={world.id("flags")} tabindex="-1"
            {onpointermove} onpointerup={drop_flag.clone()} onpointercancel={drop_flag}>
            { for views }
            if actions.is_empty() {
                <span class="flags__none">{ "pills and changes from here appear as flags that you can drag" }</span>
            }
        </div>
    }
}

/// The flag goes where the pointer goes, once that is more than a touch.
fn drag(world: &WorldHandle, row: &Element, axis: Axis, held: &mut Held, event: &PointerEvent) {
    let x = f64::from(event.client_x()) - row.get_bounding_client_rect().left();
    if !held.is_moving {
        if (x - held.from).abs() < SLACK {
            return;
        }
        held.is_moving = true;
        // The row keeps the pointer, so that flags may change places under it. One that is gone by now needs none.
        let _ = row.set_pointer_capture(event.pointer_id());
        world.send(Command::BeginDrag);
    }
    // Within a drag the session knows which action it is, wherever it stands by now.
    world.send(Command::MoveAction(held.index, axis.time(x - held.offset)));
}

/// What is asked of a flag.
#[hook]
fn use_touch(
    actions: &Rc<Vec<Action>>,
    wanted: &Rc<std::cell::RefCell<Option<Wanted>>>,
) -> Callback<(usize, Touch)> {
    let (world, actions, wanted) = (use_world(), actions.clone(), wanted.clone());
    Callback::from(move |(index, touch): (usize, Touch)| {
        let Some(action) = actions.get(index) else {
            return;
        };
        let move_to = |at: SimTime| {
            let at = at.whole_ms();
            *wanted.borrow_mut() = Some(Wanted::Moved(Action {
                at,
                deed: action.deed.clone(),
            }));
            world.send(Command::MoveAction(index, at));
        };
        match touch {
            Touch::Later => move_to(action.at + KEY_STEP),
            Touch::Earlier => move_to(action.at.before(KEY_STEP)),
            Touch::Seek => world.transport(Transport::Seek(action.at)),
            Touch::Remove => {
                *wanted.borrow_mut() = Some(Wanted::Near(index));
                world.send(Command::RemoveAction(index));
            }
        }
    })
}

/// Gives the keyboard to whatever it should have after a change, or to the row.
#[hook]
fn use_focus(
    row: &NodeRef,
    actions: &Rc<Vec<Action>>,
    wanted: &Rc<std::cell::RefCell<Option<Wanted>>>,
) {
    let (row, wanted) = (row.clone(), wanted.clone());
    use_effect_with(actions.clone(), move |actions| {
        let Some(wanted) = wanted.borrow_mut().take() else {
            return;
        };
        let Some(row) = row.cast::<HtmlElement>() else {
            return;
        };
        let index = match wanted {
            Wanted::Moved(moved) => actions.iter().position(|action| *action == moved),
            Wanted::Near(index) => (!actions.is_empty()).then(|| index.min(actions.len() - 1)),
        };
        let control = index.and_then(|index| control_of(&row, index));
        // An element that cannot take the focus leaves it where it was.
        let _ = control.unwrap_or(row).focus();
    });
}

/// The control of an action: its own, or that of the bundle it is in.
fn control_of(row: &Element, index: usize) -> Option<HtmlElement> {
    let own = row.query_selector(&format!("[data-flag='{index}']"));
    if let Some(own) = own.ok().flatten() {
        return own.dyn_into().ok();
    }
    let bundles = row.query_selector_all("[data-first]").ok()?;
    let bundles =
        (0..bundles.length()).filter_map(|i| bundles.item(i)?.dyn_into::<HtmlElement>().ok());
    let begins = |element: &HtmlElement| -> Option<usize> {
        element.get_attribute("data-first")?.parse().ok()
    };
    bundles
        .rev()
        .find(|element| begins(element).is_some_and(|first| first <= index))
}
