//! "Explain this moment": what is happening, the setting to blame, and what would help.

use yew::prelude::*;

use super::desk::{Tools, Turn};
use crate::scenario::knobs::Knob;
use crate::scenario::spelling::spell;
use crate::session::Explanation;

/// The panel, with the value of the setting to blame.
pub(super) fn explain_view(tools: &Tools, explanation: &Explanation, blamed: Option<i64>) -> Html {
    let Explanation {
        headline,
        sentences,
        blame,
        cure,
        approximate,
    } = explanation;
    html! {
        <section id="explain" class="card explain" aria-labelledby="explain-title">
            <h2 id="explain-title" class="eyebrow">{ "Explain this moment" }</h2>
            <p class="explain__headline">{ headline }</p>
            { for sentences.iter().map(|sentence| html! { <p>{ sentence }</p> }) }
            if let Some(knob) = *blame {
                { blame_view(tools, knob, blamed.unwrap_or(knob.spec().default)) }
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

/// The setting to blame; a click leads to it.
fn blame_view(tools: &Tools, knob: Knob, value: i64) -> Html {
    let turn = tools.turn.clone();
    let spec = knob.spec();
    let is_default = value == spec.default && spec.aws_default;
    html! {
        <button type="button" class="blame" title="Go to this setting"
            onclick={move |_: MouseEvent| turn.dispatch(Turn::Reveal(knob))}>
            <span class="blame__name">{ spec.label }{ " = " }{ spell(knob, value) }</span>
            if is_default { <span class="blame__origin">{ "AWS default" }</span> }
        </button>
    }
}
