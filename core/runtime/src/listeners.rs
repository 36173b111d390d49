//! Listeners: told after a commit, on a thread that holds no lock of ours.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::ports::Listener;

/// All listeners, by the number of their subscription.
#[derive(Default)]
pub(crate) struct Listeners(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    next: u64,
    by_number: BTreeMap<u64, Arc<dyn Listener>>,
}

/// Keeps a listener called; dropping it ends that.
#[must_use = "the listener is only called while its subscription is kept"]
pub struct Subscription {
    number: u64,
    table: Weak<Mutex<Table>>,
}

impl Listeners {
    pub(crate) fn add(&self, listener: Arc<dyn Listener>) -> Subscription {
        let mut table = lock(&self.0);
        let number = table.next;
        table.next = number.wrapping_add(1);
        let _ = table.by_number.insert(number, listener);
        Subscription { number, table: Arc::downgrade(&self.0) }
    }

    pub(crate) fn tell(&self, revision: u64) {
        let listeners: Vec<Arc<dyn Listener>> = lock(&self.0).by_number.values().cloned().collect();
        for listener in listeners {
            listener.changed(revision);
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(table) = self.table.upgrade() {
            let _ = lock(&table).by_number.remove(&self.number);
        }
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    // A map is whole between two calls, whatever the thread that panicked was doing.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}
