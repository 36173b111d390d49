//! A limit on the size of files (`RLIMIT_FSIZE`), as a container or a parental control may set it. Whoever writes beyond it gets
//! the signal SIGXFSZ, which ends a process that does not ignore it; a process that does gets an error.

use std::process::Command;

use siaga_kill_tests::{Act, Told};

use crate::machine::{PATIENT, SOS, Scene, are_here, said, sos_of};
use crate::story::plainly;

/// Less than the log that is written in advance, 1 MiB.
const NO_LOG: &str = "--fsize=65536";

/// A phone under a limit; `ignoring` the signal or not.
fn limited(limit: &str, ignoring: bool) -> Command {
    let mut command = Command::new("prlimit");
    command.arg(limit);
    if ignoring {
        command.args(["env", "--ignore-signal=XFSZ"]);
    }
    command.arg(env!("CARGO_BIN_EXE_killed-phone"));
    command
}

#[test]
fn an_sos_whose_log_can_never_be_written_is_delivered_from_memory_inv_2() {
    if !are_here("an SOS under RLIMIT_FSIZE", &["prlimit", "env"]) {
        return;
    }
    let mut scene = Scene::new();
    let life = scene.life(limited(NO_LOG, true), &[SOS.as_slice(), &[PATIENT]].concat()).unwrap();
    let (incident, _) = sos_of(&life);
    assert!(said(&life).contains(&Told::Receipted(incident)), "{:?}", life.lines);
    scene.is_at_the_centre_once(incident);
}

#[test]
fn an_sos_whose_log_cannot_grow_is_recorded_and_delivered_and_the_signal_never_comes_f63() {
    if !are_here("many presses under RLIMIT_FSIZE", &["prlimit", "env"]) {
        return;
    }
    for ignoring in [true, false] {
        let mut scene = Scene::new();
        let _ = scene.life(plainly(), &[PATIENT]).unwrap();
        // The log has its size, and cannot grow by one byte.
        let size = |name: &str| std::fs::metadata(scene.folder.join(name)).unwrap().len();
        let limit = format!("--fsize={}", size("siaga.db-wal").max(size("siaga.db")));
        // Enough to go round the log more than twice.
        let acts = [SOS.as_slice(), &[Act::Press; 40], &[PATIENT]].concat();
        let life = scene.life(limited(&limit, ignoring), &acts).unwrap();
        let (incident, durable) = sos_of(&life);
        assert!(durable && scene.ledger.in_memory == 0, "{:?}", life.lines);
        scene.is_at_the_centre_once(incident);
        scene.is_kept(incident);
    }
}

#[test]
fn a_phone_that_the_signal_ends_keeps_what_it_promised_and_starts_again_without_the_limit() {
    if !are_here("the signal of RLIMIT_FSIZE", &["prlimit"]) {
        return;
    }
    let mut scene = Scene::new();
    let pressed = scene.life(plainly(), &SOS).unwrap();
    let (incident, _) = sos_of(&pressed);
    // The log has to be written anew, and the signal is not ignored.
    std::fs::remove_file(scene.folder.join("siaga.db-wal")).unwrap();
    let ended = scene.life(limited(NO_LOG, false), &[PATIENT]).err().expect("the limit ends it");
    assert!(ended.contains("ended with signal 25"), "{ended}");
    let after = scene.life(plainly(), &[PATIENT]).unwrap();
    assert_eq!(after.left, Some((0, 0)));
    scene.is_at_the_centre_once(incident);
}
