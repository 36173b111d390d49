//! What an SOS costs on the wire: time, bytes, and silence. The real core and the real network against the reference centre, over
//! HTTP/2 and TLS on loopback, with TCP_NODELAY on both sides.

pub(crate) mod bare;
mod bytes;
mod cold;
mod durable;
mod echo;
mod idle;
pub(crate) mod phone;
mod ports;
mod proxy;
pub(crate) mod site;
mod warm;

use crate::row::{Group, Spec};

/// From the trigger to the verified receipt on a warm connection.
pub(crate) const WARM: Group = Group {
    name: "wire-warm",
    rows: &[Spec {
        name: "wire-warm-receipt",
        compares: "third press to verified receipt and second commit : commit + POST to a durable echo + commit",
        unit: "us",
        limit: 1.3,
    }],
    run: warm::run,
    children: &[],
};

/// The same from the start of a process.
pub(crate) const COLD: Group = Group {
    name: "wire-cold",
    rows: &[Spec {
        name: "wire-cold-receipt",
        compares: "process start, three presses, verified receipt : process start, open, commit, first POST",
        unit: "ms",
        limit: 1.5,
    }],
    run: cold::run,
    children: &[("wire-cold-siaga", cold::siaga), ("wire-cold-bare", cold::bare)],
};

/// Bytes on the socket.
pub(crate) const BYTES: Group = Group {
    name: "wire-bytes",
    rows: &[Spec {
        name: "wire-sos-bytes",
        compares: "an SOS with position on a warm connection, request and reply with TLS records : 1.5 KB",
        unit: "bytes",
        limit: 1.0,
    }],
    run: bytes::run,
    children: &[],
};

/// Silence.
pub(crate) const IDLE: Group = Group {
    name: "wire-idle",
    rows: &[Spec {
        name: "wire-idle-bytes",
        compares: "bytes on the warm connection in 34 s in which nothing waits, either way : one byte",
        unit: "bytes",
        limit: 0.0,
    }],
    run: idle::run,
    children: &[],
};
