//! The outbox: what is not yet signed for. Its rows live in the store; here is what they mean.

mod born;
mod change;
mod counts;
mod lane;
mod memory;
mod row;
mod slot;

pub use born::fold;
pub use change::{Change, Head, HeadContent};
pub use counts::Counts;
pub use lane::Lane;
pub use memory::MemoryOutbox;
pub use row::{Content, Kind, Row, RowKey};
pub use slot::Slot;

/// At most this many overtaken fixes become one event: 50 fixes of some 250 bytes stay well below the 32 KiB that a centre
/// accepts, and one request on a bad link stays short.
pub const BACKFILL_BATCH: usize = 50;
