//! Bugs that can be planted: each is a way in which this code could be wrong, and the simulator must find it. Only a build with
//! the feature `plant` has them, which no shipped one is; in every other the question is answered with a constant.

/// A way to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Plant {
    /// A commit is not synced.
    UnsyncedCommit = 1,
    /// A status of 200 ends a delivery (F76).
    TrustStatus,
    /// Any receipt ends a delivery, whatever it names.
    TrustAnyReceipt,
    /// A firewall's 403 parks an SOS (F17).
    ParkBlocked,
    /// A row is deleted when it is claimed (F2).
    DeleteAtClaim,
    /// A row is sent with other bytes when it is sent again (F37).
    ChangeBytes,
    /// A centre's `Retry-After` is kept, however long (F22).
    KeepRetryAfter,
    /// An SOS that waits has no wake-up (F19).
    NoWakeUp,
    /// Presses are counted on the wall clock (F53).
    WallClock,
    /// Presses are counted when they come, not when the citizen touched.
    ForgetTouch,
    /// Presses after the trigger are swallowed (F39).
    SwallowEscalation,
    /// The screen says that the centre has it when it was sent (F8).
    EarlyWords,
    /// Each press after the trigger is an event of its own.
    NoCoalescing,
    /// An SOS waits for whatever is in flight (F21).
    HeadOfLine,
    /// An SOS is given up after some attempts.
    GiveUp,
    /// What a dead process had in flight stays its own for ever (F30).
    KeepLeases,
    /// One trigger makes two incidents (F35).
    DoubleTrigger,
    /// A cancel ends the incident on the phone alone.
    ForgetCancel,
    /// A note says where the citizen is.
    LogPosition,
    /// A bad receipt panics.
    PanicOnReceipt,
    /// A bad database is deleted (F62).
    DeleteBadStore,
    /// A database that was set aside is never salvaged.
    NoSalvage,
    /// What another process wrote is overlooked.
    OverlookOthers,
    /// What was held in memory is forgotten when the disk works again.
    ForgetMemory,
    /// Without a disk a press is refused.
    RefuseWithoutDisk,
    /// The phone's own clock leaves it in the wall clock's place.
    LeakClock,
    /// A file's copy gets its name before its bytes are synced.
    UnsyncedCopy,
    /// A copy that is needed is swept away.
    SweepKept,
    /// A file is announced, and its bytes are forgotten (F68).
    ForgetFile,
    /// A file counts as confirmed when its bytes are there, signed for or not (F36).
    ConfirmUnsigned,
    /// A record does not advance the chain: its successor names the one before it, too.
    BreakChain,
    /// A draft that is edited is submitted as it was before.
    ForgetEdit,
    /// A draft is sent when it is begun.
    SendDraft,
    /// A file that was paused never comes back.
    ForgetResume,
    /// A large file of a report goes over a metered network.
    ForgetMeter,
}

impl Plant {
    /// Every way.
    pub const ALL: [Self; 35] = [
        Self::UnsyncedCommit,
        Self::TrustStatus,
        Self::TrustAnyReceipt,
        Self::ParkBlocked,
        Self::DeleteAtClaim,
        Self::ChangeBytes,
        Self::KeepRetryAfter,
        Self::NoWakeUp,
        Self::WallClock,
        Self::ForgetTouch,
        Self::SwallowEscalation,
        Self::EarlyWords,
        Self::NoCoalescing,
        Self::HeadOfLine,
        Self::GiveUp,
        Self::KeepLeases,
        Self::DoubleTrigger,
        Self::ForgetCancel,
        Self::LogPosition,
        Self::PanicOnReceipt,
        Self::DeleteBadStore,
        Self::NoSalvage,
        Self::OverlookOthers,
        Self::ForgetMemory,
        Self::RefuseWithoutDisk,
        Self::LeakClock,
        Self::UnsyncedCopy,
        Self::SweepKept,
        Self::ForgetFile,
        Self::ConfirmUnsigned,
        Self::BreakChain,
        Self::ForgetEdit,
        Self::SendDraft,
        Self::ForgetResume,
        Self::ForgetMeter,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnsyncedCommit => "unsynced-commit",
            Self::TrustStatus => "trust-status",
            Self::TrustAnyReceipt => "trust-any-receipt",
            Self::ParkBlocked => "park-blocked",
            Self::DeleteAtClaim => "delete-at-claim",
            Self::ChangeBytes => "change-bytes",
            Self::KeepRetryAfter => "keep-retry-after",
            Self::NoWakeUp => "no-wake-up",
            Self::WallClock => "wall-clock",
            Self::ForgetTouch => "forget-touch",
            Self::SwallowEscalation => "swallow-escalation",
            Self::EarlyWords => "early-words",
            Self::NoCoalescing => "no-coalescing",
            Self::HeadOfLine => "head-of-line",
            Self::GiveUp => "give-up",
            Self::KeepLeases => "keep-leases",
            Self::DoubleTrigger => "double-trigger",
            Self::ForgetCancel => "forget-cancel",
            Self::LogPosition => "log-position",
            Self::PanicOnReceipt => "panic-on-receipt",
            Self::DeleteBadStore => "delete-bad-store",
            Self::NoSalvage => "no-salvage",
            Self::OverlookOthers => "overlook-others",
            Self::ForgetMemory => "forget-memory",
            Self::RefuseWithoutDisk => "refuse-without-disk",
            Self::LeakClock => "leak-clock",
            Self::UnsyncedCopy => "unsynced-copy",
            Self::SweepKept => "sweep-kept",
            Self::ForgetFile => "forget-file",
            Self::ConfirmUnsigned => "confirm-unsigned",
            Self::BreakChain => "break-chain",
            Self::ForgetEdit => "forget-edit",
            Self::SendDraft => "send-draft",
            Self::ForgetResume => "forget-resume",
            Self::ForgetMeter => "forget-meter",
        }
    }

    /// The way of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plant| plant.name() == name)
    }
}

#[cfg(feature = "plant")]
static PLANTED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);

/// Plants a bug in this process, or repairs it.
#[cfg(feature = "plant")]
pub fn set(plant: Option<Plant>) {
    PLANTED.store(plant.map_or(0, |plant| plant as u8), std::sync::atomic::Ordering::Relaxed);
}

/// Whether this bug is planted.
#[cfg(feature = "plant")]
#[must_use]
pub fn planted(plant: Plant) -> bool {
    PLANTED.load(std::sync::atomic::Ordering::Relaxed) == plant as u8
}

/// No bug is planted in this build.
#[cfg(not(feature = "plant"))]
#[must_use]
pub const fn planted(_: Plant) -> bool {
    false
}

/// Panics when this bug is planted.
///
/// # Panics
/// Only in a build that plants bugs.
#[cfg(feature = "plant")]
pub fn panic_when(plant: Plant) {
    assert!(!planted(plant), "a planted bug");
}

/// Does nothing: no bug is planted in this build.
#[cfg(not(feature = "plant"))]
pub const fn panic_when(_: Plant) {}
