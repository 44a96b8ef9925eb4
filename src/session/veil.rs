//! The veil: whether what comes after the playhead is hidden.

use super::editing;
use super::world::World;
use crate::engine::mark::{Mark, MarkKind};
use crate::engine::time::{SimDuration, SimTime};

/// What comes after the playhead, and whether it may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Veil {
    /// All is seen; the first pill puts the veil on.
    Waiting,
    /// Hidden.
    On,
    /// All is seen, and further pills hide nothing.
    Lifted,
}

impl World {
    /// Lifts the veil when the story has been seen; without a pill there is nothing to hide.
    pub(super) fn settle_veil(&mut self) {
        if self.veil != Veil::On {
            return;
        }
        let Some((pill, _)) = editing::pills(&self.scenario).next() else {
            self.veil = Veil::Waiting;
            return;
        };
        let quiet = self.plan.quiet_from();
        if self.is_whole() && self.at() >= story_end(pill, quiet, self.recorder.marks(), self.end())
        {
            self.veil = Veil::Lifted;
        }
    }
}

/// When the story of the pills is over: an hour after the reader has caught up or the last good order has expired
/// for good; an hour after it went quiet; or at the end of the run.
fn story_end(pill: SimTime, quiet: Option<SimTime>, marks: &[Mark], end: SimTime) -> SimTime {
    let over = marks.iter().filter(|mark| {
        mark.at >= pill && matches!(mark.kind, MarkKind::CaughtUp | MarkKind::LastExpiry)
    });
    let over = over.map(|mark| mark.at).max().or(quiet);
    over.map_or(end, |at| end.min(at + SimDuration::from_hours(1)))
}

/// The marks that may be seen.
pub(super) fn visible(marks: &[Mark], at: SimTime, veiled: bool) -> &[Mark] {
    if veiled { past(marks, at) } else { marks }
}

/// The marks up to a time.
pub(super) fn past(marks: &[Mark], at: SimTime) -> &[Mark] {
    &marks[..marks.partition_point(|mark| mark.at <= at)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(hour: u64, kind: MarkKind) -> Mark {
        Mark {
            at: SimTime::from_hours(hour),
            shard: Some(1),
            kind,
            role: crate::engine::config::Role::First,
        }
    }

    /// Name, marks by the hour, when it went quiet, when it is over.
    type Row<'a> = (&'a str, &'a [(u64, MarkKind)], Option<u64>, u64);

    #[test]
    fn the_story_ends_an_hour_after_its_last_turn() {
        use MarkKind::{CaughtUp, End, FirstExpiry, LastExpiry, Released};
        let hour = SimTime::from_hours;
        let rows: &[Row] = &[
            (
                "overflow",
                &[
                    (25, Released),
                    (25, FirstExpiry),
                    (31, LastExpiry),
                    (38, CaughtUp),
                    (49, End),
                ],
                None,
                39,
            ),
            (
                "still expiring",
                &[(25, Released), (25, FirstExpiry), (49, End)],
                None,
                49,
            ),
            ("an older story", &[(0, CaughtUp), (49, End)], None, 49),
            ("cured", &[(1, MarkKind::Ticket), (49, End)], Some(1), 2),
            ("close to the end", &[(48, CaughtUp), (49, End)], None, 49),
            ("nothing yet", &[], None, 49),
        ];
        for (name, marks, quiet, expected) in rows {
            let marks: Vec<_> = marks.iter().map(|&(at, kind)| mark(at, kind)).collect();
            let found = story_end(hour(1), quiet.map(hour), &marks, hour(49));
            assert_eq!(found, hour(*expected), "{name}");
        }
    }

    #[test]
    fn the_veil_hides_what_comes() {
        let marks = [mark(1, MarkKind::PillLanded), mark(25, MarkKind::Released)];
        let rows = [
            (0, true, 0),
            (1, true, 1),
            (24, true, 1),
            (25, true, 2),
            (0, false, 2),
        ];
        for (at, veiled, expected) in rows {
            let found = visible(&marks, SimTime::from_hours(at), veiled).len();
            assert_eq!(found, expected, "{at}:00, veiled: {veiled}");
        }
    }
}
