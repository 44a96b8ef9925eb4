//! Which marks can have their words beside them without running into each other.

/// Where the words of a mark go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// To the right of its dot, in the row of this number.
    Right(usize),
    /// To the left of its dot.
    Left(usize),
    /// No room: the dot alone.
    Hidden,
}

/// One mark to place: its dot and how wide its words are, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Label {
    /// The dot.
    pub x: f64,
    /// The words.
    pub width: f64,
    /// Smaller is more important.
    pub rank: u32,
}

const GAP: f64 = 10.0;
/// Half of a dot, in pixels.
const DOT: f64 = 6.0;

/// Places labels on `rows` rows of `width` pixels; the most important choose first. Dots without words stand in the first
/// row, so that no words there run over another dot.
pub fn place(labels: &[Label], width: f64, rows: usize) -> Vec<Place> {
    let mut taken: Vec<Vec<(f64, f64)>> = vec![Vec::new(); rows];
    let mut places = vec![Place::Hidden; labels.len()];
    let mut by_rank: Vec<usize> = (0..labels.len()).collect();
    by_rank.sort_by_key(|&i| labels[i].rank);
    for i in by_rank {
        let label = labels[i];
        let right = (label.x - GAP, label.x + label.width);
        let left = (label.x - label.width, label.x + GAP);
        let is_free = |span: (f64, f64)| {
            let mut others = labels.iter().enumerate().filter(|&(j, _)| j != i);
            others.all(|(_, other)| other.x + DOT <= span.0 || span.1 <= other.x - DOT)
        };
        'search: for (row, spans) in taken.iter_mut().enumerate() {
            for (span, place) in [(right, Place::Right(row)), (left, Place::Left(row))] {
                let inside = 0.0 <= span.0 + GAP && span.1 <= width;
                if inside
                    && (row > 0 || is_free(span))
                    && spans
                        .iter()
                        .all(|other| span.1 <= other.0 || other.1 <= span.0)
                {
                    spans.push(span);
                    places[i] = place;
                    break 'search;
                }
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(labels: &[(f64, f64, u32)], expected: &[Place]) {
        let labels: Vec<Label> = labels
            .iter()
            .map(|&(x, width, rank)| Label { x, width, rank })
            .collect();
        assert_eq!(place(&labels, 500.0, 2), expected);
    }

    #[test]
    fn words_never_overlap_and_never_leave_the_chart() {
        check(&[(0.0, 100.0, 0)], &[Place::Right(0)]);
        check(&[(490.0, 100.0, 0)], &[Place::Left(0)]);
        check(
            &[(150.0, 100.0, 2), (174.0, 100.0, 0), (198.0, 140.0, 1)],
            &[Place::Left(0), Place::Right(1), Place::Right(0)],
        );
        check(
            &[(150.0, 300.0, 2), (174.0, 100.0, 0), (198.0, 140.0, 1)],
            &[Place::Hidden, Place::Right(1), Place::Right(0)],
        );
    }

    #[test]
    fn words_of_the_first_row_never_run_over_another_dot() {
        let between = [(100.0, 300.0, 0), (250.0, 300.0, 1)];
        check(&between, &[Place::Right(1), Place::Hidden]);
    }
}
