//! JSON, read and written. Numbers stay as they were typed: nothing here needs a float, and the reading and printing of
//! floats would be one of the largest parts of the page. It knows nothing of scenarios.

mod read;
#[cfg(test)]
mod tests;
mod write;

use read::Reader;

/// What a text in JSON says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was typed.
    Number(String),
    /// A string.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// An object.
    Object(Map),
}

/// The fields of an object, in the order they were typed. Of two with one name the later one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map(pub Vec<(String, Value)>);

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What was expected or is wrong.
    pub what: &'static str,
    /// Its line, from 1.
    pub line: usize,
    /// Its character in the line, from 1.
    pub column: usize,
    /// Whether it is the end of the text that came too early.
    pub is_end: bool,
}

impl Value {
    /// Reads a text.
    pub fn read(text: &str) -> Result<Self, Mistake> {
        let mut reader = Reader::new(text, 0);
        reader.whole().map_err(|what| reader.mistake(what))
    }

    /// Reads the value that begins at a byte of the text, and says at which byte it is over.
    pub fn read_from(text: &str, at: usize) -> Result<(Self, usize), Mistake> {
        let mut reader = Reader::new(text, at);
        let value = reader.value().map_err(|what| reader.mistake(what))?;
        Ok((value, reader.at))
    }

    /// An object with these fields.
    pub fn object<const N: usize>(fields: [(&str, Self); N]) -> Self {
        let fields = fields.into_iter();
        Self::Object(Map(fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect()))
    }

    /// A field, if it is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(map) => map.get(name),
            _ => None,
        }
    }

    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The number, if it is a whole one from 0 that fits.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// Writes it behind `out`, in one line.
    pub fn write(&self, out: &mut String) {
        self.print(out, None);
    }

    /// Writes it behind `out`, a line for each part.
    pub fn write_lines(&self, out: &mut String) {
        self.print(out, Some(0));
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl Map {
    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let mut fields = self.0.iter().rev();
        fields.find(|field| field.0 == name).map(|field| &field.1)
    }

    /// Whether there is a field of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The names of the fields.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|field| field.0.as_str())
    }
}

/// The line and the character, both from 1, where a part of a text in JSON begins. `inwards` are the numbers of the
/// parts that lead to it from the outermost object or list; with `at_name` it is the name of a field, not its value.
pub fn place(text: &str, inwards: &[usize], at_name: bool) -> (usize, usize) {
    let mut reader = Reader::new(text, 0);
    // What is not there is not looked for: the place is then the last that was found.
    let _ = reader.go(inwards, at_name);
    reader.place()
}
