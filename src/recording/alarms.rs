//! Alarms: when somebody would have been paged, and when the alarm turned itself OK again (M5, M7, M11). A fold over the
//! minutes of all shards together; nothing of a run depends on it.
//!
//! An alarm is evaluated at the end of each minute and goes off when `n` of the last `2n − 1` minutes are over its
//! threshold, so that a minute in which the stuck batch happens not to be tried does not switch it off and on again.
//! While the function is not invoked there is no `IteratorAge` (M6), and its alarm counts the minute like the last.

use crate::engine::config::{Alarms, Config, Role};
use crate::engine::mark::{Alarm, Mark, MarkKind};
use crate::engine::minute::Minute;
use crate::engine::time::SimTime;

const MINUTE_US: u64 = 60_000_000;
/// `IteratorAge` is over its threshold in two of three minutes.
const AGE_MINUTES: usize = 2;

/// One minute of all shards together, as far as alarms are concerned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// The oldest iterator age at the end of the minute, in ms, if the function was invoked. Simplified: CloudWatch's
    /// maximum is that of the last record of a batch, which differs by less than a minute.
    pub age_ms: Option<u32>,
    /// Invocations failed.
    pub errors: u32,
    /// Entries refused by a write limit.
    pub refused: u32,
    /// Good records expired.
    pub expired: u32,
}

impl Watched {
    /// Adds a shard's minute.
    pub(super) fn add(&mut self, minute: &Minute) {
        if minute.invocations > 0 {
            self.age_ms = self.age_ms.max(Some(minute.iterator_age_ms));
        }
        self.errors += minute.errors;
        self.refused += minute.write_throttled;
        self.expired += minute.expired;
    }
}

/// All pages and their ends, alarm by alarm: each function has alarms of its own.
pub(super) fn marks(minutes: &[Watched], config: &Config) -> Vec<Mark> {
    let Alarms {
        iterator_age_permille,
        error_minutes,
        failed_entries,
    } = config.alarms;
    let mut marks = Vec::new();
    if iterator_age_permille > 0 {
        let over = ages(minutes, config);
        turns(
            (Alarm::IteratorAge, config.role),
            &over,
            AGE_MINUTES,
            &mut marks,
        );
    }
    let n = error_minutes as usize;
    if n > 0 {
        let over: Vec<bool> = minutes.iter().map(|minute| minute.errors > 0).collect();
        turns((Alarm::Errors, config.role), &over, n, &mut marks);
    }
    // The producer's own metric has nothing to do with a second mapping.
    if failed_entries && config.role == Role::First {
        let over: Vec<bool> = minutes.iter().map(|minute| minute.refused > 0).collect();
        turns(
            (Alarm::FailedEntries, config.role),
            &over,
            n.max(1),
            &mut marks,
        );
    }
    marks
}

/// Whether each minute's `IteratorAge` is over the threshold; without data as before.
fn ages(minutes: &[Watched], config: &Config) -> Vec<bool> {
    let mut is_over = false;
    let mut over = Vec::with_capacity(minutes.len());
    for (index, minute) in minutes.iter().enumerate() {
        if let Some(age) = minute.age_ms {
            let end = SimTime((index as u64 + 1) * MINUTE_US);
            let retention_ms = config.consuming_at(end).retention.0 / 1_000;
            let permille = u64::from(config.alarms.iterator_age_permille);
            is_over = u64::from(age) > retention_ms * permille / 1_000;
        }
        over.push(is_over);
    }
    over
}

/// Turns an alarm on when `n` of the last `2n − 1` minutes are over, and off when fewer are.
fn turns((alarm, role): (Alarm, Role), over: &[bool], n: usize, marks: &mut Vec<Mark>) {
    let (mut on, mut count) = (false, 0);
    for (index, &is_over) in over.iter().enumerate() {
        count += usize::from(is_over);
        if let Some(leaves) = index.checked_sub(2 * n - 1) {
            count -= usize::from(over[leaves]);
        }
        if (count >= n) != on {
            on = !on;
            marks.push(Mark {
                at: SimTime((index as u64 + 1) * MINUTE_US),
                shard: None,
                kind: if on {
                    MarkKind::Paged(alarm)
                } else {
                    MarkKind::BackToOk(alarm)
                },
                role,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::scenario::configure::configure;

    /// Minutes that count, as `#`, and quiet ones; when the alarm turns on and off, in minutes.
    #[track_caller]
    fn check(n: usize, minutes: &str, expected: &[(u64, bool)]) {
        let over: Vec<bool> = minutes.chars().map(|each| each == '#').collect();
        let mut marks = Vec::new();
        turns((Alarm::Errors, Role::First), &over, n, &mut marks);
        let found: Vec<(u64, bool)> = marks
            .iter()
            .map(|mark| {
                (
                    mark.at.0 / MINUTE_US,
                    mark.kind == MarkKind::Paged(Alarm::Errors),
                )
            })
            .collect();
        assert_eq!(found, expected, "{n} of {minutes}");
    }

    #[test]
    fn some_of_the_last_minutes_must_count() {
        check(1, "..#..", &[(3, true), (4, false)]);
        check(1, "..##.", &[(3, true), (5, false)]);
        check(2, "..#..", &[]);
        // 2 of 3.
        check(2, ".#.#..", &[(4, true), (5, false)]);
        check(3, "##...", &[]);
        // 3 of 5: a minute without a retry changes nothing.
        check(3, "###.######", &[(3, true)]);
        check(3, "#####.....", &[(3, true), (8, false)]);
    }

    #[test]
    fn the_age_is_held_against_retention_and_kept_when_idle() {
        let hour = |hours: u32| Some(hours * 3_600_000);
        let minutes = [
            hour(1),
            hour(12),
            hour(13),
            None,
            None,
            hour(14),
            hour(2),
            hour(3),
            None,
        ];
        let minutes = minutes.map(|age_ms| Watched {
            age_ms,
            ..Watched::default()
        });
        let config = configure(&Scenario::default()).0;
        let marks: Vec<(u64, MarkKind)> = marks(&minutes, &config)
            .iter()
            .map(|mark| (mark.at.0 / MINUTE_US, mark.kind))
            .collect();
        // 50 % of 24 h.
        let age = Alarm::IteratorAge;
        assert_eq!(
            marks,
            [(4, MarkKind::Paged(age)), (8, MarkKind::BackToOk(age))]
        );
    }
}
