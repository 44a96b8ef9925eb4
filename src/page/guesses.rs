//! What an import could not be told and had to leave as it was or reckon, until somebody sets it by hand.

use crate::scenario::Settings;
use crate::scenario::knobs::Knob;

/// What decides how fast records are handled, and so nearly everything that is said of a moment.
const PACE: [Knob; 4] = [
    Knob::Timeout,
    Knob::PerBatch,
    Knob::PerRecord,
    Knob::RecordsPerSecond,
];

/// The guesses of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guesses {
    /// What it took over. Once none of it holds any more the import was undone, and its guesses with it.
    taken: Vec<(Knob, i64)>,
    /// What it guessed, with the value there is.
    guessed: Vec<(Knob, i64)>,
}

impl Guesses {
    /// The guesses of an import that made `after` of `before`.
    pub fn new(before: &Settings, after: &Settings, guessed: &[Knob]) -> Self {
        let every = crate::scenario::knobs::KNOBS.iter().map(|spec| spec.knob);
        let changed = every.filter(|&knob| before.get(knob) != after.get(knob));
        let value = |knob: Knob| (knob, after.get(knob));
        Self {
            taken: changed.map(value).collect(),
            guessed: guessed.iter().copied().map(value).collect(),
        }
    }

    /// Without a knob that somebody has looked at.
    #[must_use]
    pub fn without(&self, knob: Knob) -> Self {
        let mut left = self.clone();
        left.guessed.retain(|&(guessed, _)| guessed != knob);
        left
    }

    /// Whether a knob is still as it was guessed.
    pub fn holds(&self, knob: Knob, settings: &Settings) -> bool {
        let is_still = |&(knob, value): &(Knob, i64)| settings.get(knob) == value;
        let is_undone = !self.taken.is_empty() && !self.taken.iter().any(is_still);
        let mut of_knob = self.guessed.iter().filter(|(guessed, _)| *guessed == knob);
        !is_undone && of_knob.any(is_still)
    }

    /// The guesses that decide what is said while `blame` is the setting to blame: that one, and what makes the pace.
    pub fn deciding(&self, blame: Option<Knob>, settings: &Settings) -> Vec<Knob> {
        let mut knobs: Vec<Knob> = blame.into_iter().collect();
        knobs.extend(PACE.iter().filter(|&&knob| blame != Some(knob)));
        knobs.retain(|&knob| self.holds(knob, settings));
        knobs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(sets: &[(Knob, i64)]) -> Settings {
        let mut settings = Settings::default();
        for &(knob, value) in sets {
            settings.set(knob, value);
        }
        settings
    }

    fn guesses() -> Guesses {
        let after = settings(&[(Knob::BatchSize, 500)]);
        Guesses::new(
            &Settings::default(),
            &after,
            &[Knob::Timeout, Knob::PerRecord],
        )
    }

    #[test]
    fn a_guess_holds_until_it_is_set() {
        let mut now = settings(&[(Knob::BatchSize, 500)]);
        assert!(guesses().holds(Knob::Timeout, &now));
        assert!(!guesses().holds(Knob::BatchSize, &now));
        now.set(Knob::Timeout, 7_000_000);
        assert!(!guesses().holds(Knob::Timeout, &now));
        assert!(guesses().holds(Knob::PerRecord, &now));
    }

    #[test]
    fn what_somebody_confirmed_is_no_guess() {
        let now = settings(&[(Knob::BatchSize, 500)]);
        let left = guesses().without(Knob::Timeout);
        assert!(!left.holds(Knob::Timeout, &now));
        assert!(left.holds(Knob::PerRecord, &now));
    }

    #[test]
    fn undoing_the_import_takes_its_guesses_away() {
        assert!(!guesses().holds(Knob::Timeout, &Settings::default()));
    }

    #[test]
    fn the_setting_to_blame_stands_first() {
        let now = settings(&[(Knob::BatchSize, 500)]);
        let all = guesses();
        assert_eq!(all.deciding(None, &now), [Knob::Timeout, Knob::PerRecord]);
        let blamed = all.deciding(Some(Knob::PerRecord), &now);
        assert_eq!(blamed, [Knob::PerRecord, Knob::Timeout]);
        assert_eq!(Guesses::default().deciding(Some(Knob::Timeout), &now), []);
    }
}
