//! What stands too close together along the timeline is bundled, so that nothing overlaps and nothing runs out of it.

/// One thing at its place, or several that are too close to stand alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bundle {
    /// The index of its first thing.
    pub first: usize,
    /// How many there are; at least one.
    pub count: usize,
    /// Its left edge, in pixels.
    pub left: f64,
    /// From there to the next one, or to the end.
    pub room: f64,
}

impl Bundle {
    /// The indices of its things.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.first..self.first + self.count
    }
}

/// Bundles things whose left edges would be at `places`, in rising order, so that each bundle has `item` pixels of its
/// own and lies within `width`.
pub fn bundle(places: &[f64], width: f64, item: f64) -> Vec<Bundle> {
    let last = (width - item).max(0.0);
    let mut bundles: Vec<Bundle> = Vec::new();
    for (index, place) in places.iter().enumerate() {
        let left = place.clamp(0.0, last);
        match bundles.last_mut() {
            Some(bundle) if left < bundle.left + item => bundle.count += 1,
            before => {
                if let Some(before) = before {
                    before.room = left - before.left;
                }
                bundles.push(Bundle {
                    first: index,
                    count: 1,
                    left,
                    room: width - left,
                });
            }
        }
    }
    bundles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expects bundles as (first, count, left).
    fn check(places: &[f64], width: f64, expected: &[(usize, usize, f64)]) {
        let bundles = bundle(places, width, 40.0);
        let found: Vec<_> = bundles.iter().map(|b| (b.first, b.count, b.left)).collect();
        assert_eq!(found, expected, "{places:?} in {width}");
    }

    #[test]
    fn what_has_room_stands_alone() {
        check(&[], 300.0, &[]);
        check(&[0.0], 300.0, &[(0, 1, 0.0)]);
        check(
            &[10.0, 50.0, 200.0],
            300.0,
            &[(0, 1, 10.0), (1, 1, 50.0), (2, 1, 200.0)],
        );
    }

    #[test]
    fn what_is_too_close_is_one_bundle() {
        check(
            &[10.0, 11.0, 49.9, 50.0],
            300.0,
            &[(0, 3, 10.0), (3, 1, 50.0)],
        );
        check(&[5.0; 12], 300.0, &[(0, 12, 5.0)]);
    }

    #[test]
    fn what_is_at_the_end_stays_inside() {
        check(&[299.0], 300.0, &[(0, 1, 260.0)]);
        check(&[225.0, 299.0, 300.0], 300.0, &[(0, 3, 225.0)]);
        check(
            &[200.0, 299.0, 300.0],
            300.0,
            &[(0, 1, 200.0), (1, 2, 260.0)],
        );
        check(&[3.0, 9.0], 20.0, &[(0, 2, 0.0)]);
    }

    #[test]
    fn two_hundred_a_minute_apart_stay_inside_at_every_width() {
        for (width, minutes) in [
            (300.0, 2_880.0),
            (700.0, 2_880.0),
            (1_300.0, 2_880.0),
            (300.0, 200.0),
        ] {
            let places: Vec<f64> = (0..200).map(|i| f64::from(i) * width / minutes).collect();
            let bundles = bundle(&places, width, 40.0);
            assert_eq!(bundles.iter().map(|b| b.count).sum::<usize>(), 200);
            for (bundle, next) in bundles.iter().zip(bundles.iter().skip(1)) {
                assert!(bundle.left + 40.0 <= next.left);
                assert_eq!(bundle.range().end, next.first);
                assert!((bundle.left + bundle.room - next.left).abs() < 1e-9);
            }
            assert!(
                bundles
                    .iter()
                    .all(|b| 0.0 <= b.left && b.left + 40.0 <= width)
            );
        }
    }
}
