//! Files beside an incident: photos, video, sound. Their bytes stay in the store.

mod kind;
mod taken;

pub use kind::MediaType;
pub use taken::{Stated, StatedPosition, Taken};
