//! The history of a scenario: what was changed, by name, and how to take it back.

use crate::scenario::Scenario;

/// How many changes are remembered.
pub const LIMIT: usize = 200;

/// A change that can be taken back or made again.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    /// The scenario on the other side of the change.
    other: Scenario,
}

/// Changes made, and changes taken back.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Entry>,
    undone: Vec<Entry>,
    /// The newest entry is a drag that still goes on.
    open: bool,
}

impl History {
    /// Remembers a change from `before`. While a drag goes on, its changes are one entry under the newest name.
    pub fn record(&mut self, before: Scenario, name: String, dragging: bool) {
        self.undone.clear();
        if let (true, true, Some(entry)) = (dragging, self.open, self.done.last_mut()) {
            entry.name = name;
            return;
        }
        if self.done.len() == LIMIT {
            self.done.remove(0);
        }
        self.done.push(Entry {
            name,
            other: before,
        });
        self.open = dragging;
    }

    /// Ends a drag; one that changed nothing in the end is forgotten.
    pub fn close(&mut self, now: &Scenario) {
        if self.open && self.done.last().is_some_and(|entry| entry.other == *now) {
            self.done.pop();
        }
        self.open = false;
    }

    /// The scenario before the last change; `now` is kept to make it again.
    pub fn undo(&mut self, now: &Scenario) -> Option<Scenario> {
        self.open = false;
        swap(&mut self.done, &mut self.undone, now)
    }

    /// The scenario after the change taken back last; `now` is kept to take it back again.
    pub fn redo(&mut self, now: &Scenario) -> Option<Scenario> {
        self.open = false;
        swap(&mut self.undone, &mut self.done, now)
    }

    /// Names the change that undo would take back.
    pub fn undo_name(&self) -> Option<&str> {
        self.done.last().map(|entry| entry.name.as_str())
    }

    /// Names the change that redo would make again.
    pub fn redo_name(&self) -> Option<&str> {
        self.undone.last().map(|entry| entry.name.as_str())
    }
}

fn swap(from: &mut Vec<Entry>, to: &mut Vec<Entry>, now: &Scenario) -> Option<Scenario> {
    let entry = from.pop()?;
    to.push(Entry {
        name: entry.name,
        other: now.clone(),
    });
    Some(entry.other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::knobs::Knob;

    fn retries(value: i64) -> Scenario {
        let mut scenario = Scenario::default();
        scenario.settings.set(Knob::MaximumRetryAttempts, value);
        scenario
    }

    #[test]
    fn a_change_goes_back_and_forth() {
        let mut history = History::default();
        history.record(retries(1), "two".to_owned(), false);
        assert_eq!(history.undo_name(), Some("two"));
        assert_eq!(history.undo(&retries(2)), Some(retries(1)));
        assert_eq!(
            (history.undo_name(), history.redo_name()),
            (None, Some("two"))
        );
        assert_eq!(history.redo(&retries(1)), Some(retries(2)));
        assert_eq!(history.undo_name(), Some("two"));
        assert_eq!(history.redo(&retries(2)), None);
    }

    #[test]
    fn a_new_change_ends_what_was_taken_back() {
        let mut history = History::default();
        history.record(retries(1), "two".to_owned(), false);
        history.undo(&retries(2));
        history.record(retries(1), "three".to_owned(), false);
        assert_eq!(
            (history.undo_name(), history.redo_name()),
            (Some("three"), None)
        );
    }

    #[test]
    fn a_drag_is_one_entry() {
        let mut history = History::default();
        history.record(retries(1), "before".to_owned(), false);
        for value in 2..9 {
            history.record(retries(value), format!("to {}", value + 1), true);
        }
        history.close(&retries(9));
        assert_eq!(history.undo_name(), Some("to 9"));
        assert_eq!(history.undo(&retries(9)), Some(retries(2)));
        assert_eq!(history.undo_name(), Some("before"));
    }

    #[test]
    fn a_drag_back_to_where_it_began_is_no_change() {
        let mut history = History::default();
        history.record(retries(1), "to 2".to_owned(), true);
        history.record(retries(2), "to 1".to_owned(), true);
        history.close(&retries(1));
        assert_eq!(history.undo_name(), None);
    }

    #[test]
    fn two_drags_are_two_entries() {
        let mut history = History::default();
        history.record(retries(1), "first".to_owned(), true);
        history.close(&retries(2));
        history.record(retries(2), "second".to_owned(), true);
        history.close(&retries(3));
        assert_eq!(history.undo(&retries(3)), Some(retries(2)));
        assert_eq!(history.undo_name(), Some("first"));
    }

    #[test]
    fn the_oldest_changes_are_forgotten() {
        let mut history = History::default();
        for value in 0..=LIMIT as i64 {
            history.record(retries(value), value.to_string(), false);
        }
        let mut undone = 0;
        let mut now = retries(-1);
        while let Some(before) = history.undo(&now) {
            now = before;
            undone += 1;
        }
        assert_eq!((undone, now), (LIMIT, retries(1)));
    }
}
