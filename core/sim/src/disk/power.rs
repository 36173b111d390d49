//! A power cut: every process is gone, and of what was not synced a part survives.

use super::state::{Node, ROOT, State};

/// How likely it is that a thing survives that was not synced; one for a whole power cut, so that there are cuts that take
/// everything, cuts that take next to nothing, and those between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Odds {
    percent: u8,
}

impl Odds {
    pub(super) fn roll(dice: &mut fastrand::Rng) -> Self {
        Self { percent: dice.choice([0, 10, 50, 50, 90]).unwrap_or(50) }
    }

    pub(super) fn survives(self, dice: &mut fastrand::Rng) -> bool {
        dice.u8(..100) < self.percent
    }
}

/// What a power cut took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Writes of which at least one sector went.
    pub writes: u64,
    /// Of those, the ones of which at least one sector stayed.
    pub torn: u64,
    /// Files whose size went back.
    pub sizes: u64,
    /// Names that were made, given or removed in vain.
    pub names: u64,
}

impl State {
    /// Cuts the power.
    pub(super) fn cut_power(&mut self, dice: &mut fastrand::Rng) -> Lost {
        let odds = Odds::roll(dice);
        let mut lost = Lost { names: self.settle_names(odds, dice), ..Lost::default() };
        for node in self.nodes.iter_mut().flatten() {
            if let Node::File(file) = node {
                let of_file = file.bytes.cut_power(odds, dice);
                lost.writes += of_file.writes;
                lost.torn += of_file.torn;
                lost.sizes += of_file.sizes;
                file.let_go();
            }
        }
        self.ghosts = 0;
        let next = self.next_serial();
        for (id, process) in &mut self.processes {
            self.discarded.extend(std::mem::take(&mut process.actions).into_values());
            process.born = next;
            // Nobody is always there: the hand of who runs the test.
            process.dead = *id != super::NOBODY;
        }
        self.forget_what_has_no_name();
        self.power_cuts += 1;
        let fired = self.faults.count();
        fired.power_cuts += 1;
        fired.lost_writes += lost.writes;
        fired.torn_writes += lost.torn;
        fired.lost_sizes += lost.sizes;
        fired.lost_names += lost.names;
        lost
    }

    /// Drops every node to which no name leads, and counts the blocks anew.
    fn forget_what_has_no_name(&mut self) {
        let mut reached = vec![false; self.nodes.len()];
        let mut open = vec![ROOT];
        while let Some(id) = open.pop() {
            if let Some(reached) = reached.get_mut(id) {
                *reached = true;
            }
            if let Some(Some(Node::Folder(folder))) = self.nodes.get(id) {
                open.extend(folder.names.values());
            }
        }
        self.used = 0;
        for (node, reached) in self.nodes.iter_mut().zip(reached) {
            if !reached {
                *node = None;
            }
            if let Some(Node::File(file)) = node {
                file.linked = true;
                self.used += file.blocks();
            }
        }
    }
}
