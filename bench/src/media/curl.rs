//! `curl -T` towards the centre's own tus endpoint: the whole file in one PATCH, so the same hashing and the same syncs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use siaga_vault::Digest;

use super::foreign::Foreign;
use crate::row::Stop;
use crate::tool::{find, quietly};
use crate::wire::site::Site;

/// curl, and the authority that it shall trust.
pub(super) struct Curl {
    program: PathBuf,
    authority: PathBuf,
}

impl Curl {
    /// Finds it.
    ///
    /// # Errors
    /// [`Stop::Missing`] when it is not installed.
    pub(super) fn find(site: &Site) -> Result<Self, Stop> {
        let authority = site.beside("authority.pem");
        std::fs::write(&authority, &site.authority_pem)?;
        Ok(Self { program: find("curl")?, authority })
    }

    /// From the start of curl to its end, which is behind the receipt; the upload was created before. HTTP/1.1, as our own uploads
    /// have it: curl is slower with HTTP/2.
    pub(super) fn upload(&self, foreign: &mut Foreign, file: &Path, sha256: Digest) -> Result<Duration, Stop> {
        let awaited = foreign.incident()?;
        let place = foreign.upload(&awaited, sha256, std::fs::metadata(file)?.len())?;
        let mut command = Command::new(&self.program);
        let _ = command.args(["--silent", "--show-error", "--fail", "--http1.1", "--dump-header", "-", "--cacert"]);
        let _ = command.arg(&self.authority).args(["--request", "PATCH", "--upload-file"]).arg(file);
        for header in [
            "Tus-Resumable: 1.0.0",
            "Upload-Offset: 0",
            "Content-Type: application/offset+octet-stream",
            // Nobody waits for leave to send.
            "Expect:",
            &format!("Siaga-Secret: {}", awaited.secret),
        ] {
            let _ = command.args(["--header", header]);
        }
        let begun = Instant::now();
        let said = quietly(command.arg(place))?;
        let took = begun.elapsed();
        if said.lines().any(|line| line.to_ascii_lowercase().starts_with("siaga-receipt:")) {
            return Ok(took);
        }
        Err(Stop::failed(format!("curl brought no receipt: {said:?}")))
    }
}
