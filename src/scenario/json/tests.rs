//! JSON is read and written as `serde_json` does.

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
    let value = Value::read(r#"{"a": 1, "b": -9223372036854775808, "a": 18446744073709551615}"#)
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
