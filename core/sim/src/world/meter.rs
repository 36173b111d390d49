//! Metered networks: the platform says when the network is one, and no file of a report or a drill leaves over it that the citizen
//! did not let go.

use siaga::{Error, FileId, IncidentView, Kind, Ticket};

use crate::coverage::{Checker, Fault};
use crate::network::{ProcessId, Sent};
use crate::world::World;

impl World {
    /// The phone leaves its Wi-Fi, or comes home.
    pub(crate) fn toggle_meter(&mut self, phone: usize) {
        let metered = !self.is_metered(phone);
        self.set_meter(phone, metered);
    }

    /// The platform tells every process of a phone. Nobody is held to what is not told yet.
    pub(crate) fn set_meter(&mut self, phone: usize, metered: bool) {
        if let Some(phone) = self.phones.get_mut(phone) {
            phone.metered = metered;
            phone.processes.iter_mut().for_each(|process| process.knows_meter = false);
        }
        let ids: Vec<ProcessId> =
            self.phones.get(phone).map_or_else(Vec::new, |phone| phone.processes.iter().map(|p| p.id).collect());
        for id in &ids {
            self.tell_meter(*id, metered);
        }
        for process in self.phones.get_mut(phone).into_iter().flat_map(|phone| &mut phone.processes) {
            process.knows_meter = ids.contains(&process.id);
        }
    }

    /// A shell's first act in a new process, and whenever it changes.
    pub(crate) fn learn_meter(&mut self, id: ProcessId) {
        let Some((phone, _)) = self.find(id) else { return };
        self.tell_meter(id, self.is_metered(phone));
        if let Some((phone, slot)) = self.find(id)
            && let Some(process) = self.phones.get_mut(phone).and_then(|phone| phone.processes.get_mut(slot))
        {
            process.knows_meter = true;
        }
    }

    fn tell_meter(&mut self, id: ProcessId, metered: bool) {
        let Some((phone, slot)) = self.find(id) else { return };
        if let Some(Err(error)) = self.call(phone, slot, |siaga| siaga.network_metered(metered)) {
            self.broken(Checker::Inv2, format!("what the network costs could not be told: {error}"));
        }
    }

    pub(crate) fn is_metered(&self, phone: usize) -> bool {
        self.phones.get(phone).is_some_and(|phone| phone.metered)
    }

    /// A file that came into an incident: in this world every one is too large for a metered network, but for those of an SOS.
    pub(crate) fn note_spared(&mut self, incident: &IncidentView, file: FileId) {
        if incident.drill || incident.kind != Kind::Sos {
            let _ = self.spared.insert(file);
        }
    }

    /// The citizen lets a file go over any network. Whether the call says so or not: it may be done when a commit that failed stands
    /// after a restart.
    pub(crate) fn allow_any_network(&mut self, phone: usize, slot: usize, file: FileId) -> Option<Result<(), Error>> {
        let _ = self.spared.remove(&file);
        self.call(phone, slot, |siaga| siaga.allow_any_network(file))
    }

    /// INV-7: a file of which the screen says that it waits for an unmetered network does not leave over another one. What a platform
    /// is given it is told to keep until then, for the process will not see the network change.
    pub(crate) fn judge_meter(&mut self, sent: &Sent) {
        let Some((phone, slot)) = self.find(sent.process) else { return };
        let Some(Ticket::Delivery { row, .. }) = sent.ticket.as_ref().filter(|ticket| ticket.is_of_file()) else {
            return;
        };
        let is_told = self.process(phone, slot).is_some_and(|process| process.knows_meter);
        // A damaged page may have taken what the engine knew of the incident.
        let knows_less = self.phones.get(phone).is_some_and(|phone| phone.was_damaged);
        if !is_told || knows_less || !(sent.handed || self.is_metered(phone)) {
            return;
        }
        self.coverage.judged(Checker::Inv7);
        let is_kept = sent.handed && sent.request.unmetered;
        let file = FileId::of(row.event);
        if self.spared.contains(&file) && !is_kept {
            let request = &sent.request;
            self.broken(
                Checker::Inv7,
                format!("the file {file} waits for an unmetered network, and leaves: {request:?}"),
            );
        }
    }

    /// Whether a platform waits with it for another network.
    pub(crate) fn is_kept(&mut self, phone: usize, unmetered: bool) -> bool {
        let is_kept = unmetered && self.is_metered(phone);
        self.coverage.fired(Fault::MeteredNetwork, u64::from(is_kept));
        is_kept
    }
}
