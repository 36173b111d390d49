//! What crosses the boundary, and what must not.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod calls;
mod files;
mod shell;
mod trouble;
