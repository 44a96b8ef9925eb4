//! "Explain this moment": what is happening, the setting to blame, and what would help.

use yew::prelude::*;

use super::desk::{Turn, use_tools};
use crate::scenario::knobs::Knob;
use crate::scenario::spelling::spell;
use crate::session::Explanation;

/// What the panel needs.
#[derive(Properties, PartialEq)]
pub(super) struct ExplainProps {
    /// What to say.
    pub explanation: Explanation,
    /// The value of the setting to blame.
    pub blamed: Option<i64>,
}

/// The panel.
#[component]
pub(super) fn Explain(props: &ExplainProps) -> Html {
    let tools = use_tools();
    let Explanation {
        headline,
        sentences,
        blame,
        cure,
        approximate,
    } = &props.explanation;
    html! {
        <section id="explain" class="card explain" aria-labelledby="explain-title">
            <h2 id="explain-title" class="eyebrow">{ "Explain this moment" }</h2>
            <p class="explain__headline">{ headline }</p>
            { for sentences.iter().map(|sentence| html! { <p>{ sentence }</p> }) }
            if let Some(knob) = *blame {
                <Blame {knob} value={props.blamed.unwrap_or(knob.spec().default)} />
            }
            if let Some((words, commands)) = cure {
                <button type="button" id="cure" class="cure" onclick={{
                    let (player, commands) = (tools.player.clone(), commands.clone());
                    move |_: MouseEvent| for command in &commands { player.send(command.clone()); }
                }}>{ words }<span aria-hidden="true">{ " →" }</span></button>
            }
            if *approximate {
                <p class="muted">{ "≈ rests on an assumption: AWS does not document it." }</p>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct BlameProps {
    knob: Knob,
    value: i64,
}

/// The setting to blame; a click leads to it.
#[component]
fn Blame(props: &BlameProps) -> Html {
    let turn = use_tools().turn;
    let knob = props.knob;
    let spec = knob.spec();
    let is_default = props.value == spec.default && spec.aws_default;
    html! {
        <button type="button" class="blame" title="Go to this setting"
            onclick={move |_: MouseEvent| turn.dispatch(Turn::Reveal(knob))}>
            <span class="blame__name">{ spec.label }{ " = " }{ spell(knob, props.value) }</span>
            if is_default { <span class="blame__origin">{ "AWS default" }</span> }
        </button>
    }
}
