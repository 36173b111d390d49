//! A subscription, kept by the shell.

use std::sync::{Mutex, PoisonError};

use siaga::Error;

use crate::guard::guarded;

/// Keeps a listener called. Cancelling it, or letting go of it, ends that.
#[derive(uniffi::Object)]
pub struct Subscription(Mutex<Option<siaga::Subscription>>);

impl Subscription {
    pub(crate) const fn new(subscription: siaga::Subscription) -> Self {
        Self(Mutex::new(Some(subscription)))
    }
}

#[uniffi::export]
impl Subscription {
    /// The listener is not called any more, but for a call that is under way. Once is enough; again does nothing.
    ///
    /// # Errors
    /// None that a shell could do something about.
    pub fn cancel(&self) -> Result<(), Error> {
        guarded("Subscription.cancel", || {
            drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
            Ok(())
        })
    }
}
