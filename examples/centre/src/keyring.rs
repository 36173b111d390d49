//! The centre's keys: one root that vouches, and the online keys that it vouches for.
//!
//! `keys.json` holds the online keys and the key set that the root signed, written as one file so that the two never
//! disagree. `root.key` is made beside it for convenience and is needed only to rotate: a real centre moves it to a place
//! that no network reaches.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use siaga_vault::sign::{KeySetClaims, ListedKey, SigningKey};
use siaga_vault::{KEYS_LIMIT, PublicKey};

use crate::CentreError;

const KEYS_FILE: &str = "keys.json";
const ROOT_FILE: &str = "root.key";
const ROOT_NOTE: &str = "\
# The ROOT KEY of this centre: whoever has it can vouch for keys in the centre's name.
# Phones carry its public half in their configuration. This reference centre made it here so that it can be tried out.
# A real one is made and kept OFFLINE (paper, hardware token) and visits a computer only to sign a new key set.
# The last line is the Ed25519 seed, base64url.
";

/// The keys in use.
#[derive(Debug)]
pub(crate) struct Keyring {
    folder: PathBuf,
    file: KeysFile,
    current: SigningKey,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct KeysFile {
    centre: String,
    root: PublicKey,
    serial: u64,
    /// Oldest first; the last one signs.
    keys: Vec<OnlineKey>,
    /// The key set, signed by the root.
    key_set: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct OnlineKey {
    kid: String,
    seed: String,
}

/// Prints the id alone (INV-12).
impl std::fmt::Debug for OnlineKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.kid)
    }
}

impl Keyring {
    /// Opens the keys in `folder`, or makes them when there are none.
    pub(crate) fn open(folder: &Path, centre: &str, now_ms: i64) -> Result<Keyring, CentreError> {
        let path = folder.join(KEYS_FILE);
        let file = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| CentreError::KeyFile { path: path.clone() })?,
            Err(error) if error.kind() == ErrorKind::NotFound => make(folder, centre, now_ms)?,
            Err(source) => return Err(CentreError::File { path, source }),
        };
        if file.centre != centre {
            return Err(CentreError::OtherCentre { found: file.centre });
        }
        let current = current_key(&file).ok_or(CentreError::KeyFile { path })?;
        Ok(Keyring { folder: folder.to_owned(), file, current })
    }

    /// The key that signs.
    pub(crate) fn current(&self) -> &SigningKey {
        &self.current
    }

    /// The root's public half.
    pub(crate) fn root(&self) -> &PublicKey {
        &self.file.root
    }

    /// The key set as `GET /v1/keys` gives it.
    pub(crate) fn key_set(&self) -> &str {
        &self.file.key_set
    }

    /// The ids of all listed keys, oldest first.
    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.file.keys.iter().map(|key| key.kid.clone()).collect()
    }

    /// Adds a new key that signs from now on. The old ones stay listed: receipts of theirs are still under way, and stored
    /// ones are repeated as they are.
    pub(crate) fn rotate(&mut self, now_ms: i64) -> Result<(), CentreError> {
        let root = read_root(&self.folder)?;
        let mut file = self.file.clone();
        file.serial = file.serial.saturating_add(1);
        let key = SigningKey::generate()?;
        file.keys.push(online(&key));
        let surplus = file.keys.len().saturating_sub(KEYS_LIMIT);
        drop(file.keys.drain(..surplus));
        sign(&mut file, &root, now_ms)?;
        write(&self.folder, KEYS_FILE, &text(&file))?;
        self.file = file;
        self.current = key;
        Ok(())
    }
}

fn make(folder: &Path, centre: &str, now_ms: i64) -> Result<KeysFile, CentreError> {
    // A root that is there already is kept: its public half may be in phones.
    let root = match read_root(folder) {
        Ok(root) => root,
        Err(CentreError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
            let root = SigningKey::generate()?;
            write(folder, ROOT_FILE, &format!("{ROOT_NOTE}{}\n", URL_SAFE_NO_PAD.encode(root.seed())))?;
            root
        }
        Err(error) => return Err(error),
    };
    let mut file = KeysFile {
        centre: centre.to_owned(),
        root: root.public().clone(),
        serial: 1,
        keys: vec![online(&SigningKey::generate()?)],
        key_set: String::new(),
    };
    sign(&mut file, &root, now_ms)?;
    write(folder, KEYS_FILE, &text(&file))?;
    Ok(file)
}

fn sign(file: &mut KeysFile, root: &SigningKey, now_ms: i64) -> Result<(), CentreError> {
    let mut keys = Vec::new();
    for key in &file.keys {
        let public = signing_key(key).ok_or(siaga_vault::VaultError::NotAKey)?.public().clone();
        keys.push(ListedKey { key_id: key.kid.clone(), key: public, until_ms: None });
    }
    let claims = KeySetClaims { centre: file.centre.clone(), serial: file.serial, issued_ms: now_ms, keys };
    file.key_set = root.sign_keys(&claims);
    Ok(())
}

fn online(key: &SigningKey) -> OnlineKey {
    OnlineKey { kid: key.key_id().to_owned(), seed: URL_SAFE_NO_PAD.encode(key.seed()) }
}

fn current_key(file: &KeysFile) -> Option<SigningKey> {
    signing_key(file.keys.last()?)
}

fn signing_key(key: &OnlineKey) -> Option<SigningKey> {
    let seed = URL_SAFE_NO_PAD.decode(&key.seed).ok()?.try_into().ok()?;
    SigningKey::from_seed(seed).ok().filter(|signing| signing.key_id() == key.kid)
}

fn read_root(folder: &Path) -> Result<SigningKey, CentreError> {
    let path = folder.join(ROOT_FILE);
    let text = std::fs::read_to_string(&path).map_err(|source| CentreError::File { path: path.clone(), source })?;
    let seed = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    let seed = URL_SAFE_NO_PAD.decode(seed.trim()).ok().and_then(|seed| seed.try_into().ok());
    Ok(SigningKey::from_seed(seed.ok_or(CentreError::KeyFile { path })?)?)
}

fn text(file: &KeysFile) -> String {
    // Texts and numbers serialised into memory have no failing path.
    serde_json::to_string_pretty(file).unwrap_or_default()
}

/// Writes a file so that after a power loss it is whole: the old one or the new one. Only the owner may read it.
fn write(folder: &Path, name: &str, text: &str) -> Result<(), CentreError> {
    let path = folder.join(name);
    let new = folder.join(format!("{name}.new"));
    let written = (|| {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&new, &path)?;
        std::fs::File::open(folder)?.sync_all()
    })();
    written.map_err(|source| CentreError::File { path, source })
}
