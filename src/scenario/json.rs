//! JSON, read and written. Numbers stay as they were typed: nothing here needs a float, and the reading and printing of
//! floats would be one of the largest parts of the page. It knows nothing of scenarios.

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

/// Lists and objects may be nested so deep.
const DEPTH_MAX: usize = 128;
/// Numbers above 10 to the power of this are nothing anybody means.
const EXPONENT_MAX: usize = 308;

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

    fn print(&self, out: &mut String, depth: Option<usize>) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(digits) => out.push_str(digits),
            Self::String(text) => quote(text, out),
            Self::Array(items) => {
                let items = items.iter().map(|item| (None, item));
                print_all(items, ['[', ']'], out, depth);
            }
            Self::Object(Map(fields)) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, value)| (Some(name.as_str()), value));
                print_all(fields, ['{', '}'], out, depth);
            }
        }
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

fn print_all<'a>(
    parts: impl Iterator<Item = (Option<&'a str>, &'a Value)>,
    [begin, end]: [char; 2],
    out: &mut String,
    depth: Option<usize>,
) {
    let inner = depth.map(|depth| depth + 1);
    out.push(begin);
    let empty = out.len();
    for (name, value) in parts {
        if out.len() > empty {
            out.push(',');
        }
        break_line(out, inner);
        if let Some(name) = name {
            quote(name, out);
            out.push_str(if inner.is_some() { ": " } else { ":" });
        }
        value.print(out, inner);
    }
    if out.len() > empty {
        break_line(out, depth);
    }
    out.push(end);
}

fn break_line(out: &mut String, depth: Option<usize>) {
    if let Some(depth) = depth {
        out.push('\n');
        for _ in 0..depth {
            out.push_str("  ");
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..' ' => {
                let hex = |digit: u32| char::from_digit(digit, 16).unwrap_or('0');
                out.push_str("\\u00");
                out.extend([hex(u32::from(c) / 16), hex(u32::from(c) % 16)]);
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Reads from a place onwards; where it fails, the place is the mistake's.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
}

type Read<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    fn new(text: &'a str, at: usize) -> Self {
        let text = text.as_bytes();
        Self { text, at, depth: 0 }
    }

    fn mistake(&self, what: &'static str) -> Mistake {
        let (line, column) = self.place();
        Mistake {
            what,
            line,
            column,
            is_end: self.at >= self.text.len(),
        }
    }

    fn whole(&mut self) -> Read<Value> {
        let value = self.value()?;
        self.mark();
        if self.at < self.text.len() {
            return Err("nothing more is expected");
        }
        Ok(value)
    }

    /// Goes to the beginning of a part.
    fn go(&mut self, inwards: &[usize], at_name: bool) -> Read<()> {
        let is_object = self.mark() == b'{';
        let Some((&part, inwards)) = inwards.split_first() else {
            return Ok(());
        };
        self.at += 1;
        for _ in 0..part {
            if is_object {
                self.name()?;
            }
            self.value()?;
            self.mark();
            self.take(b',');
        }
        self.mark();
        if is_object && !(at_name && inwards.is_empty()) {
            self.name()?;
        }
        self.go(inwards, at_name)
    }

    /// Line and character of the place, both from 1.
    fn place(&self) -> (usize, usize) {
        let before = &self.text[..self.at.min(self.text.len())];
        let is_start = |&&byte: &&u8| byte & 0xc0 != 0x80;
        let line = before.iter().rev().take_while(|&&byte| byte != b'\n');
        let lines = before.split(|&byte| byte == b'\n').count();
        (lines, 1 + line.filter(is_start).count())
    }

    /// The byte at the place; 0, which JSON has nowhere, at the end.
    fn byte(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is no blank.
    fn mark(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let is_there = self.byte() == wanted;
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self) -> Read<Value> {
        match self.mark() {
            b'"' => self.string().map(Value::String),
            b'-' | b'0'..=b'9' => self.number().map(Value::Number),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            b'[' => {
                let mut items = Vec::new();
                self.all(b']', |reader| {
                    items.push(reader.value()?);
                    Ok(())
                })?;
                Ok(Value::Array(items))
            }
            b'{' => {
                let mut fields = Vec::new();
                self.all(b'}', |reader| {
                    fields.push((reader.name()?, reader.value()?));
                    Ok(())
                })?;
                Ok(Value::Object(Map(fields)))
            }
            _ => Err("a value is expected"),
        }
    }

    /// The name of a field, with its colon.
    fn name(&mut self) -> Read<String> {
        if self.mark() != b'"' {
            return Err("a name in quotes is expected");
        }
        let name = self.string()?;
        self.mark();
        if !self.take(b':') {
            return Err("a colon is expected");
        }
        Ok(name)
    }

    /// The parts of a list or an object, from its bracket on.
    fn all(&mut self, end: u8, mut part: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("it is nested too deep");
        }
        self.at += 1;
        if self.mark() != end {
            loop {
                part(self)?;
                if self.mark() == end {
                    break;
                }
                if !self.take(b',') {
                    return Err("a comma or the end of the list or object is expected");
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    fn word(&mut self, word: &str, value: Value) -> Read<Value> {
        for byte in word.bytes() {
            if !self.take(byte) {
                return Err("a value is expected");
            }
        }
        Ok(value)
    }

    fn digits(&mut self) -> Read<usize> {
        if !self.byte().is_ascii_digit() {
            return Err("a digit is expected");
        }
        let mut number: usize = 0;
        while self.byte().is_ascii_digit() {
            number = (number * 10 + usize::from(self.byte() - b'0')).min(1_000_000);
            self.at += 1;
        }
        Ok(number)
    }

    fn number(&mut self) -> Read<String> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        } else if self.byte().is_ascii_digit() {
            return Err("a number cannot begin with 0");
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let is_small = self.take(b'-');
            if !is_small {
                self.take(b'+');
            }
            if self.digits()? > EXPONENT_MAX && !is_small {
                return Err("the number is too large");
            }
        }
        utf8(self.text[start..self.at].to_vec())
    }

    fn string(&mut self) -> Read<String> {
        let mut bytes = Vec::new();
        self.at += 1;
        while !self.take(b'"') {
            match self.byte() {
                b'\\' => {
                    self.at += 1;
                    let c = self.escaped()?;
                    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                0..0x20 => return Err("the end of the string is expected"),
                byte => {
                    bytes.push(byte);
                    self.at += 1;
                }
            }
        }
        utf8(bytes)
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Read<char> {
        let c = match self.byte() {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err("no such escape is known"),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Read<char> {
        let mut code = self.hex()?;
        if (0xd800..0xdc00).contains(&code) && self.take(b'\\') && self.take(b'u') {
            let low = self.hex()?.wrapping_sub(0xdc00);
            code = if low < 0x400 {
                0x10000 + (code - 0xd800) * 0x400 + low
            } else {
                code
            };
        }
        char::from_u32(code).ok_or("half a character is escaped")
    }

    fn hex(&mut self) -> Read<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.byte()).to_digit(16);
            code = code * 16 + digit.ok_or("a hexadecimal digit is expected")?;
            self.at += 1;
        }
        Ok(code)
    }
}

/// The bytes came out of a text, so nothing is ever wrong.
fn utf8(bytes: Vec<u8>) -> Read<String> {
    String::from_utf8(bytes).map_err(|_| "it is not a text")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(brackets: usize) -> String {
        "[".repeat(brackets) + &"]".repeat(brackets)
    }

    /// What is read is written again, both ways, as `serde_json` does.
    #[track_caller]
    fn same(text: &str) {
        let value = Value::read(text).expect(text);
        let expected: serde_json::Value = serde_json::from_str(text).expect(text);
        let (mut line, mut lines) = (String::new(), String::new());
        value.write(&mut line);
        value.write_lines(&mut lines);
        assert_eq!(line, expected.to_string());
        assert_eq!(lines, format!("{expected:#}"));
    }

    #[test]
    fn what_is_read_is_written_again() {
        for text in [
            "null",
            " true\r\n",
            "false",
            "0",
            "-7",
            "1.5",
            "18446744073709551615",
            "\"\"",
            r#""a\"b\\c\/d\b\f\n\r\t\u0000\u001f\u007f\u00e9\u20ac\ud83d\ude00 é€😀""#,
            "[]",
            "{}",
            "[ 1 , [ ] , { } , [2]]",
            r#"{ "a" : 1 , "b": {"c":[null,true]}, "": "x" }"#,
        ] {
            same(text);
        }
        same(&depth(127));
    }

    #[test]
    fn a_mistake_has_a_place() {
        for (text, line, column, is_end) in [
            ("", 1, 1, true),
            ("nul", 1, 4, true),
            ("hello", 1, 1, false),
            ("[1,\n  2 3]", 2, 5, false),
            ("[1,]", 1, 4, false),
            ("{\"a\": 1,}", 1, 9, false),
            ("{\"é\" 1}", 1, 6, false),
            ("{a: 1}", 1, 2, false),
            ("\"a\nb\"", 1, 3, false),
            ("\"abc", 1, 5, true),
            (r#""\x""#, 1, 3, false),
            (r#""\u12g4""#, 1, 6, false),
            ("1 2", 1, 3, false),
            ("01", 1, 2, false),
            ("1.", 1, 3, true),
            ("-", 1, 2, true),
            ("\0", 1, 1, false),
        ] {
            assert!(
                serde_json::from_str::<serde_json::Value>(text).is_err(),
                "{text}"
            );
            let mistake = Value::read(text).expect_err(text);
            let place = (mistake.line, mistake.column, mistake.is_end);
            assert_eq!(place, (line, column, is_end), "{text}: {}", mistake.what);
        }
        for text in [
            r#""\ud800""#,
            r#""\ud800\u0041""#,
            r#""\udc00""#,
            "1e309",
            "1e99999999999999999999",
            &depth(129),
        ] {
            assert!(Value::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn whole_numbers_are_exact_and_the_last_name_counts() {
        let value =
            Value::read(r#"{"a": 1, "b": -9223372036854775808, "a": 18446744073709551615}"#)
                .expect("JSON");
        let number = |name| value.get(name).expect("a field");
        assert_eq!(number("a").as_u64(), Some(u64::MAX));
        assert_eq!(number("a").as_i64(), None);
        assert_eq!(number("b").as_i64(), Some(i64::MIN));
        assert_eq!(number("b").as_u64(), None);
        for text in ["1.0", "1e2", "\"1\""] {
            assert_eq!(Value::read(text).expect("JSON").as_u64(), None);
        }
    }
}
