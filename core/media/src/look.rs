//! What a file says of itself, wherever in it that stands.

use siaga_engine::media::{MediaType, Stated};

use crate::walk::{ReadAt, Walk};
use crate::{film, picture, webm};

/// What the file is whose first bytes said this ([`crate::sniff`]), and what it says of itself. Recorders of sound begin their files as
/// those of films do, and only what stands behind tells which it is. What cannot be read, or cannot be true, is left out.
#[must_use]
pub fn look(by_head: MediaType, read: &mut ReadAt<'_>) -> (MediaType, Stated) {
    let mut walk = Walk::new(read);
    match by_head {
        MediaType::Jpeg | MediaType::Png | MediaType::Heic | MediaType::Webp => {
            (by_head, picture::read(&mut walk, by_head))
        }
        MediaType::Mp4 => film::read(&mut walk, by_head, MediaType::M4a),
        MediaType::ThreeGp => film::read(&mut walk, by_head, MediaType::ThreeGpSound),
        // QuickTime has no media type of its own for sound.
        MediaType::QuickTime | MediaType::M4a | MediaType::ThreeGpSound => film::read(&mut walk, by_head, by_head),
        MediaType::WebM | MediaType::WebMSound => webm::read(&mut walk),
        MediaType::Aac | MediaType::Amr | MediaType::Ogg | MediaType::Wav => (by_head, Stated::default()),
    }
}
