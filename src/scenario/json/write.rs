//! Writing JSON, in one line or a line for each part.

use super::{Map, Value};

impl Value {
    pub(super) fn print(&self, out: &mut String, depth: Option<usize>) {
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
