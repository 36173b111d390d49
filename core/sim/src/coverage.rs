//! What a run did: how often each fault really bit, and how often each checker really judged. A fault or a checker that never
//! fired proves nothing, so a large run in which one stayed silent fails.

use std::collections::BTreeMap;

/// Everything that goes wrong on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A request is held on its way and arrives much later, perhaps after its sender gave up.
    Hold,
    /// No connection, over one route or both.
    Partition,
    /// A request is lost on its way.
    LoseRequest,
    /// The centre stores it, and the reply is lost.
    LoseReply,
    /// A request arrives twice.
    Duplicate,
    /// Something answers 200 that is not the centre.
    Lie200,
    /// A captive portal redirects.
    Portal,
    /// A firewall answers 403.
    Waf403,
    /// The centre answers 500 or 503, perhaps with a long `Retry-After`.
    ServerError,
    /// The centre answers 429 with a long `Retry-After`.
    TooManyRequests,
    /// The centre asks who this is.
    NeedsIdentity,
    /// The centre refuses a report for good.
    RefusedReport,
    /// A good receipt, of another event.
    ForeignReceipt,
    /// A receipt under a stranger's key.
    StrangersKey,
    /// The centre holds other bytes under this id: a twin of this phone was there before.
    OtherBytes,
    /// A part of a file breaks off on its way.
    CutUpload,
    /// The centre has forgotten an upload that is not complete.
    ForgottenUpload,
    /// The centre damages an upload that is not complete.
    DamagedUpload,
    /// A part of a file is damaged on its way, which its hash tells the centre.
    DamagedPart,
    /// A server says that it has another part of a file than it can have.
    LyingOffset,
    /// The centre signs with a new key.
    KeyRotated,
    /// The disk is full.
    DiskFull,
    /// A sync fails, and what it should have made durable is not.
    FailingSync,
    /// A write fails.
    FailingWrite,
    /// A read fails.
    FailingRead,
    /// A power cut leaves a write half done.
    TornSectors,
    /// A power cut takes what was not synced.
    LostWrites,
    /// A page of the database is damaged.
    CorruptPage,
    /// The process is killed at some operation on its disk.
    Kill,
    /// The power is cut at some operation.
    PowerCut,
    /// The phone restarts.
    Reboot,
    /// Somebody sets the wall clock.
    WallJump,
    /// The phone sleeps, and no wake-up rings.
    Doze,
    /// The citizen withdraws the permission for positions.
    PermissionWithdrawn,
    /// The phone's storage is copied to a second phone, and both go on.
    Clone,
    /// The phone's storage is set back to an earlier day.
    Rewind,
    /// A second process works on the same folder.
    SecondProcess,
    /// A second process acts in the middle of a step of the first.
    Interleaved,
    /// Another process keeps the lock of the database.
    LockHeld,
    /// Touches wait for something slow, and their presses come together.
    LateTouches,
    /// The system has no randomness to give.
    NoEntropy,
    /// The process lets go of its files before it is suspended.
    Suspended,
    /// The platform's own transfer service carries a delivery, and tells a process of its end: the same one or a later one.
    HandedOver,
    /// The platform carries a part of a file, out of a file with exactly its bytes.
    HandedPart,
    /// The network is metered: files of reports wait, also in a platform's hands.
    MeteredNetwork,
    /// The app is replaced by an older one: the database is newer than the code.
    Downgraded,
    /// The run begins with the database of a released version, its queue full.
    Upgraded,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 47] = [
        Self::Hold,
        Self::Partition,
        Self::LoseRequest,
        Self::LoseReply,
        Self::Duplicate,
        Self::Lie200,
        Self::Portal,
        Self::Waf403,
        Self::ServerError,
        Self::TooManyRequests,
        Self::NeedsIdentity,
        Self::RefusedReport,
        Self::ForeignReceipt,
        Self::StrangersKey,
        Self::OtherBytes,
        Self::CutUpload,
        Self::ForgottenUpload,
        Self::DamagedUpload,
        Self::DamagedPart,
        Self::LyingOffset,
        Self::KeyRotated,
        Self::DiskFull,
        Self::FailingSync,
        Self::FailingWrite,
        Self::FailingRead,
        Self::TornSectors,
        Self::LostWrites,
        Self::CorruptPage,
        Self::Kill,
        Self::PowerCut,
        Self::Reboot,
        Self::WallJump,
        Self::Doze,
        Self::PermissionWithdrawn,
        Self::Clone,
        Self::Rewind,
        Self::SecondProcess,
        Self::Interleaved,
        Self::LockHeld,
        Self::LateTouches,
        Self::NoEntropy,
        Self::Suspended,
        Self::HandedOver,
        Self::HandedPart,
        Self::MeteredNetwork,
        Self::Downgraded,
        Self::Upgraded,
    ];

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Partition => "partition",
            Self::LoseRequest => "lose-request",
            Self::LoseReply => "lose-reply",
            Self::Duplicate => "duplicate",
            Self::Lie200 => "lie-200",
            Self::Portal => "portal",
            Self::Waf403 => "waf-403",
            Self::ServerError => "server-error",
            Self::TooManyRequests => "too-many-requests",
            Self::NeedsIdentity => "needs-identity",
            Self::RefusedReport => "refused-report",
            Self::ForeignReceipt => "foreign-receipt",
            Self::StrangersKey => "strangers-key",
            Self::OtherBytes => "other-bytes",
            Self::CutUpload => "cut-upload",
            Self::ForgottenUpload => "forgotten-upload",
            Self::DamagedUpload => "damaged-upload",
            Self::DamagedPart => "damaged-part",
            Self::LyingOffset => "lying-offset",
            Self::KeyRotated => "key-rotated",
            Self::DiskFull => "disk-full",
            Self::FailingSync => "failing-sync",
            Self::FailingWrite => "failing-write",
            Self::FailingRead => "failing-read",
            Self::TornSectors => "torn-sectors",
            Self::LostWrites => "lost-writes",
            Self::CorruptPage => "corrupt-page",
            Self::Kill => "kill",
            Self::PowerCut => "power-cut",
            Self::Reboot => "reboot",
            Self::WallJump => "wall-jump",
            Self::Doze => "doze",
            Self::PermissionWithdrawn => "permission-withdrawn",
            Self::Clone => "clone",
            Self::Rewind => "rewind",
            Self::SecondProcess => "second-process",
            Self::Interleaved => "interleaved",
            Self::LockHeld => "lock-held",
            Self::LateTouches => "late-touches",
            Self::NoEntropy => "no-entropy",
            Self::Suspended => "suspended",
            Self::HandedOver => "handed-over",
            Self::HandedPart => "handed-part",
            Self::MeteredNetwork => "metered-network",
            Self::Downgraded => "downgraded",
            Self::Upgraded => "upgraded",
        }
    }
}

/// The invariants of `docs/ARCHITECTURE.md`, each with its checker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Checker {
    Inv1,
    Inv2,
    Inv3,
    Inv4,
    Inv5,
    Inv6,
    Inv7,
    Inv8,
    Inv9,
    Inv10,
    Inv11,
    Inv12,
    Inv13,
    Inv14,
}

impl Checker {
    /// Every checker.
    pub const ALL: [Self; 14] = [
        Self::Inv1,
        Self::Inv2,
        Self::Inv3,
        Self::Inv4,
        Self::Inv5,
        Self::Inv6,
        Self::Inv7,
        Self::Inv8,
        Self::Inv9,
        Self::Inv10,
        Self::Inv11,
        Self::Inv12,
        Self::Inv13,
        Self::Inv14,
    ];

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inv1 => "INV-1",
            Self::Inv2 => "INV-2",
            Self::Inv3 => "INV-3",
            Self::Inv4 => "INV-4",
            Self::Inv5 => "INV-5",
            Self::Inv6 => "INV-6",
            Self::Inv7 => "INV-7",
            Self::Inv8 => "INV-8",
            Self::Inv9 => "INV-9",
            Self::Inv10 => "INV-10",
            Self::Inv11 => "INV-11",
            Self::Inv12 => "INV-12",
            Self::Inv13 => "INV-13",
            Self::Inv14 => "INV-14",
        }
    }
}

/// How often each fault fired and each checker judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    faults: BTreeMap<Fault, u64>,
    checkers: BTreeMap<Checker, u64>,
}

impl Coverage {
    pub(crate) fn fired(&mut self, fault: Fault, times: u64) {
        if times > 0 {
            *self.faults.entry(fault).or_default() += times;
        }
    }

    pub(crate) fn judged(&mut self, checker: Checker) {
        *self.checkers.entry(checker).or_default() += 1;
    }

    /// How often a fault fired.
    #[must_use]
    pub fn of_fault(&self, fault: Fault) -> u64 {
        self.faults.get(&fault).copied().unwrap_or(0)
    }

    /// How often a checker judged.
    #[must_use]
    pub fn of_checker(&self, checker: Checker) -> u64 {
        self.checkers.get(&checker).copied().unwrap_or(0)
    }
}
