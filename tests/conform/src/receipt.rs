//! Everything that can be wrong with the answer to a write that has to be stored.
//!
//! Each [`Aspect`] has one rule that owns it. Once that rule has found it broken, other rules look past it: one mistake on
//! the server is one broken rule in the report.

use siaga_vault::{ReceiptClaims, verify_receipt};

use crate::keys::Keys;
use crate::reply::Reply;
use crate::rule::Account;
use crate::statement::{Statement, shown};
use crate::tus::File;
use crate::write::Write;

/// The most bytes of a receipt.
const RECEIPT_LIMIT_BYTES: usize = 4 * 1024;

/// Before this nothing can have been stored in milliseconds: it is 2020. A time in seconds is far below.
const EARLIEST_MS: i64 = 1_577_836_800_000;

/// One thing that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    Refused,
    FirstStatus,
    Twice,
    Long,
    Form,
    KeyListed,
    Signature,
    Ids,
    Sha256,
    Centre,
    At,
    Drill,
}

impl Aspect {
    pub(crate) const ALL: [Aspect; 12] = [
        Aspect::Refused,
        Aspect::FirstStatus,
        Aspect::Twice,
        Aspect::Long,
        Aspect::Form,
        Aspect::KeyListed,
        Aspect::Signature,
        Aspect::Ids,
        Aspect::Sha256,
        Aspect::Centre,
        Aspect::At,
        Aspect::Drill,
    ];

    /// The rule that judges it.
    pub(crate) fn owner(self) -> &'static str {
        match self {
            Aspect::Refused => "B01",
            Aspect::FirstStatus => "B02",
            Aspect::Twice => "R01",
            Aspect::Long => "R02",
            Aspect::Form => "R03",
            Aspect::KeyListed => "R04",
            Aspect::Signature => "R05",
            Aspect::Ids => "R06",
            Aspect::Sha256 => "R07",
            Aspect::Centre => "R08",
            Aspect::At => "R09",
            Aspect::Drill => "R10",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) aspect: Aspect,
    pub(crate) account: Account,
}

/// All faults of the first answer to a write. `at_ms` is bounded below only: no clock is right for sure (INV-8).
pub(crate) fn faults(write: &Write, reply: &Reply, keys: Option<&Keys>, centre: &str) -> Vec<Fault> {
    let mut found = Found { write, sent: write.shown(), came: reply.shown(), faults: Vec::new() };
    let texts = reply.receipts();
    if !matches!(reply.status, 200 | 201) || texts.is_empty() {
        found.add(
            Aspect::Refused,
            None,
            "201 with Siaga-Receipt",
            "store whatever comes and sign for it; only the reasons of the basic profile refuse, and a 2xx without a receipt is nothing to a phone",
        );
        return found.faults;
    }
    if reply.status != 201 && reply.overloads.is_empty() {
        found.add(
            Aspect::FirstStatus,
            None,
            "201",
            "answer 201 when the bytes are new, 200 when they were stored before",
        );
    }
    found.add_receipt(&texts, keys, centre);
    found.faults
}

/// All faults of the receipt that came with the last bytes of a file.
pub(crate) fn file_faults(sent: String, file: &File, reply: &Reply, keys: Option<&Keys>, centre: &str) -> Vec<Fault> {
    // What a receipt says of an event it says of a file: its id, and the hash of its bytes.
    let write =
        Write { event: file.id.clone(), ..Write::create("a file", &file.incident, file.bytes.clone(), file.drill) };
    let mut found = Found { write: &write, sent, came: reply.shown(), faults: Vec::new() };
    let texts = reply.receipts();
    if texts.is_empty() {
        let remedy = "make the receipt as soon as the last byte is there and the hash is right; a 2xx without one proves nothing";
        found.add(Aspect::Refused, None, "the same with Siaga-Receipt", remedy);
    } else {
        found.add_receipt(&texts, keys, centre);
    }
    found.faults
}

struct Found<'a> {
    write: &'a Write,
    /// The request, for the report.
    sent: String,
    came: String,
    faults: Vec<Fault>,
}

impl Found<'_> {
    fn add(&mut self, aspect: Aspect, came: Option<String>, expected: &str, remedy: &str) {
        let came = came.map_or_else(|| self.came.clone(), |came| format!("{}: {came}", self.came));
        self.faults.push(Fault { aspect, account: Account::new(self.sent.clone(), came, expected, remedy) });
    }

    /// Everything that can be wrong with the receipt itself.
    fn add_receipt(&mut self, texts: &[&str], keys: Option<&Keys>, centre: &str) {
        let Some(text) = texts.first() else { return };
        if texts.len() > 1 {
            self.add(
                Aspect::Twice,
                None,
                "one Siaga-Receipt header",
                "set the header once: of two, phones believe neither",
            );
        }
        if text.len() > RECEIPT_LIMIT_BYTES {
            let came = format!("a receipt of {} bytes", text.len());
            self.add(Aspect::Long, Some(came), "at most 4 KiB", "leave out what is not in the protocol");
        }
        match Statement::read(text, "siaga-receipt") {
            Ok(statement) => {
                self.add_signature(&statement, keys);
                self.add_claims(&statement, centre);
            }
            Err(came) => self.add_form(came),
        }
        if self.faults.iter().all(|fault| fault.aspect <= Aspect::Twice) {
            self.add_phone(text, keys, centre);
        }
    }

    fn add_form(&mut self, came: String) {
        self.add(
            Aspect::Form,
            Some(came),
            r#"a compact JWS whose header is exactly {"alg":"EdDSA","kid":"…","typ":"siaga-receipt"}"#,
            "make header, payload and signature as in the worked example; phones refuse any other header field",
        );
    }

    fn add_signature(&mut self, statement: &Statement, keys: Option<&Keys>) {
        // Without a list there is nothing to judge by; the list has rules of its own.
        let Some(keys) = keys else { return };
        let Some(key) = keys.listed.get(&statement.kid) else {
            let came = format!("a receipt of the key {:?}", statement.kid);
            let listed: Vec<&str> = keys.listed.keys().map(String::as_str).collect();
            let expected = format!("one of the keys that GET /v1/keys lists: {}", listed.join(", "));
            return self.add(Aspect::KeyListed, Some(came), &expected, "let the root sign a list with this key in it");
        };
        if !statement.is_signed_by(key) {
            let came = format!("a signature that the key {:?} did not make", statement.kid);
            let remedy = "sign the ASCII text header.payload with Ed25519, with the private half of the listed key";
            self.add(Aspect::Signature, Some(came), "a signature that verifies", remedy);
        }
    }

    fn add_claims(&mut self, statement: &Statement, centre: &str) {
        let says = |field: &str| shown(statement.says(field));
        let write = self.write;
        for (field, is) in [("incident", &write.incident), ("event", &write.event)] {
            if says(field) != format!("{is:?}") {
                let remedy = "copy both ids from the path; the create's event is its incident";
                self.add(Aspect::Ids, Some(format!("{field} {}", says(field))), &format!("{is:?}"), remedy);
            }
        }
        let sha256 = write.sha256().to_string();
        if says("sha256") != format!("{sha256:?}") {
            let remedy = "hash the bytes exactly as they came in, before parsing: lower-case hexadecimal digits";
            self.add(Aspect::Sha256, Some(format!("sha256 {}", says("sha256"))), &sha256, remedy);
        }
        if says("centre") != format!("{centre:?}") {
            let remedy = "sign with the id that phones have in their configuration";
            self.add(Aspect::Centre, Some(format!("centre {}", says("centre"))), &format!("{centre:?}"), remedy);
        }
        if statement.says("at").and_then(serde_json::Value::as_i64).is_none_or(|at| at < EARLIEST_MS) {
            let expected = "when it was stored, in Unix milliseconds, a whole number";
            self.add(
                Aspect::At,
                Some(format!("at {}", says("at"))),
                expected,
                "state the server's clock in milliseconds",
            );
        }
        if says("drill") != write.drill.to_string() {
            let remedy = "copy the envelope's drill; false when it is no JSON object or drill is no boolean";
            self.add(Aspect::Drill, Some(format!("drill {}", says("drill"))), &write.drill.to_string(), remedy);
        }
    }

    /// The phone's own last word, for what this reading does not see.
    fn add_phone(&mut self, text: &str, keys: Option<&Keys>, centre: &str) {
        let Some(set) = keys.and_then(|keys| keys.set.as_ref()) else { return };
        let claims = ReceiptClaims {
            incident: self.write.incident.clone(),
            event: self.write.event.clone(),
            sha256: self.write.sha256(),
            centre: centre.to_owned(),
            drill: self.write.drill,
        };
        if let Err(fault) = verify_receipt(text, set, &claims) {
            self.add_form(format!("phones refuse it: {fault}"));
        }
    }
}
