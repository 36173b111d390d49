//! What an export proves.

use siaga_vault::Chain;

use crate::verify::{Judged, Remembered};

/// An incident of an export: what is signed for, what its chains say, and what this phone says to it.
pub(crate) fn evidence(judged: &Judged) -> Vec<String> {
    let signed = match judged.signed {
        1 => "1 receipt proves what the centre has".to_owned(),
        signed => format!("{signed} receipts prove what the centre has"),
    };
    let mut lines = vec![format!("incident {}: {signed}", judged.ids().join(", formerly "))];
    lines.push(format!("  captured: {}", judged.evidence));
    lines.extend(judged.evidence.envelopes.values().map(|chain| format!("  sent: {}", messages(chain))));
    lines.push(format!("  this phone: {}", remembered(judged.remembered)));
    lines
}

/// Gaps among messages are ordinary: one may be on its way, or have got another id.
fn messages(chain: &Chain) -> String {
    let mut text = if chain.seen == 1 { "1 message".to_owned() } else { format!("{} messages", chain.seen) };
    chain.findings.iter().for_each(|finding| text.push_str(&format!("; {finding}")));
    text
}

/// How the export's end compares with what this phone remembers.
pub(crate) fn remembered(remembered: Remembered) -> String {
    match remembered {
        Remembered::Unknown => {
            "does not know the incident, so nobody can tell whether the newest records are missing".to_owned()
        }
        Remembered::Same => "remembers the same newest record".to_owned(),
        Remembered::More(1) => "remembers 1 record more".to_owned(),
        Remembered::More(more) => format!("remembers {more} records more"),
        Remembered::Fewer(fewer) => format!("remembers {fewer} fewer: its storage was set back"),
        Remembered::Other => "remembers another newest record".to_owned(),
    }
}
