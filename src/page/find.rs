//! Finding a knob by a few letters, and setting it in the same breath: `retention 7d`.

use crate::scenario::knobs::{KNOBS, Knob};
use crate::scenario::spelling::holds;

/// A knob that was looked for, and the value that followed its name, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The knob.
    pub knob: Knob,
    /// What to set it to, if anything was said.
    pub value: Option<String>,
}

/// The knobs a query may mean, the best first.
pub fn find(query: &str) -> Vec<Hit> {
    let words: Vec<String> = query
        .split([' ', '=', ':'])
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    // The longest leading run of words that names something is the name; what is left is the value.
    for named in (1..=words.len()).rev() {
        let value = (named < words.len()).then(|| words[named..].join(" "));
        let ranked = |wanted| {
            let name = &words[..named];
            KNOBS
                .iter()
                .filter(move |spec| rank(spec.knob, name) == Some(wanted))
        };
        let hits: Vec<Hit> = (0..=RANK_MAX)
            .flat_map(ranked)
            .map(|spec| Hit {
                knob: spec.knob,
                value: value.clone(),
            })
            .collect();
        if !hits.is_empty() {
            return hits;
        }
    }
    Vec::new()
}

/// The worst rank of a hit.
const RANK_MAX: u8 = 5;

/// How well the words name the knob, 0 the best; `None` if they do not.
fn rank(knob: Knob, words: &[String]) -> Option<u8> {
    let spec = knob.spec();
    let (key, label) = (
        spec.key.to_ascii_lowercase(),
        spec.label.to_ascii_lowercase(),
    );
    let group = spec.group.title().to_ascii_lowercase();
    let joined = words.concat();
    if key == joined || label == words.join(" ") {
        return Some(0);
    }
    if key.starts_with(&joined) || label.starts_with(&words.join(" ")) {
        return Some(if spec.first_view { 1 } else { 2 });
    }
    let in_name = |word: &String| holds(&key, word) || holds(&label, word);
    if words.iter().all(in_name) {
        return Some(if spec.first_view { 3 } else { 4 });
    }
    let anywhere = |word: &String| in_name(word) || holds(&group, word);
    words.iter().all(anywhere).then_some(RANK_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, knob: Knob, value: Option<&str>) {
        let hits = find(query);
        let first = hits
            .first()
            .unwrap_or_else(|| panic!("nothing for {query}"));
        assert_eq!(first.knob, knob, "{query}");
        assert_eq!(first.value.as_deref(), value, "{query}");
    }

    #[test]
    fn a_few_letters_are_enough() {
        check("retention 7d", Knob::RetentionPeriodHours, Some("7d"));
        check("batchsize=10", Knob::BatchSize, Some("10"));
        check("batch size 10", Knob::BatchSize, Some("10"));
        check("retry att", Knob::MaximumRetryAttempts, None);
        check(
            "bisect true",
            Knob::BisectBatchOnFunctionError,
            Some("true"),
        );
        check("orders 100", Knob::RecordsPerSecond, Some("100"));
        check("destination sqs", Knob::OnFailure, Some("sqs"));
    }

    #[test]
    fn nonsense_finds_nothing() {
        assert_eq!(find("xyzzy"), Vec::new());
        assert_eq!(find("   "), Vec::new());
    }
}
