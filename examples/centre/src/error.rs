//! What can go wrong at the centre.

use std::net::SocketAddr;
use std::path::PathBuf;

use siaga_vault::VaultError;

use crate::step::Mark;

/// Why the centre could not start or do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CentreError {
    /// A file or folder of the data folder cannot be used.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A key file is there and cannot be read. It is left as it is.
    #[error("{path} is not a key file of this centre; it was left as it is")]
    KeyFile {
        /// Which one.
        path: PathBuf,
    },
    /// The data folder belongs to another centre.
    #[error("the data folder belongs to the centre '{found}'")]
    OtherCentre {
        /// The id found in it.
        found: String,
    },
    /// The centre's id cannot be put into a phone's configuration.
    #[error("a centre's id has 1 to 64 of a-z, 0-9, '.' and '-'; '{0}' is none")]
    CentreId(String),
    /// The database was written by a newer version. It is left as it is.
    #[error("the database has schema {found}, this version reads up to {known}")]
    NewerDatabase {
        /// The schema found.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// The database does not keep a write-ahead log, so a stored row might not survive a power loss.
    #[error("the database would not switch to a write-ahead log")]
    NotDurable,
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The bytes of an upload cannot be written or read.
    #[error("media: {0}")]
    Media(#[from] std::io::Error),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The page has no login, so it is only ever served on the loopback interface.
    #[error("the page may only listen on a loopback address, not on {0}")]
    PageNotLoopback(SocketAddr),
    /// The certificate or its key cannot be used.
    #[error("TLS identity: {0}")]
    Tls(String),
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] VaultError),
    /// No such incident.
    #[error("no such incident")]
    NoIncident,
    /// A later step stands already.
    #[error("the step '{0}' cannot follow the steps that stand")]
    StepTooLate(Mark),
    /// A server thread could not be started.
    #[error("cannot start: {0}")]
    Thread(std::io::Error),
}
