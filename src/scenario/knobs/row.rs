//! What a row of the knob table holds, and what can be asked of it.

use super::{KNOBS, Knob};

/// Where a knob stands in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The records and their keys.
    Traffic,
    /// The application and its SDK.
    Producer,
    /// The Kinesis data stream.
    Stream,
    /// The Lambda event source mapping.
    Mapping,
    /// The Lambda function.
    Function,
    /// Another mapping of the stream, with a function of its own.
    Second,
    /// The account that everything shares.
    Account,
    /// What is watched and who is woken.
    Watching,
    /// The run itself.
    Run,
}

impl Group {
    /// Every group, in the form's order.
    pub const ALL: [Self; 9] = [
        Self::Mapping,
        Self::Function,
        Self::Stream,
        Self::Traffic,
        Self::Producer,
        Self::Second,
        Self::Account,
        Self::Watching,
        Self::Run,
    ];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Traffic => "Traffic",
            Self::Producer => "Producer and SDK",
            Self::Stream => "Kinesis data stream",
            Self::Mapping => "Event source mapping",
            Self::Function => "Lambda function",
            Self::Second => "Second mapping",
            Self::Account => "Account",
            Self::Watching => "Metrics and alarms",
            Self::Run => "Run",
        }
    }
}

/// What a value is: it decides the widget, the spelling, the bounds and the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A plain number, with the unit to print behind it (may be empty).
    Count {
        /// Smallest allowed value.
        min: i64,
        /// Largest allowed value.
        max: i64,
        /// Printed after the number, for example `records`.
        unit: &'static str,
    },
    /// −1 for no limit, or a number in `min..=max`.
    Limit {
        /// Smallest finite value.
        min: i64,
        /// Largest finite value.
        max: i64,
        /// Printed after the number.
        unit: &'static str,
        /// What no limit is called.
        open: &'static str,
    },
    /// A span in microseconds, spelt `250ms`, `25h`, `1h30m`.
    Span {
        /// Shortest allowed span, µs.
        min: i64,
        /// Longest allowed span, µs.
        max: i64,
    },
    /// A share in permille, spelt as a percentage in the form and in permille in links.
    Permille {
        /// Largest allowed share.
        max: i64,
    },
    /// 0 or 1, spelt `false` and `true`.
    Toggle,
    /// The index of one of these names.
    Choice(&'static [&'static str]),
    /// A text kept beside the numbers, in `Settings::text`; the number is unused.
    Text {
        /// What it is until somebody writes another.
        default: &'static str,
        /// The most characters it may have.
        max: usize,
    },
}

impl Kind {
    /// Whether it is a text of its own, and the number unused.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text { .. })
    }
}

/// When a change of the knob may take effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Also in the middle of a run.
    Live,
    /// For the whole run only.
    WholeRun,
}

/// One row of the table.
#[allow(clippy::struct_excessive_bools)] // Flags of a row, each with its own meaning.
#[derive(Clone, Copy, Debug)]
pub struct KnobSpec {
    /// The knob.
    pub knob: Knob,
    /// Its key in links and scenario files: AWS's name where AWS has one, else lower camel case. Never renamed.
    pub key: &'static str,
    /// Its name in the form.
    pub label: &'static str,
    /// What else people call it, or what they look for when they want it, in lower case.
    pub also: &'static [&'static str],
    /// Where it stands.
    pub group: Group,
    /// What its value is.
    pub kind: Kind,
    /// The value of the opening scenario, AWS's default wherever AWS has one.
    pub default: i64,
    /// Whether the default is AWS's own.
    pub aws_default: bool,
    /// When a change may take effect.
    pub scope: Scope,
    /// Shown in the first view of the form.
    pub first_view: bool,
    /// What AWS does not document: a parameter of the model, marked ≈.
    pub assumption: bool,
    /// Whether −1 leaves it to the SDK's preset.
    pub preset: bool,
    /// One or two plain sentences.
    pub help: &'static str,
    /// Why the default is dangerous, if it is.
    pub danger: Option<&'static str>,
    /// The facts it rests on.
    pub facts: &'static str,
}

impl Knob {
    /// The text it has until somebody writes another.
    pub fn default_text(self) -> &'static str {
        match self.spec().kind {
            Kind::Text { default, .. } => default,
            _ => "",
        }
    }

    /// The most characters its text may have.
    pub fn longest_text(self) -> usize {
        match self.spec().kind {
            Kind::Text { max, .. } => max,
            _ => 0,
        }
    }

    /// Its row of the table.
    pub fn spec(self) -> &'static KnobSpec {
        &KNOBS[self as usize]
    }

    /// Whether a value of it leaves the matter to the SDK's preset.
    pub fn leaves_to_preset(self, value: i64) -> bool {
        value < 0 && self.spec().preset
    }

    /// The knob with this key, in any letter case.
    pub fn by_key(key: &str) -> Option<Self> {
        KNOBS
            .iter()
            .find(|spec| spec.key.eq_ignore_ascii_case(key))
            .map(|spec| spec.knob)
    }

    /// The nearest value within the knob's bounds.
    pub fn clamp(self, value: i64) -> i64 {
        if self.leaves_to_preset(value) {
            return -1;
        }
        match self.spec().kind {
            Kind::Count { min, max, .. } | Kind::Span { min, max } => value.clamp(min, max),
            Kind::Limit { min, max, .. } if value >= 0 => value.clamp(min, max),
            Kind::Limit { .. } => -1,
            Kind::Permille { max } => value.clamp(0, max),
            Kind::Toggle => i64::from(value != 0),
            Kind::Choice(names) => value.clamp(0, names.len() as i64 - 1),
            Kind::Text { .. } => 0,
        }
    }
}
