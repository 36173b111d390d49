//! `citizen drain`.

use serde_json::json;

use crate::answer::Answer;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::words;

/// Delivers what waits, for at most so many seconds.
pub(super) fn drain(shell: &Shell, for_s: u64) -> Result<Answer, Fault> {
    let drained = shell.siaga.drain(for_s.saturating_mul(1_000))?;
    let snapshot = shell.siaga.snapshot();
    let mut lines = vec![match drained.waiting {
        0 => "nothing waits: the centre has signed for everything that was sent".to_owned(),
        rows => format!("{rows} still {}", if rows == 1 { "waits" } else { "wait" }),
    }];
    lines.extend((snapshot.parked > 0).then(|| words::parked(snapshot.parked)));
    lines.extend(snapshot.incidents.iter().filter_map(words::trouble_of));
    lines.extend(drained.next_wake.map(words::next_wake));
    let exit = if drained.waiting == 0 { Exit::Done } else { Exit::Waiting };
    let next_wake = drained.next_wake.map(|wake| json!({ "in_ms": wake.in_ms, "reason": wake.reason }));
    Ok(Answer::new(
        exit,
        lines,
        json!({ "waiting": drained.waiting, "parked": snapshot.parked, "next_wake": next_wake, "snapshot": snapshot }),
    ))
}
