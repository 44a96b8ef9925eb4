//! A list that may become very long: it grows without being copied, and is cut back.

/// Items of a page.
const PAGE: usize = 4_096;

/// A list in pages, all but the last full.
#[derive(Clone, Debug)]
pub(super) struct Pages<T> {
    pages: Vec<Vec<T>>,
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

impl<T> Pages<T> {
    /// Appends an item.
    pub(super) fn push(&mut self, item: T) {
        match self.pages.last_mut() {
            Some(page) if page.len() < PAGE => page.push(item),
            _ => self.pages.push(vec![item]),
        }
    }

    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        let last = self.pages.last().map_or(0, Vec::len);
        self.pages.len().saturating_sub(1) * PAGE + last
    }

    /// The items from one on, in order.
    pub(super) fn from(&self, first: usize) -> impl Iterator<Item = &T> {
        let pages = self.pages.iter().skip(first / PAGE);
        pages.flatten().skip(first % PAGE)
    }

    /// Keeps the first items.
    pub(super) fn truncate(&mut self, len: usize) {
        self.pages.truncate(len.div_ceil(PAGE));
        if self.len() > len
            && let Some(page) = self.pages.last_mut()
        {
            page.truncate((len - 1) % PAGE + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_list() {
        for (pushed, kept) in [
            (0, 0),
            (1, 0),
            (5, 3),
            (PAGE, PAGE),
            (PAGE + 1, PAGE),
            (PAGE + 1, PAGE + 1),
            (3 * PAGE, 2 * PAGE - 1),
            (3 * PAGE + 7, 9_999),
        ] {
            let mut pages = Pages::default();
            (0..pushed).for_each(|item| pages.push(item));
            assert_eq!(pages.len(), pushed);
            pages.truncate(kept);
            pages.push(usize::MAX);
            assert_eq!(pages.len(), kept + 1, "{pushed} {kept}");
            for first in [0, kept / 2, kept, kept + 1] {
                let expected = (first..kept).chain((first <= kept).then_some(usize::MAX));
                assert!(
                    pages.from(first).copied().eq(expected),
                    "{pushed} {kept} {first}"
                );
            }
        }
    }
}
