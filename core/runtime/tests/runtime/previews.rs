//! Small pictures of files: asked of the platform when the copy is ours, looked at, and never waited for.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use siaga::ports::{Network, Previews};
use siaga::{IncidentId, MediaConfig, MediaType, Outcome, Ports, PressAnswer, Report, Request, Siaga, Source, Ticket};
use tempfile::TempDir;

use crate::wires::{Keys, Wires};

/// The beginning of a PNG of this width.
fn png(width: u32) -> Vec<u8> {
    [b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", &width.to_be_bytes()[..], &200_u32.to_be_bytes()].concat()
}

type Answer = Box<dyn Fn(&Path, MediaType) -> Option<Vec<u8>> + Send + Sync>;

/// A platform's decoder, which does as it is told.
struct Decoder {
    answer: Answer,
    asked: AtomicU32,
}

impl Decoder {
    fn new(answer: impl Fn(&Path, MediaType) -> Option<Vec<u8>> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { answer: Box::new(answer), asked: AtomicU32::new(0) })
    }
}

impl Previews for Decoder {
    fn preview(&self, path: &Path, media_type: MediaType) -> Option<Vec<u8>> {
        let _ = self.asked.fetch_add(1, Ordering::Relaxed);
        (self.answer)(path, media_type)
    }
}

fn ports(decoder: &Arc<Decoder>) -> Ports {
    Ports { previews: Some(Arc::clone(decoder) as _), ..Ports::system().unwrap() }
}

fn photo(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn report(siaga: &Siaga) -> IncidentId {
    siaga.submit(Report { category: "fire".to_owned(), text: "Smoke".to_owned(), ..Default::default() }).unwrap()
}

/// What was sent of an incident, all receipts given.
fn sent(keys: &Keys, wires: &Wires, siaga: &Siaga) -> Vec<serde_json::Value> {
    let mut sent = Vec::new();
    if let Some((_, done)) = wires.take("/v1/keys") {
        done(keys.key_set());
    }
    while let Some((request, done)) = wires.take("/v1/incidents/") {
        if !request.body.bytes().is_empty() {
            sent.push(serde_json::from_slice(request.body.bytes()).unwrap());
            done(keys.receipt(&request));
        }
    }
    assert!(siaga.snapshot().parked == 0);
    sent
}

fn kinds(sent: &[serde_json::Value]) -> Vec<&str> {
    sent.iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

/// One photo attached with this decoder: what the centre hears of it.
fn heard(decoder: &Arc<Decoder>, photo_bytes: &[u8]) -> Vec<serde_json::Value> {
    let (keys, wires, folder) = (Keys::new(), Arc::<Wires>::default(), tempfile::tempdir().unwrap());
    let siaga = keys.phone_with(folder.path(), &wires, ports(decoder));
    let incident = report(&siaga);
    let _ = siaga.attach_file(incident, photo(&folder, "a", photo_bytes)).unwrap();
    sent(&keys, &wires, &siaga)
}

const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

#[test]
fn a_picture_that_the_platform_made_of_our_own_copy_follows_the_manifest() {
    let decoder = Decoder::new(|path, media_type| {
        assert_eq!((std::fs::read(path).unwrap().as_slice(), media_type), (JPEG, MediaType::Jpeg));
        Some(png(320))
    });
    let heard = heard(&decoder, JPEG);
    assert_eq!(kinds(&heard), ["report", "manifest", "preview"]);
    let (manifest, body) = (&heard[1]["body"]["manifest"][0], &heard[2]["body"]);
    assert_eq!((&body["file"], &body["type"]), (&manifest["file"], &"image/png".into()));
    assert_eq!(STANDARD.decode(body["data"].as_str().unwrap()).unwrap(), png(320));
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

#[test]
fn a_recording_of_sound_is_announced_as_one_by_its_index_and_nobody_is_asked_for_a_picture() {
    let track = boxed(b"trak", &boxed(b"mdia", &boxed(b"hdlr", b"\0\0\0\0\0\0\0\0soun")));
    // The first of March 2026 in UTC, in seconds since 1904.
    let header = boxed(b"mvhd", &[&[0; 4], &3_855_168_000_u32.to_be_bytes()[..]].concat());
    let index = boxed(b"moov", &[header, track].concat());
    let recording = [boxed(b"ftyp", b"3gp4\0\0\0\0"), boxed(b"mdat", &vec![7; 700_000]), index].concat();
    let heard = heard(&Decoder::new(|_, _| Some(png(320))), &recording);
    assert_eq!(kinds(&heard), ["report", "manifest"]);
    let manifest = &heard[1]["body"]["manifest"][0];
    assert_eq!(manifest["type"], "audio/3gpp");
    assert_eq!(manifest["captured_at"], "2026-03-01T00:00:00+00:00");
}

#[test]
fn what_is_no_small_picture_is_not_sent_and_the_file_is_all_the_same() {
    let large = [png(320), vec![0; 12 * 1024]].concat();
    let bad: [Arc<Decoder>; 5] = [
        Decoder::new(|_, _| None),
        Decoder::new(|_, _| panic!("a decoder panics")),
        Decoder::new(|_, _| Some(b"<svg onload=alert(1)>".to_vec())),
        Decoder::new(|_, _| Some(png(321))),
        Decoder::new(move |_, _| Some(large.clone())),
    ];
    for decoder in bad {
        assert_eq!(kinds(&heard(&decoder, JPEG)), ["report", "manifest"]);
        assert_eq!(decoder.asked.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn nothing_is_asked_for_a_sound_or_for_bytes_that_the_incident_has_already() {
    let decoder = Decoder::new(|_, _| Some(png(1)));
    assert_eq!(kinds(&heard(&decoder, b"#!AMR\nsound")), ["report", "manifest"]);
    assert_eq!(decoder.asked.load(Ordering::Relaxed), 0);
    let (keys, wires, folder) = (Keys::new(), Arc::<Wires>::default(), tempfile::tempdir().unwrap());
    let siaga = keys.phone_with(folder.path(), &wires, ports(&decoder));
    let incident = report(&siaga);
    for name in ["a", "b"] {
        let _ = siaga.attach_file(incident, photo(&folder, name, JPEG)).unwrap();
    }
    assert_eq!(kinds(&sent(&keys, &wires, &siaga)), ["report", "manifest", "preview"]);
}

#[test]
fn a_file_of_a_draft_gets_its_picture_when_its_report_is_submitted() {
    let decoder = Decoder::new(|_, _| Some(png(1)));
    let (keys, wires, folder) = (Keys::new(), Arc::<Wires>::default(), tempfile::tempdir().unwrap());
    let siaga = keys.phone_with(folder.path(), &wires, ports(&decoder));
    let report = Report { category: "fire".to_owned(), text: "Smoke".to_owned(), ..Default::default() };
    let draft = siaga.draft(report).unwrap();
    let _ = siaga.attach_file(draft, photo(&folder, "a", JPEG)).unwrap();
    assert_eq!(decoder.asked.load(Ordering::Relaxed), 0);
    let _ = siaga.submit_draft(draft).unwrap();
    assert_eq!(kinds(&sent(&keys, &wires, &siaga)), ["report", "manifest", "preview"]);
}

/// Tells every request, and answers none.
struct Told(Mutex<Sender<Request>>);

impl Network for Told {
    fn perform(&self, _: &Ticket, request: Request, _: Box<dyn FnOnce(Outcome) + Send>) {
        // The test may be over.
        let _ = self.0.lock().unwrap().send(request);
    }

    fn network_changed(&self) {}
}

fn next_of(kind: &str, requests: &Receiver<Request>) -> serde_json::Value {
    loop {
        let request = requests.recv().unwrap();
        if let Ok(event) = serde_json::from_slice::<serde_json::Value>(request.body.bytes())
            && event["kind"] == kind
        {
            return event;
        }
    }
}

#[test]
fn a_decoder_that_hangs_holds_up_neither_the_attachment_nor_an_sos() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let decoder = Decoder::new(move |_, _| {
        wait.lock().unwrap().recv().ok()?;
        Some(png(7))
    });
    let (keys, folder) = (Keys::new(), tempfile::tempdir().unwrap());
    let (told, requests) = mpsc::channel();
    let network: Arc<dyn Network> = Arc::new(Told(Mutex::new(told)));
    let ports = Ports { network: Some(network), ..ports(&decoder) };
    let siaga = Siaga::open(folder.path(), &keys.config(MediaConfig::default()), ports).unwrap();
    // In the lane of a drill nothing waits for a reply of another lane.
    let drill = siaga.drill().unwrap();
    let _ = next_of("sos", &requests);
    let _ = siaga.attach_file(drill, photo(&folder, "a", JPEG)).unwrap();
    let _ = siaga.attach_file(drill, photo(&folder, "b", &[JPEG, b"other"].concat())).unwrap();
    let mut presses = 0;
    while !matches!(siaga.press(Source::Screen).unwrap(), PressAnswer::Triggered { .. }) {
        presses += 1;
        assert!(presses < 1_000_000, "no SOS");
    }
    let _ = next_of("sos", &requests);
    assert_eq!(
        siaga.snapshot().incident(drill).unwrap().pending,
        5,
        "the drill, and of each file a manifest and itself"
    );
    let (changed, changes) = mpsc::channel();
    let _kept = siaga.subscribe(Arc::new(move |_: u64| changed.send(()).unwrap_or_default()));
    go.send(()).unwrap();
    go.send(()).unwrap();
    while siaga.snapshot().incident(drill).unwrap().pending < 7 {
        changes.recv().unwrap();
    }
    assert_eq!(decoder.asked.load(Ordering::Relaxed), 2);
}
