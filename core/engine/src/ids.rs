//! Identifiers, made at the press and never again (INV-4).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entropy::Draws;

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The identifier with these 16 bytes, as it stands in a database row.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes, as they stand in a database row.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 16] {
                *self.0.as_bytes()
            }
        }

        /// Lower-case hyphenated text, as it stands on the wire.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_newtype! {
    /// One emergency, drill or report, over all its events and bearers.
    IncidentId
}
uuid_newtype! {
    /// One event of an incident. The create's event id equals its incident id.
    EventId
}
uuid_newtype! {
    /// One file of an incident. Its receipt names it where an event's names the event.
    FileId
}
uuid_newtype! {
    /// One run of a process on one database: who holds a claim.
    Owner
}
uuid_newtype! {
    /// One boot of the phone as the wire sees it: random, so that it says nothing about the boot's time.
    BootTag
}

// Kotlin and Swift see the text that stands on the wire.
#[cfg(feature = "uniffi")]
uniffi::custom_type!(IncidentId, String, {
    lower: |id| id.to_string(),
    try_lift: |text| Ok(text.parse()?),
});

#[cfg(feature = "uniffi")]
uniffi::custom_type!(FileId, String, {
    lower: |id| id.to_string(),
    try_lift: |text| Ok(text.parse()?),
});

impl IncidentId {
    /// A `UUIDv7` (RFC 9562, section 5.7). Its time part is a statement of the wall clock; order never comes from it.
    #[must_use]
    pub fn mint(wall_ms: i64, draws: &mut Draws) -> Self {
        Self(uuid_v7(wall_ms, draws))
    }

    /// The id of the event that creates this incident.
    #[must_use]
    pub const fn create_event(self) -> EventId {
        EventId(self.0)
    }
}

impl EventId {
    /// A `UUIDv7` (RFC 9562, section 5.7), as for [`IncidentId::mint`].
    #[must_use]
    pub fn mint(wall_ms: i64, draws: &mut Draws) -> Self {
        Self(uuid_v7(wall_ms, draws))
    }
}

impl FileId {
    /// A `UUIDv7` (RFC 9562, section 5.7), as for [`IncidentId::mint`]: made before the file is copied.
    #[must_use]
    pub fn mint(wall_ms: i64, draws: &mut Draws) -> Self {
        Self(uuid_v7(wall_ms, draws))
    }

    /// The event that the file is: its row in the outbox, and its receipt.
    #[must_use]
    pub const fn event(self) -> EventId {
        EventId(self.0)
    }

    /// The file that this event is.
    #[must_use]
    pub const fn of(event: EventId) -> Self {
        Self(event.0)
    }
}

impl BootTag {
    /// A random `UUIDv4`: a time inside would tell when the phone was last started.
    #[must_use]
    pub fn mint(draws: &mut Draws) -> Self {
        Self(uuid::Builder::from_random_bytes(draws.bytes()).into_uuid())
    }
}

fn uuid_v7(wall_ms: i64, draws: &mut Draws) -> Uuid {
    // A clock before 1970 is as wrong as any other; the id only has to be unique.
    let millis = u64::try_from(wall_ms).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &draws.bytes()).into_uuid()
}
