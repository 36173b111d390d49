//! What a core under replay is told, and what it tells back: plain data, so that the core may also be on the other side of a
//! pipe, under the bindings of another language.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;
use siaga::{Failure, FixReading, Header, NoFix, Reading, Report, Source, Transfer};

/// A core that carries commands out, one after the other.
pub(super) trait Core {
    /// Carries one command out.
    ///
    /// # Errors
    /// There is no answer: the other side is gone, or says what cannot be read.
    fn carry_out(&mut self, command: &Command) -> Result<Told, String>;
}

/// One call of the core.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Command {
    /// What the phone's clocks say from now on.
    pub(super) now: Reading,
    #[serde(flatten)]
    pub(super) ask: Ask,
}

/// Which call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Ask {
    /// A new process opens the folder. `config` is the JSON document that `Siaga::open` takes of a shell.
    Open {
        folder: PathBuf,
        config: String,
    },
    Press {
        source: Source,
        ago_ms: u32,
    },
    Drill,
    Cancel {
        code: Option<String>,
    },
    Report(Report),
    Draft(Report),
    /// The answer is what the draft says.
    Drafted {
        incident: String,
    },
    Edit {
        incident: String,
        #[serde(flatten)]
        report: Report,
    },
    Submit {
        incident: String,
    },
    Discard {
        incident: String,
    },
    Note {
        incident: String,
        text: String,
    },
    /// `attach_file` with the path, or `attach_content` with the name and a stream of what is there.
    Attach {
        incident: String,
        name: String,
        path: PathBuf,
        content: bool,
    },
    AnyNetwork {
        file: String,
    },
    Fix(FixReading),
    NoFix {
        reason: NoFix,
    },
    NetworkChanged,
    NetworkMetered {
        metered: bool,
    },
    IdentityChanged,
    Push,
    Wake,
    /// `take_transfers`, which are the answer, and then `prepare_suspend`.
    Suspend,
    Resume,
    /// A transfer was answered.
    Replied {
        id: String,
        #[serde(flatten)]
        reply: WholeReply,
    },
    /// A transfer ended without an answer.
    Failed {
        id: String,
        #[serde(flatten)]
        failure: Failure,
    },
    /// The answer is the Snapshot.
    Snapshot,
    Close,
    /// The process is killed: nothing is closed, and the core is never called again.
    Abandon,
}

/// What came back, and what it asks of the world.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    /// What the call returned.
    #[serde(default)]
    pub(super) answer: Value,
    /// What it refused with, instead.
    #[serde(default)]
    pub(super) error: Option<Refusal>,
    /// When the core wants to be woken, after the call.
    pub(super) next_wake: Option<Due>,
    /// Whether it said that connections of before are of no use: before it began anything.
    pub(super) renewed: bool,
    /// What it began, in order.
    pub(super) begun: Vec<Begun>,
}

/// An error of the core.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Refusal {
    /// Which variant, in `snake_case`.
    pub(super) kind: String,
    /// In the language's own words: not to be compared.
    pub(super) message: String,
}

/// A wake-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Due {
    pub(super) in_ms: u64,
    /// A `WakeReason`, as it is written.
    pub(super) reason: Value,
}

/// A transfer, as far as the scripted network looks at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<Named>,
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub(super) body: Vec<u8>,
    /// Where the body is, when it is a part of a file.
    pub(super) file: Option<PathBuf>,
    pub(super) timeout_ms: u32,
    /// Only over a network that is not metered.
    pub(super) unmetered: bool,
}

/// A header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Named {
    name: String,
    value: String,
}

impl From<Transfer> for Begun {
    fn from(transfer: Transfer) -> Self {
        let Transfer { id, method, url, headers, body, file, timeout_ms, after_ms: _, must_pass: _, unmetered } =
            transfer;
        let headers = headers.into_iter().map(|Header { name, value }| Named { name, value }).collect();
        Self { id, method, url, headers, body, file: file.map(PathBuf::from), timeout_ms, unmetered }
    }
}

impl Begun {
    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name == name).map(|header| header.value.as_str())
    }

    /// What is sent, read now.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn bytes(&self) -> std::io::Result<Vec<u8>> {
        self.file.as_ref().map_or_else(|| Ok(self.body.clone()), std::fs::read)
    }
}

/// A reply as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WholeReply {
    pub(super) status: u16,
    /// Names and values.
    pub(super) headers: Vec<(String, String)>,
    #[serde(serialize_with = "write", deserialize_with = "read")]
    pub(super) body: Vec<u8>,
}

fn write<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn written(ask: Ask) -> Value {
        let now = Reading { boot: "b".to_owned(), since_boot_ms: 1, wall_ms: 2 };
        let command = Command { now, ask };
        let written = json!(command);
        assert_eq!(serde_json::from_value::<Command>(written.clone()).unwrap(), command);
        written
    }

    #[test]
    fn a_command_is_one_flat_object_that_any_language_reads() {
        let now = json!({ "boot": "b", "since_boot_ms": 1, "wall_ms": 2 });
        assert_eq!(written(Ask::Wake), json!({ "now": now, "do": "wake" }));
        let failed = Ask::Failed { id: "x".to_owned(), failure: Failure::TimedOut };
        assert_eq!(written(failed), json!({ "now": now, "do": "failed", "id": "x", "failure": "timed_out" }));
        let headers = vec![("retry-after".to_owned(), "120".to_owned())];
        let reply = WholeReply { status: 503, headers, body: vec![0, 255] };
        let replied = json!({ "now": now, "do": "replied", "id": "x", "status": 503,
                              "headers": [["retry-after", "120"]], "body": "AP8=" });
        assert_eq!(written(Ask::Replied { id: "x".to_owned(), reply }), replied);
    }
}
