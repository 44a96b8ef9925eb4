//! `import`: a real event source mapping becomes a link.

use super::{Failure, read_text, say};
use crate::scenario::import::{Import, Line, import as take, import_choice};
use crate::scenario::link::{Shared, to_link};
use crate::scenario::{Scenario, Settings};
use std::ffi::OsString;
use std::io::Write;

/// Prints the link of the mapping, and on standard error what became of its fields.
pub(super) fn import(
    from: &OsString,
    mapping: Option<usize>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let text = read_text(from)?;
    let base = Settings::default();
    let import = match mapping {
        None => take(&text, &base),
        Some(number) => import_choice(&text, &base, number - 1),
    }?;
    explain(&import);
    let scenario = Scenario {
        settings: import.settings,
        ..Scenario::default()
    };
    let shared = Shared {
        scenario,
        ..Shared::default()
    };
    Ok(writeln!(out, "{}", to_link(&shared))?)
}

fn explain(import: &Import) {
    if import.choices.len() > 1 {
        say(&format!(
            "Of {} mappings, number {} was taken; --mapping N takes another.",
            import.choices.len(),
            import.chosen + 1
        ));
    }
    for (heading, lines) in [
        ("Taken", &import.taken),
        ("No effect here", &import.no_effect),
        ("Not valid", &import.invalid),
    ] {
        for line in lines {
            say(&format!("{heading}: {}", sentence(line)));
        }
    }
}

fn sentence(line: &Line) -> String {
    let value = if line.value.is_empty() {
        String::new()
    } else {
        format!(" {}", line.value)
    };
    let note = if line.note.is_empty() {
        String::new()
    } else {
        format!(". {}", line.note)
    };
    let sentence = format!("{}{value}{note}", line.name);
    sentence.trim_end_matches('.').to_owned() + "."
}
