//! A file of megabytes, and kills in the middle of its parts: the next process asks how much is there, and goes on from it (F41).

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use siaga::Config;
use siaga_kill_tests::{Act, Told};

use crate::city::City;
use crate::life::Running;
use crate::story::plainly;
use crate::valve::Valve;

/// Where the line shuts, in bytes towards the centre: inside parts of 128 and of 512 KiB, which the centre judges by their hash as
/// a whole, and of 2 and of 8 MiB. Where exactly depends on how long the parts are, and that on the machine.
const SHUTS_AT: [u64; 4] = [100_000, 400_000, 2_000_000, 6_500_000];
/// A kill costs at most one part with a hash, which counts for nothing when it is cut: of the first two kills all that had passed, of
/// the others 1 MiB each. And what no TLS record had ended, with the handshakes and the texts.
const MOST_AGAIN: u64 = SHUTS_AT[1] + 2 * 1024 * 1024 + 4 * 64 * 1024;
/// Longer than the lease of a part.
const LEASE_ENDS_MS: u64 = 66_000;
const PATIENT: Act = Act::Deliver { for_ms: 90_000 };

/// A phone that begins to do this, so long after the story began.
fn started(config: &Path, folder: &Path, slept_ms: u64, acts: &[Act]) -> Running {
    let mut command = plainly();
    command.arg(config).arg(folder).arg(slept_ms.to_string()).args(acts.iter().map(ToString::to_string));
    Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap())
}

/// Everything that a phone says until its end, which has to be a good one.
fn said_to_the_end(mut phone: Running) -> Vec<Told> {
    let lines = BufReader::new(phone.0.stdout.take().unwrap()).lines();
    let said = lines.map(|line| line.unwrap().parse().unwrap()).collect();
    assert!(phone.0.wait().unwrap().success(), "{said:?}");
    said
}

#[test]
fn an_upload_that_is_killed_in_the_middle_of_its_parts_goes_on_from_what_is_there_f41_inv_13() {
    let (city, home) = (City::new(), tempfile::tempdir().unwrap());
    let valve = Valve::to(city.centre.api_addr());
    let mut config = Config::from_json(&std::fs::read_to_string(&city.config).unwrap()).unwrap();
    config.centre.primary = format!("https://{}", valve.address);
    let (file, folder) = (home.path().join("config.json"), home.path().join("phone"));
    std::fs::write(&file, serde_json::to_string(&config).unwrap()).unwrap();
    let mut acts = vec![Act::Report, Act::Video, PATIENT];
    for (shuts_at, life) in SHUTS_AT.iter().zip(0..) {
        valve.open_to(*shuts_at);
        let mut phone = started(&file, &folder, life * LEASE_ENDS_MS, &acts);
        valve.wait_until_shut();
        phone.0.kill().unwrap();
        assert!(!phone.0.wait().unwrap().success());
        acts = vec![PATIENT];
    }
    valve.open_to(u64::MAX);
    acts.push(Act::Durable);
    let said = said_to_the_end(started(&file, &folder, SHUTS_AT.len() as u64 * LEASE_ENDS_MS, &acts));
    assert!(said.contains(&Told::Delivered { waiting: 0, parked: 0 }), "{said:?}");
    let incidents = city.centre.incidents().unwrap();
    let [incident] = incidents.as_slice() else { panic!("one report is one incident: {incidents:?}") };
    let [video] = incident.files.as_slice() else { panic!("{:?}", incident.files) };
    assert!(video.is_confirmed() && incident.complete, "{video:?}");
    let bytes = video.bytes.filter(|bytes| *bytes > *SHUTS_AT.last().unwrap()).unwrap();
    let again = valve.passed().checked_sub(bytes).unwrap();
    assert!(again <= MOST_AGAIN, "{again} bytes were sent beyond the file's");
}
