//! Takes over what a real system says about itself: the output of read-only AWS commands, one after another in one
//! text, and tables of counts. Nothing but numbers and choices is taken, so no ARN, account or name can reach a link;
//! texts are never repeated.

mod describe;
mod documents;
mod guessed;
mod mapping;
mod measured;
mod parts;
mod paste;
mod reading;
mod series;

use mapping::{Source, choice, source};
use paste::Paste;
pub use paste::Pasted;
use serde_json::{Map, Value};
use std::rc::Rc;
use std::sync::Arc;

use super::Settings;
use super::knobs::Knob;
use super::spelling::{allowed, parse_link, spell};
use super::traffic::PastedTraffic;

/// Prints everything that can be taken over, with commands that only read.
pub const SCRIPT: &str = include_str!("import/read-only.sh");

/// Most fields of a kind that are listed.
const LINES_MAX: usize = 60;

/// What became of what was pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The settings with what was taken.
    pub settings: Settings,
    /// The traffic that was measured, if it was told.
    pub traffic: Option<Arc<PastedTraffic>>,
    /// What was taken over.
    pub taken: Vec<Line>,
    /// What has no effect here, and why.
    pub no_effect: Vec<Line>,
    /// What is not valid, and why.
    pub invalid: Vec<Line>,
    /// What nothing told, or not clearly: its present value, and what would tell it.
    pub guessed: Vec<Line>,
    /// The settings of those lines.
    pub guessed_knobs: Vec<Knob>,
    /// Every mapping of a list; one entry if there was only one.
    pub choices: Vec<Choice>,
    /// The index of the choice that was taken.
    pub chosen: usize,
    told: Vec<Told>,
}

/// One field of what was pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// AWS's name of the field.
    pub name: String,
    /// The value for people, where it is a number or a choice; otherwise empty.
    pub value: String,
    /// Why, in a short plain sentence; empty where nothing needs saying.
    pub note: String,
}

/// One mapping of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its place in the list.
    pub index: usize,
    /// The function's name, to be shown in the page only: it must not enter a link.
    pub label: String,
    /// Whether its source is a Kinesis stream, so that it can be taken.
    pub kinesis: bool,
}

/// What has been told about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Mapping,
    Stream,
    Function,
    Reserved,
    Account,
    Traffic,
    Bytes,
    Times,
}

/// Reads what was pasted, a slice at a time: a page gives it what is left of a frame, shows how far it is, and stays in
/// reach however long the text is. Every byte is looked through a few times at most.
///
/// Make one with [`Reader::new`], call [`Reader::advance`] until it says [`Progress::Done`], then [`Reader::finish`]; a
/// [`Pasted`] becomes an [`Import`] as often as somebody chooses another mapping, without reading again.
pub struct Reader(Result<Paste, String>);

/// How far a text is read, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to read.
    Reading {
        /// So much is read.
        done: usize,
        /// Of so much.
        all: usize,
    },
    /// All of it is read, or so much that it is certain to be refused.
    Done,
}

impl Reader {
    /// Begins with a text; nothing is read yet.
    pub fn new(text: impl Into<Rc<str>>) -> Self {
        Self(Paste::new(text.into()))
    }

    /// Reads on until `more` says no. It is asked after every few kilobytes, never before the first; a value in JSON
    /// that is longer is read in parts, after its brackets were looked through once.
    pub fn advance(&mut self, more: &mut dyn FnMut() -> bool) -> Progress {
        let Ok(paste) = &mut self.0 else {
            return Progress::Done;
        };
        match paste.advance(more) {
            Ok(true) => Progress::Done,
            Ok(false) => Progress::Reading {
                done: paste.read_up_to(),
                all: paste.length(),
            },
            Err(why) => {
                self.0 = Err(why);
                Progress::Done
            }
        }
    }

    /// What was read, and before that whatever is left to read. The error says in plain words what the text is instead
    /// and what to paste.
    pub fn finish(mut self) -> Result<Pasted, String> {
        self.advance(&mut || true);
        self.0?.finish()
    }
}

/// Takes over what the text holds, of several mappings the first one that reads from Kinesis. The error says in plain
/// words what the text is instead and what to paste.
pub fn import(text: &str, base: &Settings) -> Result<Import, String> {
    Reader::new(text).finish()?.import(base, None)
}

/// Takes over the mapping at `index`, and everything else.
pub fn import_choice(text: &str, base: &Settings, index: usize) -> Result<Import, String> {
    Reader::new(text).finish()?.import(base, Some(index))
}

impl Pasted {
    /// Takes everything over that is in it: of several mappings the one at an index, from 0, or else the first one that
    /// reads from Kinesis. What it does not say stays as it is in `base`. The error is a plain sentence.
    pub fn import(&self, base: &Settings, mapping: Option<usize>) -> Result<Import, String> {
        let documents = &self.documents;
        let mut import = Import {
            settings: base.clone(),
            traffic: None,
            taken: vec![],
            no_effect: vec![],
            invalid: vec![],
            guessed: vec![],
            guessed_knobs: vec![],
            choices: vec![],
            chosen: 0,
            told: vec![],
        };
        if let Some(mapping) = import.choose(&documents.mappings, mapping)? {
            import.mapping(mapping);
        }
        for stream in &documents.streams {
            import.stream(stream);
        }
        for function in &documents.functions {
            import.function(function);
        }
        for reserved in &documents.reserved {
            import.concurrency(reserved);
        }
        for account in &documents.accounts {
            import.account(account);
        }
        import.measured(&documents.series, &self.rows)?;
        import.previous_peak();
        import.left_out(&documents.others, self.errors, self.strange);
        import.list_guessed();
        for lines in [
            &mut import.taken,
            &mut import.no_effect,
            &mut import.invalid,
        ] {
            lines.truncate(LINES_MAX);
        }
        Ok(import)
    }
}

fn line(name: &str, value: impl Into<String>, note: impl Into<String>) -> Line {
    Line {
        name: name.to_owned(),
        value: value.into(),
        note: note.into(),
    }
}

impl Import {
    /// The mapping to take, if there are any; fills the choices.
    fn choose<'a>(
        &mut self,
        mappings: &'a [Map<String, Value>],
        wanted: Option<usize>,
    ) -> Result<Option<&'a Map<String, Value>>, String> {
        if mappings.is_empty() && wanted.is_none() {
            return Ok(None);
        }
        let sources: Vec<Source> = mappings.iter().map(source).collect();
        let first = sources.iter().position(|source| *source == Source::Kinesis);
        let chosen = wanted.or(first).unwrap_or(0);
        let (Some(mapping), Some(source)) = (mappings.get(chosen), sources.get(chosen)) else {
            return Err(format!(
                "There are {} mappings, so there is no number {}.",
                mappings.len(),
                chosen + 1
            ));
        };
        if let Source::Other(service) = source {
            let subject = if mappings.len() > 1 && wanted.is_none() {
                "None of these mappings reads"
            } else {
                "This mapping does not read"
            };
            return Err(format!(
                "{subject} from Kinesis (its source is {service}); only Kinesis mappings can be taken over."
            ));
        }
        let all = mappings.iter().zip(&sources).enumerate();
        self.choices = all.map(choice).collect();
        self.chosen = chosen;
        Ok(Some(mapping))
    }

    /// What was pasted and is nothing that can be taken.
    fn left_out(&mut self, others: &[&'static str], errors: usize, strange: usize) {
        for what in others.iter().take(LINES_MAX) {
            self.no_effect.push(line("Other JSON", "", *what));
        }
        if errors > 0 {
            let note = "The command line printed them instead of what they stand for.";
            self.invalid
                .push(line("Error messages", errors.to_string(), note));
        }
        if strange > 0 {
            let note = "They are neither JSON nor a time and a count.";
            self.invalid
                .push(line("Lines left out", strange.to_string(), note));
        }
    }

    /// Nothing told these settings, or not clearly.
    fn guess(&mut self, knobs: &[Knob], line: Line) {
        self.guessed.push(line);
        self.guessed_knobs.extend(knobs);
    }

    fn tell(&mut self, what: Told) {
        self.told.push(what);
    }

    fn has_told(&self, what: Told) -> bool {
        self.told.contains(&what)
    }

    fn number(&mut self, name: &str, knob: Knob, value: &Value) {
        if *value == Value::Null {
            return;
        }
        let kept = || spell(knob, self.settings.get(knob));
        let Some(number) = value.as_i64() else {
            let note = format!("It should be a whole number; {} is kept.", kept());
            return self.invalid.push(line(name, "", note));
        };
        if knob.clamp(number) != number {
            let whose = if knob.spec().aws_default {
                "AWS allows"
            } else {
                "Here"
            };
            let note = format!("{whose} {}; {} is kept.", allowed(knob), kept());
            return self.invalid.push(line(name, number.to_string(), note));
        }
        self.settings.set(knob, number);
        self.taken.push(line(name, spell(knob, number), ""));
    }

    /// The name of a choice.
    fn word(&mut self, name: &str, knob: Knob, value: &Value) {
        let text = match value {
            Value::Bool(on) => on.to_string(),
            value => value.as_str().unwrap_or("").to_owned(),
        };
        let Ok(parsed) = parse_link(knob, &text) else {
            let kept = spell(knob, self.settings.get(knob));
            let note = format!("It should be {}; {kept} is kept.", allowed(knob));
            return self.invalid.push(line(name, "", note));
        };
        self.settings.set(knob, parsed.value);
        self.taken.push(line(name, spell(knob, parsed.value), ""));
    }
}
