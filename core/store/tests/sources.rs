//! What a path may lead to when somebody attaches a file. Alone in its process: a child that is started has every lock for a
//! moment, until it becomes another program.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use siaga_store::{TakeFault, open_source};

fn fault(path: impl AsRef<Path>) -> TakeFault {
    open_source(path.as_ref()).expect_err("it is no file that can be taken")
}

fn not_a_file(found: &'static str) -> TakeFault {
    TakeFault::NotAFile { found }
}

#[test]
fn a_file_in_a_folder_that_is_reached_by_a_link_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("camera")).unwrap();
    fs::write(dir.path().join("camera/photo"), [3; 10]).unwrap();
    symlink("camera", dir.path().join("dcim")).unwrap();
    assert_eq!(open_source(&dir.path().join("dcim/photo")).unwrap().size(), 10);
}

#[test]
fn what_is_no_plain_file_is_refused_and_nothing_waits() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::write(path("photo"), [3; 10]).unwrap();
    symlink("photo", path("link")).unwrap();
    symlink("nowhere", path("dangling")).unwrap();
    assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
    assert_eq!(fault(dir.path()), not_a_file("a folder"));
    assert_eq!(fault(path("pipe")), not_a_file("a pipe"));
    assert_eq!(fault(path("socket")), not_a_file("a socket"));
    assert_eq!(fault("/dev/zero"), not_a_file("a device"));
    assert_eq!(fault(path("link")), not_a_file("a link"));
    assert_eq!(fault(path("dangling")), not_a_file("a link"));
}

#[test]
fn a_path_that_leads_nowhere_is_a_plain_answer() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("photo"), [3; 10]).unwrap();
    assert_eq!(fault(dir.path().join("gone")), TakeFault::Gone);
    assert_eq!(fault(dir.path().join("photo/inside")), TakeFault::Gone);
    assert_eq!(fault(""), TakeFault::Gone);
    for odd in ["a\0b".to_owned(), "x".repeat(4_000)] {
        assert!(matches!(fault(dir.path().join(odd)), TakeFault::SourceFailed { .. }));
    }
}
