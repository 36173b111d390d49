//! What happens, in order.

use std::path::Path;
use std::time::Instant;

use siaga::platform::SystemClock;
use siaga::ports::Clock;
use siaga::{Happening, IncidentState, IncidentView, Ports, Proof, Siaga};
use siaga_centre::Mark;
use siaga_citizen::track::Track;
use siaga_citizen::words;

use crate::citizen::{CitizenProcess, Pressed, Told};
use crate::disk::{self, Found};
use crate::fault::Fault;
use crate::gate::OpenGate;
use crate::photo;
use crate::report::Report;
use crate::stage::Stage;
use crate::teller::Teller;
use crate::verdict;
use crate::watch::Watch;

/// What was given on the command line.
pub(crate) struct Given<'a> {
    pub(crate) track: Option<&'a Path>,
    pub(crate) photo: Option<&'a Path>,
}

/// The SOS as it came out of the first two chapters.
struct Sos {
    id: String,
    pressed: Pressed,
    found: Found,
}

/// Figures of the delivery.
struct Delivery {
    received: IncidentView,
    press_to_receipt_ms: u64,
    network_back_to_receipt_ms: u64,
    bytes_with_handshake: u64,
}

/// Tells the story and judges it.
pub(crate) fn tell(stage: &Stage, track: &Track, given: &Given<'_>, teller: &mut Teller) -> Result<Report, Fault> {
    let pressed = press(stage, given.track, teller)?;
    let sos = look_at_disk(stage, track, pressed, teller)?;

    teller.chapter("3. The citizen's program starts again; still no network");
    let siaga = Siaga::open(stage.citizen_folder(), &stage.config, Ports::system()?)?;
    let watch = Watch::new(&siaga);
    let seen = watch.until("the SOS after the restart", &sos.id, |view| view.trouble.is_some())?;
    teller.tell(&format!("the screen says: {}", words::headline(&seen, siaga.snapshot().store)));
    teller.tell(&format!("  because {}", words::trouble_of(&seen).unwrap_or_default()));
    teller.promise("the SOS is there again, with its three presses", seen.presses == 3 && seen.pending >= 1);
    let unclaimed = seen.state == IncidentState::Recorded && seen.receipt.is_none();
    teller.promise("nothing claims that the centre has it (INV-7)", unclaimed);

    let (gate, delivery) = deliver(stage, &siaga, &watch, &sos, teller)?;
    let photo = photo::attach(stage, &siaga, &watch, &gate, &delivery.received, given.photo, teller)?;
    let opened_to_citizen_ms = opened(stage, &watch, &sos, teller)?;
    let (drill, bytes_per_sos) = drill(&siaga, &watch, &gate, teller)?;

    teller.chapter("8. What the centre has");
    let drained = siaga.drain(5_000)?;
    teller.promise("nothing waits on the phone any more", drained.waiting == 0 && siaga.snapshot().parked == 0);
    let keys = disk::key_set(&stage.citizen_folder())?;
    let receipt_verified = verdict::receipt(stage, &sos.id, &sos.found, &delivery.received, keys.as_deref());
    teller.promise("its receipt, checked past the core: signed by a key that the root vouches for", receipt_verified);
    let tally = verdict::tally(stage, &sos.id, &sos.found, &drill.id.to_string(), teller)?;
    siaga.close()?;
    let at = verdict::fix(&sos.found);
    Ok(Report {
        receipt_verified,
        incidents_at_centre: tally.incidents,
        drills_at_centre: tally.drills,
        lost: tally.lost + usize::try_from(drained.waiting).unwrap_or(usize::MAX),
        duplicated: tally.duplicated,
        press_to_durable_us: sos.pressed.took_us,
        press_to_receipt_ms: delivery.press_to_receipt_ms,
        network_back_to_receipt_ms: delivery.network_back_to_receipt_ms,
        bytes_per_sos,
        bytes_with_handshake: delivery.bytes_with_handshake,
        body_bytes: sos.found.bytes.len(),
        photo_confirmed: photo.is_confirmed,
        photo_sha256: photo.sha256,
        photo_bytes: photo.bytes,
        photo_bytes_beside: photo.bytes_beside,
        opened_reached_citizen: true,
        opened_to_citizen_ms,
        drill_verified: drill.state == IncidentState::DrillDone && drill.receipt.is_some(),
        position_source: at.as_ref().map_or("none", |at| at.source.as_str()).to_owned(),
        radius_unknown: at.is_some_and(|at| at.radius.is_null()),
        promises: teller.promises(),
    })
}

/// Three presses in a process that is killed as soon as the third has returned.
fn press(stage: &Stage, file: Option<&Path>, teller: &mut Teller) -> Result<Pressed, Fault> {
    teller.chapter("1. A citizen presses three times; there is no network");
    teller.tell(&format!("the centre's address {} refuses connections", stage.gate.address()));
    let mut process = CitizenProcess::start(stage.folder(), file)?;
    let third = loop {
        match process.next()? {
            Told::Fix { number } => {
                teller.tell(&format!("positioning: point {number} of the recording, radius unknown"))
            }
            Told::Press(pressed) => {
                teller.tell(&format!("press: {}, returned after {} µs", pressed.words, pressed.took_us));
                if pressed.incident.is_some() {
                    break pressed;
                }
            }
        }
    };
    let killed = process.kill()?;
    teller.promise("the process was killed (SIGKILL) right after its third press returned", killed);
    Ok(third)
}

/// What the killed process left.
fn look_at_disk(stage: &Stage, track: &Track, pressed: Pressed, teller: &mut Teller) -> Result<Sos, Fault> {
    teller.chapter("2. What is on the disk");
    let id = pressed.incident.clone().unwrap_or_default();
    let mut rows = disk::waiting_sos(&stage.citizen_folder())?;
    let one = rows.len() == 1;
    teller.promise("one SOS is on the disk, whole (INV-1)", one);
    let found = rows.pop().ok_or_else(|| Fault::System {
        what: "looking for the SOS in the database that the killed process left",
        why: "it is not there".to_owned(),
    })?;
    teller.tell(&format!("{} bytes, SHA-256 {}", found.bytes.len(), found.sha256));
    verdict::content(&found, &id, track, teller);
    Ok(Sos { id, pressed, found })
}

/// The network comes back.
fn deliver(
    stage: &Stage,
    siaga: &Siaga,
    watch: &Watch<'_>,
    sos: &Sos,
    teller: &mut Teller,
) -> Result<(OpenGate, Delivery), Fault> {
    teller.chapter("4. The network comes back");
    let gate = stage.gate.open(stage.centre.api_addr())?;
    let back = Instant::now();
    siaga.network_changed()?;
    teller.tell("the address lets connections through");
    let received = watch.until("the receipt", &sos.id, |view| view.receipt.is_some())?;
    let network_back_to_receipt_ms = u64::try_from(back.elapsed().as_millis()).unwrap_or(u64::MAX);
    let bytes_with_handshake = gate.bytes();
    let since_boot_ms = SystemClock::new()?.now().since_boot_ms;
    let press_to_receipt_ms = since_boot_ms.saturating_sub(sos.pressed.since_boot_ms);
    teller.tell(&format!("the screen says: {}", words::headline(&received, siaga.snapshot().store)));
    let signed = received.timeline.iter().any(|e| e.what == Happening::CentreHasIt && e.proof == Proof::Signed);
    teller.promise("the centre has signed for it, and the core has verified the signature (INV-3)", signed);
    teller.tell(&format!("{network_back_to_receipt_ms} ms after the network came back, {bytes_with_handshake} bytes"));
    Ok((gate, Delivery { received, press_to_receipt_ms, network_back_to_receipt_ms, bytes_with_handshake }))
}

/// The dispatcher opens it, and closes it.
fn opened(stage: &Stage, watch: &Watch<'_>, sos: &Sos, teller: &mut Teller) -> Result<u64, Fault> {
    teller.chapter("6. A dispatcher opens it");
    let marked = Instant::now();
    stage.centre.mark(&sos.id, Mark::Opened)?;
    let seen = watch.until("the step `opened`", &sos.id, |view| has_step(view, "opened"))?;
    let opened_to_citizen_ms = u64::try_from(marked.elapsed().as_millis()).unwrap_or(u64::MAX);
    for entry in &seen.timeline {
        teller.tell(&format!("  {} [{}]", words::happening(&entry.what), words::proof(entry.proof)));
    }
    teller.promise("`opened` reached the citizen as a signed step, without a gap", !seen.timeline_gap);
    stage.centre.mark(&sos.id, Mark::Closed)?;
    let closed = watch.until("the step `closed`", &sos.id, |view| view.state == IncidentState::ClosedByCentre)?;
    teller.promise("`closed` by the centre ends the incident; the button is armed anew", has_step(&closed, "closed"));
    Ok(opened_to_citizen_ms)
}

fn has_step(view: &IncidentView, word: &str) -> bool {
    view.timeline.iter().any(|entry| {
        entry.proof == Proof::Signed && matches!(&entry.what, Happening::Step { step, .. } if step == word)
    })
}

/// A drill goes the same way; on the connection that is warm now.
fn drill(siaga: &Siaga, watch: &Watch<'_>, gate: &OpenGate, teller: &mut Teller) -> Result<(IncidentView, u64), Fault> {
    teller.chapter("7. A drill goes the same way");
    watch.until_quiet()?;
    let before = gate.bytes();
    let id = siaga.drill()?.to_string();
    let done = watch.until("the drill's receipt", &id, |view| view.receipt.is_some())?;
    let bytes = gate.bytes().saturating_sub(before);
    teller.tell(&format!("the screen says: {}", words::headline(&done, siaga.snapshot().store)));
    let apart = done.drill && done.state == IncidentState::DrillDone;
    teller.promise("the drill came back with its own receipt and is shown as a drill", apart);
    teller.tell(&format!("{bytes} bytes on the warm connection"));
    Ok((done, bytes))
}
