//! The script of a run: what the citizen, the phone and the world do next.

use crate::dice::Dice;

/// One input of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Presses in quick succession: at least as many as make an SOS.
    Burst,
    /// One press.
    Press,
    /// The citizen starts a drill.
    Drill,
    /// The citizen calls off what is open.
    Cancel,
    /// The citizen reports something.
    Report,
    /// The citizen begins a report that is not finished.
    Draft,
    /// The citizen goes on with a draft: edits it, submits it, or throws it away.
    Write,
    /// The citizen adds words to an incident.
    Note,
    /// The citizen attaches a file.
    Attach,
    /// The citizen pauses a file, lets it go on, or over any network, or takes it back.
    DecideFile,
    /// Positioning gives a fix.
    Fix,
    /// The citizen withdraws the permission for positions.
    WithdrawPermission,
    /// The platform says that the network is another one.
    NetworkChanged,
    /// The network is metered from now on, or not.
    ToggleMeter,
    /// The host app has new credentials.
    IdentityChanged,
    /// Time passes.
    Wait,
    /// The phone sleeps.
    Doze,
    /// The process is told that it will be suspended.
    Suspend,
    /// The same, and the platform's own transfer service carries its deliveries meanwhile, and later.
    HandOver,
    /// The centre's push messages arrive.
    Push,
    /// The process is killed, now or at some later operation.
    Kill,
    /// The power is cut, now or at some later operation.
    CutPower,
    /// The phone restarts in good order.
    Reboot,
    /// The app is closed, and opened again.
    Restart,
    /// Somebody sets the wall clock.
    SetWallClock,
    /// The disk is full from now on, or has room again.
    ToggleFull,
    /// The next syncs fail.
    FailSyncs,
    /// The next writes fail.
    FailWrites,
    /// The next reads fail.
    FailReads,
    /// A page of the database is damaged.
    Corrupt,
    /// Another weather.
    ChangeWeather,
    /// A route goes down, or comes up again.
    TogglePartition,
    /// Requests are held, or released.
    ToggleHold,
    /// A second process opens the same folder, or closes.
    ToggleSecond,
    /// The second process will act in the middle of a step of the first.
    Interleave,
    /// Another process keeps the lock during the next press.
    PressUnderLock,
    /// The storage is copied to a second phone.
    Clone,
    /// The storage is set back to an earlier image.
    Rewind,
    /// The database comes from a newer version.
    Downgrade,
    /// The system has no randomness from now on, or has it again.
    ToggleEntropy,
    /// The centre signs with a new key.
    RotateKey,
    /// A dispatcher presses a button.
    Mark,
}

/// Inputs with their weights, and whether a run may do without them.
const ALWAYS: [(u32, Input); 13] = [
    (6, Input::Burst),
    (6, Input::Press),
    (2, Input::Drill),
    (4, Input::Cancel),
    (4, Input::Report),
    (2, Input::Draft),
    (5, Input::Write),
    (2, Input::Note),
    (5, Input::Attach),
    (8, Input::Fix),
    (22, Input::Wait),
    (2, Input::Mark),
    (3, Input::Restart),
];

const SOMETIMES: [(u32, Input); 29] = [
    (1, Input::WithdrawPermission),
    (4, Input::DecideFile),
    (4, Input::NetworkChanged),
    (3, Input::ToggleMeter),
    (2, Input::IdentityChanged),
    (2, Input::Doze),
    (3, Input::Suspend),
    (4, Input::HandOver),
    (3, Input::Push),
    (7, Input::Kill),
    (6, Input::CutPower),
    (2, Input::Reboot),
    (3, Input::SetWallClock),
    (3, Input::ToggleFull),
    (3, Input::FailSyncs),
    (2, Input::FailWrites),
    (2, Input::FailReads),
    (1, Input::Corrupt),
    (4, Input::ChangeWeather),
    (4, Input::TogglePartition),
    (3, Input::ToggleHold),
    (3, Input::ToggleSecond),
    (4, Input::Interleave),
    (3, Input::PressUnderLock),
    (1, Input::Clone),
    (1, Input::Rewind),
    (1, Input::Downgrade),
    (2, Input::ToggleEntropy),
    (2, Input::RotateKey),
];

/// The inputs of one run: some kinds of trouble, not all, so that two runs are unlike (swarm testing).
#[derive(Debug)]
pub(crate) struct Script {
    inputs: Vec<(u32, Input)>,
}

impl Script {
    pub(crate) fn drawn(dice: &mut Dice) -> Self {
        let mut inputs = ALWAYS.to_vec();
        inputs.extend(SOMETIMES.into_iter().filter(|_| dice.percent(45)));
        Self { inputs }
    }

    pub(crate) fn next(&self, dice: &mut Dice) -> Input {
        dice.weighted(&self.inputs).copied().unwrap_or(Input::Wait)
    }
}
