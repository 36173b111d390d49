//! Which files a centre can show: told from their bytes, never from their names.

use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum MediaType {
    /// A photo.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A picture, as screenshots are.
    #[serde(rename = "image/png")]
    Png,
    /// A photo, as iPhones take it.
    #[serde(rename = "image/heic")]
    Heic,
    /// A picture.
    #[serde(rename = "image/webp")]
    Webp,
    /// A video.
    #[serde(rename = "video/mp4")]
    Mp4,
    /// A video, as iPhones take it.
    #[serde(rename = "video/quicktime")]
    QuickTime,
    /// A video of an old or cheap phone.
    #[serde(rename = "video/3gpp")]
    ThreeGp,
    /// A video.
    #[serde(rename = "video/webm")]
    WebM,
    /// Sound in an MP4 container, as phones record it.
    #[serde(rename = "audio/mp4")]
    M4a,
    /// Sound in a 3GP container, as old or cheap phones record it.
    #[serde(rename = "audio/3gpp")]
    ThreeGpSound,
    /// Sound in a WebM container, as browsers record it.
    #[serde(rename = "audio/webm")]
    WebMSound,
    /// Sound.
    #[serde(rename = "audio/aac")]
    Aac,
    /// Sound of an old or cheap phone.
    #[serde(rename = "audio/amr")]
    Amr,
    /// Sound.
    #[serde(rename = "audio/ogg")]
    Ogg,
    /// Sound.
    #[serde(rename = "audio/wav")]
    Wav,
}

impl MediaType {
    /// Every type.
    pub const ALL: [Self; 15] = [
        Self::Jpeg,
        Self::Png,
        Self::Heic,
        Self::Webp,
        Self::Mp4,
        Self::QuickTime,
        Self::ThreeGp,
        Self::WebM,
        Self::M4a,
        Self::ThreeGpSound,
        Self::WebMSound,
        Self::Aac,
        Self::Amr,
        Self::Ogg,
        Self::Wav,
    ];

    /// Whether there is something to see: a picture or a video.
    #[must_use]
    pub const fn is_visible(self) -> bool {
        match self {
            Self::Jpeg
            | Self::Png
            | Self::Heic
            | Self::Webp
            | Self::Mp4
            | Self::QuickTime
            | Self::ThreeGp
            | Self::WebM => true,
            Self::M4a | Self::ThreeGpSound | Self::WebMSound | Self::Aac | Self::Amr | Self::Ogg | Self::Wav => false,
        }
    }

    /// The media type on the wire (RFC 6838).
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Heic => "image/heic",
            Self::Webp => "image/webp",
            Self::Mp4 => "video/mp4",
            Self::QuickTime => "video/quicktime",
            Self::ThreeGp => "video/3gpp",
            Self::WebM => "video/webm",
            Self::M4a => "audio/mp4",
            Self::ThreeGpSound => "audio/3gpp",
            Self::WebMSound => "audio/webm",
            Self::Aac => "audio/aac",
            Self::Amr => "audio/amr",
            Self::Ogg => "audio/ogg",
            Self::Wav => "audio/wav",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_kept_by_its_name_on_the_wire() {
        for kind in MediaType::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.mime());
        }
    }
}
