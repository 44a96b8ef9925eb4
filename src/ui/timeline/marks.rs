//! The marks under the charts: dots at the moments that matter, with words where there is room.

use yew::prelude::*;

use super::popover_left;
use crate::engine::config::Role;
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::time::SimTime;
use crate::session::words::clock;
use crate::session::{Transport, mapping_words, mark_words};
use crate::timeline::axis::Axis;
use crate::timeline::bundles::{Bundle, bundle};
use crate::timeline::labels::{Label, Place, place};
use crate::ui::conductor::{WorldHandle, use_world};
use crate::ui::hooks::{use_media, use_size};
use crate::ui::popover::Popover;

/// The width of a letter, as a part of the text's size.
const LETTER: f64 = 0.53;
/// What a dot takes beside its words, in pixels.
const DOT: f64 = 22.0;
/// Targets are at least so wide, in pixels: with a mouse, with a finger.
const TARGETS: (f64, f64) = (24.0, 44.0);

/// What the marks are given.
#[derive(Properties, PartialEq)]
pub(super) struct MarksProps {
    /// The marks that may be shown.
    pub marks: Vec<Mark>,
    /// The end of the run.
    pub horizon: SimTime,
    /// How many rows of words there are.
    pub rows: usize,
}

/// The marks. Everybody sees where the run ends, so that has none.
#[component]
pub(super) fn Marks(props: &MarksProps) -> Html {
    let world = use_world();
    let row = use_node_ref();
    let size = use_size(&row);
    let is_coarse = use_media("(pointer: coarse)");
    let open = use_state_eq(|| None::<usize>);
    let target = if is_coarse { TARGETS.1 } else { TARGETS.0 };
    let shown = props.marks.iter().filter(|mark| mark.kind != MarkKind::End);
    let marks: Vec<Mark> = shown.copied().collect();
    let axis = Axis {
        horizon: props.horizon,
        width: size.width,
    };
    let places: Vec<f64> = marks.iter().map(|m| axis.x(m.at) - target / 2.0).collect();
    let bundles = if size.width > 0.0 {
        bundle(&places, size.width, target)
    } else {
        Vec::new()
    };
    let words: Vec<String> = bundles
        .iter()
        .map(|b| words_of(&marks[b.range()]))
        .collect();
    let label = |(bundle, words): (&Bundle, &String)| Label {
        x: bundle.left + target / 2.0,
        width: words.chars().count() as f64 * LETTER * size.text + DOT,
        rank: rank(first_of(&marks[bundle.range()])),
    };
    let labels: Vec<Label> = bundles.iter().zip(&words).map(label).collect();
    let placed = place(&labels, size.width, props.rows);
    let on_toggle = {
        let open = open.clone();
        Callback::from(move |index: usize| open.set((*open != Some(index)).then_some(index)))
    };
    let on_close = {
        let open = open.setter();
        Callback::from(move |()| open.set(None))
    };
    let views = bundles.iter().zip(&words).zip(placed).enumerate();
    let views = views.map(|(index, ((bundle, words), place))| {
        html! {
            <MarkView key={bundle.first} marks={marks[bundle.range()].to_vec()} words={words.clone()} {place}
                left={bundle.left + target / 2.0} width={size.width} is_open={*open == Some(index)}
                on_toggle={on_toggle.reform(move |()| index)} on_close={on_close.clone()} />
        }
    });
    html! {
        <div ref={row} class={classes!("marks", (props.rows == 1).then_some("marks--low"))} role="group"
            aria-label="Moments of the run" id={world.id("marks")}>
            { for views }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct MarkViewProps {
    marks: Vec<Mark>,
    words: String,
    place: Place,
    /// Where the dot is, in pixels, and how much there is.
    left: f64,
    width: f64,
    is_open: bool,
    on_toggle: Callback<()>,
    on_close: Callback<()>,
}

/// One mark, which leads to its moment; or several, which open as a list.
#[component]
fn MarkView(props: &MarkViewProps) -> Html {
    let world = use_world();
    let marks = &props.marks;
    let mark = first_of(marks);
    let (side, row) = match props.place {
        Place::Right(row) => ("right", row),
        Place::Left(row) => ("left", row),
        Place::Hidden => ("bare", 0),
    };
    let class = classes!(
        "mark",
        format!("mark--{}", tone(mark.kind)),
        format!("mark--{side}"),
        (row > 0).then_some("mark--lower")
    );
    let style = format!("left:{:.1}px", props.left);
    let face = html! {
        <>
            <span class="mark__dot" aria-hidden="true" />
            if props.place != Place::Hidden {
                <span class="mark__words">{ &props.words }</span>
            }
        </>
    };
    if let [mark] = marks[..] {
        let title = title(&mark);
        return html! {
            <button type="button" {class} ~style={style} aria-label={title.clone()} {title} onclick={seek(&world, mark.at)}>
                { face }
            </button>
        };
    }
    let titles: Vec<String> = marks.iter().map(title).collect();
    // It begins with what can be read, so that whoever speaks to the page may say that.
    let label = format!("{}: {}", props.words, titles.join("; "));
    let id = world.id(&format!("moments-{}", marks[0].at.0));
    let onclick = props.on_toggle.reform(|_: MouseEvent| ());
    html! {
        <div class="marks__bundle">
            <button type="button" {class} ~style={style} aria-label={label.clone()} title={label} {onclick}
                aria-expanded={props.is_open.to_string()} aria-controls={props.is_open.then(|| id.clone())}>
                { face }
            </button>
            if props.is_open {
                <Popover {id} label="Moments" class="popover--up" style={popover_left(props.left, props.width)}
                    on_close={props.on_close.clone()}>
                    <ul class="bundle">
                        { for marks.iter().zip(titles).map(|(mark, title)| html! {
                            <li key={title.clone()}>
                                <button type="button" class="bundle__seek" onclick={seek(&world, mark.at)}>
                                    <span class={classes!("mark__dot", format!("mark__dot--{}", tone(mark.kind)))} aria-hidden="true" />
                                    { title }
                                </button>
                            </li>
                        }) }
                    </ul>
                </Popover>
            }
        </div>
    }
}

fn seek(world: &WorldHandle, at: SimTime) -> Callback<MouseEvent> {
    let world = world.clone();
    Callback::from(move |_| world.transport(Transport::Seek(at)))
}

/// Its words, with the mapping if that is the second.
fn named(mark: &Mark) -> String {
    format!("{}{}", mapping_words(mark.role), mark_words(mark.kind))
}

fn title(mark: &Mark) -> String {
    let shard = mark.shard.map(|shard| format!(" (shard-{shard})"));
    format!(
        "{}{}, {}",
        named(mark),
        shard.unwrap_or_default(),
        clock(mark.at)
    )
}

/// The words of what matters most of several, and how many there are besides.
fn words_of(marks: &[Mark]) -> String {
    let words = named(first_of(marks));
    match marks.len() {
        1 => words,
        count => format!("{words} +{}", count - 1),
    }
}

/// What matters most of several; of equals the first.
fn first_of(marks: &[Mark]) -> &Mark {
    let first = marks.iter().min_by_key(|mark| rank(mark));
    first.expect("a bundle has at least one")
}

/// Which marks get their words first.
fn rank(mark: &Mark) -> u32 {
    if mark.role == Role::Second {
        return 6;
    }
    match mark.kind {
        MarkKind::PillLanded | MarkKind::FirstExpiry => 0,
        MarkKind::Released => 1,
        MarkKind::LastExpiry | MarkKind::PillLost => 2,
        MarkKind::Ticket | MarkKind::Discarded | MarkKind::CaughtUp => 3,
        MarkKind::FirstFailure
        | MarkKind::LaneBlocked
        | MarkKind::Bisected
        | MarkKind::WorstHour
        | MarkKind::Throttled
        | MarkKind::NeighbourThrottled
        | MarkKind::WriteThrottled
        | MarkKind::OrderBroken
        | MarkKind::Resharded
        | MarkKind::ReshardRefused
        | MarkKind::Drained
        | MarkKind::SettingChanged(_)
        | MarkKind::Paged(_)
        | MarkKind::BackToOk(_) => 5,
        MarkKind::End => 9,
    }
}

/// Which colour a dot has.
fn tone(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::PillLanded | MarkKind::FirstFailure | MarkKind::LaneBlocked => "pill",
        MarkKind::FirstExpiry
        | MarkKind::WorstHour
        | MarkKind::LastExpiry
        | MarkKind::Discarded
        | MarkKind::PillLost => "lost",
        MarkKind::Ticket => "ticket",
        MarkKind::CaughtUp | MarkKind::Released => "done",
        MarkKind::Bisected
        | MarkKind::Throttled
        | MarkKind::NeighbourThrottled
        | MarkKind::WriteThrottled
        | MarkKind::OrderBroken
        | MarkKind::Resharded
        | MarkKind::ReshardRefused
        | MarkKind::Drained
        | MarkKind::SettingChanged(_)
        | MarkKind::Paged(_)
        | MarkKind::BackToOk(_)
        | MarkKind::End => "plain",
    }
}
