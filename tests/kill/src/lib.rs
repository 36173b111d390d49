//! A real process, a real disk, real TLS to the reference centre, and `kill -9` at random moments: nothing that was promised
//! is lost, and nothing is done twice (INV-13).
//!
//! The program `killed-phone` does what it is told ([`Act`]) and says what it has promised ([`Told`]), each promise after it
//! was acknowledged. The tests run it, kill it, run it again on the same folder, and keep a ledger of what they have read.
//!
//! **It proves nothing about `fsync`.** A killed process leaves its writes in the kernel's page cache, so that a store that
//! never syncs passes as well. That evidence needs a disk that forgets: the simulator's.

mod act;
mod told;

pub use act::{Act, BadAct};
pub use told::{BadLine, Told};
