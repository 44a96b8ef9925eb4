//! `import`: what a real system says about itself becomes a link, or with its traffic a scenario file.

use super::{Failure, read_text, say};
use crate::scenario::file::to_json;
use crate::scenario::import::{Import, Line, SCRIPT, import as take, import_choice};
use crate::scenario::link::{Shared, to_link};
use crate::scenario::{Scenario, Settings};
use std::ffi::OsString;
use std::io::Write;

/// Prints the script that prints everything there is to import.
pub(super) fn script(out: &mut impl Write) -> Result<(), Failure> {
    Ok(out.write_all(SCRIPT.as_bytes())?)
}

/// Prints the link, or the scenario file where there is traffic that no link can hold, and on standard error what
/// became of each field.
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
        traffic: import.traffic,
        ..Scenario::default()
    };
    if scenario.traffic.is_some() {
        say("This is a scenario file, because no link can hold the traffic.");
        return Ok(out.write_all(to_json(&scenario).as_bytes())?);
    }
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
        ("Still guessed", &import.guessed),
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
