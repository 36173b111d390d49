//! SHA-256 of what comes in pieces.

use ring::digest::{Context, SHA256};
use siaga_vault::Digest;

/// A SHA-256 under way. A copy of it is a place to come back to.
#[derive(Clone)]
pub struct RunningHash(Context);

impl RunningHash {
    /// Of no bytes.
    pub fn new() -> RunningHash {
        RunningHash(Context::new(&SHA256))
    }

    /// Goes on with these bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The SHA-256 of all bytes so far.
    pub fn digest(&self) -> Digest {
        let hashed = self.0.clone().finish();
        let mut sum = [0; 32];
        for (to, from) in sum.iter_mut().zip(hashed.as_ref()) {
            *to = *from;
        }
        Digest(sum)
    }
}

impl Default for RunningHash {
    fn default() -> RunningHash {
        RunningHash::new()
    }
}

/// Only that there is one.
impl std::fmt::Debug for RunningHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RunningHash")
    }
}
