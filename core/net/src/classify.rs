//! From an error of the HTTP stack to a [`Failure`]. Texts of errors are never read: they change, and may hold addresses.

use std::error::Error;
use std::io;

use siaga_engine::wire::Failure;

use crate::connecting::ConnectTimedOut;
use crate::part::NoCopy;
use crate::validity::{is_about_validity, is_clamp_not_needed};

/// Why one try brought no reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// To be told.
    Failure(Failure),
    /// The clamped client met a certificate that is valid at the phone's time: the ordinary client is the one to use.
    ClampNotNeeded,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Judges an error of sending or of reading the body.
pub(crate) fn fault(error: &reqwest::Error) -> Fault {
    if error.is_builder() {
        return Failure::Unavailable.into();
    }
    if find::<NoCopy>(error).is_some() {
        return Failure::NoCopy.into();
    }
    if error.is_connect() {
        return connect_fault(error);
    }
    if is_unreadable(error) { Failure::Unreadable.into() } else { Failure::Broken.into() }
}

/// Before a connection stood: nothing of the request has left the phone.
fn connect_fault(error: &reqwest::Error) -> Fault {
    if let Some(tls) = find::<rustls::Error>(error) {
        if is_clamp_not_needed(tls) {
            return Fault::ClampNotNeeded;
        }
        return if is_about_validity(tls) { Failure::TlsValidity.into() } else { Failure::Tls.into() };
    }
    if let Some(timed_out) = find::<ConnectTimedOut>(error) {
        return match timed_out {
            ConnectTimedOut::Resolving => Failure::Dns.into(),
            ConnectTimedOut::Connecting => Failure::Connect.into(),
        };
    }
    if error.is_dns() { Failure::Dns.into() } else { Failure::Connect.into() }
}

/// Whether what came was no HTTP. A TLS record that cannot be read is a broken connection, whatever its kind says.
fn is_unreadable(error: &reqwest::Error) -> bool {
    if find::<rustls::Error>(error).is_some() {
        return false;
    }
    find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse)
        // A faulty chunk of an HTTP/1.1 body has no better sign than these kinds.
        || find::<io::Error>(error)
            .is_some_and(|io| matches!(io.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData))
}

/// The first error of a type in the chain of causes.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    std::iter::successors(Some(error), |error| cause(*error)).find_map(|error| error.downcast_ref())
}

/// The next error of the chain. `source` of an I/O error leaves out the very error that it wraps.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return Some(inner);
    }
    error.source()
}
