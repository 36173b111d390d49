//! Our phone towards the tus project's own server.

use std::path::Path;

use siaga::{FileState, Snapshot};
use siaga_centre::CentreHandle;
use tempfile::TempDir;

use crate::peer::Peer;
use crate::phone::{Phone, centre, video};
use crate::toxic::{Toxic, Toxiproxy};

const BYTES: usize = 2_000_000;

/// The server, with a centre behind it for the texts.
struct Foreign {
    centre: CentreHandle,
    server: Peer,
    files: TempDir,
    _centre_folder: TempDir,
}

impl Foreign {
    fn start() -> Self {
        let (files, centre_folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let centre = centre(&centre_folder);
        let origin = format!("http://{}", centre.api_addr());
        let server = Peer::start("server.mjs", &[files.path(), Path::new(&origin)]);
        Self { centre, server, files, _centre_folder: centre_folder }
    }

    /// Whether one of the stored files is this, byte for byte.
    fn has(&self, bytes: &[u8]) -> bool {
        let files = std::fs::read_dir(self.files.path()).unwrap().map(|entry| entry.unwrap().path());
        files.into_iter().any(|file| std::fs::read(file).unwrap() == bytes)
    }
}

fn judge(snapshot: &Snapshot) {
    let view = &snapshot.incidents[0];
    assert!(view.receipt.is_some(), "the text has the centre's word");
    assert!(!view.complete, "nobody has signed for the file");
    assert_eq!(view.files[0].sent, view.files[0].bytes);
}

#[test]
fn a_file_reaches_the_tus_projects_server_whole_and_is_shown_as_unproven() {
    let foreign = Foreign::start();
    let phone = Phone::new(&foreign.centre, foreign.server.address);
    let sos = phone.sos_with(&video(BYTES));
    judge(&phone.until_file(sos, "unproven", |state| state == FileState::Unproven));
    assert!(foreign.has(&video(BYTES)));
    let said = foreign.server.said();
    assert_eq!(said.iter().filter(|said| said["method"] == "POST").count(), 1, "{said:?}");
    assert!(said.iter().filter(|said| said["method"] == "PATCH").count() > 1, "in parts: {said:?}");
    assert!(said.iter().all(|said| said["unasked"] == false), "no hash for who does not look at it: {said:?}");
}

#[test]
fn a_file_reaches_it_whole_over_a_line_that_is_cut_again_and_again() {
    let foreign = Foreign::start();
    let toxiproxy = Toxiproxy::start();
    let line = toxiproxy.line_to(foreign.server.address, &[Toxic::LimitData { bytes: 700_000 }]);
    let phone = Phone::new(&foreign.centre, line);
    let sos = phone.sos_with(&video(BYTES));
    judge(&phone.until_file(sos, "unproven", |state| state == FileState::Unproven));
    assert!(foreign.has(&video(BYTES)));
    let said = foreign.server.said();
    assert!(said.iter().any(|said| said["method"] == "HEAD"), "asked after a cut: {said:?}");
}
