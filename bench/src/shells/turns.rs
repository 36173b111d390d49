//! Laps: in each, every language has its turn, a call for each of its phones, one language right after the other. A disk that is
//! slow for a while is slow for all.

use std::time::{Duration, Instant};

use super::caller::Caller;
use super::stage::BETWEEN_PRESSES_MS;
use crate::row::{Setting, Side, Stop};

/// Phones of each language. The presses of one phone must be apart; those of a turn go round the phones, as far apart as all
/// that is measured here.
pub(super) const fn phones(setting: &Setting) -> usize {
    setting.count(8, 2)
}

/// The languages in their order, where they are there.
pub(super) type Callers = [Option<Caller>; 3];

/// Two figures of each language, where it is there.
pub(super) type Sides = [[Side; 2]; 3];

/// One sample: which of the language's phones, in which lap.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) phone: usize,
    pub(super) lap: usize,
}

/// So many laps in each round. A sample asks one language's caller, and gives one figure or two.
pub(super) fn take(
    setting: &Setting,
    callers: &mut Callers,
    laps: usize,
    mut sample: impl FnMut(&mut Caller, Turn) -> Result<[Option<f64>; 2], Stop>,
) -> Result<Sides, Stop> {
    let mut sides = Sides::default();
    let apart = Duration::from_millis(BETWEEN_PRESSES_MS);
    // When each language's turn began: the phones may have been pressed just now.
    let mut begun = [Instant::now(); 3];
    for _ in 0..setting.rounds {
        let mut round: [[Vec<f64>; 2]; 3] = Default::default();
        for lap in 0..laps {
            // Another language begins each time, so that none always follows the same one.
            for step in 0..callers.len() {
                let index = lap.wrapping_add(step) % callers.len();
                let (Some(Some(caller)), Some(taken), Some(begun)) =
                    (callers.get_mut(index), round.get_mut(index), begun.get_mut(index))
                else {
                    continue;
                };
                std::thread::sleep(apart.saturating_sub(begun.elapsed()));
                *begun = Instant::now();
                for phone in 0..phones(setting) {
                    let figures = sample(caller, Turn { phone, lap })?;
                    taken.iter_mut().zip(figures).for_each(|(taken, figure)| taken.extend(figure));
                }
            }
        }
        for (sides, taken) in sides.iter_mut().zip(round) {
            sides.iter_mut().zip(taken).for_each(|(side, taken)| side.push(taken));
        }
    }
    Ok(sides)
}
