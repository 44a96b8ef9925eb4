//! The reference of all settings, as Markdown, written from the table.

use std::fmt::Write as _;

use super::knobs::{Group, KNOBS, Kind, KnobSpec, Scope};
use super::spelling::{allowed, spell};

/// One table per group, in the form's order: key, default, allowed values, meaning.
pub fn markdown() -> String {
    let mut text = String::new();
    for group in Group::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "## {}\n", group.title());
        text.push_str("| key | default | allowed | meaning |\n| --- | --- | --- | --- |\n");
        for spec in KNOBS.iter().filter(|spec| spec.group == group) {
            text.push_str(&row(spec));
        }
        text.push('\n');
    }
    text.push_str(LEGEND);
    text
}

/// Said once, in the legend, instead of in every row.
const EXAMPLE: &str = ", such as 250ms or 1h30m";

const LEGEND: &str = "\
The default is AWS's own where it is set in bold. ≈ marks what AWS does not document: a parameter of the model. \
Times are written as 250ms, 25h or 1h30m. Settings marked *whole run* cannot change during a run.\n";

fn row(spec: &KnobSpec) -> String {
    let default = match spec.kind {
        Kind::Limit { open, .. } if spec.default < 0 => format!("-1 ({open})"),
        Kind::Text { default: "", .. } => "none".to_owned(),
        // More than a line would burst the table.
        Kind::Text { default, .. } if default.contains('\n') => "see the form".to_owned(),
        Kind::Text { default, .. } => format!("`{default}`"),
        _ => spell(spec.knob, spec.default),
    };
    let default = if spec.aws_default {
        format!("**{default}**")
    } else {
        default
    };
    let assumption = if spec.assumption { " ≈" } else { "" };
    let scope = if spec.scope == Scope::WholeRun {
        " *Whole run.*"
    } else {
        ""
    };
    let danger = spec
        .danger
        .map(|text| format!(" *Dangerous default:* {text}"))
        .unwrap_or_default();
    format!(
        "| `{}`{assumption} | {default} | {} | {}{danger}{scope} |\n",
        spec.key,
        allowed(spec.knob).replace(EXAMPLE, ""),
        spec.help
    )
}
