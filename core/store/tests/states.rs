//! The state that every released version saved is read, and says the same when this one has saved it (INV-14).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use siaga_engine::Engine;
use siaga_engine::config::Config;
use siaga_vault::{PublicKey, to_base64url};

/// The states of the kept databases, each with the name of its file.
fn released() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let state = |path: &Path| {
        // Kept in a folder that nothing is written to.
        let uri = format!("file:{}?immutable=1", path.display());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let conn = Connection::open_with_flags(uri, flags).unwrap();
        conn.query_row("SELECT state FROM engine", [], |row| row.get(0)).unwrap()
    };
    paths.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), state(&path))).collect()
}

/// All that a JSON text says: what is neither null nor false nor zero nor empty, by its path.
fn said(json: &[u8]) -> BTreeMap<String, String> {
    let sql = "SELECT fullkey, CAST(atom AS TEXT) FROM json_tree(?1) WHERE atom IS NOT NULL AND atom <> 0";
    let conn = Connection::open_in_memory().unwrap();
    let mut statement = conn.prepare(sql).unwrap();
    let text = std::str::from_utf8(json).unwrap();
    let rows = statement.query_map([text], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Takes the secrets out, in the form of a header. The first version wrote each as an array of numbers, of which a zero is not
/// in `said`.
fn secrets(said: &mut BTreeMap<String, String>) -> BTreeMap<String, String> {
    let taken: Vec<_> = said.extract_if(.., |path, _| path.contains(".secret")).collect();
    let mut numbers = BTreeMap::<String, [u8; 32]>::new();
    let mut texts = BTreeMap::new();
    for (path, value) in taken {
        match path.split_once(".secret[") {
            Some((incident, index)) => {
                let index: usize = index.trim_end_matches(']').parse().unwrap();
                numbers.entry(incident.to_owned()).or_default()[index] = value.parse().unwrap();
            }
            None => drop(texts.insert(path.trim_end_matches(".secret").to_owned(), value)),
        }
    }
    texts.extend(numbers.into_iter().map(|(incident, bytes)| (incident, to_base64url(&bytes))));
    texts
}

#[test]
fn a_state_that_a_released_version_saved_is_read_and_says_the_same_when_it_is_saved_again_inv_14() {
    let rules = Arc::new(Config::for_centre("centre", PublicKey::from_bytes([0; 32])).check().unwrap());
    let states = released();
    assert!(!states.is_empty());
    for (name, old) in states {
        let new = Engine::restore(Arc::clone(&rules), &old, None).unwrap().save();
        let (mut old_said, mut new_said) = (said(&old), said(&new));
        let old_secrets = secrets(&mut old_said);
        assert!(old_secrets.len() > 3, "{name} has incidents");
        assert_eq!(old_secrets, secrets(&mut new_said), "{name}");
        assert_eq!(old_said, new_said, "{name}");
        let again = Engine::restore(Arc::clone(&rules), &new, None).unwrap().save();
        assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&new), "{name}");
        println!("{name}: {} bytes, now {}", old.len(), new.len());
    }
}
