//! What needs more of a machine than Rust: processes that are killed, disks that fail, a centre on Node.

use std::process::Command;

use crate::fault::Fault;
use crate::program;
use crate::tally::Tally;
use crate::test;
use crate::tool::Tool;

/// Kills in the suite.
const KILLS: &str = "500";

/// The kill loop, and the tests with tools that make a disk fail; each of these says itself when its tool is missing.
pub(crate) fn kill() -> Result<Tally, Fault> {
    for tool in [Tool::Fiu, Tool::Faketime, Tool::Ext4] {
        if tool.place().is_none() {
            println!("!!! {} is missing, and its tests will be SKIPPED; {}", tool.name(), tool.command_line());
        }
    }
    test::tests(program::suite("siaga-kill-tests/machine", "kill").env("SIAGA_KILLS", KILLS))
}

/// The Node centre under the checker, and with a real phone.
pub(crate) fn conform() -> Result<Tally, Fault> {
    if has_node() { test::tests(&mut program::suite("siaga-conform/node", "node")) } else { Ok(Tally::skip()) }
}

/// Whether there is a Node that our scripts run on; says loudly when there is none, since a stage is then skipped.
pub(crate) fn has_node() -> bool {
    /// `examples/node-centre` is written for this version.
    const OLDEST_NODE: u32 = 20;
    let version = program::version(&mut Command::new("node"));
    if version.as_deref().and_then(major).is_none_or(|major| major < OLDEST_NODE) {
        println!(
            "!!! SKIPPED: no Node {OLDEST_NODE} or newer here ({version:?}); what needs Rust alone is tested all the same."
        );
        return false;
    }
    true
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20"), None);
        assert_eq!(major("v.1"), None);
    }
}
