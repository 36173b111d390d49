//! Making statements: the centre's half. Phones are built without it.

use std::fmt;

use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde::Serialize;

use crate::encoding::to_base64url;
use crate::jws::{ALG, Header};
use crate::{Digest, PublicKey, ReceiptClaims, VaultError, keyset, receipt, step};

/// An Ed25519 key that signs. Signatures are deterministic (RFC 8032): the same statement gives the same bytes.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    seed: [u8; 32],
    public: PublicKey,
    key_id: String,
}

/// What a step says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepClaims {
    /// The incident's id, as UUID text.
    pub incident: String,
    /// The running number within the incident, from 1.
    pub n: u32,
    /// The step's name, such as `opened`.
    pub step: String,
    /// When it happened, in Unix milliseconds by the centre's clock.
    pub at_ms: i64,
    /// The centre's id.
    pub centre: String,
    /// Whether the incident is a drill.
    pub drill: bool,
    /// A few words to the citizen, at most [`crate::NOTE_LIMIT_CHARS`] characters.
    pub note: Option<String>,
}

/// What a key set says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySetClaims {
    /// The centre's id.
    pub centre: String,
    /// The running number of the set; higher than that of every set before.
    pub serial: u64,
    /// When it is signed, in Unix milliseconds.
    pub issued_ms: i64,
    /// The keys, in the order in which they are listed.
    pub keys: Vec<ListedKey>,
}

/// One key of a key set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedKey {
    /// The id by which statements name the key; at most 64 characters.
    pub key_id: String,
    /// The key.
    pub key: PublicKey,
    /// Until when the centre means to sign with it, in Unix milliseconds; informative.
    pub until_ms: Option<i64>,
}

impl SigningKey {
    /// A new random key.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`] when the system gives no random bytes.
    pub fn generate() -> Result<SigningKey, VaultError> {
        let mut seed = [0; 32];
        SystemRandom::new().fill(&mut seed).map_err(|_| VaultError::NoRandomness)?;
        SigningKey::from_seed(seed)
    }

    /// The key that grows from this seed (RFC 8032 section 5.1.5, "private key").
    ///
    /// # Errors
    /// [`VaultError::NotAKey`]; no seed is known for which it happens.
    pub fn from_seed(seed: [u8; 32]) -> Result<SigningKey, VaultError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| VaultError::NotAKey)?;
        let public: [u8; 32] = pair.public_key().as_ref().try_into().map_err(|_| VaultError::NotAKey)?;
        // Twelve digits of the key's own hash: short in every receipt, and two keys never share an id by accident.
        let key_id = Digest::of(&public).to_string().chars().take(12).collect();
        Ok(SigningKey { pair, seed, public: PublicKey::from_bytes(public), key_id })
    }

    /// The seed, to be kept by whoever owns the key.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The id that statements of this key carry: the first twelve hexadecimal digits of the public key's SHA-256.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// A receipt: "these bytes are stored here since `at_ms`" (Unix milliseconds).
    pub fn sign_receipt(&self, claims: &ReceiptClaims, at_ms: i64) -> String {
        let ReceiptClaims { incident, event, sha256, centre, drill } = claims.clone();
        let payload = receipt::Payload { incident, event, sha256, centre, at: at_ms, drill };
        self.sign(self.key_id(), receipt::TYP, &payload)
    }

    /// A step of a timeline.
    pub fn sign_step(&self, claims: &StepClaims) -> String {
        let StepClaims { incident, n, step, at_ms, centre, drill, note } = claims.clone();
        self.sign(self.key_id(), step::TYP, &step::Payload { incident, n, step, at: at_ms, centre, drill, note })
    }

    /// A key set; only a root key's is worth anything.
    pub fn sign_keys(&self, claims: &KeySetClaims) -> String {
        let KeySetClaims { centre, serial, issued_ms, keys } = claims.clone();
        let keys = keys.into_iter().map(|ListedKey { key_id, key, until_ms }| keyset::Listed {
            kid: key_id,
            x: key,
            until: until_ms,
        });
        let payload = keyset::Payload { centre, serial, issued: issued_ms, keys: keys.collect() };
        self.sign(keyset::ROOT_KEY_ID, keyset::TYP, &payload)
    }

    fn sign<P: Serialize>(&self, key_id: &str, typ: &str, payload: &P) -> String {
        let header = Header { alg: ALG.to_owned(), kid: key_id.to_owned(), typ: typ.to_owned() };
        let input = format!("{}.{}", part(&header), part(payload));
        let signature = to_base64url(self.pair.sign(input.as_bytes()).as_ref());
        format!("{input}.{signature}")
    }
}

/// Texts and numbers serialised into memory have no failing path; an empty part would verify nowhere.
fn part<T: Serialize>(value: &T) -> String {
    to_base64url(&serde_json::to_vec(value).unwrap_or_default())
}

/// Prints the key id alone (INV-12).
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.key_id)
    }
}
