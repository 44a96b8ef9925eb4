//! One flag, or a bundle of them with its list.

use yew::prelude::*;

use super::popover_left;
use crate::scenario::spelling::spell;
use crate::scenario::{Action, Deed};
use crate::session::words::clock;
use crate::ui::conductor::use_world;
use crate::ui::popover::Popover;

/// The width of a letter, as a part of the text's size.
const LETTER: f64 = 0.56;

/// What is asked of a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touch {
    /// Move it on.
    Later,
    /// Move it back.
    Earlier,
    /// Go there.
    Seek,
    /// Take it away.
    Remove,
}

/// Where a flag stands and how much room it has, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    pub left: f64,
    /// To the next flag.
    pub room: f64,
    /// Of the whole row.
    pub width: f64,
    /// The size of the text.
    pub letter: f64,
    /// What a flag takes at least.
    pub item: f64,
}

impl Reach {
    /// Whether words have room beside a sign.
    fn holds(self, words: &str) -> bool {
        let width = words.chars().count() as f64 * LETTER * self.letter;
        self.item + width <= self.room
    }

    /// In the right half a flag opens to the left, so that it stays inside.
    fn opens_back(self) -> bool {
        self.width / 2.0 < self.left + self.item / 2.0
    }

    fn style(self, back: bool) -> String {
        if back {
            let right = (self.width - self.left - self.item).max(0.0);
            format!("right:{right:.1}px;max-width:{:.1}px", self.width - right)
        } else {
            format!(
                "left:{:.1}px;max-width:{:.1}px",
                self.left,
                self.width - self.left
            )
        }
    }
}

/// What a flag is given.
#[derive(Properties, PartialEq)]
pub(super) struct FlagViewProps {
    /// The action's index.
    pub index: usize,
    /// The action.
    pub action: Action,
    /// Where it stands.
    pub reach: Reach,
    /// Somebody takes it.
    pub on_grab: Callback<(PointerEvent, usize)>,
    /// Somebody asks something of it.
    pub on_touch: Callback<(usize, Touch)>,
}

/// A flag.
#[component]
pub(super) fn FlagView(props: &FlagViewProps) -> Html {
    let FlagViewProps {
        index,
        action,
        reach,
        on_grab,
        on_touch,
    } = props;
    let (index, is_pill) = (*index, is_pill(action));
    let words = deed_words(&action.deed);
    let label = format!("{words}, {}", clock(action.at));
    let has_words = reach.holds(&words);
    let back = reach.opens_back() && !has_words;
    let onpointerdown = on_grab.reform(move |event| (event, index));
    let remove = on_touch.reform(move |_: MouseEvent| (index, Touch::Remove));
    html! {
        <div ~style={reach.style(back)} class={classes!("flag", is_pill.then_some("flag--pill"), back.then_some("flag--back"),
            has_words.then_some("flag--named"))}>
            <button type="button" class="flag__grip" data-flag={index.to_string()} {onpointerdown} onkeydown={keys(index, on_touch)}
                aria-label={format!("{label}. Arrow keys move it, Delete removes it, Enter goes there")} title={label.clone()}>
                <span class="flag__sign" aria-hidden="true">{ sign(is_pill) }</span><span class="flag__words">{ words }</span>
            </button>
            <button type="button" class="flag__remove" aria-label={format!("Remove {label}")} onclick={remove}>{ "×" }</button>
        </div>
    }
}

/// What a bundle is given.
#[derive(Properties, PartialEq)]
pub(super) struct BundleViewProps {
    /// The index of its first action.
    pub first: usize,
    /// Its actions.
    pub actions: Vec<Action>,
    /// Where it stands.
    pub reach: Reach,
    /// Whether its list is open.
    pub is_open: bool,
    /// Opens or closes the list.
    pub on_toggle: Callback<()>,
    /// Closes it.
    pub on_close: Callback<()>,
    /// Somebody asks something of an action.
    pub on_touch: Callback<(usize, Touch)>,
}

/// A bundle of flags.
#[component]
pub(super) fn BundleView(props: &BundleViewProps) -> Html {
    let world = use_world();
    let BundleViewProps {
        first,
        actions,
        reach,
        is_open,
        on_touch,
        ..
    } = props;
    let pills = actions.iter().filter(|action| is_pill(action)).count();
    let (all, what) = match (actions.len(), pills) {
        (all, pills) if all == pills => (all, "pills"),
        (all, 0) => (all, "changes"),
        (all, _) => (all, "flags"),
    };
    let has_words = reach.holds(what);
    let ends = (actions.first(), actions.last());
    let span = match ends {
        (Some(first), Some(last)) => format!(", {} to {}", clock(first.at), clock(last.at)),
        (_, None) | (None, _) => String::new(),
    };
    let label = format!("{all} {what}{span}: the list of them");
    let id = world.id(&format!("bundle-{first}"));
    let onclick = props.on_toggle.reform(|_: MouseEvent| ());
    let entry_view = |(index, action): (usize, &Action)| {
        let words = format!("{}, {}", deed_words(&action.deed), clock(action.at));
        let remove = on_touch.reform(move |_: MouseEvent| (index, Touch::Remove));
        let seek = on_touch.reform(move |_: MouseEvent| (index, Touch::Seek));
        html! {
            <li key={index} class="bundle__entry">
                <button type="button" class="bundle__seek" data-flag={index.to_string()} onclick={seek} onkeydown={keys(index, on_touch)}
                    title="Go there. Arrow keys move it, Delete removes it">
                    <span class={classes!("flag__sign", is_pill(action).then_some("flag__sign--pill"))} aria-hidden="true">
                        { sign(is_pill(action)) }
                    </span>
                    { &words }
                </button>
                <button type="button" class="bundle__remove" aria-label={format!("Remove {words}")} onclick={remove}>{ "×" }</button>
            </li>
        }
    };
    html! {
        <div class="flags__bundle">
            <button type="button" ~style={reach.style(false)} data-first={first.to_string()}
                class={classes!("flag", "flag--bundle", (pills > 0).then_some("flag--pill"))} {onclick}
                aria-expanded={is_open.to_string()} aria-controls={is_open.then(|| id.clone())} aria-label={label.clone()} title={label}>
                <span class="flag__sign" aria-hidden="true">{ sign(pills > 0) }</span>
                { format!(" {all}") }
                if has_words {
                    { format!(" {what}") }
                }
            </button>
            if *is_open {
                <Popover {id} label={format!("{all} {what}")} class="popover--down" style={popover_left(reach.left, reach.width)}
                    on_close={props.on_close.clone()}>
                    <ul class="bundle">{ for (*first..).zip(actions).map(entry_view) }</ul>
                </Popover>
            }
        </div>
    }
}

/// What keys do on a flag. Enter on a flag of its own goes there; in a list that is what a click does as well.
fn keys(index: usize, on_touch: &Callback<(usize, Touch)>) -> Callback<KeyboardEvent> {
    let on_touch = on_touch.clone();
    Callback::from(move |event: KeyboardEvent| {
        let touch = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => Touch::Later,
            "ArrowLeft" | "ArrowDown" => Touch::Earlier,
            "Delete" | "Backspace" => Touch::Remove,
            "Enter" => Touch::Seek,
            _ => return,
        };
        event.prevent_default();
        on_touch.emit((index, touch));
    })
}

fn is_pill(action: &Action) -> bool {
    matches!(action.deed, Deed::Pill { .. })
}

fn sign(is_pill: bool) -> &'static str {
    if is_pill { "★" } else { "⚑" }
}

/// A deed in a few words.
fn deed_words(deed: &Deed) -> String {
    match deed {
        Deed::Pill { shard } => format!("pill, shard-{shard}"),
        Deed::Split { shard } => format!("split shard-{shard}"),
        Deed::Merge { shard } => format!("merge shard-{shard}"),
        Deed::Set { knob, value } => format!("{} {}", knob.spec().label, spell(*knob, *value)),
        Deed::SetText { knob, .. } => knob.spec().label.to_owned(),
    }
}
