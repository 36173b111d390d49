//! The centre pushed a message: there may be news. Anybody may send one, or a thousand, so it proves nothing and carries
//! nothing: it only makes due what would be read later in any case.

use crate::clock::T;
use crate::incident::PUSH_GAP_MS;
use crate::turn::Turn;

/// Timelines that are followed are due now, or at the end of the gap. What failed may pass now: a message came through.
pub(super) fn received(turn: &mut Turn) {
    let at = heeded(turn);
    for incident in &mut turn.state.incidents {
        incident.follow.hint(at);
    }
    let reads = &mut turn.state.reads;
    for read in [&mut reads.keys, &mut reads.capabilities] {
        if read.failures > 0 {
            read.due = read.due.map(|due| due.min(at));
        }
    }
}

/// The moment at which this message is heeded: with the one before it, when that one is still to be heeded. None of it is worth
/// a commit: a process that dies meanwhile reads later.
fn heeded(turn: &mut Turn) -> T {
    let t = turn.t;
    let at = match turn.state.reads.heeded {
        None => t,
        Some(before) if before > t => before,
        Some(before) => before.after(PUSH_GAP_MS).max(t),
    };
    turn.state.reads.heeded = Some(at);
    at
}
