//! Cancel, drill, report and a recorded position, all the way to the centre.

use std::io::Write;

use siaga_centre::Mark;

use crate::bench::{Bench, ended};

#[test]
fn a_cancel_is_an_event_after_the_sos_and_its_code_comes_from_standard_input() {
    let bench = Bench::offline();
    let nothing = bench.run(&["cancel"]);
    assert_eq!((nothing.code, &nothing.object["error"]["kind"]), (1, &"nothing_open".into()));
    let pressed = bench.run(&["press", "--count", "3"]);

    let mut process = bench.start(&["--json", "cancel", "--code-stdin"]);
    process.stdin.take().unwrap().write_all(b"2468\nnot the code\n").unwrap();
    let cancelled = ended(&process.wait_with_output().unwrap());
    assert_eq!((cancelled.code, &cancelled.object["incident"]), (0, &pressed.object["incident"]));
    let status = bench.run(&["status"]);
    assert_eq!(status.object["snapshot"]["incidents"][0]["state"], "cancelled");

    bench.go_online();
    assert_eq!(bench.drain().code, 0);
    let (real, _) = bench.at_centre();
    assert_eq!((real.len(), real[0].cancelled, real[0].events.len()), (1, true, 2), "{real:?}");
}

#[test]
fn a_drill_arrives_as_a_drill_and_waits_while_an_sos_is_open() {
    let bench = Bench::offline();
    bench.go_online();
    let drill = bench.run(&["drill"]);
    assert_eq!(drill.code, 0);
    let drained = bench.drain();
    assert_eq!(drained.object["snapshot"]["incidents"][0]["state"], "drill_done", "{drained:#?}");
    let (real, drills) = bench.at_centre();
    assert_eq!((real.len(), drills.len()), (0, 1));
    assert_eq!(drill.object["incident"], drills[0].incident.as_str());

    assert_eq!(bench.run(&["press", "--count", "3"]).code, 0);
    let refused = bench.run(&["drill"]);
    assert_eq!((refused.code, &refused.object["error"]["kind"]), (1, &"sos_is_open".into()));
}

#[test]
fn what_the_dispatcher_does_reaches_the_citizen_signed() {
    let bench = Bench::offline();
    bench.go_online();
    let pressed = bench.run(&["press", "--count", "3"]);
    assert_eq!(bench.drain().code, 0);
    let never = bench.run(&["follow", "--for", "0", "--until", "opened"]);
    assert_eq!((never.code, &never.object["reached"]), (1, &false.into()));
    bench.centre.mark(pressed.object["incident"].as_str().unwrap(), Mark::Opened).unwrap();
    let followed = bench.run(&["follow", "--for", "60", "--until", "opened"]);
    assert_eq!((followed.code, &followed.object["reached"]), (0, &true.into()), "{followed:#?}");
    let timeline = &followed.object["snapshot"]["incidents"][0]["timeline"];
    let opened = timeline.as_array().unwrap().iter().find(|entry| entry["what"]["step"]["step"] == "opened").unwrap();
    assert_eq!(opened["proof"], "signed");
}

#[test]
fn a_report_is_delivered_and_a_wrong_one_is_declined() {
    let bench = Bench::offline();
    bench.go_online();
    let wrong = bench.run(&["report", "Big Fire", "at the market"]);
    assert_eq!((wrong.code, &wrong.object["error"]["kind"]), (1, &"report".into()));
    assert_eq!(bench.run(&["report", "fire", "smoke above the market"]).code, 0);
    assert_eq!(bench.drain().code, 0);
    let (real, _) = bench.at_centre();
    assert_eq!((real.len(), real[0].kind.as_deref()), (1, Some("report")));
}

#[test]
fn a_recording_is_the_position_of_a_press_right_after_the_start() {
    let bench = Bench::offline();
    let track = bench.file(
        "walk.gpx",
        "<gpx version='1.1'><trk><trkseg><trkpt lat='-6.9932' lon='110.4203'><hdop>1</hdop></trkpt></trkseg></trk></gpx>",
    );
    assert_eq!(bench.run(&["--track", track.to_str().unwrap(), "press", "--count", "3"]).code, 0);
    let known = &bench.run(&["status"]).object["snapshot"]["position"]["known"];
    assert_eq!((known["lat"].as_f64(), known["lon"].as_f64()), (Some(-6.9932), Some(110.4203)));
    assert_eq!((&known["source"], &known["radius"]), (&"recording".into(), &serde_json::Value::Null));

    let broken = bench.file("broken.gpx", "<gpx version='1.0'></gpx>");
    let refused = bench.run(&["--track", broken.to_str().unwrap(), "press"]);
    assert_eq!((refused.code, &refused.object["error"]["kind"]), (3, &"track".into()));
    assert!(refused.object["error"]["message"].as_str().unwrap().contains("broken.gpx"));
}
