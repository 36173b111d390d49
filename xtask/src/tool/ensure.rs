//! Sees to it that tools are there.

use std::process::Command;

use super::Tool;
use crate::fault::Fault;
use crate::{program, repo};

/// Sees to it that the tools are there. Says what it is about to install before it does; where `install` is false it names
/// everything that is missing and ends. A tool that we are not able to install is left out loudly: its stage is skipped.
pub(crate) fn ensure(tools: &[Tool], install: bool) -> Result<(), Fault> {
    let missing: Vec<Tool> = tools.iter().copied().filter(|tool| tool.place().is_none()).collect();
    if !install && !missing.is_empty() {
        return Err(Fault::Missing(refusal(&missing)));
    }
    let mut able = Vec::new();
    for tool in missing {
        if let Some(obstacle) = tool.obstacle() {
            println!("!!! {} is missing, and installing it {obstacle}: its stage will be SKIPPED.", tool.name());
            println!("!!! It is needed for {}; the command: {}", tool.purpose(), tool.command_line());
        } else {
            able.push(tool);
        }
    }
    for tool in &able {
        println!("about to install {}, for {}", tool.name(), tool.purpose());
        println!("    {}", tool.command_line());
    }
    for (tool, command) in steps(&able) {
        perform(tool, &command)?;
    }
    Ok(())
}

/// Whether all of these are there; says loudly which are not, since a stage is then skipped.
pub(crate) fn there(tools: &[Tool]) -> bool {
    let missing: Vec<Tool> = tools.iter().copied().filter(|tool| tool.place().is_none()).collect();
    for tool in &missing {
        println!("!!! SKIPPED: no {} here; {}", tool.name(), tool.command_line());
    }
    missing.is_empty()
}

/// The commands for all of these; one that is the same for two tools (a fresh list of packages) runs once.
fn steps(tools: &[Tool]) -> Vec<(Tool, String)> {
    let mut steps: Vec<(Tool, String)> = Vec::new();
    for tool in tools {
        for command in tool.commands() {
            if !steps.iter().any(|(_, earlier)| *earlier == command) {
                steps.push((*tool, command));
            }
        }
    }
    steps
}

fn perform(tool: Tool, line: &str) -> Result<(), Fault> {
    let mut words = line.split(' ');
    let first = words.next().unwrap_or_default();
    let mut command = match first {
        "cargo" => program::cargo(),
        script if script.contains('/') => Command::new(repo::root().join(script)),
        program => Command::new(program),
    };
    command.current_dir(repo::root()).args(words).env("DEBIAN_FRONTEND", "noninteractive");
    if program::passes(&mut command)? {
        return Ok(());
    }
    Err(Fault::Install { name: tool.name(), command: line.to_owned() })
}

fn refusal(missing: &[Tool]) -> String {
    let lines: Vec<String> = missing
        .iter()
        .map(|tool| {
            format!("  {}, needed for {}; install it with\n    {}", tool.name(), tool.purpose(), tool.command_line())
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_each_missing_tool_its_purpose_and_its_command() {
        let said = refusal(&Tool::ALL);
        for tool in Tool::ALL {
            assert!(said.contains(tool.name()) && said.contains(tool.purpose()), "{said}");
        }
        assert!(said.contains("--root .tools cargo-deny@0.20.2"), "{said}");
        assert!(said.contains("chromium chromium-driver"), "{said}");
    }

    #[test]
    fn the_list_of_packages_is_fetched_once_for_all_tools() {
        let steps = steps(&Tool::ALL);
        assert_eq!(steps.iter().filter(|(_, command)| command == "apt-get update").count(), 1);
        let apt = steps.iter().position(|(_, command)| command == "apt-get update");
        let install = steps.iter().position(|(_, command)| command.starts_with("apt-get install"));
        assert!(apt < install);
    }
}
