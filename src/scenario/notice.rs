//! What to tell a person about what they gave us: plain sentences, safe to show anywhere.

use super::knobs::Knob;

/// One plain sentence about something that was read, changed or ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence. What a stranger wrote appears in it only shortened and without control characters.
    pub text: String,
}

/// Settings that do not go together, to be shown next to the fields they concern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The fields.
    pub knobs: Vec<Knob>,
    /// What will happen, in a learner's words.
    pub text: String,
}

/// More than this many notices of one reading are summed up in the last one.
pub const NOTICES_MAX: usize = 20;

/// Longest piece of foreign text repeated in a sentence, in characters.
const QUOTED_MAX: usize = 40;

/// Collects notices, and only counts them once there are too many to read.
#[derive(Debug, Default)]
pub(super) struct Notices {
    list: Vec<Notice>,
    left_out: usize,
}

impl Notices {
    pub(super) fn say(&mut self, text: impl Into<String>) {
        if self.list.len() < NOTICES_MAX {
            self.list.push(Notice { text: text.into() });
        } else {
            self.left_out += 1;
        }
    }

    pub(super) fn into_list(mut self) -> Vec<Notice> {
        if self.left_out > 0 {
            let text = format!("And {} more of the kind.", self.left_out);
            self.list.push(Notice { text });
        }
        self.list
    }
}

/// Foreign text in quotation marks: shortened, without control characters and without the marks that
/// turn the direction of writing, so that it can neither garble a terminal nor pose as our own words.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(QUOTED_MAX)
        .map(|c| if is_harmless(c) { c } else { '\u{fffd}' })
        .collect();
    if text.chars().nth(QUOTED_MAX).is_some() {
        shown.push('…');
    }
    format!("“{shown}”")
}

fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
