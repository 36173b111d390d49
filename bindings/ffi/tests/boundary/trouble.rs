//! Ports that fail: counted, and taken as nothing (INV-2, INV-11).

use std::sync::Arc;

use siaga::{Error, MediaType, PressAnswer, Source};
use siaga_ffi::{Listener, PortError, Ports, PreviewPort, Siaga};
use tempfile::TempDir;

use crate::shell::{CONFIG, Mood, Platform};

/// Whether the last of these presses made an SOS.
fn triggers(siaga: &Siaga) -> bool {
    let mut triggered = false;
    for _ in 0..3 {
        triggered |= matches!(siaga.press(Source::Screen, 0).unwrap(), PressAnswer::Triggered { .. });
    }
    triggered
}

#[test]
fn presses_are_an_sos_while_every_port_refuses_or_panics() {
    for mood in [Mood::Refuses, Mood::Panics] {
        let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
        let siaga = platform.open(&folder);
        assert_eq!(siaga.port_failures().unwrap(), 0);
        platform.feel(mood);
        // The clock goes on from its last reading by the process's own, so that the debounce time passes.
        let mut presses = 0;
        while !matches!(siaga.press(Source::Screen, 0).unwrap(), PressAnswer::Triggered { .. }) {
            presses += 1;
            assert!(presses < 1_000_000, "{mood:?}: no SOS");
        }
        assert!(siaga.port_failures().unwrap() > 0, "{mood:?}");
        platform.feel(Mood::Well);
        assert_eq!(siaga.snapshot().unwrap().incidents.len(), 1);
    }
}

#[test]
fn randomness_of_a_wrong_length_is_counted_and_not_used() {
    for bytes in [0, 31, 33, 1_000_000] {
        let (platform, folder) = (Platform::with_entropy(bytes), TempDir::new().unwrap());
        let siaga = platform.open(&folder);
        assert!(triggers(&siaga), "{bytes} bytes");
        assert!(siaga.port_failures().unwrap() > 0, "{bytes} bytes");
    }
}

#[test]
fn a_clock_that_never_answered_is_said_at_opening() {
    for mood in [Mood::Refuses, Mood::Panics] {
        let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
        platform.feel(mood);
        let error = Siaga::open(folder.path().to_str().unwrap().to_owned(), CONFIG.to_owned(), platform.ports())
            .map(drop)
            .unwrap_err();
        assert!(matches!(&error, Error::Platform { why } if why.contains("clock port")), "{error}");
    }
}

#[test]
fn a_boot_clock_that_goes_back_swallows_no_press() {
    let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
    platform.now_ms.store(9_000_000, std::sync::atomic::Ordering::Relaxed);
    let siaga = platform.open(&folder);
    platform.now_ms.store(5, std::sync::atomic::Ordering::Relaxed);
    let answers: Vec<PressAnswer> = (0..4).map(|_| siaga.press(Source::Screen, 0).unwrap()).collect();
    assert!(answers.iter().any(|answer| matches!(answer, PressAnswer::Triggered { .. })), "{answers:?}");
}

struct Broken(Mood);

impl Listener for Broken {
    fn changed(&self, _: u64) -> Result<(), PortError> {
        self.0.answer(|| ())
    }
}

#[test]
fn a_listener_that_fails_is_counted_and_told_again() {
    for mood in [Mood::Refuses, Mood::Panics] {
        let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
        let siaga = platform.open(&folder);
        let _kept = siaga.subscribe(Arc::new(Broken(mood))).unwrap();
        siaga.wake().unwrap();
        let once = siaga.port_failures().unwrap();
        let _ = siaga.press(Source::Screen, 0).unwrap();
        siaga.wake().unwrap();
        assert_eq!((once, siaga.port_failures().unwrap()), (1, 2), "{mood:?}");
    }
}

#[test]
fn two_objects_on_one_folder_make_one_sos() {
    let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
    let (one, other) = (platform.open(&folder), platform.open(&folder));
    let _ = one.press(Source::Screen, 0).unwrap();
    let _ = other.press(Source::Screen, 0).unwrap();
    let third = one.press(Source::Screen, 0).unwrap();
    assert!(matches!(third, PressAnswer::Triggered { .. }), "{third:?}");
    assert_eq!(other.snapshot().unwrap().incidents.len(), 1);
}

struct Decoder(Mood);

impl PreviewPort for Decoder {
    fn preview(&self, path: String, media_type: MediaType) -> Result<Vec<u8>, PortError> {
        assert_eq!((std::fs::read(path).unwrap().len(), media_type), (4, MediaType::Jpeg));
        self.0.answer(|| [b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", &[0, 0, 0, 9, 0, 0, 0, 9][..]].concat())
    }
}

#[test]
fn a_decoder_that_fails_is_counted_and_the_file_goes_without_a_preview() {
    for (mood, failures, rows) in [(Mood::Well, 0, 4), (Mood::Refuses, 1, 3), (Mood::Panics, 1, 3)] {
        let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
        let ports = Ports { preview: Some(Arc::new(Decoder(mood))), ..platform.ports() };
        let siaga = Siaga::open(folder.path().to_str().unwrap().to_owned(), CONFIG.to_owned(), ports).unwrap();
        let drill = siaga.drill().unwrap();
        let photo = folder.path().join("photo");
        std::fs::write(&photo, [0xFF, 0xD8, 0xFF, 0xE0]).unwrap();
        let _ = siaga.attach_file(drill, photo.to_str().unwrap().to_owned()).unwrap();
        let snapshot = siaga.snapshot().unwrap();
        assert_eq!((siaga.port_failures().unwrap(), snapshot.incidents[0].pending), (failures, rows), "{mood:?}");
    }
}
