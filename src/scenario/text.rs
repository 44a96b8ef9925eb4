//! Settings that are texts: what is wrong with one. How long it may be is in the knob table.

use super::filters::{Filters, sentence};
use super::knobs::Knob;
use super::orders;
use crate::words;

/// Why a text is not taken, as a sentence; `None` if it is.
pub fn mistake(knob: Knob, text: &str) -> Option<String> {
    let max = knob.longest_text();
    if text.chars().nth(max).is_some() {
        return Some(format!(
            "It is longer than {} characters.",
            words::number(max as u64)
        ));
    }
    match knob {
        Knob::FilterCriteria | Knob::SecondFilter => {
            Filters::read(text).err().map(|refusal| sentence(&refusal))
        }
        Knob::Data => orders::read(text).err(),
        // The handler may reply anything; Lambda makes a failure of what it cannot read (E34).
        _ => None,
    }
}

/// The same, with what the run does instead.
pub fn complaint(knob: Knob, text: &str) -> Option<String> {
    let mistake = mistake(knob, text)?;
    let instead = match knob {
        Knob::FilterCriteria => "AWS refuses this filter; the run goes without it. ",
        Knob::SecondFilter => {
            "The second mapping: AWS refuses this filter; the run goes without it. "
        }
        Knob::Data => "The run goes with the opening orders. ",
        _ => "",
    };
    Some(format!("{instead}{mistake}"))
}
