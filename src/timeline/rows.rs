//! The rows of the charts: what each shows, and where it stands. Canvas and page both place by these numbers.

/// A row of the charts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// Iterator age of each shard, under the rim.
    Age,
    /// Records in and processed.
    Flow,
    /// Good records expired.
    Expired,
    /// Invocations; left out where there is little room.
    Calls,
    /// Errors and Throttles.
    Failures,
}

impl Row {
    /// Its name beside the charts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Age => "iterator age",
            Self::Flow => "orders",
            Self::Expired => "expired",
            Self::Calls => "invocations",
            Self::Failures => "Errors",
        }
    }

    /// The term of the glossary that says what it is.
    pub fn term(self) -> &'static str {
        match self {
            Self::Age => "iterator-age",
            Self::Flow => "order",
            Self::Expired => "expired",
            Self::Calls => "invocation",
            Self::Failures => "metric-errors",
        }
    }

    /// How much of the height it gets, compared with the others.
    fn weight(self) -> f64 {
        match self {
            Self::Age => 42.0,
            Self::Flow => 30.0,
            Self::Expired => 26.0,
            Self::Calls => 17.0,
            Self::Failures => 19.0,
        }
    }
}

/// Where a row stands, in CSS pixels from the top of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// The row.
    pub row: Row,
    /// Its upper edge: the top of its scale.
    pub top: f64,
    /// From there down to its base line.
    pub height: f64,
}

impl Band {
    /// Its base line.
    pub fn base(&self) -> f64 {
        self.top + self.height
    }

    /// Its middle, where its name stands.
    pub fn middle(&self) -> f64 {
        self.top + self.height / 2.0
    }

    /// Where a share of its scale stands; what is above the scale stands at its top.
    pub fn y(&self, share: f64) -> f64 {
        self.base() - share.clamp(0.0, 1.0) * self.height
    }
}

/// What the clock takes under the rows, in CSS pixels.
pub const FOOT: f64 = 20.0;
/// What stays free above them.
const HEAD: f64 = 7.0;
/// Canvases at least so high show every row.
pub const ALL_FROM: f64 = 185.0;

const EVERY: [Row; 5] = [Row::Age, Row::Flow, Row::Expired, Row::Calls, Row::Failures];
const FEW: [Row; 4] = [Row::Age, Row::Flow, Row::Expired, Row::Failures];

/// The rows of a canvas so many CSS pixels high, from the top.
pub fn bands(height: f64) -> Vec<Band> {
    let (rows, gap): (&[Row], f64) = if ALL_FROM <= height {
        (&EVERY, 11.0)
    } else {
        (&FEW, 7.0)
    };
    let gaps = gap * (rows.len() - 1) as f64;
    let room = (height - HEAD - FOOT - gaps).max(0.0);
    let all: f64 = rows.iter().map(|row| row.weight()).sum();
    let mut top = HEAD;
    let band = |&row: &Row| {
        let height = room * row.weight() / all;
        let band = Band { row, top, height };
        top += height + gap;
        band
    };
    rows.iter().map(band).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::glossary;

    #[test]
    fn rows_follow_one_another_and_leave_room_for_the_clock() {
        for height in [104.0, 130.0, 184.0, 185.0, 190.0, 220.0] {
            let bands = bands(height);
            assert!(HEAD <= bands[0].top, "{height}");
            for pair in bands.windows(2) {
                assert!(pair[0].base() < pair[1].top, "{height}: {pair:?}");
            }
            let last = bands[bands.len() - 1];
            assert!((last.base() - (height - FOOT)).abs() < 1e-9, "{height}");
            assert!(bands.iter().all(|band| 9.0 <= band.height), "{height}");
        }
    }

    #[test]
    fn every_row_is_in_the_glossary() {
        for row in EVERY {
            assert!(glossary::find(row.term()).is_some(), "{row:?}");
        }
    }

    #[test]
    fn a_low_chart_leaves_invocations_out() {
        let has_calls = |height| bands(height).iter().any(|band| band.row == Row::Calls);
        assert!(!has_calls(130.0));
        assert!(has_calls(190.0));
    }

    #[test]
    fn a_canvas_without_height_has_rows_without_height() {
        assert!(bands(0.0).iter().all(|band| band.height == 0.0));
    }

    #[test]
    fn values_stand_within_their_row() {
        let band = bands(190.0)[0];
        for (value, expected) in [(0.0, band.base()), (1.0, band.top), (7.0, band.top)] {
            assert!((band.y(value) - expected).abs() < 1e-9, "{value}");
        }
    }
}
