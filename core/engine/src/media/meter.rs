//! What a metered network carries of files: all of an SOS, what is small, and what the citizen lets go.

use crate::incident::Incident;
use crate::media::FileNote;

/// Whether a file is for unmetered networks, above so many bytes. Nothing of an emergency is spared (INV-5); a drill is none.
pub(crate) fn needs_unmetered(incident: &Incident, file: &FileNote, most_bytes: u64) -> bool {
    !incident.is_sos() && !file.any_network && file.copy.is_some_and(|copy| copy.bytes > most_bytes)
}
