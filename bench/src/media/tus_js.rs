//! tus-js-client, the tus project's own, as tests/tus pins it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use siaga_vault::Digest;

use super::foreign::Foreign;
use crate::row::{Setting, Stop};
use crate::tool::{find, prepare, steps};
use crate::wire::site::Site;

const PEER: &str = "peer.mjs";
const LOCK: &str = "package-lock.json";

/// The client, and the authority that it shall trust.
pub(super) struct TusJs {
    node: PathBuf,
    peer: PathBuf,
    authority: PathBuf,
}

impl TusJs {
    /// Fetches the packages when they are not there yet.
    ///
    /// # Errors
    /// [`Stop::Missing`] without Node or its packages.
    pub(super) fn prepare(setting: &Setting, site: &Site) -> Result<Self, Stop> {
        let (node, npm) = (find("node")?, find("npm")?);
        let (packages, to) = (setting.root()?.join("tests").join("tus").join("peers"), setting.tools.join("tus_js"));
        let lock = std::fs::read_to_string(packages.join(LOCK))?;
        prepare(setting, "tus-js-client", &to, Some(&lock), || {
            for name in ["package.json", LOCK] {
                let _ = std::fs::copy(packages.join(name), to.join(name))?;
            }
            let mut fetch = Command::new(npm);
            let _ = fetch.args(["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]);
            let _ = fetch.current_dir(&to);
            steps("tus-js-client", &mut [fetch])
        })?;
        // Node looks for packages beside the program.
        let peer = to.join(PEER);
        let _ = std::fs::copy(setting.home.join("peers").join("tus_js").join(PEER), &peer)?;
        let authority = site.beside("authority.pem");
        std::fs::write(&authority, &site.authority_pem)?;
        Ok(Self { node, peer, authority })
    }

    /// From its start, as it measures it itself, to the last answer with the receipt. The start of Node is no part of it.
    pub(super) fn upload(
        &self,
        foreign: &mut Foreign,
        file: &Path,
        sha256: Digest,
        part_bytes: u64,
    ) -> Result<Duration, Stop> {
        let awaited = foreign.incident()?;
        let words = json!({
            "centre": foreign.origin, "incident": awaited.incident, "file": awaited.file, "secret": awaited.secret,
            "sha256": sha256.to_string(), "path": file, "chunk": part_bytes,
        });
        let mut command = Command::new(&self.node);
        let _ = command.arg(&self.peer).env("NODE_EXTRA_CA_CERTS", &self.authority);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(words.to_string().as_bytes())?;
        }
        let output = child.wait_with_output()?;
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        match (said.get("ms").and_then(Value::as_f64), said.get("receipt").and_then(Value::as_str)) {
            (Some(ms), Some(_)) => Ok(Duration::from_secs_f64(ms / 1e3)),
            _ => Err(Stop::failed(format!("tus-js-client brought no receipt: {said}"))),
        }
    }
}
