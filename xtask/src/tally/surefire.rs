//! What Maven's test runner left in its reports.

use std::fs;
use std::path::{Path, PathBuf};

use super::Tally;
use crate::fault::Fault;

/// The reports below a folder that holds one folder for each module.
pub(crate) fn reports(modules: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut found = Vec::new();
    for module in entries(modules)? {
        found.extend(entries(&module.join("surefire-reports"))?.into_iter().filter(|path| is_report(path)));
    }
    Ok(found)
}

/// Takes reports away, so that none of an earlier run is counted.
pub(crate) fn forget(reports: &[PathBuf]) -> Result<(), Fault> {
    reports
        .iter()
        .try_for_each(|path| fs::remove_file(path).map_err(|source| Fault::Write { path: path.clone(), source }))
}

/// All reports, added up.
pub(crate) fn tally(reports: &[PathBuf]) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    for path in reports {
        let text = fs::read_to_string(path).map_err(|source| Fault::Read { path: path.clone(), source })?;
        tally.add(read(&text));
    }
    Ok(tally)
}

/// One report. One that cannot be read as one is a failure: somebody must have been killed while writing it.
fn read(report: &str) -> Tally {
    let suite = report.split_once("<testsuite ").and_then(|(_, rest)| rest.split_once('>')).map(|(suite, _)| suite);
    let count = |name: &str| {
        let (_, rest) = suite?.split_once(&format!(" {name}=\""))?;
        rest.split_once('"')?.0.parse::<u32>().ok()
    };
    let all = [count("tests"), count("failures"), count("errors"), count("skipped")];
    let [Some(tests), Some(failures), Some(errors), Some(skipped)] = all else { return Tally::one(false) };
    let failed = failures + errors;
    Tally { passed: tests.saturating_sub(failed + skipped), failed, skipped }
}

fn is_report(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("TEST-") && name.ends_with(".xml")
}

/// What is in a folder, in the order of their names; nothing where there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let fault = |source| Fault::Read { path: folder.to_path_buf(), source };
    let entries = fs::read_dir(folder).map_err(fault)?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, _>>().map_err(fault)?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0.2" name="io.siaga.sdk.PressTest" time="6.413" tests="9" errors="1" skipped="2" failures="3" flakes="0">
  <properties><property name="a" value="tests=&quot;7&quot;"/></properties>
  <testcase name="three presses are an SOS" classname="io.siaga.sdk.PressTest" time="0.1"/>
</testsuite>"#;

    #[test]
    fn errors_are_failures_and_what_is_left_has_passed() {
        assert_eq!(read(REPORT), Tally { passed: 3, failed: 4, skipped: 2 });
    }

    #[test]
    fn a_report_that_was_cut_off_is_a_failure() {
        for end in [0, 60, 180] {
            assert_eq!(read(&REPORT[..end]), Tally::one(false), "{end}");
        }
    }

    #[test]
    fn only_reports_are_read() {
        assert!(is_report(Path::new("a/TEST-io.siaga.sdk.PressTest.xml")));
        assert!(!is_report(Path::new("a/io.siaga.sdk.PressTest.txt")));
        assert!(!is_report(Path::new("a/TEST-x.xml.tmp")));
    }
}
