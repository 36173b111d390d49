//! The citizen attaches a file, and is promised that it is ours.

use siaga::{AttachFault, Error, FileId, FileState, IncidentId, Siaga};

use crate::coverage::Checker;
use crate::ledger::What;
use crate::world::World;

/// From a thumbnail to a photo of a cheap phone: some go along with their creation, most take several parts.
const FILE_BYTES: (u64, u64) = (100, 200_000);

/// What a citizen may decide of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Pause,
    Resume,
    AnyNetwork,
    Withdraw,
}

impl World {
    /// Attaches a photo to one of the incidents on the screen.
    pub(crate) fn attach(&mut self, phone: usize, slot: usize) {
        let Some(snapshot) = self.bare_call(phone, slot, Siaga::snapshot) else { return };
        self.settle();
        let shown: Vec<IncidentId> = snapshot.incidents.iter().map(|incident| incident.id).collect();
        let Some(incident) = self.dice.pick(&shown).copied() else { return };
        let photo = self.photo();
        let attached =
            self.call(phone, slot, |siaga| siaga.attach_stream(incident, "IMG_1.jpg", &mut photo.as_slice()));
        match attached {
            Some(Ok(file)) => {
                let bond = self.bond(phone, slot);
                self.tell(|| format!("attached {file} to {incident}, {bond:?}"));
                self.promise(phone, bond, What::File { incident, file });
                if let Some(incident) = snapshot.incident(incident) {
                    self.note_spared(incident, file);
                }
            }
            // A disk that is full or fails; too many of them; an incident that another process has put into the history.
            Some(Err(Error::Attach {
                fault:
                    AttachFault::DiskFull
                    | AttachFault::DiskFailed
                    | AttachFault::TooManyFiles { .. }
                    | AttachFault::TooManyWaiting { .. }
                    | AttachFault::NoSuchIncident
                    | AttachFault::NoSuchFile,
            }))
            // It may be announced all the same, when a commit that failed stands after a restart.
            | Some(Err(Error::Store { .. }))
            | None => {}
            Some(Err(error)) => self.broken(Checker::Inv11, format!("a photo was refused: {error}")),
        }
    }

    /// Pauses one of the files on the screen, lets it go on, or over any network, or takes it back.
    pub(crate) fn decide_file(&mut self, phone: usize, slot: usize) {
        const DECISIONS: [(u32, Decision); 4] =
            [(4, Decision::Pause), (3, Decision::Resume), (1, Decision::AnyNetwork), (1, Decision::Withdraw)];
        let Some(snapshot) = self.bare_call(phone, slot, Siaga::snapshot) else { return };
        self.settle();
        let files: Vec<FileId> = snapshot.incidents.iter().flat_map(|incident| &incident.files).map(|f| f.id).collect();
        let Some(file) = self.dice.pick(&files).copied() else { return };
        let Some(decision) = self.dice.weighted(&DECISIONS).copied() else { return };
        if decision == Decision::Withdraw {
            // Whether the call says so or not: it may be done when a commit that failed stands after a restart.
            let _ = self.withdrawn.insert(file);
        }
        let decided = match decision {
            Decision::Pause => self.call(phone, slot, |siaga| siaga.pause_file(file)),
            Decision::Resume => self.call(phone, slot, |siaga| siaga.resume_file(file)),
            Decision::AnyNetwork => self.allow_any_network(phone, slot, file),
            Decision::Withdraw => self.call(phone, slot, |siaga| siaga.withdraw_file(file)),
        };
        match decided {
            // What another process did meanwhile is not on this one's screen yet.
            Some(Ok(()))
            | Some(Err(Error::Attach { fault: AttachFault::NoSuchFile | AttachFault::AlreadyConfirmed }))
            | Some(Err(Error::Store { .. }))
            | None => {}
            Some(Err(error)) => self.broken(Checker::Inv11, format!("a file could not be decided of: {error}")),
        }
    }

    /// The citizen lets everything go on.
    pub(crate) fn resume_files(&mut self, phone: usize) {
        let Some(snapshot) = self.bare_call(phone, 0, Siaga::snapshot) else { return };
        self.settle();
        let files = snapshot.incidents.iter().flat_map(|incident| &incident.files);
        for file in files.filter(|file| file.state == FileState::Paused) {
            let _ = self.call(phone, 0, |siaga| siaga.resume_file(file.id));
        }
    }

    fn photo(&mut self) -> Vec<u8> {
        let bytes = usize::try_from(self.dice.between(FILE_BYTES.0, FILE_BYTES.1)).unwrap_or(0);
        let mut photo = vec![0xFF, 0xD8, 0xFF, 0xE0];
        let block: [u8; 32] = self.dice.bytes();
        photo.extend(block.iter().cycle().take(bytes));
        photo
    }

    /// A process that lives again takes up what another one had begun to copy.
    pub(crate) fn take_up_copies(&mut self, phone: usize, slot: usize) {
        if let Some(Err(error)) = self.call(phone, slot, Siaga::take_up_copies)
            && !matches!(error, Error::Store { .. })
        {
            self.broken(Checker::Inv11, format!("copies could not be taken up: {error}"));
        }
    }

    /// A file that was promised is at the centre, hash and all, or the screen says why not.
    pub(crate) fn judge_file(&mut self, phone: usize, incident: IncidentId, file: siaga::FileId) {
        let standing = self.standing_for(&incident.to_string());
        let arrived = self.centre.uploads().confirmed(&standing, &file.to_string());
        // A damaged page may have taken the create: then no centre knows the incident.
        let is_known = self.create_arrived(&incident.to_string());
        // A twin may have submitted the draft without it.
        let is_a_twins = self.has_twins && self.drafts.contains_key(&incident);
        // One that left its draft is shown nowhere.
        let is_withdrawn = self.withdrawn.contains(&file);
        if arrived.is_some() || is_withdrawn || is_a_twins || !is_known || !self.centre.takes_files() {
            return;
        }
        let Some(snapshot) = self.bare_call(phone, 0, Siaga::snapshot) else { return };
        let Some(Ok(history)) = self.bare_call(phone, 0, |siaga| siaga.history(10_000)) else { return };
        let incidents = snapshot.incidents.iter().chain(&history);
        let shown = incidents.flat_map(|incident| &incident.files).find(|known| known.id == file);
        let is_refused = shown.is_some_and(|file| matches!(file.state, FileState::Refused | FileState::Unproven));
        if !is_refused {
            let state = shown.map(|file| (file.state, file.trouble.clone()));
            self.broken(Checker::Inv2, format!("the file {file} was promised, and never arrived: {state:?}"));
        }
    }
}
