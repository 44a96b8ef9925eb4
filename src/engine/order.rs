//! Putting lists in order. The standard sort comes to several kilobytes for each type it sorts; this one sorts indices
//! whatever the list holds, so that the page carries it once.

use std::cmp::Ordering;

/// The indices of a list of `length`, ascending by `compare`; equals keep their order.
pub fn order_by(length: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_unstable_by(|&a, &b| compare(a, b).then(a.cmp(&b)));
    order
}

/// The indices of a list, ascending by `key`; equals keep their order.
pub fn order_by_key<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K) -> Vec<usize> {
    order_by(list.len(), &|a, b| key(&list[a]).cmp(&key(&list[b])))
}

/// A list in ascending order by `key`; equals keep their order.
pub fn sorted_by_key<T, K: Ord>(list: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let order = order_by_key(&list, key);
    let mut list: Vec<Option<T>> = list.into_iter().map(Some).collect();
    let each = order.into_iter().filter_map(|index| list[index].take());
    each.collect()
}

/// A list in ascending order.
pub fn sorted<T: Ord>(list: Vec<T>) -> Vec<T> {
    let order = order_by(list.len(), &|a, b| list[a].cmp(&list[b]));
    let mut list: Vec<Option<T>> = list.into_iter().map(Some).collect();
    let each = order.into_iter().filter_map(|index| list[index].take());
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_keep_their_order() {
        let list = vec![(3, 'a'), (1, 'b'), (3, 'c'), (2, 'd'), (1, 'e')];
        let by_number = vec![(1, 'b'), (1, 'e'), (2, 'd'), (3, 'a'), (3, 'c')];
        assert_eq!(order_by_key(&list, |&(n, _)| n), [1, 4, 3, 0, 2]);
        assert_eq!(sorted_by_key(list.clone(), |&(n, _)| n), by_number);
        assert_eq!(sorted(list), by_number);
        assert!(sorted(Vec::<u8>::new()).is_empty());
    }
}
