//! Opens the core for a command.

use std::sync::Arc;

use siaga::{Config, Ports, Siaga};

use crate::cli::Place;
use crate::fault::Fault;
use crate::track::{Playing, Track};

/// The core, and the recording that plays beside it.
pub(crate) struct Shell {
    pub(crate) siaga: Arc<Siaga>,
    /// Ends with the shell.
    _playing: Option<Playing>,
}

impl Shell {
    /// Reads the configuration and the recording, and opens the core.
    pub(crate) fn open(place: &Place) -> Result<Self, Fault> {
        let config = config(place)?;
        let track = place.track.as_deref().map(Track::read).transpose()?;
        let opened = Siaga::open(place.folder.as_path(), &config, Ports::system()?);
        let siaga = Arc::new(opened.map_err(|error| about_config(place, error))?);
        let playing = track.map(|track| track.play(&siaga, place.track_speed)).transpose()?;
        Ok(Self { siaga, _playing: playing })
    }
}

/// Reads the configuration.
pub(crate) fn config(place: &Place) -> Result<Config, Fault> {
    let file = place.config.as_deref().ok_or(Fault::NoConfig)?;
    let text = std::fs::read_to_string(file)
        .map_err(|error| Fault::ConfigFile { file: file.to_owned(), why: error.to_string() })?;
    Config::from_json(&text).map_err(|error| about_config(place, error))
}

/// Says in which file a setting is wrong.
fn about_config(place: &Place, error: siaga::Error) -> Fault {
    if let (siaga::Error::Config { why }, Some(file)) = (&error, &place.config) {
        let why = why.clone();
        return Fault::Config { file: file.to_owned(), why };
    }
    Fault::Core(error)
}
