//! The platform's own transfer service: what a process that goes to sleep hands over it carries minutes later, and it tells
//! whichever process lives then (F57).

use siaga::{
    Failure, Header, Method, Outcome, Payload, RawReply, Reply, Request, Route, Siaga, Transfer, UploadLocation,
    UploadReply,
};

use crate::coverage::{Checker, Fault};
use crate::envelope::Envelope;
use crate::network::{Aloft, Carriage, Fate, ProcessId, Sent};
use crate::world::World;

impl World {
    /// The app goes to the background as a shell's should: it hands its deliveries over, then lets go of every file.
    pub(crate) fn hand_over(&mut self, phone: usize, slot: usize) {
        let Some(id) = self.process(phone, slot).map(|process| process.id) else { return };
        self.give_to_platform(id);
        // What was under way had a moment to end.
        if self.dice.percent(50) {
            self.pass(1_000);
            self.give_to_platform(id);
        }
        // It may be killed before it is told to let go; or the citizen is back at once.
        if let Some((phone, slot)) = self.find(id).filter(|_| self.dice.percent(70)) {
            self.suspend(phone, slot);
        }
    }

    /// Everything that a process hands over is under way from now on; what was handed over before goes on as it is.
    fn give_to_platform(&mut self, id: ProcessId) {
        let Some((phone, slot)) = self.find(id) else { return };
        let Some(line) = self.process(phone, slot).map(|process| process.line.clone()) else { return };
        let taken = self.call(phone, slot, |siaga| {
            // What stood unsynced before is no step's: an opening wrote the log in advance, and a full disk rolled that back.
            let was_dirty = line.is_too_early();
            (siaga.take_transfers(), line.is_too_early() && !was_dirty)
        });
        let (transfers, too_early) = match taken {
            None => return,
            Some((Ok(transfers), too_early)) => (transfers, too_early),
            Some((Err(error), _)) => {
                return self.broken(Checker::Inv2, format!("deliveries could not be handed over: {error}"));
            }
        };
        for transfer in transfers {
            self.tell(|| format!("the platform takes {transfer:?}"));
            let Some((name, request)) = self.opened(id, transfer) else { continue };
            self.note_early(&request);
            let ticket = serde_json::from_str(&name).ok();
            let (request_of, done) = (request.clone(), Box::new(|_| ()));
            self.judge_sent(&Sent { process: id, ticket, request: request_of, handed: true, done, too_early });
            if !self.carried.insert((phone, name.clone())) {
                continue;
            }
            // From at once to a quarter of an hour: the platform chooses its moment.
            let most_ms = if self.sky.percent(50) { 5_000 } else { 900_000 };
            let at_ms = self.time.now_ms() + self.sky.between(10, most_ms);
            self.air.at(at_ms, Aloft::Departure(Box::new(Carriage { phone, id: name, request })));
        }
    }

    /// A transfer as the weather and the centre see it, and its id. A file is linked at once, as a shell does, and so it stays
    /// whatever the core does to its name. One that is gone again, because another process heard of its end, has failed.
    fn opened(&mut self, process: ProcessId, transfer: Transfer) -> Option<(String, Request)> {
        let name = transfer.id.clone();
        let Some(file) = transfer.file.clone() else { return Some((name, request(transfer))) };
        let (phone, slot) = self.find(process)?;
        self.coverage.fired(Fault::HandedPart, 1);
        if let Some(body) = self.phones.get(phone).and_then(|phone| phone.disk.read(&file)) {
            return Some((name, request(Transfer { body, ..transfer })));
        }
        let _ = self.call(phone, slot, |siaga| siaga.transfer_failed(&name, Failure::Unavailable));
        None
    }

    /// A shell's first act in a new process: it tells which transfers its platform still has.
    pub(crate) fn reconcile(&mut self, phone: usize, slot: usize) {
        let of_phone = self.carried.iter().filter(|(carrier, _)| *carrier == phone);
        let carried: Vec<String> = of_phone.map(|(_, id)| id.clone()).collect();
        if let Some(Err(error)) = self.call(phone, slot, |siaga| siaga.reconcile_transfers(&carried)) {
            self.broken(Checker::Inv2, format!("what a platform carries could not be told: {error}"));
        }
    }

    /// A process that is about to sleep does not wait for the presses of an escalation's gap.
    fn note_early(&mut self, request: &Request) {
        let envelope = Envelope::of(request.body.bytes());
        if let Some(incident) = envelope.incident()
            && envelope.kind() == "escalation"
            && !self.left.contains(&request.path)
        {
            *self.left_early.entry(incident.to_owned()).or_default() += 1;
        }
    }

    /// The platform sends.
    pub(crate) fn depart(&mut self, carriage: Box<Carriage>) {
        let now_ms = self.time.now_ms();
        if self.is_kept(carriage.phone, carriage.request.unmetered) {
            return self.air.at(now_ms + 60_000, Aloft::Departure(carriage));
        }
        // The citizen swiped the app away: the platform forgot it, and nobody tells. Who waits for a part for long is gone as well.
        if self.sky.percent(15) && !self.healed {
            let phone = carriage.phone;
            let _ = self.carried.remove(&(phone, carriage.id));
            if carriage.request.apart {
                self.swipe_away(phone);
            }
            return;
        }
        let wall_ms = self.time.true_wall_ms();
        let (fate, struck) = self.weather.fate(&carriage.request, &mut self.centre, wall_ms, &mut self.sky);
        for fault in struck {
            self.coverage.fired(fault, 1);
        }
        match fate {
            Fate::Ends { after_ms, outcome } => self.air.at(now_ms + after_ms, Aloft::HandBack(carriage, outcome)),
            // It waits for a better network.
            Fate::Held => self.air.at(now_ms + 60_000, Aloft::Departure(carriage)),
            Fate::Passes { after_ms, reply_is_lost, again_after_ms: _ } => {
                self.air.at(now_ms + after_ms, Aloft::Delivery(carriage, reply_is_lost));
            }
        }
    }

    fn swipe_away(&mut self, phone: usize) {
        if let Some(phone) = self.phones.get(phone) {
            phone.processes.iter().for_each(|process| phone.disk.kill(process.id));
        }
        let _ = self.bury();
    }

    /// What the platform carries reaches the centre.
    pub(crate) fn deliver(&mut self, carriage: Box<Carriage>, reply_is_lost: bool) {
        let reply = self.centre.serve(&carriage.request, self.time.true_wall_ms());
        let outcome: Outcome = if reply_is_lost { Err(Failure::Broken) } else { Ok(reply) };
        let at_ms = self.time.now_ms() + self.sky.between(1, 30_000);
        self.air.at(at_ms, Aloft::HandBack(carriage, Box::new(outcome)));
    }

    /// The platform wakes whichever process the phone has, and tells it how the transfer ended.
    pub(crate) fn hand_back(&mut self, carriage: Box<Carriage>, outcome: Box<Outcome>) {
        let phone = carriage.phone;
        let ids: Vec<ProcessId> = self.phones.get(phone).map_or_else(Vec::new, |phone| {
            phone.processes.iter().filter(|_| !phone.asleep).map(|process| process.id).collect()
        });
        let Some(id) = self.sky.pick(&ids).copied() else {
            return self.late.push(Aloft::HandBack(carriage, outcome));
        };
        self.coverage.fired(Fault::HandedOver, 1);
        let _ = self.carried.remove(&(phone, carriage.id.clone()));
        let Some((phone, slot)) = self.find(id) else { return };
        let was_suspended = self.process(phone, slot).is_some_and(|process| process.suspended);
        // A shell may go on first, or hand the reply over as it is.
        let goes_on = was_suspended && self.sky.percent(50);
        if goes_on {
            let _ = self.call(phone, slot, Siaga::resume);
        }
        let Some((phone, slot)) = self.find(id) else { return };
        self.tell(|| format!("process {id} hears of {}: {outcome:?}", carriage.id));
        let told = self.call(phone, slot, |siaga| match *outcome {
            Ok(reply) => siaga.transfer_replied(&carriage.id, raw(reply)),
            Err(failure) => siaga.transfer_failed(&carriage.id, failure),
        });
        if let Some(Err(error)) = told {
            self.broken(Checker::Inv3, format!("the end of a transfer was refused: {error}"));
        }
        if goes_on {
            self.give_to_platform(id);
            if let Some((phone, slot)) = self.find(id) {
                let _ = self.call(phone, slot, Siaga::prepare_suspend);
            }
        }
    }
}

/// A transfer as the weather and the centre see it.
fn request(transfer: Transfer) -> Request {
    let Transfer { id: _, method, url, headers, body, file: _, timeout_ms, after_ms, must_pass, unmetered } = transfer;
    let (_, path) = url.split_once(".invalid").unwrap_or_default();
    let method = match method.as_str() {
        "PUT" => Method::Put,
        "POST" => Method::Post,
        "HEAD" => Method::Head,
        "PATCH" => Method::Patch,
        _ => Method::Get,
    };
    Request {
        route: if url.starts_with("https://second.") { Route::Second } else { Route::Primary },
        method,
        path: path.to_owned(),
        headers: headers.into_iter().map(|header| (header.name, header.value)).collect(),
        body: Payload::Bytes(body),
        apart: matches!(method, Method::Post | Method::Head | Method::Patch),
        timeout_ms,
        after_ms,
        must_pass,
        unmetered,
    }
}

/// A reply as a platform hands it back.
fn raw(reply: Reply) -> RawReply {
    let Reply { status, receipt, content_type, retry_after_ms, body, truncated: _, clock_clamped: _, upload } = reply;
    let seconds = retry_after_ms.map(|ms| (ms / 1_000).to_string());
    let tus = upload.as_ref().map(|_| "1.0.0".to_owned());
    let UploadReply { offset, location } = upload.unwrap_or_default();
    let location = location.map(|location| match location {
        UploadLocation::Here(path) => path,
        UploadLocation::Elsewhere => "https://elsewhere.invalid/v1/media/x".to_owned(),
    });
    let headers = [
        ("Siaga-Receipt", receipt),
        ("Content-Type", content_type),
        ("Retry-After", seconds),
        ("Tus-Resumable", tus),
        ("Upload-Offset", offset.map(|offset| offset.to_string())),
        ("Location", location),
    ];
    let header = |(name, value): (&str, Option<String>)| Some(Header { name: name.to_owned(), value: value? });
    RawReply { status, headers: headers.into_iter().filter_map(header).collect(), body }
}
