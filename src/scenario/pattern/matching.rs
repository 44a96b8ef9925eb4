//! Whether an event has what a pattern wants.

use super::json::{Json, Part};
use super::test::{Leaf, Test};
use super::{Branch, Wanted};

/// Which element of which array something stands in: pairs of the array's number and the element's, arrays rising.
type Elements = Vec<(usize, usize)>;

/// A value without parts, and where it stands.
struct Found {
    /// Which of the wanted fields it is.
    wanted: usize,
    leaf: Leaf,
    elements: Elements,
}

/// Goes through an event once and takes what a branch wants.
struct Search<'a> {
    wanted: &'a [Wanted],
    found: Vec<Found>,
    elements: Elements,
    arrays: usize,
}

/// Ways to choose elements that are looked at side by side; an event needs several long arrays of objects to have more.
const WAYS_MAX: usize = 4_096;

impl Branch {
    pub(super) fn matches(&self, event: &Part) -> bool {
        let mut search = Search {
            wanted: &self.0,
            found: Vec::new(),
            elements: Vec::new(),
            arrays: 0,
        };
        search.part(event, &mut String::new());
        let found = search.found;
        let mut ways = vec![Elements::new()];
        for (index, wanted) in self.0.iter().enumerate() {
            ways = next(wanted, index, &found, &ways);
            if ways.is_empty() {
                return false;
            }
        }
        true
    }
}

/// The ways to choose elements that are left when one more field must match.
fn next(wanted: &Wanted, index: usize, found: &[Found], ways: &[Elements]) -> Vec<Elements> {
    let may_be_absent = wanted.tests.contains(&Test::Absent);
    let mut left: Vec<Elements> = Vec::new();
    let mut keep = |mut way: Elements| {
        // Only the arrays that fields to come stand in still matter.
        let later = |array| {
            let mut later = found.iter().filter(|found| found.wanted > index);
            later.any(|found| found.elements.iter().any(|element| element.0 == array))
        };
        way.retain(|element| later(element.0));
        if left.len() < WAYS_MAX && !left.contains(&way) {
            left.push(way);
        }
    };
    for way in ways {
        let mut is_absent = true;
        for found in found.iter().filter(|found| found.wanted == index) {
            if let Some(both) = together(way, &found.elements) {
                is_absent = false;
                if wanted.tests.iter().any(|test| found.leaf.passes(test)) {
                    keep(both);
                }
            }
        }
        if is_absent && may_be_absent {
            keep(way.clone());
        }
    }
    left
}

/// The elements of both, unless they are different ones of the same array.
fn together(one: &Elements, other: &Elements) -> Option<Elements> {
    let mut both = one.clone();
    for &(array, element) in other {
        match both.binary_search_by_key(&array, |known| known.0) {
            Ok(at) if both[at].1 != element => return None,
            Ok(_) => {}
            Err(at) => both.insert(at, (array, element)),
        }
    }
    Some(both)
}

impl Search<'_> {
    fn part(&mut self, part: &Part, path: &mut String) {
        match &part.json {
            Json::Object(fields) => {
                let length = path.len();
                for field in fields {
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(&field.name);
                    self.part(&field.value, path);
                    path.truncate(length);
                }
            }
            Json::Array(items) => {
                let array = self.arrays;
                self.arrays += 1;
                for (number, item) in items.iter().enumerate() {
                    // Values stand in no element: two of them in one list match together.
                    let has_parts = matches!(item.json, Json::Array(_) | Json::Object(_));
                    if has_parts {
                        self.elements.push((array, number));
                    }
                    self.part(item, path);
                    if has_parts {
                        self.elements.pop();
                    }
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {
                let wanted = self.wanted;
                let index = wanted.binary_search_by_key(&path.as_str(), |wanted| &wanted.path);
                if let (Ok(wanted), Some(leaf)) = (index, Leaf::new(&part.json)) {
                    self.found.push(Found {
                        wanted,
                        leaf,
                        elements: self.elements.clone(),
                    });
                }
            }
        }
    }
}
