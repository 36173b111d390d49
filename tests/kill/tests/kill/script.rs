//! What a life is about.

use fastrand::Rng;
use siaga_kill_tests::Act;

/// Long enough for a delivery on loopback, short against the lease of a phone that was killed.
const DELIVER_MS: u64 = 300;
/// So many commits overflow the log's half more than once, so that checkpoints fall between them.
const BURST: usize = 24;

/// Draws one. Two phones at once do not cancel: who saw which SOS open could not be told from what they say.
pub(crate) fn draw(rng: &mut Rng, alone: bool) -> Vec<Act> {
    let mut acts: Vec<Act> = if rng.u8(..8) == 0 {
        vec![Act::Report; BURST]
    } else {
        (0..rng.usize(1..9)).map(|_| act(rng, alone)).collect()
    };
    if rng.u8(..3) > 0 {
        acts.push(Act::Deliver { for_ms: DELIVER_MS });
    }
    acts
}

fn act(rng: &mut Rng, alone: bool) -> Act {
    match rng.u8(..24) {
        0..13 => Act::Press,
        13..15 if alone => Act::Cancel,
        15..18 => Act::Attach,
        18 => Act::Draft,
        19..21 => Act::Submit,
        21 => Act::Note,
        _ => Act::Report,
    }
}
