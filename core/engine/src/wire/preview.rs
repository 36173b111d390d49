//! The body that carries a small picture (`docs/PROTOCOL.md`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::ids::FileId;
use crate::media::Preview;
use crate::wire::ClockNote;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct PreviewBody {
    file: FileId,
    r#type: &'static str,
    data: String,
    clock: ClockNote,
}

impl PreviewBody {
    pub(crate) fn of(file: FileId, preview: &Preview, clock: ClockNote) -> Self {
        Self { file, r#type: preview.media_type.mime(), data: STANDARD.encode(&preview.bytes), clock }
    }
}
