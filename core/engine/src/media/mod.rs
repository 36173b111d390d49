//! Files beside an incident: photos, video, sound. Their bytes stay in the store.

mod attach;
mod file;
mod kind;
mod meter;
mod pace;
mod preview;
mod taken;
mod upload;
mod view;

pub use attach::{AttachFault, Attachment};
pub(crate) use attach::{MOST_FILES, MOST_FILES_IN_ALL, MOST_HELD};
pub(crate) use file::{Copy, FileNote, FilePhase};
pub use kind::MediaType;
pub(crate) use meter::needs_unmetered;
pub(crate) use pace::{is_least, next_chunk, smaller};
pub use preview::{MOST_PREVIEW_BYTES, Preview};
pub use taken::{Stated, StatedPosition, Taken};
pub(crate) use upload::{Ask, Place, Upload};
pub use view::{FileState, FileView, UploadView};
