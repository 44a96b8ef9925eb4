//! "Explain this moment": what is happening, the setting to blame, and what would help.

use super::desk::Turn;
use super::markup::{Act, Markup};
use crate::scenario::spelling::spell;
use crate::session::Explanation;

/// The panel, with the value of the setting to blame.
pub(super) fn explain_view(m: &mut Markup, explanation: &Explanation, blamed: Option<i64>) {
    m.put(
        "<section id=explain class='card explain' aria-labelledby=explain-title>\
         <h2 id=explain-title class=eyebrow>Explain this moment</h2><p class=explain__headline>{}</p><>",
        &[&explanation.headline],
    );
    for sentence in &explanation.sentences {
        m.put("<p>{}</p>", &[sentence]);
    }
    m.put("</><>", &[]);
    if let Some(knob) = explanation.blame {
        let spec = knob.spec();
        let value = blamed.unwrap_or(spec.default);
        m.put(
            "<button type=button class=blame title='Go to this setting'>",
            &[],
        );
        m.on_click(Act::Turn(Turn::Reveal(knob)));
        m.put(
            "<span class=blame__name>{} = {}</span>",
            &[spec.label, &spell(knob, value)],
        );
        if value == spec.default && spec.aws_default {
            m.put("<span class=blame__origin>AWS default</span>", &[]);
        }
        m.put("</button>", &[]);
    }
    m.put("</><>", &[]);
    if let Some((words, commands)) = &explanation.cure {
        m.put("<button type=button id=cure class=cure>", &[]);
        m.on_click(Act::Send(commands.clone()));
        m.put("{}<span aria-hidden=true> →</span></button>", &[words]);
    }
    m.put("</><>", &[]);
    if explanation.approximate {
        m.put(
            "<p class=muted>≈ rests on an assumption: AWS does not document it.</p>",
            &[],
        );
    }
    m.put("</></section>", &[]);
}
