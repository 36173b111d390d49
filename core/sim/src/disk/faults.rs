//! The faults that are switched on, and how often each really bit.

/// How often each fault really bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fired {
    /// Processes that were killed.
    pub kills: u64,
    /// Power cuts.
    pub power_cuts: u64,
    /// Writes of which a power cut took at least one sector.
    pub lost_writes: u64,
    /// Of those, the ones of which at least one sector stayed.
    pub torn_writes: u64,
    /// Files whose size a power cut took back.
    pub lost_sizes: u64,
    /// Changes of names that a power cut took back.
    pub lost_names: u64,
    /// Writes that found no room.
    pub full: u64,
    /// Syncs that failed.
    pub failed_syncs: u64,
    /// Reads that failed.
    pub failed_reads: u64,
    /// Writes that failed.
    pub failed_writes: u64,
    /// Pages that were filled with noise, and bits that were flipped.
    pub rotted: u64,
}

/// Faults.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// How many of the next syncs, reads and writes fail.
    pub(super) syncs: u64,
    pub(super) reads: u64,
    pub(super) writes: u64,
    fired: Fired,
}

impl Faults {
    pub(super) const fn fired(&self) -> Fired {
        self.fired
    }

    pub(super) const fn count(&mut self) -> &mut Fired {
        &mut self.fired
    }

    pub(super) const fn heal(&mut self) {
        (self.syncs, self.reads, self.writes) = (0, 0, 0);
    }

    pub(super) fn bites_sync(&mut self) -> bool {
        let bites = take_one(&mut self.syncs);
        self.fired.failed_syncs += u64::from(bites);
        bites
    }

    pub(super) fn bites_read(&mut self) -> bool {
        let bites = take_one(&mut self.reads);
        self.fired.failed_reads += u64::from(bites);
        bites
    }

    pub(super) fn bites_write(&mut self) -> bool {
        let bites = take_one(&mut self.writes);
        self.fired.failed_writes += u64::from(bites);
        bites
    }
}

const fn take_one(left: &mut u64) -> bool {
    let bites = *left > 0;
    *left = left.saturating_sub(1);
    bites
}
