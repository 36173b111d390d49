//! The ledger: what the phone has promised to its citizen. It is kept outside the phone, and the phone is held to it.

use std::collections::BTreeMap;

use siaga::{FileId, IncidentId};

use crate::network::ProcessId;

/// How far a promise binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bond {
    /// The phone said that it is on the disk: nothing but a damaged or exchanged disk may take it back.
    Firm,
    /// The phone said that it is in the memory of this process alone: it dies with it.
    Volatile(ProcessId),
    /// Nobody can know: it may arrive or not.
    Loose,
}

/// What was promised.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    pub(crate) what: What,
    pub(crate) phone: usize,
    /// When it was made, or went to the disk.
    pub(crate) since_ms: u64,
    pub(crate) bond: Bond,
}

/// What a promise is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// An SOS.
    Sos { incident: IncidentId },
    /// The time from the first press of an SOS to its last, by the phone's boot clock.
    Span { incident: IncidentId, span_ms: u64 },
    /// An SOS has so many presses.
    Presses { incident: IncidentId, presses: u32 },
    /// An SOS or a drill is called off.
    Cancel { incident: IncidentId },
    /// A drill.
    Drill { incident: IncidentId },
    /// A report.
    Report { incident: IncidentId },
    /// A report that is not submitted is kept.
    Draft { incident: IncidentId },
    /// Words are added to an incident.
    Note { incident: IncidentId, text: String },
    /// A file of an incident.
    File { incident: IncidentId, file: FileId },
}

/// All promises of a run.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    promises: Vec<Promise>,
    /// Calls whose answer nobody heard, because the process died in them: each may have made an incident.
    unheard: u32,
    /// How often a process went on in memory.
    times_in_memory: u32,
    /// Presses that were made, heard or not.
    presses: u32,
    /// Presses that were answered from memory.
    presses_in_memory: u32,
}

impl Ledger {
    pub(crate) fn promise(&mut self, promise: Promise) {
        self.promises.push(promise);
    }

    pub(crate) const fn pressed(&mut self) {
        self.presses += 1;
    }

    /// The press that was made was answered from memory.
    pub(crate) const fn was_in_memory(&mut self) {
        self.presses_in_memory += 1;
    }

    pub(crate) const fn call_was_not_heard(&mut self) {
        self.unheard += 1;
    }

    pub(crate) const fn went_on_in_memory(&mut self) {
        self.times_in_memory += 1;
    }

    /// Incidents that no answer told of: calls that nobody heard, and presses that were counted apart, by a process that went on
    /// in memory, and became an SOS when they came together.
    pub(crate) const fn most_untold(&self) -> u32 {
        self.unheard + self.times_in_memory
    }

    /// The most presses that the centre may hear of. One whose commit failed is decided anew in memory, under another id; when
    /// that commit stands after all and the process dies, both rows arrive. They state the same total.
    pub(crate) const fn most_presses(&self) -> u32 {
        self.presses + self.presses_in_memory
    }

    pub(crate) fn all(&self) -> &[Promise] {
        &self.promises
    }

    /// The process's newest step is on the disk, and with it all that it held in memory.
    pub(crate) fn is_durable(&mut self, process: ProcessId, now_ms: u64) {
        for promise in self.promises.iter_mut().filter(|promise| promise.bond == Bond::Volatile(process)) {
            (promise.bond, promise.since_ms) = (Bond::Firm, now_ms);
        }
    }

    /// The process is dead.
    pub(crate) fn died(&mut self, process: ProcessId) {
        self.rebind(|promise| promise.bond == Bond::Volatile(process), Bond::Loose);
    }

    /// What a phone promised, or brought to its disk, after this moment may be gone: its storage was set back, or damaged.
    pub(crate) fn loosen(&mut self, phone: usize, since_ms: u64) {
        self.rebind(|promise| promise.phone == phone && promise.since_ms >= since_ms, Bond::Loose);
    }

    /// The highest count of presses that binds, for each SOS.
    pub(crate) fn firm_presses(&self) -> BTreeMap<IncidentId, u32> {
        let mut counts = BTreeMap::new();
        for promise in self.promises.iter().filter(|promise| promise.bond == Bond::Firm) {
            if let What::Presses { incident, presses } = promise.what {
                let count = counts.entry(incident).or_insert(0);
                *count = presses.max(*count);
            }
        }
        counts
    }

    fn rebind(&mut self, which: impl Fn(&Promise) -> bool, bond: Bond) {
        self.promises.iter_mut().filter(|promise| which(promise)).for_each(|promise| promise.bond = bond);
    }
}
