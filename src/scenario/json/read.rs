//! Reading JSON: what it says, or the place of the first mistake.

use super::{Map, Mistake, Value};

/// Lists and objects may be nested so deep.
const DEPTH_MAX: usize = 128;
/// Numbers above 10 to the power of this are nothing anybody means.
const EXPONENT_MAX: usize = 308;

/// Reads from a place onwards; where it fails, the place is the mistake's.
pub(super) struct Reader<'a> {
    text: &'a [u8],
    pub(super) at: usize,
    depth: usize,
}

/// What is read, or what was expected.
pub(super) type Read<T> = Result<T, &'static str>;

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        let text = text.as_bytes();
        Self { text, at, depth: 0 }
    }

    pub(super) fn mistake(&self, what: &'static str) -> Mistake {
        let (line, column) = self.place();
        Mistake {
            what,
            line,
            column,
            is_end: self.at >= self.text.len(),
        }
    }

    pub(super) fn whole(&mut self) -> Read<Value> {
        let value = self.value()?;
        self.mark();
        if self.at < self.text.len() {
            return Err("nothing more is expected");
        }
        Ok(value)
    }

    /// Goes to the beginning of a part.
    pub(super) fn go(&mut self, inwards: &[usize], at_name: bool) -> Read<()> {
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
    pub(super) fn place(&self) -> (usize, usize) {
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

    pub(super) fn value(&mut self) -> Read<Value> {
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
