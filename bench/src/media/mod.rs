//! What files cost: the real core and the real network against the reference centre, over TLS on loopback. Several groups, so
//! that each can be measured alone; `--only media` is all of them.

mod curl;
mod cuts;
mod cutting;
mod foreign;
mod intake;
mod link;
mod memory;
mod original;
mod phone;
mod ports;
mod room;
mod sos;
mod speed;
mod tus_js;

use crate::row::{Group, Spec};

/// From the first request of an upload to its verified receipt.
pub(crate) const SPEED: Group = Group {
    name: "media-speed",
    rows: &[
        Spec {
            name: "upload-curl",
            compares: "200 MB from the first request to the verified receipt : curl -T of the same file, one PATCH",
            unit: "ms",
            // At least 0.9 of its speed.
            limit: 1.11,
        },
        Spec {
            name: "upload-tus-js",
            compares: "200 MB from the first request to the verified receipt : tus-js-client, in parts of the same size",
            unit: "ms",
            // At least 1.8 times its speed.
            limit: 0.556,
        },
    ],
    run: speed::run,
    children: &[],
};

/// A file becomes ours.
pub(crate) const INTAKE: Group = Group {
    name: "media-intake",
    rows: &[Spec {
        name: "intake",
        compares: "attach of 200 MB, with its commits : cp, sync of the copy, sha256sum",
        unit: "ms",
        // At least 0.8 of their speed.
        limit: 1.25,
    }],
    run: intake::run,
    children: &[],
};

/// Connections that are cut.
pub(crate) const CUTS: Group = Group {
    name: "media-cuts",
    rows: &[
        Spec {
            name: "upload-cuts",
            compares: "sent again after four cuts of an upload of 200 MB : 0.2 % of the file",
            unit: "KB",
            limit: 1.0,
        },
        Spec {
            name: "upload-reread",
            compares: "read from the disk beyond the file's size, with four cuts : the largest part of that upload",
            unit: "KB",
            limit: 1.0,
        },
    ],
    run: cuts::run,
    children: &[],
};

/// Peak memory of a process that uploads.
pub(crate) const MEMORY: Group = Group {
    name: "media-memory",
    rows: &[
        Spec {
            name: "upload-memory-20mb",
            compares: "peak memory of attach and upload of 20 MB, above an idle process : 12 MB",
            unit: "MB",
            limit: 1.0,
        },
        Spec {
            name: "upload-memory-2gb",
            compares: "peak memory of attach and upload of 2 GB, above an idle process : 12 MB",
            unit: "MB",
            limit: 1.0,
        },
    ],
    run: memory::run,
    children: &[("media-weigh", memory::weigh)],
};

/// An SOS while a file is sent over a thin link.
pub(crate) const SOS: Group = Group {
    name: "media-sos",
    rows: &[Spec {
        name: "sos-beside-upload",
        compares: "third press to receipt at 256 kbit/s beside an upload of 2 GB, above that on the idle link : 1.5 s",
        unit: "ms",
        limit: 1.0,
    }],
    run: sos::run,
    children: &[],
};
