//! A disk whose syncs fail with EIO, made by `fiu-run`: both `fsync` and `fdatasync`, which is what SQLite calls here.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use fastrand::Rng;
use siaga_kill_tests::{Act, Told};

use crate::aim::{Aim, Paces};
use crate::city::City;
use crate::life::Running;
use crate::loud;
use crate::machine::{PATIENT, SOS, Scene, are_here, said, skipped, sos_of, triggered};
use crate::story::{Story, plainly};

/// The names under which fiu knows `fsync` and `fdatasync`.
const SYNCS: &str = "posix/io/sync/*";
const EIO: u32 = 5;
/// So many stories are told in any case, and more until somebody was killed and a sync failed inside an act.
const LEAST_STORIES: u32 = 4;
const MOST_STORIES: u32 = 40;

/// A phone of whose syncs this share fails.
fn failing(share: &str) -> Command {
    let mut command = Command::new("fiu-run");
    let fail = format!("enable_random name={SYNCS},probability={share},failinfo={EIO}");
    // No remote control: it would leave a file behind when the phone is killed.
    command.args(["-x", "-f", "", "-c", &fail, env!("CARGO_BIN_EXE_killed-phone")]);
    command
}

/// Whether the failures reach a program here; else says what is not tested.
fn fails_here(what: &str) -> bool {
    if !are_here(what, &["fiu-run", "sync"]) {
        return false;
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    let fail = format!("enable name={SYNCS},failinfo={EIO}");
    let fails = |option: &str| {
        let mut sync = Command::new("fiu-run");
        sync.args(["-x", "-f", "", "-c", &fail, "sync", option]).arg(file.path());
        sync.output().is_ok_and(|output| !output.status.success())
    };
    // `sync FILE` calls fsync, `sync --data FILE` fdatasync.
    let all = fails("--") && fails("--data");
    if !all {
        skipped(what, "fiu-run does not reach fsync and fdatasync here");
    }
    all
}

#[test]
fn an_sos_pressed_while_every_sync_fails_is_delivered_and_shown_as_in_memory_inv_2() {
    if !fails_here("an SOS while syncs fail with EIO") {
        return;
    }
    for first_start in [true, false] {
        let mut scene = Scene::new();
        if !first_start {
            let _ = scene.life(plainly(), &[PATIENT]).unwrap();
        }
        let pressed = scene.life(failing("1"), &[SOS.as_slice(), &[PATIENT]].concat()).unwrap();
        let (incident, durable) = sos_of(&pressed);
        assert!(!durable, "INV-7: shown as what it is: {:?}", pressed.lines);
        assert!(said(&pressed).contains(&Told::Receipted(incident)), "{:?}", pressed.lines);
        scene.is_at_the_centre_once(incident);
        let after = scene.life(plainly(), &[PATIENT, Act::Durable]).unwrap();
        assert_eq!(after.left, Some((0, 0)));
        scene.is_at_the_centre_once(incident);
    }
}

#[test]
fn an_sos_that_was_in_memory_is_on_the_disk_once_syncs_work_again_in_the_same_process() {
    let what = "an SOS while syncs fail with EIO and then work";
    if !fails_here(what) || !are_here(what, &["fiu-ctrl"]) {
        return;
    }
    let mut scene = Scene::new();
    let _ = scene.life(plainly(), &[PATIENT]).unwrap();
    let control = scene.folder.with_file_name("control");
    let acts = [SOS.as_slice(), &[PATIENT, Act::Durable, Act::Stay]].concat();
    let mut command = Command::new("fiu-run");
    command.arg("-x").arg("-f").arg(&control).args(["-c", &format!("enable name={SYNCS},failinfo={EIO}")]);
    command.arg(env!("CARGO_BIN_EXE_killed-phone")).arg(&scene.city.config).arg(&scene.folder).arg("0");
    command.args(acts.iter().map(ToString::to_string));
    let mut phone = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let (mut made, mut heard) = (None, Vec::new());
    for line in BufReader::new(phone.0.stdout.take().unwrap()).lines() {
        let told: Told = line.unwrap().parse().unwrap();
        made = made.or_else(|| triggered(&told));
        if matches!(told, Told::Receipted(_)) {
            let mut heal = Command::new("fiu-ctrl");
            heal.args(["-c", &format!("disable name={SYNCS}"), "-f"]).arg(&control).arg(phone.0.id().to_string());
            assert!(heal.status().unwrap().success());
        }
        if told == Told::Asks(Act::Stay) {
            // Nothing more can be said: it stays until it is killed.
            break;
        }
        heard.push(told);
    }
    drop(phone);
    let (incident, durable) = made.unwrap_or_else(|| panic!("no SOS: {heard:?}"));
    assert!(!durable && heard.contains(&Told::Durable), "{heard:?}");
    scene.is_at_the_centre_once(incident);
    scene.is_kept(incident);
}

#[test]
fn phones_that_are_killed_while_some_syncs_fail_lose_nothing_that_they_called_durable() {
    if !fails_here("kill -9 while some syncs fail with EIO") {
        return;
    }
    let (city, home) = (City::new(), tempfile::tempdir().unwrap());
    let (mut paces, mut rng) = (Paces::UNKNOWN, Rng::with_seed(1));
    let (mut kills, mut in_memory) = (0, 0);
    for number in 0..MOST_STORIES {
        if number >= LEAST_STORIES && kills > 0 && in_memory > 0 {
            break;
        }
        let mut story = Story::begin(&city, home.path().join(number.to_string()));
        let undisturbed = [SOS.as_slice(), &[Act::Cancel, PATIENT]].concat();
        let told = story.life(&plainly, 0, vec![(undisturbed, None)], &mut paces).and_then(|_| {
            for _ in 0..5 {
                let mut acts = SOS.to_vec();
                acts.extend([Act::Press, Act::Cancel, Act::Deliver { for_ms: 300 }]);
                let aim = Aim::draw(&mut rng, acts.len());
                let _ = story.life(&|| failing("0.5"), 0, vec![(acts, Some(aim))], &mut paces)?;
            }
            story.end(&plainly, &mut paces)
        });
        told.unwrap_or_else(|complaint| panic!("{complaint}\nall that was said:\n{}", story.lines.join("\n")));
        kills += story.kills;
        in_memory += story.ledger.in_memory;
    }
    loud::say(&format!("kill -9 while syncs fail: {kills} kills, {in_memory} answers in memory; 0 lost, 0 doubled"));
    assert!(kills > 0 && in_memory > 0, "nobody was killed, or no sync failed");
}
