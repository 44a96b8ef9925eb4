//! Event patterns judge as AWS documents (E51, E52). Sources of the rows: UG is the `EventBridge` user guide, "Comparison
//! operators for use in event patterns" and the pages beside it; LDG the Lambda developer guide, "Control which events
//! Lambda sends to your function"; ER the README and source of aws/event-ruler, the matcher that AWS publishes.

#![cfg(not(target_arch = "wasm32"))]

use overflowing_sink::scenario::pattern::{Language, Pattern, Refusal};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

#[path = "support/program.rs"]
mod program;

use program::program;

const MATCH: &str = "match";
const NO: &str = "no-match";
const INVALID: &str = "invalid-pattern";

fn verdict(pattern: &str, event: &str) -> &'static str {
    match Pattern::read(pattern, Language::EventBridge) {
        Err(_) => INVALID,
        Ok(pattern) if pattern.matches_text(event) => MATCH,
        Ok(_) => NO,
    }
}

#[track_caller]
fn check(rows: &[(&str, &str, &str)]) {
    for (pattern, event, expected) in rows {
        assert_eq!(verdict(pattern, event), *expected, "{pattern} on {event}");
    }
}

#[test]
fn values_match_exactly() {
    check(&[
        // UG "Event patterns": every field named must match, others do not count.
        (r#"{"a":["x"]}"#, r#"{"a":"x","b":1}"#, MATCH),
        (r#"{"a":["x"],"b":[2]}"#, r#"{"a":"x","b":1}"#, NO),
        (r#"{"a":["x"]}"#, r#"{"b":"x"}"#, NO),
        // UG: a list matches if one of its values does.
        (r#"{"a":["x","y"]}"#, r#"{"a":"y"}"#, MATCH),
        // UG: character by character, no folding of case in values or names.
        (r#"{"a":["x"]}"#, r#"{"a":"X"}"#, NO),
        (r#"{"a":["x"]}"#, r#"{"A":"x"}"#, NO),
        (r#"{"a":["é"]}"#, r#"{"a":"\u00e9"}"#, MATCH),
        (r#"{"a":["\ud83d\ude00"]}"#, r#"{"a":"😀"}"#, MATCH),
        // UG "Null values and empty strings": null, "" and a missing field are three things.
        (r#"{"a":[null]}"#, r#"{"a":null}"#, MATCH),
        (r#"{"a":[null]}"#, r#"{"a":""}"#, NO),
        (r#"{"a":[null]}"#, "{}", NO),
        (r#"{"a":[null]}"#, r#"{"a":"null"}"#, NO),
        (r#"{"a":[""]}"#, r#"{"a":""}"#, MATCH),
        (r#"{"a":[""]}"#, r#"{"a":null}"#, NO),
        (r#"{"a":[""]}"#, "{}", NO),
        (r#"{"a":[true]}"#, r#"{"a":true}"#, MATCH),
        (r#"{"a":[true]}"#, r#"{"a":"true"}"#, NO),
        // ER: a number in quotes is a string.
        (r#"{"a":[1]}"#, r#"{"a":"1"}"#, NO),
        (r#"{"a":["1"]}"#, r#"{"a":1}"#, NO),
        // ER, JsonRuleCompiler: a number stands for its value and for the way it is typed.
        (r#"{"a":[1]}"#, r#"{"a":1.0}"#, MATCH),
        (r#"{"a":[300.0]}"#, r#"{"a":3.0e2}"#, MATCH),
        (r#"{"a":[0]}"#, r#"{"a":-0.0}"#, MATCH),
        (r#"{"a":[1]}"#, r#"{"a":1.0000001}"#, NO),
        // ER, ComparableNumber: what no double holds equals the same digits only.
        (
            r#"{"a":[9007199254740993]}"#,
            r#"{"a":9007199254740993}"#,
            MATCH,
        ),
        (
            r#"{"a":[9007199254740993]}"#,
            r#"{"a":9007199254740992}"#,
            NO,
        ),
        (
            r#"{"a":[9007199254740992]}"#,
            r#"{"a":9007199254740993}"#,
            NO,
        ),
        (
            r#"{"a":[9007199254740993]}"#,
            r#"{"a":9007199254740993.0}"#,
            NO,
        ),
        (
            r#"{"a":[9007199254740992]}"#,
            r#"{"a":9.007199254740992e15}"#,
            MATCH,
        ),
        (
            r#"{"a":[12345678901234567890]}"#,
            r#"{"a":12345678901234567890}"#,
            MATCH,
        ),
        // ER, CIDR: an address equals itself however it is spelled.
        (r#"{"a":["::1"]}"#, r#"{"a":"0:0:0:0:0:0:0:1"}"#, MATCH),
    ]);
}

#[test]
fn nested_objects_and_lists() {
    check(&[
        (r#"{"a":{"b":["x"]}}"#, r#"{"a":{"b":"x"}}"#, MATCH),
        (r#"{"a":{"b":["x"]}}"#, r#"{"b":"x"}"#, NO),
        (r#"{"a":{"b":["x"]}}"#, r#"{"a":"x"}"#, NO),
        (r#"{"a":["x"]}"#, r#"{"a":{"b":"x"}}"#, NO),
        // ER "Compiled rules and JSON keys with dots".
        (r#"{"a":{"b":["x"]}}"#, r#"{"a.b":"x"}"#, MATCH),
        (r#"{"a.b":["x"]}"#, r#"{"a":{"b":"x"}}"#, MATCH),
        // UG "Arrays in event patterns": a value in common is enough.
        (r#"{"a":["x","z"]}"#, r#"{"a":["y","z"]}"#, MATCH),
        (r#"{"a":["x"]}"#, r#"{"a":["y","z"]}"#, NO),
        (r#"{"a":["x"]}"#, r#"{"a":[["y"],["x"]]}"#, MATCH),
        (r#"{"a":["x"]}"#, r#"{"a":[]}"#, NO),
        // ER "JSON array matching": the arrays are crushed out, but one element must have it all.
        (
            r#"{"l":{"f":["Anna"]}}"#,
            r#"{"l":[{"f":"John"},{"f":"Anna"}]}"#,
            MATCH,
        ),
        (
            r#"{"l":{"f":["Anna"]}}"#,
            r#"{"l":[[{"f":"John"}],[{"f":"Anna"}]]}"#,
            MATCH,
        ),
        (
            r#"{"l":{"f":["Anna"],"g":["Smith"]}}"#,
            r#"{"l":[{"f":"John","g":"Doe"},{"f":"Anna","g":"Smith"}]}"#,
            MATCH,
        ),
        (
            r#"{"l":{"f":["Anna"],"g":["Jones"]}}"#,
            r#"{"l":[{"f":"Anna","g":"Smith"},{"f":"Peter","g":"Jones"}]}"#,
            NO,
        ),
        // ER: elements of two arrays have nothing to do with each other.
        (
            r#"{"l":{"f":["Anna"]},"m":{"g":["Jones"]}}"#,
            r#"{"l":[{"f":"Anna"}],"m":[{"g":"Smith"},{"g":"Jones"}]}"#,
            MATCH,
        ),
        // ER, NameState: absent from the element that matched, not from all.
        (
            r#"{"l":{"f":["Anna"],"g":[{"exists":false}]}}"#,
            r#"{"l":[{"f":"Anna"},{"f":"Peter","g":"Jones"}]}"#,
            MATCH,
        ),
        (
            r#"{"l":{"f":["Anna"],"g":[{"exists":false}]}}"#,
            r#"{"l":[{"f":"Anna","g":"Smith"},{"f":"Peter"}]}"#,
            NO,
        ),
        // ER, Event: both of two fields with one name are there.
        (r#"{"a":["x"]}"#, r#"{"a":"x","a":"y"}"#, MATCH),
        (r#"{"a":["y"]}"#, r#"{"a":"x","a":"y"}"#, MATCH),
    ]);
}

#[test]
fn texts_compare() {
    check(&[
        // UG "Prefix matching", "Suffix matching", "Equals-ignore-case matching": strings only.
        (
            r#"{"a":[{"prefix":"2017-10"}]}"#,
            r#"{"a":"2017-10-02"}"#,
            MATCH,
        ),
        (r#"{"a":[{"prefix":"10"}]}"#, r#"{"a":"2017-10-02"}"#, NO),
        (r#"{"a":[{"prefix":"1"}]}"#, r#"{"a":10}"#, NO),
        (r#"{"a":[{"prefix":""}]}"#, r#"{"a":"any"}"#, MATCH),
        (r#"{"a":[{"prefix":""}]}"#, r#"{"a":1}"#, NO),
        (r#"{"a":[{"suffix":".png"}]}"#, r#"{"a":"b.png"}"#, MATCH),
        (r#"{"a":[{"suffix":".png"}]}"#, r#"{"a":"b.PNG"}"#, NO),
        (
            r#"{"a":[{"equals-ignore-case":"alice"}]}"#,
            r#"{"a":"ALICE"}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"equals-ignore-case":"alice"}]}"#,
            r#"{"a":"ALICES"}"#,
            NO,
        ),
        (
            r#"{"a":[{"equals-ignore-case":"ÉÜЖΩ"}]}"#,
            r#"{"a":"éüжω"}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"equals-ignore-case":"ԱԲԳ"}]}"#,
            r#"{"a":"աբդ"}"#,
            NO,
        ),
        (
            r#"{"a":[{"equals-ignore-case":"ԱԲԳ"}]}"#,
            r#"{"a":"աբգ"}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"prefix":{"equals-ignore-case":"EventB"}}]}"#,
            r#"{"a":"eventbridge"}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"suffix":{"equals-ignore-case":"tBridge"}}]}"#,
            r#"{"a":"EVENTBRIDGE"}"#,
            MATCH,
        ),
    ]);
}

#[test]
fn numbers_compare() {
    check(&[
        // UG "Numeric matching".
        (
            r#"{"a":[{"numeric":["=",3.018e2]}]}"#,
            r#"{"a":301.8}"#,
            MATCH,
        ),
        (r#"{"a":[{"numeric":[">",0,"<=",5]}]}"#, r#"{"a":5}"#, MATCH),
        (r#"{"a":[{"numeric":[">",0,"<=",5]}]}"#, r#"{"a":0}"#, NO),
        (
            r#"{"a":[{"numeric":[">",0,"<=",5]}]}"#,
            r#"{"a":5.000001}"#,
            NO,
        ),
        (r#"{"a":[{"numeric":["<",10]}]}"#, r#"{"a":-3}"#, MATCH),
        (r#"{"a":[{"numeric":["<",-10]}]}"#, r#"{"a":-9}"#, NO),
        (r#"{"a":[{"numeric":[">=",-10]}]}"#, r#"{"a":-10}"#, MATCH),
        (r#"{"a":[{"numeric":[">",0]}]}"#, r#"{"a":"5"}"#, NO),
        (r#"{"a":[{"numeric":[">",0]}]}"#, r#"{"a":null}"#, NO),
        (r#"{"a":[{"numeric":[">",0]}]}"#, r#"{"a":[-1,7]}"#, MATCH),
        (
            r#"{"a":[{"numeric":["=",0.1]}]}"#,
            r#"{"a":0.10000000}"#,
            MATCH,
        ),
        // ER "Numeric matching": the range and precision of a double; the five thousand million of older guides are gone.
        (
            r#"{"a":[{"numeric":[">",5.0e9]}]}"#,
            r#"{"a":5000000001}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"numeric":["<=",-5.0e9]}]}"#,
            r#"{"a":-5000000000}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"numeric":["=",0.30000000000000004]}]}"#,
            r#"{"a":0.30000000000000004}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"numeric":["=",0.3]}]}"#,
            r#"{"a":0.30000000000000004}"#,
            NO,
        ),
        (
            r#"{"a":[{"numeric":[">",0]}]}"#,
            r#"{"a":12345678901234567890}"#,
            NO,
        ),
    ]);
}

#[test]
fn fields_are_excluded_and_absent() {
    check(&[
        // UG "Anything-but matching": any value but those, and there must be one.
        (r#"{"a":[{"anything-but":"x"}]}"#, r#"{"a":"y"}"#, MATCH),
        (r#"{"a":[{"anything-but":"x"}]}"#, r#"{"a":"x"}"#, NO),
        (r#"{"a":[{"anything-but":"x"}]}"#, "{}", NO),
        (r#"{"a":[{"anything-but":"x"}]}"#, r#"{"a":null}"#, MATCH),
        (r#"{"a":[{"anything-but":"x"}]}"#, r#"{"a":7}"#, MATCH),
        (r#"{"a":[{"anything-but":["x","y"]}]}"#, r#"{"a":"y"}"#, NO),
        (r#"{"a":[{"anything-but":[100,200]}]}"#, r#"{"a":2e2}"#, NO),
        (
            r#"{"a":[{"anything-but":[100,200]}]}"#,
            r#"{"a":"200"}"#,
            MATCH,
        ),
        // One value that differs is enough in an array.
        (
            r#"{"a":[{"anything-but":"x"}]}"#,
            r#"{"a":["x","y"]}"#,
            MATCH,
        ),
        (r#"{"a":[{"anything-but":"x"}]}"#, r#"{"a":["x"]}"#, NO),
        (
            r#"{"a":[{"anything-but":{"prefix":"init"}}]}"#,
            r#"{"a":"initial"}"#,
            NO,
        ),
        (
            r#"{"a":[{"anything-but":{"suffix":["1","2"]}}]}"#,
            r#"{"a":"b3"}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"anything-but":{"equals-ignore-case":["Stopped"]}}]}"#,
            r#"{"a":"stopped"}"#,
            NO,
        ),
        (
            r#"{"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}"#,
            r#"{"a":"/usr/lib/x"}"#,
            NO,
        ),
        // UG "Exists matching": leaves only.
        (r#"{"a":[{"exists":true}]}"#, r#"{"a":null}"#, MATCH),
        (r#"{"a":[{"exists":true}]}"#, "{}", NO),
        (r#"{"a":[{"exists":true}]}"#, r#"{"a":{"b":1}}"#, NO),
        (r#"{"a":[{"exists":true}]}"#, r#"{"a":[]}"#, NO),
        (r#"{"a":[{"exists":false}]}"#, r#"{"a":{"b":1}}"#, MATCH),
        (r#"{"a":[{"exists":false}]}"#, "{}", MATCH),
        (r#"{"a":[{"exists":false}]}"#, r#"{"a":null}"#, NO),
        (r#"{"a":{"b":[{"exists":false}]}}"#, r#"{"b":1}"#, MATCH),
        (r#"{"a":{"b":[{"exists":false}]}}"#, r#"{"a":{"b":1}}"#, NO),
        (r#"{"a":[{"exists":false},"x"]}"#, r#"{"a":"x"}"#, MATCH),
        (r#"{"a":[{"exists":false},"x"]}"#, "{}", MATCH),
        (r#"{"a":[{"exists":false},"x"]}"#, r#"{"a":"y"}"#, NO),
        // UG "Wildcards" and "IP address matching".
        (
            r#"{"a":[{"wildcard":"dir/*.png"}]}"#,
            r#"{"a":"dir/x/y.png"}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"wildcard":"dir/*.png"}]}"#,
            r#"{"a":"dir/x/y.jpg"}"#,
            NO,
        ),
        (r#"{"a":[{"wildcard":"a\\*b"}]}"#, r#"{"a":"a*b"}"#, MATCH),
        (
            r#"{"a":[{"cidr":"10.0.0.0/24"}]}"#,
            r#"{"a":"10.0.0.255"}"#,
            MATCH,
        ),
        (
            r#"{"a":[{"cidr":"10.0.0.0/24"}]}"#,
            r#"{"a":"10.0.1.0"}"#,
            NO,
        ),
    ]);
}

#[test]
fn or_of_several_fields() {
    check(&[
        // UG "Complex example with $or matching".
        (r#"{"$or":[{"a":[1]},{"b":[2]}]}"#, r#"{"b":2}"#, MATCH),
        (r#"{"$or":[{"a":[1]},{"b":[2]}]}"#, r#"{"a":2,"b":1}"#, NO),
        (
            r#"{"s":["x"],"$or":[{"a":[1]},{"b":[2]}]}"#,
            r#"{"b":2}"#,
            NO,
        ),
        (
            r#"{"d":{"$or":[{"a":[{"numeric":["<",10]}]},{"b":[{"prefix":"q"}]}]}}"#,
            r#"{"d":{"b":"quux"}}"#,
            MATCH,
        ),
        (
            r#"{"$or":[{"a":[1],"$or":[{"c":[1]},{"d":[1]}]},{"b":[2]}]}"#,
            r#"{"a":1,"d":1}"#,
            MATCH,
        ),
        (
            r#"{"$or":[{"a":[1],"$or":[{"c":[1]},{"d":[1]}]},{"b":[2]}]}"#,
            r#"{"a":1}"#,
            NO,
        ),
        (
            r#"{"$or":[{"a":[1]},{"b":[2]}],"d":{"$or":[{"e":[3]},{"f":[4]}]}}"#,
            r#"{"a":1,"d":{"f":4}}"#,
            MATCH,
        ),
        // ER: fewer than two, something else than objects, or names it keeps for itself.
        (r#"{"$or":[{"a":[1]}]}"#, "{}", INVALID),
        (r#"{"$or":[{"a":[1]},2]}"#, "{}", INVALID),
        (r#"{"$or":{"a":[1]}}"#, "{}", INVALID),
        (r#"{"$or":[{"numeric":[1]},{"a":[1]}]}"#, "{}", INVALID),
    ]);
    // UG: over 1,000 combinations of rules are refused.
    let or = |n: usize| {
        let fields: Vec<String> = (0..n)
            .map(|i| format!(r#""f{i}":{{"$or":[{{"a":[1]}},{{"b":[1]}}]}}"#))
            .collect();
        format!("{{{}}}", fields.join(","))
    };
    assert_eq!(verdict(&or(9), "{}"), NO, "512 combinations");
    assert_eq!(verdict(&or(10), "{}"), INVALID, "1,024 combinations");
}

#[test]
fn an_event_that_is_not_json_does_not_match() {
    for event in [
        "",
        "hello",
        "{",
        "{\"a\":1",
        "[]",
        "1",
        "\"a\"",
        "{\"a\":1} x",
        "{'a':1}",
        "\u{feff}{\"a\":1}",
    ] {
        check(&[
            (r#"{"a":[1]}"#, event, NO),
            (r#"{"b":[{"exists":false}]}"#, event, NO),
        ]);
    }
}

/// Where and why a pattern is refused: line, character, and a part of the sentence.
#[track_caller]
fn refused(pattern: &str, language: Language, line: usize, column: usize, what: &str) {
    let refusal = Pattern::read(pattern, language).expect_err(pattern);
    let Refusal {
        what: said,
        line: l,
        column: c,
    } = &refusal;
    assert_eq!((*l, *c), (line, column), "{pattern}: {said}");
    assert!(said.contains(what), "{pattern}: {said}");
}

#[test]
fn a_refusal_says_where_and_why() {
    let bus = Language::EventBridge;
    // ER, JsonRuleCompiler, throughout.
    for (pattern, line, column, what) in [
        ("", 1, 1, "ends too early"),
        ("hello", 1, 1, "not JSON"),
        (r#"{"a":[1]"#, 1, 9, "ends too early"),
        (r#"{"a":[1]} {}"#, 1, 11, "nothing more"),
        ("[1]", 1, 1, "an object"),
        ("{}", 1, 1, "empty object"),
        (r#"{"a":{}}"#, 1, 6, "empty object"),
        (r#"{"a":"x"}"#, 1, 6, "\"a\" must be a list or an object"),
        (r#"{"a":1}"#, 1, 6, "must be a list"),
        ("{\"a\":\n  []}", 2, 3, "empty list"),
        (r#"{"a":[["x"]]}"#, 1, 7, "list in a list"),
        (r#"{"a":[{}]}"#, 1, 7, "operator is expected"),
        (
            r#"{"é":["x"],"b":{"c":["y",{"starts":"x"}]}}"#,
            1,
            27,
            "no operator \"starts\"",
        ),
        (r#"{"a":[{"Prefix":"x"}]}"#, 1, 8, "no operator"),
        (r#"{"a":[{"prefix":1}]}"#, 1, 17, "string"),
        (r#"{"a":[{"prefix":["x"]}]}"#, 1, 17, "string"),
        (
            r#"{"a":[{"prefix":"x","suffix":"y"}]}"#,
            1,
            21,
            "One operator",
        ),
        (
            r#"{"a":[{"prefix":{"suffix":"x"}}]}"#,
            1,
            18,
            "equals-ignore-case",
        ),
        (r#"{"a":[{"exists":"true"}]}"#, 1, 17, "true or false"),
        (r#"{"a":[{"numeric":5}]}"#, 1, 18, "must be a list"),
        (r#"{"a":[{"numeric":[]}]}"#, 1, 18, "comparison"),
        (r#"{"a":[{"numeric":["=="]}]}"#, 1, 18, "comparison"),
        (r#"{"a":[{"numeric":[">"]}]}"#, 1, 18, "number is expected"),
        (
            r#"{"a":[{"numeric":[">","0"]}]}"#,
            1,
            23,
            "number is expected",
        ),
        (
            r#"{"a":[{"numeric":["<",5,">",0]}]}"#,
            1,
            25,
            "Nothing more",
        ),
        (r#"{"a":[{"numeric":[">",5,"<",5]}]}"#, 1, 29, "above"),
        (r#"{"a":[{"numeric":[">",0,">",5]}]}"#, 1, 25, "< or <="),
        (
            r#"{"a":[{"numeric":["=",9007199254740993]}]}"#,
            1,
            23,
            "too many digits",
        ),
        (
            r#"{"a":[{"anything-but":null}]}"#,
            1,
            23,
            "strings, or numbers",
        ),
        (r#"{"a":[{"anything-but":["x",1]}]}"#, 1, 28, "not both"),
        (r#"{"a":[{"anything-but":[]}]}"#, 1, 23, "empty list"),
        (
            r#"{"a":[{"anything-but":{"prefix":""}}]}"#,
            1,
            33,
            "not be empty",
        ),
        (
            r#"{"a":[{"anything-but":{"exists":true}}]}"#,
            1,
            24,
            "cannot stand",
        ),
        (r#"{"a":[{"wildcard":"a**b"}]}"#, 1, 19, "in a row"),
        (r#"{"a":[{"wildcard":"a\\b"}]}"#, 1, 19, "backslash"),
        (r#"{"a":[{"cidr":"10.0.0.0"}]}"#, 1, 15, "slash"),
        (r#"{"a":[{"cidr":"10.0.0.0/32"}]}"#, 1, 15, "fewer bits"),
    ] {
        refused(pattern, bus, line, column, what);
        assert_eq!(verdict(pattern, "{}"), INVALID);
    }
}

#[test]
fn lambda_lists_fewer_operators() {
    // LDG "Filter rule syntax": the table of comparison operators for event filtering.
    for pattern in [
        r#"{"data":{"a":["x",1,null,""]}}"#,
        r#"{"data":{"a":[{"anything-but":["x"]},{"numeric":["=",1]},{"numeric":[">",1,"<",2]}]}}"#,
        r#"{"data":{"a":[{"exists":true},{"prefix":"x"},{"suffix":"x"},{"equals-ignore-case":"x"}]}}"#,
        r#"{"data":{"$or":[{"a":[1]},{"b":[2]}]}}"#,
    ] {
        assert!(
            Pattern::read(pattern, Language::Lambda).is_ok(),
            "{pattern}"
        );
    }
    for (pattern, column) in [
        (r#"{"a":[{"wildcard":"*"}]}"#, 8),
        (r#"{"a":[{"cidr":"10.0.0.0/8"}]}"#, 8),
        (r#"{"a":[{"anything-but":{"prefix":"x"}}]}"#, 8),
        (r#"{"a":[{"prefix":{"equals-ignore-case":"x"}}]}"#, 8),
    ] {
        assert!(
            Pattern::read(pattern, Language::EventBridge).is_ok(),
            "{pattern}"
        );
        refused(pattern, Language::Lambda, 1, column, "does not list");
    }
}

/// Random events and patterns over few names and values, so that many match.
struct Maker(Xoshiro256PlusPlus);

impl Maker {
    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.0.random_range(0..of.len())].clone()
    }

    fn scalar(&mut self) -> Value {
        self.one(&[
            json!("x"),
            json!("xy"),
            json!("X"),
            json!(""),
            json!(null),
            json!(1),
            json!(1.5),
            json!(-7),
            json!(true),
        ])
    }

    fn event(&mut self, depth: usize) -> Value {
        match self.0.random_range(0..10) {
            0..4 if depth < 3 => {
                let fields = (0..self.0.random_range(0..4))
                    .map(|_| (self.one(&["a", "b", "c"]).to_owned(), self.event(depth + 1)));
                Value::Object(fields.collect())
            }
            4..6 if depth < 3 => (0..self.0.random_range(0..3))
                .map(|_| self.event(depth + 1))
                .collect(),
            _ => self.scalar(),
        }
    }

    fn object(&mut self) -> Value {
        let fields = ["a", "b", "c"].map(|name| (name.to_owned(), self.event(1)));
        Value::Object(fields.into_iter().collect())
    }

    fn test(&mut self) -> Value {
        let expression = self.one(&[
            json!({"prefix": "x"}),
            json!({"suffix": "y"}),
            json!({"equals-ignore-case": "x"}),
            json!({"anything-but": ["x", "xy"]}),
            json!({"anything-but": 1}),
            json!({"numeric": [">", -8, "<=", 1]}),
            json!({"exists": true}),
            json!({"exists": false}),
        ]);
        let scalar = self.scalar();
        self.one(&[expression, scalar])
    }

    fn pattern(&mut self, depth: usize) -> Value {
        let mut fields = serde_json::Map::new();
        for _ in 0..self.0.random_range(1..3) {
            let name = self.one(&["a", "b", "c"]).to_owned();
            let value = if depth < 2 && self.0.random_bool(0.3) {
                self.pattern(depth + 1)
            } else {
                (0..self.0.random_range(1..3))
                    .map(|_| self.test())
                    .collect()
            };
            fields.insert(name, value);
        }
        Value::Object(fields)
    }
}

fn matches(pattern: &Value, event: &Value) -> bool {
    let verdict = verdict(&pattern.to_string(), &event.to_string());
    assert_ne!(verdict, INVALID, "{pattern}");
    verdict == MATCH
}

fn backwards(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().rev();
            Value::Object(
                fields
                    .map(|(name, value)| (name.clone(), backwards(value)))
                    .collect(),
            )
        }
        Value::Array(items) => items.iter().map(backwards).collect(),
        other => other.clone(),
    }
}

#[test]
fn laws_of_patterns() {
    let mut maker = Maker(Xoshiro256PlusPlus::seed_from_u64(1));
    let mut counts = [0; 2];
    for _ in 0..20_000 {
        let (one, other, event) = (maker.pattern(0), maker.pattern(0), maker.object());
        let (by_one, by_other) = (matches(&one, &event), matches(&other, &event));
        let say = || format!("{one} and {other} on {event}");
        // Either of two patterns.
        assert_eq!(
            matches(&json!({"$or": [one, other]}), &event),
            by_one || by_other,
            "{}",
            say()
        );
        // The order of fields does not matter, nor do blanks, nor a field that is not read.
        assert_eq!(
            matches(&backwards(&one), &backwards(&event)),
            by_one,
            "{}",
            say()
        );
        let spread = verdict(&format!("{one:#}"), &format!("{event:#}")) == MATCH;
        assert_eq!(spread, by_one, "{}", say());
        let mut more = event.clone();
        more["unread"] = json!({"a": [1, {"b": "x"}]});
        assert_eq!(matches(&one, &more), by_one, "{}", say());
        // A field may be any of its list.
        let (this, that) = (maker.test(), maker.test());
        let field = |tests: &[&Value]| matches(&json!({"a": tests}), &event);
        assert_eq!(
            field(&[&this, &that]),
            field(&[&this]) || field(&[&that]),
            "{this} {that} on {event}"
        );
        // A field is there or it is not.
        let exists = |is: bool| field(&[&json!({"exists": is})]);
        assert_ne!(exists(true), exists(false), "{event}");
        counts[usize::from(by_one)] += 1;
    }
    assert!(counts.iter().all(|&count| count > 2_000), "{counts:?}");
}

#[test]
fn a_hostile_event_takes_no_time() {
    // 40 arrays of 60 objects: 60⁴⁰ ways to choose, all of which look good until the last field.
    let names: Vec<String> = (0..40).map(|n| format!("n{n:02}")).collect();
    let list: Vec<Value> = (0..60).map(|n| json!({"k": n % 2, "l": n % 2})).collect();
    let event: Value = names
        .iter()
        .map(|name| (name.clone(), json!(list)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let mut pattern: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| (name.clone(), json!({"k": [1], "l": [1]})))
        .collect();
    assert!(matches(&json!(pattern), &event));
    pattern["n39"] = json!({"k": [1], "l": [0]});
    assert!(!matches(&json!(pattern), &event));
    let deep = "[".repeat(100_000);
    check(&[
        (&format!("{{\"a\":{deep}"), "{}", INVALID),
        (r#"{"a":[1]}"#, &format!("{{\"a\":{deep}"), NO),
    ]);
    let stars = "*a".repeat(2_000);
    let text = "a".repeat(20_000);
    check(&[(
        &format!(r#"{{"a":[{{"wildcard":"{stars}b"}}]}}"#),
        &format!(r#"{{"a":"{text}"}}"#),
        NO,
    )]);
}

/// What the command line answers: exit code, standard output, standard error.
fn answer(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let output = program(arguments, input);
    let text = |bytes| String::from_utf8(bytes).expect("it is UTF-8");
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn patterns_are_tried_on_events() {
    let lines = r#"{"pattern_text":"{\"a\":[1]}","event_text":"{\"a\":1}"}
{"event_text":"{","pattern_text":"{\"a\":[1]}"}

{"pattern_text":"{\"a\":1}","event_text":"{}"}"#;
    for (arguments, input, code, out, said) in [
        (
            &["match", r#"{"a":[1]}"#, r#"{"a":1.0}"#][..],
            "",
            0,
            "match\n",
            "",
        ),
        (
            &["match", r#"{"a":[1]}"#, r#"{"a":2}"#],
            "",
            0,
            "no-match\n",
            "",
        ),
        (
            &["match", r#"{"a":[1]}"#, "not JSON"],
            "",
            0,
            "no-match\n",
            "",
        ),
        (
            &["match", "{\"a\":\n1}", "{}"],
            "",
            0,
            "invalid-pattern\n",
            "Line 2, character 1: \"a\" must be a list or an object.",
        ),
        (
            &["match", "--jsonl"],
            lines,
            0,
            "match\nno-match\ninvalid-pattern\n",
            "",
        ),
        (&["match", "--jsonl"], "", 0, "", ""),
        (&["match"], "", 2, "", "a pattern and an event"),
        (&["match", "{}"], "", 2, "", "a pattern and an event"),
        (&["match", "{}", "{}", "{}"], "", 2, "", "not expected"),
        (
            &["match", "--jsonl", "{}"],
            "",
            2,
            "",
            "standard input only",
        ),
        (
            &["match", "--jsonl"],
            "{}",
            2,
            "",
            "Line 1 of the input lacks",
        ),
        (
            &["match", "--jsonl"],
            "\nhello",
            2,
            "",
            "Line 2 of the input is not JSON",
        ),
    ] {
        let (exit, stdout, stderr) = answer(arguments, input);
        assert_eq!((exit, stdout.as_str()), (Some(code), out), "{arguments:?}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
        assert_eq!(
            stderr.is_empty(),
            said.is_empty(),
            "{arguments:?}: {stderr}"
        );
    }
}
