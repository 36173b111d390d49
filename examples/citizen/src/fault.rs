//! What can go wrong in the shell itself, and what to do about it.

use std::path::PathBuf;

use thiserror::Error;

use crate::exit::Exit;
use crate::replay::TraceFault;
use crate::track::TrackFault;

/// Why a command could not be carried out.
#[derive(Debug, Error)]
pub enum Fault {
    /// Nobody said which centre.
    #[error(
        "no configuration: name the JSON file that your agency gives out by --config FILE or by SIAGA_CONFIG \
         (`citizen --help` shows what stands in it)"
    )]
    NoConfig,
    /// The configuration file cannot be read.
    #[error("the configuration {file} cannot be read ({why}): check the path given by --config or SIAGA_CONFIG")]
    ConfigFile {
        /// Which file.
        file: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The configuration says something that cannot be used.
    #[error("the configuration {file} cannot be used: {why}")]
    Config {
        /// Which file.
        file: PathBuf,
        /// What, where, and what would do.
        why: String,
    },
    /// The recording cannot be played.
    #[error(transparent)]
    Track(#[from] TrackFault),
    /// The trace cannot be replayed.
    #[error(transparent)]
    Trace(#[from] TraceFault),
    /// The export cannot be read, so nothing of it is judged.
    #[error("the export {file} cannot be verified: {}{why}", .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
    Export {
        /// Which file.
        file: PathBuf,
        /// Where in it.
        line: Option<usize>,
        /// What is wrong there.
        why: String,
    },
    /// The core declined or could not work.
    #[error(transparent)]
    Core(#[from] siaga::Error),
    /// The terminal, a pipe or a folder of the system failed.
    #[error("{what}: {why}")]
    System {
        /// What was tried, and what to do instead.
        what: &'static str,
        /// The system's words.
        why: String,
    },
}

impl Fault {
    /// A failure of the system, in words.
    pub(crate) fn system(what: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |error| Self::System { what, why: error.to_string() }
    }

    /// One word for scripts.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::NoConfig | Self::ConfigFile { .. } | Self::Config { .. } => "configuration",
            Self::Track(_) => "track",
            Self::Trace(_) => "trace",
            Self::Export { .. } => "export",
            Self::System { .. } => "system",
            Self::Core(error) => kind_of(error),
        }
    }

    /// How the program ends with it.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::NoConfig
            | Self::ConfigFile { .. }
            | Self::Config { .. }
            | Self::Track(_)
            | Self::Trace(_)
            | Self::Export { .. }
            | Self::System { .. } => Exit::File,
            Self::Core(error) => exit_of(error),
        }
    }
}

// `siaga::Error` may grow: a later kind is a failure that a script cannot do anything special about.

const fn kind_of(error: &siaga::Error) -> &'static str {
    match error {
        siaga::Error::Config { .. } => "configuration",
        siaga::Error::Network { .. } => "network",
        siaga::Error::Store { .. } => "store",
        siaga::Error::SosIsOpen { .. } => "sos_is_open",
        siaga::Error::NothingOpen => "nothing_open",
        siaga::Error::Report { .. } => "report",
        siaga::Error::Attach { .. } => "attach",
        siaga::Error::Closed => "closed",
        siaga::Error::Platform { .. } | _ => "platform",
    }
}

const fn exit_of(error: &siaga::Error) -> Exit {
    match error {
        siaga::Error::SosIsOpen { .. }
        | siaga::Error::NothingOpen
        | siaga::Error::Report { .. }
        | siaga::Error::Attach { .. } => Exit::Declined,
        siaga::Error::Store { .. } => Exit::NotDurable,
        siaga::Error::Config { .. }
        | siaga::Error::Network { .. }
        | siaga::Error::Platform { .. }
        | siaga::Error::Closed
        | _ => Exit::File,
    }
}
