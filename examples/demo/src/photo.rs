//! The citizen attaches a photo, and the line breaks twice on its way.

use std::path::{Path, PathBuf};

use siaga::{FileState, IncidentView, Siaga};
use siaga_centre::media::FileState as AtCentre;
use siaga_citizen::words;
use siaga_vault::Digest;

use crate::fault::Fault;
use crate::gate::OpenGate;
use crate::stage::Stage;
use crate::teller::Teller;
use crate::watch::Watch;

/// How often the line breaks.
const CUTS: u64 = 2;
/// The size of the photo of our own, for when none is given: as a cheap phone takes it.
const OWN_BYTES: usize = 900_000;

/// What is known of the photo in the end.
pub(crate) struct Photo {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// All that went towards the centre and back meanwhile, beside the photo's own bytes.
    pub(crate) bytes_beside: u64,
    pub(crate) is_confirmed: bool,
}

/// Attaches the photo, and waits until the centre has signed for it.
pub(crate) fn attach(
    stage: &Stage,
    siaga: &Siaga,
    watch: &Watch<'_>,
    gate: &OpenGate,
    sos: &IncidentView,
    given: Option<&Path>,
    teller: &mut Teller,
) -> Result<Photo, Fault> {
    teller.chapter("5. The citizen attaches a photo; the line breaks twice");
    let path = given.map_or_else(|| own(stage), |given| Ok(given.to_owned()))?;
    let content = std::fs::read(&path).map_err(Fault::system("reading the photo"))?;
    let (bytes, sha256) = (content.len() as u64, Digest::of(&content));
    gate.cut(CUTS, bytes / 3);
    let before = gate.bytes();
    let file = siaga.attach_file(sos.id, &path)?;
    let is_complete_before = siaga.snapshot().incident(sos.id).is_some_and(|view| view.complete);
    teller.tell(&format!("{bytes} bytes, SHA-256 {sha256}"));
    let ours = std::fs::read(stage.citizen_folder().join("media").join(sha256.to_string()));
    teller.promise(
        "a copy of the same bytes is on the disk when `attach` returns (F67)",
        ours.is_ok_and(|ours| ours == content),
    );
    let id = sos.id.to_string();
    let seen = watch.until("the centre's signature for the photo", &id, |view| {
        view.files.iter().any(|known| known.id == file && matches!(known.state, FileState::Confirmed { .. }))
    })?;
    for known in seen.files.iter().filter(|known| known.id == file) {
        teller.tell(&format!("the screen says: {}", words::file(known)));
    }
    let incidents = stage.centre.incidents()?;
    let at_centre = incidents.iter().find(|incident| incident.incident == id);
    let known = at_centre.and_then(|incident| incident.files.iter().find(|known| known.sha256 == Some(sha256)));
    let is_confirmed =
        known.is_some_and(|known| known.is_announced && matches!(known.state, AtCentre::Confirmed { .. }));
    teller.promise("the line broke twice, and the upload went on", gate.cuts_left() == 0);
    teller.promise("the centre has computed the same SHA-256, and has signed for it (INV-3)", is_confirmed);
    let complete = seen.complete && at_centre.is_some_and(|incident| incident.complete);
    teller.promise("now, and not before, both call the incident complete (F36)", complete && !is_complete_before);
    let bytes_beside = gate.bytes().saturating_sub(before).saturating_sub(bytes);
    teller.tell(&format!(
        "{bytes_beside} bytes went over the line beside the photo's own: TLS, heads, texts, and what was sent again"
    ));
    Ok(Photo { bytes, sha256: sha256.to_string(), bytes_beside, is_confirmed })
}

/// A photo of our own making, as far as its first bytes say so.
fn own(stage: &Stage) -> Result<PathBuf, Fault> {
    let path = stage.folder().join("photo.jpg");
    let mut photo = vec![0xFF, 0xD8, 0xFF, 0xE0];
    let mut state = 1_u32;
    photo.extend((0..OWN_BYTES).map(|_| {
        // Any noise does (Numerical Recipes, 7.1): it only has to be no pattern that something could shorten.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    }));
    std::fs::write(&path, photo).map_err(Fault::system("writing a photo"))?;
    Ok(path)
}
