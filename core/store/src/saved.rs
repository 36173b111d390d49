//! The engine's own state: one row, overwritten in place.

use rusqlite::OptionalExtension;

use crate::Tx;
use crate::error::{StoreError, sqlite};

/// What the engine left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The engine's state in its own notation; `None` in a new database.
    pub state: Option<Vec<u8>>,
    /// The centre's signed key set, to be verified again.
    pub keys: Option<String>,
}

impl Tx<'_> {
    /// Reads what the engine left; after [`Tx::commit`] or [`Tx::end_unchanged`] it counts as known.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn load(&mut self) -> Result<Saved, StoreError> {
        let what = "reading the engine's state";
        let state = self
            .cached("SELECT state FROM engine WHERE id = 1", what)?
            .query_row([], |row| row.get(0))
            .optional()
            .map_err(sqlite(what))?;
        let keys = self
            .cached("SELECT jws FROM keys WHERE id = 1", what)?
            .query_row([], |row| row.get(0))
            .optional()
            .map_err(sqlite(what))?;
        self.loaded = true;
        Ok(Saved { state, keys })
    }

    /// Writes the engine's state. Up to 4,050 bytes it is one page of the commit. Beyond that it is a page for each further 4,092
    /// bytes as long as it keeps its length; one of another length takes its further pages anew and gives the old ones back.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn save(&mut self, state: &[u8]) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO engine (id, state) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
            [state],
            "writing the engine's state",
        )
        .map(|_| ())
    }

    pub(crate) fn save_keys(&mut self, jws: &str) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO keys (id, jws) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET jws = excluded.jws",
            [jws],
            "writing the key set",
        )
        .map(|_| ())
    }
}
