//! Recordings: GPX 1.1 as it is, and everything that can be wrong with a file.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::float_cmp)]

use std::path::Path;

use siaga_citizen::track::{Track, TrackFault};

fn gpx(points: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<gpx version=\"1.1\" creator=\"test\">\n<trk><trkseg>\n{points}\n</trkseg></trk></gpx>"
    )
}

fn parse(text: &str) -> Result<Track, TrackFault> {
    Track::parse(text.as_bytes(), Path::new("walk.gpx"))
}

fn offsets(text: &str) -> Vec<u64> {
    parse(text).unwrap().points().iter().map(|point| point.offset_ms).collect()
}

#[test]
fn a_point_gives_place_height_and_stated_time_but_no_radius() {
    let text = gpx(
        "<trkpt lat='-6.9932' lon='110.4203'><ele>12.5</ele><time>2026-01-31T01:00:00.250Z</time><hdop>0.9</hdop></trkpt>",
    );
    let track = parse(&text).unwrap();
    let reading = track.points()[0].reading();
    assert_eq!((reading.lat, reading.lon, reading.altitude_m), (-6.9932, 110.4203, Some(12.5)));
    assert_eq!(reading.stated_wall_ms, Some(1_769_821_200_250));
    assert_eq!(reading.radius, None, "a dilution of precision is not an accuracy");
    assert_eq!((reading.source, reading.mock), (siaga::FixSource::Recording, false));
}

#[test]
fn points_are_as_far_apart_as_they_were_recorded() {
    let point = |time: &str| format!("<trkpt lat='1' lon='2'><time>{time}</time></trkpt>");
    let text = gpx(&["2026-01-31T08:00:00+07:00", "2026-01-31T01:00:05Z", "2026-01-31T01:01:00"].map(point).join("\n"));
    assert_eq!(offsets(&text), [0, 5_000, 60_000]);
}

#[test]
fn a_recorders_clock_that_went_back_does_not_turn_the_track_back() {
    let point = |time: &str| format!("<trkpt lat='1' lon='2'><time>2026-01-31T01:00:{time}Z</time></trkpt>");
    let text = gpx(&["10", "20", "15", "30"].map(point).join("\n"));
    assert_eq!(offsets(&text), [0, 10_000, 10_000, 20_000]);
}

#[test]
fn points_without_a_time_are_a_second_apart() {
    assert_eq!(offsets(&gpx(&"<trkpt lat='1' lon='2'/>".repeat(3))), [0, 1_000, 2_000]);
    let mixed = "<trkpt lat='1' lon='2'/><trkpt lat='1' lon='2'><time>2026-01-31T01:00:00Z</time></trkpt><trkpt lat='1' lon='2'/>";
    assert_eq!(offsets(&gpx(mixed)), [0, 1_000, 2_000]);
}

#[test]
fn a_fix_type_outside_the_specification_and_extensions_are_no_obstacle() {
    let text = gpx(
        "<trkpt lat='1' lon='2'><fix>imagined</fix><extensions><x:hr xmlns:x='urn:x'>74</x:hr></extensions></trkpt>",
    );
    assert_eq!(parse(&text).unwrap().points().len(), 1);
}

#[test]
fn the_beginning_of_a_recording_always_has_its_first_point() {
    let track = parse(&gpx(&"<trkpt lat='1' lon='2'/>".repeat(5))).unwrap();
    assert_eq!(track.beginning(2_000).points().len(), 3);
    assert_eq!(track.beginning(0).points().len(), 1);
}

#[test]
fn what_is_no_xml_or_cut_off_is_said_with_its_line() {
    for text in ["", "hello", "{\"lat\":1}"] {
        assert!(matches!(parse(text), Err(TrackFault::NotXml { .. })), "{text}: {:?}", parse(text));
    }
    let page = parse("<html><body>Sign in</body></html>").unwrap_err().to_string();
    assert!(page.contains("<html> is no part of <gpx>"), "{page}");
    let whole = gpx("<trkpt lat='1' lon='2'/>");
    let Err(TrackFault::NotXml { line, .. }) = parse(&whole[..whole.len() - 30]) else { panic!("{:?}", parse(&whole)) };
    assert!((4..=5).contains(&line), "{line}");
}

#[test]
fn another_version_of_gpx_is_refused() {
    for version in ["version=\"1.0\"", "version=\"2.0\"", ""] {
        let text = gpx("<trkpt lat='1' lon='2'/>").replace("version=\"1.1\"", version);
        assert!(matches!(parse(&text), Err(TrackFault::Version { .. })), "{version}: {:?}", parse(&text));
    }
}

#[test]
fn a_place_that_is_none_is_said_with_its_line() {
    for (point, why) in [
        ("<trkpt lat='95' lon='2'/>", "latitude 95"),
        ("<trkpt lat='1' lon='-181'/>", "longitude -181"),
        ("<trkpt lat='NaN' lon='2'/>", "latitude NaN"),
        ("<trkpt lat='north' lon='2'/>", "number"),
        ("<trkpt lon='2'/>", "latitude"),
        ("<trkpt lat='1' lon='2'><time>yesterday</time></trkpt>", "date and time"),
    ] {
        let fault = parse(&gpx(&format!("<trkpt lat='1' lon='2'/>\n{point}"))).unwrap_err();
        let TrackFault::Content { line, .. } = &fault else { panic!("{point}: {fault:?}") };
        assert!((5..=6).contains(line), "{point}: {line}");
        assert!(fault.to_string().contains(why) && fault.to_string().contains("walk.gpx"), "{fault}");
    }
}

#[test]
fn a_file_without_track_points_has_nothing_to_play() {
    let waypoints = "<gpx version='1.1'><wpt lat='1' lon='2'/><rte><rtept lat='1' lon='2'/></rte></gpx>";
    for text in [waypoints, &gpx(""), "<gpx version='1.1'/>"] {
        assert!(matches!(parse(text), Err(TrackFault::NoPoints { .. })), "{text}: {:?}", parse(text));
    }
}

#[test]
fn a_huge_file_is_refused_by_its_size_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.gpx");
    std::fs::File::create(&path).unwrap().set_len(50 * 1_024 * 1_024 + 1).unwrap();
    assert!(matches!(Track::read(&path), Err(TrackFault::TooLarge { bytes: 52_428_801, .. })));
    assert!(matches!(Track::read(&folder.path().join("none.gpx")), Err(TrackFault::Unreadable { .. })));
    assert!(matches!(Track::read(folder.path()), Err(TrackFault::Unreadable { .. })));
}
