//! Who hears what is published, until they leave.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use yew::Callback;

type List<T> = RefCell<Vec<(u64, Callback<T>)>>;

/// Callbacks, told in the order they came.
pub(super) struct Subscribers<T> {
    list: Rc<List<T>>,
    next: Rc<Cell<u64>>,
}

impl<T> Default for Subscribers<T> {
    fn default() -> Self {
        Self {
            list: Rc::default(),
            next: Rc::default(),
        }
    }
}

impl<T> Clone for Subscribers<T> {
    fn clone(&self) -> Self {
        Self {
            list: self.list.clone(),
            next: self.next.clone(),
        }
    }
}

impl<T: Clone> Subscribers<T> {
    /// Adds one, who leaves when the subscription is dropped.
    pub(super) fn add(&self, callback: Callback<T>) -> Subscription<T> {
        let id = self.next.get();
        self.next.set(id + 1);
        self.list.borrow_mut().push((id, callback));
        Subscription {
            list: Rc::downgrade(&self.list),
            id,
        }
    }

    /// Tells all of them. They may come and go meanwhile.
    pub(super) fn tell(&self, value: &T) {
        let list = self.list.borrow().clone();
        for (_, callback) in list {
            callback.emit(value.clone());
        }
    }
}

/// Kept by whom wants to go on hearing.
pub struct Subscription<T> {
    list: Weak<List<T>>,
    id: u64,
}

impl<T> Drop for Subscription<T> {
    fn drop(&mut self) {
        if let Some(list) = self.list.upgrade() {
            list.borrow_mut().retain(|(id, _)| *id != self.id);
        }
    }
}
