//! The centre's page in a real browser.

use crate::fault::Fault;
use crate::tally::Tally;
use crate::{program, repo, test, tool};

/// Runs the page's tests, or says loudly that they were skipped.
pub(crate) fn judge() -> Result<Tally, Fault> {
    if !repo::root().join("tests/page").is_dir() {
        println!("!!! SKIPPED: there is no tests/page yet.");
        return Ok(Tally::skip());
    }
    let Some(browser) = tool::browser() else {
        println!("!!! SKIPPED: no Chromium here; {}", tool::Tool::Browser.command_line());
        return Ok(Tally::skip());
    };
    let mut command = program::suite("siaga-page-tests/chromium", "browser");
    command.env("SIAGA_CHROMIUM", browser.chromium).env("SIAGA_CHROMEDRIVER", browser.driver);
    test::tests(&mut command)
}
